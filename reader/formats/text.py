"""Plain text: a file is a document, and its first line that is not blank is the title.

A file is a document, in UTF-8, in UTF-8, UTF-16 or UTF-32 with a byte order mark, or in the encoding that
`--encoding` names; no encoding is guessed in silence. Newlines stay as they are. The title is the first line that is
not blank; of Markdown it is what the lines between `---` at its beginning say, or its heading. Only read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from reader.errors import InputError
from reader.formats import limits
from reader.formats.base import Format, Source
from reader.formats.decoding import decode
from reader.model import Document, Problem

_FIRST_LINE = re.compile(rf"\S[^\n\r\v\f\x85\u2028\u2029]{{0,{4 * limits.TITLE}}}")
_FRONT = re.compile(r"---[ \t]*\r?\n((?:(?!---|\.\.\.)[^\n]*\n)*)(?:---|\.\.\.)[ \t]*\r?(?:\n|\Z)")
_TITLE = re.compile(r"^title:[ \t]*(\S[^\r\n]*?)[ \t]*\r?$", re.M | re.I)


def read(source: Source) -> Iterator[Document | Problem]:
    """The one document of a file, or what keeps it from being one."""
    with source.open() as file:
        data = file.read(limits.FILE_BYTES + 1)
    if len(data) > limits.FILE_BYTES:
        yield Problem(source.name, 0, f"expected at most {limits.FILE_BYTES:,} bytes, found more")
        return
    try:
        text = decode(data, source.name, source.encoding)
    except InputError as error:
        yield Problem(source.name, 0, str(error).removeprefix(f"{source.name}: "))
        return
    if not text:
        yield Problem(source.name, 0, "expected a text, found an empty file")
        return
    markdown = source.file_name.lower().endswith((".md", ".markdown"))
    yield Document(text, _title_of_markdown(text) if markdown else title_of(text), source.name)


def _title_of_markdown(text: str) -> str:
    """What the lines between two of `---` at the very beginning say it is, else the first line behind them."""
    front = _FRONT.match(text, 0, limits.HEAD)
    if front and (said := _TITLE.search(front[1])):
        return title_of(said[1].strip("\"'"))
    title = title_of(text[front.end() :] if front else text)
    # The first line of Markdown is a heading.
    return title.lstrip("#").strip() or title or title_of(text)


def title_of(text: str) -> str:
    """The first line that is not blank, its white space as single spaces, cut to a length."""
    found = _FIRST_LINE.search(text)
    line = " ".join(found[0].split()) if found else ""
    return line if len(line) <= limits.TITLE else line[: limits.TITLE - 1].rstrip() + "…"


FORMAT = Format(
    "text", "plain text in any encoding; a file is a document", (".txt", ".text", ".md", ".markdown"), read=read
)
