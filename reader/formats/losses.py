"""Naming what a format cannot carry, one loss a fact."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from operator import itemgetter
from typing import Any

from reader.formats.base import Lose
from reader.model import Document, Loss, Mark, Note, Rejected, Relation, Span, Status, Tag, spans_of

_START = itemgetter(0)
OTHER = "other"
"""Under a format's name in `meta`: the records of a file that only that format has a place for, as it writes them."""


def carried(document: Document, lose: Lose, carries: frozenset[str], own: str = "") -> list[Span]:
    """The spans a format can carry, in reading order; every fact that it cannot is lost by name.

    `own` names the format where it writes back what it keeps under OTHER.

    A discontinuous span is never written as if it were whole: where a format has no fragments, it is left out.
    """
    spans = in_order([mark for mark in document.marks if type(mark) is Span])
    others = [mark for mark in document.marks if type(mark) is not Span]
    if any(span[3] or span[4] for span in spans):
        spans = [span for span in spans if _carries(document, span, lose, carries)]
    facts = (_fact(mark, document.text) for mark in others)
    for kind, fact in sorted(filter(None, facts)):
        if kind not in carries:
            lose(Loss(named(document), fact, f"the format has no {kind}"))
    if "meta" not in carries:
        for keeper, fact in kept_records(document):
            if keeper != own:
                lose(Loss(named(document), shown(fact), f"only {keeper} has a place for it"))
    return spans


def _carries(document: Document, span: Span, lose: Lose, carries: frozenset[str]) -> bool:
    """Whether a span is written; what of it cannot be is lost."""
    if span.fragments and "fragments" not in carries:
        lose_span(document, span, lose, "the format has no spans of several fragments")
        return False
    if "attributes" not in carries:
        for name, value in span.attributes:
            fact = f"{name} = {shown(value)} of {described(span, document.text)}"
            lose(Loss(named(document), fact, "the format has no attributes"))
    return True


def kept_records(document: Document) -> Iterator[tuple[str, str]]:
    """`(format, record)` of what a document keeps for one format alone."""
    for keeper, kept in document.meta.items():
        others = kept.get(OTHER) if isinstance(kept, dict) else None
        for one in others if isinstance(others, list) else []:
            yield keeper, one if isinstance(one, str) else repr(one)


def kept_for(document: Document, own: str) -> list[Any]:
    """The records that a document keeps for a format, to be written back."""
    kept = document.meta.get(own)
    others = kept.get(OTHER) if isinstance(kept, dict) else None
    return list(others) if isinstance(others, list) else []


def lose_span(document: Document, span: Span, lose: Lose, reason: str) -> None:
    """Lose a span."""
    lose(Loss(named(document), described(span, document.text), reason, spans=1))


def relations_between(document: Document, spans: Iterable[Span], lose: Lose) -> list[Relation]:
    """The relations whose ends are among the spans that are written, in reading order; the others are lost."""
    written = set(spans)
    found = []
    for mark in document.marks:
        if isinstance(mark, Relation):
            if mark.head in written and mark.tail in written:
                found.append(mark)
            else:
                reason = "it joins spans that are not written as annotations"
                lose(Loss(named(document), related(mark, document.text), reason))
    return sorted(found, key=lambda one: (one.head.start, one.tail.start, one.label, repr(one)))


def lose_text(document: Document, lose: Lose, reason: str, spans: Collection[Span] | None = None) -> None:
    """Lose a document whose text a format cannot hold, and with it its spans, or those that were not lost before."""
    left = spans_of(document.marks) if spans is None else spans
    lose(Loss(named(document), "the text", reason, documents=1, spans=len(left)))


def in_order(spans: Iterable[Span]) -> list[Span]:
    """Spans in reading order, outer before inner; the same spans always in the same order."""
    # Where no two begin at one place, their starts say all, and numbers are sorted several times as fast.
    found = sorted(spans, key=_START)
    if len({span[0] for span in found}) < len(found):
        found.sort(key=lambda span: (span.start, -span.end, span.label, span.fragments, span.attributes))
    return found


def outermost(spans: Iterable[Span]) -> list[Span]:
    """Those of spans in reading order that do not overlap one kept before them; of equal ones the first."""
    kept: list[Span] = []
    for span in spans:
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def named(document: Document) -> str:
    """A document's name in a message."""
    name = document.title or document.source or "untitled"
    return name if len(name) <= 60 else name[:59].rstrip() + "…"


def described(span: Span, text: str) -> str:
    """A span in a message: its label, its words and its place."""
    parts = span.fragments or ((span.start, span.end),)
    words = " … ".join(text[start:end] for start, end in parts)
    return f"{span.label} {shown(words)} at {', '.join(f'{start}-{end}' for start, end in parts)}"


def related(relation: Relation, text: str) -> str:
    """A relation in a message."""
    return f"{relation.label} from {described(relation.head, text)} to {described(relation.tail, text)}"


def stated(mark: Mark, text: str) -> str:
    """What a mark says, in a message."""
    if isinstance(mark, Span):
        return described(mark, text)
    if isinstance(mark, Rejected):
        return f"rejected {described(mark.span, text)}"
    if isinstance(mark, Status):
        return f"status {mark.state}"
    found = _fact(mark, text)
    return found[1] if found else str(mark)


def shown(value: object) -> str:
    """A value in a message: escaped, and cut to a length that fits on a line."""
    if isinstance(value, str):
        return repr(value) if len(value) <= 40 else repr(value[:39] + "…")
    text = repr(value)
    return text if len(text) <= 40 else text[:39] + "…"


def _fact(mark: Mark, text: str) -> tuple[str, str] | None:
    match mark:
        case Tag(label):
            return "tags", f"tag {label}"
        case Note(words, span):
            return "notes", f"note {shown(words)}" + (f" on {described(span, text)}" if span else "")
        case Relation():
            return "relations", related(mark, text)
    return None
