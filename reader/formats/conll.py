"""CoNLL-2003 columns (Tjong Kim Sang and De Meulder, 2003): a token a line, a blank line behind a sentence.

The format holds no white space: what is read back has one space between tokens and one line a sentence.

`token -X- -X- tag` with tags in IOB2; `-DOCSTART- -X- -X- O` before each document, an empty line behind each
sentence. Sentences end with lines and where spaCy's rule-based sentencizer says so, never within a span. Spans that
overlap a longer one, do not begin and end with a token, or have a space in their label are losses. White space cannot
be written in columns: when read, a document has one space between tokens and one line a sentence.

Read are columns divided by tabs or spaces, in IOB1, IOB2, BILOU, BIOES or BMES: a span begins at B, S or U, and at
any other letter behind O, another label or the end of a sentence. The token stands first, or behind a number; the tag
is the last column that holds tags, under the names of HIPE-2022 (`TOKEN NE-COARSE-LIT ...`) the first, and behind a
number there may be two (GermEval's outer and inner layer), which nest. Columns of tags that were not taken, but for
phrases such as B-NP, are told; `--column token=2 --column tag=4 --column tag2=5` says it otherwise. Where spans begin
with B, an I that begins one is told as a slip. Lines that begin with # and are no rows are passed over;
`# newdoc id = x` begins a document.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, TypeAlias

from reader.formats import columns
from reader.formats.base import Format, Found, Lose, Source, Writer
from reader.formats.columns import DOCSTART
from reader.formats.head import Head
from reader.formats.losses import carried, lose_span
from reader.formats.tokenizing import breaks, own_or_asked, table_asked
from reader.model import Document, Span
from reader.nlp import cutting
from reader.token_borders import all_apart, tokens_of

CARRIES = frozenset({"spans", "tokens"})
_PIECE = re.compile(r"\S+")
_SPACE = re.compile(r"\s")
_BUFFER = 1 << 20


class Tokens(NamedTuple):
    """The tokens of a document, fit for a column: where they start and end, in characters, and their words."""

    starts: list[int]
    ends: list[int]
    words: list[str]


Placed: TypeAlias = tuple[int, int, Span]
"""A span behind its first and its last token."""


def writer(between: str, *, single: str = "B", last: str = "I") -> Writer:
    """A writer of `token`, what is `between` and the tag, with the letters of tokens that are alone and last."""

    def write(documents: Iterable[Document], path: Path, lose: Lose) -> None:
        begun = f"{DOCSTART}{between}O\n\n"
        with path.open("w", encoding="utf-8", newline="\n", buffering=_BUFFER) as file:
            for document in documents:
                file.write(begun + _lines(document, lose, between, single, last))

    return write


def _lines(document: Document, lose: Lose, between: str, single: str, last: str) -> str:
    """The lines of a document; a sentence never ends within a span, which could not go on in the next."""
    tokens = columns_of(document)
    flat, rest = flat_spans(document, tokens, lose, CARRIES)
    for _, _, span in rest:
        lose_span(document, span, lose, "it overlaps another, and a token has one tag")
    sentences = uncut(breaks(document, *tokens), flat)
    # The words and what stands behind each, in turn: nearly always the tag of one that is outside.
    lines = [f"{between}O\n"] * (2 * len(tokens.words))
    lines[::2] = tokens.words
    for first, end, span in flat:
        label = f"-{span[2]}\n"
        if first == end:
            lines[2 * first + 1] = between + single + label
            continue
        lines[2 * first + 1] = f"{between}B{label}"
        for place in range(first + 1, end):
            lines[2 * place + 1] = f"{between}I{label}"
        lines[2 * end + 1] = between + last + label
    for place in sentences:
        lines[2 * place - 1] += "\n"
    return "".join(lines) + "\n" if lines else ""


def columns_of(document: Document) -> Tokens:
    """The document's own tokens where they cover its text, else spaCy's; without white space in them."""
    text = document.text
    borders = own_or_asked(document)
    words = cutting.words_of(text, borders)
    if words is None and document.tokens and not _cover(cutting.slices(text, borders), text):
        borders = table_asked(document)
        words = cutting.words_of(text, borders)
    if words is None or DOCSTART in text:
        borders = cutting.table([piece for start, end in borders.tolist() for piece in _pieces(text, start, end)])
        words = cutting.slices(text, borders)
    return Tokens(borders[:, 0].tolist(), borders[:, 1].tolist(), words)


def _cover(words: list[str], text: str) -> bool:
    """Whether words leave out nothing but white space."""
    return "".join("".join(words).split()) == "".join(text.split())


def uncut(breaks: Iterable[int], spans: Iterable[Placed]) -> list[int]:
    """Which tokens begin a sentence, without those within a span."""
    found = list(breaks)
    for first, last, _ in spans:
        if first < last:
            low, high = bisect_left(found, first + 1), bisect_left(found, last + 1)
            del found[low:high]
    return found


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A token without white space in it, and none that would begin a document."""
    for piece in _PIECE.finditer(text, start, end):
        cut = piece.start() + 1 if piece[0] == DOCSTART else piece.start()
        if cut > piece.start():
            yield piece.start(), cut
        yield cut, piece.end()


def flat_spans(
    document: Document, tokens: Tokens, lose: Lose, carries: frozenset[str]
) -> tuple[list[Placed], list[Placed]]:
    """The spans that tags can say, and those that overlap them, in reading order; what fits no column is lost."""
    flat: list[Placed] = []
    rest: list[Placed] = []
    starts, ends, _ = tokens
    spans = carried(document, lose, carries)
    spaced = {label for label in {span[2] for span in spans} if _SPACE.search(label)}
    apart = None if spaced else all_apart(starts, ends, spans)
    if apart is not None:
        return apart, []
    reach = 0
    for span in spans:
        found = tokens_of(starts, ends, span[0], span[1])
        if found is None:
            lose_span(document, span, lose, "it does not begin and end with a token")
        elif span[2] in spaced:
            lose_span(document, span, lose, "a column cannot hold a label with white space in it")
        elif span[0] >= reach:
            flat.append((*found, span))
            reach = span[1]
        else:
            rest.append((*found, span))
    return flat, rest


def read(source: Source) -> Iterator[Found]:
    """The documents of a file; see `columns`."""
    return columns.read(source)


_ROW = re.compile(r"\S+(?:[ \t]\S+)*?[ \t](?:O|[BIELMSU]-[^ \t]+)")
_LOOKED_AT = 30  # lines


def looks(head: Head) -> str:
    """`-DOCSTART-`, or first lines that all are a token and a tag, in columns: no text that people write is."""
    if head.text.lstrip().startswith(DOCSTART):
        return f"it begins with {DOCSTART}"
    if columns.is_header(head.text.partition("\n")[0].split("\t")):
        return "it begins with the columns of HIPE-2022"
    lines = [line for line in head.text.split("\n")[:_LOOKED_AT] if line.strip()]
    widths = {line.count("\t") or line.count(" ") for line in lines}
    rows = len(lines) >= 3 and len(widths) == 1 and all(_ROW.fullmatch(line.rstrip("\r")) for line in lines)
    return "lines of tokens and tags" if rows else ""


FORMAT = Format(
    "conll",
    "CoNLL-2003 columns with IOB2 tags; white space is not kept",
    (".conll", ".iob", ".iob2", ".bio"),
    read=read,
    write=writer(" -X- -X- "),
    carries=CARRIES,
    looks=looks,
    tokenizes=True,
)
