"""The command line for tests: in this process, or as a program of its own where that is what is tested."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from reader.cli import main


class Said(NamedTuple):
    """How a command ended, and what it wrote."""

    code: int
    stdout: str
    stderr: str


@dataclass(frozen=True)
class Cli:
    """`reader` in a folder of its own."""

    folder: Path

    def run(self, *arguments: str, stdin: str = "", code: int = 0) -> Said:
        """The command in this process, with streams of its own: a program would take half a second to start."""
        with contextlib.chdir(self.folder), _streams(stdin) as (out, err):
            with pytest.raises(SystemExit) as ended:
                main(arguments)
            found = int(str(ended.value.code))
        return _as_asked(Said(found, _text(out), _text(err)), code)

    def program(self, *arguments: str, stdin: str = "", code: int = 0) -> Said:
        """The command as a program of its own."""
        done = subprocess.run(
            [sys.executable, "-m", "reader", *arguments],
            cwd=self.folder,
            input=stdin,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONUTF8": "1"},
        )
        return _as_asked(Said(done.returncode, done.stdout, done.stderr), code)

    def json(self, *arguments: str, code: int = 0) -> Any:
        return json.loads(self.run(*arguments, "--json", code=code).stdout)


def _as_asked(said: Said, code: int) -> Said:
    assert said.code == code, said.stdout + said.stderr
    assert "Traceback" not in said.stderr
    return said


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode()


@contextlib.contextmanager
def _streams(stdin: str) -> Iterator[tuple[io.TextIOWrapper, io.TextIOWrapper]]:
    """Standard streams as a program that no terminal started has them."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="backslashreplace")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8"))
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        yield out, err
