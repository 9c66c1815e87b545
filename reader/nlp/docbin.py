"""Reading spaCy's DocBin files: documents with `ents`, the span groups in `spans`, and `cats`."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reader.errors import InputError
from reader.nlp.docbin_writing import ABOUT

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span

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
    """One document of a file, as plain values that outlive spaCy's objects. Offsets are characters of `text`.

    `spans` are those of `ents` and of the group `sc`, `others` those of the other groups, which may be of candidates or
    of coreferences.
    """

    text: str
    spans: frozenset[tuple[int, int, str]]
    others: frozenset[tuple[int, int, str]]
    tags: tuple[str, ...]
    tokens: tuple[tuple[int, int], ...]
    about: dict[str, Any]
    meta: dict[str, Any]


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
    data = doc.user_data
    spans = _spans(doc.ents, doc.spans.get("sc", ()))
    return Content(
        doc.text,
        spans,
        _spans(*(group for name, group in doc.spans.items() if name != "sc")) - spans,
        tuple(sorted(name for name, score in doc.cats.items() if score >= 0.5)),
        tuple((token.idx, token.idx + len(token)) for token in doc if not token.text.isspace()),
        {key: data.get(key, "") for key in ABOUT},
        _meta(data.get("meta")),
    )


def _spans(*groups: Iterable[Span]) -> frozenset[tuple[int, int, str]]:
    """The spans of some groups, but for those of no characters."""
    found = ((one.start_char, one.end_char, one.label_) for group in groups for one in group)
    return frozenset((start, end, label) for start, end, label in found if start < end)


def _meta(said: Any) -> dict[str, Any]:
    """The JSON object that Reader writes, else what another program says under that name, if it is a text."""
    if not isinstance(said, str):
        return {}
    try:
        meta = json.loads(said)
    except ValueError:
        meta = said
    if isinstance(meta, dict):
        return meta
    return {"meta": said} if meta else {}
