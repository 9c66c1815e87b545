"""The text of HTML, all of it: a paragraph stays a paragraph, and what is no text (scripts, styles) is left out."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from reader.errors import InputError

_BLOCKS = frozenset(
    "address article aside blockquote body caption dd details dialog div dl dt fieldset figcaption figure footer form"
    " h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table"
    " tbody td tfoot th thead title tr ul".split()
)
_SILENT = frozenset("head script style template noscript svg math iframe object rp rt".split())
_SPACE = re.compile(r"[ \t\n\r\f]+")
_BREAK = "\0"  # which no page has
_BREAKS = re.compile(f" ?{_BREAK} ?")
_BLANK = re.compile(r"\n{3,}")


def parsed(html: str) -> Any:
    """The tree of a page, however broken. Raises InputError without lxml, or for a page without any text."""
    try:
        from lxml import etree
        from lxml import html as pages
    except ImportError as error:
        raise InputError("reading web pages needs lxml: pip install 'reader-annotator[articles]'") from error
    # No network and no DTD; what the page says of its encoding was heeded before.
    parser = pages.HTMLParser(encoding="utf-8", no_network=True, recover=True, remove_comments=True, remove_pis=True)
    try:
        return pages.document_fromstring(html.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise InputError(f"expected a web page, found none: {error}") from error


def text_of(html: str) -> str:
    """All text of a page: a blank line between paragraphs, white space as a browser shows it. Raises InputError."""
    parts: list[str] = []
    begun: list[str] = []
    kept = 0

    def flush() -> None:
        said = "".join(begun)
        begun.clear()
        said = said.replace(_BREAK, "\n").strip("\n") if kept else _lines(said)
        if said.strip():
            parts.append(said)

    tree = parsed(html)
    from lxml.etree import iterwalk

    silent = 0
    for event, element in iterwalk(tree, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            silent += tag in _SILENT
            if tag in _BLOCKS:
                flush()
            kept += tag == "pre"
            if not silent:
                begun.append(_BREAK if tag == "br" else element.text or "")
        else:
            silent -= tag in _SILENT
            if tag in _BLOCKS:
                flush()
            kept -= tag == "pre"
            if not silent:
                begun.append(element.tail or "")
    flush()
    return "\n\n".join(parts)


def _lines(said: str) -> str:
    """A paragraph as it is shown: what breaks its lines, and no other white space but one space."""
    return _BLANK.sub("\n\n", _BREAKS.sub("\n", _SPACE.sub(" ", said))).strip()


def title_in(html: str) -> str:
    """What the page says its title is, or ""."""
    found = re.search(r"<title[^<>]*+>([^<]{0,1000})</title>", html[:200_000], re.I)
    return _SPACE.sub(" ", unescape(found[1])).strip() if found else ""
