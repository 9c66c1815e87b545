"""Entities as tags in the text: MUC's `<ENAMEX TYPE="PERSON">`, and the forms that come from it.

Read are ENAMEX, TIMEX and NUMEX (MUC-6 and 7), IE-ER's `<b_enamex type="PERSON">…<e_enamex>`, Stanford's `<PERSON>…`,
OpenNLP's `<START:person> … <END>`, and HAREM's `<PESSOA TIPO="…">` and `<EM CATEG="…">`, well-formed or not. Each
`<DOC>` is a document, else the file is one; other tags are passed over. Of several analyses of the same words
(`<ALT>`, `A|B`) the first is taken, which is told. Further attributes of a tag are attributes of the span.

Written is one file of `<DOC>`s with ENAMEX, in UTF-8; of spans that cross, the one that begins first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from reader.formats import limits
from reader.formats import text as plain
from reader.formats.base import Format, Found, Lose, Place, Source
from reader.formats.head import Head
from reader.formats.losses import carried, described, lose_text, named, shown
from reader.formats.markup import attribute, unprintable
from reader.formats.nesting import nested, tagged
from reader.formats.page_parsing import unescaped
from reader.formats.records import name
from reader.formats.strict import Unfit
from reader.formats.text import title_of
from reader.model import Document, Loss, Span

CARRIES = frozenset({"attributes", "overlaps", "spans"})
_MUC = {"ENAMEX", "TIMEX", "NUMEX"}
_PAGE = {
    *(
        "DOC",
        "DOCS",
        "DOCID",
        "DOCNO",
        "DOCTYPE",
        "TEXT",
        "TXT",
        "P",
        "S",
        "HL",
        "HEADLINE",
        "DATELINE",
        "BODY",
        "SLUG",
    ),
    *("STORYID", "NWORDS", "PREAMBLE", "TRAILER", "ALT", "OMITIDO", "HAREM", "COLHAREM", "ROOT", "XML", "HTML"),
}
_TAG = re.compile(r"<(/?)([A-Za-z][\w:.-]*)((?:\s+[\w:.-]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?)*)\s*/?>")
_ATTRIBUTE = re.compile(r"(?<![\w:.-])([\w:.-]++)\s*+=\s*+(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_KNOWN = re.compile(
    rb"<(?:(?:ENAMEX|TIMEX|NUMEX)\s[^>]*TYPE|[Bb]_(?:enamex|timex|numex|ENAMEX)\s|START:\w+>|EM\s[^>]*CATEG\s*=)"
)
_LABEL = re.compile(rb"<(PERSON|LOCATION|ORGANIZATION|PER|LOC|ORG|GPE|MISC|PESSOA|ORGANIZACAO|LOCAL)[\s>]")
_ATTRIBUTE_NAME = re.compile(r"[A-Za-z][\w.-]*", re.ASCII)
_TYPES = ("TYPE", "CATEG", "TIPO")


def looks(head: Head) -> str:
    """One of its tags; one that is a mere label also ends: alone it stands for a name that was taken out."""
    if b"\0" in head.data:
        return ""
    found = _KNOWN.search(head.data) or any(b"</%b>" % tag in head.data for tag in set(_LABEL.findall(head.data)))
    return "text with entities as tags" if found else ""


class _Opened(NamedTuple):
    """The tag of an entity that is open: where its words begin, in characters of the text and in parts of the page."""

    tag: str
    start: int
    part: int
    label: str
    attributes: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class _Page:
    """A document so far: its text, its spans, and the tags of entities that are open."""

    place: Place
    parts: list[str] = field(default_factory=list)
    length: int = 0
    spans: list[Span] = field(default_factory=list)
    open: list[_Opened] = field(default_factory=list)
    within: bool = True

    def put(self, text: str) -> None:
        text = unescaped(text)
        self.parts.append(text)
        self.length += len(text)

    def begin(self, tag: str, label: str, attributes: tuple[tuple[str, str], ...] = ()) -> None:
        self.open.append(_Opened(tag, self.length, len(self.parts), label, attributes))


def read(source: Source) -> Iterator[Found]:
    """A document for each DOC, or one."""
    for one in plain.read(source):
        if not isinstance(one, Document):
            yield one
            continue
        try:
            yield from _pages(one.text, source)
        except Unfit as error:
            yield source.at(error.line).problem(str(error))


def _pages(marked: str, source: Source) -> Iterator[Found]:
    several = re.search(r"<DOC[\s>]", marked) is not None
    page = _Page(source.at(1), within=not several)
    # Where a document marks its text, only that is its text.
    texts = re.search(r"<(?:TEXT|TXT)[\s>]", marked) is not None
    alternative = place = line = 0
    counted = 0
    for found in _TAG.finditer(marked):
        words = marked[place : found.start()]
        line += marked.count("\n", counted, found.start())
        counted = place = found.start()
        place = found.end()
        if page.within and alternative < 2:
            first, bar, _ = words.partition("|") if alternative else (words, "", "")
            page.put(first)
            alternative = 2 if bar else alternative
        closing, tag = found[1] == "/", found[2]
        upper = tag.upper()
        if upper == "DOC" and several:
            yield from _ended(page, source) if closing else ()
            page = _Page(source.at(line + 1), within=not texts and not closing)
        elif upper in ("TEXT", "TXT") and texts:
            page.within = not closing
        elif upper == "ALT":
            alternative = 0 if closing else 1
            if not closing:
                yield source.at(line + 1).repair("of several analyses of the same words the first is taken")
        elif page.within and alternative < 2:
            _tag(page, closing, tag, found[3], line + 1)
    if page.within:
        page.put(marked[place:])
    if not several or page.spans:
        yield from _ended(page, source)


def _tag(page: _Page, closing: bool, tag: str, rest: str, line: int) -> None:
    """Open or close an entity; any other tag is passed over."""
    upper = tag.upper()
    if upper.startswith(("B_", "E_")):
        closing, tag = upper.startswith("E_"), tag[2:]
    elif tag == "END":
        closing, tag = True, page.open[-1].tag if page.open else ""
    elif tag.startswith("START:"):
        page.begin(tag, name(tag[6:], "a type"))
        return
    if closing:
        _close(page, tag.upper() if not tag.startswith("START:") else tag, line)
        return
    given = {found[1]: unescaped(found[2] or found[3] or found[4] or "") for found in _ATTRIBUTE.finditer(rest)}
    typed = next((key for key in given if key.upper() in _TYPES[:2]), "")
    if tag.upper() in _MUC or (tag.upper() == "EM" and typed):
        if not typed:
            raise Unfit(f"expected a TYPE in {shown(f'<{tag}{rest}>')}, found none", line)
        label = given.pop(typed).partition("|")[0]
    elif tag.isupper() and tag not in _PAGE:
        label = tag
    else:
        return
    attributes = {key: value for key, value in given.items() if value and "\0" not in value}
    page.begin(tag.upper(), name(label.strip(), "a type"), tuple(sorted(attributes.items())))


def _close(page: _Page, tag: str, line: int) -> None:
    """The innermost open tag of that name ends here; one that was never opened is no entity's."""
    if len(page.open) > limits.XML_DEPTH:
        raise Unfit(f"expected at most {limits.XML_DEPTH} tags within each other, found more", line)
    for place in range(len(page.open) - 1, -1, -1):
        if page.open[place].tag == tag:
            _, first, part, label, attributes = page.open.pop(place)
            last = page.length
            if tag.startswith("START:"):
                # OpenNLP sets its tags off by spaces.
                words = "".join(page.parts[part:])
                first, last = first + len(words) - len(words.lstrip()), last - len(words) + len(words.rstrip())
            if first < last:
                page.spans.append(Span(first, last, label, attributes=attributes))
            return


