"""Every character there is goes through every format that is read and written: it comes back, or is reported."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from reader import formats
from reader.formats import FORMATS, by_name
from reader.model import Document, Problem, Span, spans_of

BOTH_WAYS = [one.name for one in FORMATS if one.read and one.writes]
SCALARS = 0x110000 - 0x800
# Formats whose text is made of their tokens: white space between those is not theirs to keep.
OF_TOKENS = [
    name for name in BOTH_WAYS if "tokens" in by_name(name).carries and "overlaps" not in by_name(name).carries
]


def scalars() -> list[str]:
    return [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]


@cache
def some() -> list[str]:
    """Of each plane and category the first and the last, and all controls, spaces and signs below U+0100."""
    kinds: dict[tuple[int, str], list[str]] = {}
    for character in scalars():
        kinds.setdefault((ord(character) >> 16, unicodedata.category(character)), []).append(character)
    found = {one for kind in kinds.values() for one in (kind[0], kind[-1])}
    return sorted(found | {chr(code) for code in range(0x100) if not chr(code).isalnum()})


def document(characters: Sequence[str], border: str = "") -> Document:
    """A text with each of the characters at the beginning, in the middle and at the end of a span.

    A span is a part of a word, which a format of tokens cannot carry and reports, or with a space as its border a word.
    """
    parts, spans, place = [], set(), 0
    for character in characters:
        word = f"{character}a{character}b{character}"
        spans.add(Span(place + 1 + len(border), place + 1 + len(border) + len(word), "X"))
        parts.append(f"x{border}{word}{border}y")
        place += len(parts[-1]) + 1
    return Document(" ".join(parts), "T", "t", marks=frozenset(spans))


def unreported(characters: Sequence[str], name: str, folder: Path, border: str = "") -> list[str]:
    """The characters that are changed or gone without a word: in a text or a span. Others are looked for one by one."""
    before = document(characters, border)
    path = folder / ("out.zip" if by_name(name).write_files else f"out{next(iter(by_name(name).suffixes), '')}")
    path.unlink(missing_ok=True)
    report = formats.export([before], path, format_name=name, lossy=True)
    found = [one for source in formats.sources([path]) for one in formats.read(source, name)]
    back = [one for one in found if isinstance(one, Document)]
    told = bool(report.losses) or any(isinstance(one, Problem) for one in found)
    if len(back) == 1 and _same(before, back[0], name):
        return []
    if len(characters) == 1:
        return [] if told else [*characters]
    half = len(characters) // 2
    return [one for some in (characters[:half], characters[half:]) for one in unreported(some, name, folder, border)]


def _same(before: Document, back: Document, name: str) -> bool:
    if name not in OF_TOKENS:
        return (back.text, spans_of(back.marks)) == (before.text, spans_of(before.marks))
    words = [
        "".join("".join(one.text[span.start : span.end] for span in spans_of(one.marks)).split())
        for one in (before, back)
    ]
    return "".join(before.text.split()) == "".join(back.text.split()) and words[0] == words[1]


@pytest.mark.parametrize("border", ["", " "], ids=["in a word", "a word"])
@pytest.mark.parametrize("name", BOTH_WAYS)
def test_some_characters_of_each_kind_come_back_or_are_reported(name: str, border: str, tmp_path: Path) -> None:
    characters = some()
    assert [ascii(one) for one in unreported(characters, name, tmp_path, border)] == []


def test_a_loss_that_is_not_reported_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A check that cannot fail would prove nothing."""
    monkeypatch.setattr("test_unicode._same", lambda before, back, name: "q" not in before.text)
    assert unreported([*"opqrs"], "jsonl", tmp_path) == ["q"]


@pytest.mark.slow
@pytest.mark.timeout(0)
@pytest.mark.parametrize("name", BOTH_WAYS)
def test_all_characters_come_back_or_are_reported(name: str, tmp_path: Path) -> None:
    """Prints its figure: run with `make soak`. Where a part of a word is a reported loss, the spans are words."""
    every = scalars()
    assert len(every) == SCALARS == 1_112_064
    border = " " if name == "conllu" or "tokens" in by_name(name).carries else ""
    chunks = [every[start : start + 1000] for start in range(0, SCALARS, 1000)]
    lost = [one for chunk in chunks for one in unreported(chunk, name, tmp_path, border)]
    assert [ascii(one) for one in lost] == []
    print(f"round trip, {name}: all {SCALARS:,} Unicode scalar values, nothing unreported")
