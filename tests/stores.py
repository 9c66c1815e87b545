"""Small stores to test with: made-up documents, random edits that a screen could make, and contents without row ids."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from reader import edits
from reader.migrations import DIGESTED, digest_of
from reader.model import Document, Edit, Label, Marks, Rejected, Relation, Span, State
from reader.store import documents, log, tables
from reader.store.connection import Store
from reader.store.log import LayerEdit

TEXTS = ("Kherson fell. Serhiy fled to Kyiv.", "Кобзар 詩人 💙💛 in Lviv\r\nand Kyiv", "")


def new_store(texts: tuple[str, ...] = TEXTS, path: Path | None = None) -> Store:
    """A store of documents whose ids count from 1."""
    store = Store.create(path)
    with store.transaction():
        for number, text in enumerate(texts, 1):
            documents.add(store, Document(text, title=f"Title {number}", source="test"), documents.key_of(text, 0))
    return store


def marks(store: Store, document_id: int = 1, annotator: str = "ann") -> Marks:
    return tables.marks_of(store, document_id, store.annotator_id(annotator))


def do(store: Store, edit: Edit, document_id: int | None = 1, annotator: str = "ann", verb: str = "label") -> None:
    """One action on one layer."""
    text = documents.text_of(store, document_id) if document_id else ""
    log.append(store, annotator, verb, [LayerEdit(document_id, annotator, edit, text)])


def put(store: Store, *facts: Any, document_id: int | None = 1, annotator: str = "ann") -> None:
    """Add facts as one action."""
    do(store, Edit(added=frozenset(facts)), document_id, annotator)


def take(store: Store, *facts: Any, document_id: int | None = 1, annotator: str = "ann") -> None:
    """Remove facts as one action."""
    do(store, Edit(removed=frozenset(facts)), document_id, annotator)


def work(store: Store, action: Callable[[], object]) -> int:
    """What SQLite does for an action: steps of its virtual machine, which a busy machine does not change."""
    steps = 0

    def step() -> None:
        nonlocal steps
        steps += 1

    store.connection.set_progress_handler(step, 1)
    try:
        action()
    finally:
        store.connection.set_progress_handler(None, 1)
    return steps


def contents(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """All a file says, sorted, with keys and names where the tables have row ids; digests cover ids, so not those."""
    mapped = {"document_id": "(SELECT key FROM documents WHERE id = document_id)"}
    mapped["annotator_id"] = "(SELECT name FROM annotators WHERE id = annotator_id)"
    mapped["batch_id"] = "(SELECT uid FROM batches WHERE id = batch_id)"
    found = {}
    for table in TABLES:
        names = [row[1] for row in store.rows(f"PRAGMA table_info({table})")]
        columns = ", ".join(mapped.get(name, name) for name in names if name not in ("id", "digest"))
        found[table] = sorted(store.rows(f"SELECT {columns} FROM {table}"), key=repr)
    return found


TABLES = (
    *("documents", "texts", "annotators", "labels", "layers", "spans", "rejected", "relations", "tags", "notes"),
    *("batches", "edits", "suggestions", "suggested", "reading"),
)


def spans_on(text: str) -> st.SearchStrategy[Span]:
    """Spans a text can carry."""
    borders = st.lists(st.integers(0, len(text)), min_size=2, max_size=2, unique=True).map(sorted)
    return st.builds(
        lambda ends, label, attributes: Span(*ends, label, attributes=attributes),
        borders,
        st.sampled_from(["PERSON", "GPE", "ORG"]),
        st.sampled_from([(), (("norm", "Q1"),)]),
    )


def edit_on(draw: st.DrawFn, text: str, present: Marks) -> Edit:
    """One edit that a screen could make to these marks; it may be empty."""
    return any_edit(lambda options: draw(st.sampled_from(options)), lambda: draw(spans_on(text)), text, present)


def any_edit(choose: Callable[[Sequence[Any]], Any], new_span: Callable[[], Span], text: str, present: Marks) -> Edit:
    """One edit that a screen could make to these marks, as somebody chooses; it may be empty."""
    spans = sorted((mark for mark in present if isinstance(mark, Span)), key=repr)
    verbs = ["state", "tag", "note"]
    verbs += ["label", "overlap", "reject"] if text else []
    verbs += ["remove", "move", "relate", "relabel"] if spans else []
    verb = choose(verbs)
    span = choose(spans) if spans else None
    if verb == "state":
        return edits.set_state(present, choose([*State]))
    if verb == "tag":
        return edits.toggle_tag(present, choose(["war", "sports"]))
    if verb == "note":
        return edits.set_note(present, choose(["", "why", "o'x\n詩"]), span)
    if span and verb == "remove":
        return edits.remove(present, span)
    if span and verb == "relabel":
        return edits.relabel(present, span, choose(["PERSON", "GPE"]))
    fresh = new_span()
    if span and verb == "move":
        return edits.move(present, span, fresh)
    if span and verb == "relate":
        return edits.diff(present, present | {Relation(span, choose(spans), "in")})
    if verb == "reject":
        return edits.diff(present, present | {Rejected(fresh)})
    return edits.label(present, fresh, overlaps=verb == "overlap")


def schema_edit(draw: st.DrawFn, present: tuple[Label, ...]) -> Edit:
    """One change of the labels."""
    name = draw(st.sampled_from(["PERSON", "GPE", "ANIMAL"]))
    old: Marks = frozenset(label for label in present if label.name == name)
    color = draw(st.sampled_from(["red", "blue", ""]))
    new: Marks = frozenset({Label(name, color=color, examples=("one",), position=3)}) if color else frozenset()
    return edits.diff(old, new)


def reseal(store: Store) -> None:
    """Give every row of the log the digest of what it now says, as somebody who means harm would."""
    for table, columns in DIGESTED.items():
        for values in store.connection.execute(f"SELECT {columns} FROM {table}").fetchall():
            store.connection.execute(f"UPDATE {table} SET digest = ? WHERE id = ?", (digest_of(*values), values[0]))
