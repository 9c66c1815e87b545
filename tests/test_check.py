"""What `reader check` finds: each kind of damage, a line each, and nothing on a good file."""

from __future__ import annotations

import random
from itertools import zip_longest
from pathlib import Path

import pytest
from stores import new_store, put, reseal, take

from reader.errors import StoreError
from reader.migrations import digest_of
from reader.model import Edit, Label, Note, Rejected, Relation, Span, State, Status, Suggestion, Tag
from reader.store import log, suggestions, undoing
from reader.store.checking import PAGE, check, damaged_log, is_written
from reader.store.connection import Store
from reader.store.log import LayerEdit

KHERSON = Span(0, 7, "GPE")
SERHIY = Span(14, 20, "PERSON")


def quiet(what: str, done: int, total: int) -> None:
    """Progress nobody looks at."""


def a_file(path: Path | None = None) -> Store:
    """A file with a row in every table."""
    store = new_store(path=path)
    put(store, Label("GPE", key="1"), document_id=None)
    put(store, KHERSON, SERHIY, Relation(SERHIY, KHERSON, "in"), Note("why", KHERSON), Tag("war"), Status(State.DONE))
    put(store, Rejected(Span(0, 7, "PERSON")))
    put(store, Span(9, 11, "NORP"), document_id=2, annotator="bob")
    put(store, Tag("gone"))
    take(store, Tag("gone"))
    undoing.undo(store, "ann")
    undoing.undo(store, "ann")
    suggestions.put(store, [(1, "model-1", [Suggestion(SERHIY, "model-1", 0.5)])])
    return store


def test_a_good_file_has_no_problems(tmp_path: Path) -> None:
    store = a_file(tmp_path / "a.db")
    seen: list[tuple[str, int, int]] = []
    assert check(store, lambda *step: seen.append(step)) == []
    assert seen == [("checking", 0, 3), ("checking", 1, 3), ("checking", 2, 3)]
    store.close()
    assert check(Store.create(None), quiet) == []


