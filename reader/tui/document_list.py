"""The list of documents: a window over the library, fetched by keys as the cursor comes near its edges."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from rich.segment import Segment

from reader.model import State
from reader.project import DocumentRow, Project, Query, Window
from reader.tui.fitting import fit
from reader.tui.row_list import RowList

PAGE = 100
"""Rows fetched at a time."""
MOST = 600
"""Rows kept; those farthest from the cursor go first."""

SIGNS = {
    State.TODO: "·",
    State.DOING: "›",
    State.DONE: "✓",
    State.SKIPPED: "-",
    State.FLAGGED: "!",
    State.REMOVED: "x",
}
"""A sign for each state, that reads without colour."""
_LOOKS = {State.DOING: "busy", State.DONE: "good", State.FLAGGED: "alert", State.SKIPPED: "dim", State.REMOVED: "dim"}


class DocumentList(RowList):
    """Documents in a query's order. `rank` is how many come before the window."""

    HEADING = True

    def __init__(self, project: Project) -> None:
        super().__init__()
        self._library = project.library
        self._query = Query()
        self._rows: list[DocumentRow] = []
        self._rank = 0
        self.total = 0

    @property
    def current(self) -> DocumentRow | None:
        """The document under the cursor."""
        return self._rows[self.cursor] if self.cursor < len(self._rows) else None

    @property
    def place(self) -> int:
        """The place of the document under the cursor among all of the query, from 1; 0 when there is none."""
        return self._rank + self.cursor + 1 if self._rows else 0

    def show(self, query: Query, window: Window) -> None:
        """Show the documents of a query, through a window over them."""
        self._query = query
        self.total = window.total
        self._load(window.rank, window.rows, window.cursor)

    def _load(self, rank: int, rows: list[DocumentRow], cursor: int) -> None:
        self._rank, self._rows = rank, rows
        self.top = min(self.top, cursor)
        self.cursor = -1
        self.go(cursor)

    # Moving: the window moves along

    def move(self, step: int) -> None:
        self._reach(self.cursor + step)
        super().move(step)

    def scroll_rows(self, step: int) -> None:
        self._reach(self.top + step + (self.height if step > 0 else 0))
        super().scroll_rows(step)

    def action_first(self) -> None:
        if self._rank:
            self._load(0, self._library.rows(self._query, limit=PAGE), 0)
        super().action_first()

    def action_last(self) -> None:
        if self._rank + len(self._rows) < self.total:
            rows = self._library.last_rows(self._query, limit=PAGE)
            self._load(self.total - len(rows), rows, len(rows) - 1)
        super().action_last()

    def _reach(self, index: int) -> None:
        """Fetch what is missing around an index; rows that go at the front move every index."""
        while self._rows and index + self.height > len(self._rows) and self._rank + len(self._rows) < self.total:
            page = self._library.rows(self._query, after=self._rows[-1], limit=PAGE)
            if not page:
                self.total = self._rank + len(self._rows)
                break
            self._rows += page
        while self._rows and index - self.height < 0 and self._rank > 0:
            page = self._library.rows(self._query, before=self._rows[0], limit=PAGE)
            if not page:
                self._rank = 0
                break
            self._rows[:0] = page
            self._shift(len(page))
            index += len(page)
        self._drop_far()

    def _drop_far(self) -> None:
        """Drop rows far from the cursor, so that the window stays small."""
        if len(self._rows) <= MOST:
            return
        if self.cursor > len(self._rows) // 2:
            gone = min(len(self._rows) - MOST, self.top)
            del self._rows[:gone]
            self._shift(-gone)
        else:
            del self._rows[max(MOST, self.cursor + 2 * self.height, self.top + 2 * self.height) :]

    def _shift(self, count: int) -> None:
        self._rank -= count
        self.cursor += count
        self.top += count

    # Rows

    def row_count(self) -> int:
        return len(self._rows)

    def row_state(self, index: int) -> Hashable:
        return self._rows[index]

    def heading_state(self) -> Hashable:
        return "the names of the columns"

    def draw_heading(self, width: int) -> Iterable[Segment]:
        title, source, entities, suggested, bar = _widths(width)
        text = fit("   State" if _says_state(width) else "", _signs(width)) + fit("Title", title)
        text += fit("  Source", source) + fit("entities", entities, right=True)
        text += fit("suggested", suggested, right=True) + fit("  read", bar)
        yield Segment(fit(text, width), self.look("heading"))

    def draw_row(self, index: int, width: int) -> Iterable[Segment]:
        row = self._rows[index]
        title, source, entities, suggested, bar = _widths(width)
        look = self.look(_LOOKS.get(row.state, ""))
        said = row.state if _says_state(width) else ""
        yield Segment(fit(f" {SIGNS[row.state]} {said}", _signs(width)), look)
        yield Segment(fit(row.title or "(no title)", title), self.look("dim") if not row.title else self.look(""))
        if source:
            yield Segment(fit("  " + row.source.rpartition("/")[2], source), self.look("dim"))
        if entities:
            yield Segment(fit(f"{row.entities or ''}", entities, right=True), self.look(""))
        if suggested:
            yield Segment(fit(f"{row.suggestions}?" if row.suggestions else "", suggested, right=True), self.look(""))
        if bar and row.progress:
            done = round(row.progress * 8)
            yield Segment("  " + "━" * done, look)
            yield Segment("─" * (8 - done), self.look("dim"))
            yield Segment(f"{row.progress:>5.0%} ", self.look("dim"))


def _says_state(width: int) -> bool:
    return width >= 70


def _signs(width: int) -> int:
    """The cells of the state: its sign, and the word where there is room."""
    return 12 if _says_state(width) else 3


def _widths(width: int) -> tuple[int, int, int, int, int]:
    """The cells of title, source, entities, suggestions and progress; the least needed are left out first."""
    bar = 16 if width >= 60 else 0
    entities = 9 if width >= 40 else 6 if width >= 30 else 0
    suggested = 10 if width >= 50 else 0
    source = min(32, width // 5) if width >= 100 else 0
    return max(0, width - _signs(width) - bar - entities - suggested - source), source, entities, suggested, bar
