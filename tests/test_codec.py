"""Marks as the log holds them, and in words: each kind to the letter, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from reader.errors import StoreError
from reader.model import Label, Mark, Note, Rejected, Relation, Span, State, Status, Tag
from reader.store import codec

TEXT = "Kherson fell. Serhiy fled to Kyiv."
KHERSON = Span(0, 7, "GPE")
SERHIY = Span(14, 20, "PERSON")
PARTS = Span(0, 12, "X", ((0, 7), (8, 12)), (("wiki", "Q1"),))
LABEL = Label("X", "relation", "1", "#fff", "what", ("one", "two"), 4)

KINDS: list[tuple[Mark, str, str]] = [
    (KHERSON, '{"span":{"start":0,"end":7,"label":"GPE"}}', 'GPE "Kherson" 0-7'),
    (
        PARTS,
        '{"span":{"start":0,"end":12,"label":"X","fragments":[[0,7],[8,12]],"attributes":[["wiki","Q1"]]}}',
        'X "Kherson fell" 0-12',
    ),
    (Rejected(KHERSON), '{"rejected":{"start":0,"end":7,"label":"GPE"}}', 'rejected GPE "Kherson" 0-7'),
    (Tag("war"), '{"tag":"war"}', "tag war"),
    (
        Relation(SERHIY, KHERSON, "flees"),
        '{"relation":{"head":{"start":14,"end":20,"label":"PERSON"},"tail":{"start":0,"end":7,"label":"GPE"},'
        '"label":"flees"}}',
        'relation flees from PERSON "Serhiy" 14-20 to GPE "Kherson" 0-7',
    ),
    (
        Note("why", KHERSON),
        '{"note":{"text":"why","span":{"start":0,"end":7,"label":"GPE"}}}',
        'note "why" on GPE "Kherson" 0-7',
    ),
    (Note("why"), '{"note":{"text":"why","span":null}}', 'note "why"'),
    (Status(State.DONE), '{"status":"done"}', "status done"),
    (LABEL, '{"label":["X","relation","1","#fff","what",["one","two"],4]}', "relation label X key 1 #fff"),
    (Label("X"), '{"label":["X","span","","","",[],0]}', "span label X"),
]


@pytest.mark.parametrize(("mark", "json", "words"), KINDS)
def test_a_mark_as_json_and_in_words(mark: Mark, json: str, words: str) -> None:
    assert codec.marks_to_json([mark]) == f"[{json}]"
    assert codec.marks_from_json(f"[{json}]") == {mark}
    assert codec.describe(mark, TEXT) == words


def test_marks_as_json_stand_in_an_order_of_their_own() -> None:
    marks = [mark for mark, _, _ in KINDS]
    assert codec.marks_to_json(marks) == codec.marks_to_json(marks[::-1])
    assert codec.marks_from_json(codec.marks_to_json(marks)) == set(marks)
    assert codec.marks_to_json([]) == "[]"
    assert codec.marks_to_json([Tag("詩\n")]) == '[{"tag":"詩\\n"}]'


def test_long_words_are_cut_in_a_report() -> None:
    assert codec.describe(Note("a" * 60), "") == f'note "{"a" * 60}"'
    assert codec.describe(Note("a" * 61), "") == f'note "{"a" * 59}…"'


@pytest.mark.parametrize(
    "json",
    [
        "no JSON",
        "7",
        "[7]",
        "[{}]",
        '[{"spam":1}]',
        '[{"span":{"start":0,"end":7}}]',
        '[{"span":{"start":"0","end":7,"label":"X"}}]',
        '[{"span":{"start":0,"end":7.0,"label":"X"}}]',
        '[{"span":{"start":true,"end":7,"label":"X"}}]',
        '[{"span":{"start":0,"end":7,"label":null}}]',
        '[{"span":{"start":0,"end":7,"label":"X","fragments":[[0,"7"]]}}]',
        '[{"span":{"start":0,"end":7,"label":"X","fragments":[0,7]}}]',
        '[{"span":{"start":0,"end":7,"label":"X","attributes":[["wiki",1]]}}]',
        '[{"span":{"start":0,"end":7,"label":"X","attributes":[["wiki"]]}}]',
        '[{"span":{"start":0,"end":7,"label":7,"attributes":[["wiki","Q1"]]}}]',
        '[{"status":"gone"}]',
        '[{"label":["X"]}]',
        "[" * 9999,
    ],
)
def test_what_is_no_mark_is_refused_in_one_line(json: str) -> None:
    with pytest.raises(StoreError) as refusal:
        codec.marks_from_json(json)
    assert str(refusal.value).startswith("a change in the log cannot be read (")
    assert str(refusal.value).endswith(f"): {json[:80]}. Run `reader check`")


def test_json_of_a_table_that_is_none_is_refused_with_what_it_was() -> None:
    assert codec.load('{"a": [1]}', "the meta") == {"a": [1]}
    for text in ("x" * 99, "[" * 9999):
        with pytest.raises(StoreError) as refusal:
            codec.load(text, "the meta")
        assert str(refusal.value).startswith("the meta cannot be read (")
        assert str(refusal.value).endswith(f"): {text[:80]}. Run `reader check`")


@pytest.mark.parametrize(("value", "json"), [((), "[]"), ({}, "{}"), ({"é": [1, None]}, '{"é":[1,null]}')])
def test_json_is_written_without_spaces_and_in_unicode(value: Any, json: str) -> None:
    assert codec.dump(value) == json


@pytest.mark.parametrize(
    ("mark", "problem"),
    [
        *((mark, "") for mark, _, _ in KINDS if not isinstance(mark, Label)),
        (Span(0, 99, "X"), "span 0-99 lies outside the text (0-34) or is empty"),
        (Rejected(Span(7, 7, "X")), "span 7-7 lies outside the text (0-34) or is empty"),
        (Relation(KHERSON, Span(-1, 3, "X"), "in"), "span -1-3 lies outside the text (0-34) or is empty"),
        (Relation(Span(5, 3, "X"), KHERSON, "in"), "span 5-3 lies outside the text (0-34) or is empty"),
        (Note("why", Span(0, 3, " X")), "span 0-3 has an empty label or one with spaces around it"),
        (Span(0, 7, "X", ((0, 3), (3, 6))), "span 0-7 has fragments that do not make it up"),
        (Span(0, 7.0, "X"), "span 0-7.0 has borders that are no numbers"),  # type: ignore[arg-type]
        (Span(0, 7, "X", ((0, "7"),)), "span 0-7 has borders that are no numbers"),  # type: ignore[arg-type]
    ],
)
def test_why_a_mark_fits_no_text(mark: Mark, problem: str) -> None:
    assert codec.misfit(mark, TEXT) == problem
