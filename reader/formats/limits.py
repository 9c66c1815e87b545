"""One table of limits: what is larger is refused, and the message names the limit."""

from __future__ import annotations

FILE_BYTES = 1 << 30
"""A text file that is one document."""

LINE_BYTES = 1 << 28
"""A line of JSONL or CoNLL."""

DOCBIN_BYTES = 1 << 28
"""A .spacy file, packed."""

DOCBIN_UNPACKED = 1 << 30
"""A .spacy file, unpacked; and no file may grow more than DOCBIN_RATIO times."""

DOCBIN_RATIO = 200

JSON_DEPTH = 100
"""Objects and arrays within each other."""

DIGITS = 40
"""Of a whole number in JSON."""

LABEL = 255
"""Characters of a label, a tag or the name of an annotator."""

TITLE = 120
"""Characters of a text's first line that make its title."""

HEAD = 1 << 16
"""Bytes of a file that are looked at to see which format it is in."""

XML_DEPTH = 500
"""Elements of XML within each other."""

ZIP_FILES = 100_000
"""Files of an archive."""

ZIP_BYTES = 1 << 31
"""Bytes of all files of an archive, unpacked, and of all archives in one together; and no file, no archive and no such
archives together may grow more than ZIP_RATIO times, from the bytes of the outermost."""

ZIP_RATIO = 100

WHOLE_BYTES = 1 << 28
"""A file of a format that can only be read whole."""

HEADER = 1 << 12
"""Characters of a header of mail; a longer one is cut, for Python takes time with the square of its length."""

PAGE_POINTS = 1 << 20
"""The width or height of a page of a PDF: PDFium keeps a bit for each point of both, and ten digits ask for half a
gigabyte. The largest page that the specification names is 14,400 points (PDF 1.7, Annex C)."""
