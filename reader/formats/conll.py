"""CoNLL-2003 columns (Tjong Kim Sang and De Meulder, 2003): a token a line, a blank line behind a sentence.

The format holds no white space: what is read back has one space between tokens and one line a sentence.

`token -X- -X- tag` with tags in IOB2; `-DOCSTART- -X- -X- O` before each document, an empty line behind each
sentence. Sentences end with lines and where spaCy's rule-based sentencizer says so, never within a span. Spans that
overlap a longer one, do not begin and end with a token, or have a space in their label are losses. White space cannot
be written in columns: when read, a document has one space between tokens and one line a sentence.

Read are columns divided by tabs or spaces with the token first and the tag last, in IOB1, IOB2, BILOU, BIOES or BMES:
a span begins at B, S or U, and at any other letter behind O, another label or the end of a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeAlias

from reader.errors import InputError
from reader.formats import limits
from reader.formats.base import Format, Found, Lose, Source
from reader.formats.decoding import decode_part, marked_as, numbered
from reader.formats.head import Head
from reader.formats.losses import carried, lose_span, outermost, shown
from reader.formats.records import Unfit, name
from reader.formats.text import title_of
from reader.model import Document, Problem, Span
from reader.nlp import tokens as tokenizing

DOCSTART = "-DOCSTART-"
CARRIES = frozenset({"spans", "tokens"})
_PIECE = re.compile(r"\S+")
# IOB1 and IOB2, and the letters with which BILOU, BIOES and BMES mark last, single and middle tokens.
_TAG = re.compile(r"(?:([BIELMSU])-(.+)|O)")

Borders: TypeAlias = list[tuple[int, int]]
Row: TypeAlias = tuple[str, str, str]  # token, prefix ("" outside), label


def write(documents: Iterable[Document], path: Path, lose: Lose) -> None:
    """`token -X- -X- tag`, the tag in IOB2: no part of speech and no chunk is known."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for document in documents:
            file.write(f"{DOCSTART} -X- -X- O\n\n")
            for sentence in _sentences(document, lose):
                file.writelines(f"{token} -X- -X- {tag}\n" for token, tag in sentence)
                file.write("\n")


def _sentences(document: Document, lose: Lose) -> Iterator[list[tuple[str, str]]]:
    """The tokens and tags by sentence; a sentence never ends within a span, which could not go on in the next."""
    text = document.text
    own = list(document.tokens)
    if not own or not _cover(own, text):
        own = next(tokenizing.tokenize([text], document.language))
    borders = [piece for start, end in own for piece in _pieces(text, start, end)]
    tags = _tags(document, borders, lose)
    sentence: list[tuple[str, str]] = []
    for found in tokenizing.sentences(text, document.language, borders):
        if sentence and not tags.get(found[0][0], "O").startswith("I-"):
            yield sentence
            sentence = []
        sentence += [(text[start:end], tags.get(start, "O")) for start, end in found]
    if sentence:
        yield sentence


def _cover(borders: list[tuple[int, int]], text: str) -> bool:
    """Whether the tokens leave out nothing but white space; columns that left out words would change the spans."""
    ends = [0, *(end for _, end in borders)]
    starts = [*(start for start, _ in borders), len(text)]
    return not any(text[end:start].strip() for end, start in zip(ends, starts, strict=True))


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
    """The documents between `-DOCSTART-` lines. The first column is the token, the last its tag in any IOB scheme.

    A span begins at B, and at I after O, after another label or at the beginning of a sentence.
    """
    sentences: list[list[Row]] = [[]]
    width = 0
    empty = good = True
    for number, line in _lines(source):
        try:
            cells = _cells(line)
            if cells[:1] == [DOCSTART]:
                if good:
                    yield from _document(sentences, source)
                sentences, empty, good = [[]], False, True
            elif not cells:
                sentences.append([])
            elif not _is_comment(cells, width):
                width = width or len(cells)
                sentences[-1].append(_row(cells, width))
                empty = False
        except Unfit as error:
            empty = good = False
            yield Problem(source.name, number, str(error))
    if good:
        yield from _document(sentences, source)
    if empty:
        yield Problem(source.name, 0, "expected lines with a token and a tag, found none")


def _lines(source: Source) -> Iterator[tuple[int, bytes | str]]:
    """The lines without their newlines, as bytes where they cannot be decoded."""
    with source.open() as file:
        for number, line in numbered(file):
            mark, marked = marked_as(line) if number == 1 else (b"", "")
            if mark and marked != "utf-8":
                raise InputError(f"{source.name}: is {marked.upper()}; save it as UTF-8")
            if len(line) > limits.LINE_BYTES:
                yield number, line
                continue
            try:
                yield number, decode_part(line, source.name, source.encoding).rstrip("\r\n")
            except InputError:
                yield number, line


def _cells(line: bytes | str) -> list[str]:
    """The columns of a line: at tabs where there are any, else at spaces. No other white space divides."""
    if isinstance(line, bytes):
        raise Unfit("expected a line of text in UTF-8, found other or too many bytes; name it with --encoding")
    if "\t" in line:
        return line.rstrip("\t").split("\t")
    return [cell for cell in line.split(" ") if cell]


def _is_comment(cells: list[str], width: int) -> bool:
    """A line that begins with # and is no row: one with another number of columns, or without a tag."""
    return cells[0].startswith("#") and (len(cells) != (width or len(cells)) or not _TAG.fullmatch(cells[-1]))


def _row(cells: list[str], width: int) -> Row:
    if len(cells) < 2:
        raise Unfit(f"expected a token and a tag, found one column: {shown(cells[0])}")
    if len(cells) != width:
        raise Unfit(f"expected {width} columns as in the lines before, found {len(cells)}")
    tag = _TAG.fullmatch(cells[-1])
    if tag is None or not cells[0]:
        raise Unfit(f"expected a tag such as B-PER, I-PER or O in the last column, found {shown(cells[-1])}")
    if "\0" in cells[0]:
        raise Unfit("expected a token, found a NUL character")
    return cells[0], tag[1] or "", name(tag[2], "a label") if tag[2] else ""


def _document(sentences: list[list[Row]], source: Source) -> Iterator[Document]:
    parts: list[str] = []
    borders: Borders = []
    spans: list[Span] = []
    place = 0
    for sentence in filter(None, sentences):
        last, going_on = "", False
        for column, (token, prefix, label) in enumerate(sentence):
            gap = "" if not place else " " if column else "\n"
            start, end = place + len(gap), place + len(gap) + len(token)
            if prefix and going_on and label == last and prefix not in "BSU":
                spans[-1] = Span(spans[-1].start, end, label)
            elif prefix:
                spans.append(Span(start, end, label))
            last, going_on = label, bool(prefix) and prefix not in "ELSU"
            parts += (gap, token)
            borders.append((start, end))
            place = end
    if text := "".join(parts):
        yield Document(text, title_of(text), source.name, marks=frozenset(spans), tokens=tuple(borders))


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
