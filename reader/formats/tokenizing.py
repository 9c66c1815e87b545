"""The tokens of a document for formats that need some: its own, or spaCy's, cut where spans begin and end."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING

from reader import token_borders
from reader.model import Document, Span
from reader.nlp import cutting
from reader.nlp import tokens as tokenizing

if TYPE_CHECKING:
    from reader.nlp.cutting import Table

Borders = list[tuple[int, int]]


def cover(tokens: Borders, text: str) -> bool:
    """Whether the tokens leave out nothing but white space; columns that left out words would change the spans."""
    ends = [0, *(end for _, end in tokens)]
    starts = [*(start for start, _ in tokens), len(text)]
    return not any(text[end:start].strip() for end, start in zip(ends, starts, strict=True))


def asked(document: Document) -> list[int]:
    """`start, end, start, end, ...` of spaCy's tokens, which may be known."""
    known = token_borders.unpack(document.token_borders, document.text) if document.token_borders else None
    return tokenizing.borders(document.text, document.language) if known is None else known


def table_asked(document: Document) -> Table:
    """What `asked` finds, as an array."""
    known = cutting.unpacked(document.token_borders, document.text) if document.token_borders else None
    return cutting.table(tokenizing.borders(document.text, document.language)) if known is None else known


def own_or_asked(document: Document) -> Table:
    """The borders of the document's own tokens where it brought some, else of spaCy's."""
    return cutting.table(document.tokens) if document.tokens else table_asked(document)


def paired(flat: list[int]) -> Borders:
    """`(start, end)` of each token."""
    return list(zip(flat[::2], flat[1::2], strict=True))


def whole(document: Document) -> Borders:
    """The document's own tokens where they cover its text, else spaCy's."""
    own = list(document.tokens)
    return own if own and cover(own, document.text) else paired(asked(document))


def sentences(document: Document, tokens: Borders) -> list[Borders]:
    """The tokens by sentence; see `breaks`."""
    starts, ends = [start for start, _ in tokens], [end for _, end in tokens]
    words = [document.text[start:end] for start, end in tokens]
    places = [0, *breaks(document, starts, ends, words), len(tokens)]
    return [tokens[first:last] for first, last in pairwise(places)] if tokens else []


def breaks(document: Document, starts: list[int], ends: list[int], words: list[str]) -> list[int]:
    """Which tokens begin a sentence, but for the first: by lines, and where spaCy's rule-based sentencizer says so.

    A text that was made of tokens, with one space or one newline between two, has its sentences in lines already.
    """
    text = document.text
    if document.tokens:
        gaps = [text[end:start] for end, start in zip(ends, starts[1:], strict=False)]
        if set(gaps) <= {" ", "\n"}:
            return [place for place, gap in enumerate(gaps, 1) if gap == "\n"]
    return tokenizing.breaks(text, starts, ends, words)


def cut(document: Document, spans: list[Span]) -> Borders:
    """Tokens, cut where spans begin and end; the white space between two is one where a span begins or ends in it.

    Where tokens are ours to choose, no span needs to lie beside their borders.
    """
    text = document.text
    starts = sorted({span.start for span in spans})
    ends = sorted({span.end for span in spans})
    cuts = sorted({*starts, *ends})
    pieces: Borders = []
    place = 0
    for start, end in [*paired(asked(document)), (len(text), len(text))]:
        if _any(starts, place, start) or _any(ends, place + 1, start + 1):
            pieces += pairwise([place, *cuts[bisect_right(cuts, place) : bisect_left(cuts, start)], start])
        if start < end:
            pieces += pairwise([start, *cuts[bisect_right(cuts, start) : bisect_left(cuts, end)], end])
        place = end
    return pieces


def _any(places: list[int], low: int, high: int) -> bool:
    """Whether any of sorted places lies in `[low, high)`."""
    return bisect_left(places, low) < bisect_left(places, high)
