"""Token borders: as a few bytes, in which the work of a tokenizer is kept, and which tokens a span has."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate
from operator import sub


def pack(borders: Sequence[int]) -> bytes:
    """`start, end, start, end, ...`, which never falls, as the steps between them in LEB128 (DWARF 5, 7.6)."""
    steps = list(map(sub, borders, [0, *borders[:-1]]))
    if max(steps, default=0) < 0x80:
        return bytes(steps)
    packed = bytearray()
    for step in steps:
        while step >= 0x80:
            packed.append(step & 0x7F | 0x80)
            step >>= 7
        packed.append(step)
    return bytes(packed)


def unpack(packed: bytes, text: str) -> list[int] | None:
    """The borders that were packed, or None where they are not those of all words of the text.

    The last token ends where the text does, but for white space: a flipped bit moves all that follows it.
    """
    # Tokens and gaps of over 127 characters are so seldom that most documents have a byte a step.
    found = list(accumulate(packed if packed.isascii() else _steps(packed)))
    if len(found) % 2 or (found[-1] if found else 0) != len(text.rstrip()):
        return None
    return found


def _steps(packed: bytes) -> Iterator[int]:
    step = shift = 0
    for byte in packed:
        step |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            yield step
            step = shift = 0


def tokens_of(starts: list[int], ends: list[int], start: int, end: int) -> tuple[int, int] | None:
    """The first and the last token of `[start, end)`, or None where it does not begin and end with a token."""
    first, last = bisect_left(starts, start), bisect_left(ends, end)
    if first <= last < len(ends) and starts[first] == start and ends[last] == end:
        return first, last
    return None
