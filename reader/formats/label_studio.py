"""Label Studio's JSON (https://labelstud.io/guide/task_format): tasks, each with people's annotations and predictions.

Offsets count code points since November 2021 and UTF-16 units before; the words of a region decide. Regions of
HyperText count the text that a page shows, which is then the document's text. A task with several texts is read as the
one its regions are on, `text` where they are on several; a region on another is told and kept as it is.

An annotator is written as `completed_by` where the name is an address, for Label Studio refuses a file with one it
does not know; any other name is `annotator`, which it passes over. Predictions or annotations that an export names by
number alone are told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from reader.formats import json_writing, records, strict
from reader.formats.base import Format, Found, Lose, Place, Source, grouped
from reader.formats.head import Head
from reader.formats.losses import OTHER, carried, kept_for, relations_between, shown
from reader.formats.offsets import Placing
from reader.formats.page_parsing import PageParser
from reader.formats.strict import Record, Unfit
from reader.formats.text import title_of
from reader.model import Document, Mark, Relation, Span, State, Status, Suggestion, Tag, state_of

NAME = "label-studio"
CARRIES = frozenset({"annotator", "meta", "overlaps", "relations", "source", "spans", "suggestions", "tags", "title"})
REGIONS = ("labels", "hypertextlabels")
_SAID = ("annotations", "completions", "predictions")
_SOME = 20
"""Regions whose words are looked for in a text, to tell whether it is theirs."""


def looks(head: Head) -> str:
    """A task: `data`, with what people or models said of it."""
    record = head.record
    if isinstance(record.get("text"), str):
        return ""
    if not isinstance(record.get("data"), dict):
        # Where a task says much, its data stands behind what was looked at.
        return next((f"JSON tasks with {key} that have a result" for key in _SAID if _has_result(record.get(key))), "")
    for key in ("annotations", "predictions", "completions", "file_upload", "inner_id"):
        if key in record:
            return f"JSON tasks with data and {key}"
    return "JSON tasks with data" if set(record) <= {"id", "data", "meta"} else ""


def _has_result(said: Any) -> bool:
    first = said[0] if isinstance(said, list) and said else None
    return isinstance(first, dict) and isinstance(first.get("result"), list)


def read(source: Source) -> Iterator[Found]:
    """A document for each annotation of a task, or one without marks; predictions are suggestions on the first."""

    def found(record: Record, place: Place) -> Iterator[Found]:
        document, others = _document(record, source)
        placing = Placing(document.text)
        repairs: list[str] = []
        views = []
        for annotation in [*_given(record, "annotations", repairs), *_given(record, "completions", repairs)]:
            repaired, marks, other = _marks(annotation, placing, others)
            repairs += repaired
            meta = {**document.meta, NAME: {OTHER: other}} if other else document.meta
            views.append(replace(document, marks=marks, annotator=_who(annotation), meta=meta))
        suggestions = [
            one
            for prediction in _given(record, "predictions", repairs)
            for one in _suggestions(prediction, placing, others)
        ]
        yield from map(place.repair, repairs)
        views = views or [document]
        yield from [replace(views[0], suggestions=tuple(suggestions)), *views[1:]]

    return records.read_records(source, found)


def _given(record: Record, key: str, repairs: list[str]) -> list[Record]:
    """What people or models said of a task; what an export names by number alone is told. Raises Unfit."""
    numbers = [one for one in records.items(record, key) if type(one) is int]
    if numbers:
        repairs.append(f"{key} {shown(numbers)} are there by number alone, and were left out")
    return [records.an_object(one, f"an item of {key}") for one in record.get(key, []) if type(one) is not int]


def _document(record: Record, source: Source) -> tuple[Document, set[str]]:
    """The text of a task and what describes it, without marks, and the keys of its other texts. Raises Unfit."""
    data = records.typed(record, "data", dict, {})
    regions = _regions(record)
    names = _named(data, regions)
    key = source.options.column("text") or _text_key(data, names, any(record.get(name) for name in _SAID))
    if not key:
        raise Unfit("expected a task with a text in its data, found none; --column text=KEY names it")
    _, text = records.text_under(data, key)
    # A region names the element that shows a text; that is its key only where one of them names the key.
    others = _texts(data) - {key} if key in names else set()
    if any(region["type"] == "hypertextlabels" and not _is_away(region, others) for region in regions):
        text = rendered(text)
    title = records.string(data, "title") if "title" in data else title_of(text)
    origin = records.string(data, "source") if "source" in data else source.name
    meta = records.typed(record, "meta", dict, {}) if record.get("meta") else {}
    meta = {**meta, **records.rest(data, (key, "title", "source"))}
    return Document(text, title, origin, meta=meta), others


def _regions(record: Record) -> list[Record]:
    """All regions that anybody made in a task."""
    said = [one for name in _SAID if isinstance(record.get(name), list) for one in record[name]]
    results = [one["result"] for one in said if isinstance(one, dict) and isinstance(one.get("result"), list)]
    return [one for result in results for one in result if isinstance(one, dict) and one.get("type") in REGIONS]


def _named(data: Record, regions: list[Record]) -> set[str]:
    """The elements that regions name, but for those whose name is the key of a text that is not the regions' own."""
    by_name: dict[str, list[Record]] = {}
    for region in regions:
        by_name.setdefault(str(region.get("to_name")), []).append(region)
    texts = _texts(data)
    return {name for name, some in by_name.items() if name not in texts or _stand_in(data[name], some[:_SOME])}


