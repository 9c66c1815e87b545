"""The log and its fold: every change appended, the tables changed in the same transaction.

Batches are ordered by a hybrid logical clock (Kulkarni et al., "Logical Physical Clocks", 2014): wall milliseconds
shifted left by 16 bits, and never at or before the newest one in the file. Ties are broken by the batch's uid.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from reader.edits import fold
from reader.errors import StoreError
from reader.migrations import DIGESTED, digest_of, digest_of_json
from reader.model import Change, Edit, Marks
from reader.store import tables
from reader.store.codec import marks_from_json, marks_to_json
from reader.store.connection import Store, mapper, now

if TYPE_CHECKING:
    from reader.store.bulk import Insert

_INSERT_EDIT = (
    "INSERT INTO edits (id, batch_id, document_id, annotator_id, removed, added, digest) VALUES (?, ?, ?, ?, ?, ?, ?)"
)
_NOTHING = marks_to_json(())
_escaped = json.JSONEncoder().encode
_EditRow = tuple[int, int, int | None, int, str, str, int]
_AT_ONCE = 256
_MOST_CHANGES = 4096
"""Rows of tables: the edits of an import may each have a million."""

SAID = "said"
"""The verb of what a file said that stood already: no action, and nothing to undo, but it is what the file said."""

CLOCK_SHIFT = 16
LAST_CLOCK = 1 << 62
"""No clock is later, so that there is always a next one; it is a time about the year 4200."""


class LayerEdit(NamedTuple):
    """An edit and the layer it changes; `document_id` None: the schema. `text` is the document's, or "" there."""

    document_id: int | None
    annotator: str
    edit: Edit
    text: str = ""


class Batch(NamedTuple):
    """One user action, as it stands in the log. `position` is where the cursor was, in characters."""

    id: int
    uid: str
    at: float
    annotator: str
    verb: str
    source: str
    position: int
    undoes: str = ""
    undone: bool = False


def append(
    store: Store,
    annotator: str,
    verb: str,
    edits: Iterable[LayerEdit],
    *,
    source: str = "",
    position: int = 0,
    undoes: str = "",
    uid: str = "",
    clock: int | None = None,
) -> tuple[Batch | None, int]:
    """Write one batch, streaming its edits; gives it and the number of documents changed.

    Durable when it returns. Without any change nothing is written and the batch is None. Raises NotSaved, ReadOnly.
    """
    batch = appending = None
    documents: set[int] = set()
    with store.transaction():
        for one in edits:
            if one.edit:
                if batch is None or appending is None:
                    batch = open_batch(store, annotator, verb, source, position, undoes, uid, clock)
                    appending = _Appending(store, batch)
                appending.add(one)
                if one.document_id is not None:
                    documents.add(one.document_id)
        if appending is not None:
            appending.flush()
    return batch, len(documents)


def add(store: Store, batch: Batch, one: LayerEdit) -> None:
    """Put one more edit into a batch and change the tables by it. Only inside the batch's transaction."""
    appending = _Appending(store, batch)
    appending.add(one)
    appending.flush()


