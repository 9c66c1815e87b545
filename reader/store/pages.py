"""Reading many documents one after the other: a page at a time, with a statement or two a table."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice, repeat

from reader.errors import InputError
from reader.model import NO_MARKS, Document, Mark, Marks, Span, State
from reader.store import documents, suggestions, tables
from reader.store.connection import Store, mapper

_MOST_DOCUMENTS = 500
_MOST_CHARACTERS = 1_000_000
"""Of a page, unless a document alone is longer."""

_LAYERS = "FROM json_each(:ids) CROSS JOIN {table} ON document_id = json_each.value AND annotator_id = :annotator"
_PLAIN = "fragments = '[]' AND attributes = '[]'"
_SPANS = f"""
SELECT value, (
    SELECT json_array(json_group_array(start_char), json_group_array(end_char), json_group_array(label)) FROM spans
    WHERE document_id = value AND annotator_id = :annotator AND {_PLAIN}
) FROM json_each(:ids)
"""
_OTHERS = f"""
SELECT document_id, 0, start_char, end_char, label, fragments, attributes {_LAYERS.format(table="spans")}
    WHERE NOT ({_PLAIN}) UNION ALL
SELECT document_id, 1, start_char, end_char, label, fragments, attributes {_LAYERS.format(table="rejected")} UNION ALL
SELECT document_id, 2, label, NULL, NULL, NULL, NULL {_LAYERS.format(table="tags")} UNION ALL
SELECT document_id, 3, label, head, tail, NULL, NULL {_LAYERS.format(table="relations")} UNION ALL
SELECT document_id, 4, span, text, NULL, NULL, NULL {_LAYERS.format(table="notes")} UNION ALL
SELECT document_id, 5, state, NULL, NULL, NULL, NULL {_LAYERS.format(table="layers")} AND state <> '{State.TODO}'
"""


def of(store: Store, identifiers: Iterable[int], annotator: str) -> Iterator[list[tuple[int, Document]]]:
    """Documents as an annotator sees them, with all suggestions, in the order of their ids.

    Each page is as the file was at one moment, and no read stays open between two. Raises InputError for an id that
    no document has.
    """
    layer = store.annotator_id(annotator)
    for page in _pages(store, iter(identifiers)):
        yield _read(store, page, annotator, layer)


@mapper
def _read(store: Store, page: list[int], annotator: str, layer: int | None) -> list[tuple[int, Document]]:
    with _uncollected(), store.snapshot():
        found = _documents(store, page, annotator, _marks(store, page, layer))
        said = suggestions.of_all(store, page)
    return [(one, replace(found[one], suggestions=tuple(said[one])) if one in said else found[one]) for one in page]


@contextmanager
def _uncollected() -> Iterator[None]:
    """A page is tens of thousands of tuples and no cycle: a look for cycles among them takes a tenth of an export."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _pages(store: Store, identifiers: Iterator[int]) -> Iterator[list[int]]:
    while some := list(islice(identifiers, _MOST_DOCUMENTS)):
        lengths: dict[int, int] = dict(
            store.rows(
                # A damaged file may lack a length.
                "SELECT documents.id, CAST(coalesce(length, 0) AS INTEGER) FROM json_each(?)"
                " CROSS JOIN documents ON documents.id = json_each.value",
                _json(some),
            )
        )
        page: list[int] = []
        length = 0
        for one in some:
            if one not in lengths:
                raise InputError(f"no document has the number {one}")
            if page and length + lengths[one] > _MOST_CHARACTERS:
                yield page
                page, length = [], 0
            page.append(one)
            length += lengths[one]
        yield page


def _json(identifiers: Sequence[int]) -> tuple[str]:
    return (json.dumps(identifiers),)


@mapper
def _documents(store: Store, page: Sequence[int], annotator: str, marks: dict[int, Marks]) -> dict[int, Document]:
    rows = store.rows(
        "SELECT documents.id, text, title, source, language, meta, tokens FROM json_each(?)"
        " CROSS JOIN documents ON documents.id = json_each.value"
        " CROSS JOIN texts ON texts.document_id = documents.id",
        _json(page),
    )
    return {
        row[0]: documents.document_of(store, row[0], row[1:], annotator, marks.get(row[0], NO_MARKS)) for row in rows
    }


@mapper
def _marks(store: Store, page: Sequence[int], annotator_id: int | None) -> dict[int, Marks]:
    """The marks of the layers of a page that have some."""
    parameters = {"ids": json.dumps(page), "annotator": annotator_id}
    # Nearly all marks are plain spans: of each document in one text, which takes half as long as a row of each.
    found: dict[int, list[Mark]] = {
        one: list(spans) for one, packed in store.rows(_SPANS, parameters) if (spans := _plain(packed))
    }
    for row in store.rows(_OTHERS, parameters):
        found.setdefault(row[0], []).append(tables.mark_of(row[1:]))
    return {one: frozenset(marks) for one, marks in found.items()}


def _plain(packed: str) -> Iterator[Span] | None:
    """The spans of `[starts, ends, labels]`, None for none. Raises ValueError and TypeError for what is none."""
    starts, ends, labels = json.loads(packed)
    if not starts:
        return None
    if set(map(type, starts)) | set(map(type, ends)) != {int} or set(map(type, labels)) != {str}:
        raise TypeError("a span has borders that are no numbers, or a label that is no text")
    # Half of the time that `Span(...)` takes.
    return map(tuple.__new__, repeat(Span), zip(starts, ends, labels, repeat(()), repeat(())))
