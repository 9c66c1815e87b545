"""XML of annotators, element by element: what of it is text, what a span, and what is told. TEI, GATE, BioC, CAS."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader import formats
from reader.formats import Source
from reader.model import Document, Mark, Relation, Span


def read(name: str, content: str, tmp_path: Path, file_name: str = "a.xml") -> list[Document | str]:
    """The documents as they are, and what is told in its words."""
    (tmp_path / file_name).write_bytes(content.encode())
    found = formats.read(Source(tmp_path / file_name, "f"), name)
    return [one if isinstance(one, Document) else str(one) for one in found]


def written(name: str, tmp_path: Path, *documents: Document) -> tuple[str, list[str]]:
    """What is written, all files one behind the other, and the losses."""
    target = tmp_path / "out"
    report = formats.export(documents, target, format_name=name, lossy=True)
    files = sorted(target.rglob("*.*")) if target.is_dir() else [target]
    return "".join(file.read_text(encoding="utf-8") for file in files), [str(loss) for loss in report.losses]


def at(start: int, end: int, label: str, **attributes: str) -> Span:
    return Span(start, end, label, attributes=tuple(sorted(attributes.items())))


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
        ("a<note>x<p>y</p>z</note>b", "ab"),
        ("a <note>x<note>y</note>z</note> b", "a b"),
        ("<choice><sic>a</sic><corr>x</corr></choice>b<expan>x</expan><reg>x</reg><fw>x</fw><figDesc>x</figDesc>c", "abc"),
        ("<p xml:space='preserve'> a <hi>\n b </hi> c </p> d  e", " a \n b  c \n\nd e"),
        ("<p>a</p> <p xml:space='preserve'>b  c</p><p xml:space='preserve'>d</p>", "a\n\nb  c\n\nd"),
        ("<ab xml:space='preserve'>a<lb/>b\n<lb/>c<lb/> d</ab>", "a b\nc d"),
        ("<p xml:space='default'>a  b</p>", "a b"),
        ("<group><text>a</text> <text>b</text></group>c", "a bc"),
        ("&amp;&lt;&#233; &#x1F600;", "&<\u00e9 \U0001f600"),
    ],
)  # fmt: skip
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
        ("<orgName><persName>Ada</persName> & co</orgName>".replace("&", "&amp;"), "Ada & co", {at(0, 3, "persName"), at(0, 8, "orgName")}),
        ("<orgName>Old <placeName>York</placeName></orgName>", "Old York", {at(4, 8, "placeName"), at(0, 8, "orgName")}),
        ("<name type=' ship '>Eve</name> <rs type='it'>it</rs> <rs>she</rs> <name type=' '>X</name>", "Eve it she X",
            {at(0, 3, "ship"), at(4, 6, "it"), at(7, 10, "rs"), at(11, 12, "name")}),
        ("<persName type='x' when='1' key='k' ref='#r' role='no'>Ada</persName>", "Ada", {at(0, 3, "persName", key="k", ref="#r", when="1")}),
        ("<date when='' key='k'>1</date>", "1", {at(0, 1, "date", key="k")}),
        ("a<persName/>b<persName> </persName>c", "ab c", set()),
        ("<persName>A<note>x <persName>no</persName></note>da</persName>", "Ada", {at(0, 3, "persName")}),
        ("<p>a</p><p><date>b</date></p>", "a\n\nb", {at(3, 4, "date")}),
        ("<ab xml:space='preserve'> <date> b </date> </ab>", "  b  ", {at(1, 4, "date")}),
        (f"<rs type='{'x' * 300}'>a</rs>", "a", {at(0, 1, "x" * 255)}),
        *((f"<{tag}>a</{tag}>", "a", {at(0, 1, tag)})
          for tag in "persName placeName orgName geogName country settlement region district bloc date".split()),
    ],
)  # fmt: skip
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
    content += f"<TEI>{tei('b', '')}<text>c</text></TEI><TEI>{tei('d', '')}</TEI>\n<TEI.2><text>e</text></TEI.2><TEI/></teiCorpus>"
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
    ]  # fmt: skip
    assert content.count("<TEI>") == 1
    assert "<title>A &lt;t&gt;</title>" in content
    assert (
        '<text><body><ab xml:space="preserve"><name type="odd &quot;x&quot;"><persName ref="&quot;&amp;">Ada</persName> met'
        "</name> <date>Bob</date>.</ab></body></text>\n</TEI>\n</teiCorpus>\n"
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
        ([annotation("P", "0", "90", feature(" a ", " x ")), annotation("Q", "0", "90", feature("", "x"), feature("b", "y"))],
            [at(0, 3, "P", a=" x "), at(0, 3, "Q", b="y")]),
        ([annotation(" P ", "0", "90"), annotation("", "0", "8"), annotation(" ", "7", "8")],
            [at(0, 3, "P"), at(0, 9, "annotation"), at(6, 9, "annotation")]),
        ([annotation("P", "0", "90", feature("k" * 300, "x"))], [at(0, 3, "P", **{"k" * 255: "x"})]),
    ],
)  # fmt: skip
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
    assert read("gate-xml", gate(NODES, a_set(*wrong)), tmp_path) == [
        "f:4: expected nodes of the text, found '0' to '1'",
        "f:5: expected nodes of the text, found '1' to '0'",
        "f:6: P covers nothing and was left out",
        "f:7: P covers nothing and was left out",
        Document(WORDS, "Ada &", "f", marks=frozenset({at(0, 3, "P")})),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (gate(""), "f: expected a text with nodes, found none"),
        ("<GateDocument>no</GateDocument>", "f: expected a text with nodes, found none"),
        ("<GateDocument>\n<TextWithNodes>a<b>", "f:2: expected XML, found an error at column 20: no element found"),
        (gate(NODES, a_set(annotation("&#x202e;", "0", "90"))),
            "f: expected a type without control characters or spaces around it, found '\\u202e'"),
        (gate(NODES, a_set(name="x" * 256)), "f: expected an annotator of at most 255 characters, found one of 256"),
    ],
)  # fmt: skip
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
