"""The pen: what stands under the cursor, and what a key does to it. It knows no key and no screen."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from reader import edits, words
from reader.edits import Action
from reader.model import Edit, Note, Span, State, Suggestion
from reader.project import OpenDocument

_T = TypeVar("_T")


@dataclass(slots=True)
class Pen:
    """The cursor and the selection in one document, in characters, and the last action.

    The cursor stands on a word, or on a grapheme once it was moved by character. A selection reaches from what stood
    under the cursor when it began (`anchor`) to what stands under it now.
    """

    document: OpenDocument
    cursor: int = 0
    anchor: tuple[int, int] | None = None
    by_character: bool = False
    last: Action | None = None

    def under(self) -> tuple[int, int]:
        """The word or grapheme the cursor stands on; empty at the end of the text."""
        text = self.document.text
        if not self.by_character and (word := words.word_at(text, self.cursor)):
            return word
        return self.cursor, words.next_grapheme(text, self.cursor)

    @property
    def selection(self) -> tuple[int, int] | None:
        if self.anchor is None:
            return None
        start, end = self.under()
        return min(self.anchor[0], start), max(self.anchor[1], end)

    @property
    def entity(self) -> Span | None:
        """The innermost entity under the cursor."""
        found = self.document.spans_at(self.cursor)
        return min(found, key=lambda span: (span.end - span.start, -span.start), default=None)

    @property
    def suggestion(self) -> Suggestion | None:
        return self.document.suggestion_at(self.cursor)

    def target(self) -> tuple[int, int] | None:
        """What an action is about: the selection, else the entity, the suggestion or the word under the cursor."""
        if self.selection:
            start, end = words.trim(self.document.text, *self.selection)
            return (start, end) if start < end else None
        span = self.entity or (self.suggestion.span if self.suggestion else None)
        if span:
            return span.start, span.end
        start, end = words.trim(self.document.text, *self.under())
        return (start, end) if start < end else None

    def move(self, position: int, *, by_character: bool = False) -> None:
        """Put the cursor somewhere; a selection follows it."""
        self.cursor = max(0, min(position, len(self.document.text)))
        self.by_character = by_character

    def step_into_characters(self) -> None:
        """Before the first step by character: a selection's moving end becomes its last grapheme."""
        if self.by_character or self.anchor is None:
            self.by_character = True
            return
        start, end = self.under()
        text = self.document.text
        if start >= self.anchor[0]:
            self.cursor = words.previous_grapheme(text, end)
            self.anchor = self.anchor[0], words.next_grapheme(text, self.anchor[0])
        else:
            self.anchor = words.previous_grapheme(text, self.anchor[1]), self.anchor[1]
        self.by_character = True

    def select(self) -> None:
        """Begin a selection: the entity under the cursor, else the word; end one that is there."""
        if self.anchor is not None:
            self.anchor = None
            return
        if (entity := self.entity) is None:
            self.anchor = self.under()
            return
        self.select_stretch(entity.start, entity.end)

    def select_stretch(self, start: int, end: int) -> None:
        """Select from one place to another, the cursor on its last word, or grapheme where no word ends there."""
        text = self.document.text
        first, last = words.word_at(text, start), words.word_at(text, words.previous_grapheme(text, end))
        whole = bool(first and last and first[0] == start and last[1] == end)
        self.by_character = not whole
        self.anchor = first if whole and first else (start, words.next_grapheme(text, start))
        self.cursor = last[0] if whole and last else words.previous_grapheme(text, end)

    def swap(self) -> None:
        """Move the other end of the selection from now on."""
        if self.anchor is not None:
            self.anchor, self.cursor = self.under(), self.anchor[0]

    def label(self, name: str) -> Edit:
        """Label the target, whatever it was before."""
        target = self.target()
        if target is None:
            return Edit()
        start, end = target
        self.last = Action("label", self.document.text[start:end], name)
        entity = None if self.selection else self.entity
        if entity is not None:
            return edits.relabel(self.document.around(entity), entity, name)
        here = [span for span in self.document.spans_at(start) if (span.start, span.end) == (start, end)]
        if len(here) == 1:
            return edits.relabel(self.document.around(here[0]), here[0], name)
        return self.document.label(Span(start, end, name))

    def accept(self) -> Edit:
        """Accept the suggestion under the cursor."""
        if (suggestion := self.suggestion) is None:
            return Edit()
        self.last = Action("label", self._words(suggestion.span), suggestion.span.label)
        return self.document.accept(suggestion)

    def reject(self) -> Edit:
        """Turn down the suggestion under the cursor, or take away the entity."""
        return self._turn_down() if self.suggestion is not None else self._take_away()

    def _turn_down(self) -> Edit:
        if (suggestion := self.suggestion) is None:
            return Edit()
        self.last = Action("reject", self._words(suggestion.span), suggestion.span.label)
        return edits.reject(self.document.rest, suggestion)

    def _take_away(self) -> Edit:
        if (entity := self.entity) is None:
            return Edit()
        self.last = Action("remove", self._words(entity), entity.label)
        return edits.remove(self.document.around(entity), entity)

    def border(self, step: int) -> Edit:
        """Move the right border of the entity or suggestion under the cursor by a word; 1 outwards, -1 inwards."""
        span = self.entity or (self.suggestion.span if self.suggestion else None)
        if span is None or (end := self._right(span.start, span.end, step)) is None:
            return Edit()
        return self._moved(span, span._replace(end=end, fragments=()))

    def left_border(self, step: int) -> Edit:
        """Move the left border of the entity or suggestion under the cursor by a word; 1 outwards, -1 inwards."""
        span = self.entity or (self.suggestion.span if self.suggestion else None)
        if span is None or (start := self._left(span.start, span.end, step)) is None:
            return Edit()
        return self._moved(span, span._replace(start=start, fragments=()))

    def resize(self, *, left: int = 0, right: int = 0) -> bool:
        """Move a border of the selection by a word, as that of an entity; tells whether there was one further.

        The cursor stays at its end of the selection.
        """
        if self.anchor is None or self.selection is None:
            return False
        start, end = self.selection
        moved = (self._left(start, end, left) if left else start, self._right(start, end, right) if right else end)
        if moved[0] is None or moved[1] is None:
            return False
        at_left = self.under()[0] < self.anchor[0]
        self.select_stretch(moved[0], moved[1])
        if at_left:
            self.swap()
        return True

    def _moved(self, span: Span, moved: Span) -> Edit:
        """Other borders for an entity or a suggestion; the cursor stays on it."""
        entity = self.entity
        self.last = Action("label", self._words(moved), moved.label)
        last = words.previous_grapheme(self.document.text, moved.end)
        self.cursor = max(moved.start, min(self.cursor, last))
        if entity is None:
            return self.document.label(moved)
        return self.document.move(span, moved)

    def _left(self, start: int, end: int, step: int) -> int | None:
        """Where a stretch starts with a word more (1) or less (-1); None when there is none."""
        text = self.document.text
        if step > 0:
            return words.previous_word(text, start)
        return next((one for one, _ in words.words(text, start, end) if one > start), None)

    def _right(self, start: int, end: int, step: int) -> int | None:
        """Where a stretch ends with a word more (1), the rest of one that it ends in included, or less (-1)."""
        text = self.document.text
        if step > 0:
            within = words.word_at(text, end - 1)
            if within and within[1] > end:
                return within[1]
            following = words.next_word(text, end - 1)
            found = words.word_at(text, following) if following is not None else None
            return found[1] if found else None
        inside = [one for _, one in words.words(text, start, end) if one < end]
        return inside[-1] if inside else None

    def repeat(self) -> Edit:
        """The last action on the target under the cursor."""
        target = self.target()
        if self.last is None or target is None:
            return Edit()
        match self.last.verb:
            case "label":
                return self.label(self.last.label)
            case "reject":
                return self._turn_down()
        return self._take_away()

    def note(self) -> Note | None:
        """The note on the entity under the cursor, or on the document where there is none."""
        entity = self.entity
        return next((mark for mark in self.document.rest if isinstance(mark, Note) and mark.span == entity), None)

    def set_note(self, text: str, span: Span | None = None) -> Edit:
        """Write the note on an entity or, where there is none, on the document."""
        return edits.set_note(self.document.rest, text, span)

    def toggle_tag(self, name: str) -> Edit:
        return edits.toggle_tag(self.document.rest, name)

    def set_state(self, state: State) -> Edit:
        """Put the document into a state, or back to `doing` when it is in it already."""
        return edits.set_state(self.document.rest, State.DOING if self.document.state is state else state)

    def next_mark(self, step: int) -> int | None:
        """The start of the next (1) or previous (-1) open suggestion, or entity where none is open, all round."""
        if self.document.suggestions:
            found = _beside(self.document.suggestions, self.cursor, step, lambda one: one.span.start)
            return found.span.start
        spans = self.document.spans
        if step > 0:
            beside = spans.after(self.cursor) or spans.after(-1)
        else:
            beside = spans.before(self.cursor) or spans.before(self.document.length + 1)
        return beside.start if beside else None

    def next_suggestion(self) -> int | None:
        """The start of the open suggestion at or after the cursor, all round."""
        open_ones = self.document.suggestions
        return _beside(open_ones, self.cursor - 1, 1, lambda one: one.span.start).span.start if open_ones else None

    def more(self) -> int:
        """How many more equal strings in this article the last action would change."""
        return len(self.document.targets(self.last)) if self.last else 0

    def _words(self, span: Span) -> str:
        return self.document.text[span.start : span.end]


def _beside(items: Sequence[_T], position: int, step: int, start: Callable[[_T], int]) -> _T:
    """The first of some sorted items that starts after a position (1), or the last before it (-1), all round."""
    if step > 0:
        return items[bisect_right(items, position, key=start) % len(items)]
    return items[bisect_left(items, position, key=start) - 1]
