"""Word documents (.docx) by python-docx: paragraphs and tables in their order, with title, author and date."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reader.errors import InputError
from reader.formats.archives import FAULTS, Archive
from reader.formats.base import Format, Found, Source
from reader.formats.head import Head
from reader.formats.text import title_of
from reader.model import Document


def looks(head: Head) -> str:
    """A zip with Word's document."""
    return "a zip with word/document.xml" if "word/document.xml" in head.names else ""


def read(source: Source) -> Iterator[Found]:
    """The one document of a file."""
    try:
        import docx
        from docx.opc.exceptions import OpcError
        from lxml.etree import LxmlError
    except ImportError as error:
        raise InputError(f"{source.name}: needs python-docx: pip install 'reader-annotator[articles]'") from error
    with source.open() as file:
        Archive(file, source.name)
    with source.open() as file:
        try:
            made = docx.Document(file)
            text = "\n\n".join(filter(None, _paragraphs(made)))
            said = made.core_properties
            meta = {name: str(value) for name, value in (("author", said.author), ("date", said.created)) if value}
            title = said.title
        except (*FAULTS, OpcError, LxmlError, LookupError, AttributeError, TypeError, AssertionError) as error:
            # python-docx takes for granted that every part is there and of its kind.
            yield source.at().problem(f"expected a Word document, found a fault: {error}")
            return
    if not text:
        yield source.at().problem("expected a document with text, found none")
        return
    yield Document(text, title or title_of(text), source.name, meta=meta)


def _paragraphs(holder: Any) -> Iterator[str]:
    for one in holder.iter_inner_content():
        if hasattr(one, "rows"):
            for row in one.rows:
                yield "\t".join(cell.text.strip() for cell in row.cells)
        else:
            yield one.text.strip()


FORMAT = Format("docx", "Word documents", (".docx",), read=read, looks=looks, extra="articles")
