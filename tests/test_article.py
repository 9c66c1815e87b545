"""What the article screen says of what was done, of what could not be, and of what others did meanwhile."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from screens import WITHOUT_MODEL, project_of, rows_of, shown
from textual.pilot import Pilot

from reader import edits
from reader.model import Document, Note, Span, State
from reader.project import Project
from reader.store.connection import Store
from reader.tui.article import ArticleScreen

TEXT = "Kherson fell. Kherson was free."
KHERSON = Span(0, 7, "GPE")
ENTITY = Document(TEXT, "One", marks=frozenset({KHERSON}), annotator="ada")


def article(pilot: Pilot[Any]) -> ArticleScreen:
    assert isinstance(pilot.app.screen, ArticleScreen)
    return pilot.app.screen


def said(pilot: Pilot[Any]) -> str:
    """The status line."""
    return rows_of(pilot.app)[-2]


def change_outside(folder: Path, removed: Span) -> None:
    """Another program takes an entity of the first document away."""
    with Project.open(folder / "annotations.db", annotator="ada", config=WITHOUT_MODEL) as project:
        document = project.open_document(1)
        document.apply(edits.remove(document.marks, removed), "remove")


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("exclamation_mark", "flagged"),
        ("exclamation_mark exclamation_mark", "no longer flagged"),
        ("t w a r enter", "tag war"),
        ("t w a r enter t w a r enter", "took tag war away"),
        ("c w h y enter", "noted"),
        ("c w enter c backspace enter", "took the note away"),
        ("greater_than_sign", "moved the border"),
        ("l less_than_sign", "No entity here, or no word further"),
        ("v comma", "No word further"),
        ("x", "removed"),
        ("G full_stop", "Nothing to repeat yet"),
        ("x G full_stop", "Nothing to do here"),
        ("1 A escape", "Nothing was changed"),
        ("1 A o escape", "Nothing was changed"),
        ("l v a", "No suggestion here"),
        ("l v x", "Nothing to do here"),
        ("2 2", "ORG already"),
        ("l L L L L L 1", "No word here to label"),
        ("l L L L L L enter", "No word here to label"),
    ],
)
async def test_what_is_said(keys: str, expected: str, tmp_path: Path) -> None:
    async with shown(project_of(tmp_path, [ENTITY]), size=(160, 24)) as pilot:
        await pilot.press(*keys.split())
        await pilot.pause()
        assert said(pilot).split("  ")[1] == expected


async def test_a_state_that_is_left_is_no_state_in_the_history(tmp_path: Path) -> None:
    async with shown(project_of(tmp_path, [ENTITY])) as pilot:
        await pilot.press("exclamation_mark", "exclamation_mark")
        assert article(pilot).document.state is State.DOING
        await pilot.press("u")
        assert "undid: no longer flagged" in said(pilot)
        assert article(pilot).document.state is State.FLAGGED


async def test_removing_is_told_as_such_in_the_history(tmp_path: Path) -> None:
    async with shown(project_of(tmp_path, [ENTITY])) as pilot:
        await pilot.press("x")
        assert article(pilot).project.history.log()[0].verb == "remove"
        await pilot.press("u")
        assert "undid: remove " in said(pilot)


@pytest.mark.parametrize("keys", ["d", "greater_than_sign", "1", "x", "1 full_stop", "1 A A", "c a enter"])
async def test_only_that_a_file_may_not_be_written_is_said_there(keys: str, tmp_path: Path) -> None:
    project_of(tmp_path, [Document("Kherson city, Kherson.", marks=ENTITY.marks, annotator="ada")]).close()
    path = tmp_path / "annotations.db"
    project = Project(Store.open(path, read_only=True), path, "ada", WITHOUT_MODEL)
    async with shown(project, size=(240, 24)) as pilot:
        await pilot.press(*keys.split())
        await pilot.pause()
        assert "may only be read" in said(pilot)
        assert article(pilot).document.marks == ENTITY.marks


def bulky(number: int) -> list[Document]:
    return [
        Document(f"{'Long ago, ' * (one % 7)}Kherson {one} fell, and Kherson rose.", f"Number {one}")
        for one in range(1, number + 1)
    ]


async def test_an_action_on_very_many_articles_is_undone_without_leaving_one_of_them(tmp_path: Path) -> None:
    """Only the first hundred were known, and the first of all came up."""
    async with shown(project_of(tmp_path, bulky(119)), size=(120, 24), document=119) as pilot:
        await pilot.press("3", "A", "e", "u")
        await pilot.pause()
        assert article(pilot).document.id == 119
        assert "undid: label all in 119 articles" in said(pilot)
        assert article(pilot).document.spans == [KHERSON]


async def test_an_action_on_several_articles_is_undone_where_one_is(tmp_path: Path) -> None:
    """The cursor went to a place of another article."""
    documents = [*bulky(3), Document("Nothing is here.", "Last")]
    async with shown(project_of(tmp_path, documents), document=3) as pilot:
        await pilot.press("slash", *"Kherson", "enter", "3", "A", "e", "left_square_bracket", "u")
        await pilot.pause()
        assert (article(pilot).document.id, article(pilot).pen.cursor) == (2, 0)
        await pilot.press("U", "G", "right_square_bracket", "right_square_bracket", "u")
        await pilot.pause()
        assert article(pilot).document.id == 1
        assert article(pilot).pen.cursor == 0


async def test_a_note_on_an_entity_that_another_program_removed_is_not_put_on_the_article(tmp_path: Path) -> None:
    async with shown(project_of(tmp_path, [ENTITY]), size=(120, 24)) as pilot:
        screen = article(pilot)
        screen.look()
        await pilot.press("c", *"why")
        change_outside(tmp_path, KHERSON)
        screen.look()
        await pilot.press("enter")
        await pilot.pause()
        assert [mark for mark in screen.document.marks if isinstance(mark, Note)] == []
        assert "The note was: why" in said(pilot)


async def test_what_another_program_changed_while_a_label_was_picked_is_not_labelled(tmp_path: Path) -> None:
    marks = frozenset({Span(0, 12, "GPE")})
    async with shown(project_of(tmp_path, [Document(TEXT, marks=marks, annotator="ada")])) as pilot:
        screen = article(pilot)
        screen.look()
        await pilot.press("enter", "O", "R", "G")
        change_outside(tmp_path, Span(0, 12, "GPE"))
        screen.look()
        await pilot.press("enter")
        await pilot.pause()
        assert screen.document.spans == []
        assert "Not labelled" in said(pilot)


@pytest.mark.parametrize("answers", ["y q", "n q", "q", "escape", "y escape", "a", "n y"])
async def test_the_cursor_is_back_where_it_was_after_one_by_one(answers: str, tmp_path: Path) -> None:
    documents = [Document("Here is Kherson. There is Kherson, and Kherson.")]
    async with shown(project_of(tmp_path, documents)) as pilot:
        await pilot.press("l", "l", "3", "A", "o", *answers.split())
        await pilot.pause()
        assert article(pilot).pen.cursor == 8
        await pilot.press("G", "u")
        await pilot.pause()
        assert article(pilot).pen.cursor == 8
