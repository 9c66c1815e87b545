"""Writing the native JSONL: all of a document in one line, the same document always in the same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from reader.formats.base import Lose
from reader.formats.losses import in_order
from reader.formats.strict import encode, line, quoted
from reader.model import Document, Mark, Note, Rejected, Relation, Span, State, Suggestion, Tag, state_of

_BUFFER = 1 << 20

# A label is written with each of its spans, and there are few of them.
_label = lru_cache(maxsize=1024)(quoted)


def write(documents: Iterable[Document], path: Path, lose: Lose) -> None:
    """A document a line; nothing is lost."""
    with path.open("wb", buffering=_BUFFER) as file:
        for document in documents:
            file.write(line(text_of(document)))


def text_of(document: Document) -> str:
    """The native form of a document; what is empty is left out."""
    return "{" + ", ".join(_fields(document)) + "}"


def _fields(document: Document) -> Iterator[str]:
    """Each key with its value: put together here, for that takes half the time of a record of records."""
    text = document.text
    # A reader fills in a title and a source that are missing, so these two stand there even when empty.
    yield f'"text": {quoted(text)}, "title": {quoted(document.title)}, "source": {quoted(document.source)}'
    if document.language:
        yield f'"language": {quoted(document.language)}'
    if document.meta:
        yield f'"meta": {encode(document.meta)}'
    if document.annotator:
        yield f'"annotator": {quoted(document.annotator)}'
    spans = [mark for mark in document.marks if type(mark) is Span]
    others = document.marks.difference(spans) if len(spans) < len(document.marks) else ()
    state = state_of(others)
    if state is not State.TODO:
        yield f'"status": {quoted(state)}'
    if spans:
        yield f'"spans": {_array(_spans(in_order(spans), text))}'
    if others:
        yield from _others(others, text)
    if document.suggestions:
        yield f'"suggestions": {_array([_suggestion(one, text) for one in document.suggestions])}'
    if document.tokens:
        yield f'"tokens": {encode(document.tokens)}'


def _others(marks: Iterable[Mark], text: str) -> Iterator[str]:
    """The marks that are no spans."""
    relations = [mark for mark in marks if isinstance(mark, Relation)]
    notes = [mark for mark in marks if isinstance(mark, Note)]
    found = {
        "rejected": _spans(in_order(mark.span for mark in marks if isinstance(mark, Rejected)), text),
        "relations": [_relation(mark, text) for mark in sorted(relations, key=lambda one: (one[0], one[1], one[2]))],
        "tags": [quoted(label) for label in sorted(mark.label for mark in marks if isinstance(mark, Tag))],
        "notes": [
            _note(mark, text) for mark in sorted(notes, key=lambda mark: (mark.span or Span(0, 0, ""), mark.text))
        ],
    }
    for key, values in found.items():
        if values:
            yield f'"{key}": {_array(values)}'


def _array(values: list[str]) -> str:
    return f"[{', '.join(values)}]"


def _spans(spans: list[Span], text: str) -> list[str]:
    return [
        f'{{"start": {start}, "end": {end}, "label": {_label(label)}, "text": {quoted(text[start:end])}'
        + (_more(fragments, attributes) if fragments or attributes else "}")
        for start, end, label, fragments, attributes in spans
    ]


def _more(fragments: tuple[tuple[int, int], ...], attributes: tuple[tuple[str, str], ...]) -> str:
    """The rest of a span that is not plain."""
    found = f', "fragments": {encode(fragments)}' if fragments else ""
    return found + (f', "attributes": {encode(dict(attributes))}}}' if attributes else "}")


def _relation(mark: Relation, text: str) -> str:
    head, tail = _spans([mark.head, mark.tail], text)
    return f'{{"head": {head}, "tail": {tail}, "label": {quoted(mark.label)}}}'


def _note(mark: Note, text: str) -> str:
    span = f', "span": {_spans([mark.span], text)[0]}' if mark.span else ""
    return f'{{"text": {quoted(mark.text)}{span}}}'


def _suggestion(one: Suggestion, text: str) -> str:
    [span] = _spans([one.span], text)
    return f'{span[:-1]}, "source": {quoted(one.source)}, "score": {encode(one.score)}}}'
