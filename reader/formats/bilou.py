"""Columns with BILOU (BILUO) tags: `token<TAB>tag`, a blank line behind a sentence, `-DOCSTART-` before each document.

As `conll`, with a letter of its own for a span of one token (U) and for the last token of a longer one (L).
"""

from __future__ import annotations

from reader.formats import columns, conll
from reader.formats.base import Format

FORMAT = Format(
    "bilou",
    "columns with BILOU (BILUO) tags; white space is not kept",
    (
        ".bilou",
        ".biluo",
    ),
    read=columns.read,
    write=conll.writer("\t", single="U", last="L"),
    carries=conll.CARRIES,
    tokenizes=True,
)
