"""What the command line prints: data on stdout, talk on stderr, everything through `safe`."""

from __future__ import annotations

import io
import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from reader.safe import safe, safe_json

# The same as `reader.project.Progress`, which would load the project to print a version.
Progress = Callable[[str, int, int], None]

MAX_LINES = 20
QUIET_SECONDS = 1.0
BAR = 24


def mend_streams() -> None:
    """Make any standard stream fit to be used: one that was closed goes nowhere, none fails on a character."""
    # In this order, so that a closed one gets its own number back and no database is opened as 1 or 2.
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def discard_streams() -> None:
    """Let what is still to be printed go nowhere; Python would complain about it at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())


def say(text: str) -> None:
    """A line of talk."""
    print(safe(text), file=sys.stderr)


def say_some(lines: Sequence[object], before: str = "") -> None:
    """A line each, up to a screenful, and how many more there are."""
    for line in lines[:MAX_LINES]:
        say(f"{before}{line}")
    if len(lines) > MAX_LINES:
        say(f"and {len(lines) - MAX_LINES:,} more")


def fail(text: str) -> None:
    """The one line a failed command ends with."""
    print(f"reader: {safe(text)}", file=sys.stderr)


def give(text: str) -> None:
    """A line of data for people."""
    print(safe(text))


def give_json(value: Any) -> None:
    """Data for programs, who may be a person at a terminal. A named tuple is an object with its fields."""
    ascii_only = not sys.stdout.encoding.lower().startswith("utf")
    print(safe_json(json.dumps(_plain(value), ensure_ascii=ascii_only, indent=2)))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return _plain(value._asdict())
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value


def give_table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Columns wide enough for their contents; numbers to the right."""
    cells = [[safe(str(cell)) for cell in row] for row in rows]
    widths = [max(len(title), *(len(row[column]) for row in cells), 0) for column, title in enumerate(head)]
    for line, values in ((list(head), [""] * len(head)), *zip(cells, rows, strict=True)):
        columns = [
            cell.rjust(width) if isinstance(value, int | float) else cell.ljust(width)
            for cell, width, value in zip(line, widths, values, strict=True)
        ]
        print("  ".join(columns).rstrip())


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A bar on stderr for anything over a second, where somebody looks."""
    if not sys.stderr.isatty():
        yield lambda what, done, total: None
        return
    started = time.monotonic()
    shown = False

    def progress(what: str, done: int, total: int) -> None:
        nonlocal shown
        if time.monotonic() - started < QUIET_SECONDS:
            return
        shown = True
        columns = shutil.get_terminal_size().columns
        sys.stderr.write(f"\r\x1b[K{bar_line(what, done, total, columns)}")
        sys.stderr.flush()

    try:
        yield progress
    finally:
        if shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def bar_line(what: str, done: int, total: int, columns: int) -> str:
    """One line of progress that never wraps; without a total, the count alone."""
    filled = min(BAR, BAR * done // total) if total else 0
    bar = f"{'━' * filled:{BAR}} {done:,} of {total:,}" if total else f"{done:,}"
    return f"{safe(what)} {bar}"[: max(columns - 1, 0)]
