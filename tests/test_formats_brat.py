"""brat's pairs to the letter, what is kept for brat alone, and its annotation.conf."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

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
