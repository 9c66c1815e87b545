"""Writing very much in one transaction, at less cost for each row; the file is left as if by single edits."""

from __future__ import annotations

import gc
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import lru_cache
from itertools import chain
from typing import TypeAlias

from reader.store.connection import Row, Store

OUTGROWN = 1_000_000
"""Spans in one transaction from which on their indexes no longer fit into memory beside what else is written."""
_LATER = ("spans_by_words", "spans_by_label")
_AT_ONCE = (512, 64, 8)
"""How many rows a statement takes: the cost of a statement is shared, and all fit the number of values one may have."""

Insert: TypeAlias = Callable[[str, Sequence[Row]], object]
"""Takes an INSERT of one row that ends in its places, and the rows."""


class Bulk:
    """The transaction that is open, the rows that wait for it, and the indexes that it has set aside.

    What is inserted is written by a second thread from `begin` on, nearly all of it without the interpreter, so that
    the next rows are made meanwhile. What would read it, or write beside it, must `settle` first. Whatever goes through
    many pages is done by that thread: SQLite keeps its 64 MB of them where the thread that asked for them keeps its
    memory, and another one's would be that much again.
    """

    def __init__(self, store: Store, second: ThreadPoolExecutor) -> None:
        self._store = store
        self._second = second
        self._set_aside: dict[str, str] = {}
        self._spans = 0
        self._decided = False
        self._waiting: list[tuple[str, Sequence[Row]]] = []
        self._writing: Future[None] | None = None

    def insert(self, statement: str, rows: Sequence[Row]) -> None:
        """Have rows wait to be written; an `Insert`."""
        if rows:
            self._waiting.append((statement, rows))

    def begin(self) -> None:
        """Begin to write what waits, when what was written before is done."""
        self.settle()
        self._writing = self._second.submit(self._write, self._waiting)
        self._waiting = []

    def _write(self, waiting: list[tuple[str, Sequence[Row]]]) -> None:
        for statement, rows in waiting:
            _insert(self._store.connection, statement, rows)

    def settle(self) -> None:
        """Wait until what was begun is written. Raises what ended it before, as sqlite3.Error."""
        if self._writing is not None:
            self._writing.result()

    def rest(self) -> None:
        """Wait until nothing is being written, whether it could be or not."""
        if self._writing is not None:
            wait([self._writing])

    def expect(self, spans: int) -> None:
        """So many more spans are coming. Where they are very many, and most of all, they are indexed at the end.

        To sort them once is less work than to put each into its place, but nothing else is done meanwhile: that pays
        only where their places are no longer in memory.
        """
        self._spans += spans
        if self._decided or self._spans < OUTGROWN:
            return
        self._decided = True
        self.settle()
        self._second.submit(self._set_indexes_aside).result()

    def finish(self) -> None:
        """Make the indexes again, unless going back to a savepoint did."""
        self.settle()
        self._second.submit(self._make_indexes_again).result()

    def _set_indexes_aside(self) -> None:
        twice = 2 * self._spans
        [[present]] = self._store.rows("SELECT count(*) FROM (SELECT 1 FROM spans LIMIT ?)", (twice,))
        if present < twice:
            for name in _LATER:
                self._set_aside[name] = self._store.value("SELECT sql FROM sqlite_schema WHERE name = ?", (name,))
                self._store.connection.execute(f"DROP INDEX {name}")

    def _make_indexes_again(self) -> None:
        for name, sql in self._set_aside.items():
            if not self._store.rows("SELECT 1 FROM sqlite_schema WHERE name = ?", (name,)):
                self._store.connection.execute(sql)


@contextmanager
def transaction(store: Store) -> Iterator[Bulk]:
    """One transaction for rows whose foreign keys were given in it. Raises ReadOnly, NotSaved."""
    thresholds, interval = gc.get_threshold(), sys.getswitchinterval()
    # Rows that wait to be written are no garbage, and to look for it among them takes a tenth of the time.
    gc.set_threshold(50_000, *thresholds[1:])
    # The thread that writes asks for the interpreter between statements, and is not to wait longer than one takes.
    sys.setswitchinterval(0.0005)
    # Does nothing inside a transaction of the caller's, which is all right.
    store.connection.execute("PRAGMA foreign_keys = OFF")
    try:
        with ThreadPoolExecutor(1, "bulk") as second, store.transaction():
            bulk = Bulk(store, second)
            try:
                yield bulk
                bulk.finish()
            finally:
                bulk.rest()
    finally:
        store.connection.execute("PRAGMA foreign_keys = ON")
        sys.setswitchinterval(interval)
        gc.set_threshold(*thresholds)


def _insert(connection: sqlite3.Connection, statement: str, rows: Sequence[Row]) -> None:
    """What `executemany` does, with as many rows a statement as it may have."""
    done = 0
    for size in _AT_ONCE:
        while len(rows) - done >= size:
            some = rows[done : done + size]
            connection.execute(_of_rows(statement, len(some[0]), size), list(chain.from_iterable(some)))
            done += size
    connection.executemany(statement, rows[done:])


@lru_cache(maxsize=64)
def _of_rows(statement: str, columns: int, number: int) -> str:
    """An INSERT of one row as one of many."""
    places = f", ({', '.join('?' * columns)})"
    return statement + places * (number - 1)