def _ended(page: _Page, source: Source) -> Iterator[Found]:
    text = "".join(page.parts)
    for one in page.open:
        yield page.place.problem(f"expected the end of <{one.tag}> of {one.label}, found none")
    if not page.open and text.strip():
        yield Document(text, title_of(text), source.name, marks=frozenset(page.spans))


def write(documents: Iterable[Document], path: Path, lose: Lose) -> None:
    """One file of documents."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("<DOCS>\n")
        for document in documents:
            if unprintable(document.text):
                lose_text(document, lose, "XML cannot hold its control characters")
            elif not document.text.strip():
                lose_text(document, lose, "a text of white space alone is none between tags")
            else:
                file.write(f"<DOC>\n<TEXT>{_tags(document, lose)}</TEXT>\n</DOC>\n")
        file.write("</DOCS>\n")


def _tags(document: Document, lose: Lose) -> str:
    """The text with its tags; attributes that a tag cannot have are lost."""
    spans = nested(document, carried(document, lose, CARRIES), lose)
    for span in spans:
        for key, value in span.attributes:
            if not _fits(key, value):
                fact = f"{key} = {shown(value)} of {described(span, document.text)}"
                lose(Loss(named(document), fact, "a tag's attributes have a name of letters and a value"))
    return tagged(document.text, spans, _opening, lambda _: "</ENAMEX>")


def _opening(span: Span) -> str:
    said = "".join(f' {key}="{attribute(value)}"' for key, value in span.attributes if _fits(key, value))
    return f'<ENAMEX TYPE="{attribute(span.label)}"{said}>'


def _fits(key: str, value: str) -> bool:
    return bool(_ATTRIBUTE_NAME.fullmatch(key) and key.upper() not in _TYPES and value) and not unprintable(value)


FORMAT = Format(
    "inline-xml",
    "entities as tags in the text: MUC, IE-ER, HAREM, Stanford, OpenNLP",
    (".enamex", ".muc", ".sgm", ".sgml"),
    read=read,
    write=write,
    carries=CARRIES,
    looks=looks,
)
