"""Spans as tags in a text: which of them lie within each other, and the text with their marks."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from reader.formats.base import Lose
from reader.formats.losses import lose_span
from reader.formats.markup import escaped
from reader.model import Document, Span


def nested(document: Document, spans: Iterable[Span], lose: Lose) -> list[Span]:
    """Those of spans in reading order that lie within or beside each other; of two that cross, the first is kept."""
    kept: list[Span] = []
    around: list[Span] = []
    for span in spans:
        around = [one for one in around if one.end > span.start]
        if around and around[-1].end < span.end:
            lose_span(document, span, lose, "it crosses another, and tags lie within each other")
            continue
        kept.append(span)
        around.append(span)
    return kept


def tagged(text: str, spans: Iterable[Span], opening: Callable[[Span], str], closing: Callable[[Span], str]) -> str:
    """A text for XML with the tags of spans that are nested."""
    parts: list[str] = []
    stack: list[Span] = []
    place = 0

    def until(offset: int) -> None:
        nonlocal place
        parts.append(escaped(text[place:offset]))
        place = offset

    def close() -> None:
        span = stack.pop()
        until(span.end)
        parts.append(closing(span))

    for span in spans:
        while stack and stack[-1].end <= span.start:
            close()
        until(span.start)
        parts.append(opening(span))
        stack.append(span)
    while stack:
        close()
    until(len(text))
    return "".join(parts)
