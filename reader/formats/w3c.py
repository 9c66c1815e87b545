"""W3C Web Annotation (https://www.w3.org/TR/annotation-model/): a text beside JSON-LD with its annotations.

Read are annotations whose target is a text file of the same folder or zip. A TextPositionSelector says where, in
characters, as does a fragment `#char=START,END` (RFC 5147) of the target, and a TextQuoteSelector which words; where
the two disagree, or only the words are said, the one place where they stand with what is before and after them. A body
for tagging or classifying is the label, another text a note; without a selector they are on the document. One that
links two others is a relation. `creator` is the annotator.

Written are a folder or a zip: `NAME.txt` and `NAME.jsonld`, an AnnotationPage. Relations are written as Recogito
writes them, with the motivation `linking` and two annotations as targets.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from reader.errors import InputError
from reader.formats import records, strict
from reader.formats import text as plain
from reader.formats.base import Format, Found, Lose, Place, Source
from reader.formats.head import Head
from reader.formats.losses import carried, described, named, relations_between, shown
from reader.formats.offsets import Placing
from reader.formats.records import name
from reader.formats.strict import Record, Unfit
from reader.formats.text import title_of
from reader.formats.writing import file_name
from reader.model import Document, Loss, Mark, Note, Relation, Span, Tag

CARRIES = frozenset({"annotator", "notes", "overlaps", "relations", "spans", "tags", "title"})
_CONTEXT = "http://www.w3.org/ns/anno.jsonld"
_LABELS = {"tagging", "classifying", "identifying"}
# Behind a semicolon are the length or a hash of the whole file, which a text in another encoding does not have.
_FRAGMENT = re.compile(r"char=(?=,?\d)(\d{,18}),(\d{,18})(?:;.*)?")
_AROUND = 32
"""Characters before and after the words of a selector."""


def looks(head: Head) -> str:
    """An annotation, or a page or collection of some."""
    record = head.record
    context = json.dumps(record.get("@context", ""))
    kinds = _strings(record.get("type") or record.get("@type"))
    found = "anno.jsonld" in context or kinds & {"Annotation", "AnnotationPage", "AnnotationCollection"}
    return "JSON-LD with Web Annotations" if found else ""


def companions(file_name: str) -> tuple[str, ...]:
    """The text that is written beside an annotation page."""
    return (f"{file_name.removesuffix('.jsonld')}.txt",) if file_name.endswith(".jsonld") else ()


@dataclass(slots=True)
class _Layer:
    """What one annotator said of one text."""

    marks: set[Mark] = field(default_factory=set)
    spans: dict[str, Span] = field(default_factory=dict)
    links: list[tuple[Place, str, list[str]]] = field(default_factory=list)


def read(source: Source) -> Iterator[Found]:
    """A document for each text and annotator."""
    texts: dict[str, Placing | None] = {}
    layers: dict[tuple[str, str], _Layer] = {}
    page: Record = {}
    for number, value in strict.values(source):
        place = source.at(number)
        if isinstance(value, Unfit):
            yield source.at(value.line or number).problem(str(value))
            continue
        page = value if isinstance(value, dict) else {}
        for one in _annotations(value, 0):
            try:
                yield from _take(one, source, place, texts, layers)
            except (Unfit, InputError) as error:
                yield place.problem(f"{shown(one.get('id', 'annotation'))}: {error}")
    if not layers and not texts and _text_beside(source, f"{source.file_name.removesuffix('.jsonld')}.txt", texts):
        # A page that has no annotation yet.
        try:
            layers[next(iter(texts)), _creator(page.get("creator"))] = _Layer()
        except Unfit as error:
            yield source.at().problem(str(error))
            return
    if not layers and not any(texts.values()):
        yield source.at().problem("expected annotations of a text that is beside them, found none")
    for (target, annotator), layer in layers.items():
        placing = texts[target]
        assert placing is not None
        for place, label, ends in layer.links:
            found = [layer.spans.get(end) for end in ends]
            if len(found) == 2 and found[0] and found[1]:
                layer.marks.add(Relation(found[0], found[1], label))
            else:
                yield place.repair(f"the link {label} does not join two spans and was left out")
        said = page.get("label")
        title = said if isinstance(said, str) and said.strip() else title_of(placing.text)
        yield Document(placing.text, title, target, marks=frozenset(layer.marks), annotator=annotator)


def _annotations(value: Any, depth: int) -> Iterator[Record]:
    """Every annotation of a page or collection."""
    if isinstance(value, list):
        for one in value:
            yield from _annotations(one, depth)
    elif isinstance(value, dict) and depth < 8:
        if "Annotation" in _strings(value.get("type") or value.get("@type")) or "target" in value:
            yield value
        for key in ("items", "first", "@graph"):
            yield from _annotations(value.get(key), depth + 1)


def _strings(value: Any) -> set[str]:
    """A value of JSON-LD that is one text or several."""
    return {one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)}


def _objects(value: Any) -> list[Record]:
    """One object or several; a bare address is an object with an id."""
    given = value if isinstance(value, list) else [value]
    return [one if isinstance(one, dict) else {"id": one} for one in given if isinstance(one, dict | str)]


def _take(
    one: Record,
    source: Source,
    place: Place,
    texts: dict[str, Placing | None],
    layers: dict[tuple[str, str], _Layer],
) -> Iterator[Found]:
    """One annotation. Raises Unfit."""
    who = _creator(one.get("creator"))
    targets = _objects(one.get("target"))
    labels, notes = _bodies(one.get("body"))
    if "linking" in _strings(one.get("motivation")) and len(targets) > 1:
        label = name(next(iter(labels), "link"), "a relation")
        for key, layer in layers.items():
            if key[1] == who:
                layer.links.append((place, label, [str(target.get("id", "")) for target in targets]))
                return
    for target in targets:
        address = target.get("source", target.get("id", ""))
        address = address.get("id", "") if isinstance(address, dict) else address
        path, _, fragment = str(address).partition("#")
        file = path.rpartition("/")[2]
        placing = _text_beside(source, file, texts)
        if placing is None:
            raise Unfit(f"expected the text {shown(file or address)} in the same folder, found none")
        layer = layers.setdefault((file, who), _Layer())
        selectors = _objects(target.get("selector"))
        if fragment and not selectors:
            selectors = [{"type": "FragmentSelector", "value": fragment}]
        if not selectors:
            layer.marks |= {Tag(name(label.strip(), "a tag")) for label in labels}
            layer.marks |= {Note(note) for note in notes}
            continue
        start, end, repair = _selected(selectors, placing)
        if repair:
            yield place.repair(repair)
        for label in labels or ["annotation"]:
            span = Span(start, end, name(label.strip(), "a label"))
            layer.spans.setdefault(str(one.get("id", f"#{len(layer.spans)}")), span)
            layer.marks |= {span, *(Note(note, span) for note in notes)}


def _creator(value: Any) -> str:
    found = next(iter(_objects(value)), {})
    said = found.get("name") or found.get("nickname") or found.get("id") or ""
    return name(str(said).strip()[:255], "a creator", empty=True)


def _bodies(value: Any) -> tuple[list[str], list[str]]:
    """The labels and the notes of an annotation."""
    labels, notes = [], []
    for body in _objects(value):
        purposes = _strings(body.get("purpose"))
        text = body.get("value")
        if not isinstance(text, str):
            continue
        if (purposes & _LABELS or (not purposes and len(text) <= 60 and "\n" not in text)) and text.strip():
            labels.append(text)
        elif text or purposes:
            notes.append(records.string(body, "value"))
    return labels, notes


def _text_beside(source: Source, file: str, texts: dict[str, Placing | None]) -> Placing | None:
    if file not in texts:
        beside = source.beside(file) if file else None
        found = plain.read(beside) if beside else iter(())
        text = next((one.text for one in found if isinstance(one, Document)), None)
        texts[file] = Placing(text) if text else None
    return texts[file]


def _selected(selectors: list[Record], placing: Placing) -> tuple[int, int, str]:
    """`(start, end, repair)` of the selectors of a target. Raises Unfit."""
    position: tuple[int, int] | None = None
    quote: Record | None = None
    for one in selectors:
        kinds = _strings(one.get("type"))
        if isinstance(one.get("refinedBy"), dict | list):
            raise Unfit("expected a selector of the whole text, found one of a part of it")
        if "TextPositionSelector" in kinds:
            position = records.ends(one)
        elif "TextQuoteSelector" in kinds:
            quote = one
        elif "FragmentSelector" in kinds and (found := _FRAGMENT.fullmatch(str(one.get("value")))):
            position = int(found[1] or 0), int(found[2]) if found[2] else len(placing.text)
    words = records.string(quote, "exact") if quote else ""
    if position is not None:
        try:
            return placing.place(*position, words or None)
        except Unfit:
            if not words:
                raise
    if not words or quote is None:
        raise Unfit("expected a selector of text by position or quote, found others")
    prefix, suffix = (records.string(quote, key) if quote.get(key) else "" for key in ("prefix", "suffix"))
    around = f"{prefix}{words}{suffix}"
    start = placing.text.find(around)
    if start < 0 or placing.text.find(around, start + 1) >= 0:
        raise Unfit(
            f"expected the words {shown(words)} once in the text, found them {'no' if start < 0 else 'more'} times"
        )
    start += len(prefix)
    repair = f"{position[0]}-{position[1]} is not where the words {shown(words)} stand" if position else ""
    return start, start + len(words), repair


def write_files(documents: Iterable[Document], lose: Lose) -> Iterator[tuple[str, bytes]]:
    """`NAME.txt` and `NAME.jsonld` of each document."""
    taken: set[str] = set()
    for document in documents:
        stem = file_name(document, taken)
        mark = codecs.BOM_UTF8 if document.text.startswith("\ufeff") else b""
        yield f"{stem}.txt", mark + document.text.encode()
        page = {
            "@context": _CONTEXT,
            "id": f"{stem}.jsonld",
            "type": "AnnotationPage",
            "label": document.title,
            **_creator_of(document),
            "items": list(_items(document, f"{stem}.txt", lose)),
        }
        yield f"{stem}.jsonld", json.dumps(page, ensure_ascii=True, indent=1).encode() + b"\n"


def _items(document: Document, target: str, lose: Lose) -> Iterator[Record]:
    text = document.text
    notes = [mark for mark in document.marks if isinstance(mark, Note)]
    creator = _creator_of(document)
    ids: dict[Span, str] = {}

    def item(kind: str, body: list[Record], where: Any) -> Record:
        number = len(ids) + others
        return {
            "id": f"#{kind}-{number}",
            "type": "Annotation",
            "motivation": kind,
            **creator,
            "body": body,
            "target": where,
        }

    others = 0
    for span in carried(document, lose, CARRIES):
        bodies = [_body("tagging", span.label)]
        bodies += [_body("commenting", note.text) for note in _sorted(notes) if note.span == span]
        one = item("tagging", bodies, {"source": target, "selector": _selectors(span, text)})
        ids[span] = one["id"]
        yield one
    for note in _sorted(notes):
        if note.span is not None and note.span not in ids:
            fact = f"note {shown(note.text)} on {described(note.span, text)}"
            lose(Loss(named(document), fact, "it is on a span that is not written"))
        elif note.span is None:
            others += 1
            yield item("commenting", [_body("commenting", note.text)], {"source": target})
    for tag in sorted(mark.label for mark in document.marks if isinstance(mark, Tag)):
        others += 1
        yield item("classifying", [_body("classifying", tag)], {"source": target})
    for relation in relations_between(document, ids, lose):
        others += 1
        ends = [{"id": ids[relation.head]}, {"id": ids[relation.tail]}]
        yield item("linking", [_body("tagging", relation.label)], ends)


def _selectors(span: Span, text: str) -> list[Record]:
    """Where a span is, by its offsets and by its words with those around them."""
    return [
        {"type": "TextPositionSelector", "start": span.start, "end": span.end},
        {
            "type": "TextQuoteSelector",
            "exact": text[span.start : span.end],
            "prefix": text[max(0, span.start - _AROUND) : span.start],
            "suffix": text[span.end : span.end + _AROUND],
        },
    ]


def _creator_of(document: Document) -> Record:
    return {"creator": {"type": "Person", "name": document.annotator}} if document.annotator else {}


def _sorted(notes: list[Note]) -> list[Note]:
    return sorted(notes, key=repr)


def _body(purpose: str, value: str) -> Record:
    return {"type": "TextualBody", "purpose": purpose, "value": value}


FORMAT = Format(
    "w3c",
    "W3C Web Annotation: a folder or zip of texts and JSON-LD",
    (".jsonld", ".w3c.zip"),
    read=read,
    write_files=write_files,
    carries=CARRIES,
    looks=looks,
    companions=companions,
)
