"""Tags in a text and texts with files beside them: MUC and its kin, YEDDA, SLATE, tagtog, Web Annotation, TEI, GATE."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from reader import formats
from reader.model import Document, Note, Problem, Relation, Repair, Span, State, Status, Suggestion, Tag, spans_of

CORPORA = Path(__file__).parent / "data" / "corpora"


def read(path: Path) -> tuple[list[Document], list[Problem | Repair]]:
    found = [one for source in formats.sources([path]) for one in formats.read(source)]
    return (
        [one for one in found if isinstance(one, Document)],
        [one for one in found if not isinstance(one, Document)],
    )


def words(document: Document) -> list[tuple[str, str]]:
    return [(one.label, document.text[one.start : one.end]) for one in spans_of(document.marks)]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            '<DOC>\n<DOCNO> 1 </DOCNO>\n<TEXT>\n<p>\n<ENAMEX TYPE="PERSON">Bob &amp; <ENAMEX TYPE="ORGANIZATION">Co'
            '</ENAMEX></ENAMEX> met on <TIMEX TYPE="DATE">Monday</TIMEX>.</p>\n</TEXT></DOC>',
            [("PERSON", "Bob & Co"), ("ORGANIZATION", "Co"), ("DATE", "Monday")],
        ),
        (
            '<DOC><TEXT>Hi <b_enamex type="PERSON">Bob Edwards<e_enamex> of '
            '<b_enamex type="ORGANIZATION">NPR<e_enamex>.</TEXT></DOC>',
            [("PERSON", "Bob Edwards"), ("ORGANIZATION", "NPR")],
        ),
        ("<PERSON>Ada</PERSON> in <LOCATION>London</LOCATION>", [("PERSON", "Ada"), ("LOCATION", "London")]),
        ("<START:person> Ada Lovelace <END> wrote .", [("person", "Ada Lovelace")]),
        (
            'O <PESSOA TIPO="INDIVIDUAL" MORF="M,S">João</PESSOA> em <LOCAL>Lisboa</LOCAL>',
            [("PESSOA", "João"), ("LOCAL", "Lisboa")],
        ),
        ('A <EM ID="1" CATEG="LOCAL|PESSOA" TIPO="X">Guarda</EM> disse', [("LOCAL", "Guarda")]),
    ],
    ids=["MUC", "IE-ER", "Stanford", "OpenNLP", "HAREM I", "HAREM II"],
)
def test_entities_as_tags(content: str, expected: list[tuple[str, str]], tmp_path: Path) -> None:
    path = tmp_path / "page.sgml"
    path.write_text(content, encoding="utf-8")
    [document], rest = read(path)
    assert (words(document), rest) == (expected, [])


def test_of_several_analyses_the_first_is_taken_and_told(tmp_path: Path) -> None:
    path = tmp_path / "harem.xml"
    path.write_text("<ALT><PESSOA>Ana Sá</PESSOA>|<PESSOA>Ana</PESSOA> Sá</ALT> veio de <LOCAL>Faro</LOCAL>.")
    [document], [repair] = read(path)
    assert document.text == "Ana Sá veio de Faro."
    assert words(document) == [("PESSOA", "Ana Sá"), ("LOCAL", "Faro")]
    assert "the first is taken" in str(repair)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("<ENAMEX TYPE='X'>Ada", "expected the end of <ENAMEX> of X"),
        ("<ENAMEX TYPE='X'>Ada</ENAMEX>\n<ENAMEX>Bob</ENAMEX>", "page.sgml:2: expected a TYPE"),
    ],
)
def test_a_broken_tag_is_a_problem(content: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "page.sgml"
    path.write_text(content)
    documents, [problem] = read(path)
    assert not documents
    assert message in str(problem)


@pytest.mark.parametrize("name", ["inline-xml", "tei", "gate-xml"])
def test_nested_spans_come_back_and_crossing_ones_are_named(name: str, tmp_path: Path) -> None:
    whole, inner, crossing = Span(0, 22, "ORG"), Span(14, 22, "GPE"), Span(18, 31, "X")
    document = Document("University of Lviv &co <is>\r\nhere", "Place", marks=frozenset({whole, inner, crossing}))
    target = tmp_path / ("out.zip" if name == "gate-xml" else "out.xml")
    report = formats.export([document], target, format_name=name, lossy=True)
    [back], rest = read(target)
    assert (back.text, rest) == (document.text, [])
    if name == "gate-xml":
        assert spans_of(back.marks) == [whole, inner, crossing]
    else:
        assert spans_of(back.marks) == [whole, inner]
        assert [loss.reason for loss in report.losses] == ["it crosses another, and tags lie within each other"]


def test_gate_gives_each_annotator_a_set(tmp_path: Path) -> None:
    ann = Document("💙 Lviv", marks=frozenset({Span(2, 6, "GPE", attributes=(("wiki", "Q36036"),))}), annotator="ann")
    bob = Document("💙 Lviv", annotator="bob")
    formats.export([ann, bob], tmp_path / "out", format_name="gate-xml")
    [path] = (tmp_path / "out").iterdir()
    assert '<Node id="3"/>Lviv<Node id="7"/>' in path.read_text(encoding="utf-8")
    documents, _ = read(path)
    assert [(one.annotator, one.marks) for one in documents] == [("ann", ann.marks), ("bob", frozenset())]


def test_yedda_takes_what_is_sure_as_spans_and_the_rest_as_suggestions(tmp_path: Path) -> None:
    path = tmp_path / "news.txt.ann"
    path.write_text("[@Ada Lovelace#PERSON*] met [$Babbage#PERSON*] in [@London#GPE*].\n", encoding="utf-8")
    [document], rest = read(path)
    assert document.text == "Ada Lovelace met Babbage in London.\n"
    assert (words(document), rest) == ([("PERSON", "Ada Lovelace"), ("GPE", "London")], [])
    assert document.suggestions == (Suggestion(Span(17, 24, "PERSON"), "yedda"),)
    formats.export([document], tmp_path / "out", format_name="yedda")
    [written] = (tmp_path / "out").iterdir()
    assert written.read_text(encoding="utf-8") == path.read_text(encoding="utf-8")


SLATE = "Ada Lovelace wrote .\nShe wrote to Charles .\n"


def test_slate_reads_tokens_characters_lines_links_and_tags(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(SLATE)
    (tmp_path / "a.txt.annotations").write_text(
        "((0, 0), (0, 1)) - label:PERSON\n(1, 3) - label:PERSON label:WRITER\n((1, 3, 0), (1, 3, 2)) - label:PART\n"
        "() - label:letters\n0 1 - \n"
    )
    [document], rest = read(tmp_path)
    assert rest == []
    assert sorted(words(document)) == [
        ("PART", "Cha"),
        ("PERSON", "Ada Lovelace"),
        ("PERSON", "Charles"),
        ("WRITER", "Charles"),
        ("line", "Ada Lovelace wrote ."),
        ("line", "She wrote to Charles ."),
    ]
    assert Tag("letters") in document.marks
    [link] = [mark for mark in document.marks if isinstance(mark, Relation)]
    assert (link.head.start, link.tail.start, link.label) == (0, 21, "link")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("(9, 0) - label:X", "expected a line of the text, 0 to 2, found 9"),
        ("(0, 9) - label:X", "expected a token of line 0, 0 to 3, found 9"),
        ("(0, 0, 9) - label:X", "expected a character of the token, 0 to 2, found 9"),
        ("0 1 1 - ", "expected one item or two"),
        ("nothing", "expected items and labels"),
    ],
)
def test_a_broken_line_of_slate_is_a_problem(line: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(SLATE)
    (tmp_path / "a.txt.annotations").write_text(f"0 - label:X\n{line}\n")
    source = next(iter(formats.sources([tmp_path / "a.txt.annotations"])))
    [problem] = [one for one in formats.read(source, "slate") if isinstance(one, Problem)]
    assert problem.line == 2
    assert message in problem.message


def test_tagtog_finds_its_page_in_the_folder_beside_and_names_its_classes(tmp_path: Path) -> None:
    for folder in ("ann", "plain"):
        (tmp_path / folder).mkdir()
        for path in (CORPORA / "tagtog" / folder).iterdir():
            (tmp_path / folder / path.name).write_bytes(path.read_bytes())
    (tmp_path / "annotations-legend.json").write_text(json.dumps({"e_1": "Protein", "e_3": "Organism"}))
    documents, rest = read(next((tmp_path / "ann").iterdir()))
    assert rest == []
    assert {("Organism", "yeast"), ("e_2", "chromosomally")} <= set(words(documents[0]))
    next((tmp_path / "plain").iterdir()).unlink()
    documents, [problem] = read(next((tmp_path / "ann").iterdir()))
    assert not documents
    assert "expected the page" in str(problem)


def test_tagtog_gets_a_page_a_legend_and_what_is_said_of_the_whole(tmp_path: Path) -> None:
    ada, bob = Span(1, 4, "PER", (), (("born", "1815"),)), Span(10, 18, "PER", ((10, 13), (15, 18)))
    other = Span(1, 4, "NAME")
    marks = {
        ada,
        bob,
        other,
        Tag("letters"),
        Status(State.DONE),
        Relation(bob, bob, "KNOWS"),
        Relation(ada, bob, "MET"),
    }
    letter = Document("\nAda & met Bob, Bob\r\n<b>", "Letter", marks=frozenset(marks))
    report = formats.export([letter], tmp_path / "out", format_name="tagtog", lossy=True)
    assert [loss.fact.split()[0] for loss in report.losses] == ["MET"]
    names = sorted(path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.*"))
    assert names == [
        *("ann.json", "ann.json/Letter.ann.json", "annotations-legend.json"),
        *("plain.html", "plain.html/Letter.plain.html"),
    ]
    [source] = formats.sources([tmp_path / "out"])
    [back] = formats.read(source)
    assert isinstance(back, Document)
    assert (back.text, back.marks) == (letter.text, letter.marks - {Relation(ada, bob, "MET")})


def annotation(selector: object, **more: object) -> dict[str, object]:
    body = {"type": "TextualBody", "purpose": "tagging", "value": "GPE"}
    return {
        "type": "Annotation",
        "body": body,
        "target": {"source": "http://x.org/news.txt", "selector": selector},
        **more,
    }


def test_web_annotations_are_found_by_place_by_words_or_by_both(tmp_path: Path) -> None:
    (tmp_path / "news.txt").write_text("From Kyiv to Lviv and back to Kyiv.", encoding="utf-8")
    position = {"type": "TextPositionSelector", "start": 13, "end": 17}
    quote = {"type": "TextQuoteSelector", "exact": "Kyiv", "prefix": "back to "}
    moved = [
        {"type": "TextPositionSelector", "start": 3, "end": 7},
        {"type": "TextQuoteSelector", "exact": "Kyiv", "suffix": " to"},
    ]
    items = [annotation(position), annotation(quote, creator={"name": "ann"}), annotation(moved)]
    page = {"@context": "http://www.w3.org/ns/anno.jsonld", "type": "AnnotationPage", "items": items}
    (tmp_path / "page.jsonld").write_text(json.dumps(page))
    documents, [repair] = read(tmp_path / "page.jsonld")
    assert {one.annotator: words(one) for one in documents} == {
        "": [("GPE", "Kyiv"), ("GPE", "Lviv")],
        "ann": [("GPE", "Kyiv")],
    }
    assert "3-7 is not where the words 'Kyiv' stand" in str(repair)


@pytest.mark.parametrize(
    ("selector", "message"),
    [
        ({"type": "TextQuoteSelector", "exact": "Kyiv"}, "found them more times"),
        ({"type": "TextPositionSelector", "start": 3, "end": 99}, "expected an offset within the text"),
        ({"type": "XPathSelector", "value": "//p"}, "expected a selector of text by position or quote"),
    ],
)
def test_a_web_annotation_without_one_place_is_a_problem(selector: object, message: str, tmp_path: Path) -> None:
    (tmp_path / "news.txt").write_text("From Kyiv to Lviv and back to Kyiv.", encoding="utf-8")
    (tmp_path / "page.jsonld").write_text(json.dumps(annotation(selector)))
    _, problems = read(tmp_path / "page.jsonld")
    assert any(message in str(problem) for problem in problems)


def test_a_page_of_web_annotations_has_what_the_model_says(tmp_path: Path) -> None:
    ada, lviv = Span(0, 3, "PERSON"), Span(7, 11, "GPE")
    marks = frozenset({ada, lviv, Relation(ada, lviv, "was_in"), Note("sure?", lviv), Tag("travel")})
    formats.export([Document("Ada in Lviv", "Trip", marks=marks, annotator="ann")], tmp_path / "out", format_name="w3c")
    page = json.loads((tmp_path / "out" / "Trip.jsonld").read_text())
    assert page["type"] == "AnnotationPage"
    assert [one["motivation"] for one in page["items"]] == ["tagging", "tagging", "classifying", "linking"]
    assert page["items"][1]["target"]["selector"] == [
        {"type": "TextPositionSelector", "start": 7, "end": 11},
        {"type": "TextQuoteSelector", "exact": "Lviv", "prefix": "Ada in ", "suffix": ""},
    ]
    assert page["items"][3]["target"] == [{"id": page["items"][0]["id"]}, {"id": page["items"][1]["id"]}]


@pytest.mark.parametrize("name", ["a.bdocym", "a.bdocmp"])
def test_other_forms_of_bdoc_are_no_text(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"annotation_sets: {}\ntext: Ada wrote.\n")
    documents, [problem] = read(tmp_path / name)
    assert not documents
    assert "expected bdoc as JSON" in str(problem)


def test_conllu_gives_back_every_space_and_spans_that_cross(tmp_path: Path) -> None:
    text = "\tAda  met Bob.\n\nThe University of\u00a0New York | there.  She left. "
    begin = text.index("The")
    outer, inner = Span(begin, begin + 26, "ORG"), Span(begin + 18, begin + 28, "GPE")
    lost = Span(begin + 18, begin + 26, "A-B")
    document = Document(text, "Letter", marks=frozenset({outer, inner, Span(1, 4, "PER"), lost}))
    report = formats.export([document], tmp_path / "out.conllu", lossy=True)
    assert [loss.fact.split()[0] for loss in report.losses] == ["A-B"]
    written = (tmp_path / "out.conllu").read_text(encoding="utf-8")
    said = {"Entity=(1-GPE", "Entity=1)", "SpacesAfter=\\s\\s", "SpacesBefore=\\t"}
    assert said <= set(re.split(r"[|\t\n]", written))
    [back], rest = read(tmp_path / "out.conllu")
    assert (back.text, back.marks, rest) == (text, document.marks - {lost}, [])
