"""Strict JSON, one object a line: what JSON allows and no program should take is refused, with its line."""

from __future__ import annotations

import codecs
import io
import json
import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import IO, Any, NoReturn, TypeAlias

from reader.errors import InputError
from reader.formats import limits
from reader.formats.base import Found, Place, Source
from reader.formats.decoding import decode_part, marked_as, numbered
from reader.formats.losses import shown
from reader.model import Document, Span

Record: TypeAlias = dict[str, Any]

_SURROGATE = re.compile("[\ud800-\udfff]")
_ESCAPED = re.compile(r"\\u[dD][89a-fA-F]")  # half a pair can only come from an escape, for UTF-8 has none
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
# Inside a JSON string these are allowed as such, but not every program that splits lines or prints knows it.
_UNSAFE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class Unfit(ValueError):
    """What was expected of a record, and what was found; `line` where it is known to be another than the record's."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


def read_records(source: Source, to_found: Callable[[Record, Place], Iterable[Found]]) -> Iterator[Found]:
    """What `to_found` makes of each JSON object: of a line, of an item of an array, or of the whole file.

    What raises Unfit becomes a Problem in the place of its record.
    """
    for number, value in values(source):
        place = Place(source.name, number)
        try:
            if isinstance(value, Unfit):
                raise value
            if not isinstance(value, dict):
                raise Unfit(f"expected an object, found {kind(value)}")
            yield from to_found(value, place)
        except Unfit as error:
            yield replace(place, line=error.line or number).problem(str(error))


def read_lines(source: Source, to_document: Callable[[Record, str], Document]) -> Iterator[Found]:
    """A document, or a Problem, for each JSON object."""
    return read_records(source, lambda record, place: [to_document(record, place.file)])


def values(source: Source) -> Iterator[tuple[int, Any]]:
    """`(line, value)` of a file of JSON: an object a line, or objects over several lines, or the items of an array.

    A line that is no object is an Unfit and the next ones are still read; where objects spread over lines, the first
    fault ends the file, for nobody can say where the next one begins.
    """
    with source.open() as file:
        buffered = file if isinstance(file, io.BufferedReader) else io.BufferedReader(file)  # type: ignore[type-var]
        head = buffered.peek(limits.HEAD)
        mark, encoding = marked_as(head)
        if mark and encoding != "utf-8":
            yield 1, Unfit(f"expected JSON in UTF-8, found {encoding.upper()}")
            return
        if _spreads(head[len(mark) :]):
            yield from _spread(buffered, source.encoding)
            return
        for number, line in numbered(buffered):
            if line.strip():
                try:
                    yield number, parse(line, source.encoding)
                except Unfit as error:
                    yield number, error


def _spreads(head: bytes) -> bool:
    """Whether a file begins with an array, or with an object that does not end on its line."""
    line, newline, _ = head.lstrip().partition(b"\n")
    return line.startswith(b"[") or (bool(newline) and line.startswith(b"{") and line.rstrip()[-1:] in b"{[,:")


def _spread(file: IO[bytes], encoding: str) -> Iterator[tuple[int, Any]]:
    """The items of an array, or values one after the other; only one is held at a time."""
    chunks = _decoded(file, encoding)
    text, place, line, wanted, array, ended = "", 0, 1, 1, False, False
    while True:
        try:
            while len(text) - place < wanted and not ended:
                chunk = next(chunks, "")
                text, place, ended = text[place:] + chunk, 0, not chunk
        except UnicodeError as error:
            yield line, Unfit(f"expected JSON in {encoding or 'UTF-8'}, found bytes that are none: {error}")
            return
        begun = _behind(_BETWEEN, text, place)
        line += text.count("\n", place, begun)
        place = begun
        if place == len(text):
            if ended:
                break
            wanted = 1
        elif text[place] == "[" and not array:
            array, place = True, place + 1
        elif array and text[place] == "]":
            break
        else:
            try:
                value, end = _DECODER.raw_decode(text, place)
                value = _whole(value, text, place, end)
            except json.JSONDecodeError as error:
                # Twice as much the next time: to try with every chunk would take the square of the time.
                wanted = 2 * (len(text) - place)
                if not ended and wanted <= limits.LINE_BYTES:
                    continue
                column = error.pos - text.rfind("\n", 0, error.pos)
                found = f"an error at column {column}: {error.msg}"
                yield line + text.count("\n", place, error.pos), Unfit(f"expected a JSON object, found {found}")
                return
            except (Unfit, RecursionError) as error:
                deep = Unfit(f"expected at most {limits.JSON_DEPTH} levels of nesting, found many more")
                yield line, error if isinstance(error, Unfit) else deep
                return
            yield line, value
            line += text.count("\n", place, end)
            place, wanted = end, 1
    if array and text[place:].strip() != "]":
        yield line, Unfit("expected the end of the array and nothing behind it; the file may be cut off")


_BETWEEN = re.compile(r"[ \t\r\n,]*")


def _behind(pattern: re.Pattern[str], text: str, place: int) -> int:
    found = pattern.match(text, place)
    return found.end() if found else place


def _decoded(file: IO[bytes], encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding or "utf-8-sig")()
    while data := file.read(limits.HEAD):
        yield decoder.decode(data)
    yield decoder.decode(b"", final=True)


def parse(line: bytes, encoding: str = "") -> Record:
    """The JSON object of a line. Raises Unfit."""
    if len(line) > limits.LINE_BYTES:
        raise Unfit(f"expected at most {limits.LINE_BYTES:,} bytes a line, found more")
    try:
        text = decode_part(line, "", encoding)
    except InputError as error:
        raise Unfit(f"expected a JSON object in {encoding or 'UTF-8'}, found a line that {str(error)[2:]}") from error
    try:
        found = _whole(_DECODER.decode(text), text, 0, len(text))
    except json.JSONDecodeError as error:
        raise Unfit(f"expected a JSON object, found an error at column {error.colno}: {error.msg}") from error
    except RecursionError as error:
        raise Unfit(f"expected at most {limits.JSON_DEPTH} levels of nesting, found many more") from error
    if not isinstance(found, dict):
        raise Unfit(f"expected an object with a text, found {kind(found)}")
    return found


def json_value(text: str) -> Any:
    """What JSON of any kind says. Raises Unfit."""
    try:
        return _whole(_DECODER.decode(text), text, 0, len(text))
    except (json.JSONDecodeError, RecursionError) as error:
        raise Unfit(f"expected JSON, found {shown(text)}") from error


def _whole(value: Any, text: str, start: int, end: int) -> Any:
    """What a stretch of JSON says, all of it in Unicode. Raises Unfit."""
    if _ESCAPED.search(text, start, end):
        checked_meta({"": value})
    return value


def _object(pairs: list[tuple[str, Any]]) -> Record:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise Unfit(f"expected each key once, found {shown(name)} twice")
            seen.add(name)
    return found


def _constant(name: str) -> NoReturn:
    raise Unfit(f"expected a number, found {name}")


def _integer(digits: str) -> int:
    if len(digits) > limits.DIGITS:
        raise Unfit(f"expected a whole number of at most {limits.DIGITS} digits, found one of {len(digits):,}")
    return int(digits)


def _float(digits: str) -> float:
    if not math.isfinite(found := float(digits)):
        raise Unfit(f"expected a number that a computer can hold, found {shown(digits)}")
    return found


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant, parse_int=_integer, parse_float=_float)


def checked_meta(meta: Record) -> Record:
    """Meta that can be kept: no half surrogate pairs, not too deep. Raises Unfit."""
    level: list[Any] = [meta]
    for _ in range(limits.JSON_DEPTH):
        texts = [one for one in level if isinstance(one, str)]
        texts += [name for one in level if isinstance(one, dict) for name in one]
        if any(_SURROGATE.search(text) for text in texts):
            raise Unfit("expected Unicode, found half a surrogate pair")
        level = [inner for one in level if isinstance(one, dict | list) for inner in _inside(one)]
        if not level:
            return meta
    raise Unfit(f"expected at most {limits.JSON_DEPTH} levels of nesting, found more")


def _inside(value: Record | list[Any]) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value


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
    if _SURROGATE.search(found):
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
        raise Unfit(f"expected {key} as {_KINDS[wanted]}, found {kind(found)}")
    return found


_KINDS: dict[type, str] = {
    str: "a string",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    dict: "an object",
    list: "an array",
    type(None): "nothing",
}


def kind(value: Any) -> str:
    """What a JSON value is, in words, and small ones as they are."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return shown(value) if isinstance(value, int | float | str) else _KINDS[type(value)]


_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)


def dump(value: Any) -> bytes:
    """One line of JSON in UTF-8; no control character, line separator or half surrogate stands in it as such."""
    text = _ENCODER.encode(value)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text).encode() + b"\n"


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
