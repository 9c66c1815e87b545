"""Finding in one article: a regular expression, its matches, and the next one. Pure."""

from __future__ import annotations

import re
from typing import NamedTuple


class Found(NamedTuple):
    """The matches of a pattern as `[start, end)` in characters, in reading order."""

    pattern: str = ""
    matches: tuple[tuple[int, int], ...] = ()

    def step(self, cursor: int, step: int) -> int:
        """The index of the next (1) or previous (-1) match, all round. Only where there are matches."""
        starts = [start for start, _ in self.matches]
        if step > 0:
            return next((index for index, start in enumerate(starts) if start > cursor), 0)
        return max((index for index, start in enumerate(starts) if start < cursor), default=len(starts) - 1)


def find(pattern: str, text: str) -> Found:
    """Every match of a regular expression; capitals count when it has any. Raises re.error."""
    flags = re.MULTILINE | (re.IGNORECASE if pattern == pattern.lower() else 0)
    spans = (match.span() for match in re.compile(pattern, flags).finditer(text))
    return Found(pattern, tuple((start, end) for start, end in spans if start < end))
