"""XML of annotators, element by element: what of it is text, what a span, and what is told. TEI, GATE, BioC, CAS."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from reading import read

from reader import formats
from reader.formats import Source
from reader.model import Document, Mark, Relation, Span, Tag


def written(name: str, tmp_path: Path, *documents: Document) -> tuple[str, list[str]]:
    """What is written, all files one behind the other, and the losses."""
    target = tmp_path / "out"
    report = formats.export(documents, target, format_name=name, lossy=True)
    files = sorted(target.rglob("*.*")) if target.is_dir() else [target]
    return "".join(file.read_text(encoding="utf-8") for file in files), [str(loss) for loss in report.losses]


def at(start: int, end: int, label: str, **attributes: str) -> Span:
    return Span(start, end, label, attributes=tuple(sorted(attributes.items())))


@pytest.mark.parametrize(
    ("content", "name", "why"),
    [
        ("<TEI>", "tei", "a TEI document"),
        ("<TEI.2>", "tei", "a TEI document"),
        ("<t:teiCorpus xmlns:t='x'>", "tei", "a TEI document"),
        ("<GateDocument>", "gate-xml", "a GateDocument"),
        ("<collection><document>", "bioc-xml", "a collection of BioC"),
        ('<!DOCTYPE collection SYSTEM "BioC.dtd"><collection>', "bioc-xml", "a collection of BioC"),
        ("<xmi:XMI xmlns:xmi='x' xmlns:c='http:///uima/cas.ecore'>", "cas-xmi", "XMI with UIMA's types"),
    ],
)
def test_the_root_of_a_file_shows_its_format(content: str, name: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "f").write_text(content)
    found, said, _ = formats.read_as(Source(tmp_path / "f", "f"))
    assert (found.name, said) == (name, why)


@pytest.mark.parametrize("content", ["<collection>", "<xmi:XMI xmlns:xmi='x'>", "<a><TEI>", "<b>GateDocument"])
def test_another_root_is_no_format(content: str, tmp_path: Path) -> None:
    (tmp_path / "f").write_text(f"<?xml version='1.0'?>{content}")
    [problem] = formats.read(Source(tmp_path / "f", "f"))
    assert "expected a kind of XML that is known, found another" in str(problem)


@pytest.mark.parametrize(
    ("content", "file_name", "name"),
    [
        ("I am <PERSON>.", "f", "text"),
        ("<PERSON> met <LOC>, </P> </LOCATION>", "f", "text"),
        ("Hi\tO\n<PERSON>\tB-PER\n\nYes\tO\n", "f", "conll"),
        ("text,label\nI am <PERSON>.,x\n", "f.csv", "table"),
        ("I am <PERSON>Ada</PERSON>.", "f", "inline-xml"),
        ("I am <LOC> and <ORG x='y'>Ada</ORG>.", "f", "inline-xml"),
        ("I am <ENAMEX TYPE='PER'>Ada</ENAMEX>.", "f", "inline-xml"),
        ("\0<PERSON>Ada</PERSON>", "f", "text"),
    ],
)
def test_a_label_that_stands_for_a_name_is_no_tag_of_an_entity(
    content: str, file_name: str, name: str, tmp_path: Path
) -> None:
    (tmp_path / file_name).write_text(content)
    assert formats.read_as(Source(tmp_path / file_name, "f"))[0].name == name


def test_a_page_of_very_many_tags_is_read(tmp_path: Path) -> None:
    number, far = 80_000, " " * 200
    [document] = read("inline-xml", f"<LOC>Ada</LOC> <START:x> b <END>{far}" * number, tmp_path)
    assert isinstance(document, Document)
    assert len(document.marks) == 2 * number
    last = len(document.text) - 207
    assert {at(0, 3, "LOC"), at(5, 6, "x"), at(last, last + 3, "LOC"), at(last + 5, last + 6, "x")} <= document.marks


# --- Web Annotation


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ('"a.txt#char=4,7"', {at(4, 7, "PER")}),
        ('"http://e.org/a.txt#char=4,7"', {at(4, 7, "PER")}),
        ('{"source": "a.txt#char=4,7"}', {at(4, 7, "PER")}),
        ('{"id": "a.txt#char=4,7"}', {at(4, 7, "PER")}),
        ('"a.txt#char=4,7;length=11,UTF-8"', {at(4, 7, "PER")}),
        ('"a.txt#char=,3"', {at(0, 3, "PER")}),
        ('"a.txt#char=8,"', {at(8, 11, "PER")}),
        ('"a.txt#"', {Tag("PER")}),
        ('"a.txt"', {Tag("PER")}),
        ('"a.txt#char=4,70"', "expected an offset within the text, 0 to 11, found 70"),
        *(
            (f'"a.txt#{fragment}"', "expected a selector of text by position or quote, found others")
            for fragment in ("char=4", "char=,", f"char={'9' * 5000},{'9' * 5001}")
        ),
        ('"a.txt#line=4,7"', "expected a selector of text by position or quote, found others"),
    ],
)
def test_a_fragment_of_a_web_annotation_says_where(target: str, found: set[Mark] | str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Ada met Bob")
    body = '{"purpose": "tagging", "value": "PER"}'
    content = f'{{"type": "Annotation", "id": "1", "body": {body}, "target": {target}}}'
    [first, *_] = read("w3c", content, tmp_path, "a.jsonld")
    assert (first.marks if isinstance(first, Document) else first) == (
        f"f:1: '1': {found}" if isinstance(found, str) else found
    )


# --- TEI


def tei(body: str, title: str = "<title>T</title>") -> str:
    return f"<TEI><teiHeader><titleStmt>{title}</titleStmt></teiHeader><text>{body}</text></TEI>"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (" a\n\t b ", "a b"),
        ("a<hi> b</hi> <hi>c</hi>d", "a b cd"),
        ("<p>a</p><p>b</p>", "a\n\nb"),
        (" <p> a </p> b <p/> c ", "a\n\nb\n\nc"),
        ("<div><head>a</head><p>b</p></div>", "a\n\nb"),
        ("<lb/>a<lb/>b <pb/> c<cb/>d<lb/>", "a b c d"),
        ("<p>a</p><lb/>b<lb/><p>c</p>", "a\n\nb\n\nc"),
        ("a<lb break='no'/>b \n<pb/><lb break='no'/> <fw>x</fw>\nc d", "abc d"),
        ("a<pb break='no'/><lb/>b <lb break='yes'/> c", "a b c"),
        ("<p>a<lb break='no'/></p> <p><lb break='no'/>b</p>", "a\n\nb"),
        ("<p xml:space='preserve'>a<lb break='no'/>b <lb break='no'/> c</p>", "ab  c"),
        ("a<note>x<p>y</p>z</note>b", "ab"),
        ("a <note>x<note>y</note>z</note> b", "a b"),
        (
            "<choice><sic>a</sic><corr>x</corr></choice>b<expan>x</expan><reg>x</reg><fw>x</fw><figDesc>x</figDesc>c",
            "abc",
        ),
        ("<p xml:space='preserve'> a <hi>\n b </hi> c </p> d  e", " a \n b  c \n\nd e"),
        ("<p>a</p> <p xml:space='preserve'>b  c</p><p xml:space='preserve'>d</p>", "a\n\nb  c\n\nd"),
        ("<ab xml:space='preserve'>a<lb/>b\n<lb/>c<lb/> d</ab>", "a b\nc d"),
        ("<p xml:space='default'>a  b</p>", "a b"),
        ("<group><text>a</text> <text>b</text></group>c", "a bc"),
        ("&amp;&lt;&#233; &#x1F600;", "&<\u00e9 \U0001f600"),
    ],
)
def test_the_text_of_tei_is_what_a_reader_of_the_page_sees(body: str, text: str, tmp_path: Path) -> None:
    assert read("tei", tei(body), tmp_path) == [Document(text, "T", "f")]


@pytest.mark.parametrize(
    "tag", "p head div lg l ab list item row cell opener closer salute signed dateline quote sp stage".split()
)
def test_a_block_of_tei_is_a_paragraph(tag: str, tmp_path: Path) -> None:
    assert read("tei", tei(f"a<{tag}>b</{tag}>c"), tmp_path) == [Document("a\n\nb\n\nc", "T", "f")]


@pytest.mark.parametrize(
    ("body", "text", "spans"),
    [
        ("a <persName> Ada </persName> b", "a Ada b", {at(2, 5, "persName")}),
        ("<persName>Ada <hi>King</hi></persName>.", "Ada King.", {at(0, 8, "persName")}),
        (
            "<orgName><persName>Ada</persName> &amp; co</orgName>",
            "Ada & co",
            {at(0, 3, "persName"), at(0, 8, "orgName")},
        ),
        (
            "<orgName>Old <placeName>York</placeName></orgName>",
            "Old York",
            {at(4, 8, "placeName"), at(0, 8, "orgName")},
        ),
        (
            "<name type=' ship '>Eve</name> <rs type='it'>it</rs> <rs>she</rs> <name type=' '>X</name>",
            "Eve it she X",
            {at(0, 3, "ship"), at(4, 6, "it"), at(7, 10, "rs"), at(11, 12, "name")},
        ),
        (
            "<persName type='x' when='1' key='k' ref='#r' role='no'>Ada</persName>",
            "Ada",
            {at(0, 3, "persName", key="k", ref="#r", when="1")},
        ),
        ("<date when='' key='k'>1</date>", "1", {at(0, 1, "date", key="k")}),
        ("a<persName/>b<persName> </persName>c", "ab c", set()),
        ("<persName>A<note>x <persName>no</persName></note>da</persName>", "Ada", {at(0, 3, "persName")}),
        ("<p>a</p><p><date>b</date></p>", "a\n\nb", {at(3, 4, "date")}),
        ("<persName>Bab<lb break='no'/>\nbage</persName> b", "Babbage b", {at(0, 7, "persName")}),
        ("<ab xml:space='preserve'> <date> b </date> </ab>", "  b  ", {at(1, 4, "date")}),
        (f"<rs type='{'x' * 300}'>a</rs>", "a", {at(0, 1, "x" * 255)}),
        *(
            (f"<{tag}>a</{tag}>", "a", {at(0, 1, tag)})
            for tag in "persName placeName orgName geogName country settlement region district bloc date".split()
        ),
    ],
)
def test_a_name_of_tei_is_a_span(body: str, text: str, spans: set[Mark], tmp_path: Path) -> None:
    assert read("tei", tei(body), tmp_path) == [Document(text, "T", "f", marks=frozenset(spans))]


@pytest.mark.parametrize(
    ("header", "title"),
    [
        ("<title> A\n <hi>fine</hi> title </title><title>no</title>", "A fine title"),
        ("<title> </title><title>B</title><author>no</author>", "B"),
        ("<author>no</author>", "Here it is"),
    ],
)
def test_the_title_of_tei(header: str, title: str, tmp_path: Path) -> None:
    content = tei("<p>Here it is</p><p><title>not this</title></p>", header)
    assert read("tei", content, tmp_path) == [Document("Here it is\n\nnot this", title, "f")]


def test_each_tei_element_is_a_document_also_one_in_another(tmp_path: Path) -> None:
    content = f"<teiCorpus><teiHeader><titleStmt><title>no</title></titleStmt></teiHeader>no{tei('<date>a</date>', '')}"
    content += f"<TEI>{tei('b', '')}<text>c</text></TEI><TEI>{tei('d', '')}</TEI>\n"
    content += "<TEI.2><text>e</text></TEI.2><TEI/></teiCorpus>"
    assert read("tei", content, tmp_path) == [
        Document("a", "a", "f", marks=frozenset({at(0, 1, "date")})),
        *(Document(text, text, "f") for text in "bcde"),
        "f: expected a TEI document with text, found none",
    ]


def test_tei_that_breaks_off_gives_what_was_whole(tmp_path: Path) -> None:
    content = f"<teiCorpus>{tei('a')}\n<TEI><text>b</TEI>"
    assert read("tei", content, tmp_path) == [
        Document("a", "T", "f"),
        "f:2: expected XML, found an error at column 15: mismatched tag",
    ]
    assert read("tei", tei("<rs type='&#x202e;'>a</rs>"), tmp_path) == [
        "f: expected a type without control characters or spaces around it, found '\\u202e'"
    ]


def test_what_tei_has_no_place_for_is_lost_by_name(tmp_path: Path) -> None:
    ada = at(0, 3, "persName", ref='"&', when="a\x1b", key="", wiki="Q7")
    good = Document(
        "Ada met Bob.", "A\x07 <t>", marks=frozenset({ada, at(0, 7, 'odd "x"'), at(4, 11, "X"), at(8, 11, "date")})
    )
    content, losses = written("tei", tmp_path, Document("\x1b", "bad"), good)
    only = "names have the attributes ref, key, when alone"
    assert losses == [
        "bad: the text: XML cannot hold its control characters",
        "A\x07 <t>: X 'met Bob' at 4-11: it crosses another, and tags lie within each other",
        f"A\x07 <t>: key = '' of persName 'Ada' at 0-3: {only}",
        f"A\x07 <t>: when = 'a\\x1b' of persName 'Ada' at 0-3: {only}",
        f"A\x07 <t>: wiki = 'Q7' of persName 'Ada' at 0-3: {only}",
    ]
    assert content.count("<TEI>") == 1
    assert "<title>A &lt;t&gt;</title>" in content
    assert (
        '<text><body><ab xml:space="preserve"><name type="odd &quot;x&quot;"><persName ref="&quot;&amp;">Ada</persName>'
        " met</name> <date>Bob</date>.</ab></body></text>\n</TEI>\n</teiCorpus>\n"
    ) in content


# --- GATE


def gate(text: str, *sets: str) -> str:
    return f'<GateDocument version="3">\n<TextWithNodes>{text}</TextWithNodes>\n{"".join(sets)}</GateDocument>'


def a_set(*annotations: str, name: str = "") -> str:
    return f"<AnnotationSet{name and f' Name={name!r}'}>{''.join(annotations)}</AnnotationSet>\n"


def annotation(kind: str, start: str, end: str, *features: str) -> str:
    return f'<Annotation Id="1" Type="{kind}" StartNode="{start}" EndNode="{end}">{"".join(features)}</Annotation>\n'


def feature(key: str, value: str) -> str:
    return f'<Feature>\n<Name className="java.lang.String">{key}</Name>\n<Value>{value}</Value>\n</Feature>'


NODES = '<Node id="0"/>Ada<Node id="90"/> &amp;\n<Node id="7"/>Bob<Node id="8"/>.'
WORDS = "Ada &\nBob."


@pytest.mark.parametrize(
    ("annotations", "found"),
    [
        ([annotation("P", "0", "90"), annotation("P", "7", "8")], [at(0, 3, "P"), at(6, 9, "P")]),
        ([annotation("P", "0", "8", feature("a", "1 &amp; 2"), feature("b", ""))], [at(0, 9, "P", a="1 & 2", b="")]),
        (
            [
                annotation("P", "0", "90", feature(" a ", " x ")),
                annotation("Q", "0", "90", feature("", "x"), feature("b", "y")),
            ],
            [at(0, 3, "P", a=" x "), at(0, 3, "Q", b="y")],
        ),
        (
            [annotation(" P ", "0", "90"), annotation("", "0", "8"), annotation(" ", "7", "8")],
            [at(0, 3, "P"), at(0, 9, "annotation"), at(6, 9, "annotation")],
        ),
        ([annotation("P", "0", "90", feature("k" * 300, "x"))], [at(0, 3, "P", **{"k" * 255: "x"})]),
    ],
)
def test_an_annotation_of_gate_lies_between_its_nodes(
    annotations: list[str], found: list[Span], tmp_path: Path
) -> None:
    features = f"<GateDocumentFeatures>{feature('no', 'no')}</GateDocumentFeatures>"
    content = gate(NODES, a_set(*annotations)).replace("<TextWithNodes>", f"{features}<TextWithNodes>")
    assert read("gate-xml", content, tmp_path) == [Document(WORDS, "Ada &", "f", marks=frozenset(found))]


def test_each_set_of_gate_is_the_view_of_its_annotator(tmp_path: Path) -> None:
    content = gate(
        NODES,
        a_set(annotation("P", "0", "90"), name=" eve"),
        a_set(annotation("p", "0", "8"), name="Original markups"),
        a_set(annotation("A", "0", "90")),
        a_set(name="bob"),
        a_set(annotation("Q", "7", "8"), name=" eve"),
    )
    eve = Document(WORDS, "Ada &", "f", marks=frozenset({at(0, 3, "P"), at(6, 9, "Q")}), annotator="eve")
    everybody = Document(WORDS, "Ada &", "f", marks=frozenset({at(0, 3, "A")}))
    assert read("gate-xml", content, tmp_path) == [everybody, eve, Document(WORDS, "Ada &", "f", annotator="bob")]
    assert read("gate-xml", gate("a", a_set(name="Original markups")), tmp_path) == [Document("a", "a", "f")]


def test_an_annotation_of_gate_without_its_place_is_told_with_its_line(tmp_path: Path) -> None:
    wrong = [annotation("P", *ends) for ends in (("0", "1"), ("1", "0"), ("90", "0"), ("0", "0"), ("0", "90"))]
    wrong += ["<Annotation/>\n", "<Annotation StartNode='7' EndNode='8'/>"]
    assert read("gate-xml", gate(NODES, a_set(*wrong)), tmp_path) == [
        "f:4: expected nodes of the text, found '0' to '1'",
        "f:5: expected nodes of the text, found '1' to '0'",
        "f:6: P covers nothing and was left out",
        "f:7: P covers nothing and was left out",
        "f:9: expected nodes of the text, found '' to ''",
        Document(WORDS, "Ada &", "f", marks=frozenset({at(0, 3, "P"), at(6, 9, "annotation")})),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (gate(""), "f: expected a text with nodes, found none"),
        ("<GateDocument>no</GateDocument>", "f: expected a text with nodes, found none"),
        ("<GateDocument>\n<TextWithNodes>a<b>", "f:2: expected XML, found an error at column 20: no element found"),
        (
            gate(NODES, a_set(annotation("&#x202e;", "0", "90"))),
            "f: expected a type without control characters or spaces around it, found '\\u202e'",
        ),
        (gate(NODES, a_set(name="x" * 256)), "f: expected an annotator of at most 255 characters, found one of 256"),
    ],
)
def test_gate_that_cannot_be_taken(content: str, message: str, tmp_path: Path) -> None:
    assert read("gate-xml", content, tmp_path) == [message]


def test_gate_counts_nodes_in_utf_16_and_loses_by_name(tmp_path: Path) -> None:
    marks = {at(0, 1, '"<'), at(0, 6, "X", a="<\n", b="\x1b", c=""), at(2, 3, "N", **{"k\x1b": "v"})}
    ann = Document("😀 a\r&b", "t", marks=frozenset(marks), annotator="ann & co")
    content, losses = written("gate-xml", tmp_path, Document("\x1b", "bad"), ann, Document(ann.text, "t"))
    cannot = "XML cannot hold its control characters"
    assert losses == [
        f"bad: the text: {cannot}",
        f"t: b = '\\x1b' of X '😀 a\\r&b' at 0-6: {cannot}",
        f"t: k\x1b = 'v' of N 'a' at 2-3: {cannot}",
    ]
    name, value = '<Feature><Name className="java.lang.String">', '<Value className="java.lang.String">'
    assert content == (
        '<?xml version="1.0" encoding="UTF-8"?>\n<GateDocument version="3">\n<GateDocumentFeatures/>\n<TextWithNodes>'
        '<Node id="0"/>😀<Node id="2"/> <Node id="3"/>a<Node id="4"/>&#13;&amp;b<Node id="7"/></TextWithNodes>\n'
        '<AnnotationSet Name="ann &amp; co">\n'
        '<Annotation Id="0" Type="X" StartNode="0" EndNode="7">\n'
        f"{name}a</Name>{value}&lt;\n</Value></Feature>\n{name}c</Name>{value}</Value></Feature>\n</Annotation>\n"
        '<Annotation Id="1" Type="&quot;&lt;" StartNode="0" EndNode="2">\n</Annotation>\n'
        '<Annotation Id="2" Type="N" StartNode="3" EndNode="4">\n</Annotation>\n'
        "</AnnotationSet>\n<AnnotationSet>\n</AnnotationSet>\n</GateDocument>\n"
    )
    kept = frozenset({at(0, 1, '"<'), at(0, 6, "X", a="<\n", c=""), at(2, 3, "N")})
    expected = [Document(ann.text, "😀 a", "f"), Document(ann.text, "😀 a", "f", marks=kept, annotator="ann & co")]
    assert read("gate-xml", content, tmp_path) == expected


# --- BioC


def bioc(*documents: str) -> str:
    inside = "\n".join(f"<document>{one}</document>" for one in documents)
    return f"<collection>\n<source>s</source>\n{inside}</collection>"


def passage(text: str, *inside: str, offset: int | str = 0, kind: str = "") -> str:
    said = f'<infon key="type">{kind}</infon>' if kind else ""
    return f"<passage>{said}<offset>{offset}</offset><text>{text}</text>{''.join(inside)}</passage>"


def located(label: str, *places: tuple[int, int], words: str = "", number: str = "1", **infons: str) -> str:
    """An annotation at `(offset, length)`."""
    said = "".join(f'<infon key="{key}">{value}</infon>' for key, value in {"type": label, **infons}.items() if value)
    where = "".join(f'<location offset="{offset}" length="{length}"/>' for offset, length in places)
    return f'<annotation id="{number}">{said}{where}{f"<text>{words}</text>" if words else ""}</annotation>'


def related(label: str, *nodes: tuple[str, str], key: str = "type") -> str:
    inside = "".join(f'<node refid="{refid}" role="{role}"/>' for refid, role in nodes)
    return f'<relation id="R"><infon key="{key}">{label}</infon>{inside}</relation>'


def kept(*passages: tuple[int, int, dict[str, str]], **more: object) -> dict[str, object]:
    """The `meta` of a document of BioC."""
    places = [{"start": start, "end": end, "infons": infons} for start, end, infons in passages]
    return {"bioc": {"passages": places, **more}}


def test_the_passages_of_bioc_stand_where_their_offsets_say(tmp_path: Path) -> None:
    sentences = "".join(
        f"<sentence><offset>{at}</offset><text>{text}</text></sentence>" for at, text in ((9, "c"), (12, "d"))
    )
    content = bioc(
        "<id>7</id><infon key='doi'>x</infon>" + passage("a", kind="title") + passage("b", offset=4),
        f"<passage><offset>9</offset>{sentences}</passage>",
        passage("a", "<sentence><offset>0</offset><text>no</text></sentence>") + passage("b", offset=0),
        passage("a", offset=10_000),
        "<passage><text>a</text></passage><passage><text>b</text></passage>",
    )
    title = {"type": "title"}
    wide = " " * 10_000
    assert read("bioc-xml", content, tmp_path) == [
        Document("a\n  b", "a", "f", meta=kept((0, 1, title), (4, 5, {}), id="7", infons={"doi": "x"})),
        Document(f"{' ' * 9}c\n d", "c", "f", meta=kept((9, 13, {}))),
        Document("a\nb", "a", "f", meta=kept((0, 1, {}), (2, 3, {}))),
        Document(f"{wide}a", "a", "f", meta=kept((10_000, 10_001, {}))),
        Document("a\nb", "a", "f", meta=kept((0, 1, {}), (2, 3, {}))),
    ]


ADA_MET, HERE = "Ada met Bob", kept((5, 16, {}))


@pytest.mark.parametrize(
    ("annotation", "found"),
    [
        (located("PER", (5, 3), words="Ada"), [at(5, 8, "PER")]),
        (located("PER", (13, 3), words="Bob", db="Q7", n=""), [at(13, 16, "PER", db="Q7")]),
        (located("", (5, 3)), [at(5, 8, "annotation")]),
        (located(" PER ", (5, 3)), [at(5, 8, "PER")]),
        (
            located("PER", (5, 3)).replace("<location", "<infon>x</infon><infon key='n'/><location"),
            [at(5, 8, "PER", **{"": "x", "n": ""})],
        ),
        (located("X", (13, 3), (5, 3), words="Ada Bob"), [Span(5, 16, "X", ((5, 8), (13, 16)))]),
        (located("X", (5, 3), (5, 3), words="Ada"), [at(5, 8, "X")]),
        (located("X", (5, 3), words="Eve"), ["the words 'Eve' of X stand at 'Ada'", at(5, 8, "X")]),
        (
            located("X", (5, 3), (13, 3), words="Ada Eve"),
            ["the words 'Ada Eve' of X stand at 'Ada Bob'", Span(5, 16, "X", ((5, 8), (13, 16)))],
        ),
        (located("X", words="Eve"), ["X 'Eve' has no location and was left out"]),
        (located("X"), ["X '' has no location and was left out"]),
    ],
)
def test_an_annotation_of_bioc(annotation: str, found: list[Span | str], tmp_path: Path) -> None:
    content = bioc(passage(ADA_MET, annotation, offset=5))
    spans = frozenset(one for one in found if isinstance(one, Span))
    assert read("bioc-xml", content, tmp_path) == [
        *(f"f:3: {one}" for one in found if isinstance(one, str)),
        Document(f"     {ADA_MET}", ADA_MET, "f", meta=HERE, marks=spans),
    ]


@pytest.mark.parametrize(
    ("relation", "found"),
    [
        (related("met", ("1", ""), ("2", "")), ("1", "met", "2")),
        (related(" met ", ("1", "source"), ("2", "target")), ("1", "met", "2")),
        (related("met", ("2", "Target"), ("1", "x")), ("1", "met", "2")),
        (related("met", ("2", "tail"), ("1", "")), ("1", "met", "2")),
        (related("met", ("2", "Object"), ("1", "")), ("1", "met", "2")),
        (related("met", ("2", "arg2"), ("1", "arg1")), ("1", "met", "2")),
        (related("met", ("1", ""), ("1", ""), key="relation"), ("1", "met", "1")),
        (related("met", ("1", ""), ("2", ""), key="other"), ("1", "relation", "2")),
        (related("met", ("1", ""), ("9", "")), "the relation met does not join two spans and was left out"),
        (related("met", ("9", ""), ("1", "")), "the relation met does not join two spans and was left out"),
        (related("met", ("1", "")), "the relation met does not join two spans and was left out"),
        (related("met", *[("1", "")] * 3), "the relation met does not join two spans and was left out"),
    ],
)
@pytest.mark.parametrize("inside", [False, True], ids=["of the document", "of the passage"])
def test_a_relation_of_bioc(inside: bool, relation: str, found: tuple[str, str, str] | str, tmp_path: Path) -> None:
    spans = {"1": at(0, 3, "PER"), "2": at(8, 11, "PER")}
    both = located("PER", (0, 3)) + located("PER", (8, 3), number="2")
    content = passage(ADA_MET, both, relation if inside else "") + ("" if inside else relation)
    marks = set(spans.values()) | ({Relation(spans[found[0]], spans[found[2]], found[1])} if len(found) == 3 else set())
    document = Document(ADA_MET, ADA_MET, "f", meta=kept((0, 11, {})), marks=frozenset(marks))
    assert read("bioc-xml", bioc(content), tmp_path) == [f"f:3: {found}"] * isinstance(found, str) + [document]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("<id>7</id>", "expected passages with a text, found none"),
        (passage("a", offset=10_001), "expected passages at most 10,000 characters apart, found 10,001"),
        (passage("a", offset="-1"), "expected offset as a whole number, found '-1'"),
        (passage("a", offset="1" * 20), f"expected offset as a whole number, found '{'1' * 20}'"),
        (passage("a", located("X", (4, 1)), offset=5), "expected a location in its passage, from 5 on, found 4"),
        (passage("a", located("X", (0, 2))), "expected an offset within the text, 0 to 1, found 2"),
        (
            passage("abc", located("X", (0, 2), (1, 2))),
            "expected locations that do not overlap; span 0-3 has fragments that do not make it up",
        ),
        (
            passage("a", "<annotation><location offset='x'/></annotation>"),
            "expected offset as a whole number, found 'x'",
        ),
        (
            passage("a", located("&#x202e;", (0, 1))),
            "expected a type without control characters or spaces around it, found '\\u202e'",
        ),
    ],
)
def test_a_broken_document_of_bioc_is_told_and_the_next_one_read(content: str, message: str, tmp_path: Path) -> None:
    found = read("bioc-xml", bioc(passage("a"), content, passage("b")) + "\n<x>", tmp_path)
    first, last = (Document(text, text, "f", meta=kept((0, 1, {}))) for text in "ab")
    assert found == [
        first,
        f"f:4: {message}",
        last,
        "f:6: expected XML, found an error at column 1: junk after document element",
    ]


def test_what_is_written_as_bioc(tmp_path: Path) -> None:
    ada, parts = at(0, 3, '"A"', db="<", type="no", bad="\x1b"), Span(4, 11, "X", ((4, 7), (8, 11)))
    meta = kept(
        (0, 3, {"a": "1 & 2"}), (4, 11, {}), id=5, infons={"b": '"'}, other=[{"id": "R9", "infons": {"c": "<"}}]
    )
    marks = frozenset({ada, parts, Relation(ada, parts, "r")})
    document = Document("Ada\nmet Bob", "t", meta=meta, marks=marks)
    content, losses = written("bioc-xml", tmp_path, Document("\x1b", "bad"), document, Document("b", "t"))
    assert losses == [
        "bad: the text: XML cannot hold its control characters",
        "t: bad = '\\x1b' of \"A\" 'Ada' at 0-3: XML cannot hold its control characters",
        "t: type = 'no' of \"A\" 'Ada' at 0-3: type is where BioC has the label",
    ]
    assert content == (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE collection SYSTEM "BioC.dtd">\n'
        "<collection><source></source><date></date><key></key>\n"
        '<document><id>5</id><infon key="b">&quot;</infon>\n'
        '<passage><infon key="a">1 &amp; 2</infon><offset>0</offset><text>Ada</text>\n'
        '<annotation id="T1"><infon key="type">&quot;A&quot;</infon><infon key="db">&lt;</infon>'
        '<location offset="0" length="3"/><text>Ada</text></annotation>\n</passage>\n'
        "<passage><offset>4</offset><text>met Bob</text>\n"
        '<annotation id="T2"><infon key="type">X</infon><location offset="4" length="3"/>'
        '<location offset="8" length="3"/><text>met Bob</text></annotation>\n</passage>\n'
        '<relation id="R1"><infon key="type">r</infon><node refid="T1" role="source"/><node refid="T2" role="target"/>'
        '</relation>\n<relation id="R9"><infon key="c">&lt;</infon></relation>\n</document>\n'
        "<document><id>3</id>\n<passage><offset>0</offset><text>b</text>\n</passage>\n</document>\n</collection>\n"
    )


@pytest.mark.parametrize(
    ("text", "passages", "spans", "offsets"),
    [
        ("ab\ncd", [(0, 2), (3, 5)], [], [0, 3]),
        ("ab\ncd", [(0, 2), (3, 5)], [(0, 2), (3, 5)], [0, 3]),
        ("ab\ncd", [(0, 2), (3, 5)], [(0, 4)], [0]),
        ("ab\ncd", [(0, 2), (3, 5)], [(2, 3)], [0]),
        ("  ab\n  cd", [(2, 4), (7, 9)], [], [2, 7]),
        ("  ab", [(2, 4)], [(0, 1)], [0]),
        ("ab cd", [(0, 2), (3, 5)], [], [0]),
        ("ab\ncd", [(0, 2)], [], [0]),
        ("ab\ncd", [(0, 2), (3, 6)], [], [0]),
        ("ab\ncd", [(0, 2), (1, 5)], [], [0]),
        ("ab\ncd", [(0, 2), (3, 3)], [], [0]),
        ("ab\ncd", 5, [], [0]),
        ("ab\ncd", [5], [], [0]),
        ("ab\ncd", [("0", 5)], [], [0]),
        ("ab\ncd", [(0, "5")], [], [0]),
    ],
)
def test_passages_are_written_where_they_still_make_up_the_text(
    text: str, passages: object, spans: list[tuple[int, int]], offsets: list[int], tmp_path: Path
) -> None:
    given = (
        [{"start": one[0], "end": one[1]} if isinstance(one, tuple) else one for one in passages]
        if isinstance(passages, list)
        else passages
    )
    marks = frozenset(Span(*ends, "X") for ends in spans)
    content, losses = written(
        "bioc-xml", tmp_path, Document(text, "t", meta={"bioc": {"passages": given}}, marks=marks)
    )
    assert losses == []
    assert [int(found) for found in re.findall("<offset>(.*?)</offset>", content)] == offsets
    assert [document.text for document in read("bioc-xml", content, tmp_path) if isinstance(document, Document)] == [
        text
    ]


# --- CAS

ADA_SAW = "Ada m😀t b"
NER = "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity"
SPACES = {
    "cas": "uima/cas",
    "ner": "de/tudarmstadt/ukp/dkpro/core/api/ner/type",
    "seg": "de/tudarmstadt/ukp/dkpro/core/api/segmentation/type",
    "meta": "de/tudarmstadt/ukp/dkpro/core/api/metadata/type",
    "tcas": "uima/tcas",
    "c": "webanno/custom",
    "no": "uima/noNamespace",
}


def xmi(text: str, *structures: str, indexed: str = "2 3 4 5 6") -> str:
    """A text with structures, numbered from 2; those of the numbers in `indexed` are in the index."""
    spaces = "".join(f' xmlns:{key}="http:///{path}.ecore"' for key, path in SPACES.items())
    lines = "".join(one.replace(" ", f' xmi:id="{place}" sofa="1" ', 1) for place, one in enumerate(structures, 2))
    sofa = f'<cas:Sofa xmi:id="1" sofaID="_InitialView" sofaString="{text}"/>'
    view = f'<cas:View sofa="1" members="{indexed}"/>'
    return f'<xmi:XMI xmlns:xmi="http://www.omg.org/XMI"{spaces}>\n{lines}{sofa}{view}</xmi:XMI>'


@pytest.mark.parametrize(
    ("structures", "marks", "layer", "feature"),
    [
        (
            ['<ner:NamedEntity begin="0" end="3" value="PER" identifier="Q7"/>'],
            {at(0, 3, "PER", identifier="Q7")},
            "",
            "",
        ),
        (['<ner:NamedEntity begin="0" end="3"/>'], {at(0, 3, "NamedEntity")}, "", ""),
        (['<ner:NamedEntity begin="0" end="3" value=" " x="y"/>'], {at(0, 3, "NamedEntity", x="y")}, "", ""),
        (['<c:Word begin="0" end="3" value="N"/>'], {at(0, 3, "N", layer="webanno.custom.Word")}, "", ""),
        (
            ['<c:Word begin="0" end="3" PosValue="N" x="y"/>'],
            {at(0, 3, "N", layer="webanno.custom.Word", x="y")},
            "Word",
            "PosValue",
        ),
        (['<no:Word begin="4" end="8" value="N"/>'], {at(4, 7, "N", layer="Word")}, "", ""),
        (
            ['<c:Word begin="0" end="3"><tag>a</tag><tag>b<x>no</x></tag><value>N</value></c:Word>'],
            {at(0, 3, "N", layer="webanno.custom.Word", tag="a b")},
            "",
            "",
        ),
        (
            [
                '<ner:NamedEntity begin="0" end="3" value="A"/>',
                '<ner:NamedEntity begin="4" end="8" value="B"/>',
                '<c:Rel begin="4" end="8" Governor="2" Dependent="3" value=" r "/>',
            ],
            {at(0, 3, "A"), at(4, 7, "B"), Relation(at(0, 3, "A"), at(4, 7, "B"), "r")},
            "",
            "",
        ),
        (
            [
                '<ner:NamedEntity begin="0" end="3" value="A"/>',
                '<c:Rel begin="0" end="3" Governor="2" Dependent="2"/>',
                '<c:Rel begin="0" end="3" Governor="2" Dependent="2" DependencyType="nsubj"/>',
            ],
            {
                at(0, 3, "A"),
                Relation(at(0, 3, "A"), at(0, 3, "A"), "Rel"),
                Relation(at(0, 3, "A"), at(0, 3, "A"), "nsubj"),
            },
            "",
            "",
        ),
        (
            [
                '<c:Link begin="0" end="3" next="3" referenceType="n" referenceRelation="same"/>',
                '<c:Link begin="4" end="8" next="2" referenceType="n"/>',
            ],
            {
                at(0, 3, "n", layer="webanno.custom.Link"),
                at(4, 7, "n", layer="webanno.custom.Link"),
                *(
                    Relation(*(Span(*ends, "n", (), (("layer", "webanno.custom.Link"),)) for ends in pair), label)
                    for *pair, label in (((0, 3), (4, 7), "same"), ((4, 7), (0, 3), "Relation"))
                ),
            },
            "Link",
            "referenceType",
        ),
        (
            [
                '<ner:NamedEntity begin="0" end="3" value="A" links="4 5"/>',
                '<ner:NamedEntity begin="4" end="8" value="B"/>',
                '<c:Role role="who" target="3"/>',
                '<c:Role target="2"/>',
            ],
            {
                at(0, 3, "A"),
                at(4, 7, "B"),
                Relation(at(0, 3, "A"), at(4, 7, "B"), "who"),
                Relation(at(0, 3, "A"), at(0, 3, "A"), "Role"),
            },
            "",
            "",
        ),
        (
            ['<ner:NamedEntity begin="0" end="3" value="A" n="3 9"/>', '<c:Role target="2"/>'],
            {at(0, 3, "A", n="3 9")},
            "",
            "",
        ),
        (
            ['<ner:NamedEntity begin="0" end="3" value="7" n="x 3"/>', '<c:Role target="2"/>'],
            {at(0, 3, "7", n="x 3")},
            "",
            "",
        ),
        (['<ner:NamedEntity value="no place"/>', '<c:TagsetDescription begin="0" end="3"/>'], set(), "", ""),
    ],
)
def test_the_marks_of_a_cas(structures: list[str], marks: set[Mark], layer: str, feature: str, tmp_path: Path) -> None:
    meta = {"inception": {"labels": {f"webanno.custom.{layer}": feature}}} if layer else {}
    found = read("cas-xmi", xmi(ADA_SAW, *structures), tmp_path)
    assert found == [Document(ADA_SAW, ADA_SAW, "f", meta=meta, marks=frozenset(marks))]
    assert read("cas-xmi", xmi(ADA_SAW, *structures, indexed=""), tmp_path) == [Document(ADA_SAW, ADA_SAW, "f")]


@pytest.mark.parametrize(
    ("structure", "message"),
    [
        ('<c:Word begin="3" end="3" value="N"/>', "f:2: N covers nothing and was left out"),
        ('<c:Word begin="4" end="3"/>', "f:2: Word covers nothing and was left out"),
        (
            '<c:Rel begin="0" end="3" Governor="7" Dependent="8" value="r"/>',
            "f:2: the relation r joins what is no span and was left out",
        ),
        (
            '<c:Rel begin="0" end="3" Governor="7" value="r"/>',
            "f:2: the relation r joins what is no span and was left out",
        ),
    ],
)
def test_what_of_a_cas_is_left_out_is_told_with_its_line(structure: str, message: str, tmp_path: Path) -> None:
    assert read("cas-xmi", xmi(ADA_SAW, structure), tmp_path) == [message, *read("cas-xmi", xmi(ADA_SAW), tmp_path)]


def test_the_same_span_twice_in_a_cas_and_features_of_a_relation_are_told(tmp_path: Path) -> None:
    span = '<ner:NamedEntity begin="0" end="3" value="A"/>\n'
    relation = '<c:Rel begin="0" end="3" Governor="2" Dependent="3" value="r" flag="x"/>'
    here = at(0, 3, "A")
    assert read("cas-xmi", xmi(ADA_SAW, span, span, relation), tmp_path) == [
        "f:3: an equal A is there already and was kept once",
        "f:4: the features of the relation r were left out",
        Document(ADA_SAW, ADA_SAW, "f", marks=frozenset({here, Relation(here, here, "r")})),
    ]


@pytest.mark.parametrize(
    ("structure", "message"),
    [
        ('<c:Word begin="x" end="3"/>', "expected begin and end as whole numbers, found 'x'"),
        ('<c:Word begin="0"/>', "expected begin and end as whole numbers, found '0'"),
        ('<c:Word begin="0" end="11"/>', "expected an offset within the text, 0 to 10 UTF-16 units, found 11"),
        (
            '<seg:Token begin="0" end="6"/>',
            "expected an offset between two characters, found 6 in UTF-16 units inside one",
        ),
        (
            '<c:Word begin="0" end="3" value="&#x202e;"/>',
            "expected a label without control characters or spaces around it, found '\\u202e'",
        ),
    ],
)
def test_a_cas_that_is_broken_is_told(structure: str, message: str, tmp_path: Path) -> None:
    assert read("cas-xmi", xmi(ADA_SAW, structure), tmp_path) == [f"f: {message}"]


def test_what_a_cas_says_of_its_text(tmp_path: Path) -> None:
    language = '<tcas:DocumentAnnotation begin="0" end="10" language="x-unspecified"/>'
    about = '<meta:DocumentMetaData begin="0" end="10" documentTitle=" T " language="de"/>'
    tokens = [
        f'<seg:{kind} begin="{start}" end="{end}"/>'
        for kind, start, end in (
            ("Token", 4, 8),
            ("Token", 0, 3),
            ("Token", 0, 3),
            ("Token", 3, 3),
            ("Sentence", 0, 10),
        )
    ]
    indexed = "2 3 4 5 6 7 8"
    borders = ((0, 3), (4, 7))
    assert read("cas-xmi", xmi(ADA_SAW, language, about, *tokens, indexed=indexed), tmp_path, "x.xmi") == [
        Document(ADA_SAW, "T", "f", tokens=borders)
    ]
    assert read("cas-xmi", xmi(ADA_SAW, about, language), tmp_path) == [Document(ADA_SAW, "T", "f", "de")]
    assert read("cas-xmi", xmi(ADA_SAW, language), tmp_path, "x.xmi") == [Document(ADA_SAW, "x", "f")]


def test_each_text_of_a_cas_is_a_document_with_what_its_view_indexes(tmp_path: Path) -> None:
    first, second = '<c:Word begin="0" end="1" value="A"/>', '<c:Word begin="0" end="1" value="B"/>'
    more = '<cas:Sofa xmi:id="8" sofaID="other" sofaString="b"/><cas:Sofa xmi:id="9" sofaID="none"/>'
    more += '<cas:View sofa="8" members="3"/><cas:View sofa="9"/></xmi:XMI>'
    content = xmi("a", first, second, indexed="2").replace("</xmi:XMI>", more)
    word = {"layer": "webanno.custom.Word"}
    assert read("cas-xmi", content, tmp_path) == [
        Document("a", "a", "f", marks=frozenset({at(0, 1, "A", **word)})),
        Document("b", "b", "f#other", marks=frozenset({at(0, 1, "B", **word)})),
    ]
    assert read("cas-xmi", xmi(""), tmp_path) == ["f: expected a sofa with a text, found none"]
    assert read("cas-xmi", "<a>\n<b>", tmp_path) == ["f:2: expected XML, found an error at column 4: no element found"]


def test_what_is_written_as_xmi_and_its_types(tmp_path: Path) -> None:
    word = {"layer": "x.Word"}
    ada, bob = at(0, 3, "A&", wiki="Q7", bad="\x1b", **{"no key": "x"}), at(3, 5, "Word", **word)
    marks = {
        ada,
        bob,
        at(5, 6, "N", tag="t", **word),
        Relation(ada, ada, "r"),
        Relation(ada, bob, "lost"),
        Relation(bob, bob, "Relation"),
    }
    meta = {"inception": {"labels": {"x.Word": "pos"}}}
    document = Document(
        "Ada😀 b", "T\x1b", language="de", meta=meta, marks=frozenset(marks), tokens=((0, 3), (3, 4), (5, 6))
    )
    content, losses = written(
        "cas-xmi", tmp_path, Document("\x1b", "bad"), document, Document("b", "t", tokens=((0, 1),))
    )
    cannot = "XML cannot hold its control characters"
    assert losses == [
        f"bad: the text: {cannot}",
        f"T\x1b: bad = '\\x1b' of A& 'Ada' at 0-3: {cannot}",
        "T\x1b: no key = 'x' of A& 'Ada' at 0-3: a feature has a value, and a name of letters and digits",
        "T\x1b: lost from A& 'Ada' at 0-3 to Word '😀 ' at 3-5: a relation joins spans of one layer",
    ]
    lines = content.splitlines()
    begun = lines.index('<t0:NULL xmi:id="0"/>')
    assert lines[begun + 1 : begun + 13] == [
        '<t0:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" mimeType="text" sofaString="Ada😀 b"/>',
        '<t1:DocumentMetaData xmi:id="2" sofa="1" begin="0" end="7" language="de"/>',
        '<t2:Token xmi:id="3" sofa="1" begin="0" end="3"/>',
        '<t2:Token xmi:id="4" sofa="1" begin="3" end="5"/>',
        '<t2:Token xmi:id="5" sofa="1" begin="6" end="7"/>',
        '<t2:Sentence xmi:id="6" sofa="1" begin="0" end="7"/>',
        '<t3:NamedEntity xmi:id="7" sofa="1" begin="0" end="3" value="A&amp;" wiki="Q7"/>',
        '<t4:Word xmi:id="8" sofa="1" begin="3" end="6"/>',
        '<t4:Word xmi:id="9" sofa="1" begin="6" end="7" value="N" tag="t"/>',
        '<t5:Relation xmi:id="10" sofa="1" begin="0" end="3" Governor="7" Dependent="7" value="r"/>',
        '<t5:Relation xmi:id="11" sofa="1" begin="3" end="6" Governor="8" Dependent="8"/>',
        '<t0:View sofa="1" members="2 3 4 5 6 7 8 9 10 11"/>',
    ]
    assert content.count("<xmi:XMI ") == content.count('documentTitle="t"') + 1 == 2
    dkpro = "de.tudarmstadt.ukp.dkpro.core.api"
    types = re.findall("<typeDescription><name>(.*?)</name>", content)
    assert types == [
        f"{dkpro}.metadata.type.DocumentMetaData",
        f"{dkpro}.ner.type.NamedEntity",
        f"{dkpro}.segmentation.type.Sentence",
        f"{dkpro}.segmentation.type.Token",
        "webanno.custom.Relation",
        "x.Word",
    ]


# --- References


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("&#65;", "A"),
        ("&#" + "0" * 5_000 + "65;", "A"),
        ("&#x" + "0" * 5_000 + "41;", "A"),
        ("&#" + "1" * 5_000 + ";", "\ufffd"),
        ("&#X" + "f" * 5_000, "\ufffd"),
        ("&#1234567890abc", "\ufffdabc"),
        ("&#" + "0" * 5_000 + ";", "\ufffd"),
        ("&amp;#" + "1" * 20 + ";", "&#" + "1" * 20 + ";"),
    ],
)
def test_a_reference_of_thousands_of_digits_is_the_character_it_names(said: str, shown: str, tmp_path: Path) -> None:
    inline = f'<DOC><TEXT><ENAMEX TYPE="X" ID="{said}">a{said}</ENAMEX></TEXT></DOC>'
    [document] = read("inline-xml", inline, tmp_path)
    assert document.text == f"a{shown}"
    assert {span.attributes for span in document.marks} == {(("ID", shown),)}
    value = {"start": 0, "end": 1, "hypertextlabels": ["X"]}
    region = {"type": "hypertextlabels", "to_name": "text", "value": value}
    task = {"data": {"text": f"<p>a{said}</p>"}, "annotations": [{"result": [region]}]}
    [document] = read("label-studio", json.dumps([task]), tmp_path)
    assert document.text == f"a{shown}"
    (tmp_path / "a.plain.html").write_text(f'<html><pre id="s1">a{said}</pre></html>')
    [document] = read("tagtog", '{"annotatable": {"parts": ["s1"]}, "entities": []}', tmp_path, "a.ann.json")
    assert document.text == f"a{shown}"
