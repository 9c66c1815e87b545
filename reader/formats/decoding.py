"""Bytes to text, once: a byte order mark, UTF-8, or the encoding that was named; never a silent guess."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import IO

from reader.errors import InputError
from reader.formats import limits

# UTF-32 before UTF-16, whose mark its own begins with.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SURROGATE = re.compile("[\ud800-\udfff]")


def decode(data: bytes, name: str, encoding: str = "") -> str:
    """The text of a file, its newlines untouched and one byte order mark removed.

    Raises InputError that names the offset and the byte, and the encoding it may be.
    """
    mark, marked = marked_as(data)
    return decode_part(data[len(mark) :], name, marked or encoding)


def marked_as(data: bytes) -> tuple[bytes, str]:
    """The byte order mark that data begins with, and the encoding it says; both empty where there is none."""
    return next(((mark, encoding) for mark, encoding in _MARKS if data.startswith(mark)), (b"", ""))


def decode_part(data: bytes, name: str, encoding: str = "") -> str:
    """The text of bytes that may begin with U+FEFF, which is then a character of it. Raises InputError."""
    try:
        text = data.decode(encoding or "utf-8")
    except LookupError as error:
        raise InputError(f"{name}: there is no encoding {encoding}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: {_unfit(data, encoding or 'UTF-8', error)}") from error
    except UnicodeError as error:
        raise InputError(f"{name}: is not {encoding}: {error}") from error
    if (place := text.find("\0")) >= 0:
        raise InputError(f"{name}: is no text: character {place} is NUL{_wide_hint(data)}")
    # UTF-8 has no halves.
    if encoding and (found := _SURROGATE.search(text)):
        raise InputError(f"{name}: is no text: character {found.start()} is half a surrogate pair")
    return text


def _unfit(data: bytes, encoding: str, error: UnicodeDecodeError) -> str:
    if (place := data.find(b"\0")) >= 0 and not encoding.lower().startswith(("utf-16", "utf-32", "utf_16", "utf_32")):
        return f"is no text: byte {place} is NUL{_wide_hint(data)}"
    found = f"is not {encoding}: byte {error.start} is 0x{data[error.start]:02X}"
    if error.reason in ("unexpected end of data", "truncated data"):
        return f"{found}, and the file ends within that character; it may be cut off"
    return f"{found}; name its encoding, for example --encoding {_guess(data)}"


def _wide_hint(data: bytes) -> str:
    """What to do where every second byte is NUL, as in UTF-16 of Latin letters."""
    head = data[: limits.HEAD]
    for first, encoding in ((0, "utf-16-be"), (1, "utf-16-le")):
        if head[first::2].count(0) > len(head) // 3:
            return f"; it may be UTF-16 without a mark, then use --encoding {encoding}"
    return ""


def _guess(data: bytes) -> str:
    """The likeliest encoding. Few bytes show nothing; what is left then is the most frequent one."""
    from charset_normalizer import from_bytes

    head = data[: limits.HEAD]
    best = from_bytes(head).best() if sum(byte > 127 for byte in head) >= 32 else None
    return best.encoding if best else "cp1252"


def numbered(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """The lines of a file by number from 1, with their newlines, without the UTF-8 mark at the very beginning.

    Only a line feed ends a line. Of one that is longer than LINE_BYTES, that many bytes and one more are given.
    """
    number = 0
    while line := file.readline(limits.LINE_BYTES + 1):
        number += 1
        rest = line
        while len(rest) > limits.LINE_BYTES and not rest.endswith(b"\n"):
            rest = file.readline(limits.LINE_BYTES + 1)
        yield number, line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
