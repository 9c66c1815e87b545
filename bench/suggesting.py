"""Suggesting in bulk, into the file: against `nlp.pipe` of the same pipeline with `ner` alone, and of all of it."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.corpus import articles
from bench.rows import Row, pairs
from reader.nlp import pipelines
from reader.project import Project, Query

MODEL = "en_core_web_sm"


def run(full: bool) -> Iterator[Row]:
    """Texts a second."""
    import spacy

    number = 5_000 if full else 1_000
    # What is loaded and started already gives as many texts a second of few as of many; Reader starts its workers, in
    # which importing spaCy alone takes as long as a hundred texts.
    few = [one.text for one in articles(number * 2 // 5)]
    ner = pipelines.load_ner(MODEL)
    chosen = pipelines.choose(MODEL)
    whole = spacy.load(chosen.reference) if chosen else ner
    with (
        tempfile.TemporaryDirectory() as name,
        Project.open(Path(name) / "annotations.db", annotator="ann") as project,
    ):
        project.import_documents(articles(number))

        def ours() -> float:
            begun = time.perf_counter()
            project.suggestions.run(Query(), again=True)
            return number / (time.perf_counter() - begun)

        def piped(nlp: spacy.language.Language, processes: int) -> float:
            begun = time.perf_counter()
            for doc in nlp.pipe(few, n_process=processes):
                _ = [(one.start_char, one.end_char, one.label_) for one in doc.ents]
            return len(few) / (time.perf_counter() - begun)

        unit = f"texts a second, of {number:,} with the start of the workers; the baseline's of {len(few):,} without"
        for name_of, nlp, processes, target in (
            ("nlp.pipe, ner alone", ner, 1, 1.25),
            ("nlp.pipe, ner alone, two processes", ner, 2, 0.95),
            ("nlp.pipe, the whole pipeline, two processes", whole, 2, 4.0),
        ):
            found = pairs(ours, lambda nlp=nlp, processes=processes: piped(nlp, processes), 3)  # type: ignore[misc]
            yield Row("suggest: in bulk, into the file", name_of, unit, *map(tuple, found), target=target, more=True)
