"""The library: pages, filters, labels and a search, at any number of documents, against the bare query."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from bench.corpus import articles
from bench.rows import Row, pairs
from reader import edits
from reader.model import State
from reader.project import Project, Query
from reader.tui.dialogs import MANY


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
    todo, flagged = (Query(states=frozenset({state})) for state in (State.TODO, State.FLAGGED))
    last = project.open_document(number)
    last.apply(edits.set_state(last.rest, State.FLAGGED), "flag")
    with closing(sqlite3.connect(path)) as database:

        def bare(sql: str) -> Callable[[], float]:
            return lambda: _ms(lambda: database.execute(sql).fetchall())

        page = "SELECT documents.id, title, length FROM documents ORDER BY id LIMIT 40"
        end = page.replace("ORDER", f"WHERE id > {number - 40} ORDER")
        few = "SELECT document_id FROM layers WHERE state = 'flagged'"
        label = "SELECT count(DISTINCT document_id) FROM spans WHERE annotator_id = 2 AND label = 'GPE'"
        word = "SELECT count(*) FROM texts_search WHERE texts_search MATCH '\"Kherson\"'"
        match = "SELECT rowid FROM texts_search WHERE texts_search MATCH '\"Kherson\"' LIMIT 50"
        cases: tuple[tuple[str, Callable[[], object], str], ...] = (
            ("a page of rows", lambda: library.rows(Query(), limit=40), page),
            ("a page of those to do", lambda: library.rows(todo, limit=40), page),
            ("back from the last one", lambda: library.window(Query(), number), end),
            ("filter, a state that one has", lambda: library.window(flagged, 1), few),
            ("filter, a label that most have", lambda: library.window(Query(label="GPE"), 1), label),
            ("filter, a word that most have", lambda: library.window(Query(words="Kherson"), 1), word),
            ("labels to choose from", lambda: project.labels.counts(MANY), "SELECT * FROM labels"),
        )
        for name, action, sql in cases:
            found = pairs(lambda action=action: _ms(action), bare(sql), 15)  # type: ignore[misc]
            yield Row(f"library: {name}, {number:,} documents", "the bare query", "ms", *map(tuple, found))
        ours, base = pairs(lambda: _ms(lambda: library.search("Kherson", 50)), bare(match), 15)
        beyond = tuple(max(0.0, one - other) for one, other in zip(ours, base, strict=True))
        name = f"library: the first 50 hits, {number:,} documents"
        yield Row(name, "100 ms", "ms beyond the bare FTS5 query", beyond, (100.0,), 1.0)


def _ms(action: Callable[[], object]) -> float:
    begun = time.perf_counter()
    action()
    return 1000 * (time.perf_counter() - begun)