def _stand_in(text: str, regions: list[Record]) -> bool:
    """Whether a text, or the page it is, has the words of regions that say theirs; white space is no matter."""
    said = [region["value"].get("text") for region in regions if isinstance(region.get("value"), dict)]
    words = {"".join(one.replace("\\n", "\n").split()) for one in said if isinstance(one, str)}
    shown = [text]
    if any(region["type"] == "hypertextlabels" for region in regions):
        shown.append(_shown_by(text))
    return any(all(one in plain for one in words) for plain in ("".join(one.split()) for one in shown))


def _texts(data: Record) -> set[str]:
    return {key for key, value in data.items() if isinstance(value, str) and key not in ("title", "source")}


def _text_key(data: Record, names: set[str], said: bool) -> str:
    """The key of the text: the one that regions name, `text`, else the only one if anybody said anything, else ""."""
    texts = _texts(data)
    if len(texts & names) == 1:
        return min(texts & names)
    if "text" in data or not said:
        return "text" if "text" in data else ""
    return min(texts) if len(texts) == 1 else ""


class _Page(PageParser):
    """The text of a page as a browser counts it: that of its body, and one character for a <br>."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "body":
            self.parts.clear()
        elif tag == "br":
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "head":
            self.parts.clear()

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def rendered(page: str) -> str:
    """The text that HyperText shows, which the offsets of its regions count. Raises Unfit where there is none."""
    if text := _shown_by(page):
        return text
    raise Unfit("expected a page with a text, found none in it")


def _shown_by(page: str) -> str:
    parser = _Page()
    parser.read(page.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(parser.parts).replace("\0", "")


def _who(annotation: Record) -> str:
    """Who annotated: an address, else a number, as text."""
    who = annotation.get("completed_by")
    if isinstance(who, dict):
        who = who.get("email") or who.get("id")
    if who is None:
        who = annotation.get("annotator")
    return records.name(str(who), "an annotator") if isinstance(who, str | int) and not isinstance(who, bool) else ""


def _marks(annotation: Record, placing: Placing, others: set[str]) -> tuple[list[str], frozenset[Mark], list[Any]]:
    """What was repaired, the marks, and what Reader has no place for. Raises Unfit."""
    repairs: list[str] = []
    marks: set[Mark] = set()
    other: list[Any] = []
    by_id: dict[str, Span] = {}
    results, aside = _parted(annotation, others)
    for result in aside:
        other.append(strict.checked_meta(result))
        if _is_away(result, others):
            key = result["to_name"]
            repairs.append(f"a region on the text {key} is kept as it is; --column text={key} reads that text")
    for result in results:
        spans, repair = _spans(result, placing)
        repairs += [repair] if repair else []
        marks |= set(spans)
        by_id |= {str(result.get("id")): span for span in spans[:1]}
        choices = result.get("value", {}).get("choices") if isinstance(result.get("value"), dict) else None
        if result.get("type") == "choices" and isinstance(choices, list) and str(result.get("id")) not in by_id:
            marks |= {Tag(records.label({"label": choice}, "a choice")) for choice in choices}
        elif not spans and result.get("type") != "relation":
            other.append(strict.checked_meta(result))
    marks |= {_relation(result, by_id, label) for result in results for label in _relation_labels(result)}
    if annotation.get("was_cancelled") is True:
        return repairs, frozenset({Status(State.SKIPPED)}), other
    return repairs, frozenset(marks | {Status(State.DONE)}), other


def _parted(said: Record, others: set[str]) -> tuple[list[Record], list[Record]]:
    """The results about the text that is read, and the regions on other texts with their relations. Raises Unfit."""
    about: list[Record] = []
    aside: list[Record] = []
    results = list(records.objects(said, "result", "a region"))
    away = {str(one.get("id")) for one in results if _is_away(one, others)}
    for one in results:
        joins_away = one.get("type") == "relation" and away & {str(one.get("from_id")), str(one.get("to_id"))}
        (aside if joins_away or _is_away(one, others) else about).append(one)
    return about, aside


def _is_away(result: Record, others: set[str]) -> bool:
    """Whether a result is a region on another text of its task."""
    return result.get("type") in REGIONS and str(result.get("to_name")) in others


def _spans(result: Record, placing: Placing) -> tuple[list[Span], str]:
    """The spans of a region, one a label, and what was repaired. Raises Unfit."""
    if result.get("type") not in REGIONS:
        return [], ""
    value = records.an_object(result.get("value"), "a region's value")
    place = records.typed(value, "globalOffsets", dict, value)
    start, end = records.ends(place)
    words = records.string(value, "text") if value.get("text") else None
    labels = records.items(value, str(result["type"]))
    if not labels:
        raise Unfit(f"expected a region with labels, found one without at {start}-{end}")
    first, last, repair = placing.place(start, end, words)
    return [Span(first, last, records.label({"label": label})) for label in labels], repair


def _relation_labels(result: Record) -> list[str]:
    if result.get("type") != "relation":
        return []
    return [records.label({"label": label}) for label in result.get("labels") or ["related"]]


def _relation(result: Record, by_id: dict[str, Span], label: str) -> Relation:
    head, tail = (by_id.get(str(result.get(key))) for key in ("from_id", "to_id"))
    if head is None or tail is None:
        ends = f"{shown(result.get('from_id'))} to {shown(result.get('to_id'))}"
        raise Unfit(f"expected a relation between two regions, found {ends}")
    return Relation(tail, head, label) if result.get("direction") == "left" else Relation(head, tail, label)


def _suggestions(prediction: Record, placing: Placing, others: set[str]) -> Iterator[Suggestion]:
    version = prediction.get("model_version")
    name = version if isinstance(version, str) and version else "prediction"
    for result in _parted(prediction, others)[0]:
        spans, _ = _spans(result, placing)
        scored = result if "score" in result else records.typed(result, "value", dict, {})
        for span in spans:
            yield Suggestion(span, name, records.score_of(scored))


def _tasks(documents: Iterable[Document], lose: Lose) -> Iterator[Record]:
    for number, group in enumerate(grouped(documents), 1):
        first = group[0]
        meta = {key: value for key, value in first.meta.items() if key != NAME}
        task: Record = {"id": number, "data": {"text": first.text, "title": first.title, "source": first.source}}
        task["annotations"] = [
            _annotation(document, lose) for document in group if document.annotator or document.marks
        ]
        task["predictions"] = list(_predictions(first))
        yield task | ({"meta": meta} if meta else {})


def _annotation(document: Document, lose: Lose) -> Record:
    spans = carried(document, lose, CARRIES, NAME)
    ids = {span: f"r{number}" for number, span in enumerate(spans, 1)}
    result = [_region(document.text, span, "labels") | {"id": ids[span]} for span in spans]
    result += [
        {
            "type": "relation",
            "from_id": ids[one.head],
            "to_id": ids[one.tail],
            "direction": "right",
            "labels": [one.label],
        }
        for one in relations_between(document, spans, lose)
    ]
    if tags := sorted(mark.label for mark in document.marks if isinstance(mark, Tag)):
        result.append(
            {"id": "tags", "from_name": "tags", "to_name": "text", "type": "choices", "value": {"choices": tags}}
        )
    skipped = state_of(document.marks) is State.SKIPPED and not result
    found: Record = {"result": result + kept_for(document, NAME), "was_cancelled": skipped}
    if "@" in document.annotator:
        return found | {"completed_by": {"email": document.annotator}}
    return found | ({"annotator": document.annotator} if document.annotator else {})


def _region(text: str, span: Span, kind: str) -> Record:
    value = {"start": span.start, "end": span.end, "text": text[span.start : span.end], kind: [span.label]}
    return {"from_name": "label", "to_name": "text", "type": kind, "value": value}


def _predictions(document: Document) -> Iterator[Record]:
    for name in sorted({one.source for one in document.suggestions}):
        said = [one for one in document.suggestions if one.source == name]
        result = [_region(document.text, one.span, "labels") | {"score": one.score} for one in said]
        yield {"model_version": name, "result": result}


FORMAT = Format(
    NAME,
    "Label Studio's JSON: tasks with annotations of several people, and predictions",
    (".label-studio.json",),
    read=read,
    write=json_writing.array_writer(_tasks),
    carries=CARRIES,
    looks=looks,
)
