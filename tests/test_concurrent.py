"""Several programs on one file: every edit is kept, nobody is told of locks, and nobody waits for a long export."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from screens import project_of, shown

from reader.errors import StoreError
from reader.model import Document, Label, Span, spans_of
from reader.project import Project, Query
from reader.store import connection
from reader.tui.article import ArticleScreen

WRITERS = 4
TEXT = "Ada wrote to Bob. " * 1200
WRITER = """
import sys
from reader.model import Span
from reader.project import Project, Query

name, number, step = sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
with Project.open(sys.argv[1], annotator=name) as project:
    document = project.open_document(1)
    print("ready", flush=True)
    sys.stdin.readline()
    for place in range(number):
        start = place * 4 + step
        document.apply(document.label(Span(start, start + 1, f"L{step}")), "label")
    print("done", flush=True)
"""


def writers(path: Path, names: list[str], number: int) -> list[str]:
    """Have a program for each name label so many single letters, all at once; what each said that it had to say."""
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), name, str(number), str(step)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for step, name in enumerate(names)
    ]
    for program in programs:
        assert program.stdout
        assert program.stdout.readline() == "ready\n"
    with ThreadPoolExecutor(len(programs)) as together:
        return list(together.map(lambda program: program.communicate("go\n")[0], programs))


def a_file(folder: Path) -> Path:
    with Project.open(folder / "annotations.db", annotator="ada") as project:
        project.import_documents([Document(TEXT, "Letters")])
    return folder / "annotations.db"


def everything_is_there(path: Path, names: list[str], number: int) -> None:
    with Project.open(path, annotator="ada") as project:
        assert project.check() == []
    for name in sorted(set(names)):
        steps = [step for step, other in enumerate(names) if other == name]
        wanted = {Span(place * 4 + step, place * 4 + step + 1, f"L{step}") for step in steps for place in range(number)}
        with Project.open(path, annotator=name) as project:
            assert set(spans_of(project.open_document(1).marks)) == wanted


def test_four_programs_on_one_file_lose_nothing_and_exports_beside_them_are_whole(tmp_path: Path) -> None:
    """Two of them are the same annotator's, in the same article."""
    trial(tmp_path, ["ada", "ada", "bob", "cid"], 25)


def trial(folder: Path, names: list[str], number: int) -> int:
    """How many exports were made while the others wrote."""
    path = a_file(folder)
    with ThreadPoolExecutor(1) as beside:
        working = beside.submit(writers, path, names, number)
        exported = 0
        while not working.done() or not exported:
            with Project.open(path, annotator="ada") as project:
                report = project.export(folder / "out.jsonl")
            assert (report.documents, report.losses) == (1, ())
            exported += 1
        assert working.result() == ["done\n"] * len(names)
    everything_is_there(path, names, number)
    return exported


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_four_programs_with_five_thousand_edits_each(tmp_path: Path) -> None:
    """Prints its figure: run with `make soak`."""
    number = int(os.environ.get("READER_EDITS", "5000"))
    exported = trial(tmp_path, ["ada", "ada", "bob", "cid"], number)
    print(f"four programs: {4 * number:,} edits beside {exported:,} exports, all kept, nobody told of a lock")


