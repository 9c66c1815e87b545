"""LightTag's JSON: examples with the annotations of several people, in its newer and its older shape.

What an annotator's tag says is a span of that annotator's layer, a classification a tag of it. A relation brings the
two spans it joins into the layer of who made it; one without a type is `related`. Written is the newer shape, without
relations.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from reader.formats import json_writing, records, strict
from reader.formats.base import Format, Found, Lose, Place, Source, grouped
from reader.formats.head import Head
from reader.formats.losses import carried
from reader.formats.offsets import Placing
from reader.formats.strict import Record
from reader.formats.text import title_of
from reader.model import Document, Mark, Relation, Span, Tag

CARRIES = frozenset({"annotator", "meta", "overlaps", "spans", "tags"})
_NO_TYPE = "related"
_BY = ("annotated_by", "classified_by")

Edges: TypeAlias = dict[str, dict[str, list[tuple[str, str]]]]
"""The relations by the annotations they begin and end at: `(type, number of who made it)`."""


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
        edges = _edges(record)
        for example in records.items(holder, "examples"):
            try:
                yield from list(_documents(records.an_object(example, "an example"), source, place, edges))
            except strict.Unfit as error:
                yield place.problem(str(error))
        if left := sum(len(made) for tails in edges.values() for made in tails.values()):
            reason = "relations that do not join two annotations of one example and annotator were left out"
            yield place.repair(f"{reason}: {left}")

    return records.read_records(source, found)


def _edges(record: Record) -> Edges:
    """The relations of a file, which are trees: a node is an annotation, and says how it hangs on its parent."""
    if not record.get("relations"):
        return {}
    nodes = {str(one.get("id")): one for one in records.objects(record, "relations", "a relation")}
    parents = {
        str(child.get("id") if isinstance(child, dict) else child): parent
        for parent, node in nodes.items()
        for child in (records.items(node, "children") if node.get("children") else [])
    }
    parents |= {name: str(node["parent_id"]) for name, node in nodes.items() if node.get("parent_id") is not None}
    edges: Edges = {}
    for name, parent in parents.items():
        node, above = nodes.get(name, {}), nodes.get(parent, {})
        label = records.label({"label": node.get("relation_type") or _NO_TYPE}, "a type")
        tails = edges.setdefault(str(above.get("tagged_token_id")), {})
        tails.setdefault(str(node.get("tagged_token_id")), []).append((label, str(node.get("annotator_id"))))
    return edges


def _documents(example: Record, source: Source, place: Place, edges: Edges) -> Iterator[Found]:
    _, text = records.text_under(example, "content")
    placing = Placing(text)
    by_annotator: dict[str, set[Mark]] = {}
    by_id: dict[str, tuple[Span, list[str]]] = {}
    for value in records.objects(example, "annotations", "an annotation"):
        words = records.string(value, "value") if value.get("value") else None
        first, last, repair = placing.place(*records.ends(value), words)
        if repair:
            yield place.repair(repair)
        span = Span(first, last, records.label({"label": value.get("tag")}))
        if value.get("tagged_token_id") is not None:
            by_id[str(value["tagged_token_id"])] = span, _annotators(value)
        for who in _annotators(value):
            by_annotator.setdefault(who, set()).add(span)
    for value in _classified(example):
        tag = Tag(records.label({"label": value.get("classname")}, "a class"))
        for who in _annotators(value):
            by_annotator.setdefault(who, set()).add(tag)
    for relation, who in _relations(by_id, edges, _by_number(example)):
        by_annotator.setdefault(who, set()).update((relation.head, relation.tail, relation))
    meta = records.typed(example, "metadata", dict, {}) if example.get("metadata") else {}
    for who in records.items(example, "seen_by"):
        by_annotator.setdefault(_named(who), set())
    for who, marks in sorted(by_annotator.items()) or [("", set())]:
        yield Document(
            text,
            title_of(text),
            source.name,
            meta=strict.checked_meta(meta),
            marks=frozenset(marks),
            annotator=records.name(who, "an annotator", empty=True),
        )


def _relations(
    by_id: dict[str, tuple[Span, list[str]]], edges: Edges, names: dict[str, str]
) -> Iterator[tuple[Relation, str]]:
    """The relations between annotations of an example, each with who made it; they are taken out of `edges`."""
    for one, (head, seen) in by_id.items():
        tails = edges.get(one, {})
        for other in tails.keys() & by_id.keys():
            tail, also = by_id[other]
            both = [who for who in seen if who in also]
            left = []
            for label, number in tails[other]:
                # Where nobody is named, whoever made both annotations.
                makers = [names[number]] if number in names else both
                left += [] if makers else [(label, number)]
                yield from ((Relation(head, tail, label), who) for who in makers)
            tails[other] = left


def _by_number(example: Record) -> dict[str, str]:
    """The names of those who made anything of an example, by their numbers."""
    made = [*records.items(example, "annotations"), *_classified(example)]
    said = [one for value in made for key in _BY for one in records.items(value, key)]
    said += records.items(example, "seen_by")
    return {str(one["annotator_id"]): _named(one) for one in said if isinstance(one, dict) and "annotator_id" in one}


def _classified(example: Record) -> Iterator[Record]:
    if example.get("classifications"):
        yield from records.objects(example, "classifications", "a classification")


def _annotators(value: Record) -> list[str]:
    found = [_named(who) for key in _BY for who in records.items(value, key)]
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
        classes = [
            {"classname": tag, "classified_by": [{"annotator": document.annotator}]}
            for document in group
            for tag in sorted(mark.label for mark in document.marks if isinstance(mark, Tag))
        ]
        yield {
            "example_id": number,
            "content": first.text,
            "metadata": first.meta,
            "seen_by": [{"annotator": document.annotator} for document in group],
            "annotations": annotations,
            "classifications": classes,
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
