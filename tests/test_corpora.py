"""Real files of real tools are read with the counts their own libraries give, and come back from their own format.

`READER_CORPORA` names a larger folder of the same kind, with its own expected.json.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from reader import formats
from reader.formats import Found
from reader.model import Document, Problem, Span, spans_of

FOLDER = Path(os.environ.get("READER_CORPORA") or Path(__file__).parent / "data" / "corpora")
EXPECTED: dict[str, dict[str, Any]] = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
ANNOTATED = [name for name, said in EXPECTED.items() if said.get("spans")]


def read(path: Path) -> tuple[str, list[Found]]:
    found: list[Found] = []
    name = ""
    for source in formats.sources([path]):
        one, _, records = formats.read_as(source)
        name = one.name
        found += records
    return name, found


def documents(found: list[Found]) -> list[Document]:
    return [one for one in found if isinstance(one, Document)]


@pytest.mark.parametrize("name", ANNOTATED)
def test_a_real_file_has_the_spans_its_own_tool_counts(name: str) -> None:
    _, found = read(FOLDER / name)
    assert not [one for one in found if isinstance(one, Problem)]
    spans = [mark for one in documents(found) for mark in one.marks if isinstance(mark, Span)]
    said = EXPECTED[name]
    assert len(spans) == said["spans"]
    assert len(documents(found)) == said["docs"]
    if said.get("labels"):
        assert Counter(span.label for span in spans) == said["labels"]
    first = said.get("first_span") or {}
    if first.get("text") and not first.get("fragments") and said["docs"] == 1:
        [document] = documents(found)
        texts = {" ".join(document.text[span.start : span.end].split()) for span in spans}
        assert " ".join(first["text"].split()) in texts


@pytest.mark.parametrize("name", ANNOTATED)
def test_a_real_file_comes_back_from_its_own_format(name: str, tmp_path: Path) -> None:
    format_name, found = read(FOLDER / name)
    one = formats.by_name(format_name)
    if not one.writes:
        pytest.skip(f"{format_name} is only read")
    target = tmp_path / ("out.zip" if one.write_files else "out")
    before = documents(found)
    formats.export(before, target, format_name=format_name, lossy=True)
    back = [
        document
        for source in formats.sources([target])
        for document in formats.read(source, format_name)
        if isinstance(document, Document)
    ]
    if "overlaps" in one.carries:
        assert [document.text for document in back] == [document.text for document in before]
        assert [spans_of(document.marks) for document in back] == [spans_of(document.marks) for document in before]
    else:
        kept = sum((Counter(span.label for span in spans_of(document.marks)) for document in back), Counter[str]())
        all_of = sum((Counter(span.label for span in spans_of(document.marks)) for document in before), Counter[str]())
        assert kept <= all_of


@pytest.mark.parametrize("path", ["office/standardized_text.docx", "office/standardized_text.odt", "feed/feed1.atom"])
def test_an_article_to_read_has_its_text(path: str) -> None:
    _, found = read(FOLDER / path)
    assert documents(found)
    assert all(document.text.strip() and document.title for document in documents(found))


def test_every_file_of_the_project_says_its_licence() -> None:
    here = Path(__file__).parent / "data" / "corpora"
    said = (here / "README.md").read_text(encoding="utf-8")
    for folder in sorted(path.name for path in here.iterdir() if path.is_dir()):
        assert f"| {folder}/" in said


WRITTEN = [one.name for one in formats.FORMATS if one.writes]
BOTH_WAYS = [one.name for one in formats.FORMATS if one.writes and one.read]
LETTER = Document(
    "Ada Lovelace wrote to Charles Babbage in London.",
    "Letter",
    marks=frozenset({Span(0, 12, "PERSON"), Span(22, 37, "PERSON"), Span(41, 47, "GPE")}),
)


def target(folder: Path, name: str) -> Path:
    return folder / ("out.zip" if formats.by_name(name).write_files else "out")


@pytest.mark.parametrize("first", BOTH_WAYS)
def test_between_any_two_formats_every_span_is_kept_or_reported(first: str, tmp_path: Path) -> None:
    formats.export([LETTER], target(tmp_path, first), format_name=first)
    [document] = [
        one
        for source in formats.sources([target(tmp_path, first)])
        for one in formats.read(source, first)
        if isinstance(one, Document)
    ]
    reports = {}
    for second in WRITTEN:
        (tmp_path / second).mkdir()
        reports[second] = formats.export([document], target(tmp_path / second, second), format_name=second, lossy=True)
    assert {second: (report.spans, report.losses) for second, report in reports.items()} == dict.fromkeys(
        WRITTEN, (3, ())
    )
