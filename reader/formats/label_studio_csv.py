"""Label Studio's CSV and TSV exports: a row an annotation, the regions as JSON in a cell.

What is read of a row is as in `label-studio-min`. The text is the column `text`, in any case of letters, or the one
that `--column text=NAME` says. Only read.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace

from reader.formats import label_studio_min, strict, table
from reader.formats.base import Format, Found, Options, Source
from reader.formats.head import Head
from reader.formats.strict import Unfit

_OWN = {"annotation_id", "annotator", "lead_time"}


def looks(head: Head) -> str:
    """The columns that Label Studio adds."""
    names = {name.strip('"').lower() for line in head.lines[:1] for name in line.replace("\t", ",").split(",")}
    return "a table with the columns of Label Studio" if names >= _OWN else ""


def read(source: Source) -> Iterator[Found]:
    """A document a row."""
    text = table.text_of(source)
    delimiter = "\t" if "\t" in text.partition("\n")[0] else ","
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        names = rows.fieldnames or ()
    except csv.Error as error:
        yield source.at(1).problem(f"expected a table, found a fault: {error}")
        return
    column = source.options.column("text") or next((one for one in names if one.lower() == "text"), "text")
    source = replace(source, options=Options(source.options.full, (("text", column),)))
    line = 1
    try:
        for row in rows:
            line, begun = rows.line_num, line + 1
            if None in row or None in row.values():
                yield source.at(begun).problem(f"expected {len(rows.fieldnames or ())} columns, found others")
                continue
            try:
                record = {key: _value(value) for key, value in row.items() if value}
                yield from label_studio_min.documents_of(record, source.at(begun), source)
            except Unfit as error:
                yield source.at(begun).problem(str(error))
    except csv.Error as error:
        yield source.at(line).problem(f"expected a table, found a fault: {error}")


def _value(cell: str) -> object:
    """A cell, or the JSON array or object in it."""
    if cell[:1] in ("[", "{"):
        try:
            return strict.json_value(cell)
        except Unfit:
            return cell
    return cell


FORMAT = Format("label-studio-csv", "Label Studio's CSV and TSV: a row an annotation", (), read=read, looks=looks)
