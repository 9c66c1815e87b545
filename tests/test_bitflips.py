"""One flipped bit in a text, a label, an offset or the log is found and mended, whichever bit it is."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from stores import new_store, put

from reader.model import Label, Note, Rejected, Relation, Span, State, Status, Tag
from reader.store import repairing, undoing
from reader.store.checking import check
from reader.store.connection import Store

GPE, PERSON, LATER = Span(0, 7, "GPE", (), (("wikidata", "Q1"),)), Span(14, 20, "PERSON"), Span(29, 33, "GPE")
# What a person's work is made of; `documents.key` and the log's `digest` are what it is checked by.
COLUMNS = {
    "texts": ("text",),
    "documents": ("key", "length"),
    "spans": ("document_id", "annotator_id", "start_char", "end_char", "label", "fragments", "attributes", "words"),
    "rejected": ("start_char", "end_char", "label", "words"),
    "relations": ("label", "head", "tail"),
    "tags": ("label",),
    "notes": ("span", "text"),
    "layers": ("state", "entities"),
    "labels": ("kind", "name", "key", "color", "description"),
    "batches": ("uid", "clock", "at", "annotator_id", "verb", "source", "position", "undoes", "undone", "digest"),
    "edits": ("batch_id", "document_id", "annotator_id", "removed", "added", "digest"),
}


def quiet(what: str, done: int, total: int) -> None:
    """Nobody looks."""


def a_store(path: Path) -> Store:
    store = new_store(path=path)
    put(store, Label("GPE", "span", "1", "#6cc070", "Countries"), document_id=None)
    put(store, GPE, PERSON, Tag("war"), Note("why", GPE), Relation(GPE, PERSON, "of"))
    put(store, LATER, Status(State.DONE), Note("of all"))
    put(store, Span(0, 6, "PERSON"), Rejected(Span(12, 16, "ORG")), document_id=2, annotator="bob")
    undoing.undo(store, "bob")
    undoing.redo(store, "bob")
    assert check(store, quiet) == []
    rules(store, False)
    return store


def rules(store: Store, hold: bool) -> None:
    """A disk knows no rules: what is flipped there need not fit a table's."""
    store.connection.execute(f"PRAGMA foreign_keys = {hold}")
    store.connection.execute(f"PRAGMA ignore_check_constraints = {not hold}")


def flip(store: Store, chance: random.Random) -> str:
    """Flip one bit of one value; says where, "" where a key forbids it."""
    table = chance.choice(list(COLUMNS))
    column = chance.choice(COLUMNS[table])
    keys = [row[1] for row in store.rows(f"PRAGMA table_info({table})") if row[5]]
    row = chance.choice(store.rows(f"SELECT typeof({column}), {column}, {', '.join(keys)} FROM {table}"))
    kind, value, found = row[0], row[1], row[2:]
    if value in (None, ""):
        return ""
    place = " AND ".join(f"{key} IS ?" for key in keys)
    if kind == "text":
        data = bytearray(value.encode())
        bit = chance.randrange(8 * len(data))
        data[bit // 8] ^= 1 << bit % 8
        new, as_what = bytes(data), "CAST(? AS TEXT)"
    elif kind == "integer":
        bit = chance.randrange(63)
        new, as_what = value ^ 1 << bit, "?"
    else:
        bit = chance.randrange(52)
        numerator, denominator = value.as_integer_ratio()
        new, as_what = (numerator ^ 1 << bit % max(1, numerator.bit_length())) / denominator, "?"
    changed = store.connection.execute(
        f"UPDATE OR IGNORE {table} SET {column} = {as_what} WHERE {place}", (new, *found)
    ).rowcount
    return f"{table}.{column}: {value!r} bit {bit}" if changed else ""


def silent(path: Path, number: int, seed: int) -> list[str]:
    """The flips of so many that nobody found."""
    store = a_store(path)
    chance = random.Random(seed)
    missed: list[str] = []
    done = 0
    while done < number:
        store.connection.execute("BEGIN IMMEDIATE")
        where = flip(store, chance)
        if where:
            done += 1
            if not check(store, quiet):
                missed.append(where)
        store.connection.execute("ROLLBACK")
    assert check(store, quiet) == []
    store.close()
    return missed


def badly_mended(path: Path, number: int, seed: int) -> list[str]:
    """The flips of so many by which a repair lost or made up something, or, with a backup, did not mend all."""
    store = a_store(path)
    store.backup(path.with_name("backup.db"))
    backup = Store.open(path.with_name("backup.db"), read_only=True)
    good = said(store)
    chance = random.Random(seed)
    wrong: list[str] = []
    done = 0
    while done < number:
        rules(store, False)
        where = flip(store, chance)
        rules(store, True)
        if not where:
            continue
        done += 1
        before = said(store)
        repairing.repair(store, None, quiet)
        after = said(store)
        if (before & good) - after or (after - before) - good:
            wrong.append(f"{where}: worse than before")
        repairing.repair(store, backup, quiet)
        if check(store, quiet) or said(store) != good:
            wrong.append(f"{where}: not mended")
        backup.connection.backup(store.connection)
    store.close()
    backup.close()
    return wrong


def said(store: Store) -> frozenset[str]:
    """Every row of texts, marks, labels and the log, but not when a layer was last changed."""
    with store.any_bytes():
        return frozenset(
            f"{table} {row}"
            for table, columns in COLUMNS.items()
            for row in store.rows(f"SELECT {', '.join(columns)} FROM {table}")
        )


def test_no_repair_is_worse_than_none_and_with_a_backup_any_flipped_bit_is_mended(tmp_path: Path) -> None:
    assert badly_mended(tmp_path / "a.db", 50, seed=1) == []


def test_any_flipped_bit_is_found(tmp_path: Path) -> None:
    assert silent(tmp_path / "a.db", 50, seed=1) == []


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_thousand_flipped_bits_are_found(tmp_path: Path) -> None:
    """Prints its figure: run with `make soak`."""
    number = 1_000
    assert silent(tmp_path / "a.db", number, seed=2) == []
    assert badly_mended(tmp_path / "b.db", number, seed=2) == []
    print(f"flipped bits: {number:,} in texts, labels, offsets and the log, none silent, all mended")
