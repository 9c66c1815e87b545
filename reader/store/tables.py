"""The tables people query: what the log adds up to. One row mapper pair a kind of mark."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from reader.model import Edit, Label, Mark, Marks, Note, Rejected, Relation, Schema, Span, State, Status, Tag
from reader.store.codec import dump, load, span_from_json, span_to_json
from reader.store.connection import Row, Store

_SPAN = "(document_id, annotator_id, start_char, end_char, label, fragments, attributes, words)"
_SPAN_KEY = "document_id = ? AND annotator_id = ? AND start_char = ? AND end_char = ? AND label = ?"
_SPAN_KEY += " AND fragments = ? AND attributes = ?"
_INSERT: dict[type, str] = {
    Span: f"INSERT OR IGNORE INTO spans {_SPAN} VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    Rejected: f"INSERT OR IGNORE INTO rejected {_SPAN} VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    Tag: "INSERT OR IGNORE INTO tags (document_id, annotator_id, label) VALUES (?, ?, ?)",
    Relation: "INSERT OR IGNORE INTO relations (document_id, annotator_id, label, head, tail) VALUES (?, ?, ?, ?, ?)",
    Note: "INSERT OR IGNORE INTO notes (document_id, annotator_id, span, text) VALUES (?, ?, ?, ?)",
}
_DELETE: dict[type, str] = {
    Span: f"DELETE FROM spans WHERE {_SPAN_KEY}",
    Rejected: f"DELETE FROM rejected WHERE {_SPAN_KEY}",
    Tag: "DELETE FROM tags WHERE document_id = ? AND annotator_id = ? AND label = ?",
    Relation: "DELETE FROM relations WHERE document_id = ? AND annotator_id = ? AND label = ? AND head = ?"
    " AND tail = ?",
    Note: "DELETE FROM notes WHERE document_id = ? AND annotator_id = ? AND span = ? AND text = ?",
}


def _columns(mark: Mark) -> Row:
    match mark:
        case Span(start, end, label, fragments, attributes) | Rejected(Span(start, end, label, fragments, attributes)):
            return (start, end, label, dump(fragments), dump(attributes))
        case Tag(label):
            return (label,)
        case Relation(head, tail, label):
            return (label, dump(span_to_json(head)), dump(span_to_json(tail)))
        case Note(text, span):
            return (dump(span_to_json(span) if span else None), text)
    raise TypeError(f"{type(mark).__name__} has no table")


def _words(mark: Mark, text: str) -> Row:
    match mark:
        case Span(start, end) | Rejected(Span(start, end)):
            return (text[start:end],)
    return ()


def apply(store: Store, document_id: int | None, annotator_id: int, edit: Edit, text: str, at: float) -> None:
    """Change the tables by one edit. Only inside the transaction that appended it to the log."""
    connection = store.connection
    if document_id is None:
        for mark in edit.removed - edit.added:
            if isinstance(mark, Label):
                connection.execute("DELETE FROM labels WHERE kind = ? AND name = ?", (mark.kind, mark.name))
        for mark in edit.added:
            if isinstance(mark, Label):
                connection.execute("INSERT OR REPLACE INTO labels VALUES (?, ?, ?, ?, ?, ?, ?)", _label_row(mark))
        return
    layer = (document_id, annotator_id)
    entities = 0
    for kind, sql in _DELETE.items():
        rows = [layer + _columns(mark) for mark in edit.removed if isinstance(mark, kind)]
        deleted = connection.executemany(sql, rows).rowcount if rows else 0
        entities -= deleted if kind is Span else 0
    for kind, sql in _INSERT.items():
        rows = [layer + _columns(mark) + _words(mark, text) for mark in edit.added if isinstance(mark, kind)]
        inserted = connection.executemany(sql, rows).rowcount if rows else 0
        entities += inserted if kind is Span else 0
    _touch_layer(connection, layer, edit, entities, at)


def _touch_layer(connection: sqlite3.Connection, layer: tuple[int, int], edit: Edit, entities: int, at: float) -> None:
    document_id, annotator_id = layer
    connection.execute(
        "INSERT INTO layers (annotator_id, document_id, state, entities, edited_at) VALUES (?, ?, 'todo', ?, ?)"
        " ON CONFLICT DO UPDATE SET entities = entities + excluded.entities, edited_at = excluded.edited_at",
        (annotator_id, document_id, max(entities, 0), at) if entities >= 0 else (annotator_id, document_id, 0, at),
    )
    if entities < 0:
        connection.execute(
            "UPDATE layers SET entities = entities + ? WHERE annotator_id = ? AND document_id = ?",
            (entities, annotator_id, document_id),
        )
    statuses = [mark for mark in edit.added if isinstance(mark, Status)]
    if statuses or any(isinstance(mark, Status) for mark in edit.removed):
        state = statuses[0].state if statuses else State.TODO
        connection.execute(
            "UPDATE layers SET state = ? WHERE annotator_id = ? AND document_id = ?",
            (str(state), annotator_id, document_id),
        )


def marks_of(store: Store, document_id: int, annotator_id: int | None) -> Marks:
    """All marks of a layer, from the tables."""
    layer = (document_id, annotator_id)
    where = "WHERE document_id = ? AND annotator_id = ?"
    marks: list[Mark] = [_span(row) for row in store.rows(f"SELECT {_SPAN_COLUMNS} FROM spans {where}", layer)]
    marks += [Rejected(_span(row)) for row in store.rows(f"SELECT {_SPAN_COLUMNS} FROM rejected {where}", layer)]
    marks += [Tag(row[0]) for row in store.rows(f"SELECT label FROM tags {where}", layer)]
    marks += [
        Relation(span_from_json(load(head, "a relation")), span_from_json(load(tail, "a relation")), label)
        for label, head, tail in store.rows(f"SELECT label, head, tail FROM relations {where}", layer)
    ]
    marks += [
        Note(text, span_from_json(load(span, "a note")) if span != "null" else None)
        for span, text in store.rows(f"SELECT span, text FROM notes {where}", layer)
    ]
    marks += [
        Status(State(state))
        for (state,) in store.rows(f"SELECT state FROM layers {where}", layer)
        if state != State.TODO
    ]
    return frozenset(marks)


_SPAN_COLUMNS = "start_char, end_char, label, fragments, attributes"


def _span(row: Row) -> Span:
    start, end, label, fragments, attributes = row
    if fragments == "[]" and attributes == "[]":
        return Span(start, end, label)
    return span_from_json(
        {
            "start": start,
            "end": end,
            "label": label,
            "fragments": load(fragments, "a span"),
            "attributes": load(attributes, "a span"),
        }
    )


def _label_row(label: Label) -> Row:
    return (
        label.kind,
        label.name,
        label.key,
        label.color,
        label.description,
        dump(label.examples),
        label.position,
    )


def labels(store: Store) -> tuple[Label, ...]:
    """The labels in order of use."""
    return tuple(
        Label(name, kind, key, color, description, tuple(load(examples, "a label")), position)
        for kind, name, key, color, description, examples, position in store.rows(
            "SELECT kind, name, key, color, description, examples, position FROM labels ORDER BY position, name"
        )
    )


def schema(store: Store) -> Schema:
    return Schema(labels(store), overlaps=store.setting("overlaps") == "on")


def replace_layer(store: Store, document_id: int | None, annotator_id: int, marks: Marks, text: str, at: float) -> None:
    """Make the tables of a layer (or the schema) exactly `marks`. Only inside a transaction."""
    if document_id is None:
        store.connection.execute("DELETE FROM labels")
        apply(store, None, annotator_id, Edit(added=marks), text, at)
        return
    present = marks_of(store, document_id, annotator_id)
    apply(store, document_id, annotator_id, _difference(present, marks), text, at)


def _difference(before: Iterable[Mark], after: Iterable[Mark]) -> Edit:
    return Edit(removed=frozenset(before) - frozenset(after), added=frozenset(after) - frozenset(before))


def remembered(
    store: Store, annotator_id: int | None, words: Iterable[str], *, table: str = "spans"
) -> dict[str, dict[str, int]]:
    """How often the annotator gave (or turned down: table `rejected`) which label to each of these strings."""
    found: dict[str, dict[str, int]] = {}
    for text, label, times in store.rows(
        f"SELECT words, label, count(*) FROM json_each(?) JOIN {table} ON annotator_id = ? AND words = json_each.value"
        " GROUP BY words, label",
        (json.dumps(sorted(set(words))), annotator_id),
    ):
        found.setdefault(text, {})[label] = times
    return found
