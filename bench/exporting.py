"""Exporting: JSONL against a bare loop of SQL and JSON; columns and .spacy with the tokens known and not."""

from __future__ import annotations

import json
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from bench.corpus import articles, real_articles
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
        yield from _with_tokens(number // 10, folder)


def _with_tokens(number: int, folder: Path) -> Iterator[Row]:
    """Columns and `.spacy` where the borders of the tokens are known, against tokenising once more.

    The first export, which warms the caches, asks the tokenizer; what it found is in the file for those measured.
    """
    with Project.open(folder / "tokens.db", annotator="ann") as project:
        project.import_documents(real_articles(number))
        unit = f"articles of real text a second, of {number:,}"
        for name, suffix, baseline in (("CoNLL", "conll", _columns), (".spacy", "spacy", _docbin)):

            def ours(target: Path = folder / f"out.{suffix}") -> float:
                begun = time.perf_counter()
                project.export(target, lossy=True)
                return number / (time.perf_counter() - begun)

            def again(baseline: Callable[[Path, Path], None] = baseline) -> float:
                begun = time.perf_counter()
                baseline(folder / "tokens.db", folder / "bare.out")
                return number / (time.perf_counter() - begun)

            found = pairs(ours, again)
            yield Row(
                f"export: {name}, tokens known", "a loop that tokenises", unit, *map(tuple, found), target=5, more=True
            )


def _docs(path: Path) -> Iterator[Any]:
    """Each text tokenised by spaCy, its spans as entities: what one writes without known tokens."""
    import spacy

    nlp = spacy.blank("en")
    with closing(sqlite3.connect(path)) as database:
        for identifier, text in database.execute("SELECT document_id, text FROM texts"):
            doc = nlp(text)
            rows = database.execute(
                "SELECT start_char, end_char, label FROM spans WHERE document_id = ?", (identifier,)
            )
            found = [doc.char_span(start, end, label=label, alignment_mode="expand") for start, end, label in rows]
            doc.set_ents(spacy.util.filter_spans(found))
            yield doc


def _columns(path: Path, target: Path) -> None:
    with target.open("w", encoding="utf-8") as file:
        for doc in _docs(path):
            for token in doc:
                tag = f"{token.ent_iob_}-{token.ent_type_}" if token.ent_type_ else "O"
                file.write(f"{token.text} -X- -X- {tag}\n")
            file.write("\n")


def _docbin(path: Path, target: Path) -> None:
    from spacy.tokens import DocBin

    DocBin(docs=_docs(path)).to_disk(target)


def _bare(path: Path, target: Path) -> None:
    """What any program would have to do for the same lines: each text and its spans with their words."""
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
                "annotator": "ann",
                "spans": [
                    {"start": start, "end": end, "label": label, "text": text[start:end]} for start, end, label in spans
                ],
            }
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
