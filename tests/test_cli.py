"""The command line, as a user and a pipe drive it: exit codes, data on stdout, talk on stderr."""

from __future__ import annotations

import json
import shlex
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from commands import Cli

from reader.cli import opening
from reader.cli.output import bar_line
from reader.cli.parser import COMMANDS, parse
from reader.project import exporting

LETTER = {
    "text": "Ada Lovelace wrote to Charles Babbage in London.",
    "title": "Letter",
    "status": "done",
    "spans": [{"start": 0, "end": 12, "label": "PERSON"}, {"start": 41, "end": 47, "label": "GPE"}],
}


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "letter.jsonl").write_text(json.dumps(LETTER) + "\n")
    return Cli(folder)


def shell(cli: Cli, words: str) -> subprocess.CompletedProcess[str]:
    """`reader` with the redirections that only a shell can make."""
    command = f"{shlex.quote(sys.executable)} -m reader {words}"
    return subprocess.run(
        ["bash", "-c", command], cwd=cli.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )


def test_import_says_what_came_and_twice_changes_nothing(cli: Cli) -> None:
    first = cli.json("import", "letter.jsonl")
    assert first == {
        "files": 1,
        "documents": 1,
        "new": 1,
        "spans": 2,
        "relations": 0,
        "changed": 0,
        "changes": [],
        "read_as": [{"format": "jsonl", "why": "JSON objects with a text", "files": 1}],
        "repairs": [],
        "problems": [],
    }
    before = cli.run("export", "-").stdout
    again = cli.json("import", "letter.jsonl")
    assert again["new"] == 0
    assert cli.run("export", "-").stdout == before
    assert len(cli.run("undo", "--list").stdout.splitlines()) == 3  # the head, the import, the first labels


def test_a_newer_version_of_a_file_is_an_edit_that_undo_takes_back(cli: Cli) -> None:
    cli.run("import", "letter.jsonl")
    newer = {**LETTER, "spans": [{"start": 0, "end": 12, "label": "ORG"}]}
    (cli.folder / "letter.jsonl").write_text(json.dumps(newer) + "\n")
    done = cli.run("import", "letter.jsonl")
    assert (
        "Letter: added ORG 'Ada Lovelace' at 0-12\n"
        "Letter: removed PERSON 'Ada Lovelace' at 0-12\n"
        "Letter: removed GPE 'London' at 41-47\n"
        "1 document changed: 1 marks added, 2 removed\n"
    ) in done.stderr
    assert [span["label"] for span in json.loads(cli.run("export", "-").stdout)["spans"]] == ["ORG"]
    cli.run("undo")
    assert [span["label"] for span in json.loads(cli.run("export", "-").stdout)["spans"]] == ["PERSON", "GPE"]
    cli.run("undo", "--redo")
    assert [span["label"] for span in json.loads(cli.run("export", "-").stdout)["spans"]] == ["ORG"]


def test_a_pipe_goes_through(cli: Cli) -> None:
    cli.program("import", "-", stdin=json.dumps(LETTER) + "\n")
    done = cli.program("export", "-", "--format", "jsonl")
    assert json.loads(done.stdout)["spans"][0]["text"] == "Ada Lovelace"
    assert done.stderr == "1 document, 2 spans\n"
    other = Cli(cli.folder.parent)
    other.program("import", "-", stdin=done.stdout)
    assert other.program("export", "-").stdout == done.stdout


def test_a_file_with_a_bad_record_is_refused_whole(cli: Cli) -> None:
    bad = {**LETTER, "spans": [{"start": 0, "end": 99, "label": "X"}]}
    (cli.folder / "bad.jsonl").write_text(f"{json.dumps(LETTER)}\n{json.dumps(bad)}\nno json\n")
    done = cli.run("import", "bad.jsonl", code=2)
    assert "bad.jsonl:2: expected a span within the text" in done.stderr
    assert "bad.jsonl:3: expected a JSON object" in done.stderr
    assert cli.json("documents") == []
    skipped = cli.json("import", "bad.jsonl", "--skip-bad", code=1)
    assert (skipped["documents"], len(skipped["problems"])) == (1, 2)


