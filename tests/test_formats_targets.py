"""Where an export may go, and that it appears there whole or not at all."""

from __future__ import annotations

import io
import os
import select
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from reader import formats
from reader.errors import InputError, LossError
from reader.model import Document, Span

LETTER = Document("Ada wrote to Bob.", "Letter", "here", marks=frozenset({Span(0, 3, "PERSON")}))
NESTED = Document("New York City", "t", marks=frozenset({Span(0, 13, "GPE"), Span(0, 8, "GPE")}))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_an_existing_file_is_replaced_whole_and_keeps_its_rights(tmp_path: Path) -> None:
    (tmp_path / "out.jsonl").write_text("old")
    (tmp_path / "out.jsonl").chmod(0o640)
    formats.export([LETTER], tmp_path / "out.jsonl")
    assert (tmp_path / "out.jsonl").read_bytes().startswith(b'{"text": "Ada wrote to Bob."')
    assert (tmp_path / "out.jsonl").stat().st_mode & 0o777 == 0o640
    assert names(tmp_path) == ["out.jsonl"]


def test_a_new_file_gets_the_rights_the_user_gives_new_files(tmp_path: Path) -> None:
    (tmp_path / "other").touch()
    formats.export([LETTER], tmp_path / "out.jsonl")
    assert (tmp_path / "out.jsonl").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_an_existing_file_stays_where_it_is_not_to_be_replaced(tmp_path: Path) -> None:
    (tmp_path / "out.jsonl").write_text("old")
    with pytest.raises(InputError, match="exists already"):
        formats.export([LETTER], tmp_path / "out.jsonl", replace=False)
    assert (tmp_path / "out.jsonl").read_text() == "old"
    formats.export([LETTER], tmp_path / "new.jsonl", replace=False)
    assert names(tmp_path) == ["new.jsonl", "out.jsonl"]


def test_a_refused_export_leaves_the_target_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "out.conll").write_text("old")
    with pytest.raises(LossError):
        formats.export([NESTED], tmp_path / "out.conll")
    assert (tmp_path / "out.conll").read_text() == "old"
    assert names(tmp_path) == ["out.conll"]
    formats.export([NESTED], tmp_path / "out.conll", lossy=True)
    assert "New -X- -X- B-GPE" in (tmp_path / "out.conll").read_text()


def test_an_export_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    def broken() -> Iterator[Document]:
        yield LETTER
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        formats.export(broken(), tmp_path / "out.jsonl")
    assert names(tmp_path) == []


@pytest.mark.parametrize("there", [True, False])
def test_a_link_is_neither_followed_nor_replaced(there: bool, tmp_path: Path) -> None:
    if there:
        (tmp_path / "real.jsonl").write_text("old")
    (tmp_path / "link.jsonl").symlink_to("real.jsonl")
    with pytest.raises(InputError, match=r"is a link; name the file it leads to, .*real\.jsonl"):
        formats.export([LETTER], tmp_path / "link.jsonl")
    assert (tmp_path / "link.jsonl").is_symlink()
    assert (tmp_path / "real.jsonl").read_text() == "old" if there else not (tmp_path / "real.jsonl").exists()


def test_a_linked_folder_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    formats.export([LETTER], tmp_path / "link" / "out.jsonl")
    assert names(tmp_path / "real") == ["out.jsonl"]


@pytest.mark.parametrize(
    ("target", "format_name", "message"),
    [
        ("", "jsonl", "is a folder"),
        ("missing/out.jsonl", "", "cannot be written: No such file or directory"),
        ("file/out.jsonl", "", "cannot be written: Not a directory"),
        ("out.unknown", "", "no format writes such a file; name one with --format"),
        ("out.txt", "", "no format writes such a file"),
        ("out.txt", "text", "text can be read, not written"),
        ("out.txt", "xml", "there is no format xml; `reader formats` lists them"),
        ("file", "brat", "file: brat makes a folder or a .zip of files, and this is neither"),
        ("x" * 300 + ".jsonl", "", "cannot be written: File name too long"),
    ],
)
def test_a_target_that_cannot_be_written_is_one_line(
    target: str, format_name: str, message: str, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError) as raised:
        formats.export([LETTER], tmp_path / target, format_name=format_name)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)
    assert names(tmp_path) == ["file"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_disk_is_one_line() -> None:
    with pytest.raises(InputError, match="/dev/full: cannot be written: No space left on device"):
        formats.export([LETTER], Path("/dev/full"), format_name="jsonl")
    assert Path("/dev/full").is_char_device()


def test_a_pipe_that_nobody_reads_is_told_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jsonl")
    with pytest.raises(InputError, match="is a pipe that nobody reads"):
        formats.export([LETTER], tmp_path / "pipe.jsonl")


def test_a_pipe_that_somebody_reads_gets_it_all(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jsonl")
    reader = os.open(tmp_path / "pipe.jsonl", os.O_RDONLY | os.O_NONBLOCK)
    os.set_blocking(reader, True)
    many = [LETTER] * 2000  # more than a pipe holds
    writer = threading.Thread(target=formats.export, args=(many, tmp_path / "pipe.jsonl"))
    writer.start()
    select.select([reader], [], [])
    with os.fdopen(reader, "rb") as stream:
        assert stream.read().count(b"\n") == 2000
    writer.join()


def test_a_link_to_a_device_is_written_to_and_stays(tmp_path: Path) -> None:
    (tmp_path / "out.jsonl").symlink_to("/dev/null")
    formats.export([LETTER], tmp_path / "out.jsonl")
    assert os.readlink(tmp_path / "out.jsonl") == "/dev/null"


def test_a_refused_export_to_a_stream_writes_nothing() -> None:
    stream = io.BytesIO()
    with pytest.raises(LossError):
        formats.export_to_stream([LETTER, NESTED], stream, format_name="conll")
    assert stream.getvalue() == b""
    report = formats.export_to_stream([LETTER], stream)
    assert (report.documents, report.spans) == (1, 1)
    assert stream.getvalue().count(b"\n") == 1


def test_a_reader_of_stdout_that_goes_away_ends_the_export_with_an_error(tmp_path: Path) -> None:
    code = """
import os, sys
from reader import formats
from reader.model import Document
here, there = os.pipe()
os.close(here)
with open(there, "wb", closefd=False) as stream:
    try:
        formats.export_to_stream([Document("a" * 100_000)], stream)
    except BrokenPipeError:
        print("told")
    os.dup2(os.open(os.devnull, os.O_WRONLY), there)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "told\n", done.stderr
