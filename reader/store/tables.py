"""The tables people query: what the log adds up to. One row mapper pair a kind of mark."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from reader.model import (
    Edit,
    Label,
    Mark,
    Marks,
    Note,
    Rejected,
    Relation,
    Schema,
    Span,
    State,
    Status,
    Tag,
    state_of,
)
from reader.spans import LONG
from reader.store.codec import checked, dump, load, span_from_json, span_to_json
from reader.store.connection import Row, Store, mapper

if TYPE_CHECKING:
    from reader.store.bulk import Insert

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
    if document_id is not None:
        changes = Changes()
        changes.add((document_id, annotator_id), edit, text)
        changes.write(store, at)
        return
    connection = store.connection
    for mark in edit.removed - edit.added:
        if isinstance(mark, Label):
            connection.execute("DELETE FROM labels WHERE kind = ? AND name = ?", (mark.kind, mark.name))
    for mark in edit.added:
        if isinstance(mark, Label):
            connection.execute("INSERT OR REPLACE INTO labels VALUES (?, ?, ?, ?, ?, ?, ?)", _label_row(mark))


class Changes:
    """What edits change in the tables, gathered to be written with a statement a table: of each layer one edit."""

    def __init__(self) -> None:
        self._removed: dict[type, list[Row]] = {}
        self._added: dict[type, list[Row]] = {}
        self._layers: dict[tuple[int, int], tuple[int, str | None]] = {}

    def __contains__(self, layer: tuple[int, int]) -> bool:
        return layer in self._layers

    def __len__(self) -> int:
        """How many rows wait."""
        return sum(map(len, (self._layers, *self._removed.values(), *self._added.values())))

    def add(self, layer: tuple[int, int], edit: Edit, text: str) -> None:
        """Gather what an edit changes in a layer (document, annotator)."""
        entities, state = 0, None
        for kind, marks in _by_kind(edit.removed).items():
            if kind in _DELETE:
                self._removed.setdefault(kind, []).extend(sorted(layer + _columns(mark) for mark in marks))
            entities -= len(marks) if kind is Span else 0
            state = State.TODO if kind is Status else state
        for kind, marks in _by_kind(edit.added).items():
            if kind is Span:
                self._added.setdefault(kind, []).extend(_span_rows(layer, cast(list[Span], marks), text))
                entities += len(marks)
            elif kind is Status:
                state = state_of(marks)
            elif kind in _INSERT:
                rows = sorted(layer + _columns(mark) + _words(mark, text) for mark in marks)
                self._added.setdefault(kind, []).extend(rows)
        self._layers[layer] = entities, state and str(state)

    def write(self, store: Store, at: float) -> None:
        """Write it all. Only inside the transaction that appended the edits to the log."""
        connection = store.connection
        as_said = True
        for statements, changed in ((_DELETE, self._removed), (_INSERT, self._added)):
            for kind, rows in changed.items():
                done = connection.executemany(statements[kind], rows).rowcount
                as_said = as_said and (kind is not Span or done == len(rows))
        rows = [(annotator, document, *change, at) for (document, annotator), change in self._layers.items()]
        connection.executemany(_TOUCH, rows)
        if not as_said:
            # A span was there already, or one was not.
            connection.executemany(_RECOUNT, self._layers)

    def fill(self, at: float, insert: Insert) -> None:
        """Write it all where no layer has a row yet, and none is removed."""
        for kind, rows in self._added.items():
            insert(_INSERT[kind], rows)
        rows = [
            (annotator, document, state or str(State.TODO), entities, at)
            for (document, annotator), (entities, state) in self._layers.items()
        ]
        insert(
            "INSERT INTO layers (annotator_id, document_id, state, entities, edited_at) VALUES (?, ?, ?, ?, ?)", rows
        )


_TOUCH = (
    "INSERT INTO layers (annotator_id, document_id, state, entities, edited_at)"
    " VALUES (?1, ?2, coalesce(?4, 'todo'), max(?3, 0), ?5) ON CONFLICT DO UPDATE"
    " SET state = coalesce(?4, state), entities = max(entities + ?3, 0), edited_at = ?5"
)
_RECOUNT = (
    "UPDATE layers SET entities = (SELECT count(*) FROM spans WHERE document_id = ?1 AND annotator_id = ?2)"
    " WHERE document_id = ?1 AND annotator_id = ?2"
)


def _span_rows(layer: tuple[int, int], spans: Iterable[Span], text: str) -> list[Row]:
    document_id, annotator_id = layer
    return [
        (
            document_id,
            annotator_id,
            start,
            end,
            label,
            dump(fragments) if fragments else "[]",
            dump(attributes) if attributes else "[]",
            text[start:end],
        )
        for start, end, label, fragments, attributes in sorted(spans)
    ]


def _by_kind(marks: Marks) -> dict[type, list[Mark]]:
    if set(map(type, marks)) == {Span}:
        return {Span: list(marks)}
    found: dict[type, list[Mark]] = {}
    for mark in marks:
        found.setdefault(type(mark), []).append(mark)
    return found


# One statement: most layers have rows in one of these tables alone, and each question costs.
_LAYER = "WHERE document_id = :document AND annotator_id = :annotator"
_REST = f"""
SELECT 1, start_char, end_char, label, fragments, attributes FROM rejected {_LAYER} UNION ALL
SELECT 2, label, NULL, NULL, NULL, NULL FROM tags {_LAYER} UNION ALL
SELECT 3, label, head, tail, NULL, NULL FROM relations {_LAYER} UNION ALL
SELECT 4, span, text, NULL, NULL, NULL FROM notes {_LAYER} UNION ALL
SELECT 5, state, NULL, NULL, NULL, NULL FROM layers {_LAYER} AND state <> '{State.TODO}'
"""
_SPANS = "SELECT 0, start_char, end_char, label, fragments, attributes FROM spans"
_MARKS = f"{_SPANS} {_LAYER} UNION ALL {_REST}"
# The few long ones have an index of their own; the others that reach into a stretch begin near it.
_OVER = f"""
{_SPANS} {_LAYER} AND start_char >= :start - {LONG} AND start_char < :end AND end_char > :start UNION ALL
{_SPANS} INDEXED BY spans_long {_LAYER} AND start_char < :start - {LONG} AND end_char > :start
AND end_char - start_char > {LONG}
"""


@mapper
def marks_of(store: Store, document_id: int, annotator_id: int | None) -> Marks:
    """All marks of a layer, from the tables."""
    rows = store.rows(_MARKS, {"document": document_id, "annotator": annotator_id})
    # Plain spans by hand, for these are nearly all there is: kind, start, end, label, fragments, attributes.
    return frozenset(
        [
            Span(row[1], row[2], row[3])
            if row[0] == 0 and row[4] == row[5] == "[]" and type(row[1]) is type(row[2]) is int and type(row[3]) is str
            else _span(row)
            if row[0] == 0
            else _mark(row)
            for row in rows
        ]
    )


@mapper
def spans_over(store: Store, document_id: int, annotator_id: int | None, start: int, end: int) -> list[Span]:
    """The spans of a layer that share a character with `[start, end)`, in any order."""
    rows = store.rows(_OVER, {"document": document_id, "annotator": annotator_id, "start": start, "end": end})
    return [
        Span(row[1], row[2], row[3])
        if row[4] == row[5] == "[]" and type(row[1]) is type(row[2]) is int and type(row[3]) is str
        else _span(row)
        for row in rows
    ]


def stretches_over(
    store: Store, document_id: int, annotator_id: int | None, start: int, end: int
) -> list[tuple[int, int]]:
    """Where those spans lie."""
    return store.rows(
        f"SELECT start_char, end_char FROM ({_OVER})",
        {"document": document_id, "annotator": annotator_id, "start": start, "end": end},
    )


@mapper
def rest_of(store: Store, document_id: int, annotator_id: int | None) -> Marks:
    """All marks of a layer but its spans."""
    return frozenset(map(_mark, store.rows(_REST, {"document": document_id, "annotator": annotator_id})))


def mark_of(row: Row) -> Mark:
    """A mark of its kind (0: a span) and its columns. Raises what `mapper` catches."""
    return _span(row) if row[0] == 0 else _mark(row)


def _mark(row: Row) -> Mark:
    """A row of any table but `spans`."""
    match row:
        case (1, *_):
            return Rejected(_span(row))
        case (2, str(label), *_):
            return Tag(label)
        case (3, str(label), head, tail, *_):
            return Relation(span_from_json(load(head, "a relation")), span_from_json(load(tail, "a relation")), label)
        case (4, span, str(text), *_):
            return Note(text, span_from_json(load(span, "a note")) if span != "null" else None)
        case (5, state, *_):
            return Status(State(state))
    raise ValueError(f"no mark is {row!r:.80}")


def _span(row: Row) -> Span:
    _, start, end, label, fragments, attributes = row
    if fragments == "[]" and attributes == "[]":
        return checked(Span(start, end, label))
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


@mapper
def labels(store: Store) -> tuple[Label, ...]:
    """The labels in order of use."""
    return tuple(
        Label(name, kind, key, color, description, _examples(examples), position)
        for kind, name, key, color, description, examples, position in store.rows(
            "SELECT kind, name, key, color, description, examples, position FROM labels ORDER BY position, name"
        )
    )


def _examples(text: str) -> tuple[str, ...]:
    # Most labels have none, and the labels are read again with every document.
    return tuple(str(one) for one in load(text, "a label")) if text != "[]" else ()


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
        # CROSS: the words one by one, never all that the annotator did with a look whether it is among the words.
        f"SELECT words, label, count(*) FROM json_each(?) CROSS JOIN {table} ON annotator_id = ?"
        " AND words = json_each.value GROUP BY words, label",
        (json.dumps(sorted(set(words))), annotator_id),
    ):
        found.setdefault(text, {})[label] = times
    return found


def begun(store: Store, annotator_id: int | None, strings: Iterable[str]) -> set[str]:
    """Those of some strings with which words begin that the annotator labelled or turned down."""
    # In the order of an index all that begins with a string lies between it and it with the last character there is.
    tests = (
        f"EXISTS (SELECT 1 FROM {table} WHERE annotator_id = ? AND words >= value AND words < value || char(1114111))"
        for table in ("spans", "rejected")
    )
    found = store.rows(
        f"SELECT value FROM json_each(?) WHERE {' OR '.join(tests)}",
        (json.dumps(sorted(strings)), annotator_id, annotator_id),
    )
    return {str(string) for (string,) in found}
