"""The program asks the network for nothing: no name, no connection, in no command and on no screen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from terminal import Terminal

DATA = Path(__file__).parent / "data"
# Put before the program: each thing it asks of the network is written down, and forbidden.
WATCH = """
import os, sys

def watch(event, arguments):
    asks = event.startswith("socket.") and event not in ("socket.__new__", "socket.gethostname")
    ours = event in ("socket.connect", "socket.bind") and getattr(arguments[0], "family", None) == 1
    # urllib3, which trafilatura imports, tries in this way whether the machine has IPv6; nothing is sent.
    ours = ours or (event == "socket.bind" and arguments[1] == ("::1", 0))
    if (asks and not ours) or event.startswith(("urllib.", "http.client", "ftplib.", "smtplib.")):
        with open(os.environ["READER_WATCH"], "a") as file:
            print(event, arguments[1:], file=file)
        raise OSError("no network")

sys.addaudithook(watch)
open(os.environ["READER_WATCH"], "a").close()
"""
COMMANDS = (
    ["import", "articles"],
    ["suggest"],
    ["suggest", "--again", "--model", "https://example.org/model"],
    ["search", "Ada"],
    ["export", "out.html", "--lossy"],
    ["convert", "articles", "out.zip", "--to", "brat", "--lossy"],
    ["backup", "copy.db"],
)


@pytest.fixture
def watched(tmp_path: Path, as_it_comes: None, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with articles that name addresses, and the file in which what is asked of the network is written."""
    (tmp_path / "path").mkdir()
    (tmp_path / "path" / "sitecustomize.py").write_text(WATCH)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "path"))
    monkeypatch.setenv("READER_WATCH", str(tmp_path / "watched"))
    articles = tmp_path / "articles"
    articles.mkdir()
    page = '<html><head><link rel="stylesheet" href="http://example.org/a.css"></head><body><article><p>{}</p>'
    (articles / "a.html").write_text(
        page.format("Ada Lovelace met Charles Babbage in London. " * 9) + '<img src="//x/y">'
    )
    (articles / "b.jsonl").write_text(json.dumps({"text": "Ada http://example.org", "source": "http://example.org"}))
    for name in ("xml/02-xxe-file.xml", "xml/03-xxe-http.xml", "epub/00-good.epub", "epub/09-xxe-opf.epub"):
        (articles / Path(name).name).write_bytes((DATA / "nasty" / name).read_bytes())
    feed = "<rss><channel><item><title>T</title><link>http://example.org</link><description>Ada.</description></item>"
    (articles / "c.rss").write_text(f"{feed}</channel></rss>")
    return tmp_path


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "reader", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=dict(os.environ), check=False)


def test_no_command_and_no_screen_asks_the_network_for_anything(watched: Path) -> None:
    for words in COMMANDS:
        done = run(watched, *words)
        assert "Traceback" not in done.stderr, done.stderr
    with Terminal([], cwd=watched) as terminal:
        terminal.wait("documents|Ada")
        terminal.press("\r")
        terminal.wait("reading")
        terminal.press("w1")
        terminal.wait("labelled")
        terminal.press("\x11")
        assert terminal.exit_code() == 0
    assert (watched / "watched").read_text() == ""


def test_the_watch_sees_what_asks(watched: Path) -> None:
    """A check that cannot fail would prove nothing."""
    code = "import urllib.request as u\ntry: u.urlopen('http://127.0.0.1:9')\nexcept OSError: pass"
    subprocess.run([sys.executable, "-c", code], cwd=watched, check=True)
    subprocess.run(
        [sys.executable, "-c", "import socket\ntry: socket.getaddrinfo('example.org', 80)\nexcept OSError: pass"],
        cwd=watched,
        check=True,
    )
    seen = (watched / "watched").read_text()
    assert "urllib.Request" in seen
    assert "socket.getaddrinfo" in seen
