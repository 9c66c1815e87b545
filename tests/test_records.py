"""The fields of a record of JSON: what each may be, and to the letter how another is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from reader.formats import limits, records, strict
from reader.formats.strict import Unfit
from reader.model import Span

NAN = float("nan")
DEEP: Any = []
for _ in range(limits.JSON_DEPTH):
    DEEP = [DEEP]


@pytest.mark.parametrize(
    ("read", "found"),
    [
        (lambda: records.text_of({"text": " a\n"}), " a\n"),
        (lambda: records.text_under({"b": "x", "a": "y"}, "a", "b"), ("a", "y")),
        (lambda: records.text_under({"b": "x"}, "a", "b"), ("b", "x")),
        (lambda: records.place({"start": 0, "end": 3}, "Ada"), (0, 3)),
        (lambda: records.place({"start": 1, "end": 2, "text": "d"}, "Ada"), (1, 2)),
        (lambda: records.fitting(Span(0, 3, "X"), "Ada"), Span(0, 3, "X")),
        (lambda: records.name("X", "a label"), "X"),
        (lambda: records.name("X" * limits.LABEL, "a label"), "X" * limits.LABEL),
        (lambda: records.name("", "a tag", empty=True), ""),
        (lambda: records.label({"label": "X Y"}), "X Y"),
        (lambda: records.pair([1, 2], "a span"), (1, 2)),
        (lambda: records.offset({"start": -5}, "start"), -5),
        (lambda: records.string({}, "a"), ""),
        (lambda: records.string({"a": "é"}, "a", required=True), "é"),
        (lambda: records.items({}, "a"), []),
        (lambda: records.items({"a": [1]}, "a"), [1]),
        (lambda: list(records.objects({"a": [{"b": 1}]}, "a", "one")), [{"b": 1}]),
        (lambda: records.typed({}, "a", int, 7), 7),
        (lambda: records.rest({"a": 1, "b": [2]}, ("a", "c")), {"b": [2]}),
        (lambda: records.ends({"start": 1, "end": 2}), (1, 2)),
        (lambda: records.ends({"from": 1, "to": 2}, "from", "to"), (1, 2)),
        (lambda: records.an_object({}, "meta"), {}),
        (lambda: records.score_of({}), 1.0),
        (lambda: records.score_of({"score": None}), 1.0),
        (lambda: records.score_of({"score": 0}), 0.0),
        (lambda: records.score_of({"score": 0.5}), 0.5),
        (lambda: records.score_of({"score": 1}), 1.0),
        (lambda: records.score_of({"score": 1.5}), 1.0),
        (lambda: records.score_of({"score": -0.5}), 1.0),
    ],
)
def test_what_a_field_may_be(read: Callable[[], object], found: object) -> None:
    assert read() == found


AT = "expected a span within the text, 0 <= start < end <= 3, found "


@pytest.mark.parametrize(
    ("read", "message"),
    [
        (lambda: records.text_of({}), "expected text, found none"),
        (lambda: records.text_of({"text": ""}), "expected a text, found an empty one"),
        (lambda: records.text_of({"text": None}), "expected text as a string, found nothing"),
        (lambda: records.text_under({}, "a", "b"), "expected a, found none"),
        (lambda: records.text_under({"b": ""}, "a", "b"), "expected a text under b, found an empty one"),
        (lambda: records.place({"start": 0}, "Ada"), "expected end as a whole number, found nothing"),
        (lambda: records.place({"start": True, "end": 1}, "Ada"), "expected start as a whole number, found true"),
        (lambda: records.place({"start": 0, "end": 1.0}, "Ada"), "expected end as a whole number, found 1.0"),
        (lambda: records.place({"start": 0, "end": 4}, "Ada"), f"{AT}0-4"),
        (lambda: records.place({"start": -1, "end": 2}, "Ada"), f"{AT}-1-2"),
        (lambda: records.place({"start": 2, "end": 2}, "Ada"), f"{AT}2-2"),
        (
            lambda: records.place({"start": 2, "end": 4, "text": "b"}, "😀 a"),
            f"{AT}2-4",
        ),
        (
            lambda: records.place({"start": 3, "end": 4, "text": "a"}, "😀 a"),
            f"{AT}3-4; the offsets fit as UTF-16 units, but must count code points",
        ),
        (
            lambda: records.place({"start": 5, "end": 6, "text": "a"}, "😀 a"),
            f"{AT}5-6; the offsets fit as UTF-8 bytes, but must count code points",
        ),
        (
            lambda: records.place({"start": 0, "end": 2, "text": "Ada"}, "Ada"),
            "expected the words 'Ada' at 0-2, found 'Ad'; the end seems to be the last character, but must be the one "
            "after it",
        ),
        (
            lambda: records.place({"start": 0, "end": 3, "text": "Bob"}, "Ada"),
            "expected the words 'Bob' at 0-3, found 'Ada'",
        ),
        (
            lambda: records.place({"start": 0, "end": 3, "text": ""}, "Ada"),
            "expected the words '' at 0-3, found 'Ada'",
        ),
        (
            lambda: records.fitting(Span(0, 4, "X"), "Ada"),
            "expected a span that fits the text; span 0-4 lies outside the text (0-3) or is empty",
        ),
        (lambda: records.name("", "a tag"), "expected a tag, found an empty one"),
        (
            lambda: records.name("X" * (limits.LABEL + 1), "a tag"),
            f"expected a tag of at most {limits.LABEL} characters, found one of {limits.LABEL + 1:,}",
        ),
        (
            lambda: records.name(" X", "a tag"),
            "expected a tag without control characters or spaces around it, found ' X'",
        ),
        (
            lambda: records.name("X\u202eY", "a tag"),
            "expected a tag without control characters or spaces around it, found 'X\\u202eY'",
        ),
        (lambda: records.label({}), "expected label, found none"),
        (lambda: records.label({"label": ""}), "expected a label, found an empty one"),
        (lambda: records.label({"label": ""}, "a type"), "expected a type, found an empty one"),
        (lambda: records.pair([1], "a fragment"), "expected a fragment as [start, end], found [1]"),
        (lambda: records.pair([1, True], "a fragment"), "expected a fragment as [start, end], found [1, True]"),
        (lambda: records.pair("12", "a fragment"), "expected a fragment as [start, end], found '12'"),
        (lambda: records.string({"a": "\ud800"}, "a"), "expected a in Unicode, found half a surrogate pair"),
        (lambda: records.string({"a": "xy\0"}, "a"), "expected a without NUL, found it at 2"),
        (lambda: records.items({"a": {}}, "a"), "expected a as an array, found an object"),
        (lambda: list(records.objects({"a": [[]]}, "a", "a span")), "expected a span, found an array"),
        (lambda: records.typed({"a": 1}, "a", str, ""), "expected a as a string, found 1"),
        (lambda: records.rest({"a": "\ud800"}, ()), "expected Unicode, found half a surrogate pair"),
        (
            lambda: records.rest({"a": DEEP}, ()),
            f"expected at most {limits.JSON_DEPTH} levels of nesting, found more",
        ),
        (lambda: records.ends({"from": 1}, "from", "to"), "expected to as a whole number, found nothing"),
        (lambda: records.an_object([], "meta"), "expected meta as an object, found an array"),
        (lambda: records.score_of({"score": "1"}), "expected score as a number, found '1'"),
        (lambda: records.score_of({"score": True}), "expected score as a number, found true"),
        (lambda: strict.parse(b"[]"), "expected an object with a text, found an array"),
        (
            lambda: strict.parse(b'{"a": 1'),
            "expected a JSON object, found an error at column 8: Expecting ',' delimiter",
        ),
        (lambda: strict.parse(b'{"a": NaN}'), "expected a number, found NaN"),
        (lambda: strict.parse(b'{"a": -Infinity}'), "expected a number, found -Infinity"),
        (lambda: strict.parse(b'{"a": 1e999}'), "expected a number that a computer can hold, found '1e999'"),
        (lambda: strict.parse(b'{"a": 1, "b": {"a": 1, "a" : 2}}'), "expected each key once, found 'a' twice"),
        (lambda: strict.parse(b'{"a": {"b": 1, "b": 2}}'), "expected each key once, found 'b' twice"),
        (lambda: strict.parse(b'{"a": "\\ud800"}'), "expected Unicode, found half a surrogate pair"),
        (
            lambda: strict.parse(b'{"a": ' + b"9" * (limits.DIGITS + 1) + b"}"),
            f"expected a whole number of at most {limits.DIGITS} digits, found one of {limits.DIGITS + 1:,}",
        ),
        (
            lambda: strict.parse(b'{"a": ' + b"[" * 99_999),
            f"expected at most {limits.JSON_DEPTH} levels of nesting, found many more",
        ),
        (lambda: strict.json_value("{"), "expected JSON, found '{'"),
        (lambda: strict.json_value("[" * 99_999), "expected JSON, found '" + "[" * 39 + "…'"),
    ],
)
def test_what_a_field_may_not_be(read: Callable[[], object], message: str) -> None:
    with pytest.raises(Unfit) as refusal:
        read()
    assert str(refusal.value) == message


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (b'{"a": 1}', {"a": 1}),
        (b'{"a" : {"b":[1, -2.5, true, null, "\\ud83d\\ude00"]}}', {"a": {"b": [1, -2.5, True, None, "😀"]}}),
        (b'{"a": "\\": 1", "NaN": "Infinity"}', {"a": '": 1', "NaN": "Infinity"}),
        (b'{"a": {"a": 1}, "b": [{"a": 1}, {"a": 2}]}', {"a": {"a": 1}, "b": [{"a": 1}, {"a": 2}]}),
        (b"{}", {}),
        (b'{"a": ' + b"9" * limits.DIGITS + b"}", {"a": int("9" * limits.DIGITS)}),
        (b'{"a": -' + b"9" * limits.DIGITS + b"}", {"a": -int("9" * limits.DIGITS)}),
        (b'{"a": "9223372036854775808"}', {"a": "9223372036854775808"}),
    ],
)
def test_a_line_of_json(line: bytes, found: object) -> None:
    assert strict.parse(line) == found


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ({"a": "é詩😀"}, '{"a": "é詩😀"}\n'),
        ({"a": "\x7f\x85\u2028\u2029\ud800"}, '{"a": "\\u007f\\u0085\\u2028\\u2029\\ud800"}\n'),
        ({"a": "\x00\x1b\n"}, '{"a": "\\u0000\\u001b\\n"}\n'),
        ([1, None, "a"], '[1, null, "a"]\n'),
    ],
)
def test_a_value_as_a_line_of_json(value: Any, line: str) -> None:
    assert strict.dump(value) == line.encode()
    with pytest.raises(ValueError, match="not JSON compliant"):
        strict.dump(NAN)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "true"),
        (False, "false"),
        (None, "nothing"),
        ([], "an array"),
        ({}, "an object"),
        (1, "1"),
        (1.5, "1.5"),
        ("x" * 41, "'" + "x" * 39 + "…'"),
        (10**40, "1" + "0" * 38 + "…"),
    ],
)
def test_what_a_value_is_in_words(value: object, words: str) -> None:
    assert strict.kind(value) == words
