"""The robot annotator of the benchmark reaches the gold by documented keys alone."""

from __future__ import annotations

import sys

import pytest
from conftest import ROOT

from reader.model import Document, Span, Suggestion

sys.path.insert(0, str(ROOT))

from bench.keys_per_entity import annotate, prodigy_like, slate_like

TEXT = "Ada Lovelace met the Analytical Engine in London.\nLondon knew Ada Lovelace, not U.S.-led Babbage & Co."


def at(words: str, label: str, start: int = 0) -> Span:
    begin = TEXT.index(words, start)
    return Span(begin, begin + len(words), label)


GOLD = frozenset(
    {
        at("Ada Lovelace", "PER"),
        at("Analytical Engine", "MISC"),
        at("London", "LOC"),
        at("London", "LOC", 48),
        at("Ada Lovelace", "PER", 20),
        at("U.S", "LOC"),
    }
)
SAID = (
    Suggestion(at("Ada Lovelace", "PER"), "model"),
    Suggestion(at("the Analytical Engine", "MISC"), "model"),
    Suggestion(at("London", "PER"), "model"),
    Suggestion(at("Babbage", "PER"), "model"),
)


@pytest.mark.parametrize("suggestions", [(), SAID], ids=["memory", "suggestions"])
def test_the_robot_makes_the_gold(suggestions: tuple[Suggestion, ...]) -> None:
    tally = annotate([Document(TEXT, "One", marks=GOLD, suggestions=suggestions)])
    assert tally.entities == len(GOLD)
    assert 0 < tally.per_entity < 8


def test_the_models_count_as_they_say() -> None:
    document = Document(TEXT, marks=frozenset({at("Ada Lovelace", "PER")}), suggestions=SAID[:2])
    assert slate_like([document]) == 0 + 1 + 2 + 1
    assert prodigy_like([document]) == 4 + 1
