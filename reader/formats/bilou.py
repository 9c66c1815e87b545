"""Columns with BILOU (BILUO) tags: `token<TAB>tag`, a blank line behind a sentence, `-DOCSTART-` before each document.

As `conll`, with a letter of its own for a span of one token (U) and for the last token of a longer one (L).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from reader.formats import columns, conll
from reader.formats.base import Format, Lose
from reader.formats.tagging import closed
from reader.model import Document


def write(documents: Iterable[Document], path: Path, lose: Lose) -> None:
    """`token<TAB>tag`."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for document in documents:
            file.write(f"{columns.DOCSTART}\tO\n\n")
            for sentence in conll.tagged_sentences(document, lose):
                file.writelines(f"{token}\t{tag}\n" for token, tag in closed(sentence, single="U", last="L"))
                file.write("\n")


FORMAT = Format(
    "bilou",
    "columns with BILOU (BILUO) tags; white space is not kept",
    (
        ".bilou",
        ".biluo",
    ),
    read=columns.read,
    write=write,
    carries=conll.CARRIES,
)
