"""What Reader writes is read by the tools it is for, with the same entities, and what they write is read by Reader."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from reader import formats
from reader.formats import label_studio_conf
from reader.model import Document, Label, Span, spans_of

CORPORA = Path(__file__).parent / "data" / "corpora"
GOLD = Path(__file__).parents[1] / "annotations.jsonl"


def documents(path: Path) -> list[Document]:
    found = [one for source in formats.sources([path]) for one in formats.read(source)]
    return [one for one in found if isinstance(one, Document)]


def gold() -> Document:
    """The seed article as it was signed."""
    return next(one for one in documents(GOLD) if one.annotator != "en_core_web_sm")


def test_conllu_reads_the_entities_in_misc(tmp_path: Path) -> None:
    conllu = pytest.importorskip("conllu", reason="the peer conllu is not installed (extra `peers`)")
    formats.export([gold()], tmp_path / "out.conllu", lossy=True)
    sentences = conllu.parse((tmp_path / "out.conllu").read_text(encoding="utf-8"))
    tags = [token["misc"]["name"] for sentence in sentences for token in sentence if "name" in (token["misc"] or {})]
    assert sum(tag.startswith("B-") for tag in tags) == len(spans_of(gold().marks))


@pytest.mark.parametrize("name", ["conll", "bioes", "bilou", "conllu"])
def test_nervaluate_finds_no_difference_in_what_comes_back(name: str, tmp_path: Path) -> None:
    nervaluate = pytest.importorskip("nervaluate", reason="the peer nervaluate is not installed (extra `peers`)")
    formats.export([gold()], tmp_path / f"out.{name}", lossy=True)
    [back] = documents(tmp_path / f"out.{name}")
    formats.export([gold()], tmp_path / "gold.hf.jsonl", lossy=True)
    formats.export([back], tmp_path / "back.hf.jsonl", lossy=True)
    said, found = (
        json.loads((tmp_path / file).read_text(encoding="utf-8"))["ner_tags"]
        for file in ("gold.hf.jsonl", "back.hf.jsonl")
    )
    assert len(said) == len(found)
    labels = sorted({tag[2:] for tag in said if tag != "O"})
    strict = nervaluate.Evaluator([said], [found], tags=labels, loader="list").evaluate()["overall"]["strict"]
    assert (strict.precision, strict.recall) == (1.0, 1.0)


def test_spacys_scorer_finds_no_difference(tmp_path: Path) -> None:
    import spacy
    from spacy.scorer import Scorer
    from spacy.tokens import DocBin
    from spacy.training import Example

    formats.export([gold()], tmp_path / "out.spacy", lossy=True)
    nlp = spacy.blank("en")
    [written] = DocBin().from_disk(tmp_path / "out.spacy").get_docs(nlp.vocab)
    formats.export(documents(tmp_path / "out.spacy"), tmp_path / "back.spacy", lossy=True)
    [back] = DocBin().from_disk(tmp_path / "back.spacy").get_docs(nlp.vocab)
    assert Scorer.score_spans([Example(back, written)], "ents")["ents_f"] == 1.0
    assert [(one.start_char, one.end_char, one.label_) for one in written.ents] == [
        (one.start, one.end, one.label) for one in spans_of(gold().marks)
    ]


def test_spacys_converter_reads_the_columns(tmp_path: Path) -> None:
    from spacy.training.converters import conll_ner_to_docs

    formats.export([gold()], tmp_path / "out.conll", lossy=True)
    columns = (tmp_path / "out.conll").read_text(encoding="utf-8")
    found = Counter(one.label_ for doc in conll_ner_to_docs(columns, no_print=True) for one in doc.ents)
    assert found == Counter(one.label for one in spans_of(gold().marks))


def test_spacys_own_reading_of_its_json_agrees() -> None:
    from spacy.training.converters import json_to_docs

    path = CORPORA / "spacy" / "ner-token-per-line.json"
    here = [one.label for document in documents(path) for one in spans_of(document.marks)]
    there = [one.label_ for doc in json_to_docs(path.read_text(encoding="utf-8")) for one in doc.ents]
    assert here == there


def test_spacys_converter_reads_our_json_of_version_2(tmp_path: Path) -> None:
    from spacy.training.converters import json_to_docs

    formats.export([gold()], tmp_path / "out.spacy.json", lossy=True)
    [doc] = json_to_docs((tmp_path / "out.spacy.json").read_text(encoding="utf-8"))
    text = gold().text
    assert [(one.label_, one.text.split()) for one in doc.ents] == [
        (one.label, text[one.start : one.end].split()) for one in spans_of(gold().marks)
    ]


def test_label_studios_own_converter_finds_the_same_entities(tmp_path: Path) -> None:
    """It is no extra: it brings a hundred packages with it. Run where it is installed."""
    converter = pytest.importorskip("label_studio_sdk.converter", reason="label-studio-sdk is not installed")
    formats.export([gold()], tmp_path / "out.ls.json", format_name="label-studio", lossy=True)
    (tmp_path / "labels.xml").write_text(label_studio_conf.config_of([Label("GPE")]), encoding="utf-8")
    made = converter.Converter(str(tmp_path / "labels.xml"), str(tmp_path), download_resources=False)
    made.convert_to_conll2003(str(tmp_path / "out.ls.json"), str(tmp_path / "conll"), is_dir=False)
    columns = (tmp_path / "conll" / "result.conll").read_text(encoding="utf-8")
    found = Counter(line.rpartition("B-")[2] for line in columns.splitlines() if " B-" in line)
    assert found == Counter(one.label for one in spans_of(gold().marks))


def test_pandas_reads_rows_and_entities(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas", reason="the peer pandas is not installed (extra `peers`)")
    formats.export([gold()], tmp_path / "out.hf.jsonl", lossy=True)
    frame = pandas.read_json(tmp_path / "out.hf.jsonl", lines=True)
    [tags] = frame["ner_tags"]
    assert sum(tag.startswith("B-") for tag in tags) == len(spans_of(gold().marks))
    formats.export([gold()], tmp_path / "out.csv", lossy=True)
    table = pandas.read_csv(tmp_path / "out.csv", keep_default_na=False)
    assert list(table["label"]) == [one.label for one in spans_of(gold().marks)]
    text = gold().text
    assert list(table["text"]) == [text[one.start : one.end] for one in spans_of(gold().marks)]
    assert Span(int(table["start"][0]), int(table["end"][0]), table["label"][0]) in gold().marks
