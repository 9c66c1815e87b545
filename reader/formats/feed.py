"""Feeds, RSS and Atom, by feedparser: a document an item, with title, date, author and address; nothing is fetched."""

from __future__ import annotations

import html
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
    except (LookupError, ValueError, TypeError, AttributeError, AssertionError, OverflowError) as error:
        # The parser has faults of its own with broken items.
        yield source.at().problem(f"expected a feed, found a fault: {error!r}")
        return
    if not feed.entries:
        yield source.at().problem("expected a feed with items, found none")
    # An entry of Atom without an author is its feed's (RFC 4287, 4.2.1).
    author = str(feed.feed.get("author") or "") if str(feed.get("version")).startswith("atom") else ""
    for item in feed.entries:
        title = _shown(item.get("title_detail"))
        text = _text(item) or title
        if text:
            # `keys`, because the items answer for keys they do not have.
            meta = {name: str(item[key]) for key, name in _META.items() if key in list(item.keys()) and item[key]}
            if author and "author" not in meta:
                meta["author"] = author
            yield Document(text, " ".join(title.split()) or title_of(text), source.name, meta=meta)


_META = {"link": "url", "author": "author", "published": "date", "updated": "updated", "id": "id"}


def _text(item: Any) -> str:
    """The longest that an item says of itself beside its title."""
    said = [*item.get("content", []), item.get("summary_detail")]
    return _shown(max(said, key=lambda one: len(_value(one))))


def _value(said: Any) -> str:
    return str(said.get("value") or "") if isinstance(said, dict) else ""


def _shown(said: Any) -> str:
    """What a title, a summary or a content is shown as: of plain text, a < is one."""
    value = _value(said)
    if not value.strip():
        return ""
    if said.get("type") == "text/plain":
        value = html.escape(value, quote=False)
    return text_of(f"<div>{value}</div>").replace("\0", "\ufffd")


FORMAT = Format(
    "feed", "RSS and Atom feeds, an item a document", (".rss", ".atom"), read=read, looks=looks, extra="articles"
)
