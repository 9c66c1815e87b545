"""Web pages: the article of a page by trafilatura, with its title, author, date and site; `--full` keeps all its text.

The encoding is that of a byte order mark, else the one it was sent with (in web archives and MHTML), else the one the
page declares in `<meta>` or `<?xml`, else UTF-8, else Windows-1252. Its name is taken as browsers take it: latin-1 is
Windows-1252, gb2312 is GB 18030. Where the bytes of a page are not in what it says, that is told. Nothing is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from reader.errors import InputError
from reader.formats import limits
from reader.formats.base import Format, Found, Source
from reader.formats.charsets import codec, codec_in_page
from reader.formats.decoding import marked_as
from reader.formats.head import Head
from reader.formats.paragraphs import text_of, title_in
from reader.formats.strict import Unfit, whole
from reader.formats.text import title_of
from reader.model import Document

_CHARSET = re.compile(rb"""<(?:meta[^>]{0,200}charset|\?xml[^>]{0,200}encoding)\s*=\s*["']?([A-Za-z0-9_.:-]+)""", re.I)
_WORD = re.compile(r"\S+")
_UNFIT = re.compile("[\0\ud800-\udfff]")


def looks(head: Head) -> str:
    """A page that says it is one."""
    start = head.data.lstrip()[:400].lower()
    found = start.startswith((b"<!doctype html", b"<html")) or (start.startswith(b"<?xml") and b"<html" in start)
    return "an HTML page" if found else ""


def read(source: Source) -> Iterator[Found]:
    """The one document of a page."""
    try:
        html, declared = decoded(whole(source, limits.WHOLE_BYTES), source.encoding)
    except Unfit as error:
        yield source.at().problem(str(error))
        return
    if declared:
        yield source.at().repair(declared)
    try:
        yield document_of(html, source)
    except InputError as error:
        yield source.at().problem(str(error))


def decoded(data: bytes, encoding: str = "", sent: str = "") -> tuple[str, str]:
    """`(text, repair)`: the text of a page, and what was wrong with the encoding it is said to be in, or "".

    `encoding` is what a person named, `sent` what was said of the page where it was sent; an unknown one says nothing.
    """
    mark, marked = marked_as(data)
    found = _CHARSET.search(data[:4096])
    inside = found[1].decode("ascii") if found else ""
    said = [(encoding, encoding), (marked, marked), (sent if codec(sent) else "", codec(sent))]
    said = [(label, name) for label, name in (*said, (inside, codec_in_page(inside))) if label]
    declared, first = said[0] if said else ("", "")
    for name in filter(None, (*(name for _, name in said), "utf-8", "cp1252")):
        try:
            text = data[len(mark) :].decode(name)
        except (LookupError, UnicodeError):
            continue
        wrong = f"the page says it is in {declared}, which it is not; read as {name}"
        return _UNFIT.sub("\ufffd", text), wrong if declared and name != first else ""
    return _UNFIT.sub("\ufffd", data.decode("latin-1")), "read as latin-1, for its bytes are no UTF-8"


def document_of(html: str, source: Source) -> Document:
    """A page as a document. Raises InputError where it has no text, or without trafilatura."""
    text, meta = ("", {}) if source.options.full else article(html)
    title = str(meta.pop("title", "")) or title_in(html)
    page = text_of(html)
    text = _UNFIT.sub("\ufffd", _on_page(text, page) if text else page)
    if not text:
        raise InputError("expected a page with text, found none")
    return Document(text, title or title_of(text), source.name, meta=dict(meta))


def _on_page(text: str, page: str) -> str:
    """The stretch of a page that has a text, with the paragraphs and lines of the page; else the text.

    Where the article is short, what is found of it has each piece of a line as a paragraph.
    """
    said = "".join(text.split())
    first = "".join(page.split()).find(said)
    if first < 0:
        return text
    start, done, last = -1, 0, first + len(said)
    for word in _WORD.finditer(page):
        before, done = done, done + len(word[0])
        if start < 0 and done > first:
            start = word.start() + first - before
        if done >= last:
            return page[start : word.start() + last - before]
    return text


def article(html: str) -> tuple[str, dict[str, str]]:
    """The main text of a page and what it says of itself; ("", {}) where none is found. Raises InputError."""
    try:
        import trafilatura
    except ImportError as error:
        raise InputError("reading web pages needs trafilatura: pip install 'reader-annotator[articles]'") from error
    # The date that a page says it is of. To search its text for one makes January 1st of any year that is in it, and
    # loads the months of all languages for seconds.
    said_date = {"original_date": True, "extensive_search": False}
    found = trafilatura.bare_extraction(
        html,
        with_metadata=True,
        include_comments=False,
        url=None,
        prune_xpath="//template",
        date_extraction_params=said_date,
    )
    if found is None:
        return "", {}
    said = found if isinstance(found, dict) else found.as_dict()
    names = {
        "title": "title",
        "author": "author",
        "date": "date",
        "sitename": "site",
        "url": "url",
        "language": "language",
    }
    meta = {name: str(said[key]) for key, name in names.items() if said.get(key)}
    return str(said.get("text") or "").replace("\n", "\n\n").replace("\n\n\n\n", "\n\n"), meta


FORMAT = Format(
    "web",
    "web pages: the article, or with --full all text",
    (".html", ".htm", ".xhtml"),
    read=read,
    looks=looks,
    extra="articles",
)
