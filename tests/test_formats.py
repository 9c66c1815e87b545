"""Every format: what is written and read back is equal, or is exactly what the losses said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader import formats
from reader.errors import InputError, LossError
from reader.formats import FORMATS, Source, by_name
from reader.formats.jsonl import KEYS
from reader.model import (
    Document,
    Mark,
    Note,
    Problem,
    Rejected,
    Relation,
    Span,
    State,
    Status,
    Suggestion,
    Tag,
    spans_of,
)

NASTY = Path(__file__).parent / "data" / "nasty"
BOTH_WAYS = [one for one in FORMATS if one.read and one.write]
TEXT = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\0") | st.sampled_from("\n\r\t \u2028\U0001f600é")
).filter(bool)
LABELS = st.sampled_from(["PERSON", "GPE", "odd-label", "Ω", "a b"])


@st.composite
def spans(draw: st.DrawFn, text: str) -> Span:
    start = draw(st.integers(0, len(text) - 1))
    return Span(start, draw(st.integers(start + 1, len(text))), draw(LABELS))


@st.composite
def any_documents(draw: st.DrawFn) -> Document:
    """Documents with nested, crossing, touching and whole spans, and every other kind of mark."""
    text = draw(TEXT)
    found = draw(st.lists(spans(text), max_size=6))
    marks: set[Mark] = set(found)
    marks |= {Rejected(span) for span in draw(st.lists(spans(text), max_size=2))}
    marks |= {Tag(name) for name in draw(st.sets(LABELS, max_size=2))}
    if draw(st.booleans()):
        marks.add(Status(draw(st.sampled_from([state for state in State if state is not State.TODO]))))
    if found:
        if draw(st.booleans()):
            marks.add(Relation(found[0], found[-1], "knows"))
        if draw(st.booleans()):
            marks.add(Note(draw(TEXT), draw(st.sampled_from([None, found[0]]))))
        if len(text) > 4 and draw(st.booleans()):
            marks.add(Span(0, 5, "GPE", ((0, 2), (3, 5)), (("norm", "Q1"),)))
    return Document(
        text,
        title=draw(st.sampled_from(["A title", "=1+1 [/b]"])),
        source="here",
        meta={"id": "7", "n": 1},
        marks=frozenset(marks),
        annotator=draw(st.sampled_from(["", "ada"])),
        suggestions=tuple(Suggestion(span, "model-1", 0.5) for span in draw(st.lists(spans(text), max_size=2))),
    )


def round_trip(document: Document, name: str, folder: Path) -> tuple[list[Document | Problem], int]:
    """What comes back, and the number of losses."""
    path = folder / f"file{by_name(name).suffixes[0]}"
    report = formats.export([document], path, format_name=name, lossy=True)
    return list(formats.read(Source(path, "here"), name)), len(report.losses)


@given(document=any_documents())
@settings(max_examples=150, deadline=None)
def test_the_native_form_carries_everything(document: Document, tmp_path_factory: pytest.TempPathFactory) -> None:
    found, losses = round_trip(document, "jsonl", tmp_path_factory.mktemp("jsonl"))
    assert losses == 0
    assert found == [document]


@pytest.mark.parametrize("name", [one.name for one in BOTH_WAYS if one.name != "jsonl"])
def test_what_does_not_come_back_was_named(name: str, tmp_path: Path) -> None:
    @given(document=any_documents())
    @settings(max_examples=40, deadline=None)
    def holds(document: Document) -> None:
        found, losses = round_trip(document, name, tmp_path)
        [back] = found or [None]
        if back is None:
            assert not document.text.split()
            return
        assert isinstance(back, Document)
        carried = by_name(name).carries
        words = sorted((span.label, squeezed(document, span)) for span in spans_of(document.marks))
        kept = sorted((span.label, squeezed(back, span)) for span in spans_of(back.marks))
        missing = len(words) - len(kept)
        others = sum(isinstance(mark, Note | Relation) for mark in document.marks)
        others += sum(isinstance(mark, Tag) for mark in document.marks if "tags" not in carried)
        others += sum(bool(span.fragments) + bool(span.attributes) for span in spans_of(document.marks))
        assert missing >= 0
        assert losses == missing + others
        assert all(kept.count(one) <= words.count(one) for one in kept)

    holds()


def squeezed(document: Document, span: Span) -> str:
    """The words without white space, which column formats do not keep."""
    return "".join(document.text[span.start : span.end].split())


LETTER = Document(
    "Ada Lovelace wrote to Charles Babbage in London.",
    "Letter",
    "here",
    marks=frozenset({Span(0, 12, "PERSON"), Span(22, 37, "PERSON"), Span(41, 47, "GPE"), Status(State.DONE)}),
)


@pytest.mark.parametrize("name", [one.name for one in FORMATS if one.write])
def test_an_ordinary_article_is_exported_without_a_loss(name: str, tmp_path: Path) -> None:
    report = formats.export([LETTER], tmp_path / "out", format_name=name)
    assert (report.documents, report.spans, report.losses) == (1, 3, ())


@pytest.mark.parametrize("name", [one.name for one in BOTH_WAYS])
def test_an_ordinary_article_comes_back(name: str, tmp_path: Path) -> None:
    [back], losses = round_trip(LETTER, name, tmp_path)
    assert losses == 0
    assert isinstance(back, Document)
    assert [(span.label, squeezed(back, span)) for span in spans_of(back.marks)] == [
        ("PERSON", "AdaLovelace"),
        ("PERSON", "CharlesBabbage"),
        ("GPE", "London"),
    ]


def test_an_export_that_would_lose_something_names_it_and_leaves_the_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "out.conll"
    path.write_text("as it was")
    nested = Document("New York City", "t", marks=frozenset({Span(0, 13, "GPE"), Span(0, 8, "GPE")}))
    with pytest.raises(LossError) as raised:
        formats.export([nested], path)
    assert "GPE 'New York' at 0-8" in str(raised.value.losses[0])
    assert path.read_text() == "as it was"
    assert formats.export([nested], path, lossy=True).losses == raised.value.losses
    assert sorted(one.name for one in tmp_path.iterdir()) == ["out.conll"]


@pytest.mark.parametrize("target", ["missing/out.jsonl", "", "out.unknown"])
def test_a_target_that_cannot_be_written_is_one_line(target: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^[^\n]+$"):
        formats.export([LETTER], tmp_path / target)


def test_an_export_through_a_link_writes_the_file_behind_it(tmp_path: Path) -> None:
    (tmp_path / "real.jsonl").write_text("old")
    (tmp_path / "link.jsonl").symlink_to("real.jsonl")
    formats.export([LETTER], tmp_path / "link.jsonl")
    assert (tmp_path / "link.jsonl").is_symlink()
    assert json.loads((tmp_path / "real.jsonl").read_text())["title"] == "Letter"


def test_a_formula_in_a_cell_begins_with_an_apostrophe(tmp_path: Path) -> None:
    formula = Document("=HYPERLINK(1)", "@title", marks=frozenset({Span(0, 13, "-X")}))
    formats.export([formula], tmp_path / "out.csv")
    assert "'=HYPERLINK(1)" in (tmp_path / "out.csv").read_text()
    assert "'@title" in (tmp_path / "out.csv").read_text()
    assert "'-X" in (tmp_path / "out.csv").read_text()


def test_the_page_shows_exactly_the_text_and_runs_nothing(tmp_path: Path) -> None:
    text = "<script>alert(1)</script> & New York City"
    spans = {Span(0, 8, '"><img src=x>'), Span(28, 41, "GPE"), Span(28, 36, "GPE"), Span(32, 41, "FAC")}
    formats.export([Document(text, "<b>", marks=frozenset(spans))], tmp_path / "out.html")
    page = (tmp_path / "out.html").read_text()
    from html.parser import HTMLParser

    class Collect(HTMLParser):
        tags: frozenset[str] = frozenset()
        depth = 0
        words = ""

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.tags = self.tags | {tag}
            if self.depth or ("class", "text") in attrs:
                self.depth += 1

        def handle_endtag(self, tag: str) -> None:
            self.depth -= bool(self.depth)

        def handle_data(self, data: str) -> None:
            self.words += data if self.depth else ""

    found = Collect()
    found.feed(page)
    assert found.words == text
    allowed = {"html", "head", "meta", "title", "style", "body", "article", "h1", "p", "div", "mark"}
    assert found.tags <= allowed


EXPECTED = [json.loads(line) for line in (NASTY / "expect.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("case", EXPECTED, ids=lambda case: case["file"])
def test_hostile_files_end_as_their_table_says(case: dict[str, str]) -> None:
    path = NASTY / case["file"]
    found = list(formats.read(Source(path, path.name)))
    problems = [one for one in found if isinstance(one, Problem)]
    if case["verdict"] == "REJECT-CLEAN":
        assert problems
        assert all("\n" not in str(problem) for problem in problems)
    elif case["verdict"] == "ACCEPT":
        assert not problems


def test_a_latin_1_file_names_the_byte_and_is_read_when_told(tmp_path: Path) -> None:
    path = NASTY / "text" / "07-latin1.txt"
    [problem] = formats.read(Source(path, "f"))
    assert isinstance(problem, Problem)
    assert "byte 3 is 0xE9" in problem.message
    [document] = formats.read(Source(path, "f", "latin-1"))
    assert isinstance(document, Document)
    assert "é" in document.text


def test_every_documented_key_is_one_we_read() -> None:
    text = (Path(__file__).parent.parent / "docs" / "jsonl.md").read_text()
    assert all(f"`{key}`" in text for key in KEYS)
