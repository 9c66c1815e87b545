"""The fields of a record of JSON: each is of the type and the size a document can take, or the record is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from reader.formats import limits
from reader.formats.base import Found, Options, Place, Source
from reader.formats.losses import shown
from reader.formats.strict import KINDS, SURROGATE, Record, Unfit, checked_meta, kind, values
from reader.model import Document, Span

FIELDS = ("text", "title", "source", "language")
"""Of a document, what may stand in a column of another name."""
_MOST_COLUMNS = 5
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def read_records(
    source: Source,
    to_found: Callable[[Record, Place], Iterable[Found]],
    quickly: Callable[[str], Document | None] | None = None,
) -> Iterator[Found]:
    """What `to_found` makes of each JSON object: of a line, of an item of an array, or of the whole file.

    What raises Unfit becomes a Problem in the place of its record. `quickly` gives the document of a line's text, or
    None where that takes `to_found`.
    """
    for number, value in values(source, quickly):
        if isinstance(value, Document):
            yield value
            continue
        place = Place(source.name, number)
        try:
            if isinstance(value, Unfit):
                raise value
            if not isinstance(value, dict):
                raise Unfit(f"expected an object, found {kind(value)}")
            yield from to_found(value, place)
        except Unfit as error:
            yield replace(place, line=error.line or number).problem(str(error))


def read_lines(
    source: Source,
    to_document: Callable[[Record, str], Document],
    quickly: Callable[[str, str], Document | None] | None = None,
) -> Iterator[Found]:
    """A document, or a Problem, for each JSON object; `quickly` as in `read_records`, with the source's name."""
    return read_records(
        source,
        lambda record, place: [to_document(record, place.file)],
        (lambda text: quickly(text, source.name)) if quickly else None,
    )


def named(record: Record, options: Options) -> Record:
    """A record with the fields that a person named (`--column text=body`) under their own names. Raises Unfit.

    What stood under those before goes into its `meta`.
    """
    columns = {field: column for field in FIELDS if (column := options.column(field)) and column != field}
    if not columns:
        return record
    if (column := columns.get("text", "")) and column not in record:
        raise Unfit(f"expected {shown(column)}, the column of the text, found none{_columns(record)}")
    moved = {field: record[column] for field, column in columns.items() if column in record}
    others = {key: value for key, value in record.items() if key not in columns.values()}
    if stood := {key: others.pop(key) for key in moved if key in others}:
        others["meta"] = {**typed(others, "meta", dict, {}), **stood}
    return {**others, **moved}


def described(document: Document, options: Options) -> Document:
    """A document of what `named` made, whose title, source and language stand in its `meta` where they were named."""
    about = [field for field in FIELDS[1:] if options.column(field) and isinstance(document.meta.get(field), str)]
    if not about:
        return document
    meta = {key: value for key, value in document.meta.items() if key not in about}
    return replace(document, **{field: document.meta[field] for field in about}, meta=meta)


def _columns(record: Record) -> str:
    """Which columns of a record may be the text."""
    texts = [key for key, value in record.items() if isinstance(value, str)]
    return f"; there are {', '.join(map(shown, texts[:_MOST_COLUMNS]))}" if texts else ""


def text_or_hint(record: Record) -> str:
    """As `text_of`, of what `named` made; without one, Unfit says how to name it."""
    if "text" not in record and (columns := _columns(record)):
        raise Unfit(f"expected text, found none{columns}: name it with --column text=NAME")
    return text_of(record)


def text_of(record: Record) -> str:
    """The text of a document. Raises Unfit for none or an empty one."""
    if text := string(record, "text", required=True):
        return text
    raise Unfit("expected a text, found an empty one")


def place(value: Record, text: str) -> tuple[int, int]:
    """`start` and `end`, checked against the text, and against the words where the record says them. Raises Unfit."""
    start, end = offset(value, "start"), offset(value, "end")
    words = string(value, "text")
    if not 0 <= start < end <= len(text):
        found = f"{shown(start)}-{shown(end)}{_counted(text, start, end, words)}"
        raise Unfit(f"expected a span within the text, 0 <= start < end <= {len(text)}, found {found}")
    if "text" in value and words != text[start:end]:
        found = f"{shown(text[start:end])}{_counted(text, start, end, words)}"
        raise Unfit(f"expected the words {shown(words)} at {start}-{end}, found {found}")
    return start, end


