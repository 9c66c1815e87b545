"""Servers on this machine alone, started and killed here, and the requests to them."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from bench.rivals.environments import Unusable, environment

HOST = "127.0.0.1"
STARTING = 300.0
ANSWERING = 600.0
"""Seconds that a start may take, its migrations too, and an answer."""

# Without the proxies that the environment may name.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def free_port() -> int:
    with socket.socket() as found:
        found.bind((HOST, 0))
        port: int = found.getsockname()[1]
        return port


class Refused(Unusable):
    """A request that was answered with an error; the message has its path and its number."""


class Processes:
    """Commands that run until the end of the block, where they are killed with all their children."""

    def __init__(self, commands: Sequence[Sequence[str]], more: Mapping[str, str], log: Path) -> None:
        self._log = log
        self._begun = time.perf_counter()
        with log.open("ab") as file:
            self._running = [
                subprocess.Popen(
                    command,
                    env=environment(more),
                    stdin=subprocess.DEVNULL,
                    stdout=file,
                    stderr=file,
                    start_new_session=True,
                )
                for command in commands
            ]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        for one in self._running:
            # Those that ended by themselves may have left children too.
            try:
                os.killpg(one.pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
            finally:
                one.wait()

    def until_answered(self, port: int) -> float:
        """Seconds from the start to the first HTTP 200 of `/`, by whatever way it is sent there."""
        while time.perf_counter() - self._begun < STARTING:
            if any(one.poll() is not None for one in self._running):
                raise Unusable(f"it stopped: {self._last_line()}")
            try:
                with _opener.open(f"http://{HOST}:{port}/", timeout=STARTING) as answer:
                    if answer.status == 200:
                        return time.perf_counter() - self._begun
            except OSError:
                time.sleep(0.02)
        raise Unusable(f"no HTTP 200 within {STARTING:g} s: {self._last_line()}")

    def _last_line(self) -> str:
        lines = self._log.read_text(encoding="utf-8", errors="replace").split("\n")
        return next((line for line in reversed(lines) if line.strip()), "it wrote nothing")


class Client:
    """Requests as one user of a server; an answer that is no success raises `Refused`."""

    def __init__(self, port: int, token: str = "") -> None:
        self._base = f"http://{HOST}:{port}"
        self.token = token

    def get(self, path: str) -> bytes:
        return self._send(urllib.request.Request(self._base + path))

    def post(self, path: str, record: object) -> Any:
        """What the answer says to a record of JSON."""
        return json.loads(self._post(path, json.dumps(record).encode(), "application/json"))

    def upload(self, path: str, field: str, file: Path) -> bytes:
        """What the answer says to a file in a form of one field."""
        border = "a-border-that-no-article-has"
        head = f'--{border}\r\nContent-Disposition: form-data; name="{field}"; filename="{file.name}"\r\n\r\n'
        body = head.encode() + file.read_bytes() + f"\r\n--{border}--\r\n".encode()
        return self._post(path, body, f"multipart/form-data; boundary={border}")

    def _post(self, path: str, body: bytes, kind: str) -> bytes:
        return self._send(urllib.request.Request(self._base + path, body, {"Content-Type": kind}))

    def _send(self, request: urllib.request.Request) -> bytes:
        if self.token:
            request.add_header("Authorization", f"Token {self.token}")
        try:
            with _opener.open(request, timeout=ANSWERING) as answer:
                found: bytes = answer.read()
                return found
        except urllib.error.HTTPError as error:
            path = request.selector.split("?")[0]
            raise Refused(f"{request.get_method()} {path} was answered with HTTP {error.code}") from error
