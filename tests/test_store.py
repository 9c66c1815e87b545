"""Documents in the file: the library's window by keys, search, suggestions, and what SIGKILL leaves."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stores import marks, new_store, put, work

from reader.errors import InputError, NotSaved, StoreError
from reader.model import Document, Note, Rejected, Relation, Span, State, Status, Suggestion, Tag
from reader.project.library import Library
from reader.store import documents, listing, searching, suggestions, tables
from reader.store.checking import check
from reader.store.connection import Store
from reader.store.listing import SORTS, DocumentRow, Query

TITLES = ("b", "a", "B", "A", "", "é", "詩", "b", "a%", "b_", "Kherson", "kherson")
STATES = (None, *State)
KHERSON = Span(0, 7, "GPE")


def a_library(size: int = 37) -> Store:
    """Documents with titles that repeat, in all states, some never touched."""
    chance = random.Random(3)
    store = Store.create(None)
    with store.transaction() as connection:
        for number in range(size):
            text = f"Kherson {number} fell in {TITLES[number % 12]}"
            document_id, _ = documents.add(store, Document(text, title=TITLES[number % 12]), f"key {number}")
            if state := chance.choice(STATES):
                put(store, Status(state), document_id=document_id)
            for start in range(chance.randrange(3)):
                put(store, Span(start, 7, chance.choice(["GPE", "ORG"])), document_id=document_id)
            found = [Suggestion(Span(0, end, "GPE"), "model-1") for end in range(1, 1 + chance.randrange(3))]
            suggestions.put(store, [(document_id, "model-1", found)])
        connection.execute("UPDATE layers SET edited_at = document_id % 5")
    return store


@pytest.fixture(scope="module")
def library() -> Iterator[Store]:
    store = a_library()
    yield store
    store.close()


@pytest.mark.parametrize(
    ("start", "end", "number"), [(0, 3, 1), (4, 11, 0), (3, 4, 1), (3, 5, 0), (10, 12, 0), (11, 15, 1), (2, 16, 0)]
)
def test_a_suggestion_beside_a_span_is_open_and_one_on_it_is_not(start: int, end: int, number: int) -> None:
    store = new_store(("The old Ada was here",))
    put(store, Span(4, 11, "PERSON"))
    with store.transaction():
        suggestions.put(store, [(1, "model-1", [Suggestion(Span(start, end, "ORG"), "model-1")])])
    row = listing.row(store, 1, "ann")
    assert row is not None
    assert row.suggestions == number
    store.close()


def all_rows(store: Store, annotator: str = "ann") -> list[DocumentRow]:
    return [row for n in range(1, 99) if (row := listing.row(store, n, annotator)) is not None]


def plain_key(row: DocumentRow, kept: dict[int, int], sort: str) -> object:
    """What the manual says each order is by."""
    order = [State.DOING, State.FLAGGED, State.TODO, State.SKIPPED, State.DONE, State.REMOVED]
    folded = "".join(letter.lower() if letter.isascii() else letter for letter in row.title)
    closed = row.state in documents.CLOSED
    return {
        "added": row.id,
        "title": folded.encode(),
        "status": order.index(row.state),
        "entities": row.entities,
        "suggestions": 0 if closed else kept.get(row.id, 0),
        "edited": row.edited_at,
    }[sort]


QUERIES: dict[str, tuple[Query, Callable[[DocumentRow, set[str]], bool]]] = {
    "all": (Query(), lambda row, labels: row.state is not State.REMOVED),
    "states": (
        Query(states=frozenset({State.TODO, State.REMOVED})),
        lambda row, labels: row.state in ("todo", "removed"),
    ),
    "closed": (
        Query(states=frozenset({State.DONE, State.SKIPPED, State.FLAGGED})),
        lambda row, labels: row.state in ("done", "skipped", "flagged"),
    ),
    "label": (Query(label="ORG"), lambda row, labels: row.state is not State.REMOVED and "ORG" in labels),
    "words": (Query(words="B"), lambda row, labels: row.state is not State.REMOVED and row.title in ("b", "B", "b_")),
}


def in_order(library: Store, name: str, sort: str, descending: bool) -> tuple[Query, list[int], list[int]]:
    """A query, what it has to give, and all documents in its order."""
    kept = dict(library.rows("SELECT document_id, count(*) FROM suggestions GROUP BY document_id"))
    query, test = QUERIES[name]
    every = sorted(all_rows(library), key=lambda row: (plain_key(row, kept, sort), row.id), reverse=descending)
    wanted = [
        row.id for row in every if test(row, {mark.label for mark in marks(library, row.id) if isinstance(mark, Span)})
    ]
    assert len(wanted) > 4
    return query._replace(sort=sort, descending=descending), wanted, [row.id for row in every]


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize(("name", "few"), [*((name, 10_000) for name in QUERIES), ("label", 0)])
def test_pages_by_keys_are_the_plain_sort_in_both_directions(
    library: Store, name: str, few: int, sort: str, descending: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    # By how many spans a label has its documents are found in one of two ways.
    monkeypatch.setattr(listing, "_FEW", few)
    query, wanted, _ = in_order(library, name, sort, descending)

    forward: list[DocumentRow] = []
    while page := listing.rows(library, query, "ann", after=forward[-1] if forward else None, limit=4):
        forward += page
    assert [row.id for row in forward] == wanted
    backward: list[DocumentRow] = []
    while page := listing.rows(library, query, "ann", before=backward[0] if backward else forward[-1], limit=4):
        backward = page + backward
    assert [row.id for row in backward] == wanted[:-1]
    assert list(listing.ids(library, query, "ann")) == wanted
    assert listing.count(library, query, "ann") == len(wanted)
    assert [listing.rank(library, query, "ann", row) for row in forward] == list(range(len(wanted)))


@pytest.mark.parametrize("limit", [4, 100])
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("name", QUERIES)
def test_a_window_is_around_a_document_or_where_it_would_stand(
    library: Store, name: str, sort: str, descending: bool, limit: int
) -> None:
    check_windows(library, name, sort, descending, limit)


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("name", ["all", "states", "closed"])
def test_documents_need_not_be_numbered_in_a_row(name: str, descending: bool) -> None:
    store = a_library()
    store.connection.execute("PRAGMA foreign_keys = OFF")
    with store.transaction() as connection:
        for table, column in (("documents", "id"), ("layers", "document_id")):
            connection.execute(f"DELETE FROM {table} WHERE {column} IN (1, 2, 19, 30)")
    check_windows(store, name, "added", descending, 4)
    store.close()


def check_windows(store: Store, name: str, sort: str, descending: bool, limit: int) -> None:
    query, wanted, every = in_order(store, name, sort, descending)
    library = Library(lambda: store, "ann")
    by_state = listing.count_by_state(store, "ann")
    for place, document_id in enumerate(every):
        found = library.window(query, document_id, by_state, limit=limit)
        before = sum(one in wanted for one in every[:place])
        ids = [row.id for row in found.rows]
        assert (found.total, found.rank + found.cursor, found.cursor) == (len(wanted), before, min(before, limit))
        assert ids == wanted[found.rank :][: len(ids)]
        assert ids[found.cursor :] == wanted[before:][:limit]
    for nobody in (None, 99):
        first = library.window(query, nobody, limit=limit)
        assert [row.id for row in first.rows] == wanted[:limit]
        assert first[1:] == (0, len(wanted), 0)


@pytest.mark.parametrize(
    "query",
    [
        Query(),
        Query(states=frozenset({State.FLAGGED})),
        Query(states=frozenset({State.DONE, State.SKIPPED})),
        Query(label="RARE"),
        Query(label="NONE"),
    ],
)
def test_a_window_is_no_more_work_in_a_long_library(query: Query) -> None:
    """However many documents are not in it."""

    def most_work(size: int) -> int:
        store = Store.create(None)
        with store.transaction():
            for number in range(size):
                document_id, _ = documents.add(store, Document("Kherson"), f"key {number}")
                if number % 10 == 0:
                    put(store, Status(State.SKIPPED), document_id=document_id)
            put(store, Span(0, 7, "RARE"), Status(State.FLAGGED), document_id=size // 2)
        library = Library(lambda: store, "ann")
        by_state = library.by_state()
        places = (1, size // 2, size)
        found = max(work(store, lambda at=at: library.window(query, at, by_state, limit=5)) for at in places)  # type: ignore[misc]
        store.close()
        return found

    assert most_work(1000) < 2 * most_work(100)


def test_a_row_says_what_the_library_shows() -> None:
    store = new_store(("Kherson fell. Serhiy fled.",))
    found = [Suggestion(Span(0, 7, label), "model-1") for label in ("GPE", "ORG")]
    found += [Suggestion(Span(14, 20, "PERSON"), "model-1"), Suggestion(Span(21, 25, "ORG"), "model-1")]
    suggestions.put(store, [(1, "model-1", found)])
    untouched = listing.row(store, 1, "ann")
    assert untouched is not None
    assert (untouched.state, untouched.entities, untouched.suggestions, untouched.progress) == (State.TODO, 0, 3, 0.0)
    put(store, Span(0, 4, "GPE"), Rejected(Span(21, 25, "ORG")), Status(State.DOING))
    with store.transaction() as connection:
        connection.execute("INSERT INTO reading VALUES (?, 1, 13, 0, 1.0)", (store.ensure_annotator("ann"),))
    row = listing.row(store, 1, "ann")
    assert row is not None
    assert (row.title, row.length, row.state, row.entities, row.suggestions) == ("Title 1", 26, State.DOING, 1, 1)
    assert row.progress == 0.5
    put(store, Status(State.DONE))
    row = listing.row(store, 1, "ann")
    assert row is not None
    assert (row.state, row.suggestions, row.progress) == (State.DONE, 0, 1.0)
    assert listing.row(store, 2, "ann") is None
    other = listing.row(store, 1, "bob")
    assert other is not None
    assert (other.state, other.entities) == (State.TODO, 0)


def test_states_are_counted_with_the_documents_nobody_touched(library: Store) -> None:
    counted = listing.count_by_state(library, "ann")
    assert sum(counted.values()) == 37
    for state in State:
        query = Query(states=frozenset({state}))
        assert counted.get(state, 0) == listing.count(library, query, "ann")
    assert listing.count_by_state(library, "nobody") == {State.TODO: 37}


def test_the_same_text_is_one_document_and_comes_back_unchanged() -> None:
    text = "\ufeffa\r\nb\rc\u2028d\x00\x1b💙\u0301 "
    store = Store.create(None)
    document = Document(text, "t", "s", "en", {"id": 7, "deep": [1, None]}, tokens=((0, 1), (2, 3)))
    with store.transaction():
        assert documents.add(store, document, documents.key_of(text, 0)) == (1, True)
        assert documents.add(store, document, documents.key_of(text, 0)) == (1, False)
        assert documents.add(store, document, documents.key_of(text, 1)) == (2, True)
    assert documents.get(store, 1, "ann") == Document(
        text, "t", "s", "en", {"id": 7, "deep": [1, None]}, annotator="ann", tokens=((0, 1), (2, 3))
    )
    with pytest.raises(InputError, match="no document has the number 3"):
        documents.get(store, 3, "ann")


@given(
    st.lists(st.tuples(st.integers(0, 19), st.integers(1, 9), st.booleans()), max_size=5),
    st.sets(st.text(alphabet="aé% '", max_size=4), max_size=8),
)
def test_what_anything_remembered_begins_with(marked: list[tuple[int, int, bool]], strings: set[str]) -> None:
    text = "aé% 'aaé% a' é%aa 'é%aéa"
    store = new_store((text,))
    spans = [(Span(start, start + size, "X"), rejected) for start, size, rejected in marked]
    if spans:
        put(store, *(Rejected(span) if rejected else span for span, rejected in spans))
    put(store, Span(0, 30, "X"), annotator="bob")
    words = [text[span.start : span.end] for span, _ in spans]
    found = tables.begun(store, store.annotator_id("ann"), strings)
    assert found == {one for one in strings if any(word.startswith(one) for word in words)}
    store.close()


def test_sqlite_cuts_a_span_out_of_its_text() -> None:
    store = new_store(("💙 詩 e\u0301 Kyiv\r\n",))
    for start, end in ((0, 1), (2, 3), (4, 6), (7, 13)):
        put(store, Span(start, end, "X"))
    assert store.rows(
        "SELECT count(*) FROM spans JOIN texts USING (document_id)"
        " WHERE words <> substr(text, start_char + 1, end_char - start_char)"
    ) == [(0,)]


def test_the_first_hits_are_no_more_work_where_there_are_more() -> None:
    def work_for(size: int) -> int:
        store = new_store(tuple(f"{number}. Kherson" for number in range(size)))
        while searching.index_step(store, size=500):
            pass
        library = Library(lambda: store, "ann")
        found = work(store, lambda: library.search("Kherson", 5))
        store.close()
        return found

    assert work_for(3000) < 2 * work_for(600)


WORDS = ("Kherson", "Kyiv", "U.S.", "O'Brien", "Москва", "МОСКВА", "naïve", "cafe\u0301s", "詩人", "30%", "a_b", "“so”")


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    texts=st.lists(st.lists(st.sampled_from(WORDS), max_size=6), min_size=1, max_size=6),
    wanted=st.lists(st.sampled_from(WORDS), min_size=1, max_size=2),
    steps=st.integers(0, 3),
    ignore_case=st.booleans(),
)
def test_no_document_with_the_words_is_missed(
    texts: list[list[str]], wanted: list[str], steps: int, ignore_case: bool
) -> None:
    store = new_store(tuple(f"{number}. {' '.join(words)}" for number, words in enumerate(texts)))
    for _ in range(steps):
        searching.index_step(store, size=2)
    words = " ".join(wanted).lower() if ignore_case else " ".join(wanted)
    every = store.rows("SELECT document_id, text FROM texts ORDER BY document_id")
    plain = [(n, text) for n, text in every if words in (text.lower() if ignore_case else text)]
    found = list(searching.candidates(store, words, ignore_case=ignore_case))
    assert set(plain) <= set(found) <= set(every)
    assert [n for n, _ in found] == sorted({n for n, _ in found})
    assert listing.count(store, Query(words=words), "ann") >= (len(plain) if steps == 3 and words.isalpha() else 0)
    store.close()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("私はKyivから来た", "Kyiv"),
        ("我喜欢詩人。", "詩人"),
        ("그는 Kyiv에서 왔다", "Kyiv"),
        ("กรุงเทพมหานคร", "เทพ"),
        ("हिन्दी में", "हिन्दी"),
        ("un cafe\u0301s noir", "cafe\u0301s"),
        ("𝒳 ⟦Kyiv⟧", "⟦Kyiv⟧"),
        ("100 € 💙", "💙"),
        ("\u1c90\U0001e900", "\U0001e900"),
    ],
)
def test_words_are_found_in_every_script_once_they_are_indexed(text: str, words: str) -> None:
    store = new_store((text, "nothing"))
    assert searching.index_step(store) == 0
    assert [n for n, _ in searching.candidates(store, words)] == [1]


def test_words_in_other_letters_are_looked_for_in_every_text() -> None:
    store = new_store(("In Kyiv.", "nothing", "- 詩 -"))
    assert [n for n, _ in searching.candidates(store, "KYIV", ignore_case=True)] == [1, 2, 3]
    assert [n for n, _ in searching.candidates(store, "Kyiv")] == [1]
    searching.index_step(store)
    assert [n for n, _ in searching.candidates(store, "KYIV", ignore_case=True)] == [1]
    assert [n for n, _ in searching.candidates(store, "-", ignore_case=True)] == [1, 2, 3]
    assert [n for n, _ in searching.candidates(store, "-")] == [3]


def test_indexing_goes_in_steps_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    store = new_store(tuple(f"Kherson {n}" for n in range(5)), tmp_path / "a.db")
    assert [searching.index_step(store, 2) for _ in range(2)] == [3, 1]
    store.close()
    store = Store.open(tmp_path / "a.db")
    assert [searching.index_step(store, 2) for _ in range(2)] == [0, 0]
    assert searching.indexed_up_to(store) == 5
    assert len(list(searching.candidates(store, "Kherson"))) == 5
    with store.transaction():
        documents.add(store, Document("Kherson again"), "new")
    assert len(list(searching.candidates(store, "Kherson"))) == 6
    store.close()


@pytest.mark.parametrize(
    "words", ['"', "a OR b", "NEAR(a b)", "text:x", "*", "'; DROP TABLE spans", "a\x00b", "-", "^x"]
)
def test_no_search_words_are_an_operator(words: str) -> None:
    store = new_store((f"so {words} it is", "nothing"))
    searching.index_step(store)
    assert [n for n, _ in searching.candidates(store, words)] == [1]
    assert listing.count(store, Query(words=words), "ann") in (0, 1)


def test_what_was_given_and_turned_down_before_is_remembered() -> None:
    store = new_store(("Kherson and Kherson", "Kherson again"))
    put(store, Span(0, 7, "GPE"), Span(12, 19, "GPE"), Rejected(Span(0, 7, "PERSON")))
    put(store, Span(0, 7, "ORG"), document_id=2)
    put(store, Span(0, 7, "PERSON"), document_id=2, annotator="bob")
    layer = store.annotator_id("ann")
    assert tables.remembered(store, layer, ["Kherson", "again"]) == {"Kherson": {"GPE": 2, "ORG": 1}}
    assert tables.remembered(store, layer, ["Kherson"], table="rejected") == {"Kherson": {"PERSON": 1}}
    assert tables.remembered(store, None, ["Kherson"]) == {}


def test_a_new_run_of_a_suggester_takes_the_place_of_its_last() -> None:
    store = new_store()
    first, second = Suggestion(Span(0, 7, "GPE"), "model-1", 0.5), Suggestion(Span(14, 20, "PERSON"), "model-1")
    other = Suggestion(Span(0, 7, "GPE"), "model-2")
    assert suggestions.put(store, [(1, "model-1", [first]), (1, "model-2", [other]), (2, "model-1", [])]) == 2
    suggestions.put(store, [(1, "model-1", [second])])
    assert suggestions.of(store, 1) == [other, second]
    assert [suggestions.has(store, n, "model-1") for n in (1, 2, 3)] == [True, True, False]
    suggestions.forget(store, "model-1", [1, 2])
    assert suggestions.of(store, 1) == [other]
    assert suggestions.count(store) == 1
    assert not suggestions.has(store, 2, "model-1")


def test_suggestions_are_in_reading_order_and_keep_their_scores() -> None:
    store = new_store()
    spans = [Span(0, 7, "GPE"), Span(0, 7, "ORG"), Span(0, 4, "GPE"), Span(14, 20, "PERSON")]
    found = [Suggestion(span, "model-1", score) for span, score in zip(spans, (0.5, 0.25, 1.0, 0.0), strict=True)]
    assert suggestions.put(store, [(1, "model-1", found[::-1]), (1, "a", [Suggestion(spans[0], "a", 0.75)])]) == 5
    assert suggestions.of(store, 1) == [Suggestion(spans[0], "a", 0.75), *found]
    assert suggestions.of(store, 2) == []
    assert suggestions.count(store) == 5


def test_a_value_a_setting_and_a_name_that_are_not_there_are_empty() -> None:
    store = new_store()
    assert store.value("SELECT id FROM documents WHERE id = 99") is None
    assert store.value("SELECT id, key FROM documents WHERE id = ?", (2,)) == 2
    assert store.setting("overlaps") == ""
    store.set_setting("overlaps", "on")
    store.set_setting("overlaps", "off")
    assert store.setting("overlaps") == "off"
    assert not tables.schema(store).overlaps
    store.set_setting("overlaps", "on")
    assert tables.schema(store).overlaps
    assert store.annotator_id("ann") is None
    with store.transaction():
        assert store.ensure_annotator("ann") == store.ensure_annotator("ann") == 1
        assert store.ensure_annotator("bob") == 2
    assert store.annotator_id("bob") == 2
    store.wait_at_most(1.5)
    assert store.value("PRAGMA busy_timeout") == 1500


def test_what_another_program_wrote_changes_the_version_and_no_snapshot(tmp_path: Path) -> None:
    store = new_store(path=tmp_path / "a.db")
    other = Store.open(tmp_path / "a.db")
    before = store.data_version()
    assert store.data_version() == before
    put(other, Tag("x"))
    assert store.data_version() != before
    with store.snapshot(), store.snapshot():
        assert marks(store) == {Tag("x")}
        other.wait_at_most(0)
        with pytest.raises(NotSaved):
            put(other, Tag("y"))
    assert not store.connection.in_transaction
    with store.transaction(), store.snapshot():
        assert marks(store) == {Tag("x")}
        put(store, Tag("z"))
    assert marks(other) == {Tag("x"), Tag("z")}
    store.close()
    other.close()


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        ("UPDATE documents SET meta = '[]'", "memory: document 1: its meta is no object. Run `reader check`"),
        (
            "UPDATE documents SET meta = '{'",
            "memory: document 1: its meta or tokens cannot be read: Expecting property name enclosed in double quotes:"
            " line 1 column 2 (char 1). Run `reader check`",
        ),
        (
            "UPDATE documents SET meta = '{\"a\": NaN}'",
            "memory: document 1: its meta or tokens cannot be read: Out of range float values are not JSON compliant",
        ),
        *(
            (
                f"UPDATE documents SET tokens = '{tokens}'",
                "memory: document 1: its tokens are out of order or outside the text. Run `reader check`",
            )
            for tokens in ("[[3,2]]", "[[0,99]]", "[[-1,2]]", "[[0,true]]")
        ),
        (
            "UPDATE notes SET span = '{'",
            "a note cannot be read (Expecting property name enclosed in double quotes: line 1 column 2 (char 1)): {. "
            "Run `reader check`",
        ),
        (
            "UPDATE relations SET head = 'x'",
            "a relation cannot be read (Expecting value: line 1 column 1 (char 0)): x. Run `reader check`",
        ),
        (
            "UPDATE relations SET tail = 'x'",
            "a relation cannot be read (Expecting value: line 1 column 1 (char 0)): x. Run `reader check`",
        ),
        (
            "UPDATE spans SET fragments = 'x'",
            "a span cannot be read (Expecting value: line 1 column 1 (char 0)): x. Run `reader check`",
        ),
        (
            "UPDATE spans SET attributes = 'x'",
            "a span cannot be read (Expecting value: line 1 column 1 (char 0)): x. Run `reader check`",
        ),
        (
            "UPDATE spans SET fragments = '[[1]]'",
            "memory: a row cannot be read (ValueError('not enough values to unpack (expected 2, got 1)')). Run `reader"
            " check`",
        ),
    ],
)
def test_a_damaged_row_is_refused_in_one_line(damage: str, message: str) -> None:
    store = new_store()
    put(store, KHERSON, Note("why", KHERSON), Relation(KHERSON, KHERSON, "in"))
    store.connection.execute(damage)
    with pytest.raises(StoreError) as refusal:
        documents.get(store, 1, "ann")
    assert str(refusal.value).startswith(message)
    assert "\n" not in str(refusal.value)


def test_a_text_has_its_annotators_by_name() -> None:
    store = new_store()
    [[key]] = store.rows("SELECT key FROM documents WHERE id = 1")
    assert documents.annotators(store, key) == ([], False)
    for who in ("bob", "ann"):
        put(store, Tag("x"), annotator=who)
    put(store, Tag("x"), document_id=2, annotator="eve")
    assert documents.annotators(store, key) == (["ann", "bob"], False)
    twin = Document(documents.text_of(store, 1))
    with store.transaction():
        [(again, _)] = documents.add_all(store, [(twin, f"{key}-1")], store.connection.executemany)
    put(store, Tag("x"), document_id=again, annotator="cem")
    assert documents.annotators(store, key) == documents.annotators(store, f"{key}-1") == (["ann", "bob", "cem"], True)
    assert documents.get(store, 1, "ann", marks=False).marks == frozenset()


_EDITOR = """
import os, sys
from pathlib import Path
from reader.model import Edit, Span, Tag
from reader.store import log
from reader.store.connection import Store
from reader.store.log import LayerEdit

