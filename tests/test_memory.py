"""What an annotator decided before, suggested for the same words."""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.model import Span, Suggestion
from reader.suggest.memory import FEW, Recall, phrases
from reader.words import words

TEXT = "Saldo said Kherson's port, not New York Times.\nIn New\nYork, U.S. forces left Kherson (Khersonian)."


def suggest(text: str, remembered: dict[str, str]) -> list[Suggestion]:
    return Recall(text).suggest(remembered)


@pytest.mark.parametrize(
    ("remembered", "found"),
    [
        ({}, []),
        ({"Kherson": "GPE"}, [(11, "Kherson"), (77, "Kherson")]),
        ({"kherson": "GPE"}, []),
        ({"New York": "GPE"}, [(31, "New York")]),
        ({"New York": "GPE", "New York Times": "ORG"}, [(31, "New York Times")]),
        ({"not New": "A", "New York": "GPE"}, [(31, "New York")]),
        ({"not New": "A", "York Time": "B"}, [(27, "not New")]),
        ({"U.S.": "GPE"}, [(60, "U.S.")]),
        ({"Kherson's port": "FAC", "Kherson": "GPE"}, [(11, "Kherson's port"), (77, "Kherson")]),
        ({"In New\nYork": "GPE"}, []),
    ],
)
def test_what_is_suggested(remembered: dict[str, str], found: list[tuple[int, str]]) -> None:
    result = suggest(TEXT, remembered)
    assert [(one.span.start, TEXT[one.span.start : one.span.end]) for one in result] == found
    assert all(one.span.label == remembered[TEXT[one.span.start : one.span.end]] for one in result)
    assert {one.source for one in result} <= {"memory"}


def test_equally_long_names_that_overlap_go_to_the_first() -> None:
    assert suggest("aa bb cc", {"aa bb": "A", "bb cc": "B"}) == [Suggestion(Span(0, 5, "A"), "memory")]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\x85", "\u2028", "\u2029"])
def test_no_phrase_crosses_a_line(newline: str) -> None:
    text = f"one two,{newline} three"
    assert [found for _, _, found in phrases(text)] == ["one two", "one", "two", "three"]


def test_a_phrase_has_at_most_eight_words() -> None:
    text = "a b c d e f g h i j"
    assert max((found for _, _, found in phrases(text)), key=len) == "a b c d e f g h"


@given(st.text(alphabet="ab '.\né🎙", max_size=60))
def test_phrases_are_slices_that_begin_and_end_with_words(text: str) -> None:
    starts, ends = {start for start, _ in words(text)}, {end for _, end in words(text)}
    found = list(phrases(text))
    assert all(text[start:end] == phrase for start, end, phrase in found)
    assert all(start in starts and end in ends for start, end, _ in found)
    assert {(start, end) for start, end, _ in found} >= set(words(text))


@given(st.text(alphabet="ab \n", max_size=60), st.sets(st.text(alphabet="ab ", min_size=1, max_size=5)))
def test_the_suggestions_are_the_phrases_remembered_without_overlap(text: str, names: set[str]) -> None:
    found = suggest(text, dict.fromkeys(names, "A"))
    borders = [(one.span.start, one.span.end) for one in found]
    assert borders == sorted(borders)
    assert all(end <= start for (_, end), (start, _) in pairwise(borders))
    for start, end, phrase in phrases(text):
        touched = any(start < last and first < end for first, last in borders)
        assert (phrase in names) <= touched


@given(
    st.text(alphabet="ab .'\né🎙", max_size=60),
    st.lists(st.text(alphabet="ab .'é🎙", min_size=1, max_size=5), unique=True, max_size=3 * FEW),
)
def test_what_is_learnt_one_by_one_is_what_is_known_at_once(text: str, names: list[str]) -> None:
    recall = Recall(text)
    for number in range(len(names)):
        step_by_step = recall.suggest(dict.fromkeys(names[: number + 1], "A"))
    assert not names or step_by_step == suggest(text, dict.fromkeys(names, "A"))


@given(
    st.text(alphabet="ab .'\né🎙", max_size=80),
    st.lists(st.text(alphabet="ab .'é🎙", max_size=12), unique=True, max_size=6),
)
def test_the_runs_with_which_something_begins_are_found_with_their_places(text: str, names: list[str]) -> None:
    recall = Recall(text)
    found = recall.begun(lambda strings: {one for one in strings if any(name.startswith(one) for name in names)})
    assert found == {phrase for _, _, phrase in phrases(text) if any(name.startswith(phrase) for name in names)}
    assert recall.places(found) == {
        one: sorted((start, end) for start, end, phrase in phrases(text) if phrase == one) for one in found
    }


def test_a_run_is_made_longer_only_where_something_begins_with_it() -> None:
    asked: list[set[str]] = []

    def begins(strings: Collection[str]) -> set[str]:
        asked.append(set(strings))
        return {one for one in strings if "New York Times".startswith(one)}

    assert Recall(TEXT).begun(begins) == {"New", "New York", "New York Times"}
    assert [len(strings) for strings in asked[1:]] == [1, 1]
    assert asked[1:] == [{"New York"}, {"New York Times"}]
