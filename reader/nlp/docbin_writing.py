"""Writing spaCy's DocBin files straight from borders of tokens, without a `Doc` of each document.

A DocBin is a MessagePack map, packed with zlib. All tokens come in it as one array of numbers of 64 bits, a row a
token: the hashes of its words and of its entity's label, and the attributes that only pipelines fill in.
"""

from __future__ import annotations

import json
import struct
import zlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, pairwise
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple, TypeAlias

from reader import token_borders
from reader.errors import InputError
from reader.model import Document, Span
from reader.nlp import cutting
from reader.nlp.docbin_rows import Placed, Rows

if TYPE_CHECKING:
    from reader.nlp.cutting import Table

SPANS_KEY = "sc"
ABOUT = ("title", "source", "language", "annotator")

MOST_BYTES = (1 << 32) - 1
"""Of the array of tokens: MessagePack counts them with 32 bits."""

_PLACE = 5  # numbers a span: its label, its first token, the one behind its last, its first character, its end
_LEVEL = 3  # of packing: three times as fast as the usual 6, and 4 % more bytes
_CHUNK = 10_000  # values that are packed at once

Content: TypeAlias = "tuple[Document, Sequence[int] | Table, list[Span], list[str]]"
"""A document, `start, end, ...` of its tokens in characters, and the spans and tags to be written."""


def write(contents: Iterable[Content], path: Path, misfit: Callable[[Document, Span], None]) -> None:
    """Write documents with their spans and tags to a file; `misfit` hears of each span off the token borders.

    Spans that do not overlap are `doc.ents`. Where any in the file do, the spans of all documents are in
    `doc.spans["sc"]` too (a span categorizer takes a document without for one that has none), and `doc.ents` has the
    longest that do not overlap. Tags are `doc.cats` with 1.0. Title, source, language and annotator, and meta as
    JSON, are in `doc.user_data`. Raises InputError for more tokens than such a file can hold.
    """
    with path.open("wb") as file:
        whole = _Bin(file)
        for document, borders, spans, tags in contents:
            for span in whole.add(document, borders, spans, tags):
                misfit(document, span)
        whole.finish()


