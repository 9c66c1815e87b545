"""HTML of any content by Python's own parser, which fails for some: odd sections, references of thousands of digits."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

_LONG_REFERENCE = re.compile(r"&#(?:([xX])([0-9a-fA-F]{10,})|([0-9]{10,}));?")


class PageParser(HTMLParser):
    """Python's parser of HTML, for a page of any content: where it fails, a browser shows nothing."""

    def read(self, page: str) -> None:
        """Take in a whole page."""
        self.feed(short_references(page))
        # A tag that the page ends in shows nothing, and the parser would begin anew at each "<" in it.
        if not self.rawdata.startswith("<"):
            self.close()

    def parse_marked_section(self, i: int, report: bool = True) -> int:
        # It knows some sections, and raises AssertionError for others.
        return self.parse_bogus_comment(i, report)


def unescaped(text: str) -> str:
    """A text with its references resolved, as those of HTML."""
    return html.unescape(short_references(text))


def short_references(page: str) -> str:
    """A page with its character references of very many digits written short: Python makes no number of thousands."""
    return _LONG_REFERENCE.sub(_shortened, page)


def _shortened(found: re.Match[str]) -> str:
    sign, digits = (found[1], found[2]) if found[1] else ("", found[3])
    digits = digits.lstrip("0")
    # What is no character is shown as U+FFFD (HTML, "numeric character reference end state").
    return f"&#{sign}{digits};" if 0 < len(digits) < 10 else "\ufffd"
