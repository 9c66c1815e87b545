"""Token and sentence borders, by a blank spaCy pipeline of the text's language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
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


def sentences(text: str, tokens: Borders) -> list[Borders]:
    """The tokens by sentence, as spaCy's rule-based sentencizer and the lines of the text divide them.

    The rule: behind a token that ends sentences, the next one that is no punctuation begins one.
    """
    ends = _sentence_ends()
    found: list[Borders] = []
    is_over = False
    last = 0
    for start, end in tokens:
        word = text[start:end]
        begins = False
        if word in ends:
            is_over = True
        elif is_over and (word.isalnum() or not all(unicodedata.category(character)[0] == "P" for character in word)):
            begins, is_over = True, False
        if begins or not found or (last < start and _NEW_LINE.search(text, last, start)):
            found.append([])
        found[-1].append((start, end))
        last = end
    return found


_NEW_LINE = re.compile(r"[\n\r\v\f\x85\u2028\u2029]")


@cache
def _sentence_ends() -> frozenset[str]:
    from spacy.pipeline import Sentencizer

    return frozenset(Sentencizer.default_punct_chars)
