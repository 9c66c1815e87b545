"""From a key to the settled screen, in a pseudo-terminal, against the smallest Textual program that does the same."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from bench.corpus import NAMED, text_with_spans
from bench.ptys import LONG_QUIET, QUIET, Program
from bench.rows import PAIRS, Row
from reader.config import VARIABLE
from reader.model import Document, Suggestion, spans_of
from reader.project import Project


class Key(NamedTuple):
    """What is pressed, what comes before and after it (not timed), and the baseline's key.

    `target` and `tail` are the most that the median and the p99 may cost of the baseline's. A key without a target is
    pressed less often. `quiet` is how long the screen must be still behind a key that is not timed.
    """

    name: str
    key: bytes
    base: bytes
    target: float = 0.0
    tail: float = 0.0
    before: bytes = b""
    after: tuple[bytes, ...] = ()
    quiet: float = QUIET


PAGE_UP = b"\x1b[5~"
LABEL = b"4"
"""Of a label that no span of the text has: where the cursor's word has the label, nothing changes, and the next undo
would take back the import."""

KEYS = (
    Key("move", b"l", b"l", 1.1, 1.5),
    Key("page", b" ", b" ", 1.6, 1.5, after=(PAGE_UP,)),
    Key("Tab", b"\t", b"l", 1.1, 1.5),
    Key("label", LABEL, b"x", 1.3, 2.0, after=(b"u",)),
    Key("undo", b"u", b"x", 1.1, 1.5, before=LABEL),
    Key("A, which asks", b"A", b" ", before=LABEL, after=(b"\x1b", b"u"), quiet=LONG_QUIET),
    Key("next document", b"]", b" ", after=(b"[",)),
)
SUGGESTED = (
    Key("accept", b"a", b"x", 1.3, 2.0, after=(b"u",)),
    Key("undo", b"u", b"x", 1.1, 1.5, before=b"a"),
)
"""The keys where much is suggested."""
SCROLL = Key("scroll", b"j", b"j", 1.4, 1.5)
PRESSES, FEWER = 100, 20
IDLE = 4.0
"""Seconds: in so many the program looks twice whether another one has changed the file."""

COUNTING = 100.0
"""Milliseconds of computing in a second that a program which goes on with something takes."""

SECONDS_BEYOND = 0.1
"""What finding may take on the screen beyond the bare search."""


def run(full: bool) -> Iterator[Row]:
    """Each key at each size; then the bytes of a move and a page."""
    sizes = [3_000, 1_000_000, 10_000_000, *([100_000_000] if full else [])]
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            yield from _of_size(size, Path(name))
    with tempfile.TemporaryDirectory() as name:
        yield from _suggested(100_000, Path(name))


def _of_size(size: int, folder: Path) -> Iterator[Row]:
    text, spans = text_with_spans(size)
    of = f"{size / 1e6:g} MB" if size >= 1_000_000 else f"{size // 1000} kB"
    with _both(folder, Document(text, "The document", marks=spans)) as (ours, minimal):
        found_bytes: dict[str, list[float]] = {}
        for one in KEYS:
            row, found_bytes[one.name] = _pressed(ours, minimal, one, of)
            yield row
        for name, most in (("move", 1000.0), ("page", 20_000.0)):
            number = tuple(found_bytes[name])
            yield Row(f"bytes: {name}, {of}", f"{most:,.0f} bytes", "bytes a key", number, (most,), 1.0)
        yield from _idle(ours, minimal, of)
        if size > 100_000:
            for _ in range(60):  # to where each further row scrolls
                ours.press(b"j")
            yield _pressed(ours, minimal, SCROLL, of)[0]
            yield _find(ours, text, of)


def _suggested(size: int, folder: Path) -> Iterator[Row]:
    """Where every other span is only suggested."""
    text, spans = text_with_spans(size)
    ordered = spans_of(spans)
    suggestions = tuple(Suggestion(span, "model-1", 0.9) for span in ordered[1::2])
    document = Document(text, "The document", marks=frozenset(ordered[::2]), suggestions=suggestions)
    with _both(folder, document) as (ours, minimal):
        ours.press(b"\t")
        for one in SUGGESTED:
            yield _pressed(ours, minimal, one, f"{size // 1000} kB, {len(suggestions):,} suggestions")[0]


@contextmanager
def _both(folder: Path, document: Document) -> Iterator[tuple[Program, Program]]:
    """The program and the baseline, each with a document before it."""
    with Project.open(folder / "annotations.db") as project:
        project.import_documents([document, Document("Another one.", "The next")])
        project.open_document(1).remember(0, 0)
    (folder / "text.txt").write_text(document.text, encoding="utf-8")
    # A model that reads at the other core's expense would be timed too.
    (folder / "config.toml").write_text('model = "none"\n', encoding="utf-8")
    with (
        Program(["-m", "reader"], folder, {VARIABLE: str(folder / "config.toml")}) as ours,
        Program(
            ["-m", "bench.minimal", str(folder / "text.txt"), str(folder / "rows.db")], Path(__file__).parents[1]
        ) as minimal,
    ):
        # All the marks of a long text are there before the first key is dealt with.
        for program in (ours, minimal):
            program.settle(4.0)
            program.press(b"l")
        yield ours, minimal


def _pressed(ours: Program, minimal: Program, one: Key, of: str) -> tuple[Row, list[float]]:
    """A key many times in both, and how many bytes it wrote."""
    mine: list[float] = []
    theirs: list[float] = []
    written: list[float] = []
    for _ in range(PRESSES if one.target else FEWER):
        if one.before:
            ours.press(one.before, one.quiet)
        seconds, number = ours.press(one.key)
        mine.append(1000 * seconds)
        written.append(number)
        for key in one.after:
            ours.press(key, one.quiet)
        theirs.append(1000 * minimal.press(one.base)[0])
        if one.base == b" ":
            minimal.press(PAGE_UP)
    unit = "ms from the key to the settled screen"
    base = "a page of the smallest Textual program" if one.base == b" " else "the smallest Textual program"
    row = Row(f"key: {one.name}, {of}", base, unit, tuple(mine), tuple(theirs), one.target, tail=one.tail)
    return row, written


def _idle(ours: Program, minimal: Program, of: str) -> Iterator[Row]:
    """What both write and compute while nobody types."""
    for program in (ours, minimal):
        program.settle(1.0)
    # The names of a long text that was just opened are counted first, beside the keys.
    while ours.idle(1.0)[1] > COUNTING:
        pass
    with ThreadPoolExecutor(2) as both:
        mine, theirs = zip(*(both.map(lambda one: one.idle(IDLE), (ours, minimal)) for _ in range(PAIRS)), strict=True)
    yield Row(f"idle: bytes, {of}", "1 byte", f"bytes in {IDLE:g} s", tuple(float(one) for one, _ in mine), (1.0,), 0.5)
    computed = (tuple(one for _, one in some) for some in (mine, theirs))
    yield Row(f"idle: computing, {of}", "the smallest Textual program", f"ms in {IDLE:g} s", *computed)


def _find(ours: Program, text: str, of: str) -> Row:
    """A name that stands everywhere: what the screen adds to finding it."""
    beyond = []
    for _ in range(5):
        begun = time.perf_counter()
        found = [match.span() for match in re.finditer(NAMED, text)]
        bare = time.perf_counter() - begun
        assert found
        ours.press(b"/" + NAMED.encode())
        beyond.append(max(0.0, ours.press(b"\r")[0] - bare))
        ours.press(b"\x1b")
    return Row(
        f"find: {NAMED}, {of}",
        f"{SECONDS_BEYOND:g} s",
        "s on the screen beyond re.finditer",
        tuple(beyond),
        (SECONDS_BEYOND,),
        1.0,
    )
