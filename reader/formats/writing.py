"""Writing a target whole or not at all: the one place that decides what may be replaced."""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
import stat
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from reader.disk import sync
from reader.errors import InputError, LossError
from reader.formats.base import Format
from reader.model import Document, Loss, Span


class ExportReport(NamedTuple):
    """How many documents and spans were written, and what was left out."""

    documents: int
    spans: int
    losses: tuple[Loss, ...] = ()


def write(
    found: Format, documents: Iterable[Document], path: Path, *, lossy: bool = False, replace: bool = True
) -> ExportReport:
    """Write documents to a file, a pipe or a device. A refused export leaves the target as it was.

    Raises LossError, and InputError for a target that is a folder or a link, that exists and is not to be replaced,
    or that the system does not let us write.
    """
    try:
        if found.write_files and path.suffix.lower() != ".zip":
            return _folder(found, documents, path, lossy)
        mode = _mode(path)
        if mode is not None and not stat.S_ISREG(mode):
            with _special(path) as stream:
                return write_to_stream(found, documents, stream, lossy=lossy)
        if mode is not None and not replace:
            raise InputError(f"{path}: exists already; --force replaces it")
        return _replaced(found, documents, path, mode, lossy)
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}") from error


def _folder(found: Format, documents: Iterable[Document], path: Path, lossy: bool) -> ExportReport:
    """A folder of files, which is moved to its place when all are written."""
    if path.is_symlink() or (path.exists() and not path.is_dir()):
        raise InputError(f"{path}: {found.name} makes a folder or a .zip of files, and this is neither")
    if path.is_dir() and any(path.iterdir()):
        raise InputError(f"{path}: is a folder with files in it; name a new one")
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".export-") as temporary:
        made = Path(temporary) / "files"
        made.mkdir()
        report = _counted(found, documents, lossy, lambda files: _fill(made, files))
        made.rename(path)
    sync(path.parent)
    return report


def _fill(folder: Path, files: Iterable[tuple[str, bytes]]) -> None:
    for name, content in files:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())


def _zipped(path: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """The same documents give the same bytes: no file has the time of its making."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)


def file_name(document: Document, taken: set[str]) -> str:
    """A name for the files of a document, without suffix: of its source or title, safe everywhere, and not `taken`."""
    words = document.source.replace("\\", "/").rpartition("/")[2].rpartition(".")[0] or document.title or "document"
    stem = _UNSAFE.sub("_", words).strip("._-")[:80] or "document"
    name, number = stem, 1
    while name.lower() in taken:
        number += 1
        name = f"{stem}-{number}"
    taken.add(name.lower())
    return name


_UNSAFE = re.compile(r"[^\w.-]+")


def _mode(path: Path) -> int | None:
    """What a target is, None where there is nothing. Raises InputError for what is never written to.

    Writing through a link would change a file that was not named, and replacing it would break `/dev/stdout`.
    """
    if path.is_dir():
        raise InputError(f"{path}: is a folder")
    if path.is_symlink() and (path.is_file() or not path.exists()):
        raise InputError(f"{path}: is a link; name the file it leads to, {path.resolve()}")
    return path.stat().st_mode if path.exists() else None


@contextmanager
def _special(path: Path) -> Iterator[IO[bytes]]:
    """A device or a pipe. Opening a pipe that nobody reads would wait for ever."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    except OSError as error:
        if error.errno == errno.ENXIO:
            raise InputError(f"{path}: is a pipe that nobody reads") from error
        raise
    os.set_blocking(handle, True)
    with open(handle, "wb") as stream:
        yield stream


def write_text(path: Path, text: str) -> None:
    """Write a text to a file, a pipe or a device; it takes the place of any file but a database. Raises InputError."""
    try:
        mode = _mode(path)
        if mode is not None and not stat.S_ISREG(mode):
            with _special(path) as stream:
                stream.write(text.encode())
            return
        if mode is not None and _is_database(path):
            raise InputError(f"{path}: is a database; name another file")
        with _replacing(path, mode) as temporary:
            temporary.write_bytes(text.encode())
            sync(temporary)
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}") from error


def _is_database(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(16) == b"SQLite format 3\0"


def _replaced(found: Format, documents: Iterable[Document], path: Path, mode: int | None, lossy: bool) -> ExportReport:
    with _replacing(path, mode) as temporary:
        return _written(found, documents, temporary, lossy)


@contextmanager
def _replacing(path: Path, mode: int | None) -> Iterator[Path]:
    """A new file, which takes the place and the rights of that at `path` when it is written."""
    temporary = path.parent / f".export-{secrets.token_hex(6)}.tmp"
    # Made by hand, not by tempfile, so that a new file gets the rights the user's umask gives.
    os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
    try:
        yield temporary
        if mode is not None:
            temporary.chmod(stat.S_IMODE(mode))
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    sync(path.parent)


def write_to_stream(
    found: Format, documents: Iterable[Document], stream: IO[bytes], *, lossy: bool = False
) -> ExportReport:
    """Write documents to a stream, by way of a file: a refused export writes nothing. Raises LossError."""
    with tempfile.TemporaryDirectory() as folder:
        temporary = Path(folder) / "export"
        report = _written(found, documents, temporary, lossy)
        with temporary.open("rb") as written:
            shutil.copyfileobj(written, stream)
        stream.flush()
    return report


def _written(found: Format, documents: Iterable[Document], path: Path, lossy: bool) -> ExportReport:
    """One file: of the format itself, or a zip of its files."""
    if found.write_files:
        report = _counted(found, documents, lossy, lambda files: _zipped(path, files))
    else:
        report = _counted(found, documents, lossy, None, path)
    sync(path)
    return report


def _counted(
    found: Format,
    documents: Iterable[Document],
    lossy: bool,
    put: Callable[[Iterator[tuple[str, bytes]]], None] | None,
    path: Path | None = None,
) -> ExportReport:
    """Write to `path`, or have `put` take the files, counting what passes. Raises LossError."""
    number = spans = 0
    losses: list[Loss] = []

    def counted() -> Iterator[Document]:
        nonlocal number, spans
        for document in documents:
            number += 1
            spans += Counter(map(type, document.marks))[Span]
            yield document

    if found.write_files and put:
        put(found.write_files(counted(), losses.append))
    elif found.write and path:
        found.write(counted(), path, losses.append)
    else:
        raise InputError(f"{found.name} can be read, not written")
    if losses and not lossy:
        raise LossError(found.name, tuple(losses))
    return ExportReport(
        number - sum(loss.documents for loss in losses), spans - sum(loss.spans for loss in losses), tuple(losses)
    )
