"""Builds a spaCy package as a stranger might: it prints, reads stdin, and fails, dies or hangs on certain words."""

from __future__ import annotations

import json
from pathlib import Path

CODE = """
import os, signal, sys
import spacy
from spacy.language import Language
from spacy.tokens import Span

print("loading, please wait")
sys.stdin.read()

@Language.component("stranger_finds")
def find(doc):
    print("looking at", doc.text)
    if "raise" in doc.text:
        raise KeyError("no such\\nthing")
    if "exit" in doc.text:
        os._exit(3)
    if "hang" in doc.text:
        signal.pause()
    doc.ents = [Span(doc, token.i, token.i + 1, label="NAME") for token in doc if token.text.istitle()]
    return doc

def load(**overrides):
    nlp = spacy.blank("en")
    nlp.add_pipe("stranger_finds", name="ner")
    return nlp
"""


def package(folder: Path, name: str = "en_stranger", labels: tuple[str, ...] = ("NAME",), code: str = CODE) -> Path:
    """Install a pipeline package into `folder`, which then has to be on the import path."""
    language, _, rest = name.partition("_")
    home = folder / name
    home.mkdir(parents=True)
    (home / "__init__.py").write_text(code)
    meta = {"lang": language, "name": rest, "version": "1.2.3", "labels": {"ner": list(labels)}}
    (home / "meta.json").write_text(json.dumps(meta))
    (home / "config.cfg").write_text(
        f'[nlp]\nlang = "{language}"\npipeline = ["ner"]\n\n[components]\n\n[components.ner]\nfactory = "ner"\n'
    )
    info = folder / f"{name}-1.2.3.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2.3\n")
    (info / "entry_points.txt").write_text(f"[spacy_models]\n{name} = {name}\n")
    return folder
