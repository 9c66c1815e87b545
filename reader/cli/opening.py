"""Whether a command line opens the screen, and with what; it loads nothing else, so that the screen is up at once."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import NoReturn

from reader.safe import safe

COMMANDS = (
    *("import", "export", "convert", "suggest", "labels", "documents", "stats", "search", "undo"),
    *("merge", "check", "repair", "backup", "formats", "config"),
)
EXAMPLE = "Example: reader articles/ (a file that is named like a command: reader ./export)"


def is_command(words: Sequence[str]) -> bool:
    """Whether the words after `--db` and `--as` name a command, or ask for help or the version."""
    place = 0
    while place < len(words) and words[place].startswith(("--db", "--as")):
        place += 1 if "=" in words[place] else 2
    return place < len(words) and words[place] in (*COMMANDS, "-h", "--help", "--version")


class Parser(argparse.ArgumentParser):
    """Says what is wrong with words that may be file names of strangers."""

    def error(self, message: str) -> NoReturn:
        super().error(safe(message))


def common(*, default: object = "") -> Parser:
    """The options that every command has."""
    parser = Parser(add_help=False)
    parser.add_argument("--db", default=default, metavar="PATH", help="the file to work on (default: annotations.db)")
    parser.add_argument(
        "--as", dest="annotator", default=default, metavar="NAME", help="the annotator (default: your login name)"
    )
    return parser


def parse(words: Sequence[str]) -> argparse.Namespace:
    """The files to open, the database and the annotator. Ends with 2 on wrong use."""
    parser = Parser(prog="reader", parents=[common()], epilog=EXAMPLE)
    parser.add_argument("paths", nargs="*", metavar="FILE_OR_FOLDER", help="what to import before opening")
    return parser.parse_args(words)
