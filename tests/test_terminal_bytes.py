"""Everything the program writes to a terminal is in a small grammar, whatever stands in the data it shows."""

from __future__ import annotations

import base64
import json
import os
import pty
import random
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from grammar import outside
from soaking import Listener, sessions
from terminal import Terminal

from reader.model import Document, Edit, Label, Note, Rejected, Relation, Span, Suggestion, Tag
from reader.project import Project
from reader.store import log
from reader.store.log import LayerEdit

EVERY = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) in ("Cc", "Cf", "Zl", "Zp")]
SOME = ["\ue000", "\U0010fffd", "\ufffe", "\ufdd0", "\U0001ffff", "\u0378"]  # private, no characters, not assigned
ACTING = [character for character in EVERY if character != "\0"] + SOME
SEQUENCES = (
    *(
        "\x1b]52;p;cHduZWQ=\x07",
        "\x1b]0;owned\x07",
        "\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\",
        "\x1b]777;notify;a\x07",
    ),
    *("\x1b]1337;File=a:AAAA\x07", "\x1b]9;4;1\x07", '\x1bP$q"p\x1b\\', "\x1b_Ga=T;AAAA\x1b\\", "\x1bc", "\x1b[2J"),
    *(
        "\x1b[31:1m",
        "\x1b[6n",
        "\x1b[c",
        "\x1b[?1049;5l",
        "\x1b[21t",
        "\x1b#8",
        "\x1b(0",
        "\x9b31m",
        "\x9d0;owned\x9c",
        "\x84",
    ),
    *("\x90q\x9c", "\x0e", "\x1b[?1002h", "[red]x[/red]", "[@click=app.quit]x[/]", "[/", "\\x1b[31m", "a\x08b"),
    *("\x1b[>4;2m", "\x1b[=1u", "\x1b[1$r", "\x1b[1;1r", "\x1b[20h", "\x1b[5i", "\x1b[200~", "\x1b[200~x\x1b[201~"),
)


# Sequences of the program's own kinds, which only their contents tell from its own.
FORGED = ("\x1b]52;c;cHduZWQ=\x07", "\x1b[8;777m")


def pieces(parts: Sequence[str], size: int) -> list[str]:
    """Words of up to so many parts each, that begin and end with a letter."""
    return [f"a{'b'.join(parts[start : start + size])}z" for start in range(0, len(parts), size)]


PIECES = [*pieces(ACTING, 12), *pieces([*SEQUENCES, *FORGED], 4)]


def acting(written: bytes) -> list[str]:
    """What stands in the bytes that is not in the grammar, or is and came from the data."""
    return [*outside(written), *(ascii(one) for one in FORGED if one.encode() in written)]


def test_the_grammar_finds_what_acts() -> None:
    """A check that cannot fail would prove nothing."""
    payloads = [*ACTING, *(one for one in SEQUENCES if not one.isprintable()), *FORGED]
    assert [ascii(one) for one in payloads if not acting(f"a{one}b".encode())] == []
    assert acting(b"\x9b31m")
    assert acting(b"\xff")


def nasty(folder: Path) -> Path:
    """A project that says everything with characters that act: texts, titles, labels, notes, tags, names, keys."""
    with Project.open(folder / "annotations.db", annotator="ada") as project:
        project.import_documents(nasty_documents())
        keys = [Label(piece, "span", piece, piece, piece, (piece,), 50 + place) for place, piece in enumerate(PIECES)]
        # The labels of a stranger's file, with keys and colours that no command of ours would take.
        log.append(project._store, "ada", PIECES[0], [LayerEdit(None, "ada", Edit(added=frozenset(keys)))])
    return folder


def nasty_documents() -> Iterator[Document]:
    for place, piece in enumerate(PIECES):
        text = f"{piece}\n{piece} {piece}\r\n{place} {piece}"
        span = Span(0, len(piece), piece, (), ((piece, piece),))
        again = Span(len(piece) + 1, 2 * len(piece) + 1, piece)
        marks = {span, Tag(piece), Note(piece), Note(piece, span), Relation(span, again, piece), Rejected(again)}
        suggested = Suggestion(Span(2 * len(piece) + 2, 3 * len(piece) + 2, piece), piece)
        yield Document(text, piece, piece, "en", {piece: piece}, frozenset(marks), suggestions=(suggested,))


