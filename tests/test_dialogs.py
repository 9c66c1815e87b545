"""The small questions: which keys give which answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.screen import ModalScreen

from reader.model import Label, Schema
from reader.project import DEFAULT_LABELS, Hit
from reader.tui import app
from reader.tui.app import ReaderApp
from reader.tui.dialogs import MANY, Ask, Choice, Menu, PickHit, PickLabel, matching
from reader.tui.row_list import RowList
from tests.screens import rows_of

SCHEMA = Schema((*DEFAULT_LABELS, Label("sport", "tag", position=20)))
EVIL = "\x1b]52;c;aGk=\x07 [/b] [@click=app.quit]x[/] \u202e\r\n"
HITS = [Hit(number, f"title {number}", 5, 8, "before the ", "Ann", " after") for number in range(40)]


class Asking(App[None]):
    """Nothing but one question, with the looks of the program."""

    CSS_PATH = Path(app.__file__).with_name("reader.tcss")
    HORIZONTAL_BREAKPOINTS = ReaderApp.HORIZONTAL_BREAKPOINTS
    VERTICAL_BREAKPOINTS = ReaderApp.VERTICAL_BREAKPOINTS

    def __init__(self, question: ModalScreen[Any]) -> None:
        super().__init__()
        self.question = question
        self.answers: list[Any] = []

    def on_mount(self) -> None:
        self.push_screen(self.question, self.answers.append)


async def answer(question: ModalScreen[Any], keys: str) -> Any:
    """What a question gives for these keys; "open" while it is still there."""
    asking = Asking(question)
    async with asking.run_test() as pilot:
        await pilot.pause()
        await pilot.press(*keys.split())
        await pilot.pause()
        assert asking.answers or asking.screen is question
    return asking.answers[0] if asking.answers else "open"


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("enter", "PERSON"),
        ("down enter", "ORG"),
        ("down down up enter", "ORG"),
        ("pagedown enter", "MONEY"),
        ("o r g enter", "ORG"),
        ("O R D enter", "ORDINAL"),
        ("3 enter", "GPE"),
        ("b r i d g e s enter", "FAC"),
        ("W e a p o n enter", "Weapon"),
        ("p e r enter", "PERSON"),
        ("p e r down enter", "PERCENT"),
        ("p e r pagedown enter", "per"),
        ("escape", None),
        ("x y z backspace backspace backspace enter", "PERSON"),
    ],
)
async def test_picking_a_label(keys: str, expected: str | None) -> None:
    assert await answer(PickLabel(SCHEMA, "Label 'Ann'"), keys) == expected


async def test_the_label_it_has_stands_under_the_cursor() -> None:
    assert await answer(PickLabel(SCHEMA, "Label", "DATE", {"DATE": 3}), "enter") == "DATE"


async def test_very_many_spans_of_a_label_are_not_counted_to_the_end() -> None:
    question = PickLabel(SCHEMA, "Label", counts={"PERSON": MANY - 1, "ORG": MANY, "GPE": 1})
    asking = Asking(question)
    async with asking.run_test() as pilot:
        await pilot.pause()
        rows = [row.strip("│ ").split()[1:3] for row in rows_of(asking) if " People" in row or " Comp" in row]
        assert rows == [["PERSON", "9,999"], ["ORG", "10,000+"]]


async def test_tags_are_picked_among_tags() -> None:
    assert await answer(PickLabel(SCHEMA, "Tag", kind="tag"), "enter") == "sport"
    assert await answer(PickLabel(SCHEMA, "Tag", kind="tag"), "P E R S O N enter") == "PERSON"


async def test_where_no_label_may_be_made_nothing_is_taken() -> None:
    assert await answer(PickLabel(SCHEMA, "Only", new=False), "q q q enter") is None


async def test_a_schema_without_labels_takes_a_new_one() -> None:
    assert await answer(PickLabel(Schema(), "Label"), "enter") is None
    assert await answer(PickLabel(Schema(), "Label"), "N e w enter") == "New"


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("", "PERSON", "LANGUAGE"),
        ("person", "PERSON", "PERSON"),
        ("la", "LAW", "la"),
        ("0", "EVENT", "EVENT"),
        ("\x1b", "", ""),
        ("two words", "two words", "two words"),
    ],
)
def test_what_fits_what_was_typed(typed: str, first: str, last: str) -> None:
    found = [label.name for label in matching(DEFAULT_LABELS, typed)] or [""]
    assert (found[0], found[-1]) == (first, last)


@pytest.mark.parametrize(
    ("text", "keys", "expected"),
    [
        ("", "a b enter", "ab"),
        ("old", "enter", "old"),
        ("old", "n enter", "oldn"),
        ("old", "backspace backspace backspace enter", ""),
        ("", "enter", ""),
        ("old", "escape", None),
    ],
)
async def test_asking_for_a_line(text: str, keys: str, expected: str | None) -> None:
    assert await answer(Ask("Find", text), keys) == expected


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("g", "g"),
        ("A", "A"),
        ("slash", "/"),
        ("x", None),
        ("escape", None),
        ("enter", None),
        ("down", None),
        ("left_shift", "open"),
        ("left_shift A", "A"),
    ],
)
async def test_a_menu_takes_one_key(keys: str, expected: str | None) -> None:
    assert await answer(Menu("Go", [("g", "top"), ("A", "all"), ("/", "search")]), keys) == expected


@pytest.mark.parametrize(
    ("keys", "expected"),
    [("y", "y"), ("n", "n"), ("a", "a"), ("q", "q"), ("escape", None), ("x", "open"), ("enter", "open")],
)
async def test_one_by_one(keys: str, expected: str | None) -> None:
    assert await answer(Choice("This one?", "before ", "Ann", " after", 2, 9), keys) == expected


@pytest.mark.parametrize(
    ("keys", "expected"), [("enter", 0), ("j enter", 1), ("G enter", 39), ("end k enter", 38), ("G home enter", 0)]
)
async def test_choosing_a_mention(keys: str, expected: int) -> None:
    assert await answer(PickHit("'Ann'", HITS), keys) == HITS[expected]


@pytest.mark.parametrize("keys", ["escape", "q"])
async def test_choosing_no_mention(keys: str) -> None:
    assert await answer(PickHit("'Ann'", HITS), keys) is None


async def test_a_click_chooses() -> None:
    asking = Asking(Menu("Go", [("g", "top"), ("l", "library")]))
    async with asking.run_test() as pilot:
        await pilot.pause()
        await pilot.click(RowList, offset=(4, 2))
    assert asking.answers == ["l"]


EVIL_DIALOGS: list[Callable[[], ModalScreen[Any]]] = [
    lambda: Ask(EVIL, EVIL),
    lambda: Menu(EVIL, [("a", EVIL)]),
    lambda: Choice(EVIL, EVIL, EVIL, EVIL, 1, 1),
    lambda: Choice("This one?", "詩" * 90 + EVIL, EVIL, "詩" * 90 + EVIL, 1, 1),
    lambda: PickHit(EVIL, [Hit(1, EVIL, 0, 3, EVIL, EVIL, EVIL)]),
    lambda: PickLabel(Schema((Label(EVIL, description=EVIL, color=EVIL),)), EVIL, EVIL),
]


@pytest.mark.parametrize("size", [(80, 24), (20, 5), (1, 1), (160, 50)])
@pytest.mark.parametrize("question", EVIL_DIALOGS)
async def test_hostile_words_are_shown_as_words(
    question: Callable[[], ModalScreen[Any]], size: tuple[int, int]
) -> None:
    asking = Asking(question())
    async with asking.run_test(size=size) as pilot:
        await pilot.pause()
        screen = "\n".join(rows_of(asking))
        assert not set(screen) & set("\x1b\x07\u202e\r\x9b")
        assert size != (80, 24) or "[/b] [@click=app.quit]" in screen
        await pilot.press("escape")


def test_a_key_that_comes_before_the_dialog_is_drawn_does_nothing() -> None:
    """It ended the program: somebody typed ahead of a slow machine."""
    dialog = PickLabel(Schema((Label("PERSON"),)), "Label")
    assert not dialog.check_action("step", (10,))
    assert dialog.check_action("cancel", ())
