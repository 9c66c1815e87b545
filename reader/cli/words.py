"""What the words of a command line may be."""

from __future__ import annotations

from argparse import ArgumentTypeError, Namespace

from reader.errors import InputError

PATHS = frozenset({"db", "path", "paths", "target", "patterns", "model", "file", "source", "others"})
"""The options that name files: of all words, these alone need not be UTF-8."""
MOST = 2**63 - 1
"""The largest number that SQLite knows."""


def checked(options: Namespace) -> Namespace:
    """The same options. Raises InputError for a word that no database can hold."""
    for name, value in vars(options).items():
        for word in value if isinstance(value, list) else [value]:
            if name not in PATHS and isinstance(word, str) and any("\ud800" <= one <= "\udfff" for one in word):
                raise InputError(f"{word!r} is not UTF-8, as all words but the names of files must be")
    return options


def amount(word: str) -> int:
    """A number of rows."""
    if not word.isdecimal() or len(word) > len(str(MOST)) or not 1 <= int(word) <= MOST:
        raise ArgumentTypeError(f"expected a whole number from 1 on, found {word!r}")
    return int(word)


def color(word: str) -> str:
    """A colour that a label can have, or "". Raises InputError."""
    from reader.tui.colors import parse as color_of

    if word and color_of(word) is None:
        raise InputError(f"{word!r} is no colour: name one (red, ansi_bright_blue) or write #rrggbb")
    return word


def columns(pairs: list[str]) -> tuple[tuple[str, str], ...]:
    """FIELD=COLUMN of each. Raises InputError."""
    for pair in pairs:
        if "=" not in pair:
            raise InputError(f"--column {pair}: expected FIELD=COLUMN, for example text=body")
    return tuple((pair.partition("=")[0], pair.partition("=")[2]) for pair in pairs)
