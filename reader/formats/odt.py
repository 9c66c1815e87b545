"""OpenDocument texts (.odt): headings and paragraphs in their order, with the title and author of the document.

The text is as it is with all tracked changes accepted. Notes and comments are left out, which is told; those who read
the line would not meet them in it. What stands in a text box comes behind the paragraph that holds it.
"""

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
_TOLD = frozenset({"annotation", "note"})
# Deleted text is kept at the beginning of the document; the others say how words are read, and what a picture shows.
_SILENT = frozenset({"tracked-changes", "ruby-text"})
_ABOUT_PICTURES = ("svg-compatible:1.0}title", "svg-compatible:1.0}desc")


def looks(head: Head) -> str:
    """A zip that begins with the type of an OpenDocument text."""
    return "an OpenDocument text" if b"application/vnd.oasis.opendocument.text" in head.data[:200] else ""


def read(source: Source) -> Iterator[Found]:
    """The one document of a file."""
    with source.open() as file:
        archive = Archive(file, source.name)
        try:
            left_out: list[str] = []
            text = "\n\n".join(_paragraphs(_member(source, archive, "content.xml"), left_out))
            said = _said(_member(source, archive, "meta.xml")) if "meta.xml" in archive.names() else {}
        except Unfit as error:
            yield source.at(error.line).problem(str(error))
            return
    if not text:
        yield source.at().problem("expected a document with text, found none")
        return
    if left_out:
        yield source.at().repair(f"notes and comments were left out: {len(left_out)}")
    meta = {name: said[key] for key, name in (("creator", "author"), ("date", "date")) if key in said}
    yield Document(text, said.get("title") or title_of(text), source.name, meta=meta)


def _member(source: Source, archive: Archive, name: str) -> Source:
    return Source(None, f"{source.name}/{name}", folder=archive, member=name)


def _paragraphs(source: Source, left_out: list[str]) -> Iterator[str]:
    """The paragraphs that have text; the notes and comments that are passed over are added to `left_out`."""
    begun: list[list[str]] = []
    found: list[list[str]] = []
    silent = 0
    for event in markup.events(source):
        match event:
            case Start(name, attributes):
                tag = local(name)
                if silent or _is_silent(name):
                    silent += 1
                    left_out += [tag] if silent == 1 and tag in _TOLD else []
                elif tag in ("p", "h"):
                    begun.append([])
                    found.append(begun[-1])
                elif begun:
                    begun[-1].append(_white(tag, attributes))
            case End() if silent:
                silent -= 1
            case Characters(text) if begun and not silent:
                begun[-1].append(text)
            case End(name) if local(name) in ("p", "h"):
                begun.pop()
                if not begun:
                    yield from filter(None, ("".join(parts).strip() for parts in found))
                    found.clear()


def _is_silent(name: str) -> bool:
    return local(name) in _TOLD | _SILENT or name.endswith(_ABOUT_PICTURES)


def _white(tag: str, attributes: dict[str, str]) -> str:
    """The white space that an element in a paragraph stands for."""
    if tag == "s":
        count = next((value for key, value in attributes.items() if local(key) == "c"), "1")
        return " " * min(int(count.lstrip("0")[:4] or 0) if count.isdecimal() else 1, 1000)
    return _WHITE.get(tag, "")


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
