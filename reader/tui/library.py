"""LibraryScreen: the documents, which of them to show in which order, and the way into one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual import events, work
from textual.binding import Binding, BindingType
from textual.screen import Screen

from reader.errors import ReaderError, StoreError
from reader.model import State
from reader.project import SORTS, Hit, Project, Query
from reader.tui.document_list import SIGNS, DocumentList
from reader.tui.fitting import clip, fit
from reader.tui.reading import LOOK_SECONDS
from reader.tui.row_list import RowList
from reader.tui.typing import ASKING

if TYPE_CHECKING:
    from reader.tui.article import ArticleScreen

# An article and the dialogs are imported where they are shown: nobody waits for them at the start.


def _bind(keys: str, action: str, name: str, description: str, tooltip: str) -> Binding:
    return Binding(keys, action, description, id=f"library.{name}", tooltip=tooltip, show=False)


HOW_TO_BEGIN = """\
No documents yet

Leave with q, then open a file or a folder:

  reader FILE_OR_FOLDER

It takes text (.txt, .md), JSONL (.jsonl)
and what `reader formats` lists.
`reader --help` shows the rest.
"""

HOW_TO_BEGIN_SHORT = """\
No documents yet
reader FILE opens one
"""

STATE_KEYS = {"t": State.TODO, "b": State.DOING, "d": State.DONE, "s": State.SKIPPED, "f": State.FLAGGED}
SORT_KEYS = {"a": "added", "t": "title", "s": "status", "e": "entities", "u": "suggestions", "c": "edited"}
SORT_NAMES = {
    "added": "as they were added",
    "title": "title",
    "status": "status, begun ones first",
    "entities": "number of entities",
    "suggestions": "number of suggestions",
    "edited": "last change",
}
DOWNWARDS = frozenset({"entities", "suggestions", "edited"})
"""What is sorted by, the most first, unless turned round."""


class Lines(RowList):
    """Fixed lines of (look, text); the last text of a line stands at the right."""

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self.can_focus = False
        self._parts: list[tuple[str, str]] = []

    def show(self, *parts: tuple[str, str]) -> None:
        """Show other parts."""
        if self._parts != list(parts):
            self._parts = list(parts)
            self.refresh()

    def row_count(self) -> int:
        return 1

    def shows_cursor(self) -> bool:
        return False

    def draw_row(self, index: int, width: int) -> Iterable[Segment]:
        *left, (look, text) = self._parts or [("", "")]
        last = clip(f" {text} ", width)
        room = width - len(last)
        for part, words in left:
            shown = clip(f" {words}", max(0, room))
            room -= len(shown)
            yield Segment(shown, self.look(part))
        yield Segment(fit("", max(0, room)) + last, self.look(look))


class Blank(RowList):
    """What to do when there is nothing, in the middle."""

    def __init__(self) -> None:
        super().__init__(id="blank")
        self.can_focus = False
        self._lines: list[str] = []

    def show(self, text: str) -> None:
        self._lines = text.splitlines()
        self.refresh(layout=True)

    def row_count(self) -> int:
        return len(self._lines)

    def shows_cursor(self) -> bool:
        return False

    def draw_row(self, index: int, width: int) -> Iterable[Segment]:
        yield Segment(fit(self._lines[index], width), self.look("strong" if index == 0 else ""))


class LibraryScreen(Screen[None]):
    """All documents: find one, open it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        _bind("slash", "words", "words", "Only documents with these words", "less, vim"),
        _bind("s,f", "state", "state", "Only documents in a state", "state, filter"),
        _bind("l", "label", "label", "Only documents with a label", "label"),
        _bind("o", "sort", "sort", "Order", "order"),
        _bind("u,ctrl+z", "undo", "undo", "Undo, across articles and restarts", "vim"),
        _bind("U,ctrl+r", "redo", "redo", "Redo", "vim"),
        _bind("escape", "clear", "clear", "Show all documents again", "everywhere"),
        _bind("g", "go", "go", "Go ...", "vim"),
        _bind("colon", "app.command_palette", "commands", "Every command by name", "vim"),
        _bind("question_mark,f1", "help", "help", "Help", "less, vim"),
        _bind("q", "app.quit", "quit", "Out; everything is saved", "less, newsboat"),
    ]

    def __init__(self, project: Project) -> None:
        super().__init__()
        self.project = project
        self.query_shown = Query()
        self._by_state: Mapping[State, int] = {}
        self.article: ArticleScreen | None = None
        """The one over this screen, or that was."""
        self._stale = True
        self.is_built = False
        self._said: tuple[str, int] = ("", 0)  # and the place it was said at

    def on_mount(self) -> None:
        self.set_interval(LOOK_SECONDS, self.look)

    def look(self) -> None:
        """Every other second: show what another program has changed."""
        if self.app.screen is self and self.project.changed_outside():
            current = self.documents.current
            self.show_query(self.query_shown, current.id if current else None)

    @property
    def documents(self) -> DocumentList:
        return self.query_one(DocumentList)

    async def on_screen_resume(self) -> None:
        """First shown, or back from an article: what it changed, with the cursor on the document read last."""
        if self._stale and self.app.screen is self:
            self._stale = False
            if not self.is_built:
                # Where an article opens at once, nobody waits for the list under it.
                await self.mount(Lines("header"), DocumentList(self.project), Blank(), Lines("footer"))
                self.is_built = True
            article, self.article = self.article, None
            self.show_query(self.query_shown, article.document.id if article else self.project.library.last_read())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing can be done before the list is there."""
        return self.is_built

    # Showing

    def show_query(self, query: Query, document_id: int | None = None) -> None:
        """Show the documents of a query, the cursor on one of them if it is there."""
        self.query_shown = query
        self._by_state = self.project.library.by_state()
        self.documents.show(query, self.project.library.window(query, document_id, self._by_state))
        self.documents.display = bool(self.documents.row_count())
        blank = self.query_one(Blank)
        blank.display = not self.documents.display
        if blank.display:
            begin = HOW_TO_BEGIN if self.size.height > 10 else HOW_TO_BEGIN_SHORT
            blank.show(begin if query == Query() else "No document is like that\n\nEsc shows all again")
        self.documents.focus()
        self._show_header()
        self._show_footer()

    def _show_header(self) -> None:
        by_state = self._by_state
        total = sum(count for state, count in by_state.items() if state is not State.REMOVED)
        counts = [f"{by_state[state]:,} {state}" for state in STATE_KEYS.values() if by_state.get(state)]
        told = f"{total:,} document{'s' if total != 1 else ''}" + (": " + ", ".join(counts) if counts else "")
        name = self.project.path.name
        who = f"{'read only, ' if self.project.read_only else ''}as {self.project.annotator}"
        room = self.size.width - len(name) - 4
        short = f"{total:,}" if room < 30 else told.partition(":")[0]
        told = told if len(told) + len(who) < room else short
        self.query_one("#header", Lines).show(
            ("strong", name), ("dim", who if len(told) + len(who) < room else ""), ("", told)
        )

    def _show_footer(self) -> None:
        query, place = self.query_shown, self.documents.place
        counted = f"{place:,} of {self.documents.total:,}" if place else ""
        said, said_at = self._said
        if said and said_at == place:
            self.query_one("#footer", Lines).show(("alert", said), ("", counted))
            return
        self._said = ("", 0)
        shown = described(query)
        keys = "Enter opens  / words  s state  l label  o order  ? help  q out" if place else "? help  q out"
        self.query_one("#footer", Lines).show(
            ("strong" if shown else "dim", shown or keys),
            ("dim", "  Esc shows all" if shown else ""),
            ("", counted),
        )

    def on_row_list_moved(self) -> None:
        self._show_footer()

    def on_resize(self, event: events.Resize) -> None:
        if self.is_built:
            self._show_header()

    # Going

    def on_row_list_picked(self) -> None:
        if (row := self.documents.current) is not None:
            self.open_document(row.id)

    def open_document(self, document_id: int, position: int | None = None) -> None:
        """Read a document, at a place or where it was left."""
        from reader.tui.article import ArticleScreen

        try:
            self.article = ArticleScreen(self.project, document_id, self.query_shown, position)
        except ReaderError as error:
            self.say(str(error))
            return
        self._stale = True
        self.app.push_screen(self.article)

    def say(self, text: str) -> None:
        """One line, until the cursor moves."""
        if not self.is_built:
            self.notify(text, severity="error", markup=False)
            return
        self._said = (text, self.documents.place)
        self._show_footer()

    @work(group=ASKING)
    async def action_go(self) -> None:
        from reader.tui.dialogs import Ask, Menu

        rows = [("g", "first document"), ("e", "last document"), ("/", "search all articles")]
        match await self.app.push_screen_wait(Menu("Go to", rows)):
            case "g":
                self.documents.action_first()
            case "e":
                self.documents.action_last()
            case "/":
                phrase = await self.app.push_screen_wait(Ask("Search all articles"))
                if phrase:
                    await self._choose_hit(phrase, self.project.library.search(phrase))

    async def _choose_hit(self, phrase: str, hits: list[Hit]) -> None:
        from reader.tui.dialogs import PickHit

        if not hits:
            self.say(f"'{phrase}' is in no article")
            return
        hit = await self.app.push_screen_wait(PickHit(f"'{phrase}' in all articles", hits))
        if hit is not None:
            self.open_document(hit.document, hit.start)

    # Which documents

    @work(group=ASKING)
    async def action_words(self) -> None:
        from reader.tui.dialogs import Ask

        typed = await self.app.push_screen_wait(Ask("Only documents with these words", self.query_shown.words))
        if typed is not None:
            self._show_like(self.query_shown._replace(words=typed.strip()))

    @work(group=ASKING)
    async def action_state(self) -> None:
        from reader.tui.dialogs import Menu

        rows = [(key, f"{SIGNS[state]} {state}") for key, state in STATE_KEYS.items()]
        rows += [("r", f"{SIGNS[State.REMOVED]} removed"), ("a", "  all")]
        answer = await self.app.push_screen_wait(Menu("Only documents that are", rows))
        if answer is not None:
            wanted = {**STATE_KEYS, "r": State.REMOVED}
            states = frozenset({wanted[answer]} if answer in wanted else ())
            self._show_like(self.query_shown._replace(states=states))

    @work(group=ASKING)
    async def action_label(self) -> None:
        from reader.tui.dialogs import MANY, PickLabel

        picked = PickLabel(
            self.project.schema,
            "Only documents with the label",
            self.query_shown.label,
            self.project.labels.counts(MANY),
            new=False,
        )
        name = await self.app.push_screen_wait(picked)
        if name:
            self._show_like(self.query_shown._replace(label=name))

    @work(group=ASKING)
    async def action_sort(self) -> None:
        from reader.tui.dialogs import Menu

        rows = [(key, SORT_NAMES[sort]) for key, sort in SORT_KEYS.items() if sort in SORTS]
        answer = await self.app.push_screen_wait(Menu("Order by (the same again: the other way round)", rows))
        if answer is not None:
            sort = SORT_KEYS[answer]
            same = sort == self.query_shown.sort
            descending = not self.query_shown.descending if same else sort in DOWNWARDS
            self._show_like(self.query_shown._replace(sort=sort, descending=descending))

    def _show_like(self, query: Query) -> None:
        """Show another query, with the cursor on the same document if it is there."""
        row = self.documents.current
        self.show_query(query, row.id if row else None)

    def action_undo(self) -> None:
        self._travel(redo=False)

    def action_redo(self) -> None:
        self._travel(redo=True)

    def _travel(self, *, redo: bool) -> None:
        """Undo or redo, and show the list as it is then."""
        try:
            done = self.project.history.redo() if redo else self.project.history.undo()
        except StoreError as error:
            self.say(str(error))
            return
        if done is not None:
            self._show_like(self.query_shown)
        self.say(done.summary if done else "Nothing to redo" if redo else "Nothing to undo")

    def action_clear(self) -> None:
        self._said = ("", 0)
        self._show_footer()
        if self.query_shown != Query():
            self._show_like(Query())

    def action_help(self) -> None:
        from reader.tui.help import HelpScreen

        self.app.push_screen(HelpScreen(self, f"Library: {self.project.path.name}"))


def described(query: Query) -> str:
    """A query in words; "" for all documents in their own order."""
    parts = [f"with '{query.words}'"] if query.words else []
    parts += [f"{', '.join(sorted(query.states))} only"] if query.states else []
    parts += [f"with {query.label}"] if query.label else []
    if (query.sort, query.descending) != ("added", False):
        turned = query.descending != (query.sort in DOWNWARDS)
        parts.append(f"by {SORT_NAMES[query.sort]}{', turned round' if turned else ''}")
    return "; ".join(parts)


def first_document(project: Project) -> int | None:
    """The document to open at once: the one read last, unless it was removed, or the only one."""
    last = project.library.last_read()
    row = None if last is None else project.library.row(last)
    if row is not None and row.state is not State.REMOVED:
        return row.id
    rows = project.library.rows(Query(), limit=2)
    return rows[0].id if len(rows) == 1 else None