def _counted(text: str, start: int, end: int, words: str) -> str:
    """What offsets count that do not fit as code points but fit the words otherwise."""
    if not words or not 0 <= start < end <= 4 * len(text):
        return ""
    if text.encode("utf-16-le")[2 * start : 2 * end] == words.encode("utf-16-le"):
        return "; the offsets fit as UTF-16 units, but must count code points"
    if text.encode()[start:end] == words.encode():
        return "; the offsets fit as UTF-8 bytes, but must count code points"
    if text[start : end + 1] == words:
        return "; the end seems to be the last character, but must be the one after it"
    return ""


def fitting(span: Span, text: str) -> Span:
    """A span that fits the text. Raises Unfit."""
    if problem := span.problem(text):
        raise Unfit(f"expected a span that fits the text; {problem}")
    return span


def name(value: str, what: str, *, empty: bool = False) -> str:
    """A label or another name that people type and see. Raises Unfit."""
    if not value and not empty:
        raise Unfit(f"expected {what}, found an empty one")
    if len(value) > limits.LABEL:
        raise Unfit(f"expected {what} of at most {limits.LABEL} characters, found one of {len(value):,}")
    if value != value.strip() or _HIDDEN.search(value):
        raise Unfit(f"expected {what} without control characters or spaces around it, found {shown(value)}")
    return value


def label(record: Record, what: str = "a label") -> str:
    """The `label` of a record. Raises Unfit."""
    return name(string(record, "label", required=True), what)


def pair(value: Any, what: str) -> tuple[int, int]:
    """`[start, end]`. Raises Unfit."""
    if not isinstance(value, list) or len(value) != 2 or any(type(one) is not int for one in value):
        raise Unfit(f"expected {what} as [start, end], found {shown(value)}")
    return value[0], value[1]


def offset(value: Record, key: str) -> int:
    """A whole number. Raises Unfit for anything else."""
    return whole(value.get(key), key)


def string(record: Record, key: str, *, required: bool = False) -> str:
    """A text, "" where it is missing. Raises Unfit."""
    if required and key not in record:
        raise Unfit(f"expected {key}, found none")
    found = str(typed(record, key, str, ""))
    if not found.isascii() and SURROGATE.search(found):
        raise Unfit(f"expected {key} in Unicode, found half a surrogate pair")
    if "\0" in found:
        raise Unfit(f"expected {key} without NUL, found it at {found.index(chr(0))}")
    return found


def items(record: Record, key: str) -> list[Any]:
    """An array, empty where it is missing. Raises Unfit."""
    return list(typed(record, key, list, []))


def objects(record: Record, key: str, what: str) -> Iterator[Record]:
    """An array of objects. Raises Unfit."""
    for value in items(record, key):
        if not isinstance(value, dict):
            raise Unfit(f"expected {what}, found {kind(value)}")
        yield value


def typed(record: Record, key: str, wanted: type, default: Any) -> Any:
    """A value of one type, or the default where it is missing. Raises Unfit."""
    found = record.get(key, default)
    if not isinstance(found, wanted):
        raise Unfit(f"expected {key} as {KINDS[wanted]}, found {kind(found)}")
    return found


def rest(record: Record, known: Iterable[str]) -> Record:
    """What a record says beside the keys that a format knows, to be kept in `meta`. Raises Unfit."""
    taken = set(known)
    return checked_meta({key: value for key, value in record.items() if key not in taken})


def text_under(record: Record, *keys: str) -> tuple[str, str]:
    """`(key, text)` of the first of the keys that is there. Raises Unfit for none, or an empty text."""
    key = next((key for key in keys if key in record), keys[0])
    if text := string(record, key, required=True):
        return key, text
    raise Unfit(f"expected a text under {key}, found an empty one")


def whole(value: Any, what: str) -> int:
    """A whole number. Raises Unfit."""
    if type(value) is not int:
        raise Unfit(f"expected {what} as a whole number, found {kind(value)}")
    return value


def ends(record: Record, start: str = "start", end: str = "end") -> tuple[int, int]:
    """Two whole numbers. Raises Unfit."""
    return whole(record.get(start), start), whole(record.get(end), end)


def an_object(value: Any, what: str) -> Record:
    """An object. Raises Unfit."""
    if not isinstance(value, dict):
        raise Unfit(f"expected {what} as an object, found {kind(value)}")
    return value


def score_of(record: Record) -> float:
    """The `score` of a record, 1 where it has none or one that is no share. Raises Unfit for what is no number."""
    value = record.get("score")
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise Unfit(f"expected score as a number, found {kind(value)}")
    return float(value) if value is not None and 0 <= value <= 1 else 1.0
