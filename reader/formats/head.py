"""The beginning of a file, as each format looks at it to say whether it is its own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

# Nothing that was passed over is looked at again: a page of comments that never ends would take for ever.
_ROOT = re.compile(
    rb"\s*+(?:<\?xml[^>]*+>)?+(?>\s++|<!--.*?-->|<\?.*?\?>|<!DOCTYPE[^>\[]*+(?:>|\[.*?\]\s*+>))*+<([A-Za-z_][^\s/>]*+)",
    re.S,
)
_CLOSED_BY = {"{": "}", "[": "]"}


@dataclass(frozen=True)
class Head:
    """A file's name in small letters (without its folder), and its first bytes without a byte order mark.

    `names` are the files of an archive, if it is one.
    """

    file_name: str
    data: bytes
    names: tuple[str, ...] = ()

    @cached_property
    def text(self) -> str:
        """The bytes as UTF-8, what is none replaced."""
        return self.data.decode("utf-8", "replace")

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the text, without the one that may be cut."""
        lines = self.text.split("\n")
        return [line.rstrip("\r") for line in (lines[:-1] if len(lines) > 1 else lines)]

    @cached_property
    def json(self) -> Any:
        """The first JSON value: of the first line, else of the whole, cut behind its last whole member; or None.

        Text that is no JSON gives None.
        """
        text = self.text.lstrip()
        if text[:1] not in ("{", "["):
            return None
        try:
            return json.JSONDecoder().raw_decode(text)[0]
        except (ValueError, RecursionError):
            return _cut(text)

    @cached_property
    def record(self) -> dict[str, Any]:
        """The first JSON object: the value itself, or the first item of an array; else empty."""
        found = self.json
        if isinstance(found, list):
            found = next((item for item in found if isinstance(item, dict)), None)
        return found if isinstance(found, dict) else {}

    @cached_property
    def records(self) -> list[dict[str, Any]]:
        """The JSON objects that are there whole: the items of an array, or those of the first lines."""
        if isinstance(self.json, list):
            return [item for item in self.json if isinstance(item, dict)]
        found = []
        for line in self.lines:
            try:
                value = json.loads(line)
            except (ValueError, RecursionError):
                break
            if isinstance(value, dict):
                found.append(value)
        return found

    def telling(self, keys: Iterable[str]) -> dict[str, Any]:
        """The first JSON object; where one of the keys is an empty array in it, the first that has something there."""
        empty = [key for key in keys if self.record.get(key) == []]
        if not empty:
            return self.record
        return next((one for one in self.records if any(one.get(key) for key in empty)), self.record)

    @cached_property
    def root(self) -> str:
        """The name of the first XML or HTML element, its prefix included, or ""."""
        found = _ROOT.match(self.data)
        return found[1].decode("utf-8", "replace") if found else ""


def _cut(text: str) -> Any:
    """What the beginning of a JSON value holds: cut at its last comma, and closed."""
    opened: list[str] = []
    comma: tuple[int, list[str]] | None = None
    inside = escaped = False
    for place, character in enumerate(text):
        if escaped:
            escaped = False
        elif inside:
            escaped, inside = character == "\\", character != '"'
        elif character == '"':
            inside = True
        elif character in _CLOSED_BY:
            opened.append(character)
        elif character in "}]":
            if not opened:
                return None
            opened.pop()
        elif character == ",":
            comma = place, list(opened)
    if comma is None:
        return None
    place, opened = comma
    try:
        return json.loads(text[:place] + "".join(_CLOSED_BY[one] for one in reversed(opened)))
    except (ValueError, RecursionError):
        return None
