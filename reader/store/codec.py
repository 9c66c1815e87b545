"""Marks as JSON, the way the log and the tables hold them, and in words for reports."""

from __future__ import annotations

import json
from collections.abc import Collection
from functools import lru_cache
from typing import Any

from reader.errors import StoreError
from reader.model import Label, Mark, Marks, Note, Rejected, Relation, Span, State, Status, Tag

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
# A label is written with each of its spans, and there are few of them.
_encode_label = lru_cache(maxsize=1024)(_encode)


def dump(value: Any) -> str:
    """JSON text: the same value always gives the same text."""
    return _encode(value) if value != () else "[]"


def load(text: str, what: str) -> Any:
    """The value of JSON text from a table. Raises StoreError where it is none."""
    try:
        return json.loads(text)
    except (ValueError, TypeError, RecursionError) as error:
        raise StoreError(f"{what} cannot be read ({error}): {str(text)[:80]}. Run `reader check`") from error


def span_to_json(span: Span) -> dict[str, Any]:
    found: dict[str, Any] = {"start": span.start, "end": span.end, "label": span.label}
    if span.fragments:
        found["fragments"] = span.fragments
    if span.attributes:
        found["attributes"] = span.attributes
    return found


def span_from_json(value: dict[str, Any]) -> Span:
    """Raises ValueError, TypeError or LookupError where it is none."""
    if len(value) == 3:
        return checked(Span(value["start"], value["end"], value["label"]))
    return checked(
        Span(
            value["start"],
            value["end"],
            value["label"],
            tuple((start, end) for start, end in value.get("fragments", ())),
            tuple((name, text) for name, text in value.get("attributes", ())),
        )
    )


def checked(span: Span) -> Span:
    """The same span. Raises TypeError where its parts are of other types than they say."""
    plain = not span.fragments and not span.attributes
    if plain and type(span.label) is str and type(span.start) is int and type(span.end) is int:
        return span
    texts = (span.label, *(text for pair in span.attributes for text in pair)) if span.attributes else (span.label,)
    offsets = (span.start, span.end, *(offset for pair in span.fragments for offset in pair))
    if any(type(one) is not str for one in texts) or any(type(one) is not int for one in offsets):
        raise TypeError(f"no span: {span!r:.80}")
    return span


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


def marks_to_json(marks: Collection[Mark]) -> str:
    """A JSON array, in an order that depends on the marks alone."""
    if not marks:
        return "[]"
    # Plain spans by hand, for these are nearly all there is: start, end, label; fragments and attributes are empty.
    plain = [mark for mark in marks if type(mark) is Span and not mark[3] and not mark[4]]
    dumped = [
        f'{{"span":{{"start":{start},"end":{end},"label":{_encode_label(label)}}}}}'
        for start, end, label, _, _ in plain
    ]
    if len(plain) < len(marks):
        rest = [mark for mark in marks if type(mark) is not Span or mark[3] or mark[4]]
        dumped += [_encode(mark_to_json(mark)) for mark in rest]
    dumped.sort()
    return "[" + ",".join(dumped) + "]"


def marks_from_json(text: str) -> Marks:
    """The marks of one JSON array. Raises StoreError where it is not what `marks_to_json` writes."""
    try:
        return frozenset(mark_from_json(value) for value in json.loads(text))
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise StoreError(
            f"a change in the log cannot be read ({error}): {str(text)[:80]}. Run `reader check`"
        ) from error


def spans_in(mark: Mark) -> tuple[Span, ...]:
    """The spans a mark is made of."""
    match mark:
        case Span():
            return (mark,)
        case Rejected(span):
            return (span,)
        case Relation(head, tail):
            return (head, tail)
        case Note(_, span) if span is not None:
            return (span,)
    return ()


def misfit(mark: Mark, text: str) -> str:
    """Why a mark cannot be one on this text, or ""."""
    for span in spans_in(mark):
        ends = [span.start, span.end, *(offset for fragment in span.fragments for offset in fragment)]
        if any(type(offset) is not int for offset in ends):
            return f"span {span.start}-{span.end} has borders that are no numbers"
        if problem := span.problem(text):
            return problem
    return ""


def describe(mark: Mark, text: str) -> str:
    """A mark in words, for a report: what it says, and of which words of the text."""
    match mark:
        case Span(start, end, label):
            return f"{label} {_quoted(text[start:end])} {start}-{end}"
        case Rejected(span):
            return f"rejected {describe(span, text)}"
        case Tag(label):
            return f"tag {label}"
        case Relation(head, tail, label):
            return f"relation {label} from {describe(head, text)} to {describe(tail, text)}"
        case Note(note, span):
            return f"note {_quoted(note)}" + (f" on {describe(span, text)}" if span else "")
        case Status(state):
            return f"status {state}"
        case Label(name, kind, key, color):
            return f"{kind} label {name}" + (f" key {key}" if key else "") + (f" {color}" if color else "")


def _quoted(words: str) -> str:
    return dump(words if len(words) <= 60 else words[:59] + "\u2026")


_LABEL_FIELDS = ("name", "kind", "key", "color", "description", "examples", "position")
