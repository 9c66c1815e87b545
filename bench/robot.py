"""A robot annotator: it knows the gold and the key map, sees what the screen shows, and presses the cheapest keys.

It drives the real program through Textual's pilot. What it may look at is what a person sees: the text on the screen,
the cursor, the entities and the open suggestions, and the letters of the hints.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from textual.pilot import Pilot

from reader import words
from reader.model import Span
from reader.motions import MOTIONS
from reader.spans import Spans
from reader.tui.article import ArticleScreen
from reader.tui.hints import hints_for

MOVING, SELECTING, LABELLING, CONFIRMING = "moving", "selecting", "labelling", "confirming"
Plan: TypeAlias = list[tuple[str, list[str]]]
"""What keys are for, and the keys."""

_MOTIONS = {
    "l": "word_next",
    "h": "word_previous",
    "tab": "mark_next",
    "shift+tab": "mark_previous",
    "right_parenthesis": "sentence_next",
    "left_parenthesis": "sentence_previous",
    "right_curly_bracket": "paragraph_next",
    "left_curly_bracket": "paragraph_previous",
}
_SHORT = 3
"""Keys up to which all ways through the text are tried; hints take no more."""

_MOST = 400
"""Keys of one document behind which the robot gives up, so that a fault of its own ends."""


@dataclass(frozen=True, slots=True)
class Habits:
    """What the robot makes use of."""

    hints: bool = True


@dataclass(slots=True)
class Tally:
    """Keys by what they are for, and entities."""

    keys: Counter[str] = field(default_factory=Counter)
    entities: int = 0
    by_document: list[tuple[int, int]] = field(default_factory=list)

    @property
    def per_entity(self) -> float:
        return sum(self.keys.values()) / max(1, self.entities)


class Robot:
    """One annotator at one screen."""

    def __init__(self, pilot: Pilot[Any], habits: Habits) -> None:
        self._pilot = pilot
        self._habits = habits
        self.tally = Tally()

    @property
    def _screen(self) -> ArticleScreen:
        screen = self._pilot.app.screen
        assert isinstance(screen, ArticleScreen)
        return screen

    async def _press(self, what: str, *keys: str) -> None:
        self.tally.keys[what] += len(keys)
        await self._pilot.press(*keys)

    async def annotate(self, gold: set[Span]) -> None:
        """Make the open document the gold, and press done."""
        before = sum(self.tally.keys.values())
        document = self._screen.document.id
        while (wrong := self._first_wrong(gold)) is not None:
            if sum(self.tally.keys.values()) - before > _MOST + 20 * len(gold):
                raise SystemExit(f"document {document}: the robot goes round in circles at {wrong}")
            await self._mend(*wrong)
        await self._press(CONFIRMING, "d")
        self.tally.entities += len(gold)
        self.tally.by_document.append((sum(self.tally.keys.values()) - before, len(gold)))

    def _first_wrong(self, gold: set[Span]) -> tuple[Span | None, Span | None] | None:
        """`(what is there, what should be)` of the first difference from what `done` would make of it."""
        document = self._screen.document
        there = [*document.spans, *(one.span for one in document.suggestions)]
        found: list[tuple[int, Span | None, Span | None]] = []
        known = set(there)
        missing = gold - known
        found += [
            (one.start, one, None)
            for one in there
            if one not in gold and not any(one.overlaps(other) for other in missing)
        ]
        for wanted in gold - known:
            same = next((one for one in there if (one.start, one.end) == (wanted.start, wanted.end)), None)
            begun = next((one for one in there if one.overlaps(wanted) and one not in gold), None)
            found.append((wanted.start, same or begun, wanted))
        if not found:
            return None
        # From the cursor on, then from the top: nobody reads backwards.
        cursor = self._screen.pen.cursor
        _, is_there, wanted_there = min(found, key=lambda one: (one[0] < self._top(cursor), one[0]))
        return is_there, wanted_there

    def _top(self, cursor: int) -> int:
        return min(cursor, self._screen.view.visible_range()[0])

    async def _mend(self, there: Span | None, wanted: Span | None) -> None:
        """Press the cheapest plan; only turn the page where the place is on another one."""
        place = wanted.start if wanted else there.start if there else 0
        first, last = self._screen.view.visible_range()
        if not first <= place < last:
            await self._press(MOVING, "space" if place >= last else "pageup")
            return
        plans = list(self._plans(there, wanted))
        for what, keys in min(plans, key=_cost) if plans else self._by_character(wanted or Span(0, 1, "")):
            await self._press(what, *keys)

    def _plans(self, there: Span | None, wanted: Span | None) -> Iterator[Plan]:
        """Every way to make one difference good that the key map has."""
        if there is not None:
            way = (MOVING, self._way(there.start, there.end))
            if wanted is None:
                yield [way, (LABELLING, ["x"])]
                return
            if (steps := self._border_steps(there, wanted)) is not None:
                yield [way, (SELECTING, steps), (LABELLING, self._keys(wanted) if there.label != wanted.label else [])]
        assert wanted is not None
        text = self._screen.document.text
        inside = list(words.words(text, wanted.start, wanted.end))
        if not inside or (inside[0][0], inside[-1][1]) != (wanted.start, wanted.end):
            return
        way, label = (MOVING, self._way(*inside[0])), (LABELLING, self._keys(wanted))
        name_end = MOTIONS["name_end"](text, Spans(), wanted.start)
        if not self._marked(wanted.start):
            yield [way, label, (SELECTING, [">"] * (len(inside) - 1))]
        yield [way, (SELECTING, ["v", *self._word_steps(wanted.start, inside[-1][0])]), label]
        yield [way, (SELECTING, ["e", *self._word_steps(name_end, inside[-1][0])]), label]
        if self._habits.hints:
            hint = self._hint(wanted.start, self._screen.pen.cursor)
            steps = [{"l": ">", "h": "<"}[key] for key in self._word_steps(name_end, inside[-1][0])]
            yield [(MOVING, ["s", *hint]), (SELECTING, steps), label]
            if inside[-1][0] > name_end:
                name = wanted.start, (words.word_at(text, name_end) or inside[-1])[1]
                yield [(MOVING, ["s", *hint]), (SELECTING, self._hint(inside[-1][0], name_end, name)), label]

    def _marked(self, place: int) -> bool:
        """Whether an entity or a suggestion is there, which a label would be for."""
        document = self._screen.document
        return bool(document.spans_at(place)) or any(
            one.span.start <= place < one.span.end for one in document.suggestions
        )

    def _border_steps(self, there: Span, wanted: Span) -> list[str] | None:
        """The keys that move the borders; None where they do not lie at words."""
        text = self._screen.document.text
        around = list(words.words(text, min(there.start, wanted.start), max(there.end, wanted.end)))
        left = _between([start for start, _ in around], there.start, wanted.start)
        right = _between([end for _, end in around], there.end, wanted.end)
        if left is None or right is None:
            return None
        return [("," if left > 0 else ";")] * abs(left) + [(">" if right > 0 else "<")] * abs(right)

    def _word_steps(self, place: int, end: int) -> list[str]:
        """By word from a place to the start of a word."""
        text = self._screen.document.text
        low, high = sorted((place, end))
        starts = [start for start, _ in words.words(text, low, (words.word_at(text, high) or (high, high))[1])]
        on = sum(place < start <= end for start in starts)
        return ["l"] * on if end > place else ["h"] * sum(end <= start < place for start in starts)

    def _keys(self, wanted: Span) -> list[str]:
        found = self._screen.schema.get(wanted.label)
        if found is None or not found.key:
            raise SystemExit(f"the label {wanted.label} has no key")
        return [found.key]

    def _by_character(self, wanted: Span) -> Plan:
        """A selection that does not end at words: by word as far as it goes, then by character."""
        text = self._screen.document.text
        word = words.word_at(text, wanted.start) or (wanted.start, wanted.start + 1)
        inside = [one for one in words.words(text, word[0], wanted.end + 1) if one[0] < wanted.end] or [word]
        way = (MOVING, self._way(*word))
        if word[0] == wanted.start:
            end = inside[-1][1]
            size = sum(1 for _ in words.graphemes(text, *sorted((end, wanted.end))))
            fine = ["L" if end < wanted.end else "H"] * size
            steps = ["v", *self._word_steps(wanted.start, inside[-1][0]), *fine]
        else:
            before = sum(1 for _ in words.graphemes(text, word[0], wanted.start))
            size = sum(1 for _ in words.graphemes(text, wanted.start, wanted.end))
            # A step by character, so that the selection begins with one.
            steps = ["L"] * before + ["v", *["L"] * (size - 1)]
        return [way, (SELECTING, steps), (LABELLING, self._keys(wanted))]

    def _hint(self, place: int, cursor: int, selected: tuple[int, int] = (0, 0)) -> list[str]:
        """The letters over a word when the cursor is at a place and something may be selected."""
        screen = self._screen
        starts = [start for start, _ in words.words(screen.document.text, *screen.view.visible_range())]
        hints = hints_for([start for start in starts if not selected[0] <= start < selected[1]], cursor)
        return next((list(letters) for letters, start in hints.items() if start == place), ["?"] * 9)

    def _way(self, start: int, end: int) -> list[str]:
        """The fewest keys that bring the cursor from where it is into a stretch of the screen."""
        screen = self._screen
        document, cursor = screen.document, screen.pen.cursor
        found = [self._word_steps(cursor, start)]
        if self._habits.hints:
            found.append(["f", *self._hint(start, cursor)])
        marks = Spans(one.span for one in document.suggestions) or document.spans
        ways: dict[int, list[str]] = {cursor: []}
        edge = [cursor]
        # A hint is never longer than _SHORT; without hints the shortest way is looked for until it is found.
        longest = _SHORT if self._habits.hints else min(map(len, found))
        while edge and len(ways[edge[0]]) < longest and not any(start <= place < end for place in edge):
            following: list[int] = []
            for place in edge:
                for key, motion in _MOTIONS.items():
                    to = MOTIONS[motion](document.text, marks, place)
                    if to not in ways:
                        ways[to] = [*ways[place], key]
                        following.append(to)
            edge = following
        found += [keys for place, keys in ways.items() if start <= place < end]
        return min(found, key=len)


def _cost(plan: Plan) -> int:
    return sum(len(keys) for _, keys in plan)


def _between(borders: list[int], place: int, wanted: int) -> int | None:
    """How many borders on a place has to go, negative for back; None where it cannot stop."""
    if place == wanted:
        return 0
    if place not in borders or wanted not in borders:
        return None
    return borders.index(wanted) - borders.index(place)