# Each line asks for a program that edits until it is killed; a fork spares it the time Python takes to start.
for number, _ in enumerate(sys.stdin):
    if (child := os.fork()) == 0:
        break
    os.waitpid(child, 0)
    os.write(1, b"killed 0\\n")
else:
    sys.exit()
store = Store.open(Path(sys.argv[1]))
number *= 1000
while True:
    number += 1
    edit = Edit(added=frozenset({Tag(f"tag {number}"), Span(0, number % 7 + 1, f"L{number}")}))
    log.append(store, "ann", "label", [LayerEdit(1, "ann", edit, "Kherson fell.")])
    os.write(1, f"{os.getpid()} {number}\\n".encode())
"""


def killings(path: Path, number: int, seed: int) -> int:
    """Kill an editor so often at random moments; how many edits it acknowledged, all of which are in the file."""
    new_store(("Kherson fell.",), path).close()
    chance = random.Random(seed)
    saved = 0
    editor = [sys.executable, "-c", _EDITOR, str(path)]
    with subprocess.Popen(editor, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        for _ in range(number):
            program.stdin.write("again\n")
            program.stdin.flush()
            acknowledged = [program.stdout.readline().split() for _ in range(chance.randrange(1, 5))]
            for _ in range(chance.randrange(40_000)):
                """Wait until somewhere in the next commits."""
            os.kill(int(acknowledged[-1][0]), signal.SIGKILL)
            while acknowledged[-1] != ["killed", "0"]:
                acknowledged.append(program.stdout.readline().split())
            fresh = {f"tag {number}" for _, number in acknowledged[:-1]}
            store = Store.open(path)
            assert fresh <= {mark.label for mark in marks(store) if isinstance(mark, Tag)}
            store.close()
            saved += len(fresh)
    store = Store.open(path)
    assert len([mark for mark in marks(store) if isinstance(mark, Tag)]) >= saved
    assert check(store, lambda *_: None) == []
    store.close()
    return saved


def test_killing_the_program_a_hundred_times_loses_nothing_it_acknowledged(tmp_path: Path) -> None:
    assert killings(tmp_path / "a.db", 100, seed=11) >= 100


@pytest.mark.slow
@pytest.mark.timeout(0)
def test_killing_the_program_very_often(tmp_path: Path) -> None:
    """Prints its figure: run with `make soak`; READER_KILLS names how often."""
    number = int(os.environ.get("READER_KILLS", "20000"))
    # A file of its own for every two hundred: all of what was saved is read after each kill.
    files = range(0, number, 200)
    saved = sum(killings(tmp_path / f"{first}.db", min(200, number - first), seed=first) for first in files)
    print(f"kills of the store: {number:,}, each of {saved:,} acknowledged edits kept")


DOCS = (Path(__file__).parent.parent / "docs" / "schema.md").read_text(encoding="utf-8")


def test_the_schema_document_names_every_table_view_and_column() -> None:
    documented = {
        section.split("\n", 1)[0]: re.findall(r"^\| (\w+) \| ", section.replace("| column |", ""), re.MULTILINE)
        for section in DOCS.split("\n### ")[1:]
    }
    store = Store.create(None)
    names = store.rows(
        "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'texts_search_%'"
    )
    assert documented == {name: [row[1] for row in store.rows(f"PRAGMA table_info({name})")] for (name,) in names}
    assert f"`PRAGMA application_id` is {store.value('PRAGMA application_id')} " in DOCS


def test_the_documented_queries_answer() -> None:
    store = new_store(("Kherson fell. Serhiy fled to Kyiv.",))
    put(store, Span(0, 7, "GPE"), Span(14, 20, "PERSON"), Status(State.DONE))
    put(store, Span(0, 7, "PERSON"), annotator="bob")
    put(store, Span(29, 33, "GPE"), Span(29, 33, "LOC"), annotator="bob")
    entities, strings, mixed, progress, around = (
        store.rows(query) for query in re.findall(r"```sql\n(.*?)```", DOCS, re.DOTALL)
    )
    assert ("Title 1", "ann", "PERSON", "Serhiy", 14, 20) in entities
    assert len(entities) == 5
    assert ("Kherson", "GPE", 1, 1) in strings
    assert [(who, words, set(labels.split(","))) for who, words, labels, _ in mixed] == [
        ("bob", "Kyiv", {"GPE", "LOC"})
    ]
    assert progress == [("ann", "done", 1, 2), ("bob", "todo", 1, 3)]
    assert ("Title 1", "GPE", "", "Kherson", " fell. Serhiy fled to Kyiv.") in around
    assert ("Title 1", "PERSON", "Kherson fell. ", "Serhiy", " fled to Kyiv.") in around
    assert all(
        "Kherson fell. Serhiy fled to Kyiv.".endswith(before + words + after) for _, _, before, words, after in around
    )
    assert store.rows("SELECT DISTINCT missing_from FROM disagreements WHERE annotator = 'ann'") == [("bob",)]
