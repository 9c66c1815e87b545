"""What each format writes and reads, to the letter: Prodigy, spaCy, CoNLL-2003, CSV, HTML."""

from __future__ import annotations

import csv
import io
import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader import formats
from reader.formats import Source
from reader.model import Document, Mark, Note, Problem, Rejected, Relation, Repair, Span, State, Status, Tag, spans_of

SPAN = {"start": 0, "end": 3, "label": "X"}
ADA, BOB = Span(0, 12, "PERSON"), Span(22, 25, "PERSON")


def written(name: str, tmp_path: Path, *documents: Document, lossy: bool = False) -> str:
    formats.export(documents, tmp_path / "out", format_name=name, lossy=lossy)
    return (tmp_path / "out").read_bytes().decode()


def read(name: str, content: str, tmp_path: Path) -> list[Document | Problem]:
    (tmp_path / "in").write_bytes(content.encode())
    return list(formats.read(Source(tmp_path / "in", "f"), name))


def letter(*marks: Mark) -> Document:
    return Document("Ada Lovelace wrote to Bob.\n\nIt rained.", "Letter", "here", marks=frozenset(marks))


# --- Prodigy


def test_a_task_is_as_prodigy_documents_it(tmp_path: Path) -> None:
    document = Document(
        "Ada met Bob.",
        "Letter",
        "here",
        meta={"page": 3, "prodigy": {"_input_hash": 5, "_view_id": "ner_manual"}},
        marks=frozenset({Span(0, 3, "PER"), Span(8, 11, "PER", (), (("kb", "Q1"),)), Status(State.DONE)}),
        annotator="ada",
    )
    task = json.loads(written("prodigy", tmp_path, document))
    assert task == {
        "text": "Ada met Bob.",
        "meta": {"title": "Letter", "source": "here", "page": 3},
        "tokens": [
            {"text": "Ada", "start": 0, "end": 3, "id": 0, "ws": True},
            {"text": "met", "start": 4, "end": 7, "id": 1, "ws": True},
            {"text": "Bob", "start": 8, "end": 11, "id": 2, "ws": False},
            {"text": ".", "start": 11, "end": 12, "id": 3, "ws": False},
        ],
        "spans": [
            {"start": 0, "end": 3, "label": "PER", "token_start": 0, "token_end": 0},
            {"start": 8, "end": 11, "label": "PER", "kb": "Q1", "token_start": 2, "token_end": 2},
        ],
        "answer": "accept",
        "_annotator_id": "ada",
        "_session_id": "ada",
        "_input_hash": 5,
        "_view_id": "ner_manual",
    }


@pytest.mark.parametrize(
    ("marks", "answer"),
    [
        ({Status(State.DONE)}, "accept"),
        ({Status(State.SKIPPED)}, "ignore"),
        ({Status(State.FLAGGED)}, None),
        ((), None),
    ],
)
def test_only_what_was_decided_has_an_answer(marks: tuple[Mark, ...], answer: str | None, tmp_path: Path) -> None:
    assert json.loads(written("prodigy", tmp_path, letter(*marks))).get("answer") == answer


@pytest.mark.parametrize(
    ("span", "tokens"),
    [
        (Span(0, 2, "X"), ["ab", "c", "de"]),
        (Span(1, 5, "X"), ["a", "bc", "d", "e"]),
        (Span(3, 6, "X"), ["abc", " ", "de"]),
        (Span(3, 4, "X"), ["abc", " ", "de"]),
        (Span(6, 7, "X"), ["abc", "de", "\n", "\n"]),
        (Span(2, 8, "X"), ["ab", "c", "de", "\n\n"]),
        (Span(0, 8, "X"), ["abc", "de", "\n\n"]),
    ],
    ids=str,
)
def test_tokens_are_cut_where_spans_begin_and_end(span: Span, tokens: list[str], tmp_path: Path) -> None:
    task = json.loads(written("prodigy", tmp_path, Document("abc de\n\n", "t", marks=frozenset({span}))))
    assert [token["text"] for token in task["tokens"]] == tokens
    [found] = task["spans"]
    assert task["tokens"][found["token_start"]]["start"] == span.start
    assert task["tokens"][found["token_end"]]["end"] == span.end
    assert all(token["ws"] == (token["end"] == 3 and " " not in tokens) for token in task["tokens"])