def test_one_bad_file_does_not_keep_the_others_out(cli: Cli) -> None:
    (cli.folder / "bad.jsonl").write_text("no json\n")
    report = cli.json("import", "bad.jsonl", "letter.jsonl", code=1)
    assert (report["documents"], len(report["problems"])) == (1, 1)


@pytest.mark.parametrize(
    "arguments",
    [
        ("import", "nowhere.txt"),
        ("documents",),
        ("export", "out.jsonl"),
        ("--db", "letter.jsonl", "documents"),
        ("import", "binary.txt"),
        ("import", "letter.jsonl", "--format", "nonsense"),
        ("labels", "rename", "NOPE", "X"),
        ("labels", "recolor", "PERSON", "rouge"),
        ("nonsense.txt",),
        (),
    ],
)
def test_unusable_input_is_one_clear_line_and_exit_code_2(cli: Cli, arguments: tuple[str, ...]) -> None:
    (cli.folder / "binary.txt").write_bytes(bytes(range(256)))
    done = cli.run(*arguments, code=2)
    assert done.stdout == ""
    assert done.stderr.splitlines()[-1].startswith("reader: ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--as", "a\udcff", "stats"), "is not UTF-8"),
        (("--as", "a\udcff"), "is not UTF-8"),
        (("search", "a\udcff"), "is not UTF-8"),
        (("documents", "--words", "\udcff"), "is not UTF-8"),
        (("documents", "--label", "\udcff"), "is not UTF-8"),
        (("export", "-", "--annotator", "\udcff"), "is not UTF-8"),
        (("export", "-", "--label", "PERSON", "--label", "\udcff"), "is not UTF-8"),
        (("labels", "describe", "PERSON", "\udcff"), "is not UTF-8"),
        (("backup", "."), "is a folder"),
        (("backup", "/"), "is a folder"),
        (("export", "-", "--split", "80/10/10"), "name a file"),
    ],
)
def test_unusable_words_are_one_clear_line_where_there_is_a_file_too(
    cli: Cli, arguments: tuple[str, ...], said: str
) -> None:
    cli.run("import", "letter.jsonl")
    done = cli.run(*arguments, code=2)
    assert done.stdout == ""
    assert done.stderr.startswith("reader: ")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_another_programs_database_and_a_newer_one_are_left_alone(cli: Cli) -> None:
    with closing(sqlite3.connect(cli.folder / "other.db")) as other, other:
        other.execute("CREATE TABLE t (x)")
    assert "another program" in cli.run("--db", "other.db", "documents", code=2).stderr
    cli.run("import", "letter.jsonl")
    with closing(sqlite3.connect(cli.folder / "annotations.db")) as newer, newer:
        newer.execute("PRAGMA user_version = 999")
    before = (cli.folder / "annotations.db").read_bytes()
    assert "newer version" in cli.run("import", "letter.jsonl", code=2).stderr
    assert (cli.folder / "annotations.db").read_bytes() == before


def test_reading_changes_no_byte(cli: Cli) -> None:
    cli.run("import", "letter.jsonl")
    before = (cli.folder / "annotations.db").read_bytes()
    for words in (
        ("documents",),
        ("stats",),
        ("search", "Ada"),
        ("labels",),
        ("export", "-"),
        ("undo", "--list"),
        ("check",),
    ):
        cli.run(*words)
    assert (cli.folder / "annotations.db").read_bytes() == before


def test_an_export_that_would_lose_a_note_refuses_until_lossy(cli: Cli) -> None:
    noted = {**LETTER, "notes": [{"text": "who is she"}]}
    cli.run("import", "-", stdin=json.dumps(noted))
    done = cli.run("export", "out.spacy", code=2)
    assert "note 'who is she'" in done.stderr
    assert not (cli.folder / "out.spacy").exists()
    cli.run("export", "out.spacy", "--lossy", code=1)
    assert (cli.folder / "out.spacy").exists()


