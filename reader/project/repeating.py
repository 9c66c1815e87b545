"""An action done again on equal strings: on one stretch, and in all documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reader import edits
from reader.edits import Action
from reader.model import Edit, Marks, Span, State, Suggestion, state_of
from reader.spans import Spans, SpansInOrder
from reader.store import suggestions, tables
from reader.store.connection import Store
from reader.store.log import LayerEdit
from reader.suggest import resolve
from reader.words import occurrences


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
    for document_id, text in texts:
        marks = tables.marks_of(store, document_id, layer)
        if state_of(marks) is State.REMOVED:
            continue
        kept = suggestions.of(store, document_id) if action.verb == "reject" else []
        suggested = {one.span[:2]: [one] for one in resolve(text, kept, marks, overlaps=overlaps)}
        spans = Spans(marks)
        rest = marks.difference(spans)
        parts = [
            (place, repeat_at(place, action, spans, rest, suggested.get(place, ()), overlaps=overlaps))
            for place in occurrences(text, action.words, ignore_case=ignore_case)
        ]
        if found := [place for place, edit in parts if edit]:
            yield LayerEdit(document_id, annotator, together(edit for _, edit in parts), text), found


def repeat_at(
    stretch: tuple[int, int],
    action: Action,
    spans: SpansInOrder,
    rest: Marks,
    suggestions: Iterable[Suggestion],
    *,
    overlaps: bool,
) -> Edit:
    """What doing an action on one stretch changes: of all spans, only those that lie on it are looked at."""
    over = spans.over(*stretch)
    if action.verb == "label" and not over:
        return Edit(added=frozenset({Span(*stretch, action.label)}))
    return edits.repeat(action, rest.union(over), suggestions, *stretch, overlaps=overlaps)


def together(parts: Iterable[Edit]) -> Edit:
    """Edits of stretches that do not touch each other, as one."""
    removed: set[object] = set()
    added: set[object] = set()
    for part in parts:
        removed |= part.removed
        added |= part.added
    return Edit(frozenset(removed), frozenset(added))  # type: ignore[arg-type]
