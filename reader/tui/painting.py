"""Draws what a key has changed: at once, and only the rows that changed.

Textual asks every widget that shares a line with a change for all of its lines, and draws two messages and a timer
after the key. On a screen of rows that is most of what a key costs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Console
from textual._compositor import Compositor, CompositorUpdate
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from reader.tui.rows import Rows


class RowsUpdate(CompositorUpdate):
    """Pieces of rows, each `(column, row, strip)`, to be written where they belong."""

    def __init__(self, pieces: Sequence[tuple[int, int, Strip]]) -> None:
        self.pieces = pieces

    def render_segments(self, console: Console) -> str:
        return "".join(f"\x1b[{y + 1};{x + 1}H{strip.render(console)}" for x, y, strip in self.pieces)


class RowCompositor(Compositor):
    """A compositor that asks a widget for the rows of it that are to be drawn again, and for no others."""

    def render_partial_update(self) -> Any:
        """A RowsUpdate, or None where nothing has changed."""
        screen = self.size.region
        changed = [region.intersection(screen) for region in self._dirty_regions]
        self._dirty_regions.clear()
        pieces = list(self._pieces(list(self._regions_to_spans(changed))))
        return RowsUpdate(pieces) if pieces else None

    def _pieces(self, spans: list[tuple[int, int, int]]) -> Iterator[tuple[int, int, Strip]]:
        """What stands on some `(row, first column, end)`: the widgets from front to back, each on what is left."""
        for widget, (region, clip) in self.visible_widgets.items():
            seen = region.intersection(clip)
            mine, left = _parted(spans, seen)
            if mine:
                top = mine[0][0]
                asked = Region(0, top - region.y, region.width, mine[-1][0] + 1 - top)
                strips = dict(enumerate(widget.render_lines(asked), top))
                for y, x1, x2 in mine:
                    strip = strips[y]
                    whole = (x1, x2) == (region.x, region.right)
                    yield x1, y, strip if whole else strip.crop(x1 - region.x, x2 - region.x)
                spans = left
            if not spans:
                return


def _parted(
    spans: list[tuple[int, int, int]], seen: Region
) -> tuple[list[tuple[int, int, int]], list[tuple[int, int, int]]]:
    """Of `(row, first column, end)`, in order, what lies in a region, and what does not."""
    inside, outside = [], []
    for y, x1, x2 in spans:
        low, high = max(x1, seen.x), min(x2, seen.right)
        if low >= high or not seen.y <= y < seen.bottom:
            outside.append((y, x1, x2))
            continue
        inside.append((y, low, high))
        if x1 < low:
            outside.append((y, x1, low))
        if high < x2:
            outside.append((y, high, x2))
    return inside, outside


class PaintingScreen(Screen[None]):
    """A screen that draws its rows itself."""

    def __init__(self, *, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self._compositor = RowCompositor()

    def draw_ahead(self) -> None:
        """Draw the rows that ask for it, and show none: `paint` then finds them drawn."""
        for widget in self._compositor.visible_widgets:
            if widget._repaint_required and isinstance(widget, Rows):
                widget.render_lines(widget.size.region)

    def paint(self) -> None:
        """Draw now what asks to be drawn again; where anything else than that is asked for, Textual does it in time."""
        asking = [widget for widget in self._compositor.visible_widgets if widget._repaint_required]
        if asking and not self.app._batch_count and not any(map(_wants_more, (self, *asking))):
            for widget in asking:
                widget._repaint_required = False
            self._dirty_widgets.update(asking)
            self._on_timer_update()


def _wants_more(widget: Widget) -> bool:
    return widget._layout_required or widget._scroll_required or widget._refresh_styles_required
