"""The formats: one literal registry, and reading a file in the format its content shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from reader.errors import InputError
from reader.formats import conll, csv_table, html_page, jsonl, prodigy, spacy_docbin, text
from reader.formats.base import Format, Source
from reader.formats.sniffing import looks_like
from reader.formats.writing import ExportReport, write, write_to_stream
from reader.model import Document, Problem

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
        yield from files(one for one in inside if _wanted(one))


def _wanted(path: Path) -> bool:
    """Whether a file of a folder is looked at; a link to a folder may lead round in circles."""
    hidden = path.name.startswith(".") or path.suffix == ".db" or path.name.endswith((".db-wal", ".db-journal"))
    return not hidden and not (path.is_symlink() and path.is_dir())


def read(source: Source, format_name: str = "") -> Iterator[Document | Problem]:
    """The documents of a file, and a Problem for each record that is none. Raises InputError."""
    found = by_name(format_name) if format_name else _for_reading(source)
    if found.read is None and not format_name:
        message = f"expected a format that is read, found {found.name}; --format text takes the file as it is"
        return iter([Problem(source.name, 0, message)])
    if found.read is None:
        raise InputError(f"{source.name}: {found.name} can be written, not read")
    return found.read(source)


def _for_reading(source: Source) -> Format:
    """The format a file is in: its content first, then its suffix, else plain text; on stdin, else JSONL."""
    if source.path is not None and not source.path.is_file():
        raise InputError(f"{source.name}: is not a file")
    suffixed = _by_suffix(source.path, FORMATS) if source.path else None
    name = looks_like(source, told=suffixed.name if suffixed else "")
    if name:
        return by_name(name)
    return suffixed or (text.FORMAT if source.path else jsonl.FORMAT)


def _by_suffix(path: Path, formats: Iterable[Format]) -> Format | None:
    """The format with the longest suffix the name ends with."""
    name = path.name.lower()
    found = [(len(suffix), one) for one in formats for suffix in one.suffixes if name.endswith(suffix)]
    return max(found, key=lambda pair: pair[0])[1] if found else None


def _for_writing(path: Path, format_name: str) -> Format:
    found = by_name(format_name) if format_name else _by_suffix(path, [one for one in FORMATS if one.write])
    if found is None:
        known = ", ".join(suffix for one in FORMATS if one.write for suffix in one.suffixes)
        raise InputError(f"{path}: no format writes such a file; the suffixes are {known}, or use --format")
    return found


def export(
    documents: Iterable[Document], path: Path, *, format_name: str = "", lossy: bool = False, replace: bool = True
) -> ExportReport:
    """Write documents to a file that appears whole at the end, or not at all.

    Raises LossError when the format cannot carry everything and not `lossy`, InputError for a target that cannot be
    written, or that exists and is not to be replaced; the target is then as it was.
    """
    return write(_for_writing(path, format_name), documents, path, lossy=lossy, replace=replace)


def export_to_stream(
    documents: Iterable[Document], stream: IO[bytes], *, format_name: str = "jsonl", lossy: bool = False
) -> ExportReport:
    """Write documents to a stream, by way of a file: a refused export writes nothing. Raises LossError."""
    return write_to_stream(_for_writing(Path("stdout"), format_name), documents, stream, lossy=lossy)
