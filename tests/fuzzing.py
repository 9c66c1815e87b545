"""Files that went wrong: real samples, changed as a disk, an editor or an enemy changes them, from a seed."""

from __future__ import annotations

import io
import json
import random
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from reader import formats
from reader.errors import InputError
from reader.formats import FORMATS, Format, Source
from reader.formats.base import Folder
from reader.model import Document, Note, Problem, Relation, Repair, Span, Suggestion, Tag

DATA = Path(__file__).parent / "data"
TINY = 60_000
"""Bytes of a sample: larger ones say nothing more, only later."""

LETTER = Document(
    "Ada Lovelace wrote to Charles Babbage \U0001f600 in London.\n\nShe was there.",
    "Letter",
    "here",
    "en",
    {"id": 7},
    frozenset(
        {
            Span(0, 12, "PERSON", (), (("wikidata", "Q1"),)),
            Span(22, 37, "PERSON"),
            Tag("letter"),
            Note("sure?", Span(0, 12, "PERSON", (), (("wikidata", "Q1"),))),
            Relation(Span(0, 12, "PERSON", (), (("wikidata", "Q1"),)), Span(22, 37, "PERSON"), "knows"),
        }
    ),
    "ada",
    (Suggestion(Span(43, 49, "GPE"), "model-1", 0.5),),
)
# What formats need that have no place for the letter's four kinds of marks, its emoji or its paragraphs.
LINES = replace(LETTER, text="Ada Lovelace wrote to Bob.\nShe was there.", marks=frozenset({Span(0, 12, "PERSON")}))
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj "
    b"4 0 obj<</Length 44>>stream\nBT /F1 12 Tf 20 250 Td (Ada met Bob.) Tj ET  \nendstream endobj "
    b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
)
MAIL = (
    b"From: Ada <ada@example.org>\nSubject: =?utf-8?q?L=C3=A9tter?=\nDate: Mon, 1 Jan 2024 10:00:00 +0000\n"
    b'MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary="x"\n\n--x\nContent-Type: text/plain; '
    b"charset=latin-1; format=flowed; delsp=yes\nContent-Transfer-Encoding: quoted-printable\n\n"
    b"Ada =20\nmet B=F6b.\n--x\nContent-Type: text/html\n\n"
    b"<p>Ada met Bob.</p>\n--x--\n"
)
COREFERENCE = (
    b"#begin document (a/b); part 001\n"
    b"a/b 1 0 Ada NNP (TOP(S(NP*) - - - ada (PERSON) (0)\na/b 1 1 met VBD (VP* meet 01 1 - * -\n"
    b"a/b 1 2 her PRP$ (NP* - - - - * (1|(0)\na/b 1 3 Royal NNP * - - - - (ORG* -\n"
    b"a/b 1 4 Navy NNP *)))) - - - - *) 1)\n"
    b"\n#end document\n"
)
ATOM = (
    b'<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><entry><title type="html">A &amp;lt;b></title>'
    b'<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Ada met Bob.</p></div></content>'
    b"</entry></feed>"
)
RSS = (
    b"<rss version='2.0'><channel><item><title>A</title><pubDate>Mon, 1 Jan 2024</pubDate>"
    b"<description><![CDATA[<p>Ada met Bob.</p>]]></description></item></channel></rss>"
)


@dataclass(frozen=True)
class Memory(Folder):
    """A folder that is on no disk."""

    files: dict[str, bytes]

    def names(self) -> list[str]:
        return list(self.files)

    def open(self, name: str) -> IO[bytes]:
        return io.BufferedReader(io.BytesIO(self.files[name]))  # type: ignore[arg-type]


@dataclass(frozen=True)
class Sample:
    """A file of a format, and those beside it that belong to it."""

    name: str
    files: dict[str, bytes]

    def source(self) -> Source:
        return Source(None, self.name, folder=Memory(self.files), member=self.name)


def samples(folder: Path) -> dict[str, list[Sample]]:
    """For each format that is read: what its own writer makes, and the real and hostile files it knows as its own."""
    found: dict[str, list[Sample]] = {one.name: [] for one in FORMATS if one.read}
    for one in FORMATS:
        if one.read and one.writes:
            found[one.name].append(_written(one, folder))
    paths = [path for path in sorted(DATA.rglob("*")) if path.is_file() and path.stat().st_size < TINY]
    for path in paths:
        if "old" in path.parts or path.suffix in (".py", ".db", ".svg"):
            continue
        source = Source(path, path.name)
        try:
            name = formats.read_as(source)[0].name
        except InputError:
            continue
        if name in found and len(found[name]) < 12:
            beside = {path.name: path.read_bytes()}
            for other in formats.by_name(name).companions(path.name):
                if (path.parent / other).is_file():
                    beside[other] = (path.parent / other).read_bytes()
            found[name].append(Sample(path.name, beside))
    found["pdf"].append(Sample("a.pdf", {"a.pdf": PDF}))
    found["mail"].append(Sample("a.eml", {"a.eml": MAIL}))
    found["conll-2012"].append(Sample("a.coref.conll", {"a.coref.conll": COREFERENCE}))
    found["feed"] += (Sample("a.atom", {"a.atom": ATOM}), Sample("a.rss", {"a.rss": RSS}))
    plain = Sample("a", {"a": b"Ada met Bob. [x](y) <p>1,2;3\t{}</p>\n"})
    return {name: some or [plain] for name, some in found.items()}


