"""Any sequence of actions, undo, redo, restarts, imports, merges and a second program equals a plain model of them."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from screens import project_of, shown
from stores import TEXTS, any_edit, edit_on, marks

from reader.config import Config
from reader.edits import Action
from reader.model import Document, Edit, Marks, Span, State, Status, Tag, spans_of
from reader.project import Project
from reader.project.documents import OpenDocument
from reader.store.checking import check

WHO = st.sampled_from(["ann", "bob"])
WHICH = st.integers(1, 2)
Layer = tuple[str, int]
QUIET = Config(backups=0)
_KYIV = Span(TEXTS[0].index("Kyiv"), TEXTS[0].index("Kyiv") + 4, "GPE")
VERSIONS: list[Marks] = [
    frozenset(said)
    for said in (
        {Tag("new")},
        {Tag("newer")},
        {_KYIV},
        {_KYIV, Tag("new"), Status(State.DOING)},
        {_KYIV._replace(label="PERSON"), Status(State.DONE)},
        {Status(State.DONE)},
    )
]
"""What a file says of the first text, one time and another: also what somebody may have done by hand before."""


def quiet(what: str, done: int, total: int) -> None:
    """Nobody looks."""


class Model:
    """Layers as sets, and each annotator's actions as what they removed and added."""

    def __init__(self) -> None:
        self.layers: dict[Layer, Marks] = {}
        self.done: dict[str, list[dict[Layer, Edit]]] = {}
        self.undone: dict[str, list[dict[Layer, Edit]]] = {}

    def marks(self, layer: Layer) -> Marks:
        return self.layers.get(layer, frozenset())

    def act(self, who: str, edits: dict[Layer, Edit], *, schema: bool = False) -> None:
        """An action, which may have changed the schema alone."""
        edits = {layer: edit for layer, edit in edits.items() if edit}
        if not edits and not schema:
            return
        self._apply(edits)
        self.done.setdefault(who, []).append(edits)
        self.undone[who] = []

    def undo(self, who: str) -> bool:
        return self._move(who, self.done, self.undone, inverse=True)

    def redo(self, who: str) -> bool:
        return self._move(who, self.undone, self.done, inverse=False)

    def _move(self, who: str, source: dict[str, Any], target: dict[str, Any], *, inverse: bool) -> bool:
        if not source.get(who):
            return False
        edits = source[who].pop()
        self._apply({layer: edit.inverse() if inverse else edit for layer, edit in edits.items()})
        target.setdefault(who, []).append(edits)
        return True

    def _apply(self, edits: dict[Layer, Edit]) -> None:
        for layer, edit in edits.items():
            self.layers[layer] = (self.marks(layer) - edit.removed) | edit.added


