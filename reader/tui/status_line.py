"""The two fixed rows at the bottom: where you are and that it is saved; which key gives which label."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import ClassVar, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from reader.model import Schema, State
from reader.tui.colors import ink
from reader.tui.fitting import clip, fit
from reader.tui.highlight import LabelStyle
from reader.tui.layout import cells
from reader.tui.rows import Rows

TAGS = 24
"""The most cells that the tags of an article take."""


class Status(NamedTuple):
    """What the status line tells. `wrong` says that `message` is a failure; `place` is such as "3 of 20".

    `note` is of the entity under the cursor, or of the article where there is none; `tags` are the article's.
    """

    schema: Schema = Schema()
    styles: Mapping[str, LabelStyle] = MappingProxyType({})
    state: str = "reading"
    document_state: State = State.TODO
    title: str = ""
    place: str = ""
    percent: int = 0
    here: str = ""
    note: str = ""
    suggestions: int = 0
    tags: str = ""
    repeat: str = ""
    saved: str = "saved"
    message: str = ""
    wrong: bool = False


class StatusLine(Rows):
    """Shows a Status. No change of it ever moves anything else."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "status-line--state",
        "status-line--selecting",
        "status-line--hint",
        "status-line--dim",
        "status-line--key",
        "status-line--message",
        "status-line--wrong",
    }

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._status = Status()
        self._looks: dict[str, Style] = {}

    def show(self, status: Status) -> None:
        """Show another status; nothing is drawn when it is the same."""
        if status == self._status:
            return
        before, self._status = self._status, status
        if (before.schema, before.styles) == (status.schema, status.styles):
            self.draw_again([0])
        else:
            self.refresh()

    # Drawing

    def look(self, name: str) -> Style:
        if name not in self._looks:
            own = self.get_component_rich_style(f"status-line--{name}", partial=False) if name else self.rich_style
            self._looks[name] = own
        return self._looks[name]

    def notify_style_update(self) -> None:
        self._looks.clear()
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        drawn = self._told(width) if y == 0 else self._keys(width)
        return Strip(drawn).adjust_cell_length(width, self.look(""))

    def _told(self, width: int) -> Iterator[Segment]:
        """The state, then the message or the title; to the right what still fits, the most important last to go."""
        status = self._status
        look = status.state if status.state in ("selecting", "hint") else "state"
        yield Segment(clip(f" {status.state} ", width), self.look(look))
        left = width - cells(status.state) - 2
        right = self._fields(left)
        size = sum(cells(segment.text) for segment in right)
        if status.wrong:
            yield Segment(fit(f" {status.saved}: {status.message} ", left), self.look("wrong"))
            return
        said = f"{status.document_state}: {status.title}" if status.title else str(status.document_state)
        text = fit(f" {status.message or said}", max(0, left - size))
        yield Segment(text, self.look("message" if status.message else "dim"))
        yield from right

    def _fields(self, width: int) -> list[Segment]:
        """What stands at the right, in order; fields that do not fit are dropped, the least important first."""
        status = self._status
        label = status.here.split("?")[0]
        dim = self.look("dim")
        suggested = f"{status.suggestions} suggested" if status.suggestions else ""
        # (text, style, importance), from left to right
        fields = [
            (status.here, self.look("") + ink(status.styles.get(label)) + Style(bold=True), 6),
            (status.note, self.look("key"), 4),
            (status.repeat, self.look("key"), 5),
            (suggested, dim, 2),
            (clip(status.tags, TAGS) if status.tags else "", dim, 1),
            (status.place, dim, 0),
            (f"{status.percent}%", self.look(""), 3),
            (status.saved, dim if status.saved == "saved" else self.look("key"), 7),
        ]
        room = width - (min(24, width // 3) if status.message else 0)
        kept = set[int]()
        there = [index for index, (text, _, _) in enumerate(fields) if text]
        for index in sorted(there, key=lambda index: -fields[index][2]):
            size = cells(clip(fields[index][0], 60)) + 2
            if size <= room:
                kept.add(index)
                room -= size
        return [Segment(f" {clip(text, 60)} ", style) for index, (text, style, _) in enumerate(fields) if index in kept]

    def _keys(self, width: int) -> Iterator[Segment]:
        """The labels that have keys, each whole or not at all, and where help is."""
        status = self._status
        keyed = (label for label in status.schema.labels if label.key and label.kind == "span")
        labels = sorted(keyed, key=lambda label: "1234567890".find(label.key))
        last = " ? help " if width >= 40 else ""
        left = width - len(last)
        for label in labels:
            size = cells(label.name) + 4
            if size > left:
                break
            yield Segment(f" {fit(label.key, 1)} ", self.look("key"))
            yield Segment(f"{clip(label.name, size)} ", self.look("") + _letters(status.styles.get(label.name)))
            left -= size
        yield Segment(" " * left, self.look(""))
        yield Segment(last, self.look("dim"))


def _letters(style: LabelStyle | None) -> Style:
    """A label's colour without its tint."""
    return ink(LabelStyle(style.foreground)) if style else Style()
