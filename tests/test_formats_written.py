"""What each format writes, to the letter: one document with all there can be, one with little, and one of a colleague.

A change of what is written shows here as a difference to read; `pytest --snapshot-update` then keeps it.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from reader import formats
from reader.formats import FORMATS, by_name
from reader.model import Document, Note, Rejected, Relation, Span, State, Status, Suggestion, Tag

BINARY = {"spacy", "parquet"}
TEXT = 'Ada & "Bob" <met>\tin\u00a0Lviv, old Lviv.\n\nIt rained; 💙 she left [him] #1.\nBye'
ADA, BOB = Span(0, 3, "PER", (), (("wiki", "Q7&8"), ("gender", "f"))), Span(7, 10, "PER")
LVIV, OLD = Span(21, 25, "GPE"), Span(27, 35, "GPE")
NESTED, CROSSING = Span(31, 35, "GPE"), Span(0, 11, "odd label")
PARTS = Span(38, 54, "EVENT", ((38, 40), (51, 54)))
RICH = Document(
    TEXT,
    'A "title" & <more>',
    "here/letter.txt",
    "en",
    {"id": 7, "deep": {"é": [1, None, True]}, "jsonl": {"other": ["kept"]}},
    frozenset(
        {
            *(ADA, BOB, LVIV, OLD, NESTED, CROSSING, PARTS),
            Rejected(Span(38, 40, "PER")),
            Tag("war"),
            Tag("odd tag"),
            Relation(ADA, BOB, "met"),
            Relation(BOB, PARTS, "saw"),
            Note("why?\nwell", ADA),
            Note("on all"),
            Status(State.DONE),
        }
    ),
    "ada",
    (Suggestion(Span(4, 5, "ORG"), "model-1", 0.25), Suggestion(ADA, "memory")),
)
PLAIN = Document("Bob left Kyiv.", "", "b.txt", marks=frozenset({BOB._replace(start=0, end=3), Span(9, 13, "GPE")}))
COLLEAGUE = Document("Bob left Kyiv.", "", "b.txt", marks=frozenset({Span(0, 3, "ORG")}), annotator="eve")
TOKENS = Document("Bob's  cat", "t", marks=frozenset({Span(0, 5, "X")}), tokens=((0, 3), (3, 5), (7, 10)))
SHORT = Document(
    "Ada met Bob.\nBye, don't.",
    "t",
    language="de",
    marks=frozenset(
        {
            Span(0, 3, "PER", (), (("an odd name", "x"), ("id", "Q7"), ("type", "y"), ("when", "1815"))),
            Span(4, 11, "X"),
            Span(6, 9, "Y"),
            Span(18, 24, "END"),
        }
    ),
)


@pytest.mark.parametrize("name", [one.name for one in FORMATS if one.writes and one.name not in BINARY])
def test_what_is_written(name: str, tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    target = tmp_path / "out"
    report = formats.export([RICH, PLAIN, COLLEAGUE, TOKENS, SHORT], target, format_name=name, lossy=True)
    files = sorted(path for path in target.rglob("*") if path.is_file()) if by_name(name).write_files else [target]
    told = [f"{report.documents} documents, {report.spans} spans", *map(str, report.losses)]
    for path in files:
        told += [f"--- {path.relative_to(target)}", path.read_bytes().decode()]
    assert "\n".join(told) == snapshot


@pytest.mark.parametrize("text", ["a\0b", "a\x1bb\r\n", "\ufeff \n "])
def test_what_a_text_of_odd_characters_loses(text: str, tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    document = Document(text, "t", marks=frozenset({Span(0, 1, "X")}))
    lost = []
    for one in FORMATS:
        if one.writes:
            report = formats.export([document], tmp_path / one.name, format_name=one.name, lossy=True)
            lost += [f"{one.name}: {loss}" for loss in report.losses]
    assert "\n".join(lost) == snapshot
