"""Feeds, RSS and Atom, by feedparser: a document an item, with title, date, author and address; nothing is fetched."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from reader.errors import InputError
from reader.formats import limits
from reader.formats.base import Format, Found, Source
from reader.formats.head import Head
from reader.formats.paragraphs import text_of
from reader.formats.strict import Unfit, whole
from reader.formats.text import title_of
from reader.model import Document


def looks(head: Head) -> str:
    """The first element of a feed."""
    root = head.root.rpartition(":")[2].lower()
    atom = root == "feed" and b"Atom" in head.data
    return f"a feed ({root})" if root == "rss" or atom or (root == "rdf" and b"rss/1.0" in head.data) else ""


def read(source: Source) -> Iterator[Found]:
    """A document an item that has text."""
    try:
        import feedparser
    except ImportError as error:
        raise InputError(f"{source.name}: needs feedparser: pip install 'reader-annotator[articles]'") from error
    try:
        data = whole(source, limits.WHOLE_BYTES)
        if b"<!ENTITY" in data:
            raise Unfit("expected no entity declarations, found one")
    except Unfit as error:
        yield source.at().problem(str(error))
        return
    try:
        feed = feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    except (LookupError, ValueError, TypeError, AttributeError, AssertionError) as error:
        # The parser has faults of its own with broken items.
        yield source.at().problem(f"expected a feed, found a fault: {error!r}")
        return
    if not feed.entries:
        yield source.at().problem("expected a feed with items, found none")
    for item in feed.entries:
        text = _text(item)
        if text:
            # `keys`, because the items answer for keys they do not have.
            meta = {name: str(item[key]) for key, name in _META.items() if key in list(item.keys()) and item[key]}
            yield Document(text, str(item.get("title", "")) or title_of(text), source.name, meta=meta)


_META = {"link": "url", "author": "author", "published": "date", "updated": "updated", "id": "id"}


def _text(item: Any) -> str:
    """The longest that an item says of itself, else its title."""
    said = [str(one.get("value", "")) for one in item.get("content", [])]
    said += [str(item.get("summary", "")), str(item.get("title", ""))]
    best = max(said[:-1], key=len) or said[-1]
    found = text_of(f"<div>{best}</div>") if best.strip() else ""
    return found.replace("\0", "\ufffd")


FORMAT = Format(
    "feed", "RSS and Atom feeds, an item a document", (".rss", ".atom"), read=read, looks=looks, extra="articles"
)
