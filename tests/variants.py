"""Hostile copies of a file that Reader made: of a stranger who adds triggers, of a disk, of a killed program."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

Change = Callable[[Path], None]
_KILLED = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute(f"PRAGMA journal_mode = {sys.argv[2]}")
connection.execute("PRAGMA cache_size = 1")
connection.execute("BEGIN IMMEDIATE")
connection.execute("CREATE TABLE half_done (a)")
for _ in range(2000):
    connection.execute("INSERT INTO half_done VALUES (?)", ("x" * 500,))
os.kill(os.getpid(), 9)
"""


@dataclass(frozen=True)
class Variant:
    """A file, and what must happen: "refused" by the opener, "named" by it or by a check, "whole", or "any" of them."""

    name: str
    path: Path
    expected: str


def variants(good: Path, folder: Path) -> Iterator[Variant]:
    """Each is at the same path, and gone when the next one is made."""
    path = folder / "x.db"
    made = (_of_bytes(good.read_bytes()), _of_tables(good), _of_values(good), _left_behind())
    for name, expected, change in chain.from_iterable(made):
        for old in folder.glob("x.db*"):
            old.unlink()
        shutil.copyfile(good, path)
        try:
            change(path)
        except sqlite3.IntegrityError:
            continue  # SQLite's own types and checks keep such a value out
        yield Variant(name, path, expected)


def _of_bytes(data: bytes) -> Iterator[tuple[str, str, Change]]:
    def raw(content: bytes) -> Change:
        return lambda path: path.write_bytes(content) and None

    size = len(data)
    for kept in (0, 1, 15, 16, 99, 100, 511, size // 4, size // 2):
        yield f"cut to {kept}", "refused", raw(data[:kept])
    yield "without its last page", "named", raw(data[: -int.from_bytes(data[16:18])])
    yield "twice", "any", raw(data + data)
    yield "zeros behind", "any", raw(data + bytes(4096))
    for place, new in ((18, b"\x09\x09"), (44, b"\0\0\0\x09"), (16, b"\0\0"), (68, b"\xde\xad\xbe\xef")):
        yield f"header at {place}", "refused", raw(data[:place] + new + data[place + len(new) :])
    yield "header says UTF-16", "any", raw(data[:56] + b"\0\0\0\x03" + data[60:])
    chance = random.Random(7)
    for number in range(20):
        flipped = bytearray(data)
        flipped[chance.randrange(100, size)] ^= 1 << chance.randrange(8)
        yield f"flipped bit {number}", "any", raw(bytes(flipped))


def _run(*statements: str) -> Change:
    def change(path: Path) -> None:
        connection = sqlite3.connect(path, isolation_level=None)
        try:
            for pragma in ("foreign_keys = OFF", "ignore_check_constraints = ON"):
                connection.execute(f"PRAGMA {pragma}")
            for statement in statements:
                connection.execute(statement)
        finally:
            connection.close()

    return change


def _tables(good: Path) -> dict[str, list[str]]:
    """The columns of each plain table."""
    connection = sqlite3.connect(good)
    try:
        names = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
            if not name.startswith(("sqlite_", "texts_search"))
        ]
        return {name: [row[1] for row in connection.execute(f"PRAGMA table_info({name})")] for name in names}
    finally:
        connection.close()


def _of_tables(good: Path) -> Iterator[tuple[str, str, Change]]:
    for version in (9999, 0, -1):
        yield f"version {version}", "refused", _run(f"PRAGMA user_version = {version}")
    yield "another table", "refused", _run("CREATE TABLE other (a)")
    endless = "WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r"
    yield "an endless view", "refused", _run(f"CREATE VIEW endless AS {endless}")
    yield "in WAL mode", "whole", _run("PRAGMA journal_mode = wal")
    for table in _tables(good):
        for event in ("INSERT", "UPDATE", "DELETE"):
            trigger = f"CREATE TRIGGER stranger AFTER {event} ON {table} BEGIN DELETE FROM spans; END"
            yield f"a trigger on {table}, {event}", "refused", _run(trigger)
        yield (
            f"a view as {table}",
            "refused",
            _run(f"ALTER TABLE {table} RENAME TO old", f"CREATE VIEW {table} AS SELECT * FROM old"),
        )
        yield f"without {table}", "refused", _run(f"DROP TABLE {table}")
        bomb = f"ALTER TABLE {table} ADD COLUMN bomb TEXT AS (hex(zeroblob(900000000)))"
        yield f"a bomb in {table}", "refused", _run(bomb)


def _of_values(good: Path) -> Iterator[tuple[str, str, Change]]:
    values = {
        "bytes": "x'00ff80'",
        "no UTF-8": "CAST(x'61c328' AS TEXT)",
        "nothing": "NULL",
        "a huge number": "9223372036854775807",
        "an escape": "char(27) || ']0;PWN' || char(7) || '[/]'",
    }
    for table, columns in _tables(good).items():
        for column in columns:
            for what, value in values.items():
                expected = "named" if (table, column) in GUARDED and what != "nothing" else "any"
                yield (
                    f"{what} in {table}.{column}",
                    expected,
                    _run(f"UPDATE {table} SET {column} = {value}"),
                )


GUARDED = {
    *(("texts", "text"), ("spans", "label"), ("spans", "words"), ("spans", "start_char"), ("spans", "end_char")),
    *(("documents", "key"), ("edits", "removed"), ("edits", "added"), ("batches", "verb"), ("edits", "digest")),
    *(("batches", "digest"), ("tags", "label"), ("notes", "text"), ("relations", "label"), ("rejected", "label")),
}
"""What no change may go unnoticed in: marks, texts and the log."""


def _left_behind() -> Iterator[tuple[str, str, Change]]:
    for mode in ("delete", "wal"):
        yield f"killed within a transaction, {mode}", "whole", _killed(mode)


def _killed(mode: str) -> Change:
    return lambda path: subprocess.run([sys.executable, "-c", _KILLED, os.fspath(path), mode], check=False) and None
