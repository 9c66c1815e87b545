"""Naming what a format cannot carry, one loss a fact."""

from __future__ import annotations

from collections.abc import Iterator

from reader.formats.base import Lose
from reader.model import Document, Loss, Note, Relation, Span, Tag, spans_of


def report(document: Document, lose: Lose, *, carries: frozenset[str]) -> None:
    """Lose the notes, relations, tags, fragments and attributes that a format does not carry.

    Status, annotator, rejections and suggestions tell how the work went and are not facts about the text: they are
    named in `Format.carries` alone.
    """
    for fact, kind in _facts(document):
        if kind not in carries:
            lose(Loss(title(document), fact, f"there is no place for {kind}"))


def misfit(document: Document, span: Span, lose: Lose, reason: str) -> None:
    """Lose a span."""
    lose(Loss(title(document), named(document, span), reason))


def title(document: Document) -> str:
    """What to call a document in a message."""
    return document.title or document.source or "document"


def named(document: Document, span: Span) -> str:
    """A span by its label, words and place."""
    return f"{span.label} '{document.text[span.start : span.end][:60]}' at {span.start}-{span.end}"


def _facts(document: Document) -> Iterator[tuple[str, str]]:
    for span in spans_of(document.marks):
        if span.fragments:
            yield f"the parts of {named(document, span)}", "fragments"
        if span.attributes:
            yield f"the attributes of {named(document, span)}", "attributes"
    for mark in sorted(document.marks, key=repr):
        match mark:
            case Tag(label):
                yield f"tag {label}", "tags"
            case Note(text):
                yield f"note '{text[:60]}'", "notes"
            case Relation(head, tail, label):
                yield f"{label} from {named(document, head)} to {named(document, tail)}", "relations"


def overlapping(document: Document) -> list[Span]:
    """The spans that overlap one before them, the longer of two that start together being the first."""
    found: list[Span] = []
    end = 0
    for span in spans_of(document.marks):
        if span.start < end:
            found.append(span)
        else:
            end = span.end
    return found
