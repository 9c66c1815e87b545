"""A table of the spans as CSV (RFC 4180), safe to open in a spreadsheet: no cell begins a formula.

One row a span: `document` (counted from 1), `title`, `annotator`, `start`, `end`, `label`, `text`, in UTF-8 with CRLF
as in RFC 4180. A cell that a spreadsheet would take for a formula, and one that begins with an apostrophe, begins
with one more apostrophe: take one away to get the words. Only written.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from reader.formats.base import Format, Lose
from reader.formats.losses import carried
from reader.model import Document

HEAD = ("document", "title", "annotator", "start", "end", "label", "text")
CARRIES = frozenset({"annotator", "overlaps", "spans", "title"})
# The apostrophe too: so the program that takes one off each cell that begins with it gets exactly the words.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "'")


def write(documents: Iterable[Document], path: Path, lose: Lose) -> None:
    """One row a span, `document` counting from 1. A cell that would be a formula begins with an apostrophe."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(HEAD)
        for number, document in enumerate(documents, 1):
            about = (number, _cell(document.title), _cell(document.annotator))
            for span in carried(document, lose, CARRIES):
                words = document.text[span.start : span.end]
                table.writerow((*about, span.start, span.end, _cell(span.label), _cell(words)))


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


FORMAT = Format("csv", "a table of the spans, safe in a spreadsheet", (".csv",), write=write, carries=CARRIES)
