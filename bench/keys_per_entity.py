"""Keys per entity: a robot annotator at the real program, until the export is the gold, span for span.

Three corpora of English with entity gold; `bench/data` has their beginnings, `READER_CORPORA` names a folder of whole
files with the same names. The pipeline's labels are mapped to the corpus's, as the rows say. Beside it stand models of
two other tools on the same gold, each as its documentation says: a keyboard like slate's (arrows by word and line, a
key for each further word, space and a letter for the label), and a flow like Prodigy's with the same suggestions (each
wrong or missing entity a mouse drag, counted as 4 keys, and one key to accept a document).
"""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bench.robot import CONFIRMING, LABELLING, MOVING, SELECTING, Habits, Robot, Tally
from bench.rows import Row
from reader import formats, words
from reader.config import Config
from reader.model import Document, Span, spans_of
from reader.nlp import pipelines
from reader.project import Project, Query
from reader.tui.app import ReaderApp

DATA = Path(os.environ.get("READER_CORPORA") or Path(__file__).parent / "data")
MODEL = "en_core_web_sm"
ENTITIES = 200
"""Of each corpus as many documents are read as have these; all of them in the full run."""

ARTICLE = 2500
"""Characters of a document; corpora of sentences are cut at line ends."""

DRAG = 4
_COMMON = {"PERSON": "PER", "GPE": "LOC", "LOC": "LOC", "FAC": "LOC", "ORG": "ORG"}
CORPORA = {
    "wikigold.conll": {**_COMMON, "NORP": "MISC", "EVENT": "MISC", "WORK_OF_ART": "MISC", "PRODUCT": "MISC"},
    "ewt.iob2": _COMMON,
    "wnut17.conll": {
        "PERSON": "person",
        "GPE": "location",
        "LOC": "location",
        "FAC": "location",
        "ORG": "corporation",
        "PRODUCT": "product",
        "WORK_OF_ART": "creative-work",
        "NORP": "group",
    },
}
TRIMS = "the The a an 's"
"""OntoNotes, which the pipeline learned from, has articles and the possessive in a name; none of the corpora has."""

TARGETS = {"with": 1.5, "without": 4.0}


def run(full: bool) -> Iterator[Row]:
    """For each corpus: with suggestions, without, without hints; and against the two models."""
    for name, mapping in CORPORA.items():
        documents = list(articles(DATA / name, 10_000 if full else ENTITIES))
        suggested = list(with_suggestions(documents, mapping))
        ours = annotate(suggested)
        alone = annotate(documents)
        slate = slate_like(documents)
        prodigy = prodigy_like(suggested)
        title = f"keys: {name.partition('.')[0]}, {ours.entities} entities in {len(documents)} documents"
        mapped = ", ".join(f"{one} = {other}" for one, other in sorted(mapping.items()))
        yield _row(f"{title}, suggestions", ours, slate, "a keyboard like slate's", 0.5)
        yield _row(f"{title}, suggestions", ours, 1.0, f"one key an entity; {mapped}; without {TRIMS}", TARGETS["with"])
        yield _row(f"{title}, suggestions", ours, prodigy, "a flow like Prodigy's, same suggestions", 0.0)
        yield _row(f"{title}, memory alone", alone, slate, "a keyboard like slate's", 0.5)
        yield _row(f"{title}, memory alone", alone, 1.0, "one key an entity", TARGETS["without"])
        bare = annotate(documents, Habits(hints=False))
        yield _row(f"{title}, memory, no hints", bare, slate, "a keyboard like slate's", 0.0)


def _row(name: str, tally: Tally, baseline: float, baseline_name: str, target: float) -> Row:
    parts = (MOVING, SELECTING, LABELLING, CONFIRMING)
    shares = ", ".join(f"{part} {tally.keys[part] / max(1, tally.entities):.2f}" for part in parts)
    curve = " > ".join(f"{value:.2f}" for value in _thirds(tally))
    return Row(
        name,
        baseline_name,
        f"keys per entity ({shares}; over the documents {curve})",
        (tally.per_entity,),
        (baseline,),
        target,
    )


