"""The last action done again on all equal strings: what becomes of relations, and of what memory suggests."""

from __future__ import annotations

from pathlib import Path

import pytest
from screens import project_of, rows_of, shown

from reader.edits import Action
from reader.model import Document, Mark, Note, Rejected, Relation, Span, State, Status, Suggestion
from reader.project import Everywhere, Project

NAME = "Kherson"
TEXT = "Kherson and Kherson and Kherson are one city, not York."
PEOPLE = [Span(start, start + len(NAME), "PERSON") for start in (0, 12, 24)]
CITIES = [one._replace(label="GPE") for one in PEOPLE]
YORK = Span(50, 54, "GPE")
TO_CITY = Action("label", NAME, "GPE")


def joined(names: list[Span]) -> set[Mark]:
    """Names and York in a ring, a name joined to itself, and a note."""
    ring = [*names, YORK]
    relations = {Relation(head, tail, "coref") for head, tail in zip(ring, ring[1:] + ring[:1], strict=True)}
    return {*ring, *relations, Relation(names[1], names[1], "is"), Note("which?", names[2])}


def marks_of(project: Project, document: int = 1) -> set[Mark]:
    return set(project.open_document(document).marks) - {Status(State.DOING)}


@pytest.mark.parametrize("everywhere", [False, True])
def test_relations_between_equal_strings_follow_at_both_ends(tmp_path: Path, everywhere: bool) -> None:
    """One end of each went on to an entity that was no more, and such a layer could not be exported."""
    before = joined(PEOPLE)
    with project_of(tmp_path, [Document(TEXT, marks=frozenset(before), annotator="ada")]) as project:
        document = project.open_document(1)
        if everywhere:
            project.apply_everywhere(TO_CITY)
        else:
            document.apply(document.repeat_all(TO_CITY, document.targets(TO_CITY)), "label all")
            assert set(document.marks) - {Status(State.DOING)} == joined(CITIES)
        assert marks_of(project) == joined(CITIES)
        assert project.check() == []
        project.history.undo()
        assert marks_of(project) == before


def test_a_relation_goes_once_with_both_its_ends(tmp_path: Path) -> None:
    with project_of(tmp_path, [Document(TEXT, marks=frozenset(joined(PEOPLE)), annotator="ada")]) as project:
        project.apply_everywhere(Action("remove", NAME, "PERSON"))
        assert marks_of(project) == {YORK}
        project.history.undo()
        assert marks_of(project) == joined(PEOPLE)


REMEMBERED = Document("Kherson, Kherson, Kherson, Kherson, Kherson.", marks=frozenset(
    Span(start, start + len(NAME), "GPE") for start in (0, 9, 18)
), annotator="ada")  # fmt: skip
TURN_DOWN = Action("reject", NAME, "GPE")


def test_what_memory_suggests_is_turned_down_everywhere(tmp_path: Path) -> None:
    """The menu promised it, and nothing was done."""
    others = [
        Document("In Kherson."),
        Document("By Kherson.", marks=frozenset({Status(State.DONE)}), annotator="ada"),
        Document("To KHERSON."),
        Document("On Kherson.", suggestions=(Suggestion(Span(3, 10, "GPE"), "model"),)),
    ]
    with project_of(tmp_path, [REMEMBERED, *others]) as project:
        assert project.everywhere(TURN_DOWN) == Everywhere(3, 4)
        assert project.everywhere(TURN_DOWN, ignore_case=True) == Everywhere(3, 4)
        assert project.everywhere(TURN_DOWN, skip=1) == Everywhere(2, 2)
        assert project.everywhere(Action("reject", NAME, "ORG")) == Everywhere(0, 0)
        assert project.apply_everywhere(TURN_DOWN) == Everywhere(3, 4)
        refused = {Rejected(Span(start, start + len(NAME), "GPE")) for start in (27, 36)}
        assert marks_of(project) == {*REMEMBERED.marks, *refused}
        assert [len(marks_of(project, number)) for number in (2, 3, 4, 5)] == [1, 1, 0, 1]
        assert project.everywhere(TURN_DOWN) == Everywhere(0, 0)


def test_what_memory_suggests_longer_words_for_is_not_turned_down(tmp_path: Path) -> None:
    """It was never suggested there."""
    city, paper = Span(0, 8, "GPE"), Span(21, 35, "ORG")
    remembered = Document(
        "New York is big. The New York Times is a paper.", marks=frozenset({city, paper}), annotator="ada"
    )
    others = [Document("We read the New York Times."), Document("In New York it rains.")]
    action = Action("reject", "New York", "GPE")
    with project_of(tmp_path, [remembered, *others]) as project:
        there = [project.open_document(number) for number in (2, 3)]
        for document in there:
            document.reload()
        assert [len(document.targets(action)) for document in there] == [0, 1]
        assert project.apply_everywhere(action) == Everywhere(1, 1)
        assert marks_of(project, 2) == set()


async def test_what_the_menu_promises_of_memory_is_done(tmp_path: Path) -> None:
    async with shown(project_of(tmp_path, [REMEMBERED, Document("In Kherson.")]), document=1) as pilot:
        await pilot.press("tab", "x", "A")
        assert "in all articles: 2 in 2" in "\n".join(rows_of(pilot.app))
        await pilot.press("e")
        assert "2 in 2 articles" in "\n".join(rows_of(pilot.app))
