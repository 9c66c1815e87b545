"""Reading for tests of formats: what a file holds, as documents and in the words that are told."""

from __future__ import annotations

from pathlib import Path

from reader import formats
from reader.formats import Options, Source
from reader.model import Document

Found = list[Document | str]


def read(
    name: str, data: str | bytes, tmp_path: Path, file_name: str = "f", full: bool = False, **columns: str
) -> Found:
    """The documents as they are, and what is told in its words."""
    (tmp_path / file_name).write_bytes(data.encode() if isinstance(data, str) else data)
    source = Source(tmp_path / file_name, "f", options=Options(full, tuple(columns.items())))
    return [one if isinstance(one, Document) else str(one) for one in formats.read(source, name)]
