"""The command line: parse, call Project, print, report errors. It loads the screen only to open it.

argparse, because opening an article must not wait for a larger parser to be imported.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from reader import __version__
from reader.cli.output import fail, say
from reader.errors import InputError, LossError, ReaderError, RecordError

MAX_LINES = 20


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and end the process: 0 done, 1 done with reported problems, 2 wrong use or unusable input."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words == ["--version"]:
        print(f"reader {__version__}")
        sys.exit(0)
    try:
        code = _run(words)
        sys.stdout.flush()
    except (RecordError, LossError) as error:
        _report(error)
        code = 2
    except ReaderError as error:
        fail(str(error))
        code = 2
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:
        # The next program in the pipe has seen enough; keep Python from complaining at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code)


def _report(error: RecordError | LossError) -> None:
    details = error.problems if isinstance(error, RecordError) else error.losses
    for detail in details[:MAX_LINES]:
        say(str(detail))
    if len(details) > MAX_LINES:
        say(f"and {len(details) - MAX_LINES} more")
    fail(str(error))


def _run(words: list[str]) -> int:
    from reader.cli.parser import parse

    options = parse(words)
    if options.verb is None:
        return _open(options.paths, options.db, options.annotator)
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
