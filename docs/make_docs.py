"""Writes the parts of the docs that come from the program: keys, commands, settings, formats. `make docs` runs it."""

from __future__ import annotations

import argparse
import json
import os
import re
import tempfile
import zipfile
from pathlib import Path

from textual.dom import DOMNode

from reader import config, formats, migrations
from reader.cli.parser import build
from reader.model import Document, Span, State, Status
from reader.tui.article import ArticleScreen
from reader.tui.help import key_rows
from reader.tui.library import LibraryScreen
from reader.tui.row_list import RowList

DOCS = Path(__file__).parent
README = DOCS.parent / "README.md"


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows])


def keys_table(*classes: type[DOMNode]) -> str:
    """What each key does, and why it is that key."""
    found = key_rows(*classes)
    labels = [row for row in found if row[1].startswith("Give label")]
    rows = [
        (f"`{keys}`", description, tooltip)
        for keys, description, tooltip in found
        if (keys, description, tooltip) not in labels[1:]
    ]
    if labels:
        place = rows.index((f"`{labels[0][0]}`", *labels[0][1:]))
        does = "Give a label to the selection, else the entity, the suggestion or the word under the cursor"
        rows[place] = (f"`{labels[0][0]}` ... `{labels[-1][0]}`", does, labels[0][2])
    return table(("key", "does", "why this key"), rows)


def formats_table() -> str:
    """What is read and written."""
    rows = [
        (
            f"`{one.name}`",
            " ".join(f"`{suffix}`" for suffix in one.suffixes),
            "yes" if one.read else "",
            "yes" if one.writes else "",
            one.summary,
        )
        for one in formats.FORMATS
    ]
    return table(("format", "suffixes", "reads", "writes", "what it is"), rows)


SAMPLE = Document(
    "Ada Lovelace wrote to Charles Babbage.",
    "A letter",
    "letter.txt",
    marks=frozenset({Span(0, 12, "PERSON"), Span(22, 37, "PERSON"), Status(State.DONE)}),
    annotator="ada",
)
LONGEST = 1500  # characters of an example
BEGINNING = 500  # characters of a real file
DUMPED = 4  # bytes of a binary file; the others depend on the library that compressed it
# Of formats that are only read: the beginning of a real file of the tests, whose sources are in its folder's README.
CORPORA = DOCS.parent / "tests" / "data" / "corpora"
REAL = {
    "conll-2012": "conllu/GUM_news_asylum.coref.conll",
    "label-studio-csv": "label_studio/issue1347_utf16_offsets.tsv",
    "feed": "feed/rss20_2.xml",
    "docx": "office/standardized_text.docx",
    "odt": "office/standardized_text.odt",
}
SMALL = {
    "inception": "exportedproject.json\nsource/a.txt\nannotation/a.txt/ann.xmi\nannotation/a.txt/bob.xmi",
    "epub": "mimetype\nMETA-INF/container.xml\nEPUB/package.opf\nEPUB/chapter-1.xhtml\nEPUB/chapter-2.xhtml",
    "pdf": "%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj",
    "warc": "WARC/1.0\nWARC-Type: response\nWARC-Target-URI: http://example.com/\nContent-Type: application/http",
    "table": "text,title\nAda Lovelace wrote to Charles Babbage.,A letter",
    "mail": "From: Ada <ada@example.org>\nSubject: A letter\n\nAda Lovelace wrote to Charles Babbage.",
    "web": "<!DOCTYPE html>\n<title>A letter</title>\n<p>Ada Lovelace wrote to Charles Babbage.</p>",
    "text": "Ada Lovelace wrote to Charles Babbage.",
}


def formats_page() -> str:
    """Every format: what it carries, how it is read and written, and what our writer makes of a sentence."""
    parts = [(DOCS / "formats_intro.md").read_text(encoding="utf-8").strip()]
    for module in formats.MODULES:
        one, prose = module.FORMAT, (module.__doc__ or "").strip()
        carries = f"Carries {', '.join(sorted(one.carries))}." if one.carries else "Only read."
        extra = f'Needs the extra `{one.extra}`: `pip install "reader-annotator[{one.extra}]"`.' if one.extra else ""
        parts.append(f"## `{one.name}`: {one.summary}")
        parts += filter(None, (carries, extra, prose, example(one)))
    return "\n\n".join(parts) + "\n"


