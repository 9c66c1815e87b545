"""The worker process and those who ask it: replies, failures, cancelling, and nothing left behind."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from stranger import package

from reader.errors import SuggesterFailed
from reader.model import Span, Suggestion
from reader.nlp import pipelines
from reader.nlp.entities import MOST
from reader.suggest.bulk import bulk
from reader.suggest.pipeline import PipelineClient

SEED = next((Path(__file__).parent.parent / "seeds").glob("*.txt"))
needs_pipeline = pytest.mark.skipif(pipelines.choose() is None, reason="no spaCy pipeline is installed")
ADA = Suggestion(Span(0, 3, "NAME"), "en_stranger-1.2.3")


@pytest.fixture
def stranger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A package that prints, and fails, dies or hangs when a text says so."""
    monkeypatch.setenv("PYTHONPATH", str(package(tmp_path / "packages")))
    return "en_stranger"


@asynccontextmanager
async def asking(
    model: str = "", patterns: Path | None = None, *, patience: float = 30, loading: float = 60
) -> AsyncIterator[PipelineClient]:
    client = PipelineClient(model, patterns, patience=patience, loading=loading)
    try:
        yield client
    finally:
        await client.close()


def is_gone(pid: int | None) -> bool:
    """Whether a process is gone; a zombie is not."""
    assert pid is not None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


@needs_pipeline
async def test_what_the_pipeline_says_about_the_seed_article() -> None:
    text = SEED.read_bytes().decode()
    async with asking("en_core_web_sm") as client:
        found = await client.suggest(text)
        assert client.source == "en_core_web_sm-3.8.0"
    said = Counter((text[one.span.start : one.span.end], one.span.label) for one in found)
    assert {one.source for one in found} == {"en_core_web_sm-3.8.0"}
    assert said["Kherson", "PERSON"] == 12
    assert said["Kherson", "GPE"] == 2
    assert said["Kharkiv", "PERSON"] == 1
    assert said["Stremousov", "ORG"] == 2
    assert (said["Telegram", "PRODUCT"], said["Telegram", "ORG"]) == (1, 2)
    assert said["Ukrainian", "GPE"] == 1
    assert said["🎙️ Voice", "ORG"] == 1
    assert found[0].span == Span(0, 8, "ORG")


async def test_what_a_pipeline_prints_or_reads_does_not_disturb(stranger: str) -> None:
    async with asking(stranger) as client:
        assert await client.suggest("Ada wrote it") == [ADA]


async def test_a_text_the_pipeline_cannot_do_is_one_line_and_the_next_one_works(stranger: str) -> None:
    async with asking(stranger) as client:
        with pytest.raises(SuggesterFailed, match=r"could not read this text: .*no such"):
            await client.suggest("raise")
        pid = client.pid
        assert await client.suggest("Ada") == [ADA]
        assert client.pid == pid


async def test_a_worker_that_dies_is_reported_and_replaced(stranger: str) -> None:
    async with asking(stranger) as client:
        with pytest.raises(SuggesterFailed, match="exit code 3") as caught:
            await client.suggest("exit")
        assert "\n" not in str(caught.value)
        assert client.pid is None
        assert await client.suggest("Ada") == [ADA]
        first = client.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        with pytest.raises(SuggesterFailed, match="signal 9"):
            await client.suggest("Ada")
        assert await client.suggest("Ada") == [ADA]
        assert is_gone(first)


async def test_a_worker_that_hangs_is_stopped(stranger: str) -> None:
    async with asking(stranger, patience=0.1) as client:
        await client.start()
        pid = client.pid
        with pytest.raises(SuggesterFailed, match=r"over 0\.1 seconds"):
            await client.suggest("hang")
        assert is_gone(pid)


async def test_a_cancelled_request_leaves_the_others_right(stranger: str) -> None:
    async with asking(stranger) as client:
        first = asyncio.create_task(client.suggest("Ada"))
        await asyncio.sleep(0)  # it is loading now
        first.cancel()
        await client.start()
        second = asyncio.create_task(client.suggest("Bob and Cy"))
        third = asyncio.create_task(client.suggest("Dee"))
        await asyncio.sleep(0)  # the second one is with the worker, the third waits
        second.cancel()
        fourth = asyncio.create_task(client.suggest("so Ada said"))
        third.cancel()
        assert [one.span for one in await fourth] == [Span(3, 6, "NAME")]
        assert first.cancelled()
        assert second.cancelled()
        assert third.cancelled()


async def test_closing_ends_what_is_under_way(stranger: str) -> None:
    client = PipelineClient(stranger)
    await client.start()
    pid = client.pid
    hanging = asyncio.create_task(client.suggest("hang"))
    waiting = asyncio.create_task(client.suggest("Ada"))
    await asyncio.sleep(0)
    await client.close()
    results = await asyncio.gather(hanging, waiting, return_exceptions=True)
    assert [str(one) for one in results] == ["the suggester was closed"] * 2
    assert is_gone(pid)
    await client.close()


