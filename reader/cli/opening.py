"""Whether a command line opens the screen, and with what; it loads nothing else, so that the screen is up at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

COMMANDS = (
    *("import", "export", "convert", "suggest", "labels", "documents", "stats", "search", "undo"),
    *("merge", "check", "repair", "backup", "formats", "config"),
)


class Opening(NamedTuple):
    """What to import before the screen opens, the database and the annotator; "" for the usual ones."""

    paths: list[str]
    db: str = ""
    annotator: str = ""


def is_command(words: Sequence[str]) -> bool:
    """Whether the words after `--db` and `--as` name a command, or ask for help or the version."""
    place = 0
    while place < len(words) and words[place].startswith(("--db", "--as")):
        place += 1 if "=" in words[place] else 2
    return place < len(words) and words[place] in (*COMMANDS, "-h", "--help", "--version")


def parse(words: Sequence[str]) -> Opening:
    """The files to open, the database and the annotator. Ends with 2 on wrong use, or raises InputError."""
    if not any(word.startswith("-") for word in words):
        return Opening(list(words))
    from reader.cli.options import opening
    from reader.cli.words import checked

    options = checked(opening().parse_args(words))
    return Opening(options.paths, options.db, options.annotator)