def test_programs_that_begin_the_same_file_at_once_all_work_on_it(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    ada, bob, cid = (Project.open(path, annotator=name) for name in ("ada", "bob", "cid"))
    bob.labels.add(Label("SHIP"))
    ada.import_documents([Document("Ada wrote.", "A")])
    ada.labels.add(Label("TOWN"))
    for project, title in ((bob, "B"), (cid, "C"), (ada, "D")):
        project.import_documents([Document(f"{title} wrote too.", title)])
    for project in (ada, bob, cid):
        assert [row.title for row in project.library.rows(Query(sort="title"))] == ["A", "B", "C", "D"]
        assert {"SHIP", "TOWN", "PERSON"} <= {label.name for label in project.schema.labels}
        assert project.check() == []
        project.close()


def test_a_file_of_another_program_that_appears_meanwhile_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    with Project.open(path, annotator="ada") as project:
        path.write_text("mine")
        for _ in range(2):
            with pytest.raises(StoreError, match="Reader did not make it"):
                project.import_documents([Document("Ada wrote.")])
        path.unlink()
        project.import_documents([Document("Ada wrote.")])
        assert project.stats().documents == 1


UNDOING = """
import sys
from reader.model import Label, Span
from reader.project import Project

with Project.open(sys.argv[1], annotator="bob") as project:
    document = project.open_document(1)
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(int(sys.argv[2])):
        document.apply(document.label(Span(number, number + 1, "X")), "label")
        project.history.undo()
        project.labels.add(Label(f"L{number}"))
"""


def test_a_check_beside_one_who_labels_and_undoes_finds_nothing_wrong(tmp_path: Path) -> None:
    path = a_file(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-c", UNDOING, str(path), "60"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout
        assert other.stdin
        assert other.stdout.readline() == "ready\n"
        other.stdin.write("go\n")
        other.stdin.flush()
        with Project.open(path, annotator="ada") as project:
            while other.poll() is None:
                assert project.check() == []
    assert other.returncode == 0


def test_a_long_export_holds_no_lock_against_an_edit(tmp_path: Path) -> None:
    """Half way through the export another program edits at once; with a lock it would be refused."""
    path = a_file(tmp_path)
    with Project.open(path, annotator="ada") as project, Project.open(path, annotator="bob") as other:
        project.import_documents([Document(f"{TEXT}{number}", f"Letter {number}") for number in range(30)])
        other.wait_at_most(0)
        document = other.open_document(1)
        seen: list[str] = []
        for one in project.documents():
            seen.append(one.title)
            start = len(seen)
            document.apply(document.label(Span(start, start + 1, "X")), "label")
        assert len(seen) == 31
        assert document.waiting == 0
    with Project.open(path, annotator="bob") as other:
        assert len(spans_of(other.open_document(1).marks)) == 31


class Writing:
    """Another program in the middle of writing: for a while nobody can even read."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.execute("BEGIN EXCLUSIVE")

    def end(self) -> None:
        self._connection.execute("ROLLBACK")
        self._connection.close()


@pytest.mark.parametrize("keys", ["1", "]", "d", "q+", "t", "*"])
async def test_the_screen_outlives_what_another_program_writes(keys: str, tmp_path: Path) -> None:
    project = project_of(tmp_path, [Document("Ada met Bob. " * 20, "T"), Document("Two.", "U")])
    project.wait_at_most(0.01)
    async with shown(project, document=1) as pilot:
        other = Writing(tmp_path / "annotations.db")
        # The file is free again before the patience of a read is at its end.
        freed = threading.Timer(0.1, other.end)
        freed.start()
        for key in keys:
            if key == "+":
                pilot.app.screen.look()  # type: ignore[attr-defined]
            else:
                await pilot.press({"]": "right_square_bracket", "*": "asterisk"}.get(key, key))
        await pilot.pause()
        assert pilot.app.is_running
        freed.join()
        article = pilot.app.screen
        if isinstance(article, ArticleScreen):
            article.look()
            assert not article.document.waiting


def test_a_read_that_waits_too_long_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "BUSY_SECONDS", 0.05)
    path = a_file(tmp_path)
    with Project.open(path, annotator="ada") as project:
        project.wait_at_most(0)
        other = Writing(path)
        with pytest.raises(StoreError, match="another program is writing to it") as raised:
            project.stats()
        assert "locked" not in str(raised.value)
        with pytest.raises(StoreError, match="another program is writing to it"):
            Project.open(path, annotator="ada")
        other.end()


def test_an_import_of_many_articles_lets_others_read(tmp_path: Path) -> None:
    """In the middle of a transaction of 8 MB."""
    path = a_file(tmp_path)
    with Project.open(path, annotator="ada") as project, Project.open(path, annotator="bob") as other:
        other.wait_at_most(0)

        def records() -> Iterator[Document]:
            for number in range(80):
                yield Document(f"{number} " * 25_000)
            assert other.stats().documents == 1

        project.import_documents(records())
        assert other.stats().documents == 81
