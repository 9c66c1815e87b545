"""Picks, of stretches that overlap, those that do not, best first; and knows what a set of stretches covers."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

_T = TypeVar("_T")


def best_first(items: Iterable[_T], stretch: Callable[[_T], tuple[int, int]], order: Callable[[_T], Any]) -> list[_T]:
    """Take the items in `order`, leaving out each that overlaps one taken before; the result is in reading order.

    Only items that hang together are compared, so a long text costs no more for each item than a short one.
    """
    chosen: list[_T] = []
    for cluster in _clusters(sorted(items, key=stretch), stretch):
        if len(cluster) == 1:
            chosen += cluster
            continue
        taken: list[tuple[int, int]] = []
        kept = []
        for item in sorted(cluster, key=order):
            start, end = stretch(item)
            if all(end <= first or last <= start for first, last in taken):
                taken.append((start, end))
                kept.append(item)
        chosen += sorted(kept, key=stretch)
    return chosen


def _clusters(items: Sequence[_T], stretch: Callable[[_T], tuple[int, int]]) -> Iterator[list[_T]]:
    cluster: list[_T] = []
    reach = -1
    for item in items:
        start, end = stretch(item)
        if cluster and start >= reach:
            yield cluster
            cluster, reach = [], -1
        cluster.append(item)
        reach = max(reach, end)
    if cluster:
        yield cluster


class Cover:
    """A set of stretches that can be asked, in the time of a search, whether one lies on or around another."""

    def __init__(self, stretches: Iterable[tuple[int, int]]) -> None:
        self._starts: list[int] = []
        self._reach: list[int] = []  # the furthest end of the stretches up to here
        for start, end in sorted(stretches):
            self._starts.append(start)
            self._reach.append(max(end, self._reach[-1] if self._reach else end))

    def overlaps(self, start: int, end: int) -> bool:
        """Whether a stretch shares a character with `[start, end)`."""
        before = bisect_left(self._starts, end)
        return before > 0 and self._reach[before - 1] > start

    def contains(self, start: int, end: int) -> bool:
        """Whether a larger stretch has all of `[start, end)` in it."""
        at_or_before = bisect_right(self._starts, start)
        before = bisect_left(self._starts, start)
        return (at_or_before > 0 and self._reach[at_or_before - 1] > end) or (
            before > 0 and self._reach[before - 1] >= end
        )
