"""The tokens of a document for formats that need some: its own, or spaCy's, cut where spans begin and end."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import pairwise

from reader.model import Document, Span
from reader.nlp import tokens as tokenizing

Borders = list[tuple[int, int]]


def cover(borders: Borders, text: str) -> bool:
    """Whether the tokens leave out nothing but white space; columns that left out words would change the spans."""
    ends = [0, *(end for _, end in borders)]
    starts = [*(start for start, _ in borders), len(text)]
    return not any(text[end:start].strip() for end, start in zip(ends, starts, strict=True))


def whole(document: Document) -> Borders:
    """The document's own tokens where they cover its text, else spaCy's."""
    own = list(document.tokens)
    return own if own and cover(own, document.text) else next(tokenizing.tokenize([document.text], document.language))


def sentences(document: Document, borders: Borders) -> list[Borders]:
    """The tokens by sentence: by lines, and where spaCy's rule-based sentencizer says so.

    A text that was made of tokens, with one space or one newline between two, has its sentences in lines already.
    """
    gaps = [document.text[one[1] : other[0]] for one, other in pairwise(borders)]
    if document.tokens and set(gaps) <= {" ", "\n"}:
        ends = [place for place, gap in enumerate([*gaps, "\n"], 1) if gap == "\n"]
        return [borders[first:last] for first, last in pairwise([0, *ends])] if borders else []
    return [list(found) for found in tokenizing.sentences(document.text, borders)]


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
    for start, end in [*next(tokenizing.tokenize([text], document.language)), (len(text), len(text))]:
        if _any(starts, place, start) or _any(ends, place + 1, start + 1):
            pieces += pairwise([place, *cuts[bisect_right(cuts, place) : bisect_left(cuts, start)], start])
        if start < end:
            pieces += pairwise([start, *cuts[bisect_right(cuts, start) : bisect_left(cuts, end)], end])
        place = end
    return pieces


def _any(places: list[int], low: int, high: int) -> bool:
    """Whether any of sorted places lies in `[low, high)`."""
    return bisect_left(places, low) < bisect_left(places, high)
