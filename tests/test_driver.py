"""The terminal as it really is: it may send anything, and it may go away."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from reader.model import Document
from reader.project import Project
from reader.tui.driver import without_replies, without_strings
from tests.terminal import Terminal

NOISE = {
    "no UTF-8": b"\xff\xfe\x80\xc3(\xf0\x28\x8c\x28",
    "a key beyond Unicode": b"\x1b[1114112u",
    "a key beyond an int": b"\x1b[99999999999u",
    "a huge size": b"\x1b[48;99999;99999;1;1t",
    "no size": b"\x1b[48;0;0;0;0t",
    "a mouse far away": b"\x1b[<999999999;999999999;999999999M",
    "a string without end": b"\x1b]52;c;" + b"A" * 3000,
}


@pytest.mark.parametrize(
    ("chunks", "typed"),
    [
        (["abc"], "abc"),
        (["a\x1b]11;rgb:0/0/0\x07b"], "ab"),
        (["a\x1b]11;rgb:0/0/0\x1b\\b"], "ab"),
        (["\x1bP1+r", "544e\x1b\\", "jk"], "jk"),
        (["a\x1b_Gi=1\x1b\\\x1b[A"], "a\x1b[A"),
        (["\x1b]"], "\x1b]"),
        (["\x1b[<0;1;1M\x1bOP"], "\x1b[<0;1;1M\x1bOP"),
        (["\x1b]52;c;" + "A" * 5000, "A" * 5000], ""),
    ],
)
def test_what_the_terminal_says_is_not_typed(chunks: list[str], typed: str) -> None:
    kept, inside = "", False
    for chunk in chunks:
        part, inside = without_strings(chunk, inside)
        kept += part
    assert kept == typed


@pytest.mark.parametrize(
    ("chunks", "typed"),
    [
        (["abc\x1b[A\x1bOP\x1b[1;5C"], "abc\x1b[A\x1bOP\x1b[1;5C"),
        (["\x1b[<0;5;5M\x1b[<35;10;2m\x1b[?2026;2$y"], "\x1b[<0;5;5M\x1b[<35;10;2m\x1b[?2026;2$y"),
        (["a\x1b[<-1;x;yMb"], "ab"),
        (["a\x1b[?62;cb\x1b[>1;95;0cc\x1b[?1ud"], "abcd"),
        (["a\x1b[<-1;", "x;yMb"], "ab"),
        (["a\x1b[", "?62;cb"], "ab"),
        (["a\x1b", "[<-1;x;yMb"], "a\x1bb"),
        (["a\x1b", "[<0;5;5Mb"], "a\x1b[<0;5;5Mb"),
        (["\x1b[<" + "9" * 99 + "x"], "\x1b[<" + "9" * 99 + "x"),
    ],
)
def test_a_reply_that_nobody_asked_for_is_not_typed(chunks: list[str], typed: str) -> None:
    kept, begun = "", ""
    for chunk in chunks:
        part, begun = without_replies(begun + chunk, kept.endswith("\x1b"))
        kept += part
    assert kept == typed


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a database of one document."""
    with Project.open(tmp_path / "annotations.db") as project:
        project.import_documents([Document("Ada wrote letters. " * 50, "Letters")])
    return tmp_path


def test_no_bytes_from_the_terminal_end_the_program(folder: Path) -> None:
    """One thing after the other in one program; the string without end comes last, for it would swallow the next."""
    with Terminal([], cwd=folder) as terminal:
        terminal.wait("Letters")
        terminal.settle()
        for place, noise in enumerate(NOISE.values()):
            terminal.looks = False
            os.write(terminal._fd, noise)
            terminal.settle()
            terminal.looks = True
            terminal.screen.reset()
            terminal.resize(90 - place, 28)
            terminal.wait("reading")
            terminal.settle()
            assert "Note on" not in terminal.text
        # The string ends at last, and keys are keys again.
        terminal.press("\x1b\\")
        terminal.press("?")
        terminal.wait("Esc closes")
        terminal.press("\x1b")
        terminal.wait(r"(?s)\A(?!.*Esc closes)")
        terminal.press("\x11")
        assert terminal.exit_code() == 0


def test_a_terminal_that_goes_away_ends_the_program(folder: Path) -> None:
    """Even where the hang-up signal is ignored, as under nohup; and the place is kept."""
    ignored = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        terminal = Terminal([], cwd=folder)
    finally:
        signal.signal(signal.SIGHUP, ignored)
    terminal.wait("Letters")
    terminal.press("lll")
    terminal.settle()
    os.close(terminal._fd)
    deadline = time.monotonic() + 20
    status = 0
    ended = 0
    while not ended and time.monotonic() < deadline:
        ended, status = os.waitpid(terminal.pid, os.WNOHANG)
        time.sleep(0.05)
    if not ended:
        terminal.kill()
    assert os.waitstatus_to_exitcode(status) == 128 + signal.SIGHUP
    with Project.open(folder / "annotations.db") as project:
        assert project.open_document(1).position > 0


def test_it_stops_with_the_terminal_given_back_and_goes_on(folder: Path) -> None:
    with Terminal([], cwd=folder) as terminal:
        terminal.wait("reading")
        terminal.settle()
        for _ in range(3):
            terminal.written.clear()
            terminal.signal(signal.SIGTSTP)
            deadline = time.monotonic() + 20
            stopped = 0
            while not stopped and time.monotonic() < deadline:
                terminal.read(0.05)
                stopped, status = os.waitpid(terminal.pid, os.WNOHANG | os.WUNTRACED)
            assert stopped
            assert os.WIFSTOPPED(status)
            terminal.settle(0.05)
            assert b"\x1b[?1049l" in terminal.written
            assert b"\x1b[?1003l" in terminal.written
            terminal.written.clear()
            terminal.signal(signal.SIGCONT)
            while b"\x1b[?1049h" not in terminal.written and time.monotonic() < deadline:
                terminal.read(0.05)
            assert b"\x1b[?1049h" in terminal.written
        terminal.settle()
        terminal.press("2")
        terminal.wait("labelled ORG")
        terminal.press("\x11")
        assert terminal.exit_code() == 0
