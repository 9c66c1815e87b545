"""Copies of a file: those that roll in a folder beside it, those a person asks for, and what is mended from one."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from itertools import count
from pathlib import Path

from reader.errors import InputError, StoreError
from reader.store import checking, repairing
from reader.store.connection import Progress, Store, is_ours

EVERY_SECONDS = 600.0
"""A copy that is younger is good enough: what was done since can be undone one by one."""

LARGEST = 1 << 30
"""Bytes of a file that is copied; a larger one is left to `reader backup`, for nobody would wait for it."""


def folder_of(path: Path) -> Path:
    """Where the copies of a file are."""
    return path.with_name(f"{path.stem}.backups")


def copies(path: Path) -> list[Path]:
    """The rolling copies there are, oldest first; what else is in the folder is none of ours."""
    name = re.compile(rf"{re.escape(path.stem)}-\d{{8}}T\d{{6}}Z{re.escape(path.suffix)}")
    folder = folder_of(path)
    return sorted(found for found in folder.iterdir() if name.fullmatch(found.name)) if folder.is_dir() else []


def unused(path: Path, what: str) -> Path:
    """A name beside a file for a copy of it that replaces no earlier one."""
    marks = (what if number == 1 else f"{what}-{number}" for number in count(1))
    places = (path.with_name(f"{path.stem}.{mark}{path.suffix}") for mark in marks)
    return next(place for place in places if not place.exists())


def roll(store: Store, keep: int, progress: Progress) -> Path | None:
    """Make a copy and remove those beyond the newest `keep`; None where there is nothing to copy, or no need.

    Raises StoreError where the copy cannot be written.
    """
    path = store.path
    if path is None or keep < 1 or store.read_only:
        return None
    try:
        if not _is_due(store, path):
            return None
        folder_of(path).mkdir(exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder_of(path)}: cannot be made for a backup: {error.strerror}") from error
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    made = folder_of(path) / f"{path.stem}-{stamp}{path.suffix}"
    store.backup(made, lambda done, total: progress("backing up", done, total))
    # One that cannot be removed now, or that another program has just removed, harms nobody.
    with suppress(OSError):
        for old in copies(path)[:-keep]:
            if old != made:
                old.unlink()
    return made


def _is_due(store: Store, path: Path) -> bool:
    if path.stat().st_size > LARGEST or not store.value("SELECT 1 FROM documents LIMIT 1"):
        return False
    present = copies(path)
    return not present or time.time() - present[-1].stat().st_mtime >= EVERY_SECONDS


def write(store: Store, target: Path, replace: bool, progress: Progress) -> None:
    """A whole copy, instead of another of Reader's files at most unless `replace`. Raises InputError, StoreError."""
    if store.path and target.exists() and target.samefile(store.path):
        raise InputError(f"{target}: is the open database; back up to another file")
    if not replace and target.exists() and not is_ours(target):
        raise InputError(f"{target}: is there already and is no file of Reader's; back up to another file")
    store.backup(target, lambda done, total: progress("copying", done, total))


def repair(store: Store, path: Path, backup: Path | None, progress: Progress) -> tuple[list[str], list[str]]:
    """What was mended, after a copy, and what is still wrong, a line each. Raises StoreError, NotSaved, ReadOnly."""
    if not checking.check(store, progress):
        return [], []
    other = Store.open(backup, read_only=True) if backup else None
    try:
        store.backup(unused(path, "before-repair"))
        done = repairing.repair(store, other, progress)
    finally:
        if other:
            other.close()
    return done, checking.check(store, progress)
