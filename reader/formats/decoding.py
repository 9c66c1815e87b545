"""Bytes to text, once: a byte order mark, UTF-8, or the encoding that was named; never a silent guess."""

from __future__ import annotations

import codecs

from reader.errors import InputError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decode(data: bytes, name: str, encoding: str = "") -> str:
    """The text of a file, its newlines untouched and one byte order mark removed.

    Raises InputError that names the offset and the byte, and the encoding it may be.
    """
    for mark, marked in _MARKS:
        if data.startswith(mark):
            return _checked(_decoded(data[len(mark) :], name, marked), name)
    return _checked(_decoded(data, name, encoding or "utf-8"), name)


def _decoded(data: bytes, name: str, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except LookupError as error:
        raise InputError(f"{name}: there is no encoding {encoding}") from error
    except UnicodeDecodeError as error:
        place, byte = error.start, data[error.start]
        hint = f"; it may be {guess}, then use --encoding {guess}" if (guess := _guess(data)) else ""
        raise InputError(f"{name}: is not {encoding}: byte {place} is 0x{byte:02X}{hint}") from error


def _guess(data: bytes) -> str:
    """The likeliest encoding, or "" where the bytes look like no text."""
    if b"\0" in data:
        return ""
    from charset_normalizer import from_bytes

    best = from_bytes(data[: 1 << 16]).best()
    return best.encoding if best else ""


def _checked(text: str, name: str) -> str:
    if (place := text.find("\0")) >= 0:
        raise InputError(f"{name}: is no text: character {place} is NUL")
    return text
