"""Reader beside a server: start, import and export, in turn. The user's job is the same, the code is not."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from bench import copies
from bench.corpus import articles
from bench.ptys import Program
from bench.rivals.environments import Unusable, environment
from bench.rivals.servers import ANSWERING, Client, Processes, free_port
from bench.rows import Row, pairs
from reader.config import VARIABLE
from reader.model import Document, Span
from reader.project import Project


class Server(Protocol):
    """What is asked of a rival; made in a folder, it is installed, with an empty database and a user."""

    name: str
    suffix: str
    """Of the files it reads."""
    target: float
    """How many times its articles a second Reader is to import."""

    @property
    def environment(self) -> Mapping[str, str]: ...

    def commands(self, port: int) -> Sequence[Sequence[str]]:
        """The web server, and what works beside it."""
        ...

    def lines(self, documents: Iterable[Document]) -> str:
        """Documents with their spans, as it reads them."""
        ...

    def sign_in(self, port: int) -> Client: ...

    def project(self, client: Client) -> int:
        """A new one."""
        ...

    def take(self, client: Client, project: int, file: Path) -> None:
        """Import a file, and wait until all is in."""
        ...

    def give(self, client: Client, project: int) -> bytes:
        """Export all of a project."""
        ...

    def spans(self, exported: bytes) -> int: ...


class Comparison:
    """A server and Reader, with the same articles."""

    def __init__(self, make: Callable[[Path], Server], folder: Path, number: int) -> None:
        """Write the articles for both, and import them into the file that Reader opens and exports."""
        folder.mkdir()
        self._folder, self._number = folder, number
        self._server = make(folder)
        documents = list(articles(number))
        self._spans = sum(len(one.marks) for one in documents)
        self._theirs = folder / f"theirs{self._server.suffix}"
        self._theirs.write_text(self._server.lines(documents), encoding="utf-8")
        (folder / "ours.jsonl").write_text("".join(map(_line, documents)), encoding="utf-8")
        (folder / "config.toml").write_text('model = "none"\n', encoding="utf-8")
        self._reader("import", "ours.jsonl")
        self._project = 0
        self._imported: list[float] = []

    def steps(self) -> list[Callable[[], Row]]:
        return [self.start, self.importing, self.bound, self.exporting]

    def start(self) -> Row:
        """The first start, which `pairs` does not count, may set up more."""

        def ours() -> float:
            with Program(["-m", "reader"], self._folder, {VARIABLE: str(self._folder / "config.toml")}) as program:
                return program.until(b"Article")

        def theirs() -> float:
            port = free_port()
            with self._processes(self._server.commands(port)[:1]) as web:
                return web.until_answered(port)

        name = f"rivals: start (Reader paints; {self._server.name} answers HTTP 200)"
        mine, others = pairs(ours, theirs)
        return Row(name, f"{self._server.name}, from its second start on", "s", tuple(mine), tuple(others))

    def importing(self) -> Row:
        """Into a new file, and into a new project."""
        with self._served() as client:

            def ours() -> float:
                (self._folder / "new.db").unlink(missing_ok=True)
                return self._number / self._reader("--db", "new.db", "import", "ours.jsonl")

            def theirs() -> float:
                project = self._server.project(client)
                begun = time.perf_counter()
                self._server.take(client, project, self._theirs)
                self._project = project
                return self._number / (time.perf_counter() - begun)

            found = pairs(ours, theirs)
        self._imported = found[1]
        return self._row("import", found, self._server.target)

    def bound(self) -> Row:
        """How far ahead SQLite alone would be: the finished rows of the same articles, put into the same tables."""
        if not self._imported:
            raise Unusable("there is no import to compare with")
        bare = copies.rows_of(self._folder / "new.db")
        empty, target = self._folder / "empty.db", self._folder / "bare.db"
        with Project.open(empty) as project:
            project.begin()
        rows = {table: found for table, found in bare.items() if table not in ("settings", "labels")}

        def executemany() -> float:
            target.write_bytes(empty.read_bytes())
            begun = time.perf_counter()
            copies.write(target, rows)
            return self._number / (time.perf_counter() - begun)

        found = tuple(executemany() for _ in self._imported)
        name = f"rivals: import, were there nothing but SQLite's part (beside {self._server.name})"
        unit = f"articles a second, of {self._number:,}"
        return Row(name, self._server.name, unit, found, tuple(self._imported))

    def exporting(self) -> Row:
        """What was imported last, all of it: the spans are counted."""
        if not self._project:
            raise Unusable("there is nothing to export")
        exported = b""
        with self._served() as client:

            def ours() -> float:
                return self._number / self._reader("export", "--force", "out.jsonl")

            def theirs() -> float:
                nonlocal exported
                begun = time.perf_counter()
                exported = self._server.give(client, self._project)
                return self._number / (time.perf_counter() - begun)

            found = pairs(ours, theirs)
        if (number := self._server.spans(exported)) != self._spans:
            raise Unusable(f"{number} of {self._spans} spans were exported")
        return self._row("export", found)

    def _row(self, verb: str, found: tuple[list[float], list[float]], target: float = 0.0) -> Row:
        ours, theirs = found
        name = f"rivals: {verb} (Reader: a local file; {self._server.name}: HTTP, Django)"
        unit = f"articles a second, of {self._number:,}"
        return Row(name, self._server.name, unit, tuple(ours), tuple(theirs), target, more=True)

    def _reader(self, *arguments: str) -> float:
        """Seconds of a whole command."""
        begun = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "reader", *arguments],
            cwd=self._folder,
            env=environment(),
            check=True,
            capture_output=True,
            timeout=ANSWERING,
        )
        return time.perf_counter() - begun

    def _processes(self, commands: Sequence[Sequence[str]]) -> Processes:
        return Processes(commands, self._server.environment, self._folder / "server.log")

    @contextmanager
    def _served(self) -> Iterator[Client]:
        port = free_port()
        with self._processes(self._server.commands(port)) as running:
            running.until_answered(port)
            yield self._server.sign_in(port)


def _line(document: Document) -> str:
    spans = [
        {"start": one.start, "end": one.end, "label": one.label} for one in document.marks if isinstance(one, Span)
    ]
    return json.dumps({"text": document.text, "spans": spans}, ensure_ascii=False) + "\n"
