"""What the docs say is so: generated parts are up to date, examples run, sessions end as printed."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from commands import Cli
from conftest import ROOT

README = (ROOT / "README.md").read_text()


def test_the_generated_parts_are_what_the_program_says() -> None:
    code = "import make_docs, sys; sys.exit(any(p.read_text() != c for p, c in make_docs.pages().items()))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT / "docs", capture_output=True, text=True)
    assert done.returncode == 0, "run `make docs`" + done.stderr


def test_the_python_example_runs(tmp_path: Path) -> None:
    [code] = re.findall(r"```python\n(.*?)```", README, re.S)
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout == "['Ada Lovelace']\n", done.stderr
    assert (tmp_path / "letters.jsonl").exists()


@pytest.mark.usefixtures("as_it_comes")
def test_the_session_ends_as_printed(tmp_path: Path) -> None:
    (tmp_path / "seeds").symlink_to(ROOT / "seeds")
    session = re.search(r"## A session\n\n```console\n(.*?)```", README, re.S)
    assert session is not None
    reader = Cli(tmp_path)
    for block in session[1].strip().split("$ ")[1:]:
        command, *printed = block.strip().split("\n")
        words = command.split("#")[0].split()[1:]
        if not words:
            continue  # the screen; test_seed.py plays it
        done = reader.run(*words)
        assert (done.stdout + done.stderr).split("\n")[:-1] == printed


@pytest.mark.parametrize("page", [*sorted(path.name for path in (ROOT / "docs").glob("*.md")), "../README.md"])
def test_links_lead_somewhere(page: str) -> None:
    text = (ROOT / "docs" / page).read_text()
    base = (ROOT / "docs" / page).parent
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", text):
        assert (base / target).exists(), target
