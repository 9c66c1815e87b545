"""The real program in a real terminal: it keeps every edit it called saved, and leaves the terminal as it was."""

from __future__ import annotations

import os
import random
import re
import signal
from pathlib import Path

import pytest
from terminal import Terminal

from reader.model import Document, Span, spans_of
from reader.project import Project

WORDS = "apple bread candle door edge flour garden Hugo inner jelly".split()
TEXT = "\n".join(" ".join(WORDS[(row + column) % 10] for column in range(8)) for row in range(30))


def with_names(folder: Path) -> Path:
    """A folder with a file of two documents."""
    folder.mkdir(exist_ok=True)
    with Project.open(folder / "annotations.db", annotator="ada") as project:
        project.import_documents([Document(TEXT, "Names"), Document("London is far.", "Second")])
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return with_names(tmp_path)


def test_it_opens_labels_and_leaves(folder: Path) -> None:
    with Terminal([], cwd=folder) as terminal:
        terminal.wait("Names")
        terminal.press("\r")
        terminal.wait("garden")
        terminal.press("1")
        terminal.wait("labelled PERSON")
        assert "saved" in terminal.text
        terminal.press("q")
        terminal.wait("2 documents")
        terminal.press("q")
        assert terminal.exit_code() == 0
        assert b"\x1b[?1049l" in terminal.written
    with Project.open(folder / "annotations.db", annotator="ada") as project:
        assert spans_of(project.open_document(1).marks) == [Span(0, 5, "PERSON")]


def test_a_key_behind_the_answer_to_a_dialog_is_not_the_dialogs(folder: Path) -> None:
    with Terminal([], cwd=folder) as terminal:
        terminal.wait("Names")
        terminal.press("Ggg\r")  # the last, top, open it: while the box for what follows g comes and goes
        terminal.wait("garden")
        terminal.press("q")
        terminal.wait("2 documents")


def test_it_comes_back_to_where_it_was(folder: Path) -> None:
    with Terminal([], cwd=folder) as terminal:
        terminal.wait("Names")
        terminal.press("\r")
        terminal.wait("garden")
        terminal.press("jjjll")
        terminal.press("2")
        terminal.wait("labelled ORG")
        terminal.press("l")
        terminal.press("/Hugo\r")  # in one write: no key may be lost, or taken for a command
        terminal.wait("match")
        terminal.signal(signal.SIGHUP)
        assert terminal.exit_code() == 128 + signal.SIGHUP
    with Project.open(folder / "annotations.db", annotator="ada") as project:
        document = project.open_document(1)
        assert TEXT[document.position :].startswith("Hugo")
    with Terminal([], cwd=folder) as terminal:
        terminal.wait("garden")
        terminal.press("1")
        terminal.wait("labelled PERSON")
    with Project.open(folder / "annotations.db", annotator="ada") as project:
        labelled = {TEXT[span.start : span.end] for span in spans_of(project.open_document(1).marks)}
        assert "Hugo" in labelled


def kills(folder: Path, number: int, seed: int) -> None:
    """So often, a word is labelled and said to be saved, then the program is killed a moment after one more key."""
    chance = random.Random(seed)
    starts = [found.start() for found in re.finditer(r"\w+", TEXT)]
    for kill in range(number):
        with Project.open(folder / "annotations.db", annotator="ada") as project:
            document = project.open_document(1)
            free = [start for start in starts if not any(span.start == start for span in document.spans)]
            confirmed = {*document.spans}
            document.remember(free[0], 0)
        with Terminal([], cwd=folder, size=(80, 24)) as terminal:
            terminal.wait(counted(len(confirmed)))
            terminal.press("1")
            terminal.wait(counted(len(confirmed) + 1))
            terminal.wait("saved")
            key = chance.choice(["", "2", "u", "x", "v", "lv2", "!"])
            terminal.press(key)
            terminal.read(chance.random() / 30)
            terminal.kill()
        with Project.open(folder / "annotations.db", annotator="ada") as project:
            found = set(project.open_document(1).spans)
            assert confirmed <= found, (kill, key)
            assert key in ("u", "x") or len(found) > len(confirmed), (kill, key)
    with Project.open(folder / "annotations.db", annotator="ada") as project:
        assert project.check() == []


def test_sigkill_after_any_key_loses_nothing_that_said_saved(folder: Path) -> None:
    kills(folder, 20, seed=1)


