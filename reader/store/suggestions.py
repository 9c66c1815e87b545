"""What suggesters said, apart from the marks: kept to save time, and dropped at will."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from reader.model import Span, Suggestion
from reader.store.codec import checked
from reader.store.connection import Store, mapper


@mapper
def of(store: Store, document_id: int) -> list[Suggestion]:
    """Every suggestion kept for a document, in reading order."""
    return [
        Suggestion(checked(Span(start, end, label)), str(source), float(score))
        for start, end, label, source, score in store.rows(
            "SELECT start_char, end_char, label, source, score FROM suggestions WHERE document_id = ?"
            " ORDER BY start_char, end_char DESC, label, source",
            (document_id,),
        )
    ]


@mapper
def of_all(store: Store, identifiers: Sequence[int]) -> dict[int, list[Suggestion]]:
    """The same for many documents; without those that have none."""
    found: dict[int, list[Suggestion]] = {}
    for document_id, start, end, label, source, score in store.rows(
        "SELECT document_id, start_char, end_char, label, source, score FROM json_each(?)"
        " CROSS JOIN suggestions ON document_id = json_each.value"
        " ORDER BY document_id, start_char, end_char DESC, label, source",
        (json.dumps(identifiers),),
    ):
        one = Suggestion(checked(Span(start, end, label)), str(source), float(score))
        found.setdefault(document_id, []).append(one)
    return found


def put(store: Store, found: Iterable[tuple[int, str, Sequence[Suggestion]]]) -> int:
    """Keep what a source found in documents, as (document id, source, suggestions); takes the place of its older ones.

    Gives the number of suggestions kept.
    """
    number = 0
    with store.transaction() as connection:
        for document_id, source, suggestions in found:
            connection.execute("DELETE FROM suggestions WHERE document_id = ? AND source = ?", (document_id, source))
            connection.executemany(
                "INSERT OR IGNORE INTO suggestions VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (document_id, one.source, one.span.start, one.span.end, one.span.label, one.score)
                    for one in suggestions
                ],
            )
            connection.execute("INSERT OR IGNORE INTO suggested VALUES (?, ?)", (source, document_id))
            number += len(suggestions)
    return number


def has(store: Store, document_id: int, source: str) -> bool:
    """Whether a source has been over a document, whatever it found."""
    return bool(store.rows("SELECT 1 FROM suggested WHERE source = ? AND document_id = ?", (source, document_id)))


def forget(store: Store, source: str, identifiers: Sequence[int]) -> None:
    """Drop all a source said of these documents."""
    here = (source, json.dumps(identifiers))
    with store.transaction() as connection:
        for table in ("suggestions", "suggested"):
            connection.execute(
                f"DELETE FROM {table} WHERE source = ? AND document_id IN (SELECT value FROM json_each(?))", here
            )


def count(store: Store) -> int:
    return int(store.value("SELECT count(*) FROM suggestions"))
