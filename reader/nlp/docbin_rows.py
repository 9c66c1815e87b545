"""What a DocBin says of each token: a row of numbers of 64 bits, of thousands of tokens at once."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from operator import sub
from typing import TYPE_CHECKING, Any, TypeAlias

from reader.model import Span
from reader.nlp import cutting
from reader.nlp.tokens import tokenizer

if TYPE_CHECKING:
    import numpy

_BEGINS, _GOES_ON, _OUTSIDE = 3, 1, 2  # as `Token.ent_iob` counts
_MOST = 8192  # rows at once: under 1 MB

Placed: TypeAlias = tuple[int, int, Span]
"""A span behind its first and its last token."""


class Numbers(dict[str, int]):
    """Strings and their numbers, from 0 in the order in which they were asked for; the hash of each by its number."""

    def __init__(self, strings: set[str]) -> None:
        from spacy.strings import get_string_id

        self.hashes = array("Q")
        self._strings = strings
        self._hash = get_string_id

    def __missing__(self, string: str) -> int:
        self._strings.add(string)
        number = self[string] = len(self.hashes)
        self.hashes.append(self._hash(string))
        return number


class _Words(Numbers):
    """The words of one language, and the hash of the norm of each by its number."""

    def __init__(self, language: str, strings: set[str]) -> None:
        from spacy.attrs import NORM

        super().__init__(strings)
        vocabulary: Any = tokenizer(language).vocab
        self._norm: Callable[[str], str] = vocabulary.lex_attr_getters[NORM]
        self._norms = array("Q")

    def __missing__(self, word: str) -> int:
        norm = self._norm(word)
        self._strings.add(norm)
        self._norms.append(self._hash(norm))
        return super().__missing__(word)

    def hashes_of(self, numbers: array[int]) -> tuple[numpy.ndarray[Any, Any], numpy.ndarray[Any, Any]]:
        """Of the words of some numbers, and of their norms."""
        import numpy

        return numpy.frombuffer(self.hashes, "u8")[numbers], numpy.frombuffer(self._norms, "u8")[numbers]


class Rows:
    """The rows of tokens, put away some thousands at a time: a call for a few words costs more than the words do."""

    def __init__(self, attributes: list[int], strings: set[str], put: Callable[[memoryview], None]) -> None:
        import numpy
        from spacy.attrs import ENT_IOB, ENT_TYPE, NORM, ORTH, SENT_START

        self.labels = Numbers(strings)
        self._strings = strings
        self._put = put
        # The columns that only pipelines fill in stay as they are here.
        table = numpy.zeros((_MOST, len(attributes)), dtype="<u8")
        columns = map(attributes.index, (ORTH, NORM, ENT_IOB, ENT_TYPE, SENT_START))
        self._orth, self._norm, self._iob, self._type, self._start = (table[:, column] for column in columns)
        self._table = table
        self._words: dict[str, _Words] = {}
        self._language = ""
        self._begin()

    def _begin(self) -> None:
        self._numbers, self._begun = array("I"), array("I")
        self._firsts, self._lengths, self._labelled = array("I"), array("I"), array("I")

    def add(self, language: str, words: list[str], entities: list[Placed]) -> None:
        """The tokens of a document and its entities, which do not overlap."""
        if language != self._language or len(self._numbers) >= _MOST:
            self.finish()
            self._language = language
        if language not in self._words:
            self._words[language] = _Words(language, self._strings)
        place = len(self._numbers)
        self._numbers.extend(map(self._words[language].__getitem__, words))
        if words:
            self._begun.append(place)
        if entities:
            firsts, lasts, spans = zip(*entities, strict=True)
            self._firsts.extend(map(place.__add__, firsts))
            self._lengths.extend(map((1).__add__, map(sub, lasts, firsts)))
            self._labelled.extend(self.labels[span[2]] for span in spans)

    def finish(self) -> None:
        """Put away what is left."""
        import numpy

        number = len(self._numbers)
        inside, entities = cutting.within(self._firsts, self._lengths)
        parts = numpy.full(number, _OUTSIDE, "u1")
        parts[inside] = _GOES_ON
        parts[self._firsts] = _BEGINS
        types = numpy.zeros(number, "u8")
        types[inside] = numpy.frombuffer(self.labels.hashes, "u8")[self._labelled][entities]
        begins = numpy.zeros(number, "u1")
        begins[self._begun] = 1
        words = self._words
        for first in range(0, number, _MOST):
            some = slice(first, min(first + _MOST, number))
            rows = slice(0, some.stop - first)
            self._iob[rows], self._type[rows], self._start[rows] = parts[some], types[some], begins[some]
            self._orth[rows], self._norm[rows] = words[self._language].hashes_of(self._numbers[some])
            self._put(self._table[rows].data.cast("B"))
        self._begin()
