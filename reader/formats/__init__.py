"""The formats: one literal registry, finding the one a file is in, and writing a target whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from reader.errors import InputError, LossError
from reader.formats import conll, csv_table, html_page, jsonl, prodigy, spacy_docbin, text
from reader.formats.base import Format, Source
from reader.model import Document, Loss, Problem, Span

__all__ = ["FORMATS", "ExportReport", "Format", "Source", "by_name", "export", "export_to_stream", "files", "read"]

# To add one, write its module and name it here.
FORMATS: tuple[Format, ...] = (
    jsonl.FORMAT,
    prodigy.FORMAT,
    spacy_docbin.FORMAT,
    conll.FORMAT,
    csv_table.FORMAT,
    html_page.FORMAT,
    text.FORMAT,
)


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was written, and what was left out."""

    documents: int
    spans: int
    losses: tuple[Loss, ...] = ()


def by_name(name: str) -> Format:
    """Raises InputError that names the known ones."""
    found = next((one for one in FORMATS if one.name == name), None)
    if found is None:
        raise InputError(f"there is no format {name}; there are: {', '.join(one.name for one in FORMATS)}")
    return found


def files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files of paths and folders, sorted; in folders, hidden files and databases are passed over.

    Raises InputError for a path that is not there or cannot be listed.
    """
    for path in paths:
        if not path.exists():
            raise InputError(f"{path}: there is no such file or folder")
        if not path.is_dir():
            yield path
            continue
        try:
            inside = sorted(path.iterdir())
        except OSError as error:
            raise InputError(f"{path}: the folder cannot be read: {error.strerror}") from error
        yield from files(one for one in inside if not one.name.startswith(".") and one.suffix != ".db")


def read(source: Source, format_name: str = "") -> Iterator[Document | Problem]:
    """The documents of a file, and a Problem for each record that is none. Raises InputError."""
    found = by_name(format_name) if format_name else _for_reading(source)
    if found.read is None:
        raise InputError(f"{source.name}: {found.name} can be written, not read")
    return found.read(source)


def _for_reading(source: Source) -> Format:
    if source.path is None:
        return jsonl.FORMAT
    if source.path.is_dir() or not source.path.is_file():
        raise InputError(f"{source.name}: is not a file")
    found = _by_suffix(source.path, [one for one in FORMATS if one.read]) or text.FORMAT
    return prodigy.FORMAT if found is jsonl.FORMAT and _holds_tasks(source) else found


def _holds_tasks(source: Source) -> bool:
    """Whether the first record of a JSONL file is one of Prodigy's."""
    for _, line in jsonl.lines(source):
        try:
            return prodigy.is_task(jsonl.parse(line, source.name))
        except jsonl.Unfit:
            return False
    return False


def _by_suffix(path: Path, formats: Iterable[Format]) -> Format | None:
    """The format with the longest suffix the name ends with."""
    name = path.name.lower()
    found = [(len(suffix), one) for one in formats for suffix in one.suffixes if name.endswith(suffix)]
    return max(found, key=lambda pair: pair[0])[1] if found else None


def _for_writing(path: Path, format_name: str) -> Format:
    found = by_name(format_name) if format_name else _by_suffix(path, [one for one in FORMATS if one.write])
    if found is None or found.write is None:
        known = ", ".join(suffix for one in FORMATS if one.write for suffix in one.suffixes)
        raise InputError(f"{path}: no format writes such a file; the suffixes are {known}, or use --format")
    return found


def export(documents: Iterable[Document], path: Path, *, format_name: str = "", lossy: bool = False) -> ExportReport:
    """Write documents to a file that appears whole at the end, or not at all.

    Raises LossError when the format cannot carry everything and not `lossy`, InputError for a target that cannot be
    written; the target is then as it was.
    """
    found = _for_writing(path, format_name)
    if path.is_dir():
        raise InputError(f"{path}: is a folder")
    # A symbolic link keeps pointing at its file, which is what is replaced.
    target = path.resolve()
    if target.exists() and not target.is_file():
        with target.open("wb") as stream:
            return export_to_stream(documents, stream, format_name=found.name, lossy=lossy)
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".export-", suffix=target.suffix)
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}") from error
    os.close(handle)
    temporary = Path(name)
    try:
        report = _write(found, documents, temporary, lossy)
        temporary.chmod(target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask())
        os.replace(temporary, target)
        _sync(target.parent)
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}") from error
    finally:
        temporary.unlink(missing_ok=True)
    return report


def export_to_stream(
    documents: Iterable[Document], stream: IO[bytes], *, format_name: str = "jsonl", lossy: bool = False
) -> ExportReport:
    """Write documents to a stream, by way of a file: a refused export writes nothing. Raises LossError."""
    with tempfile.TemporaryDirectory() as folder:
        temporary = Path(folder) / "export"
        report = _write(_for_writing(temporary, format_name), documents, temporary, lossy)
        with temporary.open("rb") as written:
            shutil.copyfileobj(written, stream)
    return report


def _write(found: Format, documents: Iterable[Document], path: Path, lossy: bool) -> ExportReport:
    number = spans = 0
    losses: list[Loss] = []

    def counted() -> Iterator[Document]:
        nonlocal number, spans
        for document in documents:
            number += 1
            spans += sum(isinstance(mark, Span) for mark in document.marks)
            yield document

    if found.write is None:
        raise InputError(f"{found.name} can be read, not written")
    found.write(counted(), path, losses.append)
    if losses and not lossy:
        raise LossError(found.name, tuple(losses))
    _sync(path)
    return ExportReport(number, spans, tuple(losses))


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
