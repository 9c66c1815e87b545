"""No file of any content ends a reader with anything but documents, problems and repairs, or one line."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest
from fuzzing import DATA, Sample, ends, mangled, samples
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.formats import FORMATS

READ = [one.name for one in FORMATS if one.read]
FOUND = sorted((DATA / "fuzz").glob("*/*"))


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Sample]]:
    return samples(tmp_path_factory.mktemp("samples"))


def fuzz(name: str, corpus: dict[str, list[Sample]], number: int, seed: int) -> float:
    """Read so many changed samples, in the format and in the one they show; the seconds the slowest took."""
    chance = random.Random(f"{name} {seed}")
    everything = [sample for some in corpus.values() for sample in some]
    slowest = 0.0
    for trial in range(number):
        sample = mangled(chance, chance.choice(corpus[name]), everything)
        began = time.perf_counter()
        try:
            ends(sample.source(), name if trial % 4 else "")
        except Exception as error:
            kept = Path("fuzz-crash") / name / f"{seed}-{trial}-{sample.name}"
            kept.parent.mkdir(parents=True, exist_ok=True)
            for one, content in sample.files.items():
                kept.with_name(f"{seed}-{trial}-{one}").write_bytes(content)
            raise AssertionError(f"{name}, seed {seed}, trial {trial}: kept as {kept}") from error
        slowest = max(slowest, time.perf_counter() - began)
    return slowest


@pytest.mark.parametrize("name", READ)
def test_changed_files_end_in_documents_or_problems(name: str, corpus: dict[str, list[Sample]]) -> None:
    fuzz(name, corpus, 40, seed=0)


@pytest.mark.parametrize("path", FOUND, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_once_ended_a_reader_ends_in_problems(path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    ends(Sample(path.name, {path.name: path.read_bytes()}).source(), path.parent.name)
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
    slowest = fuzz(name, corpus, number, seed)
    print(f"fuzzing {name}: {number:,} changed files, none uncaught, the slowest {slowest:.2f} s")
