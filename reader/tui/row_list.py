"""A list on the line API: it draws the rows that are on the screen and no others, and keeps a cursor among them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from reader.tui.rows import Rows


def _bind(keys: str, action: str, name: str, description: str, tooltip: str) -> Binding:
    return Binding(keys, action, description, id=f"list.{name}", tooltip=tooltip, show=False)


class RowList(Rows, can_focus=True):
    """Rows known by their index. A subclass says how many there are and how one looks.

    `HEADING` gives one fixed row at the top, drawn by `draw_heading`, `EDGE` a line on the left; with `ONE_CLICK` a
    click picks a row at once.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        _bind("j,down", "step(1)", "down", "Next row", "less, vim"),
        _bind("k,up", "step(-1)", "up", "Previous row", "less, vim"),
        _bind("space,pagedown,ctrl+f", "page(1.0)", "page-down", "Page down", "less, vim"),
        _bind("pageup,ctrl+b", "page(-1.0)", "page-up", "Page up", "less, vim"),
        _bind("ctrl+d", "page(0.5)", "half-page-down", "Half a page down", "less, vim"),
        _bind("ctrl+u", "page(-0.5)", "half-page-up", "Half a page up", "less, vim"),
        _bind("home", "first", "first", "First row", "also g g"),
        _bind("G,end", "last", "last", "Last row", "vim"),
        _bind("enter", "pick", "pick", "Take this row", "everywhere"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "row-list--cursor",
        "row-list--heading",
        "row-list--edge",
        "row-list--dim",
        "row-list--strong",
        "row-list--good",
        "row-list--busy",
        "row-list--alert",
    }
    HEADING = False
    EDGE = False
    ONE_CLICK = False

    @dataclass
    class Picked(Message):
        """A row was chosen, by Enter or the mouse."""

        index: int

    @dataclass
    class Moved(Message):
        """The cursor is on another row."""

        index: int

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.cursor = 0
        self.top = 0
        self._looks: dict[str, Style] = {}

    # What a subclass says

    def row_count(self) -> int:
        raise NotImplementedError

    def draw_row(self, index: int, width: int) -> Iterable[Segment]:
        raise NotImplementedError

    def draw_heading(self, width: int) -> Iterable[Segment]:
        return ()

    def row_state(self, index: int) -> Hashable:
        """What the look of a row depends on, wherever it stands; None where that is not known."""
        return None

    def heading_state(self) -> Hashable:
        """The same of the heading."""
        return None

    def can_stand_on(self, index: int) -> bool:
        """Whether the cursor may be on a row."""
        return True

    # Moving

    @property
    def height(self) -> int:
        """How many rows are on the screen."""
        return max(1, self.size.height - self.HEADING)

    def move(self, step: int) -> None:
        """Move the cursor by rows, down or up when negative."""
        self.go(self.cursor + step, 1 if step > 0 else -1)

    def go(self, index: int, direction: int = 1) -> None:
        """Put the cursor on a row, or on the next one in a direction that it may stand on."""
        found = self._settled(index, direction)
        moved, self.cursor = found != self.cursor, found
        if moved:
            self.post_message(self.Moved(found))
        self.reveal()

    def _settled(self, index: int, direction: int) -> int:
        count = self.row_count()
        index = max(0, min(index, count - 1))
        for step in (direction, -direction):
            at = index
            while 0 <= at < count:
                if self.can_stand_on(at):
                    return at
                at += step
        return index

    def reveal(self, index: int | None = None) -> None:
        """Scroll as far as needed to see the cursor, or another row."""
        index = self.cursor if index is None else index
        margin = min(2, (self.height - 1) // 4)
        self.top = max(min(self.top, index - margin), index + margin - self.height + 1)
        self._keep_full()
        self.redraw_changed()

    def _keep_full(self) -> None:
        self.top = max(0, min(self.top, self.row_count() - self.height))

    def scroll_rows(self, step: int) -> None:
        """Scroll the rows and leave the cursor where it is."""
        self.top += step
        self._keep_full()
        self.redraw_changed()

    def action_step(self, step: int) -> None:
        self.move(step)

    def action_page(self, pages: float) -> None:
        self.move(round(pages * max(1, self.height - 1)) or (1 if pages > 0 else -1))

    def action_first(self) -> None:
        self.top = 0
        self.go(0)

    def action_last(self) -> None:
        self.go(self.row_count() - 1, -1)

    def action_pick(self) -> None:
        if self.cursor < self.row_count() and self.can_stand_on(self.cursor):
            self.post_message(self.Picked(self.cursor))

    # Drawing

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return self.row_count() + self.HEADING

    def look(self, name: str) -> Style:
        """The style of one of the component classes; "" for the list's own."""
        if name not in self._looks:
            own = self.get_component_rich_style(f"row-list--{name}", partial=False) if name else self.rich_style
            self._looks[name] = own
        return self._looks[name]

    def notify_style_update(self) -> None:
        self._looks.clear()
        self.forget_drawn()
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        full, edge = self.size.width, [Segment("▏", self.look("edge"))] if self.EDGE else []
        width = max(0, full - len(edge))
        index = self.top + y - self.HEADING
        look = ""
        row: Iterable[Segment] = ()
        if self.HEADING and y == 0:
            look, row = "heading", self.draw_heading(width)
        elif index < self.row_count():
            row = self.draw_row(index, width)
            if index == self.cursor and self.shows_cursor():
                look, row = "cursor", self._under_cursor(row)
        return Strip([*edge, *row]).adjust_cell_length(full, self.look(look))

    def shows_cursor(self) -> bool:
        return True

    def _under_cursor(self, row: Iterable[Segment]) -> Iterator[Segment]:
        """On the cursor's row every colour is the cursor's, so that it can be read; weight and slant stay."""
        look = self.look("cursor")
        for text, style, _ in row:
            kept = style and Style(bold=style.bold, italic=style.italic, underline=style.underline)
            yield Segment(text, look + kept if kept else look)

    def state_of(self, y: int) -> Hashable:
        index = self.top + y - self.HEADING
        if index >= self.row_count():
            return "blank"
        if index < self.top:
            place, state = "heading", self.heading_state()
        else:
            on_it = index == self.cursor and self.shows_cursor()
            place, state = "cursor" if on_it else "row", self.row_state(index)
        return None if state is None else (place, state)

    def on_resize(self) -> None:
        self.reveal()

    # The mouse

    def row_under(self, event: events.MouseEvent) -> int | None:
        """The row under the mouse, that the cursor may stand on."""
        offset = event.get_content_offset(self)
        if offset is None or offset.y < self.HEADING:
            return None
        index = self.top + offset.y - self.HEADING
        return index if index < self.row_count() and self.can_stand_on(index) else None

    def on_click(self, event: events.Click) -> None:
        index = self.row_under(event)
        if index is not None:
            self.go(index)
            if event.chain == (1 if self.ONE_CLICK else 2):
                self.post_message(self.Picked(index))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.scroll_rows(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.scroll_rows(-3)
