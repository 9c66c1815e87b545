"""How a text becomes rows of cells: nothing lost, nothing cut, nothing that acts on a terminal."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from reader import words
from reader.tui.layout import Flow, Row, Window, block_at, cells, display, rows

_ODD = (
    "\u200d\u200c\ufe0f\u0301\u0e33\U0001f1fa\U0001f1e6👩👍\U0001f3fd日本、（한\u1100\u1161☎é —-'’ \t\u00ad\u202e\x1b"
)
ODD_TEXTS = st.one_of(
    st.text(max_size=80),
    st.text(alphabet=_ODD, max_size=80),
    st.text(alphabet="ab c-", max_size=120),
    st.text(alphabet=_ODD + "\n\r\x85\u2028 ", max_size=80),
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text", "plain text"),
        ("a\tb", "a b"),
        ("\x1b]52;c;AAAA\x07", "␛]52;c;AAAA␇"),
        ("\x00\x7f", "␀␡"),
        ("\x9b31m", "\ufffd31m"),
        ("abc\u202edef\u2069", "abc⇄def⇄"),
        ("in\u200bvisible\ufeff", "in¦visible¦"),
        ("soft\u00adhyphen", "soft¬hyphen"),
        ("\u2028\u2029\x85", "␤␤␤"),
        ("\ud800 \ufffe \U0010ffff \ue000", "\ufffd \ufffd \ufffd \ufffd"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क्\u200dष", "क्\u200cष"),
        ("👩\u200d💻", "👩¦💻"),
        ("☎\ufe0f", "☎\ufe0e"),
        ("👍\U0001f3fd", "👍¦"),
        ("[/b] [@click=app.quit]x[/]", "[/b] [@click=app.quit]x[/]"),
    ],
)
def test_what_is_shown(text: str, shown: str) -> None:
    assert display(text) == shown


@given(ODD_TEXTS)
def test_the_display_copy_is_as_long_and_holds_nothing_that_acts(text: str) -> None:
    shown = display(text)
    assert len(shown) == len(text)
    for character in shown:
        assert unicodedata.category(character) not in ("Cc", "Cs", "Co", "Zl", "Zp")
        assert unicodedata.category(character) != "Cf" or character == "\u200c"


@given(ODD_TEXTS)
def test_widths_add_up_and_agree_with_what_the_screen_measures(text: str) -> None:
    shown = display(text)
    assert cells(shown) == cell_len(shown) == sum(cells(character) for character in shown)


@given(ODD_TEXTS, st.integers(1, 30))
def test_rows_lose_nothing_cut_no_grapheme_and_keep_the_width(text: str, width: int) -> None:
    text = "".join(character for character in text if character not in words.NEWLINES)
    broken = rows(text, 0, len(text), width)
    assert "".join(text[start:end] for start, end in broken) == text
    assert [end for _, end in broken[:-1]] == [start for start, _ in broken[1:]]
    borders = {start for start, _ in words.graphemes(text)} | {len(text)}
    assert borders.issuperset(end for _, end in broken)
    for start, end in broken:
        shown = display(text)[start:end]
        hanging = shown.endswith(" ") and len(shown) > 1
        alone = len(list(words.graphemes(text, start, end))) <= 1
        assert cells(shown) - hanging <= width or alone


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("", 10, [""]),
        ("one two three", 80, ["one two three"]),
        ("one two three", 7, ["one two ", "three"]),
        ("one two three", 8, ["one two ", "three"]),
        ("one  two", 3, ["one ", " ", "two"]),
        ("abcdefgh", 3, ["abc", "def", "gh"]),
        ("Russian-installed", 10, ["Russian-", "installed"]),
        ("at -5 degrees", 5, ["at -5 ", "degre", "es"]),
        ("日本語のテキスト", 7, ["日本語", "のテキ", "スト"]),
        ("日本語。テキスト", 6, ["日本", "語。テ", "キスト"]),
        ("see 日本語 now", 8, ["see 日本", "語 now"]),
        ("👩\u200d👩\u200d👧", 3, ["👩\u200d👩\u200d👧"]),
        ("🇺🇦🇺🇦🇺🇦", 4, ["🇺🇦🇺🇦", "🇺🇦"]),
        ("日本", 1, ["日", "本"]),
        ("0 \u200c", 1, ["0", " \u200c"]),
    ],
)
def test_where_rows_break(text: str, width: int, expected: list[str]) -> None:
    assert [text[start:end] for start, end in rows(text, 0, len(text), width)] == expected


@given(ODD_TEXTS, st.integers(1, 30))
def test_walking_the_rows_visits_every_character_once_both_ways(text: str, width: int) -> None:
    flow = Flow(text, width)
    row: Row | None = flow.row_at(0)
    down = []
    while row is not None:
        down.append(row)
        row = flow.after(row)
    assert "".join(text[row.start : row.limit] for row in down) == text
    assert [flow.row_at(position) for position in range(len(text))] == [
        row for row in down for _ in range(row.start, row.limit)
    ]
    row, up = down[-1], []
    while row is not None:
        up.append(row)
        row = flow.before(row)
    assert up[::-1] == down


@given(ODD_TEXTS, st.integers(2, 30))
def test_a_character_is_found_again_at_its_column(text: str, width: int) -> None:
    flow = Flow(text, width)
    for start, end in words.graphemes(text):
        row = flow.row_at(start)
        if start < row.end and cells(display(text[row.start : row.end])[start - row.start : end - row.start]):
            assert flow.position(row, flow.column(row, start)) == start


@pytest.mark.parametrize("filler", ["word ", "x", "日本語", "e\u0301", "👩\u200d👧"])
def test_a_very_long_line_is_laid_out_in_parts(filler: str) -> None:
    text = "first\n" + filler * 20_000 + "\nlast"
    blocks, position = [], 0
    while position < len(text):
        block = block_at(text, position)
        assert block.start == position
        assert block == block_at(text, block.after - 1) == block_at(text, (block.start + block.after) // 2)
        assert block.end - block.start <= 3 * 4096
        blocks.append(block)
        position = block.after
    assert "".join(text[block.start : block.after] for block in blocks) == text
    assert all(words.grapheme_start(text, block.start) == block.start for block in blocks)


def test_lines_of_ordinary_length_are_never_parted() -> None:
    text = "\n".join("word " * 700 for _ in range(20))
    assert all(text[block_at(text, position).end] == "\n" for position in range(0, 60_000, 997))


LINES = "".join(f"{number}\n" for number in range(100, 200))


def seen(window: Window) -> list[int]:
    text = window.flow.text
    return [int(text[row.start : row.end]) for row in window.rows]


@pytest.mark.parametrize(
    ("top", "count", "first", "scrolled"),
    [(0, 3, 103, True), (0, -1, 100, False), (396, -5, 185, True), (200, 999, 190, True), (360, 1, 190, False)],
)
def test_a_window_scrolls_to_the_ends_and_no_further(top: int, count: int, first: int, scrolled: bool) -> None:
    window = Window(Flow(LINES, 10), 10, top)
    assert window.scroll(count) is scrolled
    assert seen(window) == list(range(first, first + 10))


@pytest.mark.parametrize(
    ("line", "margin", "first"),
    [
        (150, 0, 150),
        (157, 2, 150),
        (158, 2, 151),
        (159, 0, 150),
        (151, 2, 149),
        (142, 2, 140),
        (140, 2, 137),
        (120, 2, 117),
    ],
)
def test_a_window_moves_as_little_as_shows_a_row_and_its_margin(line: int, margin: int, first: int) -> None:
    window = Window(Flow(LINES, 10), 10, 200)
    window.reveal((line - 100) * 4, margin)
    assert seen(window)[0] == first


@pytest.mark.parametrize(
    ("line", "first"), [(150, 147), (152, 150), (157, 150), (158, 155), (151, 148), (149, 146), (101, 100), (199, 190)]
)
def test_a_leap_out_of_sight_shows_what_is_behind_the_place(line: int, first: int) -> None:
    window = Window(Flow(LINES, 10), 10, 200)
    assert window.reveal((line - 100) * 4, 2, leap=True) is (first != 150)
    assert seen(window)[0] == first


@pytest.mark.parametrize("text", ["", "\n", "one"])
def test_a_window_on_next_to_nothing(text: str) -> None:
    window = Window(Flow(text, 10), 5)
    assert window.extent == (0, len(text))
    assert not window.scroll(1)
    assert not window.scroll(-1)
    assert not window.reveal(0, 1)
    assert Window(Flow(text, 10), 0).extent == (0, 0)
