"""The labels of a project: what a change of one takes along, and the files they are kept in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commands import Cli

from reader.errors import InputError
from reader.model import Document, Label, Span
from reader.project import Project


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    return Cli(tmp_path)


EVENTS = {
    "text": "Ada Lovelace wrote.",
    "tags": ["Event"],
    "spans": [{"start": 0, "end": 12, "label": "Event"}, {"start": 13, "end": 18, "label": "Act"}],
    "relations": [
        {
            "head": {"start": 0, "end": 12, "label": "Event"},
            "tail": {"start": 13, "end": 18, "label": "Act"},
            "label": "Event",
        }
    ],
}


@pytest.mark.parametrize(
    ("words", "spans", "tags", "relations"),
    [
        (("rename", "Event", "New", "--kind", "span"), ["New", "Act"], ["Event"], [("New", "Event", "Act")]),
        (("rename", "Event", "New", "--kind", "tag"), ["Event", "Act"], ["New"], [("Event", "Event", "Act")]),
        (("rename", "Event", "New", "--kind", "relation"), ["Event", "Act"], ["Event"], [("Event", "New", "Act")]),
        (("merge", "Event", "--into", "Act"), ["Act", "Act"], ["Event"], [("Act", "Event", "Act")]),
    ],
)
def test_a_label_of_another_kind_keeps_its_name(
    cli: Cli, words: tuple[str, ...], spans: list[str], tags: list[str], relations: list[tuple[str, str, str]]
) -> None:
    (cli.folder / "events.jsonl").write_text(json.dumps(EVENTS))
    cli.run("import", "events.jsonl")
    cli.run("labels", *words)
    found = json.loads(cli.run("export", "-").stdout)
    assert [one["label"] for one in found["spans"]] == spans
    assert found["tags"] == tags
    assert [(one["head"]["label"], one["label"], one["tail"]["label"]) for one in found["relations"]] == relations
    borne = {("span", name) for name in spans} | {("tag", name) for name in tags}
    known = {(one["kind"], one["name"]) for one in cli.json("labels")}
    assert borne <= known
    assert not any(one["spans"] for one in cli.json("labels") if one["kind"] != "span")
    assert cli.run("check").stderr == "all is well\n"


def test_spans_are_counted_over_all_annotators_and_up_to_a_number(tmp_path: Path) -> None:
    for annotator, labels in (("ada", ["ORG", "ORG", "GPE"]), ("bob", ["ORG", "New"])):
        spans = frozenset(Span(place, place + 3, label) for place, label in enumerate(labels))
        with Project.open(tmp_path / "a.db", annotator=annotator) as project:
            project.import_documents([Document("Ada Lovelace wrote.", marks=spans)])
    with Project.open(tmp_path / "a.db", annotator="ada") as project:
        assert {label: number for label, number in project.labels.counts().items() if number} == {
            "ORG": 3,
            "GPE": 1,
            "New": 1,
        }
        assert [project.labels.counts(most)["ORG"] for most in (1, 2, 3, 4)] == [1, 2, 3, 3]
        assert project.labels.counts(2)["PERSON"] == 0


def test_a_note_on_a_span_that_is_gone_is_renamed_too(cli: Cli) -> None:
    note = {"text": "who?", "span": {"start": 0, "end": 12, "label": "PERSON"}}
    (cli.folder / "noted.jsonl").write_text(json.dumps({"text": "Ada Lovelace wrote.", "notes": [note]}))
    cli.run("import", "noted.jsonl")
    cli.run("labels", "rename", "PERSON", "HUMAN")
    [found] = json.loads(cli.run("export", "-").stdout)["notes"]
    assert found["span"]["label"] == "HUMAN"


def test_labels_of_two_kinds_cannot_be_merged(cli: Cli) -> None:
    (cli.folder / "events.jsonl").write_text(json.dumps(EVENTS))
    cli.run("import", "events.jsonl")
    said = cli.run("labels", "merge", "Act", "--into", "Event", "--kind", "tag", code=2).stderr
    assert said == "reader: there is no label Act for tags; there are: Event\n"


def test_saving_labels_never_writes_over_a_database(cli: Cli) -> None:
    (cli.folder / "events.jsonl").write_text(json.dumps(EVENTS))
    cli.run("import", "events.jsonl")
    cli.run("backup", "labels.toml")
    (cli.folder / "same.toml").hardlink_to(cli.folder / "annotations.db")
    for name in ("annotations.db", "labels.toml", "same.toml"):
        assert cli.run("labels", "save", name, code=2).stderr == f"reader: {name}: is a database; name another file\n"
    assert cli.run("check").stderr == "all is well\n"
    assert cli.run("--db", "labels.toml", "check").stderr == "all is well\n"


def test_saving_labels_takes_the_place_of_an_older_file_whole(cli: Cli) -> None:
    (cli.folder / "labels.toml").write_text("old")
    (cli.folder / "labels.toml").chmod(0o600)
    cli.run("labels", "add", "SHIP")
    cli.run("labels", "save", "labels.toml")
    assert (cli.folder / "labels.toml").read_text().startswith("overlaps = false\n\n[[label]]\n")
    assert (cli.folder / "labels.toml").stat().st_mode & 0o777 == 0o600
    assert sorted(found.name for found in cli.folder.iterdir()) == ["annotations.db", "labels.toml"]
    assert (
        "reader: nowhere/labels.toml: cannot be written"
        in cli.run("labels", "save", "nowhere/labels.toml", code=2).stderr
    )


def test_labels_can_be_saved_to_a_device(cli: Cli) -> None:
    cli.run("labels", "add", "SHIP")
    cli.run("labels", "save", "/dev/null")


def test_a_description_of_any_characters_is_loaded_as_it_was_saved(tmp_path: Path) -> None:
    description = "".join(map(chr, (*range(1, 0x300), 0x2028, 0xFEFF, 0x1F600))) + "'\"\\ \r\n"
    with Project.open(tmp_path / "a.db") as project:
        project.labels.add(Label("SHIP", description=description))
        project.labels.save(tmp_path / "labels.toml")
        before = project.schema
        project.labels.load(tmp_path / "labels.toml")
        assert project.schema == before


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("label = 3", "label is no list; expected [[label]] tables with a name"),
        ("label = [3]", "label 1 has no name"),
        ("a = " + "[" * 100_000, "has a number too long or lists too deep to be read"),
        ("a = " + "1" * 5000, "has a number too long or lists too deep to be read"),
        ("a = ", "is not TOML"),
        ('overlaps = "off"\n[[label]]\nname = "A"', "overlaps takes true or false, found 'off'"),
        ('[[label]]\nname = "A"\n[[label]]\nname = "B"\ncolor = "nocolor"', "label 2: 'nocolor' is no colour"),
        ("", "names no labels; expected [[label]] tables with a name"),
    ],
)
def test_a_bad_file_of_labels_is_one_line_and_changes_nothing(cli: Cli, content: str, said: str) -> None:
    cli.run("labels", "add", "SHIP")
    before = cli.json("labels")
    (cli.folder / "labels.toml").write_text(content)
    done = cli.run("labels", "load", "labels.toml", code=2)
    assert done.stderr.startswith(f"reader: labels.toml: {said}")
    assert done.stderr.count("\n") == 1
    assert cli.json("labels") == before


def test_a_file_of_labels_begins_a_project(cli: Cli) -> None:
    (cli.folder / "labels.toml").write_text('overlaps = true\n[[label]]\nname = "SHIP"\ncolor = "red"\n')
    cli.run("labels", "load", "labels.toml")
    assert [label["name"] for label in cli.json("labels")] == ["SHIP"]
    with Project.open(cli.folder / "annotations.db") as project:
        assert project.schema.overlaps
    cli.run("undo")
    assert len(cli.json("labels")) == 18


@pytest.mark.parametrize("key", ["\u00b2", "\u0663", "10", "a"])
def test_a_key_of_a_label_is_one_of_the_digits_of_the_keyboard(cli: Cli, key: str) -> None:
    cli.run("labels", "add", "SHIP")
    assert "the keys are 1 to 9 and 0" in cli.run("labels", "key", "SHIP", key, code=2).stderr


def test_labels_that_change_nothing_begin_no_file(tmp_path: Path) -> None:
    with Project.open(tmp_path / "a.db") as project:
        project.labels.ensure(["PERSON"])
        with pytest.raises(InputError):
            project.labels.rename("PERSON", "ORG")
    assert not (tmp_path / "a.db").exists()


def test_a_color_of_a_labelling_configuration_that_cannot_be_shown_is_chosen_here(cli: Cli) -> None:
    (cli.folder / "config.xml").write_text(
        '<View><Labels name="label" toName="text"><Label value="PER" background="nocolor"/>'
        '<Label value="LOC" background="red"/></Labels><Text name="text" value="$text"/></View>'
    )
    cli.run("labels", "load", "config.xml")
    cli.run("labels", "save", "labels.toml")
    cli.run("labels", "load", "labels.toml")
    found = {label["name"]: label["color"] for label in json.loads(cli.run("labels", "--json").stdout)}
    assert found["LOC"] == "red"
    assert found["PER"] not in ("", "nocolor")