def example(one: formats.Format) -> str:
    """The sample in a format."""
    if not one.writes:
        return _read_example(one.name)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / ("out.zip" if one.write_files else "out")
        formats.export([SAMPLE], target, format_name=one.name, lossy=True)
        if one.write_files:
            with zipfile.ZipFile(target) as archive:
                files = [(name, archive.read(name)) for name in archive.namelist()]
        else:
            files = [("", target.read_bytes())]
    shown = []
    for name, content in files:
        try:
            text = content.decode().replace("\r\n", "\n")
        except UnicodeDecodeError:
            text = dumped(content)
        cut = text if len(text) <= LONGEST else text[:LONGEST] + "\n..."
        shown.append((f"`{name}`:\n\n" if name else "") + f"```\n{cut.rstrip()}\n```")
    return "\n\n".join(shown)


def dumped(content: bytes) -> str:
    """The beginning of a binary file as numbers and letters."""
    lines = []
    for place in range(0, min(len(content), DUMPED), 16):
        row = content[place : place + 16]
        letters = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
        lines.append(f"{place:08x}  {row.hex(' '):<47}  {letters}")
    return "\n".join(lines) + "\n..."


def _read_example(name: str) -> str:
    """What a file of a format that is only read looks like, "" where it is no text."""
    if name in REAL:
        path = CORPORA / REAL[name]
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                text = "\n".join(archive.namelist())
        else:
            text = path.read_text(encoding="utf-8")
        cut = text[:BEGINNING] + ("\n..." if len(text) > BEGINNING else "")
        return f"`{Path(REAL[name]).name}`:\n\n```\n{cut.rstrip()}\n```"
    return f"```\n{SMALL[name]}\n```" if name in SMALL else ""


def commands() -> str:
    """The help of every command."""
    os.environ["COLUMNS"] = "100"
    parser = build()
    parts = [f"# The command line\n\n```\n{parser.format_help()}```"]
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            parts += [f"## reader {name}\n\n```\n{sub.format_help()}```" for name, sub in action.choices.items()]
    return "\n\n".join(parts) + "\n"


def performance_table() -> str:
    """What the benchmarks wrote last, a line a row."""
    written = json.loads((DOCS.parent / "bench" / "results.json").read_text(encoding="utf-8"))
    rows = [row for benchmark in written["benchmarks"].values() for row in benchmark["rows"]]
    lines = ["| what | Reader | baseline | ratio | target |", "|---|---|---|---|---|"]
    for row in rows:
        ours, base = row["reader"]["median"], row["of_baseline"]["median"]
        unit = row["unit"].partition("(")[0].strip()
        against = row["baseline"].partition(";")[0]
        sign = "at least" if row["at_least"] else "at most"
        target = f"{sign} {row['target']:g}" if row["target"] else ""
        if "tail_ratio" in row:
            target += f"; p99 {row['tail_ratio']:.2f} of at most {row['tail_target']:g}"
        target += "" if row["met"] else ", missed"
        lines.append(f"| {row['name']} | {ours:,.4g} {unit} | {base:,.4g}, {against} | {row['ratio']:.2f} | {target} |")
    return "\n".join(lines)


def pages() -> dict[Path, str]:
    """Every generated text by its file."""
    readme = README.read_text(encoding="utf-8")
    generated = {"keys": keys_table(ArticleScreen), "formats": formats_table(), "performance": performance_table()}
    for name, content in generated.items():
        readme = re.sub(
            f"<!-- {name} -->.*<!-- /{name} -->",
            lambda _, name=name, content=content: f"<!-- {name} -->\n{content}\n<!-- /{name} -->",
            readme,
            flags=re.S,
        )
    library = keys_table(LibraryScreen, RowList)
    keys = f"# Keys\n\n## The article\n\n{keys_table(ArticleScreen)}\n\n## The library\n\n{library}\n"
    settings = (
        "# Settings\n\nA TOML file in the platform's config folder; `reader config --path` says where, `reader config`"
        f" what is in force and from where.\n\n{config.manual()}\n"
    )
    return {
        README: readme,
        DOCS / "keys.md": keys,
        DOCS / "config.md": settings,
        DOCS / "cli.md": commands(),
        DOCS / "formats.md": formats_page(),
        DOCS.parent / "reader" / "schema.py": schema_module(),
    }


def schema_module() -> str:
    """The schema that the steps of `migrations` make, as a module."""
    rows = sorted(migrations.expected_schema(migrations.VERSION))
    lines = "".join(f"        ({kind!r}, {name!r}, {sql!r}),\n" for kind, name, sql in rows)
    return (
        '"""The schema of a file that has seen all steps of `migrations`; made from them by `make docs`."""\n\n'
        f"# fmt: off\n# ruff: noqa: E501\nSCHEMA = frozenset(\n    {{\n{lines}    }}\n)\n"
    )


if __name__ == "__main__":
    for path, content in pages().items():
        path.write_text(content, encoding="utf-8")
