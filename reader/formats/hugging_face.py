"""Rows for Hugging Face datasets (https://huggingface.co/docs/datasets), one JSON object a line.

Rows of tokens with `ner_tags` (or `tags`, `ner`), whose names are texts, or numbers that a `dataset_info.json` beside
the file names; GLiNER's `tokenized_text` with its spans of tokens, the last counted in; and rows of a text with spans
in characters: a list of objects with `start`, `end` and `label` (or `type`, `entity_group`) under any key, or an object
of such lists, as Arrow stores a sequence of them; a file with a list under `spans` is first taken for the native form.
Tokens with tags go before such spans. `--column text=body` names the text, `title`, `source` and `language` likewise;
whatever else a row holds goes into `meta`. Written are tokens and tags by name, with the text, so that nothing of its
white space is lost: a tag that is a text needs no list of names, and `load_dataset("json")` reads it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from reader.formats import json_writing, records, strict
from reader.formats.base import Format, Found, Lose, Place, Source
from reader.formats.head import Head
from reader.formats.losses import carried, lose_span, outermost, shown
from reader.formats.offsets import Placing
from reader.formats.strict import Record, Unfit
from reader.formats.tagging import Row, found_in, joined, placed, row
from reader.formats.text import title_of
from reader.formats.tokenizing import cover, cut
from reader.model import Document, Span

CARRIES = frozenset({"spans"})
_TOKENS = ("tokens", "words", "tokenized_text")
_TAGS = ("ner_tags", "tags", "ner", "labels")
_SPANS = ("spans", "entities", "labels", "ents", "ner")
_LABELS = ("label", "type", "entity_group")
# Where one of these is, spans are the native form's.
_NATIVE = {"notes", "rejected", "relations", "suggestions"}


def looks(head: Head) -> str:
    """Tokens as texts beside tags, or a text beside spans that are not the native ones."""
    record = head.telling(_SPANS)
    key = spans_key(record) if isinstance(record.get("text"), str) else ""
    if key and not _NATIVE & record.keys() and not isinstance(record.get("spans"), list):
        return f"JSON objects with a text and spans under {key}"
    tokens = next((record[key] for key in _TOKENS if isinstance(record.get(key), list)), None)
    tags = next((key for key in _TAGS if isinstance(record.get(key), list)), "")
    found = tags and tokens and all(isinstance(token, str) for token in tokens)
    return f"JSON objects with tokens and {tags}" if found else ""


def read(source: Source) -> Iterator[Found]:
    """A document a row."""
    names = names_beside(source)

    def found(record: Record, place: Place) -> Iterator[Found]:
        record = without_nothing(records.named(record, source.options))
        if not spans_key(record) and not _are_places(record.get("tokens")):
            yield records.described(document_of(record, source.name, names), source.options)
            return
        document, repairs = spanned(record, source.name, names)
        yield from map(place.repair, repairs)
        yield records.described(document, source.options)

    return records.read_records(source, found)


def without_nothing(row: Record) -> Record:
    """A row without the keys that hold nothing, or no spans."""
    return {key: value for key, value in row.items() if value is not None and not (key in _SPANS and value == [])}


def _are_places(tokens: Any) -> bool:
    """Whether tokens are offsets in a text, as spaCy's `Doc.to_json` has them; they are kept in `meta`."""
    return isinstance(tokens, list) and bool(tokens) and isinstance(tokens[0], dict)


def spans_key(row: Record) -> str:
    """The key of a row's spans in characters, "" where it has none, or has tokens with tags."""
    if any(_begins(row.get(key), str) for key in _TOKENS) and any(_begins(row.get(key), str, int) for key in _TAGS):
        return ""
    return next((key for key in (*_SPANS, *row) if _are_spans(row.get(key))), "")


def _begins(value: Any, *kinds: type) -> bool:
    """Whether a value is a list whose first item is of one of these types."""
    return isinstance(value, list) and bool(value) and isinstance(value[0], kinds)


def _are_spans(value: Any) -> bool:
    """Whether a list, or an object of lists, is of spans; what begins and ends in seconds is none."""
    if isinstance(value, dict):
        lists = {key for key, one in value.items() if isinstance(one, list)}
        whole = "start" in lists and (not value["start"] or type(value["start"][0]) is int)
        return whole and "end" in lists and not lists.isdisjoint(_LABELS)
    first = value[0] if isinstance(value, list) and value else None
    if not isinstance(first, dict) or type(first.get("start")) is not int:
        return False
    return "end" in first and not first.keys().isdisjoint(_LABELS)


def spanned(row: Record, source_name: str, names: list[str]) -> tuple[Document, list[str]]:
    """A document of a row with a text and spans, and what of it was taken otherwise. Raises Unfit."""
    key = spans_key(row)
    text = records.text_of(row)
    placing = Placing(text)
    repairs = []
    marks = set()
    for one in _objects(row.get(key, []), key):
        words = one["text"] if isinstance(one.get("text"), str) else None
        start, end, repair = placing.place(*records.ends(one), words)
        repairs += [repair] if repair else []
        label = next((one[name] for name in _LABELS if one.get(name) is not None), None)
        if type(label) is int and 0 <= label < len(names):
            label = names[label]
        marks.add(Span(start, end, records.label({"label": label})))
    meta = records.rest(row, ("text", key))
    return Document(text, title_of(text), source_name, meta=meta, marks=frozenset(marks)), repairs


