"""Opening `annotations.db`: what is refused, what is migrated, and the one transaction everything is written in."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

from reader import migrations
from reader.disk import sync, write_new
from reader.errors import NotSaved, ReadOnly, StoreError
from reader.store.committing import Committer

P = ParamSpec("P")
T = TypeVar("T")
Row = tuple[Any, ...]
Progress = Callable[[str, int, int], None]
"""Called with what is done, how much of it, and of how many in all (0: not known)."""
BUSY_SECONDS = 30.0
_BUSY = "another program is writing to it"
_HEADER = b"SQLite format 3\0"
PRAGMAS = (
    "page_size = 16384",
    "trusted_schema = OFF",
    "foreign_keys = ON",
    "synchronous = EXTRA",
    "journal_mode = DELETE",
    "cache_spill = 4000",
)
"""What every connection is set to; with these a power loss takes nothing that was committed.

A transaction that does not fit into memory locks readers out until it ends, so that begins at 64 MB, not at 2. It is
no multiple of 256 pages: SQLite reads the last byte of this number as yes or no, and with a no keeps everything.
"""


class Store:
    """One connection to one file. Use it from the thread that made it; a second one only waits for the disk."""

    def __init__(self, connection: sqlite3.Connection, path: Path | None, *, read_only: bool) -> None:
        self.connection = connection
        self.path = path
        self.read_only = read_only
        self._committer = Committer()

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False) -> Self:
        """Open a file Reader made, migrating an older one after a backup beside it.

        Raises StoreError for anything else, and leaves that file untouched. A file or folder that may only be read
        is opened for reading; an older one is then migrated in a temporary copy.
        """
        _check_header(path)
        may_write = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
        writable = may_write and not read_only
        connection = _connect(path, "rw" if writable else "ro")
        store = cls(connection, path, read_only=not writable)
        try:
            _check_owner(connection, path)
            version = migrations.version_of(connection)
            if not migrations.is_expected(migrations.schema_of(connection), version):
                raise StoreError(
                    f"{path}: its tables are not the ones Reader makes, so it was not opened. "
                    "Export it with the program that changed it, and import that"
                )
            if version < migrations.VERSION:
                store._migrate(path)
            _set_pragmas(store.connection)
        except (sqlite3.Error, UnicodeDecodeError) as error:
            store.close()
            if read_only and may_write and _is_half_written(error) and is_ours(path):
                _take_back(path)
                return cls.open(path, read_only=True)
            raise StoreError(f"{path}: cannot be opened: {_why(error, path)}") from error
        except StoreError:
            store.close()
            raise
        return store

    @classmethod
    def create(cls, path: Path | None) -> Self:
        """Make a new, empty file; None makes one in memory. Raises StoreError where there is something already."""
        connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        _set_pragmas(connection)
        store = cls(connection, None, read_only=False)
        with store.transaction():
            migrations.migrate(connection)
        if path is None:
            return store
        try:
            return store.put_at(path)
        finally:
            store.close()

    def put_at(self, path: Path) -> Self:
        """Make a file of what is in memory, whole or not at all. Raises StoreError where there is something already."""
        # The first edit syncs the folder: until then there is nothing to lose.
        try:
            write_new(path, self.connection.serialize())
        except FileExistsError as error:
            raise StoreError(f"{path}: exists already") from error
        except OSError as error:
            raise StoreError(f"{path}: cannot be created: {error.strerror}") from error
        connection = _connect(path, "rw")
        _set_pragmas(connection)
        return type(self)(connection, path, read_only=False)

    def _migrate(self, path: Path) -> None:
        if self.read_only:
            self._migrate_a_copy()
            return
        self.connection.execute("PRAGMA foreign_keys = OFF")
        with self.transaction():
            # Another program may have done it while this one waited for its turn.
            version = migrations.version_of(self.connection)
            if version < migrations.VERSION:
                # By a connection of its own: SQLite copies from none that writes.
                with closing(Store(_connect(path, "ro"), path, read_only=True)) as before:
                    before.backup(path.with_name(f"{path.name}.before-version-{version + 1}"))
                migrations.migrate(self.connection)
        self.connection.execute("PRAGMA foreign_keys = ON")

    def _migrate_a_copy(self) -> None:
        # No name: SQLite keeps it in a temporary file and removes that when the connection closes.
        copy = sqlite3.connect("", isolation_level=None)
        self.connection.backup(copy)
        self.connection.close()
        self.connection = copy
        copy.execute("BEGIN")
        migrations.migrate(copy)
        copy.execute("COMMIT")

    @contextmanager
    def transaction(self, meanwhile: Callable[[], None] | None = None) -> Iterator[sqlite3.Connection]:
        """One `BEGIN IMMEDIATE ... COMMIT`; nested uses join the outer one.

        `meanwhile` is done while the disk writes, and before it is known whether it could; what it asks of this file
        waits for that. Raises ReadOnly, or NotSaved when the disk refused it; nothing of it is then in the file.
        """
        if self.connection.in_transaction:
            yield self.connection
            return
        if self.read_only:
            raise ReadOnly(f"{self.path}: may only be read; copy it, or make the file and its folder writable")
        try:
            self.connection.execute("BEGIN IMMEDIATE")
            yield self.connection
            if meanwhile is None:
                self.connection.execute("COMMIT")
            else:
                self._committer.commit(self.connection, meanwhile)
        except sqlite3.Error as error:
            raise NotSaved(f"{self.path or 'memory'}: not saved: {_BUSY if _is_busy(error) else error}") from error
        finally:
            # There is nothing left to take back where COMMIT returned.
            self._rollback()

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Reads inside see the file at one moment; writers wait as long. Joins a transaction that is open."""
        if self.connection.in_transaction:
            yield
            return
        self.connection.execute("BEGIN")
        try:
            yield
        finally:
            self._rollback()

    @contextmanager
    def any_bytes(self) -> Iterator[None]:
        """Text that is no UTF-8 is read inside, as text that no file can hold and that equals no other."""
        before = self.connection.text_factory
        self.connection.text_factory = lambda found: found.decode("utf-8", "surrogateescape")
        try:
            yield
        finally:
            self.connection.text_factory = before

    def _rollback(self) -> None:
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")

    def rows(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> list[Row]:
        """All rows of a query. Raises StoreError where the file is damaged.

        Waits while another program is in the middle of writing, however short edits are to wait: nothing goes on
        without an answer.
        """
        deadline = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                return self.connection.execute(sql, parameters).fetchall()
            except sqlite3.Error as error:
                if not _is_busy(error):
                    raise StoreError(f"{self.path or 'memory'}: cannot be read: {error}. Run `reader check`") from error
                if time.monotonic() > deadline:
                    raise StoreError(f"{self.path}: cannot be read: {_BUSY}") from error
                time.sleep(0.01)

    def value(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> Any:
        """The first column of the first row, or None."""
        rows = self.rows(sql, parameters)
        return rows[0][0] if rows else None

    def setting(self, name: str) -> str:
        """A value kept in the file, or ""."""
        return str(self.value("SELECT value FROM settings WHERE name = ?", (name,)) or "")

    def set_setting(self, name: str, value: str) -> None:
        with self.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, value))

    def wait_at_most(self, seconds: float) -> None:
        """How long a transaction waits for one of another program."""
        self.connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")

    def patience(self) -> float:
        """How many seconds a transaction waits for one of another program."""
        return int(self.value("PRAGMA busy_timeout")) / 1000

    def data_version(self) -> int:
        """A number that another one takes the place of when another program has changed the file."""
        return int(self.value("PRAGMA data_version"))

    def annotator_id(self, name: str) -> int | None:
        found = self.value("SELECT id FROM annotators WHERE name = ?", (name,))
        return None if found is None else int(found)

    def ensure_annotator(self, name: str) -> int:
        """The id of an annotator, made on first use. Only inside a transaction."""
        found = self.connection.execute("SELECT id FROM annotators WHERE name = ?", (name,)).fetchone()
        if found is None:
            added = self.connection.execute("INSERT INTO annotators (name) VALUES (?) RETURNING id", (name,))
            [found] = added.fetchall()
        return int(found[0])

    def backup(self, target: Path, progress: Callable[[int, int], None] | None = None) -> None:
        """A whole copy through SQLite's backup API, put in place at the end. Raises StoreError."""
        temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
        try:
            copy = sqlite3.connect(temporary)
            try:
                self.connection.backup(
                    copy,
                    pages=1000,
                    progress=lambda _, left, total: progress(total - left, total) if progress else None,
                )
            finally:
                copy.close()
            sync(temporary)
            os.replace(temporary, target)
            sync(target.parent)
        except (sqlite3.Error, OSError) as error:
            temporary.unlink(missing_ok=True)
            raise StoreError(f"{target}: the backup could not be written: {error}") from error

    def close(self) -> None:
        self._committer.close()
        self.connection.close()