class _Appending:
    """Rows of the log, and of the tables, that wait to be written together."""

    def __init__(self, store: Store, batch: Batch, insert: Insert | None = None) -> None:
        self._store = store
        self._insert = insert or store.connection.executemany
        self._batch = batch
        self._layers: dict[str, int] = {}
        self._rows: list[_EditRow] = []
        self._changes = tables.Changes()
        self._newest: int = store.value("SELECT max(id) FROM edits") or 0

    def add(self, one: LayerEdit) -> None:
        """Log an edit, and change the tables by it."""
        document_id, annotator, edit, text = one
        if annotator not in self._layers:
            self._layers[annotator] = self._store.ensure_annotator(annotator)
        layer = self._layers[annotator]
        if document_id is None:
            tables.apply(self._store, None, layer, edit, text, self._batch.at)
        else:
            if (document_id, layer) in self._changes:
                self.flush()
            self._changes.add((document_id, layer), edit, text)
            if len(self._changes) > _MOST_CHANGES:
                self.flush()
        self.log(document_id, layer, marks_to_json(edit.removed), marks_to_json(edit.added))

    def log(self, document_id: int | None, layer: int, removed: str, added: str) -> None:
        """Log an edit that others bring into the tables."""
        self._newest += 1
        # By hand, for it is what `digest_of` makes of the row, in less time.
        document = "null" if document_id is None else document_id
        said = f"[{self._newest}, {self._batch.id}, {document}, {layer}, {_escaped(removed)}, {_escaped(added)}]"
        self._rows.append(
            (self._newest, self._batch.id, document_id, layer, removed, added, digest_of_json(said)),
        )
        if len(self._rows) == _AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Write the rows that wait."""
        self._insert(_INSERT_EDIT, self._rows)
        self._rows = []
        if self._changes:
            self._changes.write(self._store, self._batch.at)
            self._changes = tables.Changes()


def add_new(store: Store, batch: Batch, layers: Sequence[tuple[int, str, Marks, str]], insert: Insert) -> None:
    """Put into a batch the marks of `(document id, annotator, marks, text)`, of layers that have none.

    Only inside the batch's transaction, which has `insert`.
    """
    ids = {name: store.ensure_annotator(name) for name in dict.fromkeys(annotator for _, annotator, _, _ in layers)}
    appending, filling = _Appending(store, batch, insert), tables.Changes()
    for document_id, annotator, marks, text in layers:
        layer = ids[annotator]
        appending.log(document_id, layer, _NOTHING, marks_to_json(marks))
        filling.add((document_id, layer), Edit(added=marks), text)
    appending.flush()
    filling.fill(batch.at, insert)


@mapper
def insert_edit(store: Store, row: tuple[int, int | None, int, str, str]) -> None:
    """A row of `edits` and its digest. Only inside a transaction."""
    [(newest,)] = store.connection.execute("SELECT max(id) FROM edits")
    identifier = (newest or 0) + 1
    store.connection.execute(_INSERT_EDIT, (identifier, *row, digest_of(identifier, *row)))


@mapper
def insert_batch(store: Store, row: tuple[str, int, float, int, str, str, int, str]) -> int:
    """A row of `batches` and its digest; gives its id. Only inside a transaction."""
    [(newest,)] = store.connection.execute("SELECT max(id) FROM batches")
    identifier = (newest or 0) + 1
    store.connection.execute(
        "INSERT INTO batches (id, uid, clock, at, annotator_id, verb, source, position, undoes, undone, digest)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)",
        (identifier, *row, digest_of(identifier, *row)),
    )
    return identifier


def seal(store: Store, batch_id: int) -> None:
    """Give a batch the digest of what it now says. Only inside a transaction."""
    [row] = store.rows(f"SELECT {DIGESTED['batches']} FROM batches WHERE id = ?", (batch_id,))
    store.connection.execute("UPDATE batches SET digest = ? WHERE id = ?", (digest_of(*row), batch_id))


@mapper
def open_batch(
    store: Store,
    annotator: str,
    verb: str,
    source: str = "",
    position: int = 0,
    undoes: str = "",
    uid: str = "",
    clock: int | None = None,
) -> Batch:
    """Begin a batch that edits are added to. Only inside a transaction."""
    at = now()
    batch_uid = uid or os.urandom(8).hex()
    newest = store.connection.execute("SELECT max(clock) FROM batches").fetchone()[0] or 0
    tick = max(newest + 1, int(at * 1000) << CLOCK_SHIFT) if clock is None else clock
    identifier = insert_batch(
        store, (batch_uid, tick, at, store.ensure_annotator(annotator), verb, source, position, undoes)
    )
    if undoes:
        store.connection.execute("UPDATE batches SET undone = ? WHERE uid = ?", (verb == "undo", undoes))
    return Batch(identifier, batch_uid, at, annotator, verb, source, position, undoes)


def edits_of(store: Store, batch_id: int, *, with_text: bool = True) -> Iterator[LayerEdit]:
    """The edits of a batch, in the order they were made."""
    # Ids first, so that no cursor is open while the caller writes.
    for (edit_id,) in store.rows("SELECT id FROM edits WHERE batch_id = ? ORDER BY id", (batch_id,)):
        yield _edit(store, edit_id, with_text)


@mapper
def _edit(store: Store, edit_id: int, with_text: bool) -> LayerEdit:
    document_id, name, removed, added, text = store.rows(
        "SELECT edits.document_id, name, removed, added, text FROM edits"
        " JOIN annotators ON annotators.id = edits.annotator_id"
        " LEFT JOIN texts ON texts.document_id = edits.document_id AND ? WHERE edits.id = ?",
        (with_text, edit_id),
    )[0]
    return LayerEdit(document_id, name, Edit(marks_from_json(removed), marks_from_json(added)), text or "")


BATCH = (
    "SELECT batches.id, uid, at, name, verb, source, position, undoes, undone FROM batches"
    " JOIN annotators ON annotators.id = batches.annotator_id "
)
"""What `batch_of` makes a Batch of; a WHERE follows."""


def batch_of(row: tuple[Any, ...]) -> Batch:
    """A row of BATCH."""
    return Batch(*(*row[:-1], bool(row[-1])))


def batches(store: Store, limit: int, document_id: int | None = None, annotator: str = "") -> list[Batch]:
    """The newest actions, newest first."""
    return [
        batch_of(row)
        for row in store.rows(
            BATCH
            + "WHERE (:document IS NULL OR batches.id IN (SELECT batch_id FROM edits WHERE document_id = :document))"
            f" AND (:name = '' OR name = :name) AND verb <> '{SAID}' ORDER BY clock DESC, uid DESC LIMIT :limit",
            {"document": document_id, "name": annotator, "limit": limit},
        )
    ]


def imported(store: Store, document_id: int, annotator_id: int | None) -> Marks:
    """What the imports of a layer that stand add up to: the base to compare a newer version of a file with."""
    return fold(
        Edit(marks_from_json(removed), marks_from_json(added))
        for removed, added in store.rows(
            "SELECT removed, added FROM edits JOIN batches ON batches.id = batch_id WHERE document_id = ?"
            f" AND edits.annotator_id = ? AND verb IN ('import', '{SAID}') AND undone = 0"
            " ORDER BY clock, uid, edits.id",
            (document_id, annotator_id),
        )
    )


def changes(store: Store, document_id: int) -> list[Change]:
    """Everything that ever happened to a document, oldest first."""
    return [
        Change(Edit(marks_from_json(removed), marks_from_json(added)), key, name, at, verb, source, uid)
        for removed, added, key, name, at, verb, source, uid in store.rows(
            "SELECT removed, added, key, name, at, verb, batches.source, uid FROM edits"
            " JOIN batches ON batches.id = batch_id JOIN documents ON documents.id = document_id"
            " JOIN annotators ON annotators.id = edits.annotator_id WHERE document_id = ?"
            " ORDER BY clock, uid, edits.id",
            (document_id,),
        )
    ]


def folded_layer(store: Store, document_id: int | None, annotator_id: int) -> Marks:
    """The marks the log says a layer has; `document_id` None: the schema, whoever changed it."""
    where = "document_id = ? AND edits.annotator_id = ?" if document_id is not None else "document_id IS NULL"
    parameters = (document_id, annotator_id) if document_id is not None else ()
    return fold(
        Edit(marks_from_json(removed), marks_from_json(added))
        for removed, added in store.rows(
            f"SELECT removed, added FROM edits JOIN batches ON batches.id = batch_id WHERE {where}"
            " ORDER BY clock, uid, edits.id",
            parameters,
        )
    )


def require_layer(store: Store, annotator: str) -> int:
    """The id of an annotator who must be there already. Raises StoreError that names the known ones."""
    found = store.annotator_id(annotator)
    if found is None:
        known = ", ".join(row[0] for row in store.rows("SELECT name FROM annotators ORDER BY name"))
        raise StoreError(f"nobody is called {annotator} in this file; there are: {known}")
    return found