def _written(one: Format, folder: Path) -> Sample:
    suffix = next(iter(one.suffixes), ".txt")
    if not one.write_files:
        path = folder / f"{one.name}{suffix}"
        formats.export([LETTER, LINES], path, format_name=one.name, lossy=True)
        return Sample(path.name, {path.name: path.read_bytes()})
    path = folder / one.name
    formats.export([LETTER, LINES], path, format_name=one.name, lossy=True)
    files = {found.name: found.read_bytes() for found in sorted(path.rglob("*")) if found.is_file()}
    return Sample(next((name for name in files if name.endswith(suffix)), next(iter(files))), files)


def mangled(chance: random.Random, sample: Sample, others: list[Sample]) -> Sample:
    """The sample with one of its files changed in one to six places."""
    name = sample.name if chance.random() < 0.8 else chance.choice(list(sample.files))
    data = sample.files[name]
    other = chance.choice(others)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
        data = chance.choice(_CHANGES)(chance, data, other.files[other.name])
    return Sample(sample.name, {**sample.files, name: data})


def swollen(chance: random.Random, sample: Sample, size: int) -> Sample:
    """The sample with one piece of one of its files, or a token, again and again up to so many bytes."""
    name = sample.name if chance.random() < 0.8 else chance.choice(list(sample.files))
    data = sample.files[name]
    start = chance.randrange(len(data) + 1)
    end = min(len(data), start + 1 + int(chance.expovariate(chance.choice((0.3, 0.05, 0.01)))))
    piece = data[start:end] if chance.random() < 0.6 else b""
    if not piece or chance.random() < 0.3:
        piece += chance.choice(_TOKENS)
    return Sample(sample.name, {**sample.files, name: data[:end] + piece * (size // len(piece)) + data[end:]})


Change = Callable[[random.Random, bytes, bytes], bytes]


def _stretch(chance: random.Random, data: bytes) -> tuple[int, int]:
    start = chance.randrange(len(data) + 1)
    return start, min(len(data), start + int(chance.expovariate(0.05)))


def _flip(chance: random.Random, data: bytes, other: bytes) -> bytes:
    if not data:
        return data
    place = chance.randrange(len(data))
    return data[:place] + bytes([data[place] ^ 1 << chance.randrange(8)]) + data[place + 1 :]


def _cut(chance: random.Random, data: bytes, other: bytes) -> bytes:
    start, end = _stretch(chance, data)
    return data[:start] + data[end:]


def _repeat(chance: random.Random, data: bytes, other: bytes) -> bytes:
    start, end = _stretch(chance, data)
    return data[:start] + data[start:end] * chance.choice((2, 3, 50)) + data[end:]


def _insert(chance: random.Random, data: bytes, other: bytes) -> bytes:
    start, end = _stretch(chance, data)
    return data[:start] + chance.choice(_TOKENS) + data[chance.choice((start, end)) :]


def _splice(chance: random.Random, data: bytes, other: bytes) -> bytes:
    return data[: _stretch(chance, data)[0]] + other[_stretch(chance, other)[0] :]


def _truncate(chance: random.Random, data: bytes, other: bytes) -> bytes:
    return data[: _stretch(chance, data)[0]]


def _number(chance: random.Random, data: bytes, other: bytes) -> bytes:
    """Another number in the place of one."""
    places = [found.span() for found in re.finditer(rb"[0-9]+", data)]
    if not places:
        return data
    start, end = chance.choice(places)
    return data[:start] + chance.choice(_NUMBERS) + data[end:]


def _json(chance: random.Random, data: bytes, other: bytes) -> bytes:
    """Another value in the place of one, in JSON or a line of it."""
    lines = data.split(b"\n")
    place = chance.randrange(len(lines))
    for whole, text in ((True, data), (False, lines[place])):
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            continue
        changed = json.dumps(_other_value(chance, value)).encode()
        return changed if whole else b"\n".join([*lines[:place], changed, *lines[place + 1 :]])
    return _flip(chance, data, other)


def _other_value(chance: random.Random, value: Any) -> Any:
    if isinstance(value, dict) and value and chance.random() < 0.85:
        key = chance.choice(list(value))
        match chance.randrange(8):
            case 0:
                return {name: one for name, one in value.items() if name != key}
            case 1:
                return {**value, chance.choice(_KEYS): value[key]}
        return {**value, key: _other_value(chance, value[key])}
    if isinstance(value, list) and value and chance.random() < 0.85:
        place = chance.randrange(len(value))
        match chance.randrange(8):
            case 0:
                return value[:place] + value[place + 1 :]
            case 1:
                return [*value, value[place]]
        return [*value[:place], _other_value(chance, value[place]), *value[place + 1 :]]
    return chance.choice(_VALUES)


def _member(chance: random.Random, data: bytes, other: bytes) -> bytes:
    """Another content in the place of one, in a zip."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            contents = {one.filename: archive.read(one) for one in archive.infolist() if one.file_size < TINY * 20}
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, RuntimeError, EOFError):
        return _flip(chance, data, other)
    if not contents:
        return data
    name = chance.choice(list(contents))
    contents[name] = chance.choice((_flip, _cut, _repeat, _insert, _number, _truncate))(chance, contents[name], other)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for one, content in contents.items():
            archive.writestr(one, content)
    return packed.getvalue()


_CHANGES: tuple[Change, ...] = (
    *(_flip, _cut, _repeat, _insert, _insert, _splice, _truncate, _number, _number, _json, _json, _json, _member),
    _member,
)
_NUMBERS = (
    b"-1",
    b"0",
    b"99999999999",
    b"1e999",
    b"0.5",
    b"1" * 50,
    b"",
    b"2147483648",
    b"null",
    b"\xd9\xa3",
    b"+1",
    b"1_0",
)
_TOKENS = (
    *(b"\0", b"\xff", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xef\xbb\xbf", b"\r", b"\r\n", b"\n\n", b"\t", b"\t\t"),
    *(b"\xe2\x80\xa8", b"\x1b[2J", b'"', b"'", b"[", b"]", b"{", b"}", b"<", b">", b"</", b"<!", b"&", b"&#0;", b"&x;"),
    *(b"<![CDATA[", b"<!DOCTYPE a [<!ENTITY x 'y'>]>", b"<?xml version='1.1'?>", b"]]>", b"\\u0000", b"\\ud800", b"\\"),
    *(b"B-", b"I-", b"E-", b"S-", b"O", b"-", b"_", b"*", b"|", b"||", b"#", b"# ", b"T1\t", b"R1\t", b"A1\t", b"E1\t"),
    *(
        b"null",
        b"true",
        b"{}",
        b"[]",
        b"[[[[[[",
        b'{"a":' * 200,
        b"[" * 5000,
        b"<a>" * 700,
        b"%PDF-1.7\n",
        b"PK\x03\x04",
    ),
    *(
        b"\xf0\x9f\x98\x80",
        b"e\xcc\x81",
        b" ",
        b"  ",
        b"\xc2\xa0",
        b"Content-Type: text/plain; charset=x\n",
        b"From: a\n",
    ),
    *(
        b"Subject: =?x?b?y?=\n",
        b"0",
        b"-1",
        b"1-2\t",
        b"1.1\t",
        b";",
        b",",
        b"==",
        b"###",
        b"* 1\n",
        b"|t|",
        b"|a|",
        b"NaN",
    ),
)
_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 10**30, 2**63, 1.5, float("nan"), float("inf"), -0.0, "", " ", "x", "\0", "\ud800"),
    *(
        "\U0001f600",
        "1",
        "-1",
        [],
        {},
        [[]],
        [None],
        [1],
        [1, 2],
        [-1, 5, "X"],
        [0, 1, "X"],
        {"": None},
        {"a": []},
        "a" * 300,
    ),
    *([[0, 3, ""]], ["x", ["y"]], "\x1b[2J", "\n", {"start": 1, "end": 0}, [{}], [{"start": "0"}]),
)
_KEYS = (
    "text",
    "label",
    "labels",
    "spans",
    "entities",
    "start",
    "end",
    "id",
    "data",
    "meta",
    "tokens",
    "relations",
    "type",
)


def ends(source: Source, format_name: str) -> None:
    """Read a file to its end: nothing but documents that can be kept, problems and repairs comes, or InputError."""
    try:
        for one in formats.read(source, format_name):
            assert isinstance(one, Document | Problem | Repair)
            if isinstance(one, Document):
                _can_be_kept(one)
            else:
                str(one).encode()
    except InputError as error:
        str(error).encode("utf-8", "surrogateescape")


def _can_be_kept(document: Document) -> None:
    for text in _strings(document):
        text.encode()
    json.dumps(document.meta, allow_nan=False).encode()
    for span in _spans(document):
        assert span.problem(document.text) == "", span
        assert type(span.start) is int
        assert type(span.end) is int
    for start, end in document.tokens:
        assert 0 <= start < end <= len(document.text)


def _strings(document: Document) -> Iterator[str]:
    yield from (document.text, document.title, document.source, document.language, document.annotator)
    for mark in document.marks:
        if isinstance(mark, Tag | Relation):
            yield mark.label
        if isinstance(mark, Note):
            yield mark.text
    for span in _spans(document):
        yield span.label
        for name, value in span.attributes:
            yield from (name, value)


def _spans(document: Document) -> Iterator[Span]:
    for mark in document.marks:
        match mark:
            case Span():
                yield mark
            case Relation(head, tail):
                yield from (head, tail)
            case Note(_, span) if span is not None:
                yield span
    yield from (one.span for one in document.suggestions)
