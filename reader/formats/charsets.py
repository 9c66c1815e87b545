"""The encodings that pages and mail name, as browsers take them (https://encoding.spec.whatwg.org/#names-and-labels).

A label of the web often means more than Python's codec of that name: what says ISO 8859-1 is in Windows-1252, and what
says GB 2312 has characters of GBK.
"""

from __future__ import annotations

import codecs
import re

CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9_.:-]+)""", re.I)
"""The encoding in the value of a Content-Type."""

# By the names that Python gives its codecs: each is read as one that holds more.
_WIDER = {
    "big5": "big5hkscs",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "shift_jis": "cp932",
    "tis-620": "cp874",
}
# Those that Python does not know.
_OTHER = {
    "iso-8859-8-e": "iso8859-8",
    "iso-8859-8-i": "iso8859-8",
    "unicode-1-1-utf-8": "utf-8",
    "windows-31j": "cp932",
    "windows-874": "cp874",
    "windows-949": "cp949",
}


def codec(label: str) -> str:
    """The name of Python's codec for a label, "" for one that is unknown."""
    plain = label.strip().lower().removeprefix("x-")
    try:
        name = codecs.lookup(_OTHER.get(plain, plain)).name
    except (LookupError, ValueError):
        return ""
    return _WIDER.get(name, name)


def codec_in_page(label: str) -> str:
    """The same for a label that stands in the page itself, in letters that can be read: it is not in UTF-16."""
    found = codec(label)
    return "utf-8" if found.startswith(("utf-16", "utf-32")) else found
