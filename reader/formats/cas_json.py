"""UIMA CAS JSON (https://github.com/apache/uima-uimaj-io-jsoncas, version 0.4): a text and its annotations, with types.

What is read of it, and how, is as in `cas-xmi`. A document is a file: written are a folder or a zip.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from reader.formats import cas as structures
from reader.formats import records
from reader.formats.base import Format, Found, Lose, Place, Source, told
from reader.formats.cas import SOFA, Cas, Structure
from reader.formats.head import Head
from reader.formats.layers import CARRIES
from reader.formats.strict import Record
from reader.formats.writing import file_name
from reader.model import Document

_STRUCTURES, _VIEWS, _TYPES = "%FEATURE_STRUCTURES", "%VIEWS", "%TYPES"
_NUMBERS = {"begin", "end", "sofaNum"}


def looks(head: Head) -> str:
    """Its own keys."""
    return "a JSON object with feature structures" if head.record.keys() & {_STRUCTURES, _VIEWS, _TYPES} else ""


def read(source: Source) -> Iterator[Found]:
    """The documents of a file, one for each text."""
    return records.read_records(source, lambda record, place: _documents(record, place, source))


def _documents(record: Record, place: Place, source: Source) -> Iterator[Found]:
    cas = Cas()
    given = record.get(_STRUCTURES, [])
    if isinstance(given, dict):
        given = [{"%ID": key, **records.an_object(one, "a feature structure")} for key, one in given.items()]
    for one in records.objects({_STRUCTURES: given}, _STRUCTURES, "a feature structure"):
        features = {key.lstrip("@#"): _text(value) for key, value in one.items() if not key.startswith("%")}
        texts = {key: value for key, value in features.items() if value is not None}
        for key in texts:
            records.string(texts, key)
        identifier = str(one.get("%ID", ""))
        cas.structures[identifier] = Structure(identifier, records.string(one, "%TYPE"), texts, place)
    for view in records.typed(record, _VIEWS, dict, {}).values():
        members = records.items(records.an_object(view, "a view"), "%MEMBERS")
        cas.views[str(view.get("%SOFA", ""))] = {str(one) for one in members}
    stem = told(source.file_name).removesuffix(".json") if source.file_name.endswith(".json") else ""
    yield from list(structures.documents(cas, stem, source.name, place))


def _text(value: Any) -> str | None:
    """A value of a feature as XMI writes it; None for what is none."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return " ".join(str(one) for one in value)
    return str(value) if isinstance(value, str | int | float) else None


def write_files(documents: Iterable[Document], lose: Lose) -> Iterator[tuple[str, bytes]]:
    """`NAME.json` of each document."""
    taken: set[str] = set()
    for document in documents:
        cas, types = structures.cas_of(document, lose)
        record = {
            _TYPES: {kind: _type(kind, features) for kind, features in structures.features_of(types).items()},
            _STRUCTURES: [_structure(one) for one in cas.structures.values()],
            _VIEWS: {
                cas.structures[sofa].features["sofaID"]: {"%SOFA": int(sofa), "%MEMBERS": sorted(map(int, members))}
                for sofa, members in cas.views.items()
            },
        }
        yield f"{file_name(document, taken)}.json", json.dumps(record, ensure_ascii=True, indent=1).encode() + b"\n"


def _type(kind: str, features: list[tuple[str, str]]) -> Record:
    named = {feature: {"%NAME": feature, "%RANGE": values} for feature, values in features}
    return {"%NAME": kind, "%SUPER_TYPE": structures.supertype(kind), **named}


def _structure(one: Structure) -> Record:
    references = structures.references(one.type) | ({"sofa"} if one.type != SOFA else set())
    features: Record = {}
    for key, value in one.features.items():
        if key in references:
            features[f"@{key}"] = int(value)
        else:
            features[key] = int(value) if key in _NUMBERS else value
    return {"%ID": int(one.id), "%TYPE": one.type, **features}


FORMAT = Format(
    "cas-json",
    "UIMA CAS JSON of INCEpTION: a folder or zip of files",
    (".cas.json", ".cas.json.zip"),
    read=read,
    write_files=write_files,
    carries=CARRIES,
    looks=looks,
    tokenizes=True,
)
