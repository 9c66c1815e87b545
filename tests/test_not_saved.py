"""What the disk refuses is said, kept, tried again, and shown to the other window once it is there."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from screens import project_of, rows_of, shown
from textual.pilot import Pilot

from reader.errors import NotSaved
from reader.model import Document, Span, spans_of
from reader.project import Project
from reader.store.connection import Store
from reader.tui.app import ReaderApp
from reader.tui.article import ArticleScreen
from reader.tui.library import LibraryScreen

TEXT = "Ada Lovelace wrote to Charles Babbage in London."
ADA = Span(0, 3, "PERSON")


class Lock:
    """Another program that writes and does not come to an end."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("BEGIN IMMEDIATE")

    def release(self) -> None:
        self._connection.execute("ROLLBACK")
        self._connection.close()


class Reading:
    """Another program that reads and does not come to an end: the disk takes an edit up to its COMMIT."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("BEGIN")
        self._connection.execute("SELECT count(*) FROM documents").fetchall()

    def release(self) -> None:
        self._connection.execute("ROLLBACK")
        self._connection.close()


def article(pilot: Pilot[Any]) -> ArticleScreen:
    assert isinstance(pilot.app.screen, ArticleScreen)
    return pilot.app.screen


def in_the_file(folder: Path) -> list[Span]:
    with Project.open(folder / "annotations.db", annotator="ada") as project:
        [document] = project.documents()
        return spans_of(document.marks)


def a_project(folder: Path) -> Project:
    project = project_of(folder, [Document(TEXT, "Letter", "here")])
    project.wait_at_most(0)
    return project


async def test_an_edit_that_is_refused_is_shown_kept_and_saved_later(tmp_path: Path) -> None:
    async with shown(a_project(tmp_path)) as pilot:
        lock = Lock(tmp_path / "annotations.db")
        await pilot.press("1")
        assert "NOT SAVED" in " ".join(rows_of(pilot.app))
        assert article(pilot).document.spans == [ADA]
        await pilot.press("w", "1")
        assert article(pilot).document.waiting == 2
        lock.release()
        assert in_the_file(tmp_path) == []
        article(pilot).look()
        await pilot.pause()
        assert "NOT SAVED" not in " ".join(rows_of(pilot.app))
        assert [span.label for span in in_the_file(tmp_path)] == ["PERSON", "PERSON"]
        await pilot.press("u", "u")
        assert in_the_file(tmp_path) == []


async def test_a_full_disk_is_said_and_nothing_is_lost_when_there_is_room_again(tmp_path: Path) -> None:
    project = a_project(tmp_path)
    async with shown(project) as pilot:
        connection = project._store.connection
        [(pages,)] = connection.execute("PRAGMA page_count")
        connection.execute(f"PRAGMA max_page_count = {pages}")
        for _ in range(40):
            await pilot.press("1", "2")
            if article(pilot).document.waiting:
                break
        # Small edits fit into pages that are there; a long note does not.
        if not article(pilot).document.waiting:
            article(pilot)._apply(article(pilot).pen.set_note("long " * 20_000), "note", "noted")
            await pilot.pause()
        assert "NOT SAVED" in " ".join(rows_of(pilot.app))
        assert "full" in " ".join(rows_of(pilot.app))
        connection.execute("PRAGMA max_page_count = 100000")
        article(pilot).look()
        assert not article(pilot).document.waiting


async def test_undo_waits_for_what_is_not_saved(tmp_path: Path) -> None:
    async with shown(a_project(tmp_path)) as pilot:
        lock = Lock(tmp_path / "annotations.db")
        await pilot.press("1", "u")
        assert article(pilot).document.spans == [ADA]
        assert "NOT SAVED" in " ".join(rows_of(pilot.app))
        lock.release()
        await pilot.press("u")
        assert article(pilot).document.spans == []
        assert in_the_file(tmp_path) == []


async def test_what_was_shown_while_the_disk_wrote_and_refused_is_taken_back(tmp_path: Path) -> None:
    async with shown(a_project(tmp_path)) as pilot:
        reading = Reading(tmp_path / "annotations.db")
        await pilot.press("1")
        assert article(pilot).document.spans == [ADA]
        assert article(pilot).document.waiting == 1
        assert "NOT SAVED" in " ".join(rows_of(pilot.app))
        reading.release()
        article(pilot).look()
        reading = Reading(tmp_path / "annotations.db")
        await pilot.press("u")
        assert article(pilot).document.spans == [ADA]
        assert "NOT SAVED" in " ".join(rows_of(pilot.app))
        reading.release()
        await pilot.press("u")
        assert article(pilot).document.spans == []
        assert "NOT SAVED" not in " ".join(rows_of(pilot.app))
        assert in_the_file(tmp_path) == []


async def test_leaving_is_held_up_once_and_what_is_lost_is_said_at_the_end(tmp_path: Path) -> None:
    async with shown(a_project(tmp_path)) as pilot:
        lock = Lock(tmp_path / "annotations.db")
        await pilot.press("1", "q")
        assert isinstance(pilot.app.screen, ArticleScreen)
        await pilot.press("ctrl+q")
        assert pilot.app.is_running
        await pilot.press("ctrl+q")
        assert isinstance(pilot.app, ReaderApp)
        assert pilot.app.unsaved == 1
        lock.release()


async def test_what_another_window_does_appears(tmp_path: Path) -> None:
    async with shown(a_project(tmp_path)) as pilot:
        article(pilot).look()
        with Project.open(tmp_path / "annotations.db", annotator="ada") as other:
            document = other.open_document(1)
            document.apply(document.label(Span(22, 37, "PERSON")), "label")
        article(pilot).look()
        assert article(pilot).document.spans == [Span(22, 37, "PERSON")]
        await pilot.press("q")
        library = pilot.app.screen
        assert isinstance(library, LibraryScreen)
        library.look()
        with Project.open(tmp_path / "annotations.db", annotator="ada") as other:
            other.import_documents([Document("Another.", "Another", "there")])
        library.look()
        await pilot.pause()
        assert any("Another" in row for row in rows_of(pilot.app))


def test_a_program_that_is_busy_is_named_as_such(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "annotations.db")
    store.wait_at_most(0)
    lock = Lock(tmp_path / "annotations.db")
    with pytest.raises(NotSaved, match="another program is writing to it"), store.transaction():
        pass
    lock.release()
