"""CoNLL-2012 and other columns with brackets (https://conll.cemantix.org/2012/data.html): entities and coreference.

`#begin document` begins a document, an empty line ends a sentence. With twelve columns or more, the fourth is the
token, the eleventh holds names as `(PERSON*` and `*)`, and the last coreference as `(12` and `12)`; with three, the
last holds entities as `(person-1` and `person-1)`. A mention is a span, labelled by its type, or `mention` without
one; its chain is an attribute. Only read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from reader.formats import columns
from reader.formats.base import Format, Found, Source
from reader.formats.head import Head
from reader.formats.losses import shown
from reader.formats.records import name
from reader.formats.strict import Unfit
from reader.formats.text import title_of
from reader.model import Document, Span

_BEGIN = re.compile(r"#\s*begin document\s+\(?([^();]*)\)?(?:; part (\d{1,40}))?.*")
_NAME = re.compile(r"\(([^()*|]+)|\)")
_MENTION = re.compile(r"(\()?([^()|]+)(\))?")
_ENTITY = re.compile(r"(?:(?P<label>.*?)-)?(?P<chain>\d+)(?:-(?P<identity>.+))?")
_WIDE = 12


def looks(head: Head) -> str:
    """The line that begins a document."""
    return "a line that begins a document of CoNLL-2012" if _BEGIN.match(head.text) else ""


@dataclass(slots=True)
class _Page:
    """A document so far; what is open is a list of starts by what closes it."""

    title: str = ""
    begun: int = 1
    parts: list[str] = field(default_factory=list)
    length: int = 0
    tokens: list[tuple[int, int]] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    names: list[tuple[int, str]] = field(default_factory=list)
    mentions: dict[tuple[str, str], list[tuple[int, str]]] = field(default_factory=dict)
    good: bool = True


def read(source: Source) -> Iterator[Found]:
    """The documents of a file."""
    page = _Page()
    gap = ""
    for number, line in columns.lines(source):
        try:
            if isinstance(line, bytes):
                raise Unfit("expected a line of text in UTF-8, found other or too many bytes")
            if begin := _BEGIN.match(line):
                yield from _ended(page, source)
                part = f" part {int(begin[2])}" if begin[2] and int(begin[2]) else ""
                page, gap = _Page(title=begin[1].strip() + part, begun=number), ""
            elif not line.strip():
                gap = "\n" if page.length else ""
            elif not line.startswith("#"):
                _row(page, line.split(), gap)
                gap = " "
        except Unfit as error:
            page.good = False
            yield source.at(number).problem(str(error))
    yield from _ended(page, source)


def _row(page: _Page, cells: list[str], gap: str) -> None:
    """A token and what begins and ends at it. Raises Unfit."""
    wide = len(cells) >= _WIDE
    if len(cells) != 3 and not wide:
        raise Unfit(f"expected 3 columns, or {_WIDE} and more, found {len(cells)}")
    token = cells[3] if wide else cells[1]
    start = page.length + len(gap)
    page.parts += (gap, token)
    page.length = start + len(token)
    page.tokens.append((start, page.length))
    if wide:
        _take_names(page, cells[10], start)
    _take_mentions(page, cells[-1], start)


def _take_names(page: _Page, cell: str, start: int) -> None:
    for found in _NAME.finditer(cell):
        if found[1]:
            page.names.append((start, name(found[1], "a label")))
        elif not page.names:
            raise Unfit(f"expected a name that begins before it ends, found {shown(cell)}")
        else:
            begin, label = page.names.pop()
            page.spans.append(Span(begin, page.length, label))


def _take_mentions(page: _Page, cell: str, start: int) -> None:
    if cell in ("-", "_", "*"):
        return
    for found in _MENTION.finditer(cell):
        entity = _ENTITY.fullmatch(found[2])
        if entity is None or not (found[1] or found[3]):
            raise Unfit(f"expected mentions as (12 and 12), or (person-1 and person-1), found {shown(cell)}")
        key = entity["label"] or "", entity["chain"]
        if found[1]:
            page.mentions.setdefault(key, []).append((start, entity["identity"] or ""))
        if found[3]:
            if not page.mentions.get(key):
                raise Unfit(f"expected a mention that begins before it ends, found {shown(found[0])}")
            begin, identity = page.mentions[key].pop()
            attributes = {"chain": key[1], **({"identity": identity} if identity else {})}
            label = name(key[0] or "mention", "a label")
            page.spans.append(Span(begin, page.length, label, attributes=tuple(sorted(attributes.items()))))


def _ended(page: _Page, source: Source) -> Iterator[Found]:
    text = "".join(page.parts)
    left = [label for _, label in page.names] + [f"{key[0]}-{key[1]}" for key, open_ in page.mentions.items() if open_]
    if left and page.good:
        yield source.at(page.begun).problem(f"expected the end of {shown(left[0])} in its document, found none")
    elif text and page.good:
        marks = frozenset(page.spans)
        yield Document(text, page.title or title_of(text), source.name, marks=marks, tokens=tuple(page.tokens))


FORMAT = Format(
    "conll-2012", "CoNLL-2012: columns with brackets, names and coreference", (".coref.conll",), read=read, looks=looks
)
