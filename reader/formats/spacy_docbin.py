"""spaCy's `.spacy` files, to train with and from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from reader.errors import InputError
from reader.formats import losses
from reader.formats.base import Format, Lose, Source
from reader.model import Document, Problem
from reader.nlp import docbin

CARRIES = frozenset({"overlaps", "tags", "tokens", "meta"})


def write(documents: Iterable[Document], path: Path, lose: Lose) -> None:
    """Every document as a spaCy Doc; see `docbin.write` for what is where."""

    def reported() -> Iterator[Document]:
        for document in documents:
            losses.report(document, lose, carries=CARRIES)
            yield document

    docbin.write(
        reported(),
        path,
        lambda document, span: losses.misfit(document, span, lose, "it does not lie on the borders of spaCy's tokens"),
    )


def read(source: Source) -> Iterator[Document | Problem]:
    """The documents of a DocBin."""
    if source.path is None:
        raise InputError("stdin: a .spacy file cannot be read from a pipe; save it first")
    try:
        yield from docbin.read(source.path)
    except InputError as error:
        yield Problem(source.name, 0, str(error).removeprefix(f"{source.path}: "))


FORMAT = Format(
    "spacy",
    "spaCy's DocBin: entities, and span groups where they overlap",
    (".spacy",),
    read=read,
    write=write,
    carries=CARRIES,
)