async def test_closing_while_the_pipeline_loads(stranger: str) -> None:
    client = PipelineClient(stranger)
    loading = asyncio.create_task(client.start())
    while client.pid is None:
        await asyncio.sleep(0)
    pid = client.pid
    await client.close()
    await asyncio.gather(loading, return_exceptions=True)
    assert is_gone(pid)


@pytest.mark.parametrize(
    ("model", "complaint"),
    [
        ("en_no_such_thing", "not installed"),
        ("models/mine", "full path"),
        ("/no/such/folder", "not a spaCy pipeline"),
        ("blank:not-a-language", "Can't import language"),
    ],
)
async def test_a_model_that_cannot_be_loaded_is_one_line(model: str, complaint: str) -> None:
    async with asking(model) as client:
        with pytest.raises(SuggesterFailed, match=complaint) as caught:
            await client.start()
        assert "\n" not in str(caught.value)
        with pytest.raises(SuggesterFailed, match=complaint):
            await client.suggest("it is not tried again")
        assert client.pid is None


async def test_a_pipeline_that_loads_for_ever_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = package(tmp_path, "en_slow", code="import signal\nsignal.pause()\n")
    monkeypatch.setenv("PYTHONPATH", str(folder))
    async with asking("en_slow", loading=0.2) as client:
        with pytest.raises(SuggesterFailed, match=r"did not load in 0\.2 seconds"):
            await client.suggest("Ada")
        assert client.pid is None


async def test_nothing_in_the_current_folder_is_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    canary = tmp_path / "canary"
    trap = f"open({str(canary)!r}, 'w').close()\n"
    for name in ("spacy", "json", "en_core_web_sm", "en_trap"):
        (tmp_path / f"{name}.py").write_text(trap)
    package(tmp_path / "en_trap_package", "en_trap", code=trap)
    monkeypatch.chdir(tmp_path)
    async with asking("en_trap") as client:
        with pytest.raises(SuggesterFailed, match="not installed"):
            await client.start()
    async with asking() as client:
        assert await client.suggest("Ada") == []
    assert not canary.exists()


async def test_patterns_need_no_pipeline(tmp_path: Path) -> None:
    file = tmp_path / "names.jsonl"
    file.write_text(
        '{"label": "PERSON", "pattern": "Ada Lovelace"}\n'
        '{"label": "CODE", "pattern": [{"TEXT": {"REGEX": "^[A-Z]{2}$"}}, {"IS_DIGIT": true, "OP": "+"}]}\n'
        '{"label": "PLACE", "pattern": [{"lower": "london"}]}\n'
    )
    async with asking(patterns=file) as client:
        found = await client.suggest("ada Ada Lovelace, LONDON, AB 12 34")
        assert found == await client.suggest("ada Ada Lovelace, LONDON, AB 12 34")
    assert [(one.span.start, one.span.end, one.span.label) for one in found] == [
        (4, 16, "PERSON"),
        (18, 24, "PLACE"),
        (26, 34, "CODE"),
    ]
    assert {one.source for one in found} == {"patterns:names.jsonl"}


@pytest.mark.parametrize("line", ['{"label": "A", "pattern": [{"SHOE": 1}]}', "{", '{"pattern": "x"}'])
async def test_a_bad_pattern_is_reported_with_its_line(tmp_path: Path, line: str) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text(f'{{"label": "A", "pattern": "x"}}\n{line}\n')
    async with asking(patterns=file) as client:
        with pytest.raises(SuggesterFailed, match=r"bad\.jsonl:2: "):
            await client.start()


def test_bulk_answers_for_every_text_and_names_those_it_cannot_do(stranger: str) -> None:
    texts = [(number, "Ada") for number in range(40)]
    texts[7] = (7, "please raise")
    texts[20] = (20, "please exit")
    results = dict(bulk(texts, stranger, workers=2))
    assert sorted(results) == list(range(40))
    failed = {number: str(one) for number, one in results.items() if isinstance(one, SuggesterFailed)}
    assert sorted(failed) == [7, 20]
    assert "no such" in failed[7]
    assert "exit code 3" in failed[20]
    assert all(one == [ADA] for number, one in results.items() if number not in failed)


def test_bulk_reads_only_a_little_ahead_and_can_be_left(stranger: str) -> None:
    read = 0

    def texts() -> Iterator[tuple[int, str]]:
        nonlocal read
        for read in range(1_000_000):
            yield read, "Ada"

    running = bulk(texts(), stranger, workers=1)
    assert next(running)[1] == [ADA]
    running.close()
    assert read <= 3 * MOST


def test_bulk_of_nothing_starts_nothing() -> None:
    assert list(bulk([], "en_no_such_thing")) == []


def test_bulk_without_a_pipeline_says_so() -> None:
    with pytest.raises(SuggesterFailed, match="not installed"):
        list(bulk([(1, "Ada")], "en_no_such_thing", workers=2))
