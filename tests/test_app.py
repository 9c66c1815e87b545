"""The program as a whole: what comes up first, the settings, help and palette, and screens of any size and theme."""

from __future__ import annotations

import gc
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual._styles_cache import StylesCache
from textual.app import App
from textual.command import CommandList, CommandPalette

from reader.config import Config
from reader.model import Document, Span
from reader.project import Project
from reader.tui.app import ReaderApp
from reader.tui.article import ArticleScreen
from reader.tui.driver import LARGEST, believed
from reader.tui.entity_panel import EntityPanel
from reader.tui.help import HelpScreen, key_rows, shown_key
from reader.tui.keymap import problems
from reader.tui.library import LibraryScreen
from reader.tui.status_line import StatusLine

LETTERS = [Document(f"Ada wrote letter {number}. " * 30, f"Letter {number}", "post") for number in range(3)]


def opened(folder: Path, documents: Iterable[Document] = LETTERS, **settings: Any) -> Project:
    """A project with these documents; no pipeline suggests."""
    project = Project.open(folder / "a.db", annotator="ada", config=Config(**{"model": "none", **settings}))
    project.import_documents(documents)
    return project


def text_of(app: App[Any]) -> str:
    """The screen as text."""
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


async def title_on_top(project: Project, document_id: int | None = None) -> str:
    """The title of the article that comes up; "" when the library does."""
    app = ReaderApp(project, document_id)
    async with app.run_test() as pilot:
        await pilot.pause()
        assert isinstance(app.screen_stack[0], LibraryScreen)
        return app.screen.document.title if isinstance(app.screen, ArticleScreen) else ""


async def test_what_comes_up_first(tmp_path: Path) -> None:
    with opened(tmp_path, LETTERS[:1]) as project:
        assert await title_on_top(project) == "Letter 0"
    with opened(tmp_path) as project:
        assert await title_on_top(project, 2) == "Letter 1"
    with opened(tmp_path / "..", []) as project:
        assert await title_on_top(project) == ""


async def test_several_documents_never_read_begin_in_the_library(tmp_path: Path) -> None:
    with opened(tmp_path) as project:
        assert await title_on_top(project) == ""


async def test_one_comes_back_to_the_article_read_last(tmp_path: Path) -> None:
    with opened(tmp_path) as project:
        app = ReaderApp(project, 3)
        async with app.run_test() as pilot:
            await pilot.press("l", "l", "ctrl+q")
        assert app.return_code == 0
        assert await title_on_top(project) == "Letter 2"
        assert project.open_document(3).position == LETTERS[2].text.index("letter")


async def test_other_keys_are_taken_from_the_settings(tmp_path: Path) -> None:
    with opened(tmp_path, keys={"article.word-next": "m", "library.quit": "Z"}) as project:
        app = ReaderApp(project, 1)
        async with app.run_test() as pilot:
            await pilot.press("m", "l")
            assert isinstance(app.screen, ArticleScreen)
            assert app.screen.view.cursor == 4
            await pilot.press("q", "q", "Z")
        assert app.return_code == 0


async def test_wrong_settings_are_told_and_do_no_harm(tmp_path: Path) -> None:
    with opened(tmp_path, theme="no-such", keys={"article.nothing": "x"}) as project:
        app = ReaderApp(project)
        async with app.run_test() as pilot:
            await pilot.pause()
            assert app.theme == "textual-dark"
            [told] = list(app._notifications)
            assert "no theme no-such" in told.message
            assert "article.nothing" in told.message


def test_keys_that_clash_are_named() -> None:
    scopes = (ArticleScreen.BINDINGS, LibraryScreen.BINDINGS)
    assert problems({}, scopes) == []
    [told] = problems({"article.undo": "j"}, scopes)
    assert "article.row-down" in told
    assert "article.undo" in told


async def test_help_shows_the_keys_in_force(tmp_path: Path) -> None:
    with opened(tmp_path, keys={"article.undo": "f9"}) as project:
        app = ReaderApp(project, 1)
        async with app.run_test(size=(120, 80)) as pilot:
            await pilot.press("question_mark")
            assert isinstance(app.screen, HelpScreen)
            lines = text_of(app).splitlines()
            assert any("F9" in line and "Undo" in line for line in lines)
            assert any("Tab" in line and "Next mark" in line for line in lines)
            await pilot.press("j", "G", "escape")
            await pilot.pause()
            assert isinstance(app.screen, ArticleScreen)


async def test_a_command_is_found_by_its_name(tmp_path: Path) -> None:
    with opened(tmp_path) as project:
        app = ReaderApp(project, 1)
        async with app.run_test() as pilot:
            await pilot.press("colon")
            assert isinstance(app.screen, CommandPalette)
            await pilot.press(*"flag the")
            await app.workers.wait_for_complete()
            await pilot.pause()
            await pilot.press("enter")
            await pilot.pause()
            assert isinstance(app.screen, ArticleScreen)
            assert app.screen.document.state == "flagged"


async def test_a_palette_that_goes_while_it_looks_for_commands_ends_nothing(tmp_path: Path) -> None:
    app = ReaderApp(opened(tmp_path))
    async with app.run_test() as pilot:
        await pilot.press("colon")
        palette = app.screen
        assert isinstance(palette, CommandPalette)
        await palette.query_one(CommandList).remove()
        palette._gather_commands("undo")
        await pilot.pause()
        await pilot.press("escape")
        assert not isinstance(app.screen, CommandPalette)


