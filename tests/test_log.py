"""The log, its fold, and undo and redo from it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stores import TEXTS, contents, do, edit_on, marks, new_store, put, schema_edit, take, work

from reader.errors import StoreError
from reader.model import Change, Edit, Label, Marks, Note, Rejected, Relation, Span, State, Status, Tag
from reader.store import documents, log, tables, undoing
from reader.store.codec import marks_from_json, marks_to_json
from reader.store.connection import Store
from reader.store.log import Batch, LayerEdit, fold
from reader.store.undoing import Reversed

KHERSON = Span(0, 7, "GPE")
SERHIY = Span(14, 20, "PERSON")
WRONG = Span(0, 7, "PERSON")


def steps(store: Store, moves: str) -> list[set[str]]:
    """Do the moves, and give the tags after each: a letter toggles its tag, - undoes, + redoes."""
    seen = []
    for move in moves.replace(" ", ""):
        if move == "-":
            undoing.undo(store, "ann")
        elif move == "+":
            undoing.redo(store, "ann")
        elif Tag(move) in marks(store):
            take(store, Tag(move))
        else:
            put(store, Tag(move))
        seen.append({mark.label for mark in marks(store) if isinstance(mark, Tag)})
    return seen


@pytest.mark.parametrize(
    ("moves", "left"),
    [
        ("", ""),
        ("a", "a"),
        ("a -", ""),
        ("a - -", ""),
        ("a - +", "a"),
        ("a - + +", "a"),
        ("a +", "a"),
        ("a b c - - +", "ab"),
        ("a b c - - + +", "abc"),
        ("a b c - - - + + +", "abc"),
        ("a b c - - - + -", ""),
        ("a b - c +", "ac"),  # a new action empties the redo stack
        ("a b - c - - + +", "ac"),
        ("a b - c - - + + +", "ac"),
        ("a b - c - +", "ac"),
        ("a b a - -", "a"),
        ("a b a - - + +", "b"),
        ("a b - + - + -", "a"),
        ("a - b - c - +", "c"),
        ("a - b - c - + +", "c"),
    ],
)
def test_undo_and_redo_walk_the_history(moves: str, left: str) -> None:
    store = new_store()
    steps(store, moves)
    assert "".join(sorted(mark.label for mark in marks(store))) == left  # type: ignore[union-attr]


@pytest.mark.parametrize("day", ["a -", "a - + -", "a b -", "a b - +"])
def test_an_undo_and_a_redo_are_no_more_work_after_a_long_day(day: str) -> None:
    def undo_and_redo(store: Store) -> list[int]:
        steps(store, "x")
        return [work(store, lambda: undoing.undo(store, "ann")), work(store, lambda: undoing.redo(store, "ann"))]

    store = new_store()
    steps(store, "a b")
    morning = undo_and_redo(store)
    for _ in range(100):
        steps(store, day)
    for early, late in zip(morning, undo_and_redo(store), strict=True):
        assert late < 2 * early


def test_undo_and_redo_go_on_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    new_store(path=path).close()
    for move in ["a", "b", "c", "-", "-", "+", "c"]:
        store = Store.open(path)
        steps(store, move)
        store.close()
    store = Store.open(path)
    assert {mark.label for mark in marks(store)} == {"a", "b", "c"}  # type: ignore[union-attr]
    store.close()


def test_undo_takes_a_batch_back_in_all_its_documents() -> None:
    store = new_store()
    put(store, SERHIY)
    before = contents(store)
    everywhere = [LayerEdit(n, "ann", Edit(added=frozenset({Tag("x")})), TEXTS[n - 1]) for n in (1, 2, 3)]
    _, changed = log.append(store, "ann", "tag all", everywhere, position=5)
    assert changed == 3
    undone = undoing.undo(store, "ann")
    assert undone is not None
    assert (undone[0].verb, undone[0].position, undone[1]) == ("tag all", 5, 3)
    assert undone.documents == (1, 2, 3)
    after = contents(store)
    assert [after[table] for table in ("spans", "tags", "labels")] == [
        before[table] for table in ("spans", "tags", "labels")
    ]
    assert undoing.redo(store, "ann") is not None
    assert [Tag("x") in marks(store, n) for n in (1, 2, 3)] == [True, True, True]


def test_undo_brings_back_the_spans_of_a_rename_in_every_layer() -> None:
    store = new_store()
    put(store, Label("GPE"), document_id=None)
    put(store, KHERSON)
    put(store, KHERSON, annotator="bob")
    rename = Edit(frozenset({KHERSON}), frozenset({Span(0, 7, "LOC")}))
    schema = Edit(frozenset({Label("GPE")}), frozenset({Label("LOC")}))
    layers = [LayerEdit(None, "ann", schema), *(LayerEdit(1, who, rename, TEXTS[0]) for who in ("ann", "bob"))]
    _, changed = log.append(store, "ann", "label rename", layers)
    assert changed == 1
    assert marks(store, annotator="bob") == {Span(0, 7, "LOC")}
    undoing.undo(store, "ann")
    assert tables.labels(store) == (Label("GPE"),)
    assert marks(store, annotator="ann") == marks(store, annotator="bob") == {KHERSON}


def test_each_annotator_undoes_only_what_they_did() -> None:
    store = new_store()
    put(store, KHERSON, annotator="ann")
    put(store, SERHIY, annotator="bob")
    assert undoing.undo(store, "ann") is not None
    assert (marks(store, annotator="ann"), marks(store, annotator="bob")) == (frozenset(), {SERHIY})
    assert undoing.undo(store, "ann") is None
    assert undoing.undo(store, "carol") is None
    assert undoing.redo(store, "bob") is None


def test_two_programs_that_undo_at_once_take_back_two_actions(tmp_path: Path) -> None:
    first = new_store(path=tmp_path / "a.db")
    put(first, Tag("a"))
    put(first, Tag("b"))
    second = Store.open(tmp_path / "a.db")
    undoing.undo(first, "ann")
    undoing.undo(second, "ann")
    assert marks(first) == frozenset()
    undoing.redo(second, "ann")
    assert marks(first) == {Tag("a")}
    first.close()
    second.close()


def test_an_empty_edit_leaves_no_trace() -> None:
    store = new_store()
    before = contents(store)
    assert log.append(store, "ann", "label", [LayerEdit(1, "ann", Edit(), TEXTS[0])]) == (None, 0)
    assert contents(store) == before


def test_a_failing_bulk_action_leaves_no_trace() -> None:
    store = new_store()
    put(store, KHERSON)
    before = contents(store)

    def some() -> list[LayerEdit]:
        yield LayerEdit(1, "ann", Edit(added=frozenset({SERHIY})), TEXTS[0])  # type: ignore[misc]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        log.append(store, "ann", "label all", some())
    assert contents(store) == before


def test_the_clock_never_goes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    store = new_store()
    clocks = []
    for at in (1_700_000_000.0, 1_700_000_000.0, 1_600_000_000.0, 1_700_000_001.0):
        monkeypatch.setattr("reader.store.log.now", lambda at=at: at)
        steps(store, "a")
        clocks.append(store.value("SELECT max(clock) FROM batches"))
    assert clocks == sorted(set(clocks))
    assert clocks[-1] == 1_700_000_001_000 << 16


def test_history_tells_who_did_what_and_what_is_undone() -> None:
    store = new_store()
    put(store, KHERSON)
    put(store, SERHIY, document_id=2, annotator="bob")
    undoing.undo(store, "ann")
    told = [(batch.verb, batch.annotator, batch.undone) for batch in log.batches(store, 10)]
    assert told == [("undo", "ann", False), ("label", "bob", False), ("label", "ann", True)]
    assert [batch.annotator for batch in log.batches(store, 10, document_id=2)] == ["bob"]
    assert [change.verb for change in log.changes(store, 1)] == ["label", "undo"]


def test_a_batch_is_told_as_it_was_written(monkeypatch: pytest.MonkeyPatch) -> None:
    store = new_store()
    monkeypatch.setattr("reader.store.log.now", lambda: 1_700_000_000.5)
    first = Edit(added=frozenset({KHERSON}))
    batch, _ = log.append(
        store, "ann", "import", [LayerEdit(1, "bob", first, TEXTS[0])], source="a.jsonl", position=7, uid="mine"
    )
    assert batch == Batch(1, "mine", 1_700_000_000.5, "ann", "import", "a.jsonl", 7)
    undone = undoing.undo(store, "ann")
    assert undone == Reversed(batch, 1, (1,), False, ())
    [newest, told] = log.batches(store, 10)
    assert told == batch._replace(undone=True)
    assert newest == Batch(2, newest.uid, 1_700_000_000.5, "ann", "undo", "import", 7, "mine")
    assert undoing.redo(store, "ann") == Reversed(told, 1, (1,), False, ())
    assert log.batches(store, 1)[0].verb == "redo"
    assert log.batches(store, 9)[2] == batch
    assert [one.uid for one in log.batches(store, 9, annotator="bob")] == []
    assert len(log.batches(store, 9, annotator="ann")) == 3
    assert list(log.edits_of(store, 1)) == [LayerEdit(1, "bob", first, TEXTS[0])]
    assert list(log.edits_of(store, 2, with_text=False)) == [LayerEdit(1, "bob", first.inverse(), "")]
    key = documents.key_of(TEXTS[0], 0)
    assert log.changes(store, 1)[0] == Change(first, key, "bob", 1_700_000_000.5, "import", "a.jsonl", "mine")
    assert len(store.value("SELECT uid FROM batches WHERE id = 2")) == 16


def test_the_first_documents_of_a_batch_are_in_the_order_it_changed_them() -> None:
    store = new_store()
    put(store, Label("GPE"), document_id=None)
    added = Edit(added=frozenset({Tag("x")}))
    log.append(store, "ann", "tag", [LayerEdit(n, "ann", added, TEXTS[n - 1]) for n in (3, 1, 2)])
    shown: list[Reversed] = []
    tagged = undoing.undo(store, "ann", {1: TEXTS[0]}, shown.append)
    labelled = undoing.undo(store, "ann")
    assert tagged
    assert labelled
    assert shown == [tagged]
    assert (tagged.documents, tagged.labels, tagged.here) == ((3, 1, 2), False, (added.inverse(),))
    assert (labelled.documents, labelled.labels, labelled.here) == ((), True, ())


def test_what_the_imports_that_stand_add_up_to() -> None:
    store = new_store()
    put(store, Tag("by hand"))
    do(store, Edit(added=frozenset({KHERSON, SERHIY})), verb="import")
    do(store, Edit(frozenset({SERHIY}), frozenset({WRONG})), verb="import")
    do(store, Edit(added=frozenset({Tag("other")})), annotator="bob", verb="import")
    do(store, Edit(added=frozenset({Tag("elsewhere")})), 2, verb="import")
    layer = store.annotator_id("ann")
    assert log.imported(store, 1, layer) == {KHERSON, WRONG}
    undoing.undo(store, "ann")
    undoing.undo(store, "ann")
    assert log.imported(store, 1, layer) == {KHERSON, SERHIY}
    assert log.imported(store, 1, None) == frozenset()


def test_who_is_not_there_is_told_who_is() -> None:
    store = new_store()
    put(store, KHERSON, annotator="bob")
    put(store, KHERSON, annotator="ann")
    assert log.require_layer(store, "bob") == store.annotator_id("bob")
    with pytest.raises(StoreError, match=r"^nobody is called eve in this file; there are: ann, bob$"):
        log.require_layer(store, "eve")


@pytest.mark.parametrize(
    ("edits", "left"),
    [
        ([], set()),
        ([("", "a")], {Tag("a")}),
        ([("", "a"), ("a", "")], set()),
        ([("", "a"), ("a", ""), ("", "a")], {Tag("a")}),
        ([("a", ""), ("", "a")], {Tag("a")}),
        ([("a", "a")], {Tag("a")}),
        ([("", "a"), ("b", "c"), ("", "b")], {Tag("a"), Tag("b"), Tag("c")}),
    ],
)
def test_a_fact_stands_if_the_newest_edit_that_mentions_it_added_it(
    edits: list[tuple[str, str]], left: set[Tag]
) -> None:
    assert fold(Edit(frozenset(map(Tag, gone)), frozenset(map(Tag, come))) for gone, come in edits) == left


def test_a_layer_has_one_status_and_a_name_one_label() -> None:
    done, doing = Status(State.DONE), Status(State.DOING)
    red, blue = Label("A", color="red"), Label("A", color="blue")
    assert fold([Edit(added=frozenset({done})), Edit(added=frozenset({doing}))]) == {doing}
    assert fold([Edit(added=frozenset({done})), Edit(removed=frozenset({doing}))]) == frozenset()
    assert fold([Edit(added=frozenset({red})), Edit(added=frozenset({blue}))]) == {blue}
    assert fold([Edit(added=frozenset({red, Label("A", "tag")})), Edit(removed=frozenset({red}))]) == {
        Label("A", "tag")
    }


EVERY_KIND: Marks = frozenset(
    {
        KHERSON,
        Span(0, 20, "ORG", fragments=((0, 7), (14, 20)), attributes=(("wiki", 'Q"1'), ("x", ""))),
        Rejected(Span(14, 20, "ORG")),
        Tag("war"),
        Relation(SERHIY, KHERSON, "flees"),
        Note("why\n詩", KHERSON),
        Note("on all"),
        Status(State.FLAGGED),
        Label("X", "relation", "1", "#fff", "what", ("one", "two"), 4),
    }
)


def test_every_kind_of_mark_comes_back_from_json() -> None:
    assert marks_from_json(marks_to_json(EVERY_KIND)) == EVERY_KIND


def test_every_kind_of_mark_comes_back_from_the_tables() -> None:
    store = new_store()
    of_document = frozenset(mark for mark in EVERY_KIND if not isinstance(mark, Label))
    do(store, Edit(added=of_document))
    assert marks(store) == of_document
    do(store, Edit(removed=of_document))
    assert marks(store) == frozenset()


@st.composite
def histories(draw: st.DrawFn) -> tuple[Store, int]:
    """A store with random actions over layers and labels, some undone or redone; and how many batches stand."""
    store = new_store()
    for _ in range(draw(st.integers(1, 12))):
        kind = draw(st.sampled_from("mmmmbsur"))
        if kind == "u":
            undoing.undo(store, "ann")
        elif kind == "r":
            undoing.redo(store, "ann")
        elif kind == "s":
            do(store, schema_edit(draw, tables.labels(store)), None)
        else:
            chosen = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3 if kind == "b" else 1, unique=True))
            parts = [LayerEdit(n, "ann", edit_on(draw, TEXTS[n - 1], marks(store, n)), TEXTS[n - 1]) for n in chosen]
            log.append(store, "ann", "act", parts)
    return store, store.value("SELECT count(*) FROM batches WHERE undone = 0 AND verb NOT IN ('undo', 'redo')")


def state(store: Store) -> list[object]:
    return [marks(store, n) for n in (1, 2, 3)] + [tables.labels(store)]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(histories())
def test_the_log_adds_up_to_the_tables_and_undo_redo_is_the_identity(history: tuple[Store, int]) -> None:
    store, standing = history
    layer = store.ensure_annotator("ann")
    folded = [log.folded_layer(store, n, layer) for n in (1, 2, 3)]
    assert [*folded, frozenset(tables.labels(store))] == [*state(store)[:3], frozenset(tables.labels(store))]
    assert log.folded_layer(store, None, layer) == frozenset(tables.labels(store))
    counts = store.rows("SELECT document_id, entities FROM layers")
    assert {n: sum(isinstance(mark, Span) for mark in marks(store, n)) for n, _ in counts} == dict(counts)
    before = state(store)
    for _ in range(standing):
        assert undoing.undo(store, "ann") is not None
    assert undoing.undo(store, "ann") is None
    assert state(store) == [frozenset(), frozenset(), frozenset(), ()]
    for _ in range(standing):
        assert undoing.redo(store, "ann") is not None
    assert state(store) == before
    store.close()
