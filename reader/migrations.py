"""The schema of `annotations.db`, as ordered steps that are appended to and never edited."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable

APPLICATION_ID = 0x52454144  # "READ"
_OWN_TABLES = {("table", "sqlite_stat1"), ("table", "sqlite_stat4"), ("table", "sqlite_sequence")}


def m001_first_schema(connection: sqlite3.Connection) -> None:
    """Documents, layers of marks, the log, suggestions, places, and views for people."""
    for statement in _FIRST_SCHEMA.split(";\n\n"):
        connection.execute(statement)


def m002_digests(connection: sqlite3.Connection) -> None:
    """Each row of the log says what was written, so that a flipped bit in it is found."""
    connection.create_function("digest_of", -1, digest_of, deterministic=True)
    for table, columns in DIGESTED.items():
        connection.execute(f"ALTER TABLE {table} ADD COLUMN digest INTEGER NOT NULL DEFAULT 0")
        connection.execute(f"UPDATE {table} SET digest = digest_of({columns})")
    connection.create_function("digest_of", -1, None)


DIGESTED = {
    "batches": "id, uid, clock, at, annotator_id, verb, source, position, undoes",
    "edits": "id, batch_id, document_id, annotator_id, removed, added",
}
"""The columns of a row of the log that its digest stands for."""


def digest_of(*values: object) -> int:
    """A number of 63 bits for the values of a row; BLAKE2b (RFC 7693) of them as JSON."""
    return digest_of_json(json.dumps(values, ensure_ascii=True))


def digest_of_json(values: str) -> int:
    """The same, of the JSON."""
    import hashlib  # loads OpenSSL, which no screen waits for

    return int.from_bytes(hashlib.blake2b(values.encode(), digest_size=8).digest(), "big") >> 1


def m003_long_spans_and_token_borders(connection: sqlite3.Connection) -> None:
    """The few long spans have an index, so that what lies on a place of a text is found without a look at all; what a
    tokenizer found in a text is kept to save time."""
    connection.execute(
        "CREATE INDEX spans_long ON spans (document_id, annotator_id, start_char, end_char)"
        " WHERE end_char - start_char > 1024"
    )
    connection.execute(
        "CREATE TABLE token_borders (\n"
        "    document_id INTEGER PRIMARY KEY REFERENCES documents (id),\n"
        "    tokenizer TEXT NOT NULL,\n"
        "    borders BLOB NOT NULL\n"
        ") STRICT"
    )


STEPS: tuple[Callable[[sqlite3.Connection], None], ...] = (
    m001_first_schema,
    m002_digests,
    m003_long_spans_and_token_borders,
)
VERSION = len(STEPS)


def version_of(connection: sqlite3.Connection) -> int:
    """How many steps a file has seen."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: sqlite3.Connection, version: int | None = None) -> None:
    """Take every step the file has not seen, up to a version, or all. The caller holds the transaction."""
    target = VERSION if version is None else version
    for step in STEPS[version_of(connection) : target]:
        step(connection)
    connection.execute(f"PRAGMA user_version = {target}")
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def schema_of(connection: sqlite3.Connection) -> frozenset[tuple[str, str, str]]:
    """Every table, index, view and trigger as (type, name, SQL); two files of one version have the same set."""
    return frozenset(
        (kind, name, sql or "")
        for kind, name, sql in connection.execute("SELECT type, name, sql FROM sqlite_schema")
        # What SQLite adds by itself: keys' indexes, which have no SQL, and the statistics of ANALYZE.
        if not (kind == "index" and sql is None) and (kind, name) not in _OWN_TABLES
    )


def is_expected(schema: frozenset[tuple[str, str, str]], version: int) -> bool:
    """Whether a file of a version has the schema that its steps make and nothing else.

    Taking the steps for it costs more than all else at opening, so what they make is kept in `schema`; another SQLite
    may spell its own tables otherwise.
    """
    from reader.schema import SCHEMA

    return (version == VERSION and schema == SCHEMA) or schema == expected_schema(version)


def expected_schema(version: int) -> frozenset[tuple[str, str, str]]:
    """What `schema_of` gives for a file that has seen so many steps and nothing else."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        migrate(connection, version)
        return schema_of(connection)
    finally:
        connection.close()


_FIRST_SCHEMA = """
CREATE TABLE documents (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    source TEXT NOT NULL,
    language TEXT NOT NULL,
    length INTEGER NOT NULL CHECK (length >= 0),
    added_at REAL NOT NULL,
    meta TEXT NOT NULL,
    tokens TEXT
) STRICT;

CREATE TABLE texts (
    document_id INTEGER PRIMARY KEY REFERENCES documents (id),
    text TEXT NOT NULL
) STRICT;