FIRST = 'document 1 ("Title 1")'
ANN = f"{FIRST}, ann"
BOB = 'document 2 ("Title 2"), bob'
IN_LOG = "is in the log, but not in the table"
IN_TABLE = "is in the table, but not in the log"
UTF8 = "cannot be read: Could not decode to UTF-8 column"
OTHER = "Kherson felt. Serhiy fled to Kyiv."


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        (
            f"UPDATE texts SET text = '{OTHER}' WHERE document_id = 1",
            [f"texts: {FIRST}: its text is not the one that was stored (its SHA-256 is not the key)"],
        ),
        (
            "UPDATE documents SET key = key || 'x' WHERE id = 1",
            [f"texts: {FIRST}: its text is not the one that was stored (its SHA-256 is not the key)"],
        ),
        ("UPDATE documents SET key = key || '-1' WHERE id = 1", []),
        (
            "UPDATE documents SET length = 3 WHERE id = 1",
            [f"documents: {FIRST}: has 34 characters, but the table says 3"],
        ),
        ("UPDATE documents SET meta = '[]' WHERE id = 1", [f"documents: {FIRST}: its meta is no object"]),
        (
            "UPDATE documents SET meta = 'x' WHERE id = 1",
            [f"documents: {FIRST}: its meta or tokens cannot be read: Expecting value: line 1 column 1 (char 0)"],
        ),
        *(
            (
                f"UPDATE documents SET tokens = '{tokens}' WHERE id = 1",
                [f"documents: {FIRST}: its tokens are out of order or outside the text"],
            )
            for tokens in ("[[0,7],[3,9]]", "[[0,99]]", "[[-1,7]]", '[["0","7"]]')
        ),
        (
            "UPDATE batches SET clock = 9223372036854775807, uid = 'b' WHERE id = 1",
            ["batches: label b stands later in the log than any time can"],
        ),
        ("DELETE FROM texts WHERE document_id = 1", [f"texts: {FIRST}: its text is missing"]),
        (
            "UPDATE spans SET words = 'Cherson' WHERE label = 'GPE'",
            [f"spans: {FIRST}: GPE \"Kherson\" 0-7 has other words in the table: 'Cherson'"],
        ),
        (
            "UPDATE rejected SET words = ''",
            [f"rejected: {FIRST}: PERSON \"Kherson\" 0-7 has other words in the table: ''"],
        ),
        (
            "UPDATE suggestions SET end_char = 35",
            [f"suggestions: {FIRST}: PERSON 14-35 lies outside the text (0-34)"],
        ),
        (
            "DELETE FROM spans WHERE label = 'PERSON'",
            [
                f'spans: {ANN}: PERSON "Serhiy" 14-20 {IN_LOG}',
                f"layers: {ANN}: counts 2 entities, but the table spans has 1",
            ],
        ),
        (
            "UPDATE spans SET end_char = 77 WHERE label = 'PERSON'",
            [
                f"spans: {FIRST}: PERSON 14-77 lies outside the text (0-34)",
                f'spans: {ANN}: PERSON "Serhiy" 14-20 {IN_LOG}',
                f'spans: {ANN}: PERSON "Serhiy fled to Kyiv." 14-77 {IN_TABLE}',
            ],
        ),
        ("DELETE FROM rejected", [f'rejected: {ANN}: rejected PERSON "Kherson" 0-7 {IN_LOG}']),
        (
            "UPDATE tags SET label = 'peace'",
            [
                f"tags: {ANN}: tag peace {IN_TABLE}",
                f"tags: {ANN}: tag war {IN_LOG}",
            ],
        ),
        ("DELETE FROM notes", [f'notes: {ANN}: note "why" on GPE "Kherson" 0-7 {IN_LOG}']),
        (
            "DELETE FROM relations",
            [f'relations: {ANN}: relation in from PERSON "Serhiy" 14-20 to GPE "Kherson" 0-7 {IN_LOG}'],
        ),
        (
            "UPDATE layers SET state = 'todo' WHERE document_id = 1",
            [f"layers: {ANN}: says todo, but the log says done"],
        ),
        (
            "UPDATE layers SET entities = 9 WHERE document_id = 1",
            [f"layers: {ANN}: counts 9 entities, but the table spans has 2"],
        ),
        ("DELETE FROM layers WHERE document_id = 1", [f"layers: {ANN}: has marks or edits but no row"]),
        (
            "UPDATE labels SET key = '2'",
            [
                f"labels: schema: span label GPE key 1 {IN_LOG}",
                f"labels: schema: span label GPE key 2 {IN_TABLE}",
            ],
        ),
        (
            "UPDATE batches SET uid = 'b', clock = 1 WHERE id = 5",
            ["batches: label b stands earlier in the log than the time it was made", "?", "?"],
        ),
        (
            "UPDATE batches SET undone = 1, uid = 'b' WHERE id = 1",
            ["batches: label b is marked as undone, but the log says otherwise"],
        ),
        (
            "UPDATE batches SET undoes = 'x', uid = 'b' WHERE id = 7 ",
            ["batches: undo b names x, which is not in the log", "?"],
        ),
        ("DELETE FROM edits WHERE batch_id = 1", [f"labels: schema: span label GPE key 1 {IN_TABLE}"]),
        (
            "UPDATE spans SET fragments = 'no' WHERE document_id = 2",
            [f"edits: {BOB}: cannot be read: Expecting value: line 1 column 1 (char 0)"],
        ),
        (
            "UPDATE edits SET added = '[1]' WHERE document_id = 2",
            [f"edits: {BOB}: cannot be read: 'int' object has no attribute 'items'"],
        ),
        (
            "UPDATE texts SET text = CAST(x'ff' AS TEXT) WHERE document_id = 2",
            [f"documents: document 2: {UTF8} 'text' with text '\ufffd'"],
        ),
        (
            "UPDATE documents SET title = CAST(x'ff' AS TEXT) WHERE id = 2",
            [f"documents: document 2: {UTF8} 'title' with text '\ufffd'"],
        ),
        (
            "UPDATE spans SET annotator_id = 77 WHERE document_id = 2",
            ["spans: a row belongs to no row of annotators", f'spans: {BOB}: NORP " 💙" 9-11 {IN_LOG}', "?", "?", "?"],
        ),
    ],
)
def test_each_kind_of_damage_is_named_with_its_table_and_document(damage: str, found: list[str]) -> None:
    store = a_file()
    store.connection.execute("PRAGMA foreign_keys = OFF")
    store.connection.execute(damage)
    reseal(store)
    assert [line if other != "?" else "?" for line, other in zip_longest(check(store, quiet), found)] == found


