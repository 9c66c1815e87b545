"""The reading surface: draws the rows of a text that are on the screen, with its marks, and keeps a cursor among them.

It changes nothing and binds no keys: a screen calls its methods and listens to its messages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Offset, Region
from textual.message import Message
from textual.strip import Strip

from reader import words
from reader.spans import Spans, SpansInOrder
from reader.tui.finding import Matches
from reader.tui.highlight import NOWHERE, LabelStyle, Looks, Scene, Seen, draw, seen
from reader.tui.layout import Flow, Row, Window, cells
from reader.tui.pointer import Pointed

__all__ = ["ArticleView", "LabelStyle"]


class ArticleView(Pointed, can_focus=True):
    """Text with a word cursor. Every position and stretch is in characters of the text, half-open."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "article-view--cursor",
        "article-view--match",
        "article-view--hint",
        "article-view--dim",
        "article-view--bar",
    }
    DEFAULT_CSS = """
    ArticleView {
        width: 1fr;
        height: 1fr;
        & > .article-view--cursor {
            background: $block-cursor-background; color: $block-cursor-foreground; text-style: bold;
        }
        & > .article-view--match { background: $warning; color: auto; text-style: italic; }
        & > .article-view--hint { background: $accent; color: auto; text-style: bold; }
        & > .article-view--dim { color: $text-disabled; }
        & > .article-view--bar { color: $scrollbar; }
        &:ansi > .article-view--cursor { color: ansi_black; background: ansi_white; }
        &:ansi > .article-view--match, &:ansi > .article-view--hint { color: ansi_black; }
        &:ansi > .article-view--dim, &:nocolor > .article-view--dim { text-style: dim; }
        &:nocolor > .article-view--cursor { text-style: bold underline reverse; }
        &:nocolor > .article-view--match { text-style: italic reverse; }
        &:nocolor > .article-view--hint { text-style: bold reverse; }
    }
    """

    @dataclass
    class CursorMoved(Message):
        """The view took the cursor along when the wheel scrolled. A caller of a method knows that it moved."""

        position: int

    @dataclass
    class Clicked(Message):
        """The mouse was pressed on a character; the cursor has not moved."""

        position: int

    @dataclass
    class Dragged(Message):
        """The mouse was dragged over a stretch, whichever way."""

        start: int
        end: int

    @dataclass
    class DoubleClicked(Message):
        """A character was clicked twice."""

        position: int

    def __init__(self, *, measure: int = 80, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.by_character = False
        self._measure = measure
        self._looks: Looks | None = None
        self._clear("")

    def _clear(self, text: str) -> None:
        self._area = self.size
        self._around = (0, 0)
        self._scene = Scene(text)
        self._window = Window(Flow(text, self._width), self.size.height)
        self._cursor = 0
        self._column: int | None = None  # the cell the cursor keeps to while it moves from row to row
        self._kept.clear()
        self._seen = Seen()  # when the rows were drawn last

    # What is shown

    def show(
        self,
        text: str,
        spans: SpansInOrder,
        suggested: Spans,
        styles: Mapping[str, LabelStyle],
        *,
        around: tuple[int, int] = (0, 0),
    ) -> None:
        """Show another text from its start, without selection, hints and matches.

        `around` says how many characters there are before and after it, where it is a part.
        """
        self._clear(text)
        self._around = around
        self._scene.set_marks(spans, suggested, styles)
        self.restore(0, 0)

    def restore(self, position: int, top: int) -> None:
        """Show the rows from `top` on, as `top` once gave it, with the cursor at `position`."""
        self._put(position)
        self._show_window(top)

    def refresh_marks(
        self,
        spans: SpansInOrder,
        suggested: Spans,
        styles: Mapping[str, LabelStyle] | None = None,
    ) -> None:
        """Show other marks on the same text, or other colours; only rows that look different are drawn again."""
        colours, current = self._scene.labels, self._scene.current
        self._scene.set_marks(spans, suggested, styles or colours)
        if self._scene.labels != colours:
            self._draw_all()
        else:
            self._redraw_changed(*({current} ^ {self._scene.current}))

    @property
    def cursor(self) -> int:
        """The character under the cursor; `len(text)` at most."""
        return self._cursor

    @cursor.setter
    def cursor(self, position: int) -> None:
        self.move_to(position)

    @property
    def selection(self) -> tuple[int, int] | None:
        """The selected stretch; it need not touch the cursor."""
        return None if self._scene.selection == NOWHERE else self._scene.selection

    @selection.setter
    def selection(self, selection: tuple[int, int] | None) -> None:
        old, new = self._scene.selection, selection or NOWHERE
        if old != new:
            self._scene.selection = new
            both = NOWHERE in (old, new)
            self._redraw(*((old, new) if both else (tuple(sorted(pair)) for pair in zip(old, new, strict=True))))

    @property
    def hints(self) -> Mapping[int, str] | None:
        """Letters drawn over the characters from each position on; the rest of the text stands back meanwhile."""
        return self._scene.hints or None

    @hints.setter
    def hints(self, hints: Mapping[int, str] | None) -> None:
        were, self._scene.hints = self._scene.hints, hints or {}
        if were and hints:
            self._redraw_changed()
        elif were or hints:
            # All words stand back, or come forward again.
            self._draw_all()

    @property
    def matches(self) -> Matches:
        """What a search found."""
        return self._scene.matches

    @matches.setter
    def matches(self, matches: Matches) -> None:
        self._scene.matches = matches
        self._redraw_changed()

    @property
    def measure(self) -> int:
        """The most cells a row of text takes."""
        return self._measure

    @measure.setter
    def measure(self, measure: int) -> None:
        self._measure = measure
        self._show_window(self.top)

    # Where the cursor and the view are

    @property
    def top(self) -> int:
        """The first character on the screen, to be given to `restore` another time."""
        return self._window.top

    @property
    def percent(self) -> int:
        """How much of the text lies above the lower edge of the view, 0 to 100."""
        length = self._length
        return (self._around[0] + self.visible_range()[1]) * 100 // length if length else 100

    @property
    def _length(self) -> int:
        return len(self._scene.text) + sum(self._around)

    def visible_range(self) -> tuple[int, int]:
        """The stretch of the text that is on the screen."""
        return self._window.extent

    def move_to(self, position: int, *, leap: bool = False) -> None:
        """Put the cursor on a character and scroll as far as needed to see it, with some rows around it.

        A `leap` out of sight puts it a third down the view, so that the next ones are in sight.
        """
        moved = position != self._cursor
        if moved:
            self._column = None
        self._go(position, self._window.margin if moved else 0, leap=leap)

    def rows(self, count: int) -> None:
        """Move the cursor by rows, down or up when negative, to the word at the column it started from."""
        row = self._flow.row_at(self._cursor)
        self._go_to_row(self._flow.moved(row, count), self._window.margin)

    def page(self, pages: float) -> None:
        """Move view and cursor by pages, down or up when negative; a whole page leaves two rows to read on from."""
        rows, height = self._window.rows, self.size.height
        if not rows:
            return
        index = self._window.index(self._cursor) or 0
        step = round(pages * (height - 2 if abs(pages) >= 1 and height > 3 else height))
        if self._scroll(step or (1 if pages > 0 else -1)):
            self._go_to_row(self._window.rows[min(index, len(self._window.rows) - 1)], 0)
        else:
            self._go_to_row(rows[0 if pages < 0 else -1], 0)

    def _go_to_row(self, row: Row, margin: int) -> None:
        """Put the cursor into a row, at the column it keeps to."""
        if self._column is None:
            self._column = self._flow.column(self._flow.row_at(self._cursor), self._cursor)
        find = self._flow.position if self.by_character else self._flow.word
        self._go(find(row, self._column), margin)

    def _go(self, position: int, margin: int, *, leap: bool = False) -> None:
        scene = self._scene
        before = scene.word, scene.character, scene.current
        self._put(position)
        after = scene.word, scene.character, scene.current
        if self._window.reveal(self._cursor, margin, leap=leap):
            self._draw_all()
        elif before != after:
            self._redraw(*before, *after)

    def _scroll(self, count: int) -> bool:
        """Scroll the view, not the cursor; whether there was anything to scroll to."""
        scrolled = self._window.scroll(count)
        if scrolled:
            self._draw_all()
        return scrolled

    def _put(self, position: int) -> None:
        """Put the cursor on a character; nothing is drawn."""
        self._cursor = max(0, min(position, len(self._scene.text)))
        self._scene.put_cursor(self._cursor, by_character=self.by_character)

    # Layout

    @property
    def _width(self) -> int:
        """The cells of a row of text: the measure, less where the widget is narrow."""
        width = self._area.width
        return max(1, min(self._measure or width, width - (3 if width > 40 else 2)))

    @property
    def _left(self) -> int:
        """The cells to the left of the text, which stands in the middle."""
        return max(0, (self._area.width - 1 - self._width) // 2)

    @property
    def _flow(self) -> Flow:
        return self._window.flow

    def _lay_out(self, top: int) -> None:
        """Lay the text out for the size there is, from `top` on, with the cursor in sight."""
        self._area, flow = self.size, self._flow
        if flow.width != self._width:
            flow, self._column = Flow(flow.text, self._width), None
        self._window = Window(flow, self._area.height, top)
        self._window.reveal(self._cursor, 0)
        self._kept.clear()
        self._seen = seen(self._scene, *self._window.extent)

    def _show_window(self, top: int) -> None:
        self._lay_out(top)
        self.refresh()

    def on_resize(self) -> None:
        if self._area != self.size:
            self._show_window(self.top)

    # Drawing

    def notify_style_update(self) -> None:
        """Another theme, or another state of the widget: everything looks different."""
        self._looks = None
        self._kept.clear()
        super().notify_style_update()

    def render_lines(self, crop: Region) -> list[Strip]:
        if self._area != self.size:
            # Drawn before it is told of its size.
            self._lay_out(self.top)
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """One row of the screen."""
        looks = self._looks = self._looks or self._looks_now()
        width = self._area.width
        segments = [Segment(" " * self._left, looks.base)] if self._left else []
        if y < len(self._window.rows):
            row = self._window.rows[y]
            segments += draw(self._scene, row, looks)
        rest = width - 1 - sum(cells(segment.text) for segment in segments)
        if width < 2 or rest < 0:
            # The space or the wide letter at the end of a full row may hang over its edge.
            strip = Strip(segments).adjust_cell_length(max(0, width - 1), looks.base)
            segments = [*strip, *([self._bar(y, looks)] if width > 1 else [])]
        else:
            segments += [Segment(" " * rest, looks.base)] if rest else []
            segments.append(self._bar(y, looks))
        return Strip(segments, width)

    def _bar(self, y: int, looks: Looks) -> Segment:
        """A cell of the scroll bar, which shows the share of characters."""
        start, end = (self._around[0] + place for place in self.visible_range())
        length, height = self._length, self._area.height
        full = end - start >= length
        inside = start * height // max(1, length) <= y < -(-end * height // max(1, length))
        return Segment("┃" if inside and not full else " ", looks.base if full else looks.base + looks.bar)

    def _looks_now(self) -> Looks:
        """The styles of the theme; without colours those alone by which things differ."""
        names = ("cursor", "match", "hint", "dim", "bar")
        styles = {name: self.get_component_rich_style(f"article-view--{name}") for name in names}
        if self.app.no_color:
            styles = {name: style.without_color for name, style in styles.items()}
        return Looks(base=self.rich_style, selection=Style(reverse=True), **styles, colors=not self.app.no_color)

    def _draw_all(self) -> None:
        self._seen = seen(self._scene, *self._window.extent)
        self.refresh()

    def _redraw(self, *places: tuple[int, int]) -> None:
        """Draw the rows again on which any of these stretches lies."""
        self.draw_again(sorted({y for place in places for y in self._window.touched(*place)}))

    def _redraw_changed(self, *places: tuple[int, int]) -> None:
        """Draw the rows again over which something else lies than when they were drawn last, and those of `places`."""
        before, self._seen = self._seen, seen(self._scene, *self._window.extent)
        self._redraw(*before.differing(self._seen), *places)

    # The mouse

    def place_at(self, offset: Offset) -> int | None:
        rows = self._window.rows
        if not rows or any(self._around):
            return None  # what is a part now will be the whole in a moment
        return self._flow.position(rows[max(0, min(offset.y, len(rows) - 1))], offset.x - self._left)

    def clicked(self, place: int) -> None:
        self.post_message(self.Clicked(place))

    def dragged(self, first: int, last: int) -> None:
        self.post_message(self.Dragged(first, words.next_grapheme(self._scene.text, last)))

    def double_clicked(self, place: int) -> None:
        self.post_message(self.DoubleClicked(place))

    def drag_scroll(self, step: int) -> None:
        self._scroll(step)

    def wheel(self, count: int) -> None:
        """Scroll; a cursor that would leave the view stays at its edge."""
        if self._window.rows and not any(self._around) and self._scroll(count):
            row, margin = self._flow.row_at(self._cursor), self._window.margin
            first, last = self._window.rows[margin], self._window.rows[-1 - margin]
            if not first.start <= row.start <= last.start:
                self._go_to_row(first if row.start < first.start else last, 0)
                self.post_message(self.CursorMoved(self._cursor))
