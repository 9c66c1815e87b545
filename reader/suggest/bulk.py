"""Runs many texts through several workers at once, outside any event loop."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any, TypeAlias

from reader.errors import SuggesterFailed
from reader.model import Suggestion
from reader.nlp.entities import PIECE, grouped
from reader.suggest.pipeline import LOADING, PATIENCE, suggestions
from reader.suggest.worker import FOLDER, command

Text: TypeAlias = tuple[int, str]  # a document's id and its text
Result: TypeAlias = tuple[int, "list[Suggestion] | SuggesterFailed"]


def bulk(texts: Iterable[Text], model: str = "", patterns: Path | None = None, workers: int = 0) -> Iterator[Result]:
    """The suggestions for each text, in any order; for a text the pipeline cannot do, the SuggesterFailed.

    `texts` is read as the work goes on, by the calling thread alone, a few batches ahead. `model` is a pipeline's
    `reference`, or "" for patterns alone; `workers` 0 means one for each core. Raises SuggesterFailed where the
    pipeline cannot be loaded. Closing the generator ends the workers.
    """
    pool = _Pool(command(model, patterns))
    count = workers or os.cpu_count() or 1
    try:
        with ThreadPoolExecutor(count) as threads:
            try:
                yield from _results(texts, pool, threads, 2 * count)
            finally:
                pool.stop()
    finally:
        pool.close()


def _results(texts: Iterable[Text], pool: _Pool, threads: ThreadPoolExecutor, most: int) -> Iterator[Result]:
    """Keep `most` batches under way, so that no worker waits and few texts do."""
    running: set[Future[list[Result]]] = set()
    try:
        for batch in grouped(texts, lambda text: len(text[1])):
            running.add(threads.submit(pool.run, batch))
            if len(running) < most:
                continue
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for one in done:
                yield from one.result()
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for one in done:
                yield from one.result()
    finally:
        for waiting in running:
            waiting.cancel()


class _Pool:
    """The workers that are free, and all that were ever started."""

    def __init__(self, line: list[str]) -> None:
        self._command = line
        self._free: list[_Worker] = []
        self._all: list[_Worker] = []
        self._lock = threading.Lock()
        self._stopped = False

    def run(self, batch: list[Text]) -> list[Result]:
        """A batch's results; where it fails as a whole, each text gets a try of its own."""
        try:
            return self._ask(batch)
        except SuggesterFailed as error:
            if isinstance(error, _NotLoaded) or self._stopped:
                raise
            if len(batch) == 1:
                return [(batch[0][0], error)]
        return [result for text in batch for result in self.run([text])]

    def stop(self) -> None:
        """End every worker, also those at work; their threads see the end of the pipe."""
        with self._lock:
            self._stopped = True
            for worker in self._all:
                worker.kill()

    def close(self) -> None:
        """Let go of the workers' pipes, once no thread uses them any more."""
        for worker in self._all:
            worker.close()

    def _ask(self, batch: list[Text]) -> list[Result]:
        worker = self._take()
        reply = worker.ask([text for _, text in batch])
        with self._lock:
            self._free.append(worker)
        if "error" in reply:
            raise SuggesterFailed(reply["error"])
        return [
            (number, suggestions(found, worker.source) + suggestions(matched, worker.patterns_source))
            for (number, _), found, matched in zip(batch, reply["spans"], reply["matches"], strict=True)
        ]

    def _take(self) -> _Worker:
        with self._lock:
            if self._stopped:
                raise SuggesterFailed("the suggester was closed")
            if self._free:
                return self._free.pop()
            worker = _Worker(self._command)
            self._all.append(worker)
        worker.load()
        return worker


class _NotLoaded(SuggesterFailed):
    """The pipeline cannot be loaded: no use to try another text."""


class _Worker:
    """A worker process that is asked by one thread at a time."""

    def __init__(self, line: list[str]) -> None:
        self.source = ""
        self.patterns_source = ""
        self._command = line
        self._process = subprocess.Popen(
            line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=FOLDER
        )

    def load(self) -> None:
        try:
            ready = self._reply(LOADING)
        except SuggesterFailed as error:
            raise _NotLoaded(str(error)) from error
        if "error" in ready:
            raise _NotLoaded(ready["error"])
        self.source, self.patterns_source = ready["source"], ready["patterns"]

    def ask(self, texts: list[str]) -> dict[str, Any]:
        """The reply to a request; SuggesterFailed, and the end of the worker, where there is none in time."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps({"id": 0, "texts": texts}).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise self._gone() from error
        return self._reply(PATIENCE * (1 + sum(map(len, texts)) / PIECE))

    def kill(self) -> None:
        self._process.kill()

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()

    def _reply(self, patience: float) -> dict[str, Any]:
        assert self._process.stdout is not None
        alarm = threading.Timer(patience, self._process.kill)
        alarm.start()
        try:
            line = self._process.stdout.readline()
        finally:
            alarm.cancel()
        if not line.endswith(b"\n"):
            raise self._gone()
        reply: dict[str, Any] = json.loads(line)
        return reply

    def _gone(self) -> SuggesterFailed:
        self._process.kill()
        status = self._process.wait()
        how = f"by signal {-status}" if status < 0 else f"with exit code {status}"
        return SuggesterFailed(f"the suggester ended {how}; to see why, run: {' '.join(self._command)}")
