"""YEDDA (https://github.com/jiesutd/YEDDA): a text with `[@words#Label*]` in it; `[$words#Label*]` is a suggestion.

A file is a document. Spans do not overlap; a text that has such marks of its own cannot be written, and says so.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from reader.formats import text as plain
from reader.formats.base import Format, Found, Lose, Source
from reader.formats.head import Head
from reader.formats.losses import carried, lose_span, lose_text, outermost
from reader.formats.records import name
from reader.formats.strict import Unfit
from reader.formats.text import title_of
from reader.formats.writing import file_name
from reader.model import Document, Span, Suggestion

CARRIES = frozenset({"spans", "suggestions"})
_OPENED = re.compile(r"\[[@$]")
_CLOSED = re.compile(r"\*\](?!#)")
_LABEL = re.compile(r"[^#*\[\]\s](?:[^#*\[\]\n\r]*[^#*\[\]\s])?")
_RECOMMENDED = "yedda"


class _Mark(NamedTuple):
    """`[@words#label*]` in `[start, end)` of a text; the sign is @, or $ where it was recommended."""

    start: int
    end: int
    sign: str
    words: str
    label: str


def _marks(text: str) -> Iterator[_Mark]:
    """The marks as the program itself finds them: the shortest, and no `#` behind."""
    place = 0
    while opened := _OPENED.search(text, place):
        divider = text.find("#", opened.end())
        closed = _CLOSED.search(text, divider + 1) if divider >= 0 else None
        if closed is None:
            return  # nor is there anything for those that begin later
        sign, words, label = opened[0][1], text[opened.end() : divider], text[divider + 1 : closed.start()]
        yield _Mark(opened.start(), closed.end(), sign, words, label)
        place = closed.end()


def looks(head: Head) -> str:
    """A mark in its form."""
    # A zip holds the marks of small files as they are.
    found = "\0" not in head.text and re.search(r"\[[@$][^\[\]#\n]+#[^#*\[\]\s]+\*\]", head.text)
    return "text with marks as [@words#Label*]" if found else ""


def read(source: Source) -> Iterator[Found]:
    """The one document of a file."""
    for one in plain.read(source):
        if not isinstance(one, Document):
            yield one
            continue
        try:
            yield _document(one.text, source)
        except Unfit as error:
            yield source.at(error.line).problem(str(error))


def _document(marked: str, source: Source) -> Document:
    parts: list[str] = []
    spans: list[Span] = []
    suggestions: list[Suggestion] = []
    place = length = 0
    for mark in _marks(marked):
        before = marked[place : mark.start]
        start = length + len(before)
        if not mark.words:
            raise Unfit("expected words in a mark, found none", marked.count("\n", 0, mark.start) + 1)
        try:
            span = Span(start, start + len(mark.words), name(mark.label, "a label"))
        except Unfit as error:
            raise Unfit(str(error), marked.count("\n", 0, mark.start) + 1) from error
        if mark.sign == "@":
            spans.append(span)
        else:
            suggestions.append(Suggestion(span, _RECOMMENDED))
        parts += (before, mark.words)
        length, place = span.end, mark.end
    text = "".join((*parts, marked[place:]))
    return Document(text, title_of(text), source.name, marks=frozenset(spans), suggestions=tuple(suggestions))


def write_files(documents: Iterable[Document], lose: Lose) -> Iterator[tuple[str, bytes]]:
    """`NAME.yedda` of each document."""
    taken: set[str] = set()
    for document in documents:
        if any(_marks(document.text)):
            lose_text(document, lose, "it has marks of YEDDA's own")
            continue
        spans = carried(document, lose, CARRIES)
        fitting = []
        for span in spans:
            words = document.text[span.start : span.end]
            if not _LABEL.fullmatch(span.label):
                lose_span(document, span, lose, "YEDDA's labels have no #, * or brackets")
            elif "#" in words:
                lose_span(document, span, lose, "its words have a #, which begins a label in YEDDA")
            else:
                fitting.append(span)
        flat = outermost(fitting)
        kept = set(flat)
        for span in fitting:
            if span not in kept:
                lose_span(document, span, lose, "it overlaps another")
        given = [(span, "@") for span in flat]
        given += [(one.span, "$") for one in document.suggestions if _suggestible(document, one, flat)]
        marked = _marked(document.text, sorted(given, key=lambda one: one[0].start))
        back = _document(marked, Source(None, ""))
        if back.text != document.text or back.marks != {Span(one.start, one.end, one.label) for one in flat}:
            lose_text(document, lose, "its brackets beside spans would be taken for YEDDA's", flat)
            continue
        # A text that begins with U+FEFF would lose it for a byte order mark.
        mark = codecs.BOM_UTF8 if marked.startswith("\ufeff") else b""
        yield f"{file_name(document, taken)}.yedda", mark + marked.encode()


def _suggestible(document: Document, suggestion: Suggestion, flat: list[Span]) -> bool:
    """Whether a suggestion can be written: one of YEDDA's own that still stands alone."""
    span = suggestion.span
    words = document.text[span.start : span.end]
    return (
        suggestion.source == _RECOMMENDED
        and "#" not in words
        and bool(_LABEL.fullmatch(span.label))
        and not any(one.overlaps(span) for one in flat)
        and not any(
            other is not suggestion and other.source == _RECOMMENDED and other.span.overlaps(span)
            for other in document.suggestions
        )
    )


def _marked(text: str, given: list[tuple[Span, str]]) -> str:
    parts = []
    place = 0
    for span, sign in given:
        parts += [text[place : span.start], f"[{sign}{text[span.start : span.end]}#{span.label}*]"]
        place = span.end
    return "".join((*parts, text[place:]))


FORMAT = Format(
    "yedda",
    "YEDDA: a folder or zip of texts with marks in them",
    (".yedda", ".yedda.zip"),
    read=read,
    write_files=write_files,
    carries=CARRIES,
    looks=looks,
)
