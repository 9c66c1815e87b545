"""A `.spacy` file is what `spacy train` and `spacy debug data` take."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from reader import formats
from reader.model import Document, Span, Tag

# spaCy's own command line; it takes two seconds to start, so one program runs one command after the other.
COMMANDS = """
import json, sys
from spacy.cli import app
from typer.main import get_command
for words in json.loads(sys.argv[1]):
    print(f"== {words[0]}", flush=True)
    get_command(app)(words, standalone_mode=False)
"""


def spacy(*commands: list[str], cwd: Path) -> str:
    """Run commands of spaCy's, which must succeed; their output, each under its name."""
    done = subprocess.run(
        [sys.executable, "-c", COMMANDS, json.dumps(commands)],
        cwd=cwd,
        capture_output=True,
        text=True,
        env={**os.environ, "CUDA_VISIBLE_DEVICES": "", "NO_COLOR": "1"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def article(number: int) -> Document:
    text = f"Ada Lovelace {number} wrote to Charles Babbage in London."
    start = text.index("Charles")
    spans = {Span(0, 12, "PERSON"), Span(start, start + 15, "PERSON"), Span(text.index("London"), len(text) - 1, "GPE")}
    return Document(text, f"Letter {number}", marks=frozenset(spans | {Tag("letter")}))


@pytest.mark.timeout(180)
def test_spacy_trains_on_the_export(tmp_path: Path) -> None:
    formats.export((article(number) for number in range(200)), tmp_path / "train.spacy")
    formats.export((article(number) for number in range(200, 220)), tmp_path / "dev.spacy")
    paths = "--paths.train train.spacy --paths.dev dev.spacy"
    steps = "--training.max_steps 40 --training.eval_frequency 20"
    said = spacy(
        "init config config.cfg --lang en --pipeline ner".split(),
        f"debug data config.cfg {paths}".split(),
        f"train config.cfg {paths} {steps} --output model".split(),
        "evaluate model/model-last dev.spacy".split(),
        cwd=tmp_path,
    )
    _, _, told, _, scored = re.split("^== ", said, flags=re.MULTILINE)
    assert "✘" not in told
    assert "2 label(s)" in told
    assert "NER F" in scored
