"""The spans of a long text, which are read where they are looked at: they are as if all had been read."""

from __future__ import annotations

import re
import sqlite3
import weakref
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stores import new_store, put

from reader.errors import NotSaved
from reader.model import Document, Edit, Label, Mark, Note, Schema, Span, State, Status, spans_of
from reader.project import Action, Project
from reader.spans import WINDOW, Counted, DistantSpans, Spans
from reader.store.shelf import LayerShelf
from reader.tui.finding import Matches
from reader.tui.layout import Flow
from reader.tui.names import Name, Names

LENGTH = 5 * WINDOW + 7
WORDS = ("Ann", "Bob", "New York", "New\nYork", "Rome")
TEXT = ((" ".join(WORDS) + ". ") * (LENGTH // 20))[:LENGTH]
assert len(TEXT) == LENGTH

places = st.one_of(
    st.integers(0, LENGTH - 1),
    st.builds(lambda number, by: max(0, number * WINDOW + by), st.integers(0, 5), st.integers(-40, 6)),
)
one_span = st.builds(
    lambda start, length, label, parts: _span(start, min(length, LENGTH - start), label, parts=parts),
    places,
    st.sampled_from([1, 3, 8, 30, 1024, 1025, WINDOW, 2 * WINDOW + 3]),
    st.sampled_from("AB"),
    st.booleans(),
)


def _span(start: int, length: int, label: str, *, parts: bool) -> Span:
    end = start + length
    return Span(start, end, label, ((start, start + 1), (end - 1, end)) if parts and length > 2 else ())


class Memory:
    """A shelf of spans that are all at hand."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self.spans = set(spans)

    def over(self, start: int, end: int) -> list[Span]:
        return [span for span in self.spans if span.start < end and start < span.end]

    def next_start(self, position: int) -> int | None:
        return min((span.start for span in self.spans if span.start > position), default=None)

    def previous_start(self, position: int) -> int | None:
        return max((span.start for span in self.spans if span.start < position), default=None)

    def names(self, start: int, end: int) -> tuple[list[Counted], list[Span]]:
        here = [span for span in self.spans if start <= span.start < end]
        counts = Counter((span.label, TEXT[span.start : span.end]) for span in here if not span.fragments)
        return [Counted(*name, number) for name, number in counts.items()], [span for span in here if span.fragments]

    def next_mentions(self, label: str, words: str, position: int) -> list[Span]:
        later = [span for span in self.spans if span.start > position and span.label == label]
        named = [span for span in later if TEXT[span.start : span.end] == words]
        return [span for span in named if span.start == min(one.start for one in named)]


def same(spans: DistantSpans, expected: set[Span], looks: list[tuple[int, int]]) -> None:
    """Whether every question has the answer that a list of all spans would give."""
    all_of = spans_of(expected)
    starts = [span.start for span in all_of]
    assert len(spans) == len(all_of)
    for start, end in looks:
        over = spans.over(start, end)
        assert sorted(over) == sorted(span for span in all_of if span.start < end and start < span.end)
        assert [span.start for span in over] == sorted(span.start for span in over)
        after, before = spans.after(start), spans.before(start)
        behind, ahead = bisect_right(starts, start), bisect_left(starts, start) - 1
        assert (after and after.start) == (starts[behind] if behind < len(starts) else None)
        assert (before and before.start) == (starts[ahead] if ahead >= 0 else None)


looks = st.lists(st.tuples(places, st.sampled_from([1, 70, WINDOW, LENGTH])), min_size=1, max_size=3).map(
    lambda pairs: [(-1, 0), (LENGTH, LENGTH + 1), *((start, start + size) for start, size in pairs)]
)


@settings(max_examples=30, deadline=None)
@given(st.sets(one_span, max_size=12), st.lists(st.tuples(st.booleans(), one_span), max_size=6), looks, st.data())
def test_they_are_as_if_all_were_read(
    first: set[Span], steps: list[tuple[bool, Span]], asked: list[tuple[int, int]], data: st.DataObject
) -> None:
    shelf = Memory(first)
    spans, expected = DistantSpans(shelf, len(first), LENGTH), set(first)
    for is_added, span in steps:
        span = data.draw(st.sampled_from(sorted(expected))) if expected and data.draw(st.booleans()) else span
        if data.draw(st.booleans()):
            assert (span in spans) == (span in expected)
        if is_added == (span in expected):
            continue  # an edit adds what is not there and takes what is
        (spans.add if is_added else spans.take)(span)
        for all_of in (shelf.spans, expected):
            (all_of.add if is_added else all_of.discard)(span)
        same(spans, expected, asked)
    same(spans, expected, asked)
    assert list(spans) == spans_of(expected)
    followed = set(first)
    for step, span in spans.changes:
        assert (span in followed) == (step < 0)
        followed ^= {span}
    assert followed == expected


def test_over_very_much_of_a_text_are_those_that_are_there() -> None:
    number = 200
    first = [Span(place * WINDOW, place * WINDOW + 5, "A") for place in range(number)]
    spans = DistantSpans(Memory(first), number, number * WINDOW)
    for low, high in ((0, number), (1, number - 1), (3, 3 + 64), (3, 3 + 65), (3, 3 + 66)):
        assert spans.over(low * WINDOW, high * WINDOW) == first[low:high]
        assert spans.over(low * WINDOW + 4, high * WINDOW + 1) == first[low : high + 1]
        assert spans.over(low * WINDOW + 5, high * WINDOW) == first[low + 1 : high]


@settings(max_examples=15, deadline=None)
@given(st.sets(one_span, max_size=20), st.sets(one_span, max_size=4), st.data())
def test_the_file_is_asked_as_if_the_edits_that_wait_were_in_it(
    saved: set[Span], added: set[Span], data: st.DataObject
) -> None:
    store = new_store((TEXT,))
    if saved:
        put(store, *saved)
    removed = set(data.draw(st.lists(st.sampled_from(sorted(saved)), max_size=3, unique=True))) if saved else set()
    waiting = [Edit(frozenset(removed), frozenset(added - saved))]
    shelf = LayerShelf(store, 1, store.annotator_id("ann"), [(edit, "label", 0) for edit in waiting])
    shelf.text = TEXT
    expected = Memory((saved - removed) | (added - saved))
    assert shelf.count() == len(expected.spans)
    for place in [-1, 0, LENGTH, *data.draw(st.lists(places, max_size=5))]:
        assert sorted(shelf.over(place, place + 100)) == sorted(expected.over(place, place + 100))
        names, others = shelf.names(place, place + WINDOW)
        wanted, parts = expected.names(place, place + WINDOW)
        assert (sorted(names), sorted(others)) == (sorted(wanted), sorted(parts))
    spans = DistantSpans(shelf, shelf.count(), LENGTH)
    same(spans, expected.spans, [(0, 1), (WINDOW, 2 * WINDOW + 1)])
    assert list(spans) == spans_of(expected.spans)
    for label, words in {(span.label, TEXT[span.start : span.end]) for span in saved - removed}:
        found = shelf.next_mentions(label, words, -1)
        assert found
        assert {TEXT[span.start : span.end] for span in found} == {words}


SCHEMA = Schema((Label("A"), Label("B")))


def rows_of(names: Names) -> list[object]:
    return [names.row(index) for index in range(names.count)]


@settings(max_examples=30, deadline=None)
@given(st.sets(one_span, max_size=20), st.lists(st.tuples(st.integers(0, 3), st.booleans(), one_span), max_size=8))
def test_names_counted_in_steps_between_edits_are_those_counted_at_once(
    first: set[Span], steps: list[tuple[int, bool, Span]]
) -> None:
    shelf = Memory(first)
    spans, names = DistantSpans(shelf, len(first), LENGTH), Names()
    names.show(TEXT, spans, Spans(), SCHEMA)
    for stretches, is_added, span in steps:
        for _ in range(stretches):
            names.go_on()
        if is_added != (span in shelf.spans):
            (shelf.spans.add if is_added else shelf.spans.discard)(span)
            (spans.add if is_added else spans.take)(span)
            names.show(TEXT, spans, Spans(), SCHEMA)
    while names.go_on():
        assert names.count == 0
    at_once = Names()
    at_once.show(TEXT, Spans(shelf.spans), Spans(), SCHEMA)
    assert rows_of(names) == rows_of(at_once)
    assert names.totals == at_once.totals
    for row in rows_of(names):
        name = Name(row[0], row[1])  # type: ignore[index]
        assert names.index(name) == at_once.index(name)
        assert names.next_mention(name, WINDOW) == at_once.next_mention(name, WINDOW)
    assert names.at(WINDOW) == at_once.at(WINDOW)


SENTENCE = f"Ada wrote to Bob. {'She said it again. ' * 18}"
LONG_TEXT = SENTENCE * 3_500  # over a million characters
ADAS = frozenset(Span(start, start + 3, "PERSON") for start in range(0, len(LONG_TEXT), len(SENTENCE)))


def project_of(folder: Path, *marks: Mark, text: str = LONG_TEXT) -> Project:
    project = Project.open(folder / "annotations.db")
    project.import_documents([Document(text, "Long", marks=frozenset(marks)), Document("Ada again.", "Short")])
    return project


def test_edits_and_undo_in_a_long_text_leave_what_the_file_has(tmp_path: Path) -> None:
    with project_of(tmp_path, *ADAS, Note("why", Span(len(SENTENCE), len(SENTENCE) + 3, "PERSON"))) as project:
        document = project.open_document(1, glance=True)
        far = Span(2_500 * len(SENTENCE), 2_500 * len(SENTENCE) + 3, "ORG")
        document.apply(document.label(Span(0, 3, "ORG")), "label")
        document.apply(document.label(far), "label")
        assert {Span(0, 3, "ORG"), far} < set(document.spans)
        for _ in range(2):
            done = project.history.undo(document)
            assert done
            document.follow(done.here)
        assert document.marks - {Status(State.DOING)} == {
            *ADAS,
            Note("why", Span(len(SENTENCE), len(SENTENCE) + 3, "PERSON")),
        }
        done = project.history.redo(document)
        assert done
        document.follow(done.here)
        assert document.spans_at(0) == [Span(0, 3, "ORG")]
        assert len(document.spans) == len(ADAS)
        assert document.marks == project.open_document(1).marks


def test_a_large_edit_of_a_long_text_is_followed(tmp_path: Path) -> None:
    with project_of(tmp_path) as project:
        document = project.open_document(1)
        action = Action("label", "Ada", "PERSON")
        document.apply(document.repeat_all(action, document.targets(action)), "label all")
        assert set(document.spans) == ADAS
        assert len(document.spans) == len(ADAS)
        assert document.targets(action) == []


@pytest.mark.parametrize(
    ("action", "ignore_case"),
    [
        (Action("label", "Ada", "PERSON"), False),
        (Action("label", "Ada", "ORG"), False),
        (Action("label", "ada", "PERSON"), True),
        (Action("label", "Bob. She", "PERSON"), False),
        (Action("remove", "Ada", "PERSON"), False),
        (Action("remove", "ADA", "PERSON"), True),
        (Action("remove", "Eve", "PERSON"), False),
        (Action("reject", "Ada", "PERSON"), False),
    ],
)
def test_what_an_action_would_change_is_found_in_parts(tmp_path: Path, action: Action, ignore_case: bool) -> None:
    some = {span for span in ADAS if span.start % 7}
    around = Span(499_990, 500_100, "WORK")
    with project_of(tmp_path, *some, around) as project:
        document = project.open_document(1)
        found = document.targets(action, ignore_case=ignore_case)
        flags = re.IGNORECASE if ignore_case else 0
        wanted = [match.span() for match in re.finditer(re.escape(action.words), LONG_TEXT, flags)]
        assert found == [place for place in wanted if document.repeat(action, place)]


@pytest.mark.parametrize("top", [0, 65_535, 131_072, 700_000, 1_259_000])
def test_a_glimpse_is_a_part_of_the_text_with_its_rows(tmp_path: Path, top: int) -> None:
    long_line = "word and word. " * 9_000
    text = LONG_TEXT[:600_000] + "\n" + long_line + "\n" + LONG_TEXT[:600_000]
    with project_of(tmp_path, Span(699_990, 700_020, "A"), Span(10, 900_000, "B"), text=text) as project:
        project.open_document(1).remember(top, top)
        document = project.open_document(1, glance=True)
        glimpse = document.glimpse(top)
        assert not document.whole
        assert glimpse
        assert text[glimpse.before :].startswith(glimpse.text)
        assert glimpse.before + len(glimpse.text) + glimpse.after == len(text)
        here = {(span.start + glimpse.before, span.end + glimpse.before, span.label) for span in glimpse.spans}
        assert here == {span[:3] for span in document.spans.over(glimpse.before, len(text) - glimpse.after)}
        part, whole = Flow(glimpse.text, 60), Flow(text, 60)
        row, full = part.row_at(top - glimpse.before), whole.row_at(top)
        for _ in range(100):
            assert [place + glimpse.before for place in row] == list(full)
            following, full_following = part.after(row), whole.after(full)
            if following is None or full_following is None:
                break
            row, full = following, full_following


def test_of_a_text_in_another_script_there_is_a_glimpse_near_its_start_only(tmp_path: Path) -> None:
    text = "Кобзар 詩人 💙. " * 100_000
    with project_of(tmp_path, text=text) as project:
        for place, known in ((0, True), (50_000, True), (1_000_000, False)):
            project.open_document(1).remember(place, place)
            glimpse = project.open_document(1, glance=True).glimpse(place)
            assert bool(glimpse) == known
            assert not glimpse or text[glimpse.before :].startswith(glimpse.text)


def test_an_edit_of_a_long_text_that_the_disk_refuses_is_shown_and_kept(tmp_path: Path) -> None:
    with project_of(tmp_path, *ADAS) as project:
        project.wait_at_most(0)
        document = project.open_document(1, glance=True)
        writer = sqlite3.connect(tmp_path / "annotations.db", isolation_level=None)
        writer.execute("BEGIN IMMEDIATE")
        with pytest.raises(NotSaved):
            document.apply(document.label(Span(13, 16, "PERSON")), "label")
        document.reload()
        assert document.spans_at(13) == [Span(13, 16, "PERSON")]
        assert len(document.spans) == len(ADAS) + 1
        assert document.state is State.DOING
        writer.close()
        document.save()
        assert Span(13, 16, "PERSON") in project.open_document(1).marks


def test_a_long_text_is_let_go_of_with_its_document(tmp_path: Path) -> None:
    with project_of(tmp_path, *ADAS) as project:
        document = project.open_document(1)
        document.apply(document.label(Span(13, 16, "PERSON")), "label")
        gone = weakref.ref(document)
        del document
        assert gone() is None


@given(st.lists(st.integers(1, 40), max_size=12), st.integers(-1, 200), st.integers(1, 50))
def test_matches_are_found_by_their_place(lengths: list[int], position: int, size: int) -> None:
    borders = [0]
    for length in lengths:
        borders.append(borders[-1] + length)
    stretches = list(zip(borders[::2], borders[1::2], strict=False))
    matches = Matches(stretches)
    assert list(matches) == stretches
    assert matches.over(position, position + size) == [
        one for one in stretches if one[0] < position + size and position < one[1]
    ]
    if stretches:
        starts = [start for start, _ in stretches]
        after = next((index for index, start in enumerate(starts) if start > position), 0)
        before = max((index for index, start in enumerate(starts) if start < position), default=len(starts) - 1)
        assert (matches.beside(position, 1), matches.beside(position, -1)) == (after, before)