def no_progress(what: str, done: int, total: int) -> None:
    """Where nobody looks."""


def mapper(function: Callable[Concatenate[Store, P], T]) -> Callable[Concatenate[Store, P], T]:
    """What makes objects of rows: where a damaged or hostile row makes none, it raises StoreError."""

    @wraps(function)
    def mapped(store: Store, /, *arguments: P.args, **options: P.kwargs) -> T:
        try:
            return function(store, *arguments, **options)
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError, OverflowError) as error:
            where = store.path or "memory"
            raise StoreError(f"{where}: a row cannot be read ({error!r:.100}). Run `reader check`") from error

    return mapped


def _is_busy(error: Exception) -> bool:
    return getattr(error, "sqlite_errorname", "").startswith("SQLITE_BUSY")


def _is_half_written(error: Exception) -> bool:
    """Whether what a killed program wrote must be taken back first, which needs the right to write."""
    return getattr(error, "sqlite_errorname", "") == "SQLITE_READONLY_ROLLBACK"


def _why(error: Exception, path: Path) -> str:
    if _is_busy(error):
        return _BUSY
    if _is_half_written(error):
        return f"a program was killed while it wrote to it. Copy it and {path.name}-journal to where it may be written"
    return f"{error}. Restore it from a backup"


def _take_back(path: Path) -> None:
    """Have SQLite take back what a killed program had half written, as every program does that may write."""
    try:
        with closing(_connect(path, "rw")) as connection:
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.Error as error:
        raise StoreError(f"{path}: cannot be opened: {_why(error, path)}") from error


