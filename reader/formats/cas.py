"""UIMA's CAS as documents, and back: what its XML and its JSON have in common.

A CAS is a text with feature structures of types (https://uima.apache.org/d/uimaj-current/references.html). One with
`begin` and `end` that is in the index is a span, or a relation where it has a Governor and a Dependent as INCEpTION's
layers of relations do. Offsets count UTF-16 units.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from reader.formats.base import Found, Lose, Place
from reader.formats.layers import (
    NAMED_ENTITY,
    RELATION,
    VALUE,
    annotations_of,
    kept,
    label_feature_of,
    relations_of,
    short,
    span_of,
)
from reader.formats.offsets import Offsets, Unit
from reader.formats.records import name
from reader.formats.strict import Unfit
from reader.formats.text import title_of
from reader.formats.tokenizing import sentences, whole
from reader.model import Document, Relation, Span

ANNOTATION = "uima.tcas.Annotation"
DOCUMENT = "uima.tcas.DocumentAnnotation"
SOFA = "uima.cas.Sofa"
_DKPRO = "de.tudarmstadt.ukp.dkpro.core.api"
TOKEN = f"{_DKPRO}.segmentation.type.Token"
SENTENCE = f"{_DKPRO}.segmentation.type.Sentence"
META = f"{_DKPRO}.metadata.type.DocumentMetaData"
GOVERNOR, DEPENDENT = "Governor", "Dependent"
# Structure of the page and of the project, not what somebody said about the text.
_STRUCTURE = {"DocumentAnnotation", "DocumentMetaData", "Token", "Sentence", "TagsetDescription"}
_LABELS = (VALUE, "PosValue", "referenceType")


@dataclass(slots=True)
class Structure:
    """A feature structure: its id, its type, and the values of its features; references are ids as texts."""

    id: str
    type: str
    features: dict[str, str] = field(default_factory=dict)
    place: Place = Place("")


@dataclass(slots=True)
class Cas:
    """The structures of a file by id, and the ids that each view indexes, by the id of its sofa."""

    structures: dict[str, Structure] = field(default_factory=dict)
    views: dict[str, set[str]] = field(default_factory=dict)


def documents(cas: Cas, title: str, file_name: str, place: Place) -> Iterator[Found]:
    """A document for each view of a text."""
    sofas = [one for one in cas.structures.values() if one.type == SOFA]
    texts = [one for one in sofas if one.features.get("sofaString")]
    if not texts:
        yield place.problem("expected a sofa with a text, found none")
    for number, sofa in enumerate(texts):
        text = sofa.features["sofaString"]
        name_of = sofa.features.get("sofaID", "")
        view = _View(cas, sofa.id, text)
        yield from view.found
        language = view.language if view.language != "x-unspecified" else ""
        yield Document(
            text,
            view.title or title or title_of(text),
            file_name if not number else f"{file_name}#{name_of}",
            language,
            meta=kept(view.labels),
            marks=frozenset(view.spans.values()) | view.relations,
            tokens=view.tokens,
        )


class _View:
    """The spans and relations of one text; what is not read is among `found`."""

    def __init__(self, cas: Cas, sofa: str, text: str) -> None:
        self.found: list[Found] = []
        self.spans: dict[str, Span] = {}
        self._known: set[Span] = set()
        self.relations: set[Relation] = set()
        self.labels: dict[str, str] = {}
        self.title = self.language = ""
        self._cas = cas
        self._offsets = Offsets(text, Unit.UTF16)
        members = cas.views.get(sofa, set())
        indexed = [one for one in cas.structures.values() if one.id in members and "begin" in one.features]
        tokens = []
        for one in indexed:
            if one.type in (DOCUMENT, META):
                self.title = self.title or one.features.get("documentTitle", "").strip()
                self.language = self.language or one.features.get("language", "")
            elif short(one.type) == "Token":
                tokens.append(self._stretch(one))
            elif short(one.type) not in _STRUCTURE and GOVERNOR not in one.features:
                self._take(one)
        self.tokens = tuple(sorted({token for token in tokens if token[0] < token[1]}))
        for one in indexed:
            if GOVERNOR in one.features:
                features = {key: value for key, value in one.features.items() if key not in _RELATING}
                label = features.pop(VALUE, "") or features.pop("DependencyType", "") or short(one.type)
                self._relate(one, one.features[GOVERNOR], one.features.get(DEPENDENT, ""), label)
                if features:
                    self.found.append(one.place.repair(f"the features of the relation {label} were left out"))
            elif one.features.get("next"):
                label = one.features.get("referenceRelation") or short(RELATION)
                self._relate(one, one.id, one.features["next"], label)
            for slot in chain.from_iterable(self._slots(one).values()):
                label = slot.features.get("role") or short(slot.type)
                self._relate(one, one.id, slot.features["target"], label)

    def _stretch(self, one: Structure) -> tuple[int, int]:
        try:
            first, last = int(one.features["begin"]), int(one.features.get("end", ""))
            return self._offsets.point(first), self._offsets.point(last)
        except Unfit:
            raise
        except ValueError as error:
            raise Unfit(f"expected begin and end as whole numbers, found {one.features['begin']!r}") from error

    def _take(self, one: Structure) -> None:
        start, end = self._stretch(one)
        feature = next((key for key in _LABELS if key in one.features), "")
        left_out = {*_PLACING, *self._slots(one)}
        features = {key: value for key, value in one.features.items() if key not in left_out}
        span = span_of(start, end, one.type, features, feature)
        if start >= end:
            self.found.append(one.place.repair(f"{span.label} covers nothing and was left out"))
        elif span in self._known:
            self.found.append(one.place.repair(f"an equal {span.label} is there already and was kept once"))
            self.spans[one.id] = span
        else:
            self.spans[one.id] = span
            self._known.add(span)
        self.labels.setdefault(one.type, feature)

    def _slots(self, one: Structure) -> dict[str, list[Structure]]:
        """The links of each feature that holds some; an offset or a label may be a number too, but is no id."""
        others = ((key, value) for key, value in one.features.items() if key not in _NO_LINKS)
        return {key: links for key, value in others if (links := self._slot(value))}

    def _slot(self, value: str) -> list[Structure]:
        """The links of a feature that holds some: structures that stand in no place, with a target."""
        found = [self._cas.structures.get(reference) for reference in value.split()] if value[:1].isdigit() else []
        links = [one for one in found if one and "target" in one.features and "begin" not in one.features]
        return links if len(links) == len(found) else []

    def _relate(self, one: Structure, head: str, tail: str, label: str) -> None:
        label = name(label.strip(), "a relation")
        if head in self.spans and tail in self.spans:
            self.relations.add(Relation(self.spans[head], self.spans[tail], label))
        else:
            self.found.append(one.place.repair(f"the relation {label} joins what is no span and was left out"))


_PLACING = {"sofa", "begin", "end", "next", "referenceRelation"}
_NO_LINKS = {*_PLACING, *_LABELS}
_RELATING = {"sofa", "begin", "end", GOVERNOR, DEPENDENT}


def cas_of(document: Document, lose: Lose) -> tuple[Cas, dict[str, set[str]]]:
    """A document as a CAS of one view, and the features of each type that it needs."""
    cas = Cas()
    types: dict[str, set[str]] = {}
    units = Offsets(document.text, Unit.UTF16)

    def put(kind: str, place: tuple[int, int], features: Iterable[tuple[str, str]]) -> str:
        key = str(len(cas.structures) + 1)
        begin, end = (str(units.offset(point)) for point in place)
        given = {"sofa": "1", "begin": begin, "end": end, **dict(features)}
        cas.structures[key] = Structure(key, kind, given)
        types.setdefault(kind, set()).update(one for one, _ in features)
        return key

    sofa = {"sofaNum": "1", "sofaID": "_InitialView", "mimeType": "text", "sofaString": document.text}
    cas.structures["1"] = Structure("1", SOFA, sofa)
    meta = {"language": document.language or "x-unspecified", "documentTitle": document.title}
    put(META, (0, len(document.text)), [(key, value) for key, value in meta.items() if value])
    borders = whole(document)
    for border in borders:
        put(TOKEN, border, [])
    for sentence in sentences(document, borders):
        put(SENTENCE, (sentence[0][0], sentence[-1][1]), [])
    written = annotations_of(document, lose)
    keys = {}
    for span, one in written.items():
        label = label_feature_of(document, one.layer)
        features = [(VALUE if key == label and label not in _LABELS else key, value) for key, value in one.features]
        keys[span] = put(one.layer, (span.start, span.end), features)
    for relation in relations_of(document, written, lose):
        features = [(GOVERNOR, keys[relation.head]), (DEPENDENT, keys[relation.tail])]
        features += [(VALUE, relation.label)] if relation.label != short(RELATION) else []
        put(RELATION, (relation.tail.start, relation.tail.end), features)
    cas.views["1"] = set(cas.structures) - {"1"}
    return cas, types


def references(kind: str) -> set[str]:
    """The features of a type that name other structures."""
    return {GOVERNOR, DEPENDENT} if kind == RELATION else set()


def features_of(types: dict[str, set[str]]) -> dict[str, list[tuple[str, str]]]:
    """`(feature, range)` of each type that is not UIMA's own; what a project of INCEpTION has is always there."""
    always = {NAMED_ENTITY: {VALUE, "identifier"}, META: {"documentTitle"}}
    return {
        kind: [
            (one, ANNOTATION if one in references(kind) else "uima.cas.String")
            for one in sorted((features | always.get(kind, set())) - {"language"})
        ]
        for kind, features in sorted(types.items())
    }


def supertype(kind: str) -> str:
    """The type that a type of `features_of` goes back to."""
    return DOCUMENT if kind == META else ANNOTATION
