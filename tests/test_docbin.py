"""The `.spacy` files that are written without spaCy's `Doc` are those spaCy itself would write."""

from __future__ import annotations

from pathlib import Path

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.errors import InputError
from reader.model import Document, Span
from reader.nlp import docbin_writing, tokens

LABELS = ("GPE", "PERSON", "odd label", "é")


@st.composite
def documents(draw: st.DrawFn) -> tuple[Document, list[int], list[Span]]:
    """A document, borders of tokens with words or white space between them, and spans on the borders."""
    text = draw(st.text(st.sampled_from("ab .\n\té😀-"), min_size=1, max_size=60))
    places = draw(st.lists(st.integers(0, len(text)), unique=True, max_size=20).map(sorted))
    borders = places[: len(places) // 2 * 2]
    ends = [(start, end) for start in borders[::2] for end in borders[1::2] if start < end]
    chosen = draw(st.lists(st.tuples(st.sampled_from(ends), st.sampled_from(LABELS)), max_size=6)) if ends else []
    spans = sorted({Span(*place, label) for place, label in chosen}, key=lambda span: (span.start, -span.end, span[2]))
    return Document(text, "T", "s", meta={"a": 1 << 70}), borders, spans


def spacys(found: list[tuple[Document, list[int], list[Span]]], path: Path) -> None:
    """The same documents through spaCy's own objects."""
    import json

    from spacy.tokens import Doc, DocBin
    from spacy.util import filter_spans

    vocabulary = tokens.tokenizer("").vocab
    store = DocBin(store_user_data=True)
    nested = False
    for document, borders, spans in found:
        every = docbin_writing.tokens_of(document.text, borders)
        doc = Doc(vocabulary, words=every.words, spaces=[bool(space) for space in every.spaces])
        assert doc.text == document.text
        placed = [doc.char_span(span.start, span.end, label=span.label) for span in spans]
        doc.set_ents(filter_spans(placed))
        doc.spans["sc"] = placed
        doc.cats = {"tag": 1.0}
        doc.user_data = {"title": "T", "source": "s", "meta": json.dumps(document.meta)}
        nested = nested or len(doc.ents) < len(placed)
        store.add(doc)
    if not nested:
        store.span_groups = [b""] * len(store)
    store.to_disk(path)


@given(found=st.lists(documents(), max_size=4))
@settings(max_examples=60, deadline=None)
def test_a_docbin_is_the_one_that_spacy_writes(
    found: list[tuple[Document, list[int], list[Span]]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    from spacy.tokens import DocBin

    folder = tmp_path_factory.getbasetemp()
    docbin_writing.write(
        [(document, borders, spans, ["tag"]) for document, borders, spans in found], folder / "ours.spacy", pytest.fail
    )
    spacys(found, folder / "spacys.spacy")
    ours, other = (DocBin(store_user_data=True).from_disk(folder / f"{name}.spacy") for name in ("ours", "spacys"))
    assert ours.attrs == other.attrs
    assert ours.strings | {""} == other.strings | {""}
    for name in ("tokens", "spaces"):
        assert all(map(numpy.array_equal, getattr(ours, name), getattr(other, name)))
    assert len(ours) == len(other)
    for name in ("cats", "flags", "user_data", "span_groups"):
        assert getattr(ours, name) == getattr(other, name)
    ours.merge(other)


def test_more_tokens_than_such_a_file_can_hold_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docbin_writing, "MOST_BYTES", 1000)
    contents = [(Document("a b c d e f"), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], list[Span](), list[str]())]
    with pytest.raises(InputError, match="at most 9 tokens"):
        docbin_writing.write(contents * 2, tmp_path / "out.spacy", pytest.fail)
