"""Mail: a message (.eml) or a box of them (.mbox, RFC 4155), a document each, its plain text before its HTML.

Subject, sender, addressee and date go into title and `meta`. A charset that is unknown or wrong is taken as UTF-8, and
bytes that are none become U+FFFD; `>From` is unquoted. A page that a browser saved as MHTML is read as `web` reads it.
"""

from __future__ import annotations

import email
import email.errors
import email.policy
import re
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage

from reader.errors import InputError
from reader.formats import limits, web
from reader.formats.base import Format, Found, Source
from reader.formats.decoding import numbered
from reader.formats.head import Head
from reader.formats.paragraphs import text_of
from reader.formats.text import title_of
from reader.model import Document

_HEADER = re.compile(r"(?:From|To|Subject|Date|Message-ID|Received|Return-Path|MIME-Version|Delivered-To):", re.I)
_UNFIT = re.compile("[\0\ud800-\udfff]")


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
            yield _document(data, source)
        except InputError as error:
            yield source.at(line).problem(str(error))


def _messages(source: Source) -> Iterator[tuple[int, bytes]]:
    """`(line, bytes)` of each message."""
    part: list[bytes] = []
    begun, size, blank = 1, 0, True
    box = False
    with source.open() as file:
        for number, line in numbered(file):
            if line.startswith(b"From ") and blank and (box or number == 1):
                if part:
                    yield begun, b"".join(part)
                part, begun, size, box = [], number, 0, True
                continue
            size += len(line)
            # No more of a message that is too large anyway.
            if size - len(line) <= limits.WHOLE_BYTES:
                part.append(line[1:] if box and re.match(rb">+From ", line) else line)
            blank = not line.strip()
    if part:
        yield begun, b"".join(part)


def _document(data: bytes, source: Source) -> Document:
    """A message. Raises InputError for one without text, or one that is too large."""
    if len(data) > limits.WHOLE_BYTES:
        raise InputError(f"expected a message of at most {limits.WHOLE_BYTES:,} bytes, found more")
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    if message.get("Snapshot-Content-Location") or source.file_name.endswith((".mhtml", ".mht")):
        return _saved_page(message, source)
    text = _UNFIT.sub("\ufffd", _text(message)).strip()
    if not text:
        raise InputError("expected a message with text, found none")
    said = {name: _header(message, name) for name in ("Subject", "From", "To", "Date", "Message-ID")}
    meta = {name.lower(): value for name, value in said.items() if value and name != "Subject"}
    return Document(text, said["Subject"] or title_of(text), source.name, meta=meta)


def _saved_page(message: EmailMessage, source: Source) -> Document:
    """A web page that a browser saved with all its parts (MHTML, RFC 2557). Raises InputError for one without text."""
    page = message.get_body(("html",))
    payload = page.get_payload(decode=True) if page else b""
    html, _ = web.decoded(payload if isinstance(payload, bytes) else b"")
    found = web.document_of(html, source)
    said = {"url": _header(message, "Snapshot-Content-Location"), "date": _header(message, "Date")}
    meta = {**found.meta, **{key: value for key, value in said.items() if value}}
    return replace(found, title=_header(message, "Subject") or found.title, meta=meta)


def _header(message: EmailMessage, name: str) -> str:
    try:
        value = str(message.get(name, ""))
    except (ValueError, LookupError, IndexError, OverflowError, AttributeError, TypeError, email.errors.MessageError):
        # The parser of headers has faults of its own with broken ones.
        return ""
    return " ".join(_UNFIT.sub("\ufffd", value).split())


def _text(message: EmailMessage) -> str:
    html = ""
    for part in message.walk():
        kind = part.get_content_type()
        if part.is_multipart() or part.get_filename() or kind not in ("text/plain", "text/html"):
            continue
        payload = part.get_payload(decode=True)
        if not isinstance(payload, bytes):
            continue
        try:
            text = payload.decode(part.get_content_charset("utf-8"), "replace")
        except (LookupError, ValueError):
            text = payload.decode("utf-8", "replace")
        if kind == "text/plain":
            return text.replace("\r\n", "\n")
        html = html or text
    return text_of(html) if html.strip() else ""


FORMAT = Format(
    "mail",
    "mail messages and boxes, and pages saved as MHTML",
    (".eml", ".mbox", ".mhtml", ".mht"),
    read=read,
    looks=looks,
    extra="articles",
)
