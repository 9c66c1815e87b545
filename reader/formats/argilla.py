"""Argilla's records (https://docs.argilla.io): version 2, and read the two forms of version 1 for token classification.

Each user's response is a layer of that user, what models suggest are suggestions. A record that was discarded is
skipped. Version 2 is written, with the question `entities`; all suggestions of a record are one, as a question has.

A `user_id` has to be a UUID, and for the server one of its users: a name that is none is written as a UUID made of it,
and `annotators` of the record says whose it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from reader.formats import json_writing, records, strict
from reader.formats.base import Format, Found, Lose, Source, grouped
from reader.formats.head import Head
from reader.formats.losses import carried, shown
from reader.formats.offsets import Placing
from reader.formats.strict import Record, Unfit
from reader.formats.tagging import found_in
from reader.formats.text import title_of
from reader.model import Document, Mark, Span, State, Status, Suggestion

CARRIES = frozenset({"annotator", "meta", "overlaps", "spans", "suggestions"})
QUESTION = "entities"


def looks(head: Head) -> str:
    """Fields with responses, or a text with annotation and prediction agents."""
    record = head.record
    if isinstance(record.get("fields"), dict) and ("responses" in record or "suggestions" in record):
        return "JSON records with fields and responses"
    if isinstance(record.get("text"), str) and ("annotation_agent" in record or "prediction_agent" in record):
        return "JSON records with an annotation_agent"
    return ""


def read(source: Source) -> Iterator[Found]:
    """A document for each record and user."""
    return records.read_records(
        source, lambda record, place: _second(record, source) if "fields" in record else _first(record, source)
    )


def _second(record: Record, source: Source) -> Iterator[Found]:
    fields = records.an_object(record["fields"], "fields")
    key = source.options.column("text") or next(
        (key for key, value in fields.items() if isinstance(value, str)), "text"
    )
    _, text = records.text_under(fields, key)
    placing = Placing(text)
    suggestions = []
    for said in _objects(records.typed(record, "suggestions", dict, {}).values()):
        scores = said.get("score")
        for place, value in enumerate(_objects(said.get("value"))):
            agent = value.get("agent") or said.get("agent")
            score = (scores[place] if place < len(scores) else None) if isinstance(scores, list) else scores
            suggestions.append(
                Suggestion(
                    _span(value, placing),
                    agent if isinstance(agent, str) and agent else "argilla",
                    records.score_of({"score": score, **value}),
                )
            )
    names = records.typed(record, "annotators", dict, {})
    by_user: dict[str, set[Mark]] = {}
    for answers in records.typed(record, "responses", dict, {}).values():
        for answer in _objects(answers):
            user = str(answer.get("user_id") or "")
            marks = by_user.setdefault(records.string(names, user) if user in names else user, set())
            marks |= {_span(value, placing) for value in _objects(answer.get("value"))}
            marks.add(Status(State.SKIPPED if answer.get("status") == "discarded" else State.DONE))
    meta = strict.checked_meta(records.typed(record, "metadata", dict, {}) if record.get("metadata") else {})
    for number, (user, marks) in enumerate(by_user.items() or [("", set())]):
        yield Document(
            text,
            title_of(text),
            source.name,
            meta=meta,
            marks=frozenset(marks),
            annotator=records.name(user, "a user", empty=True),
            suggestions=() if number else tuple(suggestions),
        )


def _objects(values: Any) -> Iterator[Record]:
    if not isinstance(values, Iterable) or isinstance(values, str | dict):
        return
    for value in values:
        yield records.an_object(value, "an answer or a span")


def _span(value: Any, placing: Placing) -> Span:
    """A span of version 2 or 1, or of version 1 as pandas writes it: [label, start, end]. Raises Unfit."""
    if isinstance(value, list):
        if len(value) not in (3, 4):
            raise Unfit(f"expected a span as [label, start, end], found {shown(value)}")
        value = dict(zip(("label", "start", "end", "score"), value, strict=False))
    found = records.an_object(value, "a span")
    start, end, _ = placing.place(*records.ends(found))
    return Span(start, end, records.label(found))


def _first(record: Record, source: Source) -> Iterator[Found]:
    _, text = records.text_under(record, "text")
    placing = Placing(text)
    agent = record.get("prediction_agent")
    predictions = [] if record.get("prediction") is None else records.items(record, "prediction")
    suggestions = tuple(
        Suggestion(
            _span(value, placing),
            agent if isinstance(agent, str) and agent else "argilla",
            records.score_of(value if isinstance(value, dict) else {"score": value[3] if len(value) > 3 else None}),
        )
        for value in predictions
    )
    marks: set[Mark] = set()
    if record.get("annotation") is not None:
        marks |= {_span(value, placing) for value in records.items(record, "annotation")}
        marks.add(Status(State.DONE))
    if record.get("status") == "Discarded":
        marks = {Status(State.SKIPPED)}
    who = record.get("annotation_agent")
    tokens = (
        [token for token in records.items(record, "tokens") if isinstance(token, str)] if record.get("tokens") else []
    )
    meta = strict.checked_meta(records.typed(record, "metadata", dict, {}) if record.get("metadata") else {})
    yield Document(
        text,
        title_of(text),
        source.name,
        meta=meta,
        marks=frozenset(marks),
        annotator=records.name(who, "an annotator") if isinstance(who, str) and who else "",
        suggestions=suggestions,
        tokens=tuple(found_in(text, tokens)),
    )


def _records(documents: Iterable[Document], lose: Lose) -> Iterator[Record]:
    for number, group in enumerate(grouped(documents), 1):
        first = group[0]
        answers = [
            {"value": [_value(span) for span in carried(document, lose, CARRIES)], "user_id": _user(document.annotator)}
            for document in group
            if len(group) > 1 or document.annotator or document.marks
        ]
        names = {_user(document.annotator): document.annotator for document in group}
        yield {
            "id": str(number),
            "fields": {"text": first.text},
            "metadata": first.meta,
            "suggestions": {QUESTION: _suggested(first.suggestions)} if first.suggestions else {},
            "responses": {QUESTION: answers} if answers else {},
            "status": "completed",
            "annotators": {user: name for user, name in names.items() if user != name and answers},
        }


def _user(name: str) -> str:
    """A name as the UUID that it is, or the one made of it."""
    try:
        return name if str(UUID(name)) == name else str(uuid5(NAMESPACE_OID, name))
    except ValueError:
        return str(uuid5(NAMESPACE_OID, name))


def _suggested(suggestions: tuple[Suggestion, ...]) -> Record:
    """The one suggestion that a question has; where several models made it, each span says by which."""
    agents = sorted({one.source for one in suggestions})
    return {
        "value": [_value(one.span) | ({"agent": one.source} if agents[1:] else {}) for one in suggestions],
        "score": [one.score for one in suggestions],
        "agent": agents[0],
    }


def _value(span: Span) -> Record:
    return {"start": span.start, "end": span.end, "label": span.label}


FORMAT = Format(
    "argilla",
    "Argilla's records, with responses of several users and suggestions",
    (".argilla.json",),
    read=read,
    write=json_writing.array_writer(_records),
    carries=CARRIES,
    looks=looks,
)
