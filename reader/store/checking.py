"""Looking for damage: what the tables say against what the log adds up to, and each text against its key."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial

from reader.errors import StoreError
from reader.migrations import DIGESTED, digest_of
from reader.model import Label, Marks, Note, Rejected, Relation, Span, Status, Tag, state_of
from reader.store import documents, log, tables
from reader.store.codec import describe, misfit
from reader.store.connection import Progress, Row, Store

PAGE = 500
CHARACTERS = 1 << 20
"""So much of the log is read at once: rows, and what they hold."""
_BROKEN = (StoreError, sqlite3.Error, ValueError, TypeError, KeyError, IndexError, AttributeError)
"""What reading a damaged row may raise, from SQLite, from JSON and from the marks made of it."""


def check(store: Store, progress: Progress) -> list[str]:
    """Everything that is wrong with a file, a line each: the table, the document, and what is wrong.

    Reads one document at a time, so that an editor beside it waits for no longer than that.
    """
    problems = [*_read("file", lambda: _structure(store)), *_read("batches", lambda: _order(store))]
    problems += _read("log", lambda: _digests(store))
    problems += _read("labels", lambda: _labels(store))
    total = _total(store)
    for done, document_id in enumerate(_documents(store, problems)):
        progress("checking", done, total)
        with store.snapshot():
            problems += _document(store, document_id)
    return problems


def _read(where: str, find: Callable[[], Iterator[str]]) -> list[str]:
    """What a check finds; a failure to read is what it finds last."""
    found: list[str] = []
    try:
        found.extend(find())
    except _BROKEN as error:
        found.append(f"{where}: cannot be read: {error.__cause__ or error}")
    return found


def _total(store: Store) -> int:
    try:
        return int(store.value("SELECT count(*) FROM documents"))
    except StoreError:
        return 0


def _documents(store: Store, problems: list[str]) -> Iterator[int]:
    last = -(2**63)
    while True:
        try:
            page = store.rows("SELECT id FROM documents WHERE id > ? ORDER BY id LIMIT ?", (last, PAGE))
        except StoreError as error:
            problems.append(f"documents: cannot be read behind number {last}: {error.__cause__ or error}")
            return
        yield from (row[0] for row in page)
        if len(page) < PAGE:
            return
        last = page[-1][0]


def _structure(store: Store) -> Iterator[str]:
    for (message,) in store.rows("PRAGMA integrity_check"):
        if message != "ok":
            yield f"file: {' '.join(str(message).split())}"
    for table, row, parent, _ in store.rows("PRAGMA foreign_key_check"):
        yield f"{table}: {'a row' if row is None else f'row {row}'} belongs to no row of {parent}"


def _order(store: Store) -> Iterator[str]:
    for uid, verb in store.rows(
        f"SELECT uid, verb FROM batches WHERE clock < (CAST(at * 1000 AS INTEGER) - 1) << {log.CLOCK_SHIFT}"
    ):
        yield f"batches: {verb} {uid} stands earlier in the log than the time it was made"
    for uid, verb, undoes, clock in store.rows(
        "SELECT later.uid, later.verb, later.undoes, batches.clock FROM batches AS later"
        " LEFT JOIN batches ON batches.uid = later.undoes WHERE later.undoes <> ''"
        " AND (batches.clock IS NULL OR (batches.clock, batches.uid) > (later.clock, later.uid))"
    ):
        what = "is not in the log" if clock is None else "is newer than it"
        yield f"batches: {verb} {uid} names {undoes}, which {what}"
    for uid, verb in store.rows("SELECT uid, verb FROM batches WHERE clock > ?", (log.LAST_CLOCK,)):
        yield f"batches: {verb} {uid} stands later in the log than any time can"
    if wrongly_undone(store):
        # Perhaps only because another program undid something between two reads; then not at one moment.
        with store.snapshot():
            found = wrongly_undone(store)
            named = [store.rows("SELECT verb, uid FROM batches WHERE id = ?", (row,))[0] for row, _ in found]
        for (_, undone), (verb, uid) in zip(found, named, strict=True):
            yield f"batches: {verb} {uid} is {'not ' if undone else ''}marked as undone, but the log says otherwise"


def wrongly_undone(store: Store) -> list[tuple[int, bool]]:
    """`(id, undone)` of each batch that is marked otherwise, and whether it is undone by the log."""
    last: dict[str, int] = dict(
        store.rows("SELECT undoes, verb = 'undo' FROM batches WHERE undoes <> '' ORDER BY clock, uid")
    )
    return [
        (row, bool(last.get(uid, 0)))
        for row, uid, undone in store.rows("SELECT id, uid, undone FROM batches")
        if undone != last.get(uid, 0)
    ]


def _digests(store: Store) -> Iterator[str]:
    for table, row in damaged_log(store):
        yield f"{table}: row {row} of the log is not the one that was written"


def damaged_log(store: Store) -> Iterator[tuple[str, int]]:
    """`(table, id)` of each row of the log that does not fit its digest."""
    for table, columns in DIGESTED.items():
        for *values, digest in _in_pages(store, table, f"{columns}, digest"):
            if not is_written(values, digest):
                yield table, values[0]


def is_written(values: Sequence[object], digest: int) -> bool:
    """Whether a row of the log is the one that was written."""
    try:
        return digest_of(*values) == digest
    except TypeError:  # bytes, where there was a text or a number
        return False


def _in_pages(store: Store, table: str, columns: str) -> Iterator[Row]:
    """The rows of a table of the log, by id; between two pages another program may write."""
    last, more = -(2**63), True
    while more:
        page: list[Row] = []
        size = 0
        more = False
        with (
            store.any_bytes(),
            closing(
                store.connection.execute(f"SELECT {columns} FROM {table} WHERE id > ? ORDER BY id", (last,))
            ) as rows,
        ):
            for row in rows:
                page.append(row)
                size += sum(len(value) for value in row if isinstance(value, str))
                if len(page) == PAGE or size > CHARACTERS:
                    # In a damaged tree the ids may go down: then there is no way on.
                    more = row[0] > last
                    last = row[0]
                    break
        yield from page


def _labels(store: Store) -> Iterator[str]:
    with store.snapshot():
        present, folded = frozenset(tables.labels(store)), log.folded_layer(store, None, 0)
    yield from _differences("schema", present, folded, "")


def _document(store: Store, document_id: int) -> list[str]:
    number = f"document {document_id}"
    try:
        key, length, title, _, _, meta, tokens, text = store.rows(
            "SELECT key, length, title, source, language, meta, tokens, text FROM documents"
            " LEFT JOIN texts ON document_id = id WHERE id = ?",
            (document_id,),
        )[0]
    except _BROKEN as error:
        return [f"documents: {number}: cannot be read: {error.__cause__ or error}"]
    name = f'{number} ("{" ".join(str(title).split())[:60]}")'
    if text is None:
        return [f"texts: {name}: its text is missing"]
    problems = _read(f"texts: {name}", partial(_text, name, key, length, text))
    if wrong := documents.problem(meta, tokens, length):
        problems.append(f"documents: {name}: {wrong}")
    for table in ("spans", "rejected"):
        problems += _read(f"{table}: {name}", partial(_words, store, table, document_id, name, text))
    problems += _read(f"suggestions: {name}", partial(_suggestions, store, document_id, name, text))
    problems += _read(f"layers: {name}", partial(_layers, store, document_id, name, text))
    return problems


def _text(name: str, key: str, length: int, text: str) -> Iterator[str]:
    if hashlib.sha256(text.encode("utf-8")).hexdigest() != key[:64] or key[64:65] not in ("", "-"):
        yield f"texts: {name}: its text is not the one that was stored (its SHA-256 is not the key)"
    if len(text) != length:
        yield f"documents: {name}: has {len(text)} characters, but the table says {length}"


def _words(store: Store, table: str, document_id: int, name: str, text: str) -> Iterator[str]:
    for start, end, label, words in store.rows(
        f"SELECT start_char, end_char, label, words FROM {table} WHERE document_id = ?", (document_id,)
    ):
        if not 0 <= start < end <= len(text):
            yield f"{table}: {name}: {label} {start}-{end} lies outside the text (0-{len(text)})"
        elif text[start:end] != words:
            yield f"{table}: {name}: {describe(Span(start, end, label), text)} has other words in the table: {words!r}"


def layer_problems(store: Store, document_id: int, annotator_id: int, text: str) -> list[str]:
    """Where the tables of a layer differ from the log, or a mark's words from the text."""
    found = _read("layer", partial(_layer, store, document_id, annotator_id, "layer", text))
    for table in ("spans", "rejected"):
        found += _read(table, partial(_words, store, table, document_id, "layer", text))
    return found


