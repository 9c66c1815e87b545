"""The worker process and its client: replies, failures, cancelling, and nothing left behind."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from reader.errors import SuggesterFailed
from reader.nlp import pipelines
from reader.suggest.pipeline import PipelineClient

SEED = next((Path(__file__).parent.parent / "seeds").glob("*.txt"))
needs_pipeline = pytest.mark.skipif(pipelines.choose() is None, reason="no spaCy pipeline is installed")


@asynccontextmanager
async def client(model: str = "", patterns: Path | None = None, patience: float = 60) -> AsyncIterator[PipelineClient]:
    one = PipelineClient(model, patterns, patience=patience)
    try:
        yield one
    finally:
        await one.close()


@needs_pipeline
async def test_the_seed_article_gets_its_entities() -> None:
    text = SEED.read_bytes().decode()
    async with client("en_core_web_sm") as one:
        found = await one.suggest(text)
    print(len(found), found[:3])
