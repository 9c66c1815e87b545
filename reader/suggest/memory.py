"""Suggests what this annotator decided before for the same words; it needs no training and no spaCy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reader.model import Span, Suggestion
from reader.suggest.settle import best_first
from reader.words import NEWLINES, words

SOURCE = "memory"
LONGEST = 8  # words


def phrases(
    text: str, start: int = 0, end: int | None = None, longest: int = LONGEST
) -> Iterator[tuple[int, int, str]]:
    """Every run of up to `longest` words on one line, as `(start, end, words)`, longer ones of a start first."""
    for line in _lines(text, start, end):
        count = len(line)
        for first in range(count):
            begin = line[first][0]
            for last in range(min(first + longest, count) - 1, first - 1, -1):
                stop = line[last][1]
                yield begin, stop, text[begin:stop]


def suggest(text: str, remembered: Mapping[str, str], start: int = 0, end: int | None = None) -> list[Suggestion]:
    """The remembered words in `[start, end)`, in reading order; where they overlap the longer, then the first, stays.

    `remembered` maps words, exactly as they stand in a text, to the label decided for them.
    """
    if not remembered:
        return []
    known = remembered.get
    found: list[tuple[int, int, str]] = []
    # The loop of `phrases`, without a generator's cost for each of eight phrases a word.
    for line in _lines(text, start, end):
        stops = [stop for _, stop in line]
        for first, (begin, _) in enumerate(line):
            for stop in stops[first : first + LONGEST]:
                label = known(text[begin:stop])
                if label is not None:
                    found.append((begin, stop, label))
    chosen = best_first(found, lambda one: one[:2], lambda one: (one[0] - one[1], one[0]))
    return [Suggestion(Span(begin, stop, label), SOURCE) for begin, stop, label in chosen]


def _lines(text: str, start: int, end: int | None) -> Iterator[list[tuple[int, int]]]:
    """The words of each line that has any."""
    line: list[tuple[int, int]] = []
    last = start
    for word in words(text, start, end):
        gap = text[last : word[0]]
        if gap and gap != " " and any(newline in gap for newline in NEWLINES) and line:
            yield line
            line = []
        line.append(word)
        last = word[1]
    if line:
        yield line
