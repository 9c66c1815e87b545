"""What a key draws at once is what Textual would have drawn later, wherever widgets lie over each other."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.segment import Segment
from screens import project_of, shown
from textual.geometry import Region
from textual.strip import Strip

from reader.model import Document, Span
from reader.tui.article import ArticleScreen
from reader.tui.painting import RowCompositor, RowsUpdate
from reader.tui.rows import Rows

SIZE = (100, 20)
PLACES = st.builds(
    Region, st.integers(0, SIZE[0] - 1), st.integers(0, SIZE[1] - 1), st.integers(1, SIZE[0]), st.integers(1, SIZE[1])
)


def cells_of(strip: Strip) -> list[Segment]:
    """Each character with its style; the texts below are one cell a character."""
    return [Segment(one, segment.style) for segment in strip for one in segment.text]


async def test_pieces_are_what_the_whole_screen_shows_there(tmp_path: Path) -> None:
    text = "Ada Lovelace wrote to Charles Babbage in London. " * 40
    document = Document(text, "Letter", marks=frozenset({Span(0, 12, "PERSON"), Span(41, 47, "GPE")}))
    async with shown(project_of(tmp_path, [document]), size=SIZE) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, ArticleScreen)
        pilot.app.notify("lies over the text and over the panel's edge, in a layer of its own")
        await pilot.pause()
        compositor = screen._compositor
        assert isinstance(compositor, RowCompositor)
        rows = [cells_of(strip) for strip in compositor.render_strips()]

        @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
        @given(st.sets(PLACES, min_size=1, max_size=5))
        def check(places: set[Region]) -> None:
            compositor._dirty_regions.update(places)
            update = compositor.render_partial_update()
            assert isinstance(update, RowsUpdate)
            wanted = {(x, y) for region in places for y in region.line_range for x in range(*region.column_span)} & {
                (x, y) for x in range(SIZE[0]) for y in range(SIZE[1])
            }
            drawn = {}
            for x, y, strip in update.pieces:
                drawn.update({(x + at, y): segment for at, segment in enumerate(cells_of(strip))})
            assert drawn.keys() == wanted
            assert all(rows[y][x] == segment for (x, y), segment in drawn.items())

        check()


async def test_a_key_is_drawn_when_its_action_returns(tmp_path: Path) -> None:
    async with shown(project_of(tmp_path, [Document("Ada wrote.", "Letter")])) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, ArticleScreen)
        screen.action_move("word_next")
        assert screen.view._repaint_required
        screen.paint()
        assert not screen.view._repaint_required
        assert not screen._dirty_widgets
        assert not screen._compositor._dirty_regions


@pytest.mark.parametrize(
    "keys",
    [
        "tab 3 p j j k escape",
        "1 w 2 w 3 u u U p j G escape j j",
        "tab a x p j enter escape v l l escape",
        "f escape s escape slash A d a enter n n escape",
        "q j j k G home slash A d a enter escape",
        "q j enter 1 q k o t j",
        "A escape g escape question_mark escape enter escape",
    ],
)
async def test_a_row_that_is_kept_is_what_it_would_be_drawn_as(keys: str, tmp_path: Path) -> None:
    documents = [
        Document(f"Ada {n} met Bob in London. " * 30, f"Letter {n}", marks=frozenset({Span(0, 3, "PERSON")}))
        for n in range(40)
    ]
    async with shown(project_of(tmp_path, documents), size=SIZE, document=1) as pilot:
        for key in (*keys.split(), "theme"):
            if key == "theme":
                pilot.app.theme = "textual-light"
            else:
                await pilot.press(key)
            await pilot.pause()
            for widget in pilot.app.screen.query(Rows):
                kept, (_, background, filters) = dict(widget._kept), widget._kept_for
                widget._known.clear()
                for y, strip in kept.items():
                    assert cells_of(strip) == cells_of(widget._drawn(y, background, filters)), (key, widget, y)