def _suggestions(store: Store, document_id: int, name: str, text: str) -> Iterator[str]:
    for start, end, label in store.rows(
        "SELECT start_char, end_char, label FROM suggestions WHERE document_id = ? AND end_char > ?",
        (document_id, len(text)),
    ):
        yield f"suggestions: {name}: {label} {start}-{end} lies outside the text (0-{len(text)})"


def _layers(store: Store, document_id: int, name: str, text: str) -> Iterator[str]:
    sources = " UNION ".join(
        f"SELECT annotator_id FROM {table} WHERE document_id = :id"
        for table in ("layers", "spans", "rejected", "tags", "relations", "notes", "edits")
    )
    for annotator_id, annotator in store.rows(
        f"SELECT annotator_id, coalesce(name, 'annotator ' || annotator_id) FROM ({sources})"
        " LEFT JOIN annotators ON annotators.id = annotator_id ORDER BY annotator_id",
        {"id": document_id},
    ):
        where = f"{name}, {annotator}"
        yield from _read(f"edits: {where}", partial(_layer, store, document_id, annotator_id, where, text))


def _layer(store: Store, document_id: int, annotator_id: int, where: str, text: str) -> Iterator[str]:
    present = tables.marks_of(store, document_id, annotator_id)
    folded = log.folded_layer(store, document_id, annotator_id)
    yield from _differences(where, present, folded, text)
    for mark in folded:
        if problem := misfit(mark, text):
            yield f"edits: {where}: {problem}"
    spans = sum(isinstance(mark, Span) for mark in present)
    row = store.rows(
        "SELECT entities, state FROM layers WHERE document_id = ? AND annotator_id = ?", (document_id, annotator_id)
    )
    if not row:
        yield f"layers: {where}: has marks or edits but no row"
        return
    entities, state = row[0]
    if entities != spans:
        yield f"layers: {where}: counts {entities} entities, but the table spans has {spans}"
    if state != state_of(folded):
        yield f"layers: {where}: says {state}, but the log says {state_of(folded)}"


def _differences(where: str, present: Marks, folded: Marks, text: str) -> Iterator[str]:
    for mark in sorted(present ^ folded, key=repr):
        if not isinstance(mark, Status):  # a column of `layers`
            here, missing = ("table", "log") if mark in present else ("log", "table")
            yield f"{_TABLES[type(mark)]}: {where}: {describe(mark, text)} is in the {here}, but not in the {missing}"


_TABLES = {Span: "spans", Rejected: "rejected", Tag: "tags", Relation: "relations", Note: "notes", Label: "labels"}
