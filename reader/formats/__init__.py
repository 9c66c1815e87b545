"""The formats: one literal registry, and reading a file in the format its content shows."""

from __future__ import annotations

import glob
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO

from reader.errors import InputError
from reader.formats import (
    argilla,
    bdoc,
    bilou,
    bioc_json,
    bioc_xml,
    bioes,
    brat,
    cas_json,
    cas_xmi,
    conll,
    conll2012,
    conllu,
    csv_table,
    dataturks,
    doccano,
    entity_list,
    epub,
    feed,
    gate_xml,
    html_page,
    hugging_face,
    inception,
    inline,
    jsonl,
    label_studio,
    label_studio_csv,
    label_studio_min,
    lighttag,
    mail,
    markdown_page,
    ner_annotator,
    odt,
    office,
    parquet,
    patterns,
    pdf,
    prodigy,
    pubannotation,
    pubtator,
    slate,
    spacy_docbin,
    spacy_json,
    spacy_tuples,
    table,
    tagtog,
    tei,
    text,
    w3c,
    warc,
    web,
    webanno,
    yedda,
)
from reader.formats.archives import Archive, is_zip
from reader.formats.base import Format, Found, Options, Source, told
from reader.formats.sniffing import head_of
from reader.formats.writing import ExportReport, write, write_to_stream
from reader.model import Document

__all__ = [
    "FORMATS",
    "ExportReport",
    "Format",
    "Found",
    "Options",
    "Source",
    "by_name",
    "export",
    "export_to_stream",
    "for_writing",
    "read",
    "read_as",
    "sources",
]

NO_OPTIONS = Options()
# Suffixes of files that belong to another one: looking for the other is worth a listing of the folder.
_OWNED = frozenset({".txt", ".html"})

# To add one, write its module and name it here. The first that knows a file's beginning as its own reads it, so what
# is known by little stands behind what is known by much.
MODULES = (
    prodigy,
    doccano,
    label_studio,
    label_studio_min,
    argilla,
    pubannotation,
    bioc_json,
    cas_json,
    tagtog,
    w3c,
    bdoc,
    dataturks,
    lighttag,
    ner_annotator,
    hugging_face,
    spacy_tuples,
    spacy_json,
    spacy_docbin,
    patterns,
    jsonl,
    brat,
    slate,
    webanno,
    cas_xmi,
    inception,
    bioc_xml,
    pubtator,
    gate_xml,
    tei,
    inline,
    yedda,
    conllu,
    conll2012,
    conll,
    bioes,
    bilou,
    label_studio_csv,
    parquet,
    warc,
    table,
    epub,
    odt,
    office,
    pdf,
    feed,
    mail,
    web,
    csv_table,
    html_page,
    entity_list,
    markdown_page,
    text,
)
FORMATS: tuple[Format, ...] = tuple(module.FORMAT for module in MODULES)


def by_name(name: str) -> Format:
    """Raises InputError for an unknown one."""
    found = next((one for one in FORMATS if one.name == name), None)
    if found is None:
        raise InputError(f"there is no format {name}; `reader formats` lists them")
    return found


def sources(paths: Iterable[Path], encoding: str = "", options: Options = NO_OPTIONS) -> Iterator[Source]:
    """The files to read of paths, folders and zips, sorted. A file that belongs to another is read with that one.

    In folders, hidden files and databases are passed over; archives within archives are not opened, but for those
    that INCEpTION makes. Raises InputError for a path that is not there or cannot be read.
    """
    seen: set[Path] = set()
    for path in paths:
        for found in _files(path):
            owner = _owner(found)
            if owner not in seen:
                seen.add(owner)
                yield from _opened(Source(owner, told(owner), encoding, options))


def _files(path: Path) -> Iterator[Path]:
    if not path.exists():
        raise InputError(f"{path}: there is no such file or folder")
    if not path.is_dir():
        yield path
        return
    inside = list(_inside(path))
    passed = _belonging([(str(one.parent), one.name) for one in inside])
    yield from (one for one in inside if (str(one.parent), one.name) not in passed)


def _inside(folder: Path) -> Iterator[Path]:
    """All files of a folder and the folders in it, sorted folder by folder."""
    try:
        inside = sorted(folder.iterdir())
    except OSError as error:
        raise InputError(f"{folder}: the folder cannot be read: {error.strerror}") from error
    for one in filter(_wanted, inside):
        if one.is_dir():
            yield from _inside(one)
        else:
            yield one


def _wanted(path: Path) -> bool:
    """Whether a file of a folder is looked at; a link to a folder may lead round in circles."""
    hidden = path.name.startswith(".") or path.suffix == ".db" or path.name.endswith((".db-wal", ".db-journal"))
    return not hidden and not (path.is_symlink() and path.is_dir())


