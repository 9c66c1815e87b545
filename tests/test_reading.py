"""Reading an article: what the mouse, a search and the panel do to the keys that follow, and what the screen tells."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from screens import project_of, rows_of, shown
from terminal import Terminal
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from reader import edits
from reader.model import Document, Note, Span, State, Suggestion, Tag, spans_of
from reader.project import Project, suggesting
from reader.tui import finding
from reader.tui.app import ReaderApp
from reader.tui.article import ArticleScreen
from reader.tui.entity_panel import EntityPanel
from reader.tui.typing import AHEAD

TEXT = "Ada Lovelace wrote to Charles Babbage.\nThe letter went from London to Kherson."
ADA = Span(0, 12, "PERSON")


def article(pilot: Pilot[Any]) -> ArticleScreen:
    assert isinstance(pilot.app.screen, ArticleScreen)
    return pilot.app.screen


def in_the_file(folder: Path) -> list[Span]:
    with Project.open(folder / "annotations.db", annotator="ada") as project:
        return spans_of(project.open_document(1).marks)


def test_a_key_right_after_the_mouse_is_meant_for_what_was_clicked(tmp_path: Path) -> None:
    with Project.open(tmp_path / "annotations.db", annotator="ada") as project:
        long = TEXT + "".join(f"\nLine {number} of it." for number in range(100))
        project.import_documents([Document(long, "Letter", marks=frozenset({ADA}))])
    with Terminal([], cwd=tmp_path) as terminal:
        terminal.wait("London")
        terminal.settle()
        column = next(row.index("London") for row in terminal.screen.display if "London" in row) + 1
        row = next(index for index, row in enumerate(terminal.screen.display, 1) if "London" in row)
        # Pressed, released and a label, in one read; and then the wheel, which takes the cursor along.
        terminal.press(f"\x1b[<0;{column};{row}M\x1b[<0;{column};{row}m3")
        terminal.wait("labelled GPE")
        terminal.press("\x1b[<65;10;10M" * 3 + "2")
        terminal.wait("labelled ORG")
        terminal.press("\x11")
        assert terminal.exit_code() == 0
    first, second, third = in_the_file(tmp_path)
    assert (first, second) == (ADA, Span(long.index("London"), long.index("London") + 6, "GPE"))
    assert third.label == "ORG"
    assert third.start > long.index("Line 0")


def test_a_click_in_the_panel_is_over_before_the_next_key(tmp_path: Path) -> None:
    spans = {ADA, Span(TEXT.index("Kherson"), TEXT.index("Kherson") + 7, "GPE")}
    with Project.open(tmp_path / "annotations.db", annotator="ada") as project:
        project.import_documents([Document(TEXT, "Letter", marks=frozenset(spans))])
    with Terminal([], cwd=tmp_path) as terminal:
        terminal.wait("2 entities")
        terminal.settle()
        row = max(index for index, row in enumerate(terminal.screen.display, 1) if "Kherson" in row[70:])
        terminal.press(f"\x1b[<0;85;{row}M\x1b[<0;85;{row}m2")
        terminal.wait("labelled ORG")
        terminal.press("\x11")
        assert terminal.exit_code() == 0
    assert [span.label for span in in_the_file(tmp_path)] == ["PERSON", "ORG"]


SLOW = r"(\w+\s?)+\t"
"""Each word more takes twice as long."""


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("a{99999999999}", "no regular expression: the repetition number is too large"),
        ("(" * 3000, "no regular expression: too deep"),
        ("[", "no regular expression: unterminated character set"),
        (SLOW, "given up, for it takes too long"),
        ("lon[a-f]on", "match 1 of 1"),
        ("^the|k\\w+n", "match 1 of 2"),
        ("x*", "Not found: x*"),
    ],
    ids=lambda text: text[:12],
)
async def test_no_pattern_ends_or_stops_the_program(
    pattern: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "SECONDS", 1)
    async with shown(project_of(tmp_path, [Document(TEXT, "Letter")]), size=(160, 24)) as pilot:
        await pilot.press("slash")
        pilot.app.screen.query_one(Input).value = pattern
        await pilot.press("enter")
        await pilot.app.workers.wait_for_complete()
        assert told in article(pilot).said
        await pilot.press("home", "1")
        assert article(pilot).document.spans == [Span(0, 3, "PERSON")]


async def search_for_long(pilot: Pilot[int]) -> None:
    await pilot.press("slash")
    pilot.app.screen.query_one(Input).value = SLOW
    await pilot.press("enter")
    while article(pilot).said != "searching; Esc gives up":
        await pilot.pause(0.05)


async def test_esc_gives_up_a_search_ahead_of_the_keys_that_wait_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "SECONDS", 600)
    app = ReaderApp(project_of(tmp_path, [Document(TEXT, "Letter")]))
    async with app.run_test() as pilot:
        await pilot.pause()
        await search_for_long(pilot)
        for key in ("1", "escape"):
            app.post_message(events.Key(key, key))
        while article(pilot).said != "labelled PERSON":
            await pilot.pause(0.05)
        await search_for_long(pilot)
        app.post_message(events.Key("ctrl+q", None))
        while app.return_code is None:
            await asyncio.sleep(0.05)
    assert app.return_code == 0


async def test_what_a_search_in_its_own_process_finds_is_what_re_finds() -> None:
    text = TEXT + "é 😀 a\x00b " * 50
    for pattern in (r"\w+", "[^ ]", "(?s).+", r"\b", "a.b"):
        compiled = finding.compiled(pattern)
        found = await finding.find_in_time(compiled, text)
        assert found is not None
        assert list(found.matches) == list(finding.find(compiled, text).matches)


async def test_a_search_given_up_while_its_answer_comes_ends_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    search: asyncio.Task[finding.Found | None] | None = None
    take = asyncio.StreamReader.feed_data

    def taken(reader: asyncio.StreamReader, data: bytes) -> None:
        assert search is not None
        if not search.cancelling():
            search.cancel()
        take(reader, data)

    monkeypatch.setattr(asyncio.StreamReader, "feed_data", taken)
    search = asyncio.create_task(finding.find_in_time(finding.compiled(r"\w"), "abc def " * 100_000))
    done, _ = await asyncio.wait({search}, timeout=30)
    assert done == {search}
    assert search.cancelled()


async def test_esc_gives_up_a_search_behind_more_keys_than_the_program_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "SECONDS", 600)
    app = ReaderApp(project_of(tmp_path, [Document(TEXT, "Letter")]))
    async with app.run_test() as pilot:
        await search_for_long(pilot)
        app.keys_read += 2 * AHEAD
        assert not app.is_behind
        app.post_message(events.Key("escape", None))
        while article(pilot).is_searching:
            await pilot.pause(0.05)
        assert app.is_behind


async def test_zen_stays_while_edits_are_saved(tmp_path: Path) -> None:
    async with shown(project_of(tmp_path, [Document(TEXT, "Letter")])) as pilot:
        await pilot.press("z", "1", "exclamation_mark")
        assert article(pilot).document.state is State.FLAGGED
        assert article(pilot).has_class("zen")


async def test_zen_gives_way_to_what_is_not_saved(tmp_path: Path) -> None:
    project = project_of(tmp_path, [Document(TEXT, "Letter")])
    project.wait_at_most(0)
    async with shown(project) as pilot:
        await pilot.press("z", "l")
        other = sqlite3.connect(tmp_path / "annotations.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        await pilot.press("1")
        await pilot.pause()
        assert "NOT SAVED" in " ".join(rows_of(pilot.app))
        await pilot.press("z")
        await pilot.pause()
        assert "NOT SAVED" in " ".join(rows_of(pilot.app))
        other.close()


@pytest.mark.parametrize("size", [(50, 20), (20, 5)])
async def test_a_panel_that_has_no_room_takes_no_keys(size: tuple[int, int], tmp_path: Path) -> None:
    async with shown(project_of(tmp_path, [Document(TEXT, "Letter")]), size=size) as pilot:
        await pilot.press("p", "l")
        assert article(pilot).pen.cursor == TEXT.index("Lovelace")
        await pilot.press("p")
        assert article(pilot).said == "No room for the panel"


async def test_the_panel_comes_out_of_zen_for_the_keys_it_takes(tmp_path: Path) -> None:
    names = {Span(TEXT.index(name), TEXT.index(name) + len(name), "GPE") for name in ("London", "Kherson")}
    document = Document(TEXT, "Letter", marks=frozenset({ADA, *names}))
    async with shown(project_of(tmp_path, [document]), size=(100, 24)) as pilot:
        await pilot.press("z", "p")
        await pilot.pause()
        assert article(pilot).query_one(EntityPanel).size.width
        # In one go, so that the text has the keys again for the last one alone.
        for key in ("G", "l", "h", "2"):
            pilot.app.post_message(events.Key(key, key))
        await pilot.pause()
        await pilot.pause()
        assert {span.label for span in article(pilot).document.spans} == {"PERSON", "GPE", "ORG"}
        for key in ("p", "k", "k", "q"):
            pilot.app.post_message(events.Key(key, key))
        await pilot.pause()
        await pilot.pause()
        assert article(pilot).focused is article(pilot).view
        moved = article(pilot).pen.cursor
        await pilot.press("p", "z")
        await pilot.pause()
        await pilot.press("h")
        assert article(pilot).pen.cursor != moved


async def test_what_is_said_of_an_article_is_not_said_of_the_next(tmp_path: Path) -> None:
    documents = [Document(TEXT, "Letter"), Document("Kherson.", "Answer")]
    async with shown(project_of(tmp_path, documents), document=1) as pilot:
        await pilot.press("1", "right_square_bracket")
        await pilot.pause()
        assert "Answer" in rows_of(pilot.app)[-2]
        assert "labelled" not in rows_of(pilot.app)[-2]
        await pilot.press("left_square_bracket", "d")
        await pilot.pause()
        assert "done" in rows_of(pilot.app)[-2]


async def test_what_is_said_of_an_article_is_not_said_of_that_of_a_hit(tmp_path: Path) -> None:
    documents = [Document("Kherson fell.", "Letter"), Document("It is Kherson.", "Answer")]
    async with shown(project_of(tmp_path, documents), document=1) as pilot:
        await pilot.press("1", "asterisk")
        await pilot.pause()
        await pilot.press("j", "enter")
        await pilot.pause()
        assert article(pilot).document.title == "Answer"
        assert "labelled" not in rows_of(pilot.app)[-2]


async def test_esc_takes_one_step_back(tmp_path: Path) -> None:
    async with shown(project_of(tmp_path, [Document(TEXT, "Letter")])) as pilot:
        await pilot.press("z", "v", "l", "escape")
        assert article(pilot).pen.selection is None
        assert article(pilot).has_class("zen")
        await pilot.press("escape")
        assert not article(pilot).has_class("zen")


@pytest.mark.parametrize(("text", "keys"), [("... --- ...\n!!!", "f"), ("... ---", "s"), ("Kherson", "s a")])
async def test_where_there_are_no_words_to_choose_the_next_key_is_a_command(
    text: str, keys: str, tmp_path: Path
) -> None:
    documents = [Document(text, "Dots"), Document(TEXT, "Letter")]
    async with shown(project_of(tmp_path, documents), document=1) as pilot:
        await pilot.press(*keys.split())
        assert article(pilot).hinting is None
        await pilot.press("right_square_bracket")
        assert article(pilot).document.title == "Letter"


async def test_what_another_program_changes_right_after_the_start_appears(tmp_path: Path) -> None:
    async with shown(project_of(tmp_path, [Document(TEXT, "Letter")])) as pilot:
        with Project.open(tmp_path / "annotations.db", annotator="ada") as other:
            document = other.open_document(1)
            document.apply(document.label(ADA), "label")
        article(pilot).look()
        assert article(pilot).document.spans == [ADA]


async def test_an_article_that_was_removed_does_not_come_up_again(tmp_path: Path) -> None:
    project = project_of(tmp_path, [Document(TEXT, "Letter"), Document("Kherson.", "Answer")])
    document = project.open_document(1)
    document.remember(4, 0)
    document.apply(edits.set_state(document.marks, State.REMOVED), "remove")
    async with shown(project) as pilot:
        assert article(pilot).document.title == "Answer"


async def test_a_hit_in_an_article_that_cannot_be_opened_moves_nothing(tmp_path: Path) -> None:
    project = project_of(tmp_path, [Document(TEXT, "Letter"), Document("To and fro: Kherson.", "Answer")])
    project.wait_at_most(0)
    async with shown(project, document=1) as pilot:
        await pilot.press("G")
        place = article(pilot).pen.cursor
        other = sqlite3.connect(tmp_path / "annotations.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        await pilot.press("1", "asterisk", "G", "enter")
        assert article(pilot).document.title == "Letter"
        assert article(pilot).pen.cursor == place
        other.close()


async def test_that_there_is_no_model_is_said_once_and_only_where_nobody_chose_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = [Document(TEXT, "Letter"), Document("Kherson.", "Answer")]
    async with shown(project_of(tmp_path, documents), document=1) as pilot:
        await pilot.pause()
        assert "Letter" in rows_of(pilot.app)[-2]
    monkeypatch.setattr(suggesting.Suggestions, "pipeline", None)
    async with shown(project_of(tmp_path, [], model=""), document=1) as pilot:
        await pilot.pause()
        assert "no spaCy pipeline is installed" in rows_of(pilot.app)[-2]
        await pilot.press("right_square_bracket")
        await pilot.pause()
        assert "Answer" in rows_of(pilot.app)[-2]


async def test_the_status_line_tells_what_has_a_note_and_the_tags(tmp_path: Path) -> None:
    marks = frozenset({ADA, Note("who?", ADA), Tag("post")})
    async with shown(project_of(tmp_path, [Document(TEXT, "Letter", marks=marks)]), size=(160, 24)) as pilot:

        async def told() -> str:
            await pilot.pause()
            return rows_of(pilot.app)[-2]

        assert " note " in await told()
        assert "#post" in await told()
        await pilot.press("end")
        assert " note " not in await told()
        await pilot.press("c", *"why", "enter", "l")
        assert " note " in await told()
        await pilot.press("home", "x", "h")
        assert " note " in await told()
        await pilot.press("t", *"post", "enter")
        assert "#post" not in await told()


@pytest.mark.parametrize("key", ["tab", "a", "n"])
async def test_going_from_name_to_name_keeps_the_page_still(key: str, tmp_path: Path) -> None:
    """The page turns where the next name is out of sight, and then the names that follow are in sight."""
    text = "".join(f"Line {number} is of Ada.\n" for number in range(100))
    places = [found.start() for found in re.finditer("Ada", text)]
    said = tuple(Suggestion(Span(place, place + 3, "PERSON"), "test-1", 1.0) for place in places)
    project = project_of(tmp_path, [Document(text, "Lines", suggestions=said)])
    tops = []
    async with shown(project, size=(100, 12), document=1) as pilot:
        if key == "n":
            await pilot.press("slash", *"Ada", "enter")
        for _ in range(20):
            await pilot.press(key)
            view = article(pilot).view
            tops.append(view.top)
            low, high = view.visible_range()
            assert low <= view.cursor < high
            if len(set(tops[-2:])) == 2:
                assert text.count("\n", view.cursor, high) >= 6
    assert tops == sorted(tops)
    assert 3 <= len(set(tops)) <= 5
