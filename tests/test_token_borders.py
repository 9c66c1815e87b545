"""Token borders: packed and told from damage, kept by the first export and taken by the next."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reader.model import Document, Span
from reader.nlp import tokens
from reader.project import Project
from reader.store.connection import Store
from reader.token_borders import pack, tokens_of, unpack

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
