"""The document being read: its marks, what is suggested in it, and every edit to it, durable when `apply` returns."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from reader import edits, words
from reader.edits import Action
from reader.model import (
    Edit,
    Marks,
    Schema,
    Span,
    State,
    Status,
    Suggestion,
    state_of,
)
from reader.project.repeating import MEMORY_LIMIT, repeat_at, repeat_on, together, without_spans
from reader.spans import DistantSpans, Spans, SpansInOrder
from reader.store import documents, log, suggestions, tables
from reader.store.connection import Store, now
from reader.store.log import LayerEdit
from reader.store.shelf import LayerShelf
from reader.suggest import memory
from reader.suggest.settle import Cover
from reader.suggest.still_open import OpenSuggestions

SMALL = 1000
"""Spans up to which an edit is put into the others' order one by one."""

GLANCE = 1_000_000
"""Characters above which a text can be shown before it is read."""

PART = 1 << 18
"""Characters of a long text that are searched at once."""

STRETCH = 1 << 16
"""Characters: what is read of a long text for its first look begins and ends at a multiple of this, so that its rows
break where those of the whole text do."""


SCREENFUL = 10_000
"""Characters before and after the place of a long text whose spans are shown with its first look."""


class Glimpse(NamedTuple):
    """A part of a long text, read ahead of it: `before` and `after` characters stand around it.

    `spans` are those near the place, as they lie on the part.
    """

    before: int
    text: str
    after: int
    spans: list[Span]


