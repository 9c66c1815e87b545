"""Token borders: packed and told from damage, kept by the first export and taken by the next."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reader.model import Document, Span
from reader.nlp import cutting, tokens
from reader.project import Project
from reader.store import pages
from reader.store.connection import Store
from reader.token_borders import all_apart, pack, tokens_of, unpack

TEXTS = st.text(st.sampled_from("ab .,'\n\t\u00a0é😀-") | st.characters(exclude_categories=["Cs"]), max_size=300)


@given(TEXTS)
@example("")
@example(" \n ")
@settings(deadline=None)
def test_what_a_tokenizer_finds_is_packed_and_comes_back(text: str) -> None:
    found = tokens.borders(text)
    assert unpack(pack(found), text) == found


def test_long_tokens_and_gaps_come_back_too() -> None:
    text = "x" * 200 + " " * 300 + "y" * 20_000
    assert unpack(pack([0, 200, 500, 20_500]), text) == [0, 200, 500, 20_500]


@settings(deadline=None)
@given(text=TEXTS.filter(str.strip), data=st.data())
def test_no_flipped_bit_gives_other_borders(text: str, data: st.DataObject) -> None:
    packed = bytearray(pack(tokens.borders(text)))
    place = data.draw(st.integers(0, len(packed) - 1))
    packed[place] ^= 1 << data.draw(st.integers(0, 7))
    assert unpack(bytes(packed), text) in (None, tokens.borders(text))


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [(0, 3, (0, 0)), (0, 7, (0, 1)), (4, 7, (1, 1)), (0, 2, None), (1, 3, None), (3, 4, None), (7, 9, None)],
)
def test_which_tokens_a_span_has(start: int, end: int, found: tuple[int, int] | None) -> None:
    assert tokens_of([0, 4], [3, 7], start, end) == found


@given(
    text=st.text(st.sampled_from("ab .\n\u3000😀"), max_size=20),
    places=st.lists(st.integers(0, 22), max_size=16),
    in_order=st.booleans(),
)
@example(text="a b", places=[0, 1, 2, 3], in_order=True)
@example(text=" abc", places=[0, 1, 1, 4], in_order=True)
@example(text="ab", places=[0, 1, 0, 1], in_order=False)
@settings(deadline=None, max_examples=500)
def test_words_found_all_at_once_are_those_cut_out_one_by_one(text: str, places: list[int], in_order: bool) -> None:
    borders = (sorted(places) if in_order else places)[: len(places) // 2 * 2]
    pairs = list(zip(borders[::2], borders[1::2], strict=True))
    gaps = zip([0, *borders[1::2]], [*borders[::2], len(text)], strict=True)
    whole = all(start == end or text[start:end].isspace() for start, end in gaps)
    words = [text[start:end] for start, end in pairs]
    clean = whole and all(len(word.split()) == 1 and word == word.strip() for word in words)
    assert cutting.words_of(text, cutting.table(borders)) == (words if clean else None)


@given(TEXTS)
@example("x" * 200 + " " + "y" * 100)
@settings(deadline=None)
def test_packed_borders_are_the_same_as_an_array(text: str) -> None:
    packed = pack(tokens.borders(text))
    assert (found := cutting.unpacked(packed, text)) is not None
    assert found.ravel().tolist() == unpack(packed, text)
    assert cutting.unpacked(packed + b"\1", text) is None


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(1, 4)), max_size=5))
def test_spans_placed_all_at_once_are_those_placed_one_by_one(found: list[tuple[int, int]]) -> None:
    starts, ends = [0, 4, 7, 8, 12], [3, 6, 8, 10, 13]
    spans = sorted(Span(start, start + length, "A") for start, length in found)
    each = [tokens_of(starts, ends, span.start, span.end) for span in spans]
    apart = all(one.end <= other.start for one, other in pairwise(spans))
    expected = [(*place, span) for place, span in zip(each, spans, strict=True) if place]
    assert all_apart(starts, ends, spans) == (expected if apart and all(each) else None)


ARTICLE = Document("Ada can't come.\n\nBob  does.", "A", marks=frozenset({Span(0, 3, "PER"), Span(17, 20, "PER")}))
OWN = Document("ab cd", "B", tokens=((0, 1), (1, 2), (3, 5)))
TARGETS = ("out.conll", "out.bioes", "out.spacy", "out.conllu")


def kept(path: Path) -> dict[int, tuple[str, bytes]]:
    store = Store.open(path, read_only=True)
    rows = store.rows("SELECT document_id, tokenizer, borders FROM token_borders")
    store.close()
    return {number: (name, packed) for number, name, packed in rows}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with Project.open(tmp_path / "a.db", annotator="ann") as project:
        project.import_documents([ARTICLE, OWN])
    return tmp_path / "a.db"


def written(path: Path) -> list[bytes]:
    with Project.open(path, annotator="ann") as project:
        for name in TARGETS:
            project.export(path.parent / name)
    return [(path.parent / name).read_bytes() for name in TARGETS]


def test_the_first_export_of_tokens_keeps_the_borders_and_the_next_writes_the_same(path: Path) -> None:
    first = written(path)
    assert kept(path) == {1: (tokens.name_of(""), pack(tokens.borders(ARTICLE.text)))}
    assert written(path) == first


def test_the_borders_that_are_kept_are_taken(path: Path) -> None:
    store = Store.open(path)
    with store.transaction() as connection:
        row = (1, tokens.name_of(""), pack([0, 3, 4, 9, 10, 15, 17, 20, 22, 27]))
        connection.execute("INSERT INTO token_borders VALUES (?, ?, ?)", row)
    store.close()
    assert b"\ncan't -X- -X- O\ncome. -X- -X- O\n" in written(path)[0]


@pytest.mark.parametrize("damage", ["borders = x'0304'", "borders = x'ffffff'", "tokenizer = 'another 1.0 en'"])
def test_borders_that_are_damaged_or_of_another_tokenizer_are_asked_for_again(path: Path, damage: str) -> None:
    first = written(path)
    store = Store.open(path)
    with store.transaction() as connection:
        connection.execute(f"UPDATE token_borders SET {damage}")
    store.close()
    assert written(path) == first


def test_a_file_that_another_program_writes_to_is_exported_without_keeping_any(path: Path) -> None:
    first = written(path)
    other = Store.open(path)
    with other.transaction() as connection:
        connection.execute("DELETE FROM token_borders")
    with other.transaction():
        assert written(path) == first
    assert kept(path) == {}
    other.close()


def test_jsonl_asks_no_tokenizer(path: Path) -> None:
    with Project.open(path, annotator="ann") as project:
        project.export(path.parent / "out.jsonl")
    assert kept(path) == {}


def test_spans_of_labels_of_any_signs_are_read_a_page_at_a_time(tmp_path: Path) -> None:
    labels = ('a"b', "a\\b", "\u2028é😀", "[1]", "null", "a\tb", "a\x01b", "a\0b")
    spans = frozenset(Span(0, 3, label) for label in labels)
    with Project.open(tmp_path / "a.db", annotator="ann") as project:
        project.import_documents([Document("Ada", marks=spans), Document("Bob")])
    store = Store.open(tmp_path / "a.db", read_only=True)
    (page,) = pages.of(store, [1, 2], "ann")
    assert [document.marks for _, document in page] == [spans, frozenset()]
    store.close()
