"""What a grapheme, a word, a sentence and a paragraph are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader import words

ODD_TEXTS = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="ab'’.,1 -sS\n\r", max_size=60),
    st.text(alphabet="日本がกำ한ᄀ\u1161e\u0301🇺🇦👩\u200d👧\U0001f3fd\u200c. a", max_size=40),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n\t", []),
        ("... -- !", []),
        ("The U.S. said", ["The", "U.S.", "said"]),
        ("U.S.A. and U.S", ["U.S.A.", "and", "U.S"]),
        ("U.S.'s", ["U.S.", "'s"]),
        ("e.g. this", ["e.g.", "this"]),
        ("George W. Bush", ["George", "W", "Bush"]),
        ("Kherson's", ["Kherson", "'s"]),
        ("UKRAINE’S", ["UKRAINE", "’S"]),
        ("residents' homes", ["residents", "homes"]),
        ("'so' he said", ["so", "he", "said"]),
        ("don't O'Brien they’re", ["don't", "O'Brien", "they’re"]),
        ("1,000.5 km", ["1,000.5", "km"]),
        ("10:30, 2022.", ["10:30", "2022"]),
        ("30%", ["30", "%"]),
        ("$5.2bn", ["$", "5.2bn"]),
        ("€1 + 1 = 2", ["€", "1", "+", "1", "=", "2"]),
        ("Russian-installed", ["Russian", "installed"]),
        ("war — peace–time", ["war", "peace", "time"]),
        ("example.com ends.Next", ["example.com", "ends", "Next"]),
        ("IBM.com met.IBM", ["IBM.com", "met", "IBM"]),
        ("AT&T, Q&A, salt & pepper", ["AT&T", "Q&A", "salt", "pepper"]),
        ("snake_case 3rd B-52", ["snake_case", "3rd", "B", "52"]),
        ("caf\u00e9 cafe\u0301", ["caf\u00e9", "cafe\u0301"]),
        ("Путин Ελλάδα", ["Путин", "Ελλάδα"]),
        ("東京タワー", list("東京タワー")),
        ("2022年", ["2022", "年"]),
        ("한국어 단어", ["한국어", "단어"]),
        ("ที่นี่", ["ที่", "นี่"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("می\u200cخواهم", ["می\u200cخواهم"]),
        ('צה"ל', ['צה"ל']),
        ("go 👩\u200d👩\u200d👧👍\U0001f3fd!", ["go", "👩\u200d👩\u200d👧", "👍\U0001f3fd"]),
        ("🇺🇦🇵🇱", ["🇺🇦", "🇵🇱"]),
        ("🎙️ Voice", ["🎙️", "Voice"]),
        ("1\ufe0f\u20e3 2", ["1\ufe0f\u20e3", "2"]),
        ("zero\u200bwidth", ["zero", "width"]),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in words.words(text)] == expected


@given(ODD_TEXTS)
def test_every_way_of_asking_finds_the_same_words(text: str) -> None:
    every = list(words.words(text))
    assert every == sorted(every)
    assert all(text[start:end].strip() for start, end in every)
    for position in range(len(text) + 1):
        covering = [word for word in every if word[0] <= position < word[1]]
        assert words.word_at(text, position) == (covering[0] if covering else None)
        assert words.next_word(text, position) == next((start for start, _ in every if start > position), None)
        assert words.previous_word(text, position) == next(
            (start for start, _ in reversed(every) if start < position), None
        )
        assert list(words.words(text, position)) == [word for word in every if word[0] >= position]
        assert list(words.words(text, 0, position)) == [word for word in every if word[1] <= position]


@given(ODD_TEXTS)
def test_words_are_never_borders_within_a_grapheme(text: str) -> None:
    starts = {start for start, _ in words.graphemes(text)} | {len(text)}
    assert starts.issuperset(start for start, _ in words.words(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("abc", ["a", "b", "c"]),
        ("e\u0301a", ["e\u0301", "a"]),
        ("a\r\nb", ["a", "\r\n", "b"]),
        ("\n\u0301", ["\n", "\u0301"]),
        ("\x85\u0301\u2028\u0301\u2029\u0301", list("\x85\u0301\u2028\u0301\u2029\u0301")),
        ("👩\u200d👧x", ["👩\u200d👧", "x"]),
        ("a👩\u200d👧x", ["a", "👩\u200d👧", "x"]),
        ("👩\u0301\u200d👧", ["👩\u0301\u200d👧"]),
        ("👩a\u200d👧", ["👩", "a\u200d", "👧"]),
        ("a\u200db", ["a\u200d", "b"]),
        ("🇺🇦🇵🇱🇩", ["🇺🇦", "🇵🇱", "🇩"]),
        ("👍\U0001f3fd!", ["👍\U0001f3fd", "!"]),
        ("\u1112\u1161\u11ab\uad6d", ["\u1112\u1161\u11ab", "\uad6d"]),
        ("นี่", ["นี่"]),
        ("1\ufe0f\u20e3", ["1\ufe0f\u20e3"]),
    ],
)
def test_graphemes(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in words.graphemes(text)] == expected


@given(ODD_TEXTS)
def test_graphemes_cover_the_text_and_are_found_from_anywhere_in_them(text: str) -> None:
    every = list(words.graphemes(text))
    assert "".join(text[start:end] for start, end in every) == text
    for start, end in every:
        for position in range(start, end):
            assert words.grapheme_start(text, position) == start
            assert words.next_grapheme(text, position) == end
        assert words.previous_grapheme(text, end) == start


# What stands at the end would go on in what stands at the beginning, if the text were a ring.
@pytest.mark.parametrize("text", ["\u0301a", "\u200da", "\u0301", "👧a\u200d", "🇺a🇦", "\u1161a\u1100"])
def test_a_mark_at_the_very_beginning_is_a_grapheme_of_its_own(text: str) -> None:
    assert words.grapheme_start(text, 0) == 0
    assert words.next_grapheme(text, 0) == words.next_grapheme(text, -1) + 1 == 1
    assert words.previous_grapheme(text, 1) == words.previous_grapheme(text, 0) == 0


def test_a_flood_of_marks_is_cut_into_graphemes_of_bounded_length() -> None:
    text = "a" + "\u0301" * 5000
    assert max(end - start for start, end in words.graphemes(text)) <= 1024


@pytest.mark.parametrize(
    ("text", "wanted", "expected"),
    [
        ("Kherson, Kherson's, Khersonian", "Kherson", [0, 9]),
        ("on don't, on", "on", [0, 10]),
        ("1 1,000 1", "1", [0, 8]),
        ("U.S. U.S.A.", "U.S.", [0]),
        ("U.S.. So", ".", [4]),
        ("Saldo wrote: Vladimir Saldo.", "Saldo", [0, 22]),
        ("New York New York", "New York", [0, 9]),
        ("aa aa aa aa", "aa aa", [0, 6]),
        ("東京都の東京", "東京", [0, 4]),
        ("cafe cafe\u0301", "cafe", [0]),
        ("a.b (c)", "(", [4]),
        ("anything", "", []),
    ],
)
def test_occurrences(text: str, wanted: str, expected: list[int]) -> None:
    assert [start for start, _ in words.occurrences(text, wanted)] == expected


def test_occurrences_heed_case_unless_asked_and_stay_in_their_stretch() -> None:
    text = "Bank bank BANK bank"
    assert list(words.occurrences(text, "bank")) == [(5, 9), (15, 19)]
    assert len(list(words.occurrences(text, "bank", ignore_case=True))) == 4
    assert list(words.occurrences(text, "bank", start=6, end=19)) == [(15, 19)]
    assert list(words.occurrences(text, "bank", end=18)) == [(5, 9)]
    assert list(words.occurrences("STRASSE straße", "straße", ignore_case=True)) == [(8, 14)]


@pytest.mark.parametrize(
    ("text", "start", "end", "expected"),
    [(" a b ", 0, 5, (1, 4)), ("ab", 0, 2, (0, 2)), ("   ", 1, 3, (1, 1)), ("\u00a0x\u3000", 0, 3, (1, 2))],
)
def test_trim(text: str, start: int, end: int, expected: tuple[int, int]) -> None:
    assert words.trim(text, start, end) == expected


SENTENCES = [
    ["He left. ", "She stayed. ", "Why? ", '"Go!" ', "They went."],
    ["Mr. Smith met Dr. No. ", "They talked."],
    ["The U.S. and George W. Bush agreed. ", "Fine."],
    ["It rose to 3.5 per cent... and fell. ", "Then?"],
    ["A title without a stop\n", "The text. ", "More."],
    ["今日は。", "明日は！", "はい"],
    ['"No." ', "(Yes.) ", "Maybe."],
]


@pytest.mark.parametrize("sentences", SENTENCES)
def test_sentences_both_ways(sentences: list[str]) -> None:
    text = "".join(sentences)
    starts = [sum(map(len, sentences[:index])) for index in range(len(sentences))]
    found, position = [0], 0
    while (position := words.next_sentence(text, position)) < len(text):
        found.append(position)
    assert found == starts
    back, position = [], len(text)
    while position > 0:
        position = words.previous_sentence(text, position)
        back.append(position)
    assert back[::-1] == starts


@pytest.mark.parametrize("before", ["", "One. ", "One.\n\n"])
def test_a_sentence_as_long_as_a_page_begins_where_it_begins(before: str) -> None:
    text = before + "Two " * 3000
    assert words.previous_sentence(text, len(text)) == len(before)
    assert words.previous_sentence(text, len(before) + 1) == len(before)
    assert words.previous_sentence(text, len(before)) == 0
    assert words.next_sentence(text, len(before)) == len(text)
    assert words.previous_paragraph(text, len(text)) == (len(before) if "\n" in before else 0)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\u2028", "\u2029", "\x85"])
def test_paragraphs_both_ways(newline: str) -> None:
    text = newline.join(["one", "", "  two two", " ", "three"]) + newline
    starts = [0, text.index("two"), text.index("three")]
    assert [words.next_paragraph(text, start) for start in starts] == [*starts[1:], len(text)]
    assert words.previous_paragraph(text, len(text)) == starts[2]
    assert [words.previous_paragraph(text, start) for start in starts] == [0, 0, starts[1]]
    assert words.previous_paragraph(text, starts[1] + 5) == starts[1]


@pytest.mark.timeout(20)
@pytest.mark.parametrize("sign", ["\n", "\r\n", " \n", "\u2029", ".", "。", "?)", ". ", "…」"])
def test_a_text_of_very_many_equal_signs_holds_nothing_up(sign: str) -> None:
    text = "Ada." + sign * 200_000
    assert words.next_paragraph(text, 2) == len(text)
    assert words.next_sentence(text, 2) in (5, 6, len(text))
    assert words.previous_sentence(text, len(text)) <= len(text)
    assert words.previous_paragraph(text, len(text)) == 0


@given(ODD_TEXTS, st.integers(-3, 70))
def test_sentence_and_paragraph_steps_make_progress_and_stay_in_the_text(text: str, position: int) -> None:
    for forward in (words.next_sentence, words.next_paragraph):
        assert min(position, len(text)) <= forward(text, position) <= len(text)
        assert forward(text, position) > position or position >= len(text)
    for back in (words.previous_sentence, words.previous_paragraph):
        assert 0 <= back(text, position) <= max(0, position)
        assert back(text, position) < position or position <= 0


@given(ODD_TEXTS)
def test_lines_cover_the_text(text: str) -> None:
    position, lines = 0, []
    while position < len(text):
        end, after = words.line_end(text, position)
        assert all(words.line_start(text, inside) == position for inside in range(position, after))
        assert all(words.line_end(text, inside) == (end, after) for inside in range(position, after))
        lines.append(text[position:end])
        position = after
    assert not any(newline in line for line in lines for newline in words.NEWLINES)


@pytest.mark.parametrize("filler", ["a", "a ", "日", " ", "\n", ".", "e\u0301", "👩\u200d"])
def test_a_long_stretch_of_one_thing_is_walked_in_bounds(filler: str) -> None:
    text = "start " + filler * 30_000 + " finish"
    middle = len(text) // 2
    words.word_at(text, middle)
    assert (words.next_word(text, middle) or 0) > middle
    assert (words.previous_word(text, middle) or 0) < middle
    assert words.previous_word(text, len(text)) == len(text) - 6


@given(st.text(st.characters(max_codepoint=0x2FF) | st.sampled_from("’‘“”–—…€™→⏰❤️🎙👩🏽\u200d🚀🇩🇪#⃣x"), max_size=60))
def test_a_text_in_latin_letters_has_the_words_it_has_beside_an_ideograph(text: str) -> None:
    """The short way that such texts take gives what the long way gives."""
    assert list(words.words(text)) == list(words.words(f"{text} \u4e00"))[:-1]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (0, None, ["a", "e\u0301", "\r\n", "b"]),
        (1, 3, ["e\u0301"]),
        (2, 4, ["\u0301", "\r"]),
        (1, 2, ["e"]),
        (6, 6, []),
    ],
)
def test_graphemes_of_a_stretch(start: int, end: int | None, expected: list[str]) -> None:
    text = "ae\u0301\r\nb"
    assert [text[low:high] for low, high in words.graphemes(text, start, end)] == expected


@pytest.mark.parametrize(
    ("position", "lowest", "start"), [(3, 0, 0), (4, 0, 0), (5, 0, 5), (9, 0, 5), (9, 7, 7), (9, 9, 9), (99, 0, 10)]
)
def test_where_a_line_starts(position: int, lowest: int, start: int) -> None:
    assert words.line_start("one\r\ntwo.\n", position, lowest) == start


@pytest.mark.parametrize(
    ("position", "highest", "end"),
    [(0, None, (3, 5)), (3, None, (3, 5)), (4, None, (3, 5)), (5, None, (9, 10)), (5, 7, (7, 7)), (5, 99, (9, 10))],
)
def test_where_a_line_ends(position: int, highest: int | None, end: tuple[int, int]) -> None:
    assert words.line_end("one\r\ntwo.\n", position, highest) == end


def test_a_long_line_has_its_ends() -> None:
    text = "one\n" + "a" * 5000 + "\nlast"
    assert words.line_start(text, 5000) == 4
    assert words.line_end(text, 4) == (5004, 5005)
    assert words.previous_paragraph(text + " " * 2000, 9000) == 5005


@pytest.mark.parametrize(
    ("position", "expected"),
    [(-1, True), (0, True), (1, False), (3, True), (4, True), (6, False), (7, True), (9, True)],
)
def test_where_a_span_may_begin_or_end(position: int, expected: bool) -> None:
    assert words.is_border("Ada\ne\u0301a!", position) == expected


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        # A syllable in parts: lead, vowel, final.
        ("\u1100\u1100", [2]),
        ("\u1100\u1161", [2]),
        ("\u1100\uac00", [2]),
        ("\u1161\u1161", [2]),
        ("\u1161\u11a8", [2]),
        ("\u11a8\u11a8", [2]),
        ("\uac00\u1161", [2]),
        ("\uac00\u11a8", [2]),
        ("\uac1c\u1161", [2]),
        ("\ud788\u1161", [2]),
        ("\uac01\u11a8", [2]),
        # and what makes none.
        ("\u1161\u1100", [1, 2]),
        ("\u11a8\u1161", [1, 2]),
        ("\uac01\u1161", [1, 2]),
        ("\uac00\uac00", [1, 2]),
        ("\u1100a", [1, 2]),
        ("a\u1161", [1, 2]),
        ("\u1100\u11a8", [1, 2]),
    ],
)
def test_hangul_in_parts(text: str, ends: list[int]) -> None:
    assert [end for _, end in words.graphemes(text)] == ends
