"""Start: from the command to the first useful paint and the first key, in a pseudo-terminal, against a minimal app."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.corpus import articles, text_with_spans
from bench.ptys import Program
from bench.rows import Row, pairs
from reader.model import Document
from reader.project import Project

SEEDS = Path(__file__).parent.parent / "seeds"
MINIMAL = """
from textual.app import App
from textual.widgets import Static
class Minimal(App):
    def compose(self):
        yield Static("READY")
    def on_key(self):
        self.query_one(Static).update("PRESSED")
Minimal().run()
"""


def run(full: bool) -> Iterator[Row]:
    """The seed article, a long document, a library, and the command line."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        seed, long, many = (folder / one for one in ("seed", "long", "many"))
        for one in (seed, long, many):
            one.mkdir()
        subprocess.run(
            [sys.executable, "-m", "reader", "import", str(SEEDS)], cwd=seed, check=True, capture_output=True
        )
        size = 100_000_000 if full else 10_000_000
        text, spans = text_with_spans(size)
        _fill(long, [Document("BEGIN " + text, marks=frozenset(_moved(spans)))])
        number = 1_000_000 if full else 100_000
        _fill(many, articles(number, 300))
        sized = (
            ("seed article", seed, b"Kherson", 1.3),
            (f"document of {size // 1_000_000} MB", long, b"BEGIN", 1.5),
            (f"library of {number:,} articles", many, b"Article", 1.4),
        )
        for what, where, shown, target in sized:
            yield _row(f"start: {what}", where, shown, target)
            yield _first_key(f"start: {what}, first key", where)
        yield Row(
            "reader --version",
            "python -c 'pass'",
            "ms",
            *map(
                tuple,
                pairs(lambda: _seconds(["-m", "reader", "--version"], seed), lambda: _seconds(["-c", "pass"], seed)),
            ),
        )
        yield Row(
            "reader export of one document",
            "python that imports sqlite3 and json",
            "ms",
            *map(
                tuple,
                pairs(
                    lambda: _seconds(["-m", "reader", "export", "-"], seed),
                    lambda: _seconds(["-c", "import sqlite3, json"], seed),
                ),
            ),
        )


def _moved(spans: frozenset[object]) -> Iterator[object]:
    from reader.model import Span

    for one in spans:
        assert isinstance(one, Span)
        yield Span(one.start + 6, one.end + 6, one.label)


def _fill(folder: Path, documents: object) -> None:
    with Project.open(folder / "annotations.db") as project:
        project.import_documents(documents)  # type: ignore[arg-type]


def _row(name: str, folder: Path, shown: bytes, target: float) -> Row:
    def ours() -> float:
        with Program(["-m", "reader"], folder) as program:
            return 1000 * program.until(shown)

    def minimal() -> float:
        with Program(["-c", MINIMAL], folder) as program:
            return 1000 * program.until(b"READY")

    found = pairs(ours, minimal, 9)
    return Row(name, "minimal Textual app", "ms to the first paint", *map(tuple, found), target=target)


def _first_key(name: str, folder: Path) -> Row:
    """A key that is typed ahead of the program, and what it says to it: there is nothing to do again."""

    def ours() -> float:
        with Program(["-m", "reader"], folder) as program:
            program.write(b"U")
            return 1000 * program.until(b"Nothing to redo")

    def minimal() -> float:
        with Program(["-c", MINIMAL], folder) as program:
            program.write(b"U")
            return 1000 * program.until(b"PRESSED")

    found = pairs(ours, minimal)
    return Row(name, "minimal Textual app", "ms to what a key typed ahead does", *map(tuple, found))


def _seconds(arguments: list[str], folder: Path) -> float:
    begun = time.perf_counter()
    subprocess.run([sys.executable, *arguments], cwd=folder, check=True, capture_output=True)
    return 1000 * (time.perf_counter() - begun)
