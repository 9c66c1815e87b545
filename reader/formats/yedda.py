"""YEDDA (https://github.com/jiesutd/YEDDA): a text with `[@words#Label*]` in it; `[$words#Label*]` is a suggestion.

A file is a document. Spans do not overlap; a text that has such marks of its own cannot be written, and says so.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator

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
# As the program itself finds them: the shortest, and no `#` behind.
_ENTITY = re.compile(r"\[([@$])(.*?)#(.*?)\*\](?!#)", re.S)
_LABEL = re.compile(r"[^#*\[\]\s](?:[^#*\[\]\n\r]*[^#*\[\]\s])?")
_RECOMMENDED = "yedda"


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
    for found in _ENTITY.finditer(marked):
        before, words = marked[place : found.start()], found[2]
        start = length + len(before)
        if not words:
            raise Unfit("expected words in a mark, found none", marked.count("\n", 0, found.start()) + 1)
        try:
            span = Span(start, start + len(words), name(found[3], "a label"))
        except Unfit as error:
            raise Unfit(str(error), marked.count("\n", 0, found.start()) + 1) from error
        if found[1] == "@":
            spans.append(span)
        else:
            suggestions.append(Suggestion(span, _RECOMMENDED))
        parts += (before, words)
        length, place = span.end, found.end()
    text = "".join((*parts, marked[place:]))
    return Document(text, title_of(text), source.name, marks=frozenset(spans), suggestions=tuple(suggestions))


def write_files(documents: Iterable[Document], lose: Lose) -> Iterator[tuple[str, bytes]]:
    """`NAME.yedda` of each document."""
    taken: set[str] = set()
    for document in documents:
        if _ENTITY.search(document.text):
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
