"""doccano's JSONL (https://github.com/doccano/doccano): spans as triples, or entities with numbers and relations.

Which key doccano reads is said by the kind of its project, so a file is written in one form: `entities` with
`relations` where any document has a relation (for relation extraction, which reads no tags), else triples under
`entities` with `cats` where any has a tag (for intent detection and slot filling), else triples under `label` (for
sequence labelling).
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from reader.formats import records, strict
from reader.formats.base import Format, Found, Lose, Place, Source
from reader.formats.head import Head
from reader.formats.losses import carried, relations_between, shown
from reader.formats.offsets import Placing
from reader.formats.strict import Record, Unfit
from reader.formats.text import title_of
from reader.model import Document, Mark, Relation, Span, Tag

NAME = "doccano"
CARRIES = frozenset({"meta", "overlaps", "relations", "spans", "tags"})
_TEXTS = ("text", "data")
_SPANS = ("entities", "label", "labels", "annotations")
_KNOWN = {*_TEXTS, *_SPANS, "relations", "cats", "meta"}
# Where one of these is, a record without labels is another tool's, or in the native form.
_FOREIGN = {"annotation_id", "annotator", "notes", "spans", "status", "suggestions", "tags", "tokens", "words"}
_FOREIGN |= {"language", "source", "title"}


def looks(head: Head) -> str:
    """Spans as [start, end, label], or entities with a start_offset."""
    record = head.telling(_SPANS)
    if not any(isinstance(record.get(key), str) for key in _TEXTS):
        return ""
    for key in _SPANS:
        items = record.get(key)
        if isinstance(items, list) and items:
            if isinstance(items[0], dict) and "start_offset" in items[0]:
                return f"JSON objects with {key} that have a start_offset"
            if isinstance(items[0], list) and len(items[0]) == 3 and "spans" not in record:
                return f"JSON objects with {key} as triples"
    if _has_from_id(record.get("relations")):
        return "JSON objects with relations that have a from_id"
    key = next((key for key in ("label", "entities") if record.get(key) == []), "")
    return f"JSON objects with an empty {key}" if key and not _FOREIGN & record.keys() else ""


def _has_from_id(relations: Any) -> bool:
    return (
        isinstance(relations, list) and bool(relations) and isinstance(relations[0], dict) and "from_id" in relations[0]
    )


def read(source: Source) -> Iterator[Found]:
    """The documents of a file; `--column text=KEY` and `--column label=KEY` name other keys."""

    def found(record: Record, place: Place) -> Iterator[Found]:
        text_key = source.options.column("text")
        key, text = records.text_under(record, *([text_key] if text_key else _TEXTS))
        spans_key = source.options.column("label")
        marks: set[Mark] = set()
        by_id: dict[Any, Span] = {}
        placing = Placing(text)
        for name in [spans_key] if spans_key else _SPANS:
            for value in records.items(record, name) if record.get(name) is not None else []:
                if isinstance(value, str):
                    marks.add(Tag(records.name(value, "a label")))
                    continue
                span, identifier, repair = _span(value, placing)
                if repair:
                    yield place.repair(repair)
                marks.add(span)
                by_id[identifier] = span
        marks |= {Tag(records.label({"label": value}, "a tag")) for value in records.items(record, "cats")}
        marks |= {_relation(value, by_id) for value in records.objects(record, "relations", "a relation")}
        meta = {**records.typed(record, "meta", dict, {}), **records.rest(record, {*_KNOWN, key, spans_key})}
        yield Document(text, title_of(text), source.name, meta=strict.checked_meta(meta), marks=frozenset(marks))

    return records.read_records(source, found)


def _span(value: Any, placing: Placing) -> tuple[Span, Any, str]:
    """`(span, id, repair)` of a triple or an entity. Raises Unfit."""
    if isinstance(value, list):
        if len(value) != 3:
            raise Unfit(f"expected a span as [start, end, label], found {shown(value)}")
        start, end, label, identifier = *value, None
    else:
        entity = records.an_object(value, "an entity")
        start, end = entity.get("start_offset"), entity.get("end_offset")
        label, identifier = entity.get("label"), entity.get("id")
        if isinstance(identifier, list | dict):
            raise Unfit(f"expected a number of an entity, found {shown(identifier)}")
    repair = ""
    if type(label) is int:
        # The oldest exports name a label by its number alone.
        repair, label = f"the label is the number {label}, whose name the file does not say", str(label)
    first, last, unit = placing.place(records.whole(start, "start"), records.whole(end, "end"))
    return Span(first, last, records.label({"label": label})), identifier, repair or unit


def _relation(value: Record, by_id: dict[Any, Span]) -> Relation:
    ends = [value.get(key) for key in ("from_id", "to_id")]
    if any(isinstance(end, list | dict) or end not in by_id for end in ends):
        raise Unfit(f"expected a relation between two entities, found {shown(ends[0])} to {shown(ends[1])}")
    return Relation(by_id[ends[0]], by_id[ends[1]], records.label({"label": value.get("type")}, "a relation's type"))


def write(documents: Iterable[Document], path: Path, lose: Lose) -> None:
    """Lines of one form, which is known only behind the last document."""
    keys: set[str] = set()
    with tempfile.TemporaryFile(dir=path.parent) as lines, path.open("wb") as file:
        for record in _records(documents, lose):
            keys |= record.keys()
            lines.write(strict.dump(record))
        lines.seek(0)
        if keys & {"cats", "relations"}:
            file.writelines(_formed(lines, keys))
        else:
            shutil.copyfileobj(lines, file)


def _formed(lines: Iterable[bytes], keys: set[str]) -> Iterator[bytes]:
    """The lines with the keys that any of them has, and spans under `entities`."""
    number = 0
    for line in lines:
        record = json.loads(line)
        spans = record.pop("label")
        if "relations" in keys:
            names = ("id", "start_offset", "end_offset", "label")
            spans = [dict(zip(names, (place, *span), strict=True)) for place, span in enumerate(spans, number + 1)]
            number += len(spans)
            record["relations"] = record.get("relations", [])
        if "cats" in keys:
            record["cats"] = record.get("cats", [])
        yield strict.dump({"text": record.pop("text"), "entities": spans, **record})


def _records(documents: Iterable[Document], lose: Lose) -> Iterator[Record]:
    """Each document with triples under `label`, and with what relations and tags it has."""
    number = 0
    for document in documents:
        spans = carried(document, lose, CARRIES)
        relations = relations_between(document, spans, lose)
        tags = sorted(mark.label for mark in document.marks if isinstance(mark, Tag))
        record: Record = {"text": document.text, "label": [[one.start, one.end, one.label] for one in spans]}
        if relations:
            ids = {span: number + place for place, span in enumerate(spans, 1)}
            record["relations"] = [
                {"id": place, "from_id": ids[one.head], "to_id": ids[one.tail], "type": one.label}
                for place, one in enumerate(relations, 1)
            ]
        number += len(spans)
        if tags:
            record["cats"] = tags
        yield record | ({"meta": document.meta} if document.meta else {})


FORMAT = Format(
    NAME,
    "doccano's JSONL: sequence labelling, relations, and intents",
    (".doccano.jsonl",),
    read=read,
    write=write,
    carries=CARRIES,
    looks=looks,
)
