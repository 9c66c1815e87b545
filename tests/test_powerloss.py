"""Power may fail at any moment: what was said to be saved is there afterwards, and the file is whole."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("apsw", reason="the simulated disk needs apsw")

from powerloss import crash, record
from stores import TEXTS, do, new_store, put

from reader import migrations
from reader.errors import StoreError
from reader.model import Document, Edit, Span, Tag
from reader.store import documents, log, undoing
from reader.store.checking import check
from reader.store.connection import Store
from reader.store.log import LayerEdit

Say = Callable[[Any], None]


def quiet(what: str, done: int, total: int) -> None:
    """Nobody looks."""


def state_of(store: Store) -> tuple[Any, ...]:
    """What people did, by the log, and the documents."""
    uids = store.rows("SELECT uid FROM batches WHERE verb <> 'labels' ORDER BY uid")
    return (frozenset(uid for (uid,) in uids), store.value("SELECT count(*) FROM documents"))


def editing(store: Store, say: Say) -> None:
    """Labels, undo, redo, and one action over many layers."""
    for number in range(4):
        put(store, Span(number, number + 5, "GPE"), document_id=1 + number % 2)
        say(state_of(store))
    for act in (undoing.undo, undoing.undo, undoing.redo):
        act(store, "ann")
        say(state_of(store))
    everywhere = [LayerEdit(number, "ann", Edit(added=frozenset({Tag("war")})), TEXTS[number - 1]) for number in (1, 2)]
    log.append(store, "ann", "label all", everywhere)
    say(state_of(store))


def importing(store: Store, say: Say) -> None:
    """Many documents, each with marks, as one transaction; then another."""
    for part in range(2):
        with store.transaction():
            batch = log.open_batch(store, "ann", "import")
            for number in range(30):
                text = f"Article {part} {number} about Kherson. " * 40
                identifier, _ = documents.add(store, Document(text, "t", "s"), documents.key_of(text, 0))
                edit = Edit(added=frozenset({Span(0, 7, "X")}))
                log.add(store, batch, LayerEdit(identifier, "ann", edit, text))
        say(state_of(store))


def trials(path: Path, work: Callable[[Store, Say], None], number: int, seed: int) -> None:
    """Crash so many times; every state said to be saved is there, or a later one, and the file is whole."""
    recording = record(path, work)
    chance = random.Random(seed)
    for trial in range(number):
        for old in path.parent.glob(f"{path.name}*"):
            old.unlink()
        files, said = crash(recording, chance)
        for name, content in files.items():
            Path(name).write_bytes(content)
        store = Store.open(path)
        actions, documents_there = state_of(store)
        for said_actions, said_documents in said[-1:]:
            assert said_actions <= actions, f"seed {seed}, trial {trial}: an action that said saved is lost"
            assert said_documents <= documents_there
        if trial % 20 == 0:
            assert check(store, quiet) == []
        store.close()


def a_file(path: Path) -> Path:
    store = new_store(path=path)
    do(store, Edit(added=frozenset({Span(0, 7, "GPE")})))
    store.close()
    return path


@pytest.mark.parametrize("work", [editing, importing], ids=lambda work: work.__name__)
def test_what_said_saved_survives_a_power_loss(work: Callable[[Store, Say], None], tmp_path: Path) -> None:
    trials(a_file(tmp_path / "annotations.db"), work, 150, seed=1)


def test_the_disk_of_the_tests_can_lose_edits_that_were_not_synced(tmp_path: Path) -> None:
    """With weaker settings the same trials find a loss: a check that cannot fail would prove nothing."""

    def careless(store: Store, say: Say) -> None:
        store.connection.execute("PRAGMA synchronous = OFF")
        editing(store, say)

    with pytest.raises((AssertionError, StoreError)):
        trials(a_file(tmp_path / "annotations.db"), careless, 250, seed=1)


def test_a_migration_survives_a_power_loss(tmp_path: Path) -> None:
    path = tmp_path / "annotations.db"
    path.write_bytes((Path(__file__).parent / "data" / "old" / "version-1.db").read_bytes())

    def migrating(store: Store, say: Say) -> None:
        say(state_of(store))
        with store.transaction():
            migrations.migrate(store.connection)
        say(state_of(store))

    trials(path, migrating, 25, seed=2)


@pytest.mark.slow
@pytest.mark.timeout(0)
@pytest.mark.parametrize("work", [editing, importing], ids=lambda work: work.__name__)
def test_fifty_thousand_power_losses(work: Callable[[Store, Say], None], tmp_path: Path) -> None:
    """Prints its figure: run with `make soak`."""
    for seed in range(25):
        path = tmp_path / f"{seed}" / "annotations.db"
        path.parent.mkdir()
        trials(a_file(path), work, 1000, seed)
    print(f"power loss, {work.__name__}: 25,000 trials, nothing acknowledged lost")
