"""How the screens look. A picture that changed on purpose: `pytest --snapshot-update`, and look at it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from textual.pilot import Pilot

from reader.config import Config
from reader.project import Project
from reader.tui.app import ReaderApp

RECORD = json.loads((ROOT / "annotations.jsonl").read_text().splitlines()[0])
RAW = {key: RECORD[key] for key in ("text", "title", "source", "suggestions")}
FIXED = ["x", "x", "tab", "tab", "3"]


def app(tmp_path: Path, *records: dict[str, Any], theme: str = "textual-dark") -> ReaderApp:
    """The program on some documents, with what the model said already there."""
    path = tmp_path / "records.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    project = Project.open(Path("annotations.db").absolute(), annotator="ada", config=Config(theme=theme))
    if records:
        project.import_files([path])
    return ReaderApp(project)


async def settled(pilot: Pilot[int]) -> None:
    """Sizes and marks have arrived everywhere."""
    for _ in range(3):
        await pilot.pause()


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name of the folder is not on the screen, that of the file is."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")


@pytest.mark.parametrize(
    ("theme", "size"),
    [("textual-dark", (100, 30)), ("textual-light", (160, 50)), ("ansi-dark", (80, 24)), ("textual-dark", (20, 5))],
)
def test_the_article(snap_compare: Any, tmp_path: Path, theme: str, size: tuple[int, int]) -> None:
    assert snap_compare(
        app(tmp_path, RAW, theme=theme), terminal_size=size, press=[*FIXED, "a", "tab"], run_before=settled
    )


def test_the_article_without_colour(snap_compare: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "NO_COLOR", "1")
    assert snap_compare(app(tmp_path, RAW), terminal_size=(80, 24), press=[*FIXED, "a", "v", "l"])


def test_nested_spans(snap_compare: Any, tmp_path: Path) -> None:
    text = "The University of New York City opened in New York."
    nested = [(0, 31, "ORG"), (18, 31, "GPE"), (18, 26, "LOC"), (42, 50, "GPE"), (40, 50, "FAC")]
    spans = [{"start": start, "end": end, "label": label} for start, end, label in nested]
    assert snap_compare(app(tmp_path, {"text": text, "spans": spans}), terminal_size=(80, 12), run_before=settled)


@pytest.mark.parametrize("keys", [["A"], ["g"], ["enter"], ["question_mark"], ["f"], ["c"]], ids=lambda keys: keys[0])
def test_what_a_key_brings_up(snap_compare: Any, tmp_path: Path, keys: list[str]) -> None:
    assert snap_compare(app(tmp_path, RAW), terminal_size=(100, 30), press=[*FIXED, *keys])


@pytest.mark.parametrize("size", [(100, 20), (20, 5)])
def test_the_library(snap_compare: Any, tmp_path: Path, size: tuple[int, int]) -> None:
    records = [{**RAW, "title": "Leader of Kherson asks for help"}]
    records += [{"text": f"Article {number}.", "title": f"Article {number}"} for number in range(30)]
    records[3] |= {"status": "done", "spans": [{"start": 0, "end": 7, "label": "ORG"}]}
    records[4] |= {"status": "flagged"}
    assert snap_compare(app(tmp_path, *records), terminal_size=size, press=["j", "j"], run_before=settled)


def test_with_nothing_there(snap_compare: Any, tmp_path: Path) -> None:
    assert snap_compare(app(tmp_path), terminal_size=(80, 20))
