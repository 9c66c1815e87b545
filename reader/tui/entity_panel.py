"""The side panel: the names of the article by label, with counts, and the way to their mentions."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events, work
from textual.binding import Binding, BindingType
from textual.message import Message

from reader.model import Schema
from reader.spans import Spans, SpansInOrder
from reader.tui.colors import ink
from reader.tui.fitting import fit
from reader.tui.highlight import LabelStyle
from reader.tui.names import Name, Names, Row
from reader.tui.row_list import RowList


def _bind(keys: str, action: str, name: str, description: str, tooltip: str) -> Binding:
    return Binding(keys, action, description, id=f"panel.{name}", tooltip=tooltip, show=False)


class EntityPanel(RowList):
    """Groups by label, under each its names; a suggestion is weaker and has a `?`. Follows the article's cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        _bind("l,right", "pick", "jump", "Go to the next mention of this name", "again and again: all round"),
        _bind("h,left,escape,q,p", "leave", "leave", "Back to the text", "everywhere"),
    ]
    HEADING = True
    EDGE = True
    ONE_CLICK = True
    FOCUS_ON_CLICK = False

    @dataclass
    class Jump(Message):
        """Go to a mention; `position` is its first character."""

        position: int

    @dataclass
    class Leave(Message):
        """Back to the text."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._names = Names()
        self._waiting: tuple[str, SpansInOrder, Spans, Schema] | None = None
        self._styles: Mapping[str, LabelStyle] = {}
        self._position = 0
        self._here: Name | None = None

    def show(
        self,
        text: str,
        spans: SpansInOrder,
        suggested: Spans,
        schema: Schema,
        styles: Mapping[str, LabelStyle],
    ) -> None:
        """Show the marks of a text, both in reading order. They are counted when the panel can be seen."""
        on = self._on_name()
        self._waiting = text, spans, suggested, schema
        if self._styles != styles:
            self._styles = styles
            self.refresh()
        if self.size.width:
            self._here = self.names.at(self._position)
            self._put_cursor((on if self.has_focus else None) or self._here)

    def follow(self, position: int) -> None:
        """Show which name is under the article's cursor."""
        self._position = position
        if not self.size.width:
            return
        here = self.names.at(position)
        if here != self._here:
            self._here = here
            if self.has_focus:
                self.redraw_changed()
            else:
                self._put_cursor(here)

    @property
    def names(self) -> Names:
        if self._waiting is not None:
            waiting, self._waiting = self._waiting, None
            self._names.show(*waiting)
            if self._names.is_counting:
                self._count()
        return self._names

    @work(exclusive=True)
    async def _count(self) -> None:
        """Count the names of a long text; half of the time is left to the keys."""
        more = True
        while more:
            begun = monotonic()
            more = self._names.go_on()
            await asyncio.sleep(monotonic() - begun)
        self._put_cursor(self._here)

    def _on_name(self) -> Name | None:
        """The name under the panel's own cursor."""
        if self._waiting is not None or self.cursor >= self._names.count:
            return None
        row = self._names.row(self.cursor)
        return Name(row.label, row.words) if row.words is not None else None

    def _put_cursor(self, name: Name | None) -> None:
        index = self.names.index(name)
        if index is not None:
            self.cursor = index
            self.reveal()
        else:
            self.cursor = self._settled(self.cursor, 1)
            self._keep_full()
            self.redraw_changed()

    def on_resize(self) -> None:
        self._here = self.names.at(self._position)
        self._put_cursor(self._here)

    def on_focus(self) -> None:
        self._put_cursor(self._here)
        self.go(self.cursor)

    def on_blur(self) -> None:
        self._put_cursor(self._here)

    # Rows

    def row_count(self) -> int:
        return self.names.count

    def row_state(self, index: int) -> Hashable:
        row = self.names.row(index)
        return row, (row.label, row.words) == self._here

    def heading_state(self) -> Hashable:
        return self.names.totals, self.names.is_counting

    def can_stand_on(self, index: int) -> bool:
        return self.names.row(index).words is not None

    def shows_cursor(self) -> bool:
        return self.has_focus

    def draw_heading(self, width: int) -> Iterable[Segment]:
        facts, suggested = self.names.totals
        told = f" {_many(facts, 'entity', 'entities')}" + (f", {suggested} suggested" if suggested else "")
        told += " …" if self.names.is_counting else ""
        yield Segment(fit(told if facts or suggested else " No entities yet", width), self.look("heading"))

    def draw_row(self, index: int, width: int) -> Iterable[Segment]:
        row = self.names.row(index)
        counts = _counts(row)
        style = self._styles.get(row.label)
        if row.words is None:
            chip = f" {row.label} "
            room = max(0, width - len(counts) - 1)
            chip = fit(chip, min(len(chip), room))
            yield Segment(chip, self.look("strong") + ink(style))
            yield Segment(f"{counts:>{max(0, width - len(chip) - 1)}} ", self.look("dim"))
            return
        here = (row.label, row.words) == self._here
        weak = not row.facts
        base = self.look("strong" if here else "")
        yield Segment(" › " if here else "   ", base)
        letters = base + Style(italic=weak)
        if here or weak:
            letters += ink(LabelStyle(style.foreground)) if style else Style()
        yield Segment(fit(row.words, max(0, width - len(counts) - 5)) + " ", letters)
        yield Segment(f"{counts} ", self.look("dim"))

    # The mouse and the keys

    def on_row_list_picked(self, message: RowList.Picked) -> None:
        message.stop()
        row = self.names.row(message.index)
        if row.words is not None:
            found = self.names.next_mention(Name(row.label, row.words), self._position)
            if found is not None:
                self.post_message(self.Jump(found))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        event.stop()

    def action_leave(self) -> None:
        self.post_message(self.Leave())


def _counts(row: Row) -> str:
    if row.facts and row.suggested:
        return f"{row.facts} +{row.suggested}?"
    return str(row.facts) if row.facts else f"{row.suggested}?"


def _many(count: int, one: str, several: str) -> str:
    return f"{count:,} {one if count == 1 else several}"
