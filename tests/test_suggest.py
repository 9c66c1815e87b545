"""How suggesters that disagree are settled, and how pattern files are read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.config import Config
from reader.errors import InputError
from reader.model import Document, Edit, Mark, Rejected, Span, State, Status, Suggestion, Tag
from reader.project import Project, Query
from reader.project.suggesting import without
from reader.suggest import SUGGESTERS, patterns, rank, resolve
from reader.suggest.settle import Cover, best_first

TEXT = "The New York Times of New York reports."
#       0   4   8    13    19 22  26   31
NY, NYT, TNYT, TIMES, NY2 = (4, 12), (4, 18), (0, 18), (13, 18), (22, 30)


def memory(stretch: tuple[int, int], label: str = "GPE") -> Suggestion:
    return Suggestion(Span(*stretch, label), "memory")


def pattern(stretch: tuple[int, int], label: str = "GPE") -> Suggestion:
    return Suggestion(Span(*stretch, label), "patterns:names.jsonl")


def model(stretch: tuple[int, int], label: str = "GPE", score: float = 1.0) -> Suggestion:
    return Suggestion(Span(*stretch, label), "en_core_web_sm-3.8.0", score)


@pytest.mark.parametrize(
    ("suggestions", "kept"),
    [
        ([], []),
        ([model(NY2), model(NY)], [model(NY), model(NY2)]),
        # the same stretch: memory, then patterns, then the pipeline
        ([model(NY, "PERSON"), pattern(NY, "ORG"), memory(NY)], [memory(NY)]),
        ([model(NY, "PERSON"), pattern(NY, "ORG")], [pattern(NY, "ORG")]),
        # a larger name around a remembered one
        ([memory(NY), model(NYT, "ORG")], [model(NYT, "ORG")]),
        ([memory(NY), memory(TIMES), pattern(NYT, "ORG")], [pattern(NYT, "ORG")]),
        # but not a larger one from memory itself, nor one that only overlaps
        ([memory(NYT, "ORG"), model(NY)], [memory(NYT, "ORG")]),
        ([memory(NYT, "ORG"), model((13, 30), "ORG")], [memory(NYT, "ORG")]),
        # the larger name falls to another memory: the remembered one inside it comes back
        ([memory((0, 7), "X"), memory(TIMES), model(NYT, "ORG")], [memory((0, 7), "X"), memory(TIMES)]),
        # patterns come before the pipeline whatever their size; of one suggester's the longer
        ([pattern(NY), model(NYT, "ORG")], [pattern(NY)]),
        ([model(NY), model(NYT, "ORG"), model(TIMES)], [model(NYT, "ORG")]),
        ([model(NY, "ORG", 0.3), model(NY, "GPE", 0.6)], [model(NY, "GPE", 0.6)]),
    ],
)
def test_who_wins(suggestions: list[Suggestion], kept: list[Suggestion]) -> None:
    assert resolve(TEXT, suggestions, []) == kept
    assert resolve(TEXT, suggestions[::-1], []) == kept


@pytest.mark.parametrize(
    ("mark", "overlaps", "kept"),
    [
        (Tag("news"), False, [NYT, NY2]),
        (Span(*NYT, "ORG"), False, [NY2]),
        (Span(*NY, "GPE"), False, [NY2]),
        (Span(17, 23, "X"), False, [NY]),
        (Span(18, 22, "X"), False, [NYT, NY2]),
        (Rejected(Span(*NYT, "ORG")), False, [NY, NY2]),
        (Rejected(Span(*NYT, "PERSON")), False, [NYT, NY2]),
        (Rejected(Span(*NY2, "GPE")), False, [NYT]),
        (Tag("news"), True, [NYT, NY, NY2]),
        (Span(*NYT, "PERSON"), True, [NY, NY2]),
        (Span(*TNYT, "ORG"), True, [NYT, NY, NY2]),
    ],
)
def test_what_was_decided_is_not_suggested(mark: Mark, overlaps: bool, kept: list[tuple[int, int]]) -> None:
    suggestions = [model(NYT, "ORG"), model(NY), memory(NY2), model(NY2)]
    found = resolve(TEXT, suggestions, [mark], overlaps=overlaps)
    assert [(one.span.start, one.span.end) for one in found] == kept


def test_with_overlaps_each_stretch_has_one_suggestion() -> None:
    found = resolve(TEXT, [model(NYT, "ORG"), memory(NY), model(NY, "PERSON")], [], overlaps=True)
    assert found == [model(NYT, "ORG"), memory(NY)]


def test_a_label_turned_down_for_these_words_is_suggested_by_memory_alone() -> None:
    turned_down = {"New York": frozenset({"PERSON", "GPE"})}
    suggestions = [model(NY, "PERSON"), pattern(NY2, "GPE"), model(NYT, "ORG")]
    assert resolve(TEXT, suggestions, [], turned_down=turned_down) == [model(NYT, "ORG")]
    assert resolve(TEXT, [model(NY, "ORG")], [], turned_down=turned_down) == [model(NY, "ORG")]
    assert resolve(TEXT, [memory(NY)], [], turned_down=turned_down) == [memory(NY)]


def test_every_source_has_a_place() -> None:
    sources = ["memory", "patterns:names.jsonl", "en_core_web_sm-3.8.0", "a colleague's model"]
    assert [SUGGESTERS[rank(Suggestion(Span(0, 1, "A"), source))].name for source in sources] == [
        "memory",
        "patterns",
        "pipeline",
        "pipeline",
    ]


STRETCHES = st.lists(st.tuples(st.integers(0, 20), st.integers(1, 6)).map(lambda one: (one[0], one[0] + one[1])))


@given(STRETCHES, st.integers(0, 20), st.integers(1, 6))
def test_a_cover_knows_what_lies_on_and_around_a_stretch(
    stretches: list[tuple[int, int]], start: int, length: int
) -> None:
    end = start + length
    cover = Cover(stretches)
    assert cover.overlaps(start, end) == any(first < end and start < last for first, last in stretches)
    assert cover.contains(start, end) == any(
        first <= start and end <= last and (first, last) != (start, end) for first, last in stretches
    )


@given(STRETCHES)
def test_best_first_is_the_greedy_choice(stretches: list[tuple[int, int]]) -> None:
    def order(one: tuple[int, int]) -> tuple[int, int]:
        return one[0] - one[1], one[0]

    expected: list[tuple[int, int]] = []
    for start, end in sorted(stretches, key=order):
        if all(end <= first or last <= start for first, last in expected):
            expected.append((start, end))
    assert best_first(stretches, lambda one: one, order) == sorted(expected)


def test_a_pattern_file_is_read_with_the_place_of_each_line(tmp_path: Path) -> None:
    file = tmp_path / "names.jsonl"
    file.write_bytes(
        b'\xef\xbb\xbf{"label": "ORG", "pattern": "Apple", "id": "apple"}\r\n'
        b"\n"
        b'{"label": "GPE", "pattern": [{"LOWER": "san"}, {"lower": "francisco"}]}'
    )
    loaded = patterns.load(file)
    assert loaded.problems == ()
    assert loaded.source == "patterns:names.jsonl"
    assert loaded.rules == [
        (f"{file}:1", "ORG", "Apple"),
        (f"{file}:3", "GPE", [{"LOWER": "san"}, {"lower": "francisco"}]),
    ]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "expected an object"),
        ('{"pattern": "x"}', '"label"'),
        ('{"label": " A", "pattern": "x"}', '"label"'),
        ('{"label": "A"}', '"pattern"'),
        ('{"label": "A", "pattern": ""}', '"pattern"'),
        ('{"label": "A", "pattern": []}', '"pattern"'),
        ('{"label": "A", "pattern": ["x"]}', '"pattern"'),
        ('{"label": "A", "pattern": [{"LEMMA": "be"}, {"pos": "NOUN"}]}', "LEMMA, POS would need"),
    ],
)
def test_a_bad_line_is_a_problem_and_the_others_are_read(tmp_path: Path, line: str, complaint: str) -> None:
    file = tmp_path / "names.jsonl"
    file.write_text(f'{{"label": "A", "pattern": "x"}}\n{line}\n{{"label": "B", "pattern": "y"}}\n')
    loaded = patterns.load(file)
    assert [one.label for one in loaded.patterns] == ["A", "B"]
    (problem,) = loaded.problems
    assert str(problem).startswith(f"{file}:2: ")
    assert complaint in problem.message


def test_a_pattern_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    binary = tmp_path / "binary.jsonl"
    binary.write_bytes(b'{"label": "\xff')
    for path, complaint in [(tmp_path / "missing", "No such file"), (tmp_path, "folder"), (binary, "0xff at 11")]:
        with pytest.raises(InputError, match=complaint):
            patterns.load(path)


SAID = "The Bank of England wrote to Angela Merkel in Berlin. The Dutch Navy met Merkel's friends on Monday."


def suggested(folder: Path, **settings: Any) -> set[tuple[str, str]]:
    """The words and labels that a model suggests with these settings."""
    with Project.open(folder / "a.db", config=Config(**settings)) as project:
        project.import_documents([Document(SAID, "One")])
        project.suggestions.run(Query(), workers=1)
        found = project.open_document(1).suggestions
        return {(SAID[one.span.start : one.span.end], one.span.label) for one in found}


def test_a_models_labels_and_borders_are_what_the_settings_ask_for(tmp_path: Path) -> None:
    for name in ("raw", "here"):
        (tmp_path / name).mkdir()
    raw = suggested(tmp_path / "raw")
    assert {("The Bank of England", "ORG"), ("Berlin", "GPE"), ("Monday", "DATE")} <= raw
    found = suggested(tmp_path / "here", model_labels={"GPE": "LOC", "DATE": ""}, model_trims="The the 's")
    assert {("Bank of England", "ORG"), ("Berlin", "LOC")} <= found
    assert {label for _, label in found} == {label.replace("GPE", "LOC") for _, label in raw} - {"DATE"}


def test_to_suggest_again_leaves_the_done_documents_as_they_are(tmp_path: Path) -> None:
    names = tmp_path / "names.jsonl"
    names.write_text('{"label": "ORG", "pattern": "Bank"}')
    with Project.open(tmp_path / "a.db", config=Config(model="none")) as project:
        project.import_documents([Document("The Bank wrote.", "One"), Document("The Bank and Ada read.", "Two")])
        assert project.suggestions.run(Query(), patterns=names, workers=1)[:3] == (2, 2, 0)
        finished = project.open_document(1)
        finished.apply(Edit(added=frozenset({Status(State.DONE)})), "done")
        names.write_text('{"label": "ORG", "pattern": "Bank"}\n{"label": "PERSON", "pattern": "Ada"}')
        assert project.suggestions.run(Query(), patterns=names, again=True, workers=1)[:3] == (1, 2, 1)
        kept = {one.title: [said.span.label for said in one.suggestions] for one in project.documents()}
        assert kept == {"One": ["ORG"], "Two": ["ORG", "PERSON"]}
        project.suggestions.run(Query(states=frozenset({State.DONE})), patterns=names, again=True, workers=1)
        assert project.stats().suggestions == 3


def test_no_model_is_asked_when_the_settings_say_none(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the settings say model = none"):
        suggested(tmp_path, model="none")


@pytest.mark.parametrize(
    ("stretch", "left"),
    [
        ("the VI Corps", "VI Corps"),
        ("theatre", "theatre"),
        ("Ada 's", "Ada"),
        ("Ada's", "Ada"),
        ("the the Hague 's", "Hague"),
        ("the", ""),
        ("boss", "boss"),
    ],
)
def test_trims_are_whole_words_at_both_ends(stretch: str, left: str) -> None:
    text = f"({stretch})"
    start, end = without(text, 1, len(text) - 1, ("the", "'s"))
    assert text[start:end] == left