class _Bin:
    """A DocBin while it is written: the tokens are in the file already, the rest of all documents is kept."""

    def __init__(self, file: IO[bytes]) -> None:
        from spacy.tokens import DocBin

        # The attributes that spaCy itself writes, for only such files can be merged with others.
        self._attributes = [int(one) for one in DocBin().attrs]
        self._packed = _Packed(file, self._head(0))
        self._strings = {""}
        self._rows = Rows(self._attributes, self._strings, self._pack)
        self._labels = self._rows.labels
        self._nested = False
        self._bytes = 0
        self._spaces = bytearray()
        self._lengths = array("i")
        self._about: list[bytes] = []
        self._tags: list[bytes] = []
        self._counts = array("I")
        self._places = array("I")

    def _head(self, size: int) -> bytes:
        """The beginning of the map, up to the array of tokens of so many bytes."""
        values = chain.from_iterable(map(_message, ("version", "0.1", "attrs", self._attributes, "tokens")))
        return b"\x8a" + bytes(values) + b"\xc6" + struct.pack(">I", size)

    def add(self, document: Document, borders: Sequence[int] | Table, spans: list[Span], tags: list[str]) -> list[Span]:
        """The spans off the token borders, which are left out."""
        tokens = tokens_of(document.text, borders)
        placed, off = _placed(tokens, spans)
        entities = _longest(placed, len(tokens.words))
        self._nested = self._nested or len(entities) < len(placed)
        self._rows.add(document.language, tokens.words, entities)
        self._spaces += tokens.spaces
        self._lengths.append(len(tokens.words))
        self._counts.append(len(placed))
        labels = self._labels
        self._places.extend(
            chain.from_iterable([(labels[span[2]], first, last + 1, span[0], span[1]) for first, last, span in placed])
        )
        self._tags.append(_message(dict.fromkeys(tags, 1.0)))
        about: dict[str, Any] = {key: value for key in ABOUT if (value := getattr(document, key))}
        if document.meta:
            # As JSON, since MessagePack has no numbers of over 64 bits.
            about["meta"] = json.dumps(document.meta, ensure_ascii=False)
        self._about.append(_message(_message(about)))
        return off

    def _pack(self, rows: memoryview) -> None:
        self._bytes += len(rows)
        if self._bytes > MOST_BYTES:
            most = MOST_BYTES // (8 * len(self._attributes))
            raise InputError(f"a .spacy file holds at most {most:,} tokens; export fewer documents, or with --split")
        self._packed.put(rows)

    def finish(self) -> None:
        """Write what comes behind the tokens."""
        self._rows.finish()
        put = self._packed.put
        put(_message("spaces") + _message(bytes(self._spaces)))
        put(_message("lengths") + _message(self._lengths.tobytes()))
        self._array("strings", map(_message, sorted(self._strings)), len(self._strings))
        number = len(self._lengths)
        self._array("cats", self._tags, number)
        self._array("flags", [_message({"has_unknown_spaces": False})] * number, number)
        self._array("span_groups", self._groups() if self._nested else [_message(b"")] * number, number)
        self._array("user_data", self._about, number)
        self._packed.finish(self._head(self._bytes))

    def _array(self, name: str, messages: Iterable[bytes], number: int) -> None:
        self._packed.put(_message(name) + b"\xdd" + struct.pack(">I", number))
        part: list[bytes] = []
        for message in messages:
            part.append(message)
            if len(part) == _CHUNK:
                self._packed.put(b"".join(part))
                part = []
        self._packed.put(b"".join(part))

    def _groups(self) -> Iterator[bytes]:
        """The spans of each document, as `SpanGroups.to_bytes` packs them."""
        hashes = self._labels.hashes
        place = 0
        for count in self._counts:
            numbers = self._places[place : place + count * _PLACE]
            place += count * _PLACE
            spans = [
                struct.pack(">QQQllll", 0, 0, hashes[numbers[at]], *numbers[at + 1 : at + _PLACE])
                for at in range(0, len(numbers), _PLACE)
            ]
            group = _message({"name": SPANS_KEY, "attrs": {}, "spans": spans})
            yield _message(_message({group: [SPANS_KEY]}))


class Tokens(NamedTuple):
    """All of a text as spaCy has it: words, each with or without one space behind it, which is a byte of 1 or 0.

    `starts` and `ends` are in characters.
    """

    words: list[str]
    spaces: bytes
    starts: list[int]
    ends: list[int]


def tokens_of(text: str, borders: Sequence[int] | Table) -> Tokens:
    """The tokens between borders, and what lies between two of them, but for one space, as one more."""
    found = cutting.table(borders)
    words = cutting.words_of(text, found)
    if words is None:
        found = found[found[:, 0] < found[:, 1]]
        words = cutting.slices(text, found)
    gaps, odd = cutting.gaps_of(text, found)
    spaces = (gaps[1:] != 0).tobytes()
    tokens = Tokens(words, spaces, found[:, 0].tolist(), found[:, 1].tolist())
    if not odd and not gaps[0]:
        return tokens
    places = sorted({0, len(words), *odd})
    return _with_gaps(text, tokens, list(zip(places, gaps[places].tolist(), strict=True)))


def _with_gaps(text: str, tokens: Tokens, gaps: list[tuple[int, int]]) -> Tokens:
    """Tokens, and what else lies before some of them as tokens too: places, and so many characters."""
    words, starts, ends, spaces = list[str](), list[int](), list[int](), bytearray()
    done = 0
    for place, gap in gaps:
        words += tokens.words[done:place]
        starts += tokens.starts[done:place]
        ends += tokens.ends[done:place]
        spaces += tokens.spaces[done:place]
        end = tokens.starts[place] if place < len(tokens.starts) else len(text)
        start = end - gap
        # A space behind a token belongs to it; at the beginning there is none to belong to.
        if place > done:
            spaces[-1] = text[start:end].startswith(" ")
            start += spaces[-1]
        if start < end:
            words.append(text[start:end])
            starts.append(start)
            ends.append(end)
            spaces.append(0)
        done = place
    return Tokens(words, bytes(spaces), starts, ends)


