"""Asks a worker process for suggestions from inside a running event loop, and never blocks it."""

from __future__ import annotations

import asyncio
import json
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from pathlib import Path
from typing import Any

from reader.errors import SuggesterFailed
from reader.model import Span, Suggestion
from reader.nlp.entities import pieces
from reader.suggest.worker import FOLDER, command

LOADING = 120.0  # seconds a pipeline may take to load
PATIENCE = 30.0  # seconds it may take for a piece of a text; half a second is usual
LONGEST_LINE = 1 << 28  # bytes of one reply; asyncio's own limit is 64 KiB


class PipelineClient:
    """One worker process, started with the first request and again after it died.

    Requests take turns, so one that is cancelled while it waits costs nothing; one that is cancelled while the worker
    is at it costs at most one piece of work, whose reply is dropped. Every failure is a SuggesterFailed.
    """

    def __init__(
        self,
        model: str = "",
        patterns: Path | None = None,
        *,
        patience: float = PATIENCE,
        loading: float = LOADING,
    ) -> None:
        """`model` is a pipeline's `reference`, or "" for patterns alone; the two times are in seconds."""
        self.source = ""
        self.patterns_source = ""
        self._command = command(model, patterns)
        self._patience = patience
        self._loading = loading
        self._turn = asyncio.Lock()
        self._process: Process | None = None
        self._starting: asyncio.Task[Process] | None = None
        self._last_id = 0
        self._refused = ""

    @property
    def pid(self) -> int | None:
        """The worker's process id, None while there is no worker."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def start(self) -> None:
        """Have the pipeline loaded; without this the first request does it."""
        async with self._turn:
            await self._running()

    async def suggest(self, text: str) -> list[Suggestion]:
        """The suggestions for a text; a long one goes piece by piece, and others take their turn in between."""
        found: list[Suggestion] = []
        for start, end in pieces(text):
            reply = await self._ask(text[start:end])
            found += suggestions(reply["spans"], self.source, start)
            found += suggestions(reply["matches"], self.patterns_source, start)
        return found

    async def close(self) -> None:
        """End the worker at once. Requests under way fail; later ones too."""
        self._refused = "the suggester was closed"
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.gather(self._starting, return_exceptions=True)
        _kill(self._process)
        async with self._turn:
            await self._end()

    async def _ask(self, text: str) -> dict[str, Any]:
        async with self._turn:
            process = await self._running()
            self._last_id += 1
            request = json.dumps({"id": self._last_id, "text": text}).encode() + b"\n"
            try:
                async with asyncio.timeout(self._patience):
                    reply = await _exchange(process, request, self._last_id)
            except TimeoutError as error:
                await self._end()
                raise SuggesterFailed(
                    f"the suggester took over {self._patience:g} seconds for a text; it was stopped"
                ) from error
            except (ConnectionError, EOFError, ValueError) as error:
                raise SuggesterFailed(await self._epitaph()) from error
        if "error" in reply:
            raise SuggesterFailed(f"the suggester could not read this text: {reply['error']}")
        return reply

    async def _running(self) -> Process:
        """The worker, started where there is none; a request cancelled meanwhile does not stop the loading."""
        if self._refused:
            raise SuggesterFailed(self._refused)
        if self._starting is None:
            if self._process is not None and self._process.returncode is None:
                return self._process
            self._starting = asyncio.create_task(self._start())
        starting = self._starting
        try:
            return await asyncio.shield(starting)
        finally:
            if starting.done():
                self._starting = None

    async def _start(self) -> Process:
        """A pipeline that cannot be loaded is not tried again."""
        await self._end()
        self._process = process = await asyncio.create_subprocess_exec(
            *self._command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, cwd=FOLDER, limit=LONGEST_LINE
        )
        try:
            async with asyncio.timeout(self._loading):
                ready = json.loads(await _line(process))
            if "error" in ready:
                raise SuggesterFailed(ready["error"])
        except TimeoutError as error:
            self._refused = f"the pipeline did not load in {self._loading:g} seconds"
            await self._end()
            raise SuggesterFailed(self._refused) from error
        except (EOFError, ValueError) as error:
            self._refused = await self._epitaph()
            raise SuggesterFailed(self._refused) from error
        except SuggesterFailed as error:
            self._refused = str(error)
            await self._end()
            raise
        self.source, self.patterns_source = ready["source"], ready["patterns"]
        return process

    async def _epitaph(self) -> str:
        """What is known of a worker that is gone, or as good as gone."""
        if self._refused:
            await self._end()
            return self._refused
        status = await self._end(grace=2.0)
        how = f"by signal {-status}" if status < 0 else f"with exit code {status}"
        return f"the suggester ended {how}; to see why, run: {' '.join(self._command)}"

    async def _end(self, grace: float = 0.0) -> int:
        """Let go of the worker and its pipes; its exit status, negative for a signal. `grace` in seconds."""
        process, self._process = self._process, None
        if process is None:
            return 0
        try:
            if grace:
                with suppress(TimeoutError):
                    await asyncio.wait_for(process.wait(), grace)
        finally:
            _kill(process)
        await process.communicate()
        return process.returncode or 0


def suggestions(found: list[tuple[int, int, str, float]], source: str, offset: int = 0) -> list[Suggestion]:
    """The suggestions in a worker's reply about the text that begins at `offset`."""
    return [Suggestion(Span(start + offset, end + offset, label), source, score) for start, end, label, score in found]


async def _exchange(process: Process, request: bytes, number: int) -> dict[str, Any]:
    """Send a request and read its reply; replies to requests that were cancelled come first and are dropped."""
    assert process.stdin is not None
    process.stdin.write(request)
    await process.stdin.drain()
    while True:
        reply: dict[str, Any] = json.loads(await _line(process))
        if reply["id"] == number:
            return reply


async def _line(process: Process) -> bytes:
    assert process.stdout is not None
    line = await process.stdout.readline()
    if not line.endswith(b"\n"):
        raise EOFError("the worker closed its pipe")
    return line


def _kill(process: Process | None) -> None:
    if process is not None and process.returncode is None:
        process.kill()
