"""Knows how a row of text looks: which marks lie over it, for any number of marks, and the style they add up to.

Colour never stands alone. A fact is bold on its label's tint, a suggestion is in its label's colour, italic and
underlined; where a fact has no tint to stand on, it is underlined too. Of nested facts the innermost colours the
words and the others underline them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from reader import words
from reader.model import Span
from reader.spans import Spans, SpansInOrder
from reader.tui.finding import Matches
from reader.tui.layout import Row, cells, display


class LabelStyle(NamedTuple):
    """A label's colours, in any form Textual can parse; "" leaves the page's own.

    `foreground` is readable on the page and on `background`: a fact is drawn with both, a suggestion without the
    background.
    """

    foreground: str = ""
    background: str = ""


class Stretch(NamedTuple):
    """A mark, or a fragment of one, as it lies on the text. `whole` is the extent of the mark it belongs to."""

    start: int
    end: int
    label: str
    whole: tuple[int, int]


def stretches(spans: SpansInOrder, low: int, high: int) -> list[Stretch]:
    """What of the spans shares a character with `[low, high)`; a discontinuous one lies on its fragments only."""
    return [
        Stretch(start, end, span.label, (span.start, span.end))
        for span in spans.over(low, high)
        for start, end in span.fragments or ((span.start, span.end),)
        if start < high and low < end
    ]


def innermost(marks: Iterable[Stretch]) -> Stretch | None:
    """The shortest mark, which colours the words; of equals the one that starts last."""
    return min(marks, key=lambda mark: (mark.whole[1] - mark.whole[0], -mark.start, mark.label), default=None)


NOWHERE = (-1, -1)


class Looks(NamedTuple):
    """The styles in force. `colors` is false where no colour may be used."""

    base: Style
    cursor: Style
    selection: Style
    match: Style
    hint: Style
    dim: Style
    bar: Style
    colors: bool = True


@dataclass(slots=True)
class Scene:
    """A text and everything that lies over it. Stretches are in characters, half-open; NOWHERE where there is none.

    `word` is what the cursor stands on, `character` the grapheme it is at where that is not the word's first, and
    `current` the mark around it.
    """

    text: str = ""
    labels: Mapping[str, LabelStyle] = field(default_factory=dict)
    facts: SpansInOrder = field(default_factory=Spans)
    suggestions: Spans = field(default_factory=Spans)
    matches: Matches = field(default_factory=Matches)
    hints: Mapping[int, str] = field(default_factory=dict)
    word: tuple[int, int] = NOWHERE
    character: tuple[int, int] = NOWHERE
    current: tuple[int, int] = NOWHERE
    selection: tuple[int, int] = NOWHERE

    def set_marks(self, facts: SpansInOrder, suggestions: Spans, labels: Mapping[str, LabelStyle]) -> None:
        self.facts, self.suggestions, self.labels = facts, suggestions, labels
        self.current = self.mark_at(self.word[0] if self.character == NOWHERE else self.character[0])

    def put_cursor(self, position: int, *, by_character: bool) -> None:
        """Lay the cursor over the word at a character, or over the grapheme where there is none."""
        after = words.next_grapheme(self.text, position)
        word = words.word_at(self.text, position)
        within = word is not None and (by_character or word[0] != position)
        self.word = word or (position, max(after, position + 1))
        self.character = (position, after) if within else NOWHERE
        self.current = self.mark_at(position)

    def mark_at(self, position: int) -> tuple[int, int]:
        """The extent of the innermost fact over a character, else of the suggestion."""
        here = position, position + 1
        mark = innermost(stretches(self.facts, *here)) or innermost(stretches(self.suggestions, *here))
        return mark.whole if mark else NOWHERE


class Over(NamedTuple):
    """What lies over one row."""

    facts: list[Stretch]
    suggestions: list[Stretch]
    matches: list[Stretch]


class Seen(NamedTuple):
    """What lies over a part of a text, by which two looks at it are told apart."""

    facts: frozenset[Span] = frozenset()
    suggestions: frozenset[Span] = frozenset()
    matches: frozenset[tuple[int, int]] = frozenset()
    hints: frozenset[tuple[int, str]] = frozenset()

    def differing(self, other: Seen) -> list[tuple[int, int]]:
        """The stretches that look different now."""
        spans = (self.facts ^ other.facts) | (self.suggestions ^ other.suggestions)
        hints = [(at, at + 1) for at, _ in self.hints ^ other.hints]
        return [(span.start, span.end) for span in spans] + [*(self.matches ^ other.matches), *hints]


def seen(scene: Scene, low: int, high: int) -> Seen:
    """What lies over `[low, high)`."""
    return Seen(
        frozenset(scene.facts.over(low, high)),
        frozenset(scene.suggestions.over(low, high)),
        frozenset(scene.matches.over(low, high)),
        frozenset((at, hint) for at, hint in scene.hints.items() if low <= at < high),
    )


def over(scene: Scene, row: Row) -> Over:
    """What lies over a row."""
    here = row.start, row.limit
    matches = [Stretch(*match, "", match) for match in scene.matches.over(*here)]
    return Over(stretches(scene.facts, *here), stretches(scene.suggestions, *here), matches)


def draw(scene: Scene, row: Row, looks: Looks) -> list[Segment]:
    """A row as segments, each with a style; what follows the row's last character is not part of it, but for a cursor
    or a selection on the row's newline, which shows as one cell."""
    text = scene.text[row.start : row.end]
    shown = display(text)
    segments: list[Segment] = []
    at = row.start
    marks = over(scene, row)
    for start, end, hint in _parts(scene, row, marks, text, shown):
        if hint:
            segments.append(Segment(hint, looks.base + looks.hint))
        elif end > start >= at:
            style = _style(scene, looks, marks, start, end)
            if shown[start - row.start] != text[start - row.start] and not text[start - row.start].isspace():
                style += Style(dim=True, italic=True)
            segments.append(Segment(shown[start - row.start : end - row.start], style))
        at = end
    at_end = scene.word[0] == row.limit == len(scene.text)
    if row.end <= scene.word[0] < row.limit or at_end:
        segments.append(Segment(" ", looks.base + looks.cursor))
    elif scene.selection[0] < row.limit and row.end < min(scene.selection[1], row.limit):
        segments.append(Segment(" ", looks.base + looks.selection))
    return segments