class Programs(RuleBasedStateMachine):
    """Two programs of two annotators on one file; each may be closed and opened again at any time."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.path = self.folder / "annotations.db"
        self.model = Model()
        self.programs = {who: self._open(who) for who in ("ann", "bob")}
        self.programs["ann"].import_documents([Document(text) for text in TEXTS[:2]])
        self.programs["bob"].close()
        self.programs["bob"] = self._open("bob")

    def _open(self, who: str) -> Project:
        return Project.open(self.path, annotator=who, config=QUIET)

    def teardown(self) -> None:
        for project in getattr(self, "programs", {}).values():
            project.close()
        shutil.rmtree(self.folder)

    @rule(who=WHO, which=WHICH, data=st.data())
    def edit(self, who: str, which: int, data: st.DataObject) -> None:
        document = self.programs[who].open_document(which)
        self._apply(who, which, document, edit_on(data.draw, document.text, document.marks))

    def _apply(self, who: str, which: int, document: OpenDocument, edit: Edit) -> None:
        before = document.marks
        document.apply(edit, "act")
        # The first edit of a document also says that it was begun.
        done = Edit(before - document.marks, document.marks - before)
        self.model.act(who, {(who, which): done if edit else Edit()})

    @rule(who=WHO)
    def undo(self, who: str) -> None:
        assert (self.programs[who].history.undo() is not None) == self.model.undo(who)

    @rule(who=WHO)
    def redo(self, who: str) -> None:
        assert (self.programs[who].history.redo() is not None) == self.model.redo(who)

    @rule(who=WHO, label=st.sampled_from(["GPE", "PERSON"]))
    def everywhere(self, who: str, label: str) -> None:
        before = {which: self._stored(who, which) for which in (1, 2)}
        self.programs[who].apply_everywhere(Action("label", "Kyiv", label))
        after = {which: self._stored(who, which) for which in (1, 2)}
        for which, text in enumerate(TEXTS[:2], 1):
            place = text.index("Kyiv")
            # A span of other borders that a person put there stays.
            kept = any(isinstance(mark, Span) and mark.start < place + 4 and place < mark.end for mark in before[which])
            assert Span(place, place + 4, label) in after[which] or kept or Status(State.REMOVED) in after[which]
        self.model.act(
            who, {(who, which): Edit(before[which] - after[which], after[which] - before[which]) for which in (1, 2)}
        )

    @rule(who=WHO)
    def close_and_open(self, who: str) -> None:
        self.programs[who].close()
        self.programs[who] = self._open(who)

    @rule(who=WHO, said=st.sampled_from(VERSIONS))
    def import_a_newer_version(self, who: str, said: Marks) -> None:
        before, labels = self._stored(who, 1), self.programs[who].schema
        record = Document(TEXTS[0], marks=said, annotator=who)
        self.programs[who].import_documents([record])
        after = self._stored(who, 1)
        # A label that somebody's undo took out of the schema is put back there, also where the mark is here already.
        schema = self.programs[who].schema != labels
        self.model.act(who, {(who, 1): Edit(before - after, after - before)}, schema=schema)

    @rule()
    def merge_a_copy_of_before(self) -> None:
        """What is here already comes to nothing."""
        copy = self.folder / "copy.db"
        shutil.copy(self.path, copy)
        [report] = self.programs["ann"].merge([copy])
        assert (report.documents, report.changes) == (0, 0)

    def _stored(self, who: str, which: int) -> Marks:
        return self.programs[who].open_document(which).marks

    @invariant()
    def the_tables_are_the_model(self) -> None:
        for layer in ((who, which) for who in ("ann", "bob") for which in (1, 2)):
            assert self._stored(*layer) == self.model.marks(layer)

    @invariant()
    def the_log_is_the_tables(self) -> None:
        assert check(self.programs["ann"]._store, quiet) == []


Programs.TestCase.settings = settings(max_examples=20, stateful_step_count=20, deadline=None)
TestPrograms = Programs.TestCase


class Walk(Programs):
    """The same actions by the throw of a die, on one file that begins anew with each sequence: thirty times as many."""

    def __init__(self, seed: str) -> None:
        super().__init__()
        self.chance = random.Random(seed)
        self.begin()
        with closing(sqlite3.connect(self.path)) as fresh:
            self.template = sqlite3.connect(":memory:")
            fresh.backup(self.template)

    def sequence(self, most: int) -> None:
        """Some actions from the beginning, each compared with the model where it acted, and all at the end."""
        self.template.backup(self.programs["ann"]._store.connection)
        self.model = Model()
        for _ in range(self.chance.randint(1, most)):
            self.act(self.chance.choice(["ann", "bob"]))
        self.the_tables_are_the_model()
        for layer in self.model.layers:
            assert super()._stored(*layer) == self.model.marks(layer)
        self.the_log_is_the_tables()

    def _stored(self, who: str, which: int) -> Marks:
        """From the tables alone: opening a document reads much more, a thing for the end."""
        return marks(self.programs[who]._store, which, who)

    def act(self, who: str) -> None:
        which = self.chance.choice([1, 2])
        match self.chance.randrange(24):
            case 0:
                self.close_and_open(who)
            case 1:
                self.merge_a_copy_of_before()
            case 2 | 3:
                self.everywhere(who, self.chance.choice(["GPE", "PERSON"]))
            case 4 | 5:
                self.import_a_newer_version(who, self.chance.choice(VERSIONS))
            case 6 | 7 | 8 | 9:
                self.undo(who)
            case 10 | 11 | 12:
                self.redo(who)
            case _:
                self.throw(who, which)
        assert self._stored(who, which) == self.model.marks((who, which))

    def throw(self, who: str, which: int) -> None:
        document = self.programs[who].open_document(which)
        text = document.text

        def new_span() -> Span:
            start, end = sorted(self.chance.sample(range(len(text) + 1), 2))
            return Span(start, end, self.chance.choice(["PERSON", "GPE", "ORG"]))

        self._apply(who, which, document, any_edit(self.chance.choice, new_span, text, document.marks))


def walk(number: int, seed: str) -> None:
    """So many sequences of up to 20 actions; what is not equal to the model fails with the number of its sequence."""
    machine = Walk(seed)
    try:
        for sequence in range(number):
            try:
                machine.sequence(20)
            except AssertionError as error:
                raise AssertionError(f"seed {seed}, sequence {sequence}") from error
    finally:
        machine.teardown()
        machine.template.close()


def test_sequences_by_the_throw_of_a_die_equal_the_model() -> None:
    walk(40, "quick")


@pytest.mark.slow
@pytest.mark.timeout(0)
def test_many_sequences() -> None:
    """Prints its figure: run with `make soak`; READER_SEQUENCES names how many, READER_SEED which."""
    number, seed = int(os.environ.get("READER_SEQUENCES", "100000")), os.environ.get("READER_SEED", "1")
    for part in range(0, number, 1000):
        walk(min(1000, number - part), f"{seed}-{part}")
        done = min(part + 1000, number)
        print(f"random sequences, seed {seed}: {done:,} of up to 20 actions, all equal to the model", flush=True)


@pytest.mark.slow
@pytest.mark.timeout(0)
def test_many_sequences_that_hypothesis_looks_for() -> None:
    """Prints its figure: run with `make soak`."""
    number = 2_000
    case = Programs.TestCase
    case.settings = settings(max_examples=number, stateful_step_count=30, deadline=None)
    case("runTest").runTest()
    print(f"random sequences that Hypothesis looked for: {number:,} of up to 30 actions, all equal to the model")


# Moves and edits, no dialogs: those ask for answers of their own.
KEYS = ("1", "2", "3", "a", "x", "d", "u", "U", "tab", "w", "b", "j", "k", "v", "f", "space", ".", "<", ">", "i", "!")
TEXT = "Ada Lovelace wrote to Charles Babbage in London. " * 4


@pytest.mark.parametrize("seed", range(3))
async def test_random_keys_leave_the_screen_and_the_file_the_same(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    articles = [Document(f"{TEXT}{number}", f"Letter {number}", "here") for number in range(3)]
    project = project_of(tmp_path, articles)
    async with shown(project) as pilot:
        for _ in range(120):
            await pilot.press(chance.choice(KEYS))
            document = getattr(pilot.app.screen, "document", None)
            if document is not None:
                assert document.marks == project.open_document(document.id).marks
                assert document.spans == spans_of(document.marks)
        assert check(project._store, quiet) == []
