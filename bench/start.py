"""Start: from the command to the first useful paint, in a pseudo-terminal, against a minimal Textual app."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PAIRS = 9
SEEDS = Path(__file__).parent.parent / "seeds"
MINIMAL = """
from textual.app import App
from textual.widgets import Static
class Minimal(App):
    def compose(self):
        yield Static("READY")
Minimal().run()
"""


def seconds_to(arguments: list[str], shown: bytes, cwd: str) -> float:
    """Seconds from the fork until the program writes `shown`."""
    started = time.perf_counter()
    pid, fd = pty.fork()
    if pid == 0:
        os.chdir(cwd)
        os.environ.update(TERM="xterm-256color", LANG="C.UTF-8", COLUMNS="120", LINES="40")
        os.execv(sys.executable, [sys.executable, *arguments])
    written = b""
    while shown not in written:
        if not select.select([fd], [], [], 30)[0]:
            raise SystemExit(f"{arguments}: {shown!r} never showed")
        written += os.read(fd, 1 << 16)
    seconds = time.perf_counter() - started
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(fd)
    return seconds


def run() -> None:
    """Print medians and the ratio, as a table and as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, "-m", "reader", "import", str(SEEDS)], cwd=folder, check=True, capture_output=True
        )
        ours, minimal = [], []
        for _ in range(PAIRS):
            ours.append(seconds_to(["-m", "reader"], b"Kherson", folder))
            minimal.append(seconds_to(["-c", MINIMAL], b"READY", folder))
    ratios = [one / other for one, other in zip(ours, minimal, strict=True)]
    row = {
        "benchmark": "start to first paint, seed article",
        "reader_ms": round(statistics.median(ours) * 1000),
        "minimal_textual_app_ms": round(statistics.median(minimal) * 1000),
        "ratio": round(statistics.median(ratios), 2),
        "target": 1.3,
    }
    print(
        f"{row['benchmark']}: {row['reader_ms']} ms, minimal {row['minimal_textual_app_ms']} ms, ratio {row['ratio']}"
    )
    print(json.dumps(row))
