"""Hostile files of the formats that hold files, markup or tables: each ends as its verdict says, and soon."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader import formats
from reader.errors import InputError
from reader.formats import Options, Source
from reader.formats.head import Head
from reader.model import Document, Problem, Repair, Span

DATA = Path(__file__).parent / "data" / "nasty"


def ends(path: Path, options: Options | None = None) -> tuple[list[Document], int, int]:
    """`(documents, problems, repairs)`; a file that cannot be read at all is one problem."""
    found = []
    try:
        for source in formats.sources([path], options=options or Options()):
            found += list(formats.read(source))
    except InputError:
        return [], 1, 0
    documents = [one for one in found if isinstance(one, Document)]
    problems = [one for one in found if isinstance(one, Problem)]
    assert all(str(one).isprintable() for one in problems)
    for document in documents:
        assert not any(mark.problem(document.text) for mark in document.marks if isinstance(mark, Span))
    return documents, len(problems), sum(isinstance(one, Repair) for one in found)


@pytest.mark.parametrize(
    ("name", "documents", "problems"),
    [
        ("html/01-script.html", 1, 0),
        ("html/02-quadratic.html", 0, 1),
        ("html/03-assertion.html", 1, 0),
        ("html/04-entities.html", 1, 0),
        ("html/05-charset-lies.html", 1, 0),
        ("html/06-deep.html", 0, 1),
        ("html/07-comment-bomb.html", 0, 1),
        ("epub/00-good.epub", 2, 0),
        ("epub/01-zip-slip.epub", 1, 0),
        ("epub/02-manifest-traversal.epub", 1, 0),
        ("epub/03-bomb.epub", 0, 1),
        ("epub/04-lying-size.epub", 0, 1),
        ("epub/05-overlap-bomb.epub", 0, 1),
        ("epub/06-truncated.epub", 0, 1),
        ("epub/09-xxe-opf.epub", 0, 1),
        ("epub/11-dup-names.epub", 0, 1),
        ("epub/12-nested-bomb.zip", 0, 1),
        ("epub/13-evil-names.epub", 1, 0),
        ("epub/14-loop-spine.epub", 1, 0),
        ("csv/01-formula.csv", 7, 0),
        ("csv/02-unterminated-quote.csv", 0, 1),
        ("csv/03-nul.csv", 0, 1),
        ("csv/04-big-field.csv", 1, 0),
        ("csv/05-ragged.csv", 1, 2),
        ("csv/06-dup-headers.csv", 0, 1),
        ("csv/07-excel-utf16.csv", 1, 0),
        ("csv/08-cr-only.csv", 2, 0),
        ("csv/09-newlines-in-cells.csv", 1, 0),
        ("csv/10-semicolon.csv", 1, 0),
        ("xml/01-billion-laughs.xml", 0, 1),
        ("xml/02-xxe-file.xml", 0, 1),
        ("xml/03-xxe-http.xml", 0, 1),
        ("xml/04-quadratic.xml", 0, 1),
        ("xml/05-invalid-charref.xml", 0, 1),
        ("xml/06-deep.xml", 0, 1),
        ("xml/07-encoding-lies.xml", 0, 1),
        ("xml/08-unclosed.xml", 0, 1),
        ("brat/03-crlf.ann", 1, 0),
        ("brat/04-dup-ids.ann", 1, 2),
        ("brat/05-zero-width.ann", 1, 1),
        ("brat/06-out-of-range.ann", 1, 4),
        ("brat/09-span-over-newline.ann", 1, 1),
        ("brat/10-orphan.ann", 0, 1),
    ],
)
def test_a_hostile_file_ends_as_its_verdict_says(name: str, documents: int, problems: int) -> None:
    found, wrong, _ = ends(DATA / name)
    assert (len(found), wrong) == (documents, problems)


@pytest.mark.parametrize(
    ("name", "messages"),
    [
        ("html/05-charset-lies.html", ["{}: the page says it is in utf-8, which it is not; read as cp1252"]),
        ("html/06-deep.html", ["{}: expected a page with text, found none"]),
        ("html/07-comment-bomb.html", ["{}: expected a web page, found none: Document is empty"]),
        (
            "epub/02-manifest-traversal.epub",
            [
                "{}: chapter 2 of the book, 'OEBPS/file:/etc/passwd', is not in it and was passed over",
                "{}: chapter 3 of the book, 'OEBPS/http:/127.0.0.1:9/x', is not in it and was passed over",
            ],
        ),
        ("epub/03-bomb.epub", ["{}: would grow from 58,833 to 60,000,723 bytes, more than is allowed"]),
        (
            "epub/04-lying-size.epub",
            ["{}: the file 'OEBPS/c0.xhtml' in it cannot be read: Bad CRC-32 for file 'OEBPS/c0.xhtml'"],
        ),
        ("epub/06-truncated.epub", ["{}: is no whole zip file: File is not a zip file"]),
        ("epub/09-xxe-opf.epub", ["{}:1: expected no entity declarations, found one of 'x'"]),
        ("epub/11-dup-names.epub", ["{}: holds two files of the name 'c.xhtml'"]),
        ("csv/02-unterminated-quote.csv", ["{}:2: expected a table, found a fault: unexpected end of data"]),
        ("csv/05-ragged.csv", ["{}:2: expected 3 columns, found 2", "{}:3: expected 3 columns, found 4"]),
        ("xml/01-billion-laughs.xml", ["{}:3: expected no entity declarations, found one of 'a0'"]),
        ("xml/03-xxe-http.xml", ["{}:1: expected no entity declarations, found one of 'p'"]),
        ("xml/06-deep.xml", ["{}:1: expected at most 500 elements within each other, found more"]),
        ("spacy/02-not-zlib.spacy", ["{}: expected a spaCy DocBin, found a file that is not packed with zlib"]),
        ("spacy/03-empty.spacy", ["{}: expected a spaCy DocBin, found an empty file"]),
        ("spacy/04-msgpack-garbage.spacy", ["{}: expected a spaCy DocBin, found something else (ExtraData)"]),
    ],
)
def test_what_a_hostile_file_is_told_to_be(name: str, messages: list[str]) -> None:
    path = DATA / name
    found: list[str] = []
    try:
        for source in formats.sources([path]):
            found += [str(one) for one in formats.read(source) if not isinstance(one, Document)]
    except InputError as error:
        found.append(str(error))
    assert found == [message.format(path) for message in messages]


def test_no_file_outside_of_an_archive_is_read_or_written() -> None:
    for path in sorted((DATA / "epub").iterdir()):
        for document in ends(path)[0]:
            assert "root:" not in document.text
    assert not Path("/tmp/NASTY-SLIP.txt").exists()
    assert not Path("/tmp/NASTY-ABS.txt").exists()


def test_what_a_page_says_wrongly_of_its_encoding_is_told() -> None:
    [page], _, repairs = ends(DATA / "html" / "05-charset-lies.html")
    assert (page.text, repairs) == ("Café Name", 1)


def test_offsets_of_another_unit_are_told_and_taken_by_the_words() -> None:
    [document], problems, repairs = ends(DATA / "brat" / "11-emoji-utf16.ann")
    [span] = document.marks
    assert isinstance(span, Span)
    assert (document.text[span.start : span.end], problems, repairs) == ("Anna", 0, 1)


def test_all_text_of_a_page_is_there_where_it_is_asked_for() -> None:
    [page], _, _ = ends(DATA / "html" / "01-script.html", Options(full=True))
    assert "Visible Name" in page.text
    assert "alert" not in page.text


def test_a_table_takes_the_column_that_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("body\thead\tyear\nOne.\tA\t1999\nTwo.\tB\t2000\n")
    source = Source(tmp_path / "a.tsv", "a.tsv", options=Options(columns=(("text", "body"), ("title", "2"))))
    found = [one for one in formats.read(source) if isinstance(one, Document)]
    assert [(one.text, one.title, one.meta) for one in found] == [
        ("One.", "A", {"year": "1999"}),
        ("Two.", "B", {"year": "2000"}),
    ]
    with pytest.raises(InputError, match="which column is the text"):
        list(formats.read(Source(tmp_path / "a.tsv", "a.tsv")))


def test_a_file_that_belongs_to_another_is_read_with_it_and_once(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Ada met Bob.")
    (tmp_path / "a.ann").write_text("T1\tPER 0 3\tAda\n")
    (tmp_path / "b.txt").write_text("Alone.")
    names = [source.file_name for source in formats.sources([tmp_path])]
    assert names == ["a.ann", "b.txt"]
    assert [source.file_name for source in formats.sources([tmp_path / "a.txt", tmp_path / "a.ann"])] == ["a.ann"]


def test_names_of_running_text_are_read_from_tei(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(
        '<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt><title>A letter</title></titleStmt>'
        '</fileDesc></teiHeader><text><body><p>Dear <persName ref="#ada">Ada\n  <surname>Lovelace</surname></persName>,'
        '</p><p>come to <rs type="place">town</rs><note>said <persName>Nobody</persName></note>.</p>'
        "</body></text></TEI>"
    )
    [document] = ends(tmp_path / "a.xml")[0]
    assert (document.title, document.text) == ("A letter", "Dear Ada Lovelace,\n\ncome to town.")
    assert document.marks == {Span(5, 17, "persName", attributes=(("ref", "#ada"),)), Span(28, 32, "place")}


def test_a_set_of_gate_is_a_layer(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(
        '<GateDocument><TextWithNodes><Node id="7"/>Ada<Node id="9"/> met Bob.</TextWithNodes>'
        '<AnnotationSet Name="Key"><Annotation Id="1" Type="Person" StartNode="7" EndNode="9"><Feature>'
        "<Name>rule</Name><Value>x</Value></Feature></Annotation></AnnotationSet></GateDocument>"
    )
    [document] = ends(tmp_path / "a.xml")[0]
    assert (document.annotator, document.text) == ("Key", "Ada met Bob.")
    assert document.marks == {Span(0, 3, "Person", attributes=(("rule", "x"),))}


def test_xml_of_no_known_kind_is_refused_and_can_be_taken_as_text() -> None:
    assert ends(DATA / "xml" / "09-utf7.xml") == ([], 1, 0)
    [document] = formats.read(next(iter(formats.sources([DATA / "xml" / "09-utf7.xml"]))), "text")
    assert isinstance(document, Document)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("10-xmi-utf16.xmi", "😊 Anna\nx", {("PER", "Anna")}),
        ("11-inline-entities.xml", "AT&T and <b> in M&A 😀 Bob", {("ORG", "M&A"), ("PER", "Bob")}),
    ],
)
def test_offsets_are_counted_in_what_a_reader_sees(name: str, text: str, expected: set[tuple[str, str]]) -> None:
    [document], problems, repairs = ends(DATA / "xml" / name)
    found = {(one.label, text[one.start : one.end]) for one in document.marks if isinstance(one, Span)}
    assert (document.text, found, problems, repairs) == (text, expected, 0, 0)


def test_a_page_has_the_text_a_browser_shows() -> None:
    [document], _, _ = ends(DATA / "html" / "01-script.html")
    assert document.text == "Visible Name"


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "piece", ["<!-- a -->", "<!-- a", "<?a?>", "<!DOCTYPE a [<!ENTITY x 'y'>]>", "<!DOCTYPE a [ ]", " \n"]
)
@pytest.mark.parametrize("behind", ["", "<", "</a>"])
def test_what_never_comes_to_an_element_is_known_at_once(piece: str, behind: str, tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text(piece * 3_000 + behind)
    documents, problems, _ = ends(path)
    assert (documents, problems) == ([], 1) or documents[0].text == path.read_text()


@pytest.mark.parametrize(
    "head",
    [
        "<?xml version='1.0'?>\n<!-- <no> --><!DOCTYPE a [\n<!ENTITY b 'c]'>\n] >\n<?p <no>?>",
        "<!DOCTYPE a>",
        "\n<!DOCTYPE a SYSTEM 'b'><!---->",
        "<?xml version='1.0'>",
    ],
)
def test_an_element_is_found_behind_all_that_may_stand_before_it(head: str) -> None:
    assert Head("a", f"{head}<x:root-1 a='b'/>".encode()).root == "x:root-1"


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("yedda", "[@" * 300_000),
        ("yedda", "[@#" * 200_000),
        ("yedda", "[@a#b" * 200_000),
        ("yedda", "[@a#b*]" + "[@a#b*]#" * 100_000),
        ("inline-xml", f"<ENAMEX {'a' * 500_000}>b</ENAMEX>"),
        ("inline-xml", "<a " * 200_000),
        ("web", "<title" * 33_000),
        ("web", "<title a" * 25_000 + ">"),
    ],
)
def test_signs_that_begin_what_never_ends_hold_no_reader_up(name: str, content: str, tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text(f"Ada met Bob. {content}")
    assert all(isinstance(one, Document | Problem | Repair) for one in formats.read(Source(path, "a"), name))
