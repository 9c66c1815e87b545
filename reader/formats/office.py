"""Word documents (.docx) by python-docx: paragraphs and tables in their order, with title, author and date.

The text is as it is with all tracked changes accepted. A row of a table is a paragraph with tabs between its cells, and
a merged cell is there once. Notes and comments are left out, which is told. What stands in a text box comes behind the
paragraph that holds it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reader.errors import InputError
from reader.formats.archives import FAULTS, Archive
from reader.formats.base import Format, Found, Source
from reader.formats.head import Head
from reader.formats.text import title_of
from reader.model import Document

_NAMESPACE = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main"
# What is drawn is there a second time for programs that cannot draw it.
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_TEXT = frozenset({"br", "cr", "noBreakHyphen", "ptab", "t", "tab"})
_REFERENCES = frozenset({"commentReference", "endnoteReference", "footnoteReference"})
# Deleted, moved away, how words are read aloud, and how all looks: tabs have stops.
_PASSED = frozenset({"del", "moveFrom", "pPr", "rPr", "rt", "sdtPr", "tblPr", "tblGrid", "tcPr", "trPr"})


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
            left_out: list[str] = []
            text = "\n\n".join(_paragraphs(made.element.body, left_out))
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
    if left_out:
        yield source.at().repair(f"notes and comments were left out: {len(left_out)}")
    yield Document(text, title or title_of(text), source.name, meta=meta)


def _paragraphs(holder: Any, left_out: list[str]) -> Iterator[str]:
    """The paragraphs that have text; the notes and comments that are passed over are added to `left_out`."""
    for tag, one in _inside(holder):
        if tag == "p":
            parts: list[str] = []
            boxes: list[Any] = []
            _gather(one, parts, boxes, left_out)
            yield from filter(None, ["".join(parts).strip()])
            for box in boxes:
                yield from _paragraphs(box, left_out)
        elif tag == "tr":
            cells = ["\n".join(_paragraphs(cell, left_out)) for cell in _cells(one)]
            if any(cells):
                yield "\t".join(cells)
        else:
            yield from _paragraphs(one, left_out)


def _cells(row: Any) -> Iterator[Any]:
    """The cells of a row, also those in content controls."""
    for tag, one in _inside(row):
        if tag == "tc":
            yield one
        else:
            yield from _cells(one)


def _gather(holder: Any, parts: list[str], boxes: list[Any], left_out: list[str]) -> None:
    """What of a paragraph is in the line, the text boxes in it, and the notes and comments on it."""
    for tag, one in _inside(holder):
        if tag in _TEXT:
            # python-docx knows what each stands for.
            parts.append(str(one))
        elif tag == "txbxContent":
            boxes.append(one)
        elif tag in _REFERENCES:
            left_out.append(tag)
        else:
            _gather(one, parts, boxes, left_out)


def _inside(holder: Any) -> Iterator[tuple[str, Any]]:
    """`(tag, element)` of what is in an element and is shown; the tag is "" for one that is not Word's own."""
    for one in holder.iterchildren("*"):
        space, _, tag = str(one.tag).rpartition("}")
        if one.tag != _FALLBACK and not (space == _NAMESPACE and tag in _PASSED):
            yield tag if space == _NAMESPACE else "", one


FORMAT = Format("docx", "Word documents", (".docx",), read=read, looks=looks, extra="articles")
