"""Reads pattern files: one JSON object a line, as spaCy's entity ruler and Prodigy write them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from reader.errors import InputError
from reader.model import Problem

TokenPattern: TypeAlias = list[dict[str, Any]]

MOST_BYTES = 200_000_000

# What only a tagger, a parser or a lemmatizer can tell; suggestions run none of them.
_NEEDS_MORE = frozenset({"DEP", "LEMMA", "MORPH", "POS", "SENT_START", "TAG"})


@dataclass(frozen=True, slots=True)
class Pattern:
    """One line of a pattern file: words to match exactly, or a spaCy token pattern."""

    line: int
    label: str
    pattern: str | TokenPattern


@dataclass(frozen=True, slots=True)
class Patterns:
    """The patterns of a file, and the lines that could not be read."""

    path: Path
    patterns: tuple[Pattern, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def source(self) -> str:
        """What their suggestions say they come from."""
        return f"patterns:{self.path.name}"

    @property
    def rules(self) -> list[tuple[str, str, str | TokenPattern]]:
        """Place, label and pattern of each, as `nlp.entities.compile_patterns` takes them."""
        return [(f"{self.path}:{one.line}", one.label, one.pattern) for one in self.patterns]


def load(path: Path) -> Patterns:
    """Read a pattern file. Bad lines are in `problems`; InputError for a file that cannot be read at all."""
    patterns: list[Pattern] = []
    problems: list[Problem] = []
    for number, line in enumerate(_read(path).split("\n"), start=1):
        if not line.strip():
            continue
        found = _pattern(number, line)
        if isinstance(found, Pattern):
            patterns.append(found)
        else:
            problems.append(Problem(str(path), number, found))
    return Patterns(path, tuple(patterns), tuple(problems))


def _read(path: Path) -> str:
    if path.is_dir():
        raise InputError(f"{path}: a folder; give the patterns.jsonl in it")
    try:
        if path.stat().st_size > MOST_BYTES:
            raise InputError(f"{path}: larger than {MOST_BYTES // 1_000_000} MB")
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8: byte {error.object[error.start]:#04x} at {error.start}") from error


def _pattern(number: int, line: str) -> Pattern | str:
    """The pattern on a line, or what is wrong with it."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        return f"not JSON: {error}"
    if not isinstance(record, dict):
        return 'expected an object with "label" and "pattern"'
    label, pattern = record.get("label"), record.get("pattern")
    if not isinstance(label, str) or not label or label != label.strip():
        return '"label" must be a string that is not empty and has no spaces around it'
    if isinstance(pattern, str) and pattern.strip():
        return Pattern(number, label, pattern)
    if isinstance(pattern, list) and pattern and all(isinstance(token, dict) for token in pattern):
        missing = sorted(set(_keys(pattern)) & _NEEDS_MORE)
        if missing:
            return f"{', '.join(missing)} would need a tagger or parser, which suggestions do not run"
        return Pattern(number, label, pattern)
    return '"pattern" must be a string or a list of objects, one a token, and not be empty'


def _keys(pattern: TokenPattern) -> Iterator[str]:
    return (str(key).upper() for token in pattern for key in token)
