"""tagtog's anndoc (https://docs.tagtog.com/anndoc.html): `NAME.ann.json` with the entities of `NAME.plain.html`.

The page is looked for beside the file and in the folders beside its own; its parts are paragraphs of the text, and an
offset counts characters within its part. Classes have names in an `annotations-legend.json`, which is looked for in
the same places; without one a label is the class's number. Fields are attributes, metas that are true are tags.

Written is what tagtog's own download has: the pages, the annotations and the legend. A text is one part there, in
`pre`, as tagtog takes plain text in.
"""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any

from reader.errors import InputError
from reader.formats import records, strict
from reader.formats.base import Format, Found, Lose, Place, Source
from reader.formats.decoding import decode
from reader.formats.head import Head
from reader.formats.losses import carried, lose_text, named, related, relations_between, shown
from reader.formats.markup import unprintable
from reader.formats.page_parsing import PageParser
from reader.formats.strict import Record, Unfit
from reader.formats.text import title_of
from reader.formats.writing import file_name
from reader.model import Document, Loss, Mark, Relation, Span, State, Status, Tag

CARRIES = frozenset({"attributes", "fragments", "overlaps", "relations", "spans", "status", "tags"})
_PART = "s1v1"
_CONFIDENCE = {"state": "pre-added", "who": [], "prob": 1}
_LEGEND = "annotations-legend.json"


def looks(head: Head) -> str:
    """Its own keys."""
    found = head.record.keys() >= {"annotatable", "entities"}
    return "a JSON object with annotatable parts" if found else ""


def companions(file_name: str) -> tuple[str, ...]:
    """The page of a file of annotations, and the names of the classes."""
    stem = file_name.removesuffix(".ann.json")
    return (f"{stem}.plain.html", _LEGEND) if stem != file_name else ()


class _Parts(PageParser):
    """The text of each element that has an id."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: dict[str, str] = {}
        self._open: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "link", "br", "img", "hr", "input"):
            identifier = dict(attributes).get("id") or ""
            self._open.append((tag, identifier))
            self.parts.setdefault(identifier, "")

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self._open) - 1, -1, -1):
            if self._open[place][0] == tag:
                del self._open[place:]
                return

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1][0] == "pre" and not self.parts[self._open[-1][1]]:
            # HTML ignores a newline right behind `<pre>` (13.1.2.5 of the standard).
            data = data.removeprefix("\n")
        for _, identifier in self._open:
            if identifier:
                self.parts[identifier] += data


def read(source: Source) -> Iterator[Found]:
    """The one document of a pair."""
    return records.read_records(source, lambda record, place: _document(record, place, source))


def _document(record: Record, place: Place, source: Source) -> Iterator[Found]:
    stem = source.file_name.removesuffix(".ann.json")
    page = source.nearby(f"{stem}.plain.html")
    if page is None:
        raise Unfit(f"expected the page {stem}.plain.html beside it or in a folder beside its own, found none")
    parser = _Parts()
    with page.open() as file:
        parser.read(decode(file.read(), page.name, source.encoding))
    text, begins = "", {}
    for part in records.items(records.an_object(record.get("annotatable"), "annotatable"), "parts"):
        if not isinstance(part, str) or part not in parser.parts:
            raise Unfit(f"expected the part {shown(part)} in {page.file_name}, found none")
        begins[part] = len(text) + bool(text)
        text += ("\n" if text else "") + parser.parts[part]
    if not text:
        raise Unfit(f"expected a text in the parts of {page.file_name}, found none")
    names = _legend(source)
    marks: set[Mark] = set(_stated(record, names))
    spans: dict[str, Span] = {}
    for entity in records.objects(record, "entities", "an entity"):
        span = _span(entity, begins, names, text)
        begin = begins[entity["part"]]
        spans[f"{entity['part']}|{span.start - begin},{span.end - begin}"] = span
        marks.add(span)
    for relation in records.objects(record, "relations", "a relation"):
        ends = records.items(relation, "entities")
        label = _name(relation, names)
        if len(ends) == 2 and all(isinstance(end, str) and end in spans for end in ends):
            marks.add(Relation(spans[ends[0]], spans[ends[1]], label))
        else:
            yield place.repair(f"the relation {label} does not join two entities and was left out")
    yield Document(text, title_of(text), page.name, meta=_meta(record), marks=frozenset(marks))


def _span(entity: Record, begins: dict[str, int], names: dict[str, str], text: str) -> Span:
    part = entity.get("part")
    if not isinstance(part, str) or part not in begins:
        raise Unfit(f"expected an entity in a part of the page, found {shown(part)}")
    parts = []
    for one in records.objects(entity, "offsets", "an offset"):
        words = records.string(one, "text", required=True)
        start = begins[part] + records.offset(one, "start")
        if not words or text[start : start + len(words)] != words:
            raise Unfit(f"expected the words {shown(words)}, found {shown(text[start : start + len(words)])}")
        parts.append((start, start + len(words)))
    if not parts:
        raise Unfit("expected an entity with offsets, found none")
    fields = entity.get("fields") or {}
    attributes = {}
    for key, value in records.an_object(fields, "fields").items():
        said: Any = value.get("value") if isinstance(value, dict) else value
        if isinstance(said, str | int | float | bool):
            attributes[records.name(names.get(key, key), "a field")] = records.string({key: str(said)}, key)
    fragments = tuple(sorted(parts)) if len(parts) > 1 else ()
    span = Span(
        min(start for start, _ in parts),
        max(end for _, end in parts),
        _name(entity, names),
        fragments,
        tuple(sorted(attributes.items())),
    )
    return records.fitting(span, text)


def _name(record: Record, names: dict[str, str]) -> str:
    found = records.string(record, "classId", required=True)
    return records.name(names.get(found, found), "a class")


def _stated(record: Record, names: dict[str, str]) -> Iterator[Mark]:
    """What is said of the whole document: that it is done, and the labels it bears."""
    if record.get("anncomplete") is True:
        yield Status(State.DONE)
    for key, meta in records.an_object(record.get("metas") or {}, "metas").items():
        if isinstance(meta, dict) and meta.get("value") is True:
            yield Tag(records.name(names.get(key, key), "a document label"))


def _legend(source: Source) -> dict[str, str]:
    """The names of the classes; {} where no file says them."""
    legend = source.nearby(_LEGEND)
    if legend is None:
        return {}
    for _, value in strict.values(legend):
        if isinstance(value, dict):
            return {key: one for key, one in value.items() if isinstance(one, str)}
        if isinstance(value, Unfit):
            raise InputError(f"{legend.name}: {value}")
    return {}


def _meta(record: Record) -> Record:
    """Where the text is from."""
    found = next(records.objects(record, "sources", "a source"), {})
    return strict.checked_meta({key: value for key, value in found.items() if isinstance(value, str) and value})


class _Classes:
    """The legend as it grows: a class for each name, of entities (`e`), relations, fields and document labels."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self._known: dict[tuple[str, str], str] = {}
        self._numbers = count(1)

    def of(self, kind: str, name: str) -> str:
        if (kind, name) not in self._known:
            self._known[kind, name] = key = f"{kind}_{next(self._numbers)}"
            self.names[key] = name
        return self._known[kind, name]


