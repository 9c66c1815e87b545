"""The verbs as tables: these marks, this verb, and the marks after it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reader import edits
from reader.edits import Action
from reader.model import (
    NO_MARKS,
    Edit,
    Mark,
    Marks,
    Note,
    Rejected,
    Relation,
    Span,
    State,
    Status,
    Suggestion,
    Tag,
)

ADA = Span(4, 7, "PERSON")
WIDE = Span(0, 12, "ORG")
BEFORE = Span(0, 4, "GPE")
BEHIND = Span(7, 12, "GPE")
ACROSS = Span(6, 9, "DATE")
KNOWS = Relation(ADA, BEHIND, "knows")
KNOWN = Relation(BEFORE, ADA, "knows")
ITSELF = Relation(ADA, ADA, "is")
OTHERS = Relation(BEFORE, BEHIND, "knows")
ON_ADA = Note("who?", ADA)
ON_ALL = Note("why?")
OPEN = Status(State.DOING)
AROUND: Marks = frozenset({BEFORE, BEHIND, OTHERS, ON_ALL, Tag("war"), OPEN, Rejected(ADA), Note("there", BEFORE)})
"""Nothing that is done to ADA changes these."""

COUNTESS = Span(4, 7, "TITLE")
KINGS = Span(4, 9, "PERSON")
QUEEN = Span(4, 6, "PERSON")

ROWS: list[tuple[str, set[Mark], Callable[[Marks], Edit], set[Mark]]] = [
    ("a label", set(), lambda marks: edits.label(marks, ADA), {ADA}),
    ("the same label again", {ADA, ON_ADA}, lambda marks: edits.label(marks, ADA), {ADA, ON_ADA}),
    ("a label in the place of another", {ADA}, lambda marks: edits.label(marks, COUNTESS), {COUNTESS}),
    ("a label takes the place of what it overlaps", {WIDE, ACROSS}, lambda marks: edits.label(marks, ADA), {ADA}),
    ("a label over another", {ADA}, lambda marks: edits.label(marks, ACROSS, overlaps=True), {ADA, ACROSS}),
    ("another label", {ADA, KNOWS, KNOWN, ON_ADA}, lambda marks: edits.relabel(marks, ADA, "TITLE"),
     {COUNTESS, Relation(COUNTESS, BEHIND, "knows"), Relation(BEFORE, COUNTESS, "knows"), Note("who?", COUNTESS)}),
    ("a relation to itself follows whole", {ADA, ITSELF}, lambda marks: edits.relabel(marks, ADA, "TITLE"),
     {COUNTESS, Relation(COUNTESS, COUNTESS, "is")}),
    ("a border", {ADA, ON_ADA}, lambda marks: edits.move(marks, ADA, QUEEN), {QUEEN, Note("who?", QUEEN)}),
    ("a border over another", {ADA, ON_ADA, KNOWS, KNOWN},
     lambda marks: edits.move(marks, ADA, KINGS, overlaps=True),
     {KINGS, Note("who?", KINGS), Relation(KINGS, BEHIND, "knows"), Relation(BEFORE, KINGS, "knows")}),
    ("a border onto a span that is there", {ADA, KINGS},
     lambda marks: edits.move(marks, ADA, KINGS, overlaps=True), {KINGS}),
    ("a border within what was around it before", {ADA, WIDE, ON_ADA},
     lambda marks: edits.move(marks, ADA, QUEEN), {QUEEN, WIDE, Note("who?", QUEEN)}),
    ("no border", {ADA, ON_ADA}, lambda marks: edits.move(marks, ADA, ADA), {ADA, ON_ADA}),
    ("a border of nothing", set(), lambda marks: edits.move(marks, ADA, KINGS), set()),
    ("removing", {ADA, KNOWS, KNOWN, ITSELF, ON_ADA}, lambda marks: edits.remove(marks, ADA), set()),
    ("removing nothing", set(), lambda marks: edits.remove(marks, COUNTESS), set()),
    ("accepting", set(), lambda marks: edits.accept(marks, Suggestion(ADA, "m")), {ADA}),
    ("accepting in the place of another", {COUNTESS}, lambda marks: edits.accept(marks, Suggestion(ADA, "m")), {ADA}),
    ("accepting over another", {COUNTESS}, lambda marks: edits.accept(marks, Suggestion(ADA, "m"), overlaps=True),
     {COUNTESS, ADA}),
    ("rejecting", set(), lambda marks: edits.reject(marks, Suggestion(COUNTESS, "m")), {Rejected(COUNTESS)}),
    ("rejecting again", set(), lambda marks: edits.reject(marks, Suggestion(ADA, "m")), set()),
    ("a tag", set(), lambda marks: edits.toggle_tag(marks, "law"), {Tag("law")}),
    ("a tag taken away", {Tag("law")}, lambda marks: edits.toggle_tag(marks, "law"), set()),
    ("a note on a span", {ADA}, lambda marks: edits.set_note(marks, "new", ADA), {ADA, Note("new", ADA)}),
    ("another note on a span", {ADA, ON_ADA}, lambda marks: edits.set_note(marks, "new", ADA), {ADA, Note("new", ADA)}),
    ("the same note on a span", {ADA, ON_ADA}, lambda marks: edits.set_note(marks, "who?", ADA), {ADA, ON_ADA}),
    ("no note on a span", {ADA, ON_ADA}, lambda marks: edits.set_note(marks, "", ADA), {ADA}),
]  # fmt: skip


@pytest.mark.parametrize(("marks", "verb", "after"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_what_a_verb_does_and_that_it_leaves_all_else_alone(
    marks: set[Mark], verb: Callable[[Marks], Edit], after: set[Mark]
) -> None:
    edit = verb(AROUND | marks)
    assert edit.on(AROUND | marks) == AROUND | after
    assert not edit.removed & edit.added
    assert edit.inverse().on(AROUND | after) == AROUND | marks


def test_a_border_takes_the_place_of_what_it_reaches() -> None:
    marks = frozenset({*AROUND, ADA, ON_ADA, KNOWS, KNOWN, Note("far", BEHIND)})
    edit = edits.move(marks, ADA, KINGS)
    kept = AROUND - {BEHIND, OTHERS}
    assert edit.on(marks) == kept | {KINGS, Note("who?", KINGS), Relation(BEFORE, KINGS, "knows")}
    assert edit.inverse().on(edit.on(marks)) == marks


@pytest.mark.parametrize(
    ("before", "state", "edit"),
    [
        (None, State.DONE, Edit(added=frozenset({Status(State.DONE)}))),
        (State.DOING, State.DONE, Edit(frozenset({OPEN}), frozenset({Status(State.DONE)}))),
        (State.DOING, State.TODO, Edit(removed=frozenset({OPEN}))),
        (State.DOING, State.DOING, Edit()),
        (None, State.TODO, Edit()),
    ],
)
def test_a_layer_has_one_state_and_todo_is_none(before: State | None, state: State, edit: Edit) -> None:
    marks: Marks = frozenset({ADA, Tag("doing")}) | ({Status(before)} if before else NO_MARKS)
    assert edits.set_state(marks, state) == edit


def test_the_note_on_the_document_is_not_the_one_on_a_span() -> None:
    assert edits.set_note(frozenset({ADA, ON_ADA, ON_ALL}), "") == Edit(removed=frozenset({ON_ALL}))
    assert edits.set_note(frozenset({ADA, ON_ADA}), "why?") == Edit(added=frozenset({ON_ALL}))


@pytest.mark.parametrize(
    ("action", "marks", "overlaps", "edit"),
    [
        # The stretch is [4, 7).
        ("label", [], False, Edit(added=frozenset({ADA}))),
        ("label", [ADA], False, Edit()),
        ("label", [COUNTESS], False, Edit(frozenset({COUNTESS}), frozenset({ADA}))),
        ("label", [BEFORE, BEHIND], False, Edit(added=frozenset({ADA}))),
        ("label", [WIDE], False, Edit()),
        ("label", [ACROSS], False, Edit()),
        ("label", [Span(6, 7, "GPE")], False, Edit()),
        ("label", [Span(3, 5, "GPE")], False, Edit()),
        ("label", [ADA, COUNTESS], False, Edit()),
        ("label", [WIDE], True, Edit(added=frozenset({ADA}))),
        ("label", [COUNTESS], True, Edit(frozenset({COUNTESS}), frozenset({ADA}))),
        ("label", [COUNTESS, Span(4, 7, "GPE")], True, Edit(added=frozenset({ADA}))),
        ("label", [ADA, COUNTESS], True, Edit()),
        ("remove", [ADA, WIDE], False, Edit(removed=frozenset({ADA}))),
        ("remove", [COUNTESS, ADA], False, Edit(removed=frozenset({ADA}))),
        ("remove", [COUNTESS], False, Edit()),
        ("remove", [Span(4, 8, "PERSON"), Span(3, 7, "PERSON")], False, Edit()),
        ("reject", [], False, Edit(added=frozenset({Rejected(ADA)}))),
        ("reject", [Rejected(ADA)], False, Edit()),
    ],
)
def test_an_action_done_again_on_a_stretch(action: str, marks: list[Mark], overlaps: bool, edit: Edit) -> None:
    suggestions = [Suggestion(WIDE, "m"), Suggestion(COUNTESS, "m"), Suggestion(ADA, "m")]
    done = Action(action, "Ada", "PERSON")
    assert edits.repeat(done, frozenset(marks), suggestions, 4, 7, overlaps=overlaps) == edit


def test_nothing_is_rejected_that_nobody_suggested() -> None:
    for other in (COUNTESS, Span(4, 8, "PERSON"), Span(3, 7, "PERSON")):
        done = Action("reject", "Ada", "PERSON")
        assert edits.repeat(done, NO_MARKS, [Suggestion(other, "m")], 4, 7) == Edit()


@pytest.mark.parametrize("first", [Edit(frozenset({ADA}), frozenset({WIDE})), Edit(added=frozenset({BEFORE})), Edit()])
@pytest.mark.parametrize(
    "second",
    [
        Edit(frozenset({WIDE}), frozenset({ADA})),
        Edit(frozenset({WIDE}), frozenset({BEHIND})),
        Edit(removed=frozenset({BEFORE})),
        Edit(removed=frozenset({ADA})),
        Edit(added=frozenset({ADA})),
        Edit(),
    ],
)
@pytest.mark.parametrize("marks", [frozenset({ADA}), frozenset({ADA, WIDE, BEFORE}), NO_MARKS])
def test_two_edits_as_one_do_what_both_did(first: Edit, second: Edit, marks: Marks) -> None:
    between = first.on(marks)
    after = second.on(between)
    # Without what changes nothing, as all verbs make them.
    both = edits.then(edits.diff(marks, between), edits.diff(between, after))
    assert both == edits.diff(marks, after)


def test_the_difference_leads_from_one_to_the_other() -> None:
    before: Marks = frozenset({ADA, WIDE})
    after: Marks = frozenset({WIDE, BEHIND})
    assert edits.diff(before, after) == Edit(frozenset({ADA}), frozenset({BEHIND}))


DONE = Status(State.DONE)


@pytest.mark.parametrize(
    ("edit", "changed"),
    [
        (Edit(added=frozenset({ADA, WIDE})), Edit(added=frozenset({WIDE}))),
        (Edit(removed=frozenset({ADA, BEHIND})), Edit(removed=frozenset({ADA}))),
        (Edit(frozenset({BEHIND}), frozenset({ADA})), Edit()),
        (Edit(removed=frozenset({OPEN})), Edit()),
        (
            Edit(frozenset({OPEN}), frozenset({Status(State.SKIPPED)})),
            Edit(frozenset({DONE}), frozenset({Status(State.SKIPPED)})),
        ),
        (Edit(added=frozenset({DONE})), Edit()),
    ],
)
def test_the_effect_of_an_edit_is_what_it_changes_and_can_be_taken_back(edit: Edit, changed: Edit) -> None:
    marks: Marks = frozenset({ADA, DONE})
    found = edits.effect(edit, marks)
    assert found == changed
    assert found.inverse().on(found.on(marks)) == marks
