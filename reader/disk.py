"""What must be on the disk before it is said to be there."""

from __future__ import annotations

import os
from pathlib import Path


def sync(path: Path) -> None:
    """Have a file, or what a folder says of its files, written to the disk. Raises OSError."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_new(path: Path, data: bytes) -> None:
    """Make a file that is there whole or not at all, whenever the program is killed. Raises OSError.

    Its name is on the disk when the folder is synced, which is left to the caller.
    """
    # A short name, so that the longest one a file may have can still be given.
    temporary = path.with_name(f".{os.urandom(6).hex()}.tmp")
    file = temporary.open("xb")
    try:
        with file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(temporary, path)
        except FileExistsError:
            raise
        except OSError:
            _rename_new(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _rename_new(temporary: Path, path: Path) -> None:
    """The same on a disk that knows no second name of a file: take the name, so that nothing there is replaced."""
    path.open("xb").close()
    try:
        os.replace(temporary, path)
    except OSError:
        path.unlink()
        raise