def test_a_relation_and_a_choice_are_as_prodigy_has_them(tmp_path: Path) -> None:
    document = letter(ADA, BOB, Relation(ADA, BOB, "knows"), Tag("news"))
    task = json.loads(written("prodigy", tmp_path, document))
    assert task["relations"] == [
        {
            "head": 1,
            "child": 4,
            "head_span": {"start": 0, "end": 12, "label": "PERSON"},
            "child_span": {"start": 22, "end": 25, "label": "PERSON"},
            "label": "knows",
        }
    ]
    assert (task["options"], task["accept"]) == ([{"id": "news", "text": "news"}], ["news"])
    [back] = formats.read(Source(tmp_path / "out", "here"), "prodigy")
    assert isinstance(back, Document)
    assert (back.marks, back.meta) == (document.marks, {})


@pytest.mark.parametrize(
    ("task", "marks"),
    [
        ({"answer": "accept"}, {Span(0, 3, "PER"), Status(State.DONE)}),
        ({"answer": "ignore"}, {Span(0, 3, "PER"), Status(State.SKIPPED)}),
        ({"answer": "reject"}, {Rejected(Span(0, 3, "PER"))}),
        ({"answer": None, "_session_id": None, "tokens": None}, {Span(0, 3, "PER")}),
        ({"accept": ["news", 7]}, {Span(0, 3, "PER"), Tag("news"), Tag("7")}),
        (
            {"spans": [{"start": 0, "end": 3, "label": "X", "score": 0.5, "source": "m", "answer": "accept"}]},
            {Span(0, 3, "X")},
        ),
        ({"spans": [{"start": 0, "end": 3, "label": "X", "answer": "reject"}]}, {Rejected(Span(0, 3, "X"))}),
        ({"spans": [{"start": 0, "end": 3, "label": "X", "n": 1}]}, {Span(0, 3, "X", (), (("n", "1"),))}),
    ],
    ids=str,
)
def test_what_an_answer_means(task: dict[str, object], marks: set[Mark], tmp_path: Path) -> None:
    spans = [{"start": 0, "end": 3, "label": "PER", "token_start": 0, "token_end": 0}]
    [found] = read("prodigy", json.dumps({"text": "Ada met Bob.", "spans": spans} | task), tmp_path)
    assert isinstance(found, Document)
    assert found.marks == marks


@pytest.mark.parametrize(
    ("task", "message"),
    [
        ({"answer": "maybe"}, "expected an answer of accept, reject or ignore; found 'maybe'"),
        ({"tokens": [{"start": 0, "end": 3, "text": "Bob"}]}, "expected the words 'Bob' at 0-3, found 'Ada'"),
        ({"tokens": [{"start": 4, "end": 7}, {"start": 0, "end": 3}]}, "expected tokens in order"),
        ({"tokens": [5]}, "expected a token with start, end and text, found 5"),
        (
            {
                "tokens": [{"start": 0, "end": 3}],
                "spans": [{"start": 0, "end": 3, "label": "X", "token_start": 0, "token_end": 1}],
            },
            "expected the tokens of 0-3, found token_start 0 and token_end 1",
        ),
        ({"relations": [{"head": 0, "child": 1, "label": "knows"}]}, "expected head_span as an object, found nothing"),
        ({"spans": [{"start": 0, "end": 99, "label": "X"}]}, "expected a span within the text"),
        ({"meta": {"prodigy": {}}, "_input_hash": 1}, "expected no prodigy in meta"),
    ],
    ids=str,
)
def test_a_task_is_refused_with_what_was_expected_and_found(
    task: dict[str, object], message: str, tmp_path: Path
) -> None:
    [found] = read("prodigy", json.dumps({"text": "Ada met Bob."} | task), tmp_path)
    assert isinstance(found, Problem)
    assert message in found.message


# --- spaCy


