"""Every hostile file through the command line: taken or refused as its table says, soon, and nothing else touched."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from fuzzing_db import use
from grammar import outside
from stores import new_store, put
from terminal import Terminal
from variants import Variant, variants

from reader.cli import main
from reader.errors import ReaderError
from reader.model import Document, Label, Note, Rejected, Relation, Span, State, Status, Suggestion, Tag
from reader.project import Project
from reader.store import searching, suggestions
from reader.store.checking import check
from reader.store.connection import Store

DATA = Path(__file__).parent / "data" / "nasty"
EXPECTED: list[dict[str, Any]] = [json.loads(line) for line in (DATA / "expect.jsonl").read_text().splitlines()]
CANARIES = ("NASTY-SLIP.txt", "NASTY-ABS.txt", "NASTY-CANARY-PICKLE", "NASTY-CANARY-MODEL", "NASTY")
SECONDS, MEGABYTES = 2.0, 150.0


class Said(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Any:
    """The command line, in a folder of its own, on a file that holds one article."""
    monkeypatch.chdir(tmp_path)
    capfd.readouterr()

    def run(*words: str) -> Said:
        with pytest.raises(SystemExit) as ended:
            main(words)
        out, err = capfd.readouterr()
        assert [*outside((out + err).replace("\n", "\r\n").encode("utf-8", "surrogateescape"))] == []
        return Said(int(str(ended.value.code)), out, err)

    (tmp_path / "mine.txt").write_text("Ada met Bob.")
    assert run("import", "mine.txt").code == 0
    (tmp_path / "mine.txt").unlink()
    return run


def exported(reader: Any) -> tuple[bytes, int, int]:
    """Everything in the file, and how many documents and spans came beside the one article."""
    reader("export", "all.jsonl", "--force", "--everyone")
    data = Path("all.jsonl").read_bytes()
    Path("all.jsonl").unlink()
    records = [json.loads(line) for line in data.split(b"\n") if line]
    for record in records:
        for span in record.get("spans", ()):
            assert "fragments" in span or record["text"][span["start"] : span["end"]] == span["text"]
    return data, len(records) - 1, sum(len(record.get("spans", ())) for record in records)


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda one: one["file"])
def test_a_file_is_taken_or_refused_as_its_table_says(expected: dict[str, Any], reader: Any) -> None:
    path = str(DATA / expected["file"])
    before = Path("annotations.db").read_bytes()
    said = reader("import", path, "--json")
    answer = json.loads(said.out)
    found = {
        "file": expected["file"],
        "code": said.code,
        "problems": [[one["line"], one["message"]] for one in answer["problems"]],
        "repairs": [[one["line"], one["message"]] for one in answer["repairs"]],
    }
    if said.code == 2:
        assert Path("annotations.db").read_bytes() == before
        said = reader("import", path, "--skip-bad", "--json")
    data, found["documents"], found["spans"] = exported(reader)
    assert found == {key: value for key, value in expected.items() if key not in ("sha256", "why")}
    if "sha256" in expected:
        text = json.loads(data.split(b"\n")[1])["text"]
        assert hashlib.sha256(text.encode()).hexdigest() == expected["sha256"]
    reader("import", path, "--skip-bad")
    assert exported(reader)[0] == data
    assert reader("check").code == 0
    assert {one.name for one in Path().iterdir()} <= {"annotations.db", "annotations.backups"}
    assert not any((Path("/tmp") / name).exists() for name in CANARIES)


@pytest.mark.parametrize(
    ("label", "message"),
    [
        ("", "found an empty one"),
        ("  ", "without control characters or spaces around it"),
        (" lead", "without control characters or spaces around it"),
        ("a\tb", "without control characters"),
        ("a\nb", "without control characters"),
        ("\x1b[31mred", "without control characters"),
        ("\u202eevil", "without control characters"),
        ("x" * 5000, "of at most"),
    ],
)
def test_a_label_that_nobody_could_type_or_see_is_refused(label: str, message: str, reader: Any) -> None:
    record = {"text": "Bob met Ada.", "spans": [{"start": 0, "end": 3, "label": label}]}
    Path("in.jsonl").write_text(json.dumps(record))
    said = reader("import", "in.jsonl")
    assert said.code == 2
    assert message in said.err


@pytest.mark.slow
@pytest.mark.timeout(0)
def test_every_file_in_a_process_of_its_own_within_its_limits(tmp_path: Path) -> None:
    """Prints its figure: run with `make soak`. spaCy's own start is not the file's: it is taken off its time."""
    slowest, largest = ("", 0.0), ("", 0.0)
    for expected in EXPECTED:
        (tmp_path / "annotations.db").unlink(missing_ok=True)
        seconds, megabytes = _cost([sys.executable, "-m", "reader", "import", str(DATA / expected["file"])], tmp_path)
        if expected["file"] == "spacy/04-msgpack-garbage.spacy":
            seconds -= _cost([sys.executable, "-c", "import spacy.tokens"], tmp_path)[0]
        assert seconds < SECONDS, expected["file"]
        assert megabytes < MEGABYTES, expected["file"]
        slowest = max(slowest, (expected["file"], seconds), key=lambda pair: pair[1])
        largest = max(largest, (expected["file"], megabytes), key=lambda pair: pair[1])
    print(
        f"hostile files: {len(EXPECTED)} through `reader import`, the slowest {slowest[1]:.1f} s ({slowest[0]}),"
        f" the largest {largest[1]:.0f} MB ({largest[0]})"
    )


def _cost(command: list[str], folder: Path) -> tuple[float, float]:
    """Seconds of the processor and megabytes of memory that a command took."""
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode in (0, 2)
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


@pytest.mark.parametrize("path", sorted((DATA / "db").glob("*.db")), ids=lambda path: path.name)
def test_a_database_of_another_program_is_refused_in_one_line(path: Path, reader: Any) -> None:
    shutil.copyfile(path, "other.db")
    for words in (["check"], ["import", str(DATA / "text" / "23-rtl.txt")], ["export", "out.jsonl"], ["repair"]):
        said = reader(*words, "--db", "other.db")
        assert said.code == 2
        assert said.err.startswith("reader: other.db: ")
        assert said.err.count("\n") == 1
        assert Path("other.db").read_bytes() == path.read_bytes()
    said = reader("merge", "other.db")
    assert said.code == 2
    assert {one.name for one in Path().iterdir()} <= {"annotations.db", "annotations.backups", "other.db"}


def a_file_of_everything(path: Path) -> Path:
    store = new_store(path=path)
    one, other = Span(0, 7, "GPE"), Span(14, 20, "PERSON", attributes=(("norm", "Q1"),))
    put(store, Label("GPE", examples=("Kherson",)), document_id=None)
    put(store, one, other, Rejected(Span(21, 25, "X")), Tag("war"), Note("why", one), Relation(one, other, "in"))
    put(store, Status(State.DONE))
    suggestions.put(store, [(1, "model-1", [Suggestion(Span(29, 33, "GPE"), "model-1")])])
    searching.index_step(store)
    store.set_setting("overlaps", "on")
    store.close()
    return path


def outcome(variant: Variant) -> str:
    """What became of a file: refused, named or whole. One that was not whole is left as it was."""
    before = variant.path.read_bytes()
    try:
        with closing(Store.open(variant.path)) as store:
            found = "named" if check(store, lambda *_: None) else "whole"
    except ReaderError:
        found = "refused"
    assert found == "whole" or variant.path.read_bytes() == before, variant.name
    return found


def surprises(made: Iterator[Variant]) -> tuple[int, list[str]]:
    """How many files were tried, and those that ended otherwise than they should."""
    fitting = {"refused": {"refused"}, "named": {"refused", "named"}, "whole": {"whole"}}
    number, found = 0, []
    for variant in made:
        number += 1
        got = outcome(variant)
        if got not in fitting.get(variant.expected, {got}):
            found.append(f"{variant.name}: {got}, not {variant.expected}")
        use(variant.path)
    return number, found


def test_hostile_copies_of_a_file_are_refused_or_named(tmp_path: Path) -> None:
    made = variants(a_file_of_everything(tmp_path / "good.db"), tmp_path)
    number, found = surprises(one for place, one in enumerate(made) if place % 6 == 0)
    assert found == []
    assert number > 40


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_all_hostile_copies_of_a_file(tmp_path: Path) -> None:
    """Prints its figure: run with `make soak`."""
    number, found = surprises(variants(a_file_of_everything(tmp_path / "good.db"), tmp_path))
    assert found == []
    print(f"hostile copies of a database: {number:,}, each refused, named or whole as it should be")


def test_what_is_no_file_is_refused_and_a_link_is_followed(reader: Any) -> None:
    Path("folder.db").mkdir()
    os.mkfifo("pipe.db")
    Path("loop.db").symlink_to("loop.db")
    Path("dangling.db").symlink_to("nowhere.db")
    Path("link.db").symlink_to("annotations.db")
    for name in ("folder.db", "pipe.db", "loop.db", "dangling.db"):
        said = reader("check", "--db", name)
        assert (said.code, said.err.count("\n")) == (2, 1), name
    assert reader("check", "--db", "link.db").code == 0


def names() -> list[bytes]:
    """File names that an archive of a stranger may have made."""
    found = json.loads((DATA / "names" / "filenames.json").read_text())
    # No folder can hold the others.
    return [*(name.encode() for name in found if name != ".." and "/" not in name), b"\xff.txt", b"caf\xe9.txt"]


def test_any_file_name_is_read_listed_and_written_within_the_folder(reader: Any) -> None:
    os.mkdir(b"in")
    for number, name in enumerate(names()):
        Path(os.fsdecode(b"in/" + name)).write_text(f"Bob is number {number}.")
    hidden = sum(name.startswith(b".") for name in names())
    said = reader("import", "in", "--json")
    assert (said.code, json.loads(said.out)["documents"]) == (0, len(names()) - hidden)
    for name in names():
        if not name.startswith(b"-"):
            assert reader("import", os.fsdecode(b"in/" + name)).code == 0
    os.chdir("in")
    for name in (b"-rf.txt", b"--help"):
        assert reader("import", "--db", "../annotations.db", "--", os.fsdecode(name)).code == 0
    os.chdir("..")
    assert reader("export", "out", "--format", "brat", "--lossy").code in (0, 1)
    written = [path for path in Path("out").rglob("*") if path.is_file()]
    assert len(written) == 2 * (len(names()) + 1) + 1  # and annotation.conf
    for path in written:
        assert all(one.isalnum() or one in "._-" for one in path.name), path
        assert len(os.fsencode(path.name)) <= 120
    assert {path.name for path in Path().iterdir()} == {"annotations.db", "annotations.backups", "in", "out"}
    assert reader("check").code == 0


@pytest.mark.parametrize("target", ["annotations.db", "link.db", "folder", "there.jsonl"])
def test_an_export_never_takes_the_place_of_what_is_there(target: str, reader: Any) -> None:
    Path("folder").mkdir()
    Path("link.db").symlink_to("annotations.db")
    Path("there.jsonl").write_text("old")
    before = Path("annotations.db").read_bytes()
    for force in ([], ["--force"]):
        said = reader("export", target, "--format", "jsonl", *force)
        if target == "there.jsonl" and force:
            continue
        assert (said.code, said.err.count("\n")) == (2, 1)
    assert Path("annotations.db").read_bytes() == before
    assert list(Path("folder").iterdir()) == []
    assert reader("check").code == 0


@pytest.mark.parametrize("path", sorted((DATA / "config").iterdir()), ids=lambda path: path.name)
def test_settings_that_are_none_are_refused_in_one_line(path: Path, reader: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("READER_CONFIG", str(path))
    said = reader("check")
    assert said.code == 2
    assert said.err.startswith(f"reader: {path}")
    assert said.err.count("\n") == 1
    assert not Path("/tmp/NASTY").exists()


@pytest.mark.parametrize("path", sorted((DATA / "stdin").iterdir()), ids=lambda path: path.name)
def test_nothing_a_terminal_sends_is_an_edit(path: Path, tmp_path: Path) -> None:
    with Project.open(tmp_path / "annotations.db", annotator="ada") as project:
        project.import_documents([Document("Ada met Bob. " * 40, "Letter", marks=frozenset({Span(0, 3, "PERSON")}))])
    with Terminal([], cwd=tmp_path, size=(80, 24)) as terminal:
        terminal.wait("reading")
        sent, data = 0, path.read_bytes()
        terminal.looks = False
        while sent < len(data):
            terminal.press_bytes(data[sent : sent + 512])
            terminal.read(0.02)
            sent += 512
        terminal.press_bytes(b"\x1b[201~\x1b\\")
        terminal.settle()
        terminal.looks = True
        terminal.screen.reset()
        terminal.resize(90, 24)
        terminal.wait("Ada met")
        if path.name == "09-ctrl-sweep.bin":
            # Real commands, the palette among them: it is alive, wherever that leads.
            terminal.signal(signal.SIGTERM)
            assert terminal.exit_code() == 128 + signal.SIGTERM
            return
        terminal.press("\x11")
        assert terminal.exit_code() == 0, path.name
    with Project.open(tmp_path / "annotations.db", annotator="ada") as project:
        assert project.open_document(1).marks == {Span(0, 3, "PERSON")}, path.name
