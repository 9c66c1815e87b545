"""Documents as the library lists them: pages by keys, never by OFFSET; how many there are, and where one stands.

Whatever a key waits for looks at what it shows, not at every document, label or span there is.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from itertools import accumulate
from typing import Any, NamedTuple

from reader.model import State
from reader.store import searching
from reader.store.connection import Store, mapper
from reader.store.documents import CLOSED


class Query(NamedTuple):
    """Which documents, in which order. No `states`: all that are not removed. `words` filters title and text."""

    words: str = ""
    states: frozenset[State] = frozenset()
    label: str = ""
    sort: str = "added"
    descending: bool = False


class DocumentRow(NamedTuple):
    """A document as the library lists it; `progress` is the share of it that was read, 0 to 1."""

    id: int
    key: str
    title: str
    source: str
    length: int
    state: State
    entities: int
    suggestions: int
    progress: float
    edited_at: float
    sort_key: Any


_SORTS = {
    "added": "documents.id",
    "title": "documents.title COLLATE NOCASE",
    "status": "CASE coalesce(layers.state, 'todo') WHEN 'doing' THEN 0 WHEN 'flagged' THEN 1 WHEN 'todo' THEN 2"
    " WHEN 'skipped' THEN 3 WHEN 'done' THEN 4 ELSE 5 END",
    "entities": "coalesce(layers.entities, 0)",
    "suggestions": "CASE WHEN coalesce(layers.state, 'todo') IN ('done', 'skipped', 'removed') THEN 0 ELSE"
    " (SELECT count(*) FROM suggestions WHERE suggestions.document_id = documents.id) END",
    "edited": "coalesce(layers.edited_at, 0.0)",
}
SORTS = tuple(_SORTS)
_LAYER = (
    " LEFT JOIN layers ON layers.annotator_id = :annotator AND layers.document_id = documents.id"
    " LEFT JOIN reading ON reading.annotator_id = :annotator AND reading.document_id = documents.id "
)
_FROM = f" FROM documents{_LAYER}"


def _where(store: Store, query: Query, annotator: str) -> tuple[str, dict[str, Any]]:
    """What a query tests of each document, but its label."""
    parameters: dict[str, Any] = {"annotator": store.annotator_id(annotator)}
    tests = ["coalesce(layers.state, 'todo') <> 'removed'"]
    if query.states:
        parameters["states"] = json.dumps(sorted(query.states))
        tests = ["coalesce(layers.state, 'todo') IN (SELECT value FROM json_each(:states))"]
    if query.label:
        parameters["label"] = query.label
    if query.words:
        parameters["title"] = query.words
        parameters["match"] = searching.match_of(query.words)
        parameters["indexed"] = searching.indexed_up_to(store)
        found = "documents.id IN (SELECT rowid FROM texts_search WHERE texts_search MATCH :match)"
        tests.append(
            f"({found + ' OR ' if parameters['match'] else ''}instr(lower(documents.title), lower(:title))"
            " OR (documents.id > :indexed AND instr(lower((SELECT text FROM texts"
            " WHERE document_id = documents.id)), lower(:title))))"
        )
    return "WHERE " + " AND ".join(tests), parameters


_LABELLED = "FROM spans WHERE annotator_id = :annotator AND label = :label"
_FEW = 10_000
"""Spans of a label up to which its documents are looked up, and not each document asked for the label."""


def _listed(store: Store, query: Query, annotator: str) -> tuple[str, dict[str, Any]]:
    """What a query tests of each document that it lists: the first of them are to be there at once."""
    where, parameters = _where(store, query, annotator)
    if query.label:
        few = store.value(f"SELECT count(*) FROM (SELECT 1 {_LABELLED} LIMIT {_FEW})", parameters) < _FEW
        asked = f"EXISTS (SELECT 1 {_LABELLED} AND spans.document_id = documents.id)"
        where += f" AND {f'documents.id IN (SELECT document_id {_LABELLED})' if few else asked}"
    return where, parameters


def _first_in_each(query: Query, *, behind: bool, ascending: bool) -> str:
    """The first documents of each state of a query, behind another one: the page that has all states is among them.

    Without a look at the documents of other states, which may be nearly all.
    """
    compare, direction = (">", "ASC") if ascending else ("<", "DESC")
    beyond = f" AND document_id {compare} :id" if behind else ""
    of_states = [
        f"SELECT * FROM (SELECT document_id FROM layers WHERE annotator_id = :annotator AND state = '{state}'{beyond}"
        f" ORDER BY document_id {direction} LIMIT :limit)"
        for state in sorted(query.states)
    ]
    return f" AND documents.id IN ({' UNION ALL '.join(of_states)})"


def rows(
    store: Store,
    query: Query,
    annotator: str,
    *,
    after: DocumentRow | None = None,
    before: DocumentRow | None = None,
    limit: int = 100,
) -> list[DocumentRow]:
    """A page of the library in the query's order: behind `after`, or the page that ends right before `before`."""
    where, parameters = _listed(store, query, annotator)
    sort = _SORTS[query.sort]
    ascending = query.descending == (before is not None)
    anchor = before or after
    if query.states and State.TODO not in query.states and query.sort == "added" and not (query.words or query.label):
        where += _first_in_each(query, behind=anchor is not None, ascending=ascending)
    if anchor is not None:
        parameters |= {"sort_key": anchor.sort_key, "id": anchor.id}
        where += f" AND ({sort}, documents.id) {'>' if ascending else '<'} (:sort_key, :id)"
    direction = "ASC" if ascending else "DESC"
    order = f"documents.id {direction}" if query.sort == "added" else f"sort_key {direction}, documents.id {direction}"
    found = store.rows(
        f"SELECT documents.id, {sort} AS sort_key{_FROM}{where} ORDER BY {order} LIMIT :limit",
        parameters | {"limit": limit},
    )
    page = [_row(store, document_id, sort_key, annotator) for document_id, sort_key in found]
    return page[::-1] if before else page


