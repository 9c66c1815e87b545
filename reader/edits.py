"""The verbs: functions from the marks of a layer to an Edit. They know no text, no storage and no screen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from reader.model import Edit, Label, Mark, Marks, Note, Rejected, Relation, Span, State, Status, Suggestion, Tag


class Action(NamedTuple):
    """The last thing done to a stretch of text, in a form that can be done again elsewhere.

    `verb` is "label" (whatever was there before), "remove" or "reject"; `words` the stretch's own words;
    `label` the label given, taken away or turned down.
    """

    verb: str
    words: str
    label: str


def label(marks: Marks, span: Span, *, overlaps: bool = False) -> Edit:
    """Label a stretch; unless spans may overlap, it takes the place of every span it overlaps."""
    if span in marks:
        return Edit()
    if overlaps:
        return Edit(added=frozenset({span}))
    return _together(
        marks,
        # By hand, for it is asked of every mark of a long document at every label.
        removed={mark for mark in marks if type(mark) is Span and mark.start < span.end and span.start < mark.end},
        added={span},
    )


def relabel(marks: Marks, span: Span, name: str) -> Edit:
    """Give a span another label; its relations and notes follow."""
    return move(marks, span, span._replace(label=name))


def move(marks: Marks, old: Span, new: Span, *, overlaps: bool = False) -> Edit:
    """Put `new` in the place of `old`; its relations and notes follow.

    Unless spans may overlap, it also takes the place of every span that it overlaps and `old` did not.
    """
    if old == new or old not in marks:
        return Edit()
    met: set[Span] = set()
    if not (overlaps or old[:2] == new[:2]):
        spans = [mark for mark in marks if type(mark) is Span]
        met = {mark for mark in spans if _overlap(mark, new) and not _overlap(mark, old)}
    removed: set[Mark] = {old, *met, *_attached(marks, met)}
    added: set[Mark] = {new}
    for mark in _attached(marks, {old}):
        if mark not in removed:
            removed.add(mark)
            added.add(_follow(mark, old, new))
    return Edit(frozenset(removed), frozenset(added) - (marks - removed))


def remove(marks: Marks, span: Span) -> Edit:
    """Take a span away, with the relations and notes on it."""
    return _together(marks, removed={span} & marks, added=set())


def accept(marks: Marks, suggestion: Suggestion, *, overlaps: bool = False) -> Edit:
    """Make a suggestion a fact."""
    return label(marks, suggestion.span, overlaps=overlaps)


def reject(marks: Marks, suggestion: Suggestion) -> Edit:
    """Turn a suggestion down, so that it does not come back."""
    return Edit(added=frozenset({Rejected(suggestion.span)}) - marks)


def set_state(marks: Marks, state: State) -> Edit:
    """Put the layer into a state; `todo` is the absence of a status."""
    wanted: Marks = frozenset() if state is State.TODO else frozenset({Status(state)})
    present: Marks = frozenset(mark for mark in marks if isinstance(mark, Status))
    return Edit(present - wanted, wanted - present)


def toggle_tag(marks: Marks, name: str) -> Edit:
    """Tag the document, or take the tag away."""
    tag: Marks = frozenset({Tag(name)})
    return Edit(removed=tag) if tag <= marks else Edit(added=tag)


def set_note(marks: Marks, text: str, span: Span | None = None) -> Edit:
    """Write the note on a span or on the document; an empty text takes it away."""
    present: Marks = frozenset(mark for mark in marks if isinstance(mark, Note) and mark.span == span)
    wanted: Marks = frozenset({Note(text, span)}) if text else frozenset()
    return Edit(present - wanted, wanted - present)


def repeat(
    action: Action,
    marks: Marks,
    suggestions: Iterable[Suggestion],
    start: int,
    end: int,
    *,
    overlaps: bool = False,
) -> Edit:
    """Do the action on the stretch `[start, end)`; an empty Edit where there is nothing to do.

    Labelling leaves alone a stretch that a person gave other borders: a larger entity around it, or a part of it.
    """
    here = [mark for mark in marks if isinstance(mark, Span) and mark.start < end and start < mark.end]
    exact = [span for span in here if (span.start, span.end) == (start, end)]
    if action.verb == "label":
        if len(exact) == 1:
            return relabel(marks, exact[0], action.label) if exact[0].label != action.label else Edit()
        if (here and not overlaps) or any(span.label == action.label for span in exact):
            return Edit()
        return label(marks, Span(start, end, action.label), overlaps=overlaps)
    if action.verb == "remove":
        span = Span(start, end, action.label)
        return next((remove(marks, mark) for mark in exact if mark.label == span.label), Edit())
    target = Span(start, end, action.label)
    return next((reject(marks, one) for one in suggestions if one.span == target), Edit())


def diff(before: Marks, after: Marks) -> Edit:
    """The edit that leads from one set of marks to another."""
    return Edit(removed=before - after, added=after - before)


def effect(edit: Edit, marks: Marks) -> Edit:
    """What an edit changes where these marks stand: taken back, it leaves exactly them.

    An edit that is made from anything else may remove what is not there, or add what is.
    """
    changing = Edit(edit.removed & marks, edit.added - marks)
    return diff(marks, fold((Edit(added=marks), changing)))


def then(first: Edit, second: Edit) -> Edit:
    """Both edits as one, the second after the first."""
    return Edit(
        removed=(first.removed | (second.removed - first.added)) - second.added,
        added=(first.added - second.removed) | (second.added - first.removed),
    )


def _together(marks: Marks, removed: Iterable[Mark], added: Iterable[Mark]) -> Edit:
    gone = frozenset(removed)
    spans = {mark for mark in gone if isinstance(mark, Span)}
    return Edit(gone | frozenset(_attached(marks, spans)), frozenset(added) - marks)


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _attached(marks: Marks, spans: set[Span]) -> Iterator[Mark]:
    """The relations and notes on any of `spans`."""
    if not spans:
        return
    for mark in marks:
        if (isinstance(mark, Relation) and (mark.head in spans or mark.tail in spans)) or (
            isinstance(mark, Note) and mark.span in spans
        ):
            yield mark


def _follow(mark: Mark, old: Span, new: Span) -> Mark:
    if isinstance(mark, Relation):
        return mark._replace(head=new if mark.head == old else mark.head, tail=new if mark.tail == old else mark.tail)
    return mark._replace(span=new) if isinstance(mark, Note) else mark


def fold(edits: Iterable[Edit]) -> Marks:
    """What edits in order add up to: a fact is present if the newest edit that mentions it added it.

    A layer has one status and a schema one label of a name: there the newest edit that mentions any of them counts.
    """
    marks: set[Mark] = set()
    taken: dict[tuple[str, str], set[Mark]] = {}
    for edit in edits:
        placed = [(place, mark) for mark in chain(edit.removed, edit.added) if (place := slot(mark)) is not None]
        for place, _ in placed:
            marks -= taken.pop(place, set())
        marks -= edit.removed
        marks |= edit.added
        for place, mark in placed:
            if mark in edit.added:
                taken.setdefault(place, set()).add(mark)
    return frozenset(marks)


def slot(mark: object) -> tuple[str, str] | None:
    """The place only one fact can take, or None."""
    match mark:
        case Status():
            return ("status", "")
        case Label(name=name, kind=kind):
            return (kind, name)
    return None
