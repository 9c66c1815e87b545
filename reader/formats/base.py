"""What a format is: a reader that yields documents and problems, and a writer that reports each loss."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
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

    def open(self) -> IO[bytes]:
        """The bytes. Raises InputError."""
        if self.path is None:
            return sys.stdin.buffer
        try:
            return self.path.open("rb")
        except OSError as error:
            raise InputError(f"{self.name}: cannot be read: {error.strerror}") from error


Reader: TypeAlias = Callable[[Source], Iterator[Document | Problem]]
Lose: TypeAlias = Callable[[Loss], None]
Writer: TypeAlias = Callable[[Iterable[Document], Path, Lose], None]


@dataclass(frozen=True, slots=True)
class Format:
    """One format. `carries` names what it holds besides text and spans; what is not named there is left out."""

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
        "meta",
        "notes",
        "overlaps",
        "rejected",
        "relations",
        "status",
        "suggestions",
        "tags",
        "tokens",
    }
)
