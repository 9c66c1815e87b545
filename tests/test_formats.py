"""Every format: what is written and read back is equal, or is exactly what the losses said."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, example, given, note, settings
from hypothesis import strategies as st

from reader import formats
from reader.errors import InputError, LossError
from reader.formats import FORMATS, Source, by_name
from reader.formats.base import EVERYTHING
from reader.formats.losses import described, shown
from reader.model import (
    Document,
    Loss,
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
BOTH_WAYS = [one.name for one in FORMATS if one.read and one.writes]
WRITTEN = [one.name for one in FORMATS if one.writes]
ANY_TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0") | st.sampled_from("\n\r\t \u20281")
)
PROSE = st.text(st.sampled_from("abcdé . ,-'\n\r\t \u00a0\u2028\U0001f600人\u0301"))
LABELS = st.sampled_from(["PERSON", "GPE", "B-PER", "O", "I-", "odd-label", "Ω", "a b", "[/]"])
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**38), 10**38)
    | st.floats(allow_nan=False, allow_infinity=False)
    | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=5,
)


@st.composite
def spans(draw: st.DrawFn, text: str) -> Span:
    start = draw(st.integers(0, len(text) - 1))
    end = draw(st.integers(start + 1, len(text)))
    attributes = draw(st.sampled_from([(), (), (("wikidata", "Q1"),)]))
    fragments: tuple[tuple[int, int], ...] = ()
    if end - start > 2 and draw(st.integers(0, 4)) == 0:
        fragments = ((start, start + 1), (end - 1, end))
    return Span(start, end, draw(LABELS), fragments, attributes)


@st.composite
def tokens(draw: st.DrawFn, text: str) -> tuple[tuple[int, int], ...]:
    """Some of the pieces that some places cut a text into."""
    places = sorted(draw(st.sets(st.integers(0, len(text)), max_size=6)))
    pieces = [(start, end) for start, end in pairwise(places) if text[start:end].strip()]
    return tuple(piece for piece in pieces if draw(st.booleans()))


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Documents with nested, crossing, equal and touching spans, and every other kind of mark."""
    text = draw((ANY_TEXT | PROSE).filter(bool))
    some_spans = st.lists(spans(text), max_size=5)
    marks: set[Mark] = set(draw(some_spans))
    marks |= {Rejected(span) for span in draw(some_spans)}
    marks |= {Tag(name) for name in draw(st.sets(LABELS, max_size=2))}
    marks |= {Status(state) for state in draw(st.sets(st.sampled_from(list(State)[1:]), max_size=1))}
    ends = draw(some_spans)
    marks |= {Relation(head, tail, "knows") for head, tail in pairwise(ends)}
    marks |= {Note(draw(ANY_TEXT), span) for span in (None, *ends[:1]) if draw(st.booleans())}
    return Document(
        text,
        title=draw(st.sampled_from(["A title", "=1+1 [/b]\u202e", ""])),
        source=draw(st.sampled_from(["here", ""])),
        language=draw(st.sampled_from(["", "en", "de", "xx-nothing"])),
        meta=draw(st.dictionaries(st.sampled_from(["id", "n", "prodigy"]), JSON, max_size=2)),
        marks=frozenset(marks),
        annotator=draw(st.sampled_from(["", "ada"])),
        suggestions=tuple(Suggestion(span, "model-1", draw(st.floats(0, 1))) for span in draw(some_spans)),
        tokens=draw(st.just(()) | tokens(text)),
    )


def round_trip(document: Document, name: str, folder: Path) -> tuple[Document | None, tuple[Loss, ...]]:
    """What comes back of a document, None where nothing does, and the losses."""
    path = folder / ("file.zip" if by_name(name).write_files else "file")
    report = formats.export([document], path, format_name=name, lossy=True)
    found = [one for source in formats.sources([path]) for one in formats.read(source, name)]
    assert all(isinstance(one, Document) for one in found) or not document.text.split(), found
    back = [one for one in found if isinstance(one, Document)]
    spans = sum(len(spans_of(one.marks)) for one in back)
    assert (report.documents, report.spans) == (len(back), spans) or not document.text.split()
    return (back[0] if back else None), report.losses


def together(names: Sequence[str], number: int) -> list[Any]:
    """The names in so many groups: to think of a document takes ten times as long as to write and read it."""
    groups = [names[first::number] for first in range(number)]
    return [pytest.param(group, id="+".join(group)) for group in groups if group]


