"""Articles of the size of news, with spans, always the same: made up of syllables, or of the sentences of real text."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from pathlib import Path

from reader import formats
from reader.model import Document, Span, spans_of

DATA = Path(__file__).parent / "data"

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


def real_articles(number: int, size: int = 3000) -> Iterator[Document]:
    """Articles of the sentences of real text, in another order each time all have come.

    Made-up words are few, so that a tokenizer knows them all after a page: on those it is several times as fast.
    """
    chance = random.Random(0)
    sentences = [sentence for path in sorted(DATA.glob("*.[ci]*")) for sentence in _sentences(path)]
    waiting: list[tuple[str, list[Span]]] = []
    for one in range(number):
        text, spans = f"Article {one}.", set()
        while len(text) < size:
            if not waiting:
                waiting = chance.sample(sentences, len(sentences))
            words, found = waiting.pop()
            text += "\n\n" if chance.random() < 0.2 else " "
            spans |= {Span(span.start + len(text), span.end + len(text), span.label) for span in found}
            text += words
        yield Document(text, f"Article {one}", marks=frozenset(spans))


_NO_SPACE_BEFORE = set(".,;:?!)]%") | {"'s", "n't", "'re", "'ve", "'ll", "'m", "'d", "'"}


def _sentences(path: Path) -> Iterator[tuple[str, list[Span]]]:
    """The sentences of a corpus of tokens, written as in print, each with its spans."""
    for source in formats.sources([path]):
        for document in formats.read(source):
            if isinstance(document, Document):
                yield from _printed(document)


def _printed(document: Document) -> Iterator[tuple[str, list[Span]]]:
    text = ""
    starts: dict[int, int] = {}
    ends: dict[int, int] = {}
    last = 0
    spans = spans_of(document.marks)
    for start, end in (*document.tokens, (len(document.text), len(document.text))):
        if start == end or document.text[last:start] == "\n":
            inside = [one for one in spans if one.start in starts and one.end in ends]
            yield text, [Span(starts[one.start], ends[one.end], one.label) for one in inside]
            text, starts, ends = "", {}, {}
        word = document.text[start:end]
        text += "" if not text or word in _NO_SPACE_BEFORE or text.endswith("(") else " "
        starts[start] = len(text)
        text += word
        ends[end] = len(text)
        last = end
