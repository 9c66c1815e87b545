"""Where the cursor goes, as rows of (text, motion, from, to)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader import words
from reader.model import Span
from reader.motions import MOTIONS
from reader.spans import Spans

TEXT = "Vladimir Saldo's U.S. visit. He left!\n\nNext day: nothing.\n"
#       0         1         2         3          4         5
#       0123456789012345678901234567890123456 7 8901234567890123456 7
MARKS = Spans([Span(0, 14, "PERSON"), Span(9, 14, "PERSON"), Span(17, 21, "GPE"), Span(39, 47, "DATE")])


@pytest.mark.parametrize(
    ("motion", "position", "expected"),
    [
        ("word_next", 0, 9),
        ("word_next", 9, 14),
        ("word_next", 14, 17),
        ("word_next", 17, 22),
        ("word_next", 32, 39),
        ("word_next", 49, 49),
        ("word_previous", 39, 32),
        ("word_previous", 12, 9),
        ("word_previous", 0, 0),
        ("character_next", 0, 1),
        ("character_next", 36, 39),
        ("character_next", 56, 56),
        ("character_previous", 39, 36),
        ("character_previous", 1, 0),
        ("character_previous", 0, 0),
        ("sentence_next", 0, 29),
        ("sentence_next", 29, 39),
        ("sentence_next", 39, 49),
        ("sentence_previous", 33, 29),
        ("sentence_previous", 29, 0),
        ("sentence_previous", 0, 0),
        ("paragraph_next", 0, 39),
        ("paragraph_next", 39, 49),
        ("paragraph_next", 49, 49),
        ("paragraph_previous", 45, 39),
        ("paragraph_previous", 39, 0),
        ("paragraph_previous", 0, 0),
        ("top", 45, 0),
        ("end", 0, 49),
        ("mark_next", 0, 9),
        ("mark_next", 10, 17),
        ("mark_next", 39, 39),
        ("mark_previous", 39, 17),
        ("mark_previous", 10, 9),
        ("mark_previous", 0, 0),
    ],
)
def test_where_the_cursor_goes(motion: str, position: int, expected: int) -> None:
    assert MOTIONS[motion](TEXT, MARKS, position) == expected


@pytest.mark.parametrize("motion", MOTIONS)
@pytest.mark.parametrize("text", ["", " ", "\n\n\n", "...", "日本", "e\u0301", "\u200d", "one"])
def test_a_motion_in_a_text_without_anywhere_to_go_stays_in_it(motion: str, text: str) -> None:
    assert 0 <= MOTIONS[motion](text, Spans(), 0) <= max(0, len(text) - 1)


@given(
    st.text(alphabet="ab .!?\n\r\u0301👩\u200d日", max_size=40), st.integers(0, 40), st.sampled_from(sorted(MOTIONS))
)
def test_motions_keep_their_direction_and_stay_in_the_text(text: str, position: int, motion: str) -> None:
    position = min(position, max(0, len(text) - 1))
    found = MOTIONS[motion](text, Spans(), position)
    assert 0 <= found <= max(0, len(text) - 1)
    if motion.endswith("_next"):
        assert found >= position
    if motion.endswith("_previous"):
        assert found <= position


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ada Lovelace wrote", "Ada Lovelace"),
        ("wrote to", "wrote"),
        ("Bank of the West fell", "Bank of the West"),
        ("Bank of mine", "Bank"),
        ("Charles de Gaulle", "Charles de Gaulle"),
        ("Lt. Gen. J. Early came", "Lt. Gen. J. Early"),
        ("He came. She went", "He"),
        ("In Kyiv. Then", "In Kyiv"),
        ("55th New York Regiment", "55th New York Regiment"),
        ("Johnson & Johnson, Inc", "Johnson & Johnson"),
        ("Jean-Luc O'Neill", "Jean-Luc O'Neill"),
        ("Corp. Early came", "Corp"),
        ("Route'66 road", "Route'66"),
        ("Route\u201966 road", "Route\u201966"),
        ("Acme.Bar shut", "Acme.Bar"),
        ("Kyiv  Then", "Kyiv"),
        ("Bank of the\nWest", "Bank"),
        ("Ada\nLovelace", "Ada"),
        ("Ada, Countess", "Ada"),
        (
            "\u0419\u043e\u0433\u0430\u043d\u043d \u0411\u0430\u0445 \u0431\u0443\u0432",
            "\u0419\u043e\u0433\u0430\u043d\u043d \u0411\u0430\u0445",
        ),
        ("\u5317\u4eac", "\u5317"),
    ],
)
def test_a_name_goes_on_to_its_last_word(text: str, name: str) -> None:
    last = MOTIONS["name_end"](text, Spans(), 0)
    word = words.word_at(text, last)
    assert word is not None
    assert text[: word[1]] == name


def test_the_end_of_a_name_from_the_middle_of_a_line() -> None:
    text = "Yesterday Ada Lovelace\nAda King wrote."
    for position, expected in ((10, 14), (12, 14), (14, 14), (23, 27), (32, 32), (9, 9), (len(text), len(text))):
        assert MOTIONS["name_end"](text, (), position) == expected


@pytest.mark.parametrize(
    ("motion", "position", "expected"),
    [
        ("character_next", 1, 4),
        ("character_next", 4, 4),
        ("character_previous", 4, 1),
        ("character_previous", 1, 1),
        ("end", 0, 4),
        ("word_next", 1, 4),
        ("sentence_next", 5, 5),
        ("paragraph_next", 4, 4),
    ],
)
def test_newlines_at_the_ends_are_no_place_to_stand_on(motion: str, position: int, expected: int) -> None:
    assert MOTIONS[motion]("\na\r\nb\n", [], position) == expected


def test_a_newline_is_passed_over_in_both_directions() -> None:
    assert MOTIONS["character_previous"]("a\nb", [], 2) == 0
    assert MOTIONS["character_next"]("a\nb", [], 0) == 2