@pytest.mark.parametrize("names", together([one for one in BOTH_WAYS if "overlaps" in by_name(one).carries], 3))
def test_what_comes_back_is_what_went_out_less_the_losses(names: list[str], tmp_path: Path) -> None:
    @given(document=documents())
    @settings(max_examples=150, deadline=None)
    def holds(document: Document) -> None:
        # Losses are told apart by their words alone, so two marks of the same words would be one.
        described_as = [found for mark in document.marks if (found := fact(document, mark))]
        assume(len(described_as) == len(set(described_as)))
        for name in names:
            note(name)
            comes_back(document, name, tmp_path)

    holds()


def comes_back(document: Document, name: str, folder: Path) -> None:
    """What a format carries of a document is there again, and everything else was named as lost."""
    carries = by_name(name).carries
    back, losses = round_trip(document, name, folder)
    lost = {loss.fact for loss in losses}
    if THE_TEXT in lost:
        # A format that cannot hold the text holds nothing of the document, and says so.
        assert back is None
        return
    assert back is not None
    assert back.text == document.text
    expected, found = facts(document), facts(back)
    # A span that is left out takes its attributes with it.
    gone = {one for one in expected if " of " in one and one.split(" of ", 1)[1] in lost}
    assert found | lost | gone == expected
    assert not found & (lost | gone)
    if carries == EVERYTHING:
        assert back == document
    if "meta" in carries and not isinstance(document.meta.get("prodigy"), dict):
        assert back.meta == document.meta
    if "annotator" in carries:
        assert back.annotator == document.annotator
    if "tokens" in carries:
        assert set(document.tokens) <= set(back.tokens)


THE_TEXT = "the text"


def facts(document: Document) -> set[str]:
    """Everything a person stated of a document, as losses name it."""
    return {found for mark in document.marks if (found := fact(document, mark))} | {
        f"{name} = {value!r} of {fact(document, span)}"
        for span in spans_of(document.marks)
        for name, value in span.attributes
    }


def fact(document: Document, mark: Mark) -> str:
    def words(span: Span) -> str:
        return described(span, document.text)

    match mark:
        case Span():
            return words(mark)
        case Tag(label):
            return f"tag {label}"
        case Relation(head, tail, label):
            return f"{label} from {words(head)} to {words(tail)}"
        case Note(text, span):
            return f"note {shown(text)}" + (f" on {words(span)}" if span else "")
    return ""


@pytest.mark.parametrize("names", together([one for one in BOTH_WAYS if "overlaps" not in by_name(one).carries], 1))
def test_columns_keep_the_tokens_and_every_span_that_is_not_lost(names: list[str], tmp_path: Path) -> None:
    @given(document=documents())
    @example(Document("0000", "A title", "here", marks=frozenset({Span(1, 4, "PERSON")}), tokens=((1, 2), (3, 4))))
    @settings(max_examples=150, deadline=None)
    def holds(document: Document) -> None:
        for name in names:
            note(name)
            columns_come_back(document, name, tmp_path)

    holds()


def columns_come_back(document: Document, name: str, folder: Path) -> None:
    """The tokens are there again, and every span that was not named as lost."""
    back, losses = round_trip(document, name, folder)
    if THE_TEXT in {loss.fact for loss in losses}:
        assert back is None
        return
    left = words_of(document)
    kept = words_of(back) if back else []
    for one in kept:
        left.remove(one)
    named = {described(span, document.text) for span in spans_of(document.marks)}
    assert len(left) == sum(loss.fact in named for loss in losses)
    if back and not document.tokens:
        assert "".join(back.text.split()) == "".join(document.text.split())


def words_of(document: Document) -> list[tuple[str, str]]:
    """Each span's label and words without white space, which columns do not keep."""
    return [(one.label, "".join(document.text[one.start : one.end].split())) for one in spans_of(document.marks)]


@pytest.mark.parametrize("names", together(WRITTEN, 1))
def test_the_same_document_gives_the_same_bytes(names: list[str], tmp_path: Path) -> None:
    @given(document=documents(), again=st.randoms(use_true_random=False))
    @settings(max_examples=15, deadline=None)
    def holds(document: Document, again: random.Random) -> None:
        marks = list(document.marks)
        again.shuffle(marks)
        for name in names:
            note(name)
            for path, one in (("a.zip", document), ("b.zip", replace(document, marks=frozenset(marks)))):
                formats.export([one, one], tmp_path / path, format_name=name, lossy=True)
            assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()

    holds()


