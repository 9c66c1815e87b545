"""The history desk: undo and redo of every action, from the log."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from reader.model import Edit
from reader.project.documents import OpenDocument
from reader.store import log, undoing
from reader.store.connection import Store
from reader.store.log import Batch
from reader.store.undoing import Reversed


class Undone(NamedTuple):
    """An action taken back or done again: which documents it changed (the first 100), whether it changed labels, where
    the cursor was, and what changed in the document at hand."""

    verb: str
    documents: tuple[int, ...]
    labels: bool
    position: int
    changed: int
    summary: str
    here: tuple[Edit, ...]

    def is_in(self, document_id: int) -> bool:
        """Whether it changed one document and nothing else."""
        return self.documents == (document_id,) and not self.labels

    def touched(self, document_id: int) -> bool:
        """Whether it changed the document at hand, of however many."""
        return bool(self.here) or document_id in self.documents


Shown: TypeAlias = Callable[[Undone], None] | None
"""What is done while the disk writes; it fails behind that where the disk refuses."""


class History:
    """What one annotator did, newest last. It is as long as the file is old."""

    def __init__(self, store: Callable[[], Store], annotator: str) -> None:
        self._store = store
        self._annotator = annotator

    def undo(self, at_hand: OpenDocument | None = None, shown: Shown = None) -> Undone | None:
        """Take back the newest action that stands; None when there is none. Raises NotSaved, ReadOnly.

        The text of the document `at_hand` need not be read again.
        """
        return self._reverse(undoing.undo, "undid", at_hand, shown)

    def redo(self, at_hand: OpenDocument | None = None, shown: Shown = None) -> Undone | None:
        """Do the action taken back last again; None when there is none. Raises NotSaved, ReadOnly."""
        return self._reverse(undoing.redo, "redid", at_hand, shown)

    def log(self, limit: int = 50, document: int | None = None) -> list[Batch]:
        """The newest actions of everybody, newest first."""
        return log.batches(self._store(), limit, document)

    def _reverse(
        self,
        reverse: Callable[..., Reversed | None],
        told: str,
        at_hand: OpenDocument | None,
        shown: Shown,
    ) -> Undone | None:
        def meanwhile(done: Reversed) -> None:
            if shown is not None:
                shown(_undone(told, done))

        done = reverse(self._store(), self._annotator, _texts(at_hand), meanwhile if shown else None)
        return _undone(told, done) if done else None


def _undone(told: str, done: Reversed) -> Undone:
    batch = done.batch
    where = f" in {done.changed} articles" if done.changed > 1 else ""
    summary = f"{told}: {batch.verb}{where}"
    return Undone(batch.verb, done.documents, done.labels, batch.position, done.changed, summary, done.here)


def _texts(document: OpenDocument | None) -> dict[int, str]:
    return {document.id: document.text} if document else {}
