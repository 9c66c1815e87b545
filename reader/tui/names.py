"""Which names a document holds: its marks grouped by label and words, kept up to date edit by edit. Pure.

The spans of a long text are not all read for it: they are counted a stretch at a time, when there is time.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from reader.model import Schema, Span
from reader.spans import DistantSpans, Spans, SpansInOrder

_LONGEST = 200  # characters of a name that count; a panel shows fewer
_STEP = 1 << 15  # characters of a long text whose names are counted in one go: about a millisecond


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
    """The names of one label, as (facts, suggestions) by words; `order` is made when it is needed, and kept."""

    counts: dict[str, tuple[int, int]] = field(default_factory=dict)
    order: list[tuple[int, str]] | None = None  # (how many, negative; the words): the most frequent first
    facts: int = 0
    suggested: int = 0

    @property
    def ordered(self) -> list[tuple[int, str]]:
        if self.order is None:
            self.order = sorted((-sum(counts), words) for words, counts in self.counts.items())
        return self.order

    def add(self, words: str, facts: int, suggested: int) -> None:
        """Count some more marks with these words, or fewer."""
        before = self.counts.get(words, (0, 0))
        after = before[0] + facts, before[1] + suggested
        self.facts += facts
        self.suggested += suggested
        if self.order is not None and before != (0, 0):
            del self.order[bisect_left(self.order, (-sum(before), words))]
        if after == (0, 0):
            self.counts.pop(words, None)
            return
        self.counts[words] = after
        if self.order is not None:
            insort(self.order, (-sum(after), words))

    def index(self, words: str) -> int:
        """The place of a name among the others."""
        return bisect_left(self.ordered, (-sum(self.counts[words]), words))


def words_of(text: str, span: Span) -> str:
    """The words of a span with one space between each two; the parts of a discontinuous one with `…` between them."""
    parts = span.fragments or ((span.start, span.end),)
    return " … ".join(_one_line(text[start : min(end, start + _LONGEST)]) for start, end in parts)


def _one_line(words: str) -> str:
    return " ".join(words[:_LONGEST].split())


class Names:
    """The names of one text as rows: a heading for each label in the schema's order, under it its names."""

    def __init__(self) -> None:
        self._text = ""
        self._marks: tuple[SpansInOrder, Spans] = (Spans(), Spans())
        self._seen = (0, 0)  # how many of their changes
        self._groups: dict[str, _Group] = {}
        self._spellings: dict[Name, set[str]] = {}  # where they are not the name itself: over two lines, very long
        self._counted = 0  # characters up to which the names of a long text are counted
        self._rows: list[tuple[int, str]] = []  # (the row of the heading, the label)
        self._schema = Schema()
        self.count = 0

    def show(self, text: str, facts: SpansInOrder, suggested: Spans, schema: Schema) -> None:
        """Take other marks; only what differs from the last ones is counted.

        They may be the last ones with changes; others than those are compared with them, or counted by `go_on` where
        they are those of a long text.
        """
        old = self._marks
        distant = isinstance(facts, DistantSpans) or isinstance(old[0], DistantSpans)
        if text is not self._text or (distant and facts is not old[0]):
            self._text, self._groups, self._spellings, self._counted = text, {}, {}, 0
            old = Spans(), Spans()
            self._marks = (facts if isinstance(facts, DistantSpans) else old[0]), old[1]
            self._seen = len(self._marks[0].changes), 0
        self._follow()
        for kind, (before, after) in enumerate(zip(old, (facts, suggested), strict=True)):
            if after is not before and isinstance(before, Spans) and isinstance(after, Spans):
                low, old_end, new_end = _changed(before, after)
                for span in before[low:old_end]:
                    self._add(span, kind, -1)
                for span in after[low:new_end]:
                    self._add(span, kind, 1)
        self._marks, self._schema = (facts, suggested), schema
        self._seen = len(facts.changes), len(suggested.changes)
        self._lay_out()

    @property
    def is_counting(self) -> bool:
        """Whether there are spans of a long text that were not looked at yet; until then it has no rows."""
        facts = self._marks[0]
        return isinstance(facts, DistantSpans) and self._counted < facts.length

    def go_on(self) -> bool:
        """Count the names of the next stretch of a long text; tells whether there is more to do."""
        facts = self._marks[0]
        if not isinstance(facts, DistantSpans) or not self.is_counting:
            return False
        self._follow()
        start, self._counted = self._counted, min(self._counted + _STEP, facts.length)
        plain, others = facts.shelf.names(start, self._counted)
        for label, words, number in plain:
            self._count(label, words, number)
        for span in others:
            self._add(span, 0, 1)
        if not self.is_counting:
            self._lay_out()
        return self.is_counting

    def _follow(self) -> None:
        """Count what was changed; what lies where no facts were counted yet will be."""
        for kind, marks in enumerate(self._marks):
            for step, span in marks.changes[self._seen[kind] :]:
                if kind == 1 or not self.is_counting or span.start < self._counted:
                    self._add(span, kind, step)
        self._seen = len(self._marks[0].changes), len(self._marks[1].changes)

    def _lay_out(self) -> None:
        self._groups = {label: group for label, group in self._groups.items() if group.counts}
        places = {label.name: place for place, label in enumerate(self._schema.labels)}
        labels = sorted(self._groups, key=lambda name: (places.get(name, len(places)), name))
        self._rows, self.count = [], 0
        for label in [] if self.is_counting else labels:
            self._rows.append((self.count, label))
            self.count += 1 + len(self._groups[label].counts)

    def _add(self, span: Span, kind: int, step: int) -> None:
        words = self._text[span.start : span.end]
        name = words_of(self._text, span)
        self._count(span.label, words, step * (kind == 0), step * (kind == 1), name)

    def _count(self, label: str, words: str, facts: int, suggested: int = 0, name: str | None = None) -> None:
        name = _one_line(words) if name is None else name
        self._groups.setdefault(label, _Group()).add(name, facts, suggested)
        if name != words:
            self._spellings.setdefault(Name(label, name), set()).add(words)

    def row(self, index: int) -> Row:
        """The row at an index, `0 <= index < count`."""
        start, label = self._rows[bisect_right(self._rows, index, key=lambda row: row[0]) - 1]
        group = self._groups[label]
        if index == start:
            return Row(label, None, group.facts, group.suggested)
        _, words = group.ordered[index - start - 1]
        return Row(label, words, *group.counts[words])

    def index(self, name: Name | None) -> int | None:
        """The row of a name, or None when there is none."""
        if name is None or name.label not in self._groups or name.words not in self._groups[name.label].counts:
            return None
        start = next((start for start, label in self._rows if label == name.label), None)
        return None if start is None else start + 1 + self._groups[name.label].index(name.words)

    @property
    def totals(self) -> tuple[int, int]:
        """How many facts and suggestions there are."""
        return len(self._marks[0]), len(self._marks[1])

    def at(self, position: int) -> Name | None:
        """The name of the innermost fact over a character, else of the suggestion."""
        facts, suggested = self._marks
        last = bisect_right(suggested, position, key=lambda span: span.start)
        near = [span for span in suggested[max(0, last - 100) : last] if position < span.end]
        for over in (facts.over(position, position + 1), near):
            if over:
                span = min(over, key=lambda span: (span.end - span.start, -span.start))
                return Name(span.label, words_of(self._text, span))
        return None

    def next_mention(self, name: Name, position: int) -> int | None:
        """Where the next mention of a name begins after a character, all round."""
        found = [start for marks in self._marks if (start := self._next_in(marks, name, position)) is not None]
        return min(found, key=lambda start: (start <= position, start), default=None)

    def _next_in(self, marks: SpansInOrder | Sequence[Span], name: Name, position: int) -> int | None:
        if isinstance(marks, DistantSpans):
            return self._next_far(marks, name, position)
        assert isinstance(marks, Sequence)
        first = bisect_right(marks, position, key=lambda span: span.start)
        for part in (range(first, len(marks)), range(first)):
            for index in part:
                span = marks[index]
                if span.label == name.label and words_of(self._text, span) == name.words:
                    return span.start
        return None

    def _next_far(self, marks: DistantSpans, name: Name, position: int) -> int | None:
        """The same where the file knows it: one look for each way to spell the name."""
        spellings = {name.words, *self._spellings.get(name, ())}
        for begin in (position, -1):
            found = []
            for words in spellings:
                at = begin
                while here := marks.shelf.next_mentions(name.label, words, at):
                    at = here[0].start
                    if any(words_of(self._text, span) == name.words for span in here):
                        found.append(at)
                        break
            if found:
                return min(found)
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
