"""TEI P5 (https://tei-c.org/release/doc/tei-p5-doc/en/html/ND.html): names in the text, each element a span.

Mentions are what stands in `<text>`: persName, placeName, orgName, geogName, country, settlement, region, date, and
name and rs by their type; `ref`, `key` and `when` are attributes. The header gives the title; notes, and of a
`choice` what an editor put in place of the source's own, are left out, as no reader of the page would meet them in
the line. White space is one space, a paragraph stays a paragraph, and where `xml:space` says `preserve` all stays as
it is. A break (`lb`, `pb`, `cb`) is white space; where it says `break="no"`, the word goes on and there is none around
it. Several TEI elements in a corpus are as many documents.

Written is one corpus. A label that is an element of names is that element, any other the type of a `name`; of spans
that cross, the one that begins first. A text with control characters cannot be written, and says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from reader.formats import markup
from reader.formats.base import Format, Found, Lose, Source
from reader.formats.head import Head
from reader.formats.losses import carried, described, lose_text, named, shown
from reader.formats.markup import CONTROL, Characters, End, Start, attribute, escaped, local, unprintable
from reader.formats.nesting import nested, tagged
from reader.formats.records import name
from reader.formats.strict import Unfit
from reader.formats.text import title_of
from reader.model import Document, Loss, Span

_NAMES = frozenset("persName placeName orgName geogName country settlement region district bloc date".split())
_TYPED = frozenset({"name", "rs"})
_BLOCKS = frozenset("p head div lg l ab list item row cell opener closer salute signed dateline quote sp stage".split())
_SILENT = frozenset({"note", "expan", "corr", "reg", "fw", "figDesc"})
_KEPT = ("ref", "key", "when")
_SPACE = re.compile(r"\s+")
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_TEI = "http://www.tei-c.org/ns/1.0"
CARRIES = frozenset({"attributes", "overlaps", "spans", "title"})


def looks(head: Head) -> str:
    """TEI's root element."""
    return "a TEI document" if head.root.rpartition(":")[2] in ("TEI", "teiCorpus", "TEI.2") else ""


