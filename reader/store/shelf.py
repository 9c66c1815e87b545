"""The spans of one layer of a long document, asked of the file by their place or by their words, never all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from reader.model import Edit, Span
from reader.spans import Counted
from reader.store import tables
from reader.store.connection import Store

_LAYER = "document_id = :document AND annotator_id = :annotator"


class LayerShelf:
    """A `spans.Shelf`. Edits that wait to be saved count as if they were in the file.

    It must not hold the document that holds it: a text of 100 MB would stay until the garbage is collected.
    """

    def __init__(
        self, store: Store, document_id: int, annotator_id: int | None, waiting: Sequence[tuple[Edit, str, int]]
    ) -> None:
        """`waiting` has those edits, also later ones, each with what is told of it."""
        self.text = ""  # of the document, once an edit waits
        self._store = store
        self._ids = document_id, annotator_id
        self._layer: dict[str, int | str | None] = {"document": document_id, "annotator": annotator_id}
        self._waiting = waiting

    def count(self) -> int:
        """How many spans there are."""
        # Kept by every edit, where counting would look at them all.
        number = self._store.value(f"SELECT entities FROM layers WHERE {_LAYER}", self._layer) or 0
        return int(number) + sum(step for step, _ in self._unsaved())

    def over(self, start: int, end: int) -> list[Span]:
        found = tables.spans_over(self._store, *self._ids, start, end)
        for step, span in self._unsaved():
            if step < 0 and span in found:
                found.remove(span)
            elif step > 0 and span.start < end and start < span.end and span not in found:
                found.append(span)
        return found

    def next_start(self, position: int) -> int | None:
        found = self._value("SELECT min(start_char) FROM spans", "start_char > :at", at=position)
        return min(self._beside(found, lambda start: start > position), default=None)

    def previous_start(self, position: int) -> int | None:
        found = self._value("SELECT max(start_char) FROM spans", "start_char < :at", at=position)
        return max(self._beside(found, lambda start: start < position), default=None)

    def names(self, start: int, end: int) -> tuple[list[Counted], list[Span]]:
        rows = self._store.rows(
            # Not grouped in SQL, which would read another index, of all that the annotator ever did.
            "SELECT label, CASE fragments WHEN '[]' THEN words END FROM spans"
            f" WHERE {_LAYER} AND start_char >= :start AND start_char < :end",
            self._layer | {"start": start, "end": end},
        )
        counts: Counter[tuple[str, str | None]] = Counter(rows)
        in_parts = any(words is None for _, words in counts)
        for step, span in self._unsaved():
            if start <= span.start < end:
                in_parts = in_parts or bool(span.fragments)
                counts[span.label, None if span.fragments else self.text[span.start : span.end]] += step
        plain = [Counted(label, words, number) for (label, words), number in counts.items() if number and words]
        others = self.over(start, end) if in_parts else []
        return plain, [span for span in others if span.fragments and span.start >= start]

    def next_mentions(self, label: str, words: str, position: int) -> list[Span]:
        rows = self._store.rows(
            "SELECT start_char, end_char FROM spans INDEXED BY spans_by_words"
            " WHERE annotator_id = :annotator AND words = :words AND label = :label AND document_id = :document"
            " AND start_char > :at ORDER BY start_char LIMIT :most",
            # Those that an edit takes away which waits are still in the file.
            self._layer | {"label": label, "words": words, "at": position, "most": 1 + len(self._unsaved())},
        )
        for start, end in rows:
            if found := [span for span in self.over(start, end) if span[:3] == (start, end, label)]:
                return found
        return []

    def labelled(self, words: str, start: int, end: int) -> dict[tuple[int, int], list[str]]:
        """Where in `[start, end)` saved spans of exactly these words start, as stretches with their labels."""
        found: dict[tuple[int, int], list[str]] = {}
        for first, last, label in self._store.rows(
            f"SELECT start_char, end_char, label FROM spans WHERE {_LAYER}"
            # Not by the words' index, which has those of all documents.
            " AND start_char >= :start AND start_char < :end AND +words = :words",
            self._layer | {"words": words, "start": start, "end": end},
        ):
            found.setdefault((first, last), []).append(label)
        return found

    def cover(self, start: int, end: int) -> list[tuple[int, int]]:
        """The stretches of the saved spans that share a character with `[start, end)`, in any order."""
        return tables.stretches_over(self._store, *self._ids, start, end)

    def _value(self, select: str, test: str, **values: int) -> int | None:
        found = self._store.value(f"{select} WHERE {_LAYER} AND {test}", self._layer | values)
        return None if found is None else int(found)

    def _beside(self, saved: int | None, fits: Callable[[int], bool]) -> list[int]:
        """A start that was found in the file, and those of spans that wait."""
        unsaved = [span.start for step, span in self._unsaved() if step > 0 and fits(span.start)]
        return unsaved if saved is None else [saved, *unsaved]

    def _unsaved(self) -> list[tuple[int, Span]]:
        """The changes that wait, in order."""
        return [
            (step, mark)
            for edit, _, _ in self._waiting
            for step, marks in ((-1, edit.removed), (1, edit.added))
            for mark in marks
            if type(mark) is Span
        ]
