"""Ending a transaction in a second thread, so that the first can draw what it changed while the disk writes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread


class Committer:
    """The second thread. It is kept from the first commit on: starting one for each takes 0.3 ms and more of a key."""

    def __init__(self) -> None:
        self._thread: Thread | None = None
        self._asked: SimpleQueue[sqlite3.Connection | None] = SimpleQueue()
        self._begun: SimpleQueue[None] = SimpleQueue()
        self._ended: SimpleQueue[Exception | None] = SimpleQueue()

    def commit(self, connection: sqlite3.Connection, meanwhile: Callable[[], None]) -> None:
        """Commit, and do something until the disk has written. Raises sqlite3.Error where it could not."""
        if self._thread is None:
            self._thread = Thread(target=self._serve, name="commit", daemon=True)
            self._thread.start()
        self._asked.put(connection)
        try:
            # The thread keeps the interpreter until it is at the disk, so that nothing done meanwhile holds it up.
            self._begun.get()
            meanwhile()
        finally:
            refused = self._ended.get()
        if refused is not None:
            raise refused

    def _serve(self) -> None:
        while connection := self._asked.get():
            self._begun.put(None)
            try:
                connection.execute("COMMIT")
            except (sqlite3.Error, MemoryError) as error:
                self._ended.put(error)
            else:
                self._ended.put(None)

    def close(self) -> None:
        """End the thread, which is committing nothing."""
        if self._thread is not None:
            self._asked.put(None)
            self._thread.join()
            self._thread = None
