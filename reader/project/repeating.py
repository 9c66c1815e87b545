"""An action done again on equal strings: on one stretch, and in all documents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from reader import edits
from reader.edits import Action
from reader.model import Edit, Mark, Marks, Relation, Span, State, Suggestion, state_of
from reader.spans import Spans, SpansInOrder
from reader.store import suggestions, tables
from reader.store.connection import Store
from reader.store.documents import CLOSED
from reader.store.log import LayerEdit
from reader.suggest import memory, resolve
from reader.words import occurrences

MEMORY_LIMIT = 300_000
"""Characters up to which a text is looked at as a whole: all its marks are read, and remembered words are found in it.
"""

Suggested: TypeAlias = Callable[[tuple[int, int]], Iterable[Suggestion]]
"""Gives what is suggested on a stretch."""


def repeated(
    store: Store,
    texts: Iterable[tuple[int, str]],
    annotator: str,
    action: Action,
    *,
    ignore_case: bool,
    overlaps: bool,
) -> Iterator[tuple[LayerEdit, list[tuple[int, int]]]]:
    """What an action would change in each of the documents `(id, text)` that are not removed, and at which places."""
    layer = store.annotator_id(annotator)
    recalled = _Recalled(store, layer)
    for document_id, text in texts:
        marks = tables.marks_of(store, document_id, layer)
        if state_of(marks) is State.REMOVED:
            continue
        places = list(occurrences(text, action.words, ignore_case=ignore_case))
        suggested: dict[tuple[int, int], list[Suggestion]] = defaultdict(list)
        if action.verb == "reject":
            candidates = suggestions.of(store, document_id)
            if len(text) <= MEMORY_LIMIT and state_of(marks) not in CLOSED:
                candidates += recalled.on(text, places)
            for one in resolve(text, candidates, marks, overlaps=overlaps):
                suggested[one.span[:2]].append(one)
        spans = Spans(marks)
        rest = marks.difference(spans)
        parts = list(repeat_on(places, action, spans, rest, suggested.__getitem__, overlaps=overlaps))
        if changed := [place for place, edit in zip(places, parts, strict=True) if edit]:
            yield LayerEdit(document_id, annotator, together(parts), text), changed


class _Recalled:
    """What memory suggests where words of an action stand, as it was before the action, which changes it.

    Longer words around them that are remembered too are suggested in their place, as on the screen.
    """

    def __init__(self, store: Store, layer: int | None) -> None:
        self._store = store
        self._layer = layer
        self._labels: dict[str, str] = {}

    def on(self, text: str, places: Iterable[tuple[int, int]]) -> list[Suggestion]:
        near = {phrase for place in places for phrase in _phrases_over(text, *place)}
        if len(self._labels) > MANY:
            self._labels.clear()
        new = near - self._labels.keys()
        given, turned_down = (
            tables.remembered(self._store, self._layer, new, table=table) for table in ("spans", "rejected")
        )
        self._labels.update((one, memory.decided(given.get(one, {}), turned_down.get(one, {}))) for one in new)
        return memory.Recall(text).suggest({one: label for one in near if (label := self._labels[one])})


AROUND = 200
"""Characters beside a place in which runs of words that meet it lie."""
MANY = 100_000
"""Runs of words of which what is remembered is kept."""


def _phrases_over(text: str, start: int, end: int) -> Iterator[str]:
    """The runs of words that share a character with `[start, end)`."""
    first = max(0, start - AROUND)
    for begin, stop, phrase in memory.phrases(text[first : end + AROUND]):
        if first + begin < end and start < first + stop:
            yield phrase


def repeat_on(
    stretches: Iterable[tuple[int, int]],
    action: Action,
    spans: SpansInOrder,
    rest: Marks,
    suggested: Suggested,
    *,
    overlaps: bool,
) -> Iterator[Edit]:
    """What doing an action on stretches, one after another, changes."""
    for stretch in stretches:
        edit = repeat_at(stretch, action, spans, rest, suggested, overlaps=overlaps)
        if edit.removed and any(type(mark) is Relation for mark in edit.removed):
            # Its other end may be on a later stretch, which has to find what became of it.
            rest = without_spans(edit).on(rest)
        yield edit


def repeat_at(
    stretch: tuple[int, int],
    action: Action,
    spans: SpansInOrder,
    rest: Marks,
    suggested: Suggested,
    *,
    overlaps: bool,
) -> Edit:
    """What doing an action on one stretch changes: of all spans, only those that lie on it are looked at."""
    here = suggested(stretch) if action.verb == "reject" else ()
    over = spans.over(*stretch)
    if action.verb == "label" and not over:
        return Edit(added=frozenset({Span(*stretch, action.label)}))
    return edits.repeat(action, rest.union(over), here, *stretch, overlaps=overlaps)


def together(parts: Iterable[Edit]) -> Edit:
    """Edits, each made of what those before it left, as one."""
    removed: set[Mark] = set()
    added: set[Mark] = set()
    for part in parts:
        # As `edits.then`, without a copy of all that went before.
        gone, new = part
        if not (added.isdisjoint(gone) and removed.isdisjoint(new)):
            gone, new = gone - added, new - removed
            added -= part.removed
            removed -= part.added
        removed |= gone
        added |= new
    return Edit(frozenset(removed), frozenset(added))


def without_spans(edit: Edit) -> Edit:
    """What an edit changes but for spans."""
    return Edit(*(frozenset(mark for mark in marks if type(mark) is not Span) for marks in edit))
