"""Strict JSON: what JSON allows and no program should take is refused, with its line."""

from __future__ import annotations

import codecs
import io
import json
import math
import re
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any, NoReturn, TypeAlias

from reader.errors import InputError
from reader.formats import limits
from reader.formats.base import Source
from reader.formats.decoding import decode_part, marked_as, numbered
from reader.formats.losses import shown

Record: TypeAlias = dict[str, Any]

SURROGATE = re.compile("[\ud800-\udfff]")
_BETWEEN = re.compile(r"[ \t\r\n,]*")
ESCAPED = re.compile(r"\\u[dD][89a-fA-F]")  # half a pair can only come from an escape, for UTF-8 has none
# Inside a JSON string these are allowed as such, but not every program that splits lines or prints knows it.
_UNSAFE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_TOO_DEEP = f"expected at most {limits.JSON_DEPTH} levels of nesting, found many more"


class Unfit(ValueError):
    """What was expected of a record, and what was found; `line` where it is known to be another than the record's."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


def whole(source: Source, most: int) -> bytes:
    """All bytes of a file that can only be read whole. Raises Unfit for more than `most`."""
    with source.open() as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise Unfit(f"expected at most {most:,} bytes, found more")
    return data


def values(source: Source, quickly: Callable[[str], Any] | None = None) -> Iterator[tuple[int, Any]]:
    """`(line, value)` of a file of JSON: an object a line, or objects over several lines, or the items of an array.

    What `quickly` makes of a line, unless that is None, takes the place of its object.

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
                    text = _text_of(line, source.encoding)
                    value = quickly(text) if quickly else None
                    yield number, _parsed(text) if value is None else value
                except Unfit as error:
                    yield number, error


def _spreads(head: bytes) -> bool:
    """Whether a file begins with an array, or with an object that does not end on its line."""
    line, newline, _ = head.lstrip().partition(b"\n")
    return line.startswith(b"[") or (bool(newline) and line.startswith(b"{") and line.rstrip()[-1:] in b"{[,:")


def _spread(file: IO[bytes], encoding: str) -> Iterator[tuple[int, Any]]:
    """The items of an array, or values one after the other; only one is held at a time."""
    window = _Window(_decoded(file, encoding))
    is_array = False
    try:
        while (first := window.first()) and not (is_array and first == "]"):
            if first == "[" and not is_array:
                is_array = True
                window.skip()
            else:
                line = window.line
                yield line, window.value()
        if is_array and not window.is_last("]"):
            raise Unfit("expected the end of the array and nothing behind it; the file may be cut off")
    except Unfit as error:
        yield error.line or window.line, error


class _Window:
    """As much of a text of JSON values as the next one takes; `line` is the line that one begins in."""

    def __init__(self, chunks: Iterator[str]) -> None:
        self.line = 1
        self._chunks = chunks
        self._text = ""
        self._place = 0

    def first(self) -> str:
        """The character that the next value begins with, "" at the end."""
        while True:
            if between := _BETWEEN.match(self._text, self._place):
                self._go(between.end())
            if self._place < len(self._text):
                return self._text[self._place]
            if not self._grow(1):
                return ""

    def skip(self) -> None:
        """Pass the next character over."""
        self._place += 1

    def value(self) -> Any:
        """The next value. Raises Unfit."""
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._place)
                value = _whole(value, self._text, self._place, end)
            except json.JSONDecodeError as error:
                # Twice as much the next time: to try with every chunk would take the square of the time.
                wanted = 2 * (len(self._text) - self._place)
                if wanted <= limits.LINE_BYTES and self._grow(wanted):
                    continue
                line = self.line + self._text.count("\n", self._place, error.pos)
                column = error.pos - self._text.rfind("\n", 0, error.pos)
                raise Unfit(f"expected a JSON object, found an error at column {column}: {error.msg}", line) from error
            except RecursionError as error:
                raise Unfit(_TOO_DEEP) from error
            self._go(end)
            return value

    def is_last(self, character: str) -> bool:
        """Whether the next character is this one, and the rest white space."""
        return self._text[self._place :].strip() == character and not any(chunk.strip() for chunk in self._chunks)

    def _go(self, place: int) -> None:
        self.line += self._text.count("\n", self._place, place)
        self._place = place

    def _grow(self, wanted: int) -> bool:
        """Hold so many characters, where there are as many; whether there were any more."""
        held = [self._text[self._place :]]
        length = before = len(held[0])
        while length < wanted and (chunk := next(self._chunks, "")):
            held.append(chunk)
            length += len(chunk)
        self._text, self._place = "".join(held), 0
        return length > before


