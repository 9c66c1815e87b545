"""Files of every released schema open for ever: one of each is kept in tests/data/old, as its version wrote it."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from reader import migrations
from reader.store.checking import check
from reader.store.connection import Store

OLD = sorted((Path(__file__).parent / "data" / "old").glob("version-*.db"))
OPEN = "import sys; from pathlib import Path; from reader.store.connection import Store; Store.open(Path(sys.argv[1]))"
COUNTS = ("documents", "texts", "spans", "edits", "batches", "labels", "annotators", "suggestions")


def counts(store: Store) -> list[int]:
    return [int(store.value(f"SELECT count(*) FROM {table}")) for table in COUNTS]


def quiet(what: str, done: int, total: int) -> None:
    """Nobody looks."""


def test_every_version_but_this_one_has_a_file() -> None:
    assert [path.name for path in OLD] == [f"version-{number}.db" for number in range(1, migrations.VERSION)]


@pytest.mark.parametrize("old", OLD, ids=lambda path: path.stem)
def test_a_file_that_may_only_be_read_is_migrated_in_a_copy(old: Path, tmp_path: Path) -> None:
    path = tmp_path / "annotations.db"
    shutil.copy(old, path)
    store = Store.open(path, read_only=True)
    assert check(store, quiet) == []
    assert path.read_bytes() == old.read_bytes()


@pytest.mark.parametrize("old", OLD, ids=lambda path: path.stem)
def test_a_program_killed_while_it_migrates_leaves_a_file_that_opens(old: Path, tmp_path: Path) -> None:
    path = tmp_path / "annotations.db"
    shutil.copy(old, path)
    whole = counts(Store.open(old, read_only=True))
    # Killed ever later, from before the first page is written to after the last.
    for delay in range(0, 200, 20):
        shutil.copy(old, path)
        child = subprocess.Popen([sys.executable, "-c", OPEN, str(path)])
        deadline = time.monotonic() + 10
        while not list(tmp_path.glob("*before-version*")) and child.poll() is None and time.monotonic() < deadline:
            os.sched_yield()
        until = time.monotonic() + delay / 10_000
        while time.monotonic() < until:
            pass
        child.send_signal(signal.SIGKILL)
        child.wait()
        store = Store.open(path)
        assert counts(store) == whole
        assert check(store, quiet) == []
        store.close()
        for kept in tmp_path.glob("*before-version*"):
            kept.unlink()


class Late(Store):
    """Has read that the file is old when another program migrates it, before anything else is done."""

    def backup(self, target: Path, progress: Callable[[int, int], None] | None = None) -> None:
        assert self.path
        Store.open(self.path).close()
        super().backup(target, progress)

    def transaction(self, meanwhile: Callable[[], None] | None = None) -> AbstractContextManager[sqlite3.Connection]:
        assert self.path
        Store.open(self.path).close()
        return super().transaction(meanwhile)


@pytest.mark.parametrize("kind", [Store, Late])
@pytest.mark.parametrize("old", OLD, ids=lambda path: path.stem)
def test_an_old_file_opens_whole_and_a_copy_of_it_is_kept_also_where_two_programs_migrate_it(
    old: Path, kind: type[Store], tmp_path: Path
) -> None:
    path = tmp_path / "annotations.db"
    shutil.copy(old, path)
    store = kind.open(path)
    assert migrations.version_of(store.connection) == migrations.VERSION
    assert check(store, quiet) == []
    assert counts(store)[0] > 0
    [kept] = tmp_path.glob("*.before-version-*")
    assert kept.read_bytes()[100:] == old.read_bytes()[100:]
