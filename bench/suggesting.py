"""Suggesting in bulk, into the file: against `nlp.pipe` of the same pipeline with `ner` alone, and of all of it.

Both do the same texts in processes of their own. What a few of them take, the best of three, is taken off: the start of
the processes, importing spaCy and loading the pipeline. The baseline is loaded as spaCy loads it, and keeps nothing.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.corpus import articles
from bench.rows import PAIRS, Row
from reader.errors import InputError
from reader.nlp import pipelines
from reader.project import Project, Query

MODEL = "en_core_web_sm"
FEW = 20
"""Texts whose time is that of the start."""
STARTS = 3


def run(full: bool) -> Iterator[Row]:
    """Texts a second."""
    import spacy

    number = 5_000 if full else 100
    chosen = pipelines.choose(MODEL)
    if chosen is None:
        raise InputError(pipelines.HOW_TO_GET_ONE)
    needed = pipelines.load_ner(chosen).pipe_names
    others = [name for name in spacy.load(chosen.reference).component_names if name not in needed]
    texts = [one.text for one in articles(FEW + number)]
    with (
        tempfile.TemporaryDirectory() as name,
        Project.open(Path(name) / "a.db", annotator="ann") as project,
        Project.open(Path(name) / "few.db", annotator="ann") as few,
    ):
        project.import_documents(articles(FEW + number))
        few.import_documents(articles(FEW))

        def ours(of: Project, workers: int) -> float:
            begun = time.perf_counter()
            of.suggestions.run(Query(), again=True, workers=workers)
            return time.perf_counter() - begun

        entities: list[set[tuple[int, int, str]]] = []

        def piped(some: list[str], processes: int, left_out: list[str]) -> float:
            begun = time.perf_counter()
            entities[:] = _piped(some, chosen.reference, processes, left_out)
            return time.perf_counter() - begun

        for name_of, workers, processes, left_out, target in (
            ("nlp.pipe, ner alone, one process each", 1, 1, others, 1.25),
            ("nlp.pipe, ner alone, two processes each", 2, 2, others, 1.25),
            ("nlp.pipe, the whole pipeline as it comes; Reader on both cores", 2, 1, [], 4.0),
        ):
            starts = [(ours(few, workers), piped(texts[:FEW], processes, left_out)) for _ in range(STARTS)]
            start, base_start = map(min, zip(*starts, strict=True))
            found = [(ours(project, workers), piped(texts, processes, left_out)) for _ in range(PAIRS)]
            mine = tuple(number / (seconds - start) for seconds, _ in found)
            theirs = tuple(number / (seconds - base_start) for _, seconds in found)
            same = _equal(_kept(project, Path(name) / "a.jsonl"), entities)
            unit = f"texts a second, of {number:,}, without the start; {same:,} of {len(texts):,} with equal entities"
            yield Row("suggest: in bulk, into the file", name_of, unit, mine, theirs, target=target, more=True)


def _piped(texts: list[str], pipeline: str, processes: int, left_out: list[str]) -> list[set[tuple[int, int, str]]]:
    line = [sys.executable, "-m", "bench.piping", pipeline, str(processes), *left_out]
    done = subprocess.run(line, input=json.dumps(texts), stdout=subprocess.PIPE, text=True, check=True)
    return [{(start, end, label) for start, end, label in spans} for spans in json.loads(done.stdout)]


def _kept(project: Project, path: Path) -> list[set[tuple[int, int, str]]]:
    """The suggestions in the file, of each text."""
    project.export(path)
    records = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [{(one["start"], one["end"], one["label"]) for one in record["suggestions"]} for record in records]


def _equal(ours: list[set[tuple[int, int, str]]], others: list[set[tuple[int, int, str]]]) -> int:
    """How many texts have equal entities."""
    return sum(one == other for one, other in zip(ours, others, strict=True))
