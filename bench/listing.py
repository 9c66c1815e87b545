"""The library: a page of documents, a filter, a search, at any number of documents, against the bare query."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from bench.corpus import articles
from bench.rows import Row, pairs
from reader.model import State
from reader.project import Project, Query


def run(full: bool) -> Iterator[Row]:
    """Each at 1,000 and 100,000 documents, and a million in full."""
    for number in [1_000, 100_000, *([1_000_000] if full else [])]:
        with tempfile.TemporaryDirectory() as name:
            path = Path(name) / "annotations.db"
            with Project.open(path, annotator="ann") as project:
                project.import_documents(articles(number, 300))
                project.index()
                yield from _rows(number, path, project)


def _rows(number: int, path: Path, project: Project) -> Iterator[Row]:
    library = project.library
    everything, todo = Query(), Query(states=frozenset({State.TODO}))
    with closing(sqlite3.connect(path)) as database:

        def bare(sql: str) -> Callable[[], float]:
            return lambda: _ms(lambda: database.execute(sql).fetchall())

        page = "SELECT documents.id, title, length FROM documents ORDER BY id LIMIT 40"
        match = "SELECT rowid FROM texts_search WHERE texts_search MATCH '\"Kherson\"' LIMIT 50"
        cases = (
            ("a page of rows", lambda: library.rows(everything, limit=40), page, 0.0),
            ("a page of those to do", lambda: library.rows(todo, limit=40), page, 0.0),
            ("the first 50 hits", lambda: library.search("Kherson", 50), match, 0.0),
        )
        for name, ours, sql, target in cases:
            found = pairs(lambda ours=ours: _ms(ours), bare(sql), 15)  # type: ignore[misc]
            yield Row(
                f"library: {name}, {number:,} documents", "the bare query", "ms", *map(tuple, found), target=target
            )


def _ms(action: Callable[[], object]) -> float:
    begun = time.perf_counter()
    action()
    return 1000 * (time.perf_counter() - begun)
