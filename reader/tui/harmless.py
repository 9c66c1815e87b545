"""The last gate before the terminal: whatever a widget draws, Textual's own too, no character of it acts."""

from __future__ import annotations

import re
import unicodedata

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_ACTING = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
# Where a script is spelled with a non-joiner, `layout.display` leaves it.
_SPELLED = "(?<=[\u0600-\uffff])\u200c(?=[\u0600-\uffff])"


class Harmless(LineFilter):
    """Leaves out what takes no cell and acts: `layout.display` has made it visible wherever a text is shown."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        if all(segment.text.isprintable() for segment in segments):
            return segments
        return [Segment(_harmless(text), style, control) for text, style, control in segments]


def _harmless(text: str) -> str:
    kept = {match.start() for match in re.finditer(_SPELLED, text)}
    return "".join(one for place, one in enumerate(text) if place in kept or unicodedata.category(one) not in _ACTING)


HARMLESS = Harmless()
