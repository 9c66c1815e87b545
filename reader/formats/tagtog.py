"""tagtog's anndoc (https://docs.tagtog.com/anndoc.html): `NAME.ann.json` with the entities of `NAME.plain.html`.

The page is looked for beside the file and in the folders beside its own; its parts are paragraphs of the text, and an
offset counts characters within its part. Classes have names in an `annotations-legend.json`, which is looked for in
the same places; without one a label is the class's number. Fields are attributes. Only read.
"""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from reader.errors import InputError
from reader.formats import records
from reader.formats.base import Format, Found, Place, Source
from reader.formats.decoding import decode
from reader.formats.head import Head
from reader.formats.losses import shown
from reader.formats.records import Record, Unfit
from reader.formats.text import title_of
from reader.model import Document, Mark, Relation, Span

_LEGEND = "annotations-legend.json"


def looks(head: Head) -> str:
    """Its own keys."""
    found = head.record.keys() >= {"annotatable", "entities"}
    return "a JSON object with annotatable parts" if found else ""


def companions(file_name: str) -> tuple[str, ...]:
    """The page of a file of annotations, and the names of the classes."""
    stem = file_name.removesuffix(".ann.json")
    return (f"{stem}.plain.html", _LEGEND) if stem != file_name else ()


class _Parts(HTMLParser):
    """The text of each element that has an id."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: dict[str, str] = {}
        self._open: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "link", "br", "img", "hr", "input"):
            self._open.append((tag, dict(attributes).get("id") or ""))

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self._open) - 1, -1, -1):
            if self._open[place][0] == tag:
                del self._open[place:]
                return

    def handle_data(self, data: str) -> None:
        for _, identifier in self._open:
            if identifier:
                self.parts[identifier] = self.parts.get(identifier, "") + data


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
        parser.feed(decode(file.read(), page.name, source.encoding))
    text, begins = "", {}
    for part in records.items(records.an_object(record.get("annotatable"), "annotatable"), "parts"):
        if part not in parser.parts:
            raise Unfit(f"expected the part {shown(part)} in {page.file_name}, found none")
        begins[part] = len(text) + bool(text)
        text += ("\n" if text else "") + parser.parts[part]
    names = _legend(source)
    spans: dict[str, Span] = {}
    for entity in records.objects(record, "entities", "an entity"):
        span = _span(entity, begins, names, text)
        spans[f"{entity.get('part')}|{span.start - begins[entity['part']]},{span.end - begins[entity['part']]}"] = span
    marks: set[Mark] = set(spans.values())
    for relation in records.objects(record, "relations", "a relation"):
        ends = records.items(relation, "entities")
        label = _name(relation, names)
        if len(ends) == 2 and all(end in spans for end in ends):
            marks.add(Relation(spans[ends[0]], spans[ends[1]], label))
        else:
            yield place.repair(f"the relation {label} does not join two entities and was left out")
    yield Document(text, title_of(text), page.name, meta=_meta(record), marks=frozenset(marks))


def _span(entity: Record, begins: dict[str, int], names: dict[str, str], text: str) -> Span:
    part = entity.get("part")
    if part not in begins:
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


def _legend(source: Source) -> dict[str, str]:
    """The names of the classes; {} where no file says them."""
    legend = source.nearby(_LEGEND)
    if legend is None:
        return {}
    for _, value in records.values(legend):
        if isinstance(value, dict):
            return {key: one for key, one in value.items() if isinstance(one, str)}
        if isinstance(value, Unfit):
            raise InputError(f"{legend.name}: {value}")
    return {}


def _meta(record: Record) -> Record:
    """Where the text is from."""
    found = next(records.objects(record, "sources", "a source"), {})
    return records.checked_meta({key: value for key, value in found.items() if isinstance(value, str) and value})


FORMAT = Format(
    "tagtog", "tagtog's anndoc: pages and annotations", (".ann.json",), read=read, looks=looks, companions=companions
)