def ids(store: Store, query: Query, annotator: str) -> Iterator[int]:
    """The ids of all documents of a query, page by page, so that no read stays open."""
    after: tuple[Any, int] | None = None
    where, parameters = _listed(store, query, annotator)
    sort = _SORTS[query.sort]
    compare, direction = ("<", "DESC") if query.descending else (">", "ASC")
    while True:
        page = where
        if after is not None:
            page += f" AND ({sort}, documents.id) {compare} (:sort_key, :id)"
            parameters |= {"sort_key": after[0], "id": after[1]}
        found = store.rows(
            f"SELECT documents.id, {sort} AS sort_key{_FROM}{page}"
            f" ORDER BY sort_key {direction}, documents.id {direction} LIMIT 500",
            parameters,
        )
        if not found:
            return
        yield from (row[0] for row in found)
        after = (found[-1][1], found[-1][0])


def row(store: Store, document_id: int, annotator: str, sort: str = "added") -> DocumentRow | None:
    """One document as the library lists it, or None."""
    found = store.rows(
        f"SELECT {_SORTS[sort]}{_FROM} WHERE documents.id = :id",
        {"annotator": store.annotator_id(annotator), "id": document_id},
    )
    return _row(store, document_id, found[0][0], annotator) if found else None


@mapper
def _row(store: Store, document_id: int, sort_key: Any, annotator: str) -> DocumentRow:
    layer = store.annotator_id(annotator)
    key, title, source, length, state, entities, edited_at, position = store.rows(
        "SELECT key, title, source, length, coalesce(state, 'todo'), coalesce(entities, 0), coalesce(edited_at, 0.0),"
        f" coalesce(position, 0){_FROM} WHERE documents.id = :id",
        {"annotator": layer, "id": document_id},
    )[0]
    progress = 1.0 if state == State.DONE else min(1.0, position / length) if length else 0.0
    open_suggestions = 0 if State(state) in CLOSED else _open_suggestions(store, document_id, layer)
    return DocumentRow(
        document_id, key, title, source, length, State(state), entities, open_suggestions, progress, edited_at, sort_key
    )


