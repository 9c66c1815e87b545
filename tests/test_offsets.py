"""What a format counts, as code points and back; and the words, which decide where a file counts otherwise."""

from __future__ import annotations

import pytest

from reader.formats.offsets import Offsets, Placing, Unit, same_words
from reader.formats.strict import Unfit

TEXT = "a😀é b"
#       code points 0 1 2 3 4 5; UTF-16 0 1 3 4 5 6; bytes 0 1 5 7 8 9
BORDERS = {Unit.CODE_POINTS: [0, 1, 2, 3, 4, 5], Unit.UTF16: [0, 1, 3, 4, 5, 6], Unit.BYTES: [0, 1, 5, 7, 8, 9]}


@pytest.mark.parametrize("unit", Unit)
def test_each_border_has_its_offset_in_each_unit(unit: Unit) -> None:
    offsets = Offsets(TEXT, unit)
    assert [offsets.offset(point) for point in range(6)] == BORDERS[unit]
    assert [offsets.point(offset) for offset in BORDERS[unit]] == list(range(6))
    assert [offsets.cut(offset) for offset in BORDERS[unit]] == list(range(6))


@pytest.mark.parametrize("unit", Unit)
@pytest.mark.parametrize("text", ["", "plain", "na\u00efve \uffff"])
def test_where_all_characters_are_plain_a_unit_may_count_as_another(text: str, unit: Unit) -> None:
    offsets = Offsets(text, unit)
    encoded = {Unit.CODE_POINTS: [1] * len(text), Unit.UTF16: [len(one.encode("utf-16-le")) // 2 for one in text]}
    lengths = encoded.get(unit, [len(one.encode()) for one in text])
    expected = [sum(lengths[:point]) for point in range(len(text) + 1)]
    assert [offsets.offset(point) for point in range(len(text) + 1)] == expected
    assert [offsets.point(offset) for offset in expected] == list(range(len(text) + 1))


@pytest.mark.parametrize(
    ("unit", "offset", "message", "cut"),
    [
        (Unit.CODE_POINTS, -1, "expected an offset within the text, 0 to 5, found -1", 0),
        (Unit.CODE_POINTS, 6, "expected an offset within the text, 0 to 5, found 6", 5),
        (Unit.UTF16, -1, "expected an offset within the text, 0 to 6 UTF-16 units, found -1", 0),
        (Unit.UTF16, 7, "expected an offset within the text, 0 to 6 UTF-16 units, found 7", 5),
        (Unit.UTF16, 2, "expected an offset between two characters, found 2 in UTF-16 units inside one", 1),
        (Unit.BYTES, -9, "expected an offset within the text, 0 to 9 UTF-8 bytes, found -9", 0),
        (Unit.BYTES, 10, "expected an offset within the text, 0 to 9 UTF-8 bytes, found 10", 5),
        (Unit.BYTES, 4, "expected an offset between two characters, found 4 in UTF-8 bytes inside one", 1),
        (Unit.BYTES, 6, "expected an offset between two characters, found 6 in UTF-8 bytes inside one", 2),
    ],
)
def test_an_offset_that_is_no_border_is_refused_or_cut(unit: Unit, offset: int, message: str, cut: int) -> None:
    with pytest.raises(Unfit) as refusal:
        Offsets(TEXT, unit).point(offset)
    assert str(refusal.value) == message
    assert Offsets(TEXT, unit).cut(offset) == cut


@pytest.mark.parametrize(
    ("unit", "inclusive", "offsets", "words", "expected"),
    [
        (Unit.CODE_POINTS, False, (1, 2), "😀", (1, 2, "")),
        (Unit.CODE_POINTS, False, (1, 2), None, (1, 2, "")),
        (Unit.CODE_POINTS, True, (1, 1), "😀", (1, 2, "")),
        (Unit.UTF16, False, (1, 3), "😀", (1, 2, "")),
        (Unit.BYTES, True, (5, 6), "é", (2, 3, "")),
        (Unit.CODE_POINTS, False, (5, 6), "b",
         (4, 5, "5-6 counts UTF-16 units, not code points, as the words 'b' show")),
        (Unit.CODE_POINTS, False, (8, 9), "b",
         (4, 5, "8-9 counts UTF-8 bytes, not code points, as the words 'b' show")),
        (Unit.UTF16, False, (2, 3), "é", (2, 3, "2-3 counts code points, not UTF-16 units, as the words 'é' show")),
        (Unit.BYTES, False, (4, 5), "b", (4, 5, "4-5 counts code points, not UTF-8 bytes, as the words 'b' show")),
        # Where two units would fit, the documented one counts.
        (Unit.UTF16, False, (0, 1), "a", (0, 1, "")),
        (Unit.BYTES, False, (0, 1), "a", (0, 1, "")),
    ],
)  # fmt: skip
def test_the_words_show_what_is_counted(
    unit: Unit, inclusive: bool, offsets: tuple[int, int], words: str | None, expected: tuple[int, int, str]
) -> None:
    assert Placing(TEXT, unit, inclusive=inclusive).place(*offsets, words) == expected


@pytest.mark.parametrize(
    ("unit", "offsets", "words", "message"),
    [
        (Unit.CODE_POINTS, (1, 3), "b", "expected the words 'b' at 1-3, found '😀é'"),
        (Unit.CODE_POINTS, (1, 9), None, "expected an offset within the text, 0 to 5, found 9"),
        (Unit.CODE_POINTS, (1, 99), "b", "expected an offset within the text, 0 to 5, found 99"),
        (Unit.CODE_POINTS, (2, 2), None, "expected a span that is not empty, found 2-2"),
        (Unit.CODE_POINTS, (3, 2), "b", "expected a span that is not empty, found 3-2"),
        (Unit.UTF16, (1, 2), None, "expected an offset between two characters, found 2 in UTF-16 units inside one"),
        (Unit.UTF16, (1, 2), "b", "expected an offset between two characters, found 2 in UTF-16 units inside one"),
        (Unit.BYTES, (7, 9), "é", "expected the words 'é' at 7-9, found ' b'"),
    ],
)
def test_words_that_are_nowhere_are_told_with_what_is_there(
    unit: Unit, offsets: tuple[int, int], words: str | None, message: str
) -> None:
    with pytest.raises(Unfit) as refusal:
        Placing(TEXT, unit).place(*offsets, words)
    assert str(refusal.value) == message


@pytest.mark.parametrize(
    ("found", "words", "same"),
    [
        ("Ada", "Ada", True),
        ("Ada King", "Ada\n King", True),
        ("Ada\u00a0King", "AdaKing", True),
        ("Ada\nKing", "Ada\\nKing", True),
        ("Ada", "ada", False),
        ("Ada", "", False),
        ("\\n", "\\n", True),
    ],
)
def test_white_space_is_equal_to_other_white_space(found: str, words: str, same: bool) -> None:
    assert same_words(found, words) == same
