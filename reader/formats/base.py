"""What a format is: a reader that yields documents and problems, and a writer that reports each loss."""

from __future__ import annotations

import glob
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Protocol, TypeAlias

from reader.errors import InputError
from reader.formats import limits
from reader.formats.head import Head
from reader.model import Document, Loss, Problem, Repair


@dataclass(frozen=True, slots=True)
class Options:
    """What a person may say about how to read: the columns of a table, and that a page is wanted whole."""

    full: bool = False
    columns: tuple[tuple[str, str], ...] = ()

    def column(self, name: str) -> str:
        """The column a person named for a field, "" where none was."""
        return dict(self.columns).get(name, "")


class Folder(Protocol):
    """Where the files beside a source are: a folder, or an archive."""

    def names(self) -> list[str]: ...

    def open(self, name: str) -> IO[bytes]: ...


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read: at `path`, in an archive (`folder`, `member`), or else stdin.

    `name` stands in messages; `encoding` "" means: find out. `annotator` is whose the file is where its place says so.
    """

    path: Path | None
    name: str
    encoding: str = ""
    options: Options = Options()
    folder: Folder | None = None
    member: str = ""
    annotator: str = ""

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """The bytes. Raises InputError, also where reading fails half way."""
        try:
            if self.folder is not None:
                with self.folder.open(self.member) as file:
                    yield file
            elif self.path is None:
                yield sys.stdin.buffer
            else:
                with self.path.open("rb", buffering=limits.HEAD) as file:
                    yield file
        except OSError as error:
            raise InputError(f"{self.name}: cannot be read: {error.strerror}") from error

    @property
    def file_name(self) -> str:
        """The last part of its name, "" for stdin."""
        return self.path.name if self.path else self.member.rpartition("/")[2]

    def beside(self, file_name: str) -> Source | None:
        """The file of that name in the same folder or archive, None where there is none."""
        if file_name in ("", ".", "..") or {"/", "\\", "\0"} & set(file_name):
            return None
        base = "".join(self.name.rpartition("/")[:2])
        if self.folder is not None:
            member = self.member[: len(self.member) - len(self.file_name)] + file_name
            return replace(self, name=base + file_name, member=member) if member in self.folder.names() else None
        if self.path is None or not (found := self.path.with_name(file_name)).is_file():
            return None
        return replace(self, path=found, name=base + told(file_name))

    def nearby(self, file_name: str) -> Source | None:
        """The file of that name beside it, else in a folder beside its own or above, None where there is none."""
        if found := self.beside(file_name):
            return found
        if self.folder is not None:
            name = next((name for name in self.folder.names() if name.rpartition("/")[2] == file_name), "")
            return replace(self, name=file_name, member=name) if name else None
        if self.path is None:
            return None
        above = self.path.resolve().parent.parent
        there = next(
            (
                path
                for path in (above / file_name, *sorted(above.glob(f"*/{glob.escape(file_name)}")))
                if path.is_file()
            ),
            None,
        )
        return replace(self, path=there, name=told(there)) if there else None

    def at(self, line: int = 0) -> Place:
        return Place(self.name, line)


def told(path: str | Path) -> str:
    """A path as it can be kept and shown: what is no UTF-8 in it, as files of old computers have it, as \\xNN."""
    return os.fsencode(path).decode(errors="backslashreplace")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands, to say what is wrong with it."""

    file: str
    line: int = 0

    def problem(self, message: str) -> Problem:
        return Problem(self.file, self.line, message)

    def repair(self, message: str) -> Repair:
        return Repair(self.file, self.line, message)


Found: TypeAlias = Document | Problem | Repair
Reader: TypeAlias = Callable[[Source], Iterator[Found]]
Lose: TypeAlias = Callable[[Loss], None]
Writer: TypeAlias = Callable[[Iterable[Document], Path, Lose], None]
FilesWriter: TypeAlias = Callable[[Iterable[Document], Lose], Iterator[tuple[str, bytes]]]


def no_companions(file_name: str) -> tuple[str, ...]:
    """A format whose file stands alone."""
    return ()


@dataclass(frozen=True, slots=True)
class Format:
    """One format, and what it `carries` (of EVERYTHING).

    A fact that a person stated (a span, a tag, a note, a relation, and what belongs to it) and that a format does not
    carry is reported as a loss. What describes the document (title, source, language, meta, annotator, status, tokens)
    and what only serves suggesting (suggestions, rejections) is left out where `carries` does not name it.

    `read` yields the documents of a source, one annotator's view each: a text that several people annotated comes
    several times in a row. `write` makes one file; `write_files` gives the `(name, content)` of each file of a folder
    or a zip. `tokenizes` says that writing asks a tokenizer where a document brings no tokens. `looks` says why a
    file's beginning shows this format, or "". `companions` names the files that belong to a file of that name and are
    not read by themselves, `apart` those that may be in another folder. `extra` is the
    optional dependency it needs.
    """

    name: str
    summary: str
    suffixes: tuple[str, ...]
    read: Reader | None = None
    write: Writer | None = None
    write_files: FilesWriter | None = None
    carries: frozenset[str] = frozenset()
    looks: Callable[[Head], str] | None = None
    companions: Callable[[str], tuple[str, ...]] = no_companions
    apart: Callable[[str], tuple[str, ...]] = no_companions
    extra: str = ""
    tokenizes: bool = False

    @property
    def writes(self) -> bool:
        return self.write is not None or self.write_files is not None


def grouped(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """The views of one text by several annotators, which come one after the other."""
    group: list[Document] = []
    for document in documents:
        seen = {one.annotator for one in group}
        if group and (group[0].text != document.text or document.annotator in seen):
            yield group
            group = []
        group.append(document)
    if group:
        yield group


EVERYTHING = frozenset(
    {
        "annotator",
        "attributes",
        "fragments",
        "language",
        "meta",
        "notes",
        "overlaps",
        "rejected",
        "relations",
        "source",
        "spans",
        "status",
        "suggestions",
        "tags",
        "title",
        "tokens",
    }
)
