"""PubAnnotation's JSON (https://www.pubannotation.org/docs/annotation-format/): denotations, relations, attributes.

An attribute of a denotation is an attribute of its span; one of a relation is kept and written back. A span that is a
list of them (a bag) is one of several fragments. Each of the `tracks` of several projects is a layer of that project.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from reader.formats import json_writing, records, strict
from reader.formats.base import Format, Found, Lose, Place, Source
from reader.formats.head import Head
from reader.formats.losses import OTHER, carried, kept_for, relations_between, shown
from reader.formats.offsets import Placing
from reader.formats.strict import Record, Unfit
from reader.formats.text import title_of
from reader.model import Document, Mark, Relation, Span

NAME = "pubannotation"
CARRIES = frozenset({"attributes", "fragments", "meta", "overlaps", "relations", "source", "spans"})
_ABOUT = ("denotations", "relations", "attributes")
_KNOWN = ("text", *_ABOUT, "meta", "source", "tracks")


def looks(head: Head) -> str:
    """A text and its denotations, or tracks of them."""
    record = head.record
    if not isinstance(record.get("text"), str):
        return ""
    if isinstance(record.get("denotations"), list):
        return "JSON objects with a text and denotations"
    tracks = record.get("tracks")
    first = tracks[0] if isinstance(tracks, list) and tracks else None
    found = isinstance(first, dict) and ("denotations" in first or "project" in first)
    return "JSON objects with a text and tracks" if found else ""


def read(source: Source) -> Iterator[Found]:
    """A document a record, or one for each of its tracks."""

    def found(record: Record, place: Place) -> Iterator[Found]:
        _, text = records.text_under(record, "text")
        meta = {**records.typed(record, "meta", dict, {}), **records.rest(record, _KNOWN)}
        origin = records.string(record, "source") if "source" in record else source.name
        tracks = list(records.objects(record, "tracks", "a track"))
        whole = [record] if not tracks or any(record.get(key) for key in _ABOUT) else []
        placing = Placing(text)
        views = []
        for track in (*whole, *tracks):
            marks, other = _said(track, placing)
            own = {} if track is record else records.rest(track, (*_ABOUT, "project"))
            kept = {**meta, **own} | ({NAME: {OTHER: other}} if other else {})
            who = "" if track is record else records.name(records.string(track, "project"), "a project", empty=True)
            views.append(Document(text, title_of(text), origin, meta=kept, marks=marks, annotator=who))
        yield from views

    return records.read_records(source, found)


def _said(track: Record, placing: Placing) -> tuple[frozenset[Mark], list[Record]]:
    """The spans and relations of a track, and the attributes of what is no span. Raises Unfit."""
    spans: dict[str, Span] = {}
    for value in records.objects(track, "denotations", "a denotation"):
        label = records.label({"label": value.get("obj")}, "what a denotation denotes")
        spans[str(value.get("id", f"T{len(spans) + 1}"))] = _span(value.get("span"), label, placing)
    other = []
    for value in records.objects(track, "attributes", "an attribute"):
        subject = str(value.get("subj"))
        if subject not in spans:
            other.append(strict.checked_meta(value))
            continue
        name = records.name(records.string(value, "pred", required=True), "an attribute")
        spans[subject] = _with(spans[subject], name, str(value.get("obj")))
    relations = [_relation(value, spans) for value in records.objects(track, "relations", "a relation")]
    return frozenset([*spans.values(), *relations]), other


def _span(value: Any, label: str, placing: Placing) -> Span:
    """A span, or a bag of them, which is one of several fragments. Raises Unfit."""
    if not isinstance(value, list):
        value = [records.typed({"span": value}, "span", dict, {})]
    if not value:
        raise Unfit("expected a span, found an empty list")
    ends = [records.ends(records.an_object(one, "a span"), "begin", "end") for one in value]
    fragments = sorted({placing.place(*one)[:2] for one in ends})
    span = Span(fragments[0][0], max(end for _, end in fragments), label, tuple(fragments) if fragments[1:] else ())
    return records.fitting(span, placing.text)


def _with(span: Span, name: str, value: str) -> Span:
    return span._replace(attributes=tuple(sorted({**dict(span.attributes), name: value}.items())))


def _relation(value: Record, spans: dict[str, Span]) -> Relation:
    ends = [str(value.get(key)) for key in ("subj", "obj")]
    if any(end not in spans for end in ends):
        raise Unfit(f"expected a relation between two denotations, found {shown(ends[0])} to {shown(ends[1])}")
    return Relation(spans[ends[0]], spans[ends[1]], records.label({"label": value.get("pred")}, "a predicate"))


def _records(documents: Iterable[Document], lose: Lose) -> Iterator[Record]:
    for document in documents:
        spans = carried(document, lose, CARRIES, NAME)
        ids = {span: f"T{number}" for number, span in enumerate(spans, 1)}
        attributes = [
            {"id": f"A{number}", "pred": name, "subj": subject, "obj": value}
            for number, (subject, name, value) in enumerate(
                ((ids[span], *attribute) for span in spans for attribute in span.attributes), 1
            )
        ]
        yield {
            "text": document.text,
            "source": document.source,
            "denotations": [{"id": ids[span], "span": _ends(span), "obj": span.label} for span in spans],
            "relations": [
                {"id": f"R{number}", "pred": one.label, "subj": ids[one.head], "obj": ids[one.tail]}
                for number, one in enumerate(relations_between(document, spans, lose), 1)
            ],
            "attributes": attributes + kept_for(document, NAME),
            "meta": {key: value for key, value in document.meta.items() if key != NAME},
        }


def _ends(span: Span) -> Record | list[Record]:
    parts = [{"begin": start, "end": end} for start, end in span.fragments]
    return parts or {"begin": span.start, "end": span.end}


FORMAT = Format(
    NAME,
    "PubAnnotation's JSON: denotations, relations and attributes",
    (".pubannotation.json",),
    read=read,
    write=json_writing.lines_writer(_records),
    carries=CARRIES,
    looks=looks,
)
