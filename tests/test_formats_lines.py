"""What each format of lines and columns makes of small files and writes of small documents, kind of line by kind.

The files are rows of (format, name, content, files beside it), and what is read of them stands in the snapshot, to be
read there, as of those in `test_formats_read.py`. `pytest --snapshot-update` keeps a change of it.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from test_formats_read import Row, row, told

from reader import formats
from reader.errors import InputError
from reader.formats import Options, Source, by_name
from reader.model import Document, Note, Relation, Span, Suggestion, Tag, spans_of


def webanno(*lines: str) -> Row:
    """A file of WebAnno TSV, its lines with blanks for tabs."""
    return row(
        "webanno-tsv", "\n".join(("#FORMAT=WebAnno TSV 3.3", *lines)).replace(" ", "\t").replace("·", " "), "a.tsv"
    )


def conllu(*lines: str, between: str = "\t_\t_\t_\t_\t_\t_\t_\t") -> Row:
    """A file of CoNLL-U; a line is a number, a word and what MISC says, divided by blanks."""
    found = []
    for line in lines:
        cells = line.split(" ")
        found.append(line if line.startswith("#") or len(cells) != 3 else f"{cells[0]}\t{cells[1]}{between}{cells[2]}")
    return row("conllu", "\n".join(found) + "\n")


def brat(*lines: str, text: str = "Ada met\nBob and Eve", mark: str = "") -> Row:
    return row("brat", "\n".join(lines).replace("|", "\t"), "a.ann", a__txt=mark + text)


def slate(*lines: str, text: str = "Ada met\nBob\n\nEve 😀 x") -> Row:
    return row("slate", "\n".join(lines), "a.annotations", a=text)


SP, RL = "#T_SP=x.Word|value", "#T_RL=x.Rel|value|BT_x.Word"
ROWS = [
    # --- WebAnno TSV: offsets and text
    webanno("", "", "#Text=Ada·😀·met", "1-1 0-3 Ada ", "1-2 4-6 😀 ", "1-3 7-10 met ", "", "#Text=Two", "2-1 13-16 Two "),
    webanno("", "#Text=a\\tb\\\\c", "#Text=d", "1-1 0-5 a\\tb\\\\c ", "1-2 6-7 d ", "", "#Text=e", "2-1 8-9 e ", "3-1 9-9  "),
    webanno("", "#Text=··a", "1-1 2-3 a "),
    webanno("", "#Text=a", "1-1 100000-100001 a "),
    webanno("", "#Text=a", "1-1 100001-100002 a "),
    webanno("", "#Text=ab", "1-1 0-2 ab ", "1-1.1 0-1 a ", "1-1.2 1-2 b "),
    webanno("", "#Text=a", "1-x 0-1 a "),
    webanno("", "#Text=a", "1-1 0-1"),
    webanno("", "#Text=a", "1-1 0-x a "),
    webanno("", "#Text=only·text", ""),
    # --- WebAnno TSV: spans
    webanno(SP, "", "#Text=a·b·c", "1-1 0-1 a A ", "1-2 2-3 b B[1] ", "1-3 4-5 c B[1] "),
    webanno("#T_SP=x.Word|pos|value|n", "", "#Text=a·b", "1-1 0-1 a N A\\|B\\_ 5 ", "1-2 2-3 b * * _ "),
    webanno("#T_SP=x.Word|pos|n", "", "#Text=a·b", "1-1 0-1 a N 5 ", "1-2 2-3 b * 6 "),
    webanno("#T_SP=x.Word|", "", "#Text=a·b", "1-1 0-1 a * ", "1-2 2-3 b *[1]|*[2] "),
    webanno("#T_SP=x.Word", "", "#Text=a", "1-1 0-1 a "),
    webanno(SP, "#T_SP=de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity|identifier|value", "", "#Text=a·b",
            "1-1 0-1 a A[1]|B Q7 PER ", "1-2 2-3 b A[1]|A[3] *|Q9 *|ORG "),
    webanno(SP, "", "#Text=a", "1-1 0-1 a \u202e "),
    webanno(SP, "", "#Text=a·b", "1-1 0-1 a A[1]|A[2] ", "1-2 1-1  E[3] "),
    # --- WebAnno TSV: relations
    webanno(SP, RL, "", "#Text=a·b", "1-1 0-1 a A r 1-2 ", "1-2 2-3 b B * 1-1 "),
    webanno(SP, RL, "", "#Text=a·b", "1-1 0-1 a A[1]|B[2] _ _ ", "1-2 2-3 b C[3]|D[4] r|q 1-1[1_4]|1-1[2_3] "),
    webanno(SP, RL, "", "#Text=a·b", "1-1 0-1 a A[1]|B[2] _ _ ", "1-2 2-3 b C r 1-1[2_0] "),
    webanno(SP, RL, "", "#Text=a·b", "1-1 0-1 a _ _ _ ", "1-2 2-3 b B r 1-1 "),
    webanno(SP, RL, "", "#Text=a·b", "1-1 0-1 a A _ _ ", "1-2 2-3 b _ r 1-1 "),
    webanno(SP, "#T_RL=x.Rel|role|value|BT_x.Word", "", "#Text=a·b", "1-1 0-1 a A _ _ _ ", "1-2 2-3 b B o|* r|q 1-1|1-1 "),
    webanno(SP, "#T_RL=x.Rel|BT_uima.tcas.Annotation", "", "#Text=a·b", "1-1 0-1 a A _ ", "1-2 2-3 b B 1-1 "),
    webanno(SP, RL, "", "#Text=a·b", "1-1 0-1 a A _ _ ", "1-2 2-3 b B r 1-1[9_0] "),
    webanno(SP, RL, "", "#Text=a·b", "1-1 0-1 a A _ _ ", "1-2 3-3  E r 1-1 "),
    # --- WebAnno TSV: chains and slots
    webanno("#T_CH=x.Link|referenceType|referenceRelation", "", "#Text=a·b·c", "1-1 0-1 a *->1-1|r->2-1 *[1]|n[2] ",
            "1-2 2-3 b s->1-2 m[1] ", "1-3 4-5 c *->2-2 \\|[2] "),
    webanno("#T_SP=x.Host|ROLE_x.Host:links_x.Link|x.Word|value", SP, "", "#Text=a·b·c", "1-1 0-1 a who;*;\\; 1-2;1-3;1-2 V _ ",
            "1-2 2-3 b _ _ _ B ", "1-3 4-5 c _ _ _ C "),
    webanno("#T_SP=x.Host|ROLE_x.Host:links_x.Link|x.Word", SP, "", "#Text=a·b·c", "1-1 0-1 a who[1] 1-3[4] _ ",
            "1-2 2-3 b who[1] 1-3[4] _ ", "1-3 4-5 c _ _ A[3]|B[4] "),
    # --- CoNLL-U: words and white space
    conllu("# newdoc id = one", "1 Ada _", "2 met SpaceAfter=No", "3 . _", "", "1 Bob _", "", "# newdoc", "1 Eve _"),
    conllu("1 Ada SpacesAfter=\\s\\n\\t\\r\\p\\\\\\x", "2 met SpacesBefore=\\s", "", "1 Bob SpacesAfter=\\n\\n"),
    conllu("1 Ada SpacesBefore=\\s\\s|SpacesAfter=", "2 met SpaceAfter=Yes", "3 x SpacesAfter=\\t"),
    conllu("1-2 cannot SpaceAfter=No", "1 can SpaceAfter=Yes", "2 not _", "3 go _", "3.1 x _", "4 on _"),
    conllu("1-2 don't Entity=(1-X)", "1 do name=B-A", "2 n't name=B-B|Entity=(2-Y)"),
    conllu("0.1 e Entity=(1-X)", "1 Ada _"),
    conllu("5 Ada _", "x Bob _", "1 Eve _"),
    conllu("1 Ada _ _"),
    # --- CoNLL-U: entities
    conllu("1 Ada Entity=(e1-PER(e2-X-1-new)", "2 met Entity=e1)", "3 Bob Entity=(e3-PER)(e4-ORG-2)"),
    conllu("# global.Entity = eid-etype-head", "1 Ada Entity=(e1-PER-1", "2 K Entity=e1)"),
    conllu("# global.Entity = etype-GRP", "1 Ada Entity=(PER-7", "2 K Entity=(ORG-8)7)"),
    conllu("# global.Entity = GRP-etype", "1 a Entity=(1-X", "2 b Entity=(1-Y", "3 c Entity=1)", "4 d Entity=1)"),
    conllu("1 a Entity=(1[1/2]-X", "2 b Entity=1[1/2])(2-Y)", "3 c _", "4 d Entity=(1[2/2]-X)"),
    conllu("1 a Entity=(1-X[1/2])", "2 b _", "3 c Entity=(1-X[2/2]", "4 d Entity=1[2/2])"),
    conllu("1 a Entity=(1-X[1/3])", "2 b Entity=(1-X[2/3])", "3 c Entity=(1-Y[2/3])", "4 d Entity=(1-X[3/3])"),
    conllu("1 a Entity=1)", "2 b _"),
    conllu("1 a Entity=(1-X", "# newdoc id = two", "1 b name=X", "# newdoc id = three", "1 c name=B-X"),
    conllu("1 a Entity=(1-\u202e)", "2 b _"),
    conllu("1 a name=B-A", "2 b name=I-A", "3 c name=B-A", "4 d name=O", "", "1 e name=I-A"),
    row("conllu", "# global.columns = ID FORM PARSEME:NER MISC\n1\tAda\tB-PER\tEntity=(1-X)\n2\tKing\tI-PER\t_\n3\tmet\t*\tname=B-Y\n4\tx\t\t_\n"),
    row("conllu", "# global.columns = FORM\nAda\n"),
    row("conllu", "# text = only\n\n"),
    conllu("1 a ner=S-PERSON|start_char=0", "2 b ner=O", "3-4 cd ner=B-GPE", "3 c _", "4 d _", "5 e ner=E-GPE"),
    conllu("1 a B-GPE_LOC", "2 b x=1|I-GPE_LOC", "3 c O", "4 d NE=B-X", "5 e NE=Person", "6 f B-=x", "7 g Proper"),
    conllu("0.1 e Entity=(1-X", "1 a _", "1.1 e Entity=1)(2-Y", "2-3 bc _", "2 b _", "2.1 e Entity=(3-Z", "3 c Entity=3)", "4 d Entity=2)"),
    conllu("1 a Entity=(1[1/3]-X)", "1.1 e Entity=(1[2/3]-X)", "2 b _", "3 c Entity=(1[3/3]-X)", "3.1 e Entity=(4-V", "3.2 e Entity=4)(5-W)"),
    conllu("0.1 e Entity=1)", "1 a _"),
    conllu("1 a _", "1.1 e Entity=(1-X"),
    row("conllu", "#global.columns=ID FORM X:NER\n1\tAda\tB-PER\n2\tmet\t_\n"),
    # --- brat
    brat("T1|PER 0 3|Ada", "T2|ORG 8 11;16 19|Bob Eve", "T3|X 0 11|Ada met Bob", "R1|met Arg1:T1 Arg2:T2", "A1|age T1 36",
         "A2|neg T2", "M1|sure T1", "A3|age T1 37", "#1|AnnotatorNotes T1|a\\nb", "#2|AnnotatorNotes DOCUMENT|all"),
    brat("T1|PER 0 3|Eve", "T2|X 8 11;16 19|Bob Ada", "T3|X 16 19;8 11|Eve Bob", "T4|X 0 3", "T4|X 4 7", "T5|X 3 3", "T6 X 0 3",
         "T7|X 0 3;x|", "Tx|X 0 3|Ada", "T8|X 0 3;2 5|", "T9|\u202e 0 3|Ada"),
    brat("T1|PER 0 3|Ada", "R1|met Arg1:T1 Arg2:T9", "R2|met Arg1:E1 Arg2:T1", "R3|met Arg1:T1", "E1|X:T1 Y:T9", "E2|X:T1",
         "*|Equiv T1 T2", "*|Equiv T1 T1", "N1|Reference T1 Wiki:7|Ada", "N2|Reference T2 Wiki:7|Bob", "A1|x T2", "A2|x E2 y z",
         "A3|x E2", "A|x T1", "#1|AnnotatorNotes E2|on an event", "#2|Other T1|x", "#3|AnnotatorNotes T1 more|x", "M1|\u202e T1", "x"),
    brat("T1|PER 5 7|Ad", "T2|PER 3 6|Ada", text="\u00e9\u00e9 Ada"),
    brat("T1|PER 0 3|Ada\r", "", " ", "A1|x T1\r", mark="\ufeff"),
    brat("T1|X 0 3|Ada", text=""),
    row("brat", "T1\tX 0 3\tAda\nbad line\n", "a.ann"),
    row("text", "bad line\nT1\tX 0 3\tAda\n", "a.ann"),
    # --- SLATE
    slate("(0, 0) - PER", "((0, 1), (1, 0)) - label:X label:Y", "(3, 1, 0) - E", "((0, 0, 1), (0, 1, 1)) - C", "(1) -", "0 - L"),
    slate("() - war label:law", "() -", "(0, 0) (1, 0) -", "(0) (1) - label:r label:s", "((0, 0), (0, 1)) ((1, 0), (1, 0)) - t"),
    slate("(4) - X", "(3, 3) - X", "(2, 0) - X", "(2) - X", "(0, 0, 2) - X", "(0, 0, 3) - X", "((1, 0), (0, 0)) - X",
          "(0) () - X", "(0) (0) (0) - X", "(1099511627776) - X", "(1099511627777) - X", "(0,) - T", "(0) X", "(0) - \u202e"),
    slate("(0, 0) - X", text=""),
    slate("(0) -\r", "(0, 0) - X\r", "\r"),
    row("slate", "(0) - X\r\n\n", "a.annotation.txt", a__raw__txt="Ada"),
    # --- columns
    row("conll", "a\tO\tB-X\nb\tB-Y\tI-X\nc\tI-Y\tO\n\n"),
    row("conll", "1 a B-X O\n2 b I-X B-Y\n1 c O O\n"),
    row("conll", "0 1\n0 1\n"),
    row("conll", "# a comment\na B-X\n# B-Y\n# O O\n#newdoc id = 5\nb O\n"),
    row("conll", "# x:document_id = d\na O\n# newdoc\nb O\n-DOCSTART-\nc O\n"),
    row("conll", "a B-X\nb I-X\nc I-Y\n\nd I-Y\n"),
    row("conll", "a I-X\nb I-X\nc I-Y\n"),
    row("conll", "a B-X\n\n\n\nb Q\n\nc O\n"),
    row("conll", "\ufeffa B-X\nb O\n"),
    row("conll", "a\u00a0b B-X\n\u3000 O\n"),
    row("conll", "TOKEN\tNE-COARSE-LIT\tNE-COARSE-METO\tNE-NESTED\tNEL-LIT\tMISC\n# hipe2022:document_id = d\na\tB-X\tO\tO\tQ7\t_\n"
        "b\tI-X\tO\tB-Y\tQ7\tNoSpaceAfter\n\n# hipe2022:document_id = e\nc\tB-X\tO\tO\t_\t_\n"),
    row("conll", "a NN B-NP B-X\nb VB B-VP O\nc NN B-NP B-X\n"),
    row("bilou", "a B-X\nb I-X\nc L-X\nd U-Y\ne U-Y\nf O\n\ng L-X\n"),
    row("conll-2012", "#begin document (a/b); part 003\na 0 1 x NN (A* - - - - (B(C* (1|(2)\na 0 2 y NN * - - - - *) 1)\na 0 3 z NN *"
        " - - - - *) -\n#end document\n"),
    row("conll-2012", "# begin document d\n1 a (x-1-Q7\n2 b (2|x-1)\n\n3 c 2)\n# begin document e\n1 a *\n"),
    row("conll-2012", "#begin document (a)\na b\n#begin document (b)\nx a (A\nx a B)\n#begin document (c)\nx a (\u202e-1)\n#begin "
        "document (d)\nx a -\n"),
    row("conll-2012", "#begin document (a)\nx a (1\n#begin document (b)\na 0 1 x NN * - - - - (A* -\n"),
    row("conll-2012", "#begin document (a); part 000\nx a (1)(2)\nx b _\n"),
    # --- PubTator
    row("pubtator", "7|t|Ada met\n7|a|Bob.\n7\t0\t3\tAda\tPER\tQ7\tmore\n7\t8\t11\tBob\tPER\t\n7\tr\tQ7\tQ8\n\n8|t|\n8|a|x\n\n\n9|t|y|z\n"),
    row("pubtator", "7|a|only\n7\t0\t4\tonly\tX\n"),
    row("pubtator", "7|t|é Ada\n7\t3\t6\tAda\tX\n7\t0\tx\ta\tX\n7\tr\tQ7\n7\t0\t1\té\t\u202e\n"),
    row("pubtator", "1|t|Ada\n1|a|x\n1\t0\t3\tAda\tX\n2|t|Bob\n2|a|y\n2\t0\t3\tBob\tY\n2|t|Eve\n3|a|z\n4\t0\t1\tz\tX\n3|a|z\n3|t|Eva\n3\t0\t3\tEva\tX\n"),
    # --- marks in the text
    row("yedda", "a [@b#X Y*] c\n[@d#e#Z*]# [$f#Y*][@g#X*]"),
    row("yedda", "\n\n[@b# X*]"),
    row("yedda", "a\n[@b#X\n*]"),
    row("inline-xml", "<DOC><DOCNO>7</DOCNO><TEXT>a <ENAMEX TYPE=\"PER|ORG\" ID=\"1\" x=''>b</ENAMEX> c</TEXT></DOC>\n<DOC>\nno\n<TXT>"
        "<EM CATEG='X' TIPO=y>d</EM></TXT> no</DOC>"),
    row("inline-xml", "a <PERSON>b <ORG>c</PERSON> d</ORG> <em>e</em> <Person>f</Person> <P>g</P>"),
    row("inline-xml", "<b_enamex type=\"PER\">a<e_enamex> <B_TIMEX TYPE=T>b<E_TIMEX> <e_numex>"),
    row("inline-xml", "<START:x>  a b  <END> <START:y><END> <END>"),
    row("inline-xml", "a\n<ENAMEX TYPE=\"X\">b\n<ENAMEX TYPE=\"Y\">c"),
    row("inline-xml", "a\n\n<ENAMEX>b</ENAMEX>"),
    row("inline-xml", "a\n<ALT>b|c\n|d</ALT>\n<NUMEX TYPE='&lt;'>5 &gt; 4</NUMEX> x|y <TIMEX type=\"a&amp;b\" alt='\"'>6</TIMEX>"),
    row("inline-xml", "<DOC>a <X>b</X></DOC><DOC><Y>c</Y></DOC>"),
    row("inline-xml", "<DOC><TEXT><X>b</X>\n</DOC>\n<DOC><TEXT>c</TEXT></DOC>\n<DOC><TEXT> </TEXT></DOC>"),
    # --- tables
    row("table", "text\nAda\n\"B\n\nb\"\n\"\"\n"),
    row("table", "id\ttext\ttitle\tsource\tlanguage\n1\tAda\tT\ts\tde\n2\t\tT\ts\tde\n3\n\n4\tBob\t\t\t\n"),
    row("table", "a;text;b\n1;Ada;x,y\n\"\n"),
    row("label-studio-csv", "ID,Text,label,annotation_id,annotator,lead_time,note\n1,Ada,\"[{\"\"start\"\": 0, \"\"end\"\": 3, \"\"labels\"\": "
        "[\"\"X\"\"]}]\",5,ann,1,{x\n2,\"a\nb\",[],6,ann,2,\n3,c,[],7\n4,d,[],8,ann,3,x,more\n5,\"e\" ,[],9,ann,3,x\n"),
    row("label-studio-csv", "annotation_id\tannotator\tlead_time\ttext\n1\tann\t1\tAda\n2\tbob\t1\t\n"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "file_name", "content", "beside"), ROWS, ids=[f"{one[0]}" for one in ROWS])
def test_what_is_read_line_by_line(
    name: str, file_name: str, content: str, beside: dict[str, str], tmp_path: Path, snapshot: SnapshotAssertion
) -> None:
    for other, text in {file_name: content, **beside}.items():
        (tmp_path / other).write_bytes(text.encode())
    source = Source(tmp_path / file_name, file_name)
    by_content = formats.read_as(source)[:2]
    try:
        lines = [line for one in formats.read(source, name) for line in told(one)]
    except InputError as error:
        lines = [f"InputError: {error}"]
    assert "\n".join([f"taken for {by_content[0].name}, {by_content[1]}", *lines]) == snapshot


@pytest.mark.parametrize(
    ("name", "columns", "content", "told"),
    [
        ("table", {"text": "b"}, "a,b\n1,2\n", ["2 {'a': '1'}"]),
        ("table", {"text": "2", "title": "1"}, "a,b\n1,2\n", ["2 {}"]),
        ("table", {"text": "3"}, "a,b\n1,2\n", ["f: has no column '3'; there are: a, b"]),
        ("table", {"text": "0"}, "a,b\n1,2\n", ["f: has no column '0'; there are: a, b"]),
        ("table", {"title": "c"}, "a,b\n1,2\n", ["f: has no column 'c'; there are: a, b"]),
        ("table", {}, "a,b\n1,2\n", ["f: which column is the text? --column text=NAME; there are: a, b"]),
        ("table", {}, "a,a\n1,2\n", ["f: expected each column once, found 'a' again"]),
        ("conll", {"token": "2", "tag": "1"}, "B-X Ada\nO met\n", ["Ada met {} X 0-3"]),
        ("conll", {"token": "2", "tag": "1", "tag2": "3"}, "B-X Ada O\nO met B-Y\n", ["Ada met {} X 0-3 Y 4-7"]),
        ("conll", {"tag": "0"}, "a B-X\n", ["--column tag=0: expected the number of a column, from 1 on"]),
        ("conll", {"tag": "x"}, "a B-X\n", ["--column tag=x: expected the number of a column, from 1 on"]),
        ("conll", {"tag": "3"}, "a B-X\n", ["f:1: expected the columns that --column names, found 2"]),
        ("label-studio-csv", {"text": "b"}, "b,annotation_id\nAda,1\n", ["Ada {}"]),
    ],
)
def test_the_columns_that_a_person_names(
    name: str, columns: dict[str, str], content: str, told: list[str], tmp_path: Path
) -> None:
    (tmp_path / "f").write_text(content)
    source = Source(tmp_path / "f", "f", options=Options(columns=tuple(columns.items())))
    found: list[str] = []
    try:
        for one in formats.read(source, name):
            spans = spans_of(one.marks) if isinstance(one, Document) else []
            labels = [f"{span.label} {span.start}-{span.end}" for span in spans]
            found += [" ".join([one.text, str(one.meta), *labels]) if isinstance(one, Document) else str(one)]
    except InputError as error:
        found = [str(error)]
    assert found == told


A, B = Span(0, 1, "A"), Span(2, 3, "B")
DOCUMENTS = {
    "white space": Document("  a\tb \n\n c  d\n", "t", tokens=((2, 3), (4, 5), (9, 10), (12, 13))),
    "one space": Document("a b", "t", tokens=((0, 1), (2, 3))),
    "spans": Document(
        "a b c d\ne",
        "t",
        marks=frozenset({A, B, Span(0, 5, "C"), Span(2, 7, "D"), Span(6, 9, "E"), Span(0, 1, "C")}),
        tokens=((0, 1), (2, 3), (4, 5), (6, 7), (8, 9)),
    ),
    "odd labels": Document(
        "a b c d",
        "t",
        marks=frozenset(Span(start, start + 1, label) for start, label in ((0, "a b"), (2, "c|d"), (4, "e#f"), (6, "(g]"))),
        tokens=((0, 1), (2, 3), (4, 5), (6, 7)),
    ),
    "nested odd labels": Document(
        "a b",
        "t",
        marks=frozenset({Span(0, 3, "a"), A, Span(2, 3, "b-c"), Span(2, 3, "d;e")}),
        tokens=((0, 1), (2, 3)),
    ),
    "parts": Document("a b c", "t", marks=frozenset({Span(0, 5, "P", ((0, 1), (4, 5))), B}), tokens=((0, 1), (2, 3), (4, 5))),
    "in tokens": Document("abc\u00a0d", "t", marks=frozenset({Span(1, 2, "A"), Span(2, 4, "B"), Span(1, 5, "C")}), tokens=((0, 3), (4, 5))),
    "attributes": Document(
        "a b",
        "t",
        marks=frozenset({Span(0, 1, "A", (), (("flag", ""), ("id", "Q7"), ("k", "a b"), ("n p", "x"))), B}),
        tokens=((0, 1), (2, 3)),
    ),
    "relations": Document(
        "a b",
        "t",
        marks=frozenset({A, B, Relation(A, B, "r"), Relation(B, A, "s t"), Relation(B, B, "u:v"), Relation(A, Span(1, 2, "X"), "w")}),
        tokens=((0, 1), (2, 3)),
    ),
    "lines": Document(
        "a b",
        "t",
        marks=frozenset({Span(0, 1, "line"), Span(2, 3, "line"), *(Relation(Span(0, 1, "line"), Span(2, 3, "line"), label) for label in ("link", "r"))}),
        tokens=((0, 1), (2, 3)),
    ),
    "notes and tags": Document(
        "a b",
        "t",
        marks=frozenset({A, Note("x\ty\\", A), Note("on none", Span(1, 2, "X")), Note("all\r\n"), Tag("war"), Tag("two words")}),
        tokens=((0, 1), (2, 3)),
    ),
    "kept": Document(
        "a b",
        "t",
        meta={"id": 5, "brat": {"other": ["E1\tA:T1"]}, "pubtator": {"other": ["5\tr\tQ7\tQ8"]}},
        marks=frozenset({A, Span(0, 1, "X", (), (("id", "Q7"),))}),
        tokens=((0, 1), (2, 3)),
    ),
    "suggestions": Document(
        "a b c [@d#e",
        "t",
        marks=frozenset({A}),
        suggestions=(Suggestion(A, "yedda"), Suggestion(B, "yedda"), Suggestion(B, "other"), Suggestion(Span(4, 5, "C"), "other")),
        tokens=((0, 1), (2, 3), (4, 5), (6, 11)),
    ),
    "signs": Document("\ufeff<a> & *b* [@c#d*]|e_\\f", "# t", marks=frozenset({Span(1, 4, "T<")}), tokens=((0, 23),)),
    "formulas": Document("=1 'a\n-b", "+t", "s", annotator="@x", marks=frozenset({Span(0, 2, "-L"), Span(3, 5, "Q"), Span(6, 8, "M")}), tokens=((0, 2), (3, 5), (6, 8))),
    "layers": Document(
        "😀 b",
        "t",
        marks=frozenset({
            Span(0, 1, "Word", (), (("layer", "x.Word"),)), Span(0, 3, "N", (), (("layer", "x.Word"), ("pos", "y"))), B,
            Relation(Span(0, 3, "N", (), (("layer", "x.Word"), ("pos", "y"))), Span(0, 1, "Word", (), (("layer", "x.Word"),)), "Relation"),
        }),
        tokens=((0, 1), (2, 3)),
    ),
    "three lines": Document("a\nb\nc", "t", tokens=((0, 1), (2, 3), (4, 5))),
    "white": Document(" \n", "t"),
}  # fmt: skip
LINES = "brat conll conllu csv entities inline-xml markdown patterns pubtator slate webanno-tsv yedda".split()


@pytest.mark.parametrize("what", DOCUMENTS)
def test_what_is_written_in_lines(what: str, tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    lines = []
    for name in LINES:
        target, found = tmp_path / name, by_name(name)
        report = formats.export([DOCUMENTS[what]], target, format_name=name, lossy=True)
        files = sorted(path for path in target.rglob("*") if path.is_file()) if found.write_files else [target]
        lines += [f"=== {name}", *map(str, report.losses)]
        lines += [line for path in files for line in (f"--- {path.name}", path.read_bytes().decode())]
    assert "\n".join(lines) == snapshot


def test_many_abstracts_that_are_refused_leave_an_article_as_it_is(tmp_path: Path) -> None:
    number = 2_000
    lines = "1|a|again\n1\t3\t6\tAda\tPER\n" * number
    (tmp_path / "f").write_text(f"1|t|😀 Ada\n1|a|{'😀' * 100_000}\n{lines}")
    *problems, document = formats.read(Source(tmp_path / "f", "f"))
    assert isinstance(document, Document)
    assert (document.marks, len(problems)) == ({Span(2, 5, "PER")}, number)


@pytest.mark.parametrize("write", [False, True])
def test_many_fragments_far_from_each_other_are_what_they_are(write: bool, tmp_path: Path) -> None:
    number, length = 1_000, 1_000_000
    text = "x" * length
    spans = [Span(one, length - one, "L", ((one, one + 1), (length - 1 - one, length - one))) for one in range(number)]
    if write:
        formats.export([Document(text, "a", marks=frozenset(spans))], tmp_path, format_name="brat")
    else:
        (tmp_path / "a.txt").write_text(text)
        rows = (f"T{number}\tL {a} {b};{c} {d}" for number, ((a, b), (c, d)) in enumerate(one[3] for one in spans))
        (tmp_path / "a.ann").write_text("\n".join(rows))
    [document] = formats.read(Source(tmp_path / "a.ann", "a.ann"))
    assert isinstance(document, Document)
    assert document.marks == set(spans)


LONG = "9" * 5_000


@pytest.mark.parametrize(
    "one",
    [
        brat(f"T1|L 0 {LONG}|Ada"),
        brat(f"T1|L 0 1;2 {LONG}|Ada"),
        row("pubtator", f"1|t|Ada\n1\t0\t{LONG}\tAda\tPER\n"),
        webanno("#T_SP=x.Word|v", "", "#Text=Ada", f"1-1 0-{LONG} Ada X "),
        slate(f"({LONG}, {LONG}) - label:L"),
        conllu(f"{LONG} Ada _"),
        conllu("# global.Entity = eid-etype", f"1 Ada Entity=(e[{LONG}/{LONG}]-person)"),
        row("conll-2012", f"#begin document (a); part {LONG}\na 0 0 Ada - - - - - * -\n#end document\n"),
        row("conll", f"1 Ada O\n{LONG} met O\n"),
    ],
    ids=lambda one: one[0],
)
def test_a_number_of_very_many_digits_is_told_or_none(one: Row, tmp_path: Path) -> None:
    name, file_name, content, beside = one
    for other, text in {file_name: content, **beside}.items():
        (tmp_path / other).write_bytes(text.encode())
    assert list(formats.read(Source(tmp_path / file_name, file_name), name))


def test_what_pubtator_keeps_is_written_under_the_identifier_of_its_article(tmp_path: Path) -> None:
    kept = Document("Ada", "t", meta={"id": "a b", "pubtator": {"other": ["a b\tr\tQ7\tQ8"]}})
    formats.export([kept], tmp_path / "out", format_name="pubtator")
    assert (tmp_path / "out").read_text() == "1|t|Ada\n1\tr\tQ7\tQ8\n\n"