class OpenDocument:
    """One document in one annotator's layer. `spans` and `suggestions` are in reading order.

    With `glance` a text of more than GLANCE characters is not read before it is asked for, so that a glimpse of it can
    be shown first. The spans of a long text are read where they are looked at.
    """

    def __init__(self, store: Store, document_id: int, annotator: str, schema: Schema, *, glance: bool = False) -> None:
        self.id = document_id
        self.annotator = annotator
        self._store = store
        self._overlaps = schema.overlaps
        self.title, self.length = documents.described(store, document_id)
        place = store.rows(
            "SELECT position, top FROM reading WHERE annotator_id = ? AND document_id = ?",
            (store.annotator_id(annotator), document_id),
        )
        self.position, self.top = place[0] if place else (0, 0)
        self._was_read = bool(place)
        self._open: OpenSuggestions | None = None  # None: to be found when they are asked for
        self._kept: list[Suggestion] | None = None  # those of the file; None: not read yet
        self._remembered = memory.Remembered({}, {})
        self._recall: memory.Recall | None = None
        self._none = self._opened(())
        self._waiting: list[tuple[Edit, str, int]] = []
        self._text: str | None = None
        if not glance or self.length <= GLANCE:
            self._text = documents.text_of(store, document_id)
        self._read_marks()

    @property
    def text(self) -> str:
        if self._text is None:
            self._text = documents.text_of(self._store, self.id)
        return self._text

    @property
    def whole(self) -> bool:
        """Whether the text has been read."""
        return self._text is not None

    def glimpse(self, position: int) -> Glimpse | None:
        """What is near the view's top and a position, without reading the text; None where that cannot be had."""
        start = max(0, self.top // STRETCH - 1) * STRETCH
        end = min(self.length, start + 3 * STRETCH)
        if self.whole or not self.top - SCREENFUL <= position <= self.top + SCREENFUL:
            return None
        text = documents.part_of(self._store, self.id, start, end, self.length)
        if text is None:
            return None
        near = self.spans.over(max(start, self.top - SCREENFUL), min(end, self.top + SCREENFUL))
        return Glimpse(start, text, self.length - end, [_moved(span, -start) for span in near])

    @property
    def state(self) -> State:
        return state_of(self.rest)

    @property
    def marks(self) -> Marks:
        """All marks of the layer; made anew, for a long document has very many."""
        return self.rest.union(self.spans)

    def spans_at(self, position: int) -> list[Span]:
        """The spans that cover a character."""
        return self.spans.over(position, position + 1)

    def suggestion_at(self, position: int) -> Suggestion | None:
        """The first suggestion that covers a character."""
        return self._standing.at(position)

    def around(self, *spans: Span) -> Marks:
        """The marks that an edit of these stretches can meet: a long document has many thousands more."""
        start, end = min(span.start for span in spans), max(span.end for span in spans)
        return self.rest.union(self.spans.over(start, end))

    @property
    def is_long(self) -> bool:
        """Whether there are too many characters to look at all of them at once."""
        return self.length > MEMORY_LIMIT

    def _read_marks(self) -> None:
        """Take over the marks of the file, and the edits that wait."""
        layer = self._store.annotator_id(self.annotator)
        self.spans: SpansInOrder
        if self.is_long:
            self._shelf = LayerShelf(self._store, self.id, layer, self._waiting)
            self._shelf.text = self._text or ""
            self.spans = DistantSpans(self._shelf, self._shelf.count(), self.length)
            self.rest: Marks = tables.rest_of(self._store, self.id, layer)
            for edit, _, _ in self._waiting:
                self.rest = without_spans(edit).on(self.rest)
            return
        marks = tables.marks_of(self._store, self.id, layer)
        for edit, _, _ in self._waiting:
            marks = edit.on(marks)
        self._take_over(marks)

    def reload(self) -> None:
        """Read marks, suggestions and memory again from the file.

        A document that was just opened has no memory yet: it is shown sooner, and reloaded when it is on the screen.
        """
        self._read_marks()
        self.reload_suggestions()

    def reload_suggestions(self) -> None:
        """Read suggestions and memory again from the file; the marks stay."""
        kept = self._kept = suggestions.of(self._store, self.id)
        layer = self._store.annotator_id(self.annotator)
        words = {self.text[one.span.start : one.span.end] for one in kept}
        if not self.is_long:
            self._recall = self._recall or memory.Recall(self.text)
            words |= self._recall.begun(lambda strings: tables.begun(self._store, layer, strings))
        given, turned_down = (
            tables.remembered(self._store, layer, words, table=table) for table in ("spans", "rejected")
        )
        self._remembered = memory.Remembered(given, turned_down)
        self._open = None

    def _take_over(self, marks: Marks) -> None:
        self.spans = Spans(marks)
        self.rest = frozenset(mark for mark in marks if type(mark) is not Span)

    def _change(self, edit: Edit) -> None:
        """Take an edit over; a small one into the sorted spans, where a long document has thousands."""
        small = len(edit.removed) + len(edit.added) <= SMALL
        if small:
            for mark in edit.removed:
                if type(mark) is Span:
                    self.spans.take(mark)
            for mark in edit.added:
                if type(mark) is Span:
                    self.spans.add(mark)
            self.rest = without_spans(edit).on(self.rest)
        elif self.is_long:
            self._read_marks()
        else:
            self._take_over(edit.on(self.marks))
        learned = self._remembered.learn(edit, self.text)
        if small and self._open is not None:
            self._open.follow(self, edit, learned)
        else:
            self._open = None

    def follow(self, edits: Iterable[Edit]) -> None:
        """Take over what an action, done again or taken back, changes in this document; `reload` sees everything."""
        for edit in edits:
            self._change(edit)

    @property
    def suggestions(self) -> Sequence[Suggestion]:
        """What is still suggested, in reading order; each edit changes it."""
        return self._standing.items

    @property
    def suggested(self) -> Spans:
        """The spans of the suggestions; each edit changes them."""
        return self._standing.spans

    @property
    def _standing(self) -> OpenSuggestions:
        if self.state in documents.CLOSED:
            return self._none
        if self._open is None:
            if self._kept is None:
                self._kept = suggestions.of(self._store, self.id)
            if not self.is_long:
                self._recall = self._recall or memory.Recall(self.text)
            self._open = self._opened(self._kept)
            self._open.settle(self)
        return self._open

    def _opened(self, kept: Iterable[Suggestion]) -> OpenSuggestions:
        return OpenSuggestions(kept, self._remembered, self._recall, overlaps=self._overlaps)

    def apply(self, edit: Edit, verb: str, *, position: int = 0, meanwhile: Callable[[], None] | None = None) -> None:
        """Commit an edit with the place of the cursor, in characters; durable when it returns.

        The first edit of a document that nobody began marks it `doing`. `meanwhile` is done with the edit taken over,
        while the disk writes. Raises ReadOnly, and then nothing has changed; or NotSaved, and then the edit waits for
        `save`.
        """
        if not edit:
            return
        if self._store.read_only:
            with self._store.transaction():
                return
        if self.state is State.TODO and not any(isinstance(mark, Status) for mark in edit.added):
            edit = edits.then(edit, edits.set_state(self.rest, State.DOING))
        if self.is_long:
            self._shelf.text = self.text
        self._waiting.append((edit, verb, position))
        self._change(edit)
        self.save(meanwhile)

    @property
    def waiting(self) -> int:
        """How many edits the disk has refused so far."""
        return len(self._waiting)

    def save(self, meanwhile: Callable[[], None] | None = None) -> None:
        """Commit the edits that wait, in order, each as its own action. Raises NotSaved; the others wait on.

        `meanwhile` is done while the disk writes the last of them.
        """
        while self._waiting:
            edit, verb, position = self._waiting[0]
            with self._store.transaction(meanwhile if len(self._waiting) == 1 else None):
                layer_edit = LayerEdit(self.id, self.annotator, edit, self.text)
                log.append(self._store, self.annotator, verb, [layer_edit], position=position)
                self._remember(position, self.top)
            del self._waiting[0]

    def remember(self, position: int, top: int) -> None:
        """Keep the place of the cursor and of the view's top, in characters. Nothing on a file that is read only."""
        if self._store.read_only or (self._was_read and (position, top) == (self.position, self.top)):
            return
        with self._store.transaction():
            self._remember(position, top)

    def _remember(self, position: int, top: int) -> None:
        layer = self._store.ensure_annotator(self.annotator)
        self._store.connection.execute(
            "INSERT OR REPLACE INTO reading (annotator_id, document_id, position, top, at) VALUES (?, ?, ?, ?, ?)",
            (layer, self.id, position, top, now()),
        )
        self.position, self.top = position, top
        self._was_read = True

    def accept(self, suggestion: Suggestion) -> Edit:
        return self.label(suggestion.span)

    def label(self, span: Span) -> Edit:
        """Label a stretch, by the schema's rule on overlaps."""
        return edits.label(self.around(span), span, overlaps=self._overlaps)

    def move(self, span: Span, moved: Span) -> Edit:
        """Give a span other borders, by the schema's rule on overlaps."""
        return edits.move(self.around(span, moved), span, moved, overlaps=self._overlaps)

    def finish(self) -> Edit:
        """Accept what is still suggested, and mark the document done."""
        return edits.then(together(map(self.accept, self.suggestions)), edits.set_state(self.rest, State.DONE))

    def repeat(self, action: Action, stretch: tuple[int, int]) -> Edit:
        """What doing the action on one stretch changes."""
        return repeat_at(stretch, action, self.spans, self.rest, self._suggested, overlaps=self._overlaps)

    def _suggested(self, stretch: tuple[int, int]) -> list[Suggestion]:
        """What is suggested where a stretch starts."""
        first = bisect_left(self.suggestions, stretch[0], key=_start)
        return self._standing.items[first : bisect_right(self.suggestions, stretch[0], key=_start)]

    def targets(self, action: Action, *, ignore_case: bool = False) -> list[tuple[int, int]]:
        """The equal strings of this article that the action would change, in reading order."""
        return [stretch for stretch in self.looked_for(action, ignore_case=ignore_case) if stretch]

    def looked_for(self, action: Action, *, ignore_case: bool = False) -> Iterator[tuple[int, int] | None]:
        """The same one by one, with a None after each bit of work that found none: in a long text it takes a while."""
        after = 0
        for start in range(0, self.length, PART):
            end = start + PART
            known = self._known(action, start, end)
            for stretch in words.occurrences(
                self.text,
                action.words,
                ignore_case=ignore_case,
                start=max(start, after),
                end=min(self.length, end + len(action.words) - 1),
            ):
                after = stretch[1]
                yield stretch if known(stretch) else None
            yield None

    def _known(self, action: Action, start: int, end: int) -> Callable[[tuple[int, int]], bool]:
        """Tells of the stretches that start in a part whether an action changes them."""
        if not self.is_long or self._waiting or action.verb == "reject":
            return lambda stretch: bool(self.repeat(action, stretch))
        labelled = self._shelf.labelled(action.words, start, end)
        cover: list[Cover] = []

        def would_change(stretch: tuple[int, int]) -> bool:
            labels = labelled.get(stretch, ())
            if len(labels) == 1:
                # So it is nearly everywhere, and told without a look at what else is there.
                return (labels[0] == action.label) == (action.verb == "remove")
            if action.verb == "label":
                if not cover:
                    cover.append(Cover(self._shelf.cover(start, end + len(action.words))))
                if not cover[0].overlaps(*stretch):
                    return True
            return bool(self.repeat(action, stretch))

        return would_change

    def repeat_all(self, action: Action, stretches: Iterable[tuple[int, int]]) -> Edit:
        """The action on all of these stretches, as one edit."""
        parts = repeat_on(stretches, action, self.spans, self.rest, self._suggested, overlaps=self._overlaps)
        return together(parts)


def _start(suggestion: Suggestion) -> int:
    return suggestion.span.start


def _moved(span: Span, by: int) -> Span:
    parts = tuple((start + by, end + by) for start, end in span.fragments)
    return span._replace(start=span.start + by, end=span.end + by, fragments=parts)
