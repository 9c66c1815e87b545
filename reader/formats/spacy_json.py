"""spaCy's JSON of version 2 (https://v2.spacy.io/api/annotation#json-input): paragraphs of tagged tokens.

Each paragraph is a document, as `spacy convert` takes it. Without a `raw` text its tokens are joined with spaces. A
tag `-` says that nobody knows, and gives no span. Written are the raw text and its tokens in one sentence, with BILOU
tags, for tools that have stayed with it: today's spaCy trains on `spacy`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reader.formats import hugging_face, json_writing, records
from reader.formats.base import Format, Found, Lose, Place, Source
from reader.formats.head import Head
from reader.formats.strict import Record, Unfit
from reader.formats.tagging import Row, closed, found_in, joined, placed, row
from reader.formats.text import title_of
from reader.model import Document, Mark, Tag

CARRIES = frozenset({"spans", "tags"})


def looks(head: Head) -> str:
    """Paragraphs with sentences or a raw text."""
    paragraphs = head.record.get("paragraphs")
    first = paragraphs[0] if isinstance(paragraphs, list) and paragraphs else None
    found = isinstance(first, dict) and ("sentences" in first or "raw" in first)
    return "JSON objects with paragraphs of sentences" if found else ""


def read(source: Source) -> Iterator[Found]:
    """A document a paragraph."""

    def found(record: Record, place: Place) -> Iterator[Found]:
        for paragraph in records.items(record, "paragraphs"):
            try:
                yield _document(records.an_object(paragraph, "a paragraph"), source)
            except Unfit as error:
                yield place.problem(str(error))

    return records.read_records(source, found)


def _document(paragraph: Record, source: Source) -> Document:
    sentences = [_sentence(value) for value in records.objects(paragraph, "sentences", "a sentence")]
    raw = records.string(paragraph, "raw") if paragraph.get("raw") else ""
    if raw:
        rows = [one for sentence in sentences for one in sentence]
        borders = found_in(raw, [token for token, _, _ in rows])
        text, spans = raw, placed(rows, borders)
    else:
        text, spans, borders = joined(sentences, " ")
    if not text:
        raise Unfit("expected a raw text or tokens, found neither")
    marks: set[Mark] = set(spans)
    for value in records.objects(paragraph, "cats", "a category"):
        if value.get("value"):
            marks.add(Tag(records.label(value, "a category")))
    return Document(text, title_of(text), source.name, marks=frozenset(marks), tokens=tuple(borders))


def _sentence(sentence: Record) -> list[Row]:
    return [
        row(records.string(token, "orth", required=True), records.string(token, "ner") or "O")
        for token in records.objects(sentence, "tokens", "a token")
    ]


def _records(documents: Iterable[Document], lose: Lose) -> Iterator[Record]:
    for number, document in enumerate(documents):
        tagged = hugging_face.record_of(document, number, lose, CARRIES)
        rows = closed(list(zip(tagged["tokens"], tagged["ner_tags"], strict=True)), single="U", last="L")
        tokens = [{"id": place, "orth": token, "ner": tag} for place, (token, tag) in enumerate(rows)]
        tags = sorted(mark.label for mark in document.marks if isinstance(mark, Tag))
        paragraph = {
            "raw": document.text,
            "sentences": [{"tokens": tokens}] if tokens else [],
            "cats": [{"label": tag, "value": 1.0} for tag in tags],
        }
        yield {"id": number, "paragraphs": [paragraph]}


FORMAT = Format(
    "spacy-json",
    "spaCy's JSON of version 2",
    (".spacy.json",),
    read=read,
    write=json_writing.array_writer(_records),
    carries=CARRIES,
    looks=looks,
    tokenizes=True,
)
