"""Exporting: JSONL against a bare loop of SQL and JSON; columns and .spacy with the tokens known and not."""

from __future__ import annotations

import json
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from bench.corpus import articles
from bench.rows import Row, pairs
from reader.project import Project


def run(full: bool) -> Iterator[Row]:
    """Articles a second."""
    number = 100_000 if full else 5_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Project.open(folder / "articles.db", annotator="ann") as project:
            project.import_documents(articles(number))

            def ours() -> float:
                begun = time.perf_counter()
                project.export(folder / "out.jsonl")
                return number / (time.perf_counter() - begun)

            def bare() -> float:
                begun = time.perf_counter()
                _bare(folder / "articles.db", folder / "bare.jsonl")
                return number / (time.perf_counter() - begun)

            unit = f"articles a second, of {number:,}"
            found = pairs(ours, bare)
            yield Row("export: JSONL", "a loop of SQL and json.dumps", unit, *map(tuple, found), target=0.7, more=True)


def _bare(path: Path, target: Path) -> None:
    """What any program would have to do: each text and its spans, as a line."""
    with closing(sqlite3.connect(path)) as database, target.open("w", encoding="utf-8") as file:
        documents = database.execute(
            "SELECT documents.id, title, source, texts.text FROM documents"
            " JOIN texts ON texts.document_id = documents.id"
        )
        for identifier, title, source, text in documents:
            spans = database.execute(
                "SELECT start_char, end_char, label FROM spans WHERE document_id = ? ORDER BY start_char", (identifier,)
            )
            record = {
                "text": text,
                "title": title,
                "source": source,
                "spans": [{"start": start, "end": end, "label": label} for start, end, label in spans],
            }
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
