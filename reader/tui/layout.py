"""Knows how a text becomes rows of cells: the safe copy that is shown, where rows break, where a character lies.

Pure and lazy: a row is found by looking at its own block of the text and at nothing else, so the length of the text
does not matter. A *block* is a line of the text, or a part of a few thousand characters of a very long line.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from operator import itemgetter
from typing import NamedTuple

from rich.cells import get_character_cell_size

from reader import words

_BLOCK = 4096  # a line longer than this is laid out in parts of about this many characters
_SLACK = 256  # how far a part may run on to end at a space

_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_INVISIBLE = "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
# Scripts whose letters a joiner or non-joiner may stand between as a matter of spelling: Arabic to Khmer and kin.
_SHAPED = "\u0620-\u08ff\u0900-\u109f\u1780-\u18aa\u1a00-\u1cff\ua800-\uaaff\U00010a00-\U00011fff"
_SPELLED_JOINER = f"(?<=[{_SHAPED}])[\u200c\u200d](?=[{_SHAPED}])"
# Each of these takes one cell and none joins its neighbours, so a row of them is as wide as it is long.
_PLAIN = re.compile("[\0-\u02ff\u0370-\u0482\u048a-\u0590\u2010-\u2027\u2030-\u205e\u20a0-\u20cf]*+")
_ASCII = re.compile("[ -~]*+")
_NOT_FIRST = frozenset("、。，．：；！？）」』】》〉］｝〕・…ー々,.:;!?)]}’”»%")
_NOT_LAST = frozenset("（「『【《〈［｛〔([{‘“«$")


class _Signs(dict[int, str]):
    """What to show for each character, worked out when it is first seen."""

    def __missing__(self, code: int) -> str:
        self[code] = sign = _sign(chr(code))
        return sign


def _sign(character: str) -> str:
    """The character itself where a terminal may be given it, else a visible sign of one cell."""
    code, category = ord(character), unicodedata.category(character)
    if character == "\t":
        return " "
    if code < 32:
        return chr(0x2400 + code)
    if code == 127:
        return "␡"
    if category in ("Zl", "Zp") or character == "\x85":
        return "␤"
    if character in _BIDI:
        return "⇄"
    if character == "\u00ad":
        return "¬"
    if category == "Cf" or character in _INVISIBLE:
        return "¦"
    known = category not in ("Cc", "Cs", "Co", "Cn")
    newer = category == "Cn" and (0x1F000 <= code < 0x1FB00 or 0x20000 <= code < 0x3FFFE) and code & 0xFFFE != 0xFFFE
    return character if known or newer else "\ufffd"


_SIGNS = _Signs()


def display(text: str) -> str:
    """A copy of the same length in which everything that could act on a terminal, or hide, is a visible sign.

    Tabs become spaces. No sequence of characters is left whose width terminals disagree about: emoji that are
    joined stand side by side, and the joiner shows.
    """
    if _ASCII.fullmatch(text):
        return text
    shown = text.translate(_SIGNS)
    if "\u200c" in text or "\u200d" in text:
        shown = _replaced(shown, [match.start() for match in re.finditer(_SPELLED_JOINER, text)], "\u200c")
    if "\ufe0f" in shown:
        narrow = [
            match.start()
            for match in re.finditer("\ufe0f", shown)
            if not match.start() or get_character_cell_size(shown[match.start() - 1]) != 2
        ]
        shown = _replaced(shown, narrow, "\ufe0e")
    return shown


def _replaced(text: str, positions: list[int], character: str) -> str:
    characters = list(text)
    for position in positions:
        characters[position] = character
    return "".join(characters)


def cells(shown: str) -> int:
    """How many cells a stretch of a display copy takes."""
    return len(shown) if _PLAIN.fullmatch(shown) else sum(map(get_character_cell_size, shown))


def rows(text: str, start: int, end: int, width: int) -> list[tuple[int, int]]:
    """`[start, end)`, which holds no newline, as rows of at most `width` cells.

    Rows break after a space, a hyphen or an ideograph, else between graphemes. The space a row breaks at belongs to
    it and may hang one cell beyond the width, as may a grapheme that is wider than a row.
    """
    part, width = text[start:end], max(1, width)
    broken = _plain_rows(part, width) if _PLAIN.fullmatch(part) else _any_rows(part, width)
    return [(start + low, start + high) for low, high in broken]


def _plain_rows(part: str, width: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    low = 0
    while len(part) - low > width:
        limit = low + width
        cut = part.rfind(" ", low, limit + 1) + 1
        hyphen = part.rfind("-", low + 1, limit)
        if hyphen >= cut and part[hyphen - 1].isalnum() and part[hyphen + 1].isalpha():
            cut = hyphen + 1
        cut = cut if cut > low else limit
        found.append((low, cut))
        low = cut
    if low < len(part) or not found:
        found.append((low, len(part)))
    return found


def _any_rows(part: str, width: int) -> list[tuple[int, int]]:
    shown = display(part)
    found: list[tuple[int, int]] = []
    low = column = cut = cut_column = 0
    for start, end in words.graphemes(part):
        size = cells(shown[start:end])
        if start > low and _may_break(part, start):
            cut, cut_column = start, column
        hangs = shown[start:end] == " " and column == width
        while column + size > width and start > low and not hangs:
            if cut <= low:
                cut, cut_column = start, column
            found.append((low, cut))
            low, column = cut, column - cut_column
            cut_column = 0
        column += size
    if low < len(part) or not found:
        found.append((low, len(part)))
    return found


def _may_break(part: str, position: int) -> bool:
    """Whether a row may end before `position`, which is a grapheme's start."""
    before, after = part[position - 1], part[position]
    if before in " \t\u3000" or (before.isspace() and before not in "\u00a0\u202f"):
        return after != " "
    if before == "-":
        return position > 1 and part[position - 2].isalnum() and after.isalpha()
    if after in _NOT_FIRST or before in _NOT_LAST:
        return False
    return get_character_cell_size(before) == 2 or get_character_cell_size(after) == 2