PASTE = "\x1b[200~{}\x1b[201~"
# Keys that open a screen, what shows that it is there, and keys that leave it.
DIALOGS: Sequence[tuple[str, str, str]] = (
    ("?", "Esc closes", "\x1b"),
    (":", "Search for commands", "\x1b"),
    ("\r", "type to filter", "\x1b"),
    ("\r", "type to filter", f"{PASTE}\r"),
    ("t", "Tag the article", "\x1b"),
    ("t", "Tag the article", f"{PASTE}\r"),
    ("c", "Note on", f"{PASTE}\r"),
    ("c", "Note on", "\x1b"),
    ("/", "Find .regular", f"{PASTE}\r"),
    ("*", "in all articles", "\x1b"),
    ("y", "copied", "j"),
    ("f", " hint ", "\x1b"),
    ("v$", " selecting ", "\x1b"),
    ("g", "search all articles", "\x1b"),
    ("g/", "Search all articles", f"{PASTE}\r"),
    ("", "in all articles", "\x1b"),
    ("1", "labelled", "u"),
    ("A", "one by one", "o"),
    ("", "this and all that follow", "q"),
    ("z?", "Esc closes", "\x1b"),
)
LIBRARY: Sequence[tuple[str, str, str]] = (
    ("?", "Esc closes", "\x1b"),
    (":", "Search for commands", PASTE),
    ("", "No matches found", "\x1b"),
    ("/", "Only documents with these", f"{PASTE}\r"),
    ("", "Esc shows all", "\x1b"),
    ("s", "Only documents that are", "\x1b"),
    ("l", "Only documents with the label", "\x1b"),
    ("l", "Only documents with the label", "\r"),
    ("", "Esc shows all", "\x1b"),
    ("o", "Order by", "t"),
    ("g", "search all articles", "\x1b"),
    ("g/", "Search all articles", f"{PASTE}\r"),
    ("", "in all articles", "\x1b"),
)


def walk(terminal: Terminal, steps: Sequence[tuple[str, str, str]], piece: str) -> None:
    """Open each screen and leave it again, with words that act typed where something is asked."""
    for keys, shows, leave in steps:
        terminal.press(keys)
        terminal.wait(f"(?m){shows}")
        terminal.press(leave.format(piece))
        terminal.wait(rf"(?sm)\A(?!.*{shows})")


def test_every_screen_and_dialog_writes_only_what_is_allowed(tmp_path: Path) -> None:
    environment = {"LOGNAME": f"ada{PIECES[4]}", "READER_CONFIG": str(tmp_path / "settings.toml")}
    said = [f"theme = {json.dumps(PIECES[3])}", "[keys]", f"{json.dumps(PIECES[2])} = {json.dumps(PIECES[2])}"]
    (tmp_path / "settings.toml").write_text("\n".join(said).replace("\x7f", "\\u007f"), encoding="utf-8")
    with Terminal([], cwd=nasty(tmp_path), size=(110, 40), env=environment) as terminal:
        terminal.wait("Title")
        terminal.wait("Settings")
        for page in (" ", " ", "G", "gg"):
            terminal.press(page)
            terminal.read(0.2)
        terminal.press("\r")
        terminal.wait("reading")
        for place in range(1, len(PIECES)):
            terminal.press("]")
            terminal.wait(rf"(?m)^ *{place} ")
            terminal.press("j")
        walk(terminal, DIALOGS, PIECES[5])
        terminal.press("q")
        terminal.wait("Title")
        walk(terminal, LIBRARY, PIECES[6])
        terminal.press("\x11")
        assert terminal.exit_code() == 0
        assert acting(bytes(terminal.written)) == []
        copied = base64.b64decode(re.findall(rb"\x1b\]52;c;([^\x07]*)", bytes(terminal.written))[0]).decode()
        assert any(copied in document.text for document in nasty_documents())


def file_names() -> list[bytes]:
    """Every character that acts but the slash and NUL, in names a disk takes; and bytes that are no UTF-8."""
    return [piece.replace("/", "").encode()[:250] for piece in PIECES] + [
        b"\xff\xfe\x9b31m",
        b"--\x1b[2J",
        b"@\x1b]0;x\x07",
    ]


SHELL = """
import json, sys
from reader.cli import main
for words in json.load(open(sys.argv[1])):
    print(flush=True)
    try:
        main(words)
    except SystemExit as end:
        print(f"== {end.code}", flush=True)
"""


def said(folder: Path, commands: Sequence[Sequence[str]], size: int = 1 << 16) -> list[bytes]:
    """What each command writes to a terminal, in order."""
    (folder / "commands.json").write_text(json.dumps(commands))
    master, terminal = pty.openpty()
    program = subprocess.Popen(
        [sys.executable, "-c", SHELL, str(folder / "commands.json")],
        cwd=folder,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        env={**os.environ, "COLUMNS": "100", "LANG": "C.UTF-8"},
    )
    os.close(terminal)
    written = bytearray()
    try:
        while data := os.read(master, size):
            written += data
    except OSError:  # Linux says so at the end of a terminal
        pass
    finally:
        os.close(master)
    assert program.wait() == 0
    parts = re.split(rb"== \w+\r\n", bytes(written))
    assert len(parts) == len(commands) + 1, written[-500:]
    return parts[:-1]


