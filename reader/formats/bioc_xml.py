"""BioC XML (http://bioc.sourceforge.net/BioC.dtd): documents with passages, annotations and relations.

What is read of it, and how, is as in `bioc-json`. A text with control characters that XML has no spelling for cannot
be written, and says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from reader.formats import bioc, markup
from reader.formats.base import Format, Found, Lose, Source
from reader.formats.head import Head
from reader.formats.losses import lose_text
from reader.formats.markup import CONTROL, attribute, escaped, local, lose_unprintable, unprintable
from reader.formats.strict import Record, Unfit
from reader.model import Document

_MANY = {"passage": "passages", "sentence": "sentences", "annotation": "annotations", "relation": "relations"}
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE collection SYSTEM "BioC.dtd">\n'
    "<collection><source></source><date></date><key></key>\n"
)


def looks(head: Head) -> str:
    """A collection of documents."""
    found = head.root == "collection" and b"<document" in head.data
    return "a collection of BioC" if found or (head.root == "collection" and b"BioC.dtd" in head.data) else ""


def read(source: Source) -> Iterator[Found]:
    """The documents of a collection, one at a time."""
    try:
        for line, element in markup.elements(source, "document"):
            try:
                yield from list(bioc.documents(_record(element), source.at(line), source.name))
            except Unfit as error:
                yield source.at(line).problem(str(error))
    except Unfit as error:
        yield source.at(error.line).problem(str(error))


def _record(element: Element) -> Record:
    """An element in the form of BioC JSON."""
    record: Record = {"infons": {}, **({"id": element.attrib["id"]} if "id" in element.attrib else {})}
    for one in element:
        tag = local(one.tag)
        if tag == "infon":
            record["infons"][one.attrib.get("key", "")] = one.text or ""
        elif tag in _MANY:
            record.setdefault(_MANY[tag], []).append(_record(one))
        elif tag == "location":
            record.setdefault("locations", []).append(
                {key: _number(one.attrib.get(key)) for key in ("offset", "length")}
            )
        elif tag == "node":
            record.setdefault("nodes", []).append(dict(one.attrib))
        elif tag == "offset":
            record["offset"] = _number(one.text)
        else:
            record[tag] = one.text or ""
    return record


def _number(text: str | None) -> Any:
    """A whole number; anything else as it stands, for the reader of records to refuse."""
    found = (text or "").strip()
    return int(found) if found.isdecimal() and len(found) < 20 else text


def write(documents: Iterable[Document], path: Path, lose: Lose) -> None:
    """One collection."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(_HEAD)
        for number, document in enumerate(documents, 1):
            if unprintable(document.text):
                lose_text(document, lose, CONTROL)
                continue
            lose_unprintable(document, lose)
            record = bioc.record_of(document, number, lose)
            file.write(f"<document><id>{escaped(record['id'])}</id>{_infons(record)}\n")
            for passage in record["passages"]:
                file.write(f"<passage>{_infons(passage)}<offset>{passage['offset']}</offset>")
                file.write(f"<text>{escaped(passage['text'])}</text>\n")
                file.writelines(map(_annotation, passage["annotations"]))
                file.write("</passage>\n")
            file.writelines(map(_relation, record["relations"]))
            file.write("</document>\n")
        file.write("</collection>\n")


def _infons(record: Record) -> str:
    return "".join(
        f'<infon key="{attribute(str(key))}">{escaped(str(value))}</infon>'
        for key, value in (record.get("infons") or {}).items()
        if not unprintable(f"{key}{value}")
    )


def _annotation(one: Record) -> str:
    places = "".join(f'<location offset="{part["offset"]}" length="{part["length"]}"/>' for part in one["locations"])
    return f'<annotation id="{one["id"]}">{_infons(one)}{places}<text>{escaped(one["text"])}</text></annotation>\n'


def _relation(one: Record) -> str:
    nodes = "".join(
        f'<node refid="{attribute(str(node.get("refid", "")))}" role="{attribute(str(node.get("role", "")))}"/>'
        for node in one.get("nodes") or []
    )
    return f'<relation id="{attribute(str(one.get("id", "")))}">{_infons(one)}{nodes}</relation>\n'


FORMAT = Format(
    "bioc-xml",
    "BioC XML: passages, annotations, relations",
    (".bioc.xml",),
    read=read,
    write=write,
    carries=bioc.CARRIES,
    looks=looks,
)
