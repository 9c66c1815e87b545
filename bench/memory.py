"""The most memory a program has: flat as a corpus grows, and little more than the smallest Textual program."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.corpus import articles, text_with_spans
from bench.ptys import Program
from bench.rows import Row
from bench.suggesting import MODEL
from reader import formats
from reader.model import Document
from reader.project import Project

_CHILD = """
import resource, subprocess, sys
subprocess.run([sys.executable, "-m", "reader", *sys.argv[1:]], check=True, capture_output=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
"""
MEGA = 1e6
TIMES = 6
"""What a document of 100 MB may take on the screen, in its size."""


def run(full: bool) -> Iterator[Row]:
    """Importing, exporting and suggesting for small and large corpora; a short and a long document on the screen."""
    few, many = (10_000, 100_000) if full else (1_000, 10_000)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        peaks: dict[tuple[str, int], float] = {}
        for number in (few, many):
            formats.export(articles(number), folder / f"{number}.jsonl")
            database = f"{number}.db"
            peaks["import", number] = _peak(folder, "--db", database, "import", f"{number}.jsonl")
            peaks["export", number] = _peak(folder, "--db", database, "export", f"out-{number}.jsonl")
        start = _peak(folder, "--version")
        for verb in ("import", "export"):
            for number in (few, many):
                above = peaks[verb, number] - start
                name_of = f"memory: {verb} of {number:,} articles"
                yield Row(name_of, "150 MB above the start", "MB above the start", (above,), (150.0,), 1.0)
        yield from _suggesting(few // 10, many // 10, folder)
    for size, target in ((3_000, 1.5), (100_000_000 if full else 10_000_000, 0.0)):
        with tempfile.TemporaryDirectory() as name:
            yield _screen(size, target, Path(name))


def _suggesting(few: int, many: int, folder: Path) -> Iterator[Row]:
    """The largest process of `reader suggest`, one that runs the pipeline: above what it takes for one article."""
    peaks: dict[int, float] = {}
    for number in (1, few, many):
        formats.export(articles(number), folder / f"texts-{number}.jsonl")
        database = f"suggest-{number}.db"
        _peak(folder, "--db", database, "import", f"texts-{number}.jsonl")
        peaks[number] = _peak(folder, "--db", database, "suggest", "--model", MODEL)
    for number in (few, many):
        name_of = f"memory: suggest for {number:,} articles"
        yield Row(name_of, "150 MB above the start", "MB above one article", (peaks[number] - peaks[1],), (150.0,), 1.0)


def _peak(folder: Path, *arguments: str) -> float:
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return int(done.stdout) / MEGA


def _screen(size: int, target: float, folder: Path) -> Row:
    text, spans = text_with_spans(size)
    with Project.open(folder / "annotations.db") as project:
        project.import_documents([Document(text, "The document", marks=spans)])
    (folder / "text.txt").write_text(text, encoding="utf-8")
    with (
        Program(["-m", "reader"], folder) as ours,
        Program(["-m", "bench.minimal", str(folder / "text.txt")], Path(__file__).parents[1]) as minimal,
    ):
        ours.settle(3.0)
        minimal.settle(3.0)
        for program in (ours, minimal):
            for _ in range(5):
                program.press(b"l")
        peaks = ours.peak_bytes() / MEGA, minimal.peak_bytes() / MEGA
    if size >= 100_000_000:
        most = (TIMES * size / MEGA,)
        return Row(
            f"memory: a document of {size / 1e6:g} MB", f"{TIMES} x its size", "MB at most", peaks[:1], most, 1.0
        )
    return Row(
        f"memory: a document of {size / 1e6:g} MB",
        "the smallest Textual program",
        "MB at most",
        *((one,) for one in peaks),
        target=target,
    )
