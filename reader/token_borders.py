"""Token borders: as a few bytes, in which the work of a tokenizer is kept, and which tokens a span has."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate, islice, repeat
from operator import le, sub

from reader.model import Span


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
    return found if are_whole(len(found), found[-1] if found else 0, text) else None


def are_whole(number: int, last: int, text: str) -> bool:
    """Whether so many borders, up to the last one, may be those of all words of a text."""
    return number % 2 == 0 and last == len(text.rstrip())


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


def all_apart(starts: list[int], ends: list[int], spans: Sequence[Span]) -> list[tuple[int, int, Span]] | None:
    """Each of spans in reading order behind its first and its last token; None where any has none, or two overlap.

    As `tokens_of` finds them, but for all at once.
    """
    if not spans:
        return []
    begun, over = [span[0] for span in spans], [span[1] for span in spans]
    firsts = list(map(bisect_left, repeat(starts), begun))
    lasts = list(map(bisect_left, repeat(ends), over))
    if firsts[-1] == len(starts) or not all(map(le, over, islice(begun, 1, None))) or lasts[-1] == len(ends):
        return None
    on_borders = list(map(starts.__getitem__, firsts)) == begun and list(map(ends.__getitem__, lasts)) == over
    return list(zip(firsts, lasts, spans, strict=True)) if on_borders else None
