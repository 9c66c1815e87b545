"""INCEpTION: its three formats say the same, its projects are layers of users, and cassis agrees."""

from __future__ import annotations

import io
import random
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from reader import formats
from reader.errors import InputError
from reader.formats import limits
from reader.model import Document, Problem, Relation, Repair, Span, spans_of

CORPORA = Path(__file__).parent / "data" / "corpora"
NE = "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity"
HEAD, TAIL = Span(3, 6, "PER"), Span(16, 20, "LOC", attributes=(("identifier", "Q1899"),))
KYIV = Document(
    "💙💛 Ada moved to Kyiv.\n\nShe 'likes' it: a|b_c [1]; 50*2 -> 100\\",
    "Move",
    marks=frozenset({HEAD, TAIL, Relation(HEAD, TAIL, "moved_to"), Span(26, 33, "odd|l[1]_*;a->b\\")}),
)
FORMATS = ("webanno-tsv", "cas-xmi", "cas-json")


def read(path: Path) -> tuple[list[Document], list[Problem | Repair]]:
    found = [one for source in formats.sources([path]) for one in formats.read(source)]
    return (
        [one for one in found if isinstance(one, Document)],
        [one for one in found if not isinstance(one, Document)],
    )


@pytest.mark.parametrize("name", FORMATS)
def test_spans_attributes_and_relations_come_back(name: str, tmp_path: Path) -> None:
    formats.export([KYIV], tmp_path / "out.zip", format_name=name)
    [back], rest = read(tmp_path / "out.zip")
    assert (back.text, back.marks, rest) == (KYIV.text, KYIV.marks, [])
    assert (3, 6) in back.tokens


@pytest.mark.parametrize("name", FORMATS)
def test_what_a_layer_cannot_hold_is_named(name: str, tmp_path: Path) -> None:
    here, there = Span(0, 3, "A"), Span(4, 6, "B", attributes=(("layer", "webanno.custom.Other"),))
    document = Document("Ada is", marks=frozenset({here, there, Relation(here, there, "is")}))
    report = formats.export([document], tmp_path / "out.zip", format_name=name, lossy=True)
    assert [loss.reason for loss in report.losses] == ["a relation joins spans of one layer"]
    [back], _ = read(tmp_path / "out.zip")
    assert spans_of(back.marks) == [here, there]


def test_a_slot_a_chain_and_a_null_feature_are_read(tmp_path: Path) -> None:
    path = tmp_path / "slots.tsv"
    path.write_text(
        "#FORMAT=WebAnno TSV 3.3\n"
        "#T_CH=webanno.custom.Link|referenceRelation|referenceType\n"
        "#T_SP=webanno.custom.Host|ROLE_webanno.custom.Host:links_webanno.custom.LinkType|webanno.custom.Role\n"
        "#T_SP=webanno.custom.Role|\n\n\n"
        "#Text=Ada saw her .\n"
        "1-1\t0-3\tAda\tsame->1-1\tname[1]\tagent\t1-3\t_\t\n"
        "1-2\t4-7\tsaw\t_\t_\t_\t_\t_\t\n"
        "1-3\t8-11\ther\t*->1-2\t*[1]\t_\t_\t*\t\n"
        "1-4\t12-13\t.\t_\t_\t_\t_\t_\t\n"
    )
    [document], rest = read(path)
    assert rest == []
    relations = {(one.head.label, one.label, one.tail.label) for one in document.marks if isinstance(one, Relation)}
    assert relations == {("name", "same", "Link"), ("Host", "agent", "Role")}


