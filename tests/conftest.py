"""Keeps the machine out of the tests: no user's settings, no colour or width variables, no animation, no network."""

from __future__ import annotations

import compileall
import os
import shutil
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
from textual.css.model import RuleSet
from textual.css.stylesheet import CSSLocation, Stylesheet

# The snapshot plugin has imported Textual by now, so its environment variables come too late.
textual.constants.TEXTUAL_ANIMATIONS = "none"
pytest_textual_snapshot.SVGImageExtension.file_extension = "svg"

_parse_rules = Stylesheet._parse_rules
_rules: dict[tuple[object, ...], list[RuleSet]] = {}


def _parsed_once(self: Stylesheet, *source: str | CSSLocation | int, **more: str | int) -> list[RuleSet]:
    """Rules as Textual keeps them, but for all programs of a test run: each would parse the same again."""
    key = (source, *sorted(more.items()), *sorted(self._variables.items()))
    if key not in _rules:
        _rules[key] = _parse_rules(self, *source, **more)  # type: ignore[arg-type]
    return _rules[key]


Stylesheet._parse_rules = _parsed_once  # type: ignore[method-assign]

# CI judges a change by the same examples each time; everywhere else Hypothesis looks for new ones.
settings.register_profile("ci", derandomize=True, deadline=None)
if os.environ.get("CI"):
    settings.load_profile("ci")

ROOT = Path(__file__).parent.parent


def _no_network(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.connect" and getattr(arguments[0], "family", None) in (socket.AF_INET, socket.AF_INET6):
        raise RuntimeError(f"a test wanted the network: {arguments[1]}")


sys.addaudithook(_no_network)


MEMORY = Path("/dev/shm")
ROOM = 2 << 30


def pytest_configure(config: pytest.Config) -> None:
    """Compile the program once, and put the files of the quick tests into memory where there is room.

    Where Python keeps no bytecode, each program of a test would compile it anew. What a disk has to sync, ten times
    in each test, no test that kills a program can tell; power losses are tried on a disk that is simulated.
    """
    if hasattr(config, "workerinput"):
        return
    compileall.compile_dir(ROOT / "reader", quiet=2)
    if config.option.markexpr == "not slow" and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


@pytest.fixture(scope="session")
def without_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Settings that say no more than that no pipeline suggests."""
    settings = tmp_path_factory.mktemp("settings") / "config.toml"
    settings.write_text('model = "none"\n')
    return settings


@pytest.fixture(autouse=True)
def own_settings(request: pytest.FixtureRequest, without_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of nobody, and a login name.

    Loading the pipeline costs two seconds in each program that is started, so the quick tests do without it
    unless they ask for it; the soaks run the program as it comes.
    """
    monkeypatch.setenv("READER_CONFIG", str(without_model))
    monkeypatch.setenv("LOGNAME", "ada")
    if request.node.get_closest_marker("slow"):
        request.getfixturevalue("as_it_comes")


@pytest.fixture
def as_it_comes(without_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings at all: the installed pipeline suggests."""
    monkeypatch.setenv("READER_CONFIG", str(without_model.with_name("absent.toml")))


@pytest.fixture
def seed() -> Path:
    """The user's article."""
    return next((ROOT / "seeds").glob("*.txt"))
