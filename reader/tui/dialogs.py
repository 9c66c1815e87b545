"""The small questions: pick a label or a hit, type a line, choose by one key. Each gives its answer, None for none."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import ClassVar, TypeVar

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from reader.model import Label, Schema
from reader.project import Hit
from reader.tui.colors import ink, styles_for
from reader.tui.fitting import clip_start, fit
from reader.tui.forgetting import Forgetting
from reader.tui.highlight import LabelStyle
from reader.tui.layout import display
from reader.tui.row_list import RowList

Answer = TypeVar("Answer")


def _bind(keys: str, action: str, name: str, description: str, tooltip: str) -> Binding:
    return Binding(keys, action, description, id=f"dialog.{name}", tooltip=tooltip, show=False)


class Dialog(Forgetting, ModalScreen[Answer]):
    """A box over the screen. Esc answers nothing. It answers once: a key that comes as it goes closes nothing else."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [_bind("escape", "cancel", "cancel", "Close", "everywhere")]

    def dismiss(self, result: Answer | None = None) -> AwaitComplete:
        return super().dismiss(result) if self.app.screen is self else AwaitComplete()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys of somebody who types ahead may come before its widgets are there, or when they have gone."""
        return action == "cancel" or (self.is_mounted and bool(self.children))

    def action_cancel(self) -> None:
        self.dismiss(None)


class Line(Input):
    """A line to type in that shows its text as words, whatever it is."""

    def __init__(self, text: str = "", placeholder: str = "") -> None:
        super().__init__(text, placeholder, select_on_focus=False)

    @property
    def _value(self) -> Text:
        return Text(display(self.value), no_wrap=True, overflow="ignore", end="")


class Ask(Dialog[str | None]):
    """One line to type; `text` is there to begin with."""

    def __init__(self, question: str, text: str = "") -> None:
        super().__init__()
        self._question = question
        self._text = text

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Static(Content(fit(self._question, 200).rstrip()), classes="title")
            yield Line(self._text)

    def on_input_submitted(self, message: Input.Submitted) -> None:
        self.dismiss(message.value)


MANY = 10_000
"""Spans of a label up to which they are counted, so that a list of labels is there at once."""


class LabelRows(RowList):
    """Labels with key, name, count and definition; a label without a position is a new one."""

    ONE_CLICK = True

    def __init__(self, labels: Sequence[Label], styles: Mapping[str, LabelStyle], counts: Mapping[str, int]) -> None:
        super().__init__()
        self.can_focus = False
        self.labels = labels
        self._styles = styles
        self._counts = counts
        self._most = len(labels)

    def row_count(self) -> int:
        return len(self.labels)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return max(1, self._most)

    def draw_row(self, index: int, width: int) -> Iterable[Segment]:
        label, base = self.labels[index], self.look("")
        if label.position < 0:
            yield Segment(fit(f"   new label {label.name}", width), self.look("good"))
            return
        size = max(len(one.name) for one in self.labels)
        count = self._counts.get(label.name, 0)
        counted = (f"{count:,}" if count else "") + ("+" if count >= MANY else "")
        yield Segment(f" {fit(label.key, 1)} ", self.look("strong"))
        yield Segment(fit(label.name, min(size, 20, width - 3)), base + ink(self._styles.get(label.name)))
        yield Segment(f"{counted:>7}  ", self.look("dim"))
        yield Segment(fit(label.description, max(0, width - min(size, 20) - 12)), base)


class PickLabel(Dialog[str | None]):
    """Type to filter, Enter takes a label; a name that no label has makes a new one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        _bind("down,ctrl+n", "step(1)", "down", "Next label", "letters filter"),
        _bind("up", "step(-1)", "up", "Previous label", "letters filter"),
        _bind("pagedown", "step(10)", "page-down", "Ten labels down", "less"),
        _bind("pageup", "step(-10)", "page-up", "Ten labels up", "less"),
    ]

    def __init__(
        self,
        schema: Schema,
        title: str,
        current: str = "",
        counts: Mapping[str, int] | None = None,
        *,
        kind: str = "span",
        new: bool = True,
    ) -> None:
        super().__init__()
        self._schema = schema
        self._labels = [label for label in schema.labels if label.kind == kind]
        self._title = title
        self._current = current
        self._counts = counts or {}
        self._new = new

    def compose(self) -> ComposeResult:
        with Vertical(classes="box wide"):
            yield Static(Content(fit(self._title, 200).rstrip()), classes="title")
            yield Line(placeholder="type to filter, Enter takes")
            yield LabelRows(self._labels, styles_for(self._schema, self.app.current_theme), self._counts)

    def on_mount(self) -> None:
        names = [label.name for label in self._labels]
        if self._current in names:
            self._rows.cursor = names.index(self._current)

    @property
    def _rows(self) -> LabelRows:
        return self.query_one(LabelRows)

    def on_input_changed(self, message: Input.Changed) -> None:
        self._rows.labels = matching(self._labels, message.value.strip(), new=self._new)
        self._rows.action_first()

    def on_input_submitted(self) -> None:
        rows = self._rows
        self.dismiss(rows.labels[rows.cursor].name if rows.labels else None)

    def on_row_list_picked(self, message: RowList.Picked) -> None:
        self.dismiss(self._rows.labels[message.index].name)

    def action_step(self, step: int) -> None:
        self._rows.move(step)


