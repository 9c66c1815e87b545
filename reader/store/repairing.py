"""Mending a damaged file: tables from the log, log and texts from a backup; what neither has is left, and named."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Iterator
from contextlib import nullcontext, suppress

from reader.errors import StoreError
from reader.migrations import DIGESTED
from reader.model import Mark, Marks, Status
from reader.store import log, tables
from reader.store.checking import damaged_log, is_written, layer_problems, wrongly_undone
from reader.store.codec import marks_from_json, misfit
from reader.store.connection import Progress, Row, Store

_TABLES = ("layers", "spans", "rejected", "tags", "relations", "notes")
_OF_A_VALUE = re.compile(r"CHECK constraint failed in |\S+ value in ")
"""What SQLite says of a row that is there, and holds what its table forbids."""


def repair(store: Store, backup: Store | None, progress: Progress) -> list[str]:
    """Mend what can be mended, in one transaction; a line for each thing done. Raises NotSaved, ReadOnly, StoreError.

    The log is believed where each row of it fits its digest, a text where it fits its key. A row or a text that does
    not is taken from the backup where the backup's own fits, and left alone otherwise; a layer that such a row of the
    log may belong to is left alone too, for its tables may be all that is left of it.
    """
    done: list[str] = []
    with store.any_bytes(), backup.any_bytes() if backup else nullcontext(), store.transaction():
        _index_again(store)
        done += _texts(store, backup)
        done += _log(store, backup)
        if _has_all_rows(store):
            damaged = [*damaged_log(store), *_without_batch(store)]
            done += _layers(store, damaged, progress)
            if not damaged:
                done += _schema(store)
                done += _undone(store)
        if done:
            # What the index says of the texts may be as wrong as they were.
            store.connection.execute("INSERT INTO texts_search (texts_search) VALUES ('delete-all')")
            store.set_setting("indexed_up_to", "")
    return done


def _index_again(store: Store) -> None:
    """Make the indexes say what their tables do: where a letter of a row is flipped on the disk, an index still has it.

    Not those of the log, which show whether it has all its rows.
    """
    for table in ("documents", *_TABLES):
        # One that cannot be made, of rows that are the same but for a flipped bit, stays as it is.
        with suppress(sqlite3.DatabaseError):
            store.connection.execute(f"REINDEX {table}")


def _texts(store: Store, backup: Store | None) -> Iterator[str]:
    for document_id, key in store.rows("SELECT id, key FROM documents ORDER BY id"):
        text = _text(store, document_id)
        if not _fits(text, key) and (theirs := _key(store, backup, document_id, text)):
            key = theirs
            store.connection.execute("UPDATE documents SET key = ? WHERE id = ?", (key, document_id))
            yield f"documents: document {document_id}: its key is taken from the backup"
        if not _fits(text, key):
            found = (
                backup.rows("SELECT text FROM texts JOIN documents ON id = document_id WHERE key = ?", (key,))
                if backup and str(key).isascii()
                else []
            )
            if not found or not _fits(found[0][0], key):
                continue
            text = found[0][0]
            store.connection.execute(
                "INSERT OR REPLACE INTO texts (document_id, text) VALUES (?, ?)", (document_id, text)
            )
            yield f"texts: document {document_id}: taken from the backup"
        if store.value("SELECT length FROM documents WHERE id = ?", (document_id,)) != len(text):
            store.connection.execute("UPDATE documents SET length = ? WHERE id = ?", (len(text), document_id))
            yield f"documents: document {document_id}: its length is counted again"


def _text(store: Store, document_id: int) -> str:
    """The text of a document, "" where it is gone."""
    return str(store.value("SELECT text FROM texts WHERE document_id = ?", (document_id,)) or "")


def _key(store: Store, backup: Store | None, document_id: int, text: str) -> str:
    """The key that the backup has for the same text, "" where there is none or another document here has it."""
    if backup is None or _text(backup, document_id) != text:
        return ""
    key = str(backup.value("SELECT key FROM documents WHERE id = ?", (document_id,)))
    taken = not _fits(text, key) or store.value("SELECT 1 FROM documents WHERE key = ? AND id <> ?", (key, document_id))
    return "" if taken else key


def _fits(text: str, key: str | None) -> bool:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() == str(key)[:64]


def _log(store: Store, backup: Store | None) -> Iterator[str]:
    """Rows of the log from the backup: of the same number, whole, and the same action by what either still says."""
    for table, row in list(damaged_log(store)) if backup else []:
        ours = _row(store, table, "id", row)
        theirs = _written(store, backup, table, ours) if backup and ours else None
        if theirs is None:
            continue
        names = DIGESTED[table].split(", ")
        assignments = ", ".join(f"{name} = ?" for name in (*names, "digest"))
        store.connection.execute(f"UPDATE {table} SET {assignments} WHERE id = ?", (*theirs, row))
        yield f"{table}: row {theirs[0]} of the log is taken from the backup"


def _written(store: Store, backup: Store, table: str, ours: Row) -> Row | None:
    """What a damaged row was, by the backup. One flipped bit spares either the digest or what it stands for."""
    theirs = _row(backup, table, "id", ours[0])
    if theirs is None or (theirs[-1] != ours[-1] and theirs[:-1] != ours[:-1]):
        # Its number may be what was damaged.
        theirs = _row(backup, table, "digest", ours[-1])
        if theirs is None or _row(store, table, "id", theirs[0]) is not None:
            return None
    return theirs if is_written(theirs[:-1], theirs[-1]) else None


def _row(store: Store, table: str, key: str, value: int) -> Row | None:
    found = store.rows(f"SELECT {DIGESTED[table]}, digest FROM {table} WHERE {key} = ?", (value,))
    return found[0] if found else None


def _has_all_rows(store: Store) -> bool:
    """Whether the tables of the log and their indexes agree; with a page lost they would add up to less."""
    messages = [message for table in DIGESTED for (message,) in store.rows(f"PRAGMA integrity_check({table})")]
    return all(message == "ok" or _OF_A_VALUE.match(message) for message in messages)


def _without_batch(store: Store) -> list[tuple[str, int]]:
    """`(table, id)` of the edits whose batch is gone, or has got another number."""
    return store.rows(
        "SELECT 'edits', edits.id FROM edits LEFT JOIN batches ON batches.id = batch_id WHERE batches.id IS NULL"
    )


def _layers(store: Store, damaged: list[tuple[str, int]], progress: Progress) -> Iterator[str]:
    """Every layer whose tables are not what the log adds up to, made so."""
    spoilt = {layer for table, row in damaged for layer in _layers_of(store, table, row)}
    strays = _strays(store, damaged)
    layers = store.rows(
        " UNION ".join(f"SELECT document_id, annotator_id FROM {table}" for table in _TABLES)
        + " UNION SELECT document_id, annotator_id FROM edits WHERE document_id IS NOT NULL"
    )
    for number, layer in enumerate(layers):
        progress("mending", number, len(layers))
        document_id, annotator_id = layer
        if not damaged and _is_nobodys(store, layer):
            _clear(store, layer)
            yield f"layers: document {document_id}, annotator {annotator_id}: removed, for the log has none of it"
            continue
        text = _text(store, document_id)
        if layer in spoilt or not _fits(text, store.value("SELECT key FROM documents WHERE id = ?", (document_id,))):
            continue
        marks = log.folded_layer(store, document_id, annotator_id)
        if any(misfit(mark, text) for mark in marks) or _same(store, layer, text):
            continue
        if strays is not None and not _is_whole(store, layer, marks, strays):
            continue
        _clear(store, layer)
        at = store.value(
            "SELECT max(at) FROM edits JOIN batches ON batches.id = batch_id WHERE document_id = ?"
            " AND edits.annotator_id = ?",
            layer,
        )
        tables.replace_layer(store, document_id, annotator_id, marks, text, at or 0.0)
        yield f"layers: document {document_id}, annotator {annotator_id}: made again from the log"


def _is_nobodys(store: Store, layer: tuple[int, int]) -> bool:
    """Whether the log has nothing of a layer, and there is no such document or annotator."""
    return not store.value(
        "SELECT EXISTS (SELECT 1 FROM edits WHERE document_id = ?1 AND annotator_id = ?2) OR"
        " (EXISTS (SELECT 1 FROM documents WHERE id = ?1) AND EXISTS (SELECT 1 FROM annotators WHERE id = ?2))",
        layer,
    )


def _clear(store: Store, layer: tuple[int, int]) -> None:
    for table in _TABLES:
        store.connection.execute(f"DELETE FROM {table} WHERE document_id = ? AND annotator_id = ?", layer)


def _layers_of(store: Store, table: str, row: int) -> list[tuple[int, int]]:
    where = "id" if table == "edits" else "batch_id"
    return store.rows(f"SELECT document_id, annotator_id FROM edits WHERE {where} = ?", (row,))


def _strays(store: Store, damaged: list[tuple[str, int]]) -> Marks | None:
    """What the damaged edits are about, for the layer each names may not be its own; None where none is damaged."""
    rows = [row for table, row in damaged if table == "edits"]
    found: set[Mark] = set()
    for row in rows:
        for column in ("removed", "added"):
            try:
                found |= marks_from_json(store.value(f"SELECT {column} FROM edits WHERE id = ?", (row,)))
            except StoreError:
                continue  # then this is what was damaged of it, and not its layer
    return frozenset(found) if rows else None


def _is_whole(store: Store, layer: tuple[int, int], marks: Marks, strays: Marks) -> bool:
    """Whether the log has all there is of a layer: nothing goes by it, nothing comes that a stray may have taken."""
    try:
        present = tables.marks_of(store, *layer)
    except StoreError:
        return False
    return present <= marks and not (marks - present) & strays


def _same(store: Store, layer: tuple[int, int], text: str) -> bool:
    """Whether the tables of a layer say what the log does, each mark with its own words."""
    return not layer_problems(store, *layer, text)


def _schema(store: Store) -> Iterator[str]:
    marks = log.folded_layer(store, None, 0)
    if _labels(store) != frozenset(mark for mark in marks if not isinstance(mark, Status)):
        tables.replace_layer(store, None, 0, marks, "", 0.0)
        yield "labels: made again from the log"


def _undone(store: Store) -> Iterator[str]:
    for row, undone in wrongly_undone(store):
        store.connection.execute("UPDATE batches SET undone = ? WHERE id = ?", (undone, row))
        yield f"batches: row {row}: {'' if undone else 'not '}undone, by the log"


def _labels(store: Store) -> Marks | None:
    """The labels of the table, None where it cannot be read."""
    try:
        return frozenset(tables.labels(store))
    except StoreError:
        return None
