"""spaCy's `.spacy` files, to train with and from.

Spans that do not overlap are `doc.ents`. Where any in the file do, the spans of all documents are in
`doc.spans["sc"]` too, as the span categorizer wants them, and `doc.ents` has the longest that do not overlap. Tags
are `doc.cats` with 1.0; title, source, language, annotator and meta (as JSON) are in `doc.user_data`. A span that
does not begin and end with one of spaCy's tokens is a loss. The files are what `spacy train` and `spacy debug data`
take.

Read are `doc.ents` and the spans of all groups in `doc.spans`. Spans without a label are told and left out, and so are
those of groups other than `sc` whose label is none that can be typed.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from reader.errors import InputError
from reader.formats import limits
from reader.formats.base import Format, Found, Lose, Source
from reader.formats.head import Head
from reader.formats.losses import carried, lose_span
from reader.formats.records import fitting, name
from reader.formats.strict import Unfit, checked_meta
from reader.formats.text import title_of
from reader.formats.tokenizing import own_or_asked
from reader.model import Document, Problem, Repair, Span, Tag
from reader.nlp import docbin, docbin_writing

CARRIES = frozenset({"annotator", "language", "meta", "overlaps", "source", "spans", "tags", "title", "tokens"})


def write(documents: Iterable[Document], path: Path, lose: Lose) -> None:
    """Every document as a spaCy Doc; see `docbin_writing.write` for what is where."""

    def contents() -> Iterator[docbin_writing.Content]:
        for document in documents:
            tags = sorted(mark.label for mark in document.marks if isinstance(mark, Tag))
            yield document, own_or_asked(document), carried(document, lose, CARRIES), tags

    def misfit(document: Document, span: Span) -> None:
        lose_span(document, span, lose, "it does not begin and end with one of spaCy's tokens")

    docbin_writing.write(contents(), path, misfit)


def read(source: Source) -> Iterator[Found]:
    """The documents of a DocBin; one Problem where the file is none, however it is broken."""
    with source.open() as file:
        data = file.read(limits.DOCBIN_BYTES + 1)
    try:
        if len(data) > limits.DOCBIN_BYTES:
            raise Unfit(f"expected at most {limits.DOCBIN_BYTES:,} bytes, found more")
        most = min(limits.DOCBIN_UNPACKED, limits.DOCBIN_RATIO * len(data) + (1 << 20))
        for number, found in enumerate(docbin.read(data, most), 1):
            try:
                document, left_out = _document(found, source)
                if left_out:
                    reason = f"document {number}: {left_out} spans have no fitting label and were left out"
                    yield Repair(source.name, 0, reason)
                yield document
            except Unfit as error:
                yield Problem(source.name, 0, f"document {number}: {error}")
    except (InputError, Unfit) as error:
        yield Problem(source.name, 0, str(error))


def _document(found: docbin.Content, source: Source) -> tuple[Document, int]:
    """A document, and how many spans of it were left out. Raises Unfit."""
    if not found.text or "\0" in found.text:
        raise Unfit("expected a text, found " + ("one with a NUL character" if found.text else "an empty one"))
    taken = [span for span in found.spans if span[2]] + [span for span in found.others if _is_label(span[2])]
    spans = {fitting(Span(start, end, name(label, "a label")), found.text) for start, end, label in taken}
    tags = {Tag(name(label, "a tag")) for label in found.tags}
    about = {key: value if isinstance(value, str) else "" for key, value in found.about.items()}
    document = Document(
        found.text,
        about.get("title") or title_of(found.text),
        about.get("source") or source.name,
        about.get("language", ""),
        checked_meta(found.meta),
        frozenset(spans | tags),
        name(about.get("annotator", ""), "an annotator", empty=True),
        tokens=tuple(found.tokens),
    )
    return document, len(found.spans) + len(found.others) - len(taken)


def _is_label(value: str) -> bool:
    try:
        return bool(name(value, "a label"))
    except Unfit:
        return False


def looks(head: Head) -> str:
    """A packed MessagePack map with the keys of a DocBin."""
    if head.data[:1] != b"\x78":
        return ""
    try:
        return "a packed DocBin" if b"version" in zlib.decompressobj().decompress(head.data, 256) else ""
    except zlib.error:
        return ""


FORMAT = Format(
    "spacy",
    "spaCy's DocBin to train with: entities, and span groups where they overlap",
    (".spacy",),
    read=read,
    write=write,
    carries=CARRIES,
    looks=looks,
    tokenizes=True,
)
