"""What the JSON and tables of other tools hold is read whole, and what is written for them they take."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from reader import formats
from reader.formats import Options, Source, limits
from reader.model import (
    Document,
    Mark,
    Rejected,
    Relation,
    Repair,
    Span,
    State,
    Status,
    Suggestion,
    Tag,
)

ADA, BOB = Span(0, 3, "PER"), Span(8, 11, "PER")
TEXT = "Ada met Bob."
KNOWS = Relation(ADA, BOB, "met")


def read(content: Any, tmp_path: Path, name: str = "", **columns: str) -> tuple[str, list[Document], list[str]]:
    """The format a file shows, its documents, and what else is said of it."""
    path = tmp_path / "in.json"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    source = Source(path, "f", options=Options(columns=tuple(columns.items())))
    found, _, items = formats.read_as(source, name)
    documents, rest = [], []
    for one in items:
        if isinstance(one, Document):
            documents.append(one)
        else:
            rest.append(f"{type(one).__name__}: {one.message}")
    return found.name, documents, rest


def lines(*values: object) -> bytes:
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)


def written(name: str, tmp_path: Path, *documents: Document) -> bytes:
    formats.export(documents, tmp_path / "out", format_name=name)
    return (tmp_path / "out").read_bytes()


def letter(*marks: Mark, **fields: Any) -> Document:
    return Document(TEXT, TEXT, "f", marks=frozenset(marks), **fields)


# --- doccano


@pytest.mark.parametrize(
    ("marks", "first"),
    [
        ([], {"label": [[0, 3, "PER"]]}),
        ([Tag("news")], {"entities": [[0, 3, "PER"]], "cats": []}),
        (
            [ADA, BOB, KNOWS],
            {"entities": [{"id": 1, "start_offset": 0, "end_offset": 3, "label": "PER"}], "relations": []},
        ),
    ],
    ids=["spans", "tags", "relations"],
)
def test_a_file_for_doccano_has_one_form(marks: Iterable[Mark], first: dict[str, Any], tmp_path: Path) -> None:
    documents = [letter(ADA), letter(*marks), letter(BOB)]
    content = written("doccano", tmp_path, *documents)
    records = [json.loads(line) for line in content.splitlines()]
    assert records[0] == {"text": TEXT} | first
    assert len({tuple(record) for record in records}) == 1
    name, back, rest = read(content, tmp_path)
    assert (name, [one.marks for one in back], rest) == ("doccano", [one.marks for one in documents], [])


def test_relations_of_several_documents_have_numbers_of_their_own(tmp_path: Path) -> None:
    content = written("doccano", tmp_path, letter(ADA), letter(ADA, BOB, KNOWS))
    assert json.loads(content.splitlines()[1])["relations"] == [{"id": 1, "from_id": 2, "to_id": 3, "type": "met"}]


@pytest.mark.parametrize(
    ("records", "name"),
    [
        (
            [{"id": 1, "text": "No.", "label": [], "Comments": []}, {"id": 2, "text": TEXT, "label": [[0, 3, "PER"]]}],
            "",
        ),
        ([{"text": "No.", "label": []}, {"text": TEXT, "label": [[0, 3, "PER"]]}], ""),
        ([{"text": "No." * 30_000, "entities": []}, {"text": TEXT, "entities": [[0, 3, "PER"]]}], ""),
        (
            [{"text": "No.", "label": []}, {"text": TEXT, "label": [{"start": 0, "end": 3, "labels": ["PER"]}]}],
            "label-studio-min",
        ),
        (
            [
                {"text": "No.", "label": [], "annotator": 1, "annotation_id": 7},
                {"text": TEXT, "label": [{"start": 0, "end": 3, "labels": ["PER"]}]},
            ],
            "label-studio-min",
        ),
        ([{"text": "No.", "entities": []}, {"text": TEXT, "entities": [{"start": 0, "end": 3, "type": "PER"}]}], "hf"),
    ],
)
def test_a_first_record_without_labels_does_not_hide_the_form(
    records: list[dict[str, Any]], name: str, tmp_path: Path
) -> None:
    found, documents, rest = read(lines(*records), tmp_path)
    assert found == {"": "doccano", "hf": "huggingface"}.get(name, name)
    assert ([one.marks for one in documents], rest) == ([frozenset(), {ADA}], [])


def test_an_empty_label_in_the_native_form_is_meta(tmp_path: Path) -> None:
    name, [document], _ = read(lines({"text": TEXT, "label": [], "tags": ["news"]}), tmp_path)
    assert (name, document.marks, document.meta) == ("jsonl", {Tag("news")}, {"label": []})
    said = {"title": "T", "source": "s", "language": "de"}
    for key, value in said.items():
        name, [document], _ = read(lines({"text": TEXT, "label": [], key: value}), tmp_path)
        assert (name, getattr(document, key), document.meta) == ("jsonl", value, {"label": []})


# --- Hugging Face


@pytest.mark.parametrize(
    "row",
    [
        {"entities": {"start": [0], "end": [3], "label": ["PER"]}},
        {"spans": {"start": [0], "end": [3], "label": ["PER"], "score": [0.5]}},
        {"entities": [{"start": 0, "end": 3, "type": "PER"}]},
        {"ents": [{"start": 0, "end": 3, "label": "PER"}]},
        {"ner": [{"start": 0, "end": 3, "label": "PER"}]},
        {"named": [{"start": 0, "end": 3, "entity_group": "PER", "text": "Ada"}]},
    ],
)
def test_rows_of_a_text_with_spans_are_read(row: dict[str, Any], tmp_path: Path) -> None:
    parquet, pyarrow = pytest.importorskip("pyarrow.parquet"), pytest.importorskip("pyarrow")
    name, [document], rest = read(lines({"text": TEXT, **row}), tmp_path)
    assert (name, document.marks, document.meta, rest) == ("huggingface", {ADA}, {}, [])
    parquet.write_table(pyarrow.Table.from_pylist([{"text": TEXT, **row}]), tmp_path / "in.parquet")
    [document] = formats.read(Source(tmp_path / "in.parquet", "f"))
    assert isinstance(document, Document)
    assert (document.marks, document.meta) == ({ADA}, {})


@pytest.mark.parametrize("text", [{"text": TEXT}, {}])
@pytest.mark.parametrize("tags", [{"ner_tags": ["B-PER", "O", "O", "O"]}, {"labels": ["B-PER", "O", "O", "O"]}])
def test_tokens_with_tags_go_before_spans(text: dict[str, str], tags: dict[str, Any], tmp_path: Path) -> None:
    parquet, pyarrow = pytest.importorskip("pyarrow.parquet"), pytest.importorskip("pyarrow")
    entities = [{"start": 0, "end": 1, "type": "PER"}]
    row = {**text, "tokens": ["Ada", "met", "Bob", "."], **tags, "entities": entities}
    name, [document], rest = read(lines(row), tmp_path)
    assert (name, document.marks, rest) == ("huggingface", {ADA}, [])
    parquet.write_table(pyarrow.Table.from_pylist([row]), tmp_path / "in.parquet")
    [document] = formats.read(Source(tmp_path / "in.parquet", "f"))
    assert isinstance(document, Document)
    assert document.marks == {ADA}


@pytest.mark.parametrize(
    "extra",
    [
        {"transcript": [{"start": 0.5, "end": 4.25, "type": "speech"}]},
        {"transcript": {"start": [0.5], "end": [4.25], "type": ["speech"]}},
        {"segments": [{"id": 0, "start": 0.0, "end": 2.5, "text": "Ada"}]},
        {"sentences": [{"start": 0, "end": 12}]},
    ],
)
def test_what_lasts_or_has_no_label_is_meta(extra: dict[str, Any], tmp_path: Path) -> None:
    parquet, pyarrow = pytest.importorskip("pyarrow.parquet"), pytest.importorskip("pyarrow")
    name, [document], rest = read(lines({"text": TEXT, **extra}), tmp_path)
    assert (name, document.marks, document.meta, rest) == ("jsonl", frozenset(), extra, [])
    parquet.write_table(pyarrow.Table.from_pylist([{"text": TEXT, **extra}]), tmp_path / "in.parquet")
    [document] = formats.read(Source(tmp_path / "in.parquet", "f"))
    assert isinstance(document, Document)
    assert (document.marks, document.meta) == (frozenset(), extra)


def test_lists_of_several_lengths_are_refused(tmp_path: Path) -> None:
    _, documents, rest = read(lines({"text": TEXT, "ents": {"start": [0, 1], "end": [3], "label": ["X"]}}), tmp_path)
    assert (documents, rest) == ([], ["Problem: expected lists of one length in ents, found others"])


def test_the_json_of_a_doc_has_its_entities(tmp_path: Path) -> None:
    tokens = [{"id": 0, "start": 0, "end": 3}]
    rows = lines(
        {"text": "No.", "ents": [], "tokens": tokens}, {"text": TEXT, "ents": [ADA._asdict()], "tokens": tokens}
    )
    name, documents, rest = read(rows, tmp_path)
    assert (name, [one.marks for one in documents], rest) == ("huggingface", [frozenset(), {ADA}], [])


@pytest.mark.parametrize(
    "extra",
    [
        {"people": [{"start": 0, "end": 3, "class": "PER"}]},
        {"people": {"start": [0], "end": [3], "type": ["PER"]}},
        {"annotations": [{"start": 0, "end": 3}]},
        {"ents": [[0, 3, "PER"]]},
        {"ner": [[0, 3, "PER"]]},
    ],
)
def test_what_begins_and_ends_is_no_meta(extra: dict[str, Any], tmp_path: Path) -> None:
    name, documents, [message] = read(lines({"text": TEXT, **extra}), tmp_path, "jsonl")
    assert (name, documents) == ("jsonl", [])
    assert message.endswith(f"found {next(iter(extra))}: the form of another tool, which would be kept as meta alone")
    name, [document], rest = read(lines({"text": TEXT, "spans": [], **extra}), tmp_path, "jsonl")
    assert (document.meta, rest) == (extra, [])


def test_parquet_names_its_lists_as_every_version_of_datasets_does(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    formats.export([letter(ADA)], tmp_path / "out.parquet")
    said = json.loads(parquet.read_schema(tmp_path / "out.parquet").metadata[b"huggingface"])
    assert {said["info"]["features"][key]["_type"] for key in ("tokens", "ner_tags")} == {"Sequence"}


# --- Label Studio


def task(text: str, *regions: dict[str, Any], **data: str) -> dict[str, Any]:
    return {"id": 1, "data": {"text": text, **data}, "annotations": [{"completed_by": 1, "result": list(regions)}]}


def region(span: Span, words: str, to_name: str = "text", kind: str = "labels", **value: Any) -> dict[str, Any]:
    said = {"start": span.start, "end": span.end, "text": words, kind: [span.label], **value}
    return {"id": f"r{span.start}", "from_name": "l", "to_name": to_name, "type": kind, "value": said}


def test_hypertext_is_read_as_the_text_it_shows(tmp_path: Path) -> None:
    page = "<html><head><title>T</title></head><body><p>Ada <b>met</b><br>Bob &amp; me.</p></body></html>"
    one = region(Span(8, 11, "PER"), "Bob", "t", "hypertextlabels", globalOffsets={"start": 8, "end": 11})
    one["value"] |= {"start": "/p[1]/text()[2]", "end": "/p[1]/text()[2]"}
    _, [document], rest = read([task(page, one)], tmp_path)
    assert (document.text, document.marks, rest) == ("Ada met\nBob & me.", {BOB, Status(State.DONE)}, [])
    name, [document], rest = read([{"text": page, "label": [one["value"]], "annotator": 1}], tmp_path)
    assert (name, document.text, document.marks, rest) == ("label-studio-min", "Ada met\nBob & me.", {BOB}, [])


def test_a_region_of_two_lines_is_on_the_text_it_names(tmp_path: Path) -> None:
    reply = region(Span(0, 7, "X"), "Bob\\nmet", "reply")
    _, [document], rest = read([task("Ada was here.", reply, reply="Bob\nmet her.")], tmp_path)
    assert (document.text, document.marks, rest) == ("Bob\nmet her.", {Span(0, 7, "X"), Status(State.DONE)}, [])


def test_a_region_is_on_the_text_it_names(tmp_path: Path) -> None:
    reply = region(Span(0, 3, "PER"), "Bob", "reply")
    _, [document], rest = read([task("Ada was here.", reply, reply="Bob was there.")], tmp_path)
    assert (document.text, document.marks, rest) == ("Bob was there.", {ADA, Status(State.DONE)}, [])


@pytest.mark.parametrize("kind", ["labels", "hypertextlabels"])
def test_a_name_that_is_the_key_of_another_text_is_that_of_an_element(kind: str, tmp_path: Path) -> None:
    given = [task("<p>Ada &amp; Bob</p>", region(Span(0, 9, "X"), "Ada & Bob", "doc", kind), doc="ada1.txt")]
    if kind == "labels":
        given[0]["data"]["text"] = "Ada & Bob"
    _, [document], rest = read(given, tmp_path)
    assert (document.text, document.marks, rest) == ("Ada & Bob", {Span(0, 9, "X"), Status(State.DONE)}, [])
    given[0]["data"] = {"text": "x1.txt", "doc": given[0]["data"]["text"]}
    assert read(given, tmp_path)[1][0].text == "Ada & Bob"


@pytest.mark.parametrize("page", ["<a ", '<a b="', "<a b=c", "<!--", "<!-- >", "</a", "<?", "<![CDATA["])
def test_a_page_of_tags_that_do_not_end_is_read(page: str, tmp_path: Path) -> None:
    one = region(ADA, "Ada", kind="hypertextlabels")
    _, [document], _ = read([task("Ada" + page * 60_000, one)], tmp_path, "label-studio")
    assert document.marks == {ADA, Status(State.DONE)}
    assert len(document.text) < 60_000


def test_what_is_no_markup_of_pages_shows_nothing(tmp_path: Path) -> None:
    one = region(ADA, "Ada", kind="hypertextlabels")
    _, [document], _ = read([task("Ada<![if x]> m<![odd[ x>et <b", one)], tmp_path)
    assert document.text == "Ada met "


def test_a_line_end_in_a_page_is_one_character(tmp_path: Path) -> None:
    one = region(Span(2, 5, "PER"), "Bob", kind="hypertextlabels")
    _, [document], rest = read([task("<p>a</p>\r\n<p>Bob</p>\r", one)], tmp_path)
    assert (document.text, document.marks, rest) == ("a\nBob\n", {Span(2, 5, "PER"), Status(State.DONE)}, [])


def test_a_region_on_another_text_is_told_and_kept(tmp_path: Path) -> None:
    reply = region(Span(4, 7, "PER"), "was", "reply")
    relation = {"type": "relation", "from_id": "r0", "to_id": "r4", "direction": "right", "labels": ["x"]}
    given = [task("Ada was here.", region(ADA, "Ada"), reply, relation, reply="Bob was there.")]
    _, [document], rest = read(given, tmp_path)
    assert (document.text, document.marks) == ("Ada was here.", {ADA, Status(State.DONE)})
    assert rest == ["Repair: a region on the text reply is kept as it is; --column text=reply reads that text"]
    assert document.meta["label-studio"] == {"other": [reply, relation]}
    _, [document], _ = read(given, tmp_path, text="reply")
    assert (document.text, document.marks) == ("Bob was there.", {Span(4, 7, "PER"), Status(State.DONE)})


def test_a_page_beside_a_text_leaves_it_as_it_is(tmp_path: Path) -> None:
    away = region(ADA, "Bob", "page", "hypertextlabels")
    given = [task("Ada <3 Bob", region(ADA, "Ada"), away, {**away, "to_name": ["odd"]}, page="<p>Bob</p>")]
    _, documents, [message] = read(given, tmp_path)
    assert (documents, message) == ([], "Problem: expected the words 'Bob' at 0-3, found 'Ada'")
    given[0]["annotations"][0]["result"].pop()
    _, [document], _ = read(given, tmp_path)
    assert (document.text, document.marks) == ("Ada <3 Bob", {ADA, Status(State.DONE)})


def test_a_name_of_an_element_is_no_key_where_none_fits(tmp_path: Path) -> None:
    given = [task("Unread.", region(ADA, "Ada"), body=TEXT)]
    _, [document], rest = read(given, tmp_path, text="body")
    assert (document.text, document.marks, rest) == (TEXT, {ADA, Status(State.DONE)}, [])


def test_what_an_export_names_by_number_alone_is_told(tmp_path: Path) -> None:
    _, [document], rest = read([{**task(TEXT, region(ADA, "Ada")), "predictions": [7]}], tmp_path)
    assert (document.marks, document.suggestions) == ({ADA, Status(State.DONE)}, ())
    assert rest == ["Repair: predictions [7] are there by number alone, and were left out"]
    _, [document], rest = read([{"data": {"text": TEXT}, "annotations": [3, 4]}], tmp_path)
    assert (document.marks, rest) == (
        frozenset(),
        ["Repair: annotations [3, 4] are there by number alone, and were left out"],
    )


def test_a_task_that_was_skipped_is_a_cancelled_one(tmp_path: Path) -> None:
    content = written("label-studio", tmp_path, letter(Status(State.SKIPPED), annotator="ada"))
    [said] = json.loads(content)[0]["annotations"]
    assert (said["was_cancelled"], said["result"]) == (True, [])
    assert read(content, tmp_path)[1][0].marks == {Status(State.SKIPPED)}


def test_what_stands_beside_the_data_of_a_task_is_kept(tmp_path: Path) -> None:
    given = task(TEXT, region(ADA, "Ada")) | {"meta": {"batch": 7}}
    assert read([given], tmp_path)[1][0].meta["batch"] == 7


def test_a_choice_about_a_region_is_kept_and_is_no_tag_of_the_text(tmp_path: Path) -> None:
    about = {"id": "r0", "type": "choices", "value": {"choices": ["sure"]}}
    _, [document], rest = read([task(TEXT, region(ADA, "Ada"), about)], tmp_path)
    assert (document.marks, rest) == ({ADA, Status(State.DONE)}, [])
    assert document.meta["label-studio"] == {"other": [about]}


def test_only_an_address_is_who_completed_a_task(tmp_path: Path) -> None:
    documents = [letter(ADA, annotator=name) for name in ("ada", "bob@example.org")]
    content = written("label-studio", tmp_path, *documents)
    one, other = json.loads(content)[0]["annotations"]
    assert ("completed_by" in one, one["annotator"]) == (False, "ada")
    assert (other["completed_by"], "annotator" in other) == ({"email": "bob@example.org"}, False)
    assert [one.annotator for one in read(content, tmp_path)[1]] == ["ada", "bob@example.org"]


# --- Files whose beginning is long


def long(count: int) -> tuple[str, list[Span]]:
    return "word " * count, [Span(5 * number, 5 * number + 4, "X") for number in range(count)]


def test_a_file_is_known_where_what_shows_it_stands_far_behind(tmp_path: Path) -> None:
    text, spans = long(1_000)
    regions = [region(span, "word") for span in spans]
    behind = {"id": 1, "annotations": [{"id": 1, "result": regions}], "data": {"text": text}}
    types = {f"custom.Type{number}": {"%NAME": f"custom.Type{number}"} for number in range(3_000)}
    cas = {
        "%TYPES": types,
        "%FEATURE_STRUCTURES": [
            {"%ID": 1, "%TYPE": "uima.cas.Sofa", "sofaNum": 1, "sofaID": "_InitialView", "sofaString": TEXT},
        ],
        "%VIEWS": {"_InitialView": {"%SOFA": 1, "%MEMBERS": []}},
    }
    pairs = [None, *([TEXT, {"entities": [[0, 3, "PER"]]}] for _ in range(2_000))]
    ner = {"annotations": pairs, "classes": ["PER"]}
    for name, value, documents in (("label-studio", [behind], 1), ("cas-json", cas, 1), ("ner-annotator", ner, 2_000)):
        content = json.dumps(value, indent=1).encode()
        assert len(content) > limits.HEAD
        found, read_in, rest = read(content, tmp_path)
        assert (found, len(read_in), rest) == (name, documents, [])


# --- DocBin


def docbin(tmp_path: Path, groups: dict[str, list[tuple[int, int, str]]], data: dict[str, Any]) -> list[Any]:
    from spacy.tokens import Doc, DocBin
    from spacy.vocab import Vocab

    doc = Doc(Vocab(), words=["Ada", "met", "Bob", "."], spaces=[True, True, False, False])
    for name, spans in groups.items():
        doc.spans[name] = [doc.char_span(start, end, label=label) for start, end, label in spans]
    doc.user_data |= data
    DocBin(docs=[doc], store_user_data=True).to_disk(tmp_path / "in.spacy")
    return list(formats.read(Source(tmp_path / "in.spacy", "f")))


def test_the_spans_of_every_group_are_read(tmp_path: Path) -> None:
    [document] = docbin(tmp_path, {"ruler": [(0, 3, "PER")], "other": [(8, 11, "PER")]}, {})
    assert document.marks == {ADA, BOB}


def test_spans_without_a_label_are_told(tmp_path: Path) -> None:
    repair, document = docbin(tmp_path, {"candidates": [(0, 3, ""), (4, 7, "")], "sc": [(0, 3, "PER")]}, {})
    assert repair == Repair("f", 0, "document 1: 2 spans have no fitting label and were left out")
    assert document.marks == {ADA}


def test_an_odd_span_of_candidates_does_not_hide_a_document(tmp_path: Path) -> None:
    from spacy.tokens import Doc, DocBin
    from spacy.tokens import Span as Part
    from spacy.vocab import Vocab

    doc = Doc(Vocab(), words=["Ada", "met"])
    doc.spans["sc"] = [Part(doc, 0, 1, "PER")]
    doc.spans["any"] = [Part(doc, 1, 1, "A"), Part(doc, 0, 2, "x" * 300), Part(doc, 1, 2, " LOC"), Part(doc, 0, 1, "B")]
    DocBin(docs=[doc]).to_disk(tmp_path / "in.spacy")
    repair, document = formats.read(Source(tmp_path / "in.spacy", "f"))
    assert repair == Repair("f", 0, "document 1: 2 spans have no fitting label and were left out")
    assert isinstance(document, Document)
    assert document.marks == {ADA, Span(0, 3, "B")}


@pytest.mark.parametrize("said", ["any words", "[1]", "3"])
def test_what_another_program_calls_meta_is_kept(said: str, tmp_path: Path) -> None:
    [document] = docbin(tmp_path, {}, {"meta": said})
    assert document.meta == {"meta": said}


# --- Prodigy


@pytest.mark.parametrize(
    ("answer", "marks", "kept"),
    [
        ("accept", {Tag("POSITIVE"), Status(State.DONE)}, {"_input_hash": 1}),
        ("reject", set(), {"_input_hash": 1, "label": "POSITIVE"}),
        ("ignore", {Status(State.SKIPPED)}, {"_input_hash": 1, "label": "POSITIVE"}),
    ],
)
def test_a_label_that_was_accepted_is_a_tag(
    answer: str, marks: set[Mark], kept: dict[str, Any], tmp_path: Path
) -> None:
    content = lines({"text": TEXT, "label": "POSITIVE", "answer": answer, "_input_hash": 1})
    name, [document], rest = read(content, tmp_path)
    assert (name, document.marks, document.meta["prodigy"], rest) == ("prodigy", marks, kept, [])
    _, [again], _ = read(written("prodigy", tmp_path, document), tmp_path, "prodigy")
    assert again.marks == marks


def test_an_accepted_label_that_is_no_tag_is_kept(tmp_path: Path) -> None:
    content = lines({"text": TEXT, "label": " X ", "answer": "accept", "_input_hash": 1})
    _, [document], rest = read(content, tmp_path)
    assert (document.marks, rest) == ({Status(State.DONE)}, [])
    assert document.meta["prodigy"] == {"_input_hash": 1, "label": " X "}


def test_options_that_say_more_than_their_names_come_back(tmp_path: Path) -> None:
    options = [{"id": "a", "text": "Alpha"}, {"id": "b", "text": "Beta"}]
    _, [document], _ = read(lines({"text": TEXT, "options": options, "accept": ["a"], "answer": "accept"}), tmp_path)
    assert Tag("a") in document.marks
    record = json.loads(written("prodigy", tmp_path, document))
    assert (record["options"], record["accept"]) == (options, ["a"])


def test_a_label_beside_rejected_spans_stays(tmp_path: Path) -> None:
    span = {"start": 0, "end": 3, "label": "PER"}
    _, [document], _ = read(lines({"text": TEXT, "spans": [span], "label": "PER", "answer": "reject"}), tmp_path)
    assert document.marks == {Rejected(ADA)}


# --- LightTag


def by(name: str, number: int) -> dict[str, Any]:
    return {"annotator": name, "annotator_id": number}


EXAMPLE = {
    "content": TEXT,
    "seen_by": [by("ada", 1), by("bob", 2)],
    "annotations": [
        {"tagged_token_id": "a", "start": 0, "end": 3, "tag": "PER", "value": "Ada", "annotated_by": [by("ada", 1)]},
        {"tagged_token_id": "b", "start": 8, "end": 11, "tag": "PER", "value": "Bob", "annotated_by": [by("ada", 1)]},
    ],
    "classifications": [{"classname": "news", "classified_by": [by("bob", 2)]}],
}


LEFT_OUT = "relations that do not join two annotations of one example and annotator were left out"


def node(name: str, token: str, parent: str | None, kind: str | None, number: int | None = None) -> dict[str, Any]:
    ids = {"id": name, "tagged_token_id": token, "parent_id": parent}
    return ids | {"relation_type": kind, "annotator_id": number, "children": [] if parent else ["n2"]}


@pytest.mark.parametrize(
    ("relations", "marks", "said"),
    [
        ([node("n1", "a", None, None), node("n2", "b", "n1", "met")], [{ADA, BOB, KNOWS}, {Tag("news")}], []),
        (
            [node("n1", "a", None, None, 2), node("n2", "b", "n1", "met", 2)],
            [{ADA, BOB}, {ADA, BOB, KNOWS, Tag("news")}],
            [],
        ),
        (
            [{"id": "n1", "tagged_token_id": "a", "children": ["n2"]}, {"id": "n2", "tagged_token_id": "b"}],
            [{ADA, BOB, Relation(ADA, BOB, "related")}, {Tag("news")}],
            [],
        ),
        (
            [node("n1", "a", None, None), node("n2", "z", "n1", "met")],
            [{ADA, BOB}, {Tag("news")}],
            [f"Repair: {LEFT_OUT}: 1"],
        ),
    ],
    ids=["both", "another", "untyped", "lost"],
)
def test_relations_and_classes_are_their_makers(
    relations: list[dict[str, Any]], marks: list[set[Mark]], said: list[str], tmp_path: Path
) -> None:
    name, documents, rest = read({"examples": [EXAMPLE], "relations": relations}, tmp_path)
    assert (name, [one.annotator for one in documents]) == ("lighttag", ["ada", "bob"])
    assert ([one.marks for one in documents], rest) == (marks, said)


def test_an_annotation_with_many_relations_is_in_many_examples(tmp_path: Path) -> None:
    number = 4_000
    one = {"start": 0, "end": 3, "tag": "PER", "tagged_token_id": "a", "annotated_by": [{"annotator": "ada"}]}
    other = {**one, "start": 8, "end": 11, "tagged_token_id": "7"}
    examples = [{"content": TEXT, "annotations": [one]}] * number
    examples[7] = {"content": TEXT, "annotations": [one, other]}
    children = [{"id": place + 1, "parent_id": 0, "tagged_token_id": str(place)} for place in range(5 * number)]
    given = {"examples": examples, "relations": [{"id": 0, "tagged_token_id": "a"}, *children]}
    _, documents, rest = read(given, tmp_path, "lighttag")
    assert (documents[7].marks, documents[8].marks) == ({ADA, BOB, Relation(ADA, BOB, "related")}, {ADA})
    assert (len(documents), rest[0].endswith(f"were left out: {5 * number - 1}")) == (number, True)


def test_a_relation_of_nobody_is_told(tmp_path: Path) -> None:
    ada, bob = EXAMPLE["annotations"]
    example = {**EXAMPLE, "annotations": [ada, {**bob, "annotated_by": [by("bob", 2)]}]}
    relations = [node("n1", "a", None, None), node("n2", "b", "n1", "met")]
    _, documents, rest = read({"examples": [example], "relations": relations}, tmp_path)
    assert ([one.marks for one in documents], rest) == ([{ADA}, {BOB, Tag("news")}], [f"Repair: {LEFT_OUT}: 1"])
    assert read({"examples": [example], "relations": None}, tmp_path)[2] == []


def test_classes_are_written(tmp_path: Path) -> None:
    document = letter(ADA, Tag("news"), annotator="ada")
    _, [back], _ = read(written("lighttag", tmp_path, document), tmp_path)
    assert (back.marks, back.annotator) == (document.marks, "ada")


# --- PubAnnotation


def denoted(*ends: tuple[int, int]) -> dict[str, Any]:
    spans = [{"begin": start, "end": end} for start, end in ends]
    return {"id": "T1", "span": spans if spans[1:] else spans[0], "obj": "PER"}


def test_tracks_are_layers_of_their_projects(tmp_path: Path) -> None:
    tracks = [{"project": "p1", "denotations": [denoted((0, 3))]}, {"project": "p2", "denotations": [denoted((8, 11))]}]
    name, documents, rest = read({"text": TEXT, "sourcedb": "PubMed", "tracks": tracks}, tmp_path)
    assert (name, rest) == ("pubannotation", [])
    assert [(one.annotator, one.marks) for one in documents] == [("p1", {ADA}), ("p2", {BOB})]
    assert documents[0].meta == {"sourcedb": "PubMed"}
    _, documents, _ = read({"text": TEXT, "denotations": [denoted((8, 11))], "tracks": tracks[:1]}, tmp_path)
    assert [(one.annotator, one.marks) for one in documents] == [("", {BOB}), ("p1", {ADA})]


def test_a_bag_of_spans_is_one_of_several_fragments(tmp_path: Path) -> None:
    bag = Span(0, 11, "PER", ((0, 3), (8, 11)))
    _, [document], rest = read({"text": TEXT, "denotations": [denoted((8, 11), (0, 3))]}, tmp_path)
    assert (document.marks, rest) == ({bag}, [])
    content = written("pubannotation", tmp_path, document)
    assert json.loads(content)["denotations"] == [denoted((0, 3), (8, 11))]
    assert read(content, tmp_path)[1][0].marks == {bag}


@pytest.mark.parametrize("ends", [[(0, 5), (3, 8)], [(0, 3), (5, 99)], []])
def test_a_bag_that_fits_no_text_is_refused(ends: list[tuple[int, int]], tmp_path: Path) -> None:
    spans = [{"begin": start, "end": end} for start, end in ends]
    _, documents, [message] = read({"text": TEXT, "denotations": [{"span": spans, "obj": "PER"}]}, tmp_path)
    assert documents == []
    assert message.startswith("Problem: ")


# --- Argilla and BioC


def test_a_record_for_argilla_has_one_suggestion_and_users_by_uuid(tmp_path: Path) -> None:
    said = (Suggestion(ADA, "m", 0.5), Suggestion(BOB, "m", 0.25))
    user = "7cf14df8-1bf3-4ca1-bb3e-5d2c1c1d9c1b"
    views = [letter(ADA, annotator="ada", suggestions=said), letter(BOB, annotator=user)]
    content = written("argilla", tmp_path, *views)
    [record] = json.loads(content)
    value = [{"start": 0, "end": 3, "label": "PER"}, {"start": 8, "end": 11, "label": "PER"}]
    assert record["suggestions"] == {"entities": {"value": value, "score": [0.5, 0.25], "agent": "m"}}
    ids = [answer["user_id"] for answer in record["responses"]["entities"]]
    assert [str(UUID(one)) for one in ids] == ids
    assert (ids[1], record["annotators"]) == (user, {ids[0]: "ada"})
    name, back, rest = read(content, tmp_path)
    assert (name, [one.annotator for one in back], back[0].suggestions, rest) == ("argilla", ["ada", user], said, [])


def test_suggestions_of_several_models_say_by_which(tmp_path: Path) -> None:
    said = (Suggestion(ADA, "m", 0.5), Suggestion(BOB, "n", 0.25))
    content = written("argilla", tmp_path, letter(suggestions=said))
    assert json.loads(content)[0]["responses"] == {}
    assert read(content, tmp_path)[1][0].suggestions == said


def test_a_suggestion_that_has_no_score_of_its_own_has_none(tmp_path: Path) -> None:
    spans = [{"start": 0, "end": 3, "label": "PER"}, {"start": 8, "end": 11, "label": "PER"}]
    record = {"fields": {"text": TEXT}, "suggestions": {"q": {"agent": "m", "value": spans, "score": [0.5]}}}
    name, [document], rest = read([record], tmp_path)
    assert (name, rest) == ("argilla", [])
    assert document.suggestions == (Suggestion(ADA, "m", 0.5), Suggestion(BOB, "m"))


def test_a_collection_is_one_that_the_library_of_bioc_loads(tmp_path: Path) -> None:
    biocjson = pytest.importorskip("bioc.biocjson")
    written("bioc-json", tmp_path, letter(ADA, BOB, KNOWS))
    with (tmp_path / "out").open() as file:
        [document] = biocjson.load(file).documents
    assert [one.text for one in document.passages[0].annotations] == ["Ada", "Bob"]


def test_what_is_no_list_of_answers_is_one_problem(tmp_path: Path) -> None:
    found = read([{"fields": {"text": TEXT}, "responses": {}, "suggestions": {}, "annotators": 3}], tmp_path)[2]
    assert found == ["Problem: expected annotators as an object, found 3"]