def _open_suggestions(store: Store, document_id: int, annotator_id: int | None) -> int:
    """How many stretches have a suggestion that is neither on a span nor rejected."""
    here = {"id": document_id, "annotator": annotator_id}
    found = store.rows(
        "SELECT DISTINCT start_char, end_char FROM suggestions AS s WHERE document_id = :id AND NOT EXISTS"
        " (SELECT 1 FROM rejected WHERE document_id = :id AND annotator_id = :annotator"
        " AND start_char = s.start_char AND end_char = s.end_char AND label = s.label)",
        here,
    )
    if not found:
        return 0
    # Not within SQL, which would look at all spans of a long document for each of its suggestions.
    spans = store.rows(
        "SELECT start_char, end_char FROM spans WHERE document_id = :id AND annotator_id = :annotator"
        " ORDER BY start_char",
        here,
    )
    starts = [start for start, _ in spans]
    reach = list(accumulate((end for _, end in spans), max))
    return sum(not (before := bisect_left(starts, end)) or reach[before - 1] <= start for start, end in found)


def count(store: Store, query: Query, annotator: str) -> int:
    """How many documents a query has."""
    return count_and_rank(store, query, annotator)[0]


def rank(store: Store, query: Query, annotator: str, at: DocumentRow) -> int:
    """How many documents come before a row in the query's order."""
    return count_and_rank(store, query, annotator, at)[1]


def count_and_rank(
    store: Store,
    query: Query,
    annotator: str,
    at: DocumentRow | None = None,
    by_state: Mapping[State, int] | None = None,
) -> tuple[int, int]:
    """How many documents a query has, and how many of them come before a row in its order; 0 without one.

    `by_state` is what `count_by_state` gave, where that was asked already.
    """
    if not (query.words or query.label or (at and query.sort != "added")):
        # The layers alone know, without a look at each document.
        wanted = query.states or frozenset(State) - {State.REMOVED}
        found = count_by_state(store, annotator) if by_state is None else by_state
        total = sum(number for state, number in found.items() if state in wanted)
        everything = sum(found.values())
        return total, _number_before(store, wanted, annotator, at.id, query.descending, everything) if at else 0
    where, parameters = _where(store, query, annotator)
    source = _FROM
    if query.label:
        # In the order of the index: to ask each document is to go through all of the table.
        labelled = f"(SELECT DISTINCT document_id AS labelled {_LABELLED})"
        source = f" FROM {labelled} CROSS JOIN documents ON documents.id = labelled{_LAYER}"
    before = "0"
    if at:
        before = f"({_SORTS[query.sort]}, documents.id) {'>' if query.descending else '<'} (:sort_key, :id)"
        parameters |= {"sort_key": at.sort_key, "id": at.id}
    [(total, rank)] = store.rows(f"SELECT count(*), coalesce(sum({before}), 0){source}{where}", parameters)
    return int(total), int(rank)


def _number_before(
    store: Store, states: frozenset[State], annotator: str, document_id: int, descending: bool, everything: int
) -> int:
    """How many of `everything` that are in some states have a number before another's; behind it if `descending`."""
    compare = ">" if descending else "<"
    untold = State.TODO in states
    told = frozenset(State) - states if untold else states
    number = store.value(
        "SELECT count(*) FROM layers WHERE annotator_id = ? AND state IN (SELECT value FROM json_each(?))"
        f" AND document_id {compare} ?",
        (store.annotator_id(annotator), json.dumps(sorted(told)), document_id),
    )
    if not untold:
        return int(number)
    newest = store.value("SELECT max(id) FROM documents")
    if newest == everything:
        # They are numbered in a row, and need not be counted.
        return int(newest - document_id if descending else document_id - 1) - int(number)
    return int(store.value(f"SELECT count(*) FROM documents WHERE id {compare} ?", (document_id,))) - int(number)


_COUNTED = json.dumps([state for state in State if state is not State.TODO])


@mapper
def count_by_state(store: Store, annotator: str) -> dict[State, int]:
    """How many documents are in each state."""
    found = {
        State(state): int(number)
        for state, number in store.rows(
            # State by state, which takes a third of the time of GROUP BY; those to do are the others.
            "SELECT value, (SELECT count(*) FROM layers WHERE annotator_id = ? AND state = value) FROM json_each(?)",
            (store.annotator_id(annotator), _COUNTED),
        )
        if number
    }
    total = int(store.value("SELECT count(*) FROM documents"))
    found[State.TODO] = total - sum(found.values())
    return found
