"""Spans in reading order: found by their place, and changed one by one, at a cost that hardly grows with their number.

A text of 100 MB has two million; what looks at all of them at a key is felt, and so is reading them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from operator import itemgetter
from typing import NamedTuple, Protocol

from reader.model import Mark, Span, reading_order, spans_of

LONG = 1024
"""Characters; the few spans longer than this are kept apart, so that the others are found near their start.

The file has an index of those longer than this.
"""

WINDOW = 1 << 14
"""Characters of a long text whose spans are read at once."""

_KEPT = 64  # windows; more than a screen, the places gone to last and the way between them
_START = itemgetter(0)


class SpansInOrder(Protocol):
    """The spans of one text in reading order, without doubles.

    `changes` has each change since they were there first, as `(1, added)` or `(-1, taken away)`: who showed them
    before need not go through them again.
    """

    changes: list[tuple[int, Span]]

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Span]: ...
    def __contains__(self, span: object, /) -> bool: ...

    def over(self, start: int, end: int) -> list[Span]:
        """Those that share a character with `[start, end)`; of a discontinuous one its whole extent counts."""

    def after(self, position: int) -> Span | None:
        """The first that starts after a character."""

    def before(self, position: int) -> Span | None:
        """The last that starts before a character."""

    def add(self, span: Span) -> None:
        """Put a span in, unless it is there."""

    def take(self, span: Span) -> None:
        """Take a span away, if it is there."""


class Spans(list[Span]):
    """The spans among some marks as a list. Only `add` and `take` change it."""

    def __init__(self, marks: Iterable[Mark] = ()) -> None:
        super().__init__(spans_of(marks))
        self._long = [span for span in self if span[1] - span[0] > LONG]
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

    def __contains__(self, span: object, /) -> bool:
        if not isinstance(span, Span):
            return False
        at = self._place(span)
        return at < len(self) and self[at] == span

    def add(self, span: Span) -> None:
        at = self._place(span)
        if at == len(self) or self[at] != span:
            self.insert(at, span)
            self.changes.append((1, span))
            if span.end - span.start > LONG:
                insort(self._long, span, key=reading_order)

    def take(self, span: Span) -> None:
        at = self._place(span)
        if at < len(self) and self[at] == span:
            del self[at]
            self.changes.append((-1, span))
            if span.end - span.start > LONG:
                self._long.remove(span)

    def over(self, start: int, end: int) -> list[Span]:
        first = bisect_left(self, start - LONG, key=_START)
        last = bisect_left(self, end, key=_START)
        found = [span for span in self._long if span.start < start - LONG and start < span.end]
        return found + [span for span in self[first:last] if start < span[1]]

    def after(self, position: int) -> Span | None:
        at = bisect_right(self, position, key=_START)
        return self[at] if at < len(self) else None

    def before(self, position: int) -> Span | None:
        at = bisect_left(self, position, key=_START)
        return self[at - 1] if at else None


class Counted(NamedTuple):
    """How many spans have a label and these words."""

    label: str
    words: str
    number: int


class Shelf(Protocol):
    """Where the spans of a long text are kept, with every edit of it that was made."""

    def over(self, start: int, end: int) -> list[Span]:
        """The spans that share a character with `[start, end)`, in any order."""

    def next_start(self, position: int) -> int | None:
        """The first start of a span after a character."""

    def previous_start(self, position: int) -> int | None:
        """The last start of a span before a character."""

    def names(self, start: int, end: int) -> tuple[list[Counted], list[Span]]:
        """The spans that start in `[start, end)`: plain ones counted by their words, and the discontinuous ones."""

    def next_mentions(self, label: str, words: str, position: int) -> list[Span]:
        """Of the spans with a label and exactly these words, those that start first after a character."""


class DistantSpans:
    """The spans of a long text, read a window at a time where they are looked at, and kept for a while.

    A window has all that lie over a stretch of the text: what is asked about a place, and what is done there, needs
    no other. An edit is on the shelf by itself; `add` and `take` change what was read before.
    """

    def __init__(self, shelf: Shelf, number: int, length: int) -> None:
        """`number` of spans there are; `length` of the text in characters."""
        self.shelf = shelf
        self.length = length
        self.changes: list[tuple[int, Span]] = []
        self._number = number
        self._windows: OrderedDict[int, Spans] = OrderedDict()

    def _window(self, number: int) -> Spans:
        found = self._windows.get(number)
        if found is None:
            found = self._windows[number] = Spans(self.shelf.over(number * WINDOW, (number + 1) * WINDOW))
            if len(self._windows) > _KEPT:
                self._windows.popitem(last=False)
        else:
            self._windows.move_to_end(number)
        return found

    def __len__(self) -> int:
        return self._number

    def __iter__(self) -> Iterator[Span]:
        for start in range(0, self.length, WINDOW):
            yield from (span for span in Spans(self.shelf.over(start, start + WINDOW)) if span.start >= start)

    def __contains__(self, span: object, /) -> bool:
        return isinstance(span, Span) and span in self._window(span.start // WINDOW)

    def add(self, span: Span) -> None:
        if span not in self._windows.get(span.start // WINDOW, ()):
            self._change(span, 1)

    def take(self, span: Span) -> None:
        window = self._windows.get(span.start // WINDOW)
        if window is None or span in window:
            self._change(span, -1)

    def _change(self, span: Span, step: int) -> None:
        for number in self._windows.keys() & range(span.start // WINDOW, (span.end - 1) // WINDOW + 1):
            (self._windows[number].add if step > 0 else self._windows[number].take)(span)
        self._number += step
        self.changes.append((step, span))

    def over(self, start: int, end: int) -> list[Span]:
        first, last = max(0, start) // WINDOW, max(0, start, end - 1) // WINDOW
        if first == last:
            return self._window(first).over(start, end)
        if last - first >= _KEPT:
            return spans_of(self.shelf.over(start, end))
        return list(
            dict.fromkeys(span for number in range(first, last + 1) for span in self._window(number).over(start, end))
        )

    def after(self, position: int) -> Span | None:
        start: int | None = max(0, position)
        while start is not None:
            number = start // WINDOW
            if found := self._window(number).after(position):
                return found
            start = self.shelf.next_start((number + 1) * WINDOW - 1)
        return None

    def before(self, position: int) -> Span | None:
        start: int | None = max(0, min(position, self.length))
        while start is not None:
            number = start // WINDOW
            found = self._window(number).before(position)
            # One that began before the window lies over it, and others may start behind that one.
            if found and found.start >= number * WINDOW:
                return found
            start = self.shelf.previous_start(number * WINDOW)
        return None
