"""Importing much at once: the same documents, tables and checks as one by one, and no more memory."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader import migrations
from reader.errors import NotSaved
from reader.formats import jsonl, jsonl_plain, strict
from reader.model import Document, Edit, Note, Rejected, Relation, Span, State, Status, Tag
from reader.project import Project
from reader.project.importing import CHUNK, Ordinals
from reader.store import bulk, documents
from reader.store.connection import Store

PLAIN = (
    '{"text": "Ada in Kyiv"}',
    '{"text": "Ada in Kyiv", "spans": [{"start": 0, "end": 3, "label": "PERSON", "text": "Ada"}]} \r\n',
    '{"text": "Ada", "title": "T", "source": "s", "language": "en", "annotator": "ann", "status": "done", "spans": []}',
    '{"text": "Ada", "meta": {"id": 7, "score": 0.5, "seen": true, "by": null, "of": "x"}, "status": "todo"}',
    '{"text": "Київ", "title": "\\u041a", "spans": [{"start": 0, "end": 4, "label": "МІСТО", "text": "Київ"}]}',
    '{"text": "Ada in Kyiv", "spans": [{"start": 0, "end": 3, "label": "X"}]}',
)
SPAN = '{"text": "Ada in Kyiv", "spans": [%s]}'
ODD = (
    '{"text": "Ada", "text": "Bob"}',
    '{"text": "Ada", "meta": {"id": 1, "id": 2}}',
    '{"text": "Ada", "meta": {"id": {"of": 1}}}',
    '{"text": "Ada", "meta": {"id": NaN}}',
    '{"text": "Ada", "meta": {"id": 1e999}}',
    '{"text": "Ada", "meta": {"id": %s}}' % ("9" * 41),
    '{"text": "Ada", "meta": {"id": %s}}' % ("9" * 5000),
    '{"text": "Ada", "meta": {"id": "\\ud800"}}',
    '{"text": "Ada \\ud83d"}',
    '{"text": "Ada \\ud83d\\ude00"}',
    '{"text": "Ada\\u0000"}',
    '{"text": ""}',
    '{"text": 1}',
    '{"text": "Ada", "title": null}',
    '{"text": "Ada", "status": "finished"}',
    '{"text": "Ada", "annotator": " ada"}',
    '{"text": "Ada", "meta": []}',
    '{"text": "Ada", "spans": {}}',
    '{"text": "Ada", "labels": [[0, 3, "PERSON"]]}',
    '{"text": "Ada"} {"text": "Bob"}',
    '{"text": "Ada"}\u00a0',
    '["text", "Ada"]',
    "[" * 100_000,
    SPAN % '{"start": 0, "end": 3, "end": 3, "label": "X", "text": "Ada"}',
    SPAN % '{"start": false, "end": 3, "label": "X", "text": "Ada"}',
    SPAN % '{"start": 0, "end": 3.0, "label": "X", "text": "Ada"}',
    SPAN % '{"start": -11, "end": 3, "label": "X", "text": "Ada"}',
    SPAN % '{"start": 7, "end": 12, "label": "X", "text": "Kyiv"}',
    SPAN % '{"start": 3, "end": 3, "label": "X", "text": ""}',
    SPAN % '{"start": 0, "end": 3, "label": "X", "text": "Bob"}',
    SPAN % '{"start": 0, "end": 3, "label": "", "text": "Ada"}',
    SPAN % '{"start": 0, "end": 3, "label": 7, "text": "Ada"}',
    SPAN % '{"start": 0, "end": 3, "label": "X ", "text": "Ada"}',
    SPAN % '{"start": 0, "end": 12, "label": "X"}',
    SPAN % '{"start": 0, "end": 3, "text": "Ada"}',
    SPAN % '{"label": "X", "start": 0, "end": 3, "text": "Ada"}',
    SPAN % '{"start": 0, "end": 3, "label": "X", "text": "Ada", "attributes": {"norm": "Q1"}}',
    SPAN % '[["start", 0], ["end", 3], ["label", "X"], ["text", "Ada"]]',
    SPAN % '"span"',
    SPAN % "[]",
)


def slowly(line: str) -> Document | None:
    """What the reader that takes each value one by one makes of a line."""
    try:
        return jsonl.document_of(strict.parse(line.encode()), "file")
    except strict.Unfit:
        return None


@pytest.mark.parametrize("line", PLAIN)
def test_plain_lines_are_read_at_once_and_as_the_others(line: str) -> None:
    assert jsonl_plain.document_of(line, "file") == slowly(line) is not None


@pytest.mark.parametrize("line", ODD)
def test_odd_lines_are_left_to_the_reader_that_says_what_is_wrong(line: str) -> None:
    assert jsonl_plain.document_of(line, "file") is None


values = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 6) | st.floats() | st.sampled_from(("", "Ada", "X", "done", "\0", "é")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(("a", "start", "end")), inner),
    max_leaves=4,
)
spans = st.fixed_dictionaries(
    {"start": st.just(0) | values, "end": st.just(3) | values, "label": st.just("X") | values},
    optional={"text": st.just("Ada"), "fragments": values},
)


@given(
    st.fixed_dictionaries(
        {"text": st.just("Ada ada")},
        optional={
            "spans": st.lists(spans, max_size=3) | values,
            **dict.fromkeys(("title", "source", "meta", "annotator", "status", "tags", "more"), values),
        },
    )
)
def test_no_line_is_read_otherwise_at_once_than_value_by_value(record: dict[str, Any]) -> None:
    line = json.dumps(record)
    assert jsonl_plain.document_of(line, "file") in (None, slowly(line))


def many(number: int) -> list[Document]:
    """Documents with every kind of mark, texts that come twice and views of one text by two annotators."""
    found = []
    for one in range(number):
        text = f"Ada met Bob in Kyiv, {one // 2 if one % 10 == 1 else one}."
        ada, bob = Span(0, 3, "PERSON"), Span(8, 11, "PERSON", attributes=(("norm", "Q1"),))
        marks = {ada, bob, Span(15, 19, "GPE"), Span(0, 11, "PAIR", ((0, 3), (8, 11))), Span(4, 7, f"VERB{one % 3}")}
        if one % 4 == 0:
            marks |= {Status(State.DONE), Tag("letter"), Note("see", ada), Rejected(Span(4, 7, "ORG"))}  # type: ignore[arg-type]
            marks |= {Relation(ada, bob, "met")}  # type: ignore[arg-type]
        found.append(
            Document(text, f"Title {one}", "test", marks=frozenset(marks), annotator="bob" if one % 7 == 0 else "")
        )
        if one % 7 == 0:
            found.append(Document(text, f"Title {one}", "test", marks=frozenset({ada}), annotator="cem"))
    return found


def rows_of(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """The tables, but for what time and chance put into them."""
    store = Store.open(path, read_only=True)
    found = {
        "documents": store.rows("SELECT id, key, title, source, language, length, meta, tokens FROM documents"),
        "layers": store.rows("SELECT annotator_id, document_id, state, entities FROM layers"),
        "edits": store.rows("SELECT id, document_id, annotator_id, removed, added FROM edits ORDER BY id"),
        **{
            table: store.rows(f"SELECT * FROM {table}")
            for table in ("texts", "annotators", "labels", "spans", "rejected", "relations", "tags", "notes")
        },
    }
    store.close()
    return found


def test_many_at_once_are_the_same_rows_as_one_by_one(tmp_path: Path) -> None:
    corpus = many(CHUNK + 30)
    with Project.open(tmp_path / "many.db", annotator="ann") as project:
        report = project.import_documents(corpus)
        assert project.check() == []
        again = project.import_documents(corpus)
        assert (again.new, again.changed) == (0, 0)
    with Project.open(tmp_path / "single.db", annotator="ann", create=True) as project:
        ordinals = Ordinals()
        seen = set()
        for document in corpus:
            # Alone, a text that comes twice would be the same document again.
            key = ordinals.key_of(document.text, document.annotator)
            if (key[:64], document.annotator) not in seen:
                seen.add((key[:64], document.annotator))
                project.import_documents([document])
    found, single = rows_of(tmp_path / "many.db"), rows_of(tmp_path / "single.db")
    assert report.documents == len(corpus)
    twice = {row[0] for row in found["documents"] if "-" in row[1]}
    assert twice
    texts = {row[1] for row in found["documents"] if row[0] not in twice}
    assert texts == {row[1] for row in single["documents"]}
    named = {"labels", "annotators"}
    assert {table: found[table] for table in named} == {table: single[table] for table in named}
    for table in ("spans", "rejected", "relations", "tags", "notes"):
        assert sorted(row[1:] for row in found[table] if row[0] not in twice) == sorted(
            row[1:] for row in single[table]
        )


def test_undo_of_a_newer_version_leaves_what_was_done_by_hand(tmp_path: Path) -> None:
    ada, kyiv = Span(0, 3, "PERSON"), Span(7, 11, "GPE")
    text = "Ada in Kyiv"
    with Project.open(tmp_path / "annotations.db", annotator="ann") as project:
        project.import_documents([Document(text, annotator="ann", marks=frozenset({Status(State.DOING)}))])
        document = project.open_document(1)
        document.apply(Edit(added=frozenset({ada})), "label")
        document.apply(document.finish(), "done")
        by_hand = document.marks
        report = project.import_documents([Document(text, annotator="ann", marks=frozenset({ada, kyiv}))])
        assert (report.added, report.removed) == (1, 0)
        assert project.open_document(1).marks == by_hand | {kyiv}
        assert project.history.undo()
        assert project.open_document(1).marks == by_hand
        assert project.check() == []


def test_a_newer_version_is_compared_with_what_the_file_said_also_where_that_stood_already(tmp_path: Path) -> None:
    person, org, gpe = (Span(0, 3, label) for label in ("PERSON", "ORG", "GPE"))
    text = "Ada in Kyiv"

    def said(*spans: Span) -> Document:
        return Document(text, annotator="ann", marks=frozenset(spans))

    with Project.open(tmp_path / "annotations.db", annotator="ann") as project:
        project.import_documents([said(person)])
        project.open_document(1).apply(Edit(frozenset({person}), frozenset({org, Status(State.DOING)})), "label")
        before = [batch.uid for batch in project.history.log(9)]
        assert project.import_documents([said(org)]).changed == 0
        assert [batch.uid for batch in project.history.log(9)] == before
        assert project.import_documents([said(gpe)]).changed == 1
        assert project.open_document(1).marks == {gpe, Status(State.DOING)}
        assert project.history.undo()
        assert project.open_document(1).marks == {org, Status(State.DOING)}
        assert project.history.undo()
        assert project.open_document(1).marks == {person}
        assert project.check() == []


def test_everyones_views_of_the_same_text_go_back_to_their_own_documents(tmp_path: Path) -> None:
    law, fact = Span(0, 3, "LAW"), Span(0, 3, "FACT")
    views = [
        Document("Yes.", marks=frozenset({law}), annotator="ada"),
        Document("Yes.", marks=frozenset({law}), annotator="ada"),
        Document("No.", marks=frozenset({Span(0, 2, "LAW")}), annotator="ada"),
    ]
    path, lines = tmp_path / "annotations.db", tmp_path / "all.jsonl"
    with Project.open(path, annotator="bob") as project:
        project.import_documents(views)
        project.open_document(2).apply(Edit(added=frozenset({fact})), "label")
        project.export(lines, everyone=True)
        assert project.import_files([lines]).changed == 0
    with Project.open(tmp_path / "other.db", annotator="bob") as project:
        project.import_files([lines])
        assert [project.open_document(one).spans for one in (1, 2, 3)] == [[], [fact], []]


@pytest.mark.parametrize("outgrown", [1000, 3000, bulk.OUTGROWN])
def test_the_indexes_of_the_spans_are_there_again_after_an_import_and_after_a_refused_file(
    outgrown: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "OUTGROWN", outgrown)
    lines = [
        json.dumps(
            {"text": f"Ada, {one}", "spans": [{"start": 0, "end": 3, "label": f"L{label}"} for label in range(9)]}
        )
        for one in range(CHUNK)
    ]
    (tmp_path / "a-bad.jsonl").write_text("\n".join([*lines, "{}"]), encoding="utf-8")
    (tmp_path / "b-good.jsonl").write_text("\n".join(lines), encoding="utf-8")
    path = tmp_path / "annotations.db"
    with Project.open(path, annotator="ann") as project:
        assert project.import_files([tmp_path / "a-bad.jsonl"]).refused == 1
        assert project.import_files([tmp_path / "a-bad.jsonl", tmp_path / "b-good.jsonl"]).new == CHUNK
        assert project.check() == []
    store = Store.open(path)
    assert migrations.is_expected(migrations.schema_of(store.connection), migrations.VERSION)
    assert store.value("SELECT count(*) FROM spans INDEXED BY spans_by_words WHERE annotator_id > 0") == 9 * CHUNK
    store.close()


def test_foreign_keys_are_looked_up_again_after_an_import(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "annotations.db")
    with bulk.transaction(store):
        store.set_setting("imported", "yes")
    with pytest.raises(NotSaved, match="FOREIGN KEY"), store.transaction() as connection:
        connection.execute("INSERT INTO texts VALUES (7, 'of no document')")
    store.close()


@pytest.mark.parametrize("number", [0, 1, 7, 8, 63, 73, 511, 512, 520, 1601])
def test_so_many_rows_as_wait_are_written_in_their_order(number: int, tmp_path: Path) -> None:
    store = Store.create(tmp_path / "annotations.db")
    rows = [(f"{one}", f"value of {one}") for one in range(number)]
    with bulk.transaction(store) as opened:
        before = store.rows("SELECT * FROM settings")
        opened.insert("INSERT INTO settings VALUES (?, ?)", rows)
        opened.begin()
        opened.insert("INSERT OR REPLACE INTO settings VALUES (?, ?)", [("0", "the last word")])
        opened.begin()
        opened.settle()
        assert dict(store.rows("SELECT * FROM settings")) == dict(before) | dict(rows) | {"0": "the last word"}
    store.close()


def test_a_row_that_is_refused_while_others_are_made_leaves_nothing_of_the_import(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "annotations.db")

    def twice_the_same() -> None:
        with bulk.transaction(store) as opened:
            opened.insert("INSERT INTO annotators VALUES (?, ?)", [(one, f"ann {one}") for one in range(2000)])
            opened.begin()
            opened.insert("INSERT INTO annotators VALUES (?, ?)", [(7000, "ann 7")])
            opened.begin()

    with pytest.raises(NotSaved, match="UNIQUE"):
        twice_the_same()
    assert store.value("SELECT count(*) FROM annotators") == 0
    with store.transaction():
        assert store.ensure_annotator("ann 7") == 1
    store.close()


def test_a_row_that_cannot_even_be_asked_for_is_not_passed_over(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "annotations.db")

    def too_large() -> None:
        with bulk.transaction(store) as opened:
            opened.insert("INSERT INTO annotators VALUES (?, ?)", [(1, "ann 1"), (1 << 70, "ann 2")])
            opened.begin()

    with pytest.raises(OverflowError):
        too_large()
    assert store.value("SELECT count(*) FROM annotators") == 0
    store.close()


def test_a_text_is_numbered_for_each_annotator_by_itself() -> None:
    ordinals = Ordinals()
    keys = [ordinals.key_of(text, annotator) for text in ("one", "two") for annotator in ("", "ann", "", "ann", "")]
    for text, found in (("one", keys[:5]), ("two", keys[5:])):
        assert found == [documents.key_of(text, number) for number in (0, 0, 1, 1, 2)]


def test_a_long_transaction_does_not_stay_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "annotations.db"
    store = Store.create(path)
    with store.transaction():
        for number in range(100):
            document = Document(f"{number}" + "x" * 1_000_000)
            documents.add(store, document, documents.key_of(document.text, 0))
        assert path.stat().st_size > 10_000_000
    store.close()
