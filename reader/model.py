"""The nouns, and the vocabulary everything else uses.

character  one Unicode code point of the stored text. Every offset counts characters, half-open `[start, end)`.
grapheme   what a reader calls a character: one or more code points drawn together. The cursor lands on these.
word       what the word motions step over (see `words.py`); the unit of annotation.
token      a unit of a token format or of spaCy; only `formats`, `nlp` and `suggest` know tokens.
row        one line of the screen.
cell       one column of the terminal; a grapheme takes 0, 1 or 2.
time       seconds since 1970, UTC.

All are frozen values: two spans with the same contents are the same span.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import Any, NamedTuple, TypeAlias


class Span(NamedTuple):
    """A labelled stretch of a text, `[start, end)` in characters.

    `fragments` holds the parts `(start, end)` of a discontinuous span and is empty otherwise;
    `start` and `end` then are the outer borders.
    """

    start: int
    end: int
    label: str
    fragments: tuple[tuple[int, int], ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()

    def overlaps(self, other: Span) -> bool:
        return self.start < other.end and other.start < self.end

    def problem(self, text: str) -> str:
        """What is wrong with this span on `text`, or "" when nothing is."""
        if not 0 <= self.start < self.end <= len(text):
            return f"span {self.start}-{self.end} lies outside the text (0-{len(text)}) or is empty"
        if not self.label or self.label != self.label.strip():
            return f"span {self.start}-{self.end} has an empty label or one with spaces around it"
        if self.fragments:
            ends = [offset for fragment in self.fragments for offset in fragment]
            if (
                any(start >= end for start, end in self.fragments)
                or ends != sorted(ends)
                or (ends[0], ends[-1]) != (self.start, self.end)
            ):
                return f"span {self.start}-{self.end} has fragments that do not make it up"
        return ""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A suggestion a person turned down."""

    span: Span


@dataclass(frozen=True, slots=True)
class Tag:
    """A label on the whole document."""

    label: str


class Relation(NamedTuple):
    """A labelled, directed pair of spans."""

    head: Span
    tail: Span
    label: str


class Note(NamedTuple):
    """Free text on a span, or on the document where `span` is None."""

    text: str
    span: Span | None = None


class State(StrEnum):
    """How far an annotator is with a document. Without a Status a document is `todo`."""

    TODO = "todo"
    DOING = "doing"
    DONE = "done"
    SKIPPED = "skipped"
    FLAGGED = "flagged"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Status:
    """The annotator's state of a document. A layer has at most one."""

    state: State


class Label(NamedTuple):
    """One label of the schema: a fact about the whole project, so it stands in the same log as the marks.

    `kind` is "span", "tag" or "relation"; `key` the key that gives it in the article screen ("" for none);
    `color` a CSS colour or the name of one of the 16 ANSI colours; `position` orders the schema.
    """

    name: str
    kind: str = "span"
    key: str = ""
    color: str = ""
    description: str = ""
    examples: tuple[str, ...] = ()
    position: int = 0


Mark: TypeAlias = Span | Rejected | Tag | Relation | Note | Status | Label
Marks: TypeAlias = frozenset[Mark]

NO_MARKS: Marks = frozenset()


def spans_of(marks: Iterable[Mark]) -> list[Span]:
    """The spans among `marks`, in reading order, outer before inner."""
    spans = sorted(mark for mark in marks if isinstance(mark, Span))
    # Their own order differs from reading order only where two begin at one place, and is found three times as fast.
    same = any(one.start == other.start for one, other in pairwise(spans))
    return sorted(spans, key=reading_order) if same else spans


def reading_order(span: Span) -> tuple[int, int, str]:
    """What spans are sorted by: as a reader meets them, outer before inner."""
    return (span.start, -span.end, span.label)


def state_of(marks: Iterable[Mark]) -> State:
    """The state a layer is in."""
    return next((mark.state for mark in marks if isinstance(mark, Status)), State.TODO)


class Schema(NamedTuple):
    """The labels in order of use. Where `overlaps` is false, a new span takes the place of those it overlaps."""

    labels: tuple[Label, ...] = ()
    overlaps: bool = False

    def get(self, name: str, kind: str = "span") -> Label | None:
        return next((label for label in self.labels if label.name == name and label.kind == kind), None)

    def for_key(self, key: str) -> Label | None:
        return next((label for label in self.labels if key and label.key == key), None)


class Suggestion(NamedTuple):
    """What a suggester thinks; never an annotation until a person says so.

    `source` names the suggester and its version: "memory", "patterns:FILE", "en_core_web_sm-3.8.0".
    `score` is in [0, 1], and 1.0 where the suggester gives none.
    """

    span: Span
    source: str
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Document:
    """A text as one annotator sees it.

    The text never changes, not one character. `tokens` are `(start, end)` in characters, only where the source
    brought its own. `annotator` is "" where a file does not say whose marks these are. `token_borders`
    are those that a tokenizer found, packed (`token_borders.py`), where they are known: no part of the document, but
    asking again costs.
    """

    text: str
    title: str = ""
    source: str = ""
    language: str = ""
    meta: dict[str, Any] = field(default_factory=dict, hash=False)
    marks: Marks = NO_MARKS
    annotator: str = ""
    suggestions: tuple[Suggestion, ...] = ()
    tokens: tuple[tuple[int, int], ...] = ()
    token_borders: bytes = field(default=b"", compare=False, repr=False)


class Edit(NamedTuple):
    """The one kind of change: what it removes and what it adds."""

    removed: Marks = NO_MARKS
    added: Marks = NO_MARKS

    def __bool__(self) -> bool:
        return bool(self.removed or self.added)

    def inverse(self) -> Edit:
        return Edit(removed=self.added, added=self.removed)

    def on(self, marks: Marks) -> Marks:
        """The marks after this edit."""
        return (marks - self.removed) | self.added


class Change(NamedTuple):
    """An edit as it stands in the log.

    `batch` names the user action it belongs to; undo takes a whole batch. `document` is the document's key.
    """

    edit: Edit
    document: str
    annotator: str
    at: float
    verb: str
    source: str
    batch: str


class Problem(NamedTuple):
    """A record that could not be read: where, and what was expected and found. `line` counts from 1; 0: the file."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}" if self.line else f"{self.file}: {self.message}"


class Repair(NamedTuple):
    """What was read otherwise than it stands in the file: where, what was found, and how it was taken."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return str(Problem(self.file, self.line, self.message))


class Loss(NamedTuple):
    """A fact an export cannot carry: in which document, which fact, and why.

    `documents` and `spans` say how many of them are left out whole with it.
    """

    document: str
    fact: str
    reason: str
    documents: int = 0
    spans: int = 0

    def __str__(self) -> str:
        return f"{self.document}: {self.fact}: {self.reason}"
