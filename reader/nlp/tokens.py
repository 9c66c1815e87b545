"""Token and sentence borders, by a blank pipeline of the text's language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language

Borders = list[tuple[int, int]]


@lru_cache(maxsize=8)
def tokenizer(language: str) -> Language:
    """A blank pipeline; a language spaCy does not know is tokenized by the rules that all share."""
    import spacy

    try:
        return spacy.blank(language or "en")
    except ImportError:
        return spacy.blank("xx")


def tokenize(texts: Iterable[str], language: str = "en") -> Iterator[Borders]:
    """For each text the `(start, end)` of its tokens in characters, white space left out."""
    nlp = tokenizer(language)
    for text in texts:
        with nlp.memory_zone():
            yield [(token.idx, token.idx + len(token)) for token in nlp.make_doc(text) if not token.is_space]


def sentences(text: str, language: str, tokens: Borders) -> list[Borders]:
    """The tokens by sentence, as spaCy's rule-based sentencizer and the lines of the text divide them."""
    from spacy.pipeline import Sentencizer
    from spacy.tokens import Doc

    nlp = tokenizer(language)
    words = [text[start:end] for start, end in tokens]
    doc = Sentencizer()(Doc(nlp.vocab, words=words))
    found: list[Borders] = []
    for token, border in zip(doc, tokens, strict=True):
        new_line = found and "\n" in text[found[-1][-1][1] : border[0]]
        if token.is_sent_start or not found or new_line:
            found.append([])
        found[-1].append(border)
    return found
