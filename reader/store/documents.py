"""Documents in the file: adding them, and reading them back, whole or in part."""

from __future__ import annotations

import codecs
import json
import sqlite3
from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

from reader.errors import InputError, StoreError
from reader.model import NO_MARKS, Document, Marks, State
from reader.store import tables
from reader.store.codec import dump
from reader.store.connection import Row, Store, mapper, now

if TYPE_CHECKING:
    from reader.store.bulk import Insert

CLOSED = frozenset({State.DONE, State.SKIPPED, State.REMOVED})
"""States in which nothing is suggested any more."""


def key_of(text: str, ordinal: int) -> str:
    """SHA-256 of the text, with the ordinal where one source holds the same text more than once."""
    import hashlib  # loads OpenSSL, which no screen waits for

    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
    return digest if ordinal == 0 else f"{digest}-{ordinal}"


def add(store: Store, document: Document, key: str) -> tuple[int, bool]:
    """The id of a document, and whether it is new. Only inside a transaction."""
    [found] = add_all(store, [(document, key)], store.connection.executemany)
    return found


def add_all(store: Store, wanted: Sequence[tuple[Document, str]], insert: Insert) -> list[tuple[int, bool]]:
    """For each document and its key its id, and whether it is new. Only inside a transaction, which has `insert`."""
    keys = json.dumps([key for _, key in wanted])
    ids: dict[str, int] = dict(
        store.rows("SELECT key, id FROM documents WHERE key IN (SELECT value FROM json_each(?))", (keys,))
    )
    newest: int = store.value("SELECT max(id) FROM documents") or 0
    at = now()
    found, rows, texts = [], [], []
    for document, key in wanted:
        known = ids.get(key)
        if known is not None:
            found.append((known, False))
            continue
        newest += 1
        ids[key] = newest
        found.append((newest, True))
        text, tokens = document.text, document.tokens
        described = (document.title, document.source, document.language)
        meta = dump(document.meta) if document.meta else "{}"
        rows.append((newest, key, *described, len(text), at, meta, dump(tokens) if tokens else None))
        texts.append((newest, text))
    insert(
        "INSERT INTO documents (id, key, title, source, language, length, added_at, meta, tokens)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
    insert("INSERT INTO texts (document_id, text) VALUES (?, ?)", texts)
    return found


@mapper
def get(store: Store, document_id: int, annotator: str, *, marks: bool = True) -> Document:
    """A document as an annotator sees it, without suggestions, or without `marks`. Raises InputError without one."""
    rows = store.rows(
        "SELECT text, title, source, language, meta, tokens FROM documents"
        " JOIN texts ON texts.document_id = documents.id WHERE documents.id = ?",
        (document_id,),
    )
    if not rows:
        raise InputError(f"no document has the number {document_id}")
    layer = tables.marks_of(store, document_id, store.annotator_id(annotator)) if marks else NO_MARKS
    return document_of(store, document_id, rows[0], annotator, layer)


def document_of(store: Store, document_id: int, row: Row, annotator: str, marks: Marks) -> Document:
    """A document of its text, title, source, language, meta and tokens. Raises StoreError for a damaged one."""
    text, title, source, language, meta, tokens = row
    try:
        if not all(isinstance(one, str) for one in (text, title, source, language)):
            raise _Wrong("its text, title, source or language is no text")
        said, borders = _described(meta, tokens, len(text))
    except _BROKEN as error:
        where = f"{store.path or 'memory'}: document {document_id}"
        raise StoreError(f"{where}: {_what(error)}. Run `reader check`") from error
    return Document(text, title, source, language, said, marks, annotator, tokens=borders)


def annotators(store: Store, key: str) -> tuple[list[str], bool]:
    """Who has, or had, marks on the documents of the text of a key, by name, and whether there are several of them."""
    # A key is the digest of the text, or that and - and a number.
    keys = (key[:64], f"{key[:64]}-~")
    rows = store.rows(
        "SELECT DISTINCT name FROM documents JOIN layers ON layers.document_id = documents.id"
        " JOIN annotators ON annotators.id = layers.annotator_id WHERE key BETWEEN ? AND ? ORDER BY name",
        keys,
    )
    several = len(store.rows("SELECT 1 FROM documents WHERE key BETWEEN ? AND ? LIMIT 2", keys)) > 1
    return [str(name) for (name,) in rows], several


def problem(meta: str, tokens: str | None, length: int) -> str:
    """What is wrong with the JSON that describes a document of so many characters, or ""."""
    try:
        _described(meta, tokens, length)
    except _BROKEN as error:
        return _what(error)
    return ""


class _Wrong(ValueError):
    """What is wrong with what describes a document."""


_BROKEN = (ValueError, TypeError, RecursionError)


def _what(error: Exception) -> str:
    return str(error) if isinstance(error, _Wrong) else f"its meta or tokens cannot be read: {error}"


def _described(meta: str, tokens: str | None, length: int) -> tuple[dict[str, Any], tuple[tuple[int, int], ...]]:
    """The meta and the tokens of a document of so many characters. Raises one of _BROKEN."""
    said: Any = {}
    if meta != "{}":
        said = json.loads(meta)
        if not isinstance(said, dict):
            raise _Wrong("its meta is no object")
        json.dumps(said, allow_nan=False)
    if tokens is None:
        return said, ()
    borders = tuple([(start, end) for start, end in json.loads(tokens)])
    flat = list(chain.from_iterable(borders))
    in_order = set(map(type, flat)) <= {int} and flat == sorted(flat)
    if not in_order or (flat and not 0 <= flat[0] <= flat[-1] <= length):
        raise _Wrong("its tokens are out of order or outside the text")
    return said, borders


@mapper
def described(store: Store, document_id: int) -> tuple[str, int]:
    """The title of a document and its length in characters. Raises InputError without one."""
    rows = store.rows("SELECT title, length FROM documents WHERE id = ?", (document_id,))
    if not rows:
        raise InputError(f"no document has the number {document_id}")
    return str(rows[0][0]), int(rows[0][1])


def part_of(store: Store, document_id: int, start: int, end: int, length: int) -> str | None:
    """The characters `[start, end)` of a text of a length, read without the others.

    None where they are not found without a look at all before them, or cannot be read.
    """
    try:
        with store.connection.blobopen("texts", "text", document_id, readonly=True) as blob:
            size = len(blob)
            plain = size == length  # a byte for each character
            if not plain and end > _NEAR:
                return None
            blob.seek(start if plain else 0)
            read = blob.read(end - start if plain else min(size, 4 * end))
        found = codecs.getincrementaldecoder("utf-8")().decode(read)
    except (sqlite3.Error, UnicodeDecodeError):
        return None
    found = found if plain else found[start:end]
    return found if len(found) == end - start else None


_NEAR = 1 << 18  # characters up to which a text is read from its start for a part of it


def text_of(store: Store, document_id: int) -> str:
    """The text of a document. Raises StoreError where it is missing."""
    text = store.value("SELECT text FROM texts WHERE document_id = ?", (document_id,))
    if not isinstance(text, str):
        raise StoreError(f"the text of document {document_id} is missing. Run `reader check`")
    return text
