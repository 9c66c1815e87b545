"""Which names a document holds: its marks grouped by label and words, kept up to date edit by edit. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from reader.model import Schema, Span
from reader.spans import Spans

_LONGEST = 200  # characters of a name that count; a panel shows fewer


class Name(NamedTuple):
    """A label and the words that carry it."""

    label: str
    words: str


class Row(NamedTuple):
    """A group's heading (`words` is None), or a name in it; with how many facts and suggestions there are."""

    label: str
    words: str | None
    facts: int
    suggested: int


@dataclass(slots=True)
class _Group:
    """The names of one label, as [facts, suggestions] by words; `order` is made when it is needed."""

    counts: dict[str, list[int]] = field(default_factory=dict)
    order: list[str] | None = None

    @property
    def ordered(self) -> list[str]:
        """The most frequent first."""
        if self.order is None:
            self.order = sorted(self.counts, key=lambda words: (-sum(self.counts[words]), words))
        return self.order

    def total(self, kind: int) -> int:
        return sum(counts[kind] for counts in self.counts.values())


def words_of(text: str, span: Span) -> str:
    """The words of a span with one space between each two; the parts of a discontinuous one with `…` between them."""
    parts = span.fragments or ((span.start, span.end),)
    return " … ".join(" ".join(text[start : min(end, start + _LONGEST)].split()) for start, end in parts)


class Names:
    """The names of one text as rows: a heading for each label in the schema's order, under it its names."""

    def __init__(self) -> None:
        self._text = ""
        self._marks: tuple[Spans, Sequence[Span]] = (Spans(), ())
        self._seen = 0  # how many of the changes of the facts
        self._groups: dict[str, _Group] = {}
        self._rows: list[tuple[int, str]] = []  # (the row of the heading, the label)
        self.count = 0

    def show(self, text: str, facts: Spans, suggested: Sequence[Span], schema: Schema) -> None:
        """Take other marks, both in reading order; only what differs from the last ones is counted.

        The facts may be the last ones with changes; others than those are compared with them.
        """
        if text is not self._text:
            self._text, self._marks, self._groups, self._seen = text, (Spans(), ()), {}, 0
        for step, span in self._marks[0].changes[self._seen :]:
            self._add(span, 0, step)
        pairs = [(1, self._marks[1], suggested), *([(0, self._marks[0], facts)] if facts is not self._marks[0] else [])]
        for kind, old, new in pairs:
            low, old_end, new_end = _changed(old, new)
            for span in old[low:old_end]:
                self._add(span, kind, -1)
            for span in new[low:new_end]:
                self._add(span, kind, 1)
        self._marks, self._seen = (facts, suggested), len(facts.changes)
        places = {label.name: place for place, label in enumerate(schema.labels)}
        labels = sorted(self._groups, key=lambda name: (places.get(name, len(places)), name))
        self._rows, self.count = [], 0
        for label in labels:
            self._rows.append((self.count, label))
            self.count += 1 + len(self._groups[label].counts)

    def _add(self, span: Span, kind: int, step: int) -> None:
        group = self._groups.setdefault(span.label, _Group())
        words = words_of(self._text, span)
        counts = group.counts.setdefault(words, [0, 0])
        counts[kind] += step
        group.order = None
        if counts == [0, 0]:
            del group.counts[words]
            if not group.counts:
                del self._groups[span.label]

    def row(self, index: int) -> Row:
        """The row at an index, `0 <= index < count`."""
        start, label = self._rows[bisect_right(self._rows, index, key=lambda row: row[0]) - 1]
        group = self._groups[label]
        if index == start:
            return Row(label, None, group.total(0), group.total(1))
        words = group.ordered[index - start - 1]
        return Row(label, words, *group.counts[words])

    def index(self, name: Name | None) -> int | None:
        """The row of a name, or None when there is none."""
        if name is None or name.label not in self._groups or name.words not in self._groups[name.label].counts:
            return None
        start = next(start for start, label in self._rows if label == name.label)
        return start + 1 + self._groups[name.label].ordered.index(name.words)

    @property
    def totals(self) -> tuple[int, int]:
        """How many facts and suggestions there are."""
        return len(self._marks[0]), len(self._marks[1])

    def at(self, position: int) -> Name | None:
        """The name of the innermost fact over a character, else of the suggestion."""
        for marks in self._marks:
            last = bisect_right(marks, position, key=lambda span: span.start)
            over = [span for span in marks[max(0, last - 100) : last] if position < span.end]
            if over:
                span = min(over, key=lambda span: (span.end - span.start, -span.start))
                return Name(span.label, words_of(self._text, span))
        return None

    def next_mention(self, name: Name, position: int) -> int | None:
        """Where the next mention of a name begins after a character, all round."""
        found = [start for marks in self._marks if (start := self._next_in(marks, name, position)) is not None]
        return min(found, key=lambda start: (start <= position, start), default=None)

    def _next_in(self, marks: Sequence[Span], name: Name, position: int) -> int | None:
        first = bisect_right(marks, position, key=lambda span: span.start)
        for part in (range(first, len(marks)), range(first)):
            for index in part:
                span = marks[index]
                if span.label == name.label and words_of(self._text, span) == name.words:
                    return span.start
        return None


def _changed(old: Sequence[Span], new: Sequence[Span]) -> tuple[int, int, int]:
    """Where two sequences differ: from `low` on, up to an end in the old and one in the new."""
    most = min(len(old), len(new))
    low = _alike(old, new, most)
    same = _alike(old[low:][::-1], new[low:][::-1], most - low)
    return low, len(old) - same, len(new) - same


def _alike(old: Sequence[Span], new: Sequence[Span], most: int) -> int:
    """How many of two sequences are equal from the beginning; slices are compared much faster than items."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if old[low:middle] == new[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
