"""Reading an article: what the mouse, a search and the panel do to the keys that follow, and what the screen tells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from screens import project_of, shown
from terminal import Terminal
from textual.pilot import Pilot
from textual.widgets import Input

from reader.model import Document, Span, spans_of
from reader.project import Project
from reader.tui import finding
from reader.tui.article import ArticleScreen

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


def test_esc_gives_up_a_search_ahead_of_the_keys_that_wait_for_it(tmp_path: Path) -> None:
    words = "word " * 20 + "\n"
    with Project.open(tmp_path / "annotations.db", annotator="ada") as project:
        # So long that it may take minutes.
        project.import_documents([Document("Ada wrote. " + words * 3000, "Letter")])
    with Terminal([], cwd=tmp_path) as terminal:
        terminal.wait("Ada wrote")
        terminal.settle()
        terminal.press(f"/{SLOW}\r")
        terminal.wait("searching; Esc gives up")
        terminal.press("1\x1b")
        terminal.wait("labelled PERSON")
        terminal.press("\x11")
        assert terminal.exit_code() == 0


async def test_what_a_search_in_its_own_process_finds_is_what_re_finds() -> None:
    text = TEXT + "é 😀 a\x00b " * 50
    for pattern in (r"\w+", "[^ ]", "(?s).+", r"\b", "a.b"):
        compiled = finding.compiled(pattern)
        found = await finding.find_in_time(compiled, text)
        assert found is not None
        assert list(found.matches) == list(finding.find(compiled, text).matches)
