"""No file of any content ends a reader with anything but documents, problems and repairs, or one line."""

from __future__ import annotations

import os
import random
import resource
import signal
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from fuzzing import DATA, Sample, ends, mangled, samples, swollen
from fuzzing_db import a_file, damaged, use
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.formats import FORMATS

READ = [one.name for one in FORMATS if one.read]
CRASHES = Path(tempfile.gettempdir()) / "reader-fuzz"
LONGEST = 10.0
"""Seconds of computing that no file takes, also where a library is loaded for the first."""
FOUND = sorted((DATA / "fuzz").glob("*/*"))


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Sample]]:
    return samples(tmp_path_factory.mktemp("samples"))


@contextmanager
def kept_unless_it_ends(folder: Path, files: dict[str, bytes]) -> Iterator[None]:
    """Keep the files as fixtures where what is done with them raises anything."""
    ended = False
    try:
        yield
        ended = True
    finally:
        if not ended:
            folder.mkdir(parents=True, exist_ok=True)
            for name, content in files.items():
                (folder / name).write_bytes(content)
            print(f"kept in {folder}: {', '.join(files)}")


class Endless(BaseException):
    """Nothing catches it but the harness."""


@contextmanager
def no_longer_than(seconds: float) -> Iterator[None]:
    """Raise Endless where what is done inside computes for longer."""

    def over(*_: object) -> None:
        raise Endless(f"{seconds} s of computing")

    before = signal.signal(signal.SIGVTALRM, over)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def fuzz(name: str, corpus: dict[str, list[Sample]], number: int, seed: int, size: int = 0) -> float:
    """Read so many changed samples, in the format and in the one they show; the seconds that the slowest computed.

    With a size, in bytes, they are samples in which one piece stands so often. The larger a sample, the more seldom it
    is taken: it shows less in the time.
    """
    chance = random.Random(f"{name} {seed}")
    weights = [1 / (1000 + sum(map(len, sample.files.values()))) for sample in corpus[name]]
    everything = [sample for some in corpus.values() for sample in some]
    slowest = 0.0
    for trial in range(number):
        [sample] = chance.choices(corpus[name], weights)
        sample = swollen(chance, sample, size) if size else mangled(chance, sample, everything)
        began = time.process_time()
        kept = {f"{seed}-{trial}-{one}": had for one, had in sample.files.items()}
        with kept_unless_it_ends(CRASHES / name, kept), no_longer_than(LONGEST):
            ends(sample.source(), name if trial % 4 else "")
        slowest = max(slowest, time.process_time() - began)
    return slowest


@pytest.mark.parametrize("name", READ)
def test_changed_files_end_in_documents_or_problems(name: str, corpus: dict[str, list[Sample]]) -> None:
    fuzz(name, corpus, 30, seed=0)


@pytest.mark.parametrize("name", READ)
def test_a_piece_that_stands_very_often_holds_no_reader_up(name: str, corpus: dict[str, list[Sample]]) -> None:
    fuzz(name, corpus, 2, seed=0, size=30_000)


@pytest.mark.slow
@pytest.mark.timeout(0)
@pytest.mark.parametrize("name", READ)
def test_very_many_files_of_one_piece(name: str, corpus: dict[str, list[Sample]]) -> None:
    """Prints its figure: run with `make soak`; READER_SWOLLEN says how many of each format, READER_SEED which."""
    number, seed = int(os.environ.get("READER_SWOLLEN", "150")), int(os.environ.get("READER_SEED", "1"))
    slowest = fuzz(name, corpus, number, seed, size=200_000)
    print(f"{name}: {number} files of 200 kB in which one piece stands very often, the slowest {slowest:.2f} s")


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("path", FOUND, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_once_ended_a_reader_ends_in_problems(path: Path, named: bool, capfd: pytest.CaptureFixture[str]) -> None:
    with no_longer_than(LONGEST):
        ends(Sample(path.name, {path.name: path.read_bytes()}).source(), path.parent.name if named else "")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("name", READ)
def test_any_bytes_end_in_documents_or_problems(name: str) -> None:
    @given(data=st.binary(max_size=200) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "surrogatepass")))
    @settings(max_examples=15, deadline=None)
    def holds(data: bytes) -> None:
        ends(Sample("a", {"a": data}).source(), name)

    holds()


