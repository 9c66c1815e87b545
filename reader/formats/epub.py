"""EPUB books (https://www.w3.org/TR/epub-33/): each chapter of the spine is a document, in the order of the book.

`meta` says the book, the number of the chapter, and the files before and behind it. Names are looked up in the archive
alone; nothing is unpacked to the disk, and archives within archives are not opened.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from urllib.parse import unquote

from reader.errors import InputError
from reader.formats import markup
from reader.formats.archives import Archive
from reader.formats.base import Format, Found, Source
from reader.formats.head import Head
from reader.formats.markup import Start, local
from reader.formats.paragraphs import text_of, title_in
from reader.formats.strict import Unfit
from reader.formats.text import title_of
from reader.formats.web import decoded
from reader.model import Document


def looks(head: Head) -> str:
    """A zip that says it is a book, in it or by its name: one without a table of contents is no folder of pages."""
    if "META-INF/container.xml" in head.names:
        return "a zip with META-INF/container.xml"
    return "a zip by the name of a book" if head.names and head.file_name.endswith(".epub") else ""


def read(source: Source) -> Iterator[Found]:
    """A document a chapter that has text."""
    with source.open() as file:
        archive = Archive(file, source.name)
        try:
            book, chapters = _spine(archive, source)
        except Unfit as error:
            yield source.at(error.line).problem(str(error))
            return
        names = set(archive.names())
        for number, name in enumerate(chapters):
            if name not in names:
                yield source.at().repair(
                    f"chapter {number + 1} of the book, {name!r}, is not in it and was passed over"
                )
                continue
            html, wrong = decoded(archive.read(name))
            if wrong:
                yield source.at().repair(f"chapter {number + 1} of the book, {name!r}: {wrong}")
            text = text_of(html)
            if text:
                around = {"previous": chapters[number - 1] if number else "", "next": (*chapters, "")[number + 1]}
                meta = {"book": book, "chapter": number + 1, "file": name, **{k: v for k, v in around.items() if v}}
                yield Document(text, title_in(html) or title_of(text), source.name, meta=meta)


def _spine(archive: Archive, source: Source) -> tuple[str, list[str]]:
    """The title of the book, and the files of its chapters in order. Raises Unfit, InputError."""
    container = Source(None, f"{source.name}/container.xml", folder=archive, member="META-INF/container.xml")
    roots = [one for one in markup.events(container) if isinstance(one, Start) and local(one.name) == "rootfile"]
    if not roots:
        raise InputError(f"{source.name}: names no root file in META-INF/container.xml")
    path = roots[0].attributes.get("full-path", "")
    title, manifest, spine, inside = "", {}, [], False
    for event in markup.events(Source(None, f"{source.name}/{path}", folder=archive, member=path)):
        match event:
            case Start(name, attributes):
                inside = local(name) == "title" and not title
                if local(name) == "item":
                    manifest[attributes.get("id", "")] = attributes.get("href", "")
                elif local(name) == "itemref":
                    spine.append(attributes.get("idref", ""))
            case markup.Characters(text) if inside:
                title += text
            case markup.End():
                inside = False
    folder = posixpath.dirname(path)
    found = [_within(folder, manifest[one]) for one in dict.fromkeys(spine) if one in manifest]
    return title.strip(), [name for name in found if name]


def _within(folder: str, href: str) -> str:
    """The name in the archive that an address means, "" for one that leads out of it."""
    name = posixpath.normpath(posixpath.join(folder, unquote(href.partition("#")[0])))
    return "" if name.startswith(("/", "..")) else name


FORMAT = Format("epub", "EPUB books, a chapter a document", (".epub",), read=read, looks=looks, extra="articles")