async def test_panel_and_zen_come_and_go(tmp_path: Path) -> None:
    with opened(tmp_path) as project:
        app = ReaderApp(project, 1)
        async with app.run_test(size=(100, 30)) as pilot:
            panel, status = app.screen.query_one(EntityPanel), app.screen.query_one(StatusLine)
            await pilot.press("backslash")
            assert (panel.display, status.display) == (False, True)
            await pilot.press("backslash", "z")
            assert (panel.display, status.display) == (False, False)
            await pilot.press("escape")
            assert (panel.display, status.display) == (True, True)
            await pilot.press("p")
            assert panel.has_focus
            await pilot.press("escape", "l")
            assert isinstance(app.screen, ArticleScreen)
            assert app.screen.view.cursor == 4


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light", "ansi-dark", "ansi-light", "nord"])
@pytest.mark.parametrize("size", [(20, 5), (80, 24), (1, 1)])
async def test_every_screen_draws_at_any_size_in_any_theme(tmp_path: Path, theme: str, size: tuple[int, int]) -> None:
    with opened(tmp_path, theme=theme) as project:
        app = ReaderApp(project, 1)
        async with app.run_test(size=size) as pilot:
            for keys in ("1 A escape", "enter escape", "asterisk escape", "question_mark escape", "q", "f escape"):
                await pilot.press(*keys.split())
            await pilot.resize_terminal(size[1], size[0])
            await pilot.pause()
            assert text_of(app)


def test_keys_are_written_as_people_write_them() -> None:
    written = {
        "ctrl+d": "^D",
        "question_mark": "?",
        "pagedown": "PgDn",
        "G": "G",
        "j": "j",
        "f1": "F1",
        "slash": "/",
        "shift+tab": "Shift+Tab",
    }
    assert {key: shown_key(key) for key in written} == written
    assert ("u ^Z", "Undo, across articles and restarts", "vim") in key_rows(ArticleScreen)


def test_absurd_sizes_are_not_believed() -> None:
    assert believed(99999, 0) == (LARGEST, 1)
    assert believed(80, 24) == (80, 24)


async def test_a_long_text_is_whole_before_a_key_is_dealt_with(tmp_path: Path) -> None:
    text = "Ada wrote to Bob. " * 70_000
    spans = {Span(start, start + 3, "PERSON") for start in range(0, len(text), 18)}
    around = Span(0, 900_000, "WORK")
    with opened(tmp_path, [Document(text, "Long", marks=frozenset({*spans, around}))]) as project:
        project.labels.set_overlaps(True)
        document = project.open_document(1, glance=True)
        glimpse = document.glimpse(0)
        assert not document.whole
        assert glimpse
        assert text.startswith(glimpse.text)
        assert {around, Span(18, 21, "PERSON")} < set(glimpse.spans) < {*spans, around}
        app = ReaderApp(project)
        async with app.run_test() as pilot:
            await pilot.press("2")
            assert "ORG" in text_of(app)
        marks = project.open_document(1).marks
        assert {Span(0, 3, "ORG"), around} < marks
        assert len(marks) == len(spans) + 2


async def test_a_long_text_opens_far_down_where_it_was_left(tmp_path: Path) -> None:
    text = "".join(f"Line {number} of Ada and Bob.\n" for number in range(60_000))
    place = text.index("Line 40000 ")
    spans = frozenset({Span(place + 14, place + 17, "PERSON")})
    with opened(tmp_path, [Document(text, "Long", marks=spans)]) as project:
        project.open_document(1).remember(place, place)
        app = ReaderApp(project)
        async with app.run_test() as pilot:
            await pilot.pause()
            assert "Line 40000 of Ada and Bob." in text_of(app)
            await pilot.press("tab", "2")
            assert "labelled ORG" in text_of(app)
            await pilot.press("A")
            while "59999" not in text_of(app):
                await pilot.pause()
            await pilot.press("escape", "q")
        assert Span(place + 14, place + 17, "ORG") in project.open_document(1).marks
        document = project.open_document(1)
        assert document.position == place + 14
        assert document.top <= place < document.top + 1000


async def test_a_key_that_comes_before_its_screen_waits_for_it(tmp_path: Path) -> None:
    with opened(tmp_path) as project:
        app = ReaderApp(project)
        async with app.run_test() as pilot:
            library = app.screen
            assert isinstance(library, LibraryScreen)
            library.open_document(2)
            # A key that was on its way to the library when the article came up.
            await app.run_action("find_next(1)", default_namespace=app.screen)
            for key in ("N", "w", "2"):
                await app.on_event(events.Key(key, key))
            while "labelled ORG" not in text_of(app):
                await pilot.pause(0.05)
        assert Span(4, 9, "ORG") in project.open_document(2).marks


async def test_an_article_that_was_left_is_forgotten(tmp_path: Path) -> None:
    with opened(tmp_path) as project:
        app = ReaderApp(project)
        async with app.run_test() as pilot:
            for _ in range(20):
                await pilot.press("enter", "question_mark", "escape", "q")
            await pilot.pause(0.2)
            gc.collect()
            kept = [one for one in gc.get_objects() if isinstance(one, ArticleScreen) and one.app is app]
            # What a worker of the model began may hold some of the first and the last.
            assert len(kept) < 12
            drawn = [one for one in gc.get_objects() if isinstance(one, StylesCache) and one._cache]
            assert len(drawn) < 80
