"""The side panel: which names there are, counted edit by edit, and the way to their mentions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult

from reader.model import Document, Label, Schema, Span
from reader.spans import Spans
from reader.tui.colors import styles_for
from reader.tui.entity_panel import EntityPanel
from reader.tui.names import Name, Names, Row
from tests.screens import lines_of, project_of, shown

TEXT = "Ann met Bob in Rome. Bob met Ann.\nAnn left New\nYork for New York."
SCHEMA = Schema((Label("PERSON", color="red"), Label("GPE", color="green", position=1)))


def spans(*rows: tuple[int, int, str]) -> list[Span]:
    return sorted(Span(*row) for row in rows)


ANN, BOB = (0, 3, "PERSON"), (8, 11, "PERSON")
FACTS = spans(ANN, BOB, (21, 24, "PERSON"), (29, 32, "PERSON"), (15, 19, "GPE"))
SUGGESTED = spans((34, 37, "PERSON"), (43, 51, "GPE"), (56, 64, "GPE"))


def rows_of(names: Names) -> list[Row]:
    return [names.row(index) for index in range(names.count)]


def names_of(facts: Sequence[Span], suggested: Sequence[Span] = (), text: str = TEXT) -> Names:
    names = Names()
    names.show(text, Spans(facts), Spans(suggested), SCHEMA)
    return names


def test_names_stand_under_their_labels_with_facts_and_suggestions() -> None:
    assert rows_of(names_of(FACTS, SUGGESTED)) == [
        ("PERSON", None, 4, 1),
        ("PERSON", "Ann", 2, 1),
        ("PERSON", "Bob", 2, 0),
        ("GPE", None, 1, 2),
        ("GPE", "New York", 0, 2),
        ("GPE", "Rome", 1, 0),
    ]


def test_a_label_that_is_not_in_the_schema_comes_last() -> None:
    assert [row.label for row in rows_of(names_of(spans((0, 3, "AAA"), BOB))) if row.words is None] == ["PERSON", "AAA"]


def test_a_name_over_two_lines_is_the_same_name() -> None:
    assert rows_of(names_of([], spans((43, 51, "GPE"), (56, 64, "GPE")))) == [
        ("GPE", None, 0, 2),
        ("GPE", "New York", 0, 2),
    ]


def test_the_parts_of_a_discontinuous_name_are_joined() -> None:
    span = Span(0, 11, "PERSON", ((0, 3), (8, 11)))
    assert rows_of(names_of([span]))[1].words == "Ann … Bob"


@pytest.mark.parametrize(
    ("position", "expected"),
    [
        (0, ("PERSON", "Ann")),
        (2, ("PERSON", "Ann")),
        (3, None),
        (16, ("GPE", "Rome")),
        (45, ("GPE", "New York")),
        (64, None),
    ],
)
def test_the_name_at_a_character(position: int, expected: tuple[str, str] | None) -> None:
    assert names_of(FACTS, SUGGESTED).at(position) == expected


def test_the_innermost_of_nested_names_is_the_one_here() -> None:
    names = names_of([Span(0, 19, "GPE"), Span(8, 11, "PERSON")])
    assert names.at(9) == ("PERSON", "Bob")
    assert names.at(12) == ("GPE", "Ann met Bob in Rome")


@pytest.mark.parametrize(("position", "expected"), [(0, 29), (29, 34), (34, 0), (40, 0)])
def test_mentions_go_all_round_facts_and_suggestions(position: int, expected: int) -> None:
    assert names_of(FACTS, SUGGESTED).next_mention(Name("PERSON", "Ann"), position) == expected


def test_a_name_that_is_gone_has_no_mention_and_no_row() -> None:
    names = names_of(FACTS)
    assert names.next_mention(Name("PERSON", "Eve"), 0) is None
    assert names.index(Name("PERSON", "Eve")) is None
    assert names.index(None) is None


some_spans = st.lists(
    st.builds(
        lambda start, size, label: Span(start, start + size, label),
        st.integers(0, 50),
        st.integers(1, 9),
        st.sampled_from("AB"),
    ),
    max_size=8,
    unique=True,
).map(sorted)


@given(st.lists(st.tuples(some_spans, some_spans), min_size=1, max_size=5))
def test_counting_edit_by_edit_is_counting_anew(states: list[tuple[list[Span], list[Span]]]) -> None:
    names = Names()
    for facts, suggested in states:
        names.show(TEXT, Spans(facts), Spans(suggested), SCHEMA)
        assert rows_of(names) == rows_of(names_of(facts, suggested))
        assert all(names.index(Name(row.label, row.words)) == at for at, row in enumerate(rows_of(names)) if row.words)


def test_a_hundred_thousand_entities_are_grouped() -> None:
    text = "Ann met Bob. " * 50_000
    facts = [Span(at, at + 3, "PERSON") for start in range(0, len(text), 13) for at in (start, start + 8)]
    names = names_of(facts, text=text)
    assert rows_of(names) == [("PERSON", None, 100_000, 0), ("PERSON", "Ann", 50_000, 0), ("PERSON", "Bob", 50_000, 0)]
    names.show(text, Spans(facts[:70_000] + facts[70_001:]), Spans(), SCHEMA)
    assert names.row(2) == ("PERSON", "Ann", 49_999, 0)


class Around(App[None]):
    """The panel alone; it keeps what the panel says."""

    def __init__(self) -> None:
        super().__init__()
        self.panel = EntityPanel()
        self.heard: list[int | str] = []

    def compose(self) -> ComposeResult:
        yield self.panel

    def on_entity_panel_jump(self, message: EntityPanel.Jump) -> None:
        self.heard.append(message.position)
        self.panel.follow(message.position)

    def on_entity_panel_leave(self) -> None:
        self.heard.append("leave")

    def show(self, facts: Sequence[Span] = FACTS, suggested: Sequence[Span] = SUGGESTED) -> None:
        self.panel.show(TEXT, Spans(facts), Spans(suggested), SCHEMA, styles_for(SCHEMA, self.current_theme))


async def test_the_panel_shows_counts_and_marks_suggestions() -> None:
    app = Around()
    async with app.run_test(size=(25, 9)) as pilot:
        app.show()
        await pilot.pause()
        assert lines_of(app.panel) == [
            " 5 entities, 3 suggested",
            " PERSON           4 +1?",
            " › Ann            2 +1?",
            "   Bob                2",
            " GPE              1 +2?",
            "   New York          2?",
            "   Rome               1",
            "",
            "",
        ]


async def test_the_name_under_the_cursor_is_marked() -> None:
    app = Around()
    async with app.run_test(size=(25, 9)):
        app.show()
        app.panel.follow(9)
        assert [row for row in lines_of(app.panel) if "›" in row] == [" › Bob                2"]
        app.panel.follow(12)
        assert not [row for row in lines_of(app.panel) if "›" in row]


async def test_without_entities_the_panel_says_so() -> None:
    app = Around()
    async with app.run_test(size=(25, 9)) as pilot:
        app.panel.focus()
        app.show([], [])
        await pilot.press("j", "enter", "k", "G")
        assert lines_of(app.panel)[0] == " No entities yet"
        assert app.heard == []


@pytest.mark.parametrize(
    ("keys", "heard"),
    [
        ("enter", [29]),
        ("enter enter enter", [29, 34, 0]),
        ("j enter", [8]),
        ("j l l l", [8, 21, 8]),
        ("j j enter", [43]),
        ("G enter", [15]),
        ("G j j enter", [15]),
        ("j k k enter", [29]),
        ("escape", ["leave"]),
        ("left", ["leave"]),
    ],
)
async def test_walking_the_names(keys: str, heard: list[int | str]) -> None:
    app = Around()
    async with app.run_test(size=(25, 9)) as pilot:
        app.show()
        app.panel.focus()
        await pilot.pause()
        await pilot.press(*keys.split())
        assert app.heard == heard


async def test_a_click_on_a_name_jumps_and_leaves_the_keys_where_they_are() -> None:
    app = Around()
    async with app.run_test(size=(25, 9)) as pilot:
        app.show()
        app.set_focus(None)
        await pilot.click(EntityPanel, offset=(5, 3))
        assert app.heard == [8]
        await pilot.click(EntityPanel, offset=(5, 1))
        assert app.heard == [8]
        assert app.focused is None


async def test_a_hidden_panel_is_right_when_it_is_shown_again() -> None:
    app = Around()
    async with app.run_test(size=(25, 9)) as pilot:
        app.panel.display = False
        await pilot.pause()
        app.show()
        app.panel.follow(9)
        app.panel.display = True
        await pilot.pause()
        assert " › Bob                2" in lines_of(app.panel)


async def test_the_cursor_stays_on_its_name_when_an_edit_moves_the_rows() -> None:
    app = Around()
    async with app.run_test(size=(25, 9)) as pilot:
        app.show()
        app.panel.focus()
        await pilot.pause()
        await pilot.press("G")
        app.show(spans((15, 19, "GPE")), [])
        await pilot.press("enter")
        assert app.heard == [15]


async def test_beside_the_article_the_panel_follows_it(tmp_path: Path) -> None:
    document = Document(TEXT, "A", marks=frozenset(FACTS))
    async with shown(project_of(tmp_path, [document])) as pilot:
        panel = pilot.app.screen.query_one(EntityPanel)
        assert next(row for row in lines_of(panel) if "›" in row).split()[1] == "Ann"
        await pilot.press("p", "j", "enter")
        assert next(row for row in lines_of(panel) if "›" in row).split()[1] == "Bob"
        assert panel.has_focus
        await pilot.press("escape")
        assert not panel.has_focus
