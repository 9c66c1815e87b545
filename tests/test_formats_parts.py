"""The parts that formats are made of: names of files, tags of tokens, tags within each other, files beside a file."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest

from reader import formats
from reader.errors import InputError
from reader.formats import Options, Source, layers, markup, nesting, paragraphs, tagging
from reader.formats.archives import Archive
from reader.formats.base import grouped
from reader.formats.decoding import decode
from reader.formats.losses import described, in_order, named, outermost, shown, stated
from reader.formats.strict import Unfit
from reader.formats.writing import file_name
from reader.model import Document, Loss, Note, Rejected, Relation, Span, State, Status, Tag

ADA = Span(0, 3, "PER")


@pytest.mark.parametrize(
    ("source", "title", "name"),
    [
        ("here/letter.txt", "T", "letter"),
        ("C:\\here\\a.b.txt", "T", "a.b"),
        ("here", "A title", "A_title"),
        ("", "", "document"),
        ("", "../..", "document"),
        ("", "a/b:c*?", "a_b_c"),
        ("x/-é.._.txt", "", "é"),
        ("a" * 99 + ".txt", "", "a" * 80),
    ],
)
def test_the_name_of_the_files_of_a_document(source: str, title: str, name: str) -> None:
    document = Document("x", title, source)
    taken: set[str] = set()
    assert [file_name(document, taken) for _ in range(3)] == [name, f"{name}-2", f"{name}-3"]
    assert file_name(Document("x", title.upper(), source.upper()), taken).endswith("-4")


@pytest.mark.parametrize(
    ("tags", "spans"),
    [
        ("B-X I-X O", [(0, 3)]),
        ("I-X I-X O", [(0, 3)]),
        ("I-X I-Y I-X", [(0, 1), (2, 3), (4, 5)]),
        ("B-X B-X", [(0, 1), (2, 3)]),
        ("B-X L-X I-X", [(0, 3), (4, 5)]),
        ("B-X E-X E-X", [(0, 3), (4, 5)]),
        ("B-X M-X E-X", [(0, 5)]),
        ("S-X I-X U-X I-X", [(0, 1), (2, 3), (4, 5), (6, 7)]),
        ("O I-X O I-X", [(2, 3), (6, 7)]),
        ("- _ O", []),
    ],
)
def test_where_the_spans_of_tags_begin_and_end(tags: str, spans: list[tuple[int, int]]) -> None:
    rows = [tagging.row("a", tag) for tag in tags.split()]
    text, found, borders = tagging.joined([rows])
    assert text == " ".join("a" * len(rows))
    assert borders == [(2 * place, 2 * place + 1) for place in range(len(rows))]
    assert [(span.start, span.end) for span in found] == spans
    assert tagging.placed(rows, borders) == found


def test_a_span_ends_with_its_sentence() -> None:
    rows = [tagging.row("ab", "I-X")]
    text, spans, borders = tagging.joined([rows, [], rows, rows], " | ")
    assert (text, borders) == ("ab | ab | ab", [(0, 2), (5, 7), (10, 12)])
    assert spans == [Span(0, 2, "X"), Span(5, 7, "X"), Span(10, 12, "X")]
    assert tagging.joined([[], rows])[0] == "ab"


@pytest.mark.parametrize(
    ("token", "tag", "message"),
    [
        ("", "O", "expected a token, found none"),
        ("a", "X", "expected a tag such as B-PER, I-PER or O, found 'X'"),
        ("a", "B-", "expected a tag such as B-PER, I-PER or O, found 'B-'"),
        ("a", "B- X", "expected a label without control characters or spaces around it, found ' X'"),
    ],
)
def test_a_token_without_a_tag_is_refused(token: str, tag: str, message: str) -> None:
    with pytest.raises(Unfit) as refusal:
        tagging.row(token, tag)
    assert str(refusal.value) == message


def test_tokens_are_found_one_behind_the_other() -> None:
    assert tagging.found_in('"Ada"  met ada', ["``", "Ada", "''", "met", "ada"]) == [
        *((0, 1), (1, 4), (4, 5), (7, 10), (11, 14))
    ]
    assert tagging.found_in("`` a", ["``"]) == [(0, 2)]
    assert tagging.found_in('"a `` b', ["``", "a", "``", "b"]) == [(0, 1), (1, 2), (3, 5), (6, 7)]
    for tokens in (["met"], ["Ada", "Ada"], ["Bob"]):
        with pytest.raises(Unfit, match=r"^expected the token '\w+' in the text behind character [03], found none$"):
            tagging.found_in("Ada met", tokens)


def test_single_and_last_tokens_have_letters_of_their_own() -> None:
    tags = ["B-X", "B-X", "I-X", "O", "B-X", "I-X", "I-X"]
    found = tagging.closed([("a", tag) for tag in tags], single="U", last="L")
    assert [tag for _, tag in found] == ["U-X", "B-X", "L-X", "O", "B-X", "I-X", "L-X"]


def test_spans_that_cross_are_no_tags() -> None:
    text = "0123456789"
    outer, inner, crossing, behind = Span(0, 6, "A"), Span(1, 3, "B"), Span(2, 5, "C"), Span(6, 9, "D")
    losses: list[Loss] = []
    kept = nesting.nested(Document(text, "t"), [outer, inner, crossing, behind], losses.append)
    assert kept == [outer, inner, behind]
    assert [str(loss) for loss in losses] == ["t: C '234' at 2-5: it crosses another, and tags lie within each other"]
    tagged = nesting.tagged("0<23456789", kept, lambda span: f"[{span.label}", lambda span: f"{span.label}]")
    assert tagged == "[A0[B&lt;2B]345A][D678D]9"


def test_what_xml_keeps_and_what_it_cannot_hold() -> None:
    assert markup.escaped("a&<>\"'\r\n\t") == "a&amp;&lt;&gt;&quot;'&#13;\n\t"
    assert markup.attribute("a&\r\n\t") == "a&amp;&#13;&#10;&#9;"
    good, bad = "\t\n\r \ud7ff\ue000\ufffd\U00010000\U0010ffff", "\0\x08\x0b\x0c\x0e\x1f\ufffe\uffff"
    assert not markup.unprintable(good)
    assert all(markup.unprintable(good + one) for one in bad)


def test_the_files_beside_a_file(tmp_path: Path) -> None:
    for name in ("one/a.json", "one/b.txt", "two/page.html", "legend.json", "two/deep/c.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    source = Source(tmp_path / "one" / "a.json", "one/a.json", "utf-8", Options(True), annotator="ann")
    beside = source.beside("b.txt")
    assert beside == Source(tmp_path / "one" / "b.txt", "one/b.txt", "utf-8", Options(True), annotator="ann")
    assert source.nearby("b.txt") == beside
    for name in ("", ".", "..", "c.txt", "../legend.json", "two\\b", "b.txt\0"):
        assert source.beside(name) is None
    for name in ("page.html", "legend.json"):
        near = source.nearby(name)
        assert near is not None
        assert near.file_name == name
        with near.open() as file:
            assert file.read().decode().endswith(name)
    assert source.nearby("c.txt") is None
    stdin = Source(None, "stdin")
    assert (stdin.file_name, stdin.beside("b.txt"), stdin.nearby("b.txt")) == ("", None, None)
    with (
        pytest.raises(InputError, match=r"^gone: cannot be read: No such file or directory$"),
        Source(tmp_path / "gone", "gone").open(),
    ):
        """Never opened."""


def test_the_text_of_a_page_is_what_a_browser_shows() -> None:
    page = """<html><head><title> A &amp;
    title</title><style>x</style></head><body>One<!-- no --> <b>two</b>  three<br>four<?no no?>
    <div>five<script>no</script> six</div>tail<ul><li>seven</li></ul></body></html>"""
    assert paragraphs.text_of(page) == "One two three\nfour\n\nfive six\n\ntail\n\nseven"
    assert paragraphs.title_in(page) == "A & title"
    assert paragraphs.title_in("<p>none</p>") == ""
    with pytest.raises(InputError, match=r"^expected a web page, found none: "):
        paragraphs.text_of("")


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>One <br> two<br/>three<br></p><p><br>four</p>", "One\ntwo\nthree\n\nfour"),
        ("One<br><br>two<br> <br>\n<br>three", "One\n\ntwo\n\nthree"),
        ("<p> a\n  b </p><pre>\n  a\n\n\n   b  c<br>d\n</pre> e\n f", "a b\n\n  a\n\n\n   b  c\nd\n\ne f"),
        ("<pre> \n </pre><p>a</p>", "a"),
    ],
)
def test_lines_of_a_page_stay_lines(page: str, text: str) -> None:
    assert paragraphs.text_of(page) == text


def test_an_article_comes_with_what_its_page_says_of_it(tmp_path: Path) -> None:
    page = """<html lang="en"><head><title>A title</title><meta name="author" content="Ann Lee">
    <meta property="og:site_name" content="The Post"><meta name="date" content="2026-01-02"></head><body><article>
    <p>Ada Lovelace wrote to Charles Babbage, and he answered her at some length.</p>
    <p>It rained on the next day, so that nobody left the house before noon.</p></article></body></html>"""
    (tmp_path / "a.html").write_text(page)
    [found] = formats.read(Source(tmp_path / "a.html", "a.html"))
    assert isinstance(found, Document)
    assert found.text == (
        "Ada Lovelace wrote to Charles Babbage, and he answered her at some length.\n\n"
        "It rained on the next day, so that nobody left the house before noon."
    )
    assert (found.title, found.meta["author"], found.meta["date"]) == ("A title", "Ann Lee", "2026-01-02")
    assert found.meta["site"] == "The Post"


def test_an_open_document_is_its_paragraphs(tmp_path: Path) -> None:
    content = """<office:document xmlns:office="o" xmlns:text="t"><text:h>Head</text:h>
    <text:p>One<text:tab/>two<text:s
    text:c="3"/>three<text:s/>four<text:line-break/>five</text:p><text:p> </text:p><text:p>Six</text:p>no
    </office:document>"""
    about = """<m xmlns:dc="d"><dc:title> A title </dc:title><dc:creator>Ann</dc:creator><dc:date>2026</dc:date></m>"""
    with zipfile.ZipFile(tmp_path / "a.odt", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", content)
        archive.writestr("meta.xml", about)
    [found] = formats.read(Source(tmp_path / "a.odt", "a.odt"))
    assert found == Document(
        "Head\n\nOne\ttwo   three four\nfive\n\nSix", "A title", "a.odt", meta={"author": "Ann", "date": "2026"}
    )


def test_what_comes_from_stdin_is_taken_for_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b'{"text": "Ada"}\n')))
    found, why, documents = formats.read_as(Source(None, "stdin"))
    assert (found.name, why) == ("jsonl", "from stdin")
    [document] = documents
    assert isinstance(document, Document)
    assert (document.text, document.source) == ("Ada", "stdin")


def test_signs_that_html_has_not_are_told(tmp_path: Path) -> None:
    report = formats.export([Document("a\x1bb\x07", "t")], tmp_path / "a.html", lossy=True)
    assert [str(loss) for loss in report.losses] == [
        "t: control characters (2), the first '\\x1b' at 1: HTML has none; a visible sign stands for each"
    ]


def test_columns_are_read_in_the_encoding_that_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.conll").write_text("Hél\u00e8ne B-PER\n", encoding="latin-1")
    [document] = formats.read(Source(tmp_path / "a.conll", "a.conll", "latin-1"))
    assert isinstance(document, Document)
    assert document.text == "Hélène"


def test_a_pair_of_files_is_read_in_the_encoding_that_is_named(tmp_path: Path) -> None:
    for name, content in (("a.txt", "H\u00e9"), ("a.ann", "T1\tPER 0 2\tH\u00e9\n")):
        (tmp_path / name).write_text(content, encoding="latin-1")
    [document] = formats.read(Source(tmp_path / "a.ann", "a.ann", "latin-1"))
    assert isinstance(document, Document)
    assert (document.text, document.marks) == ("H\u00e9", {Span(0, 2, "PER")})


@pytest.mark.parametrize("name", ["conll", "conll-2012", "conllu", "pubtator"])
def test_a_line_that_is_no_text_is_told_with_its_number(name: str, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\n\xff\n")
    found = [str(one) for one in formats.read(Source(tmp_path / "a", "a"), name)]
    hint = "; name it with --encoding" if name == "conll" else ""
    assert f"a:2: expected a line of text in UTF-8, found other or too many bytes{hint}" in found


@pytest.mark.parametrize("column", ["tokens", "words", "tokenized_text"])
def test_a_parquet_file_of_tokens_under_any_of_their_names(column: str, tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    parquet.write_table(pyarrow.table({column: [["Ada", "met"]], "ner_tags": [["B-PER", "O"]]}), tmp_path / "a.parquet")
    [document] = formats.read(Source(tmp_path / "a.parquet", "a.parquet"))
    assert isinstance(document, Document)
    assert (document.text, document.marks) == ("Ada met", {ADA})


def a_zip(*names: str) -> Archive:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, name)
    stream.seek(0)
    return Archive(stream, "z.zip")


def test_the_files_beside_a_file_of_an_archive() -> None:
    archive = a_zip("one/a.json", "one/b.txt", "two/page.html", "folder/")
    assert archive.names() == ["one/a.json", "one/b.txt", "two/page.html"]
    source = Source(None, "z.zip/one/a.json", folder=archive, member="one/a.json")
    beside = source.beside("b.txt")
    assert beside is not None
    assert (beside.name, beside.member, source.file_name) == ("z.zip/one/b.txt", "one/b.txt", "a.json")
    assert source.beside("page.html") is None
    near = source.nearby("page.html")
    assert near is not None
    with near.open() as file:
        assert file.read() == b"two/page.html"
    assert source.nearby("gone") is None
    with pytest.raises(InputError, match=r"^z\.zip: holds no file 'gone'$"):
        archive.read("gone")


def test_an_archive_with_two_files_of_a_name_is_refused() -> None:
    with (
        pytest.warns(UserWarning, match="Duplicate name"),
        pytest.raises(InputError, match=r"^z\.zip: holds two files of the name 'a'$"),
    ):
        a_zip("a", "a")
    with pytest.raises(InputError, match=r"^z\.zip: is no whole zip file: File is not a zip file$"):
        Archive(io.BytesIO(b"PK"), "z.zip")


def test_which_files_of_a_folder_are_read_and_in_which_order(tmp_path: Path) -> None:
    names = ("b/2.txt", "b/1.ann", "b/1.txt", "a.jsonl", "c.txt", ".hidden/x.txt", "x.db", "x.db-wal", "b/.y.txt")
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "loop").symlink_to(tmp_path)
    found = [source.name for source in formats.sources([tmp_path], "latin-1", Options(full=True))]
    assert found == [str(tmp_path / name) for name in ("a.jsonl", "b/1.ann", "b/2.txt", "c.txt")]
    [one] = formats.sources([tmp_path / "c.txt", tmp_path / "c.txt"], "latin-1", Options(full=True))
    assert one == Source(tmp_path / "c.txt", str(tmp_path / "c.txt"), "latin-1", Options(full=True))
    with pytest.raises(InputError) as refusal:
        list(formats.sources([tmp_path / "gone"]))
    assert str(refusal.value) == f"{tmp_path / 'gone'}: there is no such file or folder"


@pytest.mark.parametrize(
    ("names", "read"),
    [
        ("a.ann a.txt annotation.conf visual.conf tools.conf kb_shortcuts.conf b.txt", "a.ann b.txt"),
        ("a.conf a.txt", "a.conf a.txt"),
        ("a.annotations a a.txt a.raw.txt b.txt", "a.annotations b.txt"),
        ("a.annotation.txt a.txt b.raw.txt", "a.annotation.txt b.raw.txt"),
        ("a.xmi TypeSystem.xml typesystem.xml", "a.xmi"),
        ("a.XMI TypeSystem.xml", "a.XMI"),
        ("a.xml TypeSystem.xml", "TypeSystem.xml a.xml"),
        ("a.arrow dataset_info.json state.json train/dataset_dict.json", "a.arrow"),
        ("a.json dataset_dict.json state.json", "a.json dataset_dict.json state.json"),
    ],
)
def test_a_file_that_belongs_to_others_is_not_read_by_itself(names: str, read: str, tmp_path: Path) -> None:
    for name in names.split():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    assert [Path(source.name).name for source in formats.sources([tmp_path])] == read.split()


@pytest.mark.parametrize(
    ("name", "content", "format_name", "why"),
    [
        ("a.CONLL", "", "conll", "by its suffix"),
        ("a.html", "x", "web", "by its suffix"),
        ("a.md", "x", "text", "by its suffix"),
        ("a.spacy.json", "x", "spacy-json", "by its suffix"),
        ("a.entities.tsv", "x", "table", "by its suffix"),
        ("a.patterns.jsonl", "x", "jsonl", "by its suffix"),
        ("a", "x", "text", "no other format"),
    ],
)
def test_a_file_whose_content_shows_nothing_goes_by_its_name(
    name: str, content: str, format_name: str, why: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(content)
    found, said, _ = formats.read_as(Source(tmp_path / name, name))
    assert (found.name, said) == (format_name, why)
    assert formats.read_as(Source(tmp_path / name, name), "text")[1] == "as you said"


def test_what_cannot_be_read_as_anything(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text("<?xml version='1.0'?><none/>")
    (tmp_path / "p.jsonl").write_text('{"label": "X", "pattern": "a"}\n')
    [problem] = formats.read(Source(tmp_path / "a.xml", "a.xml"))
    assert str(problem) == (
        "a.xml: expected a kind of XML that is known, found another; --format text takes the file as it is"
    )
    [problem] = formats.read(Source(tmp_path / "p.jsonl", "p.jsonl"))
    assert str(problem) == (
        "p.jsonl: expected a format that is read, found patterns; --format text takes the file as it is"
    )
    with pytest.raises(InputError, match=r"^p\.jsonl: patterns can be written, not read$"):
        formats.read(Source(tmp_path / "p.jsonl", "p.jsonl"), "patterns")
    with pytest.raises(InputError, match=r"^x: is not a file$"):
        formats.read(Source(tmp_path, "x"))
    [document] = formats.read(Source(tmp_path / "a.xml", "a.xml", annotator="ann"), "text")
    assert isinstance(document, Document)
    assert document.annotator == "ann"


def test_a_beginning_that_is_cut_within_a_character_is_looked_at_all_the_same(tmp_path: Path) -> None:
    text = "a" * 32_766 + "😀" * 9  # with its mark, the first of them lies across the end of what is looked at
    (tmp_path / "a.txt").write_text(text, encoding="utf-16")
    [document] = formats.read(Source(tmp_path / "a.txt", "a.txt"))
    assert isinstance(document, Document)
    assert document.text == text


def test_views_of_one_text_are_a_group() -> None:
    ann, bob, eve = (Document("a", annotator=who) for who in ("ann", "bob", "eve"))
    other = Document("b", annotator="eve")
    assert list(grouped([ann, bob, other, eve, ann, ann])) == [[ann, bob], [other], [eve, ann], [ann]]
    assert list(grouped([])) == []


WIDE = "it may be UTF-16 without a mark, then use --encoding utf-16"
CUT_OFF = ", and the file ends within that character; it may be cut off"


@pytest.mark.parametrize(
    ("data", "encoding", "message"),
    [
        (b"a", "klingon", "there is no encoding klingon"),
        (b"\\ud800", "unicode_escape", "is no text: character 0 is half a surrogate pair"),
        (b"ab\0", "", "is no text: character 2 is NUL"),
        (b"\0a\0b\0c", "", f"is no text: character 0 is NUL; {WIDE}-be"),
        (b"a\0b\0c\0", "", f"is no text: character 1 is NUL; {WIDE}-le"),
        (b"\xff\0", "", f"is no text: byte 1 is NUL; {WIDE}-le"),
        (b"\xff", "", "is not UTF-8: byte 0 is 0xFF; name its encoding, for example --encoding cp1252"),
        (b"ab\xc3", "", f"is not UTF-8: byte 2 is 0xC3{CUT_OFF}"),
        (b"a", "utf-16-le", f"is not utf-16-le: byte 0 is 0x61{CUT_OFF}"),
    ],
)  # fmt: skip
def test_bytes_that_are_no_text_are_told_to_the_letter(data: bytes, encoding: str, message: str) -> None:
    with pytest.raises(InputError) as refusal:
        decode(data, "f", encoding)
    assert str(refusal.value) == f"f: {message}"


@pytest.mark.parametrize(
    ("features", "feature", "layer", "span"),
    [
        ({"value": "PER", "identifier": "Q7"}, "value", layers.NAMED_ENTITY, ("PER", (("identifier", "Q7"),))),
        ({"value": " "}, "value", layers.NAMED_ENTITY, ("NamedEntity", ())),
        ({"pos": "N"}, "pos", "x.y.Word", ("N", (("layer", "x.y.Word"),))),
        ({}, "", "Word", ("Word", (("layer", "Word"),))),
    ],
)
def test_an_annotation_of_a_layer_is_a_span(
    features: dict[str, str], feature: str, layer: str, span: tuple[str, tuple[tuple[str, str], ...]]
) -> None:
    assert layers.span_of(0, 3, layer, features, feature) == Span(0, 3, span[0], attributes=span[1])
    assert layers.label_feature(features) == feature


def test_what_no_layer_can_hold_is_lost_by_name() -> None:
    spans = [
        Span(0, 1, "A", attributes=(("layer", "x"),)),
        Span(0, 2, "Word", attributes=(("layer", "x.Word"), ("n", "1"))),
        Span(0, 3, "C", attributes=(("a b", "c"), ("empty", ""), ("value", "v"))),
    ]
    relations = [Relation(spans[1], spans[2], "r"), Relation(spans[1], spans[1], "s")]
    document = Document("abc", "t", marks=frozenset([*spans, *relations]))
    losses: list[Loss] = []
    written = layers.annotations_of(document, losses.append)
    assert [(one.layer, one.features) for one in written.values()] == [
        (layers.NAMED_ENTITY, (("value", "C"),)),
        ("x.Word", (("n", "1"),)),
    ]
    assert layers.relations_of(document, written, losses.append) == [relations[1]]
    why = "a feature has a value, and a name of letters and digits"
    assert [str(loss) for loss in losses] == [
        f"t: a b = 'c' of C 'abc' at 0-3: {why}",
        f"t: empty = '' of C 'abc' at 0-3: {why}",
        f"t: value = 'v' of C 'abc' at 0-3: {why}",
        "t: A 'a' at 0-1: 'x' is no name of a layer",
        "t: r from Word 'ab' at 0-2 to C 'abc' at 0-3: a relation joins spans of one layer",
    ]


@pytest.mark.parametrize(
    ("feature", "kept"), [("value", {}), ("", {}), ("pos", {"inception": {"labels": {"x.Word": "pos"}}})]
)
def test_the_feature_of_a_label_is_kept_where_it_is_no_value(feature: str, kept: dict[str, object]) -> None:
    assert layers.kept({"x.Word": feature}) == kept
    assert layers.label_feature_of(Document("a", meta=kept), "x.Word") == ("pos" if kept else "value")
    assert (
        layers.label_feature_of(Document("a", meta={"inception": {"labels": {"x.Word": "a b"}}}), "x.Word") == "value"
    )
    assert layers.label_feature_of(Document("a", meta={"inception": 5}), "x.Word") == "value"


@pytest.mark.parametrize("name", ["brat", "jsonl", "w3c"])
def test_a_note_of_several_lines_comes_back(name: str, tmp_path: Path) -> None:
    notes = {Note("a\r\nb\tc\\nd\\", ADA), Note("all\r")}
    document = Document("Ada met", "t", "s", marks=frozenset({ADA, *notes}))
    formats.export([document], tmp_path / "out", format_name=name)
    [back] = [one for source in formats.sources([tmp_path / "out"]) for one in formats.read(source)]
    assert isinstance(back, Document)
    assert back.marks == document.marks


def test_a_parquet_file_says_what_datasets_wants_to_know(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    document = Document("Ada met", "t", "s", marks=frozenset({ADA}), tokens=((0, 3), (4, 7)))
    formats.export([document], tmp_path / "out.parquet")
    table = parquet.read_table(tmp_path / "out.parquet")
    text = {"dtype": "string", "_type": "Value"}
    names = {"names": ["O", "B-PER", "I-PER"], "_type": "ClassLabel"}
    assert json.loads(table.schema.metadata[b"huggingface"]) == {
        "info": {
            "features": {
                "id": text,
                "tokens": {"feature": text, "_type": "Sequence"},
                "ner_tags": {"feature": names, "_type": "Sequence"},
                "text": text,
            }
        }
    }
    [back] = formats.read(Source(tmp_path / "out.parquet", "f"))
    assert isinstance(back, Document)
    assert (back.text, back.source, back.marks) == ("Ada met", "f", {ADA})
    assert table.to_pylist() == [{"id": "0", "tokens": ["Ada", "met"], "ner_tags": [1, 0], "text": "Ada met"}]


def test_facts_in_the_words_of_a_message() -> None:
    parts = Span(0, 7, "X", ((0, 1), (4, 7)))
    text = "Ada met"
    assert described(parts, text) == "X 'A … met' at 0-1, 4-7"
    assert stated(ADA, text) == "PER 'Ada' at 0-3"
    assert stated(Rejected(ADA), text) == "rejected PER 'Ada' at 0-3"
    assert stated(Status(State.DONE), text) == "status done"
    assert stated(Tag("war"), text) == "tag war"
    assert stated(Note("why"), text) == "note 'why'"
    assert stated(Note("why", ADA), text) == "note 'why' on PER 'Ada' at 0-3"
    assert stated(Relation(ADA, parts, "r"), text) == "r from PER 'Ada' at 0-3 to X 'A … met' at 0-1, 4-7"
    assert shown("a" * 40) == repr("a" * 40)
    assert shown("a" * 41) == repr("a" * 39 + "…")
    assert shown([1] * 13) == repr([1] * 13)
    assert shown([1] * 14) == repr([1] * 14)[:39] + "…"
    assert named(Document("x", "", "here")) == "here"
    assert named(Document("x")) == "untitled"
    assert named(Document("x", "a" * 60)) == "a" * 60
    assert named(Document("x", "a" * 61)) == "a" * 59 + "…"
    assert named(Document("x", "a" * 58 + "  b")) == "a" * 58 + "…"


def test_spans_in_order_and_the_outermost_of_them() -> None:
    spans = [Span(0, 2, "B"), Span(0, 5, "A"), Span(0, 5, "B"), Span(2, 3, "C"), Span(5, 6, "D"), Span(4, 7, "E")]
    order = [Span(0, 5, "A"), Span(0, 5, "B"), Span(0, 2, "B"), Span(2, 3, "C"), Span(4, 7, "E"), Span(5, 6, "D")]
    assert in_order(reversed(spans)) == order
    assert in_order([spans[3], spans[4]]) == [spans[3], spans[4]]
    assert outermost(order) == [order[0], Span(5, 6, "D")]
    assert outermost([]) == []
