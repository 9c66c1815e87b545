"""The history desk: undo and redo of every action, from the log."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from reader.project.documents import OpenDocument
from reader.store import log
from reader.store.connection import Store
from reader.store.log import Batch


class Undone(NamedTuple):
    """An action taken back or done again: which documents it changed (the first 100) and where the cursor was."""

    verb: str
    documents: tuple[int, ...]
    position: int
    changed: int
    summary: str
    batch: int


class History:
    """What one annotator did, newest last. It is as long as the file is old."""

    def __init__(self, store: Callable[[], Store], annotator: str) -> None:
        self._store = store
        self._annotator = annotator

    def undo(self, at_hand: OpenDocument | None = None) -> Undone | None:
        """Take back the newest action that stands; None when there is none. Raises NotSaved, ReadOnly.

        The text of the document `at_hand` need not be read again.
        """
        return self._told("undid", log.undo(self._store(), self._annotator, _texts(at_hand)))

    def redo(self, at_hand: OpenDocument | None = None) -> Undone | None:
        """Do the action taken back last again; None when there is none. Raises NotSaved, ReadOnly."""
        return self._told("redid", log.redo(self._store(), self._annotator, _texts(at_hand)))

    def log(self, limit: int = 50, document: int | None = None) -> list[Batch]:
        """The newest actions of everybody, newest first."""
        return log.batches(self._store(), limit, document)

    def _told(self, told: str, done: tuple[Batch, int] | None) -> Undone | None:
        if done is None:
            return None
        batch, changed = done
        documents = log.documents_of(self._store(), batch.id)
        where = f" in {changed} articles" if changed > 1 else ""
        return Undone(batch.verb, documents, batch.position, changed, f"{told}: {batch.verb}{where}", batch.id)


def _texts(document: OpenDocument | None) -> dict[int, str]:
    return {document.id: document.text} if document else {}
