"""What is still suggested, followed edit by edit: always what a look at everything finds."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.model import Edit, Mark, Marks, Rejected, Span, Suggestion
from reader.spans import Spans
from reader.suggest import memory, resolve, still_open
from reader.suggest.still_open import OpenSuggestions

TEXT = "Ann met Bob Lee. Ann Lee met Ann Lee Bay.\nBob met Lee, Lee Bay and Ann. Bay Bay Ann Bob Lee"


@dataclass
class Text:
    """A text and its marks."""

    text: str = TEXT
    spans: Spans = field(default_factory=Spans)
    rest: Marks = frozenset()

    def take_over(self, edit: Edit) -> None:
        for mark in edit.removed:
            if isinstance(mark, Span):
                self.spans.take(mark)
        for mark in edit.added:
            if isinstance(mark, Span):
                self.spans.add(mark)
        others = [frozenset(mark for mark in marks if not isinstance(mark, Span)) for marks in edit]
        self.rest = self.rest - others[0] | others[1]


words = st.sampled_from([word for word in memory.phrases(TEXT) if word[1] - word[0] < 12])
anywhere = st.builds(lambda start, size: (start, min(len(TEXT), start + size)), st.integers(0, 90), st.integers(1, 9))
spans = st.builds(
    lambda stretch, label: Span(stretch[0], stretch[1], label),
    words.map(lambda word: word[:2]) | anywhere,
    st.sampled_from("XY"),
)
marks: st.SearchStrategy[Mark] = spans | spans.map(Rejected)
edits = st.builds(
    lambda removed, added: Edit(frozenset(removed) - frozenset(added), frozenset(added)),
    st.lists(marks, max_size=2),
    st.lists(marks, max_size=3),
)
kept = st.lists(
    st.builds(Suggestion, spans, st.sampled_from(["memory", "patterns:x", "model-1"]), st.sampled_from([0.5, 1.0])),
    max_size=12,
)


def looked_for(
    document: Text, kept: list[Suggestion], remembered: memory.Remembered, *, recalls: bool, overlaps: bool
) -> list[Suggestion]:
    """What a look at everything finds."""
    known = {one: label for one in remembered.words() if (label := remembered.label(one))}
    found = memory.Recall(TEXT).suggest(known) if recalls else []
    refused = {one: remembered.refused(one) for one in remembered.words()}
    marks = [*document.rest, *document.spans]
    return resolve(TEXT, [*found, *kept], marks, overlaps=overlaps, turned_down=refused)


@pytest.mark.parametrize("overlaps", [False, True])
@pytest.mark.parametrize("recalls", [False, True])
@pytest.mark.parametrize("always_one_by_one", [False, True])
@settings(max_examples=25)
@given(kept=kept, first=edits, then=st.lists(edits, max_size=6))
def test_an_edit_changes_what_is_suggested_to_what_a_look_at_everything_finds(
    kept: list[Suggestion], first: Edit, then: list[Edit], *, overlaps: bool, recalls: bool, always_one_by_one: bool
) -> None:
    document, remembered = Text(), memory.Remembered({}, {})
    document.take_over(first)
    remembered.learn(first, TEXT)
    standing = OpenSuggestions(kept, remembered, memory.Recall(TEXT) if recalls else None, overlaps=overlaps)
    standing.settle(document)
    with pytest.MonkeyPatch.context() as patch:
        if always_one_by_one:
            patch.setattr(still_open, "_ALL", 0)
        for edit in [Edit(), *then]:
            # As a screen makes them: what is removed was there, and what is added was not.
            there = document.rest.union(document.spans)
            done = Edit(edit.removed & there, edit.added - there)
            document.take_over(done)
            standing.follow(document, done, remembered.learn(done, TEXT))
            expected = looked_for(document, kept, remembered, recalls=recalls, overlaps=overlaps)
            assert standing.items == expected
            assert standing.spans == Spans(one.span for one in expected)
            for position in range(len(TEXT)):
                over = [one for one in expected if one.span.start <= position < one.span.end]
                assert standing.at(position) == (over[0] if over else None)


def test_an_edit_is_no_more_work_where_much_is_suggested_elsewhere() -> None:
    """What lies around other suggestions is not asked for."""
    asked: list[tuple[int, int]] = []

    class Watched(Spans):
        def over(self, start: int, end: int) -> list[Span]:
            asked.append((start, end))
            return super().over(start, end)

    document = Text("Ann met Bob. " * 1000, Watched())
    found = [Suggestion(Span(at, at + 3, "X"), "model-1") for at in range(0, 13_000, 13)]
    remembered = memory.Remembered({}, {})
    standing = OpenSuggestions(found, remembered, None, overlaps=False)
    standing.settle(document)
    edit = Edit(added=frozenset({Span(26, 29, "X")}))
    document.take_over(edit)
    asked.clear()
    standing.follow(document, edit, remembered.learn(edit, document.text))
    assert [*standing.items] == [one for one in found if one.span.start != 26]
    assert asked == [(26, 29)]
