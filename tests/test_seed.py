"""The demonstration: from raw suggestions to gold on the user's article, and the annotations.db that holds both."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from conftest import ROOT
from stores import contents

from reader.model import spans_of
from reader.project import Project, Query
from reader.store.connection import Store
from reader.tui.app import ReaderApp

KEYS = "x x tab tab 3 tab tab tab tab 2 f v i 4 a 3 6 space f p l 1 d".split()
GOLD, MODEL = map(json.loads, (ROOT / "annotations.jsonl").read_text().splitlines())


def labelled(record: dict[str, Any]) -> set[tuple[int, int, str]]:
    return {(span["start"], span["end"], span["label"]) for span in record["spans"]}


async def test_the_seed_article_goes_from_raw_suggestions_to_gold_in_at_most_45_keys(
    seed: Path, tmp_path: Path
) -> None:
    assert len(KEYS) <= 45
    with Project.open(tmp_path / "a.db", annotator="ada") as project:
        first = project.import_files([seed]).first
        assert first is not None
        project.suggestions.run(Query(), workers=1)
        async with ReaderApp(project, first).run_test(size=(100, 30)) as pilot:
            await pilot.pause()
            await pilot.press(*KEYS)
            await pilot.pause()
        project.export(tmp_path / "out.jsonl", Query())
    found = json.loads((tmp_path / "out.jsonl").read_text())
    assert labelled(found) == labelled(GOLD)
    assert (found["text"], found["status"]) == (GOLD["text"], "done")


def test_the_readme_states_the_number_of_keys() -> None:
    assert f"in {len(KEYS)} keys" in (ROOT / "README.md").read_text().replace("\n", " ")


def test_the_model_layer_is_what_the_model_says(seed: Path, tmp_path: Path) -> None:
    with Project.open(tmp_path / "a.db", annotator="ada") as project:
        first = project.import_files([seed]).first
        assert first is not None
        project.suggestions.run(Query(), workers=1)
        said = project.open_document(first).suggestions
    assert {(one.span.start, one.span.end, one.span.label) for one in said} == labelled(MODEL)


def test_annotations_db_is_what_seeds_and_annotations_jsonl_make(seed: Path, tmp_path: Path) -> None:
    with Project.open(tmp_path / "again.db", annotator="reader") as project:
        project.import_files([seed])
        project.import_files([ROOT / "annotations.jsonl"])
        assert project.check() == []
    committed, again = (
        contents(Store.open(path, read_only=True)) for path in (ROOT / "annotations.db", tmp_path / "again.db")
    )
    for table in ("texts", "annotators", "labels", "spans", "rejected", "tags", "notes", "suggestions"):
        assert committed[table] == again[table], table
    with Project.open(ROOT / "annotations.db", annotator="gold") as project:
        assert [row.state for row in project.library.rows(Query())] == ["done"]
        assert len(spans_of(project.open_document(1).marks)) == len(GOLD["spans"])
