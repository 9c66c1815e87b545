"""The terminal as it really is: it may send any bytes, claim any size and go away at any time."""

from __future__ import annotations

import os
import re
import select
import selectors
import signal
import sys
from codecs import getincrementaldecoder
from collections.abc import Iterator
from typing import Any, cast

from textual import events
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Size
from textual.message import Message

from reader.tui.typing import TypingApp

LARGEST = 1000
"""Rows or columns; what a terminal claims beyond that is not believed."""

PIECE = 2048
"""Characters that are written at once where the terminal has room."""

CATCHING_UP = 0.01
"""Seconds between two looks whether the program has caught up with the keys."""


_SEQUENCES = re.compile("(?=\x1b)")
_STRING = re.compile("\x1b[]PX^_](?=.)", re.DOTALL)
_STRING_END = re.compile("\x07|\x1b\\\\|\x9c")


def without_strings(text: str, inside: bool = False) -> tuple[str, bool]:
    """What was typed, less the terminal's control strings (OSC, DCS and kin), which Textual would take for keys.

    `inside` tells, on the way in and out, that such a string has begun and not ended.
    """
    kept: list[str] = []
    at = 0
    while True:
        if inside:
            end = _STRING_END.search(text, at)
            if end is None:
                return "".join(kept), True
            at = end.end()
        start = _STRING.search(text, at)
        kept.append(text[at : start.start() if start else None])
        if start is None:
            return "".join(kept), False
        at, inside = start.end(), True


# Of the sequences that begin so, Textual knows a mouse that is somewhere and whether a mode is on; of others it takes
# the letters for keys. Those come late from a terminal that was asked by another program, or are broken.
_PRIVATE = re.compile(r"\x1b\[(?:<[^\x1bMm]{0,40}[Mm]|[=>?][0-?]*[ -/]*[@-~])")
_PRIVATE_BEGUN = re.compile(r"\x1b\[(?:<[^\x1bMm]{0,40}|[=>?][0-?]*[ -/]*)?\Z")
_KNOWN = re.compile(r"\x1b\[(?:<\d+;-?\d+;-?\d+[Mm]|\?\d+;\d+\$y)")


def without_replies(text: str, escaped: bool = False) -> tuple[str, str]:
    """What was typed, less replies that nobody asked for; and the beginning of one that may go on in the next read.

    `escaped` tells that the read before ended in Esc, which does not wait: it may be a key.
    """
    if escaped and (first := _PRIVATE.match(f"\x1b{text}")) and not _KNOWN.fullmatch(first[0]):
        text = text[first.end() - 1 :]
    kept = _PRIVATE.sub(lambda found: found[0] if _KNOWN.fullmatch(found[0]) else "", text)
    begun = _PRIVATE_BEGUN.search(kept)
    return (kept[: begun.start()], begun[0]) if begun else (kept, "")


class Terminal:
    """The terminal's file for Textual's writer. When nobody is at the other end the program is told to hang up."""

    def __init__(self) -> None:
        streams = (sys.__stdout__, sys.__stderr__)
        self._file = next((one.fileno() for one in streams if one and one.isatty()), 2)
        self._gone = False
        self._room = select.poll()
        self._room.register(self._file, select.POLLOUT)
        self.written = 0
        """How many texts `write` has dealt with."""

    def write(self, text: str) -> None:
        """Write it, however long that takes."""
        self._put(text)
        self.written += 1

    def offer(self, text: str) -> str:
        """Write as much as the terminal takes at once; what is left of it."""
        at = 0
        while at < len(text) and self._room.poll(0):
            self._put(text[at : at + PIECE])
            at += PIECE
        return text[at:]

    def _put(self, text: str) -> None:
        data = text.encode("utf-8", "replace")
        while data and not self._gone:
            try:
                data = data[os.write(self._file, data) :]
            except BlockingIOError:
                self._room.poll()
            except OSError:
                self._gone = True
                hang_up()

    def flush(self) -> None:
        """Nothing is held back."""

    def fileno(self) -> int:
        return self._file


