"""brat's pairs to the letter, what is kept for brat alone, and its annotation.conf."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from reader import formats
from reader.formats.brat_conf import conf_of, labels_of_conf
from reader.model import Document, Label, Loss, Note, Relation, Span
from reader.project import Project

ADA, BOB = Span(0, 3, "PER", attributes=(("Known", ""), ("Sure", "yes"))), Span(8, 11, "PER")
LETTER = Document(
    "Ada met Bob.\nIt rained.",
    "Letter",
    "letter.txt",
    marks=frozenset({ADA, BOB, Relation(ADA, BOB, "knows"), Note("who?\nwhere?", BOB), Note("all")}),
)


def read(folder: Path) -> list[Document]:
    found = [one for source in formats.sources([folder]) for one in formats.read(source)]
    return [one for one in found if isinstance(one, Document)]


def test_a_pair_is_as_brat_documents_it(tmp_path: Path) -> None:
    formats.export([LETTER], tmp_path / "out", format_name="brat")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["annotation.conf", "letter.ann", "letter.txt"]
    assert (tmp_path / "out" / "letter.ann").read_text() == (
        "T1\tPER 0 3\tAda\nA1\tKnown T1\nA2\tSure T1 yes\nT2\tPER 8 11\tBob\nR1\tknows Arg1:T1 Arg2:T2\n"
        "#1\tAnnotatorNotes DOCUMENT\tall\n#2\tAnnotatorNotes T2\twho?\\nwhere?\n"
    )
    [back] = read(tmp_path / "out")
    assert back.marks == LETTER.marks


def test_events_and_equivalences_are_kept_and_lost_only_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("Ada met Bob.")
    lines = "T1\tPER 0 3\tAda\nT2\tMeet 4 7\tmet\nT3\tPER 8 11\tBob\nE1\tMeet:T2 Who:T1 Whom:T3\n*\tEquiv T1 T3\n"
    (tmp_path / "in" / "a.ann").write_text(lines)
    [document] = read(tmp_path / "in")
    formats.export([document], tmp_path / "out", format_name="brat")
    assert (tmp_path / "out" / "a.ann").read_text() == lines
    report = formats.export([document], tmp_path / "out.conll", lossy=True)
    assert [loss.reason for loss in report.losses] == ["only brat has a place for it"] * 2
    assert isinstance(report.losses[0], Loss)


def test_what_is_kept_names_the_same_spans_whatever_was_done_to_the_others(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("Ada met Bob.")
    lines = "T7\tMeet 4 7\tmet\nT2\tPER 8 11\tBob\nT5\tPER 0 3\tAda\nE1\tMeet:T7 Who:T5\n*\tEquiv T5 T2\n"
    (tmp_path / "in" / "a.ann").write_text(lines)
    [document] = read(tmp_path / "in")
    assert document.meta == {
        "brat": {
            "other": ["E1\tMeet:T7 Who:T5", "*\tEquiv T5 T2"],
            "spans": {"T2": "PER 8 11", "T5": "PER 0 3", "T7": "Meet 4 7"},
        }
    }
    ada, met, bob = Span(0, 3, "PER"), Span(4, 7, "Meet"), Span(8, 11, "PER")
    changed = frozenset({ada, met, Span(0, 3, "PER", (), (("k", "v"),)), Span(0, 12, "S")})
    report = formats.export([replace(document, marks=changed)], tmp_path / "out", format_name="brat", lossy=True)
    assert [str(loss) for loss in report.losses] == [
        "Ada met Bob.: '*\\tEquiv T5 T2': it names a span that is no longer there"
    ]
    written = (tmp_path / "out" / "a.ann").read_text().splitlines()
    assert written == [
        "T1\tS 0 12\tAda met Bob.",
        "T5\tPER 0 3\tAda",
        "T3\tPER 0 3\tAda",
        "A1\tk T3 v",
        "T7\tMeet 4 7\tmet",
        "E1\tMeet:T7 Who:T5",
    ]
    back = replace(document, marks=frozenset({ada, met, bob}))
    formats.export([back], tmp_path / "back", format_name="brat")
    assert sorted((tmp_path / "back" / "a.ann").read_text().splitlines()) == sorted(lines.splitlines())


@pytest.mark.parametrize(
    ("span", "line"),
    [
        (Span(4, 13, "X"), "T1\tX 4 7;8 13\tmet Bob\tE"),
        (Span(0, 24, "X"), "T1\tX 0 7;8 15;17 24\tAda met Bob\tEve It rain"),
        (Span(0, 13, "X", ((0, 3), (4, 13))), "T1\tX 0 3;4 7;8 13\tAda met Bob\tE"),
        (Span(0, 8, "X"), ""),
        (Span(7, 11, "X"), ""),
        (Span(7, 8, "X"), ""),
        (Span(4, 11, "X", ((4, 7), (8, 11))), ""),
    ],
)
def test_a_span_over_a_line_end_is_a_fragment_a_line_as_brat_has_it(span: Span, line: str, tmp_path: Path) -> None:
    document = Document("Ada met\nBob\tEve\n\nIt rained.", "t", marks=frozenset({span}))
    report = formats.export([document], tmp_path / "out", format_name="brat", lossy=True)
    assert (tmp_path / "out" / "t.ann").read_text().split("\n")[0] == line
    assert [(loss.reason, loss.spans) for loss in report.losses] == (
        [] if line else [("brat has a fragment a line, and none that begins or ends with a line end", 1)]
    )
    [back] = read(tmp_path / "out")
    assert back.marks == (document.marks if line else frozenset())


def test_fragments_with_a_line_end_and_white_space_between_are_one_span(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Ada \n Bob\n. Eve")
    (tmp_path / "a.ann").write_text("T1\tX 0 3;6 9\tAda Bob\nT2\tX 6 9;12 15\tBob Eve\n")
    [document] = read(tmp_path)
    assert document.marks == {Span(0, 9, "X"), Span(6, 15, "X", ((6, 9), (12, 15)))}


def test_the_roles_of_relations_come_back(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("Ada met Bob.")
    spans = "T1\tPER 0 3\tAda\nT2\tPER 8 11\tBob\n"
    lines = "R1\tCoref Anaphora:T2 Antecedent:T1\nR2\tmet Arg1:T1 Arg2:T2\n"
    others = "R3\tCoref Arg1:T1 Arg2:T2\nR4\tis One:T1 One:T2\n"
    (tmp_path / "in" / "a.ann").write_text(spans + lines + others)
    [source] = formats.sources([tmp_path / "in"])
    *repairs, document = formats.read(source)
    assert isinstance(document, Document)
    assert [str(one).partition("a.ann:")[2] for one in repairs] == [
        "5: the roles Arg1 and Arg2 of Coref were taken for Anaphora and Antecedent",
        "6: the roles One and One of is were taken for Arg1 and Arg2",
    ]
    one, two = Span(0, 3, "PER"), Span(8, 11, "PER")
    assert document.meta == {"brat": {"roles": {"Coref": ["Anaphora", "Antecedent"]}}}
    assert {Relation(two, one, "Coref"), Relation(one, two, "met")} < document.marks
    formats.export([document, replace(document, meta={})], tmp_path / "out", format_name="brat")
    relations = {line.split("\t")[1] for line in (tmp_path / "out" / "a.ann").read_text().splitlines()[2:]}
    assert {"Coref Anaphora:T2 Antecedent:T1", "met Arg1:T1 Arg2:T2", "is Arg1:T1 Arg2:T2"} < relations
    conf = (tmp_path / "out" / "annotation.conf").read_text()
    assert (
        "Coref\tAnaphora:<ENTITY>, Antecedent:<ENTITY>\nCoref\tArg1:<ENTITY>, Arg2:<ENTITY>\n"
        "is\tArg1:<ENTITY>, Arg2:<ENTITY>\nmet\tArg1:<ENTITY>, Arg2:<ENTITY>\n"
    ) in conf


def test_labels_come_from_an_annotation_conf_and_go_back_to_one(tmp_path: Path) -> None:
    text = "[entities]\n!Thing\n\tPERSON # who\n\tGPE\n[relations]\nknows\tArg1:PERSON, Arg2:PERSON\n"
    text += "[events]\nMeet\tWho:PERSON\n"
    assert [(label.name, label.kind) for label in labels_of_conf(text)] == [
        ("PERSON", "span"),
        ("GPE", "span"),
        ("knows", "relation"),
    ]
    assert labels_of_conf(conf_of([Label("A"), Label("b", "relation")]))[1] == Label("b", "relation", position=1)
    (tmp_path / "annotation.conf").write_text(text)
    with Project.open(tmp_path / "annotations.db", annotator="ada") as project:
        assert project.labels.load(tmp_path / "annotation.conf") == 3
        assert [label.name for label in project.labels.list().labels] == ["PERSON", "GPE", "knows"]
        project.labels.save(tmp_path / "out.conf")
        assert "PERSON\nGPE\n" in (tmp_path / "out.conf").read_text()
