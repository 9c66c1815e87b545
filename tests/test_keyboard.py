"""The keyboard as a table: the keys a person presses, and the marks that are in the file afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest
from screens import WITHOUT_MODEL

from reader.model import Document, Mark, Note, Rejected, Span, State, Status, Suggestion, Tag
from reader.project import Project
from reader.tui.app import ReaderApp
from reader.tui.article import ArticleScreen

TEXT = (
    "Ada Lovelace wrote to Charles Babbage in London.\n"
    "The U.S. and the Russian-installed leader met Ada Lovelace's friends.\n"
    "\n"
    "Babbage left London. Ada stayed in London, Ontario.\n"
)
ADA = Span(0, 12, "PERSON")
LONDON = TEXT.index("London")
SUGGESTED = (
    Suggestion(Span(22, 37, "ORG"), "test-1", 1.0),
    Suggestion(Span(LONDON, LONDON + 6, "GPE"), "test-1", 1.0),
)
SIZE = (100, 30)


def at(words: str, label: str, nth: int = 0) -> Span:
    """The nth mention of some words, labelled."""
    start = -1
    for _ in range(nth + 1):
        start = TEXT.index(words, start + 1)
    return Span(start, start + len(words), label)


async def after(
    keys: str, path: Path, *, suggestions: tuple[Suggestion, ...] = (), marks: frozenset[Mark] = frozenset()
) -> frozenset[Mark]:
    """The marks in the file after these keys, but for the status `doing` that any edit brings."""
    with Project.open(path, annotator="ada", config=WITHOUT_MODEL) as project:
        document = Document(TEXT, "Letter", "test", marks=marks, suggestions=suggestions)
        first = project.import_documents([document]).first
        assert first is not None
        app = ReaderApp(project, first)
        async with app.run_test(size=SIZE) as pilot:
            await pilot.pause()
            await pilot.press(*keys.split())
            await pilot.pause()
        found = project.open_document(first).marks
    return found - {Status(State.DOING)}


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("1", {at("Ada", "PERSON")}),
        ("v l 1", {ADA}),
        ("v w w b 1", {ADA}),
        ("l v h o 1", {ADA}),
        ("right v left 1", {ADA}),
        ("j 3", {at("The", "GPE")}),
        ("j l 3", {at("U.S.", "GPE")}),
        ("j l L L L v H H H 3", {at("U.S.", "GPE")}),
        ("j l v H 3", {at("U.S", "GPE")}),
        ("right_curly_bracket right_curly_bracket 1", {at("Babbage", "PERSON", 1)}),
        ("G 3", {at("Ontario", "GPE")}),
        ("end h 3", {at("London", "GPE", 2)}),
        ("G g g 1", {at("Ada", "PERSON")}),
        ("G home 1", {at("Ada", "PERSON")}),
        ("right_parenthesis left_parenthesis 1", {at("Ada", "PERSON")}),
        ("e 1", {ADA}),
        ("v e 1", {ADA}),
        ("l e 1", {at("Lovelace", "PERSON")}),
        ("l l e 1", {at("wrote", "PERSON")}),
        ("e l 1", {at("Ada Lovelace wrote", "PERSON")}),
        ("e escape 1", {at("Lovelace", "PERSON")}),
        ("v l 1 2", {at("Ada Lovelace", "ORG")}),
        ("v l 1 less_than_sign", {at("Ada", "PERSON")}),
        ("1 greater_than_sign", {ADA}),
        ("v l 1 comma", {at("Lovelace", "PERSON")}),
        ("l 1 semicolon", {ADA}),
        ("1 comma semicolon", {at("Ada", "PERSON")}),
        ("v l 1 x", set()),
        ("v l 1 u", set()),
        ("v l 1 u U", {ADA}),
        ("v l 1 2 ctrl+z ctrl+r", {at("Ada Lovelace", "ORG")}),
        ("v l escape 1", {at("Lovelace", "PERSON")}),
        ("v l 1 A A", {ADA, at("Ada Lovelace", "PERSON", 1)}),
        ("v l 1 A A u", {ADA}),
        ("1 A o y n y", {at("Ada", "PERSON"), at("Ada", "PERSON", 1)}),
        ("1 A o n a", {at("Ada", "PERSON"), at("Ada", "PERSON", 2)}),
        ("1 A o q", {at("Ada", "PERSON")}),
        ("1 A o y q", {at("Ada", "PERSON"), at("Ada", "PERSON", 1)}),
        ("1 A o y escape", {at("Ada", "PERSON")}),
        ("1 A o n y 2", {at("Ada", "ORG"), at("Ada", "PERSON", 2)}),
        ("1 c h i enter c backspace backspace enter", {at("Ada", "PERSON")}),
        ("v l v 1", {at("Lovelace", "PERSON")}),
        ("v greater_than_sign 1", {ADA}),
        ("v l less_than_sign 1", {at("Ada", "PERSON")}),
        ("v l comma 1", {at("Lovelace", "PERSON")}),
        ("v l comma comma 1", {at("Lovelace", "PERSON")}),
        ("l v semicolon 1", {ADA}),
        ("l v semicolon semicolon 1", {ADA}),
        ("v l o greater_than_sign 1", {at("Ada Lovelace wrote", "PERSON")}),
        ("v l o comma l 1", {at("Lovelace wrote", "PERSON")}),
        ("l v L comma 1", {at("Lovelace", "PERSON")}),
        ("1 A e", {at("Ada", "PERSON"), at("Ada", "PERSON", 1), at("Ada", "PERSON", 2)}),
        ("1 l l full_stop", {at("Ada", "PERSON"), at("wrote", "PERSON")}),
        ("v l 1 A A x A A", set()),
        ("slash L o n d o n enter 3 n 3", {at("London", "GPE"), at("London", "GPE", 1)}),
        ("slash L o n d o n enter n N 3", {at("London", "GPE")}),
        ("enter G P E enter", {at("Ada", "GPE")}),
        ("enter S H I P enter", {at("Ada", "SHIP")}),
        ("c h i enter", {Note("hi")}),
        ("1 c h i enter", {at("Ada", "PERSON"), Note("hi", at("Ada", "PERSON"))}),
        ("1 c h i enter x", set()),
        ("t n e w s enter", {Tag("news")}),
        ("t n e w s enter t n e w s enter", set()),
        ("exclamation_mark", {Status(State.FLAGGED)}),
        ("i", {Status(State.SKIPPED)}),
        ("d", {Status(State.DONE)}),
        ("d u", set()),
        ("f a 1", None),
        ("z 1 escape", {at("Ada", "PERSON")}),
        ("backslash 1 backslash", {at("Ada", "PERSON")}),
        ("question_mark escape 1", {at("Ada", "PERSON")}),
        ("y 1", {at("Ada", "PERSON")}),
        ("tab shift+tab 1", {at("Ada", "PERSON")}),
        ("space ctrl+b ctrl+d ctrl+u pagedown pageup home 1", {at("Ada", "PERSON")}),
    ],
)
async def test_keys_without_suggestions(keys: str, expected: set[Mark] | None, tmp_path: Path) -> None:
    found = await after(keys, tmp_path / "a.db")
    if expected is not None:
        assert found == expected
    else:
        assert len(found) == 1


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("tab a", {at("Charles Babbage", "ORG")}),
        ("tab a a", {at("Charles Babbage", "ORG"), at("London", "GPE")}),
        ("tab 1", {at("Charles Babbage", "PERSON")}),
        ("tab 1 a", {at("Charles Babbage", "PERSON"), at("London", "GPE")}),
        ("tab x", {Rejected(at("Charles Babbage", "ORG"))}),
        ("tab x u", set()),
        ("tab tab a", {at("London", "GPE")}),
        ("tab shift+tab a", {at("London", "GPE")}),
        ("tab less_than_sign", {at("Charles", "ORG")}),
        ("tab comma", {at("Babbage", "ORG")}),
        ("a", set()),
        ("d", {at("Charles Babbage", "ORG"), at("London", "GPE"), Status(State.DONE)}),
        ("d u", set()),
        ("tab x d", {Rejected(at("Charles Babbage", "ORG")), at("London", "GPE"), Status(State.DONE)}),
        (
            # A label given once is suggested for the same words everywhere at once.
            "tab tab 3 a a",
            {at("London", "GPE"), at("London", "GPE", 1), at("London", "GPE", 2)},
        ),
    ],
)
async def test_keys_on_suggestions(keys: str, expected: set[Mark], tmp_path: Path) -> None:
    assert await after(keys, tmp_path / "a.db", suggestions=SUGGESTED) == expected


LOVE, LACE = Span(4, 8, "PERSON"), Span(8, 12, "PERSON")


@pytest.mark.parametrize(
    ("keys", "marks", "expected"),
    [
        # A border that goes on over another entity takes its place, as a label does.
        ("greater_than_sign", {at("Ada", "GPE"), at("Lovelace", "ORG")}, {at("Ada Lovelace", "GPE")}),
        ("l semicolon", {at("Ada", "GPE"), at("Lovelace", "ORG")}, {at("Ada Lovelace", "ORG")}),
        (
            "less_than_sign",
            {ADA, at("Ada Lovelace wrote", "ORG")},
            {at("Ada", "PERSON"), at("Ada Lovelace wrote", "ORG")},
        ),
        # One that stands within a word goes to that word's own end first.
        ("l greater_than_sign", {LOVE}, {at("Lovelace", "PERSON")}),
        ("l greater_than_sign greater_than_sign", {LOVE}, {at("Lovelace wrote", "PERSON")}),
        ("l L L L L semicolon", {LACE}, {at("Lovelace", "PERSON")}),
        # The keys of an entity's borders leave it alone while something is selected.
        ("v w w o comma escape", {ADA}, {ADA}),
        ("v w w o comma 1", {ADA}, {at("Lovelace wrote to", "PERSON")}),
    ],
)
async def test_borders_of_entities(keys: str, marks: set[Mark], expected: set[Mark], tmp_path: Path) -> None:
    assert await after(keys, tmp_path / "a.db", marks=frozenset(marks)) == expected


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        # What was turned down is no reason to remove an entity, nor the other way round.
        ("tab x home full_stop", {ADA, Rejected(at("Charles Babbage", "ORG"))}),
        ("x home tab full_stop", set()),
        # A selection does not go along to the next suggestion.
        ("l l v a 1", {ADA, at("wrote", "PERSON")}),
        ("l l v x 1", {ADA, at("wrote", "PERSON")}),
    ],
)
async def test_what_is_done_again_or_without_a_target(keys: str, expected: set[Mark], tmp_path: Path) -> None:
    assert await after(keys, tmp_path / "a.db", suggestions=SUGGESTED, marks=frozenset({ADA})) == expected


async def test_a_selection_takes_the_place_of_what_it_overlaps(tmp_path: Path) -> None:
    assert await after("v l 2", tmp_path / "a.db", marks=frozenset({ADA})) == {at("Ada Lovelace wrote", "ORG")}


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("2", {at("Charles Babbage", "ORG")}),
        ("less_than_sign 2", {at("Charles", "ORG")}),
        ("greater_than_sign 2", {at("Charles Babbage in", "ORG")}),
        ("enter G P E enter", {at("Charles Babbage", "GPE")}),
        ("escape 2", {at("Charles Babbage", "ORG")}),
        ("escape escape 2", {at("Babbage", "ORG")}),
        ("Q", set()),
    ],
)
async def test_one_hint_selects_the_name_that_begins_there(keys: str, expected: set[Mark], tmp_path: Path) -> None:
    with Project.open(tmp_path / "a.db", annotator="ada", config=WITHOUT_MODEL) as project:
        first = project.import_documents([Document(TEXT, "Letter")]).first
        assert first is not None
        async with ReaderApp(project, first).run_test(size=SIZE) as pilot:
            await pilot.pause()
            screen = pilot.app.screen
            assert isinstance(screen, ArticleScreen)
            await pilot.press("s")
            assert screen.hinting is not None
            hint = next(
                letters for letters, start in screen.hinting.hints.items() if TEXT[start:].startswith("Charles")
            )
            await pilot.press(*hint, *keys.split())
            await pilot.pause()
        assert project.open_document(first).marks - {Status(State.DOING)} == expected


async def test_any_stretch_of_the_screen_takes_five_keys(tmp_path: Path) -> None:
    with Project.open(tmp_path / "a.db", annotator="ada", config=WITHOUT_MODEL) as project:
        first = project.import_documents([Document(TEXT, "Letter")]).first
        assert first is not None
        app = ReaderApp(project, first)
        async with app.run_test(size=SIZE) as pilot:
            await pilot.pause()
            screen = app.screen
            assert isinstance(screen, ArticleScreen)
            for place in (at("Russian", "").start, at("leader", "").start):
                if screen.hinting is None:
                    await pilot.press("s")
                    await pilot.pause()
                assert screen.hinting is not None
                hint = next(letters for letters, start in screen.hinting.hints.items() if start == place)
                assert len(hint) <= 2
                await pilot.press(*hint)
                await pilot.pause()
            await pilot.press("4")
            await pilot.pause()
        assert at("Russian-installed leader", "NORP") in project.open_document(first).marks


async def test_undo_goes_back_over_articles_and_restarts(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with Project.open(path, annotator="ada", config=WITHOUT_MODEL) as project:
        project.import_documents([Document("Ada wrote.", "One"), Document("London is far.", "Two")])
        async with ReaderApp(project, 1).run_test(size=SIZE) as pilot:
            await pilot.press("1", "right_square_bracket", "3")
            await pilot.pause()
    with Project.open(path, annotator="ada", config=WITHOUT_MODEL) as project:
        assert project.library.last_read() == 2
        app = ReaderApp(project, 2)
        async with app.run_test(size=SIZE) as pilot:
            await pilot.press("u", "u")
            await pilot.pause()
            assert isinstance(app.screen, ArticleScreen)
            assert app.screen.document.id == 1
            assert app.screen.document.marks == frozenset()
            await pilot.press("U", "U")
            await pilot.pause()
            assert app.screen.document.id == 2
            assert Span(0, 6, "GPE") in app.screen.document.marks
