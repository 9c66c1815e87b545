"""The plain lines of the native JSONL, read at once: text, names, flat meta and spans, and nothing odd about them.

Nearly all lines of a large corpus are such. Whatever is not is left to `jsonl`, which takes each value one by one and
says what is wrong; both make the same document of the same line.
"""

from __future__ import annotations

import json
import math
from functools import lru_cache
from itertools import repeat
from typing import Any

from reader.formats import records
from reader.formats.strict import ESCAPED, GREATEST, Unfit
from reader.formats.text import title_of
from reader.model import NO_MARKS, Document, Mark, Marks, Span, State, Status

_KEYS = frozenset({"text", "title", "source", "language", "meta", "annotator", "status", "spans"})
_STATES: dict[str, Marks] = {state: frozenset({Status(state)}) for state in State if state is not State.TODO}
_STATES |= {"": NO_MARKS, State.TODO: NO_MARKS}
_SPACE = " \t\r\n"


def _odd(constant: str) -> float:
    raise ValueError(constant)


# An object comes as a tuple of (key, value), so that a key which is there twice can be seen; an array as a list.
_scan = json.JSONDecoder(object_pairs_hook=tuple, parse_constant=_odd).raw_decode


def document_of(line: str, source_name: str) -> Document | None:
    """The document of a line, or None where the line is not a plain and right one."""
    try:
        pairs, end = _scan(line)
    except (ValueError, RecursionError):
        return None
    if type(pairs) is not tuple or line[end:].strip(_SPACE):
        return None
    record = dict(pairs)
    if len(record) < len(pairs) or not record.keys() <= _KEYS:
        return None
    text, title, source = record.get("text", ""), record.get("title", ""), record.get("source", source_name)
    language, annotator, status = record.get("language", ""), record.get("annotator", ""), record.get("status", "")
    meta = record.get("meta", ())
    try:
        texts = "".join((text, title, source, language, annotator, status))
        # Half a surrogate pair can only come from an escape, and then what it stands in is not ASCII.
        if not text or "\0" in texts or ((meta or not texts.isascii()) and ESCAPED.search(line)):
            return None
        meta = _meta(meta)
        marks = _spans(record.get("spans", []), text) | _STATES[status]
        annotator = _annotator(annotator)
    except (Unfit, TypeError, ValueError, KeyError):
        return None
    title = title if "title" in record else title_of(text)
    return Document(text, title, source, language, meta, marks, annotator)


def _meta(pairs: Any) -> dict[str, Any]:
    """Meta without anything nested. Raises ValueError."""
    if type(pairs) is not tuple:
        raise ValueError
    meta = dict(pairs)
    for value in meta.values():
        kind = type(value)
        if (kind is int and -GREATEST < value < GREATEST) or (kind is float and math.isfinite(value)):
            continue
        if kind is not str and kind is not bool and value is not None:
            raise ValueError
    if len(meta) < len(pairs):
        raise ValueError
    return meta


def _spans(values: Any, text: str) -> frozenset[Mark]:
    """Spans that say start, end, label and, or not, the words, in this order. Raises ValueError or TypeError."""
    if type(values) is not list:
        raise ValueError
    # A list of lists would come apart the same way as a tuple of pairs.
    if not set(map(type, values)) <= {tuple}:
        raise ValueError
    length = len(text)
    values = [value if len(value) == 4 else _with_words(value, text) for value in values]
    found = []
    for (at, start), (to, end), (of, label), (said, words) in values:
        if at != "start" or to != "end" or of != "label" or said != "text" or type(label) is not str:
            raise ValueError
        if type(start) is not int or type(end) is not int or not 0 <= start < end <= length:
            raise ValueError
        if text[start:end] != words:
            raise ValueError
        found.append((start, end, label, (), ()))
    for label in {one[2] for one in found}:
        _label(label)
    # What `Span` does, without a call in Python for each.
    return frozenset(map(tuple.__new__, repeat(Span), found))


def _with_words(value: Any, text: str) -> Any:
    """A span that does not say its words as one that does. Raises ValueError or TypeError."""
    (_, start), (_, end), _ = value
    return (*value, ("text", text[start:end]))


@lru_cache(maxsize=1024)
def _label(label: str) -> str:
    return records.label({"label": label})


@lru_cache(maxsize=1024)
def _annotator(name: str) -> str:
    return records.name(name, "an annotator", empty=True)