def test_export_chooses_status_labels_annotator_and_a_seeded_split(cli: Cli) -> None:
    lines = [{**LETTER, "text": f"{LETTER['text']} {number}"} for number in range(20)]
    lines[0] = {**lines[0], "status": "doing"}
    cli.run("import", "-", stdin="\n".join(map(json.dumps, lines)))
    assert len(cli.run("export", "-", "--done").stdout.splitlines()) == 19
    people = json.loads(cli.run("export", "-", "--label", "PERSON").stdout.splitlines()[0])
    assert [span["label"] for span in people["spans"]] == ["PERSON"]
    assert "nobody is called" in cli.run("export", "-", "--annotator", "eve", code=2).stderr
    cli.run("export", "all.jsonl", "--split", "80/10/10", "--seed", "7")
    parts = [(cli.folder / f"all-{name}.jsonl").read_text() for name in ("train", "dev", "test")]
    assert [len(part.splitlines()) for part in parts] == [16, 2, 2]
    assert len({*"".join(parts).splitlines()}) == 20
    cli.run("export", "again.jsonl", "--split", "80/10/10", "--seed", "7")
    assert [(cli.folder / f"again-{name}.jsonl").read_text() for name in ("train", "dev", "test")] == parts


@pytest.mark.parametrize("split", ["90/10/0", "50/50/0", "0/50/50", "50/0/50"])
@pytest.mark.parametrize("number", [1, 2, 25])
def test_a_part_without_a_share_gets_no_document(split: str, number: int) -> None:
    shares = exporting.split_of(split)
    parts = exporting.parts_of(range(number), shares, seed=0)
    assert sorted(one for part in parts for one in part) == list(range(number))
    assert all(not part for part, share in zip(parts, shares, strict=True) if not share)


def test_notes_on_spans_that_are_left_out_are_left_out_too(cli: Cli) -> None:
    person, place = LETTER["spans"]
    notes = [{"text": "who?", "span": person}, {"text": "where?", "span": place}, {"text": "all of it"}]
    (cli.folder / "noted.jsonl").write_text(json.dumps({**LETTER, "notes": notes}))
    cli.run("import", "noted.jsonl")
    found = json.loads(cli.run("export", "-", "--label", "GPE").stdout)
    assert {note["text"] for note in found["notes"]} == {"where?", "all of it"}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("import", "empty"), 0),
        (("merge", "typo.db"), 2),
        (("merge", "other.db", "typo.db"), 2),
        (("labels", "add", " x"), 2),
        (("labels", "load", "bad.toml"), 2),
        (("labels", "list"), 0),
    ],
)
def test_a_command_that_stores_nothing_begins_no_file(cli: Cli, words: tuple[str, ...], code: int) -> None:
    (cli.folder / "empty").mkdir()
    (cli.folder / "bad.toml").write_text("label = 3")
    cli.run("--db", "other.db", "import", "letter.jsonl")
    done = cli.run(*words, code=code)
    assert not (cli.folder / "annotations.db").exists()
    assert "; \n" not in done.stderr


def test_a_login_name_that_is_not_utf_8_is_shown_with_escapes(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "jos\udce9")
    cli.run("import", "letter.jsonl")
    assert cli.json("stats")["annotators"] == {"jos\\xe9": 2}


def test_a_file_may_have_a_name_that_is_not_utf_8(cli: Cli) -> None:
    (cli.folder / "letter.jsonl").rename(cli.folder / "caf\udce9.jsonl")
    assert cli.json("import", "caf\udce9.jsonl")["new"] == 1
    cli.run("backup", "caf\udce9.db")
    assert cli.json("--db", "caf\udce9.db", "stats")["documents"] == 1


def test_labels_are_renamed_merged_and_brought_back(cli: Cli) -> None:
    cli.run("import", "letter.jsonl")
    cli.run("labels", "rename", "PERSON", "HUMAN")
    cli.run("labels", "merge", "GPE", "--into", "LOC")
    assert [span["label"] for span in json.loads(cli.run("export", "-").stdout)["spans"]] == ["HUMAN", "LOC"]
    cli.run("labels", "save", "labels.toml")
    cli.run("undo")
    cli.run("undo")
    names = [label["name"] for label in cli.json("labels", "list")]
    assert names[:3] == ["PERSON", "ORG", "GPE"]
    cli.run("labels", "load", "labels.toml")
    names = [label["name"] for label in cli.json("labels")]
    assert "HUMAN" in names
    assert "GPE" not in names
    assert "key 1 belongs to HUMAN" in cli.run("labels", "key", "ORG", "1", code=2).stderr


