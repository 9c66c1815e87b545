"""From a key to the settled screen, in a pseudo-terminal, against the smallest Textual program that does the same."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.corpus import text_with_spans
from bench.ptys import Program
from bench.rows import Row
from reader.model import Document
from reader.project import Project

# What is pressed, what takes it back (not timed), the baseline's key, and the most it may cost of it.
KEYS = {
    "move": (b"l", b"", b"l", 1.1),
    "page": (b" ", b"\x1b[5~", b" ", 1.6),
    "Tab": (b"\t", b"", b"l", 1.1),
    "label": (b"1", b"u", b"x", 1.3),
    "undo": (b"u", b"", b"x", 1.3),
}
PRESSES = 25


def run(full: bool) -> Iterator[Row]:
    """Each key at each size; then the bytes of a move and a page."""
    sizes = [3_000, 1_000_000, *([100_000_000] if full else [])]
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            yield from _of_size(size, Path(name))


def _of_size(size: int, folder: Path) -> Iterator[Row]:
    text, spans = text_with_spans(size)
    with Project.open(folder / "annotations.db") as project:
        project.import_documents([Document(text, "The document", marks=spans)])
    (folder / "text.txt").write_text(text, encoding="utf-8")
    shown = f"{size / 1e6:g} MB" if size >= 1_000_000 else f"{size // 1000} kB"
    with (
        Program(["-m", "reader"], folder) as ours,
        Program(
            ["-m", "bench.minimal", str(folder / "text.txt"), str(folder / "rows.db")], Path(__file__).parents[1]
        ) as minimal,
    ):
        ours.settle(4.0)
        minimal.settle(4.0)
        found_bytes: dict[str, list[float]] = {}
        for name, (key, back, base, target) in KEYS.items():
            mine: list[float] = []
            theirs: list[float] = []
            for _ in range(PRESSES):
                if name == "undo":
                    ours.press(b"1")
                seconds, number = ours.press(key)
                mine.append(1000 * seconds)
                found_bytes.setdefault(name, []).append(number)
                if back:
                    ours.press(back)
                theirs.append(1000 * minimal.press(base)[0])
                if base == b" ":
                    minimal.press(b"\x1b[5~")
            unit = "ms from the key to the settled screen"
            yield Row(f"key: {name}, {shown}", "the smallest Textual program", unit, tuple(mine), tuple(theirs), target)
        for name, most in (("move", 1000.0), ("page", 20_000.0)):
            yield Row(
                f"bytes: {name}, {shown}", f"{most:,.0f} bytes", "bytes a key", tuple(found_bytes[name]), (most,), 1.0
            )