@dataclass(slots=True)
class _Page:
    """One TEI element so far: the text, the names that are open, and where the next text goes."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    title: str = ""
    titled: bool = False
    holds: bool = False
    gap: str = ""
    joins: bool = False
    depth: int = 0
    silent: int = 0
    preserved: int = 0
    opened: list[tuple[str, tuple[tuple[str, str], ...], int | None]] = field(default_factory=list)
    spans: set[Span] = field(default_factory=set)

    def write(self, text: str) -> None:
        """Text in the line, its white space as one space where it is not preserved."""
        for piece in [text] if self.preserved else re.split(r"(\s+)", text):
            if not piece:
                continue
            if piece.isspace() and not self.preserved:
                self.gap = self.gap or " " * (not self.joins)
                continue
            before = self.gap if self.length and not self._spaced(piece) else ""
            begun = self.length + len(before)
            self.opened = [(label, kept, begun if first is None else first) for label, kept, first in self.opened]
            self.parts += (before, piece)
            self.length = begun + len(piece)
            self.gap, self.joins = "", False

    def _spaced(self, piece: str) -> bool:
        """Whether preserved text has white space of its own where a line would begin."""
        return bool(self.preserved) and (piece[0].isspace() or self.parts[-1][-1:].isspace())


def read(source: Source) -> Iterator[Found]:
    """A document a TEI element that has text; one in another comes before it."""
    pages, path = [_Page()], [""]
    try:
        for event in markup.events(source):
            match event:
                case Start(full, attributes):
                    path.append(local(full))
                    if path[-1] in ("TEI", "TEI.2"):
                        pages[-1].holds = True
                        pages.append(_Page())
                    _start(pages[-1], path, attributes)
                case Characters(text):
                    _characters(pages[-1], path, text)
                case End(full):
                    _end(pages[-1], path)
                    if path.pop() in ("TEI", "TEI.2"):
                        yield from _document(pages.pop(), source)
    except Unfit as error:
        yield source.at(error.line).problem(str(error))


def _start(page: _Page, path: list[str], attributes: dict[str, str]) -> None:
    tag = path[-1]
    page.depth += tag == "text"
    if not page.depth:
        return
    page.silent += tag in _SILENT
    if page.preserved or attributes.get(_XML_SPACE) == "preserve":
        # Every element within it is counted, so that its own end ends it.
        page.preserved += 1
    if not page.silent and tag in _BLOCKS:
        page.gap = "\n\n"
    elif not page.silent and attributes.get("break") == "no":
        page.gap, page.joins = page.gap.strip(" "), True
    elif not page.silent and tag in ("lb", "pb", "cb"):
        page.gap = page.gap or " "
    if tag in _NAMES or tag in _TYPED:
        label = attributes.get("type", "").strip() or tag if tag in _TYPED else tag
        kept = tuple(sorted((key, attributes[key]) for key in _KEPT if attributes.get(key)))
        page.opened.append((label, kept, None))


def _characters(page: _Page, path: list[str], text: str) -> None:
    if page.depth and not page.silent:
        page.write(text)
    elif not page.titled and not page.depth and "titleStmt" in path and "title" in path:
        page.title += text


def _end(page: _Page, path: list[str]) -> None:
    tag = path[-1]
    if not page.depth:
        page.titled = page.titled or (tag == "title" and bool(page.title.strip()))
        return
    page.silent -= tag in _SILENT
    page.depth -= tag == "text"
    if page.preserved:
        page.preserved -= 1
    if not page.silent and tag in _BLOCKS:
        page.gap = "\n\n"
    if tag in _NAMES or tag in _TYPED:
        label, kept, begun = page.opened.pop()
        if begun is not None:
            page.spans.add(Span(begun, page.length, name(label[:255].strip(), "a type"), attributes=kept))


def _document(page: _Page, source: Source) -> Iterator[Found]:
    if text := "".join(page.parts):
        title = _SPACE.sub(" ", page.title).strip() or title_of(text)
        yield Document(text, title, source.name, marks=frozenset(page.spans))
    elif not page.holds:
        yield source.at().problem("expected a TEI document with text, found none")


def write(documents: Iterable[Document], path: Path, lose: Lose) -> None:
    """One corpus."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<teiCorpus xmlns="{_TEI}">\n{_header("Corpus")}')
        for document in documents:
            if unprintable(document.text):
                lose_text(document, lose, CONTROL)
                continue
            spans = nested(document, carried(document, lose, CARRIES), lose)
            for span in spans:
                for key, value in span.attributes:
                    if not _fits(key, value):
                        fact = f"{key} = {shown(value)} of {described(span, document.text)}"
                        lose(Loss(named(document), fact, f"names have the attributes {', '.join(_KEPT)} alone"))
            body = tagged(document.text, spans, _opening, lambda span: f"</{_element(span)}>")
            file.write(f"<TEI>\n{_header(document.title)}")
            file.write(f'<text><body><ab xml:space="preserve">{body}</ab></body></text>\n</TEI>\n')
        file.write("</teiCorpus>\n")


def _header(title: str) -> str:
    about = "<publicationStmt><p/></publicationStmt><sourceDesc><p/></sourceDesc>"
    return (
        f"<teiHeader><fileDesc><titleStmt><title>{escaped(title)}</title></titleStmt>{about}</fileDesc></teiHeader>\n"
    )


def _element(span: Span) -> str:
    return span.label if span.label in _NAMES else "name"


def _opening(span: Span) -> str:
    kind = "" if span.label in _NAMES else f' type="{attribute(span.label)}"'
    said = "".join(f' {key}="{attribute(value)}"' for key, value in span.attributes if _fits(key, value))
    return f"<{_element(span)}{kind}{said}>"


def _fits(key: str, value: str) -> bool:
    return key in _KEPT and bool(value) and not unprintable(value)


FORMAT = Format(
    "tei",
    "TEI P5: names in running text",
    (".tei", ".tei.xml"),
    read=read,
    write=write,
    carries=CARRIES,
    looks=looks,
)
