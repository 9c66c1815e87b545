"""Hints: the letters that stand for the words on the screen. Pure."""

from __future__ import annotations

from collections.abc import Sequence

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
