"""What a format is: a reader that yields documents and problems, and a writer that reports each loss."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypeAlias

from reader.errors import InputError
from reader.model import Document, Loss, Problem


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read, or stdin where `path` is None. `name` stands in messages; `encoding` "" means: find out."""

    path: Path | None
    name: str
    encoding: str = ""

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """The bytes. Raises InputError, also where reading fails half way."""
        try:
            if self.path is None:
                yield sys.stdin.buffer
                return
            with self.path.open("rb") as file:
                yield file
        except OSError as error:
            raise InputError(f"{self.name}: cannot be read: {error.strerror}") from error


Reader: TypeAlias = Callable[[Source], Iterator[Document | Problem]]
Lose: TypeAlias = Callable[[Loss], None]
Writer: TypeAlias = Callable[[Iterable[Document], Path, Lose], None]


@dataclass(frozen=True, slots=True)
class Format:
    """One format, and what it `carries` (of EVERYTHING).

    A fact that a person stated (a span, a tag, a note, a relation, and what belongs to it) and that a format does not
    carry is reported as a loss. What describes the document (title, source, language, meta, annotator, status, tokens)
    and what only serves suggesting (suggestions, rejections) is left out where `carries` does not name it.
    """

    name: str
    summary: str
    suffixes: tuple[str, ...]
    read: Reader | None = None
    write: Writer | None = None
    carries: frozenset[str] = frozenset()


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
