"""Knows what can be done here, from the bindings alone: the help screen, the command palette, the table of keys."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, ClassVar, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.containers import Vertical
from textual.css.query import NoMatches
from textual.dom import DOMNode
from textual.keys import REPLACED_KEYS, format_key, key_to_character
from textual.screen import Screen

from reader.tui.dialogs import Dialog
from reader.tui.fitting import fit
from reader.tui.row_list import RowList

GROUPS = {
    "article": "In the article",
    "panel": "In the side panel",
    "library": "In the library",
    "list": "In a list",
    "dialog": "In a box",
    "app": "Everywhere",
}
"""What a binding's id begins with, and what that is called."""

_NAMES = {
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "down": "↓",
    "up": "↑",
    "left": "←",
    "right": "→",
    "escape": "Esc",
    "space": "Space",
    "tab": "Tab",
    "enter": "Enter",
    "backspace": "Backspace",
    "delete": "Del",
}


DESCRIPTION = 58
"""Cells that the longest description takes."""


class Command(NamedTuple):
    """Something to do: its keys as they are written, what it does, why that key, and where it is done."""

    keys: str
    description: str
    why: str
    id: str
    action: str
    node: DOMNode | None


def shown_key(key: str) -> str:
    """A key as people write it: `^D`, `PgDn`, `?`."""
    key = key.strip()
    *modifiers, name = key.split("+") if len(key) > 1 else [key]
    character = key_to_character(name) or (format_key(name) if name in REPLACED_KEYS else "")
    name = _NAMES.get(name) or (character if character and character.isprintable() else name.title())
    if modifiers == ["ctrl"]:
        return f"^{name.upper()}"
    return "+".join([*(modifier.title() for modifier in modifiers), name])


def key_rows(*classes: type[DOMNode]) -> list[tuple[str, str, str]]:
    """The bindings of screens and widgets by default: (keys, what they do, why)."""
    bindings = [binding for one in classes for binding in one.__dict__.get("BINDINGS", ())]
    return [
        (_keys(binding.key.split(",")), binding.description, binding.tooltip)
        for binding in bindings
        if isinstance(binding, Binding) and binding.id
    ]


def _keys(keys: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(shown_key(key) for key in keys))


def commands(screen: Screen[Any]) -> list[Command]:
    """Everything that a key does on a screen now, with the keys that are in force."""
    found: dict[str, tuple[list[str], Binding, DOMNode]] = {}
    for key, (node, binding, enabled, _) in screen.active_bindings.items():
        if binding.id and enabled:
            found.setdefault(binding.id, ([], binding, node))[0].append(key)
    return [
        Command(_keys(keys), binding.description, binding.tooltip, name, binding.action, node)
        for name, (keys, binding, node) in found.items()
    ]


def grouped(found: Sequence[Command]) -> list[Command | str]:
    """Commands with a heading before those of each place."""
    rows: list[Command | str] = []
    for start, title in GROUPS.items():
        group = [command for command in found if command.id.partition(".")[0] == start]
        rows += [*([""] if rows and group else []), *([title] if group else []), *group]
    return rows


class CommandRows(RowList):
    """Headings and commands."""

    def __init__(self, rows: Sequence[Command | str]) -> None:
        super().__init__()
        self._rows = rows

    def on_mount(self) -> None:
        self.go(0)

    def row_count(self) -> int:
        return len(self._rows)

    def can_stand_on(self, index: int) -> bool:
        return isinstance(self._rows[index], Command)

    def draw_row(self, index: int, width: int) -> Iterable[Segment]:
        row = self._rows[index]
        if isinstance(row, str):
            yield Segment(f" {row}", self.look("heading") + Style(bold=True))
            return
        keys = min(17, max(6, width // 4))
        name = 28 if width >= 76 else 0
        # What a key does is never cut for why it is that key.
        room = width - keys - name - DESCRIPTION - 2
        why = room if name and room >= 12 else 0
        yield Segment(fit(f"  {row.keys}", keys) + " ", self.look("strong"))
        yield Segment(fit(row.description, max(0, width - keys - name - why - 2)) + " ", self.look(""))
        yield Segment(fit(row.why, why), self.look("dim"))
        yield Segment(fit(row.id, name), self.look("dim"))


class HelpScreen(Dialog[None]):
    """The keys of the screen it was called from, with the ids that the settings know them by."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,question_mark,f1", "cancel", "Close", id="dialog.close-help", tooltip="less", show=False)
    ]

    def __init__(self, screen: Screen[Any], heading: str = "") -> None:
        super().__init__()
        self._commands = commands(screen)
        self._heading = heading

    def compose(self) -> ComposeResult:
        with Vertical(classes="box full help"):
            yield Heading(self._heading or "Help")
            yield CommandRows(grouped(self._commands))


class Heading(RowList):
    """One line."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.can_focus = False
        self._text = text

    def row_count(self) -> int:
        return 1

    def shows_cursor(self) -> bool:
        return False

    def draw_row(self, index: int, width: int) -> Iterable[Segment]:
        hint = "Esc closes; names are for the settings' [keys]" if width >= 76 else "Esc closes"
        yield Segment(fit(f" {self._text}", max(0, width - len(hint) - 1)), self.look("strong"))
        yield Segment(hint, self.look("dim"))


class Palette(CommandPalette):
    """Textual's, which may go while it still looks for commands."""

    @work(exclusive=True, group=CommandPalette._GATHER_COMMANDS_GROUP)
    async def _gather_commands(self, search_value: str) -> None:
        # Textual's own looks for its list without asking whether that is there still, and would end the program.
        with suppress(NoMatches):
            await CommandPalette._gather_commands.__wrapped__(self, search_value)  # type: ignore[attr-defined]


class Commands(Provider):
    """Every command by name, for the palette."""

    async def discover(self) -> Hits:
        for command in commands(self.screen):
            name = f"{command.description}  ({command.keys})"
            yield DiscoveryHit(name, self._runs(command), help=command.why)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for command in commands(self.screen):
            name = f"{command.description}  ({command.keys})"
            if (score := matcher.match(name)) > 0:
                yield Hit(score, matcher.highlight(name), self._runs(command), help=command.why)

    def _runs(self, command: Command) -> partial[Any]:
        return partial(self.app.run_action, command.action, command.node)
