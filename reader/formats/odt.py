"""OpenDocument texts (.odt): headings and paragraphs in their order, with the title and author of the document."""

from __future__ import annotations

from collections.abc import Iterator

from reader.formats import markup
from reader.formats.archives import Archive
from reader.formats.base import Format, Found, Source
from reader.formats.head import Head
from reader.formats.markup import Characters, End, Start, local
from reader.formats.strict import Unfit
from reader.formats.text import title_of
from reader.model import Document

_WHITE = {"tab": "\t", "line-break": "\n"}


def looks(head: Head) -> str:
    """A zip that begins with the type of an OpenDocument text."""
    return "an OpenDocument text" if b"application/vnd.oasis.opendocument.text" in head.data[:200] else ""


def read(source: Source) -> Iterator[Found]:
    """The one document of a file."""
    with source.open() as file:
        archive = Archive(file, source.name)
        try:
            text = "\n\n".join(_paragraphs(_member(source, archive, "content.xml")))
            said = _said(_member(source, archive, "meta.xml")) if "meta.xml" in archive.names() else {}
        except Unfit as error:
            yield source.at(error.line).problem(str(error))
            return
    if not text:
        yield source.at().problem("expected a document with text, found none")
        return
    meta = {name: said[key] for key, name in (("creator", "author"), ("date", "date")) if key in said}
    yield Document(text, said.get("title") or title_of(text), source.name, meta=meta)


def _member(source: Source, archive: Archive, name: str) -> Source:
    return Source(None, f"{source.name}/{name}", folder=archive, member=name)


def _paragraphs(source: Source) -> Iterator[str]:
    parts: list[str] = []
    depth = 0
    for event in markup.events(source):
        match event:
            case Start(name, attributes):
                tag = local(name)
                depth += tag in ("p", "h")
                if depth and tag in _WHITE:
                    parts.append(_WHITE[tag])
                elif depth and tag == "s":
                    count = next((value for key, value in attributes.items() if local(key) == "c"), "1")
                    parts.append(" " * min(int(count) if count.isdecimal() else 1, 1000))
            case Characters(text) if depth:
                parts.append(text)
            case End(name) if local(name) in ("p", "h"):
                depth -= 1
                if not depth:
                    if paragraph := "".join(parts).strip():
                        yield paragraph
                    parts.clear()


def _said(source: Source) -> dict[str, str]:
    """What the document says of itself, by the local names of its elements."""
    said: dict[str, str] = {}
    name = ""
    for event in markup.events(source):
        match event:
            case Start(full):
                name = local(full)
            case Characters(text) if name and text.strip():
                said.setdefault(name, text.strip())
            case End():
                name = ""
    return said


FORMAT = Format("odt", "OpenDocument texts", (".odt",), read=read, looks=looks)
