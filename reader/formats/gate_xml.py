"""GATE's XML (https://gate.ac.uk/userguide/sec:corpora:xml): a text with nodes, and annotation sets between them.

A node stands where it stands in the text, whatever its number says. The unnamed set is everybody's, a set of another
name is a layer of that name; `Original markups` holds the tags of the page the text came from, and is passed over.
Features that are texts are attributes. An annotation that covers nothing is told and left out.

A document is a file: written are a folder or a zip, with the nodes numbered in UTF-16 units as GATE does. A text with
control characters cannot be written, and says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count

from reader.formats import markup
from reader.formats.base import Format, Found, Lose, Source, grouped
from reader.formats.head import Head
from reader.formats.losses import carried, lose_text
from reader.formats.markup import (
    CONTROL,
    Characters,
    End,
    Start,
    attribute,
    escaped,
    local,
    lose_unprintable,
    unprintable,
)
from reader.formats.offsets import Offsets, Unit
from reader.formats.records import name
from reader.formats.strict import Unfit
from reader.formats.text import title_of
from reader.formats.writing import file_name
from reader.model import Document, Span

CARRIES = frozenset({"annotator", "attributes", "overlaps", "spans"})
_MARKUPS = "Original markups"


def looks(head: Head) -> str:
    """GATE's root element."""
    return "a GateDocument" if head.root == "GateDocument" else ""


@dataclass(slots=True)
class _Annotation:
    label: str
    start: str
    end: str
    line: int
    features: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Gate:
    """What the events have given so far."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    nodes: dict[str, int] = field(default_factory=dict)
    sets: dict[str, list[_Annotation]] = field(default_factory=dict)
    inside: str = ""
    key: str = ""


def read(source: Source) -> Iterator[Found]:
    """A document for each set that has a name, or one."""
    gate = _Gate()
    current = ""
    try:
        for event in markup.events(source):
            match event:
                case Start(full, attributes, line):
                    current = _start(gate, local(full), attributes, line, current)
                case Characters(text):
                    _characters(gate, text, current)
                case End(full):
                    gate.inside = "" if local(full) in ("TextWithNodes", "Name", "Value") else gate.inside
    except Unfit as error:
        yield source.at(error.line).problem(str(error))
        return
    try:
        yield from _documents(gate, source)
    except Unfit as error:
        yield source.at().problem(str(error))


def _start(gate: _Gate, tag: str, attributes: dict[str, str], line: int, current: str) -> str:
    """Take in a tag; gives the name of the set that is open."""
    if tag in ("TextWithNodes", "Name", "Value"):
        gate.inside = tag
        if tag == "Name":
            gate.key = ""
        elif tag == "Value":
            # One without any characters is a value too.
            _characters(gate, "", current)
    elif tag == "Node":
        gate.nodes[attributes.get("id", "")] = gate.length
    elif tag == "AnnotationSet":
        current = attributes.get("Name", "")
        gate.sets.setdefault(current, [])
    elif tag == "Annotation":
        ends = attributes.get("StartNode", ""), attributes.get("EndNode", "")
        gate.sets.setdefault(current, []).append(_Annotation(attributes.get("Type", ""), *ends, line))
    return current


def _characters(gate: _Gate, text: str, current: str) -> None:
    if gate.inside == "TextWithNodes":
        gate.parts.append(text)
        gate.length += len(text)
    elif gate.inside == "Name":
        gate.key += text
    elif gate.inside == "Value" and gate.sets.get(current):
        features = gate.sets[current][-1].features
        features[gate.key] = features.get(gate.key, "") + text


def _documents(gate: _Gate, source: Source) -> Iterator[Found]:
    text = "".join(gate.parts)
    if not text:
        yield source.at().problem("expected a text with nodes, found none")
        return
    layers = {who: found for who, found in sorted(gate.sets.items()) if who != _MARKUPS} or {"": []}
    for who, given in layers.items():
        annotator = name(who.strip(), "an annotator", empty=True)
        spans = set()
        for one in given:
            if one.start not in gate.nodes or one.end not in gate.nodes:
                yield source.at(one.line).problem(f"expected nodes of the text, found {one.start!r} to {one.end!r}")
            elif gate.nodes[one.start] >= gate.nodes[one.end]:
                yield source.at(one.line).repair(f"{one.label} covers nothing and was left out")
            else:
                label = name(one.label.strip() or "annotation", "a type")
                features = ((key.strip()[:255], value) for key, value in one.features.items() if key.strip())
                spans.add(Span(gate.nodes[one.start], gate.nodes[one.end], label, attributes=tuple(sorted(features))))
        yield Document(text, title_of(text), source.name, marks=frozenset(spans), annotator=annotator)


def write_files(documents: Iterable[Document], lose: Lose) -> Iterator[tuple[str, bytes]]:
    """`NAME.gate.xml` of each text, with a set for each annotator."""
    taken: set[str] = set()
    for group in grouped(documents):
        if unprintable(group[0].text):
            for document in group:
                lose_text(document, lose, CONTROL)
            continue
        yield f"{file_name(group[0], taken)}.gate.xml", "".join(_lines(group, lose)).encode()


def _lines(group: list[Document], lose: Lose) -> Iterator[str]:
    text = group[0].text
    layers = [(document, carried(document, lose, CARRIES)) for document in group]
    borders = sorted({end for _, spans in layers for span in spans for end in (span.start, span.end)})
    units = Offsets(text, Unit.UTF16)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<GateDocument version="3">\n<GateDocumentFeatures/>\n<TextWithNodes>'
    place = 0
    for border in borders:
        yield f'{escaped(text[place:border])}<Node id="{units.offset(border)}"/>'
        place = border
    yield f"{escaped(text[place:])}</TextWithNodes>\n"
    numbers = count()
    for document, spans in layers:
        lose_unprintable(document, lose)
        yield f'<AnnotationSet Name="{attribute(document.annotator)}">\n' if document.annotator else "<AnnotationSet>\n"
        for span in spans:
            ends = f'StartNode="{units.offset(span.start)}" EndNode="{units.offset(span.end)}"'
            yield f'<Annotation Id="{next(numbers)}" Type="{attribute(span.label)}" {ends}>\n'
            for key, value in span.attributes:
                if not unprintable(key + value):
                    yield f'<Feature><Name className="java.lang.String">{escaped(key)}</Name>'
                    yield f'<Value className="java.lang.String">{escaped(value)}</Value></Feature>\n'
            yield "</Annotation>\n"
        yield "</AnnotationSet>\n"
    yield "</GateDocument>\n"


FORMAT = Format(
    "gate-xml",
    "GATE's XML: a folder or zip of files, an annotation set a layer",
    (".gate.xml", ".gate.zip"),
    read=read,
    write_files=write_files,
    carries=CARRIES,
    looks=looks,
)
