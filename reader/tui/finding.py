"""Finding in one article: a regular expression, its matches, and the next one."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from array import array
from asyncio.subprocess import DEVNULL, PIPE
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, Self, TypeAlias

PROGRAM = Path(__file__).with_name("matching.py")

SECONDS = 3
"""Of the processor: what a search may take, however short the text is."""

CHARACTERS = 1_000_000
"""A text may take a second more for so many."""

_SPECIAL = re.compile(r"[\\.^$*+?{}\[\]|()]")


Pattern: TypeAlias = re.Pattern[str]


class Matches:
    """Stretches `[start, end)` in characters that do not overlap, in reading order; 8 bytes each, for there may be
    millions."""

    def __init__(self, stretches: Iterable[tuple[int, int]] = ()) -> None:
        self._starts, self._ends = array("I"), array("I")
        for start, end in stretches:
            self._starts.append(start)
            self._ends.append(end)

    @classmethod
    def of(cls, starts: array[int], ends: array[int]) -> Self:
        """Matches whose starts and ends are there as `array("I")`."""
        made = cls()
        made._starts, made._ends = starts, ends
        return made

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


def is_plain(pattern: str) -> bool:
    """Whether a pattern is just letters to find: that takes no longer than reading the text."""
    return not _SPECIAL.search(pattern)


def compiled(pattern: str) -> Pattern:
    """A regular expression in which capitals count when it has any. Raises ValueError that says what is wrong."""
    try:
        return re.compile(pattern, re.MULTILINE | (re.IGNORECASE if pattern == pattern.lower() else 0))
    except (re.error, OverflowError) as error:
        raise ValueError(str(error)) from error
    except RecursionError as error:
        raise ValueError("too deep") from error


def find(pattern: Pattern, text: str) -> Found:
    """Every match, within this process: for a pattern that is plain."""
    spans = (match.span() for match in pattern.finditer(text))
    return Found(pattern.pattern, Matches(span for span in spans if span[0] < span[1]))


async def find_in_time(pattern: Pattern, text: str) -> Found | None:
    """Every match, found in a process of its own, which goes when this is cancelled; None where it takes too long."""
    seconds = SECONDS + len(text) // CHARACTERS
    asked, letters = (part.encode("utf-8", "surrogatepass") for part in (pattern.pattern, text))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-S", str(PROGRAM), stdin=PIPE, stdout=PIPE, stderr=DEVNULL, cwd=os.sep
    )
    try:
        request = f"{int(pattern.flags)} {seconds} {len(asked)}\n".encode() + asked + letters
        answer, _ = await process.communicate(request)
    finally:
        if process.returncode is None:
            process.kill()
            # Only who reads on to its end sees that it has ended.
            await process.communicate()
    if process.returncode:
        return None
    places = array("I", answer)
    return Found(pattern.pattern, Matches.of(places[::2], places[1::2]))
