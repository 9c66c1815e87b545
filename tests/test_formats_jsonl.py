"""The native JSONL, held to its documentation, and every hostile file to what must happen to it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import reading
from hypothesis import given
from hypothesis import strategies as st

from reader import formats
from reader.formats import Source, limits, strict
from reader.formats.jsonl import KEYS
from reader.model import Document, Note, Problem, Rejected, Relation, Span, State, Status, Suggestion, Tag

DATA = Path(__file__).parent / "data" / "nasty"
DOCS = (Path(__file__).parent.parent / "docs" / "jsonl.md").read_text(encoding="utf-8")
FULL = {
    "text": "Ada wrote 💩 to Bob.",
    "title": "Letter",
    "source": "letters/1.txt",
    "language": "en",
    "meta": {"id": 7},
    "annotator": "ada",
    "status": "done",
    "spans": [{"start": 0, "end": 3, "label": "PERSON", "text": "Ada", "attributes": {"norm": "Q1"}}],
    "rejected": [{"start": 4, "end": 9, "label": "ORG", "text": "wrote"}],
    "relations": [
        {
            "head": {"start": 0, "end": 3, "label": "PERSON", "text": "Ada"},
            "tail": {"start": 15, "end": 18, "label": "PERSON", "text": "Bob"},
            "label": "knows",
        }
    ],
    "tags": ["letter"],
    "notes": [{"text": "on all"}, {"text": "on one", "span": {"start": 15, "end": 18, "label": "X", "text": "Bob"}}],
    "suggestions": [{"start": 15, "end": 18, "label": "PERSON", "text": "Bob", "source": "m-1", "score": 0.5}],
    "tokens": [[0, 3], [4, 9]],
}


def read(content: bytes, tmp_path: Path) -> list[Document | Problem]:
    (tmp_path / "file.jsonl").write_bytes(content)
    return list(formats.read(Source(tmp_path / "file.jsonl", "f"), "jsonl"))


def problem(record: dict[str, object], tmp_path: Path) -> str:
    """What the one record is refused with."""
    [found] = read(json.dumps(record).encode(), tmp_path)
    assert isinstance(found, Problem)
    assert (found.file, found.line) == ("f", 1)
    assert found.message.isprintable()
    return found.message


def test_every_key_is_read_and_written_in_one_order(tmp_path: Path) -> None:
    line = json.dumps(FULL, ensure_ascii=False).encode() + b"\n"
    [found] = read(line, tmp_path)
    span, bob = Span(0, 3, "PERSON", (), (("norm", "Q1"),)), Span(15, 18, "PERSON")
    assert found == Document(
        "Ada wrote 💩 to Bob.",
        "Letter",
        "letters/1.txt",
        "en",
        {"id": 7},
        frozenset(
            {
                span,
                Rejected(Span(4, 9, "ORG")),
                Relation(Span(0, 3, "PERSON"), bob, "knows"),
                Tag("letter"),
                Note("on all"),
                Note("on one", Span(15, 18, "X")),
                Status(State.DONE),
            }
        ),
        "ada",
        (Suggestion(bob, "m-1", 0.5),),
        ((0, 3), (4, 9)),
    )
    assert tuple(FULL) == KEYS
    formats.export([found], tmp_path / "out.jsonl")
    assert (tmp_path / "out.jsonl").read_bytes() == line


def test_only_the_text_is_needed(tmp_path: Path) -> None:
    assert read(b'{"text": "\\nOne line\\nand another"}', tmp_path) == [
        Document("\nOne line\nand another", "One line", "f")
    ]
    assert read(b'{"text": "a", "title": "", "source": "", "status": "todo"}', tmp_path) == [Document("a")]


def test_what_is_not_ours_is_kept_in_meta(tmp_path: Path) -> None:
    snowflake = 1234567890123456789012
    [found] = read(json.dumps({"text": "a", "id": snowflake, "meta": {"x": [1]}}).encode(), tmp_path)
    assert isinstance(found, Document)
    assert found.meta == {"x": [1], "id": snowflake}
    assert "'x' either in meta or beside it" in problem({"text": "a", "x": 1, "meta": {"x": 2}}, tmp_path)


def test_the_annotations_of_another_tool_are_not_kept_as_meta_without_a_word(tmp_path: Path) -> None:
    assert "found label: the form of another tool" in problem({"text": "ab", "label": [[0, 1, "X"]]}, tmp_path)
    assert "found entities" in problem({"text": "ab", "entities": [{"start": 0}]}, tmp_path)
    [found] = read(b'{"text": "ab", "label": "positive", "entities": []}', tmp_path)
    assert isinstance(found, Document)
    assert found.meta == {"label": "positive", "entities": []}


def test_no_control_character_or_line_separator_stands_in_the_file_as_such(tmp_path: Path) -> None:
    text = "".join(map(chr, (*range(1, 32), *range(127, 160), 0x2028, 0x2029))) + "é💩"
    formats.export([Document(text, "t", "s", meta={text: text})], tmp_path / "out.jsonl")
    written = (tmp_path / "out.jsonl").read_bytes().decode()
    assert len(written.splitlines()) == 1
    assert re.findall(r"[^\x20-\x7e\n]", written) == ["é", "💩"] * 3
    assert read(written.encode(), tmp_path) == [Document(text, "t", "s", meta={text: text})]


SPAN = {"start": 0, "end": 1, "label": "X"}


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({"text": ""}, "expected a text, found an empty one"),
        ({"text": "a\0b"}, "expected text without NUL, found it at 1"),
        ({"text": "a", "title": 5}, "expected title as a string, found 5"),
        ({"text": "a", "annotator": "a\nb"}, "expected an annotator without control characters"),
        ({"text": "a", "status": "finished"}, "expected a status of todo, doing, done"),
        ({"text": "a", "spans": [{"start": True, "end": 1, "label": "X"}]}, "start as a whole number, found true"),
        ({"text": "a", "spans": [{"start": 0, "end": 1.0, "label": "X"}]}, "end as a whole number, found 1.0"),
        ({"text": "a", "spans": [{"end": 1, "label": "X"}]}, "start as a whole number, found nothing"),
        ({"text": "a", "spans": [{"start": 0, "end": 1}]}, "expected label, found none"),
        ({"text": "a", "spans": [{**SPAN, "label": "x" * 256}]}, "at most 255 characters, found one of 256"),
        ({"text": "a", "spans": [{**SPAN, "label": " X"}]}, "without control characters or spaces around it"),
        ({"text": "a", "spans": [{**SPAN, "label": "\u202eX"}]}, r"found '\u202eX'"),
        ({"text": "ab", "spans": [{**SPAN, "text": "b"}]}, "expected the words 'b' at 0-1, found 'a'"),
        ({"text": "💩ab", "spans": [{"start": 2, "end": 3, "label": "X", "text": "a"}]}, "fit as UTF-16 units"),
        ({"text": "💩a", "spans": [{"start": 2, "end": 3, "label": "X", "text": "a"}]}, "fit as UTF-16 units"),
        ({"text": "éab", "spans": [{"start": 2, "end": 3, "label": "X", "text": "a"}]}, "fit as UTF-8 bytes"),
        ({"text": "abc", "spans": [{"start": 0, "end": 1, "label": "X", "text": "ab"}]}, "the last character"),
        ({"text": "abc", "spans": [{**SPAN, "end": 3, "fragments": [[0, 1]]}]}, "fragments that do not make it up"),
        ({"text": "abc", "spans": [{**SPAN, "fragments": [[0]]}]}, "expected a fragment as [start, end], found [0]"),
        ({"text": "abc", "spans": [{**SPAN, "attributes": {"n": 1}}]}, "expected n as a string, found 1"),
        ({"text": "a", "relations": [{"head": SPAN, "label": "knows"}]}, "expected tail as an object, found nothing"),
        ({"text": "a", "relations": [5]}, "expected a relation with head, tail and label, found 5"),
        ({"text": "a", "tags": [["x"]]}, "expected label as a string, found an array"),
        ({"text": "a", "notes": [{}]}, "expected text, found none"),
        ({"text": "a", "suggestions": [{**SPAN, "score": 2}]}, "expected a score from 0 to 1, found 2"),
        ({"text": "a", "suggestions": [{**SPAN, "score": True}]}, "expected a score from 0 to 1, found true"),
        ({"text": "abc", "tokens": [[0, 2], [1, 3]]}, "expected tokens in order within the text, found 1-3"),
        ({"text": "abc", "tokens": [[0, 4]]}, "expected tokens in order within the text, found 0-4"),
        ({"text": "abc", "tokens": [[0, True]]}, "expected a token as [start, end]"),
    ],
    ids=str,
)
def test_a_record_is_refused_with_what_was_expected_and_found(
    record: dict[str, object], message: str, tmp_path: Path
) -> None:
    assert message in problem(record, tmp_path)


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        (b"\xff\xfe{\x00}\x00", 1, "expected JSON in UTF-8, found UTF-16-LE"),
        (b'[{"text": ""}]', 1, "expected a text, found an empty one"),
        (b'\n{\n  "text": ""\n}\n', 2, "expected a text, found an empty one"),
        (b'{"text": "caf\xe9"}', 1, "a line that is not UTF-8: byte 13 is 0xE9"),
        (b'{"text": "a", "n": ' + b"[" * 200 + b"]" * 200 + b"}", 1, "at most 100 levels of nesting"),
        (b'{"text": "a", "n": ' + b"9" * 41 + b"}", 1, "at most 40 digits, found one of 41"),
        (b'{"text": "a", "n": "\\ud800"}', 1, "half a surrogate pair"),
        (b'{"text": "a", "\\ud800": 1}', 1, "half a surrogate pair"),
        (b'{"text": "a"} {}', 1, "found an error at column 15: Extra data"),
        (b'\xef\xbb\xbf\xef\xbb\xbf{"text": "a"}', 1, "expected a JSON object"),
    ],
)
def test_a_file_is_refused_with_its_line(content: bytes, line: int, message: str, tmp_path: Path) -> None:
    [found] = read(content, tmp_path)
    assert isinstance(found, Problem)
    assert found.line == line
    assert message in found.message
    assert found.message.isprintable()


def test_a_line_that_is_too_long_is_one_problem(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(limits, "LINE_BYTES", 50)
    long = b'{"text": "' + b"a" * 200 + b'"}'
    found = read(b'{"text": "a"}\n' + long + b'\n{"text": "b"}\n' + long, tmp_path)
    assert [one.line if isinstance(one, Problem) else one.text for one in found] == ["a", 2, "b", 4]


@pytest.mark.parametrize(
    ("columns", "record", "document"),
    [
        ({"text": "body"}, {"body": "Ada", "n": 1}, Document("Ada", "Ada", "f", meta={"n": 1})),
        ({"text": "body"}, {"text": "old", "body": "Ada"}, Document("Ada", "Ada", "f", meta={"text": "old"})),
        (
            {"text": "body", "title": "head", "source": "from", "language": "lang"},
            {"body": "Ada", "head": "T", "from": "x", "lang": "en", "title": "old", "meta": {"n": 1}},
            Document("Ada", "T", "x", "en", {"n": 1, "title": "old"}),
        ),
        ({"title": "head"}, {"text": "Ada", "head": "T"}, Document("Ada", "T", "f")),
        ({"title": "head"}, {"text": "Ada", "title": "T"}, Document("Ada", "T", "f")),
        ({"text": "text", "tag": "x"}, {"text": "Ada"}, Document("Ada", "Ada", "f")),
        (
            {"text": "body"},
            {"body": "Ada", "spans": [{"start": 0, "end": 3, "label": "PER"}]},
            Document("Ada", "Ada", "f", marks=frozenset({Span(0, 3, "PER")})),
        ),
        ({"text": "body"}, {"text": "x"}, "f:1: expected 'body', the column of the text, found none; there are 'text'"),
        ({"text": "body"}, {"n": 1}, "f:1: expected 'body', the column of the text, found none"),
        ({"text": "body"}, {"body": 1}, "f:1: expected text as a string, found 1"),
        (
            {},
            {"n": 1, **dict.fromkeys("abcdef", "x")},
            "f:1: expected text, found none; there are 'a', 'b', 'c', 'd', 'e': name it with --column text=NAME",
        ),
        ({}, {"n": 1}, "f:1: expected text, found none"),
    ],
)
def test_fields_are_read_from_the_columns_that_are_named(
    columns: dict[str, str], record: dict[str, object], document: Document | str, tmp_path: Path
) -> None:
    assert reading.read("jsonl", json.dumps(record), tmp_path, **columns) == [document]


def test_another_encoding_is_read_when_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes('{"text": "café"}'.encode("latin-1"))
    [found] = formats.read(Source(tmp_path / "f", "f", "latin-1"))
    assert isinstance(found, Document)
    assert found.text == "café"


# Of each file: how many documents and spans are good, and the lines of the others.
HOSTILE = {
    "jsonl/01-wrong-types.jsonl": (0, 0, list(range(1, 16))),
    "jsonl/02-bad-offsets.jsonl": (0, 0, list(range(1, 16))),
    "jsonl/03-nan-inf.jsonl": (0, 0, [1, 2, 3, 4]),
    "jsonl/04-huge-int.jsonl": (0, 0, [1, 2]),
    "jsonl/05-deep-nesting.jsonl": (0, 0, [1, 2]),
    "jsonl/06-lone-surrogate.jsonl": (1, 1, [1, 2]),
    "jsonl/07-dup-keys.jsonl": (0, 0, [1, 2]),
    "jsonl/08-line-separators-in-strings.jsonl": (2, 1, []),
    "jsonl/09-bom-crlf.jsonl": (2, 1, []),
    "jsonl/10-truncated-last.jsonl": (2, 0, [3]),
    "jsonl/11-blank-lines.jsonl": (2, 0, []),
    "jsonl/12-odd-spans.jsonl": (1, 5, []),
    "jsonl/13-overlaps.jsonl": (1, 5, []),  # the sixth repeats another, and equal spans are one
    "jsonl/14-odd-labels.jsonl": (0, 0, [1]),
    "jsonl/15-duplicates.jsonl": (6, 1, []),
    "jsonl/16-nul-escape.jsonl": (0, 0, [1]),
    "jsonl/17-utf16-offsets.jsonl": (0, 0, [1]),
    "jsonl/18-quote-mismatch.jsonl": (1, 1, [1]),
    "jsonl/19-array-not-lines.jsonl": (2, 0, []),
    "jsonl/20-doccano-odd.jsonl": (2, 2, [1, 2, 3]),
    "jsonl/21-ten-good-three-bad.jsonl": (10, 10, [6, 12, 13]),
    "jsonl/22-prodigy-token-mismatch.jsonl": (0, 0, [1]),
    "jsonl/23-raw-control-in-string.jsonl": (0, 0, [1]),
    "jsonl/24-many-spans.jsonl": (1, 2000, []),
    "jsonl/25-label-studio.json": (0, 0, [1, 1]),
    "conll/01-bio-broken.conll": (1, 6, []),
    "conll/02-no-final-blank.conll": (1, 2, []),
    "conll/03-mixed-separators.conll": (1, 2, []),
    "conll/04-unicode-spaces-in-token.conll": (1, 1, []),
    "conll/05-labels.conll": (0, 0, [3, 4, 5, 6]),
    "conll/06-iob1.conll": (1, 2, []),
    "conll/07-bilou-mixed.conll": (1, 4, []),
    "conll/08-docstart-only.conll": (0, 0, []),
    "conll/09-missing-column.conll": (0, 0, [2]),
    "conll/10-crlf-bom.conll": (1, 2, []),
    "conll/11-hash-and-comments.conll": (1, 1, []),
    "conll/12-empty.conll": (0, 0, [0]),
    "conll/13-huge-token.conll": (1, 1, []),
    "conll/14-escape-in-token.conll": (1, 1, []),
    "conll/15-tokens-that-look-like-tags.conll": (1, 1, []),
    "spacy/01-bomb.spacy": (0, 0, [0]),
    "spacy/02-not-zlib.spacy": (0, 0, [0]),
    "spacy/03-empty.spacy": (0, 0, [0]),
    "spacy/04-msgpack-garbage.spacy": (0, 0, [0]),
    "spacy/05-pickle.pkl": (0, 0, [0]),
}


def test_every_hostile_file_has_its_verdict() -> None:
    files = (path for kind in ("jsonl", "conll", "spacy") for path in (DATA / kind).iterdir() if path.is_file())
    assert {f"{path.parent.name}/{path.name}" for path in files} == set(HOSTILE)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_as_its_verdict_says(name: str) -> None:
    found = list(formats.read(Source(DATA / name, name)))
    good = [one for one in found if isinstance(one, Document)]
    bad = [one for one in found if isinstance(one, Problem)]
    spans = [(mark, one.text) for one in good for mark in one.marks if isinstance(mark, Span)]
    assert (len(good), len(spans), [one.line for one in bad]) == HOSTILE[name]
    assert all(str(one).isprintable() and len(str(one)) < 300 for one in bad)
    assert not any(span.problem(text) for span, text in spans)


def test_odd_labels_are_refused_one_by_one_and_the_others_kept(tmp_path: Path) -> None:
    """Each label of the file as a record of its own."""
    record = json.loads((DATA / "jsonl" / "14-odd-labels.jsonl").read_bytes())
    kept, refused = [], []
    for span in record["spans"]:
        [found] = read(json.dumps({"text": record["text"], "spans": [span]}).encode(), tmp_path)
        (kept if isinstance(found, Document) else refused).append(span["label"])
    assert refused[:3] == ["", "  ", " lead"]
    assert {"a\tb", "a\nb", "a\r", "\x1b[31mred", "\u202eevil"} < set(refused)
    assert sum(len(label) > limits.LABEL for label in refused) == 1
    assert {"with space", "B-PER", "I-", "O", "=1+1", "[/]", "__proto__", "人物", "e\u0301", "None", "-1"} < set(kept)
    assert len(refused) == 9


def test_the_documented_example_and_every_documented_key_are_as_the_program_does(tmp_path: Path) -> None:
    assert re.findall(r"^\| `(\w+)` \|", DOCS.split("A span is an object")[0], re.MULTILINE) == list(KEYS)
    example = re.search(r"```json\n(.+?)\n```", DOCS, re.DOTALL)
    assert example
    [found] = read(example[1].encode(), tmp_path)
    assert isinstance(found, Document)
    assert sum(isinstance(mark, Span) for mark in found.marks) == 2
    assert f"at most {limits.DIGITS} digits" in DOCS
    assert f"at most {limits.JSON_DEPTH} levels" in DOCS
    assert f"at most {limits.LABEL} characters" in DOCS


def _written(value: Any, draw: Callable[[Any], Any]) -> str:
    """JSON with odd spaces; the pairs of an object may say a key twice."""
    gap = draw(st.sampled_from(["", "", " ", "\t "]))
    if isinstance(value, list):
        return "[" + ",".join(_written(one, draw) for one in value) + "]"
    if isinstance(value, tuple):
        pairs = (f"{json.dumps(key, ensure_ascii=False)}{gap}:{_written(one, draw)}" for key, one in value)
        return "{" + ",".join(pairs) + "}"
    return value if isinstance(value, str) and value[:1] in "-0123456789NI" else json.dumps(value, ensure_ascii=False)


words_of_json = st.sampled_from(["a", "b", '":', '"', 'a" :', "\\", "\U0001f600", "é\n"])
numbers_of_json = st.sampled_from(["1", "-0", "1e999", "1.5", "NaN", "Infinity", "9" * 40, "9" * 5000])
values_of_json = st.recursive(
    words_of_json | numbers_of_json | st.none() | st.booleans(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.lists(st.tuples(words_of_json, inner), max_size=3).map(tuple).filter(bool)
    ),
    max_leaves=8,
)


@given(st.lists(st.tuples(words_of_json, values_of_json), max_size=4).map(tuple), st.data())
def test_plain_lines_say_what_a_look_at_each_part_says(pairs: Any, data: st.DataObject) -> None:
    text = "{}" if not pairs else _written(pairs, data.draw)
    try:
        expected: Any = strict.json_value(text)
    except strict.Unfit:
        with pytest.raises(strict.Unfit):
            strict.parse(text.encode())
    else:
        assert strict.parse(text.encode()) == expected