class Block(NamedTuple):
    """A line of the text or a part of a long one: `[start, end)` is laid out; the next block starts at `after`."""

    start: int
    end: int
    after: int


def _part_border(text: str, number: int) -> int:
    """Where the part of a long line would start that belongs to the `number`-th stretch of the text."""
    near = number * _BLOCK
    space = text.find(" ", near, near + _SLACK)
    return space + 1 if space >= 0 else words.next_grapheme(text, near - 1)


def _is_part(text: str, border: int, line: int) -> bool:
    return border - line >= _BLOCK and border < len(text) and text[border] not in words.NEWLINES


def block_at(text: str, position: int) -> Block:
    """The block of a character; a newline belongs to the block it ends."""
    position = max(0, min(position, len(text) - 1))
    line = start = words.line_start(text, position, max(0, position - 3 * _BLOCK))
    number = position // _BLOCK
    for border in (_part_border(text, number), _part_border(text, number - 1)):
        if border <= position and _is_part(text, border, line):
            start = border
            break
    end, after = words.line_end(text, position, position + 3 * _BLOCK)
    for later in (number, number + 1, number + 2):
        border = _part_border(text, later)
        if position < border < end and _is_part(text, border, line):
            return Block(start, border, border)
    return Block(start, end, after)


class Row(NamedTuple):
    """One row: `[start, end)` is drawn; the characters up to `limit` (its newline) belong to it too."""

    start: int
    end: int
    limit: int


_START, _LIMIT = itemgetter(0), itemgetter(2)


