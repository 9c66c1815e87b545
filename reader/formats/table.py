"""Articles in a table, CSV or TSV: a row a document.

`--column text=body` names the column of the text by its name or number, and `title`, `source` and `language` likewise.
Without that it is the column `text`, or the only one. The others go into `meta` under their names. The delimiter is the
one of comma, tab, semicolon and bar that stands in the first line most; a row of another width is refused.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from reader.errors import InputError
from reader.formats import limits
from reader.formats.base import Format, Found, Source
from reader.formats.decoding import decode
from reader.formats.head import Head
from reader.formats.records import FIELDS
from reader.formats.text import title_of
from reader.model import Document

_DELIMITERS = ",\t;|"
_ENTITIES = ["document", "title", "annotator", "start", "end", "label", "text"]


def looks(head: Head) -> str:
    """A first line with a column `text` among others, in a file of a table's suffix."""
    line = head.lines[0] if head.lines else ""
    delimiter = _delimiter(line)
    names = [cell.strip('" ').lower() for cell in line.split(delimiter)]
    table = head.file_name.endswith((".csv", ".tsv")) and len(names) > 1 and "text" in names
    return "a table with a column text" if table and names != _ENTITIES else ""


def _delimiter(line: str) -> str:
    return max(_DELIMITERS, key=line.count)


def read(source: Source) -> Iterator[Found]:
    """A document a row."""
    text = text_of(source)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text.partition("\n")[0]), strict=True)
    line = 1
    try:
        names = next(rows, [])
        places = _places(names, source)
        line = rows.line_num + 1
        for row in rows:
            if row and len(row) != len(names):
                yield source.at(line).problem(f"expected {len(names)} columns, found {len(row)}")
            elif row and not row[places["text"]]:
                yield source.at(line).problem("expected a text, found an empty cell")
            elif row:
                yield _document(row, names, places, source)
            line = rows.line_num + 1
    except csv.Error as error:
        yield source.at(line).problem(f"expected a table, found a fault: {error}")


def text_of(source: Source) -> str:
    """A table as text, its cells as large as they are. Raises InputError."""
    with source.open() as file:
        data = file.read(limits.WHOLE_BYTES + 1)
    if len(data) > limits.WHOLE_BYTES:
        raise InputError(f"{source.name}: expected a table of at most {limits.WHOLE_BYTES:,} bytes, found more")
    csv.field_size_limit(limits.WHOLE_BYTES)
    return decode(data, source.name, source.encoding)


def _places(names: Sequence[str], source: Source) -> dict[str, int]:
    """The column of each field. Raises InputError that names the columns there are."""
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise InputError(f"{source.name}: expected each column once, found {twice!r} again")
    places = {}
    for name in FIELDS:
        column = source.options.column(name) or name
        if column in names:
            places[name] = names.index(column)
        elif column.isdecimal() and 1 <= int(column) <= len(names):
            places[name] = int(column) - 1
        elif source.options.column(name):
            raise InputError(f"{source.name}: has no column {column!r}; there are: {', '.join(names)}")
    if "text" not in places and len(names) == 1:
        places["text"] = 0
    if "text" not in places:
        raise InputError(f"{source.name}: which column is the text? --column text=NAME; there are: {', '.join(names)}")
    return places


def _document(row: Sequence[str], names: Sequence[str], places: dict[str, int], source: Source) -> Document:
    text = row[places["text"]]
    others = {
        name: cell for place, (name, cell) in enumerate(zip(names, row, strict=True)) if place not in places.values()
    }
    return Document(
        text,
        row[places["title"]] if "title" in places else title_of(text),
        row[places["source"]] if "source" in places else source.name,
        row[places["language"]] if "language" in places else "",
        meta=others,
    )


FORMAT = Format("table", "articles in a CSV or TSV table, a row each", (".csv", ".tsv"), read=read, looks=looks)
