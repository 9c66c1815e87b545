"""SLATE (https://github.com/jkkummerfeld/slate): a text beside `NAME.annotations`, an item a line, counted from 0.

Lines are divided by line feeds, tokens by white space, and both ends of an item are within it. An item of a line alone
is a span over the line, one without numbers a tag; two items on a line are linked, by a relation. A line that is
linked and has no label is a span called `line`. The text is looked for as NAME, NAME.txt or NAME.raw.txt.

Written are a folder or a zip of texts and annotations; spans that begin or end within a token are written by
character.
"""

from __future__ import annotations

import codecs
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from operator import itemgetter

from reader.formats import limits
from reader.formats import text as plain
from reader.formats.base import Format, Found, Lose, Source
from reader.formats.decoding import decode
from reader.formats.head import Head
from reader.formats.losses import carried, lose_span, named, related, relations_between, shown
from reader.formats.records import name
from reader.formats.strict import Unfit
from reader.formats.text import title_of
from reader.formats.writing import file_name
from reader.model import Document, Loss, Mark, Relation, Span, Tag

CARRIES = frozenset({"overlaps", "relations", "spans", "tags"})
_SUFFIXES = (".annotations", ".annotation.txt")
_LINE = "line"
_LINK = "link"
_POSITION = r"\((?:\d+(?:, ?\d+){0,2},?)?\)"
_ITEM = re.compile(rf"\(({_POSITION}), ?({_POSITION})\)|{_POSITION}|\d+")
_RECORD = re.compile(rf"(?:{_ITEM.pattern})(?: (?:{_ITEM.pattern}))* -(?: .*)?")
_WORD = re.compile(r"\S+")


def looks(head: Head) -> str:
    """Items before a dash, in a file of its suffix."""
    lines = [line for line in head.lines[:10] if line.strip()]
    found = head.file_name.endswith(_SUFFIXES) and lines and all(_RECORD.fullmatch(line) for line in lines)
    return "an annotation file of SLATE's lines" if found else ""


def companions(file_name: str) -> tuple[str, ...]:
    """The text of an annotation file."""
    stem = _stem(file_name)
    return (stem, f"{stem}.txt", f"{stem}.raw.txt") if stem else ()


def _stem(file_name: str) -> str:
    return next((file_name.removesuffix(suffix) for suffix in _SUFFIXES if file_name.endswith(suffix)), "")