def test_a_renamed_label_takes_everything_along_that_bears_it(cli: Cli) -> None:
    first, second = ({"start": start, "end": end, "label": "GPE"} for start, end in ((0, 3), (13, 18)))
    (cli.folder / "bearing.jsonl").write_text(
        json.dumps(
            LETTER
            | {
                "spans": [first, second],
                "tags": ["GPE"],
                "notes": [{"text": "who?", "span": first}],
                "rejected": [{"start": 41, "end": 47, "label": "GPE"}],
                "relations": [{"head": first, "tail": second, "label": "GPE"}],
            }
        )
    )
    cli.run("import", "bearing.jsonl")
    before = cli.run("export", "-").stdout
    assert before.count("GPE") == 8
    assert "say which with --kind" in cli.run("labels", "rename", "GPE", "PLACE", code=2).stderr
    for kind in ("span", "tag", "relation"):
        cli.run("labels", "rename", "GPE", "PLACE", "--kind", kind)
    assert cli.run("export", "-").stdout == before.replace("GPE", "PLACE")


def test_merge_backup_check_and_the_rest_answer(cli: Cli) -> None:
    cli.run("import", "letter.jsonl")
    cli.run("backup", "copy.db")
    (cli.folder / "notes.txt").write_text("hi")
    assert "is no file of Reader's" in cli.run("backup", "notes.txt", code=2).stderr
    assert (cli.folder / "notes.txt").read_text() == "hi"
    assert cli.run("--db", "copy.db", "check").stderr == "all is well\n"
    cli.run("--db", "mine.db", "merge", "annotations.db")
    assert cli.run("--db", "mine.db", "export", "-").stdout == cli.run("export", "-").stdout
    assert cli.json("--db", "mine.db", "merge", "annotations.db")[0]["changes"] == 0
    [hit] = cli.json("search", "charles")
    assert (hit["start"], hit["words"]) == (22, "Charles")
    assert cli.json("stats")["by_label"] == {"GPE": 1, "PERSON": 1}
    assert {"jsonl", "spacy"} <= {one["name"] for one in cli.json("formats")}
    assert cli.json("config")["measure"] == {"value": 80, "from": "default"}


def test_a_wrong_setting_is_named_with_its_line(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = cli.folder / "config.toml"
    settings.write_text('theme = "nord"\nmeasure = "wide"\n')
    monkeypatch.setenv("READER_CONFIG", str(settings))
    assert f"{settings}:2: measure takes a whole number" in cli.run("stats", code=2).stderr
    settings.write_text("colour = 1\n")
    assert "there is no setting colour" in cli.run("config", code=2).stderr


def test_nothing_of_a_file_acts_on_the_terminal(cli: Cli) -> None:
    evil = {**LETTER, "title": "\x1b]0;owned\x07[red]x[/b]\u202e", "text": "Ada \x1b[2J London"}
    cli.run("import", "-", stdin=json.dumps({**evil, "spans": []}))
    for words in (("documents",), ("search", "Ada"), ("stats",)):
        done = cli.run(*words)
        assert not set("\x1b\x07\u202e") & set(done.stdout + done.stderr)


def test_a_closed_pipe_is_no_error(cli: Cli) -> None:
    cli.run("import", "letter.jsonl")
    done = subprocess.run(
        f"{sys.executable} -m reader export - | head -c 1; exit ${{PIPESTATUS[0]}}",
        shell=True,
        executable="/bin/bash",
        cwd=cli.folder,
        capture_output=True,
    )
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("words", [["--help"], ["import", "--help"], ["labels", "merge", "--help"]])
def test_help_is_there(cli: Cli, words: list[str]) -> None:
    assert "usage: reader" in cli.run(*words).stdout


def test_help_shows_an_example_and_names_the_whole_command(cli: Cli) -> None:
    for name in COMMANDS:
        shown = cli.run(name, "--help").stdout
        assert shown.startswith(f"usage: reader {name} [-h]")
        assert "Example: reader" in shown


def test_what_opens_the_screen_and_what_parses_know_the_same_commands() -> None:
    assert tuple(COMMANDS) == opening.COMMANDS


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("", False),
        ("./export", False),
        ("letter.txt export", False),
        ("-- export", False),
        ("--db x.db", False),
        ("--db x.db letter.txt", False),
        ("export out.csv", True),
        ("--db=x.db --as ada export out.csv", True),
        ("--help", True),
    ],
)
def test_a_command_is_the_first_word_after_the_database_and_the_annotator(words: str, command: bool) -> None:
    assert opening.is_command(words.split()) is command


