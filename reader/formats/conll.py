"""CoNLL-2003 columns (Tjong Kim Sang and De Meulder, 2003): a token a line, a blank line behind a sentence.

The format holds no white space: what is read back has one space between tokens and one line a sentence.

`token -X- -X- tag` with tags in IOB2; `-DOCSTART- -X- -X- O` before each document, an empty line behind each
sentence. Sentences end with lines and where spaCy's rule-based sentencizer says so, never within a span. Spans that
overlap a longer one, do not begin and end with a token, or have a space in their label are losses. White space cannot
be written in columns: when read, a document has one space between tokens and one line a sentence.

Read are columns divided by tabs or spaces, in IOB1, IOB2, BILOU, BIOES or BMES: a span begins at B, S or U, and at
any other letter behind O, another label or the end of a sentence. The token stands first, or behind a number; the tag
is the last column that holds tags, and behind a number there may be two (GermEval's outer and inner layer), which
nest. `--column token=2 --column tag=4 --column tag2=5` says it otherwise. Where spans begin with B, an I that begins
one is told as a slip. Lines that begin with # and are no rows are passed over; `# newdoc id = x` begins a document.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeAlias

from reader.formats import columns
from reader.formats.base import Format, Found, Lose, Source
from reader.formats.columns import DOCSTART
from reader.formats.head import Head
from reader.formats.losses import carried, lose_span, outermost
from reader.formats.tokenizing import sentences, whole
from reader.model import Document

CARRIES = frozenset({"spans", "tokens"})
_PIECE = re.compile(r"\S+")

Borders: TypeAlias = list[tuple[int, int]]


def write(documents: Iterable[Document], path: Path, lose: Lose) -> None:
    """`token -X- -X- tag`, the tag in IOB2: no part of speech and no chunk is known."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for document in documents:
            file.write(f"{DOCSTART} -X- -X- O\n\n")
            for sentence in tagged_sentences(document, lose):
                file.writelines(f"{token} -X- -X- {tag}\n" for token, tag in sentence)
                file.write("\n")


def tagged_sentences(document: Document, lose: Lose) -> Iterator[list[tuple[str, str]]]:
    """The tokens and tags by sentence; a sentence never ends within a span, which could not go on in the next."""
    text = document.text
    borders = [piece for start, end in whole(document) for piece in _pieces(text, start, end)]
    tags = _tags(document, borders, lose)
    sentence: list[tuple[str, str]] = []
    for found in sentences(document, borders):
        if sentence and not tags.get(found[0][0], "O").startswith("I-"):
            yield sentence
            sentence = []
        sentence += [(text[start:end], tags.get(start, "O")) for start, end in found]
    if sentence:
        yield sentence


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A token without white space in it, and none that would begin a document."""
    for piece in _PIECE.finditer(text, start, end):
        cut = piece.start() + 1 if piece[0] == DOCSTART else piece.start()
        if cut > piece.start():
            yield piece.start(), cut
        yield cut, piece.end()


def _tags(document: Document, borders: Borders, lose: Lose) -> dict[int, str]:
    """The tags by the start of their token, without the O's; spans that cannot be tagged are lost."""
    first = {start: number for number, (start, _) in enumerate(borders)}
    last = {end: number for number, (_, end) in enumerate(borders)}
    fitting = []
    for span in carried(document, lose, CARRIES):
        if span.start not in first or span.end not in last:
            lose_span(document, span, lose, "it does not begin and end with a token")
        elif re.search(r"\s", span.label):
            lose_span(document, span, lose, "a column cannot hold a label with white space in it")
        else:
            fitting.append(span)
    flat = outermost(fitting)
    for span in sorted(set(fitting) - set(flat)):
        lose_span(document, span, lose, "it overlaps another, and a token has one tag")
    tags = {}
    for span in flat:
        for number in range(first[span.start], last[span.end] + 1):
            tags[borders[number][0]] = ("I-" if number > first[span.start] else "B-") + span.label
    return tags


def read(source: Source) -> Iterator[Found]:
    """The documents of a file; see `columns`."""
    return columns.read(source)


_ROW = re.compile(r"\S+(?:[ \t]\S+)*?[ \t](?:O|[BIELMSU]-[^ \t]+)")
_LOOKED_AT = 30  # lines


def looks(head: Head) -> str:
    """`-DOCSTART-`, or first lines that all are a token and a tag, in columns: no text that people write is."""
    if head.text.lstrip().startswith(DOCSTART):
        return f"it begins with {DOCSTART}"
    lines = [line for line in head.text.split("\n")[:_LOOKED_AT] if line.strip()]
    widths = {line.count("\t") or line.count(" ") for line in lines}
    rows = len(lines) >= 3 and len(widths) == 1 and all(_ROW.fullmatch(line.rstrip("\r")) for line in lines)
    return "lines of tokens and tags" if rows else ""


FORMAT = Format(
    "conll",
    "CoNLL-2003 columns with IOB2 tags; white space is not kept",
    (".conll", ".iob", ".iob2", ".bio"),
    read=read,
    write=write,
    carries=CARRIES,
    looks=looks,
)
