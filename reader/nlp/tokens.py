"""Token and sentence borders, by a blank spaCy pipeline of the text's language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from spacy.language import Language

Borders: TypeAlias = list[tuple[int, int]]


@lru_cache(maxsize=8)
def tokenizer(language: str) -> Language:
    """A blank pipeline for a code such as "en" or "pt-BR"; "" means English.

    A language spaCy does not know, or has no tokenizer for on this machine, is cut by the rules that all share.
    """
    import spacy

    code = re.match(r"[a-z]{2,3}(?![a-z])", language.lower() or "en")
    try:
        return spacy.blank(code[0] if code else "xx")
    except ImportError:
        return spacy.blank("xx")


def tokenize(texts: Iterable[str], language: str = "") -> Iterator[Borders]:
    """For each text the `(start, end)` of its tokens in characters, white space left out."""
    nlp = tokenizer(language)
    for text in texts:
        # The tokenizer itself, since `nlp.make_doc` refuses over 1,000,000 characters.
        with nlp.memory_zone():
            found = [(token.idx, token.idx + len(token)) for token in nlp.tokenizer(text) if not token.is_space]
        yield found


def sentences(text: str, language: str, tokens: Borders) -> list[Borders]:
    """The tokens by sentence, as spaCy's rule-based sentencizer and the lines of the text divide them."""
    from spacy.pipeline import Sentencizer
    from spacy.tokens import Doc

    nlp = tokenizer(language)
    found: list[Borders] = []
    with nlp.memory_zone():
        doc = Sentencizer()(Doc(nlp.vocab, words=[text[start:end] for start, end in tokens]))
        beginnings = [bool(token.is_sent_start) for token in doc]
    for begins, (start, end) in zip(beginnings, tokens, strict=True):
        if begins or not found or re.search(r"[\n\r\v\f\x85\u2028\u2029]", text[found[-1][-1][1] : start]):
            found.append([])
        found[-1].append((start, end))
    return found
