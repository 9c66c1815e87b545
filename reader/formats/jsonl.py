"""The native JSONL: one object a line, a document as one annotator sees it. It carries everything."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NoReturn

from reader.errors import InputError
from reader.formats import limits
from reader.formats.base import EVERYTHING, Format, Lose, Source
from reader.formats.decoding import decode
from reader.model import (
    Document,
    Mark,
    Note,
    Problem,
    Rejected,
    Relation,
    Span,
    State,
    Status,
    Suggestion,
    Tag,
    spans_of,
)

KEYS = (
    "text",
    "title",
    "source",
    "language",
    "meta",
    "annotator",
    "status",
    "spans",
    "rejected",
    "relations",
    "tags",
    "notes",
    "suggestions",
    "tokens",
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069]")


class Unfit(ValueError):
    """What was expected of a record, and what was found."""


def read(source: Source) -> Iterator[Document | Problem]:
    """The documents of a file, one line at a time; a Problem for each line that holds none."""
    for number, line in lines(source):
        try:
            record = parse(line, source.name)
            if isinstance(record, list):
                yield Problem(source.name, number, "expected one object a line, found a JSON array of records")
                return
            yield document_of(record, source.name)
        except Unfit as error:
            yield Problem(source.name, number, str(error))


def lines(source: Source) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank, by number from 1, without a byte order mark."""
    with source.open() as file:
        for number, line in enumerate(iter(lambda: file.readline(limits.LINE_BYTES + 1), b""), 1):
            if number == 1:
                line = line.removeprefix(b"\xef\xbb\xbf")
            if line.strip():
                yield number, line


def parse(line: bytes, name: str) -> Any:
    """The JSON value of a line. Raises Unfit for what JSON allows in part and no program should take."""
    if len(line) > limits.LINE_BYTES:
        raise Unfit(f"expected at most {limits.LINE_BYTES:,} bytes a line, found more")
    try:
        text = decode(line, name)
    except InputError as error:
        raise Unfit(str(error).removeprefix(f"{name}: ")) from error
    if _depth(text) > limits.JSON_DEPTH:
        raise Unfit(f"expected at most {limits.JSON_DEPTH} levels of nesting, found more")
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_constant, parse_int=_integer)
    except json.JSONDecodeError as error:
        raise Unfit(f"expected a JSON object, found an error at column {error.colno}: {error.msg}") from error


