"""Annotation layers of UIMA and INCEpTION as labels and attributes, and back."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from reader.formats.base import Lose
from reader.formats.losses import carried, described, lose_span, named, related, relations_between, shown
from reader.formats.records import name
from reader.model import Document, Loss, Relation, Span

NAMED_ENTITY = "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity"
RELATION = "webanno.custom.Relation"
LAYER = "layer"
"""The attribute that holds the full name of a span's layer, where that is not NAMED_ENTITY."""

VALUE = "value"
CARRIES = frozenset({"attributes", "overlaps", "relations", "spans"})
_KEPT = "inception"
_FEATURE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_TYPE = re.compile(r"[A-Za-z]\w*(?:\.[A-Za-z]\w*)+", re.ASCII)


def short(layer: str) -> str:
    """The last part of the name of a layer."""
    return layer.rpartition(".")[2]


def label_feature(features: Iterable[str]) -> str:
    """The feature that gives the label: `value`, else the first; "" where there is none."""
    names = list(features)
    return VALUE if VALUE in names else next(iter(names), "")


def span_of(start: int, end: int, layer: str, features: dict[str, str], feature: str) -> Span:
    """An annotation as a span: `feature` gives its label, else the layer's short name does. Raises Unfit."""
    label = name((features.get(feature) or "").strip() or short(layer), "a label")
    others = {key: value for key, value in features.items() if key != feature}
    if layer != NAMED_ENTITY:
        others[LAYER] = layer
    return Span(start, end, label, attributes=tuple(sorted(others.items())))


def kept(label_features: dict[str, str]) -> dict[str, Any]:
    """The `meta` of a document whose layers have labels in other features than `value`."""
    others = {layer: feature for layer, feature in sorted(label_features.items()) if feature not in ("", VALUE)}
    return {_KEPT: {"labels": others}} if others else {}


@dataclass(frozen=True, slots=True)
class Annotation:
    """A span as an annotation of a layer, with its features; without one for the label where its layer says it."""

    span: Span
    layer: str
    features: tuple[tuple[str, str], ...]


def annotations_of(document: Document, lose: Lose) -> dict[Span, Annotation]:
    """The spans that are written, in reading order; what no feature can hold is lost."""
    found = {}
    for span in carried(document, lose, CARRIES):
        layer = dict(span.attributes).get(LAYER, NAMED_ENTITY)
        if not _TYPE.fullmatch(layer):
            lose_span(document, span, lose, f"{shown(layer)} is no name of a layer")
            continue
        feature = label_feature_of(document, layer)
        features = {} if span.label == short(layer) else {feature: span.label}
        for key, value in span.attributes:
            if key == LAYER:
                continue
            if key != feature and _FEATURE.fullmatch(key) and value:
                features[key] = value
            else:
                fact = f"{key} = {shown(value)} of {described(span, document.text)}"
                lose(Loss(named(document), fact, "a feature has a value, and a name of letters and digits"))
        found[span] = Annotation(span, layer, tuple(sorted(features.items())))
    return found


def label_feature_of(document: Document, layer: str) -> str:
    """The feature that held the labels of a layer where the document came from, else `value`."""
    said = document.meta.get(_KEPT)
    labels = said.get("labels") if isinstance(said, dict) else None
    found = labels.get(layer) if isinstance(labels, dict) else None
    return found if isinstance(found, str) and _FEATURE.fullmatch(found) else VALUE


def relations_of(document: Document, written: dict[Span, Annotation], lose: Lose) -> list[Relation]:
    """The relations that a layer of relations can hold: between two spans of one layer."""
    found = []
    for relation in relations_between(document, written, lose):
        if written[relation.head].layer == written[relation.tail].layer:
            found.append(relation)
        else:
            lose(Loss(named(document), related(relation, document.text), "a relation joins spans of one layer"))
    return found
