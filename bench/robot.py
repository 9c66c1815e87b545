"""A robot annotator: it knows the gold and the key map, sees what the screen shows, and presses the cheapest keys.

It drives the real program through Textual's pilot. What it may look at is what a person sees: the text on the screen,
the cursor, the entities and the open suggestions, and the letters of the hints.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from textual.pilot import Pilot

from reader import words
from reader.model import Span
from reader.tui.article import ArticleScreen

MOVING, SELECTING, LABELLING, CONFIRMING = "moving", "selecting", "labelling", "confirming"
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
        if wanted is None:
            assert there is not None
            await self._reach(there.start)
            await self._press(LABELLING, "x")
            return
        steps = self._steps(there, wanted) if there else None
        if there and steps is not None and len(steps) <= 3:
            await self._reach(there.start)
            await self._press(SELECTING, *steps)
            if there.label != wanted.label:
                await self._press(LABELLING, self._key(wanted.label))
            return
        await self._label(wanted)

    def _steps(self, there: Span, wanted: Span) -> list[str] | None:
        """The keys that move the borders; None where they do not lie at words."""
        text = self._screen.document.text
        around = list(words.words(text, min(there.start, wanted.start), max(there.end, wanted.end)))
        starts, ends = [start for start, _ in around], [end for _, end in around]
        keys = []
        if there.start != wanted.start:
            if wanted.start not in starts:
                return None
            low, high = sorted((there.start, wanted.start))
            between = (
                sum(low < start <= high for start in starts)
                if wanted.start > there.start
                else sum(low <= start < high for start in starts)
            )
            keys += ["," if wanted.start > there.start else ";"] * between
        if there.end != wanted.end:
            if wanted.end not in ends:
                return None
            low, high = sorted((there.end, wanted.end))
            between = (
                sum(low < end <= high for end in ends)
                if wanted.end > there.end
                else sum(low <= end < high for end in ends)
            )
            keys += [">" if wanted.end > there.end else "<"] * between
        return keys

    def _key(self, label: str) -> str:
        found = self._screen.schema.get(label)
        if found is None or not found.key:
            raise SystemExit(f"the label {label} has no key")
        return found.key

    async def _label(self, wanted: Span) -> None:
        """Label a stretch that has nothing on it: by words where it is made of some, else by characters."""
        text = self._screen.document.text
        inside = list(words.words(text, wanted.start, wanted.end))
        if inside and inside[0][0] == wanted.start and inside[-1][1] == wanted.end:
            await self._reach(wanted.start)
            pen = self._screen.pen
            if len(inside) > 1 and (pen.entity or pen.suggestion):
                await self._press(SELECTING, "v", *(["l"] * (len(inside) - 1)))
                await self._press(LABELLING, self._key(wanted.label))
                return
            await self._press(LABELLING, self._key(wanted.label))
            await self._press(SELECTING, *([">"] * (len(inside) - 1)))
            return
        word = words.word_at(text, wanted.start)
        await self._reach(word[0] if word else wanted.start, wanted.start)
        graphemes = 0
        place = wanted.start
        while (place := words.next_grapheme(text, place)) < wanted.end:
            graphemes += 1
        pen = self._screen.pen
        if pen.cursor == wanted.start and not pen.by_character:
            # A step by character and back, so that the selection begins with one.
            await self._press(SELECTING, "L", "H")
        await self._press(SELECTING, "v", *(["L"] * graphemes))
        await self._press(LABELLING, self._key(wanted.label))

    async def _reach(self, place: int, exactly: int | None = None) -> None:
        """Put the cursor on a word or a suggestion by the fewest keys; `exactly` also on a character of it."""
        screen = self._screen
        target = words.word_at(screen.document.text, place) or (place, place + 1)
        for _ in range(200):
            cursor = screen.pen.cursor
            if target[0] <= cursor < target[1] or cursor == place:
                break
            await self._press(MOVING, *self._way(place))
            if screen.hinting is not None:
                letters = next((one for one, where in screen.hinting.hints.items() if where == target[0]), None)
                await self._press(MOVING, *(letters or ["escape"]))
        while exactly is not None and screen.pen.cursor != exactly:
            await self._press(SELECTING, "L" if screen.pen.cursor < exactly else "H")

    def _way(self, place: int) -> list[str]:
        """The next keys towards a place: all of them, or one that brings it onto the screen."""
        screen = self._screen
        document, cursor = screen.document, screen.pen.cursor
        ways: list[tuple[int, list[str]]] = []
        starts = [one.span.start for one in document.suggestions] or [span.start for span in document.spans]
        if place in starts:
            later = [start for start in starts if start > cursor] + [start for start in starts if start <= cursor]
            steps = later.index(place) + 1
            ways.append((steps, ["tab"] * steps))
            ways.append((len(starts) - steps + 1, ["shift+tab"] * (len(starts) - steps + (cursor not in starts))))
        text = document.text
        low, high = sorted((cursor, place))
        between = sum(1 for _ in zip(words.words(text, low, high), range(60), strict=False))
        ways.append((max(1, between), ["l" if place > cursor else "h"] * max(1, between)))
        first, last = screen.view.visible_range()
        if first <= place < last:
            if self._habits.hints:
                ways.append((3, ["f"]))
        else:
            ways.append((4, ["space" if place >= last else "pageup"]))
        return min((way for way in ways if way[1]), key=lambda way: way[0])[1]