def test_what_covers_nothing_is_told_and_left_out(tmp_path: Path) -> None:
    path = tmp_path / "empty.tsv"
    path.write_text(
        "#FORMAT=WebAnno TSV 3.3\n#T_SP=webanno.custom.Span|value\n\n\n"
        "#Text=Ada\n1-1\t0-3\tAda\t_\t\n1-1.1\t0-0\t\tX\t\n"
    )
    [document], [repair] = read(path)
    assert not document.marks
    assert isinstance(repair, Repair)
    assert str(repair).endswith("empty.tsv:7: X covers nothing and was left out")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("1-1\tx\tAda\t_", "expected a row as 1-1<TAB>0-4<TAB>word"),
        ("1-1\t0-3\tAda", "expected 1 columns behind the word, found 0"),
        ("1-1\t0-3\tBob\tX\t", "expected the word 'Bob' in its sentence"),
        ("1-1\t0-9\tAda\tX\t", "expected an offset within the text"),
        ("1-1\t900000000-900000003\tAda\tX\t", "expected sentences at most"),
    ],
)
def test_a_broken_row_is_one_problem_with_its_line(line: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "broken.tsv"
    path.write_text(f"#FORMAT=WebAnno TSV 3.3\n#T_SP=webanno.custom.Span|value\n\n\n#Text=Ada\n{line}\n")
    documents, [problem] = read(path)
    assert not documents
    assert f"broken.tsv:6: {message}" in str(problem)


def test_a_project_is_read_by_user_and_what_java_packed_is_told(tmp_path: Path) -> None:
    work = tmp_path / "work.zip"
    formats.export([KYIV], work, format_name="cas-xmi")
    with zipfile.ZipFile(work) as archive:
        xmi, types = archive.read("Move.xmi"), archive.read("TypeSystem.xml")
    path = tmp_path / "project.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("exportedproject.json", "{}")
        archive.writestr("event.log", "{}")
        archive.writestr("source/move.txt", KYIV.text)
        archive.writestr("source/other.txt", "Nobody's work.")
        for user in ("ann", "bob", "INITIAL_CAS"):
            archive.writestr(f"annotation/move.txt/{user}.xmi", xmi)
            archive.writestr(f"annotation/move.txt/{user}.ser", b"\xac\xed\x00\x05")
        archive.writestr("annotation/move.txt/TypeSystem.xml", types)
        archive.writestr("curation/move.txt/CURATION_USER.xmi", xmi)
    documents, rest = read(path)
    assert [(one.annotator, len(spans_of(one.marks))) for one in documents] == [
        ("ann", 3),
        ("bob", 3),
        ("CURATION_USER", 3),
        ("", 0),
    ]
    assert rest == []
    [source], [told] = read(CORPORA / "uima_cas" / "test-project-with-recommenders.zip")
    assert source.text.startswith("Barack Hussein Obama II")
    assert "export the project with a secondary format" in str(told)


def test_zips_in_a_project_are_read_by_user_and_only_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for user in ("ann", "bob", "INITIAL_CAS"):
        inner = tmp_path / f"{user}.zip"
        formats.export([replace(KYIV, source=f"{user}.x")], inner, format_name="cas-xmi")
    path = tmp_path / "project.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("exportedproject1.json", "{}")
        archive.writestr("source/move.txt", KYIV.text)
        archive.write(tmp_path / "ann.zip", "annotation/move.txt/ann.zip")
        archive.write(tmp_path / "bob.zip", "annotation/move.txt/webanno6151388004753565972export.zip")
        archive.write(tmp_path / "INITIAL_CAS.zip", "annotation/move.txt/webanno1export.zip")
        archive.write(tmp_path / "ann.zip", "curation/move.txt/CURATION_USER.zip")
        archive.writestr("annotation/other.txt/eve.zip", (tmp_path / "ann.zip").read_bytes()[:-9])
    documents, [problem] = read(path)
    assert [(one.annotator, one.marks) for one in documents] == [
        (user, KYIV.marks) for user in ("ann", "bob", "CURATION_USER")
    ]
    assert "annotation/other.txt/eve.zip: is no text" in str(problem)
    with zipfile.ZipFile(path) as archive:
        monkeypatch.setattr(limits, "ZIP_BYTES", sum(one.file_size for one in archive.infolist()))
    with pytest.raises(InputError, match="would grow to"):
        read(path)


def test_zips_in_a_project_may_grow_no_more_than_the_project_does(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(20):
            archive.writestr(f"ann{number}.txt", random.Random(1).randbytes(4_000) + b"a" * 296_000)
    with zipfile.ZipFile(tmp_path / "project.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("exportedproject1.json", "{}")
        archive.writestr("annotation/a.txt/ann.xmi", "<a/>")
        archive.writestr("annotation/b.txt/ann.zip", inner.getvalue())
    (tmp_path / "z.txt").write_text("Ada")
    project, other = formats.sources([tmp_path])
    with pytest.raises(InputError, match=r"project\.zip: would grow to 6,000,000 bytes and more, more than is allowed"):
        list(formats.read(project))
    [document] = formats.read(other)
    assert isinstance(document, Document)
    assert document.text == "Ada"


@pytest.mark.parametrize("name", ["cas-xmi", "cas-json"])
def test_cassis_reads_what_is_written(name: str, tmp_path: Path) -> None:
    cassis = pytest.importorskip("cassis", reason="the peer dkpro-cassis is not installed (extra `peers`)")
    formats.export([KYIV], tmp_path / "out", format_name=name)
    if name == "cas-xmi":
        with (tmp_path / "out" / "TypeSystem.xml").open("rb") as file:
            types = cassis.load_typesystem(file)
        with (tmp_path / "out" / "Move.xmi").open("rb") as file:
            cas = cassis.load_cas_from_xmi(file, typesystem=types)
    else:
        with (tmp_path / "out" / "Move.json").open("rb") as file:
            cas = cassis.load_cas_from_json(file)
    assert cas.sofa_string == KYIV.text
    entities = [(one.begin, one.end, one.value, one.identifier) for one in cas.select(NE)]
    assert entities == [
        (one.start, one.end, one.label, dict(one.attributes).get("identifier")) for one in spans_of(KYIV.marks)
    ]
    [relation] = cas.select("webanno.custom.Relation")
    assert (relation.Governor.get_covered_text(), relation.Dependent.get_covered_text()) == ("Ada", "Kyiv")


@pytest.mark.parametrize("name", ["cas-xmi", "cas-json"])
def test_reader_reads_what_cassis_writes(name: str, tmp_path: Path) -> None:
    cassis = pytest.importorskip("cassis", reason="the peer dkpro-cassis is not installed (extra `peers`)")
    types = cassis.TypeSystem()
    entity = types.create_type(NE)
    types.create_feature(domainType=entity, name="value", rangeType="uima.cas.String")
    cas = cassis.Cas(typesystem=types)
    cas.sofa_string = "💙 Kyiv\tfell\n"
    cas.sofa_mime = "text/plain"
    cas.add(entity(begin=2, end=6, value="GPE"))
    path = tmp_path / ("cas.xmi" if name == "cas-xmi" else "cas.json")
    if name == "cas-xmi":
        cas.to_xmi(path)
    else:
        cas.to_json(path)
    [document], rest = read(path)
    assert (document.text, document.marks, rest) == ("💙 Kyiv\tfell\n", frozenset({Span(2, 6, "GPE")}), [])
