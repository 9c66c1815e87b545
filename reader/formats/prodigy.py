"""Prodigy's JSONL tasks (https://prodi.gy/docs/api-interfaces): text, tokens, spans, relations and an answer.

Done is written as `"answer": "accept"`, skipped as `"ignore"`; any other document has no answer yet. Tags are a
choice (`options`, `accept`), title and source stand in `meta`. Where a document brought no tokens, spaCy's are cut
where spans begin and end, so that every span has its `token_start` and `token_end` (the last token, counted in). The
`label` of a whole text (`textcat`) is a tag where the task was accepted, and stays in `meta` where it was not.

When read, the spans of a task that was rejected are rejected suggestions, never annotations. What of a task has no
place in a document (hashes, view, time stamps) is kept in `meta` as `prodigy` and written back; `_task_hash` is not,
since the annotations may have changed. Score and source of a span are dropped.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from reader.formats import json_writing, losses, records, strict
from reader.formats.base import Format, Found, Lose, Source
from reader.formats.head import Head
from reader.formats.losses import described, shown
from reader.formats.strict import Record, Unfit
from reader.formats.text import title_of
from reader.formats.tokenizing import cut
from reader.model import Document, Loss, Mark, Rejected, Relation, Span, State, Status, Tag, state_of

CARRIES = frozenset(
    {"annotator", "attributes", "meta", "overlaps", "relations", "source", "spans", "tags", "title", "tokens"}
)
_ANSWERS = {State.DONE: "accept", State.SKIPPED: "ignore"}
_STATES = {answer: state for state, answer in _ANSWERS.items()}
_TASK = frozenset({"text", "tokens", "spans", "relations", "meta", "answer", "accept", "_annotator_id", "_session_id"})
# What Prodigy itself writes into a span; anything else there is an attribute.
_SPAN = frozenset({"start", "end", "label", "text", "token_start", "token_end", "id", "answer", "color"})
_SPAN |= {"input_hash", "rank", "score", "source", "type"}
Borders = list[tuple[int, int]]


def record_of(document: Document, lose: Lose) -> Record:
    """A task. Done is answered "accept", skipped "ignore"; what is neither has no answer yet."""
    text = document.text
    spans = losses.carried(document, lose, CARRIES)
    borders = list(document.tokens) or cut(document, spans)
    first = {start: number for number, (start, _) in enumerate(borders)}
    last = {end: number for number, (_, end) in enumerate(borders)}
    meta = dict(document.meta)
    kept = meta.pop("prodigy") if isinstance(meta.get("prodigy"), dict) else {}
    task: Record = {
        "text": text,
        "meta": {"title": document.title, "source": document.source, **meta},
        "tokens": list(_token_records(text, borders)),
        "spans": [_span_record(document, span, first, last, lose) for span in spans],
    }
    if relations := list(_relation_records(document, last, lose)):
        task["relations"] = relations
    if tags := sorted(mark.label for mark in document.marks if isinstance(mark, Tag)):
        task |= {"options": [{"id": tag, "text": tag} for tag in tags], "accept": tags}
    if answer := _ANSWERS.get(state_of(document.marks)):
        task["answer"] = answer
    if document.annotator:
        task |= {"_annotator_id": document.annotator, "_session_id": document.annotator}
    return task | {key: value for key, value in kept.items() if key not in task or key == "options"}


def _token_records(text: str, borders: Borders) -> Iterator[Record]:
    following = [start for start, _ in borders[1:]] + [len(text)]
    for number, ((start, end), after) in enumerate(zip(borders, following, strict=True) if borders else ()):
        space = end < after and text[end] == " "
        yield {"text": text[start:end], "start": start, "end": end, "id": number, "ws": space}


def _span_record(document: Document, span: Span, first: dict[int, int], last: dict[int, int], lose: Lose) -> Record:
    found = _end_record(span)
    if span.start in first and span.end in last:
        found |= {"token_start": first[span.start], "token_end": last[span.end]}
    for name, value in span.attributes:
        if name in _SPAN:
            fact = f"{name} = {shown(value)} of {described(span, document.text)}"
            lose(Loss(losses.named(document), fact, f"{name} means something else to Prodigy"))
    return found


def _end_record(span: Span) -> Record:
    attributes = {name: value for name, value in span.attributes if name not in _SPAN}
    return {"start": span.start, "end": span.end, "label": span.label, **attributes}


def _relation_records(document: Document, last: dict[int, int], lose: Lose) -> Iterator[Record]:
    relations = [mark for mark in document.marks if isinstance(mark, Relation)]
    for relation in sorted(relations, key=lambda mark: (mark.head, mark.tail, mark.label)):
        if relation.head.fragments or relation.tail.fragments:
            fact = losses.related(relation, document.text)
            lose(Loss(losses.named(document), fact, "the format has no spans of several fragments"))
            continue
        # `head` and `child` number the last token of a span.
        numbers = {"head": last.get(relation.head.end), "child": last.get(relation.tail.end)}
        yield {
            **{name: number for name, number in numbers.items() if number is not None},
            "head_span": _end_record(relation.head),
            "child_span": _end_record(relation.tail),
            "label": relation.label,
        }


def read(source: Source) -> Iterator[Found]:
    """The tasks of a file. "ignore" is read as skipped; what a rejected task holds are rejected suggestions."""
    yield from records.read_lines(source, document_of)


def document_of(record: Record, source_name: str) -> Document:
    """A document from a task. Raises Unfit."""
    task = {key: value for key, value in record.items() if value is not None}
    text = records.text_of(task)
    tokens = tuple(_tokens(task, text))
    meta = dict(strict.checked_meta(records.typed(task, "meta", dict, {})))
    title = records.string(meta, "title") if isinstance(meta.get("title"), str) else title_of(text)
    source = records.string(meta, "source") if isinstance(meta.get("source"), str) else source_name
    meta = {key: value for key, value in meta.items() if key not in ("title", "source") or not isinstance(value, str)}
    if kept := _kept(task):
        if "prodigy" in meta:
            raise Unfit("expected no prodigy in meta, where the rest of a task is kept, found one")
        meta["prodigy"] = strict.checked_meta(kept)
    annotator = records.string(task, "_annotator_id") or records.string(task, "_session_id")
    marks = frozenset(_marks(task, text, tokens))
    return Document(
        text, title, source, "", meta, marks, records.name(annotator, "an annotator", empty=True), tokens=tokens
    )


def _kept(task: Record) -> Record:
    """What of a task has no place in a document; not the hash of annotations, which may change, and our own options."""
    options = task.get("options")
    ours = isinstance(options, list) and all(
        isinstance(one, dict) and one == {"id": one.get("id"), "text": one.get("id")} for one in options
    )
    left_out = _TASK | {"_task_hash"} | ({"options"} if ours else set()) | ({"label"} if _is_accepted(task) else set())
    return {key: value for key, value in task.items() if key not in left_out}


def _is_accepted(task: Record) -> bool:
    """Whether a task asks for one label of the whole text, and it was given; one that is no tag is kept."""
    if task.get("answer") != "accept":
        return False
    try:
        return bool(records.label(task))
    except Unfit:
        return False


def _tokens(task: Record, text: str) -> Iterator[tuple[int, int]]:
    before = 0
    for token in records.objects(task, "tokens", "a token with start, end and text"):
        start, end = records.place(token, text)
        if start < before:
            raise Unfit(f"expected tokens in order, found {start}-{end} after one that ends at {before}")
        before = end
        yield start, end


def _marks(task: Record, text: str, tokens: tuple[tuple[int, int], ...]) -> Iterator[Mark]:
    answer = records.string(task, "answer")
    if answer not in ("", "accept", "reject", "ignore"):
        raise Unfit(f"expected an answer of accept, reject or ignore; found {shown(answer)}")
    for value in records.objects(task, "spans", "a span with start, end and label"):
        span = _span(value, text, tokens)
        yield Rejected(span) if "reject" in (answer, value.get("answer")) else span
    if answer in _STATES:
        yield Status(_STATES[answer])
    if answer == "reject":
        return
    for value in records.objects(task, "relations", "a relation with head_span, child_span and label"):
        ends = (records.typed(value, f"{end}_span", dict, None) for end in ("head", "child"))
        # Their token numbers are not looked at: Prodigy itself writes wrong ones for spans at 0.
        head, tail = (_span(end, text, ()) for end in ends)
        yield Relation(head, tail, records.label(value))
    if _is_accepted(task):
        yield Tag(records.label(task, "a tag"))
    for tag in records.items(task, "accept"):
        yield Tag(records.label({"label": tag if isinstance(tag, str) else json.dumps(tag)}, "a tag"))


def _span(value: Record, text: str, tokens: tuple[tuple[int, int], ...]) -> Span:
    start, end = records.place(value, text)
    if tokens and value.get("token_start") is not None and value.get("token_end") is not None:
        first, last = records.offset(value, "token_start"), records.offset(value, "token_end")
        if not 0 <= first <= last < len(tokens) or (tokens[first][0], tokens[last][1]) != (start, end):
            raise Unfit(f"expected the tokens of {start}-{end}, found token_start {first} and token_end {last}")
    names = sorted(key for key, given in value.items() if key not in _SPAN and given is not None)
    attributes = tuple((records.name(key, "an attribute"), _attribute(value[key])) for key in names)
    return records.fitting(Span(start, end, records.label(value), (), attributes), text)


def _attribute(value: Any) -> str:
    return records.string({"value": value if isinstance(value, str) else json.dumps(value)}, "value")


_TASK_KEYS = ("_input_hash", "_task_hash", "_session_id", "_annotator_id", "_view_id")


def looks(head: Head) -> str:
    """A task of Prodigy's rather than the native form."""
    record = head.record
    tokens, spans = record.get("tokens"), record.get("spans")
    if key := next((key for key in _TASK_KEYS if key in record), ""):
        return f"JSON objects with {key}"
    if record.get("answer") in ("accept", "reject", "ignore"):
        return "JSON objects with a text and an answer"
    # Tokens beside `ents` are those of spaCy's `Doc.to_json`.
    if (
        isinstance(record.get("text"), str)
        and "ents" not in record
        and isinstance(tokens, list)
        and tokens
        and isinstance(tokens[0], dict)
    ):
        return "JSON objects with a text and its tokens"
    if isinstance(spans, list) and spans and isinstance(spans[0], dict) and "token_start" in spans[0]:
        return "JSON objects with spans that say their first token"
    return ""


FORMAT = Format(
    "prodigy",
    "Prodigy's JSONL tasks with tokens, spans, relations and answers",
    (".prodigy.jsonl", ".prodigy"),
    read=read,
    write=json_writing.line_writer(record_of),
    carries=CARRIES,
    looks=looks,
    tokenizes=True,
)