def hang_up() -> None:
    """What a terminal that goes away does, for those that do not."""
    os.kill(os.getpid(), signal.SIGHUP)


class TerminalDriver(LinuxDriver):
    """No byte from the terminal ends the program; its end does."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._terminal = Terminal()
        self._file = cast(Any, self._terminal)
        self._handed_over = 0
        self._is_on = self._is_starting = self._is_told_to_stop = False
        # What a screen asks for that comes before the first message of a size; Textual would ask the terminal itself.
        self._size = self._size or self._get_terminal_size()

    def start_application_mode(self) -> None:
        # A program that was not stopped may be told to continue; and one that has just begun to, to stop again: from
        # in between it would come back with two threads that read the keys.
        if self._is_on:
            return
        self._is_on = self._is_starting = True
        super().start_application_mode()  # type: ignore[no-untyped-call]
        self._is_starting = False
        if self._is_told_to_stop:
            self._is_told_to_stop = False
            self._sigtstp_application()

    def stop_application_mode(self) -> None:
        self._is_on = False
        super().stop_application_mode()

    def _sigtstp_application(self, *arguments: Any) -> None:
        if self._is_starting:
            self._is_told_to_stop = True
        else:
            super()._sigtstp_application(*arguments)

    def run_input_thread(self) -> None:
        """Read and dispatch until the program ends or the terminal is gone."""
        decoder = getincrementaldecoder("utf-8")("replace")
        parser = XTermParser(self._debug)
        inside, begun, escaped = False, "", False
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                ready = selector.select(0.1)
                if ready and self._program.is_behind:
                    # What is not read the terminal keeps: keys without end would fill the memory.
                    self.exit_event.wait(CATCHING_UP)
                    continue
                data = self._read() if ready else b""
                if ready and not data:
                    hang_up()
                    return
                # A string that stops in the middle is over when nothing more comes.
                text, inside = without_strings(decoder.decode(data), inside and bool(ready))
                text, begun = without_replies(begun + text, escaped) if ready else (text, "")
                escaped = text.endswith("\x1b")
                for part in _SEQUENCES.split(text):
                    try:
                        for message in self._messages(parser, part):
                            self.process_message(message)
                    except (ValueError, OverflowError, StopIteration, RuntimeError):
                        # A reply with absurd numbers ends the parser; what follows it is read by a new one.
                        parser = XTermParser(self._debug)

    def _read(self) -> bytes:
        try:
            return os.read(self.fileno, 4096)
        except OSError:
            return b""

    @staticmethod
    def _messages(parser: XTermParser, text: str) -> Iterator[Message]:
        if text:
            yield from parser.feed(text)
        yield from parser.tick()

    def process_message(self, message: Message) -> None:
        if isinstance(message, events.Resize):
            size = Size(*believed(message.size.width, message.size.height))
            message = events.Resize(size, size, size, message.pixel_size)
        super().process_message(message)

    def write(self, data: str) -> None:
        # Handing a row to the thread that writes costs more than all the rest of a key; it gets what has to wait.
        if self._handed_over == self._terminal.written:
            data = self._terminal.offer(data)
        if data:
            self._handed_over += 1
            super().write(data)

    @property
    def _program(self) -> TypingApp:
        return cast(TypingApp, self._app)

    def send_message(self, message: Message) -> None:
        if isinstance(message, events.Key):
            self._program.keys_read += 1
        # Into the app's queue itself, which is safe from this thread, and not by way of a task.
        self._app.post_message(message)

    def _get_terminal_size(self) -> tuple[int, int]:
        return believed(*super()._get_terminal_size())


def believed(width: int, height: int) -> tuple[int, int]:
    """A size that can be worked with, whatever was claimed."""
    return max(1, min(width, LARGEST)), max(1, min(height, LARGEST))
