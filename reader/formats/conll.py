"""CoNLL-2003 columns with IOB2 tags (Tjong Kim Sang and De Meulder, 2003): a token a line, a blank line a sentence.

The format holds no white space: what is read back has one space between tokens and one line a sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from reader.errors import InputError
from reader.formats import limits, losses
from reader.formats.base import Format, Lose, Source
from reader.formats.decoding import decode
from reader.formats.text import title_of
from reader.model import Document, Problem, Span, spans_of
from reader.nlp import tokens as tokenizing

DOCSTART = "-DOCSTART- -X- -X- O"
CARRIES = frozenset({"tokens"})


def write(documents: Iterable[Document], path: Path, lose: Lose) -> None:
    """`token -X- -X- tag`: no part of speech or chunk is known."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for document in documents:
            losses.report(document, lose, carries=CARRIES)
            file.write(f"{DOCSTART}\n\n")
            borders = list(document.tokens) or next(
                iter(tokenizing.tokenize([document.text], document.language or "en"))
            )
            tags = tags_of(document, borders, lose)
            for sentence in tokenizing.sentences(document.text, document.language, borders):
                for start, end in sentence:
                    token = "".join(document.text[start:end].split()) or "_"
                    file.write(f"{token} -X- -X- {tags.get(start, 'O')}\n")
                file.write("\n")


def tags_of(document: Document, borders: list[tuple[int, int]], lose: Lose) -> dict[int, str]:
    """The IOB2 tag by the start of each token inside a span; spans that cannot be tagged are lost."""
    tags: dict[int, str] = {}
    starts = {start: place for place, (start, _) in enumerate(borders)}
    ends = {end: place for place, (_, end) in enumerate(borders)}
    nested = set(losses.overlapping(document))
    for span in spans_of(document.marks):
        if span in nested:
            losses.misfit(document, span, lose, "it overlaps another, and a token has one tag")
        elif span.start not in starts or span.end not in ends:
            losses.misfit(document, span, lose, "it does not lie on token borders")
        elif set(span.label) & set(" \t\n"):
            losses.misfit(document, span, lose, "its label has a space in it")
        else:
            for place in range(starts[span.start], ends[span.end] + 1):
                prefix = "B" if place == starts[span.start] else "I"
                tags[borders[place][0]] = f"{prefix}-{span.label}"
    return tags


def read(source: Source) -> Iterator[Document | Problem]:
    """Documents between `-DOCSTART-` lines; the first column is the token, the last an IOB1 or IOB2 tag."""
    sentences: list[list[tuple[str, str]]] = [[]]
    with source.open() as file:
        for number, line in enumerate(iter(lambda: file.readline(limits.LINE_BYTES), b""), 1):
            try:
                text = decode(line, source.name, source.encoding).rstrip("\r\n")
            except InputError as error:
                yield Problem(source.name, number, str(error).removeprefix(f"{source.name}: "))
                continue
            if text.startswith("-DOCSTART-"):
                yield from _document(sentences, source)
                sentences = [[]]
            elif not text.strip():
                sentences.append([])
            else:
                row = _row(text)
                if row is None:
                    yield Problem(source.name, number, f"expected a token and an IOB tag, found {text[:60]!r}")
                else:
                    sentences[-1].append(row)
    yield from _document(sentences, source)


def _row(line: str) -> tuple[str, str] | None:
    cells = line.split("\t") if "\t" in line else line.split(" ")
    tag = cells[-1]
    if len(cells) < 2 or not cells[0] or (tag != "O" and tag[:2] not in ("B-", "I-")) or len(tag) == 2:
        return None
    return cells[0], tag


def _document(sentences: list[list[tuple[str, str]]], source: Source) -> Iterator[Document]:
    text = ""
    spans: list[Span] = []
    borders: list[tuple[int, int]] = []
    for sentence in filter(None, sentences):
        before: Any = "O"
        for place, (token, tag) in enumerate(sentence):
            text += ("\n" if text and not place else " " if text else "") + token
            start, end = len(text) - len(token), len(text)
            borders.append((start, end))
            if tag != "O":
                continues = tag[0] == "I" and before[2:] == tag[2:]
                spans[len(spans) - continues :] = [Span(spans[-1].start if continues else start, end, tag[2:])]
            before = tag
    if text:
        yield Document(text, title_of(text), source.name, marks=frozenset(spans), tokens=tuple(borders))


FORMAT = Format(
    "conll",
    "CoNLL-2003 columns with IOB2 tags; white space is not kept",
    (".conll", ".iob", ".bio"),
    read=read,
    write=write,
    carries=CARRIES,
)
