"""One durable edit, `A` over all articles with its undo, and folding the log: against the same done by SQLite alone."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench import copies
from bench.corpus import NAMED, articles
from bench.rows import Row, pairs
from reader.edits import Action
from reader.model import Span
from reader.project import Project
from reader.store import log
from reader.store.connection import Store


def run(full: bool) -> Iterator[Row]:
    """Milliseconds of an edit; seconds of a bulk edit."""
    with tempfile.TemporaryDirectory() as name:
        yield _one_edit(Path(name))
    with tempfile.TemporaryDirectory() as name:
        yield from _everywhere(100_000 if full else 10_000, Path(name))


def _one_edit(folder: Path) -> Row:
    """A label, and the same rows of the same tables in a copy of the file."""
    path, bare_path = folder / "annotations.db", folder / "bare.db"
    with Project.open(path, annotator="ann") as project:
        project.import_documents(articles(1))
        document = project.open_document(1)
        places = iter(range(0, 3000, 7))

        def ours() -> float:
            start = next(places)
            begun = time.perf_counter()
            document.apply(document.label(Span(start, start + 3, "ORG")), "label")
            return 1000 * (time.perf_counter() - begun)

        before = copies.rows_of(path)
        ours()
        added = copies.new_in(before, copies.rows_of(path))
        shutil.copy(path, bare_path)
        bare = copies.connect(bare_path)

        def commit() -> float:
            begun = time.perf_counter()
            with bare:
                copies.insert(bare, added)
            return 1000 * (time.perf_counter() - begun)

        found = pairs(ours, commit, 60)
        bare.close()
    return Row("edit: one label, durable", "the same rows in one commit", "ms", *map(tuple, found), target=1.3)


def _everywhere(number: int, folder: Path) -> Iterator[Row]:
    """Labels one name in all articles, in a copy of the file each time."""
    path = folder / "annotations.db"
    with Project.open(path, annotator="ann") as project:
        project.import_documents(one for one in _bare(number))
        project.index()
    before = copies.rows_of(path)
    target = folder / "target.db"
    shutil.copy(path, target)
    with Project.open(target, annotator="ann") as project:
        report = project.apply_everywhere(Action("label", NAMED, "GPE"))
    added = copies.new_in(before, copies.rows_of(target))

    def ours(undo: bool) -> float:
        shutil.copy(path, target)
        with Project.open(target, annotator="ann") as project:
            begun = time.perf_counter()
            project.apply_everywhere(Action("label", NAMED, "GPE"))
            if undo:
                begun = time.perf_counter()
                project.history.undo()
            return time.perf_counter() - begun

    def bare() -> float:
        shutil.copy(path, target)
        begun = time.perf_counter()
        copies.write(target, added)
        return time.perf_counter() - begun

    name = f"over {number:,} articles, {report.places:,} places"
    for verb, undo in (("A", False), ("undo of A", True)):
        found = pairs(lambda undo=undo: ours(undo), bare)  # type: ignore[misc]
        yield Row(f"edit: {verb} {name}", "executemany of the same rows", "s", *map(tuple, found), target=3.0)
    yield _folded(target, number)


def _folded(path: Path, number: int) -> Row:
    """The marks of each layer made of its edits, as `reader check` does, and the rows of the log read and parsed."""
    store = Store.open(path, read_only=True)
    [[annotator]] = store.rows("SELECT max(annotator_id) FROM edits")
    layers = store.rows("SELECT DISTINCT document_id FROM edits WHERE document_id IS NOT NULL")

    def ours() -> float:
        begun = time.perf_counter()
        for (document_id,) in layers:
            log.folded_layer(store, document_id, annotator)
        return time.perf_counter() - begun

    def parsed() -> float:
        begun = time.perf_counter()
        for (document_id,) in layers:
            for row in store.rows("SELECT removed, added FROM edits WHERE document_id = ?", (document_id,)):
                list(map(json.loads, row))
        return time.perf_counter() - begun

    found = pairs(ours, parsed)
    store.close()
    return Row(
        f"edit: folding the log of {len(layers):,} layers of {number:,} articles",
        "reading and parsing its rows",
        "s",
        *map(tuple, found),
    )


def _bare(number: int) -> Iterator[object]:
    from dataclasses import replace

    return (replace(one, marks=frozenset()) for one in articles(number, 1500))
