"""The only other annotator of spans in a terminal, slate, on the same article: start, and the keys of a label.

It is installed from PyPI into a folder of its own. doccano and Label Studio are servers: what they take is in their
own documentation, and they have no keys to time. What cannot be installed is said.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.corpus import text_with_spans
from bench.ptys import Program
from bench.rows import PAIRS, Row
from reader.config import VARIABLE
from reader.model import Document
from reader.project import Project

SLATE = "slate-nlp==1.1.3"
PRESSES = 20


def run(full: bool) -> Iterator[Row]:
    """Seconds to the first paint, and milliseconds of a label, on an article of 3 kB."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        installed = subprocess.run(
            [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(folder / "slate"), SLATE],
            capture_output=True,
            text=True,
            check=False,
        )
        if installed.returncode:
            print(f"{SLATE} cannot be installed here: {installed.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
            return
        text, _ = text_with_spans(3000)
        (folder / "config.toml").write_text('model = "none"\n', encoding="utf-8")
        with Project.open(folder / "annotations.db") as project:
            project.import_documents([Document(text, "The document")])
        yield _start(folder, text)
        yield _label(folder, text)


def _slate(folder: Path, text: str) -> Program:
    """Slate on a file that it has never seen."""
    place = Path(tempfile.mkdtemp(dir=folder))
    (place / "article.txt").write_text(text, encoding="utf-8")
    arguments = ["-c", "from slate.annotate import main; main()", "article.txt"]
    return Program(arguments, place, {"PYTHONPATH": str(folder / "slate")})


def _reader(folder: Path) -> Program:
    return Program(["-m", "reader"], folder, {VARIABLE: str(folder / "config.toml")})


def _start(folder: Path, text: str) -> Row:
    first = text.split()[0].encode()
    ours, theirs = [], []
    for _ in range(PAIRS):
        with _reader(folder) as program:
            ours.append(program.until(first))
        with _slate(folder, text) as program:
            theirs.append(program.until(first))
    return Row("rivals: start", "slate", "s to the first paint with text", tuple(ours), tuple(theirs))


def _label(folder: Path, text: str) -> Row:
    """A label on the word under the cursor; the next word, between two labels, is not timed."""
    ours, theirs = [], []
    with _reader(folder) as mine, _slate(folder, text) as other:
        for program in (mine, other):
            program.settle(2.0)
        for _ in range(PRESSES):
            ours.append(1000 * mine.press(b"1")[0])
            mine.press(b"l")
            theirs.append(1000 * (other.press(b" ")[0] + other.press(b"a")[0]))
            other.press(b";")
    name = "rivals: a label, durable (slate: SPACE and a letter, not saved)"
    return Row(name, "slate", "ms from the key to the settled screen", tuple(ours), tuple(theirs), 0.6)
