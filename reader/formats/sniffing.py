"""The beginning of a file, for the formats to look at: suffixes lie."""

from __future__ import annotations

import io
import zipfile

from reader.formats import limits
from reader.formats.base import Source
from reader.formats.decoding import marked_as
from reader.formats.head import Head

_NAMES = 100


def head_of(source: Source) -> Head:
    """The first bytes, with the first line whole; of stdin only what is there, which it keeps for the reader."""
    with source.open() as file:
        if source.path is None and source.folder is None:
            data = file.peek(limits.HEAD) if isinstance(file, io.BufferedReader) else b""
        else:
            data = file.read(limits.HEAD)
            if data.lstrip()[:1] == b"{" and b"\n" not in data.strip():
                data += file.readline(limits.LINE_BYTES)
        names = _names(source) if data.startswith(b"PK") else ()
    mark, encoding = marked_as(data)
    data = data[len(mark) :]
    if mark and encoding != "utf-8":
        data = data.decode(encoding, "replace").encode("utf-8", "replace")
    return Head(source.file_name.lower(), data, names)


def _names(source: Source) -> tuple[str, ...]:
    """The first names in a zip; the archive itself is checked where it is read."""
    try:
        with source.open() as file, zipfile.ZipFile(file) as archive:
            return tuple(archive.namelist()[:_NAMES])
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        return ()
