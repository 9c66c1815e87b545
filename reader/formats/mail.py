"""Mail: a message (.eml) or a box of them (.mbox, RFC 4155), a document each, with all the text it shows.

Of alternatives it is the plain text, or the HTML where that is blank; attachments are left out. Subject, sender,
addressee and date go into title and `meta`. An unknown charset is taken as UTF-8, and bytes that are not in theirs
become U+FFFD; lines that flow (RFC 3676) are paragraphs again; HTML, and a page that a browser saved as MHTML, is in
the encoding that `web` finds. In a box whose first line has the time, as RFC 4155 wants it, each line that begins a
message has it; `>From` is unquoted. Of a header the first 4,096 characters are read, and one of the message itself that
is longer is told.
"""

from __future__ import annotations

import email
import email.errors
import email.policy
import re
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage, Message
from functools import lru_cache
from typing import Any

from reader.errors import InputError
from reader.formats import limits, web
from reader.formats.base import Format, Found, Place, Source
from reader.formats.charsets import codec
from reader.formats.decoding import numbered
from reader.formats.head import Head
from reader.formats.paragraphs import text_of
from reader.formats.text import title_of
from reader.model import Document

_HEADER = re.compile(r"(?:From|To|Subject|Date|Message-ID|Received|Return-Path|MIME-Version|Delivered-To):", re.I)
_BORDER = re.compile(rb"From ")
# "From" begins many a sentence.
_DATED = re.compile(rb"From \S.*\d:\d\d(?::\d\d|.*\b\d{4}\b)")
_WIDE = 200
"""Bytes of a line that divides a box: an address and a time."""
_DEPTH = 100
_SIGNATURE = "-- "
_UNFIT = re.compile("[\0\ud800-\udfff]")
_FAULTS = (ValueError, LookupError, OverflowError, AttributeError, TypeError, RecursionError, email.errors.MessageError)
"""What the parser of headers raises with broken ones."""


class _Headers(email.policy.EmailPolicy):
    """As Python reads them, but none that is longer than the limit, and as empty where its parser fails."""

    def header_fetch_parse(self, name: str, value: str) -> Any:
        return _header_of(name, value[: limits.HEADER])


# Python parses a header each time it is asked for, a part's type a dozen times.
@lru_cache(maxsize=64)
def _header_of(name: str, value: str) -> Any:
    try:
        return email.policy.default.header_fetch_parse(name, value)
    except _FAULTS:
        return email.policy.default.header_fetch_parse(name, "")


def looks(head: Head) -> str:
    """Headers of mail at the very beginning, or the line that divides a box."""
    lines = head.lines[:2]
    if len(lines) > 1 and lines[0].startswith("From ") and ":" in lines[1]:
        return "a box of mail"
    return "headers of mail" if lines and _HEADER.match(lines[0]) and _is(head) else ""


def _is(head: Head) -> bool:
    return sum(bool(_HEADER.match(line)) for line in head.lines[:30]) >= 2


def read(source: Source) -> Iterator[Found]:
    """A document a message that has text."""
    for line, data in _messages(source):
        try:
            yield from _document(data, source.at(line), source)
        except InputError as error:
            yield source.at(line).problem(str(error))


def _messages(source: Source) -> Iterator[tuple[int, bytes]]:
    """`(line, bytes)` of each message."""
    part: list[bytes] = []
    begun, size, blank = 1, 0, True
    border: re.Pattern[bytes] | None = None
    with source.open() as file:
        for number, line in numbered(file):
            if number == 1 and line.startswith(b"From "):
                border = _DATED if _DATED.match(line, 0, _WIDE) else _BORDER
            if border and blank and border.match(line, 0, _WIDE):
                if part:
                    yield begun, b"".join(part)
                part, begun, size = [], number, 0
                continue
            size += len(line)
            # No more of a message that is too large anyway.
            if size - len(line) <= limits.WHOLE_BYTES:
                part.append(line[1:] if border and re.match(rb">+From ", line) else line)
            blank = not line.strip()
    if part:
        yield begun, b"".join(part)


def _document(data: bytes, place: Place, source: Source) -> Iterator[Found]:
    """A message and what was wrong with its encoding. Raises InputError for one without text, or that is too large."""
    if len(data) > limits.WHOLE_BYTES:
        raise InputError(f"expected a message of at most {limits.WHOLE_BYTES:,} bytes, found more")
    try:
        message = email.message_from_bytes(data, policy=_Headers())
    except RecursionError as error:
        raise InputError(f"expected at most {_DEPTH} parts within each other, found more") from error
    assert isinstance(message, EmailMessage)
    told = [
        f"the header {name} was cut to {limits.HEADER:,} characters"
        for name, value in message.raw_items()
        if len(str(value)) > limits.HEADER
    ]
    if message.get("Snapshot-Content-Location") or source.file_name.endswith((".mhtml", ".mht")):
        found = _saved_page(message, source, told)
    else:
        found = _letter(message, source, told)
    yield from map(place.repair, told)
    yield found


