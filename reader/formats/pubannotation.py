"""PubAnnotation's JSON (https://www.pubannotation.org/docs/annotation-format/): denotations, relations, attributes.

An attribute of a denotation is an attribute of its span; one of a relation is kept and written back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reader.formats import json_writing, records, strict
from reader.formats.base import Format, Found, Lose, Place, Source
from reader.formats.head import Head
from reader.formats.losses import OTHER, carried, kept_for, relations_between, shown
from reader.formats.offsets import Placing
from reader.formats.strict import Record, Unfit
from reader.formats.text import title_of
from reader.model import Document, Relation, Span

NAME = "pubannotation"
CARRIES = frozenset({"attributes", "meta", "overlaps", "relations", "source", "spans"})
_KNOWN = ("text", "denotations", "relations", "attributes", "meta", "source")


def looks(head: Head) -> str:
    """A text and its denotations."""
    found = isinstance(head.record.get("text"), str) and isinstance(head.record.get("denotations"), list)
    return "JSON objects with a text and denotations" if found else ""


def read(source: Source) -> Iterator[Found]:
    """A document a record."""

    def found(record: Record, place: Place) -> Iterator[Found]:
        _, text = records.text_under(record, "text")
        placing = Placing(text)
        spans: dict[str, Span] = {}
        for value in records.objects(record, "denotations", "a denotation"):
            ends = records.typed(value, "span", dict, {})
            start, end, _ = placing.place(*records.ends(ends, "begin", "end"))
            label = records.label({"label": value.get("obj")}, "what a denotation denotes")
            spans[str(value.get("id", f"T{len(spans) + 1}"))] = Span(start, end, label)
        other = []
        for value in records.objects(record, "attributes", "an attribute"):
            subject = str(value.get("subj"))
            if subject not in spans:
                other.append(strict.checked_meta(value))
                continue
            name = records.name(records.string(value, "pred", required=True), "an attribute")
            said = value.get("obj")
            spans[subject] = _with(spans[subject], name, str(said))
        relations = [_relation(value, spans) for value in records.objects(record, "relations", "a relation")]
        meta = {**records.typed(record, "meta", dict, {}), **records.rest(record, _KNOWN)}
        yield Document(
            text,
            title_of(text),
            records.string(record, "source") if "source" in record else source.name,
            meta=meta | ({NAME: {OTHER: other}} if other else {}),
            marks=frozenset([*spans.values(), *relations]),
        )

    return records.read_records(source, found)


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
            "denotations": [
                {"id": ids[span], "span": {"begin": span.start, "end": span.end}, "obj": span.label} for span in spans
            ],
            "relations": [
                {"id": f"R{number}", "pred": one.label, "subj": ids[one.head], "obj": ids[one.tail]}
                for number, one in enumerate(relations_between(document, spans, lose), 1)
            ],
            "attributes": attributes + kept_for(document, NAME),
            "meta": {key: value for key, value in document.meta.items() if key != NAME},
        }


FORMAT = Format(
    NAME,
    "PubAnnotation's JSON: denotations, relations and attributes",
    (".pubannotation.json",),
    read=read,
    write=json_writing.lines_writer(_records),
    carries=CARRIES,
    looks=looks,
)