@pytest.mark.parametrize(
    ("damage", "row"),
    [
        ("UPDATE edits SET added = replace(added, 'GPE', 'GPD') WHERE id = 2", "edits: row 2"),
        ("UPDATE edits SET document_id = 2 WHERE id = 2", "edits: row 2"),
        ("UPDATE batches SET clock = clock + 1 WHERE id = 3", "batches: row 3"),
        ("UPDATE batches SET digest = digest + 1 WHERE id = 3", "batches: row 3"),
    ],
)
def test_a_row_of_the_log_that_is_not_the_one_that_was_written_is_named(damage: str, row: str) -> None:
    store = a_file()
    store.connection.execute(damage)
    assert f"{row} of the log is not the one that was written" in check(store, quiet)


def test_each_damaged_row_of_a_long_log_is_named_also_where_it_is_no_text_any_more() -> None:
    store = new_store()
    edit = Edit(added=frozenset({KHERSON}))
    log.append(store, "ann", "import", [LayerEdit(1, "ann", edit, "Kherson")] * (PAGE + 2))
    for row in (1, PAGE, PAGE + 2):
        store.connection.execute("UPDATE edits SET added = CAST(x'ff' || added AS TEXT) WHERE id = ?", (row,))
    store.connection.execute("UPDATE batches SET source = CAST(x'ff' AS TEXT)")
    rows = [("batches", 1), ("edits", 1), ("edits", PAGE), ("edits", PAGE + 2)]
    assert list(damaged_log(store)) == rows
    named = [f"{table}: row {row} of the log is not the one that was written" for table, row in rows]
    assert [line for line in check(store, quiet) if "of the log" in line] == named


def test_another_program_writes_while_the_log_is_checked(tmp_path: Path) -> None:
    store = a_file(tmp_path / "a.db")
    store.connection.execute("UPDATE edits SET digest = digest + 1 WHERE id = 1")
    other = Store.open(tmp_path / "a.db")
    other.wait_at_most(0)
    for number, row in enumerate(damaged_log(store)):
        put(other, Tag(f"{number}"))
        assert row == ("edits", 1)
    store.close()
    other.close()


def test_flipped_bits_give_problems_or_a_refusal_but_no_crash(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    a_file(path).close()
    good = path.read_bytes()
    chance = random.Random(7)
    silent = 0
    for _ in range(150):
        place = chance.randrange(100, len(good))
        flipped = bytes([good[place] ^ (1 << chance.randrange(8))])
        path.write_bytes(good[:place] + flipped + good[place + 1 :])
        try:
            store = Store.open(path)
        except StoreError:
            continue
        silent += check(store, quiet) == []
        store.close()
    assert silent > 0  # most of a small file is empty space


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_a_truncated_file_is_refused_or_told(tmp_path: Path, share: float) -> None:
    path = tmp_path / "a.db"
    a_file(path).close()
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    try:
        store = Store.open(path)
    except StoreError:
        return
    assert check(store, quiet)
    store.close()


def test_check_lets_another_program_write_and_sees_no_half_of_it(tmp_path: Path) -> None:
    store = a_file(tmp_path / "a.db")
    other = Store.open(tmp_path / "a.db")
    step = [0]

    def write(what: str, done: int, total: int) -> None:
        put(other, Tag(f"tag {step[0]}"), document_id=1 + done)
        step[0] += 1

    assert check(store, write) == []
    assert step == [3]
    store.close()
    other.close()


def test_a_row_of_the_log_that_holds_bytes_is_not_the_one_that_was_written() -> None:
    assert not is_written((1, b"\xff"), 5)
    assert is_written((1, "label"), digest_of(1, "label"))