def test_flat_spans_are_entities_and_overlapping_ones_a_group_too(tmp_path: Path) -> None:
    import spacy
    from spacy.tokens import Doc, DocBin

    flat = letter(ADA, BOB, Tag("news"), Status(State.DONE))
    nested = letter(ADA, BOB, Span(0, 3, "FIRST"))

    def docs(*documents: Document) -> list[Doc]:
        formats.export(documents, tmp_path / "out.spacy")
        return list(DocBin().from_disk(tmp_path / "out.spacy").get_docs(spacy.blank("en").vocab))

    [alone] = docs(flat)
    assert [(span.text, span.label_) for span in alone.ents] == [("Ada Lovelace", "PERSON"), ("Bob", "PERSON")]
    assert "sc" not in alone.spans
    assert alone.cats == {"news": 1.0}
    assert alone.user_data["title"] == "Letter"
    assert alone.text == flat.text
    first, second = docs(flat, nested)
    assert [span.text for span in second.ents] == ["Ada Lovelace", "Bob"]
    assert [span.text for span in second.spans["sc"]] == ["Ada Lovelace", "Ada", "Bob"]
    # A span categorizer learns from every document of the file, so all have their spans there.
    assert [span.text for span in first.spans["sc"]] == ["Ada Lovelace", "Bob"]


def test_a_span_off_the_tokens_is_named(tmp_path: Path) -> None:
    report = formats.export([letter(Span(1, 3, "X"))], tmp_path / "out.spacy", lossy=True)
    assert [str(loss) for loss in report.losses] == [
        "Letter: X 'da' at 1-3: it does not begin and end with one of spaCy's tokens"
    ]


def test_the_documents_own_tokens_stay(tmp_path: Path) -> None:
    document = Document(
        "ab-cd  ef", "t", "s", marks=frozenset({Span(1, 4, "X")}), tokens=((0, 1), (1, 4), (4, 5), (7, 9))
    )
    formats.export([document], tmp_path / "out.spacy")
    assert list(formats.read(Source(tmp_path / "out.spacy", "f"))) == [document]


@pytest.mark.parametrize(
    ("own", "words", "losses"),
    [
        (((0, 1), (1, 4), (4, 5), (7, 9)), ["a", "b-c", "d", "ef"], []),
        (((0, 5), (7, 9)), ["ab-cd", "ef"], ["t: X 'b-c' at 1-4: it does not begin and end with a token"]),
        (((0, 5),), ["a", "b", "-", "c", "d", "ef"], []),
        ((), ["a", "b", "-", "c", "d", "ef"], []),
    ],
)
def test_a_row_has_the_documents_own_tokens_where_they_cover_its_text(
    own: tuple[tuple[int, int], ...], words: list[str], losses: list[str], tmp_path: Path
) -> None:
    document = Document("ab-cd  ef", "t", "s", marks=frozenset({Span(1, 4, "X")}), tokens=own)
    report = formats.export([document], tmp_path / "out", format_name="huggingface", lossy=True)
    assert [str(loss) for loss in report.losses] == losses
    assert json.loads((tmp_path / "out").read_text())["tokens"] == words


def test_a_text_of_over_a_million_characters_is_written(tmp_path: Path) -> None:
    """spaCy's pipelines refuse so long a text."""
    # Of long words: what it takes is counted in tokens.
    long = Document("Ada wrote." + f" {'a' * 999}" * 1_000, "t", "s", marks=frozenset({Span(0, 3, "PER")}))
    formats.export([long], tmp_path / "out.spacy")
    formats.export([long], tmp_path / "out.conll")
    [back] = formats.read(Source(tmp_path / "out.spacy", "f"))
    assert isinstance(back, Document)
    assert (back.text, back.marks) == (long.text, long.marks)


