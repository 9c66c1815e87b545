"""The small questions: what is typed and pressed, and the answer that comes back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.screen import ModalScreen

from reader.model import Label, Schema
from reader.project import Hit
from reader.tui import app
from reader.tui.app import ReaderApp
from reader.tui.dialogs import Ask, Choice, Menu, PickHit, PickLabel, matching

SCHEMA = Schema(
    (
        Label("PERSON", key="1", color="#e5707e", description="People, including fictional"),
        Label("ORG", key="2", color="blue", description="Companies, agencies"),
        Label("GPE", key="3", description="Countries, cities"),
        Label("urgent", kind="tag"),
    )
)
HITS = [Hit(number, f"Title {number}", 3, 6, "by ", "Ada", f" and [b]{number}[/b]") for number in range(500)]
NOTHING = object()


class Asking(App[None]):
    """Nothing but one question."""

    CSS_PATH = Path(app.__file__).with_name("reader.tcss")
    HORIZONTAL_BREAKPOINTS = ReaderApp.HORIZONTAL_BREAKPOINTS
    VERTICAL_BREAKPOINTS = ReaderApp.VERTICAL_BREAKPOINTS

    def __init__(self, question: ModalScreen[Any]) -> None:
        super().__init__()
        self.question = question
        self.answer: object = NOTHING

    def on_mount(self) -> None:
        self.push_screen(self.question, self.take)

    def take(self, answer: object) -> None:
        self.answer = answer


async def answer_to(question: ModalScreen[Any], keys: str, size: tuple[int, int] = (80, 24)) -> object:
    """What a question gives for these keys; NOTHING while it is still there."""
    asking = Asking(question)
    async with asking.run_test(size=size) as pilot:
        await pilot.press(*keys.split())
        await pilot.pause()
    return asking.answer


@pytest.mark.parametrize(
    ("keys", "answer"),
    [
        ("enter", "PERSON"),
        ("o r g enter", "ORG"),
        ("2 enter", "ORG"),
        ("down enter", "ORG"),
        ("down down up enter", "ORG"),
        ("pagedown enter", "GPE"),
        ("c i t i e s enter", "GPE"),
        ("L A W enter", "LAW"),
        ("g p e x backspace enter", "GPE"),
        ("escape", None),
        ("o escape", None),
    ],
)
async def test_a_label_is_picked_by_typing_or_by_arrows(keys: str, answer: str | None) -> None:
    assert await answer_to(PickLabel(SCHEMA, "Label 'Ada'", "", {"ORG": 3}), keys) == answer


async def test_the_present_label_is_where_picking_begins() -> None:
    assert await answer_to(PickLabel(SCHEMA, "Label", "GPE", {}), "enter") == "GPE"


async def test_tags_are_picked_among_tags_only() -> None:
    assert await answer_to(PickLabel(SCHEMA, "Tag", "", {}, kind="tag"), "enter") == "urgent"


async def test_without_new_labels_an_unknown_name_answers_nothing() -> None:
    assert await answer_to(PickLabel(SCHEMA, "Only with", "", {}, new=False), "z z enter") is None


def test_labels_that_fit_come_best_first() -> None:
    def names(typed: str) -> list[str]:
        return [label.name for label in matching(SCHEMA.labels[:3], typed)]

    assert names("") == ["PERSON", "ORG", "GPE"]
    assert names("p") == ["PERSON", "GPE", "p"]
    assert names("3") == ["GPE"]
    assert names("org") == ["ORG"]
    assert names("agenc") == ["ORG", "agenc"]
    assert names("nowhere") == ["nowhere"]
    assert names("a\x1bb") == []


@pytest.mark.parametrize(
    ("keys", "answer"),
    [("enter", "old"), ("x enter", "oldx"), ("backspace backspace backspace enter", ""), ("escape", None)],
)
async def test_a_line_is_asked_for(keys: str, answer: str | None) -> None:
    assert await answer_to(Ask("Note on [b]x[/c]", "old"), keys) == answer


@pytest.mark.parametrize(
    ("keys", "answer"),
    [("A", "A"), ("a", None), ("slash", "/"), ("escape", None), ("left_shift A", "A"), ("left_shift", NOTHING)],
)
async def test_a_menu_takes_one_key(keys: str, answer: object) -> None:
    assert await answer_to(Menu("Go to [/]", [("A", "here [b]"), ("/", "search")]), keys) == answer


@pytest.mark.parametrize(
    ("keys", "answer"),
    [("y", "y"), ("n", "n"), ("a", "a"), ("q", "q"), ("escape", "q"), ("x", NOTHING), ("enter", NOTHING)],
)
async def test_a_choice_takes_four_keys(keys: str, answer: object) -> None:
    assert await answer_to(Choice("This one?", "before ", "words", " after", 1, 2), keys) == answer


@pytest.mark.parametrize(
    ("keys", "index"),
    [
        ("enter", 0),
        ("j enter", 1),
        ("down down k enter", 1),
        ("G enter", 499),
        ("end up enter", 498),
        ("G home enter", 0),
    ],
)
async def test_a_hit_is_walked_to(keys: str, index: int) -> None:
    assert await answer_to(PickHit("'Ada'", HITS), keys) == HITS[index]


async def test_no_hit_is_taken_by_esc() -> None:
    assert await answer_to(PickHit("'Ada'", HITS), "j escape") is None


@pytest.mark.parametrize("size", [(20, 5), (1, 1), (160, 50)])
@pytest.mark.parametrize(
    "question",
    [
        lambda: PickLabel(SCHEMA, "Label \x1b[31m", "", {}),
        lambda: Ask("Note on \x1b[31m", "text"),
        lambda: Menu("Go", [("g", "top")]),
        lambda: PickHit("x", HITS),
        lambda: Choice("This?", "詩" * 90, "\x1b]52;c;eA==\x07", "\u202e", 1, 2),
    ],
)
async def test_questions_fit_any_terminal(question: Any, size: tuple[int, int]) -> None:
    asking = Asking(question())
    async with asking.run_test(size=size) as pilot:
        await pilot.pause()
        shown = "".join(strip.text for strip in asking.screen._compositor.render_strips())
        assert not set("\x1b\x07\u202e") & set(shown)
        await pilot.press("escape")