def now() -> float:
    """Seconds since 1970, UTC."""
    return time.time()


def _check_header(path: Path) -> None:
    try:
        if not path.is_file():
            raise StoreError(f"{path}: {'is not a file' if path.exists() else 'no such database'}")
        with path.open("rb") as file:
            header = file.read(len(_HEADER))
    except OSError as error:
        raise StoreError(f"{path}: cannot be read: {error.strerror}") from error
    if header != _HEADER:
        raise StoreError(f"{path}: is {'empty' if not header else 'no SQLite file'}; Reader did not make it")


def is_ours(path: Path) -> bool:
    """Whether a file says that Reader made it, or is empty. Raises StoreError where it cannot be read."""
    if not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            header = file.read(100)
    except OSError as error:
        raise StoreError(f"{path}: cannot be read: {error.strerror}") from error
    # https://www.sqlite.org/fileformat.html#the_database_header
    made_by = int.from_bytes(header[68:72], "big")
    return not header or (header.startswith(_HEADER) and made_by == migrations.APPLICATION_ID)


def _connect(path: Path | None, mode: str) -> sqlite3.Connection:
    # A URI with mode=rw never creates a file for a mistyped path.
    uri = f"{path.absolute().as_uri()}?mode={mode}" if path else "file::memory:"
    try:
        return sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    except sqlite3.Error as error:
        raise StoreError(f"{path}: cannot be opened: {error}") from error


def _check_owner(connection: sqlite3.Connection, path: Path) -> None:
    # Before anything else is read: a hostile schema must find no trusted function and no triggers run.
    for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0"):
        connection.execute(f"PRAGMA {pragma}")
    if connection.execute("PRAGMA application_id").fetchone()[0] != migrations.APPLICATION_ID:
        raise StoreError(f"{path}: is the database of another program; choose another path with --db")
    version = migrations.version_of(connection)
    if version < 1:
        raise StoreError(f"{path}: has no version that Reader ever wrote ({version}). Restore it from a backup")
    if version > migrations.VERSION:
        raise StoreError(f"{path}: was made by a newer version of Reader and was left untouched; update Reader")


def _set_pragmas(connection: sqlite3.Connection) -> None:
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