@given(data=st.data())
@settings(max_examples=100, deadline=None)
def test_a_docbin_broken_anywhere_is_one_problem_or_good(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    import zlib

    folder = tmp_path_factory.getbasetemp()
    formats.export([letter(ADA, BOB, Span(0, 3, "FIRST"), Tag("news"))], folder / "good.spacy")
    content = bytearray(zlib.decompress((folder / "good.spacy").read_bytes()))
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    (folder / "bad.spacy").write_bytes(zlib.compress(content))
    for one in formats.read(Source(folder / "bad.spacy", "f"), "spacy"):
        if isinstance(one, Document):
            assert not any(span.problem(one.text) for span in spans_of(one.marks))
        else:
            assert str(one).isprintable()


# --- CoNLL-2003


def test_columns_are_tokens_and_tags_with_a_blank_line_behind_a_sentence(tmp_path: Path) -> None:
    text = "Ada Lovelace met New York Post. She left!\nIt rained\n\n in U.S."
    spans = {Span(0, 12, "PERSON"), Span(17, 30, "ORG"), Span(text.index("U.S."), len(text), "GPE")}
    assert written("conll", tmp_path, Document(text, "t", marks=frozenset(spans)), Document("Next", "n")) == (
        "-DOCSTART- -X- -X- O\n\n"
        "Ada -X- -X- B-PERSON\nLovelace -X- -X- I-PERSON\nmet -X- -X- O\nNew -X- -X- B-ORG\nYork -X- -X- I-ORG\n"
        "Post -X- -X- I-ORG\n. -X- -X- O\n\n"
        "She -X- -X- O\nleft -X- -X- O\n! -X- -X- O\n\n"
        "It -X- -X- O\nrained -X- -X- O\n\n"
        "in -X- -X- O\nU.S. -X- -X- B-GPE\n\n"
        "-DOCSTART- -X- -X- O\n\nNext -X- -X- O\n\n"
    )


def test_a_sentence_never_ends_within_a_span(tmp_path: Path) -> None:
    document = Document("See Yahoo! Inc.\nnow", "t", marks=frozenset({Span(4, 15, "ORG"), Span(16, 19, "X")}))
    assert "! -X- -X- I-ORG\nInc. -X- -X- I-ORG\n\nnow -X- -X- B-X\n" in written("conll", tmp_path, document)


def test_two_spans_side_by_side_stay_two(tmp_path: Path) -> None:
    document = Document("Ada Bob", "t", marks=frozenset({Span(0, 3, "PER"), Span(4, 7, "PER")}))
    assert "Ada -X- -X- B-PER\nBob -X- -X- B-PER\n" in written("conll", tmp_path, document)


def test_a_token_can_neither_hold_a_space_nor_begin_a_document(tmp_path: Path) -> None:
    document = Document("-DOCSTART- a\u00a0b", "t", tokens=((0, 10), (11, 14)))
    assert written("conll", tmp_path, document).split("\n")[2:6] == [
        "- -X- -X- O",
        "DOCSTART- -X- -X- O",
        "a -X- -X- O",
        "b -X- -X- O",
    ]


@pytest.mark.parametrize(
    ("tags", "spans"),
    [
        ("B-X I-X O B-Y", [(0, 3, "X"), (6, 7, "Y")]),
        ("I-X I-X O I-Y", [(0, 3, "X"), (6, 7, "Y")]),
        ("I-X B-X O O", [(0, 1, "X"), (2, 3, "X")]),
        ("I-X I-Y I-Y B-Y", [(0, 1, "X"), (2, 5, "Y"), (6, 7, "Y")]),
        ("B-X O I-X I-X", [(0, 1, "X"), (4, 7, "X")]),
        ("U-X B-Y L-Y O", [(0, 1, "X"), (2, 5, "Y")]),
        ("S-X B-Y E-Y I-Y", [(0, 1, "X"), (2, 5, "Y"), (6, 7, "Y")]),
        ("B-X M-X E-X O", [(0, 5, "X")]),
        ("B-B-X I-B-X B-O O", [(0, 3, "B-X"), (4, 5, "O")]),
    ],
)
def test_every_iob_scheme_is_read(tags: str, spans: list[tuple[int, int, str]], tmp_path: Path) -> None:
    rows = "".join(f"{token} {tag}\n" for token, tag in zip("abcd", tags.split(), strict=True))
    [found] = [one for one in read("conll", rows, tmp_path) if isinstance(one, Document)]
    assert isinstance(found, Document)
    assert found.text == "a b c d"
    assert [(span.start, span.end, span.label) for span in spans_of(found.marks)] == spans
    assert found.tokens == ((0, 1), (2, 3), (4, 5), (6, 7))


def test_sentences_are_lines_and_documents_are_apart(tmp_path: Path) -> None:
    content = "-DOCSTART- -X- O\n\nAda NN B-PER\n\n\nI I-PER I-PER\n\n"
    content += "-DOCSTART- -X- O\n\n# NN O\nx y z\nb NN O\n-DOCSTART-\nc NN O"
    first, bad, third = [one for one in read("conll", content, tmp_path) if not isinstance(one, Repair)]
    assert isinstance(first, Document)
    assert (first.text, first.title) == ("Ada\nI", "Ada")
    assert [(span.start, span.end) for span in spans_of(first.marks)] == [(0, 3), (4, 5)]
    assert str(bad) == "f:11: expected a tag such as B-PER, I-PER or O, found 'z'"
    assert isinstance(third, Document)
    assert third.text == "c"


# --- CSV


def test_a_table_has_a_row_a_span_and_no_cell_that_is_a_formula(tmp_path: Path) -> None:
    text = '=HYPERLINK(1) said "a, b"\r\nto \'Bob'
    spans = {Span(0, 13, "-X"), Span(19, 25, "Q"), Span(19, 33, "L"), Span(30, 34, "P")}
    content = written("csv", tmp_path, Document(text, "@title", annotator="+ada", marks=frozenset(spans)), letter(ADA))
    assert content == (
        "document,title,annotator,start,end,label,text\r\n"
        "1,'@title,'+ada,0,13,'-X,'=HYPERLINK(1)\r\n"
        '1,\'@title,\'+ada,19,33,L,"""a, b""\r\nto \'Bo"\r\n'
        '1,\'@title,\'+ada,19,25,Q,"""a, b"""\r\n'
        "1,'@title,'+ada,30,34,P,''Bob\r\n"
        "2,Letter,,0,12,PERSON,Ada Lovelace\r\n"
    )
    words = [row["text"].removeprefix("'") for row in csv.DictReader(io.StringIO(content, newline=""))]
    assert words[:4] == [
        "=HYPERLINK(1)",
        '"a, b"\r\nto \'Bo',
        '"a, b"',
        "'Bob",
    ]


# --- HTML


class Page(HTMLParser):
    """What a browser would see: each article's words, all tags with their attributes, and the open marks."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.open: list[str] = []
        self.feed(content)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in ("meta",):
            self.open.append(tag)
        if ("class", "text") in attrs:
            self.words.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and "div" in self.open:
            self.words[-1] += data


@given(data=st.data())
@settings(max_examples=100, deadline=None)
def test_a_page_shows_exactly_the_text_however_spans_cross(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    text = data.draw(st.text(st.sampled_from("ab<>&\"' \n\r\té💩"), min_size=1, max_size=30))
    place = st.integers(0, len(text))
    pairs = data.draw(st.lists(st.tuples(place, place).map(sorted), max_size=8))
    spans = {Span(start, end, data.draw(st.sampled_from(['">', "GPE", "<b>"]))) for start, end in pairs if start < end}
    page = Page(written("html", tmp_path_factory.getbasetemp(), Document(text, "<t>", marks=frozenset(spans))))
    assert page.words == [text]
    assert page.open == []


def test_a_page_runs_nothing_and_loads_nothing(tmp_path: Path) -> None:
    evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    span = Span(0, 5, evil, (), ((evil, evil),))
    document = Document(
        evil, evil, evil, evil, {}, frozenset({span, Tag(evil), Note(evil, span), Relation(span, span, evil)}), evil
    )
    content = written("html", tmp_path, document, document)
    page = Page(content)
    assert page.tags <= set("html head meta title style body article header h1 h2 p ul li b i span div mark".split())
    assert page.attributes <= {
        "lang",
        "charset",
        "http-equiv",
        "content",
        "name",
        "class",
        "style",
        "title",
        "data-label",
    }
    assert "default-src 'none'; style-src 'unsafe-inline'" in content
    assert "url(" not in content
    assert page.words == [evil, evil]


def test_each_span_shows_its_label_once(tmp_path: Path) -> None:
    spans = {Span(0, 13, "ORG"), Span(9, 22, "FAC"), Span(0, 3, "GPE"), Span(4, 22, "X", ((4, 8), (20, 22)))}
    content = written("html", tmp_path, Document("New York City Marathon", "t", marks=frozenset(spans)))
    for label in ("ORG", "FAC", "GPE", "X"):
        assert content.count(f'data-label="{label}"') == 1
        assert f">{label} <b>1</b></li>" in content
    assert "X, part 1 of 2" in content


def test_control_characters_become_signs_and_are_reported(tmp_path: Path) -> None:
    document = Document("a\x1b[31m\x7f\x85b\u202e", "t")
    report = formats.export([document], tmp_path / "out.html", lossy=True)
    assert [loss.fact for loss in report.losses] == [r"control characters (3), the first '\x1b' at 1"]
    assert Page((tmp_path / "out.html").read_text()).words == ["a␛[31m␡\ufffdb\u202e"]


def test_a_title_that_is_the_first_line_stands_there_once(tmp_path: Path) -> None:
    assert "<h1>" not in written("html", tmp_path, Document("Letter\nDear Bob", "Letter"))
    assert "<h1>Letter</h1>" in written("html", tmp_path, Document("Dear Bob", "Letter"))
