"""The smallest Textual program that does the same to the eye: the baseline of the screen's benchmarks.

`python -m bench.minimal TEXT [DATABASE]` draws the lines of a file by the line API. `l` moves a cursor by a cell, `j`
scrolls by a row, space turns a page, `x` marks the row of the cursor and commits a row to a database with Reader's
pragmas.
"""

from __future__ import annotations

import sqlite3
import sys
import textwrap
from pathlib import Path

from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

PLAIN, CURSOR, MARKED = Style(), Style(reverse=True), Style(bgcolor="blue")


class Lines(ScrollView, can_focus=True):
    """Rows of text and a cursor."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._rows = [row for line in text.split("\n") for row in textwrap.wrap(line, 100) or [""]]
        self._at = [0, 0]
        self._marked: set[int] = set()
        self.virtual_size = Size(100, len(self._rows))

    def render_line(self, y: int) -> Strip:
        number = y + self.scroll_offset.y
        row = self._rows[number] if number < len(self._rows) else ""
        style = MARKED if number in self._marked else PLAIN
        if number != self._at[0]:
            return Strip([Segment(row.ljust(100), style)])
        column = self._at[1]
        row = row.ljust(100)
        return Strip([Segment(row[:column], style), Segment(row[column], CURSOR), Segment(row[column + 1 :], style)])

    def key_l(self) -> None:
        self._at[1] = (self._at[1] + 1) % 99
        self._draw_row()

    def key_j(self) -> None:
        self._at[0] = min(self._at[0] + 1, len(self._rows) - 1)
        self.scroll_to(y=self._at[0], animate=False, force=True)

    def key_space(self) -> None:
        self._at[0] = min(self._at[0] + self.size.height, len(self._rows) - 1)
        self.scroll_to(y=self._at[0], animate=False, force=True)

    def key_pageup(self) -> None:
        self._at[0] = max(0, self._at[0] - self.size.height)
        self.scroll_to(y=self._at[0], animate=False, force=True)

    def key_x(self) -> None:
        self._marked ^= {self._at[0]}
        app = self.app
        assert isinstance(app, Minimal)
        app.commit()
        self._draw_row()

    def _draw_row(self) -> None:
        self.refresh(Region(0, self._at[0] - self.scroll_offset.y, self.size.width, 1))


class Minimal(App[None]):
    """Nothing but the rows."""

    def __init__(self, text: str, database: Path | None) -> None:
        super().__init__()
        self._text = text
        self._database = database and open_database(database)

    def compose(self) -> ComposeResult:
        yield Lines(self._text)

    def commit(self) -> None:
        """One row, durable."""
        if self._database:
            with self._database:
                self._database.execute("INSERT INTO rows (said) VALUES ('a row of the size of an edit')")


def open_database(path: Path) -> sqlite3.Connection:
    """A database with Reader's pragmas."""
    from reader.store.connection import PRAGMAS

    database = sqlite3.connect(path)
    for pragma in PRAGMAS:
        database.execute(f"PRAGMA {pragma}")
    database.execute("CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, said TEXT)")
    database.commit()
    return database


if __name__ == "__main__":
    Minimal(Path(sys.argv[1]).read_text(encoding="utf-8"), Path(sys.argv[2]) if len(sys.argv) > 2 else None).run()
