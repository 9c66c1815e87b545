"""What is written to be looked at, and the formats that hold more than one annotator."""

from __future__ import annotations

from pathlib import Path

from reader import formats
from reader.model import Document, Span, spans_of

LETTER = Document(
    "Ada *met* Bob.\nAda left.",
    "Letter",
    marks=frozenset({Span(0, 3, "PER"), Span(10, 13, "PER"), Span(15, 18, "PER")}),
)


def written(name: str, folder: Path, *documents: Document) -> str:
    formats.export(documents, folder / "out", format_name=name, lossy=True)
    return (folder / "out").read_text(encoding="utf-8")


def test_a_list_of_entities_counts_them(tmp_path: Path) -> None:
    assert written("entities", tmp_path, LETTER, LETTER) == (
        "label\twords\tcount\tdocuments\nPER\tAda\t4\t2\nPER\tBob\t2\t2\n"
    )


def test_markdown_shows_the_spans_and_escapes_everything_else(tmp_path: Path) -> None:
    assert written("markdown", tmp_path, LETTER) == (
        "# Letter\n\n**Ada** \\[PER\\] \\*met\\* **Bob** \\[PER\\]\\.  \n**Ada** \\[PER\\] left\\.\n\n"
    )


def test_layers_of_several_annotators_stand_together_and_come_back(tmp_path: Path) -> None:
    layers = [
        Document("Ada met Bob.", "Letter", "here", marks=frozenset({Span(0, 3, label)}), annotator=who)
        for who, label in (("ann", "PER"), ("bob", "ORG"))
    ]
    for name in ("label-studio", "argilla", "lighttag", "bdoc", "jsonl"):
        formats.export(layers, tmp_path / name, format_name=name)
        [source] = formats.sources([tmp_path / name])
        back = [one for one in formats.read(source, name) if isinstance(one, Document)]
        found = [(one.annotator, [span.label for span in spans_of(one.marks)]) for one in back]
        assert found == [("ann", ["PER"]), ("bob", ["ORG"])], name