@pytest.mark.slow
@pytest.mark.timeout(0)
def test_very_many_kills_through_the_screen(tmp_path: Path) -> None:
    """Prints its figure: run with `make soak`; READER_KILLS names how many."""
    number = int(os.environ.get("READER_KILLS", "1000"))
    for first in range(0, number, 100):
        kills(with_names(tmp_path / str(first)), min(100, number - first), seed=first)
    print(f"kills through the screen: {number:,}, nothing lost that said saved")


def counted(number: int) -> str:
    """What the panel says of a number of entities."""
    return {0: "No entities", 1: "1 entity"}.get(number, f"{number} entities")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)])
def test_a_signal_ends_it_with_the_terminal_restored(folder: Path, number: int, code: int) -> None:
    with Terminal([], cwd=folder) as terminal:
        terminal.wait("Names|garden")
        terminal.signal(number)
        assert terminal.exit_code() == code
        for sequence in (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?1000l"):
            assert sequence in terminal.written


@pytest.mark.parametrize(
    ("size", "env"),
    [
        ((20, 5), {}),
        ((80, 24), {"NO_COLOR": "1"}),
        ((80, 24), {"TERM": "xterm"}),
        ((80, 24), {"TERM": "dumb", "LC_ALL": "C", "LANG": "C"}),
        ((160, 50), {"COLORTERM": "truecolor"}),
        ((80, 24), {"TEXTUAL_THEME": "ansi-dark"}),
    ],
)
def test_it_works_in_small_and_odd_terminals(folder: Path, size: tuple[int, int], env: dict[str, str]) -> None:
    with Terminal([], cwd=folder, size=size, env=env) as terminal:
        terminal.wait("Names")
        terminal.press("\r")
        terminal.wait("apple bread")
        terminal.press("1" + "j" * 40 + "k" * 40 + "\t" + " ")
        terminal.resize(40, 12)
        terminal.press("g")
        terminal.wait("library")
        terminal.press("g")
        terminal.wait("apple bread")
        terminal.resize(1, 1)
        terminal.read(0.1)
        terminal.resize(*size)
        terminal.wait("apple bread")
        terminal.press("qq")
        assert terminal.exit_code() == 0


def test_pasted_text_is_no_command(folder: Path) -> None:
    with Terminal([], cwd=folder) as terminal:
        terminal.wait("Names")
        terminal.press("\r")
        terminal.wait("garden")
        terminal.press("\x1b[200~1 2 3 d x u A A\x1b[201~")
        terminal.press("j")
        terminal.read(0.3)
        terminal.press("qq")
        assert terminal.exit_code() == 0
    with Project.open(folder / "annotations.db", annotator="ada") as project:
        assert project.open_document(1).marks == frozenset()


def test_no_byte_of_a_document_acts_on_the_terminal(tmp_path: Path) -> None:
    evil = "Ada \x1b]52;c;cHduZWQ=\x07 \x1b[2J \x9b31m \u202eorder \x1bc end."
    with Project.open(tmp_path / "annotations.db", annotator="ada") as project:
        project.import_documents([Document(evil, title="\x1b]0;owned\x07[red]t[/b]")])
    with Terminal([], cwd=tmp_path) as terminal:
        terminal.wait("Ada")
        terminal.press("v$1")
        terminal.press("q")
        terminal.wait("1 document")
        terminal.press("q")
        terminal.exit_code()
        for payload in (b"\x1b]52;", b"\x1b]0;owned", b"\x1bc", b"\xc2\x9b", "\u202e".encode()):
            assert payload not in terminal.written


def test_with_nothing_there_it_says_what_to_do(tmp_path: Path) -> None:
    with Terminal([], cwd=tmp_path) as terminal:
        terminal.wait("reader FILE_OR_FOLDER")
        terminal.press("q")
        assert terminal.exit_code() == 0
    assert not list(tmp_path.glob("*.db"))


@pytest.mark.usefixtures("as_it_comes")
def test_it_opens_files_it_is_given(seed: Path, tmp_path: Path) -> None:
    with Terminal([str(seed)], cwd=tmp_path) as terminal:
        terminal.wait("Kherson")
        terminal.wait(r"65 suggested")
        terminal.press("\x03")
        assert terminal.exit_code() in (0, 130)
