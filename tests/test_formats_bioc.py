"""BioC: passages, discontinuous spans and relations come back, and the library of its makers agrees."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reader import formats
from reader.model import Document, Problem, Relation, Repair, Span, spans_of

CORPORA = Path(__file__).parent / "data" / "corpora"
DRUG = Span(0, 5, "Chemical", attributes=(("MESH", "D1"),))
PAIN = Span(11, 29, "Disease", ((11, 15), (25, 29)))
DOSE = Document(
    "Doses 💙 of back and neck pain.",
    marks=frozenset({DRUG, Span(11, 15, "Part"), PAIN, Relation(DRUG, PAIN, "CID")}),
)


def read(path: Path) -> tuple[list[Document], list[Problem | Repair]]:
    found = [one for source in formats.sources([path]) for one in formats.read(source)]
    return (
        [one for one in found if isinstance(one, Document)],
        [one for one in found if not isinstance(one, Document)],
    )


@pytest.mark.parametrize("name", ["bioc-xml", "bioc-json"])
def test_discontinuous_spans_and_relations_come_back(name: str, tmp_path: Path) -> None:
    formats.export([DOSE, DOSE], tmp_path / "out", format_name=name)
    documents, rest = read(tmp_path / "out")
    assert [(one.text, one.marks) for one in documents] == [(DOSE.text, DOSE.marks)] * 2
    assert rest == []


def test_passages_are_written_back_as_they_came(tmp_path: Path) -> None:
    collection = {
        "source": "",
        "date": "",
        "key": "",
        "infons": {},
        "documents": [
            {
                "id": "26094",
                "infons": {"journal": "J"},
                "passages": [
                    {
                        "infons": {"type": "title"},
                        "offset": 0,
                        "text": "Drugs.",
                        "annotations": [
                            {
                                "id": "0",
                                "infons": {"type": "Chemical"},
                                "text": "Drugs",
                                "locations": [{"offset": 0, "length": 5}],
                            }
                        ],
                        "relations": [],
                        "sentences": [],
                    },
                    {
                        "infons": {"type": "abstract"},
                        "offset": 7,
                        "text": "They help.",
                        "annotations": [],
                        "relations": [],
                        "sentences": [],
                    },
                ],
                "relations": [{"id": "R0", "infons": {"relation": "CID"}, "nodes": []}],
            }
        ],
    }
    (tmp_path / "in.json").write_text(json.dumps(collection))
    [document], rest = read(tmp_path / "in.json")
    assert (document.text, document.title, rest) == ("Drugs.\nThey help.", "Drugs.", [])
    formats.export([document], tmp_path / "out.bioc.json")
    back = json.loads((tmp_path / "out.bioc.json").read_text())
    collection["documents"][0]["passages"][0]["annotations"][0]["id"] = "T1"  # type: ignore[index]
    assert back == collection


def test_concept_relations_are_named_where_another_format_has_no_place_for_them(tmp_path: Path) -> None:
    one = {"passages": [{"offset": 0, "text": "A"}], "relations": [{"infons": {"relation": "CID"}}]}
    (tmp_path / "in.json").write_text(json.dumps({"documents": [one]}))
    [document], _ = read(tmp_path / "in.json")
    report = formats.export([document], tmp_path / "out.csv", lossy=True)
    assert [loss.reason for loss in report.losses] == ["only bioc has a place for it"]


def test_offsets_in_bytes_are_known_by_the_words(tmp_path: Path) -> None:
    passage = {
        "offset": 0,
        "text": "Кобзар in Lviv",
        "annotations": [{"infons": {"type": "GPE"}, "text": "Lviv", "locations": [{"offset": 16, "length": 4}]}],
    }
    (tmp_path / "in.json").write_text(json.dumps({"documents": [{"passages": [passage]}]}))
    [document], [repair] = read(tmp_path / "in.json")
    assert spans_of(document.marks) == [Span(10, 14, "GPE")]
    assert "16-20 counts UTF-8 bytes" in str(repair)


@pytest.mark.parametrize(
    ("passage", "message"),
    [
        (
            {"offset": 5, "text": "A", "annotations": [{"locations": [{"offset": 0, "length": 1}]}]},
            "expected a location in",
        ),
        ({"offset": "x", "text": "A"}, "expected offset as a whole number"),
        ({"offset": 99_999_999, "text": "A"}, "expected passages at most"),
        ({"offset": 0, "text": ""}, "expected passages with a text"),
    ],
)
def test_a_broken_document_is_one_problem(passage: dict[str, object], message: str, tmp_path: Path) -> None:
    (tmp_path / "in.json").write_text(json.dumps({"documents": [{"id": "7", "passages": [passage]}]}))
    documents, [problem] = read(tmp_path / "in.json")
    assert not documents
    assert f"in.json:1: document 7: {message}" in str(problem)


def test_the_makers_library_reads_what_is_written(tmp_path: Path) -> None:
    biocxml = pytest.importorskip("bioc.biocxml", reason="the peer bioc is not installed (extra `peers`)")
    formats.export([DOSE], tmp_path / "out.bioc.xml")
    with (tmp_path / "out.bioc.xml").open("rb") as file:
        collection = biocxml.load(file)
    [document] = collection.documents
    [passage] = document.passages
    assert passage.text == DOSE.text
    found = [
        (one.infons["type"], tuple((place.offset, place.offset + place.length) for place in one.locations))
        for one in passage.annotations
    ]
    assert sorted(found) == sorted(
        (one.label, one.fragments or ((one.start, one.end),)) for one in spans_of(DOSE.marks)
    )
    [relation] = document.relations
    assert [node.role for node in relation.nodes] == ["source", "target"]
