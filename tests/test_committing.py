"""What is done while the disk writes: when it is done, what is in the file if it fails, and who writes."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from reader.errors import NotSaved
from reader.store.connection import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store.create(tmp_path / "annotations.db")
    made.wait_at_most(0)
    yield made
    made.close()


def settings_in(path: Path | None) -> list[str]:
    assert path is not None
    with closing(sqlite3.connect(path)) as other:
        return [name for (name,) in other.execute("SELECT name FROM settings WHERE name LIKE 'test%'")]


def writers() -> list[threading.Thread]:
    return [one for one in threading.enumerate() if one.name == "commit"]


def test_it_is_done_by_the_one_who_asks_when_all_is_said_and_before_it_is_told(store: Store) -> None:
    order = []

    def meanwhile() -> None:
        order.append((threading.current_thread(), "meanwhile"))

    for number in range(3):
        with store.transaction(meanwhile):
            store.set_setting(f"test {number}", "x")
            order.append((threading.current_thread(), "said"))
        order.append((threading.current_thread(), "told"))
        assert len(settings_in(store.path)) == number + 1
    assert order == [(threading.current_thread(), what) for what in ("said", "meanwhile", "told")] * 3


def test_one_thread_writes_as_long_as_the_file_is_open(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "annotations.db")
    before = writers()
    store.set_setting("test", "with nothing to do meanwhile")
    assert writers() == before
    for number in range(3):
        with store.transaction(lambda: None):
            store.set_setting("test", str(number))
        [writer] = set(writers()) - set(before)
    assert writer.is_alive()
    store.close()
    assert not writer.is_alive()


def test_what_fails_meanwhile_is_told_and_all_is_written(store: Store) -> None:
    def meanwhile() -> None:
        raise LookupError("no such row")

    with pytest.raises(LookupError, match="no such row"), store.transaction(meanwhile):
        store.set_setting("test 1", "x")
    assert settings_in(store.path) == ["test 1"]
    with store.transaction(lambda: None):
        store.set_setting("test 2", "x")
    assert settings_in(store.path) == ["test 1", "test 2"]


def test_what_the_disk_refuses_is_told_and_the_next_is_written(store: Store) -> None:
    done = []
    assert store.path is not None
    with closing(sqlite3.connect(store.path, isolation_level=None)) as reading:
        reading.execute("BEGIN")
        reading.execute("SELECT count(*) FROM settings").fetchall()
        with (
            pytest.raises(NotSaved, match="another program is writing"),
            store.transaction(lambda: done.append("meanwhile")),
        ):
            store.set_setting("test 1", "x")
    assert done == ["meanwhile"]
    with store.transaction(lambda: None):
        store.set_setting("test 2", "x")
    assert settings_in(store.path) == ["test 2"]
