"""Words chosen by the letters over them: one to go to, or the two that a selection reaches from and to."""

from __future__ import annotations

from textual import events

from reader import words
from reader.motions import MOTIONS
from reader.tui.article_view import ArticleView
from reader.tui.hints import LETTERS, Hinting, hints_for
from reader.tui.painting import PaintingScreen
from reader.tui.pen import Pen
from reader.tui.typing import Commands, commands_of


class HintingScreen(PaintingScreen):
    """A screen with a text whose words can be chosen."""

    pen: Pen
    view: ArticleView
    hinting: Hinting | None = None
    _commands: Commands | None = None

    @property
    def commands(self) -> Commands | None:
        """What each key does; None where the text has not the keys, or a letter of them is a hint."""
        if self.hinting is not None or self.focused is not self.view:
            return None
        self._commands = self._commands or commands_of(self)
        return self._commands

    # What a subclass says

    def go_to(self, position: int | None, *, by_character: bool = False, leap: bool = False) -> None:
        """Put the cursor somewhere; None: nowhere to go. A `leap` is to a name, and the next ones shall be in sight."""
        raise NotImplementedError

    def _show_status(self, said: str | None = None, *, wrong: bool = False) -> None:
        raise NotImplementedError

    # Hints

    def action_hint(self, places: int) -> None:
        if hints := self._hints():
            self._hint(Hinting(hints, places))
        else:
            self._show_status("No words here")

    def _hints(self) -> dict[str, int]:
        """Letters for the words on the screen; none over what is selected, so that it can be seen."""
        low, high = self.pen.selection or (0, 0)
        starts = [start for start, _ in words.words(self.pen.document.text, *self.view.visible_range())]
        return hints_for([start for start in starts if not low <= start < high], self.pen.cursor)

    def _hint(self, hinting: Hinting | None) -> None:
        if hinting is None and self.hinting is None:
            return
        self.hinting = hinting
        self.view.hints = hinting.left if hinting else None
        self._show_status()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While hints show, every letter is a hint. Nothing can be done before there is anything to do it with."""
        return self.hinting is None and self.is_mounted

    def on_key(self, event: events.Key) -> None:
        if self.hinting is None:
            return
        if self.hinting.is_second and event.key != "escape" and event.character not in {*LETTERS}:
            # The name is selected, and this is what to do with it.
            self._hint(None)
            return
        event.stop()
        event.prevent_default()
        place = self.hinting.type(event.character or "\0")
        if place is not None:
            self._take_hint(place, self.hinting)
        else:
            self._hint(self.hinting if self.hinting.left else None)

    def _take_hint(self, place: int, hinting: Hinting) -> None:
        """Go to a word; where a selection was asked for, it is the name that begins there, or ends at a second hint."""
        self._hint(None)
        self.go_to(place)
        if hinting.places == 2:
            self.action_name()
            if hints := self._hints():
                self._hint(Hinting(hints, 1, is_second=True))
                self._show_status("label, or end elsewhere")

    def action_name(self) -> None:
        """Select the name that begins under the cursor; a selection that is there goes on to the end of the name."""
        pen = self.pen
        pen.move(pen.cursor)
        if pen.anchor is None:
            pen.anchor = pen.under()
        self.go_to(MOTIONS["name_end"](pen.document.text, pen.document.spans, pen.cursor))
