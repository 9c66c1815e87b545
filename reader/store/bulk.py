"""Writing very much in one transaction, at less cost for each row; the file is left as if by single edits."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from reader.store.connection import Store

WORTH = 1000
"""Spans at once from which on their indexes may be set aside."""
_LATER = ("spans_by_words", "spans_by_label")


class Bulk:
    """The transaction that is open, and the indexes that it has set aside."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._set_aside: dict[str, str] = {}
        self._decided = False

    def expect(self, spans: int) -> None:
        """So many spans are coming, and likely more: where that is most of all spans, they are indexed at the end.

        To sort them once costs a third of putting each into its place, and far less where the index outgrows memory.
        """
        if self._decided or spans < WORTH:
            return
        self._decided = True
        [[present]] = self._store.rows("SELECT count(*) FROM (SELECT 1 FROM spans LIMIT ?)", (spans,))
        if present < spans:
            for name in _LATER:
                self._set_aside[name] = self._store.value("SELECT sql FROM sqlite_schema WHERE name = ?", (name,))
                self._store.connection.execute(f"DROP INDEX {name}")

    def finish(self) -> None:
        """Make the indexes again, unless going back to a savepoint did."""
        for name, sql in self._set_aside.items():
            if not self._store.rows("SELECT 1 FROM sqlite_schema WHERE name = ?", (name,)):
                self._store.connection.execute(sql)


@contextmanager
def transaction(store: Store) -> Iterator[Bulk]:
    """One transaction for rows whose foreign keys were given in it. Raises ReadOnly, NotSaved."""
    thresholds = gc.get_threshold()
    # Rows that wait to be written are no garbage, and to look for it among them takes a tenth of the time.
    gc.set_threshold(50_000, *thresholds[1:])
    # Does nothing inside a transaction of the caller's, which is all right.
    store.connection.execute("PRAGMA foreign_keys = OFF")
    try:
        with store.transaction():
            bulk = Bulk(store)
            yield bulk
            bulk.finish()
    finally:
        store.connection.execute("PRAGMA foreign_keys = ON")
        gc.set_threshold(*thresholds)
