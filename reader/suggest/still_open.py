"""What is still suggested in one text, followed edit by edit at the cost of what an edit changes. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, TypeVar

from reader.model import Edit, Mark, Marks, Rejected, Span, Suggestion, reading_order
from reader.spans import Spans, SpansInOrder
from reader.suggest import memory, resolve

_ALL = 8
"""Where more than one in so many suggestions may change, all are settled anew."""

_Stretch = tuple[int, int]
_T = TypeVar("_T")


class Marked(Protocol):
    """A text, its spans and its other marks. The text may be long, and is asked for when it is needed."""

    spans: SpansInOrder
    rest: Marks

    @property
    def text(self) -> str: ...


class OpenSuggestions:
    """The open suggestions of a text, in reading order; `spans` are theirs.

    What is suggested at a place depends on the suggestions that share a character with it, on those that share one
    with these, and so on, and on the marks that these meet: what hangs together is settled together, and nothing else
    is looked at.
    """

    def __init__(
        self,
        kept: Iterable[Suggestion],
        remembered: memory.Remembered,
        recall: memory.Recall | None,
        *,
        overlaps: bool,
    ) -> None:
        """`kept` are those of the file; without `recall` memory suggests nothing. `settle` comes next."""
        self.items: list[Suggestion] = []
        self.spans = Spans()
        self._remembered = remembered
        self._recall = recall
        self._overlaps = overlaps
        self._kept: dict[Span, list[Suggestion]] = {}
        for one in kept:
            self._kept.setdefault(one.span, []).append(one)
        self._recalled: set[Span] = set()
        self._labels: dict[str, str] = {}
        self._refused: dict[str, frozenset[str]] = {}
        self._by_words: dict[str, list[Span]] | None = None
        self._candidates = Spans()
        self._rejected: Counter[tuple[int, int, str]] = Counter()

    def settle(self, document: Marked) -> None:
        """Look at everything: the marks may be any."""
        spans = document.spans
        words = self._remembered.words()
        self._refused = {one: refused for one in words if (refused := self._remembered.refused(one))}
        self._labels, self._recalled = {}, set()
        if self._recall is not None:
            self._labels = {one: label for one in words if (label := self._remembered.label(one))}
            for one, places in self._recall.places(self._labels).items():
                self._recalled.update(Span(*place, self._labels[one]) for place in places)
        self._rejected = Counter(_rejections(document.rest))
        self._candidates = Spans(self._kept.keys() | self._recalled)
        near: Iterable[Span] = ()
        if self._candidates:
            # Whichever is less: all spans, or those that the suggestions meet.
            near = spans
            if len(self._candidates) * _ALL < len(spans):
                near = (span for one in self._candidates for span in spans.over(one.start, one.end))
        self.items = self._settled(document, self._candidates, near)
        self.spans = Spans(one.span for one in self.items)

    def follow(self, document: Marked, edit: Edit, words: Iterable[str]) -> None:
        """Take over an edit that was made; `words` are those of which something was learned."""
        for step, marks in ((-1, edit.removed), (1, edit.added)):
            for one in _rejections(marks):
                self._rejected[one] += step
        changed = {span[:2] for mark in (*edit.removed, *edit.added) if (span := memory.labelled(mark))}
        changed.update(stretch for one in words for stretch in self._learn(document, one))
        if len(changed) * _ALL > max(len(self._candidates), _ALL):
            self.settle(document)
            return
        settled = 0
        for start, end in sorted(changed):
            if end > settled:
                settled = self._settle_around(document, max(start, settled), end)

    def at(self, position: int) -> Suggestion | None:
        """The first that covers a character."""
        over = self.spans.over(position, position + 1)
        if not over:
            return None
        first = min(over, key=reading_order)
        place = bisect_left(self.items, first.start, key=_start)
        while self.items[place].span != first:
            place += 1
        return self.items[place]

    def _learn(self, document: Marked, words: str) -> Iterator[_Stretch]:
        """Take over what is remembered of some words now; gives the stretches where that changes what is suggested."""
        label = self._remembered.label(words)
        if self._recall is not None and label != self._labels.get(words, ""):
            for place in self._recall.places([words])[words]:
                if before := self._labels.get(words):
                    self._recalled.discard(Span(*place, before))
                    if Span(*place, before) not in self._kept:
                        self._candidates.take(Span(*place, before))
                if label:
                    self._recalled.add(Span(*place, label))
                    self._candidates.add(Span(*place, label))
                yield place
            _put(self._labels, words, label)
        refused = self._remembered.refused(words)
        if refused != self._refused.get(words, frozenset()):
            _put(self._refused, words, refused)
            if self._by_words is None:
                self._by_words = {}
                for span in self._kept:
                    self._by_words.setdefault(document.text[span.start : span.end], []).append(span)
            yield from (one[:2] for one in self._by_words.get(words, ()))

    def _settle_around(self, document: Marked, start: int, end: int) -> int:
        """Settle what hangs together with a stretch; gives where that ends."""
        while True:
            near = self._candidates.over(start, end)
            low = min([start, *(one.start for one in near)])
            high = max([end, *(one.end for one in near)])
            if (low, high) == (start, end):
                break
            start, end = low, high
        first, last = (bisect_left(self.items, place, key=_start) for place in (low, high))
        spans = document.spans.over(low, high) if near else ()
        before, after = self.items[first:last], self._settled(document, near, spans)
        if before != after:
            self.items[first:last] = after
            for one in before:
                self.spans.take(one.span)
            for one in after:
                self.spans.add(one.span)
        return high

    def _settled(self, document: Marked, candidates: Sequence[Span], near: Iterable[Span]) -> list[Suggestion]:
        """Of suggestions that hang together with no others, those that are open beside the spans near them."""
        longest = memory.longest_first(one for one in candidates if one in self._recalled)
        found = [Suggestion(one, memory.SOURCE) for one in longest]
        found += [one for span in candidates for one in self._kept.get(span, ())]
        if not found:
            return []
        marks: list[Mark] = [*near]
        if self._rejected:
            marks += [Rejected(one) for one in candidates if self._rejected.get(one[:3], 0) > 0]
        text = document.text if self._refused else ""
        return resolve(text, found, marks, overlaps=self._overlaps, turned_down=self._refused)


def _put(mapping: dict[str, _T], words: str, value: _T) -> None:
    """Keep what is remembered of some words, or nothing."""
    if value:
        mapping[words] = value
    else:
        mapping.pop(words, None)


def _rejections(marks: Iterable[Mark]) -> Iterator[tuple[int, int, str]]:
    """Start, end and label of what was turned down."""
    return (mark.span[:3] for mark in marks if isinstance(mark, Rejected))


def _start(suggestion: Suggestion) -> int:
    return suggestion.span.start
