"""A plain list of entities with counts: label, words, how often, and in how many documents; tab-separated, most first.

Words are as they stand in the texts, white space as one space. Only written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from reader.formats.base import Format, Lose
from reader.formats.losses import carried
from reader.model import Document

CARRIES = frozenset({"overlaps", "spans"})


def write(documents: Iterable[Document], path: Path, lose: Lose) -> None:
    """A line an entity."""
    times: Counter[tuple[str, str]] = Counter()
    among: Counter[tuple[str, str]] = Counter()
    for document in documents:
        spans = carried(document, lose, CARRIES)
        found = [(one.label, " ".join(document.text[one.start : one.end].split())) for one in spans]
        times.update(found)
        among.update(set(found))
    rows = sorted(times, key=lambda one: (-times[one], one))
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write("label\twords\tcount\tdocuments\n")
        file.writelines(f"{label}\t{words}\t{times[label, words]}\t{among[label, words]}\n" for label, words in rows)


FORMAT = Format("entities", "a plain list of entities with counts", (".entities.tsv",), write=write, carries=CARRIES)
