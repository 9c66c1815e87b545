"""slate, the only other annotator of spans in a terminal, on the same article: start, and the keys of a label."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from bench.corpus import text_with_spans
from bench.ptys import Program
from bench.rivals.environments import Unusable, environment, installed
from bench.rows import Row, pairs
from reader.config import VARIABLE
from reader.model import Document
from reader.project import Project

PRESSES = 40


class Slate:
    """slate and Reader on an article of 3 kB."""

    requirements = ("slate-nlp==1.1.3",)
    name = "slate 1.1.3"

    def __init__(self, folder: Path) -> None:
        """Install it, and open the article in neither yet."""
        folder.mkdir()
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        self._packages = installed(self.requirements) / "lib" / version / "site-packages"
        self._folder = folder
        self._text, _ = text_with_spans(3000)
        (folder / "config.toml").write_text('model = "none"\n', encoding="utf-8")

    def steps(self) -> list[Callable[[], Row]]:
        return [
            self.start,
            lambda: self.label("SPACE and a letter, not saved", (b" ", b"a"), target=0.6),
            lambda: self.label("SPACE, a letter, and s, which saves", (b" ", b"a", b"s")),
            lambda: self.label("the letter alone, not saved", (b"a",), before=b" "),
        ]

    def start(self) -> Row:
        shown = self._text.split()[0].encode()

        def ours() -> float:
            with self._reader(self._new()) as program:
                return program.until(shown)

        def theirs() -> float:
            with self._slate(self._new()) as program:
                return program.until(shown)

        mine, others = pairs(ours, theirs)
        return Row("rivals: start, slate", self.name, "s to the first paint with text", tuple(mine), tuple(others))

    def label(self, what: str, keys: tuple[bytes, ...], target: float = 0.0, before: bytes = b"") -> Row:
        """A label on the word under the cursor; the next word, and what comes before, is not timed."""
        ours, theirs = [], []
        mine, others = self._new(), self._new()
        with self._reader(mine) as reader, self._slate(others) as slate:
            for program in (reader, slate):
                program.settle(2.0)
            for _ in range(PRESSES):
                ours.append(1000 * reader.press(b"1")[0])
                reader.press(b"l")
                if before:
                    slate.press(before)
                theirs.append(1000 * sum(slate.press(key)[0] for key in keys))
                slate.press(b";")
            slate.press(b"s")
        self._check(mine, others)
        name = f"rivals: a label, durable (slate: {what})"
        return Row(name, self.name, "ms from the key to the settled screen", tuple(ours), tuple(theirs), target)

    def _check(self, mine: Path, others: Path) -> None:
        """Both have all the labels on disk."""
        command = [sys.executable, "-m", "reader", "export", "-"]
        out = subprocess.run(command, cwd=mine, env=environment(), check=True, capture_output=True, timeout=60).stdout
        found = len(json.loads(out)["spans"])
        lines = (others / "article.txt.annotations").read_text(encoding="utf-8").splitlines()
        if not found == len(lines) == PRESSES:
            raise Unusable(f"of {PRESSES} labels Reader has {found} and slate {len(lines)}")

    def _new(self) -> Path:
        """A folder with the article, which nobody has labelled."""
        place = self._folder / str(len(list(self._folder.iterdir())))
        place.mkdir()
        (place / "article.txt").write_text(self._text, encoding="utf-8")
        with Project.open(place / "annotations.db") as project:
            project.import_documents([Document(self._text, "The document")])
        return place

    def _slate(self, folder: Path) -> Program:
        arguments = ["-c", "from slate.annotate import main; main()", "article.txt"]
        return Program(arguments, folder, {"PYTHONPATH": str(self._packages)})

    def _reader(self, folder: Path) -> Program:
        return Program(["-m", "reader"], folder, {VARIABLE: str(self._folder / "config.toml")})
