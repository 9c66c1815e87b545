"""LightTag's JSON: examples with the annotations of several people, in its newer and its older shape.

What an annotator's tag says is a span of that annotator's layer. Written is the newer shape.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reader.formats import json_writing, records, strict
from reader.formats.base import Format, Found, Lose, Place, Source, grouped
from reader.formats.head import Head
from reader.formats.losses import carried
from reader.formats.offsets import Placing
from reader.formats.strict import Record
from reader.formats.text import title_of
from reader.model import Document, Span

CARRIES = frozenset({"annotator", "meta", "overlaps", "spans"})


def looks(head: Head) -> str:
    """Examples with a content, at the top or in a dataset."""
    record = head.record
    dataset = record.get("dataset")
    examples = record.get("examples", dataset.get("examples") if isinstance(dataset, dict) else None)
    first = examples[0] if isinstance(examples, list) and examples else None
    return "a JSON object with examples that have a content" if isinstance(first, dict) and "content" in first else ""


def read(source: Source) -> Iterator[Found]:
    """A document for each example and annotator."""

    def found(record: Record, place: Place) -> Iterator[Found]:
        holder = record if "examples" in record else records.typed(record, "dataset", dict, {})
        for example in records.items(holder, "examples"):
            try:
                yield from _documents(records.an_object(example, "an example"), source, place)
            except strict.Unfit as error:
                yield place.problem(str(error))

    return records.read_records(source, found)


def _documents(example: Record, source: Source, place: Place) -> Iterator[Found]:
    _, text = records.text_under(example, "content")
    placing = Placing(text)
    by_annotator: dict[str, set[Span]] = {}
    for value in records.objects(example, "annotations", "an annotation"):
        words = records.string(value, "value") if value.get("value") else None
        first, last, repair = placing.place(*records.ends(value), words)
        if repair:
            yield place.repair(repair)
        span = Span(first, last, records.label({"label": value.get("tag")}))
        for who in _annotators(value):
            by_annotator.setdefault(who, set()).add(span)
    meta = records.typed(example, "metadata", dict, {}) if example.get("metadata") else {}
    for who in records.items(example, "seen_by"):
        by_annotator.setdefault(_named(who), set())
    for who, spans in sorted(by_annotator.items()) or [("", set())]:
        yield Document(
            text,
            title_of(text),
            source.name,
            meta=strict.checked_meta(meta),
            marks=frozenset(spans),
            annotator=records.name(who, "an annotator", empty=True),
        )


def _annotators(value: Record) -> list[str]:
    found = [_named(who) for who in records.items(value, "annotated_by")]
    return found or [records.string(value, "annotator") if isinstance(value.get("annotator"), str) else ""]


def _named(who: object) -> str:
    name = who.get("annotator") if isinstance(who, dict) else who
    return name if isinstance(name, str) else ""


def _examples(documents: Iterable[Document], lose: Lose) -> Iterator[Record]:
    for number, group in enumerate(grouped(documents), 1):
        first = group[0]
        annotations = [
            {"start": one.start, "end": one.end, "tag": one.label, "value": first.text[one.start : one.end]}
            | {"annotated_by": [{"annotator": document.annotator}]}
            for document in group
            for one in carried(document, lose, CARRIES)
        ]
        yield {
            "example_id": number,
            "content": first.text,
            "metadata": first.meta,
            "seen_by": [{"annotator": document.annotator} for document in group],
            "annotations": annotations,
        }


FORMAT = Format(
    "lighttag",
    "LightTag's JSON: examples with annotations of several people",
    (".lighttag.json",),
    read=read,
    write=json_writing.object_writer("examples", _examples),
    carries=CARRIES,
    looks=looks,
)
