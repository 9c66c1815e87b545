"""Prodigy's JSONL tasks (prodi.gy/docs/api-interfaces): text, tokens, spans and an answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from reader.formats import jsonl, losses
from reader.formats.base import Format, Lose, Source
from reader.model import Document, Mark, Problem, State, Status, spans_of, state_of
from reader.nlp import tokens as tokenizing

CARRIES = frozenset({"annotator", "meta", "overlaps", "status", "tokens"})
_OWN = frozenset({"text", "tokens", "spans", "meta", "answer", "_annotator_id", "_session_id"})


def record_of(document: Document, lose: Lose) -> dict[str, Any]:
    """A task: a skipped document is answered "ignore", any other "accept"."""
    losses.report(document, lose, carries=CARRIES)
    text = document.text
    borders = list(document.tokens) or next(iter(tokenizing.tokenize([text], document.language or "en")))
    starts = {start: place for place, (start, _) in enumerate(borders)}
    ends = {end: place for place, (_, end) in enumerate(borders)}
    spans = []
    for span in spans_of(document.marks):
        found: dict[str, Any] = {"start": span.start, "end": span.end, "label": span.label}
        if span.start in starts and span.end in ends:
            found |= {"token_start": starts[span.start], "token_end": ends[span.end]}
        spans.append(found)
    meta = {"title": document.title, "source": document.source, **document.meta}
    task: dict[str, Any] = {
        "text": text,
        "meta": {name: value for name, value in meta.items() if value},
        "tokens": [
            {"text": text[start:end], "start": start, "end": end, "id": place, "ws": text[end : end + 1] == " "}
            for place, (start, end) in enumerate(borders)
        ],
        "spans": spans,
        "answer": "ignore" if state_of(document.marks) is State.SKIPPED else "accept",
    }
    if document.annotator:
        task["_annotator_id"] = document.annotator
    return task


def read(source: Source) -> Iterator[Document | Problem]:
    """The tasks of a file; "ignore" is read as skipped, and the spans of a rejected task are left out."""
    for number, line in jsonl.lines(source):
        try:
            yield _document(jsonl.parse(line, source.name), source.name)
        except jsonl.Unfit as error:
            yield Problem(source.name, number, str(error))


def _document(task: Any, name: str) -> Document:
    if not isinstance(task, dict):
        raise jsonl.Unfit("expected a task with a text, found something else")
    meta = task.get("meta") or {}
    record = {key: value for key, value in task.items() if key in ("text", "spans")}
    record["spans"] = [
        {key: span.get(key) for key in ("start", "end", "label")} if isinstance(span, dict) else span
        for span in task.get("spans") or []
    ]
    found = jsonl.document_of(record, name)
    answer = task.get("answer", "accept")
    if answer not in ("accept", "reject", "ignore"):
        raise jsonl.Unfit(f"expected an answer of accept, reject or ignore; found {answer!r}")
    marks: set[Mark] = set() if answer == "reject" else set(found.marks)
    if answer == "ignore":
        marks.add(Status(State.SKIPPED))
    if not isinstance(meta, dict):
        raise jsonl.Unfit("expected meta as an object, found something else")
    extra = {key: value for key, value in task.items() if key not in _OWN}
    return replace(
        found,
        title=str(meta.get("title", "")) or found.title,
        source=str(meta.get("source", "")) or found.source,
        meta={key: value for key, value in meta.items() if key not in ("title", "source")} | extra,
        marks=frozenset(marks),
        annotator=str(task.get("_annotator_id") or task.get("_session_id") or ""),
        tokens=tuple(_tokens(task, found.text)),
    )


def _tokens(task: dict[str, Any], text: str) -> Iterator[tuple[int, int]]:
    for token in task.get("tokens") or ():
        start, end = (token.get("start"), token.get("end")) if isinstance(token, dict) else (None, None)
        if type(start) is not int or type(end) is not int or text[start:end] != token.get("text", text[start:end]):
            raise jsonl.Unfit(f"expected tokens with start, end and their own text, found {str(token)[:60]}")
        if not 0 <= start < end <= len(text):
            raise jsonl.Unfit(f"expected tokens within the text, found {start}-{end}")
        yield start, end


def is_task(record: Any) -> bool:
    """Whether a JSONL record is one of Prodigy's rather than ours."""
    return isinstance(record, dict) and bool(
        {"_input_hash", "_task_hash", "_session_id", "_annotator_id", "answer", "_view_id"} & record.keys()
    )


FORMAT = Format(
    "prodigy",
    "Prodigy's JSONL tasks with tokens, spans and answers",
    (".prodigy.jsonl", ".prodigy"),
    read=read,
    write=jsonl.line_writer(record_of),
    carries=CARRIES,
)
