"""DataTurks' JSONL: a content, and annotations whose points count their last character in.

Several labels on a point are several spans; a point without labels is none. Where the words of a point have other
white space than the text, the text is believed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reader.formats import json_writing, records, strict
from reader.formats.base import Format, Found, Lose, Place, Source
from reader.formats.head import Head
from reader.formats.losses import carried
from reader.formats.offsets import Placing
from reader.formats.strict import Record
from reader.formats.text import title_of
from reader.model import Document, Span

CARRIES = frozenset({"meta", "overlaps", "spans"})


def looks(head: Head) -> str:
    """A content and its annotation."""
    record = head.record
    found = isinstance(record.get("content"), str) and "annotation" in record and "annotations" not in record
    return "JSON objects with content and annotation" if found else ""


def read(source: Source) -> Iterator[Found]:
    """A document a record."""

    def found(record: Record, place: Place) -> Iterator[Found]:
        _, text = records.text_under(record, "content")
        placing = Placing(text, inclusive=True)
        spans: set[Span] = set()
        for value in records.objects(record, "annotation", "an annotation") if record.get("annotation") else []:
            labels = value.get("label")
            for point in records.objects(value, "points", "a point"):
                words = records.string(point, "text") if point.get("text") else None
                first, last, repair = placing.place(*records.ends(point), words)
                if repair:
                    yield place.repair(repair)
                for label in labels if isinstance(labels, list) else [labels]:
                    spans.add(Span(first, last, records.label({"label": label})))
        meta = records.typed(record, "metadata", dict, {}) if record.get("metadata") else {}
        yield Document(text, title_of(text), source.name, meta=strict.checked_meta(meta), marks=frozenset(spans))

    return records.read_records(source, found)


def _records(documents: Iterable[Document], lose: Lose) -> Iterator[Record]:
    for document in documents:
        annotation = [
            {
                "label": [one.label],
                "points": [{"start": one.start, "end": one.end - 1, "text": document.text[one.start : one.end]}],
            }
            for one in carried(document, lose, CARRIES)
        ]
        yield {"content": document.text, "annotation": annotation, "extras": None, "metadata": document.meta}


FORMAT = Format(
    "dataturks",
    "DataTurks' JSONL",
    (".dataturks.json", ".dataturks.jsonl"),
    read=read,
    write=json_writing.lines_writer(_records),
    carries=CARRIES,
    looks=looks,
)