def _parts(scene: Scene, row: Row, marks: Over, text: str, shown: str) -> Iterator[tuple[int, int, str]]:
    """The row cut where its look changes: (start, end, letters of a hint drawn instead)."""
    cuts = {row.start, row.end, *scene.word, *scene.character, *scene.current, *scene.selection}
    for mark in (*marks.facts, *marks.suggestions, *marks.matches):
        cuts.update((mark.start, mark.end))
    if shown != text:
        signs = [index for index, sign in enumerate(shown) if sign != text[index]]
        cuts.update(row.start + index for sign in signs for index in (sign, sign + 1))
    covered = row.start
    hints = [position for position in scene.hints if row.start <= position < row.end] if scene.hints else []
    hinted: dict[int, tuple[int, str]] = {}
    for position, following in pairwise([*sorted(hints), row.end]):
        hinted[position] = _hint(scene, row, shown, position, following)
        cuts.update((position, hinted[position][0]))
    for start, end in pairwise(sorted(cut for cut in cuts if row.start <= cut <= row.end)):
        if start in hinted and start >= covered:
            covered, letters = hinted[start]
            yield start, covered, letters
        elif start >= covered:
            yield start, end, ""


def _hint(scene: Scene, row: Row, shown: str, position: int, following: int) -> tuple[int, str]:
    """Where a hint's letters end, and the letters, as wide as the graphemes they are drawn over."""
    letters, end = scene.hints[position], position
    while end < following and cells(shown[position - row.start : end - row.start]) < len(letters):
        end = words.next_grapheme(scene.text, end)
    width = cells(shown[position - row.start : end - row.start])
    return end, letters[:width].ljust(width)


def _style(scene: Scene, looks: Looks, marks: Over, start: int, end: int) -> Style:
    """The style of `[start, end)`, over which nothing changes."""
    facts = [mark for mark in marks.facts if mark.start <= start < mark.end]
    suggestion = innermost([mark for mark in marks.suggestions if mark.start <= start < mark.end])
    mark = innermost(facts) or suggestion
    label = scene.labels.get(mark.label, _NO_LABEL) if mark and looks.colors else _NO_LABEL
    style = looks.base
    if scene.hints:
        style += looks.dim
    elif mark:
        style = _marked(style, label, len(facts), suggestion is not None, mark.whole == scene.current)
    if any(match.start <= start < match.end for match in marks.matches):
        style += looks.match
    if scene.selection[0] <= start < scene.selection[1]:
        style += looks.selection
    if scene.word[0] <= start < scene.word[1]:
        style = _cursor(looks, label, style)
        if scene.character[0] <= start < scene.character[1]:
            style += Style(reverse=not style.reverse)
    return style


_NO_LABEL = LabelStyle()


@lru_cache(maxsize=1024)
def _marked(base: Style, label: LabelStyle, facts: int, suggested: bool, current: bool) -> Style:
    """The style of so many nested facts, and perhaps a suggestion; `label` is that of the innermost."""
    tint = label.background
    if not facts:
        return base + _colors(label.foreground, tint if current else "") + Style(underline=True, italic=True)
    marks = Style(bold=True, underline=not tint or facts > 1 or current or suggested)
    return base + _colors(label.foreground, tint) + marks + Style(italic=suggested or (not tint and facts > 1))


def _cursor(looks: Looks, label: LabelStyle, style: Style) -> Style:
    """The cursor's style; on a mark it takes the label's colour, so that the label still shows."""
    marks = Style(bold=True, italic=style.italic or None, underline=style.underline or None)
    if label.foreground:
        page = looks.base.bgcolor.name if looks.base.bgcolor and not looks.base.bgcolor.is_default else "black"
        return looks.base + looks.cursor + Style(color=page) + _colors("", label.foreground) + marks
    return looks.base + looks.cursor + marks


@lru_cache(maxsize=256)
def _colors(foreground: str, background: str) -> Style:
    return Style(
        color=Color.parse(foreground).rich_color if foreground else None,
        bgcolor=Color.parse(background).rich_color if background else None,
    )
