"""A real terminal for tests: the program in a pseudo-terminal, its screen kept by pyte, waits by what it shows."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import pyte

# What pyte misreads: private CSI with a < = > prefix, control strings, mode queries.
_DROP = re.compile(rb"\x1b\[[<=>][0-9;:]*[ -/]*[@-~]|\x1b[P_^X].*?(?:\x1b\\|\x07)|\x1b\[\?[0-9;]*\$[a-z]", re.S)
PATIENCE = 30.0


class Terminal:
    """The command `reader` with these arguments, in a terminal of a size."""

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        cwd: Path,
        size: tuple[int, int] = (100, 30),
        env: dict[str, str] | None = None,
    ) -> None:
        self.screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self.screen)
        # False while what is written need not be drawn: pyte takes two seconds for a megabyte.
        self.looks = True
        self.written = bytearray()
        self._fd, terminal = pty.openpty()
        self.name = os.ttyname(terminal)
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self._fd)
            os.login_tty(terminal)
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("4H", size[1], size[0], 0, 0))
            os.chdir(cwd)
            environment = {**os.environ, "TERM": "xterm-256color", "LANG": "C.UTF-8", **(env or {})}
            environment.pop("COLUMNS", None)
            environment.pop("LINES", None)
            os.execvpe(sys.executable, [sys.executable, "-m", "reader", *arguments], environment)
        os.close(terminal)
        os.set_blocking(self._fd, False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.kill()
        os.close(self._fd)

    def press(self, keys: str) -> None:
        """Type characters as they are."""
        self.press_bytes(keys.encode())

    def press_bytes(self, data: bytes) -> None:
        """Type bytes, taking in what is written meanwhile: a program that waits for room to write reads nothing.

        Fails with the screen where none is read for a while. What comes after the program's end goes nowhere.
        """
        deadline = time.monotonic() + PATIENCE
        while data:
            if written := self._written(data):
                data, deadline = data[written:], time.monotonic() + PATIENCE
            elif not self.read(0.05):
                return
            assert time.monotonic() < deadline, f"it reads no keys; the screen:\n{self.text}"

    def _written(self, data: bytes) -> int:
        """How many of these bytes the terminal took."""
        try:
            return os.write(self._fd, data)
        except BlockingIOError:
            return 0

    def read(self, seconds: float) -> bool:
        """Take in what was written, waiting at most so long; False at the end."""
        if not select.select([self._fd], [], [], seconds)[0]:
            return True
        try:
            data = os.read(self._fd, 1 << 16)
        except OSError:
            return False
        self._take(data)
        return bool(data)

    def _take(self, data: bytes) -> None:
        self.written += data
        if self.looks:
            self._stream.feed(_DROP.sub(b"", data))

    def settle(self, quiet: float = 0.5) -> None:
        """Read until nothing was written for so many seconds, or ever will be."""
        size = -1
        while size != len(self.written):
            size = len(self.written)
            if not self.read(quiet):
                return

    @property
    def text(self) -> str:
        return "\n".join(self.screen.display)

    def wait(self, pattern: str) -> str:
        """Read until the screen shows a regular expression; its match. Fails with the screen after a while."""
        deadline = time.monotonic() + PATIENCE
        while not (found := re.search(pattern, self.text)):
            if time.monotonic() > deadline or not self.read(0.2):
                raise AssertionError(f"{pattern!r} never showed; the screen:\n{self.text}")
        return found[0]

    def resize(self, columns: int, rows: int) -> None:
        self.screen.resize(rows, columns)
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("4H", rows, columns, 0, 0))
        os.kill(self.pid, signal.SIGWINCH)

    def signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def exit_code(self) -> int:
        """Wait for the end; the exit code, or minus the signal."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            self.read(0.05)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.pid = 0
                self.settle(0.05)  # what it wrote last of all
                return os.waitstatus_to_exitcode(status)
        raise AssertionError(f"it did not end; the screen:\n{self.text}")

    def kill(self) -> None:
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.pid = 0
