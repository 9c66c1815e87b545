"""Knows what a grapheme, a word, a sentence and a paragraph are, by Unicode rules and without a dictionary.

Every function looks only at a bounded stretch around the position it is asked about, so that a key in a text of
100 MB costs what it costs in one of 3 kB. Positions are characters; a position outside the text is clamped.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

NEWLINES = "\n\r\x85\u2028\u2029"

_REACH = 2048  # no word is looked at further than this from the position asked about
_FLOOD = 512  # a run of marks longer than half of this is cut at the multiples of it

_JOINERS = "\u200c\u200d"
_EMOJI = "\u231a-\u23ff\u25aa-\u27bf\u2b05-\u2b5f\U0001f000-\U0001f1e5\U0001f200-\U0001f3fa\U0001f400-\U0001faff"
_FLAGS = "\U0001f1e6-\U0001f1ff"
_SKIN_AND_TAGS = "\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f"
# Scripts written without spaces between words: Han, kana, bopomofo; Thai, Lao, Tibetan, Myanmar, Khmer and kin.
_IDEOGRAPHS = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f"
    "\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
_CLUSTERS = "\u0e01-\u0e5b\u0e81-\u0edf\u0f00-\u0f0a\u0f20-\u0f33\u0f40-\u0fbc\u1000-\u109f\u1780-\u17d3\u17db-\u17e9"
_SYMBOLS = (
    "%‰$+<=>|~\u00a2-\u00a9\u00ac\u00ae-\u00b1\u00d7\u00f7\u0e3f\u20a0-\u20cf\u2100-\u214f\u2190-\u2307\u230c-\u2328"
    "\u232b-\u23ff\u2500-\u2767\u2794-\u27c4\u27c7-\u27e5\u27f0-\u2982\u2999-\u29d7\u29dc-\u29fb\u29fe-\u2bff"
    "\ufdfc\ufe69\uff04\uff05\uff0b\uff1c-\uff1e\uffe0-\uffe6"
)
# Blocks that hold combining marks; looking through these instead of all of Unicode takes 3 ms instead of 100.
_MARK_BLOCKS = (
    *(range(0x300, 0x3100), range(0xA600, 0xAC00), range(0xFB00, 0xFE30), range(0x10100, 0x12000)),
    *(range(0x16A00, 0x17000), range(0x1BC00, 0x1BD00), range(0x1CF00, 0x1D300), range(0x1DA00, 0x1E950)),
    range(0xE0100, 0xE01F0),
)


def _class_of(code_points: Iterator[int]) -> str:
    """The inside of a regular expression's character class, as few ranges as possible."""
    runs: list[list[int]] = []
    for code in code_points:
        if runs and runs[-1][1] == code - 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return "".join(f"{chr(low)}-{chr(high)}" for low, high in runs)


# Anything but Latin letters, plain punctuation, symbols and emoji. Where a stretch of text has none of it, a pattern
# without the large classes of combining marks and ideographs finds the same words, and is compiled twenty times as
# fast: that is felt at every start with a text in a Latin script.
_RARE = re.compile("[^\0-\u02ff\u2000-\u20cf\u2100-\u2bff\ufe00-\ufe0f\U0001f000-\U0001faff]")
_LOOKED_THROUGH = 1 << 16  # characters; more are not worth the look


def _word_pattern(text: str, start: int, end: int) -> re.Pattern[str]:
    """The pattern of a word, for a stretch of a text."""
    end = min(len(text), end)
    plain = end - start <= _LOOKED_THROUGH and not _RARE.search(text, max(0, start - 1), end + 1)
    return _plain_pattern() if plain else _full_pattern()


@cache
def _plain_pattern() -> re.Pattern[str]:
    # One character stands for each class of which none occurs.
    return _compiled("\ufe00-\ufe0f", "\u4e00", "\u0e01", _EMOJI, _FLAGS, _SKIN_AND_TAGS)


@cache
def _full_pattern() -> re.Pattern[str]:
    marks = _class_of(code for block in _MARK_BLOCKS for code in block if unicodedata.category(chr(code))[0] == "M")
    return _compiled(f"{marks}\u0e33\u0eb3\uff9e\uff9f", _IDEOGRAPHS, _CLUSTERS, _EMOJI, _FLAGS, _SKIN_AND_TAGS)


