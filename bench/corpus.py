"""Made-up articles of the size of news, with spans, always the same."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator

from reader.model import Document, Span

_NAMES = [
    *(("PERSON", name) for name in ("Ada Lovelace", "Charles Babbage", "Serhiy", "Grace Hopper", "Lesya Ukrainka")),
    *(("GPE", name) for name in ("Kherson", "Kyiv", "London", "Lviv", "New York")),
    *(("ORG", name) for name in ("Telegram", "the Red Cross", "Reuters", "Acme Corp")),
]
_SMALL = "the of and to in that it was for on with he as at by his had not but from they which one said were".split()
_SYLLABLES = "ba de lo mi ra tu ken sal vor pin gel hos tam rud nep cal dis mor fen lat".split()
# As in real text, half of the words are the same few, and the others seldom come twice on a page.
_WORDS = _SMALL * 80 + [
    "".join(parts) for parts in itertools.product(_SYLLABLES, _SYLLABLES, ("", "s", "ed", "ing", "ly"))
]
NAMED = "Kherson"


def text_with_spans(size: int, seed: int = 0, every: int = 50) -> tuple[str, frozenset[Span]]:
    """About `size` characters in paragraphs, with a span about each `every` characters."""
    chance = random.Random(seed)
    parts: list[str] = []
    spans = set()
    length = since = paragraph = 0
    while length < size:
        if since >= every - 8:
            label, word = chance.choice(_NAMES)
            spans.add(Span(length, length + len(word), label))
            since = 0
        else:
            word = chance.choice(_WORDS)
        gap = " "
        if paragraph > 400:
            gap, paragraph = ".\n\n", 0
        parts += (word, gap)
        length += len(word) + len(gap)
        since += len(word) + len(gap)
        paragraph += len(word) + len(gap)
    return "".join(parts), frozenset(spans)


def articles(number: int, size: int = 3000) -> Iterator[Document]:
    """Articles that differ from each other."""
    for one in range(number):
        text, spans = text_with_spans(size, one, every=150)
        yield Document(f"Article {one}. {text}", f"Article {one}", marks=_moved(spans, len(f"Article {one}. ")))


def _moved(spans: frozenset[Span], by: int) -> frozenset[Span]:
    return frozenset(Span(one.start + by, one.end + by, one.label) for one in spans)
