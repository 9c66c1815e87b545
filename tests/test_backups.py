"""Rolling copies: made before what changes much at once, few, whole, and not at every turn."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from reader.config import Config
from reader.edits import Action
from reader.errors import InputError
from reader.model import Document, Span
from reader.project import Project, backups
from reader.store.checking import check
from reader.store.connection import Store

KHERSON = Document("Kherson fell. Kherson rose.", "News", "here", marks=frozenset({Span(0, 7, "GPE")}))


def a_project(folder: Path, keep: int = 3) -> Project:
    project = Project.open(folder / "annotations.db", annotator="ada", config=Config(backups=keep))
    project.import_documents([KHERSON])
    return project


def quiet(what: str, done: int, total: int) -> None:
    """Nobody looks."""


def age(folder: Path) -> None:
    """Make the copies an hour older, and their names with them."""
    for number, path in enumerate(backups.copies(folder / "annotations.db")):
        os.utime(path, (path.stat().st_mtime - 3600,) * 2)
        path.rename(path.with_name(f"annotations-2020010{number}T000000Z.db"))


def test_the_first_import_of_a_file_has_nothing_to_copy(tmp_path: Path) -> None:
    with a_project(tmp_path):
        assert not backups.folder_of(tmp_path / "annotations.db").exists()


def test_imports_and_bulk_edits_leave_a_whole_copy_of_what_was_before(tmp_path: Path) -> None:
    with a_project(tmp_path) as project:
        for change in (
            lambda: project.import_documents([Document("Another text.")]),
            lambda: project.apply_everywhere(Action("label", "Kherson", "LOC")),
            lambda: project.labels.rename("GPE", "PLACE"),
        ):
            age(tmp_path)
            before = len(backups.copies(tmp_path / "annotations.db"))
            change()
            copies = backups.copies(tmp_path / "annotations.db")
            assert len(copies) == before + 1
        store = Store.open(copies[-1], read_only=True)
        assert check(store, quiet) == []
        assert store.rows("SELECT count(*) FROM labels WHERE name = 'PLACE'") == [(0,)]


def test_a_young_copy_is_good_enough_and_old_ones_go(tmp_path: Path) -> None:
    with a_project(tmp_path, keep=2) as project:
        for number in range(5):
            project.import_documents([Document(f"Text {number}.")])
            project.import_documents([Document(f"Text {number} again.")])
            age(tmp_path)
        assert len(backups.copies(tmp_path / "annotations.db")) == 2


def test_a_copy_a_person_put_there_stays_and_takes_no_place_of_another(tmp_path: Path) -> None:
    with a_project(tmp_path, keep=2) as project:
        folder = backups.folder_of(tmp_path / "annotations.db")
        folder.mkdir()
        own = ["annotations-before-reviewZ.db", "before-review.db", "monday.db", "zz.db"]
        for name in own:
            project.backup(folder / name)
            os.utime(folder / name, (0, 0))
        for number in range(5):
            project.import_documents([Document(f"Text {number}.")])
            age(tmp_path)
        assert sorted(path.name for path in folder.iterdir() if path.name in own) == own
        assert len(backups.copies(tmp_path / "annotations.db")) == 2


def test_files_that_differ_in_their_suffix_alone_keep_their_copies_apart(tmp_path: Path) -> None:
    for name in ("a.db", "a.sqlite", "a[b].db"):
        with Project.open(tmp_path / name, annotator="ada", config=Config(backups=1)) as project:
            project.import_documents([KHERSON])
            project.import_documents([Document("Another text.")])
    for name in ("a.db", "a.sqlite", "a[b].db"):
        [copy] = backups.copies(tmp_path / name)
        assert copy.suffix == Path(name).suffix


def test_a_copy_made_while_the_clock_is_wrong_is_not_the_one_that_goes(tmp_path: Path) -> None:
    with a_project(tmp_path, keep=1) as project:
        project.import_documents([Document("Another text.")])
        [copy] = backups.copies(tmp_path / "annotations.db")
        os.utime(copy, (0, 0))
        later = copy.rename(copy.with_name("annotations-29990101T000000Z.db"))
        project.import_documents([Document("A third text.")])
        [made] = [one for one in backups.copies(tmp_path / "annotations.db") if one != later]
        assert Store.open(made).value("SELECT count(*) FROM documents") == 2


def test_none_are_made_where_none_are_wanted(tmp_path: Path) -> None:
    with a_project(tmp_path, keep=0) as project:
        project.import_documents([Document("Another text.")])
        assert backups.copies(tmp_path / "annotations.db") == []


def test_a_copy_opens_as_a_file_and_may_be_merged_back(tmp_path: Path) -> None:
    with a_project(tmp_path) as project:
        project.import_documents([Document("Another text.")])
        [copy] = backups.copies(tmp_path / "annotations.db")
        [report] = project.merge([copy])
        assert report.documents == 0
        with pytest.raises(InputError, match="open database"):
            project.backup(tmp_path / "annotations.db")


def test_a_backup_that_may_replace_only_files_of_reader_replaces_no_other(tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.db"
    connection = sqlite3.connect(foreign)
    connection.execute("CREATE TABLE mine (a)")
    connection.close()
    (tmp_path / "notes.txt").write_text("hi")
    (tmp_path / "folder.db").mkdir()
    os.mkfifo(tmp_path / "pipe.db")
    before = {path: path.read_bytes() for path in (foreign, tmp_path / "notes.txt")}
    with a_project(tmp_path) as project:
        for name in ("foreign.db", "notes.txt", "folder.db", "pipe.db"):
            with pytest.raises(InputError, match="no file of Reader's; back up to another file"):
                project.backup(tmp_path / name, replace=False)
        (tmp_path / "new.db").touch()
        for _ in range(2):
            project.backup(tmp_path / "new.db", replace=False)
    assert before == {path: path.read_bytes() for path in before}
    assert check(Store.open(tmp_path / "new.db"), quiet) == []
