"""Knows what fits: words into a number of cells, cut or filled up with spaces; a screen into a size. Pure."""

from __future__ import annotations

from textual.geometry import Size

from reader import words
from reader.tui.layout import cells, display

_LINE_BREAKS = str.maketrans(dict.fromkeys(words.NEWLINES + "\t", " "))


def one_line(text: str) -> str:
    """A copy fit for the screen in which every newline is a space; of the same length, so offsets hold."""
    return display(text.translate(_LINE_BREAKS))


def fit(text: str, width: int, *, right: bool = False) -> str:
    """The text on one line of exactly `width` cells; `…` where it is cut, spaces where it is shorter."""
    cut = clip(text, width)
    space = " " * (width - cells(cut))
    return space + cut if right else cut + space


def clip(text: str, width: int) -> str:
    """The text on one line of at most `width` cells; `…` where it is cut."""
    if width <= 0:
        return ""
    shown = one_line(text[: 8 * width + 8])
    if len(text) <= 8 * width + 8 and cells(shown) <= width:
        return shown
    used = end = 0
    for _, stop in words.graphemes(shown):
        used += cells(shown[end:stop])
        if used > width - 1:
            break
        end = stop
    return shown[:end] + "…"


def clip_start(text: str, width: int) -> str:
    """The end of the text on one line of at most `width` cells; `…` where its start is cut."""
    shown = one_line(text[-(8 * width + 8) :]) if width > 0 else ""
    if len(text) <= 8 * width + 8 and cells(shown) <= width:
        return shown
    borders = [start for start, _ in words.graphemes(shown)]
    return next(("…" + shown[start:] for start in borders if cells(shown[start:]) < width), "…"[:width])


WIDTHS = [(0, "-narrow"), (60, "-normal"), (110, "-wide")]
HEIGHTS = [(0, "-short"), (12, "-tall")]
"""Classes of every screen, by its columns and rows: reader.tcss says what they mean."""


def classes_of(size: Size) -> str:
    """The classes a screen of a size will get. One that has them already is not styled a second time."""
    rooms = ((size.width, WIDTHS), (size.height, HEIGHTS))
    return " ".join(next(name for least, name in reversed(limits) if room >= least) for room, limits in rooms)
