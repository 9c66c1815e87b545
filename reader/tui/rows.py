"""Rows: a widget that is rows of text and nothing else, each kept until it is drawn again."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

from textual.color import BLACK, Color
from textual.filter import LineFilter
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

MANY = 500
"""States of rows whose look is kept."""


class Rows(Widget):
    """A widget without border and padding, so that Textual has nothing to add to what `render_line` gives.

    Of what is drawn only the app's filters are applied here.
    """

    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        self._kept: dict[int, Strip] = {}
        self._states: dict[int, Hashable] = {}  # of the rows that are kept
        self._known: dict[Hashable, Strip] = {}
        self._kept_for: tuple[Size, Color, Sequence[LineFilter]] = (Size(), BLACK, ())
        super().__init__(id=id, classes=classes)
        self.auto_links = False

    # What a subclass says

    def state_of(self, y: int) -> Hashable:
        """All that the look of a row of the screen depends on: rows where it is equal are drawn once.

        None where that is not known.
        """
        return None

    # Drawing

    def render_lines(self, crop: Region) -> list[Strip]:
        """The rows as they are kept, where there is one."""
        background, filters = self.background_colors[1], self.get_line_filters()
        if self._kept_for != (self.size, background, filters):
            self._kept_for = self.size, background, filters
            self.forget_drawn()
        kept, lines = self._kept, []
        for y in crop.line_range:
            if y not in kept:
                kept[y] = self._drawn(y, background, filters)
            lines.append(kept[y])
        return lines if crop.width == self.size.width else [line.crop(*crop.column_span) for line in lines]

    def _drawn(self, y: int, background: Color, filters: Sequence[LineFilter]) -> Strip:
        state = self._states[y] = self.state_of(y)
        if state is not None and state in self._known:
            return self._known[state]
        strip = self.render_line(y)
        segments = list(strip)
        for one in filters:
            segments = one.apply(segments, background)
        strip = Strip(segments, strip.cell_length)
        if state is not None:
            if len(self._known) >= MANY:
                self._known.clear()
            self._known[state] = strip
        return strip

    def forget_drawn(self) -> None:
        """Everything may look different."""
        self._kept.clear()
        self._known.clear()

    def draw_again(self, lines: Iterable[int]) -> None:
        """Draw some rows of the screen again."""
        width = self.size.width
        if regions := [Region(0, y, width, 1) for y in lines]:
            self.refresh(*regions)

    def redraw_changed(self) -> None:
        """Draw the rows again that no longer look as they did when they were drawn, or may not."""
        self.draw_again(
            y
            for y in range(self.size.height)
            if y not in self._kept or (state := self.state_of(y)) is None or state != self._states[y]
        )

    def _set_dirty(self, *regions: Region) -> None:
        # Every refresh, Textual's own too, comes through here.
        if regions:
            for region in regions:
                for y in region.line_range:
                    self._kept.pop(y, None)
        else:
            self.forget_drawn()
        super()._set_dirty(*regions)
