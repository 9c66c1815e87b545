"""ReadingScreen: an article on the screen, its marks, and every way to move in it and to others."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal

from reader.errors import ReaderError, StoreError
from reader.model import Marks, Note, Span, Tag
from reader.motions import MOTIONS
from reader.project import Glimpse, Project, Query
from reader.project.suggesting import NO_MODEL
from reader.spans import Spans
from reader.tui.article_view import ArticleView
from reader.tui.colors import styles_for
from reader.tui.entity_panel import EntityPanel
from reader.tui.fitting import classes_of
from reader.tui.forgetting import Forgetting
from reader.tui.pen import Pen
from reader.tui.searching import SearchingScreen
from reader.tui.status_line import Status, StatusLine
from reader.tui.typing import ASKING

if TYPE_CHECKING:
    from reader.tui.app import ReaderApp

# The dialogs are imported where they ask: nobody waits for them at the start.

AHEAD = 3
"""How many of the next documents the model reads ahead."""

LOOK_SECONDS = 2.0
"""How often the file is looked at for what others changed, and edits that the disk refused are tried again."""

LONG = 300_000
"""Characters from which on equal strings are counted only when they are asked for."""


class Columns(Horizontal):
    """The text and the panel. They cover it all, so nothing of its own is drawn."""

    BLANK = True


class ReadingScreen(Forgetting, SearchingScreen):
    """One article to read: its marks are shown, and nothing here changes them."""

    AUTO_FOCUS = ""
    BLANK = True  # the same of the screen

    def __init__(
        self, project: Project, document_id: int, query: Query | None = None, position: int | None = None
    ) -> None:
        super().__init__(classes=classes_of(self.app.size))
        self.project = project
        self.query_shown = query or Query()
        self.document = project.open_document(document_id, glance=True)
        self.pen = Pen(self.document, self.document.position if position is None else position)
        self.schema = project.schema
        self.view = ArticleView(measure=project.config.measure)
        self.panel = EntityPanel()
        self.status = StatusLine()
        self.said = ""
        self.wrong = self._fresh = False
        self._remarked: tuple[Marks, frozenset[Span | None], str] = (frozenset(), frozenset(), "")
        self._glimpse: Glimpse | None = None  # what the view shows of a long text that was not read yet
        self.more: int | None = 0  # how many equal strings there are; None where they are not counted

    def compose(self) -> ComposeResult:
        with Columns():
            yield self.view
            yield self.panel
        yield self.status

    def on_mount(self) -> None:
        if not self.children:
            # The program was told to end before the screen was there.
            return
        self.app.theme_changed_signal.subscribe(self, lambda _: self._show_marks() if not self._fresh else None)
        self._open_document()
        self.set_interval(LOOK_SECONDS, self.look)
        # The percentage is known once the view has a size.
        self.call_after_refresh(self._show_status)

    def on_unmount(self) -> None:
        # It would keep the screen and its article as long as the program runs.
        self.app.theme_changed_signal.unsubscribe(self)

    def leave(self) -> bool:
        """Keep the place, and the edits the disk has refused so far; called before the screen or the program goes.

        Tells whether it may go: not while an edit still waits.
        """
        if not self.is_mounted or not self.children:
            return True
        try:
            self.document.save()
            before = self._glimpse.before if self._glimpse else 0
            self.document.remember(self.pen.cursor, before + self.view.top)
        except StoreError as error:
            self._show_status(str(error), wrong=True)
        return not self.document.waiting

    def look(self) -> None:
        """Every other second: try to save what waits, and show what another program has changed."""
        self.complete()
        if self.document.waiting:
            try:
                self.document.save()
            except StoreError as error:
                self._show_status(str(error), wrong=True)
                return
            self._show_status("saved after all")
        if self.project.changed_outside():
            self.document.reload()
            self._show_anew()

    # Showing

    def _open_document(self) -> None:
        """Put the document on the screen at its place; a glimpse of a long one, and the rest when that can be seen."""
        self._fresh = True
        self._glimpse = self.document.glimpse(self.pen.cursor)
        if self._glimpse:
            self._show_glimpse(self._glimpse)
        else:
            self._show_document()
        self.view.focus()
        self.call_after_refresh(self.complete)

    def _show_glimpse(self, glimpse: Glimpse) -> None:
        document, cursor, spans = self.document, self.pen.cursor - glimpse.before, Spans(glimpse.spans)
        styles = styles_for(self.schema, self.app.current_theme)
        self.view.show(glimpse.text, spans, Spans(), styles, around=(glimpse.before, glimpse.after))
        self.view.restore(cursor, document.top - glimpse.before)
        here = min(spans.over(cursor, cursor + 1), key=lambda span: span.end - span.start, default=None)
        self.status.show(
            Status(
                schema=self.schema,
                styles=styles,
                document_state=document.state,
                title=document.title,
                percent=self.view.percent,
                here=here.label if here else "",
                saved="read only" if self.project.read_only else "saved",
            )
        )

    def _show_document(self) -> None:
        styles = styles_for(self.schema, self.app.current_theme)
        self.view.show(self.document.text, self.document.spans, self.document.suggested, styles)
        self.view.restore(self.pen.cursor, self.document.top)
        self._show_anew()

    def complete(self) -> None:
        """What may come after the article, but before a key: memory, the whole of a long text, the model."""
        if self._fresh:
            self._fresh = False
            self.document.reload()
            if self._glimpse:
                self._glimpse = None
                self._show_document()
            else:
                self._show_marks()
            self._suggest()

    def switch_to(self, document_id: int, position: int | None = None) -> None:
        """Show another document, at a place or where it was left."""
        if not self.leave():
            return
        self.document = self.project.open_document(document_id, glance=True)
        self.pen = Pen(self.document, self.document.position if position is None else position, last=self.pen.last)
        self.forget_found()
        self._open_document()

    def _show_anew(self) -> None:
        """After something that may have changed the labels too: they are read, and the marks shown."""
        self.schema = self.project.schema
        self._show_marks()

    def _show_marks(self) -> None:
        """After an edit: the new marks, everywhere they show, and what `A` would do. Nothing is read from the file."""
        self._put_marks()
        self._show_status()

    def _put_marks(self) -> None:
        """Show the marks and the cursor, but not the status, which tells whether they are saved."""
        document = self.document
        self.more = self.pen.more() if len(document.text) < LONG else None
        styles = styles_for(self.schema, self.app.current_theme)
        self.view.refresh_marks(document.spans, document.suggested, styles)
        self.panel.show(document.text, document.spans, document.suggested, self.schema, styles)
        self._put_cursor()

    def _show_cursor(self, *, leap: bool = False) -> None:
        """After a move: the cursor, the selection, and the status that depend on it."""
        self._put_cursor(leap=leap)
        self._show_status()

    def _put_cursor(self, *, leap: bool = False) -> None:
        self.view.by_character = self.pen.by_character
        self.view.selection = self.pen.selection
        self.view.move_to(self.pen.cursor, leap=leap)
        self.panel.follow(self.pen.cursor)

    def _show_status(self, said: str | None = None, *, wrong: bool = False) -> None:
        self.said = self.said if said is None else said
        document, pen = self.document, self.pen
        if wrong:
            self.remove_class("zen")  # it would hide what is said here
        wrong = wrong or bool(document.waiting)
        entity, suggestion = pen.entity, pen.suggestion
        here = entity.label if entity else f"{suggestion.span.label}? ({suggestion.source})" if suggestion else ""
        noted, tags = self._remarks()
        count = "" if self.more is None else f"{self.more} "
        status = Status(
            schema=self.schema,
            styles=styles_for(self.schema, self.app.current_theme),
            state="hint" if self.hinting else "selecting" if pen.anchor else "reading",
            document_state=document.state,
            title=document.title,
            percent=self.view.percent,
            here=here,
            note="note" if entity in noted else "",
            tags=tags,
            suggestions=len(document.suggestions),
            repeat=f"A: {count}more '{pen.last.words}'" if self.more != 0 and pen.last else "",
            saved="read only" if self.project.read_only else "NOT SAVED" if wrong else "saved",
            message=self.said,
            wrong=wrong,
        )
        self.status.show(status)

    def _remarks(self) -> tuple[frozenset[Span | None], str]:
        """The entities that have a note, None for the article, and its tags; looked for only after a change."""
        rest = self.document.rest
        if rest is not self._remarked[0]:
            noted = frozenset(mark.span for mark in rest if isinstance(mark, Note))
            tags = " ".join(sorted(f"#{mark.label}" for mark in rest if isinstance(mark, Tag)))
            self._remarked = rest, noted, tags
        return self._remarked[1:]

    # Suggestions

    @work(exclusive=True, group="suggest")
    async def _suggest(self) -> None:
        """The model reads this document, then the next ones, in its own process."""
        document = self.document
        try:
            if self.project.suggestions.pipeline is None:
                self._tell_of_the_model()
                return
            if await self.project.suggestions.ensure(document.id) and document is self.document:
                self.document.reload_suggestions()
                self._show_marks()
            following = document.id
            for _ in range(AHEAD):
                found = self.project.library.neighbour(following, self.query_shown, 1)
                if found is None:
                    return
                await self.project.suggestions.ensure(following := found)
        except ReaderError as error:
            self._show_status(str(error))

    def _tell_of_the_model(self) -> None:
        """How to get one, once in a run; who has set that there be none knows."""
        app = cast("ReaderApp", self.app)
        if not app.told_of_the_model and self.project.config.model != NO_MODEL:
            app.told_of_the_model = True
            self._show_status(self.said or self.project.suggestions.available())

    # Moving

    def action_rows(self, step: int) -> None:
        self.view.rows(step)
        self._moved()

    def action_page(self, pages: float) -> None:
        self.view.page(pages)
        self._moved()

    def _moved(self) -> None:
        self.pen.move(self.view.cursor)
        self.said = ""
        self._show_cursor()

    def go_to(self, position: int | None, *, by_character: bool = False, leap: bool = False) -> None:
        """Put the cursor somewhere; None: nowhere to go. A `leap` is to a name, and the next ones shall be in sight."""
        if position is not None:
            self.pen.move(position, by_character=by_character)
        self.said = ""
        self._show_cursor(leap=leap)

    def action_move(self, motion: str) -> None:
        self.go_to(MOTIONS[motion](self.document.text, self.document.spans, self.pen.cursor))

    def action_character(self, step: int) -> None:
        self.pen.step_into_characters()
        motion = MOTIONS["character_next" if step > 0 else "character_previous"]
        self.go_to(motion(self.document.text, self.document.spans, self.pen.cursor), by_character=True)

    def action_mark(self, step: int) -> None:
        self.go_to(self.pen.next_mark(step), leap=True)

    def action_document(self, step: int) -> None:
        found = self.project.library.neighbour(self.document.id, self.query_shown, step)
        if found is None:
            self._show_status("This is the last document" if step > 0 else "This is the first document")
        else:
            self.said = ""
            self.switch_to(found)

    # The rest

    def action_copy(self) -> None:
        if (target := self.pen.target()) is not None:
            self.app.copy_to_clipboard(self.document.text[target[0] : target[1]])
            self._show_status("copied")

    def action_panel(self) -> None:
        self.panel.toggle_class("hidden")

    def action_walk_panel(self) -> None:
        if self.has_class("-narrow"):
            self._show_status("No room for the panel")
            return
        panel = self.panel
        self.remove_class("zen")
        panel.remove_class("hidden")
        # Now, for the next key.
        self.set_focus(panel)

    def action_zen(self) -> None:
        self.toggle_class("zen")
        # It stays on only where all is saved.
        self._show_status(wrong=bool(self.document.waiting))

    @work(group=ASKING)
    async def action_go(self) -> None:
        from reader.tui import asking

        match await asking.where_to(self.app):
            case "g":
                self.action_move("top")
            case "l":
                self.action_leave_screen()
            case "/":
                if phrase := await asking.phrase(self.app):
                    await self._choose_hit(phrase, self.project.library.search(phrase))

    def action_help(self) -> None:
        from reader.tui.help import HelpScreen

        self.app.push_screen(HelpScreen(self, f"Reading: {self.document.title}"))

    def action_back_one(self) -> None:
        if self.pen.anchor is not None:
            self.pen.anchor = None
        elif not self.forget_found():
            self.remove_class("zen")
        self.go_to(None)

    def action_leave_screen(self) -> None:
        if self.app.screen is self and self.leave():
            self.app.pop_screen()

    # The mouse and the panel

    def on_article_view_clicked(self, message: ArticleView.Clicked) -> None:
        self.pen.anchor = None
        self.go_to(message.position)

    def on_article_view_dragged(self, message: ArticleView.Dragged) -> None:
        self.pen.select_stretch(message.start, message.end)
        self.go_to(None)

    def on_article_view_double_clicked(self, message: ArticleView.DoubleClicked) -> None:
        self.pen.move(message.position)
        self.pen.anchor = self.pen.under()
        self._show_cursor()

    def on_article_view_cursor_moved(self, message: ArticleView.CursorMoved) -> None:
        if message.position != self.pen.cursor:
            self.go_to(message.position)

    def on_entity_panel_jump(self, message: EntityPanel.Jump) -> None:
        self.go_to(message.position, leap=True)

    def on_entity_panel_leave(self) -> None:
        self.set_focus(self.view)
