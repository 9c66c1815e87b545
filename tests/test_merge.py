"""Merging files: in any order, any number of times, the same result."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stores import TEXTS, contents, do, edit_on, marks, new_store, put, reseal, schema_edit, take

from reader.errors import ReadOnly, StoreError
from reader.model import Document, Edit, Label, Span, State, Status, Suggestion, Tag
from reader.project import Project
from reader.store import documents, log, merging, suggestions, tables, undoing
from reader.store.checking import check
from reader.store.connection import Store
from reader.store.log import LayerEdit

KHERSON = Span(0, 7, "GPE")
SERHIY = Span(14, 20, "PERSON")
DEFAULT = Edit(added=frozenset({Label("PERSON", key="1"), Label("GPE", key="2", position=1)}))


def quiet(what: str, done: int, total: int) -> None:
    """Progress nobody looks at."""


def merge(store: Store, *others: Store) -> list[merging.MergeReport]:
    return [merging.merge(store, other, quiet) for other in others]


def a_file(*texts: str, labels: bool = True) -> Store:
    """A store as the project begins one: its labels at clock 0 with a fixed uid."""
    store = new_store(texts)
    if labels:
        log.append(store, "reader", "labels", [LayerEdit(None, "reader", DEFAULT)], uid="default-labels", clock=0)
        store.connection.execute("UPDATE batches SET at = 0")
        reseal(store)
    return store


def copy_of(store: Store) -> Store:
    copy = Store.create(None)
    store.connection.backup(copy.connection)
    return copy


def test_documents_layers_and_suggestions_come_over() -> None:
    ours, theirs = a_file(TEXTS[0]), a_file(TEXTS[1], TEXTS[0])
    put(theirs, KHERSON, document_id=2, annotator="bob")
    do(theirs, Edit(added=frozenset({Tag("x"), Status(State.DONE)})), 1, "bob")
    suggestions.put(theirs, [(2, "model-1", [Suggestion(SERHIY, "model-1", 0.5)]), (1, "model-1", [])])
    (report,) = merge(ours, theirs)
    assert report == merging.MergeReport(documents=1, layers=2, changes=2, suggestions=1, conflicts=())
    assert marks(ours, 1, "bob") == {KHERSON}
    assert marks(ours, 2, "bob") == {Tag("x"), Status(State.DONE)}
    assert suggestions.of(ours, 1) == [Suggestion(SERHIY, "model-1", 0.5)]
    assert suggestions.has(ours, 2, "model-1")
    assert documents.get(ours, 2, "").text == TEXTS[1]
    assert check(ours, quiet) == []


def test_what_is_being_merged_is_told_step_by_step() -> None:
    ours, theirs = a_file(), a_file(*(f"Text {number}" for number in range(101)))
    for number in (1, 2):
        put(theirs, Span(0, 4, "X"), document_id=number)
    seen: list[tuple[str, int, int]] = []
    merging.merge(ours, theirs, lambda *step: seen.append(step))
    assert seen == [
        ("merging documents", 0, 101),
        ("merging documents", 100, 101),
        ("merging changes", 0, 3),
        ("merging marks", 0, 2),
        ("merging marks", 1, 2),
    ]


def test_a_long_difference_names_the_first_facts() -> None:
    ours = a_file(TEXTS[0])
    put(ours, Tag("both"))
    theirs = copy_of(ours)
    for number in range(merging.FACTS_NAMED):
        put(ours, Tag(f"our {number}"))
        put(theirs, Tag(f"their {number}"))
    put(theirs, Tag("their last"))
    (report,) = merge(ours, theirs)
    named = [", ".join(f"tag {who} {number}" for number in range(merging.FACTS_NAMED)) for who in ("our", "their")]
    assert report.conflicts == (f"Title 1, ann: only here: {named[0]}; only there: {named[1]} and 1 more",)


def test_files_of_more_than_a_page_come_over_whole() -> None:
    theirs = Store.create(None)
    number = merging.PAGE + 2
    with theirs.transaction():
        for one in range(number):
            document_id, _ = documents.add(theirs, Document(f"Text {one}"), documents.key_of(f"Text {one}", 0))
            suggestions.put(theirs, [(document_id, "m", [Suggestion(Span(0, 4, "X"), "m", 0.5)])])
        log.append(
            theirs, "ann", "tag", [LayerEdit(n, "ann", Edit(added=frozenset({Tag("x")}))) for n in range(1, number + 1)]
        )
    ours = new_store(())
    (report,) = merge(ours, theirs)
    assert report == merging.MergeReport(number, number, number, number, ())
    assert ours.rows("SELECT count(*) FROM suggested") == [(number,)]


def test_a_second_merge_brings_nothing() -> None:
    ours, theirs = a_file(TEXTS[0]), a_file(*TEXTS)
    put(ours, KHERSON)
    put(theirs, SERHIY)
    merge(ours, theirs)
    once = contents(ours)
    assert merge(ours, theirs, copy_of(ours)) == [merging.MergeReport(0, 0, 0, 0, ())] * 2
    assert contents(ours) == once


def test_a_file_merged_into_itself_is_left_alone(tmp_path: Path) -> None:
    store = new_store(path=tmp_path / "a.db")
    again = Store.open(tmp_path / "a.db", read_only=True)
    assert merge(store, again) == [merging.MergeReport(0, 0, 0, 0, ())]
    store.close()
    again.close()


def test_the_newest_word_on_a_fact_counts_wherever_it_was_said() -> None:
    ours = a_file(TEXTS[0])
    put(ours, KHERSON, SERHIY)
    theirs = copy_of(ours)
    take(ours, KHERSON)
    put(ours, Status(State.DOING))
    take(theirs, KHERSON)
    put(theirs, KHERSON)
    put(theirs, Status(State.DONE))
    merge(ours, theirs)
    merge(theirs, ours)
    assert marks(ours) == marks(theirs) == {KHERSON, SERHIY, Status(State.DONE)}
    assert ours.rows("SELECT state, entities FROM layers") == [("done", 2)]


def test_what_one_annotator_changed_differently_in_two_files_is_told() -> None:
    ours = a_file(TEXTS[0])
    put(ours, KHERSON)
    theirs = copy_of(ours)
    put(ours, SERHIY)
    do(theirs, Edit(frozenset({KHERSON}), frozenset({Span(0, 7, "PERSON")})))
    put(theirs, Tag("war"), annotator="bob")
    (report,) = merge(ours, theirs)
    assert report.conflicts == (
        'Title 1, ann: only here: GPE "Kherson" 0-7, PERSON "Serhiy" 14-20; only there: PERSON "Kherson" 0-7',
    )
    assert marks(ours) == {SERHIY, Span(0, 7, "PERSON")}


def test_the_same_change_on_both_sides_is_no_conflict() -> None:
    ours = a_file(TEXTS[0])
    theirs = copy_of(ours)
    put(ours, KHERSON)
    put(theirs, KHERSON)
    assert merge(ours, theirs)[0].conflicts == ()


def test_labels_changed_on_both_sides_are_told_and_so_is_a_key_given_twice() -> None:
    ours = a_file()
    theirs = copy_of(ours)
    put(ours, Label("ANIMAL", key="3"), document_id=None)
    put(theirs, Label("PLANT", key="3"), document_id=None)
    (report,) = merge(ours, theirs)
    assert report.conflicts == (
        "labels: only here: span label ANIMAL key 3; only there: span label PLANT key 3",
        "labels: the key 3 belongs to ANIMAL and PLANT; the first has it until you give the others a new one",
    )
    assert [label.name for label in tables.labels(ours)] == ["ANIMAL", "PERSON", "PLANT", "GPE"]


def test_two_files_that_describe_a_text_differently_agree_in_the_end() -> None:
    files = []
    for title, added_at in (("late", 3.0), ("b", 2.0), ("a", 2.0)):
        store = Store.create(None)
        tokens = ((0, 7),) if title == "late" else ()
        with store.transaction() as connection:
            document = Document(TEXTS[0], title=title, meta={"from": title}, tokens=tokens)
            documents.add(store, document, documents.key_of(TEXTS[0], 0))
            connection.execute("UPDATE documents SET added_at = ?", (added_at,))
        files.append(store)
    for store in files:
        merge(store, *files)
        found = documents.get(store, 1, "")
        assert (found.title, found.meta, found.tokens) == ("a", {"from": "a"}, ((0, 7),))


def test_undo_takes_back_what_came_over_and_what_was_undone_stays_so() -> None:
    ours = a_file(TEXTS[0])
    put(ours, KHERSON)
    theirs = copy_of(ours)
    undoing.undo(theirs, "ann")
    put(theirs, SERHIY)
    merge(ours, theirs)
    assert marks(ours) == {SERHIY}
    assert [batch.undone for batch in log.batches(ours, 9)] == [False, False, True, False]
    undoing.undo(ours, "ann")
    assert marks(ours) == frozenset()
    merge(theirs, ours)
    assert marks(theirs) == frozenset()
    undoing.redo(theirs, "ann")
    assert marks(theirs) == {SERHIY}


def test_the_higher_score_of_one_suggestion_is_kept_on_both_sides() -> None:
    files = [a_file(TEXTS[0]) for _ in range(2)]
    for store, score in zip(files, (0.5, 0.25), strict=True):
        suggestions.put(store, [(1, "model-1", [Suggestion(KHERSON, "model-1", score)])])
    assert [merge(files[0], files[1])[0].suggestions, merge(files[1], files[0])[0].suggestions] == [0, 0]
    assert [suggestions.of(store, 1)[0].score for store in files] == [0.5, 0.5]


def test_the_newest_place_in_a_text_is_kept() -> None:
    files = [a_file(TEXTS[0]) for _ in range(2)]
    for store, position, at in zip(files, (5, 9), (20.0, 10.0), strict=True):
        with store.transaction() as connection:
            connection.execute(
                "INSERT INTO reading VALUES (?, 1, ?, 0, ?)", (store.ensure_annotator("ann"), position, at)
            )
    merge(files[0], files[1])
    merge(files[1], files[0])
    assert [store.value("SELECT position FROM reading") for store in files] == [5, 5]


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (
            "UPDATE texts SET text = 'Kherson felt. Serhiy fled to Kyiv.'",
            "memory: the text of document 1 is not the one that was stored",
        ),
        ("UPDATE texts SET text = 'short'", "memory: the text of document 1 is not the one that was stored"),
        (
            'UPDATE edits SET added = \'[{"span":{"start":0,"end":99,"label":"X"}}]\'',
            "memory: its log does not fit the text of Title 1: span 0-99 lies outside the text (0-34) or is empty",
        ),
        (
            'UPDATE edits SET added = \'[{"span":{"start":"0","end":9,"label":"X"}}]\'',
            "a change in the log cannot be read (no span: Span(start='0', end=9, label='X', fragments=(),"
            ' attributes=())): [{"span":{"start":"0","end":9,"label":"X"}}]',
        ),
        (
            "UPDATE edits SET added = '[{\"spam\":1}]'",
            'a change in the log cannot be read (no kind of mark is called spam): [{"spam":1}]',
        ),
        (
            "UPDATE edits SET added = '[7]'",
            "a change in the log cannot be read ('int' object has no attribute 'items'): [7]",
        ),
        (
            "UPDATE edits SET added = 'no JSON'",
            "a change in the log cannot be read (Expecting value: line 1 column 1 (char 0)): no JSON",
        ),
        ("UPDATE edits SET document_id = 77", "memory: an edit of batch 1 belongs to no layer"),
        ("UPDATE edits SET annotator_id = 77", "memory: an edit of batch 1 belongs to no layer"),
        ("UPDATE batches SET annotator_id = 77, uid = 'b'", "memory: change b was made by nobody"),
        (
            "UPDATE batches SET clock = 9223372036854775807, uid = 'b'",
            "memory: change b stands later in the log than any time can",
        ),
        (
            "UPDATE documents SET meta = 'x'",
            "memory: document 1: its meta or tokens cannot be read: Expecting value: line 1 column 1 (char 0)",
        ),
        (
            "UPDATE documents SET tokens = '[7]'",
            "memory: document 1: its meta or tokens cannot be read: cannot unpack non-iterable int object",
        ),
        ("DELETE FROM texts", "the text of document 1 is missing"),
        (
            "INSERT INTO suggestions VALUES (1, 's', 0, 99, 'X', 1.0)",
            "memory: a suggestion lies outside the text of document 1",
        ),
    ],
)
def test_a_damaged_file_is_refused_whole(damage: str, message: str) -> None:
    ours, theirs = a_file(TEXTS[1]), a_file(TEXTS[0], labels=False)
    put(theirs, KHERSON)
    theirs.connection.execute("PRAGMA foreign_keys = OFF")
    theirs.connection.execute(damage)
    reseal(theirs)
    before = contents(ours)
    with pytest.raises(StoreError) as refusal:
        merge(ours, theirs)
    merged = (
        ", so nothing was merged. Run `reader check` on it" if message.startswith("memory") else ". Run `reader check`"
    )
    assert str(refusal.value) == message + merged
    assert contents(ours) == before


@pytest.mark.parametrize("column", ["edits.added", "batches.uid"])
def test_a_log_that_holds_bytes_is_refused(column: str) -> None:
    """A flipped bit makes bytes of a text, and STRICT tables are not asked by a disk."""
    ours, theirs = a_file(TEXTS[1]), a_file(TEXTS[0], labels=False)
    put(theirs, KHERSON)
    table, name = column.split(".")
    theirs.connection.execute("PRAGMA writable_schema = ON")
    theirs.connection.execute(f"UPDATE sqlite_schema SET sql = replace(sql, ') STRICT', ')') WHERE name = '{table}'")
    theirs.connection.execute("PRAGMA writable_schema = RESET")
    theirs.connection.execute(f"UPDATE {table} SET {name} = CAST({name} AS BLOB)")
    before = contents(ours)
    with pytest.raises(StoreError, match="is not the one that was written"):
        merge(ours, theirs)
    assert contents(ours) == before


@pytest.mark.parametrize("damage", ["UPDATE edits SET added = '[]'", "PRAGMA application_id = 7", ""])
def test_of_several_files_all_are_merged_or_none(damage: str, tmp_path: Path) -> None:
    for number, text in enumerate(TEXTS[:2]):
        put(new_store((text,), tmp_path / f"{number}.db"), Span(0, 6, "GPE"))
    bad = Store.open(tmp_path / "1.db")
    for statement in filter(None, [damage]):
        bad.connection.execute(statement)
    bad.close()
    others = [tmp_path / "0.db", tmp_path / ("1.db" if damage else "typo.db")]
    with Project.open(tmp_path / "mine.db") as project:
        with pytest.raises(StoreError, match=str(others[1])):
            project.merge(others)
        assert project.stats().documents == 0
        assert (tmp_path / "mine.db").exists() == damage.startswith("UPDATE")
        assert [report.documents for report in project.merge(others[:1])] == [1]


def test_a_log_that_is_not_the_one_that_was_written_is_refused() -> None:
    ours, theirs = a_file(TEXTS[1]), a_file(TEXTS[0], labels=False)
    put(theirs, KHERSON)
    for damage in ("UPDATE edits SET added = replace(added, 'GPE', 'GPD')", "UPDATE batches SET verb = 'labels'"):
        theirs.connection.execute(damage)
        with pytest.raises(StoreError, match="not the one that was written"):
            merge(ours, theirs)
        reseal(theirs)


def test_a_file_that_may_only_be_read_takes_nothing_in(tmp_path: Path) -> None:
    new_store(path=tmp_path / "a.db").close()
    ours = Store.open(tmp_path / "a.db", read_only=True)
    with pytest.raises(ReadOnly):
        merge(ours, a_file())
    ours.close()


@st.composite
def three_files(draw: st.DrawFn) -> list[Store]:
    """Files that share a beginning, perhaps, and were then edited apart by people of the same names."""
    chosen = st.lists(st.sampled_from(TEXTS), unique=True)
    base = a_file(*draw(chosen))
    files = [copy_of(base) if draw(st.booleans()) else a_file(*draw(chosen)) for _ in range(3)]
    for _ in range(draw(st.integers(2, 10))):
        store = draw(st.sampled_from(files))
        annotator = draw(st.sampled_from(["ann", "bob"]))
        count = store.value("SELECT count(*) FROM documents")
        kind = draw(st.sampled_from("mmmmmsurgpx"))
        if kind == "u":
            undoing.undo(store, annotator)
        elif kind == "r":
            undoing.redo(store, annotator)
        elif kind == "s":
            do(store, schema_edit(draw, tables.labels(store)), None, annotator)
        elif kind == "x":
            merge(store, draw(st.sampled_from([other for other in files if other is not store])))
        elif count:
            number = draw(st.integers(1, count))
            text = documents.text_of(store, number)
            if kind == "g":
                score = draw(st.sampled_from([0.25, 0.5]))
                found = [Suggestion(Span(0, 1, "ORG"), "model-1", score)] if text else []
                suggestions.put(store, [(number, "model-1", found)])
            elif kind == "p":
                with store.transaction() as connection:
                    layer = store.ensure_annotator(annotator)
                    place = (layer, number, draw(st.integers(0, 3)), 0, float(draw(st.integers(1, 2))))
                    connection.execute("INSERT OR REPLACE INTO reading VALUES (?, ?, ?, ?, ?)", place)
            else:
                do(store, edit_on(draw, text, marks(store, number, annotator)), number, annotator, "act")
    return files


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(three_files(), st.permutations(range(3)), st.permutations(range(3)), st.data())
def test_any_order_of_merges_gives_the_same_file(
    files: list[Store], first: list[int], second: list[int], data: st.DataObject
) -> None:
    united = []
    for order in (first, second):
        store = copy_of(files[order[0]])
        merge(store, *(files[number] for number in order[1:]))
        if data.draw(st.booleans()):
            merge(store, *(files[number] for number in reversed(order)))
        united.append(store)
    # Two merged before they come to the third.
    pair = copy_of(files[first[1]])
    merge(pair, files[first[2]])
    united.append(copy_of(files[first[0]]))
    merge(united[-1], pair)
    found = [contents(store) for store in united]
    assert found[0] == found[1] == found[2]
    assert check(united[0], quiet) == []
    for store in (*files, *united, pair):
        store.close()