CREATE TABLE annotators (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE labels (
    kind TEXT NOT NULL CHECK (kind IN ('span', 'tag', 'relation')),
    name TEXT NOT NULL,
    key TEXT NOT NULL,
    color TEXT NOT NULL,
    description TEXT NOT NULL,
    examples TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE layers (
    annotator_id INTEGER NOT NULL REFERENCES annotators (id),
    document_id INTEGER NOT NULL REFERENCES documents (id),
    state TEXT NOT NULL CHECK (state IN ('todo', 'doing', 'done', 'skipped', 'flagged', 'removed')),
    entities INTEGER NOT NULL CHECK (entities >= 0),
    edited_at REAL NOT NULL,
    PRIMARY KEY (annotator_id, document_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX layers_by_state ON layers (annotator_id, state, document_id);

CREATE INDEX layers_by_document ON layers (document_id, annotator_id);

CREATE TABLE spans (
    document_id INTEGER NOT NULL REFERENCES documents (id),
    annotator_id INTEGER NOT NULL REFERENCES annotators (id),
    start_char INTEGER NOT NULL CHECK (start_char >= 0),
    end_char INTEGER NOT NULL CHECK (end_char > start_char),
    label TEXT NOT NULL CHECK (label <> ''),
    fragments TEXT NOT NULL,
    attributes TEXT NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (document_id, annotator_id, start_char, end_char, label, fragments, attributes)
) STRICT, WITHOUT ROWID;

CREATE INDEX spans_by_words ON spans (annotator_id, words, label);

CREATE INDEX spans_by_label ON spans (annotator_id, label);

CREATE TABLE rejected (
    document_id INTEGER NOT NULL REFERENCES documents (id),
    annotator_id INTEGER NOT NULL REFERENCES annotators (id),
    start_char INTEGER NOT NULL CHECK (start_char >= 0),
    end_char INTEGER NOT NULL CHECK (end_char > start_char),
    label TEXT NOT NULL CHECK (label <> ''),
    fragments TEXT NOT NULL,
    attributes TEXT NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (document_id, annotator_id, start_char, end_char, label, fragments, attributes)
) STRICT, WITHOUT ROWID;

CREATE INDEX rejected_by_words ON rejected (annotator_id, words, label);

CREATE TABLE relations (
    document_id INTEGER NOT NULL REFERENCES documents (id),
    annotator_id INTEGER NOT NULL REFERENCES annotators (id),
    label TEXT NOT NULL,
    head TEXT NOT NULL,
    tail TEXT NOT NULL,
    PRIMARY KEY (document_id, annotator_id, label, head, tail)
) STRICT, WITHOUT ROWID;

CREATE TABLE tags (
    document_id INTEGER NOT NULL REFERENCES documents (id),
    annotator_id INTEGER NOT NULL REFERENCES annotators (id),
    label TEXT NOT NULL CHECK (label <> ''),
    PRIMARY KEY (document_id, annotator_id, label)
) STRICT, WITHOUT ROWID;

CREATE TABLE notes (
    document_id INTEGER NOT NULL REFERENCES documents (id),
    annotator_id INTEGER NOT NULL REFERENCES annotators (id),
    span TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (document_id, annotator_id, span, text)
) STRICT, WITHOUT ROWID;

CREATE TABLE batches (
    id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    clock INTEGER NOT NULL,
    at REAL NOT NULL,
    annotator_id INTEGER NOT NULL REFERENCES annotators (id),
    verb TEXT NOT NULL,
    source TEXT NOT NULL,
    position INTEGER NOT NULL,
    undoes TEXT NOT NULL,
    undone INTEGER NOT NULL CHECK (undone IN (0, 1))
) STRICT;

CREATE INDEX batches_by_clock ON batches (clock, uid);

CREATE INDEX batches_by_undone ON batches (annotator_id, undone, clock);

CREATE TABLE edits (
    id INTEGER PRIMARY KEY,
    batch_id INTEGER NOT NULL REFERENCES batches (id),
    document_id INTEGER REFERENCES documents (id),
    annotator_id INTEGER NOT NULL REFERENCES annotators (id),
    removed TEXT NOT NULL,
    added TEXT NOT NULL
) STRICT;

CREATE INDEX edits_by_batch ON edits (batch_id);

CREATE INDEX edits_by_layer ON edits (document_id, annotator_id);

CREATE TABLE suggestions (
    document_id INTEGER NOT NULL REFERENCES documents (id),
    source TEXT NOT NULL,
    start_char INTEGER NOT NULL CHECK (start_char >= 0),
    end_char INTEGER NOT NULL CHECK (end_char > start_char),
    label TEXT NOT NULL CHECK (label <> ''),
    score REAL NOT NULL,
    PRIMARY KEY (document_id, source, start_char, end_char, label)
) STRICT, WITHOUT ROWID;

CREATE TABLE suggested (
    source TEXT NOT NULL,
    document_id INTEGER NOT NULL REFERENCES documents (id),
    PRIMARY KEY (source, document_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE reading (
    annotator_id INTEGER NOT NULL REFERENCES annotators (id),
    document_id INTEGER NOT NULL REFERENCES documents (id),
    position INTEGER NOT NULL,
    top INTEGER NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (annotator_id, document_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX reading_by_time ON reading (annotator_id, at);

CREATE TABLE settings (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE texts_search USING fts5 (
    text, content = 'texts', content_rowid = 'document_id', tokenize = 'unicode61 remove_diacritics 2'
);

CREATE VIEW entities AS
SELECT spans.document_id, documents.title, annotators.name AS annotator, spans.label, spans.words,
    spans.start_char, spans.end_char
FROM spans
JOIN documents ON documents.id = spans.document_id
JOIN annotators ON annotators.id = spans.annotator_id;

CREATE VIEW progress AS
SELECT annotators.name AS annotator, layers.state, count(*) AS documents, sum(layers.entities) AS entities
FROM layers
JOIN annotators ON annotators.id = layers.annotator_id
GROUP BY annotators.name, layers.state;

CREATE VIEW disagreements AS
SELECT spans.document_id, documents.title, annotators.name AS annotator, others.name AS missing_from, spans.label,
    spans.words, spans.start_char, spans.end_char
FROM spans
JOIN documents ON documents.id = spans.document_id
JOIN annotators ON annotators.id = spans.annotator_id
JOIN layers ON layers.document_id = spans.document_id AND layers.annotator_id <> spans.annotator_id
JOIN annotators AS others ON others.id = layers.annotator_id
WHERE NOT EXISTS (
    SELECT 1 FROM spans AS same
    WHERE same.document_id = spans.document_id AND same.annotator_id = layers.annotator_id
    AND same.start_char = spans.start_char AND same.end_char = spans.end_char AND same.label = spans.label
)
"""