class Flow:
    """A text laid out at a width. Rows are known by their first character; blocks laid out are kept for a while."""

    def __init__(self, text: str, width: int) -> None:
        self.text = text
        self.width = max(1, width)
        self._laid_out: OrderedDict[int, list[Row]] = OrderedDict()

    def row_at(self, position: int) -> Row:
        """The row a character belongs to; the last row for a position after the text."""
        block = block_at(self.text, position)
        found = self._laid_out.get(block.start)
        if found is None:
            broken = rows(self.text, block.start, block.end, self.width)
            found = [Row(start, end, end) for start, end in broken]
            found[-1] = found[-1]._replace(limit=block.after)
            self._laid_out[block.start] = found
            if len(self._laid_out) > 256:
                self._laid_out.popitem(last=False)
        return found[max(0, bisect_right(found, position, key=_START) - 1)]

    def after(self, row: Row) -> Row | None:
        """The next row, or None after the last."""
        return self.row_at(row.limit) if row.limit < len(self.text) else None

    def before(self, row: Row) -> Row | None:
        """The previous row, or None before the first."""
        return self.row_at(row.start - 1) if row.start > 0 else None

    def moved(self, row: Row, count: int) -> Row:
        """The row `count` rows further down, or up when negative, as far as there are rows."""
        for _ in range(abs(count)):
            other = self.after(row) if count > 0 else self.before(row)
            if other is None:
                break
            row = other
        return row

    def column(self, row: Row, position: int) -> int:
        """The cell of a character in its row; a newline lies after the last character."""
        return cells(self._shown(row)[: max(0, min(position, row.end) - row.start)])

    def position(self, row: Row, column: int) -> int:
        """The grapheme drawn at a cell of a row; the row's last one beyond its end, its newline when it is empty."""
        shown, start, at = self._shown(row), row.start, 0
        for start, end in words.graphemes(self.text, row.start, row.end):
            at += cells(shown[start - row.start : end - row.start])
            if max(0, column) < at:
                return start
        return start

    def word(self, row: Row, column: int) -> int:
        """The start of the word drawn at a cell of a row, else of the next or the previous one in it, else the
        character there."""
        position = self.position(row, column)
        word = words.word_at(self.text, position)
        if word and row.start <= word[0]:
            return word[0]
        starts = [] if word else [start for start, _ in words.words(self.text, row.start, row.end)]
        later = [start for start in starts if start > position]
        return later[0] if later else starts[-1] if starts else position

    def _shown(self, row: Row) -> str:
        return display(self.text[row.start : row.end])


class Window:
    """The rows of a flow that are on the screen. Its place is the first character of its first row."""

    def __init__(self, flow: Flow, height: int, top: int = 0) -> None:
        self.flow = flow
        self.height = height
        self.top = top
        self.rows: list[Row] = []
        self._fill()

    def _fill(self) -> None:
        """Find the rows, from the top on; no space is left below the text while there is more of it above."""
        if self.height <= 0:
            return
        rows = [self.flow.row_at(self.top)]
        while len(rows) < self.height and (row := self.flow.after(rows[-1])):
            rows.append(row)
        while len(rows) < self.height and (row := self.flow.before(rows[0])):
            rows.insert(0, row)
        self.rows, self.top = rows, rows[0].start

    @property
    def extent(self) -> tuple[int, int]:
        """The stretch of the text that is on the screen."""
        return (self.top, self.rows[-1].limit) if self.rows else (self.top, self.top)

    @property
    def margin(self) -> int:
        """How many rows are kept in sight above and below a cursor that moves."""
        return max(0, min(2, (self.height - 1) // 4))

    def index(self, position: int) -> int | None:
        """Which of the rows a character is on, the first is 0; None where it is not on the screen."""
        index = bisect_right(self.rows, position, key=_START) - 1
        if index < 0:
            return None
        limit = self.rows[index].limit
        return index if position < limit or position == limit == len(self.flow.text) else None

    def touched(self, start: int, end: int) -> range:
        """Which of the rows `[start, end)` shows on; the end of the text shows on the last one."""
        rows = self.rows
        if rows and rows[-1].start <= start == rows[-1].end == len(self.flow.text):
            return range(len(rows) - 1, len(rows))
        return range(bisect_right(rows, start, key=_LIMIT), bisect_left(rows, end, key=_START))

    def scroll(self, count: int) -> bool:
        """Scroll by rows, down or up when negative; whether that showed anything else."""
        if not self.rows or (count > 0 and self.rows[-1].limit >= len(self.flow.text)):
            return False
        before, self.top = self.top, self.flow.moved(self.rows[0], count).start
        self._fill()
        return self.top != before

    def reveal(self, position: int, margin: int, *, leap: bool = False) -> bool:
        """Scroll as little as shows a character and `margin` rows around it, or to it if it is far; whether it did.

        A `leap` scrolls as if it were far: what comes behind the place is then in sight too.
        """
        if not self.rows:
            return False
        index = self.index(position)
        row = self.flow.row_at(position) if index is None else self.rows[index]
        # Where there are fewer rows than the margin, all the text is on the screen.
        first, last = self.rows[: margin + 1][-1], self.rows[-1 - margin :][0]
        if row.start < first.start:
            reached, step = first, -1
        elif row.start > last.start:
            reached, step = last, 1
        else:
            return False
        near = 0 if leap else self.height
        for count in range(1, near + 1):
            reached = self.flow.moved(reached, step)
            if reached == row:
                return self.scroll(count * step)
        self.top = self.flow.moved(row, -(self.height // 3)).start
        self._fill()
        return True
