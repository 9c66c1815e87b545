"""The suggesters, in the order in which they are believed, and how their disagreements are settled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from reader.model import Mark, Rejected, Span, Suggestion
from reader.suggest.settle import Cover, best_first


class Suggester(NamedTuple):
    """`source` begins the source of each of its suggestions; "" stands for any other source."""

    name: str
    source: str
    summary: str


# To add one, write its module and name it here, at its place in the order.
SUGGESTERS = (
    Suggester("memory", "memory", "the label you gave to the same words before"),
    Suggester("patterns", "patterns:", "what the patterns in a spaCy or Prodigy file match"),
    Suggester("pipeline", "", "the entities a spaCy pipeline finds"),
)

_CONTAINED = len(SUGGESTERS)  # believed last
_NEVER: Mapping[str, frozenset[str]] = MappingProxyType({})


def resolve(
    text: str,
    suggestions: Iterable[Suggestion],
    marks: Iterable[Mark],
    *,
    overlaps: bool = False,
    turned_down: Mapping[str, frozenset[str]] = _NEVER,
) -> list[Suggestion]:
    """What is still worth suggesting, in reading order.

    Left out is what a person decided already: what lies on a fact, or was rejected there, or (except from memory)
    has words whose label the annotator turns down, `turned_down` mapping words to such labels. Of suggestions that
    overlap, the first suggester's stays, then the longer; but a larger name around a remembered one wins over it.
    With `overlaps`, only those with the same borders stand against each other.
    """
    open_ones = _undecided(text, suggestions, list(marks), overlaps, turned_down)
    others = Cover(_stretch(one) for one in open_ones if rank(one) > 0)
    if overlaps:
        best: dict[tuple[int, int], Suggestion] = {}
        for one in sorted(open_ones, key=_order):
            best.setdefault(_stretch(one), one)
        return sorted(best.values(), key=lambda one: (one.span.start, -one.span.end))

    def order(one: Suggestion) -> tuple[int, int, int, float, str, str]:
        inner = rank(one) == 0 and others.contains(*_stretch(one))
        return (_CONTAINED, *_order(one)[1:]) if inner else _order(one)

    return best_first(open_ones, _stretch, order)


def rank(suggestion: Suggestion) -> int:
    """The place of a suggestion's suggester in SUGGESTERS."""
    return _rank(suggestion.source)


@lru_cache(maxsize=256)
def _rank(source: str) -> int:
    return next(place for place, suggester in enumerate(SUGGESTERS) if source.startswith(suggester.source))


def _undecided(
    text: str,
    suggestions: Iterable[Suggestion],
    marks: list[Mark],
    overlaps: bool,
    turned_down: Mapping[str, frozenset[str]],
) -> list[Suggestion]:
    suggestions = list(suggestions)
    if not suggestions:
        return []
    facts = {(mark.start, mark.end) for mark in marks if isinstance(mark, Span)}
    rejected = {(mark.span.start, mark.span.end, mark.span.label) for mark in marks if isinstance(mark, Rejected)}
    cover = Cover(facts)

    def decided(one: Suggestion) -> bool:
        start, end, label = one.span.start, one.span.end, one.span.label
        if (start, end, label) in rejected:
            return True
        if (start, end) in facts if overlaps else cover.overlaps(start, end):
            return True
        return bool(turned_down) and rank(one) > 0 and label in turned_down.get(text[start:end], ())

    return [one for one in suggestions if not decided(one)]


def _stretch(suggestion: Suggestion) -> tuple[int, int]:
    return suggestion.span.start, suggestion.span.end


def _order(one: Suggestion) -> tuple[int, int, int, float, str, str]:
    return (
        rank(one),
        one.span.start - one.span.end,
        one.span.start,
        -one.score,
        one.span.label,
        one.source,
    )
