"""One table of limits: what is larger is refused, and the message names the limit."""

from __future__ import annotations

FILE_BYTES = 1 << 30
"""A text file that is one document."""

LINE_BYTES = 1 << 28
"""A line of JSONL."""

JSON_DEPTH = 100
"""Objects and arrays within each other."""

TITLE = 120
"""Characters of a text's first line that make its title."""

PROBLEMS = 1000
"""Problems of one file that are listed."""
