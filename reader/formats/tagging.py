"""Tokens and tags, in any of the IOB family of schemes, to a text with spans, and back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from reader.formats.records import name
from reader.formats.strict import Unfit
from reader.model import Span

TAG = re.compile(r"(?:([BIELMSU])-(.+)|O|-|_)", re.S)
"""IOB1 and IOB2, and the letters with which BILOU, BIOES and BMES mark last, single and middle tokens."""

Row: TypeAlias = tuple[str, str, str]  # token, prefix ("" outside), label


def row(token: str, tag: str) -> Row:
    """A token and its tag, taken apart. Raises Unfit."""
    if not token:
        raise Unfit("expected a token, found none")
    found = TAG.fullmatch(tag)
    if found is None:
        raise Unfit(f"expected a tag such as B-PER, I-PER or O, found {tag!r}")
    return token, found[1] or "", name(found[2], "a label") if found[2] else ""


def joined(sentences: Iterable[Sequence[Row]], gap: str = "\n") -> tuple[str, list[Span], list[tuple[int, int]]]:
    """Text, spans and token borders of sentences: one space between tokens, `gap` between sentences.

    A span begins at B, S and U, and at any other letter behind O, another label or the end of a sentence (as the
    `conlleval` script of CoNLL-2000 counts).
    """
    parts: list[str] = []
    borders: list[tuple[int, int]] = []
    spans: list[Span] = []
    place = 0
    for sentence in filter(None, sentences):
        last, going_on = "", False
        for column, (token, prefix, label) in enumerate(sentence):
            before = "" if not place else " " if column else gap
            start, end = place + len(before), place + len(before) + len(token)
            if prefix and going_on and label == last and prefix not in "BSU":
                spans[-1] = Span(spans[-1].start, end, label)
            elif prefix:
                spans.append(Span(start, end, label))
            last, going_on = label, bool(prefix) and prefix not in "ELSU"
            parts += (before, token)
            borders.append((start, end))
            place = end
    return "".join(parts), spans, borders


def placed(rows: Sequence[Row], borders: Sequence[tuple[int, int]]) -> list[Span]:
    """The spans that tags give to tokens whose places in a text are known."""
    spans: list[Span] = []
    last, going_on = "", False
    for (_, prefix, label), (start, end) in zip(rows, borders, strict=True):
        if prefix and going_on and label == last and prefix not in "BSU":
            spans[-1] = Span(spans[-1].start, end, label)
        elif prefix:
            spans.append(Span(start, end, label))
        last, going_on = label, bool(prefix) and prefix not in "ELSU"
    return spans


_QUOTES = ("``", "''")
"""How the Penn Treebank writes quotation marks."""


def found_in(text: str, tokens: Sequence[str]) -> list[tuple[int, int]]:
    """Where tokens are in a text, one behind the other. Raises Unfit for one that is not there."""
    borders = []
    place = 0
    for token in tokens:
        start = text.find(token, place)
        if token in _QUOTES and (start < 0 or text[place:start].strip()):
            token, start = '"', text.find('"', place)
        if start < 0 or text[place:start].strip():
            raise Unfit(f"expected the token {token[:40]!r} in the text behind character {place}, found none")
        place = start + len(token)
        borders.append((start, place))
    return borders


def closed(sentence: Sequence[tuple[str, str]], *, single: str, last: str) -> Iterator[tuple[str, str]]:
    """The tokens and IOB2 tags of a sentence, with letters of their own for single tokens and last ones."""
    for place, (token, tag) in enumerate(sentence):
        following = sentence[place + 1][1] if place + 1 < len(sentence) else "O"
        if tag != "O" and not following.startswith("I-"):
            tag = (single if tag.startswith("B-") else last) + tag[1:]
        yield token, tag
