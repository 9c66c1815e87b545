"""A `.spacy` file is what `spacy train` and `spacy debug data` take."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from reader import formats
from reader.model import Document, Span, Tag


def spacy(*arguments: str, cwd: Path) -> str:
    """Run a spaCy command, which must succeed; its output."""
    done = subprocess.run(
        [sys.executable, "-m", "spacy", *arguments],
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
    paths = ("--paths.train", "train.spacy", "--paths.dev", "dev.spacy")
    spacy("init", "config", "config.cfg", "--lang", "en", "--pipeline", "ner", cwd=tmp_path)
    told = spacy("debug", "data", "config.cfg", *paths, cwd=tmp_path)
    assert "✘" not in told
    assert "2 label(s)" in told
    steps = ("--training.max_steps", "40", "--training.eval_frequency", "20")
    spacy("train", "config.cfg", *paths, *steps, "--output", "model", cwd=tmp_path)
    scored = spacy("evaluate", "model/model-last", "dev.spacy", cwd=tmp_path)
    assert "NER F" in scored
