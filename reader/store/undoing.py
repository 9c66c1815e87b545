"""Taking an action back and doing it again: each is an action of its own in the log."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from reader.model import Edit
from reader.store import documents
from reader.store.connection import Store
from reader.store.log import BATCH, SAID, Batch, LayerEdit, append, batch_of, edits_of

_NO_TEXTS: Mapping[int, str] = MappingProxyType({})

_ACTS = f"verb NOT IN ('undo', 'redo', '{SAID}')"
SOME = 100
"""Of the documents that an action changed so many are named when it is taken back."""


class Reversed(NamedTuple):
    """A batch that was taken back or done again.

    It changed so many documents, the first hundred of which are named, and the `labels` or not; `here` is what changed
    in those at hand.
    """

    batch: Batch
    changed: int
    documents: tuple[int, ...]
    labels: bool
    here: tuple[Edit, ...]


Shown: TypeAlias = Callable[[Reversed], None] | None
"""What is done while the disk writes."""


def undo(store: Store, annotator: str, texts: Mapping[int, str] = _NO_TEXTS, shown: Shown = None) -> Reversed | None:
    """Take back the annotator's newest batch that stands.

    `texts` are those of documents that are at hand, and need not be read.
    """
    return _reverse(store, annotator, "undo", _undoable, texts, shown)


def redo(store: Store, annotator: str, texts: Mapping[int, str] = _NO_TEXTS, shown: Shown = None) -> Reversed | None:
    """Bring back the batch undone last, unless something else was done since."""
    return _reverse(store, annotator, "redo", _redoable, texts, shown)


def _reverse(
    store: Store,
    annotator: str,
    verb: str,
    choose: Callable[[Store, str], Batch | None],
    texts: Mapping[int, str],
    shown: Shown,
) -> Reversed | None:
    done: Reversed | None = None

    def meanwhile() -> None:
        if done is not None and shown is not None:
            shown(done)

    # Chosen inside the transaction, so that two programs on one file never take back the same action twice.
    with store.transaction(meanwhile if shown else None):
        batch = choose(store, annotator)
        if batch is None:
            return None
        met: dict[int | None, None] = {}
        here: list[Edit] = []

        def noted() -> Iterator[LayerEdit]:
            for one in _done_again(store, batch.id, texts, inverse=verb == "undo"):
                if one.document_id in texts and one.annotator == annotator:
                    here.append(one.edit)
                if len(met) < SOME or one.document_id is None:
                    met[one.document_id] = None
                yield one

        source, position = batch.verb, batch.position
        _, changed = append(store, annotator, verb, noted(), source=source, position=position, undoes=batch.uid)
        documents = tuple(one for one in met if one is not None)
        done = Reversed(batch, changed, documents, None in met, tuple(here))
    return done


def _done_again(store: Store, batch_id: int, texts: Mapping[int, str], *, inverse: bool) -> Iterator[LayerEdit]:
    for document_id, annotator, edit, _ in edits_of(store, batch_id, with_text=False):
        wanted = edit.inverse() if inverse else edit
        text = ""
        if wanted.added and document_id is not None:
            # What is added is written with its words.
            text = texts.get(document_id) or documents.text_of(store, document_id)
        yield LayerEdit(document_id, annotator, wanted, text)


def _undoable(store: Store, annotator: str) -> Batch | None:
    layer = store.annotator_id(annotator)
    rows = store.rows(
        BATCH + f"WHERE batches.annotator_id = ? AND undone = 0 AND {_ACTS} AND clock = ? ORDER BY uid DESC LIMIT 1",
        (layer, _newest_clock(store, layer, undone=False)),
    )
    return batch_of(rows[0]) if rows else None


def _redoable(store: Store, annotator: str) -> Batch | None:
    """The undone batch at the top of the redo stack, which any other action empties."""
    layer = store.annotator_id(annotator)
    newest = _newest_clock(store, layer, undone=True)
    newest = _newest_clock(store, layer, undone=False, after=newest) or newest
    # The redo stack: undone by an undo that is newer than every action. The one taken back last comes first, which
    # is the oldest, because undo takes the newest first. The plus keeps SQLite from reading all that one ever did.
    rows = store.rows(
        BATCH + "WHERE uid IN (SELECT undoes FROM batches WHERE +annotator_id = ?1 AND verb = 'undo' AND clock > ?2)"
        " AND +batches.annotator_id = ?1 AND +undone = 1 ORDER BY clock, uid LIMIT 1",
        (layer, newest),
    )
    return batch_of(rows[0]) if rows else None


def _newest_clock(store: Store, layer: int | None, *, undone: bool, after: int = 0) -> int:
    """The clock of an annotator's newest action that was undone, or was not, `after` another; 0 where there is none.

    Of an index SQLite reads the largest alone; to sort by clock and uid, it reads on past every undo to the next one.
    """
    sql = f"SELECT max(clock) FROM batches WHERE annotator_id = ? AND undone = ? AND clock > ? AND {_ACTS}"
    return int(store.value(sql, (layer, undone, after)) or 0)
