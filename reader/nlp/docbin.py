"""spaCy's DocBin files: documents with `ents`, `spans` and `cats`."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from reader.errors import InputError
from reader.model import Document, Span, Tag, spans_of
from reader.nlp.tokens import tokenizer

if TYPE_CHECKING:
    from spacy.tokens import Doc

SPANS_KEY = "sc"
UNPACKED_BYTES = 1 << 30


def write(documents: Iterable[Document], path: Path, misfit: Callable[[Document, Span], None]) -> None:
    """Write documents; `misfit` hears of each span that is not on token borders and is left out.

    Spans that do not overlap are `doc.ents`. Where any overlap, all are in `doc.spans["sc"]` and the outermost ones
    are `doc.ents`. Tags are `doc.cats` with 1.0; title, source and meta are in `doc.user_data`.
    """
    from spacy.tokens import DocBin

    store = DocBin(store_user_data=True)
    for document in documents:
        store.add(_doc(document, misfit))
    store.to_disk(path)


def _doc(document: Document, misfit: Callable[[Document, Span], None]) -> Doc:
    from spacy.util import filter_spans

    doc = _tokens(document)
    spans = []
    for span in spans_of(document.marks):
        found = doc.char_span(span.start, span.end, label=span.label)
        if found is None:
            misfit(document, span)
        else:
            spans.append(found)
    flat = filter_spans(spans)
    doc.set_ents(flat)
    if len(flat) < len(spans):
        doc.spans[SPANS_KEY] = spans
    doc.cats = dict.fromkeys(sorted(mark.label for mark in document.marks if isinstance(mark, Tag)), 1.0)
    doc.user_data.update({"title": document.title, "source": document.source, "meta": document.meta})
    return doc


def _tokens(document: Document) -> Doc:
    """The document's own tokens where it brought some and no character lies between them, else spaCy's."""
    from spacy.tokens import Doc

    nlp = tokenizer(document.language)
    text = document.text
    words, spaces, place = [], [], 0
    for start, end in document.tokens:
        if start != place:
            return nlp.make_doc(text)
        place = end + (text[end : end + 1] == " ")
        words.append(text[start:end])
        spaces.append(place > end)
    return Doc(nlp.vocab, words=words, spaces=spaces) if words and place == len(text) else nlp.make_doc(text)


def read(path: Path) -> Iterator[Document]:
    """The documents of a DocBin file. Raises InputError for anything else, however it is broken."""
    from spacy.tokens import DocBin

    nlp = tokenizer("xx")
    try:
        data = path.read_bytes()
        _check_size(data)
        docs = list(DocBin(store_user_data=True).from_bytes(data).get_docs(nlp.vocab))
    # spaCy and msgpack raise eight kinds of exception for a broken file, none of them of a common kind.
    except Exception as error:
        raise InputError(f"{path}: is no spaCy DocBin file: {type(error).__name__}") from error
    for doc in docs:
        yield _document(doc, path)


def _check_size(data: bytes) -> None:
    unpacker = zlib.decompressobj()
    unpacker.decompress(data, UNPACKED_BYTES)
    if unpacker.unconsumed_tail:
        raise InputError(f"it unpacks to more than {UNPACKED_BYTES:,} bytes")


def _document(doc: Doc, path: Path) -> Document:
    found = {*doc.spans[SPANS_KEY]} if SPANS_KEY in doc.spans else {*doc.ents}
    spans = {Span(span.start_char, span.end_char, span.label_) for span in found}
    tags = {Tag(name) for name, score in doc.cats.items() if score >= 0.5}
    data = doc.user_data
    return Document(
        doc.text,
        str(data.get("title", "")),
        str(data.get("source", "")) or str(path),
        meta=dict(data.get("meta", {})),
        marks=frozenset(spans | tags),
        tokens=tuple((token.idx, token.idx + len(token)) for token in doc if not token.is_space),
    )
