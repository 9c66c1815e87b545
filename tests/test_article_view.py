"""The reading surface: what is drawn, where the cursor is, what it costs to move it."""

from __future__ import annotations

import unicodedata
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import ClassVar

import pytest
from rich.style import Style
from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.pilot import Pilot

from reader import words
from reader.model import Span
from reader.spans import Spans
from reader.tui.article_view import ArticleView, LabelStyle
from reader.tui.finding import Matches

NASTY = sorted((Path(__file__).parent / "data" / "nasty_text").iterdir())
STYLES = {"PERSON": LabelStyle("#ffb3b3", "#5a2626"), "GPE": LabelStyle("#a9d4ff", "#1f3f63")}
TEXT = "Vladimir Saldo met Kirill Stremousov in Kherson.\n\n" + "".join(
    f"Paragraph {number} speaks of nothing at all, at some length, so that it takes more than one row.\n"
    for number in range(40)
)


class Surface(App[None]):
    """An article view with the keys a screen would bind, and a list of what it said."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "rows(1)"),
        Binding("k", "rows(-1)"),
        Binding("space", "page(1)"),
        Binding("b", "page(-1)"),
        Binding("d", "page(0.5)"),
        Binding("w", "word(1)"),
    ]

    def __init__(self, text: str = TEXT, spans: tuple[Span, ...] = (), suggestions: tuple[Span, ...] = ()) -> None:
        super().__init__()
        self.text, self.spans = text, spans
        self.suggested = Spans(suggestions)
        self.said: list[Message] = []
        self.drawn: list[Region] = []

    def compose(self) -> ComposeResult:
        yield ArticleView()

    def on_mount(self) -> None:
        self.view.show(self.text, Spans(self.spans), self.suggested, STYLES)
        self.view.focus()

    @property
    def view(self) -> ArticleView:
        return self.query_one(ArticleView)

    def action_rows(self, count: int) -> None:
        self.view.rows(count)

    def action_page(self, pages: float) -> None:
        self.view.page(pages)

    def action_word(self, step: int) -> None:
        self.view.move_to(words.next_word(self.text, self.view.cursor) or 0)

    def on_article_view_clicked(self, message: ArticleView.Clicked) -> None:
        self.said.append(message)

    def on_article_view_dragged(self, message: ArticleView.Dragged) -> None:
        self.said.append(message)

    def on_article_view_double_clicked(self, message: ArticleView.DoubleClicked) -> None:
        self.said.append(message)

    def on_article_view_cursor_moved(self, message: ArticleView.CursorMoved) -> None:
        self.said.append(message)


@asynccontextmanager
async def surface(
    text: str = TEXT,
    *,
    spans: tuple[Span, ...] = (),
    suggestions: tuple[Span, ...] = (),
    size: tuple[int, int] = (60, 12),
) -> AsyncIterator[tuple[ArticleView, Pilot[None]]]:
    app = Surface(text, spans, suggestions)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield app.view, pilot


def surface_of(pilot: Pilot[None]) -> Surface:
    assert isinstance(pilot.app, Surface)
    return pilot.app


def rows_of(view: ArticleView) -> list[str]:
    return [view.render_line(y).text for y in range(view.size.height)]


def styles_of(view: ArticleView) -> dict[str, Style]:
    """The style of each word on the screen; of equal words the first."""
    found: dict[str, Style] = {}
    for y in range(view.size.height):
        for segment in view.render_line(y):
            assert segment.style is not None
            for word in segment.text.split():
                found.setdefault(word, segment.style)
    return found


def word_under(view: ArticleView, text: str) -> str:
    word = words.word_at(text, view.cursor)
    return text[slice(*word)] if word else ""


async def test_the_text_stands_in_the_middle_at_most_a_measure_wide() -> None:
    async with surface("word " * 100, size=(120, 10)) as (view, _):
        first = rows_of(view)[0]
        assert len(first) == 120
        assert len(first.strip(" ┃")) <= 80
        assert abs((len(first) - len(first.lstrip())) - 20) <= 1
        view.measure = 40
        assert len(rows_of(view)[0].strip(" ┃")) <= 40


async def test_every_row_is_as_wide_as_the_widget_and_every_segment_has_a_style() -> None:
    async with surface("日本語 text\twith e\u0301 \x1b and 👩\u200d👧 things\n" * 20, size=(20, 5)) as (view, _):
        for y in range(5):
            strip = view.render_line(y)
            assert strip.cell_length == 20 == sum(segment.cell_length for segment in strip)
            assert all(segment.style is not None for segment in strip)


async def test_marks_differ_from_each_other_and_from_the_text_without_colour() -> None:
    text = "plain fact nested inside guess end"
    spans = (Span(6, 10, "PERSON"), Span(11, 24, "PERSON"), Span(18, 24, "GPE"))
    async with surface(text, spans=spans, suggestions=(Span(25, 30, "GPE"),)) as (view, _):
        view.move_to(31)
        looks = {
            word: (bool(style.bold), bool(style.italic), bool(style.underline))
            for word, style in styles_of(view).items()
        }
        assert looks["plain"] == (False, False, False)
        assert looks["fact"] == looks["nested"] == (True, False, False)
        assert looks["inside"] == (True, False, True)
        assert looks["guess"] == (False, True, True)
        colored = styles_of(view)
        assert colored["fact"].bgcolor == colored["nested"].bgcolor != colored["plain"].bgcolor
        assert colored["inside"].bgcolor not in (colored["fact"].bgcolor, colored["plain"].bgcolor)
        assert colored["guess"].bgcolor == colored["plain"].bgcolor
        assert colored["guess"].color != colored["plain"].color


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light", "ansi-dark", "ansi-light"])
async def test_without_colours_everything_still_shows(theme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    text = "plain fact guess selected found cursor end"
    async with surface(text, spans=(Span(6, 10, "PERSON"),), suggestions=(Span(11, 16, "GPE"),)) as (view, pilot):
        pilot.app.theme = theme
        view.selection, view.matches = (17, 25), Matches([(26, 31)])
        view.move_to(32)
        await pilot.pause()
        looks = {
            word: (bool(style.bold), bool(style.italic), bool(style.underline), bool(style.reverse))
            for word, style in styles_of(view).items()
        }
        assert len({looks[word] for word in ("plain", "fact", "guess", "selected", "found", "cursor")}) == 6
        assert looks["plain"] == looks["end"] == (False, False, False, False)


async def test_the_mark_under_the_cursor_stands_out_and_keeps_its_colour() -> None:
    text = "Vladimir Saldo spoke and Kirill Stremousov spoke"
    spans = (Span(0, 14, "PERSON"), Span(25, 42, "PERSON"))
    async with surface(text, spans=spans) as (view, _):
        assert styles_of(view)["Saldo"].underline
        assert not styles_of(view)["Stremousov"].underline
        cursor = styles_of(view)["Vladimir"]
        assert cursor.bgcolor is not None
        assert cursor.bgcolor.name == STYLES["PERSON"].foreground


async def test_a_discontinuous_span_lies_on_its_fragments_only() -> None:
    text = "end left and right atrium"
    span = Span(4, 25, "GPE", fragments=((4, 8), (19, 25)))
    async with surface(text, spans=(span,)) as (view, _):
        styles = styles_of(view)
        assert styles["left"].bold
        assert styles["atrium"].bold
        assert not styles["and"].bold
        view.move_to(4)
        assert styles_of(view)["atrium"].underline


async def test_hints_are_drawn_over_the_words_and_move_nothing() -> None:
    async with surface("one two 東京 x, y") as (view, _):
        before = rows_of(view)[0]
        view.hints = {0: "a", 4: "sd", 8: "f", 9: "g", 11: "jk"}
        assert rows_of(view)[0].strip() == "ane sdo f g  jk y"
        view.hints = None
        assert rows_of(view)[0] == before


@pytest.mark.parametrize(
    ("keys", "word"),
    [
        ("", "Vladimir"),
        ("w", "Saldo"),
        ("w w j", ""),
        ("w w j j", "speaks"),
        ("w w j j k k", "met"),
        ("w w j j j j", "speaks"),
        ("k", "Vladimir"),
        ("j j j", "that"),
        ("space b", "Vladimir"),
        ("b", "Vladimir"),
    ],
)
async def test_rows_and_pages_keep_the_column(keys: str, word: str) -> None:
    async with surface() as (view, pilot):
        await pilot.press(*keys.split())
        assert word_under(view, TEXT) == word


async def test_paging_reaches_the_end_and_the_start_and_never_loses_the_cursor() -> None:
    async with surface() as (view, pilot):
        seen = []
        for _ in range(30):
            await pilot.press("space")
            low, high = view.visible_range()
            assert low <= view.cursor < high
            seen.append(high)
        assert seen == sorted(seen)
        assert seen[-1] == len(TEXT)
        assert view.percent == 100
        assert word_under(view, TEXT) in ("takes", "row", "one", "more", "Paragraph", "that", "it", "so")
        for _ in range(30):
            view.page(-1)
        assert view.top == 0
        assert view.cursor == 0


async def test_moving_far_away_shows_the_place_and_near_scrolls_a_little() -> None:
    async with surface() as (view, _):
        far = TEXT.index("Paragraph 30")
        view.move_to(far)
        low, high = view.visible_range()
        assert low < far < high
        row_at_end = TEXT.rindex("Paragraph", low, high)
        view.move_to(row_at_end)
        assert low < view.visible_range()[0] < high


async def test_a_place_is_remembered_and_restored() -> None:
    async with surface() as (view, _):
        view.move_to(TEXT.index("Paragraph 20"))
        view.rows(2)
        cursor, top, screen = view.cursor, view.top, rows_of(view)
        view.show(TEXT, Spans(), Spans(), STYLES)
        assert view.cursor == 0
        view.restore(cursor, top)
        assert (view.cursor, view.top, rows_of(view)) == (cursor, top, screen)


@pytest.mark.parametrize("size", [(20, 5), (200, 60), (1, 1), (3, 2), (80, 1)])
async def test_resizing_keeps_the_cursor_in_view(size: tuple[int, int]) -> None:
    async with surface() as (view, pilot):
        position = TEXT.index("Paragraph 25")
        view.move_to(position)
        await pilot.resize_terminal(*size)
        await pilot.pause()
        low, high = view.visible_range()
        assert low <= position < high
        assert view.cursor == position
        await pilot.press("j", "k", "space", "b")
        rows_of(view)


async def test_moving_the_cursor_draws_only_the_rows_it_touches(monkeypatch: pytest.MonkeyPatch) -> None:
    async with surface(spans=(Span(0, 14, "PERSON"),)) as (view, pilot):
        drawn: list[Region] = []
        whole = view.refresh

        def refresh(
            *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
        ) -> ArticleView:
            assert not layout
            drawn.extend(regions or [view.region])
            return whole(*regions, repaint=repaint, layout=layout, recompose=recompose)

        monkeypatch.setattr(view, "refresh", refresh)
        await pilot.press("w")
        assert {region.y for region in drawn} == {0}
        drawn.clear()
        await pilot.press("j")
        assert {(region.y, region.height) for region in drawn} == {(0, 1), (1, 1)}
        drawn.clear()
        await pilot.pause()
        assert not drawn
        view.refresh_marks(Spans([Span(0, 14, "PERSON")]), Spans())
        assert not drawn
        view.refresh_marks(Spans([Span(0, 14, "GPE")]), Spans())
        assert {region.y for region in drawn} == {0}


async def test_the_mouse_points_at_words_and_drags_over_stretches() -> None:
    async with surface() as (view, pilot):
        view.measure = 0
        left = len(rows_of(view)[0]) - len(rows_of(view)[0].lstrip())
        said = surface_of(pilot).said
        said.clear()
        await pilot.click(ArticleView, offset=(left + 9, 0))
        assert said == [ArticleView.Clicked(9)]
        said.clear()
        await pilot.mouse_down(ArticleView, offset=(left, 0))
        await pilot.hover(ArticleView, offset=(left + 13, 0))
        await pilot.mouse_up(ArticleView, offset=(left + 13, 0))
        assert ArticleView.Dragged(0, 14) in said
        said.clear()
        await pilot.double_click(ArticleView, offset=(left + 20, 0))
        assert ArticleView.DoubleClicked(20) in said


async def test_the_wheel_scrolls_and_the_cursor_stays_in_view() -> None:
    async with surface() as (view, pilot):
        top = view.top
        view.post_message(events.MouseScrollDown(view, 5, 5, 0, 1, 0, False, False, False))
        await pilot.pause()
        assert view.top > top
        low, high = view.visible_range()
        assert low <= view.cursor < high
        assert any(isinstance(message, ArticleView.CursorMoved) for message in surface_of(pilot).said)


@pytest.mark.parametrize("size", [(80, 24), (20, 5)])
@pytest.mark.parametrize("path", NASTY, ids=lambda path: path.stem)
async def test_hostile_text_reaches_the_screen_only_as_signs(path: Path, size: tuple[int, int]) -> None:
    text = path.read_bytes().decode().removeprefix("\ufeff")
    name = text.find("Name")
    spans = (Span(name, name + 4, "PERSON"),) if name >= 0 else ()
    async with surface(text, spans=spans, size=size) as (view, pilot):
        for key in ("j", "w", "space", "j", "b", "k", "d"):
            for y in range(size[1]):
                strip = view.render_line(y)
                assert strip.cell_length == size[0]
                for character in strip.text:
                    assert unicodedata.category(character) not in ("Cc", "Cs", "Co", "Zl", "Zp")
                    assert unicodedata.category(character) != "Cf" or character == "\u200c"
            await pilot.press(key)
        view.move_to(len(text))
        assert view.percent == 100
        if name >= 0:
            view.move_to(name)
            drawn = "".join(
                segment.text
                for y in range(size[1])
                for segment in view.render_line(y)
                if segment.style and segment.style.bold
            )
            assert drawn == "Name"


@pytest.mark.parametrize("filler", ["a", "word ", "日本語", "\n"])
async def test_a_very_long_text_opens_and_is_walked(filler: str) -> None:
    text = filler * (1_000_000 // len(filler))
    async with surface(text, size=(80, 24)) as (view, pilot):
        view.move_to(len(text) // 2)
        await pilot.press("j", "space", "b", "k")
        low, high = view.visible_range()
        assert low <= view.cursor < high
        view.move_to(len(text) - 1)
        assert view.percent == 100


async def test_marks_are_found_among_very_many() -> None:
    text = "ab " * 200_000
    spans = (Span(0, len(text), "GPE"), *(Span(start, start + 2, "PERSON") for start in range(0, len(text), 3)))
    async with surface(text, spans=spans) as (view, _):
        view.move_to(300_000)
        low, high = view.visible_range()
        assert low <= 300_000 < high
        styles = {segment.style for segment in view.render_line(0) if segment.text == "ab"}
        assert {style.bold for style in styles if style} == {True}


async def test_other_colours_are_taken_over_without_moving_anything() -> None:
    async with surface("one Saldo two", spans=(Span(4, 9, "PERSON"),)) as (view, _):
        view.move_to(10)
        view.refresh_marks(Spans([Span(4, 9, "PERSON")]), Spans(), {"PERSON": LabelStyle("#000000", "#ffffff")})
        style = styles_of(view)["Saldo"]
        assert style.bgcolor is not None
        assert style.bgcolor.name == "#ffffff"
        assert view.cursor == 10


async def test_a_cursor_moved_by_character_shows_within_its_word() -> None:
    async with surface("one Saldo two") as (view, _):
        view.by_character = True
        view.move_to(6)
        shown = {segment.text: segment.style for segment in view.render_line(0)}
        assert {"Sa", "l", "do"} <= set(shown)
        assert shown["l"] != shown["Sa"] == shown["do"]


async def test_a_selection_over_a_line_end_shows_one_cell_there() -> None:
    async with surface("one\ntwo\n") as (view, _):
        view.move_to(4)
        before = rows_of(view)
        view.selection = (0, 5)
        reversed_cells = [
            "".join(segment.text for segment in view.render_line(y) if segment.style and segment.style.reverse)
            for y in range(2)
        ]
        assert reversed_cells[0] == "one "
        assert rows_of(view) == before
        view.selection = None
        assert view.selection is None


async def test_marks_change_where_nothing_fits() -> None:
    async with surface(spans=(Span(0, 14, "PERSON"),), size=(1, 4)) as (view, pilot):
        rows_of(view)
        view.refresh_marks(Spans([Span(0, 14, "GPE")]), Spans())
        await pilot.resize_terminal(60, 10)
        await pilot.pause()
        rows_of(view)
