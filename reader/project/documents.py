"""The document being read: its marks, what is suggested in it, and every edit to it, durable when `apply` returns."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from reader import edits, words
from reader.edits import Action
from reader.model import (
    Document,
    Edit,
    Mark,
    Marks,
    Rejected,
    Schema,
    Span,
    State,
    Status,
    Suggestion,
    state_of,
)
from reader.project.repeating import repeat_at, together
from reader.spans import Spans
from reader.store import documents, log, suggestions, tables
from reader.store.connection import Store, now
from reader.store.log import LayerEdit
from reader.suggest import memory, resolve

MEMORY_LIMIT = 300_000
"""Characters up to which a text is searched for remembered words as a whole."""

SMALL = 1000
"""Spans up to which an edit is put into the others' order one by one."""

Counts = dict[str, dict[str, int]]


GLANCE = 1_000_000
"""Characters above which a text can be shown before its marks are read."""

SCREENFUL = 50_000
"""Characters around the place of a long text whose spans are shown with it."""


class OpenDocument:
    """One document in one annotator's layer. `spans` and `suggestions` are in reading order.

    At a `glance` a text of more than GLANCE characters has the spans near its place and nothing else; it is not
    `whole`, and must not be edited, until it is reloaded.
    """

    def __init__(self, store: Store, document_id: int, annotator: str, schema: Schema, *, glance: bool = False) -> None:
        self.id = document_id
        self.annotator = annotator
        self._store = store
        self._overlaps = schema.overlaps
        self.document: Document = documents.get(store, document_id, annotator, marks=False)
        place = store.rows(
            "SELECT position, top FROM reading WHERE annotator_id = ? AND document_id = ?",
            (store.annotator_id(annotator), document_id),
        )
        self.position, self.top = place[0] if place else (0, 0)
        self._was_read = bool(place)
        self._open: list[Suggestion] | None = None  # the suggestions; None: to be found when they are asked for
        self._widest = 0
        self.whole = not glance or len(self.text) <= GLANCE
        self._kept = suggestions.of(store, document_id) if self.whole else []
        self._given: Counts = {}
        self._turned_down: Counts = {}
        self._waiting: list[tuple[Edit, str, int]] = []
        self._recall = memory.Recall(self.document.text)
        self._take_over(self._read())

    @property
    def text(self) -> str:
        return self.document.text

    @property
    def title(self) -> str:
        return self.document.title

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
        found = self.suggestions
        last = bisect_right(found, position, key=_start)
        first = bisect_left(found, position - self._widest, key=_start)
        return next((one for one in found[first:last] if position < one.span.end), None)

    def around(self, *spans: Span) -> Marks:
        """The marks that an edit of these stretches can meet: a long document has many thousands more."""
        start, end = min(span.start for span in spans), max(span.end for span in spans)
        return self.rest.union(self.spans.over(start, end))

    def _read(self) -> Marks:
        """The marks in the file; of a document that is not whole the spans near its place."""
        layer = self._store.annotator_id(self.annotator)
        if self.whole:
            return tables.marks_of(self._store, self.id, layer)
        near = self.top - SCREENFUL, self.top + SCREENFUL
        return frozenset(tables.spans_between(self._store, self.id, layer, *near))

    def reload(self) -> None:
        """Read marks, suggestions and memory again from the file.

        A document that was just opened has no memory yet: it is shown sooner, and reloaded when it is on the screen.
        """
        self.whole = True
        marks = self._read()
        for edit, _, _ in self._waiting:
            marks = edit.on(marks)
        self._take_over(marks)
        self.reload_suggestions()

    def reload_suggestions(self) -> None:
        """Read suggestions and memory again from the file; the marks stay."""
        self._kept = suggestions.of(self._store, self.id)
        phrases = {phrase for _, _, phrase in memory.phrases(self.text)} if len(self.text) <= MEMORY_LIMIT else set()
        phrases |= {self.text[one.span.start : one.span.end] for one in self._kept}
        layer = self._store.annotator_id(self.annotator)
        self._given = tables.remembered(self._store, layer, phrases)
        self._turned_down = tables.remembered(self._store, layer, phrases, table="rejected")
        self._open = None

    def _take_over(self, marks: Marks) -> None:
        self.spans = Spans(marks)
        self.rest: Marks = frozenset(mark for mark in marks if type(mark) is not Span)

    def _change(self, edit: Edit) -> None:
        """Take an edit over; a small one into the sorted spans, where a long document has thousands."""
        if len(edit.removed) + len(edit.added) > SMALL:
            self._take_over(edit.on(self.marks))
        else:
            for mark in edit.removed:
                if type(mark) is Span:
                    self.spans.take(mark)
            for mark in edit.added:
                if type(mark) is Span:
                    self.spans.add(mark)
            rest = (frozenset(mark for mark in marks if type(mark) is not Span) for marks in edit)
            self.rest = Edit(*rest).on(self.rest)
        self._learn(edit)
        self._open = None

    def follow(self, batch: int, *, undone: bool) -> None:
        """Take over what an action, done or taken back, changed in this document; `reload` sees everything."""
        for one in log.edits_of(self._store, batch, with_text=False):
            if one.document_id == self.id and one.annotator == self.annotator:
                self._change(one.edit.inverse() if undone else one.edit)

    @property
    def suggestions(self) -> list[Suggestion]:
        """What is still suggested, in reading order; found again after each change, when it is asked for."""
        if self._open is None:
            self._open = [] if self.state in documents.CLOSED else self._resolved()
            self._widest = max((one.span.end - one.span.start for one in self._open), default=0)
        return self._open

    def _resolved(self) -> list[Suggestion]:
        known = {words: label for words in self._given if (label := self._remembered(words))}
        found = self._recall.suggest(known) if known and len(self.text) <= MEMORY_LIMIT else []
        refused = {
            words: frozenset(
                label for label, times in labels.items() if times > self._given.get(words, {}).get(label, 0)
            )
            for words, labels in self._turned_down.items()
        }
        candidates = [*found, *self._kept]
        # Whichever is less: all spans, or those that the suggestions meet.
        near: Iterable[Mark] = self.spans
        if len(candidates) * 8 < len(self.spans):
            near = (span for one in candidates for span in self.spans.over(one.span.start, one.span.end))
        marks = [*self.rest, *near]
        return resolve(self.text, candidates, marks, overlaps=self._overlaps, turned_down=refused)

    def _remembered(self, phrase: str) -> str:
        """The label given to these words most often, unless it was turned down as often."""
        refused = self._turned_down.get(phrase, {})
        counts = {label: times - refused.get(label, 0) for label, times in self._given[phrase].items()}
        label = max(counts, key=lambda name: (counts[name], name))
        return label if counts[label] > 0 else ""

    def _learn(self, edit: Edit) -> None:
        for marks, step in ((edit.removed, -1), (edit.added, 1)):
            for mark in marks:
                counts = self._given if isinstance(mark, Span) else self._turned_down
                span = mark.span if isinstance(mark, Rejected) else mark
                if isinstance(span, Span):
                    labels = counts.setdefault(self.text[span.start : span.end], {})
                    labels[span.label] = labels.get(span.label, 0) + step
                    if labels[span.label] <= 0:
                        del labels[span.label]
                    if not labels:
                        del counts[self.text[span.start : span.end]]

    def apply(self, edit: Edit, verb: str, *, position: int = 0) -> None:
        """Commit an edit with the place of the cursor, in characters; durable when it returns.

        The first edit of a document that nobody began marks it `doing`. Raises ReadOnly, and then nothing has changed;
        or NotSaved, and then the edit waits for `save`.
        """
        if not edit:
            return
        if self._store.read_only:
            with self._store.transaction():
                return
        if self.state is State.TODO and not any(isinstance(mark, Status) for mark in edit.added):
            edit = edits.then(edit, edits.set_state(self.rest, State.DOING))
        self._waiting.append((edit, verb, position))
        self._change(edit)
        self.save()

    @property
    def waiting(self) -> int:
        """How many edits the disk has refused so far."""
        return len(self._waiting)

    def save(self) -> None:
        """Commit the edits that wait, in order, each as its own action. Raises NotSaved; the others wait on."""
        while self._waiting:
            edit, verb, position = self._waiting[0]
            with self._store.transaction():
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

    def finish(self) -> Edit:
        """Accept what is still suggested, and mark the document done."""
        return edits.then(together(map(self.accept, self.suggestions)), edits.set_state(self.rest, State.DONE))

    def repeat(self, action: Action, stretch: tuple[int, int]) -> Edit:
        """What doing the action on one stretch changes."""
        here: list[Suggestion] = []
        if action.verb == "reject":
            first = bisect_left(self.suggestions, stretch[0], key=_start)
            here = self.suggestions[first : bisect_right(self.suggestions, stretch[0], key=_start)]
        return repeat_at(stretch, action, self.spans, self.rest, here, overlaps=self._overlaps)

    def targets(self, action: Action, *, ignore_case: bool = False) -> list[tuple[int, int]]:
        """The equal strings of this article that the action would change, in reading order."""
        found = words.occurrences(self.text, action.words, ignore_case=ignore_case)
        return [stretch for stretch in found if self.repeat(action, stretch)]

    def repeat_all(self, action: Action, stretches: Iterable[tuple[int, int]]) -> Edit:
        """The action on all of these stretches, as one edit."""
        return together(self.repeat(action, stretch) for stretch in stretches)


def _start(suggestion: Suggestion) -> int:
    return suggestion.span.start
