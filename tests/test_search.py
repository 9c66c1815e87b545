"""Finding words in all documents, whether the index has them yet or not."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from reader.edits import Action
from reader.model import Document, State, Status
from reader.project import Project

REMOVED = frozenset({Status(State.REMOVED)})


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.open(tmp_path / "a.db", annotator="ada") as opened:
        yield opened


def found(project: Project, words: str) -> list[tuple[int, str]]:
    return [(hit.document, hit.words) for hit in project.library.search(words)]


@pytest.mark.parametrize("indexed", [0, 2, 5])
@pytest.mark.parametrize(
    ("words", "hits"),
    [
        ("Ada Lovelace", [(1, "Ada Lovelace"), (2, "Ada\nLovelace"), (4, "Ada  Lovelace")]),
        ("ada lovelace", [(1, "Ada Lovelace"), (2, "Ada\nLovelace"), (3, "ada lovelace"), (4, "Ada  Lovelace")]),
        (" Ada\tLovelace ", [(1, "Ada Lovelace"), (2, "Ada\nLovelace"), (4, "Ada  Lovelace")]),
        ("?", [(5, "?")]),
        ("Babbage", []),
        (" ", []),
    ],
)
def test_words_are_found_whatever_space_is_between_them(
    project: Project, indexed: int, words: str, hits: list[tuple[int, str]]
) -> None:
    texts = ["Ada Lovelace.", "Ada\nLovelace.", "ada lovelace", "Ada  Lovelace", "Who? Ada."]
    project.import_documents(Document(text) for text in texts)
    if indexed:
        project.library.index(indexed)
    assert found(project, words) == hits


@pytest.mark.parametrize("indexed", [False, True])
def test_what_is_removed_is_not_found(project: Project, indexed: bool) -> None:
    project.import_documents([Document("Ada wrote."), Document("Ada read.", marks=REMOVED), Document("Ada left.")])
    if indexed:
        project.index()
    assert found(project, "Ada") == [(1, "Ada"), (3, "Ada")]
    assert [hit.document for hit in project.library.mentions("Ada")] == [1, 3]
    assert project.everywhere(Action("label", "Ada", "PERSON")).documents == 2
    with Project.open(project.path, annotator="ben") as other:
        assert found(other, "Ada") == [(1, "Ada"), (2, "Ada"), (3, "Ada")]


@pytest.mark.parametrize("indexed", [False, True])
def test_all_of_very_many_short_texts_are_found(project: Project, indexed: bool) -> None:
    project.import_documents(Document(f"Ada {number}") for number in range(1_203))
    if indexed:
        project.index()
    assert [hit.document for hit in project.library.search("Ada", 2_000)] == list(range(1, 1_204))


@pytest.mark.parametrize("indexed", [False, True])
def test_a_search_reads_no_more_texts_at_once_than_fit(project: Project, indexed: bool) -> None:
    project.import_documents(Document(f"Ada {number} " + "x" * 400_000) for number in range(30))
    if indexed:
        project.index()
    tracemalloc.start()
    try:
        assert len(project.library.search("Ada")) == 30
        assert len(project.library.search("ada", 1)) == 1
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 6_000_000
