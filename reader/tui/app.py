"""ReaderApp: the theme, the keys, the first screen, and a clean end however it comes."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.filter import LineFilter
from textual.screen import Screen

from reader.errors import NotSaved
from reader.project import Project
from reader.safe import safe
from reader.tui.driver import TerminalDriver
from reader.tui.fitting import HEIGHTS, WIDTHS
from reader.tui.harmless import HARMLESS
from reader.tui.keymap import problems
from reader.tui.library import LibraryScreen, first_document
from reader.tui.row_list import RowList
from reader.tui.typing import Commands, TypingApp

if TYPE_CHECKING:
    from textual.command import Provider

    from reader.tui.article import ArticleScreen

BUSY_SECONDS = 0.5
SIGNALS = (signal.SIGHUP, signal.SIGTERM, signal.SIGINT)


def palette() -> type[Provider]:
    """Every command by name; asked for when the palette is opened."""
    from reader.tui.help import Commands

    return Commands


class ReaderApp(TypingApp):
    """One project on the screen: an article, and under it the library."""

    CSS_PATH = "reader.tcss"
    TITLE = "Reader"
    COMMANDS = App.COMMANDS | {palette}
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q,ctrl+c", "quit", "Out at once", id="app.quit", tooltip="everything is saved", show=False),
    ]

    def __init__(self, project: Project, document_id: int | None = None) -> None:
        super().__init__(driver_class=TerminalDriver)
        self.project = project
        self._first = document_id
        self._library = LibraryScreen(project)
        self.unsaved = 0
        self.told_of_the_model = False
        self.set_keymap(project.config.keys)

    def get_default_screen(self) -> Screen[Any]:
        return self._library

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), HARMLESS]

    def on_mount(self) -> None:
        self._complain()
        first = self._first if self._first is not None else first_document(self.project)
        if first is not None:
            # Not within this message: nothing is drawn before its screen would be mounted, and then everything twice.
            self.call_later(self._library.open_document, first)
        if not self.is_headless:
            loop = asyncio.get_running_loop()
            for number in SIGNALS:
                loop.add_signal_handler(number, self.end, 128 + number)
        self.call_after_refresh(settle)

    def _complain(self) -> None:
        """Use the settings; one line says what is wrong with them."""
        config = self.project.config
        found = problems(config.keys, self._scopes()) if config.keys else []
        if config.theme in self.available_themes:
            self.theme = config.theme
        else:
            found.insert(0, f"there is no theme {config.theme}")
        if found:
            self.notify(safe("; ".join(found)), title="Settings", severity="warning", timeout=10, markup=False)

    def _scopes(self) -> Sequence[Sequence[BindingType]]:
        """The keys that are there at the same time."""
        from reader.tui.article import ArticleScreen
        from reader.tui.entity_panel import EntityPanel

        library = LibraryScreen.BINDINGS + RowList.BINDINGS
        return (ArticleScreen.BINDINGS, library, EntityPanel.BINDINGS, self.BINDINGS)

    @property
    def article(self) -> ArticleScreen | None:
        """The article that has the keys."""
        article = self._library.article
        return article if article is self.screen else None

    def before_key(self) -> None:
        if self.article is not None:
            self.article.complete()

    def after_key(self) -> None:
        if self.article is not None:
            self.article.paint()

    @property
    def can_give_up(self) -> bool:
        article = self._library.article
        return article is not None and article.is_searching

    def give_up(self) -> bool:
        return self.article is not None and self.article.give_up()

    def commands(self) -> Commands | None:
        return None if self.article is None else self.article.commands

    def takes_keys(self) -> bool:
        return super().takes_keys() and not (isinstance(self.screen, LibraryScreen) and not self.screen.is_built)

    # The end

    def end(self, code: int = 0) -> None:
        """Keep the place and end with an exit code; by hand, edits that are not saved hold it up once."""
        waiting = 0
        article = self._library.article
        if article in self.screen_stack and not article.leave():
            waiting = article.document.waiting
        if waiting and not code and not self.unsaved:
            self.notify("Not everything is saved. Again: leave without it", severity="error", markup=False)
            self.unsaved = waiting
            return
        self.unsaved = waiting
        self.exit(code, return_code=code)

    async def action_quit(self) -> None:
        self.end()

    def action_help_quit(self) -> None:
        self.end()

    async def on_unmount(self) -> None:
        await self.project.suggestions.close()

    def action_command_palette(self) -> None:
        from reader.tui.help import Palette

        if not isinstance(self.screen, Palette):
            self.push_screen(Palette())

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        yield SystemCommand("Theme", "Choose other colours", self.action_change_theme)
        yield SystemCommand("Suspend", "Back to the shell; fg comes back", self.action_suspend_process)


def settle() -> None:
    """What is there now, also for the first article, stays: the garbage collector need not look at it again."""
    import reader.tui.article  # noqa: F401 (the library did not wait for it, the first Enter need not)

    gc.freeze()
    gc.enable()


def run(project: Project, document_id: int | None = None) -> int:
    """Show the project until the user leaves; the exit code."""
    app = ReaderApp(project, document_id)
    # Edits that have to wait longer for another program are kept, and the keys go on working.
    project.wait_at_most(BUSY_SECONDS)
    app.run(mouse=project.config.mouse)
    if app.unsaved:
        raise NotSaved(f"{project.path}: {app.unsaved} of the last edits could not be saved")
    return app.return_code or 0