def _belonging(files: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of `(folder, name)` that are read with another: beside it or, for a format that keeps them apart, near."""
    beside = {(folder, other) for folder, name in files for other in _companions([name])}
    apart = {other for _, name in files for one in FORMATS for other in one.apart(name)}
    return beside | {(folder, name) for folder, name in files if name in apart}


def _companions(names: Iterable[str]) -> set[str]:
    return {other for name in names for one in FORMATS for other in one.companions(name)}


def _owner(path: Path) -> Path:
    """The file that a file named by itself belongs to, which is beside it; or the file."""
    if path.is_file() and path.suffix in _OWNED:
        for other in sorted(path.parent.glob(f"{glob.escape(path.name.removesuffix(path.suffix))}*")):
            if path.name in _companions([other.name]):
                return other
    return path


def _opened(source: Source) -> Iterator[Source]:
    """The source, or the files of a zip that is no document by itself."""
    if source.path is None or not is_zip(source.path) or _looking(source)[0]:
        yield source
        return
    try:
        archive = Archive(source.path.open("rb"), source.name)
    except InputError:
        # Whoever reads the file says what is wrong with it; the others of the folder are still read.
        yield source
        return
    names = [name for name in archive.names() if not _is_hidden(name)]
    if inception.is_project(names):
        yield from inception.members(names, archive, source)
        return
    passed = _belonging([_parted(name) for name in names])
    for name in sorted(name for name in names if _parted(name) not in passed):
        yield replace(source, path=None, name=f"{source.name}/{name}", folder=archive, member=name)


def _parted(name: str) -> tuple[str, str]:
    """The folder and the last part of a name in an archive."""
    folder, _, last = name.rpartition("/")
    return folder, last


def _is_hidden(name: str) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in name.split("/"))


def read(source: Source, format_name: str = "") -> Iterator[Found]:
    """The documents of a file, a Problem for each record that is none, a Repair for each taken otherwise.

    Raises InputError.
    """
    return read_as(source, format_name)[2]


def read_as(source: Source, format_name: str = "") -> tuple[Format, str, Iterator[Found]]:
    """The format a file is read in, why, and what is in it. Raises InputError."""
    found, why = (by_name(format_name), "as you said") if format_name else _for_reading(source)
    if found.read is None and not format_name:
        message = f"expected a format that is read, found {found.name}; --format text takes the file as it is"
        return found, why, iter([source.at().problem(message)])
    if found.read is None:
        raise InputError(f"{source.name}: {found.name} can be written, not read")
    if found is text.FORMAT and not format_name and head_of(source).data.lstrip().startswith(b"<?xml"):
        message = "expected a kind of XML that is known, found another; --format text takes the file as it is"
        return found, why, iter([source.at().problem(message)])
    return found, why, _whose(found.read(source), source.annotator)


def _whose(found: Iterator[Found], annotator: str) -> Iterator[Found]:
    """Documents that say nobody's name are whose the file is."""
    for one in found:
        if annotator and isinstance(one, Document) and not one.annotator:
            one = replace(one, annotator=annotator)
        yield one


def _for_reading(source: Source) -> tuple[Format, str]:
    """The format a file is in: its content first, then its suffix, else plain text; on stdin, else JSONL."""
    if source.path is not None and not source.path.is_file():
        raise InputError(f"{source.name}: is not a file")
    found, why = _looking(source)
    if found:
        return found, why
    # A suffix that two formats share belongs, in reading, to the one that reads.
    readers = [one for one in FORMATS if one.read]
    if suffixed := _by_suffix(source.file_name, readers) or _by_suffix(source.file_name, FORMATS):
        return suffixed, "by its suffix"
    return (text.FORMAT, "no other format") if source.file_name else (jsonl.FORMAT, "from stdin")


def _looking(source: Source) -> tuple[Format | None, str]:
    """The first format that knows the beginning as its own, and by what."""
    head = head_of(source)
    for one in FORMATS:
        if one.looks and (why := one.looks(head)):
            return one, why
    return None, ""


def _by_suffix(file_name: str, formats: Iterable[Format]) -> Format | None:
    """The format with the longest suffix the name ends with; of equal ones the first."""
    name = file_name.lower()
    found = [
        (len(suffix), -number, one)
        for number, one in enumerate(formats)
        for suffix in one.suffixes
        if name.endswith(suffix)
    ]
    return max(found, key=lambda triple: triple[:2])[2] if found else None


def for_writing(path: Path, format_name: str = "") -> Format:
    """The format of a name, else of the path's suffix. Raises InputError."""
    writing = [one for one in FORMATS if one.writes]
    found = by_name(format_name) if format_name else _by_suffix(path.name, writing)
    if found is None:
        raise InputError(f"{path}: no format writes such a file; name one with --format (`reader formats` lists them)")
    return found


def export(
    documents: Iterable[Document], path: Path, *, format_name: str = "", lossy: bool = False, replace: bool = True
) -> ExportReport:
    """Write documents to a file that appears whole at the end, or not at all.

    Raises LossError when the format cannot carry everything and not `lossy`, InputError for a target that cannot be
    written, or that exists and is not to be replaced; the target is then as it was.
    """
    return write(for_writing(path, format_name), documents, path, lossy=lossy, replace=replace)


def export_to_stream(
    documents: Iterable[Document], stream: IO[bytes], *, format_name: str = "jsonl", lossy: bool = False
) -> ExportReport:
    """Write documents to a stream, by way of a file: a refused export writes nothing. Raises LossError."""
    return write_to_stream(for_writing(Path("stdout"), format_name), documents, stream, lossy=lossy)
