"""Columns with BIOES tags: `token<TAB>tag`, a blank line behind a sentence, `-DOCSTART-` before each document.

As `conll`, with a letter of its own for a span of one token (S) and for the last token of a longer one (E).
"""

from __future__ import annotations

from reader.formats import columns, conll
from reader.formats.base import Format

FORMAT = Format(
    "bioes",
    "columns with BIOES tags; white space is not kept",
    (
        ".bioes",
        ".iobes",
        ".bmes",
    ),
    read=columns.read,
    write=conll.writer("\t", single="S", last="E"),
    carries=conll.CARRIES,
    tokenizes=True,
)