def _placed(tokens: Tokens, spans: list[Span]) -> tuple[list[Placed], list[Span]]:
    """The spans that begin and end with a token, and the others."""
    apart = token_borders.all_apart(tokens.starts, tokens.ends, spans)
    if apart is not None:
        return apart, []
    placed, off = [], []
    for span in spans:
        found = token_borders.tokens_of(tokens.starts, tokens.ends, span[0], span[1])
        if found:
            placed.append((*found, span))
        else:
            off.append(span)
    return placed, off


def _longest(placed: list[Placed], number: int) -> list[Placed]:
    """Those that do not overlap, of so many tokens, the longest first; as `spacy.util.filter_spans` takes them."""
    if all(last < first for (_, last, _), (first, _, _) in pairwise(placed)):
        return placed
    taken = bytearray(number)
    kept = []
    for one in sorted(placed, key=lambda one: (one[0] - one[1], one[0])):
        first, last, _ = one
        if not taken[first] and not taken[last]:
            kept.append(one)
            taken[first : last + 1] = b"\1" * (last + 1 - first)
    return sorted(kept)


class _Packed:
    """A zlib stream (RFC 1950) whose first bytes are known at the end alone: their number must not change."""

    def __init__(self, file: IO[bytes], head: bytes) -> None:
        self._file = file
        self._size = len(head)
        self._sum = 1
        self._length = 0
        self._packer = zlib.compressobj(_LEVEL, wbits=-15)
        file.write(b"\x78\x5e" + self._stored(head))

    @staticmethod
    def _stored(head: bytes) -> bytes:
        """A block of bytes as they are (RFC 1951, 3.2.4)."""
        return struct.pack("<BHH", 0, len(head), len(head) ^ 0xFFFF) + head

    def put(self, content: bytes | memoryview) -> None:
        self._sum = zlib.adler32(content, self._sum)
        self._length += len(content)
        self._file.write(self._packer.compress(content))

    def finish(self, head: bytes) -> None:
        self._file.write(self._packer.flush())
        self._file.write(struct.pack(">I", _sum_of_both(zlib.adler32(head), self._sum, self._length)))
        self._file.seek(2)
        self._file.write(self._stored(head))


def _sum_of_both(first: int, second: int, length: int) -> int:
    """The Adler-32 of a content and a second one behind it, of so many bytes."""
    low = ((first & 0xFFFF) + (second & 0xFFFF) - 1) % 65521
    high = ((first >> 16) + (second >> 16) + length * ((first & 0xFFFF) - 1)) % 65521
    return high << 16 | low


def _message(value: Any) -> bytes:
    """A value as MessagePack: those of srsly look for extensions each time, which takes a hundred times as long."""
    match value:
        case str():
            content = value.encode()
            return _sized(len(content), (0xA0, 32), b"\xd9\xda\xdb") + content
        case bool():
            return b"\xc3" if value else b"\xc2"
        case int():
            return bytes([value]) if 0 <= value < 0x80 else b"\xd3" + struct.pack(">q", value)
        case float():
            return b"\xcb" + struct.pack(">d", value)
        case bytes():
            return _sized(len(value), (0, 0), b"\xc4\xc5\xc6") + value
        case dict():
            inside = b"".join(_message(key) + _message(one) for key, one in value.items())
            return _sized(len(value), (0x80, 16), b"\xde\xde\xdf") + inside
    return _sized(len(value), (0x90, 16), b"\xdc\xdc\xdd") + b"".join(map(_message, value))


def _sized(size: int, few: tuple[int, int], signs: bytes) -> bytes:
    """How a string, a map or an array begins: in one byte for `few`, else by a sign for 8, 16 or 32 bits of size."""
    first, most = few
    if size < most:
        return bytes([first + size])
    if size < 0x100 and signs[0] != signs[1]:
        return bytes([signs[0], size])
    return signs[1:2] + struct.pack(">H", size) if size < 0x10000 else signs[2:] + struct.pack(">I", size)