def matching(labels: Sequence[Label], typed: str, *, new: bool = True) -> list[Label]:
    """The labels that fit what was typed, the best first: by key, by how the name begins, by name, by definition.

    With `new`, a name that none of them has follows as a label at position -1.
    """
    small = typed.lower()
    fits: list[tuple[int, Label]] = []
    for label in labels:
        name = label.name.lower()
        tests = (typed in (label.key, label.name), name.startswith(small), small in name)
        defined = len(small) > 2 and small in label.description.lower()
        found = [place for place, test in enumerate((*tests, defined)) if test]
        if not typed or found:
            fits.append((found[0] if typed else 0, label))
    best = [label for _, label in sorted(fits, key=lambda fit: fit[0])]
    known = any(label.name.lower() == small or (label.key and label.key == typed) for label in labels)
    if new and typed and typed.isprintable() and not known:
        best.append(Label(typed, position=-1))
    return best


class HitRows(RowList):
    """Mentions one below the other, the words in one column."""

    HEADING = True
    ONE_CLICK = True

    def __init__(self, title: str, hits: Sequence[Hit]) -> None:
        super().__init__()
        self._title = title
        self._hits = hits

    def row_count(self) -> int:
        return len(self._hits)

    def draw_heading(self, width: int) -> Iterable[Segment]:
        yield Segment(fit(f" {self._title}: {self.cursor + 1} of {len(self._hits)}", width), self.look("heading"))

    def draw_row(self, index: int, width: int) -> Iterable[Segment]:
        hit = self._hits[index]
        title = min(28, width // 4) if width >= 60 else 0
        left = max(0, (width - title) // 2 - 8)
        yield Segment(fit(f" {hit.title}", title - 2) + "  " if title else "", self.look("dim"))
        yield Segment(fit(clip_start(hit.before, left), left, right=True), self.look(""))
        yield Segment(fit(hit.words, min(len(hit.words) * 2, 30)).rstrip(), self.look("strong"))
        yield Segment(fit(hit.after, width), self.look(""))

    def on_row_list_moved(self) -> None:
        self.refresh()


class PickHit(Dialog[Hit | None]):
    """Go to one of many mentions."""

    BINDINGS: ClassVar[list[BindingType]] = [_bind("q", "cancel", "leave", "Close", "less")]

    def __init__(self, title: str, hits: Sequence[Hit]) -> None:
        super().__init__()
        self._title = title
        self._hits = hits

    def compose(self) -> ComposeResult:
        with Vertical(classes="box full"):
            yield HitRows(self._title, self._hits)

    def on_row_list_picked(self, message: RowList.Picked) -> None:
        self.dismiss(self._hits[message.index])


class KeyRows(RowList):
    """A title, lines of text, and the keys that may follow."""

    HEADING = True
    ONE_CLICK = True

    def __init__(self, title: str, rows: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self.can_focus = False
        self._title = title
        self._rows = rows

    def row_count(self) -> int:
        return len(self._rows)

    def shows_cursor(self) -> bool:
        return False

    def draw_heading(self, width: int) -> Iterable[Segment]:
        yield Segment(fit(f" {self._title}", width), self.look("heading"))

    def draw_row(self, index: int, width: int) -> Iterable[Segment]:
        key, text = self._rows[index]
        size = max(len(key) for key, _ in self._rows)
        yield Segment(f"  {key:>{size}}", self.look("strong"))
        yield Segment(fit(f"  {text}", max(0, width - size - 2)), self.look(""))

    def row_state(self, index: int) -> Hashable:
        return self._rows[index]

    def heading_state(self) -> Hashable:
        return self._title

    def show(self, rows: Sequence[tuple[str, str]]) -> None:
        """Say something else in as many rows."""
        self._rows = rows
        self.redraw_changed()


class Menu(Dialog[str | None]):
    """What may follow a key: `rows` of (key, what it does). Any other key closes it and answers None."""

    def __init__(self, title: str, rows: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._rows = rows
        self._shown = KeyRows(title, rows)

    def compose(self) -> ComposeResult:
        with Vertical(classes="box bottom"):
            yield self._shown

    def on_key(self, event: events.Key) -> None:
        if event.character is None and event.key in MODIFIERS:
            return
        event.stop()
        self.dismiss(next((key for key, _ in self._rows if key in (event.character, event.key)), None))

    def show(self, rows: Sequence[tuple[str, str]]) -> None:
        """Say something else behind the same keys."""
        self._rows = rows
        self._shown.show(rows)

    def on_row_list_picked(self, message: RowList.Picked) -> None:
        self.dismiss(self._rows[message.index][0])


# Terminals with the kitty keyboard protocol send these on their own.
MODIFIERS = frozenset(
    f"{side}_{name}" for side in ("left", "right") for name in ("shift", "control", "alt", "super", "hyper", "meta")
) | {"iso_level3_shift", "iso_level5_shift"}

CHOICES = {"y": "yes", "n": "no", "a": "this and all that follow", "q": "no more"}


class Words(RowList):
    """Words with what stands around them, and the keys."""

    HEADING = True

    def __init__(self, title: str, before: str, words: str, after: str) -> None:
        super().__init__()
        self.can_focus = False
        self._title = title
        self._around = before, words, after

    def row_count(self) -> int:
        return 2

    def shows_cursor(self) -> bool:
        return False

    def draw_heading(self, width: int) -> Iterable[Segment]:
        yield Segment(fit(f" {self._title}", width), self.look("heading"))

    def draw_row(self, index: int, width: int) -> Iterable[Segment]:
        before, words, after = self._around
        if index == 0:
            left = max(0, width // 2 - len(words))
            yield Segment(fit(clip_start(before, left), left, right=True), self.look(""))
            yield Segment(fit(words, min(width, 2 * len(words))).rstrip(), self.look("strong") + Style(reverse=True))
            yield Segment(fit(after, width), self.look(""))
            return
        for key, text in CHOICES.items():
            yield Segment(f"  {key}", self.look("strong"))
            yield Segment(f" {text}", self.look("dim"))


class Choice(Dialog[str | None]):
    """Yes or no about words in their place: answers "y", "n", "a" (this and all that follow) or "q" (no more).

    Esc takes back what was answered to those before, too.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        _bind(key, f"answer('{key}')", f"choice-{key}", text.capitalize(), "git add -p")
        for key, text in CHOICES.items()
    ]

    def __init__(self, title: str, before: str, words: str, after: str, index: int, total: int) -> None:
        super().__init__()
        self._title = f"{title}  {index} of {total}"
        self._around = before, words, after

    def compose(self) -> ComposeResult:
        with Vertical(classes="box bottom"):
            yield Words(self._title, *self._around)

    def action_answer(self, key: str) -> None:
        self.dismiss(key)
