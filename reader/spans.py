"""Spans in reading order: found by their place, and changed one by one, at a cost that hardly grows with their number.

A text of 100 MB has two million; what looks at all of them at a key is felt.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable
from operator import itemgetter

from reader.model import Mark, Span, reading_order, spans_of

_LONG = 1024  # characters; the few spans longer than this are kept apart, so that the others are found near their start
_START = itemgetter(0)


class Spans(list[Span]):
    """The spans among some marks as a list in reading order, without doubles. Only `add` and `take` change it.

    `changes` has each change since the list was made, as `(1, added)` or `(-1, taken away)`: who showed the list
    before need not go through it again.
    """

    def __init__(self, marks: Iterable[Mark] = ()) -> None:
        super().__init__(spans_of(marks))
        self._long = [span for span in self if span[1] - span[0] > _LONG]
        self.changes: list[tuple[int, Span]] = []

    def _place(self, span: Span) -> int:
        """Where a span is, or would be."""
        at = bisect_left(self, span.start, key=_START)
        if at < len(self) and self[at].start == span.start:
            order = reading_order(span)
            while at < len(self) and reading_order(self[at]) < order:
                at += 1
            while at < len(self) and self[at] != span and reading_order(self[at]) == order:
                at += 1
        return at

    def __contains__(self, span: object) -> bool:
        if not isinstance(span, Span):
            return False
        at = self._place(span)
        return at < len(self) and self[at] == span

    def add(self, span: Span) -> None:
        """Put a span in, unless it is there."""
        at = self._place(span)
        if at == len(self) or self[at] != span:
            self.insert(at, span)
            self.changes.append((1, span))
            if span.end - span.start > _LONG:
                insort(self._long, span, key=reading_order)

    def take(self, span: Span) -> None:
        """Take a span away, if it is there."""
        at = self._place(span)
        if at < len(self) and self[at] == span:
            del self[at]
            self.changes.append((-1, span))
            if span.end - span.start > _LONG:
                self._long.remove(span)

    def over(self, start: int, end: int) -> list[Span]:
        """Those that share a character with `[start, end)`; of a discontinuous one its whole extent counts."""
        first = bisect_left(self, start - _LONG, key=_START)
        last = bisect_left(self, end, key=_START)
        found = [span for span in self._long if span.start < start - _LONG and start < span.end]
        return found + [span for span in self[first:last] if start < span[1]]
