"""Mending a damaged file: what the log or a backup has comes back, and nothing is guessed."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

import pytest
from stores import contents, new_store, put, take

from reader.model import Document, Edit, Label, Note, Span, Tag
from reader.project import Project
from reader.store import log, repairing, searching
from reader.store.checking import check
from reader.store.connection import Store
from reader.store.log import LayerEdit

GPE, PERSON = Span(0, 7, "GPE"), Span(14, 20, "PERSON")


def quiet(what: str, done: int, total: int) -> None:
    """Nobody looks."""


def a_file(path: Path) -> Store:
    store = new_store(path=path)
    put(store, GPE, Tag("war"), Note("why", GPE))
    put(store, PERSON)
    put(store, Span(0, 6, "PERSON"), document_id=2, annotator="bob")
    return store


def damaged(store: Store, *statements: str) -> None:
    store.connection.execute("PRAGMA foreign_keys = OFF")
    for statement in statements:
        store.connection.execute(statement)
    store.connection.execute("PRAGMA foreign_keys = ON")
    assert check(store, quiet)


ANN = "layers: document 1, annotator 1: made again from the log"
BOB = "layers: document 2, annotator 2: made again from the log"


@pytest.mark.parametrize(
    ("damage", "done"),
    [
        ("DELETE FROM spans", [ANN, BOB]),
        ("UPDATE spans SET label = 'GPD' WHERE label = 'GPE'", [ANN]),
        ("UPDATE spans SET start_char = start_char + 1", [ANN, BOB]),
        ("UPDATE spans SET words = 'Cherson' WHERE label = 'GPE'", [ANN]),
        ("DELETE FROM notes", [ANN]),
        ("UPDATE tags SET label = 'wax'", [ANN]),
        ("UPDATE layers SET entities = 7, state = 'done'", [ANN, BOB]),
        ("DELETE FROM layers", [ANN, BOB]),
        (
            "UPDATE documents SET length = 1",
            [f"documents: document {number}: its length is counted again" for number in (1, 2, 3)],
        ),
        ("UPDATE labels SET color = 'red'", ["labels: made again from the log"]),
        ("UPDATE labels SET examples = 'no JSON'", ["labels: made again from the log"]),
        ("DELETE FROM labels", ["labels: made again from the log"]),
    ],
)
def test_tables_are_made_again_from_the_log(damage: str, done: list[str], tmp_path: Path) -> None:
    store = a_file(tmp_path / "a.db")
    put(store, Label("GPE", examples=("Kyiv",)), document_id=None)
    good = contents(store)
    damaged(store, damage)
    seen: list[tuple[str, int, int]] = []
    assert repairing.repair(store, None, lambda *step: seen.append(step)) == done
    assert seen == [("mending", 0, 2), ("mending", 1, 2)]
    assert check(store, quiet) == []
    assert contents(store) == good


@pytest.mark.parametrize(
    ("damage", "done"),
    [
        (
            "UPDATE edits SET added = replace(added, 'GPE', 'GPD')",
            ["edits: row 1 of the log is taken from the backup"],
        ),
        ("UPDATE edits SET added = 'no JSON' WHERE id = 1", ["edits: row 1 of the log is taken from the backup"]),
        (
            "UPDATE edits SET digest = digest + 1",
            [f"edits: row {row} of the log is taken from the backup" for row in (1, 2, 3)],
        ),
        (
            "UPDATE batches SET clock = clock + 4096 WHERE id = 1",
            ["batches: row 1 of the log is taken from the backup"],
        ),
        ("UPDATE texts SET text = replace(text, 'Kherson', 'Kherzon')", ["texts: document 1: taken from the backup"]),
        ("DELETE FROM texts WHERE document_id = 1", ["texts: document 1: taken from the backup"]),
    ],
)
def test_log_and_texts_come_back_from_a_backup_and_only_from_there(
    damage: str, done: list[str], tmp_path: Path
) -> None:
    store = a_file(tmp_path / "a.db")
    good = contents(store)
    store.backup(tmp_path / "backup.db")
    damaged(store, damage)
    before = contents(store)
    assert repairing.repair(store, None, quiet) == []
    assert contents(store) == before
    backup = Store.open(tmp_path / "backup.db", read_only=True)
    assert repairing.repair(store, backup, quiet) == done
    assert check(store, quiet) == []
    assert contents(store) == good


def test_a_row_of_another_action_in_the_backup_is_not_taken(tmp_path: Path) -> None:
    store = a_file(tmp_path / "a.db")
    other = a_file(tmp_path / "other.db")
    damaged(store, "UPDATE edits SET added = replace(added, 'GPE', 'GPD'), digest = digest + 1 WHERE id = 1")
    before = contents(store)
    assert repairing.repair(store, other, quiet) == []
    assert contents(store) == before


def test_what_was_indexed_is_indexed_again_after_a_repair(tmp_path: Path) -> None:
    store = a_file(tmp_path / "a.db")
    searching.index_step(store)
    damaged(store, "DELETE FROM tags")
    repairing.repair(store, None, quiet)
    assert searching.indexed_up_to(store) == 0
    assert store.rows("SELECT count(*) FROM texts_search WHERE texts_search MATCH 'Kherson'") == [(0,)]
    searching.index_step(store)
    assert repairing.repair(store, None, quiet) == []
    assert searching.indexed_up_to(store) == 3


def test_the_tables_of_a_layer_whose_log_is_damaged_are_left_as_they_are(tmp_path: Path) -> None:
    store = a_file(tmp_path / "a.db")
    damaged(store, "UPDATE edits SET added = replace(added, 'GPE', 'GPD')", "DELETE FROM spans WHERE document_id = 2")
    done = repairing.repair(store, None, quiet)
    assert done == ["layers: document 2, annotator 2: made again from the log"]
    assert store.rows("SELECT label FROM spans WHERE document_id = 1 ORDER BY label") == [("GPE",), ("PERSON",)]


def in_three(path: Path) -> Store:
    """One batch with an edit in each of three layers, and a mark that a later edit took away."""
    store = new_store(("Kherson fell.", "Kherson rose.", "Kherson stood."), path)
    edit = Edit(added=frozenset({GPE}))
    log.append(store, "ann", "import", [LayerEdit(number, "ann", edit, "Kherson") for number in (1, 2, 3)])
    put(store, Tag("war"), document_id=3)
    take(store, Tag("war"), document_id=3)
    put(store, Span(0, 7, "ORG"), document_id=3, annotator="bob")
    return store


NUMBERS = [
    f"UPDATE {table} SET {column} = (SELECT {column} FROM {table} WHERE id = {row}) + {step} WHERE id = {row}"
    for table, column, row, steps in (
        ("batches", "id", 1, (64,)),
        ("edits", "document_id", 1, (1, 2, 8)),
        ("edits", "annotator_id", 1, (1, 2)),
        ("edits", "batch_id", 1, (1, 2, 64)),
        ("edits", "id", 1, (64,)),
        ("edits", "document_id", 5, (-1, -2, 8)),
        ("edits", "annotator_id", 5, (1, 2)),
        ("edits", "batch_id", 5, (-1, 64)),
    )
    for step in steps
]


@pytest.mark.parametrize("damage", NUMBERS)
def test_what_the_tables_say_outlives_a_row_of_the_log_that_names_another_layer(damage: str, tmp_path: Path) -> None:
    store = in_three(tmp_path / "a.db")
    good = contents(store)
    store.backup(tmp_path / "backup.db")
    damaged(store, damage)
    assert repairing.repair(store, None, quiet) == []
    assert {table: contents(store)[table] for table in ("spans", "tags", "layers")} == {
        table: good[table] for table in ("spans", "tags", "layers")
    }
    repairing.repair(store, Store.open(tmp_path / "backup.db", read_only=True), quiet)
    assert (check(store, quiet), contents(store)) == ([], good)


def test_a_lost_table_is_made_again_beside_a_damaged_row_of_the_log_that_has_nothing_to_do_with_it(
    tmp_path: Path,
) -> None:
    store = in_three(tmp_path / "a.db")
    damaged(store, "UPDATE edits SET document_id = 2 WHERE id = 1", "DELETE FROM spans WHERE label = 'ORG'")
    assert repairing.repair(store, None, quiet) == ["layers: document 3, annotator 2: made again from the log"]
    assert store.value("SELECT count(*) FROM spans") == 4


def test_the_copy_from_before_a_repair_is_never_replaced_by_a_later_one(tmp_path: Path) -> None:
    with Project.open(tmp_path / "a.db", annotator="ann") as project:
        project.import_documents([Document("Kherson fell.", marks=frozenset({GPE}))])
    copies = []
    for number in range(3):
        store = Store.open(tmp_path / "a.db")
        damaged(store, f"UPDATE spans SET label = 'X{number}'")
        store.close()
        with Project.open(tmp_path / "a.db") as project:
            project.repair()
        copies.append((tmp_path / "a.db").with_name(f"a.before-repair{('', '-2', '-3')[number]}.db"))
    for number, copy in enumerate(copies):
        assert Store.open(copy).rows("SELECT label FROM spans") == [(f"X{number}",)]


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("texts", "text"),
        ("documents", "key"),
        ("documents", "length"),
        ("spans", "label"),
        ("spans", "words"),
        ("spans", "start_char"),
        ("spans", "end_char"),
        ("spans", "document_id"),
        ("spans", "annotator_id"),
        ("layers", "annotator_id"),
        ("notes", "text"),
        ("tags", "label"),
        ("labels", "color"),
        ("edits", "id"),
        ("edits", "added"),
        ("edits", "digest"),
        ("batches", "id"),
        ("batches", "verb"),
        ("batches", "uid"),
        ("batches", "source"),
        ("batches", "undone"),
        ("batches", "clock"),
        ("batches", "at"),
    ],
)
def test_any_flipped_bit_of_text_label_offset_or_log_is_found_and_mended(
    table: str, column: str, tmp_path: Path
) -> None:
    store = a_file(tmp_path / "a.db")
    put(store, Label("GPE", color="red"), document_id=None)
    log.append(store, "ann", "import", [LayerEdit(1, "ann", Edit(added=frozenset({Tag("peace")})))], source="news.txt")
    good = contents(store)
    store.backup(tmp_path / "backup.db")
    backup = Store.open(tmp_path / "backup.db", read_only=True)
    chance = random.Random(5)
    for bit in range(8):
        flip(store, table, column, bit, chance)
        assert check(store, quiet), bit
        repairing.repair(store, backup, quiet)
        assert (check(store, quiet), contents(store)) == ([], good), bit


def flip(store: Store, table: str, column: str, bit: int, chance: random.Random) -> None:
    """Flip a bit of one value, in any of its letters."""
    [value] = chance.choice(store.rows(f"SELECT {column} FROM {table} WHERE {column} <> '' ORDER BY 1"))
    as_what = "?"
    flipped: float | bytes
    if isinstance(value, str):
        data = bytearray(value.encode())
        data[chance.randrange(len(data))] ^= 1 << bit
        flipped, as_what = bytes(data), "CAST(? AS TEXT)"
    elif isinstance(value, float):
        flipped = value + (1 << bit)
    else:
        flipped = value ^ 1 << bit + (3 if column.endswith("id") else 0)  # a number that no other row has
    # A disk knows no rules: what is flipped there need not fit a table's.
    for pragma in ("foreign_keys = OFF", "ignore_check_constraints = ON"):
        store.connection.execute(f"PRAGMA {pragma}")
    store.connection.execute(f"UPDATE {table} SET {column} = {as_what} WHERE {column} = ?", (flipped, value))
    for pragma in ("ignore_check_constraints = OFF", "foreign_keys = ON"):
        store.connection.execute(f"PRAGMA {pragma}")


def test_the_tables_are_left_as_they_are_where_rows_of_the_log_may_be_missing(tmp_path: Path) -> None:
    """The index by which the edits of a layer are found lacks the last ones."""
    store = in_three(tmp_path / "a.db")
    connection = store.connection
    connection.execute("PRAGMA writable_schema = ON")
    [index] = store.rows("SELECT * FROM sqlite_schema WHERE name = 'edits_by_layer'")
    connection.execute("DELETE FROM sqlite_schema WHERE name = 'edits_by_layer'")
    store.close()
    store = Store(sqlite3.connect(tmp_path / "a.db", isolation_level=None), tmp_path / "a.db", read_only=False)
    put(store, Tag("peace"))
    store.connection.execute("PRAGMA writable_schema = ON")
    store.connection.execute("INSERT INTO sqlite_schema VALUES (?, ?, ?, ?, ?)", index)
    store.close()
    store = Store.open(tmp_path / "a.db")
    before = store.rows("SELECT * FROM tags"), store.rows("SELECT * FROM spans")
    assert "file: row 7 missing from index edits_by_layer" in check(store, quiet)
    repairing.repair(store, None, quiet)
    assert (store.rows("SELECT * FROM tags"), store.rows("SELECT * FROM spans")) == before


def test_what_is_no_text_any_more_and_in_no_backup_keeps_nothing_else_from_being_mended(tmp_path: Path) -> None:
    store = a_file(tmp_path / "a.db")
    store.backup(tmp_path / "backup.db")
    no_text = "CAST(x'ff' || {0} AS TEXT)"
    damaged(
        store,
        f"UPDATE documents SET key = {no_text.format('key')} WHERE id = 3",
        "UPDATE texts SET text = 'other' WHERE document_id = 3",
        f"UPDATE texts SET text = {no_text.format('text')} WHERE document_id = 1",
        "DELETE FROM spans WHERE document_id = 2",
    )
    assert repairing.repair(store, None, quiet) == [BOB]
    backup = Store.open(tmp_path / "backup.db", read_only=True)
    assert repairing.repair(store, backup, quiet) == ["texts: document 1: taken from the backup"]
    [left] = check(store, quiet)
    assert left.startswith("documents: document 3: cannot be read: Could not decode to UTF-8 column 'key'")


@pytest.mark.parametrize("what", ["key", "label"])
def test_a_letter_flipped_on_the_disk_is_mended_where_its_index_still_has_it_and_where_the_index_lost_it(
    what: str, tmp_path: Path
) -> None:
    """An UPDATE changes both: a disk does not."""
    path, backup = tmp_path / "a.db", tmp_path / "backup.db"
    store = a_file(path)
    put(store, Span(21, 27, "THINGUMMY"), document_id=2, annotator="bob")
    store.backup(backup)
    value = store.value("SELECT key FROM documents WHERE id = 2").encode() if what == "key" else b"THINGUMMY"
    good = contents(store)
    store.close()
    data = path.read_bytes()
    places = [place for place in range(len(data)) if data.startswith(value, place)]
    assert len(places) >= 2
    for place in places:
        path.write_bytes(data[: place + 2] + bytes([data[place + 2] ^ 1]) + data[place + 3 :])
        store, other = Store.open(path), Store.open(backup, read_only=True)
        assert check(store, quiet), place
        repairing.repair(store, other, quiet)
        assert (check(store, quiet), contents(store)) == ([], good), place
        store.close()
        other.close()
