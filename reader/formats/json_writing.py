"""Writers of JSON: a value a line, one array, or one object with an array; each item is written as it comes."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from reader.formats.base import Lose, Writer
from reader.formats.strict import Record, dump
from reader.model import Document

ToRecords: TypeAlias = Callable[[Iterable[Document], Lose], Iterable[Any]]


def line_writer(to_record: Callable[[Document, Lose], Record]) -> Writer:
    """A writer of one JSON object a line."""
    return partial(_write_lines, lambda documents, lose: (to_record(document, lose) for document in documents))


def lines_writer(to_records: ToRecords) -> Writer:
    """A writer of one JSON value a line."""
    return partial(_write_lines, to_records)


def array_writer(to_records: ToRecords) -> Writer:
    """A writer of one JSON array, an item a line."""
    return partial(_write_array, to_records)


def object_writer(key: str, to_records: ToRecords, /, **before: Any) -> Writer:
    """A writer of one JSON object with one array, an item a line, behind other keys that are always the same."""
    return partial(_write_object, key, to_records, before)


def _write_lines(to_records: ToRecords, documents: Iterable[Document], path: Path, lose: Lose) -> None:
    with path.open("wb") as file:
        for record in to_records(documents, lose):
            file.write(dump(record))


def _write_array(to_records: ToRecords, documents: Iterable[Document], path: Path, lose: Lose) -> None:
    with path.open("wb") as file:
        before = b"[\n"
        for record in to_records(documents, lose):
            file.write(before + dump(record).removesuffix(b"\n"))
            before = b",\n"
        file.write(b"\n]\n" if before == b",\n" else b"[]\n")


def _write_object(
    key: str, to_records: ToRecords, before: Record, documents: Iterable[Document], path: Path, lose: Lose
) -> None:
    _write_array(to_records, documents, path, lose)
    items = path.with_name(f"{path.name}.items")
    path.rename(items)
    with items.open("rb") as read, path.open("wb") as file:
        file.write(dump({**before, key: None}).removesuffix(b"null}\n"))
        shutil.copyfileobj(read, file)
        file.write(b"}\n")
    items.unlink()
