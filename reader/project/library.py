"""The library desk: a window over the documents, what comes next, and finding words in all of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from reader import words as word_rules
from reader.model import State
from reader.store import listing, searching
from reader.store.connection import Store
from reader.store.listing import DocumentRow, Query

CONTEXT = 40


class Hit(NamedTuple):
    """A stretch `[start, end)` of a document, with the words around it."""

    document: int
    title: str
    start: int
    end: int
    before: str
    words: str
    after: str


class Window(NamedTuple):
    """Rows of a query, of which `rank` come before them and `total` are in all; `cursor` is the place among them of the
    document that was asked for, or where it would stand."""

    rows: list[DocumentRow]
    rank: int
    total: int
    cursor: int


class Library:
    """All documents as one annotator sees them; never more rows than are asked for."""

    def __init__(self, store: Callable[[], Store], annotator: str) -> None:
        self._store = store
        self._annotator = annotator

    def rows(
        self, query: Query, *, after: DocumentRow | None = None, before: DocumentRow | None = None, limit: int = 100
    ) -> list[DocumentRow]:
        """The page behind `after`, or the one that ends right before `before`, or the first one."""
        return listing.rows(self._store(), query, self._annotator, after=after, before=before, limit=limit)

    def last_rows(self, query: Query, limit: int = 100) -> list[DocumentRow]:
        """The last page."""
        return self.rows(query._replace(descending=not query.descending), limit=limit)[::-1]

    def by_state(self) -> dict[State, int]:
        return listing.count_by_state(self._store(), self._annotator)

    def window(
        self,
        query: Query,
        document_id: int | None = None,
        by_state: Mapping[State, int] | None = None,
        *,
        limit: int = 100,
    ) -> Window:
        """The rows around a document or where it would stand, else the first; at most `limit` on each side of it.

        `by_state` is what `by_state()` gave, where that was asked already.
        """
        store = self._store()
        here = None if document_id is None else self.row(document_id, query)
        if here is None or query.words or query.label or query.states:
            rows = self.rows(query, limit=limit)
            if len(rows) < limit:
                # These are all, and nothing need be counted, for which most documents would have to be looked at.
                return Window(rows, 0, len(rows), self._place(rows, query, here))
            if here is None:
                total, _ = listing.count_and_rank(store, query, self._annotator, None, by_state)
                return Window(rows, 0, total, 0)
        before = self.rows(query, before=here, limit=limit)
        # The page begins with the document itself if the query still has it.
        page = self.rows(query, after=before[-1] if before else None, limit=limit)
        total, rank = listing.count_and_rank(store, query, self._annotator, here, by_state)
        return Window([*before, *page], rank - len(before), total, len(before))

    def _place(self, rows: list[DocumentRow], query: Query, here: DocumentRow | None) -> int:
        """Where a document is among all rows of a query, or would stand."""
        if here is None or not rows:
            return 0
        ids = [row.id for row in rows]
        return ids.index(here.id) if here.id in ids else listing.rank(self._store(), query, self._annotator, here)

    def row(self, document_id: int, query: Query | None = None) -> DocumentRow | None:
        """One document's row, with the sort key of the query's order."""
        return listing.row(self._store(), document_id, self._annotator, (query or Query()).sort)

    def neighbour(self, document_id: int, query: Query, step: int) -> int | None:
        """The document after (`step` 1) or before (-1) another in the query's order."""
        here = self.row(document_id, query)
        if here is None:
            return None
        page = self.rows(query, after=here, limit=1) if step > 0 else self.rows(query, before=here, limit=1)
        return page[0].id if page else None

    def next_unfinished(self, document_id: int, query: Query) -> int | None:
        """The next document still to do or begun, from the one given on and round to it again."""
        states = frozenset({State.TODO, State.DOING})
        wanted = query._replace(states=(query.states & states) or states)
        here = self.row(document_id, wanted)
        behind = self.rows(wanted, after=here, limit=1) if here else []
        found = behind or [row for row in self.rows(wanted, limit=2) if row.id != document_id][:1]
        return found[0].id if found and found[0].id != document_id else None

    def last_read(self) -> int | None:
        """The document read last."""
        store = self._store()
        found = store.value(
            "SELECT document_id FROM reading WHERE annotator_id = ? ORDER BY at DESC LIMIT 1",
            (store.annotator_id(self._annotator),),
        )
        return None if found is None else int(found)

    def index(self, size: int = 200) -> int:
        """Take one step of the search index; gives the number of documents left. Searching works meanwhile."""
        return 0 if self._store().read_only else searching.index_step(self._store(), size)

    def search(self, words: str, limit: int = 50) -> list[Hit]:
        """The first places in what is not removed that hold the words in a row; capitals count when there are any."""
        ignore_case = words == words.lower()
        pattern = re.compile(r"\s+".join(map(re.escape, words.split())), re.IGNORECASE if ignore_case else 0)
        found: list[Hit] = []
        if not words.split():
            return found
        for document_id, text in self.candidates(words, ignore_case=ignore_case):
            for match in pattern.finditer(text):
                found.append(self._hit(document_id, text, *match.span()))
                if len(found) == limit:
                    return found
        return found

    def mentions(self, words: str, limit: int = 500) -> list[Hit]:
        """Every mention of exactly these words, on word borders, in all documents that are not removed."""
        found: list[Hit] = []
        for document_id, text in self.candidates(words):
            for start, end in word_rules.occurrences(text, words):
                found.append(self._hit(document_id, text, start, end))
                if len(found) == limit:
                    return found
        return found

    def candidates(
        self, words: str, *, ignore_case: bool = False, skip: int | None = None
    ) -> Iterator[tuple[int, str]]:
        """The documents, as (id, text), that may hold the words and are not removed, but for one to `skip`."""
        return searching.candidates(self._store(), words, annotator=self._annotator, ignore_case=ignore_case, skip=skip)

    def _hit(self, document_id: int, text: str, start: int, end: int) -> Hit:
        title = str(self._store().value("SELECT title FROM documents WHERE id = ?", (document_id,)))
        before, after = text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]
        return Hit(document_id, title, start, end, before, text[start:end], after)
