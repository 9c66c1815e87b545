"""Uniting two files: the union of their logs, folded again, so that order and repetition of merges do not matter."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from reader.errors import StoreError
from reader.migrations import DIGESTED
from reader.model import Mark, Marks
from reader.store import documents, log, tables
from reader.store.checking import is_written, wrongly_undone
from reader.store.codec import describe, misfit
from reader.store.connection import Progress, Row, Store

PAGE = 1000
FACTS_NAMED = 8


class MergeReport(NamedTuple):
    """What came from the other file: new documents, changed layers, edits, suggestions.

    `conflicts` has a line for each layer that both sides had changed differently.
    """

    documents: int
    layers: int
    changes: int
    suggestions: int
    conflicts: tuple[str, ...]


@dataclass(slots=True)
class _Union:
    """One merge under way: which id there is which id here (with the text's length), and which layers are touched."""

    store: Store
    other: Store
    annotators: dict[int, int]
    documents: dict[int, tuple[int, int]]
    last_edit: int
    touched: dict[tuple[int, int], tuple[int, int]]
    schema_touched: bool = False


def merge(store: Store, other: Store, progress: Progress) -> MergeReport:
    """Bring everything of another file into this one, in one transaction or that of the caller; the other is read.

    A fact stands if the newest edit of either log that mentions it added it. Settings stay as they are here. Raises
    StoreError where the other file is damaged, NotSaved, ReadOnly; nothing has changed then.
    """
    if _same_file(store.path, other.path):
        return MergeReport(0, 0, 0, 0, ())
    with store.transaction() as connection, other.snapshot():
        last_edit = connection.execute("SELECT coalesce(max(id), 0) FROM edits").fetchone()[0]
        union = _Union(store, other, {}, {}, last_edit, {})
        for there, name in _stream(other, "annotators", "id", "id, name"):
            union.annotators[there] = store.ensure_annotator(name)
        new = _unite_documents(union, progress)
        changes = _unite_log(union, progress)
        conflicts = _fold_again(union, progress)
        _set_undone(store)
        suggestions = _unite_suggestions(union)
        _unite_places(union)
    return MergeReport(new, len(union.touched), changes, suggestions, tuple(conflicts))


def _same_file(here: Path | None, there: Path | None) -> bool:
    return here is not None and there is not None and here.samefile(there)


def _stream(other: Store, table: str, key: str, columns: str, where: str = "1") -> Iterator[Row]:
    """The rows of a table in the order of its key, page by page; `columns` begin with those of the key."""
    width = key.count(",") + 1
    last: Row = ()
    while True:
        behind = f"({key}) > ({', '.join('?' * width)})" if last else "1"
        page = other.rows(f"SELECT {columns} FROM {table} WHERE {where} AND {behind} ORDER BY {key} LIMIT {PAGE}", last)
        yield from page
        if len(page) < PAGE:
            return
        last = page[-1][:width]


def _damaged(other: Store, what: str) -> StoreError:
    return StoreError(f"{other.path or 'memory'}: {what}, so nothing was merged. Run `reader check` on it")


def _unite_documents(union: _Union, progress: Progress) -> int:
    total = int(union.other.value("SELECT count(*) FROM documents"))
    new = 0
    columns = "id, key, length, added_at, title, source, language, meta, tokens"
    for done, (there, key, length, *fields) in enumerate(_stream(union.other, "documents", "id", columns)):
        if done % 100 == 0:
            progress("merging documents", done, total)
        if wrong := documents.problem(fields[-2], fields[-1], length):
            raise _damaged(union.other, f"document {there}: {wrong}")
        here = union.store.value("SELECT id FROM documents WHERE key = ?", (key,))
        if here is None:
            here = _add_document(union, there, key, length, fields)
            new += 1
        else:
            _settle(union.store, here, fields)
        union.documents[there] = (here, length)
    return new


def _add_document(union: _Union, there: int, key: str, length: int, fields: Sequence[Any]) -> int:
    text = documents.text_of(union.other, there)
    if len(text) != length or hashlib.sha256(text.encode("utf-8")).hexdigest() != key[:64]:
        raise _damaged(union.other, f"the text of document {there} is not the one that was stored")
    cursor = union.store.connection.execute(
        "INSERT INTO documents (key, length, added_at, title, source, language, meta, tokens)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (key, length, *fields),
    )
    union.store.connection.execute("INSERT INTO texts VALUES (?, ?)", (cursor.lastrowid, text))
    return int(cursor.lastrowid or 0)


def _settle(store: Store, here: int, theirs: Sequence[Any]) -> None:
    """Where both describe the same text differently: what was added first, then what sorts first, on both sides."""
    *ours, our_tokens = store.rows(
        "SELECT added_at, title, source, language, meta, tokens FROM documents WHERE id = ?", (here,)
    )[0]
    *fields, their_tokens = theirs
    chosen = min(tuple(ours), tuple(fields))
    tokens = min((one for one in (our_tokens, their_tokens) if one is not None), default=None)
    if (chosen, tokens) != (tuple(ours), our_tokens):
        store.connection.execute(
            "UPDATE documents SET added_at = ?, title = ?, source = ?, language = ?, meta = ?, tokens = ? WHERE id = ?",
            (*chosen, tokens, here),
        )


def _unite_log(union: _Union, progress: Progress) -> int:
    """Append the batches this file has not, with their edits; gives the number of edits."""
    total = int(union.other.value("SELECT count(*) FROM batches"))
    changes = 0
    columns = f"{DIGESTED['batches']}, digest"
    for done, (there, uid, clock, at, annotator, *fields) in enumerate(_stream(union.other, "batches", "id", columns)):
        if done % 100 == 0:
            progress("merging changes", done, total)
        if union.store.rows("SELECT 1 FROM batches WHERE uid = ?", (uid,)):
            continue
        if annotator not in union.annotators:
            raise _damaged(union.other, f"change {uid} was made by nobody")
        if clock > log.LAST_CLOCK:
            raise _damaged(union.other, f"change {uid} stands later in the log than any time can")
        verb, source, position, undoes, digest = fields
        if not is_written((there, uid, clock, at, annotator, verb, source, position, undoes), digest):
            raise _damaged(union.other, f"change {uid} is not the one that was written")
        here = log.insert_batch(
            union.store, (uid, clock, at, union.annotators[annotator], verb, source, position, undoes)
        )
        changes += _unite_edits(union, int(there), here)
    return changes


def _unite_edits(union: _Union, batch_there: int, batch_here: int) -> int:
    number = 0
    columns = f"{DIGESTED['edits']}, digest"
    for identifier, _, document, annotator, removed, added, digest in _stream(
        union.other, "edits", "id", columns, f"batch_id = {batch_there}"
    ):
        if not is_written((identifier, batch_there, document, annotator, removed, added), digest):
            raise _damaged(union.other, f"edit {identifier} is not the one that was written")
        if annotator not in union.annotators or (document is not None and document not in union.documents):
            raise _damaged(union.other, f"an edit of batch {batch_there} belongs to no layer")
        here = (None if document is None else union.documents[document][0], union.annotators[annotator])
        log.insert_edit(union.store, (batch_here, *here, removed, added))
        if here[0] is None:
            union.schema_touched = True
        else:
            union.touched[(here[0], here[1])] = (document, annotator)
        number += 1
    return number


def _fold_again(union: _Union, progress: Progress) -> list[str]:
    """Make the tables of every touched layer what the united log says; gives the conflicts."""
    conflicts = _fold_schema(union) if union.schema_touched else []
    for done, (here, there) in enumerate(sorted(union.touched.items())):
        progress("merging marks", done, len(union.touched))
        document_id, annotator_id = here
        text = documents.text_of(union.store, document_id)
        conflicts += _conflict(union, here, there, text)
        marks = log.folded_layer(union.store, document_id, annotator_id)
        wrong = next((found for mark in marks if (found := misfit(mark, text))), "")
        if wrong:
            raise _damaged(union.other, f"its log does not fit the text of {_title(union.store, document_id)}: {wrong}")
        at = union.store.value(
            "SELECT at FROM edits JOIN batches ON batches.id = batch_id WHERE document_id = ?"
            " AND edits.annotator_id = ? ORDER BY clock DESC, uid DESC LIMIT 1",
            here,
        )
        tables.replace_layer(union.store, document_id, annotator_id, marks, text, at)
    return conflicts


def _fold_schema(union: _Union) -> list[str]:
    ours = frozenset(tables.labels(union.store))
    theirs = frozenset(tables.labels(union.other))
    found: list[str] = []
    if ours != theirs and _changed_here_alone(union, "document_id IS NULL", ()):
        found.append(f"labels: {_difference(ours, theirs, '')}")
    marks = log.folded_layer(union.store, None, 0)
    tables.replace_layer(union.store, None, 0, marks, "", 0.0)
    by_key: dict[str, list[str]] = {}
    for label in tables.labels(union.store):
        by_key.setdefault(label.key, []).append(label.name)
    found += [
        f"labels: the key {key} belongs to {' and '.join(names)}; the first has it until you give the others a new one"
        for key, names in by_key.items()
        if key and len(names) > 1
    ]
    return found


def _conflict(union: _Union, here: tuple[int, int], there: tuple[int, int], text: str) -> Iterator[str]:
    ours = tables.marks_of(union.store, *here)
    theirs = tables.marks_of(union.other, *there)
    if ours != theirs and _changed_here_alone(union, "document_id = ? AND edits.annotator_id = ?", here):
        name = union.store.value("SELECT name FROM annotators WHERE id = ?", (here[1],))
        yield f"{_title(union.store, here[0])}, {name}: {_difference(ours, theirs, text)}"


def _changed_here_alone(union: _Union, where: str, layer: Row) -> bool:
    """Whether this file had an edit of a layer that the other has not."""
    uids = union.store.rows(
        f"SELECT DISTINCT uid FROM edits JOIN batches ON batches.id = batch_id WHERE {where} AND edits.id <= ?",
        (*layer, union.last_edit),
    )
    return any(not union.other.rows("SELECT 1 FROM batches WHERE uid = ?", uid) for uid in uids)


def _title(store: Store, document_id: int) -> str:
    title = str(store.value("SELECT title FROM documents WHERE id = ?", (document_id,)))
    return " ".join(title.split())[:60] or f"document {document_id}"


def _difference(ours: Marks, theirs: Marks, text: str) -> str:
    sides = (("only here", ours - theirs), ("only there", theirs - ours))
    return "; ".join(f"{side}: {_named(marks, text)}" for side, marks in sides if marks)


def _named(marks: Iterable[Mark], text: str) -> str:
    facts = sorted(describe(mark, text) for mark in marks)
    more = len(facts) - FACTS_NAMED
    return ", ".join(facts[:FACTS_NAMED]) + (f" and {more} more" if more > 0 else "")


def _set_undone(store: Store) -> None:
    """A batch is undone if the newest undo or redo that names it was an undo."""
    store.connection.executemany(
        "UPDATE batches SET undone = ? WHERE id = ?", [(undone, row) for row, undone in wrongly_undone(store)]
    )


def _unite_suggestions(union: _Union) -> int:
    """Take over what suggesters said there; gives the number of new suggestions."""
    connection = union.store.connection
    number = 0
    key = "document_id, source, start_char, end_char, label"
    for there, source, start, end, label, score in _stream(union.other, "suggestions", key, f"{key}, score"):
        here, length = union.documents.get(there, (0, 0))
        if end > length:
            raise _damaged(union.other, f"a suggestion lies outside the text of document {there}")
        row = (here, source, start, end, label, score)
        new = connection.execute("INSERT OR IGNORE INTO suggestions VALUES (?, ?, ?, ?, ?, ?)", row).rowcount
        if not new:
            connection.execute(
                "UPDATE suggestions SET score = max(score, ?6) WHERE document_id = ?1 AND source = ?2"
                " AND start_char = ?3 AND end_char = ?4 AND label = ?5",
                row,
            )
        number += new
    for source, there in _stream(union.other, "suggested", "source, document_id", "source, document_id"):
        if there in union.documents:
            connection.execute("INSERT OR IGNORE INTO suggested VALUES (?, ?)", (source, union.documents[there][0]))
    return number


def _unite_places(union: _Union) -> None:
    """The newest reading position of each layer."""
    key = "annotator_id, document_id"
    for annotator, document, *place in _stream(union.other, "reading", key, f"{key}, position, top, at"):
        if annotator in union.annotators and document in union.documents:
            union.store.connection.execute(
                "INSERT INTO reading (annotator_id, document_id, position, top, at) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET position = excluded.position, top = excluded.top, at = excluded.at"
                " WHERE (excluded.at, excluded.position, excluded.top) > (at, position, top)",
                (union.annotators[annotator], union.documents[document][0], *place),
            )
