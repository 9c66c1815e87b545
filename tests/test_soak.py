"""Any size, any environment, any bytes on the keyboard and any keys: the program goes on, and does not grow."""

from __future__ import annotations

import os
import random
import re
import signal
from pathlib import Path

import pytest
from soaking import DRAWN, KEYS, SIZES, Listener, last_words, mash
from terminal import PATIENCE, Terminal

from reader.model import Document, Span
from reader.project import Project, Query

ENVIRONMENTS: dict[str, dict[str, str]] = {
    "no colour": {"NO_COLOR": "1"},
    "dumb": {"TERM": "dumb"},
    "no terminal type": {"TERM": ""},
    "vt100": {"TERM": "vt100"},
    "the C locale": {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "ascii": {"PYTHONIOENCODING": "ascii", "LC_ALL": "POSIX"},
    "latin-1": {"PYTHONIOENCODING": "latin-1"},
    "true colour in tmux": {"COLORTERM": "truecolor", "TERM": "tmux-256color"},
    "no home, no login": {"HOME": "/nowhere", "LOGNAME": "", "USER": "", "XDG_CONFIG_HOME": "/nowhere"},
    "the terminal's own colours": {"TEXTUAL_THEME": "ansi-dark"},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with Project.open(tmp_path / "annotations.db", annotator="ada") as project:
        articles = [f"Ada {number} met Bob in Zürich. " * 60 for number in range(20)]
        marks = frozenset({Span(0, 3, "PERSON")})
        project.import_documents([Document(text, f"Letter {text[4:6]}", marks=marks) for text in articles])
    return tmp_path


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_it_reads_and_labels_in_any_environment(name: str, folder: Path) -> None:
    with Terminal([], cwd=folder, size=(80, 24), env=ENVIRONMENTS[name]) as terminal:
        terminal.wait("20 documents")
        terminal.press("\r")
        terminal.wait("reading")
        terminal.press("w2")
        terminal.wait("labelled ORG")
        terminal.press("q")
        terminal.wait("20 documents")
        terminal.press("q")
        assert terminal.exit_code() == 0
        assert b"\x1b[?1049l" in terminal.written


def test_it_outlives_any_size(folder: Path) -> None:
    for first in ((0, 0), (1, 1), (1000, 1000), (65535, 65535)):
        with Listener([], cwd=folder, size=first) as terminal:
            terminal.read_until(b"\x1b[?1049h")
            for size in (*SIZES, (1000, 1000), (0, 0), (65535, 65535), (80, 24)):
                terminal.resize(*size)
                terminal.press(random.Random(str(size)).choice(("j", "\r", "\t", "?", "\x1b")))
                terminal.read(0.05)
            terminal.written.clear()
            terminal.resize(90, 24)
            terminal.wait("Letter|reading")
            terminal.signal(signal.SIGTERM)
            assert terminal.exit_code() == 128 + signal.SIGTERM, terminal.text[-6000:]


def noise(chance: random.Random, number: int) -> bytes:
    """Bytes without the keys that end the program, or stop it by way of the palette."""
    return bytes(byte for byte in chance.randbytes(number) if byte not in b"q\x11\x03:?\x10")


def test_random_bytes_on_the_keyboard_do_not_end_it(folder: Path) -> None:
    assert noisy(folder, 3_000, seed=1) == []


def noisy(folder: Path, number: int, seed: int) -> list[int]:
    """Type so many random bytes; the exit codes of what ended before it was told to."""
    chance = random.Random(seed)
    early: list[int] = []
    with Listener([], cwd=folder) as terminal:
        terminal.wait(DRAWN)
        for _ in range(number // 50):
            terminal.press_bytes(noise(chance, 50))
            if not terminal.read(0.02) or not terminal.catch_up():
                return [terminal.exit_code()]
        terminal.signal(signal.SIGTERM)
        code = terminal.exit_code()
        if code != 128 + signal.SIGTERM:
            early.append(code)
    return early


def memory(pid: int) -> int:
    """Bytes in memory that are the program's own."""
    said = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"RssAnon:\s+(\d+) kB", said)
    assert found
    return int(found[1]) * 1024


def soak(folder: Path, number: int, seed: int) -> tuple[int, int]:
    """Press so many random keys; bytes of memory after a tenth of them, and at the end. The file is whole then."""
    chance = random.Random(seed)
    sizes: list[int] = []
    with Listener([], cwd=folder) as terminal:
        terminal.wait(DRAWN)
        for part in range(1, 101):
            assert mash(terminal, chance, number // 100) == number // 100, last_words(terminal)
            terminal.written.clear()
            if part % 10 == 0:
                sizes.append(memory(terminal.pid))
                print(f"soak, seed {seed}: {part * (number // 100):,} keys, {sizes[-1] / 1e6:.1f} MB", flush=True)
        terminal.signal(signal.SIGTERM)
        assert terminal.exit_code() == 128 + signal.SIGTERM, terminal.text
    with Project.open(folder / "annotations.db", annotator="ada") as project:
        assert project.check() == []
    return sizes[0], sizes[-1]


def test_a_session_that_ends_says_how(folder: Path) -> None:
    with Listener([], cwd=folder) as terminal:
        terminal.wait(DRAWN)
        terminal.signal(signal.SIGTERM)
        assert mash(terminal, random.Random(1), 10_000) < 10_000
        assert f"ended with {128 + signal.SIGTERM}" in last_words(terminal)


def test_keys_that_come_faster_than_they_are_dealt_with_wait_in_the_terminal(folder: Path) -> None:
    with Listener([], cwd=folder) as terminal:
        terminal.wait(DRAWN)
        # Each pair opens a dialog and closes it, which draws some thousand bytes.
        terminal.press("gg" * 5_000)
        while len(terminal.written) < 500_000:
            assert terminal.read(PATIENCE), terminal.text
        assert terminal.unread() > 0
        terminal.signal(signal.SIGTERM)
        assert terminal.exit_code() == 128 + signal.SIGTERM


def test_no_key_is_lost_that_waited_in_the_terminal(tmp_path: Path) -> None:
    with Project.open(tmp_path / "annotations.db", annotator="ada") as project:
        project.import_documents([Document("one two three. " * 300, "Letters")])
    with Listener([], cwd=tmp_path, size=(40, 12)) as terminal:
        terminal.wait("reading")
        # The first do nothing, but nobody knows before they are dealt with.
        terminal.press("Z" * 4_200 + "w" * 300 + "qq")
        assert terminal.exit_code() == 0
    with Project.open(tmp_path / "annotations.db", annotator="ada") as project:
        [row] = project.library.rows(Query())
        assert project.open_document(row.id).position == 100 * len("one two three. ")


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="memory is read from /proc")
def test_random_keys_and_sizes_do_not_end_it(folder: Path) -> None:
    assert len(KEYS) > 60
    soak(folder, 500, seed=1)


@pytest.mark.slow
@pytest.mark.timeout(0)
def test_half_a_million_random_keys(folder: Path) -> None:
    """Prints its figure: run with `make soak`; READER_KEYS names how many, READER_SEED which."""
    number, seed = int(os.environ.get("READER_KEYS", "500000")), int(os.environ.get("READER_SEED", "2"))
    warm, end = soak(folder, number, seed)
    print(f"soak: {number:,} random keys with changes of size, no crash, {(end - warm) / 1e6:+.1f} MB of memory")
    assert end - warm < 30e6


@pytest.mark.slow
@pytest.mark.timeout(0)
def test_a_million_random_bytes_on_the_keyboard(folder: Path) -> None:
    """Prints its figure: run with `make soak`; READER_BYTES names how many."""
    number = int(os.environ.get("READER_BYTES", "1000000"))
    assert noisy(folder, number, seed=3) == []
    print(f"noise: {number:,} random bytes on the keyboard, the program went on")
