"""The side panel: which names it lists, how it follows the text, and where it sends one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.message import Message

from reader.model import Label, Schema, Span, Suggestion
from reader.tui import app
from reader.tui.colors import styles_for
from reader.tui.entity_panel import EntityPanel
from reader.tui.names import Name, Names

TEXT = "Ada met Bob in Paris. Ada\nLovelace left Paris [b]. Ada came to Bob in Kyiv."
SCHEMA = Schema((Label("GPE", color="green"), Label("PERSON", color="red")))


def places(words: str, label: str) -> list[Span]:
    """Every mention of some words, labelled."""
    found, start = [], TEXT.find(words)
    while start >= 0:
        found.append(Span(start, start + len(words), label))
        start = TEXT.find(words, start + 1)
    return found


FACTS = sorted([*places("Paris", "GPE"), *places("Ada", "PERSON"), *places("Ada\nLovelace", "PERSON")])
GUESSES = [*places("Bob", "PERSON"), *places("Kyiv", "GPE"), *places("[b]", "ODD")]


class Beside(App[None]):
    """A panel and nothing else; what it says is kept."""

    CSS_PATH = Path(app.__file__).with_name("reader.tcss")

    def __init__(self, facts: Sequence[Span] = FACTS, guesses: Sequence[Span] = GUESSES) -> None:
        super().__init__()
        self.marks = facts, [Suggestion(span, "test-1") for span in sorted(guesses)]
        self.said: list[Message] = []

    def compose(self) -> ComposeResult:
        yield EntityPanel()

    @property
    def panel(self) -> EntityPanel:
        return self.query_one(EntityPanel)

    def show(self) -> None:
        self.panel.show(TEXT, *self.marks, SCHEMA, styles_for(SCHEMA, self.current_theme))

    def on_entity_panel_jump(self, message: EntityPanel.Jump) -> None:
        self.said.append(message)
        self.panel.follow(message.position)

    def on_entity_panel_leave(self, message: EntityPanel.Leave) -> None:
        self.said.append(message)

    @property
    def jumps(self) -> list[int]:
        return [message.position for message in self.said if isinstance(message, EntityPanel.Jump)]

    @property
    def rows(self) -> list[str]:
        """The rows that are not empty, with one space where there are several."""
        lines = [self.panel.render_line(y).text for y in range(self.panel.size.height)]
        return [" ".join(line.split()) for line in lines if line.strip()]


async def test_names_stand_under_their_labels_with_counts() -> None:
    beside = Beside()
    async with beside.run_test() as pilot:
        beside.show()
        beside.panel.follow(5)
        await pilot.pause()
        assert beside.rows == [
            "6 entities, 4 suggested",
            "GPE 2 +1?",
            "Paris 2",
            "Kyiv 1?",
            "PERSON 4 +2?",
            "Ada 3",
            "Bob 2?",
            "Ada Lovelace 1",
            "ODD 1?",
            "[b] 1?",
        ]


async def test_a_text_without_names_says_so() -> None:
    beside = Beside((), ())
    async with beside.run_test():
        beside.show()
        assert beside.rows == ["No entities yet"]
        beside.panel.focus()


async def test_the_name_under_the_cursor_is_shown() -> None:
    beside = Beside()
    async with beside.run_test() as pilot:
        beside.show()
        for words in ("Ada", "Bob", "Kyiv", "[b]"):
            beside.panel.follow(TEXT.index(words))
            await pilot.pause()
            assert [row for row in beside.rows if row.startswith("›")] == [
                row for row in beside.rows if row.startswith(f"› {words}")
            ]
            assert any(row.startswith("›") for row in beside.rows)
        beside.panel.follow(TEXT.index("met"))
        assert not any(row.startswith("›") for row in beside.rows)


async def test_enter_goes_from_mention_to_mention_all_round() -> None:
    beside = Beside()
    async with beside.run_test() as pilot:
        beside.show()
        beside.panel.focus()
        beside.panel.follow(0)
        await pilot.press("home", "enter", "right", "enter")
    paris = [span.start for span in places("Paris", "GPE")]
    assert beside.jumps == [paris[0], paris[1], paris[0]]


async def test_walking_skips_headings_and_esc_leaves() -> None:
    beside = Beside()
    async with beside.run_test() as pilot:
        beside.show()
        beside.panel.focus()
        await pilot.press("home", "j", "down", "enter", "k", "k", "enter", "G", "enter", "left", "escape")
        ends = [type(message) for message in beside.said[-2:]]
    assert beside.jumps == [TEXT.index("Ada", 1), TEXT.index("Paris", 30), TEXT.index("[b]")]
    assert ends == [EntityPanel.Leave, EntityPanel.Leave]


async def test_a_click_goes_to_the_mention_and_leaves_the_keys_to_the_text() -> None:
    beside = Beside()
    async with beside.run_test() as pilot:
        beside.show()
        beside.screen.set_focus(None)
        await pilot.click(EntityPanel, offset=(6, 3))
        assert beside.jumps == [TEXT.index("Kyiv")]
        assert not beside.panel.has_focus


async def test_a_hidden_panel_is_right_when_it_is_shown_again() -> None:
    beside = Beside()
    async with beside.run_test() as pilot:
        beside.panel.add_class("hidden")
        await pilot.pause()
        beside.show()
        beside.panel.follow(TEXT.index("Bob"))
        beside.panel.remove_class("hidden")
        await pilot.pause()
        assert "› Bob 2?" in beside.rows


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 12), st.sampled_from(["GPE", "PERSON", "X"])), max_size=12)
)
def test_counting_edit_by_edit_is_counting_at_once(drawn: list[tuple[int, int, str]]) -> None:
    spans = sorted({Span(start, start + length, label) for start, length, label in drawn})
    kept, whole = Names(), Names()
    for count in (len(spans) // 2, len(spans), len(spans) // 3):
        kept.show(TEXT, spans[:count], spans[count:], SCHEMA)
    whole.show(TEXT, spans[: len(spans) // 3], spans[len(spans) // 3 :], SCHEMA)
    assert [kept.row(index) for index in range(kept.count)] == [whole.row(index) for index in range(whole.count)]
    for index in range(kept.count):
        row = kept.row(index)
        assert row.words is None or kept.index(Name(row.label, row.words)) == index
