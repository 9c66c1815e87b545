"""BioC JSON (http://bioc.sourceforge.net): documents with passages, annotations and relations.

The text is the passages at their offsets, on lines of their own. An annotation's `type` is its label, its other infons
are attributes, several locations a discontinuous span. A relation between two annotations is a relation; one between
concepts is kept for BioC alone. Offsets count characters; where the words show UTF-16 units or bytes, that is told.
Written are the passages a document came with, or one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reader.formats import bioc, json_writing, records
from reader.formats.base import Format, Found, Lose, Place, Source
from reader.formats.head import Head
from reader.formats.strict import Record, Unfit
from reader.model import Document


def looks(head: Head) -> str:
    """Documents, or a document, with passages."""
    record = head.record
    first = record.get("documents")
    one = first[0] if isinstance(first, list) and first else record
    found = isinstance(one, dict) and isinstance(one.get("passages"), list)
    return "a JSON object with passages" if found else ""


def read(source: Source) -> Iterator[Found]:
    """The documents of a collection, or of lines of documents."""
    return records.read_records(source, lambda record, place: _documents(record, place, source))


def _documents(record: Record, place: Place, source: Source) -> Iterator[Found]:
    for one in records.items(record, "documents") if "documents" in record else [record]:
        try:
            yield from list(bioc.documents(records.an_object(one, "a document"), place, source.name))
        except Unfit as error:
            where = f"document {one['id']}: " if isinstance(one, dict) and one.get("id") else ""
            yield place.problem(f"{where}{error}")


def _records(documents: Iterable[Document], lose: Lose) -> Iterator[Record]:
    for number, document in enumerate(documents, 1):
        record = bioc.record_of(document, number, lose)
        yield {**record, "passages": [{**passage, "sentences": []} for passage in record["passages"]]}


FORMAT = Format(
    "bioc-json",
    "BioC JSON: passages, annotations, relations",
    (".bioc.json",),
    read=read,
    # The library of BioC wants all of them.
    write=json_writing.object_writer("documents", _records, source="", date="", key="", infons={}),
    carries=bioc.CARRIES,
    looks=looks,
)
