"""A disk that fails once: at a chosen write, sync, truncation, opening or renaming, with no space or an error."""

from __future__ import annotations

import errno
import io
import os
import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apsw
import pytest
from powerloss import _Connection, _Cursor

from reader.store.connection import PRAGMAS, Store

ERRORS = {errno.ENOSPC: apsw.FullError, errno.EIO: apsw.IOError}


@dataclass
class Fault:
    """Which of the calls fails, counted from 1; `calls` is how many there were so far. 0: none fails."""

    at: int
    error: int
    calls: int = 0

    def due(self) -> bool:
        self.calls += 1
        return self.calls == self.at

    @property
    def happened(self) -> bool:
        return 0 < self.at <= self.calls


class _File(apsw.VFSFile):
    def __init__(self, vfs: str, name: Any, flags: list[int], fault: Fault) -> None:
        self._fault = fault
        super().__init__(vfs, name, flags)

    def _fail(self) -> None:
        if self._fault.due():
            raise ERRORS[self._fault.error]

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self._fail()
        super().xWrite(data, offset)

    def xTruncate(self, size: int) -> None:  # noqa: N802
        self._fail()
        super().xTruncate(size)

    def xSync(self, flags: int) -> None:  # noqa: N802
        self._fail()
        super().xSync(flags)


class _Disk(apsw.VFS):
    def __init__(self, name: str, fault: Fault) -> None:
        self._fault = fault
        super().__init__(name, "")

    def xOpen(self, name: Any, flags: list[int]) -> _File:  # noqa: N802
        if self._fault.due():
            raise apsw.CantOpenError
        return _File("", name, flags, self._fault)

    def xDelete(self, name: str, sync: bool) -> None:  # noqa: N802
        if self._fault.due():
            raise apsw.IOError
        super().xDelete(name, sync)


class _Failing(_Connection):
    """Its errors are those of `sqlite3`, as the store knows them."""

    def execute(self, sql: str, parameters: Any = ()) -> _Cursor:
        with _translated():
            return super().execute(sql, parameters)

    def executemany(self, sql: str, rows: Any) -> _Cursor:
        with _translated():
            return super().executemany(sql, rows)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except apsw.Error as error:
        raise sqlite3.OperationalError(str(error)) from error


@contextmanager
def failing_store(path: Path, fault: Fault) -> Iterator[Store]:
    """The store with its own settings, on a disk with a fault, which counts from here on."""
    name = f"faulty-{id(fault)}"
    quiet = Fault(0, fault.error)
    disk = _Disk(name, quiet)
    connection = _Failing(path, name)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").fetchall()
    connection.execute("SELECT count(*) FROM documents").fetchall()
    store = Store(connection, path, read_only=False)  # type: ignore[arg-type]
    quiet.at, quiet.calls = fault.at, 0
    try:
        yield store
    finally:
        fault.calls = quiet.calls
        store.close()
        disk.unregister()


CALLS = ((os, "open"), (os, "fsync"), (os, "replace"), (os, "rename"), (os, "mkdir"), (io, "open"))


@contextmanager
def failing_calls(fault: Fault) -> Iterator[None]:
    """The calls by which Python makes, opens, syncs and renames files, one of which fails."""
    with pytest.MonkeyPatch.context() as patch:
        for module, name in CALLS:
            patch.setattr(module, name, _failing(getattr(module, name), fault))
        yield


def _failing(call: Callable[..., Any], fault: Fault) -> Callable[..., Any]:
    def failing(*arguments: Any, **options: Any) -> Any:
        if fault.due():
            raise OSError(fault.error, os.strerror(fault.error))
        return call(*arguments, **options)

    return failing


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """No file grows beyond a size; what is written there fails as on a full disk, with an error of its own."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
