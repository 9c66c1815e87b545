"""Finding in one article: a regular expression, its matches, and the next one. Pure."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Matches:
    """Stretches `[start, end)` in characters that do not overlap, in reading order; 8 bytes each, for there may be
    millions."""

    def __init__(self, stretches: Iterable[tuple[int, int]] = ()) -> None:
        self._starts, self._ends = array("I"), array("I")
        for start, end in stretches:
            self._starts.append(start)
            self._ends.append(end)

    def __len__(self) -> int:
        return len(self._starts)

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return zip(self._starts, self._ends, strict=True)

    def __getitem__(self, index: int) -> tuple[int, int]:
        return self._starts[index], self._ends[index]

    def over(self, start: int, end: int) -> list[tuple[int, int]]:
        """Those that share a character with `[start, end)`."""
        first, last = bisect_right(self._ends, start), bisect_left(self._starts, end)
        return [self[index] for index in range(first, last)]

    def beside(self, position: int, step: int) -> int:
        """The index of the first that starts after a character (1), or the last before it (-1), all round."""
        if step > 0:
            return bisect_right(self._starts, position) % len(self)
        return (bisect_left(self._starts, position) - 1) % len(self)


class Found(NamedTuple):
    """The matches of a pattern."""

    pattern: str = ""
    matches: Matches = Matches()

    def step(self, cursor: int, step: int) -> int:
        """The index of the next (1) or previous (-1) match, all round. Only where there are matches."""
        return self.matches.beside(cursor, step)


def find(pattern: str, text: str) -> Found:
    """Every match of a regular expression; capitals count when it has any. Raises re.error."""
    flags = re.MULTILINE | (re.IGNORECASE if pattern == pattern.lower() else 0)
    spans = (match.span() for match in re.compile(pattern, flags).finditer(text))
    return Found(pattern, Matches(span for span in spans if span[0] < span[1]))
