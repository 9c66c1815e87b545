"""Suggests what this annotator decided before for the same words; it needs no training and no spaCy."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from reader.model import Edit, Mark, Rejected, Span, Suggestion
from reader.suggest.settle import best_first
from reader.words import NEWLINES, word_at, words

SOURCE = "memory"
LONGEST = 8  # words
Counts = dict[str, dict[str, int]]
"""How often by words and label."""


def phrases(text: str) -> Iterator[tuple[int, int, str]]:
    """Every run of up to LONGEST words on one line, as `(start, end, words)`, longer ones of a start first."""
    for line in _lines(text):
        count = len(line)
        for first in range(count):
            begin = line[first][0]
            for last in range(min(first + LONGEST, count) - 1, first - 1, -1):
                stop = line[last][1]
                yield begin, stop, text[begin:stop]


def decided(given: Mapping[str, int], turned_down: Mapping[str, int]) -> str:
    """The label given to some words most often, unless it was turned down as often; "" where there is none."""
    counts = {label: times - turned_down.get(label, 0) for label, times in given.items()}
    label = max(counts, key=lambda name: (counts[name], name), default="")
    return label if counts.get(label, 0) > 0 else ""


class Remembered:
    """Which labels an annotator gave to words and turned down for them, and how often."""

    def __init__(self, given: Counts, turned_down: Counts) -> None:
        self._given = given
        self._turned_down = turned_down

    def words(self) -> set[str]:
        """The words of which anything is remembered."""
        return self._given.keys() | self._turned_down.keys()

    def label(self, words: str) -> str:
        """The label that is decided for some words, or ""."""
        return decided(self._given.get(words, {}), self._turned_down.get(words, {}))

    def refused(self, words: str) -> frozenset[str]:
        """The labels turned down for some words more often than given."""
        given = self._given.get(words, {})
        return frozenset(
            label for label, times in self._turned_down.get(words, {}).items() if times > given.get(label, 0)
        )

    def learn(self, edit: Edit, text: str) -> set[str]:
        """Remember an edit of a text; gives the words that it is about."""
        learned = set()
        for marks, step in ((edit.removed, -1), (edit.added, 1)):
            for mark in marks:
                counts = self._given if isinstance(mark, Span) else self._turned_down
                if span := labelled(mark):
                    words = text[span.start : span.end]
                    learned.add(words)
                    labels = counts.setdefault(words, {})
                    labels[span.label] = labels.get(span.label, 0) + step
                    if labels[span.label] <= 0:
                        del labels[span.label]
                    if not labels:
                        del counts[words]
        return learned


def labelled(mark: Mark) -> Span | None:
    """The span that a mark gives a label, or turns it down for."""
    span = mark.span if isinstance(mark, Rejected) else mark
    return span if isinstance(span, Span) else None


class Recall:
    """The remembered words in one text, which is read as a whole once and then only for words that are new."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._places: dict[str, list[tuple[int, int]]] = {}

    def suggest(self, remembered: Mapping[str, str]) -> list[Suggestion]:
        """The words in reading order; where they overlap the longer, then the first, stays.

        `remembered` maps words, exactly as they stand in a text, to the label decided for them.
        """
        places = self.places(remembered)
        found = [Span(begin, stop, remembered[one]) for one, here in places.items() for begin, stop in here]
        return [Suggestion(span, SOURCE) for span in longest_first(found)]

    def begun(self, begins: Callable[[Collection[str]], Iterable[str]]) -> set[str]:
        """The runs of words, as in `phrases`, with which anything begins that is remembered.

        `begins` gives, of some strings, those with which it does. A run is made longer only where they do: few of the
        eight for each word are made at all. Where these stand need not be looked for again.
        """
        line: list[tuple[int, int]]
        found: dict[str, list[tuple[int, int]]] = {}
        begun = [(line, first) for line in _lines(self._text) for first in range(len(line))]
        for count in range(LONGEST):
            runs: dict[str, list[tuple[list[tuple[int, int]], int]]] = {}
            for line, first in begun:
                if first + count < len(line):
                    run = self._text[line[first][0] : line[first + count][1]]
                    runs.setdefault(run, []).append((line, first))
            begun = []
            for run in begins(runs) if runs else ():
                begun += runs[run]
                found.setdefault(run, []).extend((line[first][0], line[first + count][1]) for line, first in runs[run])
        self._places.update((run, sorted(places)) for run, places in found.items())
        return set(found)

    def places(self, words: Collection[str]) -> dict[str, list[tuple[int, int]]]:
        """Where each of some words stands, `[start, end)` in characters, in reading order."""
        unknown = set(words) - self._places.keys()
        if len(unknown) > FEW:
            self._places.update((one, []) for one in unknown)
            for begin, stop, one in phrases(self._text):
                if one in unknown:
                    self._places[one].append((begin, stop))
        else:
            self._places.update((one, list(_places(self._text, one))) for one in unknown)
        return {one: self._places[one] for one in words}


def longest_first(spans: Iterable[Span]) -> list[Span]:
    """Of remembered words that overlap the longer, then the first, in reading order."""
    return best_first(spans, lambda one: one[:2], lambda one: (one[0] - one[1], one[0]))


FEW = 4
"""Words up to which looking for each costs less than reading the text."""


def _places(text: str, phrase: str) -> Iterator[tuple[int, int]]:
    """Where a phrase stands, as `phrases` would find it."""
    start = text.find(phrase) if phrase and not any(newline in phrase for newline in NEWLINES) else -1
    while start >= 0:
        end = start + len(phrase)
        first, last = word_at(text, start), word_at(text, end - 1)
        whole = first is not None and last is not None and (first[0], last[1]) == (start, end)
        if whole and sum(1 for _ in words(text, start, end)) <= LONGEST:
            yield start, end
        start = text.find(phrase, start + 1)


def _lines(text: str) -> Iterator[list[tuple[int, int]]]:
    """The words of each line that has any."""
    line: list[tuple[int, int]] = []
    last = 0
    for word in words(text):
        gap = text[last : word[0]]
        if gap and gap != " " and any(newline in gap for newline in NEWLINES) and line:
            yield line
            line = []
        line.append(word)
        last = word[1]
    if line:
        yield line
