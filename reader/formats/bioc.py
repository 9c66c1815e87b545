"""BioC's documents as Reader's, and back: what its XML and its JSON have in common.

A document has passages, a passage may have sentences; each has a text at an offset that counts from the beginning of
the document. The DTD counts bytes; files count characters, so the words of an annotation decide.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from reader.formats import records, strict
from reader.formats.base import Found, Lose, Place
from reader.formats.losses import OTHER, carried, described, kept_for, named, relations_between, shown
from reader.formats.offsets import Placing, same_words
from reader.formats.records import name
from reader.formats.strict import Record, Unfit
from reader.formats.text import title_of
from reader.model import Document, Loss, Relation, Span

NAME = "bioc"
CARRIES = frozenset({"attributes", "fragments", "overlaps", "relations", "spans"})
_TYPE = "type"
_SECOND = {"target", "tail", "object", "arg2"}
_GAP = 10_000
"""The characters between two passages that no passage says."""


@dataclass(slots=True)
class _Article:
    """What a document has given so far: its text in parts, its spans by id, and its relations."""

    place: Place
    parts: list[str] = field(default_factory=list)
    length: int = 0
    passages: list[Record] = field(default_factory=list)
    spans: dict[str, Span] = field(default_factory=dict)
    relations: list[Record] = field(default_factory=list)


def documents(record: Record, place: Place, source_name: str) -> Iterator[Found]:
    """The one document of a record in the form of BioC JSON."""
    article = _Article(place)
    for passage in records.objects(record, "passages", "a passage"):
        yield from _passage(article, passage)
    article.relations += records.objects(record, "relations", "a relation")
    text = "".join(article.parts)
    if not text:
        raise Unfit("expected passages with a text, found none")
    relations: set[Relation] = set()
    other = []
    for one in article.relations:
        nodes = list(records.objects(one, "nodes", "a node"))
        ends = [records.string(node, "refid") for node in nodes]
        label = _label(one, "relation")
        if len(nodes) == 2 and all(end in article.spans for end in ends):
            if records.string(nodes[0], "role").lower() in _SECOND:
                ends.reverse()
            relations.add(Relation(article.spans[ends[0]], article.spans[ends[1]], label))
        elif nodes:
            yield place.repair(f"the relation {label} does not join two spans and was left out")
        else:
            other.append(strict.checked_meta(one))
    kept: Record = {"id": record.get("id", ""), "infons": _infons(record), "passages": article.passages}
    meta = {NAME: {key: value for key, value in {**kept, OTHER: other}.items() if value}}
    title = next(
        (text[one["start"] : one["end"]] for one in article.passages if _infons(one).get(_TYPE) == "title"), ""
    )
    marks = frozenset(article.spans.values()) | relations
    yield Document(text, title_of(title or text), source_name, meta=meta, marks=marks)


def _passage(article: _Article, passage: Record) -> Iterator[Found]:
    """Put a passage to the text, or its sentences where those have it."""
    own = bool(passage.get("text"))
    pieces = [passage, *records.objects(passage, "sentences", "a sentence")]
    base, start = records.whole(passage.get("offset", article.length), "offset"), -1
    for piece in pieces:
        text = records.string(piece, "text") if piece.get("text") is not None else ""
        if text and (piece is passage or not own):
            offset = records.whole(piece.get("offset", article.length), "offset")
            begin = _put(article, text, offset)
            base, start = (base, start) if start >= 0 else (offset, begin)
    placing = Placing("".join(article.parts)[start:] if start >= 0 else "")
    for piece in pieces:
        for one in records.objects(piece, "annotations", "an annotation"):
            yield from _annotation(article, one, placing, start, base)
        article.relations += records.objects(piece, "relations", "a relation")
    if start >= 0:
        article.passages.append({"start": start, "end": article.length, "infons": _infons(passage)})


def _put(article: _Article, text: str, offset: int) -> int:
    gap = offset - article.length
    if gap > _GAP:
        raise Unfit(f"expected passages at most {_GAP:,} characters apart, found {gap:,}")
    # Offsets that count less than the text has are of another unit, or of nothing; the passages then stand on lines.
    gap = max(gap, 1 if article.length else 0)
    article.parts.append(("\n" if article.length else " ") + " " * (gap - 1) if gap else "")
    article.parts.append(text)
    begin = article.length + gap
    article.length = begin + len(text)
    return begin


def _annotation(article: _Article, one: Record, placing: Placing, begin: int, offset: int) -> Iterator[Found]:
    label = _label(one, "annotation")
    words = records.string(one, "text") if one.get("text") is not None else None
    parts = []
    for location in records.objects(one, "locations", "a location"):
        first, length = records.ends(location, "offset", "length")
        if first < offset:
            raise Unfit(f"expected a location in its passage, from {offset} on, found {first}")
        parts.append((first - offset, first - offset + length))
    if not parts:
        yield article.place.repair(f"{label} {shown(words or '')} has no location and was left out")
        return
    try:
        start, end, repair = placing.place(*parts[0], words if len(parts) == 1 else None)
    except Unfit:
        # An annotation may name what its words mean, not what they are.
        start, end, _ = placing.place(*parts[0])
        repair = f"the words {shown(words or '')} of {label} stand at {shown(placing.text[start:end])}"
    if repair:
        yield article.place.repair(repair)
    fragments = sorted(
        {(start, end), *((first, last) for first, last, _ in (placing.place(*one) for one in parts[1:]))}
    )
    ends = fragments[0][0] + begin, max(last for _, last in fragments) + begin
    attributes = {key: str(value) for key, value in _infons(one).items() if key != _TYPE and "\0" not in str(value)}
    span = Span(
        *ends,
        label,
        tuple((first + begin, last + begin) for first, last in fragments) if len(fragments) > 1 else (),
        tuple(sorted(attributes.items())),
    )
    if problem := span.problem("".join(article.parts)):
        raise Unfit(f"expected locations that do not overlap; {problem}")
    joined = " ".join(placing.text[first:last] for first, last in fragments)
    if len(fragments) > 1 and words is not None and not same_words(joined, words):
        yield article.place.repair(f"the words {shown(words)} of {label} stand at {shown(joined)}")
    article.spans[str(one.get("id", len(article.spans)))] = span


def _infons(record: Record) -> dict[str, Any]:
    found = record.get("infons") or {}
    return dict(records.an_object(found, "infons"))


def _label(record: Record, default: str) -> str:
    """The infon `type`; of a relation also `relation`."""
    infons = _infons(record)
    found = infons.get(_TYPE) or infons.get("relation") or default
    return name(str(found).strip() or default, "a type")


def record_of(document: Document, number: int, lose: Lose) -> Record:
    """A document in the form of BioC JSON; `number` is its id where it brought none."""
    spans = carried(document, lose, CARRIES, NAME)
    ids = {span: f"T{place}" for place, span in enumerate(spans, 1)}
    relations: list[Record] = [
        {
            "id": f"R{place}",
            "infons": {_TYPE: one.label},
            "nodes": [{"refid": ids[one.head], "role": "source"}, {"refid": ids[one.tail], "role": "target"}],
        }
        for place, one in enumerate(relations_between(document, ids, lose), 1)
    ]
    said = document.meta.get(NAME)
    kept: Record = said if isinstance(said, dict) else {}
    own: Any = kept.get("infons")
    return {
        "id": str(kept.get("id") or number),
        "infons": own if isinstance(own, dict) else {},
        "passages": _passages(document, ids, kept.get("passages"), lose),
        "relations": relations + kept_for(document, NAME),
    }


def _passages(document: Document, ids: dict[Span, str], kept: Any, lose: Lose) -> list[Record]:
    """The passages with the annotations in them; one for all where an annotation lies over two."""
    text = document.text
    passages = [
        {**one, "offset": start, "text": text[start:end], "annotations": [], "relations": []}
        for start, end, one in _pieces(document, kept)
    ]
    annotations = [_record(document, span, identifier, lose) for span, identifier in ids.items()]
    for annotation, span in zip(annotations, ids, strict=True):
        first = [one for one in passages if one["offset"] <= span.start]
        if not first or span.end > first[-1]["offset"] + len(first[-1]["text"]):
            return [{"infons": {}, "offset": 0, "text": text, "annotations": annotations, "relations": []}]
        first[-1]["annotations"].append(annotation)
    return passages


def _record(document: Document, span: Span, identifier: str, lose: Lose) -> Record:
    """An annotation in the form of BioC JSON."""
    infons = {_TYPE: span.label}
    for key, value in span.attributes:
        if key == _TYPE:
            fact = f"{key} = {shown(value)} of {described(span, document.text)}"
            lose(Loss(named(document), fact, "type is where BioC has the label"))
        else:
            infons[key] = value
    parts = span.fragments or ((span.start, span.end),)
    return {
        "id": identifier,
        "infons": infons,
        "text": " ".join(document.text[start:end] for start, end in parts),
        "locations": [{"offset": start, "length": end - start} for start, end in parts],
    }


def _pieces(document: Document, passages: Any) -> list[tuple[int, int, Record]]:
    """`(start, end, what else)` of the passages a document came with, where nothing but they make up its text."""
    length = len(document.text)
    found = []
    place = 0
    for one in passages if isinstance(passages, list) else []:
        start, end = (one.get("start"), one.get("end")) if isinstance(one, dict) else (None, None)
        gap = document.text[place:start] if isinstance(start, int) else ""
        if not (isinstance(start, int) and isinstance(end, int) and place <= start < end <= length):
            return [(0, length, {"infons": {}})]
        if gap != (("\n" if place else " ") + " " * (len(gap) - 1) if gap else ""):
            return [(0, length, {"infons": {}})]
        infons: Any = one.get("infons")
        found.append((start, end, {"infons": infons if isinstance(infons, dict) else {}}))
        place = end
    return found if found and place == length else [(0, length, {"infons": {}})]
