"""Label Studio's JSON_MIN export: a row an annotation, the data at the top, the regions under the control's name.

Regions of HyperText count the text that a page shows, which is then the document's text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from reader.formats import json_writing, records
from reader.formats.base import Format, Found, Lose, Place, Source
from reader.formats.head import Head
from reader.formats.label_studio import REGIONS, rendered
from reader.formats.losses import carried
from reader.formats.offsets import Placing
from reader.formats.strict import Record
from reader.formats.text import title_of
from reader.model import Document, Mark, Span, Tag

NAME = "label-studio-min"
CARRIES = frozenset({"annotator", "overlaps", "spans", "tags"})
_OWN = ("id", "annotator", "annotation_id", "created_at", "updated_at", "lead_time", "text")


def looks(head: Head) -> str:
    """A text beside regions whose labels are a list."""
    record = head.telling(("label",))
    if not isinstance(record.get("text"), str) or "spans" in record:
        return ""
    key = next((key for key, value in record.items() if _are_regions(value)), "")
    if key:
        return f"JSON objects with a text and regions under {key}"
    return "JSON objects with an annotation_id" if "annotation_id" in record and "annotator" in record else ""


def _are_regions(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and isinstance(value[0], dict)
        and bool(_kind(value[0]))
        and "start" in value[0]
    )


def _kind(region: Record) -> str:
    """The key of a region's labels, "" where it has none."""
    return next((kind for kind in REGIONS if isinstance(region.get(kind), list)), "")


def read(source: Source) -> Iterator[Found]:
    """A document a row."""
    return records.read_records(source, lambda record, place: documents_of(record, place, source))


def documents_of(record: Record, place: Place, source: Source) -> Iterator[Found]:
    """The document of a row. Raises Unfit."""
    key, text = records.text_under(record, source.options.column("text") or "text")
    regions = [one for value in record.values() if _are_regions(value) for one in value]
    if any(isinstance(one, dict) and _kind(one) == "hypertextlabels" for one in regions):
        text = rendered(text)
    placing = Placing(text)
    marks: set[Mark] = set()
    used = {key, *_OWN}
    for name, value in record.items():
        if _are_regions(value):
            used.add(name)
            for region in records.objects(record, name, "a region"):
                words = records.string(region, "text") if region.get("text") else None
                where = records.typed(region, "globalOffsets", dict, region)
                start, end, repair = placing.place(*records.ends(where), words)
                if repair:
                    yield place.repair(repair)
                labels = records.items(region, _kind(region) or "labels")
                marks |= {Span(start, end, records.label({"label": label})) for label in labels}
        elif isinstance(value, dict) and isinstance(value.get("choices"), list):
            used.add(name)
            marks |= {Tag(records.label({"label": choice}, "a choice")) for choice in value["choices"]}
    who = record.get("annotator")
    name = records.name(str(who), "an annotator") if isinstance(who, str | int) and who else ""
    meta = records.rest(record, used | {"label"} if record.get("label") == [] else used)
    yield Document(text, title_of(text), source.name, meta=meta, marks=frozenset(marks), annotator=name)


def _rows(documents: Iterable[Document], lose: Lose) -> Iterator[Record]:
    for number, document in enumerate(documents, 1):
        regions = [
            {"start": one.start, "end": one.end, "text": document.text[one.start : one.end], "labels": [one.label]}
            for one in carried(document, lose, CARRIES)
        ]
        row: Record = {"id": number, "text": document.text, "label": regions}
        if tags := sorted(mark.label for mark in document.marks if isinstance(mark, Tag)):
            row["tags"] = {"choices": tags}
        yield row | {"annotator": document.annotator, "annotation_id": number}


FORMAT = Format(
    NAME,
    "Label Studio's JSON_MIN: a row an annotation",
    (".json_min.json", ".min.json"),
    read=read,
    write=json_writing.array_writer(_rows),
    carries=CARRIES,
    looks=looks,
)
