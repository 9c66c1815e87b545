"""What the command line prints: data on stdout, talk on stderr, everything through `safe`."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from reader.safe import safe

# The same as `reader.project.Progress`, which would load the project to print a version.
Progress = Callable[[str, int, int], None]

QUIET_SECONDS = 1.0


def say(text: str) -> None:
    """A line of talk."""
    print(safe(text), file=sys.stderr)


def fail(text: str) -> None:
    """The one line a failed command ends with."""
    print(f"reader: {safe(text)}", file=sys.stderr)


def give(text: str) -> None:
    """A line of data for people."""
    print(safe(text))


def give_json(value: Any) -> None:
    """Data for programs; control characters are escaped by JSON."""
    print(json.dumps(value, ensure_ascii=not sys.stdout.encoding.lower().startswith("utf"), indent=2))


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
        bar = f"{'━' * (24 * done // total):24} {done:,} of {total:,}" if total else f"{done:,}"
        sys.stderr.write(f"\r\x1b[K{what} {bar}")
        sys.stderr.flush()

    try:
        yield progress
    finally:
        if shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
