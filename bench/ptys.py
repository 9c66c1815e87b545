"""A program in a pseudo-terminal, timed by what it writes."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Self

SIZE = (120, 40)
QUIET = 0.06
"""Seconds without a byte behind which a screen has settled."""

LONG_QUIET = 0.2
"""The same behind a key that is not timed: a box that goes must be gone on a busy machine too."""

PATIENCE = 120.0


class Program:
    """`python ARGUMENTS` in a terminal of 120 by 40."""

    def __init__(
        self, arguments: Sequence[str], cwd: Path | str, environment: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        self.started = time.perf_counter()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("4H", SIZE[1], SIZE[0], 0, 0))
            os.chdir(cwd)
            os.environ.update(TERM="xterm-256color", LANG="C.UTF-8", COLORTERM="truecolor", **environment)
            # Where this is set, what was edited since the last install is compiled at every start.
            os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
            os.execv(sys.executable, [sys.executable, *arguments])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        # With its children: a model that goes on loading would slow the next program down.
        os.killpg(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._fd)

    def until(self, shown: bytes) -> float:
        """Seconds from the start until it has written this."""
        written = b""
        while shown not in written:
            if not select.select([self._fd], [], [], PATIENCE)[0]:
                raise SystemExit(f"{shown!r} never showed")
            written += os.read(self._fd, 1 << 16)
        return time.perf_counter() - self.started

    def settle(self, quiet: float = QUIET) -> tuple[float, int]:
        """`(time, bytes)`: when the last byte came, and how many came, until none comes any more."""
        last, number = time.perf_counter(), 0
        while select.select([self._fd], [], [], quiet)[0]:
            number += len(os.read(self._fd, 1 << 16))
            last = time.perf_counter()
        return last, number

    def write(self, keys: bytes) -> None:
        """Type, and wait for nothing."""
        os.write(self._fd, keys)

    def press(self, keys: bytes, quiet: float = QUIET) -> tuple[float, int]:
        """`(seconds, bytes)` from a key to the last byte of what it draws; waits for the first byte."""
        begun = time.perf_counter()
        os.write(self._fd, keys)
        if not select.select([self._fd], [], [], PATIENCE)[0]:
            raise SystemExit(f"{keys!r} drew nothing")
        last, number = self.settle(quiet)
        return last - begun, number

    def idle(self, seconds: float) -> tuple[int, float]:
        """`(bytes, milliseconds)`: what it writes and how long it computes while nobody types."""
        before = self._computed()
        number = 0
        until = time.perf_counter() + seconds
        while (left := until - time.perf_counter()) > 0:
            if select.select([self._fd], [], [], left)[0]:
                number += len(os.read(self._fd, 1 << 16))
        return number, self._computed() - before

    def _computed(self) -> float:
        """The milliseconds that its threads have computed so far."""
        tasks = Path(f"/proc/{self.pid}/task").glob("*/schedstat")
        return sum(int(one.read_text().split()[0]) for one in tasks) / 1e6

    def peak_bytes(self) -> int:
        """The most memory it has had, as the system counts it."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
        raise SystemExit("the system does not say how much memory a program has")