def _decoded(file: IO[bytes], encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding or "utf-8-sig")()
    try:
        while data := file.read(limits.HEAD):
            if text := decoder.decode(data):
                yield text
        yield decoder.decode(b"", final=True)
    except UnicodeError as error:
        raise Unfit(f"expected JSON in {encoding or 'UTF-8'}, found bytes that are none: {error}") from error


def parse(line: bytes, encoding: str = "") -> Record:
    """The JSON object of a line. Raises Unfit."""
    return _parsed(_text_of(line, encoding))


def _text_of(line: bytes, encoding: str) -> str:
    """The characters of a line. Raises Unfit."""
    if len(line) > limits.LINE_BYTES:
        raise Unfit(f"expected at most {limits.LINE_BYTES:,} bytes a line, found more")
    try:
        return decode_part(line, "", encoding)
    except InputError as error:
        raise Unfit(f"expected a JSON object in {encoding or 'UTF-8'}, found a line that {str(error)[2:]}") from error


def _parsed(text: str) -> Record:
    try:
        found = _plain(text)
        if found is None:
            found = _whole(_DECODER.decode(text), text, 0, len(text))
    except json.JSONDecodeError as error:
        raise Unfit(f"expected a JSON object, found an error at column {error.colno}: {error.msg}") from error
    except RecursionError as error:
        raise Unfit(_TOO_DEEP) from error
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
    if ESCAPED.search(text, start, end):
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


_PLAIN_DECODER = json.JSONDecoder()
_SPACED_COLON = re.compile(r'"[ \t\r\n]+:')
GREATEST = 10**limits.DIGITS


def _plain(text: str) -> Record | None:
    """What JSON says in which nothing is odd, or None; three times as fast as with a look at each part.

    A key is told by the quote and colon behind it. Where as many keys come out as there are such places, none was
    there twice; quotes within strings only add to those places.
    """
    if ESCAPED.search(text) or "NaN" in text or "Infinity" in text or _SPACED_COLON.search(text):
        return None
    try:
        found = _PLAIN_DECODER.decode(text)
    except json.JSONDecodeError:
        raise
    except ValueError:
        return None  # a number of more digits than Python takes
    if type(found) is not dict:
        return None
    keys = 0
    level: list[Any] = [found]
    while level:
        following: list[Any] = []
        for one in level:
            if type(one) is dict:
                keys += len(one)
                inner = one.values()
            else:
                inner = one
            for value in inner:
                kind_of = type(value)
                if kind_of is dict or kind_of is list:
                    following.append(value)
                elif (kind_of is int and not -GREATEST < value < GREATEST) or (
                    kind_of is float and not math.isfinite(value)
                ):
                    return None
        level = following
    return found if keys == text.count('":') else None


def checked_meta(meta: Record) -> Record:
    """Meta that can be kept: no half surrogate pairs, not too deep. Raises Unfit."""
    if not meta:
        return meta
    level: list[Any] = [meta]
    for _ in range(limits.JSON_DEPTH):
        texts = [one for one in level if isinstance(one, str)]
        texts += [name for one in level if isinstance(one, dict) for name in one]
        if any(SURROGATE.search(text) for text in texts):
            raise Unfit("expected Unicode, found half a surrogate pair")
        level = [inner for one in level if isinstance(one, dict | list) for inner in _inside(one)]
        if not level:
            return meta
    raise Unfit(f"expected at most {limits.JSON_DEPTH} levels of nesting, found more")


def _inside(value: Record | list[Any]) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value


KINDS: dict[type, str] = {
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
    return shown(value) if isinstance(value, int | float | str) else KINDS[type(value)]


encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
"""JSON of a value."""

quoted: Callable[[str], str] = json.encoder.encode_basestring
"""JSON of a string; twice as fast as `encode`."""


def dump(value: Any) -> bytes:
    """One line of JSON in UTF-8; no control character, line separator or half surrogate stands in it as such."""
    return line(encode(value))


def line(text: str) -> bytes:
    """The line of a JSON text."""
    if text.isascii() and "\x7f" not in text:
        return text.encode() + b"\n"
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text).encode() + b"\n"