class _Lines:
    """Where the lines of a text are, and their tokens as SLATE divides them."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.begins = [0, *(found.end() for found in re.finditer("\n", self.text))]
        # Items mostly come in the order of the text: the tokens of one line are kept, not those of a whole book.
        self._line = -1
        self._tokens: list[tuple[int, int]] = []

    def line(self, number: int) -> tuple[int, int]:
        if number >= len(self.begins):
            raise Unfit(f"expected a line of the text, 0 to {len(self.begins) - 1}, found {number}")
        end = self.begins[number + 1] - 1 if number + 1 < len(self.begins) else len(self.text)
        return self.begins[number], end

    def tokens(self, number: int) -> list[tuple[int, int]]:
        if number != self._line:
            start, end = self.line(number)
            self._line, self._tokens = number, [found.span() for found in _WORD.finditer(self.text, start, end)]
        return self._tokens

    def stretch(self, position: tuple[int, ...]) -> tuple[int, int]:
        """What a position of one, two or three numbers covers. Raises Unfit."""
        if not position:
            raise Unfit("expected a position of one to three numbers, found none")
        if len(position) == 1:
            return self.line(position[0])
        tokens = self.tokens(position[0])
        if position[1] >= len(tokens):
            raise Unfit(f"expected a token of line {position[0]}, 0 to {len(tokens) - 1}, found {position[1]}")
        start, end = tokens[position[1]]
        if len(position) == 2:
            return start, end
        if start + position[2] >= end:
            raise Unfit(f"expected a character of the token, 0 to {end - start - 1}, found {position[2]}")
        return start + position[2], start + position[2] + 1

    def position(self, offset: int) -> tuple[int, int, int] | None:
        """The line, token and character at an offset; None in white space."""
        number = bisect_right(self.begins, offset) - 1
        tokens = self.tokens(number)
        place = bisect_right(tokens, offset, key=itemgetter(0)) - 1
        if place < 0 or offset >= tokens[place][1]:
            return None
        return number, place, offset - tokens[place][0]


def read(source: Source) -> Iterator[Found]:
    """The one document of a pair."""
    beside = next(filter(None, map(source.beside, companions(source.file_name))), None)
    if beside is None:
        yield source.at().problem("expected the text beside it, the file's name without its suffix, found none")
        return
    texts = list(plain.read(beside))
    yield from (one for one in texts if not isinstance(one, Document))
    document = next((one for one in texts if isinstance(one, Document)), None)
    if document is None:
        return
    with source.open() as file:
        records = decode(file.read(), source.name, source.encoding).split("\n")
    lines = _Lines(document.text)
    marks: set[Mark] = set()
    for number, record in enumerate(records, 1):
        if record.strip():
            try:
                marks |= set(_marks(record.rstrip("\r"), lines))
            except Unfit as error:
                yield source.at(number).problem(str(error))
    yield Document(document.text, title_of(document.text), beside.name, marks=frozenset(marks))


def _marks(record: str, lines: _Lines) -> Iterator[Mark]:
    """What a line says. Raises Unfit."""
    if not _RECORD.fullmatch(record):
        raise Unfit(f"expected items and labels as (0, 1) - label:NAME, found {shown(record)}")
    left, _, right = f"{record} ".partition(" - ")
    labels = [name(word.removeprefix("label:"), "a label") for word in right.split() if word.strip()]
    items = [_item(found) for found in _ITEM.finditer(left)]
    if items == [()]:
        yield from map(Tag, labels)
        return
    if any(item == () for item in items) or len(items) > 2:
        raise Unfit(f"expected one item or two that are linked, found {shown(left)}")
    spans = [_span(item, labels if len(items) == 1 else [], lines) for item in items]
    for span in spans:
        yield from span
    if len(spans) == 2:
        yield from (Relation(spans[0][0], spans[1][0], label) for label in labels or [_LINK])


def _item(found: re.Match[str]) -> tuple[tuple[int, ...], tuple[int, ...]] | tuple[()]:
    """The first and last position of an item; () for the whole document."""
    first, last = (_numbers(one) for one in ((found[1], found[2]) if found[1] else (found[0], found[0])))
    return (first, last) if first else ()


def _numbers(text: str) -> tuple[int, ...]:
    found = re.findall(r"\d+", text)
    if any(len(one) > limits.DIGITS or int(one) > 1 << 40 for one in found):
        raise Unfit(f"expected smaller numbers, found {shown(text)}")
    return tuple(map(int, found))


def _span(item: tuple[tuple[int, ...], tuple[int, ...]] | tuple[()], labels: list[str], lines: _Lines) -> list[Span]:
    assert item
    start, end = lines.stretch(item[0])[0], lines.stretch(item[1])[1]
    if start >= end:
        raise Unfit(f"expected an item that covers something, found {item[0]} to {item[1]}")
    return [Span(start, end, label) for label in labels or [_LINE]]


def write_files(documents: Iterable[Document], lose: Lose) -> Iterator[tuple[str, bytes]]:
    """`NAME.txt` and `NAME.txt.annotations` of each document."""
    taken: set[str] = set()
    for document in documents:
        stem = file_name(document, taken)
        mark = codecs.BOM_UTF8 if document.text.startswith("\ufeff") else b""
        records = "".join(f"{record}\n" for record in _records(document, lose))
        yield f"{stem}.txt", mark + document.text.encode()
        yield f"{stem}.txt.annotations", records.encode()


def _records(document: Document, lose: Lose) -> Iterator[str]:
    lines = _Lines(document.text)
    items: dict[Span, str] = {}
    for span in carried(document, lose, CARRIES):
        first, last = lines.position(span.start), lines.position(span.end - 1)
        if first is None or last is None:
            lose_span(document, span, lose, "it begins or ends in white space")
        elif not _WORD.fullmatch(span.label):
            lose_span(document, span, lose, "SLATE's labels have no white space")
        else:
            whole = lines.stretch(first[:2])[0] == span.start and lines.stretch(last[:2])[1] == span.end
            items[span] = f"({first[:2]}, {last[:2]})" if whole else f"({first}, {last})"
            yield f"{items[span]} - label:{span.label}"
    for label in sorted(mark.label for mark in document.marks if isinstance(mark, Tag)):
        if _WORD.fullmatch(label):
            yield f"() - label:{label}"
        else:
            lose(Loss(named(document), f"tag {label}", "SLATE's labels have no white space"))
    told: set[tuple[str, str]] = set()
    for relation in relations_between(document, items, lose):
        ends = items[relation.head], items[relation.tail]
        plain_ends = [span.label for span in (relation.head, relation.tail)] == [_LINE, _LINE]
        if plain_ends and _WORD.fullmatch(relation.label) and ends not in told:
            told.add(ends)
            yield f"{ends[0]} {ends[1]} -" + ("" if relation.label == _LINK else f" label:{relation.label}")
        else:
            lose(Loss(named(document), related(relation, document.text), "SLATE links places, not labels at them"))


FORMAT = Format(
    "slate",
    "SLATE: a folder or zip of texts and annotations",
    (".annotations", ".slate.zip"),
    read=read,
    write_files=write_files,
    carries=CARRIES,
    looks=looks,
    companions=companions,
)
