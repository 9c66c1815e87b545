"""Tables and columns: Parquet, CoNLL-2012, letters for the ends of spans, Label Studio's CSV, web archives."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reader import formats
from reader.errors import InputError
from reader.formats.label_studio_conf import labels_of_config
from reader.model import Document, Label, Problem, Repair, Span, spans_of
from reader.project import Project

CORPORA = Path(__file__).parent / "data" / "corpora"
LETTER = Document(
    "Ada Lovelace wrote to Babbage.",
    marks=frozenset({Span(0, 12, "PERSON"), Span(22, 29, "PERSON")}),
)


def read(path: Path) -> tuple[list[Document], list[Problem | Repair]]:
    found = [one for source in formats.sources([path]) for one in formats.read(source)]
    return (
        [one for one in found if isinstance(one, Document)],
        [one for one in found if not isinstance(one, Document)],
    )


def words(document: Document) -> list[tuple[str, str]]:
    return [(one.label, document.text[one.start : one.end]) for one in spans_of(document.marks)]


@pytest.mark.parametrize(
    ("name", "tags"), [("bioes", "B-PERSON E-PERSON O O S-PERSON O"), ("bilou", "B-PERSON L-PERSON O O U-PERSON O")]
)
def test_ends_and_single_tokens_have_letters(name: str, tags: str, tmp_path: Path) -> None:
    formats.export([LETTER], tmp_path / f"out.{name}")
    rows = [line.split("\t") for line in (tmp_path / f"out.{name}").read_text().splitlines()[2:] if line]
    assert " ".join(row[1] for row in rows) == tags
    [back], rest = read(tmp_path / f"out.{name}")
    assert (words(back), rest) == ([("PERSON", "Ada Lovelace"), ("PERSON", "Babbage")], [])


def test_names_and_coreference_of_conll_2012(tmp_path: Path) -> None:
    path = tmp_path / "news.v4_gold_conll"
    row = "bc/x 0 {} {} NNP * - - - - {} - {}\n"
    path.write_text(
        "#begin document (bc/x); part 000\n"
        + row.format(0, "Ada", "(PERSON*", "(1")
        + row.format(1, "Lovelace", "*)", "1)")
        + row.format(2, "wrote", "*", "-")
        + "\n"
        + row.format(0, "She", "*", "(1)|(2)")
        + "\n#end document\n"
        + "#begin document (bc/x); part 001\n"
        + row.format(0, "Lviv", "(GPE)", "-")
        + "#end document\n"
    )
    documents, rest = read(path)
    assert rest == []
    assert [one.title for one in documents] == ["bc/x", "bc/x part 1"]
    assert documents[0].text == "Ada Lovelace wrote\nShe"
    assert sorted(words(documents[0])) == [
        ("PERSON", "Ada Lovelace"),
        ("mention", "Ada Lovelace"),
        ("mention", "She"),
        ("mention", "She"),
    ]
    assert words(documents[1]) == [("GPE", "Lviv")]


def test_a_bracket_that_never_closes_is_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "a.coref.conll"
    path.write_text("# begin document a\n0\tAda\t(person-1\n1\twrote\t_\n")
    documents, [problem] = read(path)
    assert not documents
    assert "a.coref.conll:1: expected the end of 'person-1'" in str(problem)


def test_parquet_says_the_names_of_its_tags_as_datasets_does(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed (extra `parquet`)")
    pandas = pytest.importorskip("pandas", reason="the peer pandas is not installed (extra `peers`)")
    formats.export([LETTER, Document("No name.")], tmp_path / "out.parquet")
    frame = pandas.read_parquet(tmp_path / "out.parquet")
    assert [list(row) for row in frame["tokens"]] == [
        ["Ada", "Lovelace", "wrote", "to", "Babbage", "."],
        ["No", "name", "."],
    ]
    assert [list(row) for row in frame["ner_tags"]] == [[1, 2, 0, 0, 1, 0], [0, 0, 0]]
    metadata = parquet.read_schema(tmp_path / "out.parquet").metadata[b"huggingface"]
    assert b'"names": ["O", "B-PERSON", "I-PERSON"]' in metadata
    documents, rest = read(tmp_path / "out.parquet")
    assert [(one.text, words(one)) for one in documents] == [
        (LETTER.text, [("PERSON", "Ada Lovelace"), ("PERSON", "Babbage")]),
        ("No name.", []),
    ]
    assert rest == []


def test_parquet_of_texts_with_spans(tmp_path: Path) -> None:
    reason = "pyarrow is not installed (extra `parquet`)"
    pyarrow = pytest.importorskip("pyarrow", reason=reason)
    parquet = pytest.importorskip("pyarrow.parquet", reason=reason)
    spans = [{"start": 0, "end": 3, "label": "PERSON"}]
    rows = [{"text": "Ada wrote.", "spans": spans, "id": 7}, {"text": "Nobody did.", "spans": [], "id": 8}]
    parquet.write_table(pyarrow.Table.from_pylist(rows), tmp_path / "in.parquet")
    documents, rest = read(tmp_path / "in.parquet")
    assert [(one.text, words(one), one.meta) for one in documents] == [
        ("Ada wrote.", [("PERSON", "Ada")], {"id": 7}),
        ("Nobody did.", [], {"id": 8}),
    ]
    assert rest == []


def test_a_folder_that_datasets_saved_is_read_as_its_rows(tmp_path: Path) -> None:
    """As `DatasetDict.save_to_disk` lays it out: streams of Arrow, and JSON about them beside and above."""
    reason = "pyarrow is not installed (extra `parquet`)"
    pyarrow = pytest.importorskip("pyarrow", reason=reason)
    ipc = pytest.importorskip("pyarrow.ipc", reason=reason)
    (tmp_path / "saved" / "train").mkdir(parents=True)
    names = {"feature": {"names": ["O", "B-PERSON", "I-PERSON"], "_type": "ClassLabel"}, "_type": "List"}
    schema = pyarrow.schema(
        [("tokens", pyarrow.list_(pyarrow.string())), ("ner_tags", pyarrow.list_(pyarrow.int64()))],
        metadata={b"huggingface": json.dumps({"info": {"features": {"ner_tags": names}}}).encode()},
    )
    rows = [{"tokens": ["Ada", "Lovelace", "wrote"], "ner_tags": [1, 2, 0]}] * 1200
    with ipc.new_stream(tmp_path / "saved" / "train" / "data-00000-of-00001.arrow", schema) as stream:
        stream.write_table(pyarrow.Table.from_pylist(rows, schema=schema))
    (tmp_path / "saved" / "dataset_dict.json").write_text('{"splits": ["train"]}')
    (tmp_path / "saved" / "train" / "dataset_info.json").write_text("{}")
    (tmp_path / "saved" / "train" / "state.json").write_text('{"_data_files": []}')
    [source] = formats.sources([tmp_path / "saved"])
    found = list(formats.read(source))
    assert len(found) == 1200
    assert words(found[-1]) == [("PERSON", "Ada Lovelace")]  # type: ignore[arg-type]


def test_a_broken_parquet_is_a_problem(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed (extra `parquet`)")
    (tmp_path / "in.parquet").write_bytes(b"PAR1" + bytes(60))
    documents, [problem] = read(tmp_path / "in.parquet")
    assert not documents
    assert "expected Parquet or Arrow, found a fault" in str(problem)


def test_label_studio_tables_give_regions_and_say_which_unit_they_count() -> None:
    [document], [repair] = read(CORPORA / "label_studio" / "issue1347_utf16_offsets.tsv")
    assert (document.annotator, words(document)) == ("a.a@a.net", [("Annotation", "annotation")])
    assert "counts UTF-16 units" in str(repair)


def test_label_studio_configuration_goes_out_and_comes_back(tmp_path: Path) -> None:
    project = Project.open(tmp_path / "a.db", annotator="ann")
    project.import_documents([Document("Ada wrote.")])
    project.labels.add(Label('Söme <label> & "more"'))
    project.labels.save(tmp_path / "config.xml")
    other = Project.open(tmp_path / "b.db", annotator="ann")
    other.import_documents([Document("Ada wrote.")])
    names = [label.name for label in project.labels.list().labels]
    assert other.labels.load(tmp_path / "config.xml") == len(names)
    assert {(one.name, one.color) for one in project.labels.list().labels} == {
        (one.name, one.color) for one in other.labels.list().labels
    }


def test_what_of_a_labelling_configuration_is_a_label(tmp_path: Path) -> None:
    (tmp_path / "config.xml").write_text(
        "<View><Label value='none'/><Labels><Label value='A' background='red'/><Label value='B'/><Label/>"
        "<Label value='A'/>"
        "</Labels><Text value='no'/><Choices><Choice value='A' background='red'/></Choices>"
        "<Relations><Relation value='r'/></Relations><HyperTextLabels><Label value='C'/></HyperTextLabels></View>"
    )
    assert labels_of_config(tmp_path / "config.xml") == (
        Label("A", "span", color="red"),
        Label("B", "span", position=1),
        Label("A", "tag", position=2),
        Label("r", "relation", position=3),
        Label("C", "span", position=4),
    )
    (tmp_path / "config.xml").write_text("<View>\n<Labels>")
    with pytest.raises(InputError) as refusal:
        labels_of_config(tmp_path / "config.xml")
    assert str(refusal.value) == (
        f"{tmp_path / 'config.xml'}:2: expected XML, found an error at column 9: no element found"
    )


def test_patterns_are_each_labelled_string_once(tmp_path: Path) -> None:
    formats.export([LETTER, LETTER], tmp_path / "names.patterns.jsonl")
    assert (tmp_path / "names.patterns.jsonl").read_text() == (
        '{"label": "PERSON", "pattern": "Ada Lovelace"}\n{"label": "PERSON", "pattern": "Babbage"}\n'
    )
    documents, [problem] = read(tmp_path / "names.patterns.jsonl")
    assert not documents
    assert "found patterns" in str(problem)


@pytest.mark.parametrize("name", ["example.warc.gz", "example.arc"])
def test_pages_of_a_web_archive_are_documents(name: str) -> None:
    pytest.importorskip("warcio", reason="warcio is not installed (extra `articles`)")
    [document], rest = read(CORPORA / "warc" / name)
    assert (document.title, document.meta["url"], rest) == ("Example Domain", "http://example.com/", [])
    assert document.text.startswith("This domain is")


def test_a_cut_web_archive_is_a_problem(tmp_path: Path) -> None:
    pytest.importorskip("warcio", reason="warcio is not installed (extra `articles`)")
    (tmp_path / "cut.warc.gz").write_bytes((CORPORA / "warc" / "example.warc.gz").read_bytes()[:60])
    documents, problems = read(tmp_path / "cut.warc.gz")
    assert not documents
    assert problems