def test_the_database_and_the_annotator_are_said_before_or_after_the_command() -> None:
    for words in ("--as ada --db x.db stats", "stats --as ada --db x.db"):
        options = parse(words.split())
        assert (options.annotator, options.db) == ("ada", "x.db")
    options = opening.parse(["--as", "ada", "./export", "--db=x.db"])
    assert (options.paths, options.annotator, options.db) == (["./export"], "ada", "x.db")


def test_a_refused_export_answers_in_json_with_every_loss(cli: Cli) -> None:
    noted = [{"text": f"letter {number}", "notes": [{"text": "who"}]} for number in range(30)]
    cli.run("import", "-", stdin="\n".join(map(json.dumps, noted)))
    answer = cli.json("export", "out.csv", code=2)
    assert (answer["documents"], len(answer["losses"])) == (0, 30)
    assert set(answer["losses"][0]) == {"document", "fact", "reason", "documents", "spans"}
    lines = cli.run("export", "out.csv", code=2).stderr.splitlines()
    assert (len(lines), lines[-2]) == (22, "and 10 more")


def test_settings_are_shown_as_they_are_in_force(cli: Cli) -> None:
    found = cli.json("--as", "eve", "--db", "x.db", "config")
    assert found["annotator"] == {"value": "eve", "from": "--as"}
    assert found["database"] == {"value": "x.db", "from": "--db"}
    assert cli.json("config")["annotator"] == {"value": "ada", "from": "login name"}


def test_a_terminal_that_knows_only_ascii_shows_escapes(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    cli.run("import", "-", stdin=json.dumps({"text": "caf\u00e9 \U0001f399", "title": "caf\u00e9"}))
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    assert "caf\\xe9" in cli.program("documents").stdout
    assert json.loads(cli.program("documents", "--json").stdout)[0]["title"] == "caf\u00e9"


@pytest.mark.parametrize("words", ["--version", "documents", "export -"])
def test_a_full_disk_is_one_line(cli: Cli, words: str) -> None:
    cli.run("import", "letter.jsonl")
    done = shell(cli, f"{words} > /dev/full")
    assert done.returncode == 2
    assert done.stderr == "reader: stdout: No space left on device\n"


def test_closed_streams_are_no_error_and_talk_never_becomes_data(cli: Cli) -> None:
    cli.run("import", "letter.jsonl")
    data = cli.run("export", "-").stdout
    assert shell(cli, "export - 2>&-").stdout == data
    assert shell(cli, "documents >&-").stderr == ""
    assert shell(cli, "documents <&-").returncode == 0


@pytest.mark.parametrize("limit", ["-1", "0", "many", "9223372036854775808", "9" * 5000])
def test_a_limit_is_a_number_from_1_on(cli: Cli, limit: str) -> None:
    assert "--limit: expected a whole number from 1 on" in cli.run("documents", "--limit", limit, code=2).stderr


@pytest.mark.parametrize(
    ("what", "done", "total", "columns", "line"),
    [
        ("checking", 5, 10, 80, "checking ━━━━━━━━━━━━             5 of 10"),
        ("checking", 1234, 0, 80, "checking 1,234"),
        ("checking", 12, 10, 80, "checking ━━━━━━━━━━━━━━━━━━━━━━━━ 12 of 10"),
        ("a\x1bb", 1, 0, 80, "a\\x1bb 1"),
        ("checking", 5, 10, 12, "checking ━━"),
    ],
)
def test_progress_fits_in_one_line(what: str, done: int, total: int, columns: int, line: str) -> None:
    assert bar_line(what, done, total, columns) == line


def test_the_table_of_formats_says_what_is_written(cli: Cli) -> None:
    found = cli.json("formats")
    writes = {one["name"] for one in found if one["writes"]}
    assert {"jsonl", "brat", "cas-xmi", "csv"} <= writes
    assert not {"pdf", "text", "feed"} & writes
