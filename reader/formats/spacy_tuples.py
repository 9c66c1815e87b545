"""spaCy's simple training form as JSON (https://spacy.io/usage/training): texts, each with its entities.

Also read are entities as a list of BILUO tags over tokens that are divided by single spaces, and spans of span
groups; written are entities, and span groups (`sc`) where any overlap.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from reader.formats import json_writing, records, strict
from reader.formats.base import Format, Found, Lose, Source
from reader.formats.head import Head
from reader.formats.losses import carried, outermost, shown
from reader.formats.offsets import Placing
from reader.formats.strict import Record, Unfit
from reader.formats.tagging import found_in, placed, row
from reader.formats.text import title_of
from reader.model import Document, Mark, Span, Tag

CARRIES = frozenset({"overlaps", "spans", "tags"})


def looks(head: Head) -> str:
    """A list of pairs of a text and what is in it."""
    found = head.json
    pair = found[0] if isinstance(found, list) and found else None
    if not isinstance(pair, list) or len(pair) != 2 or not isinstance(pair[0], str) or not isinstance(pair[1], dict):
        return ""
    return "a JSON list of texts with entities" if {"entities", "spans", "cats"} & pair[1].keys() else ""


def read(source: Source) -> Iterator[Found]:
    """A document a pair."""
    for line, value in strict.values(source):
        try:
            if isinstance(value, Unfit):
                raise value
            yield _document(value, source)
        except Unfit as error:
            yield source.at(line).problem(str(error))


def _document(pair: Any, source: Source) -> Document:
    if not isinstance(pair, list) or len(pair) != 2:
        raise Unfit(f"expected a text and what is in it, found {shown(pair)}")
    _, text = records.text_under({"text": pair[0]}, "text")
    said = records.an_object(pair[1], "what is in a text")
    placing = Placing(text)
    marks: set[Mark] = set()
    entities = records.items(said, "entities")
    if entities and all(isinstance(tag, str) for tag in entities):
        marks |= set(_tagged(text, entities))
    else:
        marks |= {_span(value, placing) for value in entities}
    for group in records.typed(said, "spans", dict, {}).values():
        marks |= {_span(value, placing) for value in records.items({"spans": group}, "spans")}
    for name, value in records.typed(said, "cats", dict, {}).items():
        if records.score_of({"score": value}) >= 0.5 and value is not False:
            marks.add(Tag(records.name(name, "a category")))
    return Document(text, title_of(text), source.name, marks=frozenset(marks))


def _tagged(text: str, tags: list[str]) -> list[Span]:
    tokens = text.split(" ")
    if len(tokens) != len(tags):
        raise Unfit(f"expected a tag for each of {len(tokens)} tokens, found {len(tags)}")
    return placed([row(token, tag) for token, tag in zip(tokens, tags, strict=True)], found_in(text, tokens))


def _span(value: Any, placing: Placing) -> Span:
    if not isinstance(value, list) or len(value) < 3:
        raise Unfit(f"expected an entity as [start, end, label], found {shown(value)}")
    start, end, _ = placing.place(records.whole(value[0], "start"), records.whole(value[1], "end"))
    return Span(start, end, records.label({"label": value[2]}))


def _pairs(documents: Iterable[Document], lose: Lose) -> Iterator[list[Any]]:
    for document in documents:
        spans = carried(document, lose, CARRIES)
        flat = outermost(spans)
        said: Record = {"entities": [[one.start, one.end, one.label] for one in flat]}
        if len(flat) < len(spans):
            said["spans"] = {"sc": [[one.start, one.end, one.label] for one in spans]}
        if tags := sorted(mark.label for mark in document.marks if isinstance(mark, Tag)):
            said["cats"] = dict.fromkeys(tags, 1.0)
        yield [document.text, said]


FORMAT = Format(
    "spacy-tuples",
    "spaCy's simple training form: texts with entities",
    (".spacy-tuples.json",),
    read=read,
    write=json_writing.array_writer(_pairs),
    carries=CARRIES,
    looks=looks,
)
