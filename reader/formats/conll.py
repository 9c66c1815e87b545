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
from reader.formats.losses import carried, in_order, lose_span, outermost
from reader.formats.tokenizing import sentences, whole
from reader.model import Document, Span

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
    borders = columns_of(document)
    flat, rest = flat_spans(document, borders, lose, CARRIES)
    for span in rest:
        lose_span(document, span, lose, "it overlaps another, and a token has one tag")
    tags = tags_of(flat, borders)
    for sentence in uncut(sentences(document, borders), flat):
        yield [(text[start:end], tags.get(start, "O")) for start, end in sentence]


def columns_of(document: Document) -> Borders:
    """The tokens of a document, fit for a column."""
    text = document.text
    found: Borders = []
    for start, end in whole(document):
        # Nearly all tokens are words, which need no look.
        if text[start:end].isalnum():
            found.append((start, end))
        else:
            found += _pieces(text, start, end)
    return found


def uncut(found: Iterable[Borders], spans: Iterable[Span]) -> Iterator[Borders]:
    """Sentences, those together between which a span goes on."""
    ends = sorted((span.start, span.end) for span in spans)
    place, reach = 0, 0
    sentence: Borders = []
    for one in found:
        while place < len(ends) and ends[place][0] < one[0][0]:
            reach = max(reach, ends[place][1])
            place += 1
        if sentence and reach <= one[0][0]:
            yield sentence
            sentence = []
        sentence = sentence + one
    if sentence:
        yield sentence


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A token without white space in it, and none that would begin a document."""
    for piece in _PIECE.finditer(text, start, end):
        cut = piece.start() + 1 if piece[0] == DOCSTART else piece.start()
        if cut > piece.start():
            yield piece.start(), cut
        yield cut, piece.end()


def flat_spans(
    document: Document, borders: Borders, lose: Lose, carries: frozenset[str]
) -> tuple[list[Span], list[Span]]:
    """The spans that tags can say, and those that overlap them, in reading order; what fits no column is lost."""
    first, last = {start for start, _ in borders}, {end for _, end in borders}
    fitting = []
    for span in carried(document, lose, carries):
        if span.start not in first or span.end not in last:
            lose_span(document, span, lose, "it does not begin and end with a token")
        elif re.search(r"\s", span.label):
            lose_span(document, span, lose, "a column cannot hold a label with white space in it")
        else:
            fitting.append(span)
    flat = outermost(fitting)
    return flat, in_order(set(fitting) - set(flat))


def tags_of(spans: Iterable[Span], borders: Borders) -> dict[int, str]:
    """The tags of spans that do not overlap, in IOB2, by the start of their token and without the O's."""
    first = {start: number for number, (start, _) in enumerate(borders)}
    last = {end: number for number, (_, end) in enumerate(borders)}
    tags = {}
    for span in spans:
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
