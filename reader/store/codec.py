"""Marks as JSON, the way the log and the tables hold them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from reader.model import Label, Mark, Marks, Note, Rejected, Relation, Span, State, Status, Tag


def dump(value: Any) -> str:
    """JSON text: the same value always gives the same text."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def span_to_json(span: Span) -> dict[str, Any]:
    found: dict[str, Any] = {"start": span.start, "end": span.end, "label": span.label}
    if span.fragments:
        found["fragments"] = span.fragments
    if span.attributes:
        found["attributes"] = span.attributes
    return found


def span_from_json(value: dict[str, Any]) -> Span:
    return Span(
        value["start"],
        value["end"],
        value["label"],
        tuple((start, end) for start, end in value.get("fragments", ())),
        tuple((name, text) for name, text in value.get("attributes", ())),
    )


def mark_to_json(mark: Mark) -> dict[str, Any]:
    match mark:
        case Span():
            return {"span": span_to_json(mark)}
        case Rejected(span):
            return {"rejected": span_to_json(span)}
        case Tag(label):
            return {"tag": label}
        case Relation(head, tail, label):
            return {"relation": {"head": span_to_json(head), "tail": span_to_json(tail), "label": label}}
        case Note(text, span):
            return {"note": {"text": text, "span": span_to_json(span) if span else None}}
        case Status(state):
            return {"status": str(state)}
        case Label():
            return {"label": [getattr(mark, name) for name in _LABEL_FIELDS]}


def mark_from_json(value: dict[str, Any]) -> Mark:
    (kind, content), *_ = value.items()
    match kind:
        case "span":
            return span_from_json(content)
        case "rejected":
            return Rejected(span_from_json(content))
        case "tag":
            return Tag(content)
        case "relation":
            return Relation(span_from_json(content["head"]), span_from_json(content["tail"]), content["label"])
        case "note":
            return Note(content["text"], span_from_json(content["span"]) if content["span"] else None)
        case "status":
            return Status(State(content))
        case "label":
            name, of_kind, key, color, description, examples, position = content
            return Label(name, of_kind, key, color, description, tuple(examples), position)
    raise ValueError(f"no kind of mark is called {kind}")


def marks_to_json(marks: Iterable[Mark]) -> str:
    """A JSON array, in an order that depends on the marks alone."""
    return "[" + ",".join(sorted(dump(mark_to_json(mark)) for mark in marks)) + "]"


def marks_from_json(text: str) -> Marks:
    return frozenset(mark_from_json(value) for value in json.loads(text))


_LABEL_FIELDS = ("name", "kind", "key", "color", "description", "examples", "position")
