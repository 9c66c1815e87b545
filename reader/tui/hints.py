"""Hints: the letters that stand for the words on the screen. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LETTERS = "asdfghjklqwertyuiopzxcvbnm"
"""The home row first: the words near the cursor get the letters under the fingers."""


def hints_for(starts: Sequence[int], cursor: int) -> dict[str, int]:
    """Letters for each word start, no hint the beginning of another; the words nearest the cursor get one letter.

    With `n` letters, `k` hints of one letter and `(n - k) * n` of two can be told apart; what is beyond them gets none.
    """
    near = sorted(starts, key=lambda start: (abs(start - cursor), start))
    size = len(LETTERS)
    if len(near) <= size:
        return dict(zip(LETTERS, near, strict=False))
    single = max(0, (size * size - len(near)) // (size - 1))
    pairs = [first + second for first in LETTERS[single:] for second in LETTERS]
    return dict(zip([*LETTERS[:single], *pairs], near, strict=False))


@dataclass(slots=True)
class Hinting:
    """The letters typed so far, while hints show. `places` is how many words are still to be chosen."""

    hints: dict[str, int]
    places: int
    is_second: bool = False
    typed: str = ""

    def type(self, letter: str) -> int | None:
        """One more letter; the place it leads to, or None when more letters must follow or none fits."""
        self.typed += letter
        return self.hints.get(self.typed)

    @property
    def left(self) -> dict[int, str]:
        """What is still to be typed for each place that can be reached; empty: none can."""
        size = len(self.typed)
        return {place: hint[size:] for hint, place in self.hints.items() if hint.startswith(self.typed)}
