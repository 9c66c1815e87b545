"""The commands and their options, each with an example."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from functools import cache

from reader import __version__
from reader.cli import verbs
from reader.cli.options import EXAMPLE, Parser, common
from reader.cli.words import amount, checked, color
from reader.model import State
from reader.project import SORTS

Verb = Callable[[argparse.Namespace], int]

ABOUT = """Read articles in the terminal and label spans with the keyboard. Without a
command: import what is new in the files and folders named, and open the screen."""
EXIT_CODES = "Exit codes: 0 done, 1 done with reported problems, 2 wrong use or unusable input"


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="answer in JSON")


def _filters(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--status",
        action="append",
        default=[],
        choices=[str(state) for state in State],
        help="only documents in this state; may be repeated",
    )
    parser.add_argument("--words", default="", help="documents that hold these words")


def _import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", metavar="PATH", help="files, folders, or - for JSONL on stdin")
    parser.add_argument("--format", default="", help="the format, where the content does not say it (reader formats)")
    parser.add_argument("--encoding", default="", help="the encoding of text files, where it is not UTF-8")
    _reading(parser)
    _json(parser)


def _reading(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--skip-bad", action="store_true", help="take the good records of a file with bad ones")
    parser.add_argument("--full", action="store_true", help="all text of a web page, not its article alone")
    parser.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="FIELD=COLUMN",
        help="where a table or JSON has a field, by its name or number: text=body; may be repeated",
    )


def _convert(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", metavar="IN", help="files, folders or zips, or - for stdin")
    parser.add_argument("target", metavar="OUT", help="the file or folder to write, or - for stdout")
    parser.add_argument("--from", default="", metavar="FORMAT", help="the format to read, where the content is silent")
    parser.add_argument("--to", default="", metavar="FORMAT", help="the format to write, where the suffix is silent")
    parser.add_argument("--encoding", default="", help="the encoding of text files, where it is not UTF-8")
    parser.add_argument("--lossy", action="store_true", help="leave out what the format cannot carry")
    parser.add_argument("--force", action="store_true", help="replace a file that is there")
    _reading(parser)
    _json(parser)


def _export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", metavar="PATH", help="the file to write, or - for stdout")
    parser.add_argument("--format", default="", help="the format, where the suffix does not say it (reader formats)")
    parser.add_argument("--annotator", dest="layer", default="", metavar="NAME", help="whose marks (default: yours)")
    parser.add_argument("--done", action="store_true", help="only documents that are done")
    _filters(parser)
    parser.add_argument(
        "--label", action="append", default=[], metavar="NAME", help="only spans with this label; may be repeated"
    )
    parser.add_argument("--split", default="", metavar="80/10/10", help="write PATH-train, PATH-dev and PATH-test")
    parser.add_argument("--seed", type=int, default=0, help="of the split; the same seed gives the same split")
    parser.add_argument("--lossy", action="store_true", help="leave out what the format cannot carry")
    parser.add_argument("--force", action="store_true", help="replace a file that is there")
    parser.add_argument("--everyone", action="store_true", help="the marks of all annotators, each their own")
    _json(parser)


def _suggest(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", default="", help="a spaCy pipeline: its name or a path")
    parser.add_argument("--patterns", default="", metavar="FILE", help="a spaCy or Prodigy pattern file (JSONL)")
    parser.add_argument("--again", action="store_true", help="also open documents that were suggested for before")
    _json(parser)


KINDS = ("span", "tag", "relation")
WHICH = "which label, where several kinds have one of the name"


def _labels(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    actions.add_parser("list", help="the labels in order of use (the default)").add_argument(
        "--json", action="store_true", default=argparse.SUPPRESS
    )
    add = actions.add_parser("add", help="add a label")
    add.add_argument("name")
    for option in ("--key", "--color", "--description"):
        add.add_argument(option, default="", type=color if option == "--color" else str)
    add.add_argument("--kind", default="span", choices=KINDS)
    for name, words, summary in (
        ("rename", ("old", "new"), "rename a label and migrate every span"),
        ("recolor", ("name", "color"), "give a label another colour"),
        ("key", ("name", "key"), "set the key of a label, 1 to 9 or 0"),
        ("describe", ("name", "description"), "set the definition of a label"),
        ("remove", ("name",), "take a label out of the schema; its spans stay"),
        ("load", ("file",), "make the schema what a TOML file or brat's annotation.conf says"),
        ("save", ("file",), "write the schema as TOML, or as annotation.conf"),
    ):
        action = actions.add_parser(name, help=summary)
        for word in words:
            action.add_argument(word, type=color if word == "color" else str)
        if words != ("file",):
            action.add_argument("--kind", default="", choices=KINDS, help=WHICH)
    merge = actions.add_parser("merge", help="make several labels one and migrate every span")
    merge.add_argument("names", nargs="+")
    merge.add_argument("--into", required=True, metavar="NAME")
    merge.add_argument("--kind", default="", choices=KINDS, help=WHICH)
    overlaps = actions.add_parser("overlaps", help="whether a new span may overlap others")
    overlaps.add_argument("allowed", choices=("on", "off"))
    _json(parser)


def _documents(parser: argparse.ArgumentParser) -> None:
    _filters(parser)
    parser.add_argument("--label", default="", metavar="NAME", help="documents that have spans with this label")
    parser.add_argument("--sort", default="added", choices=SORTS)
    parser.add_argument("--limit", type=amount, default=100, help="how many at most (default: 100)")
    _json(parser)


def _search(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="+", help="words in a row; capitals count when there are any")
    parser.add_argument("--limit", type=amount, default=50)
    _json(parser)


def _undo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--redo", action="store_true", help="do the action taken back last again")
    parser.add_argument("--list", action="store_true", help="the newest actions, newest first")
    _json(parser)


def _merge(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("others", nargs="+", metavar="OTHER.db")
    _json(parser)


def _repair(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--from", dest="source", default="", metavar="BACKUP.db", help="a backup to take the lost from")
    _json(parser)


def _backup(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", metavar="PATH")


def _config(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--path", action="store_true", help="only where the settings are")
    _json(parser)


COMMANDS: dict[str, tuple[Verb, str, str, Callable[[argparse.ArgumentParser], None]]] = {
    "import": (
        verbs.import_,
        "Import files and folders; what is known stays as it is.",
        "reader import articles/",
        _import,
    ),
    "export": (verbs.export, "Write documents and their marks.", "reader export train.spacy --done", _export),
    "convert": (
        verbs.convert,
        "From any format to any other, without a database.",
        "reader convert corpus.conll train.spacy",
        _convert,
    ),
    "suggest": (
        verbs.suggest,
        "Have a model read all open documents.",
        "reader suggest --patterns names.jsonl",
        _suggest,
    ),
    "labels": (verbs.labels, "List and change the labels.", "reader labels rename GPE PLACE", _labels),
    "documents": (verbs.documents, "List the documents.", "reader documents --status todo --json", _documents),
    "stats": (verbs.stats, "Count documents, entities and labels.", "reader stats --json", _json),
    "search": (verbs.search, "Find words in all documents.", "reader search Kherson", _search),
    "undo": (verbs.undo, "Take back the newest action, however large.", "reader undo --list", _undo),
    "merge": (verbs.merge, "Unite other files with this one.", "reader merge colleague.db", _merge),
    "check": (verbs.check, "Verify texts, spans and the log.", "reader check", _json),
    "repair": (verbs.repair, "Mend the tables from the log, and the log from a backup.", "reader repair", _repair),
    "backup": (verbs.backup, "Write a whole copy, also while it is open.", "reader backup monday.db", _backup),
    "formats": (verbs.formats, "What can be read and written.", "reader formats --json", _json),
    "config": (verbs.config, "The settings in force, and from where.", "reader config --path", _config),
}


def parse(words: Sequence[str]) -> argparse.Namespace:
    """The options of a command. Ends with 2 on wrong use, or raises InputError."""
    options = checked(build(frozenset(words)).parse_args(words))
    options.annotator = getattr(options, "annotator", "") or ""
    options.db = getattr(options, "db", "") or ""
    return options


def _command_list() -> str:
    """By hand: argparse lays this list out differently from one Python to the next."""
    width = max(map(len, COMMANDS))
    return "\n".join(["commands:", *(f"  {name:{width}}  {row[1]}" for name, row in COMMANDS.items())])


@cache
def build(words: frozenset[str] = frozenset(COMMANDS)) -> argparse.ArgumentParser:
    """The parser, with the options of those commands that are among `words`: to make all takes longer than to parse."""
    parser = Parser(
        prog="reader",
        usage="reader [--db PATH] [--as NAME] [FILE_OR_FOLDER ...]\n       reader [--db PATH] [--as NAME] COMMAND ...",
        parents=[common()],
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=ABOUT,
        epilog=f"{_command_list()}\n\n{EXAMPLE}\n{EXIT_CODES}",
    )
    parser.add_argument("--version", action="version", version=f"reader {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", help=argparse.SUPPRESS, prog="reader")
    for name, (verb, summary, example, add) in COMMANDS.items():
        if name not in words:
            commands.add_parser(name, add_help=False)
            continue
        command = commands.add_parser(
            name,
            parents=[common(default=argparse.SUPPRESS)],
            help=summary,
            description=summary,
            epilog=f"Example: {example}",
        )
        add(command)
        command.set_defaults(verb=verb)
    return parser
