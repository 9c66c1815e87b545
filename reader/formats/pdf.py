"""PDF by pypdfium2: the text of its pages in order, a blank line between them; the number of pages is in `meta`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from reader.errors import InputError
from reader.formats import limits
from reader.formats.base import Format, Found, Source
from reader.formats.head import Head
from reader.formats.strict import Unfit, whole
from reader.formats.text import title_of
from reader.model import Document

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

# A hyphen at a line end comes as U+0002 or U+FFFE; both parts are one word.
_NO_TEXT = re.compile("[\x02\ufffe](?:\r\n)?|\0")


def looks(head: Head) -> str:
    """What every PDF begins with."""
    return "a PDF" if head.data.startswith(b"%PDF-") else ""


def read(source: Source) -> Iterator[Found]:
    """The one document of a file."""
    try:
        import pypdfium2
    except ImportError as error:
        raise InputError(f"{source.name}: needs pypdfium2: pip install 'reader-annotator[articles]'") from error
    try:
        with pypdfium2.PdfDocument(whole(source, limits.WHOLE_BYTES)) as book:
            pages = [_page(page) for page in book]
            title = str(book.get_metadata_value("Title") or "").replace("\0", "")
    except pypdfium2.PdfiumError as error:
        yield source.at().problem(f"expected a PDF that can be opened, found a fault: {error}")
        return
    except Unfit as error:
        yield source.at().problem(str(error))
        return
    text = "\n\n".join(filter(None, pages))
    if text:
        yield Document(text, title or title_of(text), source.name, meta={"pages": len(pages)})
    else:
        yield source.at().problem("expected a PDF with text, found pictures of pages; it needs a text layer (OCR)")


def _page(page: PdfPage) -> str:
    """The text of a page. Raises Unfit where it is too large."""
    largest = max(page.get_size())
    if largest > limits.PAGE_POINTS:
        raise Unfit(f"expected pages of at most {limits.PAGE_POINTS:,} points, found one of {largest:,.0f}")
    found = page.get_textpage().get_text_range()
    return _NO_TEXT.sub("", found).replace("\r\n", "\n").strip()


FORMAT = Format("pdf", "PDF with text", (".pdf",), read=read, looks=looks, extra="articles")
