"""What holds for spans in reading order, whatever is put in and taken away."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.model import Span, Tag, spans_of
from reader.spans import Spans

one_span = st.builds(
    lambda start, length, label, parts: Span(
        start, start + length, label, ((start, start + 1), (start + length - 1, start + length)) if parts else ()
    ),
    st.integers(0, 4000),
    st.sampled_from([1, 2, 30, 1023, 1024, 1025, 3000]),
    st.sampled_from("AB"),
    st.booleans(),
)


@given(st.sets(one_span), st.lists(st.tuples(st.booleans(), one_span)), st.data())
def test_changed_one_by_one_they_are_as_if_made_anew(
    first: set[Span], steps: list[tuple[bool, Span]], data: st.DataObject
) -> None:
    spans, expected = Spans(first), set(first)
    for is_added, span in steps:
        span = data.draw(st.sampled_from(sorted(expected))) if expected and data.draw(st.booleans()) else span
        assert (span in spans) == (span in expected)
        (spans.add if is_added else spans.take)(span)
        (expected.add if is_added else expected.discard)(span)
        assert sorted(spans) == sorted(expected)
        assert [(one.start, one.end) for one in spans] == [(one.start, one.end) for one in spans_of(expected)]
    for low in range(0, 4000, 500):
        over = [one for one in spans if one.start < low + 3 and low < one.end]
        assert spans.over(low, low + 3) == over


def test_long_spans_are_in_reading_order_too() -> None:
    wide, less, other = Span(5, 5000, "A"), Span(5, 4000, "B"), Span(5, 4000, "C")
    spans = Spans()
    for span in (other, less, wide):
        spans.add(span)
    assert spans.over(3000, 3001) == [wide, less, other]
    spans.take(less)
    assert spans.over(3000, 3001) == [wide, other]
    assert spans.over(4000, 4001) == [wide]
    assert spans.over(5000, 5001) == []


def test_spans_that_differ_in_their_attributes_alone_are_all_there() -> None:
    alike = [Span(5, 9, "A", (), (("n", str(number)),)) for number in range(4)]
    for span in alike:
        spans = Spans(alike)
        assert span in spans
        spans.add(span)
        assert len(spans) == 4
        spans.take(span)
        assert sorted(spans) == [one for one in alike if one != span]


@given(st.sets(one_span), st.lists(st.tuples(st.booleans(), one_span)))
def test_the_changes_lead_from_the_first_spans_to_the_last(first: set[Span], steps: list[tuple[bool, Span]]) -> None:
    spans, followed = Spans(first), set(first)
    for is_added, span in steps:
        (spans.add if is_added else spans.take)(span)
    for step, span in spans.changes:
        assert (span in followed) == (step < 0)
        followed ^= {span}
    assert followed == set(spans)


@pytest.mark.parametrize("other", [Tag("A"), None, "A"])
def test_only_spans_are_in_it(other: object) -> None:
    assert other not in Spans([Span(0, 1, "A")])
