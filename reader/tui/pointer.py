"""The mouse over a text: presses, drags, double clicks and the wheel, as places of it. What they do, others say."""

from __future__ import annotations

from textual import events
from textual.geometry import Offset

from reader.tui.rows import Rows

WHEEL = 3  # rows


class Pointed(Rows):
    """A widget that draws a text. Every place is a character of it."""

    _pressed: int | None = None

    # What a subclass says

    def place_at(self, offset: Offset) -> int | None:
        """The character nearest to a cell, None where there is no text."""
        raise NotImplementedError

    def clicked(self, place: int) -> None:
        """The button went down on a character."""
        raise NotImplementedError

    def dragged(self, first: int, last: int) -> None:
        """The mouse was dragged from one character to another, `first <= last`."""
        raise NotImplementedError

    def double_clicked(self, place: int) -> None:
        raise NotImplementedError

    def drag_scroll(self, step: int) -> None:
        """The mouse was dragged out of the view, above (-1) or below (1)."""
        raise NotImplementedError

    def wheel(self, count: int) -> None:
        """The wheel was turned by so many rows, down or up when negative."""
        raise NotImplementedError

    # The mouse

    def on_mouse_down(self, event: events.MouseDown) -> None:
        place = self.place_at(event.get_content_offset_capture(self))
        if event.button == 1 and place is not None:
            self._pressed = place
            self.capture_mouse()
            self.clicked(place)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._pressed is None:
            return
        offset = event.get_content_offset_capture(self)
        if offset.y < 0 or offset.y >= self.size.height:
            self.drag_scroll(-1 if offset.y < 0 else 1)
        here = self.place_at(offset)
        if here is not None and here != self._pressed:
            self.dragged(min(self._pressed, here), max(self._pressed, here))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        self._pressed = None
        self.release_mouse()

    def on_click(self, event: events.Click) -> None:
        place = self.place_at(event.get_content_offset_capture(self))
        if event.chain == 2 and place is not None:
            self.double_clicked(place)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.wheel(WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.wheel(-WHEEL)
