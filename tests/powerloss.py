"""Simulated power loss: every write and sync of SQLite is recorded, and disks are made as a crash may leave them.

The model is that of a disk with a write cache: what was written to a file before its last sync is there; of what came
after, any part may be there, in any order, cut at sectors of 512 bytes. A deletion holds once its folder was synced;
before that it may or may not have happened. https://www.sqlite.org/atomiccommit.html
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw

from reader.store.connection import PRAGMAS, Store

SECTOR = 512


@dataclass(frozen=True)
class Write:
    path: str
    offset: int
    data: bytes


@dataclass(frozen=True)
class Truncate:
    path: str
    size: int


@dataclass(frozen=True)
class Sync:
    path: str


@dataclass(frozen=True)
class Delete:
    path: str
    synced: bool


@dataclass(frozen=True)
class Acknowledged:
    """The program said saved: what was true then."""

    state: Any


Event = Write | Truncate | Sync | Delete | Acknowledged


@dataclass
class Recording:
    """What happened to the disk, in order, from the contents it began with."""

    begin: dict[str, bytes]
    events: list[Event] = field(default_factory=list)


class _File(apsw.VFSFile):
    def __init__(self, vfs: str, name: Any, flags: list[int], recording: Recording) -> None:
        self._path = name.filename() if isinstance(name, apsw.URIFilename) else str(name)
        self._recording = recording
        super().__init__(vfs, name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self._recording.events.append(Write(self._path, offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, size: int) -> None:  # noqa: N802
        self._recording.events.append(Truncate(self._path, size))
        super().xTruncate(size)

    def xSync(self, flags: int) -> None:  # noqa: N802
        super().xSync(flags)
        self._recording.events.append(Sync(self._path))


class _Disk(apsw.VFS):
    def __init__(self, name: str, recording: Recording) -> None:
        self._recording = recording
        super().__init__(name, "")

    def xOpen(self, name: Any, flags: list[int]) -> _File:  # noqa: N802
        return _File("", name, flags, self._recording)

    def xDelete(self, name: str, sync: bool) -> None:  # noqa: N802
        super().xDelete(name, sync)
        self._recording.events.append(Delete(name, bool(sync)))


class _Cursor:
    """As much of a `sqlite3.Cursor` as the store uses."""

    def __init__(self, cursor: Any, connection: apsw.Connection) -> None:
        self._cursor = cursor
        self.lastrowid = connection.last_insert_rowid()
        self.rowcount = 0

    def __iter__(self) -> Any:
        return iter(self._cursor)

    def fetchall(self) -> list[Any]:
        return list(self._cursor)

    def fetchone(self) -> Any:
        return next(iter(self._cursor), None)


class _Connection:
    """As much of a `sqlite3.Connection` as the store uses, on a disk that is recorded."""

    def __init__(self, path: Path, disk: str) -> None:
        self._connection = apsw.Connection(str(path), vfs=disk)

    def execute(self, sql: str, parameters: Any = ()) -> _Cursor:
        return _Cursor(self._connection.execute(sql, parameters), self._connection)

    def executemany(self, sql: str, rows: Any) -> _Cursor:
        before = self._connection.total_changes()
        cursor = _Cursor(self._connection.executemany(sql, rows), self._connection)
        cursor.rowcount = self._connection.total_changes() - before
        return cursor

    def create_function(self, name: str, arguments: int, function: Any, *, deterministic: bool = False) -> None:
        self._connection.create_scalar_function(name, function, arguments, deterministic=deterministic)

    @property
    def in_transaction(self) -> bool:
        return bool(self._connection.in_transaction)

    def close(self) -> None:
        self._connection.close()


def record(path: Path, work: Callable[[Store, Callable[[Any], None]], None]) -> Recording:
    """Do the work on a file, with the store's own settings; `work` gets the store and how to say what is saved."""
    recording = Recording({str(path): path.read_bytes()})
    disk = _Disk(f"disk-{id(recording)}", recording)
    connection = _Connection(path, f"disk-{id(recording)}")
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").fetchall()
    store = Store(connection, path, read_only=False)  # type: ignore[arg-type]
    try:
        work(store, lambda state: recording.events.append(Acknowledged(state)))
    finally:
        store.close()
        disk.unregister()
    return recording


def crash(recording: Recording, chance: random.Random) -> tuple[dict[str, bytes], list[Any]]:
    """The files as a power loss at some moment may leave them, and every state that was acknowledged before it."""
    stop = chance.randrange(len(recording.events) + 1)
    durable = dict(recording.begin)
    loose: dict[str, list[Write | Truncate | Delete]] = {}
    said: list[Any] = []
    for event in recording.events[:stop]:
        match event:
            case Acknowledged(state):
                said.append(state)
            case Sync(path):
                for one in loose.pop(path, []):
                    _apply(durable, one)
            case Delete(path, synced=True):
                loose.pop(path, None)
                durable.pop(path, None)
            case Write() | Truncate() | Delete():
                loose.setdefault(event.path, []).append(event)
    for events in loose.values():
        pieces = [piece for event in events for piece in _pieces(event)]
        kept = [piece for piece in pieces if chance.random() < chance.choice((0.0, 0.5, 1.0))]
        if chance.random() < 0.5:
            chance.shuffle(kept)
        for piece in kept:
            _apply(durable, piece)
    return durable, said


def _pieces(event: Write | Truncate | Delete) -> list[Write | Truncate | Delete]:
    """A write in sectors, as the disk does it."""
    if not isinstance(event, Write):
        return [event]
    return [
        Write(event.path, event.offset + place, event.data[place : place + SECTOR])
        for place in range(0, len(event.data), SECTOR)
    ]


def _apply(files: dict[str, bytes], event: Write | Truncate | Delete) -> None:
    match event:
        case Delete(path):
            files.pop(path, None)
        case Truncate(path, size):
            files[path] = files.get(path, b"")[:size].ljust(size, b"\0")
        case Write(path, offset, data):
            content = files.get(path, b"").ljust(offset, b"\0")
            files[path] = content[:offset] + data + content[offset + len(data) :]
