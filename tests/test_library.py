"""The library: which documents it lists, in which order, and the way into one and back."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from screens import WITHOUT_MODEL
from textual.pilot import Pilot

from reader.model import Document, Mark, Span, State, Status
from reader.project import Project
from reader.tui.app import ReaderApp
from reader.tui.article import ArticleScreen
from reader.tui.document_list import MOST, DocumentList
from reader.tui.library import LibraryScreen

STATES = [State.TODO, State.DONE, State.SKIPPED, State.FLAGGED]


def numbered(number: int) -> Document:
    """Document 7 of 1200: done, with one entity in every tenth."""
    facts: set[Mark] = {Status(STATES[number % 4])}
    if number % 10 == 7:
        facts.add(Span(0, 3, "PERSON"))
    return Document(f"Ada wrote letter {number}.", f"Letter {number:04}", f"post/{number}.txt", marks=frozenset(facts))


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of all the letters, for each test to copy."""
    path = tmp_path_factory.mktemp("letters") / "a.db"
    with Project.open(path, annotator="ada", config=WITHOUT_MODEL) as opened:
        opened.import_documents(numbered(number) for number in range(1200))
    return path


@pytest.fixture
def project(letters: Path, tmp_path: Path) -> Iterator[Project]:
    path = shutil.copy(letters, tmp_path / "a.db")
    with Project.open(path, annotator="ada", config=WITHOUT_MODEL) as opened:
        yield opened


@asynccontextmanager
async def library(project: Project, size: tuple[int, int] = (100, 30)) -> AsyncIterator[Pilot[int]]:
    """The program with its library on top."""
    async with ReaderApp(project).run_test(size=size) as pilot:
        await pilot.pause()
        yield pilot


def shown(pilot: Pilot[int]) -> str:
    """The screen as text."""
    return "\n".join(strip.text for strip in pilot.app.screen._compositor.render_strips())


def current(pilot: Pilot[int]) -> str:
    """The title under the cursor."""
    row = pilot.app.screen.query_one(DocumentList).current
    return row.title if row else ""


@pytest.mark.parametrize(
    ("keys", "title", "place"),
    [
        ("", "Letter 0000", 1),
        ("j", "Letter 0001", 2),
        ("j j k", "Letter 0001", 2),
        ("G", "Letter 1199", 1200),
        ("end k", "Letter 1198", 1199),
        ("G g g", "Letter 0000", 1),
        ("G home", "Letter 0000", 1),
        ("pagedown pageup", "Letter 0000", 1),
        ("G pageup pagedown", "Letter 1199", 1200),
    ],
)
async def test_the_cursor_goes_anywhere(project: Project, keys: str, title: str, place: int) -> None:
    async with library(project) as pilot:
        await pilot.press(*keys.split())
        await pilot.pause()
        assert current(pilot) == title
        assert f"{place:,} of 1,200" in shown(pilot)


async def test_paging_through_everything_keeps_a_small_window(project: Project) -> None:
    async with library(project) as pilot:
        listed = pilot.app.screen.query_one(DocumentList)
        for step in (25, -25):
            for _ in range(60):
                listed.move(step)
                assert listed.current is not None
                assert listed.place == int(listed.current.title[-4:]) + 1
                assert listed.row_count() <= MOST + 200
        assert listed.place == 1


@pytest.mark.parametrize(
    ("keys", "count", "title"),
    [
        ("f d", 300, "Letter 0001"),
        ("s s", 300, "Letter 0002"),
        ("slash 0 0 4 2 enter", 1, "Letter 0042"),
        ("l P E R S O N enter", 120, "Letter 0007"),
        ("l P E R S O N enter f d", 60, "Letter 0017"),
        ("f d escape", 1200, "Letter 0001"),
        ("o t o t", 1200, "Letter 0000"),
        ("o e g g", 1200, "Letter 1197"),
        ("f escape", 1200, "Letter 0000"),
    ],
)
async def test_documents_are_filtered_and_ordered(project: Project, keys: str, count: int, title: str) -> None:
    async with library(project) as pilot:
        await pilot.press(*keys.split())
        await pilot.pause()
        assert current(pilot) == title
        assert f"of {count:,}" in shown(pilot)


async def test_nothing_found_says_how_to_go_back(project: Project) -> None:
    async with library(project) as pilot:
        await pilot.press("slash", *"nowhere", "enter")
        await pilot.pause()
        assert "No document is like that" in shown(pilot)
        await pilot.press("escape")
        await pilot.pause()
        assert "of 1,200" in shown(pilot)


async def test_enter_opens_and_q_comes_back_to_where_one_was(project: Project) -> None:
    async with library(project) as pilot:
        await pilot.press("f", "d", "j", "j", "enter")
        await pilot.pause()
        assert isinstance(pilot.app.screen, ArticleScreen)
        assert pilot.app.screen.document.title == "Letter 0009"
        await pilot.press("right_square_bracket", "q")
        await pilot.pause()
        assert isinstance(pilot.app.screen, LibraryScreen)
        assert current(pilot) == "Letter 0013"


async def test_the_list_shows_what_was_changed_in_an_article(project: Project) -> None:
    async with library(project) as pilot:
        await pilot.press("enter", "1", "q")
        await pilot.pause()
        row = pilot.app.screen.query_one(DocumentList).current
        assert row is not None
        assert (row.entities, row.state) == (1, State.DOING)
        await pilot.press("u")
        await pilot.pause()
        row = pilot.app.screen.query_one(DocumentList).current
        assert row is not None
        assert row.entities == 0
        assert "undid: label" in shown(pilot)
        await pilot.press("U")
        await pilot.pause()
        assert "redid: label" in shown(pilot)
        await pilot.press("j")
        await pilot.pause()
        assert "redid" not in shown(pilot)


async def test_a_click_selects_and_a_double_click_opens(project: Project) -> None:
    async with library(project) as pilot:
        await pilot.click(DocumentList, offset=(8, 4))
        assert current(pilot) == "Letter 0003"
        await pilot.double_click(DocumentList, offset=(8, 5))
        await pilot.pause()
        assert isinstance(pilot.app.screen, ArticleScreen)
        assert pilot.app.screen.document.title == "Letter 0004"


@pytest.mark.parametrize("size", [(20, 5), (80, 24), (160, 50), (1, 1)])
async def test_an_empty_project_says_how_to_begin(tmp_path: Path, size: tuple[int, int]) -> None:
    with Project.open(tmp_path / "empty.db", annotator="ada", config=WITHOUT_MODEL) as project:
        async with library(project, size) as pilot:
            assert size == (1, 1) or "reader FILE" in shown(pilot)
            await pilot.press("j", "G", "enter", "u", "q")
        assert pilot.app.return_code == 0


async def test_titles_cannot_act_on_the_terminal(tmp_path: Path) -> None:
    with Project.open(tmp_path / "a.db", annotator="ada", config=WITHOUT_MODEL) as project:
        hostile = "\x1b]52;c;eA==\x07 [b]x[/c] \u202e \x9b"
        project.import_documents([Document(f"text {number}", hostile, hostile) for number in range(2)])
        async with library(project, (160, 50)) as pilot:
            assert "[b]x[/c]" in shown(pilot)
            assert not set("\x1b\x07\u202e\x9b") & set(shown(pilot))
