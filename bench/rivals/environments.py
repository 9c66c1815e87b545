"""A virtual environment for each rival, made once and kept, and what a rival's programs may see of ours."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

KEPT = Path(__file__).parents[2] / ".make" / "rivals"
INSTALLING = 1200.0
"""Seconds that an installation may take: Label Studio has a hundred packages, of 1 GB."""


class Unusable(Exception):
    """A rival, or a step of it, cannot be measured here; the message says why."""


def installed(requirements: Sequence[str]) -> Path:
    """The virtual environment with these; it is named after the first, and made again when they change."""
    place = KEPT / requirements[0].replace("==", "-")
    mark = place / "installed.txt"
    wanted = "\n".join([sys.version, *requirements])
    if not mark.exists() or mark.read_text(encoding="utf-8") != wanted:
        shutil.rmtree(place, ignore_errors=True)
        print(f"Installing {' '.join(requirements)} (once)", file=sys.stderr)
        done([sys.executable, "-m", "venv", str(place)], INSTALLING)
        done([str(place / "bin/python"), "-m", "pip", "install", "--quiet", *requirements], INSTALLING)
        mark.write_text(wanted, encoding="utf-8")
    return place


def done(command: Sequence[str], seconds: float, more: Mapping[str, str] | None = None) -> None:
    """Run it to its end; raises `Unusable` with its last line when it fails, or takes longer."""
    try:
        ended = subprocess.run(
            command, env=environment(more), capture_output=True, text=True, check=False, timeout=seconds
        )
    except subprocess.TimeoutExpired as error:
        raise Unusable(f"{Path(command[0]).name} took more than {seconds:g} s") from error
    if ended.returncode:
        lines = [line for line in ended.stderr.splitlines() if line.strip() and not line.startswith("WARNING")]
        raise Unusable(f"{' '.join(command[:4])} failed: {lines[-1] if lines else ended.returncode}")


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Ours, without what would have each start compile anew, and more."""
    ours = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**ours, **(more or {})}