def _depth(text: str) -> int:
    """At least the depth of nesting, brackets in strings counted too; only deep text is looked at closely."""
    if text.count("[") + text.count("{") <= limits.JSON_DEPTH:
        return 0
    deepest = depth = 0
    for bracket in re.finditer(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(bracket[0], 0)
        deepest = max(deepest, depth)
    return deepest


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Unfit(f"expected each key once, found {twice!r} twice")
    return found


def _constant(name: str) -> NoReturn:
    raise Unfit(f"expected a number, found {name}")


def _integer(digits: str) -> int:
    if len(digits) > 18:
        raise Unfit("expected a whole number of at most 18 digits, found a longer one")
    return int(digits)


def document_of(record: Any, name: str) -> Document:
    """A document from a record of the native form. Raises Unfit."""
    if not isinstance(record, dict):
        raise Unfit(f"expected an object with a text, found {_kind(record)}")
    text = _string(record, "text", required=True)
    if not text:
        raise Unfit("expected a text, found an empty one")
    meta = _typed(record, "meta", dict, {})
    extra = {key: value for key, value in record.items() if key not in KEYS}
    if clash := sorted(extra.keys() & meta.keys()):
        raise Unfit(f"expected {clash[0]!r} either in meta or beside it, found both")
    _no_surrogates(meta | extra)
    return Document(
        text,
        _string(record, "title") or _first_line(text),
        _string(record, "source") or name,
        _string(record, "language"),
        {**meta, **extra},
        frozenset(_marks(record, text)),
        _name(_string(record, "annotator"), "an annotator", empty=True),
        tuple(_suggestions(record, text)),
        tuple(_tokens(record, text)),
    )


def _first_line(text: str) -> str:
    from reader.formats.text import title_of

    return title_of(text)


def _marks(record: dict[str, Any], text: str) -> Iterator[Mark]:
    for value in _list(record, "spans"):
        yield span_of(value, text)
    for value in _list(record, "rejected"):
        yield Rejected(span_of(value, text))
    for value in _list(record, "relations"):
        if not isinstance(value, dict):
            raise Unfit(f"expected a relation with head, tail and label, found {_kind(value)}")
        head, tail = (span_of(value.get(end), text) for end in ("head", "tail"))
        yield Relation(head, tail, _name(_string(value, "label", required=True), "a label"))
    for value in _list(record, "tags"):
        if not isinstance(value, str):
            raise Unfit(f"expected a tag as a string, found {_kind(value)}")
        yield Tag(_name(value, "a tag"))
    for value in _list(record, "notes"):
        if not isinstance(value, dict):
            raise Unfit(f"expected a note with a text, found {_kind(value)}")
        span = span_of(value["span"], text) if value.get("span") is not None else None
        yield Note(_string(value, "text", required=True), span)
    status = _string(record, "status")
    if status and status not in set(State):
        raise Unfit(f"expected a status of {', '.join(State)}; found {status!r}")
    if status and status != State.TODO:
        yield Status(State(status))


def span_of(value: Any, text: str) -> Span:
    """A span with offsets that are checked against the text, and against its own words where it has them."""
    if not isinstance(value, dict):
        raise Unfit(f"expected a span with start, end and label, found {_kind(value)}")
    start, end = _offset(value, "start"), _offset(value, "end")
    label = _name(_string(value, "label", required=True), "a label")
    fragments = tuple(_pair(pair, "a fragment") for pair in _list(value, "fragments"))
    attributes = _typed(value, "attributes", dict, {})
    if any(not isinstance(content, str) for content in attributes.values()):
        raise Unfit("expected attributes with texts as values, found another kind")
    _no_surrogates(attributes)
    span = Span(start, end, label, fragments, tuple(sorted(attributes.items())))
    if problem := span.problem(text):
        raise Unfit(f"expected a span within the text; {problem}")
    words = _string(value, "text")
    if words and words != text[start:end]:
        raise Unfit(_disagreement(text, start, end, words))
    return span


def _disagreement(text: str, start: int, end: int, words: str) -> str:
    said = f"expected the words {words[:40]!r} at {start}-{end}, found {text[start:end][:40]!r}"
    units = text.encode("utf-16-le")
    if units[2 * start : 2 * end].decode("utf-16-le", "replace") == words:
        return f"{said}; the offsets count UTF-16 units, they must count code points"
    return said


def _suggestions(record: dict[str, Any], text: str) -> Iterator[Suggestion]:
    for value in _list(record, "suggestions"):
        span = span_of(value, text)
        score = value.get("score", 1.0)
        if isinstance(score, bool) or not isinstance(score, int | float) or not 0 <= score <= 1:
            raise Unfit(f"expected a score from 0 to 1, found {score!r}")
        yield Suggestion(span, _string(value, "source") or "import", float(score))


def _tokens(record: dict[str, Any], text: str) -> Iterator[tuple[int, int]]:
    last = 0
    for value in _list(record, "tokens"):
        start, end = _pair(value, "a token")
        if not last <= start < end <= len(text):
            raise Unfit(f"expected tokens in order within the text, found {start}-{end}")
        last = end
        yield start, end


def _pair(value: Any, what: str) -> tuple[int, int]:
    if not isinstance(value, list) or len(value) != 2 or any(type(one) is not int for one in value):
        raise Unfit(f"expected {what} as [start, end], found {_kind(value)}")
    return value[0], value[1]


def _offset(value: dict[str, Any], key: str) -> int:
    found = value.get(key)
    if type(found) is not int:
        raise Unfit(f"expected {key} as a whole number, found {_kind(found)}")
    return found


def _name(value: str, what: str, *, empty: bool = False) -> str:
    if (not value and not empty) or value != value.strip() or _HIDDEN.search(value):
        raise Unfit(f"expected {what} without hidden characters or spaces around it, found {value!r}")
    return value


def _string(record: dict[str, Any], key: str, *, required: bool = False) -> str:
    if required and key not in record:
        raise Unfit(f"expected {key}, found none")
    found = _typed(record, key, str, "")
    if _SURROGATE.search(found):
        raise Unfit(f"expected {key} in Unicode, found half a surrogate pair")
    if "\0" in found:
        raise Unfit(f"expected {key} to be text, found a NUL character")
    return str(found)


def _no_surrogates(value: dict[str, Any]) -> None:
    if _SURROGATE.search(json.dumps(value, ensure_ascii=False)):
        raise Unfit("expected Unicode, found half a surrogate pair")


def _list(record: dict[str, Any], key: str) -> list[Any]:
    return list(_typed(record, key, list, []))


def _typed(record: dict[str, Any], key: str, kind: type, default: Any) -> Any:
    found = record.get(key, default)
    if not isinstance(found, kind):
        raise Unfit(f"expected {key} as {_KINDS[kind]}, found {_kind(found)}")
    return found


_KINDS: dict[type, str] = {
    str: "a string",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    dict: "an object",
    list: "an array",
    type(None): "nothing",
}


def _kind(value: Any) -> str:
    return _KINDS.get(type(value), type(value).__name__)


def record_of(document: Document) -> dict[str, Any]:
    """The native form of a document; what is empty is left out, and the same document always gives the same record."""
    marks = document.marks
    relations = sorted((mark for mark in marks if isinstance(mark, Relation)), key=repr)
    notes = sorted((mark for mark in marks if isinstance(mark, Note)), key=repr)
    found = {
        "text": document.text,
        "title": document.title,
        "source": document.source,
        "language": document.language,
        "meta": document.meta,
        "annotator": document.annotator,
        "status": next((str(mark.state) for mark in marks if isinstance(mark, Status)), ""),
        "spans": [_span_record(span, document.text) for span in spans_of(marks)],
        "rejected": [
            _span_record(span, document.text)
            for span in spans_of(mark.span for mark in marks if isinstance(mark, Rejected))
        ],
        "relations": [
            {
                "head": _span_record(mark.head, document.text),
                "tail": _span_record(mark.tail, document.text),
                "label": mark.label,
            }
            for mark in relations
        ],
        "tags": sorted(mark.label for mark in marks if isinstance(mark, Tag)),
        "notes": [_note_record(mark, document.text) for mark in notes],
        "suggestions": [
            {**_span_record(one.span, document.text), "source": one.source, "score": one.score}
            for one in document.suggestions
        ],
        "tokens": [list(token) for token in document.tokens],
    }
    return {key: value for key, value in found.items() if value or key == "text"}


def _span_record(span: Span, text: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "start": span.start,
        "end": span.end,
        "label": span.label,
        "text": text[span.start : span.end],
    }
    if span.fragments:
        found["fragments"] = [list(fragment) for fragment in span.fragments]
    if span.attributes:
        found["attributes"] = dict(span.attributes)
    return found


def _note_record(note: Note, text: str) -> dict[str, Any]:
    return {"text": note.text, "span": _span_record(note.span, text)} if note.span else {"text": note.text}


_ESCAPES = {code: f"\\u{code:04x}" for code in (*range(0x7F, 0xA0), 0x2028, 0x2029)}


def dump(value: Any) -> bytes:
    """One line of JSON in UTF-8; no control character or line separator stands in it as such."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False).translate(_ESCAPES).encode() + b"\n"


def line_writer(
    to_record: Callable[[Document, Lose], dict[str, Any]],
) -> Callable[[Iterable[Document], Path, Lose], None]:
    """A writer of one JSON object a line."""

    def write(documents: Iterable[Document], path: Path, lose: Lose) -> None:
        with path.open("wb") as file:
            for document in documents:
                file.write(dump(to_record(document, lose)))

    return write


FORMAT = Format(
    "jsonl",
    "the native form: everything, one document a line (docs/jsonl.md)",
    (".jsonl",),
    read=read,
    write=line_writer(lambda document, lose: record_of(document)),
    carries=EVERYTHING,
)