LETTER = Document(
    "Ada Lovelace wrote to Charles Babbage in London.\n",
    "Letter",
    "here",
    meta={"id": 7},
    marks=frozenset(
        {
            Span(0, 12, "PERSON"),
            Span(22, 37, "PERSON"),
            Span(41, 47, "GPE"),
            Rejected(Span(0, 3, "ORG")),
            Status(State.DONE),
        }
    ),
    annotator="ada",
    suggestions=(Suggestion(Span(13, 18, "VERB"), "model-1"),),
)


@pytest.mark.parametrize("name", WRITTEN)
def test_an_ordinary_article_is_exported_without_a_loss(name: str, tmp_path: Path) -> None:
    target = tmp_path / ("out.zip" if by_name(name).write_files else "out")
    report = formats.export([LETTER], target, format_name=name)
    assert (report.documents, report.spans, report.losses) == (1, 3, ())


@pytest.mark.parametrize("name", BOTH_WAYS)
def test_an_ordinary_article_comes_back(name: str, tmp_path: Path) -> None:
    back, _ = round_trip(LETTER, name, tmp_path)
    assert back is not None
    assert words_of(back) == [("PERSON", "AdaLovelace"), ("PERSON", "CharlesBabbage"), ("GPE", "London")]


SAID = (
    ["it does not begin and end with a token"],
    ["it does not begin and end with one of spaCy's tokens"],
    ["PubTator has texts of at most two lines"],
    ["XML cannot hold its control characters"],
)


@pytest.mark.parametrize("name", BOTH_WAYS)
def test_the_golden_names_survive(name: str, tmp_path: Path) -> None:
    """Twenty texts with a span on "Name": astral, CRLF, tabs, bidi, lookalikes of every format's own syntax."""
    golden = list(formats.read(Source(NASTY / "roundtrip" / "golden.jsonl", "golden")))
    assert len(golden) == 20
    for document in golden:
        assert isinstance(document, Document)
        back, losses = round_trip(document, name, tmp_path)
        if losses:
            assert [loss.reason for loss in losses] in SAID, document.text
        else:
            assert back is not None
            assert words_of(back) == words_of(document)


@pytest.mark.parametrize(
    ("mark", "needs", "also"),
    [
        (Span(0, 8, "GPE"), "overlaps", set()),
        (Span(4, 19, "FAC"), "overlaps", {"inline-xml", "tei"}),
        (Span(15, 17, "MID"), "spans", {"bilou", "bioes", "conll", "conllu", "spacy"}),
        (Span(15, 19, "X", (), (("wiki", "Q1"),)), "attributes", {"tei"}),
        (Span(15, 21, "X", ((15, 19), (20, 21))), "fragments", set()),
        (Tag("news"), "tags", set()),
        (Note("sure?"), "notes", set()),
        (Relation(Span(0, 13, "GPE"), Span(0, 13, "GPE"), "knows"), "relations", {"slate"}),
        (Rejected(Span(0, 3, "ORG")), "spans", set()),
        (Status(State.FLAGGED), "spans", set()),
    ],
    ids=lambda value: "-".join(sorted(value)) if isinstance(value, set) else str(value),
)
def test_a_format_loses_what_it_does_not_carry_and_nothing_else(
    mark: Mark, needs: str, also: set[str], tmp_path: Path
) -> None:
    document = Document("New York City, 1984 x", "t", marks=frozenset({Span(0, 13, "GPE"), mark}))
    for one in FORMATS:
        if one.writes:
            target = tmp_path / ("out.zip" if one.write_files else "out")
            report = formats.export([document], target, format_name=one.name, lossy=True)
            assert bool(report.losses) == (needs not in one.carries or one.name in also), (one.name, report.losses)


def test_an_export_that_would_lose_something_names_it(tmp_path: Path) -> None:
    nested = Document("New York City", "Cities", marks=frozenset({Span(0, 13, "GPE"), Span(0, 8, "GPE")}))
    with pytest.raises(LossError, match="conll cannot carry 1 fact; nothing was written") as raised:
        formats.export([nested], tmp_path / "out.conll")
    [loss] = raised.value.losses
    assert str(loss) == "Cities: GPE 'New York' at 0-8: it overlaps another, and a token has one tag"


