"""A disk that fails at any one moment: what was there stays, the edit is kept, and one line says what is wrong."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("apsw", reason="the failing disk needs apsw")

from faults import Fault, failing_calls, failing_store, largest_file

from reader.config import Config
from reader.errors import InputError, NotSaved, ReaderError, StoreError
from reader.model import Document, Schema, Span, spans_of
from reader.project import Project
from reader.project.documents import OpenDocument
from reader.project.importing import take_in
from reader.store.connection import Store

TEXT = "Ada Lovelace wrote to Charles Babbage in London."
ADA, BABBAGE = Span(0, 12, "PERSON"), Span(22, 37, "PERSON")
DISK = (errno.ENOSPC, errno.EIO)
Work = Callable[[Path, Path], None]


def a_file(path: Path) -> Path:
    with Project.open(path, annotator="ada", config=Config(backups=0)) as project:
        project.import_documents([Document(TEXT, "Letter")])
        document = project.open_document(1)
        document.apply(document.label(ADA), "label")
    return path


def spans_in(path: Path) -> list[Span]:
    """What a program that opens the file finds, which is whole."""
    with Project.open(path, annotator="ada") as project:
        assert project.check() == []
        return spans_of(project.open_document(1).marks)


def clear(error: ReaderError) -> None:
    """One line that a person can use."""
    said = str(error)
    assert "\n" not in said
    assert said.isprintable()
    assert len(said) > 20


@pytest.mark.parametrize("error", DISK, ids=errno.errorcode.get)
def test_an_edit_is_kept_and_tried_again_whichever_call_of_the_disk_fails(error: int, tmp_path: Path) -> None:
    points = 0
    good = a_file(tmp_path / "good.db")
    while True:
        path = shutil.copy(good, tmp_path / f"{points}.db")
        fault = Fault(points + 1, error)
        with failing_store(path, fault) as store:
            document = OpenDocument(store, 1, "ada", Schema())
            try:
                document.apply(document.label(BABBAGE), "label")
            except NotSaved as refused:
                clear(refused)
                assert document.waiting == 1
                assert document.spans == [ADA, BABBAGE]
                # The disk works again.
                document.save()
            assert document.waiting == 0
        assert spans_in(path) == [ADA, BABBAGE]
        if not fault.happened:
            break
        points += 1
    assert points > 5
    print(f"faults in an edit ({errno.errorcode[error]}): {points} of {points} points, kept and saved after all")


@pytest.mark.parametrize("error", DISK, ids=errno.errorcode.get)
def test_an_import_is_there_whole_or_not_at_all(error: int, tmp_path: Path) -> None:
    points = 0
    good = a_file(tmp_path / "good.db")
    while True:
        path = shutil.copy(good, tmp_path / f"{points}.db")
        fault = Fault(points + 1, error)
        refused = False
        with failing_store(path, fault) as store:
            try:
                imported(store)
            except StoreError as said:
                clear(said)
                refused = True
        assert spans_in(path) == [ADA]
        with Project.open(path) as project:
            number = project.stats().documents
        assert number in (1, 31)
        assert number == 31 or refused
        if not fault.happened:
            break
        points += 1
    assert points > 5
    print(f"faults in an import ({errno.errorcode[error]}): {points} of {points} points, whole or not at all")


def imported(store: Store) -> None:
    records = [Document(f"Article {number} " * 300, f"{number}") for number in range(30)]
    take_in(store, [("x", ("script", ""), records)], annotator="ada", complete=lambda missing, schema: [*missing])


def exporting(path: Path, target: Path) -> None:
    with Project.open(path, annotator="ada") as project:
        project.export(target, format_name="brat" if target.suffix == ".zip" else "jsonl")


def backing_up(path: Path, target: Path) -> None:
    with Project.open(path, annotator="ada") as project:
        project.backup(target)


@pytest.mark.parametrize("error", DISK, ids=errno.errorcode.get)
@pytest.mark.parametrize(("work", "name"), [(exporting, "out.jsonl"), (exporting, "out.zip"), (backing_up, "copy.db")])
def test_an_old_export_or_backup_outlives_any_failing_call(work: Work, name: str, error: int, tmp_path: Path) -> None:
    path = a_file(tmp_path / "annotations.db")
    target = tmp_path / "there" / name
    target.parent.mkdir()
    work(path, target)  # imports open files too
    counting = Fault(0, error)
    with failing_calls(counting):
        work(path, target)
    whole = target.read_bytes()
    points = 0
    while True:
        target.write_bytes(b"the old one")
        fault = Fault(points + 1, error)
        expected = [whole]
        try:
            with failing_calls(fault):
                work(path, target)
        except (InputError, StoreError) as said:
            clear(said)
            # Both end by opening and syncing the folder, and by then the new file is in its place.
            behind = fault.at > counting.calls - 2
            expected = [whole] if behind else [b"the old one"]
        assert target.read_bytes() in expected
        assert [one.name for one in target.parent.iterdir()] == [name]
        if not fault.happened:
            break
        points += 1
    assert points > 2
    print(f"faults in {work.__name__} to {name} ({errno.errorcode[error]}): {points} of {points} points")


@pytest.mark.parametrize(("work", "name"), [(exporting, "out.jsonl"), (exporting, "out.zip"), (backing_up, "copy.db")])
def test_an_old_export_or_backup_outlives_a_disk_that_is_full_at_any_size(
    work: Work, name: str, tmp_path: Path
) -> None:
    path = a_file(tmp_path / "annotations.db")
    target = tmp_path / "there" / name
    target.parent.mkdir()
    work(path, target)
    full = target.stat().st_size
    for size in range(0, full, max(1, full // 12)):
        target.write_bytes(b"the old one")
        with pytest.raises((InputError, StoreError)) as raised, largest_file(size):
            work(path, target)
        clear(raised.value)
        assert target.read_bytes() == b"the old one"
        assert [one.name for one in target.parent.iterdir()] == [name]


def test_edits_and_imports_wait_for_a_disk_that_is_full_at_any_size(tmp_path: Path) -> None:
    path = a_file(tmp_path / "annotations.db")
    full = path.stat().st_size
    for size in (0, 1, 512, full // 2, full):
        with Project.open(path, annotator="ada", config=Config(backups=0)) as project:
            document = project.open_document(1)
            note = Document(f"{size} long " * 20_000, f"{size}")
            with largest_file(size), pytest.raises(NotSaved) as raised:
                project.import_documents([note])
            clear(raised.value)
            span = Span(13 + size % 3, 18, f"L{size}")
            with largest_file(0), pytest.raises(NotSaved):
                document.apply(document.label(span), "label")
            document.save()
            assert span in document.spans
        assert spans_in(path)
