"""The same rows written by `executemany`: what SQLite itself costs for what Reader wrote."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from reader.store.connection import PRAGMAS

Rows = dict[str, list[tuple[object, ...]]]


def rows_of(path: Path) -> Rows:
    """Every row of every table of Reader's own."""
    with sqlite3.connect(path) as database:
        names = [
            name
            for (name,) in database.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%fts5%'"
            )
            if not name.startswith(("sqlite_", "search"))
        ]
        found = {name: database.execute(f"SELECT * FROM {name}").fetchall() for name in names}
    database.close()
    return found


def new_in(before: Rows, after: Rows) -> Rows:
    """The rows that were added."""
    found = {name: list(set(rows) - set(before.get(name, []))) for name, rows in after.items()}
    return {name: rows for name, rows in found.items() if rows}


def connect(path: Path) -> sqlite3.Connection:
    """A connection with Reader's pragmas."""
    database = sqlite3.connect(path)
    for pragma in PRAGMAS:
        database.execute(f"PRAGMA {pragma}")
    database.execute("PRAGMA foreign_keys = OFF")
    return database


def write(path: Path, rows: Rows) -> None:
    """All rows in one transaction."""
    database = connect(path)
    with database:
        insert(database, rows)
    database.close()


def insert(database: sqlite3.Connection, rows: Rows) -> None:
    """All rows, in a transaction of the caller's."""
    for name, found in rows.items():
        if found:
            places = ", ".join("?" * len(found[0]))
            database.executemany(f"INSERT OR REPLACE INTO {name} VALUES ({places})", found)
