"""Other annotators on the same articles: slate in a terminal, Label Studio and doccano as servers.

Each is installed from PyPI into a virtual environment of its own, which stays in `.make/rivals`; its data do not stay.
What cannot be installed, started or done in time is said in a line, and the other rows go on.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.rivals.doccano import Doccano
from bench.rivals.environments import Unusable
from bench.rivals.label_studio import LabelStudio
from bench.rivals.over_http import Comparison
from bench.rivals.slate import Slate
from bench.rows import Row

# A pseudo-terminal in which nothing more comes ends in SystemExit.
FAILURES = (Unusable, OSError, subprocess.SubprocessError, SystemExit)

Steps = list[Callable[[], Row]]


def run(full: bool) -> Iterator[Row]:
    """Start, import, export, and the keys of the one that has keys."""
    number = 10_000 if full else 2_000
    # Whoever ends the benchmark ends the servers too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        yield from _rows(Slate.name, lambda: Slate(folder / "slate").steps())
        yield from _rows(LabelStudio.name, lambda: Comparison(LabelStudio, folder / "label-studio", number).steps())
        yield from _rows(Doccano.name, lambda: Comparison(Doccano, folder / "doccano", number).steps())


def _rows(name: str, prepare: Callable[[], Steps]) -> Iterator[Row]:
    """The rows of those steps that can be done here."""
    try:
        steps = prepare()
    except FAILURES as error:
        print(f"{name} cannot be measured here: {_line(error)}", file=sys.stderr)
        return
    for step in steps:
        try:
            row = step()
        except FAILURES as error:
            print(f"{name}: a row is missing: {_line(error)}", file=sys.stderr)
        else:
            yield row


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:300]
