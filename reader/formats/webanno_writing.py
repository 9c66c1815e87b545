"""Writes WebAnno TSV 3: the rows of a document's tokens, and the cells of its layers; see `webanno`."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from reader.formats.base import Lose
from reader.formats.layers import RELATION, Annotation, annotations_of, label_feature_of, relations_of, short
from reader.formats.losses import lose_text
from reader.formats.offsets import Offsets, Unit
from reader.formats.tokenizing import cut, sentences
from reader.formats.writing import file_name
from reader.model import Document, Relation, Span

_LETTERS = {"\t": "t", "\n": "n", "\r": "r", "\f": "f", "\b": "b"}
_SPECIAL = re.compile(r"->|[\\\[\]|_;\t\n\r*]")


def _escaped(value: str) -> str:
    return _SPECIAL.sub(_backslashed, value)


def _backslashed(found: re.Match[str]) -> str:
    return "\\" + _LETTERS.get(found[0], found[0])


def write_files(documents: Iterable[Document], lose: Lose) -> Iterator[tuple[str, bytes]]:
    """`NAME.tsv` of each document."""
    taken: set[str] = set()
    for document in documents:
        if "\0" in document.text:
            lose_text(document, lose, "a file of text holds no NUL")
            continue
        lines = list(_written(document, lose))
        yield f"{file_name(document, taken)}.tsv", "".join(f"{line}\n" for line in lines).encode()


def _written(document: Document, lose: Lose) -> Iterator[str]:
    text = document.text
    table = _Table(document, lose)
    yield "#FORMAT=WebAnno TSV 3.3"
    yield from table.header()
    yield ""
    # Sentences without a gap between them keep the white space that no row says.
    begins = [0, *(sentence[0][0] for sentence in table.sentences[1:])]
    units = Offsets(text, Unit.UTF16)
    for sentence, begin, end in zip(table.sentences or [[]], begins, [*begins[1:], len(text)], strict=True):
        yield ""
        yield from (f"#Text={_PLAIN.sub(_backslashed, part)}" for part in text[begin:end].split("\n"))
        for border in sentence:
            offsets = f"{units.offset(border[0])}-{units.offset(border[1])}"
            word = _PLAIN.sub(_backslashed, text[border[0] : border[1]])
            yield "\t".join([table.addresses[border], offsets, word, *table.cells(border), ""])


_PLAIN = re.compile(r"[\\\t\n\r]")


class _Table:
    """The cells of one document."""

    def __init__(self, document: Document, lose: Lose) -> None:
        self._written = annotations_of(document, lose)
        self._columns: dict[str, list[str]] = {}
        for one in self._written.values():
            columns = self._columns.setdefault(one.layer, [label_feature_of(document, one.layer)])
            columns += [key for key, _ in one.features if key not in columns]
        borders = cut(document, list(self._written))
        self.sentences = sentences(document, borders)
        self.addresses = {
            border: f"{number}-{place}"
            for number, sentence in enumerate(self.sentences, 1)
            for place, border in enumerate(sentence, 1)
        }
        self._at: dict[tuple[tuple[int, int], str], list[Annotation]] = {}
        self._first: dict[Span, tuple[int, int]] = {}
        for one in self._written.values():
            for border in _covered(borders, one.span):
                self._at.setdefault((border, one.layer), []).append(one)
                self._first.setdefault(one.span, border)
        # An annotation of several rows, or of a row of several, has a number.
        several = {one.span for there in self._at.values() if len(there) > 1 for one in there}
        several |= {span for span, border in self._first.items() if border[1] < span.end}
        self._numbers = {span: number for number, span in enumerate(filter(several.__contains__, self._written), 1)}
        self._ending: dict[tuple[tuple[int, int], str], list[Relation]] = {}
        for relation in relations_of(document, self._written, lose):
            place = self._first[relation.tail], self._written[relation.tail].layer
            self._ending.setdefault(place, []).append(relation)
        self._bases = sorted({base for _, base in self._ending})

    def header(self) -> Iterator[str]:
        yield from (f"#T_SP={'|'.join([layer, *columns])}" for layer, columns in self._columns.items())
        yield from (f"#T_RL={RELATION}|value|BT_{base}" for base in self._bases)

    def cells(self, border: tuple[int, int]) -> Iterator[str]:
        """The cells of a row behind its word."""
        for layer, columns in self._columns.items():
            there = self._at.get((border, layer), [])
            for column in columns:
                yield "|".join(self._cell(one, column) for one in there) or "_"
        for base in self._bases:
            ending = self._ending.get((border, base), [])
            yield "|".join("*" if one.label == short(RELATION) else _escaped(one.label) for one in ending) or "_"
            yield "|".join(map(self._beginning, ending)) or "_"

    def _cell(self, one: Annotation, column: str) -> str:
        value = dict(one.features).get(column)
        number = f"[{self._numbers[one.span]}]" if one.span in self._numbers else ""
        return ("*" if value is None else _escaped(value)) + number

    def _beginning(self, relation: Relation) -> str:
        """The row where a relation begins, and which annotations of the two rows are meant."""
        head, tail = (self._numbers.get(end, 0) for end in (relation.head, relation.tail))
        return self.addresses[self._first[relation.head]] + (f"[{head}_{tail}]" if head or tail else "")


def _covered(borders: list[tuple[int, int]], span: Span) -> list[tuple[int, int]]:
    """The tokens of a span, whose ends are ends of tokens."""
    return borders[bisect_left(borders, (span.start, 0)) : bisect_left(borders, (span.end, 0))]