@pytest.mark.slow
@pytest.mark.timeout(0)
@pytest.mark.parametrize("name", READ)
def test_very_many_changed_files(name: str, corpus: dict[str, list[Sample]]) -> None:
    """Prints its figure: run with `make soak`; READER_FUZZ names how many files of each format, READER_SEED which."""
    number, seed = int(os.environ.get("READER_FUZZ", "20000")), int(os.environ.get("READER_SEED", "1"))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    slowest = fuzz(name, corpus, number, seed)
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"fuzzing {name}: {number:,} changed files, none uncaught, the slowest {slowest:.2f} s, {more:.0f} MB more")


def fuzz_databases(folder: Path, number: int, seed: int) -> int:
    """Use so many damaged files; how many of them said something."""
    good = a_file(folder / "good.db")
    chance = random.Random(seed)
    spoke = 0
    for trial in range(number):
        for old in folder.glob("x*"):
            old.unlink()
        damaged(chance, good, folder / "x.db")
        content = (folder / "x.db").read_bytes()
        with kept_unless_it_ends(CRASHES, {f"{seed}-{trial}.db": content}), no_longer_than(LONGEST):
            spoke += bool(use(folder / "x.db"))
    return spoke


def test_damaged_databases_end_in_one_line(tmp_path: Path) -> None:
    assert fuzz_databases(tmp_path, 60, seed=0) > 10


@pytest.mark.slow
@pytest.mark.timeout(0)
def test_very_many_damaged_databases(tmp_path: Path) -> None:
    """Prints its figure: run with `make soak`; READER_FUZZ names how many files, READER_SEED which."""
    number, seed = int(os.environ.get("READER_FUZZ", "20000")), int(os.environ.get("READER_SEED", "1"))
    spoke = fuzz_databases(tmp_path, number, seed)
    print(f"fuzzing the opener of databases: {number:,} damaged files, none uncaught, {spoke:,} refused or named")


@pytest.mark.parametrize(
    ("table", "declared", "instead", "change"),
    [
        ("documents", "length INTEGER NOT NULL", "length INTEGER", "UPDATE documents SET length = NULL"),
        ("documents", "length INTEGER NOT NULL", "length TEXT", "UPDATE documents SET length = 'x'"),
        ("documents", "title TEXT NOT NULL", "title BLOB", "UPDATE documents SET title = x'ff'"),
        ("documents", "meta TEXT NOT NULL", "meta ANY", "UPDATE documents SET meta = 5"),
        ("spans", "label TEXT NOT NULL", "label ANY", "UPDATE spans SET label = 5"),
        ("texts", "text TEXT NOT NULL", "text BLOB", "UPDATE texts SET text = x'0b'"),
        ("tags", "label TEXT NOT NULL", "label ANY", "UPDATE tags SET label = 5"),
        ("relations", "label TEXT NOT NULL", "label ANY", "UPDATE relations SET label = 5"),
        ("notes", "text TEXT NOT NULL", "text ANY", "UPDATE notes SET text = 5"),
        ("texts", "text TEXT NOT NULL", "text TEXT", "UPDATE texts SET text = NULL"),
    ],
)
def test_a_length_or_a_text_that_is_none_ends_in_one_line(
    table: str, declared: str, instead: str, change: str, tmp_path: Path
) -> None:
    """As a flipped byte in the head of a row makes it, which no statement could."""
    path = tmp_path / "a.db"
    a_file(path)
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA writable_schema = ON")
        [(wanted,)] = database.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (table,))
        declare = "UPDATE sqlite_schema SET sql = ? WHERE name = ?"
        database.execute(declare, (wanted.replace(declared, instead), table))
        database.commit()
        database.execute("PRAGMA writable_schema = RESET")
        database.execute(change)
        database.execute("PRAGMA writable_schema = ON")
        database.execute(declare, (wanted, table))
        database.commit()
    assert use(path)