def write_files(documents: Iterable[Document], lose: Lose) -> Iterator[tuple[str, bytes]]:
    """The page and the annotations of each document, and the legend of all classes behind them."""
    taken: set[str] = set()
    classes = _Classes()
    for document in documents:
        if unprintable(document.text):
            lose_text(document, lose, "XML cannot hold its control characters")
            continue
        name = file_name(document, taken)
        yield f"plain.html/{name}.plain.html", _page(document, name).encode()
        yield f"ann.json/{name}.ann.json", strict.dump(_record(document, classes, lose))
    if taken:
        yield _LEGEND, strict.dump(classes.names)


def _page(document: Document, name: str) -> str:
    # A parser makes a newline of every carriage return but one that is written as a number.
    text = html.escape(document.text, quote=False).replace("\r", "&#13;")
    return (
        f'<!DOCTYPE html >\n<html id="{html.escape(name)}" class="anndoc" data-anndoc-version="3.6" lang="">\n'
        f'<head><meta charset="UTF-8"/><title>{html.escape(name)}</title></head>\n'
        f'<body><article><section data-type=""><div class="content"><pre id="{_PART}">\n{text}</pre></div></section>'
        "</article></body>\n</html>\n"
    )


def _record(document: Document, classes: _Classes, lose: Lose) -> Record:
    spans = carried(document, lose, CARRIES)
    tags = sorted(mark.label for mark in document.marks if isinstance(mark, Tag))
    return {
        "annotatable": {"parts": [_PART]},
        "anncomplete": Status(State.DONE) in document.marks,
        "sources": [],
        "metas": {classes.of("m", tag): {"value": True} for tag in tags},
        "entities": [_entity(span, document.text, classes) for span in spans],
        "relations": list(_relations(document, spans, classes, lose)),
    }


def _entity(span: Span, text: str, classes: _Classes) -> Record:
    parts = span.fragments or ((span.start, span.end),)
    return {
        "classId": classes.of("e", span.label),
        "part": _PART,
        "offsets": [{"start": start, "text": text[start:end]} for start, end in parts],
        "coordinates": [],
        "confidence": _CONFIDENCE,
        "fields": {classes.of("f", name): {"value": value} for name, value in span.attributes},
        "normalizations": {},
    }


def _relations(document: Document, spans: list[Span], classes: _Classes, lose: Lose) -> Iterator[Record]:
    places = Counter((span.start, span.end) for span in spans)
    for relation in relations_between(document, spans, lose):
        ends = [(end.start, end.end) for end in (relation.head, relation.tail)]
        if any(places[end] > 1 for end in ends):
            reason = "tagtog knows the ends of a relation by their place, and another span lies there"
            lose(Loss(named(document), related(relation, document.text), reason))
            continue
        yield {
            "classId": classes.of("r", relation.label),
            "type": "linked",
            "directed": True,
            "entities": [f"{_PART}|{start},{end}" for start, end in ends],
            "confidence": _CONFIDENCE,
        }


FORMAT = Format(
    "tagtog",
    "tagtog's anndoc: a folder or zip of pages and annotations",
    (".ann.json", ".tagtog.zip"),
    read=read,
    write_files=write_files,
    carries=CARRIES,
    looks=looks,
    companions=companions,
    apart=companions,
)
