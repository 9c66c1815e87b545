"""The child process that runs a pipeline, and patterns, for a screen or a bulk run: JSON lines in, JSON lines out.

    python -P -m reader.suggest.worker MODEL [PATTERNS]

First line out: {"ready": true, "source": ..., "patterns": ...} or {"error": "one line"} and the end. Then a request
a line, {"id", "text"} or {"id", "texts": [...]}, and for each, in order, {"id", "spans", "matches"} or
{"id", "error"}. A span is [start, end, label, score]; for "texts" both are lists with such a list for each text.
MODEL is what `nlp.pipelines.choose` takes, or "blank:LANGUAGE" for patterns alone. The end of the input ends it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from reader.errors import InputError
from reader.nlp import pipelines
from reader.nlp.entities import Match, analyse, compile_patterns
from reader.suggest import patterns

if TYPE_CHECKING:
    from spacy.language import Language

BLANK = "blank:"

# One thread each: several workers would fight for the cores, and a single one must leave some to the screen.
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS")


def command(model: str, pattern_file: Path | None = None) -> list[str]:
    """How to start a worker: `-P` and a folder of nobody's (`FOLDER`) keep the current one off the import path."""
    files = [str(pattern_file.absolute())] if pattern_file else []
    return [sys.executable, "-P", "-m", "reader.suggest.worker", model or f"{BLANK}en", *files]


FOLDER = os.path.abspath(os.sep)


def main(arguments: list[str]) -> int:
    """Serve requests until the input ends."""
    requests, replies = _take_pipes()
    _be_modest()
    try:
        nlp, match, ready = _load(arguments[0], Path(arguments[1]) if arguments[1:] else None)
    except (InputError, *pipelines.PIPELINE_ERRORS) as error:
        _send(replies, {"error": pipelines.one_line(error)})
        return 1
    _send(replies, ready)
    for reply in _serve(nlp, match, requests):
        _send(replies, reply)
    return 0


def answer(nlp: Language, match: Match | None, request: dict[str, Any]) -> dict[str, Any]:
    """The reply to one request; what a pipeline cannot do becomes an error, not an end."""
    single = "text" in request
    try:
        results = list(analyse(nlp, [request["text"]] if single else request["texts"], match))
    except pipelines.PIPELINE_ERRORS as error:
        return {"id": request.get("id"), "error": pipelines.one_line(error)}
    spans = [found for found, _ in results]
    matches = [matched for _, matched in results]
    if single:
        return {"id": request.get("id"), "spans": spans[0], "matches": matches[0]}
    return {"id": request.get("id"), "spans": spans, "matches": matches}


def _load(model: str, pattern_file: Path | None) -> tuple[Language, Match | None, dict[str, Any]]:
    source = ""
    if model.startswith(BLANK):
        nlp = pipelines.blank(model.removeprefix(BLANK))
    else:
        pipeline = pipelines.choose(model)
        if pipeline is None:
            raise InputError(pipelines.HOW_TO_GET_ONE)
        source, nlp = pipeline.source, pipelines.load_ner(pipeline)
    if pattern_file is None:
        return nlp, None, {"ready": True, "source": source, "patterns": ""}
    loaded = patterns.load(pattern_file)
    if loaded.problems:
        more = f" (and {len(loaded.problems) - 1} more bad lines)" if loaded.problems[1:] else ""
        raise InputError(f"{loaded.problems[0]}{more}")
    match = compile_patterns(nlp, loaded.rules)
    return nlp, match, {"ready": True, "source": source, "patterns": loaded.source}


def _take_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """Keep the two pipes for the protocol: what a pipeline prints goes to stderr, what it reads is empty."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return requests, replies


def _be_modest() -> None:
    for name in _THREADS:
        os.environ[name] = "1"
    if hasattr(os, "nice"):
        os.nice(5)
    # The terminal sends Ctrl+C to this process too; it ends with its input, when its parent wants it to.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    warnings.simplefilter("ignore")


def _serve(nlp: Language, match: Match | None, requests: IO[bytes]) -> Iterator[dict[str, Any]]:
    for line in requests:
        yield answer(nlp, match, json.loads(line))


def _send(replies: IO[bytes], reply: dict[str, Any]) -> None:
    replies.write(json.dumps(reply).encode() + b"\n")
    replies.flush()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
