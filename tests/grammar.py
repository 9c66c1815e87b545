"""What the program may write to a terminal, as a grammar: a list of what is allowed, so that all else is found."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

SEQUENCES = re.compile(
    rb"\x1b\[[0-9;]*m"  # colours
    rb"|\x1b\[[0-9]+;[0-9]+H"  # a place
    rb"|\x1b\[\?(?:7|25|1000|1003|1004|1006|1015|1049|2004|2026|2048)[hl]"  # wrap, cursor, mouse, focus, screen, paste
    rb"|\x1b\[\?(?:2026|2048)\$p"  # whether the terminal can draw at once, and tell its size
    rb"|\x1b\[>[0-9]+u|\x1b\[<u"  # the keyboard, and as it was
    rb"|\x1b\]22;[a-z-]+\x07"  # the form of the mouse pointer
    rb"|\x1b\]52;c;[A-Za-z0-9+/=]*\x07"  # what a person copied
    rb"|\r\x1b\[K"  # a bar of progress, drawn again
    rb"|\r\n"
)
_ACTING = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
# Between letters of the scripts that are spelled with it, where it only shapes them.
_NON_JOINER = "\u200c"


def outside(written: bytes) -> Iterator[str]:
    """Whatever is not in the grammar: each byte sequence or character, as it may be printed, with what is around it."""
    at = 0
    for found in SEQUENCES.finditer(written):
        yield from _not_text(written[at : found.start()])
        at = found.end()
    yield from _not_text(written[at:])


def _not_text(data: bytes) -> Iterator[str]:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        yield repr(data[:80])
        return
    for place, character in enumerate(text):
        if unicodedata.category(character) in _ACTING and not _spells(text, place):
            yield f"{character!a} in {text[max(0, place - 20) : place + 20]!a}"


def _spells(text: str, place: int) -> bool:
    around = text[place - 1 : place] + text[place + 1 : place + 2]
    return text[place] == _NON_JOINER and len(around) == 2 and all(one.isalpha() and one > "\u0600" for one in around)
