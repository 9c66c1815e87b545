"""Token and sentence borders, by a blank spaCy pipeline of the text's language."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from functools import cache, lru_cache
from itertools import compress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language

ZONE = 1_000_000
"""Characters of texts for which a vocabulary keeps the words."""


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


@lru_cache(maxsize=64)
def name_of(language: str) -> str:
    """Which tokenizer a language has here: another name may mean other borders."""
    from spacy.about import __version__

    return f"spacy {__version__} {tokenizer(language).lang}"


class _Zone:
    """What the vocabulary of a tokenizer learns of the words of texts, forgotten now and then.

    Not so seldom that it grows, and not so often that all words are learnt for each text.
    """

    def __init__(self, language: str) -> None:
        self.nlp = tokenizer(language)
        self._open = ExitStack()
        self._room = 0

    def make_room(self, length: int) -> None:
        """Before a text of so many characters."""
        if self._room <= 0:
            self._open.close()
            self._open.enter_context(self.nlp.memory_zone())
            self._room = ZONE
        self._room -= length


_zone_of = lru_cache(maxsize=8)(_Zone)


def borders(text: str, language: str = "") -> list[int]:
    """`start, end, start, end, ...` of the tokens of a text in characters, white space left out."""
    from spacy.attrs import IS_SPACE, LENGTH, SPACY

    zone = _zone_of(language)
    zone.make_room(len(text))
    # The tokenizer itself, since `nlp.make_doc` refuses over 1,000,000 characters.
    found = zone.nlp.tokenizer(text).to_array([LENGTH, SPACY, IS_SPACE]).astype("int64")
    lengths, spaces, blank = found.T
    ends = (lengths + spaces).cumsum() - spaces
    found[:, 0], found[:, 1] = ends - lengths, ends
    flat: list[int] = found[blank == 0, :2].ravel().tolist()
    return flat


def breaks(text: str, starts: Sequence[int], ends: Sequence[int], words: Sequence[str]) -> list[int]:
    """Which tokens begin a sentence, the first one left out.

    As spaCy's rule-based sentencizer and the lines of the text divide them: behind a token that ends sentences, the
    next one that is no punctuation begins one.
    """
    closing = _sentence_ends()
    found = set()
    following = 0
    for place in compress(range(len(words)), map(closing.__contains__, words)):
        if place < following:
            continue
        following = place + 1
        while following < len(words) and (words[following] in closing or _is_punctuation(words[following])):
            following += 1
        if following < len(words):
            found.add(following)
    for line in _new_lines(text):
        following = bisect_left(starts, line)
        if 0 < following < len(starts) and ends[following - 1] <= line:
            found.add(following)
    return sorted(found)


def _new_lines(text: str) -> Iterator[int]:
    """Where a line ends; each sign by itself, which is faster than a look for all at each character."""
    for sign in "\n\r\v\f\x85\u2028\u2029":
        place = text.find(sign)
        while place >= 0:
            yield place
            place = text.find(sign, place + 1)


def _is_punctuation(word: str) -> bool:
    return not word.isalnum() and all(unicodedata.category(character)[0] == "P" for character in word)


@cache
def _sentence_ends() -> frozenset[str]:
    from spacy.pipeline import Sentencizer

    return frozenset(Sentencizer.default_punct_chars)