def messages(folder: Path) -> list[list[str]]:
    """Every command, with what makes it speak: names, words and errors that act."""
    odd = PIECES[7].replace("/", "")
    other, text = os.fsdecode(file_names()[3]), "x.txt"
    return [
        ["import", "files"],
        ["import", "files", "--json"],
        ["import", "files", "--skip-bad"],
        *([["import", name] for name in sorted(os.listdir(folder))[:8]]),
        ["import", odd],
        ["import", "files", "--format", odd],
        ["import", "files", "--encoding", odd],
        ["import", "table.csv", "--column", odd],
        ["import", "table.csv", "--column", f"text={odd}"],
        ["import", odd, f"--{odd}"],
        ["import"],
        [odd, "--nothing"],
        ["export", f"{odd}/x.jsonl"],
        ["export", odd],
        ["export", "x.conll"],
        ["export", "x.csv", "--json"],
        ["export", "x.brat", "--format", "conll", "--lossy", "--force"],
        ["export", "x.jsonl", "--annotator", odd],
        ["export", "x.jsonl", "--split", odd],
        ["export", "x.jsonl", "--status", odd],
        ["convert", "files", f"{odd}.jsonl"],
        ["convert", other, text, "--to", odd],
        ["documents"],
        ["documents", "--json"],
        ["documents", "--words", odd],
        ["documents", "--label", odd],
        ["search", "a"],
        ["search", "a", "--json"],
        ["search", odd],
        ["labels"],
        ["labels", "list", "--json"],
        ["labels", "add", odd],
        ["labels", "rename", odd, "X"],
        ["labels", "key", "PERSON", odd],
        ["labels", "recolor", odd, "red"],
        ["labels", "load", odd],
        ["labels", "save", f"{odd}/x"],
        ["stats"],
        ["stats", "--json"],
        ["--as", odd, "stats"],
        ["undo", "--list"],
        ["undo", "--list", "--json"],
        ["undo"],
        ["undo", "--redo", "--json"],
        ["suggest", "--model", odd],
        ["suggest", "--patterns", odd],
        ["merge", odd],
        ["backup", f"{odd}/x"],
        ["check"],
        ["check", "--json"],
        ["repair"],
        ["repair", "--from", odd],
        ["config"],
        ["config", "--json"],
        ["config", "--path"],
        ["--db", odd, "stats"],
        ["--db", f"{odd}.txt", "import", "files"],
        ["formats"],
        ["formats", "--json"],
        ["--help"],
        ["export", "--help"],
    ]


def test_every_message_of_the_command_line_writes_only_what_is_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", f"ada{PIECES[4]}")
    monkeypatch.setenv("READER_CONFIG", str(tmp_path / PIECES[1]))
    nasty(tmp_path)
    (tmp_path / "files").mkdir()
    contents = [
        b'{"text": "a", "spans": [{"start": 9, "end": 1, "label": "\\u001b[2J"}]}\n',
        b"\x80\xff",
        b"Ada\tX-\x1b\n",
    ]
    for place, name in enumerate(file_names()):
        (Path(os.fsdecode(os.fsencode(tmp_path / "files") + b"/" + name))).write_bytes(contents[place % 3])
    (tmp_path / "table.csv").write_text(f"a,{PIECES[2]}\nb,c\n")
    commands = messages(tmp_path)
    with Project.open(tmp_path / "annotations.db") as project:
        project._store.connection.execute("UPDATE spans SET words = words || 'x'")
    found = dict(zip(map(ascii, commands), said(tmp_path, commands), strict=True))
    assert [words for words, written in found.items() if not written.strip()] == []
    assert {words: acting(written)[:3] for words, written in found.items() if acting(written)} == {}


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_random_keys_over_all_of_it_write_only_what_is_allowed(tmp_path: Path) -> None:
    """Prints its figure: run with `make soak`."""
    keys = int(os.environ.get("READER_KEYS", "20000"))
    nasty(tmp_path)
    # A terminal leaves control characters out of what it pastes.
    pastes = [PASTE.format(piece) for piece in PIECES if all(unicodedata.category(one) != "Cc" for one in piece)]
    written = sessions(lambda: Listener([], cwd=tmp_path), random.Random(1), keys, pastes)
    assert [acting(one)[:3] for one in written if acting(one)] == []
    bytes_seen = sum(map(len, written))
    print(f"terminal bytes: {keys:,} random keys over hostile data wrote {bytes_seen:,} bytes, 0 outside the grammar")
