"""The parser that all commands share, and that of the command line without one."""

from __future__ import annotations

import argparse
from typing import NoReturn

from reader.safe import safe

EXAMPLE = "Example: reader articles/ (a file that is named like a command: reader ./export)"


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


def opening() -> Parser:
    """The parser of a command line without a command."""
    parser = Parser(prog="reader", parents=[common()], epilog=EXAMPLE)
    parser.add_argument("paths", nargs="*", metavar="FILE_OR_FOLDER", help="what to import before opening")
    return parser
