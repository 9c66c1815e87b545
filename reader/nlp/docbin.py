"""spaCy's DocBin files: documents with `ents`, `spans` and `cats`."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reader.errors import InputError
from reader.model import Document, Span
from reader.nlp.tokens import tokenizer

if TYPE_CHECKING:
    from spacy.tokens import Doc

SPANS_KEY = "sc"
ABOUT = ("title", "source", "language", "annotator")

# What spaCy, MessagePack and NumPy raise for a broken file; anything else would be a bug.
_BROKEN = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Content:
    """One document of a file, as plain values that outlive spaCy's objects. Offsets are characters of `text`."""

    text: str
    spans: frozenset[tuple[int, int, str]]
    tags: tuple[str, ...]
    tokens: tuple[tuple[int, int], ...]
    about: dict[str, Any]
    meta: dict[str, Any]


ZONE = 1_000_000
"""Characters of documents for which a vocabulary keeps the words."""


def write(
    contents: Iterable[tuple[Document, list[Span], list[str]]], path: Path, misfit: Callable[[Document, Span], None]
) -> None:
    """Write documents with the spans and tags to be written; `misfit` hears of each span off the token borders.

    Spans that do not overlap are `doc.ents`. Where any in the file do, the spans of all documents are in
    `doc.spans["sc"]` too (a span categorizer takes a document without for one that has none), and `doc.ents` has the
    longest that do not overlap. Tags are `doc.cats` with 1.0. Title, source, language and annotator, and meta as
    JSON, are in `doc.user_data`.
    """
    from spacy.tokens import DocBin

    store = DocBin(store_user_data=True)
    nested = False
    room, language = 0, ""
    with ExitStack() as zone:
        for document, spans, tags in contents:
            if room <= 0 or document.language != language:
                # What a vocabulary learns of the words is forgotten now and then: not so seldom that it grows, and not
                # so often that all are learnt for each document.
                zone.close()
                room, language = ZONE, document.language
                zone.enter_context(tokenizer(language).memory_zone())
            room -= len(document.text)
            doc = _doc(document, spans, tags, misfit)
            nested = nested or len(doc.ents) < len(doc.spans[SPANS_KEY])
            store.add(doc)
    if not nested:
        store.span_groups = [b""] * len(store)
    path.write_bytes(store.to_bytes())


def _doc(document: Document, spans: list[Span], tags: list[str], misfit: Callable[[Document, Span], None]) -> Doc:
    from spacy.util import filter_spans

    doc = _tokens(document)
    fitting = []
    for span in spans:
        found = doc.char_span(span.start, span.end, label=span.label)
        if found is None:
            misfit(document, span)
        else:
            fitting.append(found)
    doc.set_ents(filter_spans(fitting))
    doc.spans[SPANS_KEY] = fitting
    doc.cats = dict.fromkeys(tags, 1.0)
    doc.user_data.update({key: value for key in ABOUT if (value := getattr(document, key))})
    if document.meta:
        # As JSON, since MessagePack has no numbers of over 64 bits.
        doc.user_data["meta"] = json.dumps(document.meta, ensure_ascii=False)
    return doc


def _tokens(document: Document) -> Doc:
    """The document's own tokens where it brought some, with what lies between them, else spaCy's."""
    from spacy.tokens import Doc

    nlp = tokenizer(document.language)
    text = document.text
    if not document.tokens:
        return nlp.tokenizer(text)
    words: list[str] = []
    spaces: list[bool] = []
    place = 0
    for start, end in (*document.tokens, (len(text), len(text))):
        if place < start and words and text[place] == " ":
            spaces[-1] = True
            place += 1
        for piece in (text[place:start], text[start:end]):
            if piece:
                words.append(piece)
                spaces.append(False)
        place = end
    return Doc(nlp.vocab, words=words, spaces=spaces)


def read(data: bytes, most: int) -> Iterator[Content]:
    """The documents of a DocBin that unpacks to at most so many bytes. Raises InputError, however it is broken."""
    _check_size(data, most)
    # What is no DocBin at all is refused without the seconds that spaCy takes to load.
    from spacy.tokens import DocBin
    from spacy.vocab import Vocab

    try:
        for doc in DocBin(store_user_data=True).from_bytes(data).get_docs(Vocab()):
            yield _content(doc)
    except _BROKEN as error:
        raise InputError(f"expected a spaCy DocBin, found something else ({type(error).__name__})") from error


def _check_size(data: bytes, most: int) -> None:
    """Unpack no more than we can bear: 100 kB may hold 100 MB, and spaCy sets no limit."""
    unpacker = zlib.decompressobj()
    try:
        unpacker.decompress(data, most)
    except zlib.error as error:
        raise InputError("expected a spaCy DocBin, found a file that is not packed with zlib") from error
    if not unpacker.eof:
        found = f"more than {most:,} bytes in it" if unpacker.unconsumed_tail else "one that is cut off"
        raise InputError(f"expected a spaCy DocBin, found {found if data else 'an empty file'}")


def _content(doc: Doc) -> Content:
    groups = [doc.ents, doc.spans[SPANS_KEY]] if SPANS_KEY in doc.spans else [doc.ents]
    data = doc.user_data
    meta = json.loads(data["meta"]) if isinstance(data.get("meta"), str) else {}
    return Content(
        doc.text,
        frozenset((span.start_char, span.end_char, span.label_) for group in groups for span in group),
        tuple(sorted(name for name, score in doc.cats.items() if score >= 0.5)),
        tuple((token.idx, token.idx + len(token)) for token in doc if not token.text.isspace()),
        {key: data.get(key, "") for key in ABOUT},
        meta if isinstance(meta, dict) else {},
    )
