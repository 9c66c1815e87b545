"""Patterns for spaCy's EntityRuler and Prodigy (https://spacy.io/api/entityruler): each labelled string once, as JSONL.

What people labelled becomes what the next texts are looked through for: `reader suggest --patterns FILE` reads it.
Written is the list, not where each stands.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from reader.formats import strict
from reader.formats.base import Format, Lose
from reader.formats.head import Head
from reader.formats.losses import carried
from reader.model import Document

CARRIES = frozenset({"overlaps", "spans"})


def looks(head: Head) -> str:
    """A label beside a pattern."""
    return "lines of labels and patterns" if head.record.keys() >= {"label", "pattern"} else ""


def write(documents: Iterable[Document], path: Path, lose: Lose) -> None:
    """A line a label and string, sorted."""
    found = {
        (one.label, document.text[one.start : one.end])
        for document in documents
        for one in carried(document, lose, CARRIES)
    }
    with path.open("wb") as file:
        for label, words in sorted(found):
            file.write(strict.dump({"label": label, "pattern": words}))


FORMAT = Format(
    "patterns",
    "patterns for spaCy's EntityRuler and Prodigy",
    (".patterns.jsonl",),
    write=write,
    carries=CARRIES,
    looks=looks,
)
