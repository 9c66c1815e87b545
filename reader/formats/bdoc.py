"""GATE's bdoc JSON (https://gatenlp.github.io/python-gatenlp): a text and named sets of annotations with features.

The unnamed set is everybody's, a set of another name is a layer of that name. `offset_type` says whether offsets count
code points ("p") or UTF-16 units ("j"). Features that are texts are attributes of the span, others are not kept; an
annotation that covers nothing is kept for bdoc alone. Packed files (`.gz`) are read too; its YAML and MessagePack are
not, and never as a text.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import IO

from reader.errors import InputError
from reader.formats import json_writing, limits, records, strict
from reader.formats.base import Format, Found, Lose, Place, Source, grouped
from reader.formats.head import Head
from reader.formats.losses import OTHER, carried, kept_for
from reader.formats.offsets import Placing, Unit
from reader.formats.strict import Record
from reader.formats.text import title_of
from reader.model import Document, Span

NAME = "bdoc"
CARRIES = frozenset({"annotator", "attributes", "meta", "overlaps", "spans", "title"})
_OTHERS = (".bdocym", ".bdocmp")


def looks(head: Head) -> str:
    """A text with annotation sets, plain or packed."""
    if head.data.startswith(b"\x1f\x8b"):
        return "a packed bdoc" if head.file_name.endswith((".bdocjs.gz", ".bdocjson.gz")) else ""
    if head.file_name.endswith(_OTHERS):
        return "bdoc, by its name"
    sets = isinstance(head.record.get("annotation_sets"), dict)
    return "a JSON object with annotation_sets" if sets else ""


class _Unpacked:
    """The one file in a packed one, as the file beside it would be."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def names(self) -> list[str]:
        return [NAME]

    def open(self, name: str) -> IO[bytes]:
        return io.BytesIO(self._data)


def read(source: Source) -> Iterator[Found]:
    """A document for each set that has a name, or one."""
    if source.file_name.endswith(_OTHERS):
        yield source.at().problem("expected bdoc as JSON, found another form of it; GATE saves it as .bdocjs too")
        return
    with source.open() as file:
        packed = file.read(2) == b"\x1f\x8b"
    if packed:
        with source.open() as file:
            source = replace(source, folder=_Unpacked(_unpack(file, source)), member=NAME)
    yield from records.read_records(source, lambda record, place: _documents(record, place, source))


def _unpack(file: IO[bytes], source: Source) -> bytes:
    try:
        with gzip.open(file) as inner:
            data = inner.read(limits.WHOLE_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{source.name}: is no whole gzip file: {error}") from error
    if len(data) > limits.WHOLE_BYTES:
        raise InputError(f"{source.name}: would grow to more than {limits.WHOLE_BYTES:,} bytes")
    return data


def _documents(record: Record, place: Place, source: Source) -> Iterator[Found]:
    _, text = records.text_under(record, "text")
    placing = Placing(text, Unit.UTF16 if record.get("offset_type") == "j" else Unit.CODE_POINTS)
    title = records.string(record, "name") if record.get("name") else title_of(text)
    meta = strict.checked_meta(records.typed(record, "features", dict, {}) if record.get("features") else {})
    sets = records.typed(record, "annotation_sets", dict, {})
    views = []
    for name, value in sorted(sets.items()):
        spans: set[Span] = set()
        other = []
        for one in records.objects(records.an_object(value, "an annotation set"), "annotations", "an annotation"):
            start, end = records.ends(one)
            if start == end:
                other.append(strict.checked_meta(one))
                continue
            first, last, _ = placing.place(start, end)
            label = records.label({"label": one.get("type")}, "an annotation's type")
            spans.add(Span(first, last, label, attributes=_attributes(one)))
        kept = {NAME: {OTHER: other}} if other else {}
        who = records.name(name, "the name of a set", empty=True)
        views.append(Document(text, title, source.name, meta={**meta, **kept}, marks=frozenset(spans), annotator=who))
    yield from views or [Document(text, title, source.name, meta=meta)]


def _attributes(annotation: Record) -> tuple[tuple[str, str], ...]:
    features = records.typed(annotation, "features", dict, {}) if annotation.get("features") else {}
    texts = {name: value for name, value in features.items() if isinstance(value, str)}
    return tuple(sorted((records.name(name, "a feature"), records.string(texts, name)) for name in texts))


def _records(documents: Iterable[Document], lose: Lose) -> Iterator[Record]:
    for group in grouped(documents):
        first = group[0]
        sets = {}
        for document in group:
            annotations = [
                {"id": number, "type": one.label, "start": one.start, "end": one.end, "features": dict(one.attributes)}
                for number, one in enumerate(carried(document, lose, CARRIES, NAME))
            ] + kept_for(document, NAME)
            sets[document.annotator] = {
                "name": document.annotator,
                "annotations": annotations,
                "next_annid": len(annotations),
            }
        yield {
            "text": first.text,
            "name": first.title,
            "offset_type": "p",
            "features": {key: value for key, value in first.meta.items() if key != NAME},
            "annotation_sets": sets,
        }


FORMAT = Format(
    NAME,
    "GATE's bdoc JSON, an annotation set a layer",
    (".bdocjs", ".bdocjson", ".bdocjs.gz"),
    read=read,
    write=json_writing.lines_writer(_records),
    carries=CARRIES,
    looks=looks,
)
