"""Bytes to text: what is taken, what is refused, and what the message says."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader import formats
from reader.errors import InputError
from reader.formats import Source
from reader.formats.decoding import decode, numbered
from reader.formats.text import title_of
from reader.model import Document, Problem

TEXT = Path(__file__).parent / "data" / "nasty" / "text"
REFUSED = {
    "06-utf16be-nobom.txt": "character 0 is NUL; it may be UTF-16 without a mark, then use --encoding utf-16-be",
    "07-latin1.txt": "is not UTF-8: byte 3 is 0xE9; name its encoding, for example --encoding cp1252",
    "08-truncated-utf8.txt": "byte 14 is 0xF0, and the file ends within that character",
    "09-overlong-utf8.txt": "byte 7 is 0xC0",
    "10-cesu8-surrogates.txt": "byte 2 is 0xED",
    "11-nul.txt": "character 6 is NUL",
    "21-empty.txt": "expected a text, found an empty file",
    "27-binary-renamed.txt": "is no text: byte 8 is NUL",
}


@pytest.mark.parametrize("path", sorted(TEXT.iterdir()), ids=lambda path: path.name)
def test_a_text_file_is_read_to_the_character_or_refused_with_the_byte(path: Path) -> None:
    [found] = formats.read(Source(path, path.name))
    if reason := REFUSED.get(path.name):
        assert isinstance(found, Problem)
        assert reason in str(found)
        assert str(found).isprintable()
        return
    assert isinstance(found, Document)
    data = path.read_bytes()
    encoding = "utf-16" if path.name.startswith("05") else "utf-8-sig"
    assert found.text == data.decode(encoding)
    assert found.source == path.name


@pytest.mark.parametrize(
    ("data", "encoding", "text"),
    [
        (b"caf\xe9", "latin-1", "café"),
        (b"\xef\xbb\xbfcaf\xc3\xa9", "latin-1", "café"),
        (b"\xef\xbb\xbf\xef\xbb\xbfa", "", "\ufeffa"),
        ("Wien\r\n".encode("utf-16-le"), "utf-16-le", "Wien\r\n"),
        (b"\xff\xfe\x00\x00a\x00\x00\x00", "", "a"),
        (b"\xff\xfea\x00", "", "a"),
        (b"\xfe\xff\x00a", "", "a"),
        (b"a\rb\nc\r\nd\x0be\x0cf", "", "a\rb\nc\r\nd\x0be\x0cf"),
        (b"", "", ""),
    ],
)
def test_a_mark_wins_then_the_named_encoding_then_utf_8(data: bytes, encoding: str, text: str) -> None:
    assert decode(data, "f", encoding) == text


@pytest.mark.parametrize(
    ("data", "encoding", "message"),
    [
        (b"a", "klingon", "there is no encoding klingon"),
        (b"a", "hex", "there is no encoding hex"),
        (b"\\ud800", "unicode_escape", "half a surrogate pair"),
        (b"\xff\xfea", "", "is not utf-16-le: byte 0 is 0x61"),
        ("Привет, мир. Как дела? Спасибо, всё хорошо.".encode("koi8-r"), "", "name its encoding, for example"),
    ],
)
def test_what_cannot_be_decoded_is_one_line(data: bytes, encoding: str, message: str) -> None:
    with pytest.raises(InputError) as raised:
        decode(data, "f", encoding)
    assert message in str(raised.value)
    assert str(raised.value).startswith("f: ")


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1))
def test_every_text_comes_back_from_utf_8(text: str) -> None:
    assert decode(text.encode("utf-8-sig"), "f") == text


@given(st.binary(max_size=200), st.sampled_from(["", "utf-16", "latin-1", "gb18030"]))
def test_any_bytes_are_text_or_one_message(data: bytes, encoding: str) -> None:
    try:
        text = decode(data, "f", encoding)
    except InputError as error:
        assert str(error).isprintable()
    else:
        assert "\0" not in text
        assert text.encode("utf-8").decode("utf-8") == text


def test_only_a_line_feed_ends_a_line() -> None:
    assert list(numbered(io.BytesIO(b"\xef\xbb\xbfa\x0b\x85\rb\r\n\n\xef\xbb\xbfc"))) == [
        (1, b"a\x0b\x85\rb\r\n"),
        (2, b"\n"),
        (3, b"\xef\xbb\xbfc"),
    ]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("One\nTwo", "One"),
        ("\r\n \t\n  A  title\there \r\nrest", "A title here"),
        ("old\rmac", "old"),
        (" \n\t\n", ""),
        ("x" * 200, "x" * 119 + "…"),
        ("a" * 119 + " bcd", "a" * 119 + "…"),
    ],
)
def test_the_title_is_the_first_line_that_is_not_blank(text: str, title: str) -> None:
    assert title_of(text) == title


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("\n## A heading ##\n\ntext", "A heading ##"),
        ("---\ntitle: The Title\ndate: 2026-01-02\n---\n\n# Heading\n", "The Title"),
        ('---\r\ntags: a\r\nTitle:  "One: two" \r\n---\r\ntext', "One: two"),
        ("---\ntitle: One\n...\ntext", "One"),
        ("---\ndate: 2026\n---\n\n# Heading\n", "Heading"),
        ("---\ntitle:\n---\ntext", "text"),
        ("---\n\n# Heading\n", "---"),
        ("# Heading\n---\ntitle: x\n---\n", "Heading"),
        ("---\ntitle: \n---\n", "---"),
    ],
)
def test_the_title_of_markdown_is_what_it_says_or_its_heading(text: str, title: str, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(text.encode())
    [document] = formats.read(Source(tmp_path / "a.md", "a.md"))
    assert document == Document(text, title, "a.md")
