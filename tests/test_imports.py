"""What each command loads: a heavy library is imported only where it is used."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from commands import Cli

WATCHED = ("textual", "sqlite3", "spacy", "numpy", "sqlite_utils", "rich", "charset_normalizer")
PROGRAM = """
import json, sys
sys.argv = ["reader", *{words!r}]
from reader.cli import main
try:
    main()
except SystemExit:
    print(json.dumps([name for name in {watched!r} if name in sys.modules]), file=sys.stderr)
"""


def loaded_by(words: list[str], cwd: Path) -> set[str]:
    """Which of the watched modules a command line leaves loaded."""
    code = PROGRAM.format(words=words, watched=WATCHED)
    done = subprocess.run([sys.executable, "-c", code], cwd=cwd, capture_output=True, text=True)
    return set(json.loads(done.stderr.splitlines()[-1]))


@pytest.mark.parametrize(
    ("words", "allowed"),
    [
        (["--version"], set()),
        (["--help"], {"sqlite3"}),
        (["import", "a.txt"], {"sqlite3"}),
        (["documents"], {"sqlite3"}),
        (["export", "out.jsonl"], {"sqlite3"}),
        (["export", "out.csv"], {"sqlite3"}),
    ],
)
def test_a_command_loads_no_more_than_it_needs(words: list[str], allowed: set[str], tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Ada wrote.")
    Cli(tmp_path).run("import", "a.txt")
    assert loaded_by(words, tmp_path) <= allowed


def test_the_screens_process_never_loads_spacy(seed: Path, tmp_path: Path) -> None:
    code = f"""
import asyncio, json, sys
from pathlib import Path
from reader.project import Project
from reader.tui.app import ReaderApp
async def main():
    with Project.open(Path("a.db"), annotator="ada") as project:
        first = project.import_files([{str(seed)!r}]).first
        app = ReaderApp(project, first)
        async with app.run_test(size=(100, 30)) as pilot:
            while not app.screen.document.suggestions:
                await pilot.pause(0.05)
            await pilot.press("tab", "a")
asyncio.run(main())
print(json.dumps([name for name in {WATCHED!r} if name in sys.modules]))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    assert set(json.loads(done.stdout.splitlines()[-1])) == {"textual", "rich", "sqlite3"}
