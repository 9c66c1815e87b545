"""The native JSONL: one object a line, a document as one annotator sees it. It carries everything.

Of objects with other names `--column text=body` names the one of the text; `title`, `source` and `language` likewise.
See [jsonl.md](jsonl.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from reader.formats import jsonl_plain, jsonl_writing, records, strict
from reader.formats.base import EVERYTHING, Format, Found, Source
from reader.formats.head import Head
from reader.formats.losses import shown
from reader.formats.strict import Record, Unfit
from reader.formats.text import title_of
from reader.model import (
    Document,
    Mark,
    Note,
    Rejected,
    Relation,
    Span,
    State,
    Status,
    Suggestion,
    Tag,
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
# Where other tools keep their annotations. Read as meta, they would be lost without a word.
_FOREIGN = {"label", "labels", "entities", "annotations", "annotation", "denotations", "ner_tags", "prediction"}
_FOREIGN |= {"ents", "ner"}
# Under any other name, what begins and ends is an annotation only with one of these; a sentence or a pause has none.
_LABELS = {"class", "entity_group", "label", "labels", "type"}
_SPAN = "a span with start, end and label"


def read(source: Source) -> Iterator[Found]:
    """The documents of a file, one line at a time; a Problem for each line that holds none."""
    yield from records.read_lines(
        source,
        lambda record, name: document_of(records.named(record, source.options), name),
        None if source.options.columns else jsonl_plain.document_of,
    )


def document_of(record: Record, source_name: str) -> Document:
    """A document from a record of the native form. Raises Unfit."""
    text = records.text_or_hint(record)
    meta = records.typed(record, "meta", dict, {})
    extra = {key: value for key, value in record.items() if key not in KEYS}
    if clash := sorted(extra.keys() & meta.keys()):
        raise Unfit(f"expected {shown(clash[0])} either in meta or beside it, found both")
    if "spans" not in record and (foreign := next((key for key in extra if _is_foreign(key, extra[key])), "")):
        raise Unfit(f"expected spans, found {foreign}: the form of another tool, which would be kept as meta alone")
    return Document(
        text,
        records.string(record, "title") if "title" in record else title_of(text),
        records.string(record, "source") if "source" in record else source_name,
        records.string(record, "language"),
        strict.checked_meta({**meta, **extra}),
        frozenset(_marks(record, text)),
        records.name(records.string(record, "annotator"), "an annotator", empty=True),
        tuple(_suggestions(record, text)),
        tuple(_tokens(record, text)),
    )


def _is_foreign(key: str, value: Any) -> bool:
    """Whether a key has annotations in it: a list under one of those names, or spans with a label under any."""
    first: Any
    if isinstance(value, dict):
        first = {name: one[0] for name, one in value.items() if isinstance(one, list) and one}
    else:
        first = value[0] if isinstance(value, list) and value else None
        if key in _FOREIGN and first is not None:
            return True
    if not isinstance(first, dict) or not {"start", "end"} <= first.keys():
        return False
    return key in _FOREIGN or (type(first["start"]) is int and not _LABELS.isdisjoint(first))


def _marks(record: Record, text: str) -> Iterator[Mark]:
    for value in records.objects(record, "spans", _SPAN):
        yield _span(value, text)
    for value in records.objects(record, "rejected", _SPAN):
        yield Rejected(_span(value, text))
    for value in records.objects(record, "relations", "a relation with head, tail and label"):
        head, tail = (_span(records.typed(value, end, dict, None), text) for end in ("head", "tail"))
        yield Relation(head, tail, records.label(value))
    for value in records.items(record, "tags"):
        yield Tag(records.label({"label": value}, "a tag"))
    for value in records.objects(record, "notes", "a note with a text"):
        span = _span(records.typed(value, "span", dict, None), text) if "span" in value else None
        yield Note(records.string(value, "text", required=True), span)
    status = records.string(record, "status")
    if status and status not in set(State):
        raise Unfit(f"expected a status of {', '.join(State)}; found {shown(status)}")
    if status and status != State.TODO:
        yield Status(State(status))


def _span(value: Record, text: str) -> Span:
    """A span with offsets that are checked against the text, and against its own words where it has them."""
    start, end, label = value.get("start"), value.get("end"), value.get("label")
    # Nearly all spans are plain and right; whatever is not is told by what follows.
    if (
        (len(value) == 3 or (len(value) == 4 and "text" in value))
        and type(start) is int
        and type(end) is int
        and type(label) is str
        and 0 <= start < end <= len(text)
        and value.get("text", text[start:end]) == text[start:end]
    ):
        return Span(start, end, _label(label))
    start, end = records.place(value, text)
    fragments = tuple(records.pair(fragment, "a fragment") for fragment in records.items(value, "fragments"))
    attributes = records.typed(value, "attributes", dict, {})
    texts = tuple(sorted((records.name(key, "an attribute"), records.string(attributes, key)) for key in attributes))
    return records.fitting(Span(start, end, records.label(value), fragments, texts), text)


@lru_cache(maxsize=1024)
def _label(label: str) -> str:
    return records.label({"label": label})


def _suggestions(record: Record, text: str) -> Iterator[Suggestion]:
    for value in records.objects(record, "suggestions", _SPAN):
        score = value.get("score", 1.0)
        if isinstance(score, bool) or not isinstance(score, int | float) or not 0 <= score <= 1:
            raise Unfit(f"expected a score from 0 to 1, found {strict.kind(score)}")
        yield Suggestion(_span(value, text), records.string(value, "source") or "import", float(score))


def _tokens(record: Record, text: str) -> Iterator[tuple[int, int]]:
    last = 0
    for value in records.items(record, "tokens"):
        start, end = records.pair(value, "a token")
        if not last <= start < end <= len(text):
            raise Unfit(f"expected tokens in order within the text, found {shown(start)}-{shown(end)}")
        last = end
        yield start, end


def looks(head: Head) -> str:
    """Any object with a text that no other format knew as its own; of other JSON, the reader says what is missing."""
    if isinstance(head.record.get("text"), str):
        return "JSON objects with a text"
    return "JSON" if head.file_name.endswith((".json", ".ndjson")) and head.data.lstrip()[:1] in (b"{", b"[") else ""


FORMAT = Format(
    "jsonl",
    "the native form: everything, one document a line (docs/jsonl.md)",
    (".jsonl",),
    read=read,
    write=jsonl_writing.write,
    carries=EVERYTHING,
    looks=looks,
)
