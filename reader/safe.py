"""The one function that makes any text fit for a terminal or a log line."""

from __future__ import annotations

import unicodedata


def safe(text: str) -> str:
    """The text with control, escape, bidi and unprintable characters as visible escapes; newlines and tabs too."""
    return "".join(character if _harmless(character) else _escaped(character) for character in text)


def _harmless(character: str) -> bool:
    return character.isprintable() and unicodedata.category(character) not in ("Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
