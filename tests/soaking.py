"""Random keys at a random size, for as long as it is asked: what a cat on the keyboard finds."""

from __future__ import annotations

import fcntl
import os
import random
import re
import signal
import struct
import termios
import time
from collections.abc import Callable, Sequence

from terminal import PATIENCE, Terminal

ESCAPES = re.compile("\x1b\\[[0-9;?]*[A-Za-z]")


class Listener(Terminal):
    """A terminal that draws nothing, which is ten times as fast; its text is what was written last."""

    def _take(self, data: bytes) -> None:
        self.written += data

    def read_until(self, sequence: bytes) -> None:
        """Read until something was written: that the program has taken over the terminal."""
        deadline = time.monotonic() + PATIENCE
        while sequence not in self.written:
            assert time.monotonic() < deadline, self.text
            self.read(0.1)

    @property
    def text(self) -> str:
        return ESCAPES.sub("", self.written[-20_000:].decode(errors="replace"))

    def catch_up(self) -> bool:
        """Read until the program has read all that was typed; False when it has ended.

        The keys that wait in the program are few: it reads no more than it can deal with.
        """
        deadline = time.monotonic() + PATIENCE
        while self.unread():
            assert time.monotonic() < deadline, f"it reads no keys: {self.text}"
            if not self.read(0.01):
                return False
        return True

    def unread(self) -> int:
        """Bytes typed that the terminal keeps, because the program did not read them yet."""
        terminal = os.open(self.name, os.O_RDONLY | os.O_NOCTTY)
        try:
            [count] = struct.unpack("i", fcntl.ioctl(terminal, termios.FIONREAD, b"\0" * 4))
        finally:
            os.close(terminal)
        return int(count)

    def resize(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("4H", rows, columns, 0, 0))
        os.kill(self.pid, signal.SIGWINCH)


# All keys of the two screens but those that leave the library, or open the palette or the help, whose commands leave or
# suspend the program; nor clicks, which do so where help is. Dialogs get letters, Enter and Esc from it too.
KEYS = (
    *"jkhlLHbw}{)(][GsfovaxdiuU!.A><nN*ctyp\\zo1234567890/ge ",
    *("\r", "\r", "\x1b", "\x1b", "\x1b", "\t", "\x1b[Z", "\x1b[5~", "\x1b[6~", "\x06", "\x04", "\x15", "\x1a", "\x12"),
    *("\x1b[<64;9;5M", "\x1b[<65;9;5M", "\x1b[<35;3;3M", "gl", "gg"),
)
# Before anything is drawn the terminal still makes signals of keys: Ctrl+Z would stop the program.
DRAWN = "documents|reading|Title"
# What gives the terminal back: a program that has crashed may go on reading, and stop at a later Ctrl+Z.
LEFT = b"\x1b[?1049l"
SIZES = ((0, 0), (1, 1), (2, 50), (50, 2), (20, 5), (40, 12), (80, 24), (80, 24), (100, 30), (200, 60), (300, 100))


def mash(terminal: Listener, chance: random.Random, number: int, more: Sequence[str] = ()) -> int:
    """Press so many random keys, changing the size now and then; how many were pressed before the program ended."""
    keys = (*KEYS, *more)
    pressed = 0
    while pressed < number:
        before = len(terminal.written)
        if chance.random() < 0.1:
            terminal.resize(*chance.choice(SIZES))
        burst = _burst(chance, keys, min(number - pressed, chance.choice((1, 2, 5, 20, 40))))
        terminal.press("".join(burst))
        pressed += len(burst)
        if not _settled(terminal) or not terminal.catch_up() or terminal.written.find(LEFT, before) >= 0:
            break
    return pressed


def last_words(terminal: Listener) -> str:
    """The exit code of a program that ended, and what it said when it had given the terminal back."""
    code = terminal.exit_code()
    said = terminal.written.rpartition(LEFT)[2].decode(errors="replace")
    return f"it ended with {code}, and said last:\n{ESCAPES.sub('', said)[-60_000:]}"


def _burst(chance: random.Random, keys: Sequence[str], most: int) -> list[str]:
    """Keys as somebody types ahead; Esc ends it, since with the next key it would be another one."""
    burst: list[str] = []
    while len(burst) < most and burst[-1:] != ["\x1b"]:
        burst.append(chance.choice(keys))
    return burst


def _settled(terminal: Listener) -> bool:
    """Read until nothing more is drawn, or for some frames; False when the program has ended."""
    for _ in range(50):
        size = len(terminal.written)
        if not terminal.read(0.02):
            return False
        if len(terminal.written) == size:
            break
    return True


def sessions(
    start: Callable[[], Listener], chance: random.Random, number: int, more: Sequence[str] = ()
) -> list[bytes]:
    """What the program wrote in each of the sessions that so many keys took; a key or a signal ended each."""
    written: list[bytes] = []
    while number > 0:
        with start() as terminal:
            terminal.wait(DRAWN)
            number -= mash(terminal, chance, number, more)
            terminal.signal(signal.SIGTERM)
            assert terminal.exit_code() in (0, 128 + signal.SIGTERM), terminal.text
            written.append(bytes(terminal.written))
    return written
