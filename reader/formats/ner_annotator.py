"""ner-annotator's JSON (https://github.com/tecoholic/ner-annotator): classes, and texts with their entities.

Its offsets are those of JavaScript, UTF-16 units. A text that was skipped stands as null and is passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from reader.formats import records, strict
from reader.formats.base import Format, Found, Lose, Place, Source
from reader.formats.head import Head
from reader.formats.losses import carried, shown
from reader.formats.offsets import Offsets, Placing, Unit
from reader.formats.strict import Record, Unfit
from reader.formats.text import title_of
from reader.model import Document, Span

CARRIES = frozenset({"overlaps", "spans"})


def looks(head: Head) -> str:
    """Classes and annotations, or pairs of a text and its entities where the classes stand behind many."""
    said = head.record.get("annotations")
    if not isinstance(said, list):
        return ""
    if isinstance(head.record.get("classes"), list):
        return "a JSON object with classes and annotations"
    pair = next((one for one in said if one is not None), None)
    found = isinstance(pair, list) and len(pair) == 2 and isinstance(pair[1], dict) and "entities" in pair[1]
    return "a JSON object with annotations, each a text and its entities" if found else ""


def read(source: Source) -> Iterator[Found]:
    """A document for each text that was not skipped."""

    def found(record: Record, place: Place) -> Iterator[Found]:
        for item in records.items(record, "annotations"):
            if item is not None:
                try:
                    yield _document(item, source)
                except Unfit as error:
                    yield place.problem(str(error))

    return records.read_records(source, found)


def _document(item: Any, source: Source) -> Document:
    if not isinstance(item, list) or len(item) != 2:
        raise Unfit(f"expected a text and its entities, found {shown(item)}")
    _, text = records.text_under({"text": item[0]}, "text")
    placing = Placing(text, Unit.UTF16)
    spans = set()
    for entity in records.items(records.an_object(item[1], "entities"), "entities"):
        if not isinstance(entity, list) or len(entity) < 3:
            raise Unfit(f"expected an entity as [start, end, label], found {shown(entity)}")
        start, end, _ = placing.place(records.whole(entity[0], "start"), records.whole(entity[1], "end"))
        spans.add(Span(start, end, records.label({"label": entity[2]})))
    return Document(text, title_of(text), source.name, marks=frozenset(spans))


def write(documents: Iterable[Document], path: Path, lose: Lose) -> None:
    """One object; the classes stand behind the texts, for they are known at the end."""
    classes: set[str] = set()
    with path.open("wb") as file:
        before = b'{"annotations": [\n'
        for document in documents:
            offsets = Offsets(document.text, Unit.UTF16)
            spans = carried(document, lose, CARRIES)
            classes |= {span.label for span in spans}
            entities = [[offsets.offset(span.start), offsets.offset(span.end), span.label] for span in spans]
            file.write(before + strict.dump([document.text, {"entities": entities}]).removesuffix(b"\n"))
            before = b",\n"
        start = b"" if before == b",\n" else before
        file.write(start + b'\n], "classes": ' + strict.dump(sorted(classes)).removesuffix(b"\n") + b"}\n")


FORMAT = Format(
    "ner-annotator",
    "ner-annotator's JSON",
    (".ner-annotator.json",),
    read=read,
    write=write,
    carries=CARRIES,
    looks=looks,
)
