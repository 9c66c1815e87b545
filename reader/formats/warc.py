"""Web archives: WARC (ISO 28500) and ARC, packed or not; each page in one is a document, as `web` reads it.

Pages and plain texts that were answered with success are read, in the encoding that the answer says, everything else
is passed over. The address and the time go into `meta`.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import redirect_stderr
from dataclasses import replace
from typing import Any

from reader.errors import InputError
from reader.formats import limits, web
from reader.formats.base import Format, Found, Source
from reader.formats.charsets import CHARSET
from reader.formats.head import Head
from reader.formats.text import title_of
from reader.model import Document

# What warcio raises for broken records.
_FAULTS = (ValueError, EOFError, LookupError, OverflowError, AttributeError, TypeError)
_PAGES = ("text/html", "application/xhtml+xml")


def looks(head: Head) -> str:
    """The first line of an archive; a packed one is known by its suffix."""
    packed = head.data.startswith(b"\x1f\x8b") and head.file_name.endswith((".warc.gz", ".arc.gz"))
    return "a web archive" if packed or head.data.startswith((b"WARC/1.", b"filedesc://")) else ""


def read(source: Source) -> Iterator[Found]:
    """A document a page."""
    try:
        from warcio.archiveiterator import ArchiveIterator
        from warcio.exceptions import ArchiveLoadFailed
    except ImportError as error:
        raise InputError("web archives need warcio: pip install 'reader-annotator[articles]'") from error
    pages = 0
    with source.open() as file:
        try:
            for record in _quietly(ArchiveIterator(file, arc2warc=True)):
                for found in _record(record, source):
                    pages += isinstance(found, Document)
                    yield found
        except (ArchiveLoadFailed, *_FAULTS) as error:
            reason = " ".join(str(error).split())[:120]
            yield source.at().problem(f"expected a whole web archive, found a fault behind page {pages}: {reason}")
            return
    if not pages:
        yield source.at().problem("expected an archive with pages, found none")


def _quietly(records: Iterator[Any]) -> Iterator[Any]:
    """The records; warcio prints what is wrong with one, words of the file and all, on the terminal."""
    while True:
        with redirect_stderr(io.StringIO()):
            record = next(records, None)
        if record is None:
            return
        yield record


def _record(record: Any, source: Source) -> Iterator[Found]:
    """The document of a record and what is wrong with it, or nothing for what is no page."""
    address = str(record.rec_headers.get_header("WARC-Target-URI") or "")
    content = str((record.http_headers or record.rec_headers).get_header("Content-Type") or "")
    kind = content.partition(";")[0].strip().lower()
    answered = record.http_headers is None or str(record.http_headers.get_statuscode()) == "200"
    if record.rec_type not in ("response", "resource") or not answered or kind not in (*_PAGES, "text/plain"):
        return
    data = record.content_stream().read(limits.WHOLE_BYTES + 1)
    place = source.at()
    if len(data) > limits.WHOLE_BYTES:
        yield place.problem(f"{address}: expected a page of at most {limits.WHOLE_BYTES:,} bytes, found more")
        return
    if missing := _missing(record.raw_stream):
        yield place.problem(f"{address}: expected {missing:,} more bytes of the page, found the end of the file")
        return
    sent = CHARSET.search(content)
    text, wrong = web.decoded(data, sent=sent[1] if sent else "")
    meta = {"url": address, "fetched": str(record.rec_headers.get_header("WARC-Date") or "")}
    if kind == "text/plain" and not text.strip():
        return
    try:
        page = Document(text, title_of(text), source.name) if kind == "text/plain" else web.document_of(text, source)
    except InputError as error:
        yield place.repair(f"{address} was left out: {error}")
        return
    if wrong:
        yield place.repair(f"{address}: {wrong}")
    yield replace(page, meta={**page.meta, **{key: value for key, value in meta.items() if value}})


def _missing(stream: Any) -> int:
    """How many bytes of a record are not in the file."""
    while stream.read(1 << 16):
        pass
    return int(getattr(stream, "limit", 0))


FORMAT = Format(
    "warc",
    "web archives: each page a document",
    (".warc", ".warc.gz", ".arc", ".arc.gz"),
    read=read,
    looks=looks,
    extra="articles",
)
