"""Opening a file: what is refused, in one clear line and with no byte changed, and what only reading does."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from stores import TEXTS, contents, marks, new_store, put

from reader import migrations
from reader.errors import NotSaved, ReadOnly, StoreError
from reader.model import Label, Span, Suggestion, Tag
from reader.store import documents, listing, log, searching, suggestions, tables, undoing
from reader.store.checking import check
from reader.store.connection import Store
from reader.store.listing import Query

NASTY = Path(__file__).parent / "data" / "nasty" / "db"
Make = Callable[[Path], None]


def good(path: Path) -> None:
    """A small file with a little of everything."""
    store = new_store(path=path)
    put(store, Label("GPE"), document_id=None)
    put(store, Span(0, 7, "GPE"))
    suggestions.put(store, [(1, "model-1", [Suggestion(Span(14, 20, "PERSON"), "model-1")])])
    searching.index_step(store)
    store.close()


def changed(*statements: str) -> Make:
    """A good file that another program changed."""

    def make(path: Path) -> None:
        good(path)
        connection = sqlite3.connect(path)
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()

    return make


def raw(data: bytes) -> Make:
    return lambda path: path.write_bytes(data) and None


def cut(share: float) -> Make:
    def make(path: Path) -> None:
        good(path)
        os.truncate(path, int(path.stat().st_size * share))

    return make


def nasty(name: str) -> Make:
    return lambda path: shutil.copyfile(NASTY / name, path) and None


HEADER = b"SQLite format 3\0"
NO_TRUST = "PRAGMA writable_schema = ON"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: None, "no such database"),
        (lambda path: path.mkdir(), "is not a file"),
        (lambda path: os.mkfifo(path), "is not a file"),
        (lambda path: path.symlink_to("nowhere"), "no such database"),
        (lambda path: path.symlink_to(path.name), "no such database"),
        (raw(b""), "is empty; Reader did not make it"),
        (raw(b"Kherson fell.\n" * 9), "is no SQLite file; Reader did not make it"),
        (raw(HEADER), "cannot be opened: file is not a database. Restore it from a backup"),
        (raw(HEADER + bytes(range(256)) * 99), "cannot be opened: file is not a database. Restore it from a backup"),
        (cut(0.5), "cannot be opened: database disk image is malformed. Restore it from a backup"),
        (cut(0.01), "cannot be opened: database disk image is malformed. Restore it from a backup"),
        (changed("PRAGMA application_id = 7"), "is the database of another program; choose another path with --db"),
        (
            changed("PRAGMA user_version = 9999"),
            "was made by a newer version of Reader and was left untouched; update Reader",
        ),
        (
            changed("PRAGMA user_version = 0"),
            "has no version that Reader ever wrote (0). Restore it from a backup",
        ),
        (
            changed("PRAGMA user_version = -1"),
            "has no version that Reader ever wrote (-1). Restore it from a backup",
        ),
        *(
            (changed(*statements), "its tables are not the ones Reader makes, so it was not opened. ")
            for statements in (
                ["CREATE TRIGGER t AFTER INSERT ON spans BEGIN DELETE FROM documents; END"],
                ["CREATE VIEW v AS WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n FROM r) SELECT n FROM r"],
                ["ALTER TABLE documents RENAME TO old", "CREATE VIEW documents AS SELECT * FROM old"],
                ["ALTER TABLE spans ADD COLUMN bomb TEXT AS (hex(zeroblob(900000000)))"],
                ["CREATE TABLE other (a)"],
                ["DROP TABLE notes"],
                ["DROP INDEX spans_by_words"],
                [
                    "CREATE TRIGGER t AFTER INSERT ON spans BEGIN DELETE FROM documents; END",
                    NO_TRUST,
                    "UPDATE sqlite_schema SET name = 'sqlite_t', sql = replace(sql, 'TRIGGER t', 'TRIGGER sqlite_t')"
                    " WHERE name = 't'",
                ],
            )
        ),
        *(
            (nasty(name), message)
            for name, message in (
                ("00-foreign-schema.db", "is the database of another program; choose another path with --db"),
                ("03-truncated.db", "cannot be opened: database disk image is malformed. Restore it from a backup"),
                ("05-future-file-format.db", "cannot be opened: file is not a database. Restore it from a backup"),
                ("06-future-schema-format.db", "is the database of another program; choose another path with --db"),
                ("08-utf16-encoding.db", "is the database of another program; choose another path with --db"),
                ("10-view-endless.db", "is the database of another program; choose another path with --db"),
            )
        ),
    ],
)
def test_a_file_that_is_not_ours_is_refused_and_left_as_it_is(tmp_path: Path, make: Make, message: str) -> None:
    path = tmp_path / "annotations.db"
    make(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(StoreError) as refusal:
        Store.open(path)
    assert str(refusal.value).startswith(f"{path}: {message}")
    assert "\n" not in str(refusal.value)
    assert (path.read_bytes() if path.is_file() else None) == before
    assert [found.name for found in tmp_path.iterdir()] in ([], [path.name])


def test_a_trigger_never_runs(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    changed("CREATE TRIGGER t AFTER INSERT ON settings BEGIN DELETE FROM spans; END")(path)
    with pytest.raises(StoreError):
        Store.open(path)
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT count(*) FROM spans").fetchone() == (1,)
    connection.close()


def test_creating_over_a_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    path.write_text("mine")
    with pytest.raises(StoreError, match="exists already"):
        Store.create(path)
    assert path.read_text() == "mine"
    made = Store.create(tmp_path / "b.db")
    assert (made.path, made.read_only) == (tmp_path / "b.db", False)
    made.close()
    with pytest.raises(StoreError, match="cannot be created: No such file or directory"):
        Store.create(tmp_path / "missing" / "a.db")


MAKE = """
import sys
from pathlib import Path
from reader.store.connection import Store