def _objects(value: Any, key: str) -> list[Record]:
    """Spans as objects, of a list or of an object of lists. Raises Unfit."""
    if isinstance(value, list):
        return [records.an_object(one, "a span") for one in value]
    columns = {name: values for name, values in value.items() if isinstance(values, list)}
    if len({len(values) for values in columns.values()}) > 1:
        raise Unfit(f"expected lists of one length in {key}, found others")
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def names_beside(source: Source) -> list[str]:
    """The names of the numbers in `ner_tags`, as a `dataset_info.json` beside the file says them."""
    info = source.beside("dataset_info.json")
    if info is None:
        return []
    for _, value in strict.values(info):
        features = value.get("features") if isinstance(value, dict) else None
        if isinstance(features, dict) and (found := names_in(features)):
            return found
    return []


def names_in(features: Record) -> list[str]:
    """The class names of the first feature of tags."""
    for key in _TAGS:
        feature = features.get(key)
        inner = feature.get("feature") if isinstance(feature, dict) else None
        names = inner.get("names") if isinstance(inner, dict) else None
        if isinstance(names, list) and all(isinstance(name, str) for name in names):
            return names
    return []


def document_of(record: Record, source_name: str, names: list[str]) -> Document:
    """A document of a row. Raises Unfit."""
    key = next((key for key in _TOKENS if key in record), "tokens")
    tokens = [_token(token) for token in records.items(record, key)]
    if not tokens and not record.get("text"):
        raise Unfit(f"expected a row with {key}, found none")
    given = next((records.items(record, name) for name in _TAGS if name in record), [])
    if given and all(isinstance(tag, list) for tag in given):
        text, _, borders = joined([[(token, "", "") for token in tokens]])
        spans = [_gliner(tag, borders) for tag in given]
    else:
        rows = _rows(tokens, given, names)
        text, spans, borders = joined([rows])
        if isinstance(record.get("text"), str) and record["text"]:
            text = records.string(record, "text")
            borders = found_in(text, tokens)
            spans = placed(rows, borders)
    meta = records.rest(record, {*_TOKENS, *_TAGS, "text"})
    return Document(text, title_of(text), source_name, meta=meta, marks=frozenset(spans), tokens=tuple(borders))


def _token(token: Any) -> str:
    if not isinstance(token, str) or not token:
        raise Unfit(f"expected a token, found {shown(token)}")
    return token


def _rows(tokens: list[str], tags: list[Any], names: list[str]) -> list[Row]:
    if len(tags) != len(tokens):
        raise Unfit(f"expected a tag for each of {len(tokens)} tokens, found {len(tags)}")
    found = []
    for token, tag in zip(tokens, tags, strict=True):
        if type(tag) is int:
            if not 0 <= tag < len(names):
                reason = "dataset_info.json beside the file names none" if not names else f"there are {len(names)}"
                raise Unfit(f"expected a tag by name, found the number {tag}; {reason}")
            tag = names[tag]
        if not isinstance(tag, str):
            raise Unfit(f"expected a tag, found {shown(tag)}")
        found.append(row(token, tag))
    return found


def _gliner(value: Any, borders: list[tuple[int, int]]) -> Span:
    if not isinstance(value, list) or len(value) != 3:
        raise Unfit(f"expected a span as [first, last, label], found {shown(value)}")
    first, last = records.whole(value[0], "the first token"), records.whole(value[1], "the last token")
    if not 0 <= first <= last < len(borders):
        raise Unfit(f"expected tokens from 0 to {len(borders) - 1}, found {first} to {last}")
    return Span(borders[first][0], borders[last][1], records.label({"label": value[2]}))


def _records(documents: Iterable[Document], lose: Lose) -> Iterator[Record]:
    for number, document in enumerate(documents):
        yield record_of(document, number, lose)


def record_of(document: Document, number: int, lose: Lose, carries: frozenset[str] = CARRIES) -> Record:
    """A row: tokens, tags by name in IOB2, and the text. What is not among `carries` is lost."""
    spans = carried(document, lose, carries)
    own = list(document.tokens)
    borders = own if own and cover(own, document.text) else cut(document, spans)
    borders = [(start, end) for start, end in borders if document.text[start:end].strip()]
    first = {start: place for place, (start, _) in enumerate(borders)}
    last = {end: place for place, (_, end) in enumerate(borders)}
    fitting = []
    for span in spans:
        if span.start in first and span.end in last:
            fitting.append(span)
        else:
            lose_span(document, span, lose, "it does not begin and end with a token")
    flat = outermost(fitting)
    for span in sorted(set(fitting) - set(flat)):
        lose_span(document, span, lose, "it overlaps another, and a token has one tag")
    tags = ["O"] * len(borders)
    for span in flat:
        for place in range(first[span.start], last[span.end] + 1):
            tags[place] = ("I-" if place > first[span.start] else "B-") + span.label
    tokens = [document.text[start:end] for start, end in borders]
    return {"id": str(number), "tokens": tokens, "ner_tags": tags, "text": document.text}


FORMAT = Format(
    "huggingface",
    "rows of tokens and tags for Hugging Face datasets",
    (".hf.jsonl",),
    read=read,
    write=json_writing.lines_writer(_records),
    carries=CARRIES,
    looks=looks,
    tokenizes=True,
)
