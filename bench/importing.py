"""Importing JSONL with spans: against `executemany` of the same rows into the same tables, and against `json.loads`."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from bench import copies
from bench.corpus import articles
from bench.rows import Row, pairs
from reader import formats
from reader.project import Project


def run(full: bool) -> Iterator[Row]:
    """Articles a second."""
    number = 100_000 if full else 10_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines = folder / "articles.jsonl"
        formats.export(articles(number), lines)
        done = folder / "done.db"
        _import(lines, done)
        rows = copies.rows_of(done)
        empty = folder / "empty.db"
        with Project.open(empty) as project:
            project.begin()
        done_already = {"settings", "labels"}
        bare = {table: found for table, found in rows.items() if table not in done_already}

        def ours() -> float:
            target = folder / "target.db"
            begun = time.perf_counter()
            _import(lines, target)
            seconds = time.perf_counter() - begun
            target.unlink()
            return number / seconds

        def executemany() -> float:
            target = folder / "bare.db"
            target.write_bytes(empty.read_bytes())
            begun = time.perf_counter()
            copies.write(target, bare)
            seconds = time.perf_counter() - begun
            target.unlink()
            return number / seconds

        def loads() -> float:
            begun = time.perf_counter()
            with lines.open("rb") as file:
                for line in file:
                    json.loads(line)
            return number / (time.perf_counter() - begun)

        unit = f"articles a second, of {number:,}"
        found = pairs(ours, executemany)
        yield Row(
            "import: JSONL with spans", "executemany of ready rows", unit, *map(tuple, found), target=0.7, more=True
        )
        found = pairs(ours, loads)
        yield Row("import: JSONL with spans, against parsing", "json.loads of the lines", unit, *map(tuple, found))
        yield _index(done, folder, number)


def _index(done: Path, folder: Path, number: int) -> Row:
    """The search index of what was imported, against one that SQLite makes of the same texts."""

    def ours() -> float:
        target = folder / "index.db"
        shutil.copy(done, target)
        with Project.open(target, annotator="ann") as project:
            begun = time.perf_counter()
            project.index()
            return number / (time.perf_counter() - begun)

    def rebuild() -> float:
        target = folder / "rebuild.db"
        shutil.copy(done, target)
        with closing(copies.connect(target)) as database, database:
            [(made,)] = database.execute("SELECT sql FROM sqlite_schema WHERE name = 'texts_search'")
            database.execute(made.replace("texts_search", "bare"))
            begun = time.perf_counter()
            database.execute("INSERT INTO bare (rowid, text) SELECT document_id, text FROM texts")
            database.commit()
            return number / (time.perf_counter() - begun)

    found = pairs(ours, rebuild)
    unit = f"articles a second, of {number:,}"
    return Row("import: the search index behind it", "one INSERT into FTS5", unit, *map(tuple, found), 0.8, more=True)


def _import(lines: Path, target: Path) -> None:
    with Project.open(target, annotator="ann") as project:
        project.import_files([str(lines)])
