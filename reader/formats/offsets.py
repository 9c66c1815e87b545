"""Offsets at the edge: what a format counts, as code points and back; the words decide where the two disagree."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from enum import StrEnum
from itertools import accumulate

from reader.formats.losses import shown
from reader.formats.strict import Unfit


class Unit(StrEnum):
    """What an offset counts."""

    CODE_POINTS = "code points"
    UTF16 = "UTF-16 units"
    BYTES = "UTF-8 bytes"


class Offsets:
    """The offsets of one text in the unit of a format."""

    def __init__(self, text: str, unit: Unit = Unit.CODE_POINTS) -> None:
        self.text = text
        self.unit = unit
        self._borders = _borders(text, unit)

    def point(self, offset: int) -> int:
        """The code point at an offset of the unit. Raises Unfit for one outside the text or inside a character."""
        if self._borders is None:
            if not 0 <= offset <= len(self.text):
                raise Unfit(f"expected an offset within the text, 0 to {len(self.text)}, found {offset}")
            return offset
        place = bisect_left(self._borders, offset)
        if offset < 0 or place >= len(self._borders):
            raise Unfit(f"expected an offset within the text, 0 to {self._borders[-1]} {self.unit}, found {offset}")
        if self._borders[place] != offset:
            raise Unfit(f"expected an offset between two characters, found {offset} in {self.unit} inside one")
        return place

    def offset(self, point: int) -> int:
        """The offset in the unit, of a code point."""
        return point if self._borders is None else self._borders[point]

    def cut(self, offset: int) -> int:
        """The code point at or before an offset that may lie inside a character or outside the text."""
        if self._borders is None:
            return min(max(offset, 0), len(self.text))
        return min(max(bisect_right(self._borders, offset) - 1, 0), len(self.text))


def _borders(text: str, unit: Unit) -> list[int] | None:
    """The offset of each character and of the end; None where they count code points, or as code points."""
    if unit is Unit.CODE_POINTS or text.isascii():
        return None
    if unit is Unit.UTF16:
        if max(text) <= "\uffff":
            return None
        return [0, *accumulate(2 if character > "\uffff" else 1 for character in text)]
    return [0, *accumulate(len(character.encode()) for character in text)]


class Placing:
    """Where spans are, by the unit a format documents, or by the one their words show.

    Each unit that is tried is laid out once a text.
    """

    def __init__(self, text: str, unit: Unit = Unit.CODE_POINTS, *, inclusive: bool = False) -> None:
        self.text = text
        self.unit = unit
        self._inclusive = int(inclusive)
        self._by_unit = {unit: Offsets(text, unit)}

    def place(self, start: int, end: int, words: str | None = None) -> tuple[int, int, str]:
        """`(start, end, repair)` in code points: by the format's own unit if the words are there, else by another.

        `repair` is "" or says which unit the words showed. Without words the format's own unit is taken at its word.
        Raises Unfit where the offsets fit no text, or not the words in any unit.
        """
        failure: Unfit | None = None
        for unit in (self.unit, *(unit for unit in (Unit.UTF16, Unit.CODE_POINTS, Unit.BYTES) if unit != self.unit)):
            try:
                found = self._found(unit, start, end + self._inclusive)
            except Unfit as error:
                # What is wrong in a unit that was only tried is nothing the file says.
                failure = error if unit is self.unit else failure
                if words is None:
                    break
                continue
            if words is None or same_words(self.text[found[0] : found[1]], words):
                repair = f"{start}-{end} counts {unit}, not {self.unit}, as the words {shown(words)} show"
                return (*found, "" if unit is self.unit else repair)
        if failure is not None:
            raise failure
        found = self._found(self.unit, start, end + self._inclusive)
        raise Unfit(
            f"expected the words {shown(words)} at {start}-{end}, found {shown(self.text[found[0] : found[1]])}"
        )

    def _found(self, unit: Unit, start: int, end: int) -> tuple[int, int]:
        if unit not in self._by_unit:
            self._by_unit[unit] = Offsets(self.text, unit)
        offsets = self._by_unit[unit]
        first, last = offsets.point(start), offsets.point(end)
        if first >= last:
            raise Unfit(f"expected a span that is not empty, found {start}-{end}")
        return first, last


def same_words(found: str, words: str) -> bool:
    """Whether a text has the words a file says, white space of any kind being equal to other white space."""
    return found == words or "".join(found.split()) == "".join(words.replace("\\n", "\n").split())
