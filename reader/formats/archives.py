"""Zip archives, read in memory and never unpacked to the disk; what would grow too large is refused first."""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from collections import Counter
from pathlib import Path
from typing import IO

from reader.errors import InputError
from reader.formats import limits

FAULTS = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, OSError, EOFError, RuntimeError),
    *(NotImplementedError, ValueError),
)
"""What reading a broken zip may raise."""


def is_zip(path: Path) -> bool:
    """Whether a file begins as a zip does."""
    try:
        with path.open("rb") as file:
            return file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")
    except OSError:
        return False


class Archive:
    """The files of a zip, without its folders. Raises InputError, at opening too."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        self.name = name
        self._file = file
        try:
            self._zip = zipfile.ZipFile(file)
        except FAULTS as error:
            raise InputError(f"{name}: is no whole zip file: {error}") from error
        self._entries = [entry for entry in self._zip.infolist() if not entry.filename.endswith("/")]
        self._check()

    def __del__(self) -> None:
        # The sources of an archive are read whenever somebody comes to them; it closes with the last of them.
        self._file.close()

    def _check(self) -> None:
        if len(self._entries) > limits.ZIP_FILES:
            raise InputError(f"{self.name}: expected at most {limits.ZIP_FILES:,} files in a zip, found more")
        total = self.size
        if total > self.most:
            raise InputError(f"{self.name}: would grow from {self.packed:,} to {total:,} bytes, more than is allowed")
        for entry in self._entries:
            if entry.file_size > limits.ZIP_RATIO * max(entry.compress_size, 1 << 12):
                raise InputError(f"{self.name}: holds a file that would grow to {entry.file_size:,} bytes")
        places = Counter(entry.header_offset for entry in self._entries)
        if any(number > 1 for number in places.values()):
            raise InputError(f"{self.name}: has files that share their bytes")
        if twice := next((one for one, number in Counter(self.names()).items() if number > 1), ""):
            raise InputError(f"{self.name}: holds two files of the name {twice!r}")

    @property
    def size(self) -> int:
        """The bytes of all files, unpacked."""
        return sum(entry.file_size for entry in self._entries)

    @property
    def packed(self) -> int:
        """The bytes of all files as they are in the archive."""
        return sum(entry.compress_size for entry in self._entries)

    @property
    def most(self) -> int:
        """The bytes that it may grow to."""
        return min(limits.ZIP_BYTES, limits.ZIP_RATIO * max(self.packed, 1 << 12))

    def names(self) -> list[str]:
        """The names with their folders, in the order of the archive."""
        return [entry.filename for entry in self._entries]

    def read(self, name: str) -> bytes:
        """A file, whole. Raises InputError for one that is missing, encrypted or broken."""
        try:
            entry = self._zip.getinfo(name)
            with self._zip.open(entry) as file:
                data = file.read(entry.file_size + 1)
        except KeyError as error:
            raise InputError(f"{self.name}: holds no file {name!r}") from error
        except FAULTS as error:
            raise InputError(f"{self.name}: the file {name!r} in it cannot be read: {error}") from error
        if len(data) > entry.file_size:
            raise InputError(f"{self.name}: the file {name!r} in it is larger than it says")
        return data

    def open(self, name: str) -> IO[bytes]:
        """A file to read from. Raises InputError."""
        return io.BytesIO(self.read(name))
