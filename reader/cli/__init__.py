"""The command line: parse, call Project, print, report errors. It loads the screen only to open it.

argparse, because opening an article must not wait for a larger parser to be imported.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from pathlib import Path

from reader import __version__
from reader.cli import opening
from reader.cli.output import discard_streams, fail, mend_streams, say_some
from reader.errors import InputError, LossError, ReaderError, RecordError


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and end the process: 0 done, 1 done with reported problems, 2 wrong use or unusable input."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    mend_streams()
    try:
        code = _reported(words)
        sys.stdout.flush()
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:
        # The next program in the pipe has seen enough.
        discard_streams()
        code = 0
    except OSError as error:
        # What the storage and the formats meet is a ReaderError by now: this is stdout, on a full disk for example.
        fail(f"{error.filename or 'stdout'}: {error.strerror or error}")
        discard_streams()
        code = 2
    sys.exit(code)


def _reported(words: list[str]) -> int:
    """The exit code of the command, its errors as lines."""
    try:
        return _run(words)
    except RecordError as error:
        say_some(error.problems)
        fail(str(error))
    except LossError as error:
        say_some(error.losses)
        fail(str(error))
    except ReaderError as error:
        fail(str(error))
    return 2


def _run(words: list[str]) -> int:
    if words == ["--version"]:
        print(f"reader {__version__}")
        return 0
    if not opening.is_command(words):
        return _open(*opening.parse(words))
    gc.enable()
    from reader.cli.parser import parse

    options = parse(words)
    return int(options.verb(options))


def _open(paths: list[str], database: str, annotator: str) -> int:
    """Import what is new of the paths, and open the screen."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise InputError("reading needs a terminal; `reader --help` lists what works without one")
    from reader import config
    from reader.cli.output import progress_bar
    from reader.project import Project

    settings = config.load()
    path = Path(database or settings.database)
    with Project.open(path, annotator=annotator, config=settings) as project:
        first = None
        if paths:
            with progress_bar() as progress:
                report = project.import_files(paths, progress=progress)
                project.index(progress)
            if report.refused:
                raise RecordError(report.problems)
            first = report.first if len(paths) == 1 and report.documents == 1 else None
        from reader.tui.app import run

        return run(project, first)
