"""The status line: what it tells, what it drops where there is little room, and that nothing moves."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.app import App, ComposeResult

from reader.model import Label, Schema, State
from reader.project import DEFAULT_LABELS
from reader.tui import app
from reader.tui.colors import styles_for
from reader.tui.layout import cells
from reader.tui.status_line import Status, StatusLine
from tests.screens import lines_of

FULL = Status(
    Schema(DEFAULT_LABELS),
    state="selecting",
    document_state=State.DOING,
    title="A long title of an article about a city",
    place="3 of 20",
    percent=42,
    here="GPE",
    suggestions=7,
    repeat="A: 12 more 'Kherson'",
)


class Below(App[None]):
    """A status line and nothing else."""

    CSS_PATH = Path(app.__file__).with_name("reader.tcss")

    def compose(self) -> ComposeResult:
        yield StatusLine()


async def drawn(status: Status, width: int) -> list[str]:
    """The rows of the status line at a width."""
    below = Below()
    async with below.run_test(size=(width, 4)) as pilot:
        line = below.query_one(StatusLine)
        line.show(status._replace(styles=styles_for(status.schema, below.current_theme)))
        await pilot.pause()
        assert line.size.height == 2
        assert all(line.render_line(y).cell_length == width for y in range(2))
        return lines_of(line)


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (
            140,
            [
                "selecting",
                "doing: A long title",
                "GPE",
                "A: 12 more 'Kherson'",
                "7 suggested",
                "3 of 20",
                "42%",
                "saved",
            ],
        ),
        (70, ["selecting", "GPE", "A: 12 more 'Kherson'", "7 suggested", "42%", "saved"]),
        (50, ["selecting", "GPE", "A: 12 more 'Kherson'", "saved"]),
        (30, ["selecting", "GPE", "saved"]),
        (19, ["selecting", "saved"]),
    ],
)
async def test_the_least_important_goes_first(width: int, expected: list[str]) -> None:
    row = (await drawn(FULL, width))[0]
    places = [row.find(part) for part in expected]
    assert -1 not in places, row
    assert places == sorted(places)
    assert (await drawn(FULL._replace(percent=99), width))[0].find("saved") == places[-1]


@pytest.mark.parametrize("width", [1, 2, 5, 10, 20, 45, 80, 300])
async def test_it_fills_any_width(width: int) -> None:
    for status in (
        FULL,
        Status(),
        FULL._replace(message="found 東京" * 40),
        FULL._replace(wrong=True, message="disk full"),
    ):
        await drawn(status, width)


async def test_what_is_not_saved_is_said_first() -> None:
    row = (await drawn(FULL._replace(saved="NOT SAVED", wrong=True, message="the disk is full"), 60))[0]
    assert row.startswith(" selecting  NOT SAVED: the disk is full")


async def test_a_message_stands_in_the_place_of_the_title() -> None:
    row = (await drawn(FULL._replace(message="labelled GPE"), 120))[0]
    assert "labelled GPE" in row
    assert "A long title" not in row


async def test_label_keys_are_whole_or_absent_and_0_is_the_tenth() -> None:
    assert (await drawn(FULL, 50))[1].split() == "1 PERSON 2 ORG 3 GPE 4 NORP 5 DATE ? help".split()
    assert (await drawn(FULL, 160))[1].split()[-4:] == "0 EVENT ? help".split()
    assert (await drawn(FULL._replace(schema=Schema()), 50))[1].split() == ["?", "help"]


async def test_hostile_words_are_words() -> None:
    evil = "\x1b]52;c;aGk=\x07[/b]\u202e\r\n"
    schema = Schema((Label(evil, key="1", color=evil),))
    status = Status(schema, title=evil, here=evil, repeat=evil, message=evil, wrong=True)
    for shown in (status, status._replace(wrong=False), status._replace(message="", wrong=False)):
        rows = "".join(await drawn(shown, 160))
        assert not set(rows) & set("\x1b\x07\u202e\r\n")
        assert cells(rows) <= 320


async def test_a_note_and_the_tags_stand_where_there_is_room() -> None:
    noted = FULL._replace(note="note", tags="#news #" + "long" * 20)
    row = (await drawn(noted, 160))[0]
    places = [
        row.find(part) for part in ("GPE", "note", "A: 12 more", "7 suggested", "#news #longlong", "…", "3 of 20")
    ]
    assert -1 not in places, row
    assert places == sorted(places)
    row = (await drawn(noted, 70))[0]
    assert "note" in row
    assert "#news" not in row
    assert "GPE" in row