def _compiled(
    marks: str, ideographs: str, clusters: str, emoji: str, flags: str, skin_and_tags: str
) -> re.Pattern[str]:
    tail = f"[{marks}{skin_and_tags}]*"
    inner = f"(?:[{marks}]|(?![{ideographs}{clusters}])\\w)"
    run = f"(?![{marks}])(?>(?:[A-Za-z0-9_]++|{inner})+)"
    letter = f"(?![{ideographs}{clusters}])[^\\W\\d_]"
    follows = f"(?={inner})"
    joints = "|".join(
        (
            f"['’](?![sS](?!{inner}))(?={letter})",  # don't, O'Brien; but Kherson and 's
            "(?<=[0-9])[.,:](?=[0-9])",  # 1,000.5 and 10:30
            "(?<=[A-Za-z])\\.(?=[a-z])",  # example.com; but end.Next
            "(?<=[A-Z])&(?=[A-Z])",  # AT&T
            '(?<=[\u05d0-\u05ea])["״](?=[\u05d0-\u05ea])',  # Hebrew acronyms
            f"[{_JOINERS}\u00ad\u00b7\u2060]{follows}",
        )
    )
    kinds = (
        f"[{flags}]{{1,2}}{tail}",
        f"(?:[0-9#*](?=\ufe0f?\u20e3)|[{emoji}]){tail}(?:\u200d[{emoji}]{tail})*",
        f"(?![{marks}])[{ideographs}{clusters}][{marks}]*",
        f"(?<![\\w{marks}])(?:(?:{letter}\\.){{2,}}|(?:{letter}\\.)+{letter}(?!{inner}))",  # U.S., e.g
        f"(?<=[\\w{marks}.])['’][sS](?!{inner})",
        f"{run}(?:(?:{joints}){run})*",
        f"[{_SYMBOLS}]{tail}",
    )
    never_first = '\\s.,;:!?"()\\[\\]'
    return re.compile(f"(?=[^{never_first}])(?:{'|'.join(kinds)})")


# Characters after which a word can always start: spaces, plain punctuation that joins nothing, ideographs.
@cache
def _hard() -> re.Pattern[str]:
    return re.compile(f'[\\s!"()*/;<=>?@\\[\\]{{}}\u2010-\u2015\u201c-\u201e\u3000-\u3004\u3008-\u3020{_IDEOGRAPHS}-]')


def _synchronised(text: str, position: int) -> int:
    """A position at or before `position`, not inside a word, from which the words can be read off."""
    lowest = max(0, position - _REACH)
    while position > lowest:
        if _hard().match(text, position - 1) and not (position < len(text) and _extends(text[position])):
            return position
        position -= 1
    return position