@pytest.mark.parametrize(
    ("name", "content", "format_name"),
    [
        ("a.jsonl", b'{"text": "a"}', "jsonl"),
        ("a.jsonl", b'\n{"text": "a", "meta": {"answer": "accept", "_task_hash": 1}}', "jsonl"),
        ("a.jsonl", b'{"text": "a", "answer": "accept"}', "prodigy"),
        ("a.jsonl", b'{"text": "a", "_input_hash": 1}', "prodigy"),
        ("a.jsonl", b'{"text": "a", "tokens": [{"text": "a"}]}', "prodigy"),
        ("a.jsonl", b'{"text": "a", "tokens": [[0, 1]]}', "jsonl"),
        ("a.jsonl", b'{"text": "' + b"a" * 200_000 + b'", "answer": "accept"}\n', "prodigy"),
        ("a.jsonl", b"nothing of the kind", "jsonl"),
        ("a.txt", b'{"text": "a"}\n{"text": "b"}', "jsonl"),
        ("a.txt", b'{"a": "text in braces"}', "text"),
        ("a.txt", b"{ an article }", "text"),
        ("a.json", b'[\n{"text": "a"}\n]', "jsonl"),
        ("README", b"an article", "text"),
        ("a.txt", b"-DOCSTART- -X- -X- O\n\nAda NNP B-NP B-PER\n", "conll"),
        ("train.txt", b"Ada B-PER\nwrote O\n\nTo O\n", "conll"),
        ("train.txt", b"Ada met O\nwrote to O\nthree lines of verse about O\n", "text"),
        ("a.conll", b"Ada B-PER\n", "conll"),
        ("a.bin", b"x^no zlib", "text"),
        ("a.md", b"", "text"),
    ],
)
def test_content_tells_the_format_before_the_suffix(
    name: str, content: bytes, format_name: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    source = Source(tmp_path / name, name)
    assert list(formats.read(source)) == list(formats.read(source, format_name))


def test_a_docbin_is_known_by_its_content(tmp_path: Path) -> None:
    formats.export([LETTER], tmp_path / "out.spacy")
    (tmp_path / "out.spacy").rename(tmp_path / "out.bin")
    [found] = formats.read(Source(tmp_path / "out.bin", "out"))
    assert isinstance(found, Document)
    assert found.text == LETTER.text


@pytest.mark.parametrize(
    ("lines", "format_name"),
    [(b'{"text": "a"}\n{"text": "b"}\n', "jsonl"), (b'{"text": "a", "answer": "accept"}\n', "prodigy"), (b"", "jsonl")],
)
def test_stdin_is_looked_at_and_still_read_whole(
    lines: bytes, format_name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(lines)
    expected = list(formats.read(Source(tmp_path / "file", "stdin"), format_name))
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(lines))))  # type: ignore[arg-type]
    assert list(formats.read(Source(None, "stdin"))) == expected


def test_folders_are_read_in_order_without_databases_hidden_files_and_circles(tmp_path: Path) -> None:
    for name in ("b.txt", "a/c.txt", "a/.hidden", "annotations.db", ".git/config", "annotations.db-journal"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    found = [str(source.path.relative_to(tmp_path)) for source in formats.sources([tmp_path]) if source.path]
    assert found == ["a/c.txt", "b.txt"]
    with pytest.raises(InputError, match="no such file"):
        list(formats.sources([tmp_path / "missing"]))


@pytest.mark.parametrize("name", ["xlsx", "csv"])
def test_a_format_that_cannot_be_read_is_named(name: str, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    with pytest.raises(InputError, match=name):
        formats.read(Source(tmp_path / "a", "a"), name)


def test_a_suffix_that_is_written_by_one_and_read_by_another_is_read(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<p>An article about Kherson, long enough to be one.</p>")
    [found] = formats.read(Source(tmp_path / "page.html", "page.html"))
    assert isinstance(found, Document)
    assert found.text.startswith("An article")


def test_reading_holds_one_document_at_a_time(tmp_path: Path) -> None:
    """A reader that is asked for one record has not looked at the next."""
    (tmp_path / "a.jsonl").write_bytes(b'{"text": "a"}\n' + b"{" * 100)
    found = formats.read(Source(tmp_path / "a.jsonl", "a"))
    assert isinstance(next(found), Document)
    assert isinstance(next(found), Problem)