def _letter(message: EmailMessage, source: Source, told: list[str]) -> Document:
    text = _UNFIT.sub("\ufffd", _text(message, told)).strip()
    if not text:
        raise InputError("; ".join(("expected a message with text, found none", *told)))
    said = {name: _header(message, name) for name in ("Subject", "From", "To", "Date", "Message-ID")}
    meta = {name.lower(): value for name, value in said.items() if value and name != "Subject"}
    return Document(text, said["Subject"] or title_of(text), source.name, meta=meta)


def _saved_page(message: EmailMessage, source: Source, told: list[str]) -> Document:
    """A web page that a browser saved with all its parts (MHTML, RFC 2557). Raises InputError for one without text."""
    page = message.get_body(("html",))
    found = web.document_of(_html(page, told) if page else "", source)
    said = {"url": _header(message, "Snapshot-Content-Location"), "date": _header(message, "Date")}
    meta = {**found.meta, **{key: value for key, value in said.items() if value}}
    return replace(found, title=_header(message, "Subject") or found.title, meta=meta)


def _header(message: EmailMessage, name: str) -> str:
    return " ".join(_UNFIT.sub("\ufffd", str(message.get(name, ""))).split())


def _text(part: Message, told: list[str], depth: int = 0) -> str:
    """What a part shows: of alternatives the best, of others all. Raises InputError for parts too deep in others."""
    if depth > _DEPTH:
        raise InputError(f"expected at most {_DEPTH} parts within each other, found more")
    kind = part.get_content_type()
    if kind == "text/plain":
        return _plain(part)
    if kind == "text/html":
        html = _html(part, told)
        return text_of(html) if html.strip() else ""
    # Other kinds of message/ say where a text is, or what became of one.
    holds = part.is_multipart() and (kind in ("message/rfc822", "message/global") or not kind.startswith("message/"))
    parts = [one for one in part.get_payload() if isinstance(one, Message)] if holds else []
    if kind == "multipart/alternative":
        parts.sort(key=lambda one: (one.get_content_type() != "text/plain", _first_kind(one) != "text/plain"))
    shown: list[str] = []
    for one in parts:
        try:
            text = "" if _attached(one) else _text(one, told, depth + 1).strip()
        except InputError as error:
            told.append(f"a part of the message was left out: {error}")
            continue
        if text:
            shown.append(text)
            if kind == "multipart/alternative":
                break
    return "\n\n".join(shown)


def _first_kind(part: Message) -> str:
    """The type of what a part begins with, however deep in others it is."""
    while part.is_multipart() and isinstance(one := next(iter(part.get_payload()), None), Message):
        part = one
    return part.get_content_type()


def _attached(part: Message) -> bool:
    return bool(part.get_filename()) or part.get_content_disposition() == "attachment"


def _plain(part: Message) -> str:
    payload = _bytes(part)
    try:
        text = payload.decode(codec(part.get_content_charset("utf-8")) or "utf-8", "replace")
    except (LookupError, ValueError):
        text = payload.decode("utf-8", "replace")
    text = text.replace("\r\n", "\n")
    said = {name: str(part.get_param(name, "")).lower() for name in ("format", "delsp")}
    return _flowed(text, joined=said["delsp"] == "yes") if said["format"] == "flowed" else text


def _flowed(text: str, *, joined: bool) -> str:
    """Paragraphs as they were before they were cut into lines (RFC 3676): a line with a space at its end goes on.

    Where they are `joined`, that space was put there; what is quoted goes on as deep as it began.
    """
    lines: list[list[str]] = []
    going_on = None
    for line in text.split("\n"):
        rest = line.lstrip(">")
        quoted = line[: len(line) - len(rest)]
        # One space stands before what would otherwise be taken for a quotation or for the line that divides a box.
        rest = rest.removeprefix(" ")
        if quoted != going_on or rest in ("", _SIGNATURE):
            lines.append([quoted, " " if quoted else ""])
        goes_on = rest.endswith(" ") and rest != _SIGNATURE
        lines[-1].append(rest[:-1] if goes_on and joined else rest)
        going_on = quoted if goes_on else None
    return "\n".join(map("".join, lines))


def _html(part: Message, told: list[str]) -> str:
    """A page in a part; what was wrong with its encoding is added to `told`."""
    html, wrong = web.decoded(_bytes(part), sent=part.get_content_charset(""))
    if wrong:
        told.append(wrong)
    return html


def _bytes(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


FORMAT = Format(
    "mail",
    "mail messages and boxes, and pages saved as MHTML",
    (".eml", ".mbox", ".mhtml", ".mht"),
    read=read,
    looks=looks,
    extra="articles",
)
