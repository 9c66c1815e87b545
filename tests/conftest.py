"""Keeps the machine out of the tests: no user's settings, no colour or width variables, no animation, no network."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

for _name in ("NO_COLOR", "TEXTUAL_FILTERS", "COLUMNS", "LINES", "TEXTUAL_THEME"):
    os.environ.pop(_name, None)
os.environ["UNICODE_VERSION"] = "15.1.0"  # read by Rich at the first measurement

import pytest
import pytest_textual_snapshot
import textual.constants
from hypothesis import settings

# The snapshot plugin has imported Textual by now, so its environment variables come too late.
textual.constants.TEXTUAL_ANIMATIONS = "none"
pytest_textual_snapshot.SVGImageExtension.file_extension = "svg"

# CI judges a change by the same examples each time; everywhere else Hypothesis looks for new ones.
settings.register_profile("ci", derandomize=True, deadline=None)
if os.environ.get("CI"):
    settings.load_profile("ci")

ROOT = Path(__file__).parent.parent


def _no_network(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.connect" and getattr(arguments[0], "family", None) in (socket.AF_INET, socket.AF_INET6):
        raise RuntimeError(f"a test wanted the network: {arguments[1]}")


sys.addaudithook(_no_network)


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of nobody: an absent file, and a login name."""
    monkeypatch.setenv("READER_CONFIG", str(tmp_path / "no-settings.toml"))
    monkeypatch.setenv("LOGNAME", "ada")


@pytest.fixture
def seed() -> Path:
    """The user's article."""
    return next((ROOT / "seeds").glob("*.txt"))