def words(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """The words that lie within `[start, end)`, lazily; a word cut by `start` or `end` is left out."""
    end = len(text) if end is None else end
    first, last = _synchronised(text, start), min(len(text), end + _REACH)
    for match in _word_pattern(text, first, last).finditer(text, first, last):
        if match.end() > end:
            return
        if match.start() >= start:
            yield match.span()


def word_at(text: str, position: int) -> tuple[int, int] | None:
    """The word that covers `position`, or None on a space or punctuation."""
    if not 0 <= position < len(text):
        return None
    first, last = _synchronised(text, position), position + _REACH
    for match in _word_pattern(text, first, last).finditer(text, first, last):
        if match.end() > position:
            return match.span() if match.start() <= position else None
    return None


def next_word(text: str, position: int) -> int | None:
    """Where the first word that starts after `position` starts."""
    first = _synchronised(text, max(0, position))
    while first < len(text):
        last = min(len(text), max(first, position) + 4 * _REACH)
        for match in _word_pattern(text, first, last).finditer(text, first, last):
            if match.start() > position:
                return match.start()
        first = _synchronised(text, last) if last < len(text) else last
    return None


def previous_word(text: str, position: int) -> int | None:
    """Where the last word that starts before `position` starts."""
    low = high = min(position, len(text))
    step = 64
    while low > 0:
        low = _synchronised(text, max(0, low - step))
        last = min(len(text), high + 64)
        starts = [match.start() for match in _word_pattern(text, low, last).finditer(text, low, last)]
        starts = [start for start in starts if start < position]
        if starts:
            return starts[-1]
        step *= 2
    return None


def occurrences(
    text: str, words: str, *, ignore_case: bool = False, start: int = 0, end: int | None = None
) -> Iterator[tuple[int, int]]:
    """Where `words` stand in `[start, end)` on word borders, from left to right, never overlapping.

    `ignore_case` compares character by character, so that a match is as long as `words`.
    """
    if not words:
        return
    pattern = re.compile(re.escape(words), re.IGNORECASE if ignore_case else 0)
    end = len(text) if end is None else end
    while match := pattern.search(text, start, end):
        if is_border(text, match.start()) and is_border(text, match.end()):
            yield match.span()
            start = match.end()
        else:
            start = match.start() + 1


def is_border(text: str, position: int) -> bool:
    """Whether no word, and no grapheme, lies across `position`."""
    if not 0 < position < len(text):
        return True
    before, after = text[position - 1], text[position]
    if after in " \n" or (before in " \n" and "!" <= after <= "~"):
        return True  # so it is nearly everywhere, and found without a look at the words around
    word = word_at(text, position)
    return (word is None or word[0] == position) and _is_boundary(text, position)


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """`[start, end)` without the white space at its ends; empty at `start` when there is nothing else."""
    part = text[start:end]
    left = len(part) - len(part.lstrip())
    if left == len(part):
        return start, start
    return start + left, start + len(part.rstrip())


@lru_cache(maxsize=4096)
def _extends(character: str) -> bool:
    """Whether a character is drawn together with the one before it."""
    return (
        unicodedata.category(character)[0] == "M"
        or character in "\u200c\u200d\uff9e\uff9f\u0e33\u0eb3"
        or "\U0001f3fb" <= character <= "\U0001f3ff"
        or "\U000e0020" <= character <= "\U000e007f"
    )


_PICTURE = re.compile(f"[{_EMOJI}]")


def _is_boundary(text: str, position: int) -> bool:
    """Whether a grapheme may end before `position`; after UAX #29, with floods of marks cut now and then."""
    if not 0 < position < len(text):
        return True
    after, before = text[position], text[position - 1]
    if after < "\u0300":
        return not (after == "\n" and before == "\r")
    if _extends(after):
        if unicodedata.category(before) in ("Cc", "Zl", "Zp"):
            return True
        flood = text[position - _FLOOD // 2 : position] if position % _FLOOD == 0 else " "
        return all(map(_extends, flood))
    if before == "\u200d":
        base = position - 1
        while base > 0 and position - base < 32 and _extends(text[base]):
            base -= 1
        return not (_PICTURE.match(after) and _PICTURE.match(text, base))
    if "\U0001f1e6" <= after <= "\U0001f1ff" and "\U0001f1e6" <= before <= "\U0001f1ff":
        run = text[max(0, position - 256) : position]
        return (len(run) - len(run.rstrip(_ALL_FLAGS))) % 2 == 0
    return not _is_one_syllable(before, after)


_ALL_FLAGS = "".join(map(chr, range(0x1F1E6, 0x1F200)))


def _is_one_syllable(before: str, after: str) -> bool:
    """Whether two characters belong to one Hangul syllable written in parts."""
    if not "\u1100" <= after <= "\ud7ff":
        return False
    if "\u1100" <= before <= "\u115f":
        return "\u1100" <= after <= "\u11a7" or "\uac00" <= after <= "\ud7a3"
    vowel, final = "\u1160" <= after <= "\u11a7", "\u11a8" <= after <= "\u11ff"
    if "\uac00" <= before <= "\ud7a3":
        return final or (vowel and (ord(before) - 0xAC00) % 28 == 0)
    return ("\u1160" <= before <= "\u11a7" and (vowel or final)) or ("\u11a8" <= before <= "\u11ff" and final)


def grapheme_start(text: str, position: int) -> int:
    """Where the grapheme that covers `position` starts; `len(text)` at and after the end."""
    position = max(0, min(position, len(text)))
    while not _is_boundary(text, position):
        position -= 1
    return position


def next_grapheme(text: str, position: int) -> int:
    """Where the first grapheme after `position` starts, at most `len(text)`."""
    position = max(0, min(position + 1, len(text)))
    while not _is_boundary(text, position):
        position += 1
    return position


def previous_grapheme(text: str, position: int) -> int:
    """Where the last grapheme before `position` starts, at least 0."""
    return grapheme_start(text, max(0, min(position, len(text)) - 1))


def graphemes(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """The graphemes of `[start, end)`, lazily; what `start` or `end` cut counts as a grapheme of its own."""
    end = len(text) if end is None else end
    while start < end:
        after = min(next_grapheme(text, start), end)
        yield start, after
        start = after


def line_start(text: str, position: int, lowest: int = 0) -> int:
    """Where the line of `position` starts, or `lowest` when that is later. A newline belongs to the line it ends."""
    position = min(position, len(text))
    if text[position - 1 : position + 1] == "\r\n":
        position -= 1
    reach = 256
    while position > lowest:
        low = max(lowest, position - reach)
        found = max(text.rfind(newline, low, position) for newline in NEWLINES)
        if found >= 0:
            return found + 1
        position, reach = low, reach * 2
    return lowest


_NEWLINE = re.compile(f"\r\n|[{NEWLINES}]")
_VISIBLE = re.compile(r"\S")


def line_end(text: str, position: int, highest: int | None = None) -> tuple[int, int]:
    """Where the line of `position` ends, without and with its newline; `highest` twice when that is earlier."""
    highest = len(text) if highest is None else min(highest, len(text))
    if text[position - 1 : position + 1] == "\r\n":
        position -= 1
    match = _NEWLINE.search(text, position, highest)
    return match.span() if match else (highest, highest)


def next_paragraph(text: str, position: int) -> int:
    """The first visible character of the next line that is not blank, or `len(text)`."""
    newline = _NEWLINE.search(text, max(0, position))
    visible = _VISIBLE.search(text, newline.end()) if newline else None
    return visible.start() if visible else len(text)


def previous_paragraph(text: str, position: int) -> int:
    """The first visible character of this line, or of the one before when `position` is there already, or 0."""
    high, reach = min(position, len(text)), 256
    while high > 0:
        low = max(0, high - reach)
        visible = len(text[low:high].rstrip())
        if visible:
            start = line_start(text, low + visible - 1)
            return trim(text, start, low + visible)[0]
        high, reach = low, reach * 2
    return 0


# Each run of stops or of blank lines is taken as a whole, also where no sentence follows: the rest of one that is very
# long would be looked at again from each of its characters.
_STOP = (
    f"(?P<stop>[.!?…]++)(?P<gap>[\"'”’»)\\]]*+[ \t\u00a0]++(?=[^\\s{NEWLINES}]))?+"
    f"|[。！？｡]++[」』”’）]*+\\s*+|[{NEWLINES}]\\s*+"
)
_ABBREVIATIONS = (
    " adm al apr aug ave brig ca capt cf co col corp dec dept dr ed est et etc feb fig fr gen gov hon inc jan jr lt "
    "ltd maj messrs mr mrs ms mt nov oct op p pp pres prof rep rev sen sep sept sgt sr st u.k u.n u.s vol vs "
)


def _sentence_starts(text: str, low: int, high: int | None = None) -> Iterator[int]:
    high = len(text) if high is None else high
    for match in re.compile(_STOP).finditer(text, low, high):
        if match.end() == high or (match["stop"] and match["gap"] is None):
            continue
        if match["stop"] == ".":
            before = re.split(r"[\s(\"“‘'\[-]", text[max(0, match.start() - 16) : match.start()])[-1]
            initial = len(before) == 1 and before.isalpha() and before != "I"
            if initial or f" {before.lower()} " in _ABBREVIATIONS or text[match.end()].islower():
                continue
        elif match["stop"] and text[match.end()].islower():
            continue
        yield match.end()


def next_sentence(text: str, position: int) -> int:
    """Where the first sentence that starts after `position` starts, or `len(text)`."""
    for start in _sentence_starts(text, max(0, position - 64)):
        if start > position:
            return start
    return len(text)


def previous_sentence(text: str, position: int) -> int:
    """Where the last sentence that starts before `position` starts, or 0."""
    high, reach = min(position, len(text)), 1024
    while high > 0:
        low = max(0, high - reach)
        starts = [start for start in _sentence_starts(text, low, min(len(text), position + 1)) if start < position]
        if starts:
            return starts[-1]
        high, reach = low, reach * 2
    return 0