sys.stdin.readline()
Store.create(Path(sys.argv[1]))
sys.stdin.readline()
"""


def test_a_program_killed_as_soon_as_its_file_appears_leaves_one_that_opens(tmp_path: Path) -> None:
    for number in range(8):
        path = tmp_path / str(number) / "a.db"
        path.parent.mkdir()
        with subprocess.Popen([sys.executable, "-c", MAKE, str(path)], stdin=subprocess.PIPE) as child:
            assert child.stdin
            child.stdin.write(b"\n")
            child.stdin.flush()
            while not path.exists():
                assert child.poll() is None
            child.kill()
        store = Store.open(path)
        assert check(store, lambda *_: None) == []
        store.close()


def test_a_new_file_may_be_read_by_whom_the_umask_lets(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        Store.create(tmp_path / "a.db").close()
    finally:
        os.umask(before)
    assert (tmp_path / "a.db").stat().st_mode & 0o777 == 0o640


def test_a_disk_without_hard_links_takes_a_new_file_and_no_second_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_link(*_: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", no_link)
    path = tmp_path / "a.db"
    put(new_store(path=path), Tag("x"))
    with pytest.raises(StoreError, match="exists already"):
        Store.create(path)
    assert marks(Store.open(path)) == {Tag("x")}
    (tmp_path / "b.db").write_text("mine")
    with pytest.raises(StoreError, match="exists already"):
        Store.create(tmp_path / "b.db")
    assert sorted(found.name for found in tmp_path.iterdir()) == ["a.db", "b.db"]


def test_a_file_may_have_the_longest_name_that_its_journal_leaves(tmp_path: Path) -> None:
    path = tmp_path / ("x" * (255 - len("-journal")))
    put(new_store(path=path), Tag("x"))
    assert [found.name for found in tmp_path.iterdir()] == [path.name]


def test_a_file_opens_with_the_promised_settings(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    good(path)
    store = Store.open(path)
    promised = {
        "application_id": migrations.APPLICATION_ID,
        "user_version": migrations.VERSION,
        "journal_mode": "delete",
        "synchronous": 3,
        "foreign_keys": 1,
        "trusted_schema": 0,
        "cell_size_check": 1,
        "mmap_size": 0,
        "page_size": 16384,
    }
    assert {name: store.value(f"PRAGMA {name}") for name in promised} == promised
    assert check(store, lambda *_: None) == []
    store.close()


@pytest.mark.parametrize("read_only", [False, True])
def test_reading_does_not_change_the_file(tmp_path: Path, read_only: bool) -> None:
    path = tmp_path / "a.db"
    good(path)
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    store = Store.open(path, read_only=read_only)
    row = listing.rows(store, Query(words="kyiv", sort="title"), "ann")[0]
    assert documents.get(store, row.id, "ann").marks == {Span(0, 7, "GPE")}
    assert [number for number, _ in searching.candidates(store, "Kyiv")] == [1, 2]
    assert listing.count(store, Query(), "nobody") == 3
    assert log.batches(store, 5)
    assert check(store, lambda *_: None) == []
    store.backup(tmp_path / "b.db")
    store.close()
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before
    assert sorted(found.name for found in tmp_path.iterdir()) == ["a.db", "b.db"]


def test_a_file_opened_for_reading_refuses_every_edit(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    good(path)
    store = Store.open(path, read_only=True)
    for edit in (
        lambda: put(store, Tag("x")),
        lambda: undoing.undo(store, "ann"),
        lambda: store.set_setting("overlaps", "on"),
        lambda: searching.index_step(store),
        lambda: suggestions.forget(store, "model-1", [1]),
    ):
        with pytest.raises(ReadOnly, match="may only be read; copy it"):
            edit()
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        store.connection.execute("DELETE FROM spans")
    store.close()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_file_or_folder_without_the_right_to_write_opens_for_reading(tmp_path: Path, what: str) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    good(folder / "a.db")
    target = folder / "a.db" if what == "file" else folder
    mode = target.stat().st_mode
    target.chmod(mode & ~0o222)
    try:
        store = Store.open(folder / "a.db")
        assert store.read_only
        assert marks(store) == {Span(0, 7, "GPE")}
        store.close()
    finally:
        target.chmod(mode)


def left_by_a_killed_program(path: Path) -> None:
    """A file and its journal, as they are in the middle of writing."""
    writing = path.with_name("writing.db")
    store = new_store(tuple(f"{number} " * 3000 for number in range(50)), writing)
    for statement in ("PRAGMA cache_spill = 1", "PRAGMA cache_size = 2", "BEGIN IMMEDIATE"):
        store.connection.execute(statement)
    store.connection.execute("UPDATE texts SET text = 'half'")
    shutil.copy(writing, path)
    shutil.copy(f"{writing}-journal", f"{path}-journal")
    store.close()
    writing.unlink()


def test_a_file_whose_program_was_killed_in_the_middle_of_writing_opens_for_reading_too(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    left_by_a_killed_program(path)
    store = Store.open(path, read_only=True)
    assert (store.read_only, check(store, lambda *_: None)) == (True, [])
    assert store.value("SELECT count(*) FROM texts WHERE text = 'half'") == 0
    assert [found.name for found in tmp_path.iterdir()] == ["a.db"]


def test_the_database_of_another_program_that_was_killed_is_left_to_that_program(tmp_path: Path) -> None:
    writing, path = tmp_path / "writing.db", tmp_path / "a.db"
    with closing(sqlite3.connect(writing, isolation_level=None)) as database:
        database.execute("CREATE TABLE theirs (words TEXT)")
        database.executemany("INSERT INTO theirs VALUES (?)", [("x" * 900,)] * 500)
        for statement in ("PRAGMA cache_size = 2", "BEGIN IMMEDIATE", "UPDATE theirs SET words = 'y' || words"):
            database.execute(statement)
        shutil.copy(writing, path)
        shutil.copy(f"{writing}-journal", f"{path}-journal")
    before = path.read_bytes()
    with pytest.raises(StoreError):
        Store.open(path, read_only=True)
    assert path.read_bytes() == before
    assert path.with_name("a.db-journal").exists()


def test_such_a_file_where_nothing_may_be_written_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.db"
    left_by_a_killed_program(path)
    before = path.read_bytes()
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(StoreError, match="was killed while it wrote to it"):
        Store.open(path)
    assert path.read_bytes() == before


def test_a_full_disk_saves_nothing_of_the_edit_and_says_so(tmp_path: Path) -> None:
    store = new_store(path=tmp_path / "a.db")
    put(store, Tag("before"))
    store.connection.execute(f"PRAGMA max_page_count = {store.value('PRAGMA page_count')}")
    before = contents(store)
    with pytest.raises(NotSaved, match="not saved: database or disk is full"):
        put(store, *(Tag(f"{number} " + "x" * 900) for number in range(99)))
    assert contents(store) == before
    store.connection.execute("PRAGMA max_page_count = 100000")
    put(store, Tag("after"))
    assert marks(store) == {Tag("before"), Tag("after")}
    store.close()


def test_a_busy_file_is_waited_for_and_then_said_to_be_so(tmp_path: Path) -> None:
    store = new_store(path=tmp_path / "a.db")
    other = Store.open(tmp_path / "a.db")
    other.connection.execute("PRAGMA busy_timeout = 1")
    with store.transaction(), pytest.raises(NotSaved, match="another program is writing to it"):
        put(other, Tag("x"))
    put(other, Tag("x"))
    assert marks(store) == {Tag("x")}
    store.close()
    other.close()


def older(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on this is a version of Reader with one more step."""

    def m002_colours(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE colours (name TEXT) STRICT")

    monkeypatch.setattr(migrations, "STEPS", (*migrations.STEPS, m002_colours))
    monkeypatch.setattr(migrations, "VERSION", migrations.VERSION + 1)


def test_an_older_file_is_migrated_after_a_backup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.db"
    good(path)
    before = path.read_bytes()
    older(monkeypatch)
    store = Store.open(path)
    assert store.value("PRAGMA user_version") == migrations.VERSION
    assert store.rows("SELECT name FROM colours") == []
    assert marks(store) == {Span(0, 7, "GPE")}
    assert store.value("PRAGMA foreign_keys") == 1
    store.close()
    backup = tmp_path / f"a.db.before-version-{migrations.VERSION}"
    assert sorted(found.name for found in tmp_path.iterdir()) == ["a.db", backup.name]
    monkeypatch.undo()
    kept = Store.open(backup)
    assert marks(kept) == {Span(0, 7, "GPE")}
    kept.close()
    assert len(before) == backup.stat().st_size


def test_an_older_file_opened_for_reading_is_migrated_in_a_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.db"
    good(path)
    before = path.read_bytes()
    older(monkeypatch)
    store = Store.open(path, read_only=True)
    assert store.rows("SELECT name FROM colours") == []
    assert tables.labels(store) == (Label("GPE"),)
    with pytest.raises(ReadOnly):
        put(store, Tag("x"))
    store.close()
    assert path.read_bytes() == before
    assert [found.name for found in tmp_path.iterdir()] == ["a.db"]


def test_an_older_file_with_a_trigger_is_refused_before_it_is_migrated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.db"
    changed("CREATE TRIGGER t AFTER INSERT ON spans BEGIN DELETE FROM documents; END")(path)
    before = path.read_bytes()
    older(monkeypatch)
    with pytest.raises(StoreError, match="its tables are not the ones Reader makes"):
        Store.open(path)
    assert path.read_bytes() == before
    assert [found.name for found in tmp_path.iterdir()] == ["a.db"]


def test_a_migration_that_fails_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.db"
    good(path)
    before = path.read_bytes()
    older(monkeypatch)
    monkeypatch.setattr(
        migrations, "STEPS", (*migrations.STEPS, lambda connection: connection.execute("CREATE TABLE colours (a)"))
    )
    monkeypatch.setattr(migrations, "VERSION", migrations.VERSION + 1)
    with pytest.raises(StoreError, match="colours already exists"):
        Store.open(path)
    assert path.read_bytes() == before


def test_a_large_backup_tells_how_far_it_is(tmp_path: Path) -> None:
    store = new_store(("x" * 20_000_000,), tmp_path / "a.db")
    seen: list[tuple[int, int]] = []
    store.backup(tmp_path / "b.db", lambda done, total: seen.append((done, total)))
    assert [done for done, _ in seen] == [1000, seen[-1][1]]
    assert {total for _, total in seen} == {store.value("PRAGMA page_count")}
    store.close()


def test_a_backup_is_whole_and_replaces_the_old_one(tmp_path: Path) -> None:
    store = new_store(path=tmp_path / "a.db")
    put(store, Tag("x"))
    (tmp_path / "b.db").write_text("old")
    seen: list[tuple[int, int]] = []
    store.backup(tmp_path / "b.db", lambda done, total: seen.append((done, total)))
    copy = Store.open(tmp_path / "b.db")
    assert contents(copy) == contents(store)
    assert seen[-1][0] == seen[-1][1] > 0
    with pytest.raises(StoreError, match="the backup could not be written"):
        store.backup(tmp_path / "missing" / "c.db")
    assert sorted(found.name for found in tmp_path.iterdir()) == ["a.db", "b.db"]
    assert documents.text_of(copy, 1) == TEXTS[0]
    copy.close()
    store.close()
