"""The one place that makes any text fit for a terminal or a log line."""

from __future__ import annotations

import json
import unicodedata


def safe(text: str) -> str:
    """The text with control, escape, bidi and unprintable characters as visible escapes; newlines and tabs too."""
    return "".join(character if _harmless(character) else _escaped(character) for character in text)


def safe_json(text: str) -> str:
    """JSON that says the same, with such characters in it escaped the way JSON does; its newlines stay."""
    return "".join(one if one == "\n" or _harmless(one) else json.dumps(one)[1:-1] for one in text)


def _harmless(character: str) -> bool:
    return character.isprintable() and unicodedata.category(character) not in ("Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
