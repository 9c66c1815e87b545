"""Suggests what this annotator decided before for the same words; it needs no training and no spaCy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reader.model import Span, Suggestion
from reader.suggest.settle import best_first
from reader.words import NEWLINES, word_at, words

SOURCE = "memory"
LONGEST = 8  # words


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


class Recall:
    """The remembered words in one text, which is read as a whole once and then only for words that are new."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._places: dict[str, list[tuple[int, int]]] = {}

    def suggest(self, remembered: Mapping[str, str]) -> list[Suggestion]:
        """The words in reading order; where they overlap the longer, then the first, stays.

        `remembered` maps words, exactly as they stand in a text, to the label decided for them.
        """
        unknown = remembered.keys() - self._places.keys()
        if len(unknown) > FEW:
            self._places.update((one, []) for one in unknown)
            for begin, stop, one in phrases(self._text):
                if one in unknown:
                    self._places[one].append((begin, stop))
        else:
            self._places.update((one, list(_places(self._text, one))) for one in unknown)
        found = [(begin, stop, label) for one, label in remembered.items() for begin, stop in self._places[one]]
        chosen = best_first(found, lambda one: one[:2], lambda one: (one[0] - one[1], one[0]))
        return [Suggestion(Span(begin, stop, label), SOURCE) for begin, stop, label in chosen]


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
