"""Reading an article: what the mouse, a search and the panel do to the keys that follow, and what the screen tells."""

from __future__ import annotations

from pathlib import Path

from terminal import Terminal

from reader.model import Document, Span, spans_of
from reader.project import Project

TEXT = "Ada Lovelace wrote to Charles Babbage.\nThe letter went from London to Kherson."
ADA = Span(0, 12, "PERSON")


def in_the_file(folder: Path) -> list[Span]:
    with Project.open(folder / "annotations.db", annotator="ada") as project:
        return spans_of(project.open_document(1).marks)


def test_a_key_right_after_the_mouse_is_meant_for_what_was_clicked(tmp_path: Path) -> None:
    with Project.open(tmp_path / "annotations.db", annotator="ada") as project:
        long = TEXT + "".join(f"\nLine {number} of it." for number in range(100))
        project.import_documents([Document(long, "Letter", marks=frozenset({ADA}))])
    with Terminal([], cwd=tmp_path) as terminal:
        terminal.wait("London")
        terminal.settle()
        column = next(row.index("London") for row in terminal.screen.display if "London" in row) + 1
        row = next(index for index, row in enumerate(terminal.screen.display, 1) if "London" in row)
        # Pressed, released and a label, in one read; and then the wheel, which takes the cursor along.
        terminal.press(f"\x1b[<0;{column};{row}M\x1b[<0;{column};{row}m3")
        terminal.wait("labelled GPE")
        terminal.press("\x1b[<65;10;10M" * 3 + "2")
        terminal.wait("labelled ORG")
        terminal.press("\x11")
        assert terminal.exit_code() == 0
    first, second, third = in_the_file(tmp_path)
    assert (first, second) == (ADA, Span(long.index("London"), long.index("London") + 6, "GPE"))
    assert third.label == "ORG"
    assert third.start > long.index("Line 0")


def test_a_click_in_the_panel_is_over_before_the_next_key(tmp_path: Path) -> None:
    spans = {ADA, Span(TEXT.index("Kherson"), TEXT.index("Kherson") + 7, "GPE")}
    with Project.open(tmp_path / "annotations.db", annotator="ada") as project:
        project.import_documents([Document(TEXT, "Letter", marks=frozenset(spans))])
    with Terminal([], cwd=tmp_path) as terminal:
        terminal.wait("2 entities")
        terminal.settle()
        row = max(index for index, row in enumerate(terminal.screen.display, 1) if "Kherson" in row[70:])
        terminal.press(f"\x1b[<0;85;{row}M\x1b[<0;85;{row}m2")
        terminal.wait("labelled ORG")
        terminal.press("\x11")
        assert terminal.exit_code() == 0
    assert [span.label for span in in_the_file(tmp_path)] == ["PERSON", "ORG"]
