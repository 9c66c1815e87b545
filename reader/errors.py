"""Every error a user can cause.

ReaderError
├── InputError       a file, argument or setting that cannot be used
│   └── RecordError  the bad records of a file, each with its place
├── StoreError       a database that cannot be used
│   ├── NotSaved     an edit the disk refused; nothing of it was written
│   └── ReadOnly     an edit on a file that may only be read
├── LossError        an export that would leave something out
└── SuggesterFailed  a suggester that stopped, hung or could not be loaded; everything else works on

Each message says what is wrong, where, and what to do, in one line. They end a command with exit code 2.
"""

from __future__ import annotations

from reader.model import Loss, Problem


class ReaderError(Exception):
    """What a user can cause and mend."""


class InputError(ReaderError):
    """A file, an argument or a setting that cannot be used as it is."""


class RecordError(InputError):
    """A file with records that cannot be read; nothing of it was imported, or written where it was converted."""

    def __init__(self, problems: tuple[Problem, ...], done: str = "imported") -> None:
        self.problems = problems
        super().__init__(
            f"{len(problems)} bad record{'s' if len(problems) != 1 else ''}; nothing was {done}. "
            "Mend them, or use --skip-bad to take the others"
        )


class StoreError(ReaderError):
    """A database that cannot be used as it is."""


class NotSaved(StoreError):
    """An edit that did not reach the disk; the file is as it was before."""


class ReadOnly(StoreError):
    """An edit on a file, or in a folder, that may only be read."""


class LossError(ReaderError):
    """An export the format cannot carry whole; nothing was written."""

    def __init__(self, format_name: str, losses: tuple[Loss, ...]) -> None:
        self.losses = losses
        super().__init__(
            f"{format_name} cannot carry {len(losses)} fact{'s' if len(losses) != 1 else ''}; nothing was written. "
            "Use --lossy to write the rest, or a format that carries them (jsonl carries everything)"
        )


class SuggesterFailed(ReaderError):
    """A suggester that stopped, hung or could not be loaded. Nothing depends on it: everything else works on."""