def _thirds(tally: Tally) -> list[float]:
    """Keys per entity of the first, second and last third of the documents."""
    size = -(-len(tally.by_document) // 3)
    parts = [tally.by_document[start : start + size] for start in range(0, len(tally.by_document), size)]
    return [sum(keys for keys, _ in part) / max(1, sum(number for _, number in part)) for part in parts]


def articles(path: Path, enough: int) -> Iterator[Document]:
    """The documents of a corpus with flat gold, cut into articles at line ends, until they have entities enough."""
    number = entities = 0
    for source in formats.sources([path]):
        for document in formats.read(source):
            if not isinstance(document, Document):
                continue
            for piece in _pieces(document):
                if entities >= enough:
                    return
                if piece.marks:
                    number += 1
                    entities += len(piece.marks)
                    yield replace(piece, title=f"{path.stem} {number}", meta={})


def _pieces(document: Document) -> Iterator[Document]:
    begin = 0
    text = document.text
    while begin < len(text):
        end = text.find("\n", begin + ARTICLE)
        end = len(text) if end < 0 else end
        spans = [one for one in spans_of(document.marks) if begin <= one.start and one.end <= end]
        marks = frozenset(Span(one.start - begin, one.end - begin, one.label) for one in spans)
        yield Document(text[begin:end], marks=marks)
        begin = end + 1


def with_suggestions(documents: list[Document], mapping: dict[str, str]) -> Iterator[Document]:
    """The documents with what the pipeline says, by the settings a project with the corpus's labels would have."""
    pipeline = pipelines.choose(MODEL)
    if pipeline is None:
        raise SystemExit(pipelines.HOW_TO_GET_ONE)
    labels = {one: mapping.get(one, "") for one in pipeline.labels}
    settings = Config(model=MODEL, model_labels=labels, model_trims=TRIMS, backups=0)
    with tempfile.TemporaryDirectory() as name, Project.open(Path(name) / "annotations.db", config=settings) as project:
        project.import_documents([replace(one, marks=frozenset()) for one in documents])
        project.suggestions.run(Query(), workers=1)
        for number, document in enumerate(documents, 1):
            yield replace(document, suggestions=tuple(project.open_document(number).suggestions))


ALL_HABITS = Habits()


def annotate(documents: list[Document], habits: Habits = ALL_HABITS) -> Tally:
    """Have the robot do them all, and see that the export is the gold."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "annotations.db"
        with Project.open(path, annotator="robot", config=Config(model="none")) as project:
            tally = asyncio.run(_session(project, documents, habits))
            project.export(Path(name) / "out.jsonl", Query())
        found = [json.loads(line) for line in (Path(name) / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    by_text = {one["text"]: one for one in found}
    for document in documents:
        record = by_text[document.text]
        labelled = {(one["start"], one["end"], one["label"]) for one in record.get("spans", [])}
        gold = {(one.start, one.end, one.label) for one in spans_of(document.marks)}
        if labelled != gold or record.get("status") != "done":
            raise SystemExit(f"{document.title}: the export is not the gold: {sorted(labelled ^ gold)[:3]}")
    return tally


async def _session(project: Project, documents: list[Document], habits: Habits) -> Tally:
    project.import_documents([replace(one, marks=frozenset()) for one in documents])
    labels = sorted({one.label for document in documents for one in spans_of(document.marks)})
    labels += sorted({one.span.label for document in documents for one in document.suggestions} - set(labels))
    for label in project.labels.list().labels:
        if label.name in labels:
            project.labels.change(label.name, key="")
        else:
            project.labels.remove(label.name)
    project.labels.ensure(labels)
    for number, name in enumerate(labels[:10], 1):
        project.labels.change(name, key=str(number % 10))
    gold = {document.text: set(spans_of(document.marks)) for document in documents}
    app = ReaderApp(project, 1)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        robot = Robot(pilot, habits)
        for _ in documents:
            await robot.annotate(gold[app.screen.document.text])  # type: ignore[attr-defined]
            await pilot.pause()
    return robot.tally


def slate_like(documents: list[Document]) -> float:
    """Keys per entity of a keyboard such as slate's."""
    keys = entities = 0
    for document in documents:
        text = document.text
        line = column = 0
        for span in spans_of(document.marks):
            row = text.count("\n", 0, span.start)
            begin = text.rfind("\n", 0, span.start) + 1
            place = sum(1 for _ in words.words(text, begin, span.start))
            keys += min(abs(row - line) + abs(place - column), abs(row - line) + place if row != line else 10**9)
            keys += max(0, sum(1 for _ in words.words(text, span.start, span.end)) - 1) + 2
            line, column = row, place
            entities += 1
        keys += 1
    return keys / max(1, entities)


def prodigy_like(documents: list[Document]) -> float:
    """Keys per entity where each difference from the suggestions is a drag of the mouse."""
    keys = entities = 0
    for document in documents:
        gold = set(spans_of(document.marks))
        said = {one.span for one in document.suggestions}
        missing = gold - said
        wrong = [one for one in said - gold if not any(one.overlaps(other) for other in missing)]
        keys += DRAG * (len(missing) + len(wrong)) + 1
        entities += len(gold)
    return keys / max(1, entities)
