"""Knows where the cursor goes: functions (text, marks in reading order, position) to position.

Each answers with the start of a grapheme on which a cursor can stand, and with the position itself where there is
nowhere to go. Rows and pages need a layout and belong to the view.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from reader import words
from reader.spans import SpansInOrder

Motion: TypeAlias = Callable[[str, SpansInOrder, int], int]


def word_next(text: str, marks: SpansInOrder, position: int) -> int:
    """The start of the next word."""
    found = words.next_word(text, position)
    return position if found is None else found


def word_previous(text: str, marks: SpansInOrder, position: int) -> int:
    """The start of this word, or of the one before."""
    found = words.previous_word(text, position)
    return position if found is None else found


def character_next(text: str, marks: SpansInOrder, position: int) -> int:
    """The next grapheme that is no newline."""
    after = words.next_grapheme(text, position)
    while after < len(text) and text[after] in words.NEWLINES:
        after = words.next_grapheme(text, after)
    return after if after < len(text) else position


def character_previous(text: str, marks: SpansInOrder, position: int) -> int:
    """The previous grapheme that is no newline."""
    before = words.previous_grapheme(text, position)
    while before > 0 and text[before] in words.NEWLINES:
        before = words.previous_grapheme(text, before)
    return before if before < position and text[before] not in words.NEWLINES else position


def sentence_next(text: str, marks: SpansInOrder, position: int) -> int:
    """The start of the next sentence, or the end."""
    return _clamped(text, marks, words.next_sentence(text, position), position)


def sentence_previous(text: str, marks: SpansInOrder, position: int) -> int:
    """The start of this sentence, or of the one before."""
    return _clamped(text, marks, words.previous_sentence(text, position), position)


def paragraph_next(text: str, marks: SpansInOrder, position: int) -> int:
    """The start of the next paragraph, or the end."""
    return _clamped(text, marks, words.next_paragraph(text, position), position)


def paragraph_previous(text: str, marks: SpansInOrder, position: int) -> int:
    """The start of this paragraph, or of the one before."""
    return _clamped(text, marks, words.previous_paragraph(text, position), position)


def top(text: str, marks: SpansInOrder, position: int) -> int:
    """The first character."""
    return 0


def end(text: str, marks: SpansInOrder, position: int) -> int:
    """The start of the last word, or the last character of a text without words."""
    found = words.previous_word(text, len(text))
    return words.previous_grapheme(text, len(text)) if found is None else found


def mark_next(text: str, marks: SpansInOrder, position: int) -> int:
    """The start of the next mark."""
    found = marks.after(position)
    return found.start if found else position


def mark_previous(text: str, marks: SpansInOrder, position: int) -> int:
    """The start of the last mark that starts before the cursor."""
    found = marks.before(position)
    return found.start if found else position


_LINKS = frozenset(("of", "the", "de", "del", "la", "le", "du", "der", "van", "von", "al", "bin", "di", "da"))
"""Small words that names go on behind: Bank of the West, Charles de Gaulle."""

_INITIAL = 3  # characters: behind a longer word a full stop ends a sentence, not "Lt." or "J."


def name_end(text: str, marks: SpansInOrder, position: int) -> int:
    """The start of the last word of the name that begins here: a run of words with capitals, or numbers."""
    word = words.word_at(text, position)
    if word is None or not _is_named(text, word):
        return position
    last = word
    for following in words.words(text, word[1], words.line_end(text, word[1])[0]):
        gap = text[word[1] : following[0]]
        is_initial = gap == ". " and word[1] - word[0] <= _INITIAL
        if not (gap in (" ", "-", "'", "\u2019", ".", " & ") or is_initial):
            break
        if _is_named(text, following):
            last = following
        elif text[following[0] : following[1]] not in _LINKS:
            break
        word = following
    return last[0]


def _is_named(text: str, word: tuple[int, int]) -> bool:
    return text[word[0]].isupper() or text[word[0]].isdigit()


def _clamped(text: str, marks: SpansInOrder, found: int, position: int) -> int:
    """`found`, or the last word when it is the end of the text; never backwards when the cursor is beyond that."""
    return found if found < len(text) else max(position, end(text, marks, position))


# To add a motion, write its function and name it here.
MOTIONS: dict[str, Motion] = {
    "word_next": word_next,
    "word_previous": word_previous,
    "character_next": character_next,
    "character_previous": character_previous,
    "sentence_next": sentence_next,
    "sentence_previous": sentence_previous,
    "paragraph_next": paragraph_next,
    "paragraph_previous": paragraph_previous,
    "name_end": name_end,
    "top": top,
    "end": end,
    "mark_next": mark_next,
    "mark_previous": mark_previous,
}
