"""Markdown to read, with highlights: `**words** [LABEL]`, of overlapping spans the longest; everything else is escaped.

Spans that lie in a longer one, or cross it, are losses. Only written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from reader.formats.base import Format, Lose
from reader.formats.losses import carried, lose_span, outermost
from reader.model import Document

CARRIES = frozenset({"spans", "title"})
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~!()+.&-])")
_CONTROL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def write(documents: Iterable[Document], path: Path, lose: Lose) -> None:
    """A heading and the text of each document; a line end stays one."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for document in documents:
            spans = carried(document, lose, CARRIES)
            flat = outermost(spans)
            kept = set(flat)
            for span in (one for one in spans if one not in kept):
                lose_span(document, span, lose, "it overlaps another, and Markdown cannot show both")
            file.write(f"# {_escaped(' '.join(document.title.split()) or 'Untitled')}\n\n")
            place = 0
            for span in flat:
                words = _escaped(document.text[span.start : span.end])
                file.write(f"{_escaped(document.text[place : span.start])}**{words}** \\[{_escaped(span.label)}\\]")
                place = span.end
            file.write(_escaped(document.text[place:]) + "\n\n")


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\1", _CONTROL.sub("\ufffd", text)).replace("\n", "  \n")


FORMAT = Format("markdown", "Markdown to read, with highlights", (".md",), write=write, carries=CARRIES)
