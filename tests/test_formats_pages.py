"""Books, mail, feeds, pages, Word, PDF, archives and tables of datasets: what of each is read, and what is told."""

from __future__ import annotations

import io
import json
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from reading import read

from reader import formats
from reader.errors import InputError
from reader.formats import Source, limits
from reader.model import Document, Note, Relation, Span, Tag


def taken_for(data: bytes, tmp_path: Path, file_name: str = "f") -> tuple[str, str]:
    (tmp_path / file_name).write_bytes(data)
    found, why, _ = formats.read_as(Source(tmp_path / file_name, file_name))
    return found.name, why


def zipped(**files: str | bytes) -> bytes:
    """A zip; `__` stands for a slash and `_` for a dot in the names."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "library", "what", "extra"),
    [
        ("docx", "docx", "f: needs python-docx", "articles"),
        ("feed", "feedparser", "f: needs feedparser", "articles"),
        ("parquet", "pyarrow.parquet", "Parquet needs pyarrow", "parquet"),
        ("pdf", "pypdfium2", "f: needs pypdfium2", "articles"),
        ("warc", "warcio.archiveiterator", "web archives need warcio", "articles"),
    ],
)
def test_a_library_that_is_not_there_is_named(
    name: str, library: str, what: str, extra: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(InputError) as refusal:
        read(name, "x", tmp_path)
    assert str(refusal.value) == f"{what}: pip install 'reader-annotator[{extra}]'"


@pytest.mark.parametrize("library", ["trafilatura", "lxml"])
def test_without_its_library_a_page_is_told_of(library: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    needs = f"f: reading web pages needs {library}: pip install 'reader-annotator[articles]'"
    assert read("web", "<p>Ada</p>", tmp_path, full=library == "lxml") == [needs]


@pytest.mark.parametrize(
    ("data", "file_name", "name", "why"),
    [
        (b"%PDF-1.4", "f", "pdf", "a PDF"),
        (b"\x1f\x8b\x08", "a.warc.gz", "warc", "a web archive"),
        (b"\x1f\x8b\x08", "a.arc.gz", "warc", "a web archive"),
        (b"WARC/1.1\r\n", "f", "warc", "a web archive"),
        (b"filedesc://x", "f", "warc", "a web archive"),
        (b" <!DOCTYPE HTML>", "f", "web", "an HTML page"),
        (b"<HTML>", "f", "web", "an HTML page"),
        (b"<?xml version='1.0'?>\n<html>", "f", "web", "an HTML page"),
        (b"<rss>", "f", "feed", "a feed (rss)"),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'>", "f", "feed", "a feed (feed)"),
        (b"<r:RDF xmlns='http://purl.org/rss/1.0/' xmlns:r='r'>", "f", "feed", "a feed (rdf)"),
        (b"From: a\nTo: b\n\nx", "f", "mail", "headers of mail"),
        (b"Received: a\nX-Other: c\nDate: b\n\nx", "f", "mail", "headers of mail"),
        (b"From a Thu\nX: y\n\nx", "f", "mail", "a box of mail"),
        (b"From here on\nall is text.", "f", "text", "no other format"),
        (b"To: all\nCome at noon.", "f", "text", "no other format"),
        (b"From: a", "f", "text", "no other format"),
        (b"From a Thu", "f", "text", "no other format"),
        (b"Dear all,\nFrom: a\nTo: b\n", "f", "text", "no other format"),
        (b"PAR1", "f", "parquet", "a Parquet file"),
        (b"\xff\xff\xff\xff\x08\0\0\0", "f", "parquet", "an Arrow stream"),
        (zipped(word__document_xml="x"), "f", "docx", "a zip with word/document.xml"),
        (zipped(mimetype="application/vnd.oasis.opendocument.text"), "f", "odt", "an OpenDocument text"),
        (zipped(**{"META-INF__container_xml": "x"}), "f", "epub", "a zip with META-INF/container.xml"),
        (zipped(a="x"), "a.epub", "epub", "a zip by the name of a book"),
    ],
)
def test_what_a_file_shows_itself_to_be(data: bytes, file_name: str, name: str, why: str, tmp_path: Path) -> None:
    assert taken_for(data, tmp_path, file_name) == (name, why)


@pytest.mark.parametrize("data", [b"\xff\xff\xff\xff\x07\0\0\0", b"\xff\xff\xff\xff\0\0\0\0\x08"])
def test_a_message_of_arrow_has_a_length_in_eights(data: bytes, tmp_path: Path) -> None:
    assert taken_for(data, tmp_path) == ("text", "no other format")


@pytest.mark.parametrize("name", ["web", "pdf", "feed", "warc", "mail"])
def test_more_bytes_than_are_read_whole_are_refused(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    page = f"<p>{'a' * 50}</p>".encode()
    data = {
        "web": page,
        "pdf": pdf(["Ada"]),
        "feed": rss("<description>Ada</description>").encode(),
        "warc": warc(page),
        "mail": mail("Ada"),
    }[name]
    size = len(page) if name == "warc" else len(data)
    told = {
        "warc": "http://x/: expected a page of at most {} bytes, found more",
        "mail": "expected a message of at most {} bytes, found more",
    }.get(name, "expected at most {} bytes, found more")
    monkeypatch.setattr(limits, "WHOLE_BYTES", size)
    assert [one for one in read(name, data, tmp_path, full=True) if isinstance(one, Document)]
    monkeypatch.setattr(limits, "WHOLE_BYTES", size - 1)
    [first, *_] = read(name, data, tmp_path, full=True)
    assert str(first).removeprefix("f:").removeprefix("1:").strip() == told.format(size - 1)


# --- Pages


@pytest.mark.parametrize(
    ("data", "text", "told"),
    [
        ("<p>\u20ac</p>".encode(), "\u20ac", ""),
        ("<p>\u20ac</p>".encode("cp1252"), "\u20ac", ""),
        ("<p>\u20ac</p>".encode("utf-16"), "\u20ac", ""),
        ("\ufeff<meta charset='latin-1'><p>\u20ac</p>".encode(), "\u20ac", ""),
        ("<META Content='text/html; CHARSET=koi8-r'><p>\u0434</p>".encode("koi8-r"), "\u0434", ""),
        (b"<meta charset=utf-8><p>\xe9</p>", "\xe9", "the page says it is in utf-8, which it is not; read as cp1252"),
        (
            "<meta charset='none'><p>\xe9</p>".encode(),
            "\xe9",
            "the page says it is in none, which it is not; read as utf-8",
        ),
        (b"<p>\x81\xe9</p>", "\x81\xe9", "read as latin-1, for its bytes are no UTF-8"),
        (b"<p>a\0b</p>", "a\ufffdb", ""),
        ("<?xml version='1.0' encoding='iso-8859-2'?><p>\u017c</p>".encode("iso-8859-2"), "\u017c", ""),
        (b"<meta charset=iso-8859-1><p>\x93a\x94</p>", "\u201ca\u201d", ""),
        *(
            (
                f"<meta charset=us-ascii><p>{text}</p>".encode(encoding),
                text,
                f"the page says it is in us-ascii, which it is not; read as {encoding}",
            )
            for text, encoding in (("\u20ac", "cp1252"), ("\u017c\u20ac", "utf-8"))
        ),
        ("<meta charset=utf-16><p>\u20ac</p>".encode(), "\u20ac", ""),
        ("<meta charset=gb2312><p>\u9555</p>".encode("gbk"), "\u9555", ""),
        ("<meta charset=shift_jis><p>\u2460</p>".encode("cp932"), "\u2460", ""),
        ("<meta charset=x-sjis><p>\u2460</p>".encode("cp932"), "\u2460", ""),
        ("<meta charset=euc-kr><p>\ub620</p>".encode("cp949"), "\ub620", ""),
        ("<meta charset=windows-874><p>\u0e01</p>".encode("cp874"), "\u0e01", ""),
        ("<meta charset=iso-8859-8-i><p>\u05d0</p>".encode("iso-8859-8"), "\u05d0", ""),
    ],
)
def test_the_encoding_of_a_page(data: bytes, text: str, told: str, tmp_path: Path) -> None:
    messages = [f"f: {told}"] if told else []
    assert read("web", data, tmp_path, full=True) == [*messages, Document(text, text, "f")]


def test_a_page_without_text_is_told(tmp_path: Path) -> None:
    assert read("web", "<html><script>x</script></html>", tmp_path) == ["f: expected a page with text, found none"]
    assert read("web", "", tmp_path, full=True)[0].startswith("f: expected a web page, found none")  # type: ignore[union-attr]


ARTICLE = [
    "Ada Lovelace wrote to Charles Babbage, and he answered her at some length.",
    "It rained on the next day, so that nobody left the house before noon.",
]
PAGE = "<html lang='en'><head><title>T</title></head><body>{}</body></html>".format(
    f"<nav>no</nav><article>{''.join(f'<p>{one}</p>' for one in ARTICLE)}</article>"
)


def test_all_of_a_page_or_its_article(tmp_path: Path) -> None:
    [article] = read("web", PAGE, tmp_path)
    assert isinstance(article, Document)
    assert (article.text, article.title, article.source) == ("\n\n".join(ARTICLE), "T", "f")
    assert read("web", PAGE, tmp_path, full=True) == [Document("\n\n".join(["no", *ARTICLE]), "T", "f")]
    assert read("web", "<p>A few words</p>", tmp_path, full=True) == [Document("A few words", "A few words", "f")]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (
            "<p>Ada <b>met</b> B<i>o</i>b, <a href='x'>it</a> says.</p><p>One<br>two</p>",
            "Ada met Bob, it says.\n\nOne\ntwo",
        ),
        ("<div>Ada <em>met</em> Bob.</div><footer>no</footer>", "Ada met Bob."),
        ("<div>Ada <em>met</em></div><aside>no</aside><div>Bob.</div>", "Ada met\n\nBob."),
    ],
)
def test_a_short_page_has_its_own_paragraphs(body: str, text: str, tmp_path: Path) -> None:
    [page] = read("web", f"<html><title>T</title><body>{body}</body></html>", tmp_path)
    assert isinstance(page, Document)
    assert page.text == text


@pytest.mark.parametrize(
    ("date", "said"),
    [
        ("<meta property='article:published_time' content='2021-03-04T05:06:07Z'>", "2021-03-04"),
        ("<meta name='date' content='4 March 2021'>", "2021-03-04"),
        ("", None),
    ],
)
def test_the_date_of_a_page_is_what_it_says_and_never_a_guess(date: str, said: str | None, tmp_path: Path) -> None:
    page = PAGE.replace("</head>", f"{date}</head>").replace("<article>", "<article><p>12 Xyzember 2021 and so on.</p>")
    [found] = read("web", page, tmp_path)
    assert isinstance(found, Document)
    assert found.meta.get("date") == said


# --- Mail


def mail(*lines: str, **headers: str) -> str:
    return "".join(f"{key.replace('_', '-')}: {value}\n" for key, value in headers.items()) + "\n" + "\n".join(lines)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (
            mail(
                "Ada ",
                "met ",
                "Bob.",
                "She ",
                "",
                "> so ",
                "> he ",
                ">> said ",
                "-- ",
                "Ann ",
                Content_Type="text/plain; format=flowed",
            ),
            "Ada met Bob.\nShe \n\n> so he \n>> said \n-- \nAnn",
        ),
        (mail("Don ", "au ", " > >x", Content_Type="text/plain; format=Flowed; delsp=yes"), "Donau> >x"),
        (mail("Ada", "met"), "Ada\nmet"),
        (mail("", " Ada ", ""), "Ada"),
        (mail("a\0b"), "a\ufffdb"),
        (mail(">From here"), ">From here"),
        (mail("<p>Ada</p><p>met</p>", Content_Type="text/html"), "Ada\n\nmet"),
        (mail("4oKs", Content_Type="text/plain; charset=utf-8", Content_Transfer_Encoding="base64"), "\u20ac"),
        (
            mail("=80", Content_Type="text/plain; charset=cp1252", Content_Transfer_Encoding="quoted-printable"),
            "\u20ac",
        ),
        (mail("\u20ac", Content_Type="text/plain; charset=none"), "\u20ac"),
        (mail("=FF", Content_Type="text/plain; charset=utf-8", Content_Transfer_Encoding="quoted-printable"), "\ufffd"),
        (
            mail(
                "--b",
                "Content-Type: text/html",
                "",
                "<p>no</p>",
                "--b",
                "",
                "a\r",
                "b\r",
                "--b",
                "",
                "no",
                "--b--",
                Content_Type="multipart/alternative; boundary=b",
            ),
            "a\nb",
        ),
        (
            mail(
                "--b",
                "Content-Disposition: attachment; filename=x.txt",
                "",
                "no",
                "--b",
                "Content-Type: image/png",
                "",
                "no",
                "--b",
                "Content-Type: text/html",
                "",
                "<p>One</p>",
                "--b",
                "Content-Type: text/html",
                "",
                "<p>two</p>",
                "--b--",
                Content_Type="multipart/mixed; boundary=b",
            ),
            "One\n\ntwo",
        ),
    ],
)
def test_the_text_of_a_message(content: str, text: str, tmp_path: Path) -> None:
    head = "From: a@x\nSubject: S\n"
    assert read("mail", head + content, tmp_path) == [Document(text, "S", "f", meta={"from": "a@x"})]


def multipart(kind: str, *parts: tuple[str, str]) -> str:
    """A message of parts, each the value of its Content-Type (and more headers) and its text."""
    lines = [line for head, text in parts for line in ("--b", f"Content-Type: {head}", "", text)]
    return mail(*lines, "--b--", Content_Type=f"multipart/{kind}; boundary=b")


@pytest.mark.parametrize(
    ("kind", "parts", "text"),
    [
        ("mixed", [("text/plain", " One\n"), ("image/png; name=x.png", "no"), ("text/plain", "two")], "One\n\ntwo"),
        ("mixed", [("text/html", "<p>One</p>"), ("text/plain", "the list")], "One\n\nthe list"),
        ("mixed", [("text/plain", "One"), ("text/plain\nContent-Disposition: attachment", "no")], "One"),
        ("mixed", [("text/plain", "One"), ("text/html", " "), ("text/plain", " ")], "One"),
        ("digest", [("message/rfc822", "Subject: a\n\nOne"), ("message/rfc822", "Subject: b\n\nTwo")], "One\n\nTwo"),
        ("mixed", [("text/plain", "One"), ("message/external-body; access-type=x", "\nno")], "One"),
        ("alternative", [("text/plain", " \n"), ("text/html", "<p>One</p>")], "One"),
        ("alternative", [("text/plain", "One"), ("text/html", "<p>no</p>")], "One"),
        (
            "alternative",
            [("text/html", "<p>no</p>"), ("multipart/mixed; boundary=c", "--c\n\nOne\n--c\n\ntwo\n--c--")],
            "One\n\ntwo",
        ),
        (
            "alternative",
            [("multipart/mixed; boundary=c", "--c\n\nno\n--c--"), ("text/plain", "One")],
            "One",
        ),
        ("alternative", [("text/calendar", "no"), ("text/html", "<p>One</p>"), ("text/html", "<p>no</p>")], "One"),
    ],
)
def test_a_message_has_all_the_text_that_it_shows(
    kind: str, parts: list[tuple[str, str]], text: str, tmp_path: Path
) -> None:
    assert read("mail", f"Subject: S\n{multipart(kind, *parts)}", tmp_path) == [Document(text, "S", "f")]


@pytest.mark.parametrize("depth", [101, 2000])
def test_parts_of_a_message_too_deep_in_others_are_told(depth: int, tmp_path: Path) -> None:
    parts = [f"Content-Type: multipart/mixed; boundary=b{n}z\n\n--b{n}z\n" for n in range(depth)]
    [told] = read("mail", f"Subject: S\n{''.join(parts)}\nAda", tmp_path)
    assert "expected at most 100 parts within each other, found more" in str(told)


def test_a_part_that_cannot_be_read_is_told_and_the_others_are_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "lxml", None)
    needs = "reading web pages needs lxml: pip install 'reader-annotator[articles]'"
    parts = ("text/plain", "One"), ("text/html", "<p>two</p>")
    assert read("mail", f"Subject: S\n{multipart('mixed', *parts)}", tmp_path) == [
        f"f:1: a part of the message was left out: {needs}",
        Document("One", "S", "f"),
    ]
    assert read("mail", f"Subject: S\n{multipart('mixed', parts[1])}", tmp_path) == [
        f"f:1: expected a message with text, found none; a part of the message was left out: {needs}"
    ]


@pytest.mark.parametrize(
    ("head", "data", "text", "told"),
    [
        ("text/plain; charset=iso-8859-1", b"\x93a\x94", "\u201ca\u201d", ""),
        ("text/plain; charset=gb2312", "\u9555".encode("gbk"), "\u9555", ""),
        ("text/plain; charset=x-sjis", "\u2460".encode("cp932"), "\u2460", ""),
        ("text/html; charset=koi8-r", "<p>\u0434</p>".encode("koi8-r"), "\u0434", ""),
        ("text/html", "<meta charset=koi8-r><p>\u0434</p>".encode("koi8-r"), "\u0434", ""),
        ("text/html; charset=utf-8", b"<p>\x80</p>", "\u20ac", "utf-8, which it is not; read as cp1252"),
    ],
)
def test_the_encoding_of_a_message(head: str, data: bytes, text: str, told: str, tmp_path: Path) -> None:
    content = f"Subject: S\nContent-Type: {head}\nContent-Transfer-Encoding: 8bit\n\n".encode() + data
    messages = [f"f:1: the page says it is in {told}"] if told else []
    assert read("mail", content, tmp_path) == [*messages, Document(text, "S", "f")]
    saved = b"Snapshot-Content-Location: http://x/\n" + content
    if "html" in head:
        [*repairs, page] = read("mail", saved, tmp_path, full=True)
        assert isinstance(page, Document)
        assert (page.text, repairs) == (text, messages)


def test_what_a_message_says_of_itself(tmp_path: Path) -> None:
    headers = {"From": "Ann\n <a@x>", "To": "b@x, c@x", "Date": "Thu, 1 Jan 2026 00:00:00 +0000", "Message-ID": "<1@x>"}
    [document] = read("mail", mail("Ada met", **headers), tmp_path)
    assert document == Document(
        "Ada met",
        "Ada met",
        "f",
        meta={"from": "Ann <a@x>", "to": "b@x, c@x", "date": "Thu, 01 Jan 2026 00:00:00 +0000", "message-id": "<1@x>"},
    )


def test_a_long_line_that_begins_as_a_border_does_is_read(tmp_path: Path) -> None:
    box = f"From x {'1:11 ' * 200_000}\nSubject: 1\n\nOne\n\nFrom y {'1:11 ' * 200_000}\nSubject: 2\n\nTwo"
    assert [one.text for one in read("mail", box, tmp_path) if isinstance(one, Document)] == ["One", "Two"]


def test_the_messages_of_a_box(tmp_path: Path) -> None:
    box = "From a Thu\nSubject: 1\n\nOne\nFrom here.\n>From there.\n>>From where.\n > From\n\n"
    box += "From b Thu\nSubject: 2\n\n\nFrom c Thu\n\nFrom d Thu\nSubject: 4\n\nFour\n"
    assert read("mail", box, tmp_path) == [
        Document("One\nFrom here.\nFrom there.\n>From where.\n > From", "1", "f"),
        "f:10: expected a message with text, found none",
        "f:14: expected a message with text, found none",
        Document("Four", "4", "f"),
    ]
    dated = "From a@x Thu Jan  1 00:00:00 2026\nSubject: 1\n\nOne\n\nFrom the start, in 2026.\n\n"
    dated += "From b at x  Thu Jan  1 00:00 2026 +0000\nSubject: 2\n\nTwo\n\n"
    dated += "From - Thu Jan  1 00:00:00 98\nSubject: 3\n\nThree"
    assert read("mail", dated, tmp_path) == [
        Document("One\n\nFrom the start, in 2026.", "1", "f"),
        Document("Two", "2", "f"),
        Document("Three", "3", "f"),
    ]
    one = mail("a", "", "From b Thu", "c", Subject="S")
    assert read("mail", one, tmp_path) == [Document("a\n\nFrom b Thu\nc", "S", "f")]
    assert read("mail", mail("", Subject="S"), tmp_path) == ["f:1: expected a message with text, found none"]


@pytest.mark.parametrize(("file_name", "address"), [("f", "http://x/"), ("a.mhtml", ""), ("a.mht", "")])
def test_a_page_that_a_browser_saved(file_name: str, address: str, tmp_path: Path) -> None:
    said = {"Snapshot-Content-Location": address} if address else {}
    parts = ["--b", "Content-Type: text/html", "", PAGE, "--b", "Content-Type: image/png", "", "no", "--b--"]
    headers = {
        "Subject": "S",
        "Date": "Thu, 1 Jan 2026 00:00:00 +0000",
        "Content-Type": "multipart/related; boundary=b",
    }
    [document] = read("mail", mail(*parts, **headers, **said), tmp_path, file_name)
    meta = {"date": "Thu, 01 Jan 2026 00:00:00 +0000"} | ({"url": address} if address else {})
    assert isinstance(document, Document)
    assert (document.text, document.title, document.source) == ("\n\n".join(ARTICLE), "S", "f")
    assert {key: document.meta.get(key) for key in meta} == meta
    del headers["Subject"]
    [untitled] = read("mail", mail(*parts, **headers, **said), tmp_path, file_name)
    assert isinstance(untitled, Document)
    assert untitled.title == "T"
    [nothing] = read("mail", mail("Ada", Subject="S", **said), tmp_path, file_name)
    assert str(nothing).startswith("f:1: expected a web page, found none")


# --- Feeds


def rss(*items: str) -> str:
    return f"<rss version='2.0'><channel>{''.join(f'<item>{one}</item>' for one in items)}</channel></rss>"


@pytest.mark.parametrize(
    ("item", "document"),
    [
        (
            "<title>T</title><description>&lt;p&gt;Ada &amp;amp; co&lt;/p&gt;</description>",
            Document("Ada & co", "T", "f"),
        ),
        ("<description>Ada</description>", Document("Ada", "Ada", "f")),
        ("<title>T</title>", Document("T", "T", "f")),
        ("<title>A &amp;amp; &lt;i>B&lt;/i></title>", Document("A & B", "A & B", "f")),
        ("<title>2 &lt; 3</title><description>a &lt; b &amp; c</description>", Document("a < b & c", "2 < 3", "f")),
        ("<title>A long title</title><description>Ada</description>", Document("Ada", "A long title", "f")),
        (
            "<description>Ada</description><content:encoded xmlns:content='http://purl.org/rss/1.0/modules/content/'>"
            "Ada met Bob</content:encoded>",
            Document("Ada met Bob", "Ada met Bob", "f"),
        ),
        (
            "<description>Ada met Bob</description><content:encoded xmlns:content='http://purl.org/rss/1.0/modules/content/'>"
            "Ada</content:encoded>",
            Document("Ada met Bob", "Ada met Bob", "f"),
        ),
        (
            "<description>Ada</description><link>http://x/</link><author>Ann</author><guid>7</guid>"
            "<pubDate>Thu, 01 Jan 2026 00:00:00 GMT</pubDate>",
            Document(
                "Ada",
                "Ada",
                "f",
                meta={"url": "http://x/", "author": "Ann", "date": "Thu, 01 Jan 2026 00:00:00 GMT", "id": "7"},
            ),
        ),
    ],
)
def test_an_item_of_a_feed(item: str, document: Document, tmp_path: Path) -> None:
    assert read("feed", rss(item), tmp_path) == [document]
    assert read("feed", rss("<link>http://x/</link>", item, item), tmp_path) == [document] * 2


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("<title>&lt;b> &amp;amp; c</title>", "<b> &amp; c"),
        ("<title type='html'>&lt;b>B&lt;/b> &amp;amp; c</title>", "B & c"),
        ("<title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><b>B</b> &lt;b></div></title>", "B <b>"),
    ],
)
def test_what_atom_says_is_text_or_a_page(title: str, shown: str, tmp_path: Path) -> None:
    entry = (
        f"<feed xmlns='http://www.w3.org/2005/Atom'><entry>{title}{title.replace('title', 'summary')}</entry></feed>"
    )
    assert read("feed", entry, tmp_path) == [Document(shown, shown, "f")]


def test_an_entry_of_atom_is_its_author_s_or_its_feed_s(tmp_path: Path) -> None:
    ann, bob = (f"<author><name>{name}</name></author>" for name in ("Ann", "Bob"))
    feed = f"<feed xmlns='http://www.w3.org/2005/Atom'>{ann}<entry><title>A</title></entry>"
    feed += f"<entry><title>B</title>{bob}</entry></feed>"
    documents = [Document(title, title, "f", meta={"author": author}) for title, author in (("A", "Ann"), ("B", "Bob"))]
    assert read("feed", feed, tmp_path) == documents


def test_a_feed_without_items_or_with_entities_is_told(tmp_path: Path) -> None:
    assert read("feed", rss(), tmp_path) == ["f: expected a feed with items, found none"]
    assert read("feed", "", tmp_path) == ["f: expected a feed with items, found none"]
    entities = f"<!DOCTYPE r [<!ENTITY a 'b'>]>{rss('<title>T</title>')}"
    assert read("feed", entities, tmp_path) == ["f: expected no entity declarations, found one"]


# --- Books


def book(spine: str, manifest: str, root: str = "O/b.opf", **files: str | bytes) -> bytes:
    container = f"<c xmlns='n'><rootfile full-path='{root}'/><rootfile full-path='no'/></c>"
    opf = f"<package><metadata><title> A <b/>book </title><title>no</title></metadata>{manifest}{spine}</package>"
    return zipped(**{"META-INF__container_xml": container, root.replace("/", "__").replace(".", "_"): opf}, **files)


def test_the_chapters_of_a_book_come_in_the_order_of_its_spine(tmp_path: Path) -> None:
    hrefs = {
        "a": "t/a.html",
        "b": "b%20c.html#x",
        "c": "../c.html",
        "out": "../../x",
        "gone": "gone.html",
        "nul": "e.html",
    }
    manifest = "".join(f"<item id='{key}' href='{href}'/>" for key, href in hrefs.items()) + "<item/>"
    spine = "".join(f"<itemref idref='{key}'/>" for key in ("c", "a", "none", "out", "nul", "gone", "b", "a"))
    data = book(
        spine,
        manifest,
        O__t__a_html="<title>The a</title><p>One</p><p>two</p>",
        c_html="<p>Three</p>",
        O__e_html="<p> </p>",
        **{"O__b c_html": "<p>Four</p>"},
    )
    files = ["c.html", "O/t/a.html", "O/e.html", "O/gone.html", "O/b c.html"]
    around = [{"previous": files[n - 1]} if n else {} for n in range(5)]
    metas: list[dict[str, Any]] = [
        {"book": "A", "chapter": n + 1, "file": files[n], **around[n], **({"next": files[n + 1]} if n < 4 else {})}
        for n in range(5)
    ]
    assert read("epub", data, tmp_path) == [
        Document("Three", "Three", "f", meta=metas[0]),
        Document("One\n\ntwo", "The a", "f", meta=metas[1]),
        "f: chapter 4 of the book, 'O/gone.html', is not in it and was passed over",
        Document("Four", "Four", "f", meta=metas[4]),
    ]


def test_a_chapter_that_is_not_in_the_encoding_it_says_is_told(tmp_path: Path) -> None:
    manifest, spine = (
        "<item id='a' href='a.html'/><item id='b' href='b.html'/>",
        "<itemref idref='a'/><itemref idref='b'/>",
    )
    second = "<?xml version='1.0' encoding='iso-8859-2'?><p>\u017c</p>".encode("iso-8859-2")
    data = book(spine, manifest, a_html=b"<meta charset=utf-8><p>\x80</p>", b_html=second, root="b.opf")
    [told, *chapters] = read("epub", data, tmp_path)
    assert told == ("f: chapter 1 of the book, 'a.html': the page says it is in utf-8, which it is not; read as cp1252")
    assert [one.text for one in chapters if isinstance(one, Document)] == ["\u20ac", "\u017c"]


def test_a_book_whose_contents_are_missing_or_broken_is_told(tmp_path: Path) -> None:
    broken = zipped(**{"META-INF__container_xml": "<c>\n<rootfile full-path='b'>"})
    assert read("epub", broken, tmp_path) == ["f:2: expected XML, found an error at column 25: no element found"]
    rootless = zipped(**{"META-INF__container_xml": "<c/>"})
    for data, message in (
        (rootless, "f: names no root file in META-INF/container.xml"),
        (zipped(a="x"), "f: holds no file 'META-INF/container.xml'"),
        (zipped(**{"META-INF__container_xml": "<c><rootfile full-path='b'/></c>"}), "f: holds no file 'b'"),
    ):
        with pytest.raises(InputError) as refusal:
            read("epub", data, tmp_path)
        assert str(refusal.value) == message


# --- OpenDocument, Word, PDF


def test_an_open_document_in_detail(tmp_path: Path) -> None:
    content = "<d xmlns:t='t'>no<t:p> One<t:s t:c='2'/>a<t:s/>b<t:s t:c='x'/>c<t:tab/>d<t:line-break/>e</t:p><t:tab/>"
    content += "<t:p>a<t:frame><t:p>in</t:p></t:frame>b</t:p><t:h>H</t:h><t:s t:c='9'/><t:p/></d>"
    text = "One  a b c\td\ne\n\nab\n\nin\n\nH"
    about = "<m><title>T</title><title>no</title><creator> Ann </creator> no <date>2026</date><other/>no</m>"
    data = zipped(content_xml=content, meta_xml=about)
    assert read("odt", data, tmp_path) == [Document(text, "T", "f", meta={"author": "Ann", "date": "2026"})]
    assert read("odt", zipped(content_xml=content), tmp_path) == [Document(text, "One a b c d", "f")]
    assert read("odt", zipped(content_xml="<a>no</a>"), tmp_path) == ["f: expected a document with text, found none"]
    [wide] = read("odt", zipped(content_xml="<d xmlns:t='t'><t:p>a<t:s t:c='5000'/>b</t:p></d>"), tmp_path)
    assert isinstance(wide, Document)
    assert wide.text == f"a{' ' * 1000}b"
    [widest] = read("odt", zipped(content_xml=f"<d xmlns:t='t'><t:p>a<t:s t:c='{'9' * 5000}'/>b</t:p></d>"), tmp_path)
    assert widest == wide
    told = "expected XML, found an error at column 4: no element found"
    assert read("odt", zipped(content_xml="<a>\n<b>"), tmp_path) == [f"f:2: {told}"]
    assert read("odt", zipped(content_xml=content, meta_xml="<a>\n\n<b>"), tmp_path) == [f"f:3: {told}"]


@pytest.mark.parametrize(
    ("body", "text", "left_out"),
    [
        ("<t:tracked-changes><t:p>no</t:p></t:tracked-changes><t:p>a<t:change/>b</t:p>", "ab", 0),
        ("<t:p>a<t:note><t:note-citation>1</t:note-citation><t:p>no</t:p></t:note>b</t:p>", "ab", 1),
        ("<t:p>a<o:annotation><c:date>no</c:date><t:p>no<t:note>no</t:note></t:p></o:annotation>b</t:p>", "ab", 1),
        ("<t:p>a<o:annotation/>b<t:note><t:p>no</t:p></t:note></t:p><t:p>c</t:p>", "ab\n\nc", 2),
        ("<t:p><t:ruby><t:ruby-base>a</t:ruby-base><t:ruby-text>no</t:ruby-text></t:ruby>b</t:p>", "ab", 0),
        ("<t:p><t:title>a</t:title>b<s:title>no</s:title><s:desc>no</s:desc></t:p>", "ab", 0),
        ("<t:p>a<t:box><t:p>in</t:p><t:p/><t:h>it</t:h></t:box>b</t:p><t:p>c</t:p>", "ab\n\nin\n\nit\n\nc", 0),
        ("<t:p>a<t:box><t:p>b<t:box><t:p>c</t:p></t:box></t:p><t:p>d</t:p></t:box></t:p>", "a\n\nb\n\nc\n\nd", 0),
    ],
)
def test_what_does_not_stand_in_the_line_of_an_open_document(
    body: str, text: str, left_out: int, tmp_path: Path
) -> None:
    spaces = "xmlns:t='t' xmlns:o='o' xmlns:c='c' xmlns:s='urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0'"
    told = [f"f: notes and comments were left out: {left_out}"] if left_out else []
    [*messages, document] = read("odt", zipped(content_xml=f"<d {spaces}>{body}</d>"), tmp_path)
    assert isinstance(document, Document)
    assert (document.text, messages) == (text, told)


def docx(fill: Callable[[Any], None], title: str = "", author: str = "") -> bytes:
    library = pytest.importorskip("docx", reason="python-docx is not installed (extra `articles`)")
    made = library.Document()
    made.core_properties.title, made.core_properties.author = title, author
    fill(made)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def test_a_word_document_is_its_paragraphs_and_tables_in_order(tmp_path: Path) -> None:
    def fill(made: Any) -> None:
        made.add_heading("Head")
        made.add_paragraph(" One ")
        made.add_paragraph(" ")
        table = made.add_table(2, 2)
        for cell, text in zip((cell for row in table.rows for cell in row.cells), ("a ", "b", "c", ""), strict=True):
            cell.text = text
        made.add_paragraph("Two")

    created = "2013-12-23 23:15:00+00:00"
    text = "Head\n\nOne\n\na\tb\n\nc\t\n\nTwo"
    titled = Document(text, "T", "f", meta={"author": "Ann", "date": created})
    assert read("docx", docx(fill, "T", "Ann"), tmp_path) == [titled]
    assert read("docx", docx(fill), tmp_path) == [Document(text, "Head", "f", meta={"date": created})]


WORDS = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
}


def said(text: str) -> str:
    return f"<w:r><w:rPr><w:b/></w:rPr><w:t>{text}</w:t></w:r>"


def row(*cells: str) -> str:
    return f"<w:tr>{''.join(f'<w:tc>{cell}</w:tc>' for cell in cells)}</w:tr>"


def par(*inside: str) -> str:
    return f"<w:p>{''.join(inside)}</w:p>"


BOX = f"<w:txbxContent>{par(said('in'))}{par(said('it'))}</w:txbxContent>"


@pytest.mark.parametrize(
    ("body", "text", "left_out"),
    [
        (
            par(said("a"), f"<w:ins>{said('b')}</w:ins>", "<w:del><w:r><w:delText>no</w:delText></w:r></w:del>"),
            "ab",
            0,
        ),
        (par(f"<w:moveFrom>{said('no')}</w:moveFrom>", f"<w:moveTo>{said('a')}</w:moveTo>"), "a", 0),
        (f"<w:sdt><w:sdtContent>{par(said('a'))}</w:sdtContent></w:sdt>", "a", 0),
        (
            f"<mc:AlternateContent><mc:Choice>{par(said('a'))}</mc:Choice><mc:Fallback>{par(said('no'))}</mc:Fallback>"
            "</mc:AlternateContent>",
            "a",
            0,
        ),
        (par("<m:oMath><m:r><m:t>no</m:t></m:r></m:oMath>", said("a")), "a", 0),
        (par(f"<w:sdt><w:sdtPr><w:p/></w:sdtPr><w:sdtContent>{said('a')}</w:sdtContent></w:sdt>", said("b")), "ab", 0),
        (par(f"<w:hyperlink>{said('a')}</w:hyperlink>", f"<w:fldSimple>{said('b')}</w:fldSimple>"), "ab", 0),
        (
            par("<w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>a</w:t><w:tab/><w:br/><w:t>b</w:t></w:r>"),
            "a\t\nb",
            0,
        ),
        (par(said("a"), "<w:r><w:footnoteReference/></w:r><w:r><w:commentReference/></w:r>", said("b")), "ab", 2),
        (
            par(
                "<w:r><w:ruby><w:rt><w:r><w:t>no</w:t></w:r></w:rt><w:rubyBase>",
                said("a"),
                "</w:rubyBase></w:ruby></w:r>",
            ),
            "a",
            0,
        ),
        (
            par(
                said("a"),
                f"<w:r><mc:AlternateContent><mc:Choice>{BOX}</mc:Choice><mc:Fallback>{BOX}</mc:Fallback>"
                "</mc:AlternateContent></w:r>",
                said("b"),
            ),
            "ab\n\nin\n\nit",
            0,
        ),
        (
            f"<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val='2'/></w:tcPr>{par(said('a'))}</w:tc></w:tr>"
            f"{row(par(), par())}{row(par(said('b')), par(said('c')) + par(said('d')))}</w:tbl>",
            "a\n\nb\tc\nd",
            0,
        ),
        (
            f"<w:tbl>{row(par(said('a')), '<w:tbl>' + row(par(said('b')), par(said('c'))) + '</w:tbl>')}</w:tbl>",
            "a\tb\tc",
            0,
        ),
        (
            f"<w:tbl><w:tr><w:sdt><w:sdtContent><w:tc>{par(said('a'))}</w:tc></w:sdtContent></w:sdt></w:tr></w:tbl>",
            "a",
            0,
        ),
    ],
)
def test_what_of_a_word_document_stands_in_the_line(body: str, text: str, left_out: int, tmp_path: Path) -> None:
    pytest.importorskip("docx", reason="python-docx is not installed (extra `articles`)")
    from docx.oxml import parse_xml

    spaces = " ".join(f'xmlns:{key}="{value}"' for key, value in WORDS.items())

    def fill(made: Any) -> None:
        for number, one in enumerate(parse_xml(f"<w:body {spaces}>{body}</w:body>")):
            made.element.body.insert(number, one)

    told = [f"f: notes and comments were left out: {left_out}"] if left_out else []
    [*messages, document] = read("docx", docx(fill), tmp_path)
    assert isinstance(document, Document)
    assert (document.text, messages) == (text, told)


def test_a_word_document_without_text_or_parts_is_told(tmp_path: Path) -> None:
    assert read("docx", docx(lambda made: None), tmp_path) == ["f: expected a document with text, found none"]
    [told] = read("docx", zipped(word__document_xml="x"), tmp_path)
    assert str(told).startswith("f: expected a Word document, found a fault: ")


@pytest.mark.timeout(20)
@pytest.mark.parametrize("name", ["Subject", "From", "To", "Date", "Content-Type", "Content-Disposition"])
@pytest.mark.parametrize(
    "piece", ["nt-Type: t", "t-Type: text/plain; charse", " <ada@example\xa0", "=?utf-8?q?a?= ", 'a;b="', "("]
)
def test_a_header_of_hundreds_of_thousands_of_characters_is_cut(name: str, piece: str, tmp_path: Path) -> None:
    found = read("mail", f"Subject: A\n{name}: x{piece * (200_000 // len(piece))}\n\nAda met Bob.", tmp_path)
    assert any(f"the header {name} was cut to 4,096 characters" in str(one) for one in found)


def pdf(*pages: list[str], title: str = "") -> bytes:
    """A PDF of pages of lines, without the table of its objects, which every reader of PDF finds without."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    objects.append(f"<< /Title ({title}) >>")
    for lines in pages:
        drawn = f"BT /F1 12 Tf 14 TL 72 700 Td {' '.join(f'({line}) Tj T*' for line in lines)} ET"
        objects.append(f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream")
        told = f"/Contents {len(objects)} 0 R /Resources << /Font << /F1 3 0 R >> >>"
        objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] {told} >>")
    kids = " ".join(f"{number} 0 R" for number in range(6, len(objects) + 1, 2))
    objects[1] = f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>"
    body = "".join(f"{number} 0 obj\n{one}\nendobj\n" for number, one in enumerate(objects, 1))
    return f"%PDF-1.4\n{body}trailer\n<< /Root 1 0 R /Info 4 0 R >>\n%%EOF\n".encode()


def test_the_pages_of_a_pdf_are_its_text(tmp_path: Path) -> None:
    pytest.importorskip("pypdfium2", reason="pypdfium2 is not installed (extra `articles`)")
    data = pdf(["Ada met an exam-", "ple of it.", "It rained."], [], ["Two"], title="T")
    text = "Ada met an example of it.\nIt rained.\n\nTwo"
    assert read("pdf", data, tmp_path) == [Document(text, "T", "f", meta={"pages": 3})]
    assert read("pdf", pdf(["Ada", "met"]), tmp_path) == [Document("Ada\nmet", "Ada", "f", meta={"pages": 1})]
    pictures = "expected a PDF with text, found pictures of pages; it needs a text layer (OCR)"
    assert read("pdf", pdf([]), tmp_path) == [f"f: {pictures}"]
    [told] = read("pdf", "%PDF-1.4", tmp_path)
    assert str(told).startswith("f: expected a PDF that can be opened, found a fault: ")


def test_a_page_of_a_pdf_that_would_take_half_a_gigabyte_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("pypdfium2", reason="pypdfium2 is not installed (extra `articles`)")
    data = pdf(["Ada"])
    sizes = {size: data.replace(b"600 800", size) for size in (b"1048576 800", b"1048577 800", b"600 2147483648")}
    assert len(read("pdf", sizes[b"1048576 800"], tmp_path)) == 1
    refused = "f: expected pages of at most 1,048,576 points, found one of "
    assert read("pdf", sizes[b"1048577 800"], tmp_path) == [f"{refused}1,048,577"]
    assert read("pdf", sizes[b"600 2147483648"], tmp_path) == [f"{refused}2,147,483,648"]


# --- Web archives


def record(
    kind: str, block: bytes, http: str = "", address: str = "http://x/", date: str = "2026-01-02T03:04:05Z"
) -> bytes:
    said = f"{http}\r\n".encode() if http else b""
    head = f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Target-URI: {address}\r\n"
    head += f"WARC-Date: {date}\r\nContent-Length: {len(said + block)}\r\n"
    head += "Content-Type: application/http; msgtype=response\r\n" if http else "Content-Type: text/html; charset=x\r\n"
    return head.encode() + b"\r\n" + said + block + b"\r\n\r\n"


def answer(status: str = "200 OK", kind: str = "text/html; charset=utf-8") -> str:
    return f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n"


def warc(page: bytes) -> bytes:
    return record("response", page, answer())


def test_what_of_a_web_archive_is_a_page(tmp_path: Path) -> None:
    pytest.importorskip("warcio", reason="warcio is not installed (extra `articles`)")
    page = b"<title>T</title><p>Ada</p>"
    meta = {"url": "http://x/", "fetched": "2026-01-02T03:04:05Z"}
    html, plain = Document("Ada", "T", "f", meta=meta), Document("Ada\nmet ", "Ada", "f", meta=meta)
    data = b"".join(
        [
            record("warcinfo", b"x"),
            record("request", page, answer()),
            record("response", page, answer()),
            record("response", page, answer("404 Not Found")),
            record("response", page, answer(kind="image/png")),
            record("response", page, answer(kind="application/xhtml+xml")),
            record("response", b"Ada\nmet ", answer(kind="text/plain")),
            record("response", b" \n", answer(kind="text/plain")),
            record("response", b"<p> </p>", answer(), "http://y/"),
            record("resource", page),
        ]
    )
    empty = "f: http://y/ was left out: expected a page with text, found none"
    assert read("warc", data, tmp_path, full=True) == [html, html, plain, empty, html]
    assert read("warc", record("request", page, answer()), tmp_path) == [
        "f: expected an archive with pages, found none"
    ]
    [first, told] = read("warc", warc(page) + b"nonsense\r\n\r\n", tmp_path, full=True)
    assert first == html
    assert str(told).startswith("f: expected a whole web archive, found a fault behind page 1: ")
    cut = warc(page)[: -len("da</p>\r\n\r\n")]
    assert read("warc", record("resource", page) + cut, tmp_path, full=True) == [
        html,
        "f: http://x/: expected 6 more bytes of the page, found the end of the file",
    ]


@pytest.mark.parametrize(
    ("kind", "page", "text", "told"),
    [
        ("text/html; charset=windows-1251", "<p>\u0434</p>".encode("cp1251"), "\u0434", ""),
        ('text/plain; charset="windows-1251"', "\u0434".encode("cp1251"), "\u0434", ""),
        ("Text/HTML;Charset=KOI8-R", "<meta charset=cp1251><p>\u0434</p>".encode("koi8-r"), "\u0434", ""),
        ("text/html; charset=none", "<meta charset=cp1251><p>\u0434</p>".encode("cp1251"), "\u0434", ""),
        (
            "text/html; charset=utf-8",
            "<meta charset=cp1251><p>\u0434</p>".encode("cp1251"),
            "\u0434",
            "f: http://x/: the page says it is in utf-8, which it is not; read as cp1251",
        ),
    ],
)
def test_a_page_of_a_web_archive_is_in_the_encoding_it_was_sent_with(
    kind: str, page: bytes, text: str, told: str, tmp_path: Path
) -> None:
    pytest.importorskip("warcio", reason="warcio is not installed (extra `articles`)")
    [*messages, found] = read("warc", record("response", page, answer(kind=kind)), tmp_path, full=True)
    assert isinstance(found, Document)
    assert (found.text, messages) == (text, [told] if told else [])


def test_a_page_of_a_web_archive_that_was_sent_in_chunks_is_whole(tmp_path: Path) -> None:
    pytest.importorskip("warcio", reason="warcio is not installed (extra `articles`)")
    page = b"<title>T</title><p>Ada</p>"
    sent = b"%x\r\n%b\r\n0\r\n\r\n" % (len(page), page)
    [found] = read("warc", record("response", sent, answer() + "Transfer-Encoding: chunked\r\n"), tmp_path, full=True)
    assert isinstance(found, Document)
    assert found.text == "Ada"


# --- Parquet


def parquet(rows: list[dict[str, Any]], about: object = None) -> bytes:
    """A file of rows; `about` is what `datasets` says of the columns, as JSON or as it stands."""
    pyarrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed (extra `parquet`)")
    library = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed (extra `parquet`)")
    table = pyarrow.Table.from_pylist(rows)
    if about is not None:
        said = about if isinstance(about, bytes) else json.dumps(about).encode()
        table = table.replace_schema_metadata({b"huggingface": said})
    stream = io.BytesIO()
    library.write_table(table, stream)
    return stream.getvalue()


TAGS = {"info": {"features": {"ner_tags": {"feature": {"names": ["O", "B-PER"]}}}}}
ADA = Span(0, 3, "PER")


@pytest.mark.parametrize(
    ("row", "document"),
    [
        ({"text": "Ada met"}, Document("Ada met", "Ada met", "f")),
        (
            {"text": "Ada\nmet", "id": 7, "none": None, "spans": [], "raw": b"x"},
            Document("Ada\nmet", "Ada", "f", meta={"id": 7}),
        ),
        (
            {"tokens": ["Ada", "met"], "ner_tags": [1, 0], "id": "7", "at": float("nan")},
            Document("Ada met", "Ada met", "f", meta={"id": "7"}, marks=frozenset({ADA}), tokens=((0, 3), (4, 7))),
        ),
        *(
            (
                {"text": "Ada met", "n": 1, key: [{"start": 0, "end": 3, "label": "PER"}]},
                Document("Ada met", "Ada met", "f", meta={"n": 1}, marks=frozenset({ADA})),
            )
            for key in ("spans", "entities", "labels", "anything")
        ),
        (
            {"text": "Ada", "spans": [{"start": 0, "end": 3, "label": 1}, {"start": 1, "end": 3, "label": 0}]},
            Document("Ada", "Ada", "f", marks=frozenset({Span(0, 3, "B-PER"), Span(1, 3, "O")})),
        ),
        (
            {"text": "Ada", "kinds": [{"start": 0, "end": 3}]},
            Document("Ada", "Ada", "f", meta={"kinds": [{"start": 0, "end": 3}]}),
        ),
    ],
)
def test_a_row_of_a_dataset(row: dict[str, Any], document: Document, tmp_path: Path) -> None:
    assert read("parquet", parquet([row], TAGS), tmp_path) == [document]


def test_columns_of_a_dataset_have_the_names_that_are_said(tmp_path: Path) -> None:
    rows = parquet([{"body": "Ada met", "n": 1, "spans": [{"start": 0, "end": 3, "label": "PER"}]}, {"body": "Bob"}])
    found = read("parquet", rows, tmp_path, text="body")
    assert found == [
        Document("Ada met", "Ada met", "f", meta={"n": 1}, marks=frozenset({ADA})),
        Document("Bob", "Bob", "f"),
    ]
    columns = {"text": "body", "title": "head", "source": "from", "language": "lang"}
    record = {"body": "Ada met", "head": "T", "from": "x", "lang": "en", "n": 1}
    document = Document("Ada met", "T", "x", "en", {"n": 1})
    assert read("parquet", parquet([record]), tmp_path, **columns) == [document]
    tokens = {"words": ["Ada", "met"], "ner": ["B-PER", "O"], "head": "T", "title": "old"}
    [found] = read("huggingface", json.dumps(tokens), tmp_path, title="head")
    assert isinstance(found, Document)
    assert (found.title, found.meta, found.marks) == ("T", {"meta": {"title": "old"}}, {ADA})
    spanned = {"body": "Ada met", "title": "T", "entities": [{"start": 0, "end": 3, "label": "PER"}]}
    [found] = read("huggingface", json.dumps(spanned), tmp_path, text="body", title="title")
    assert found == Document("Ada met", "T", "f", marks=frozenset({ADA}))
    told = "expected text, found none; there are 'body': name it with --column text=NAME"
    assert read("parquet", parquet([{"body": "Ada"}]), tmp_path) == [f"f: row 1: {told}"]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"text": ""}, "expected a text, found an empty one"),
        ({"n": 1}, "expected text, found none"),
        ({"tokens": ["Ada"], "ner_tags": [2]}, "expected a tag by name, found the number 2; there are 2"),
        (
            {"text": "Ada", "spans": [{"start": 0, "end": 9, "label": "X"}]},
            "expected an offset within the text, 0 to 3, found 9",
        ),
        (
            {"text": "Ada", "spans": [{"start": 0, "end": 3, "label": "X", "text": "Bob"}]},
            "expected the words 'Bob' at 0-3, found 'Ada'",
        ),
        *(
            (
                {"text": "Ada", "spans": [{"start": 0, "end": 3, "label": label}]},
                f"expected label as a string, found {label}",
            )
            for label in (2, -1)
        ),
    ],
)
def test_a_broken_row_of_a_dataset_is_told_with_its_number(row: dict[str, Any], message: str, tmp_path: Path) -> None:
    good = {**dict.fromkeys(row), "text": "Bob"}
    assert read("parquet", parquet([good, row, good], TAGS), tmp_path) == [
        Document("Bob", "Bob", "f"),
        f"f: row 2: {message}",
        Document("Bob", "Bob", "f"),
    ]


def test_spans_of_a_dataset_in_another_unit_are_told(tmp_path: Path) -> None:
    row = {"text": "😀 Ada", "spans": [{"start": 3, "end": 6, "label": "PER", "text": "Ada"}]}
    assert read("parquet", parquet([row]), tmp_path) == [
        "f: row 1: 3-6 counts UTF-16 units, not code points, as the words 'Ada' show",
        Document("😀 Ada", "😀 Ada", "f", marks=frozenset({Span(2, 5, "PER")})),
    ]


@pytest.mark.parametrize("about", [None, b"{", [], {"info": 5}, {"info": {}}, {"info": {"features": 5}}, {}], ids=str)
def test_numbers_without_names_are_no_tags(about: object, tmp_path: Path) -> None:
    none = "dataset_info.json beside the file names none"
    assert read("parquet", parquet([{"tokens": ["Ada"], "ner_tags": [0]}], about), tmp_path) == [
        f"f: row 1: expected a tag by name, found the number 0; {none}"
    ]


def test_as_many_rows_as_there_are_go_out_and_come_back(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed (extra `parquet`)")
    tokens = ((0, 3), (4, 7))
    documents = [
        Document("Ada met", str(number), marks=frozenset({Span(0, 3, "BA"[number % 2])}), tokens=tokens)
        for number in range(501)
    ]
    formats.export(documents, tmp_path / "out.parquet")
    found = list(formats.read(Source(tmp_path / "out.parquet", "f")))
    assert found == [
        Document("Ada met", "Ada met", "f", meta={"id": str(number)}, marks=one.marks, tokens=tokens)
        for number, one in enumerate(documents)
    ]


# --- spaCy's DocBin


def docbin(*fills: Callable[[Any], None], words: str = "Ada met Bob") -> bytes:
    from spacy.tokens import Doc, DocBin
    from spacy.vocab import Vocab

    made = DocBin(store_user_data=True)
    for fill in fills:
        doc = Doc(Vocab(), words=words.split(), spaces=([True] * len(words.split()))[:-1] + [False] * bool(words))
        fill(doc)
        made.add(doc)
    return made.to_bytes()


def test_what_is_read_of_a_docbin(tmp_path: Path) -> None:
    from spacy.tokens import Span as SpacySpan

    def full(doc: Any) -> None:
        doc.ents = [SpacySpan(doc, 0, 1, "PER")]
        doc.spans["sc"] = [SpacySpan(doc, 0, 2, "X"), SpacySpan(doc, 0, 1, "PER")]
        doc.spans["other"] = [SpacySpan(doc, 2, 3, "no")]
        doc.cats = {"war": 0.5, "law": 0.4}
        doc.user_data |= {"title": "T", "source": "s", "language": "de", "annotator": "ann", "meta": '{"n": 1}', "x": 5}

    def odd(doc: Any) -> None:
        doc.user_data |= {"title": 5, "source": "", "language": 5, "annotator": 5, "meta": "[]"}

    def unnamed(doc: Any) -> None:
        doc.ents = [SpacySpan(doc, 0, 1, " x")]

    def hidden(doc: Any) -> None:
        doc.user_data["annotator"] = "\u202e"

    text, tokens = "Ada met Bob", ((0, 3), (4, 7), (8, 11))
    marks = frozenset({Span(0, 3, "PER"), Span(0, 7, "X"), Span(8, 11, "no"), Tag("war")})
    wrong = "without control characters or spaces around it, found"
    plain = Document(text, text, "f", tokens=tokens)
    assert read("spacy", docbin(full, unnamed, odd, hidden, lambda doc: None), tmp_path) == [
        Document(text, "T", "s", "de", {"n": 1}, marks, "ann", tokens=tokens),
        f"f: document 2: expected a label {wrong} ' x'",
        plain,
        f"f: document 4: expected an annotator {wrong} '\\u202e'",
        plain,
    ]
    assert read("spacy", docbin(lambda doc: None, words=""), tmp_path) == [
        "f: document 1: expected a text, found an empty one"
    ]
    assert read("spacy", docbin(lambda doc: None, words="a\0b"), tmp_path) == [
        "f: document 1: expected a text, found one with a NUL character"
    ]


def test_a_file_that_is_no_docbin_or_a_large_one_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    data = docbin(lambda doc: None)
    monkeypatch.setattr(limits, "DOCBIN_BYTES", len(data))
    assert isinstance(read("spacy", data, tmp_path)[0], Document)
    monkeypatch.setattr(limits, "DOCBIN_BYTES", len(data) - 1)
    assert read("spacy", data, tmp_path) == [f"f: expected at most {len(data) - 1} bytes, found more"]
    monkeypatch.undo()
    bomb = zlib.compress(bytes(3 << 20), 9)
    most = 200 * len(bomb) + (1 << 20)
    assert read("spacy", bomb, tmp_path) == [f"f: expected a spaCy DocBin, found more than {most:,} bytes in it"]
    monkeypatch.setattr(limits, "DOCBIN_UNPACKED", 10)
    assert read("spacy", data, tmp_path) == ["f: expected a spaCy DocBin, found more than 10 bytes in it"]
    assert taken_for(data, tmp_path) == ("spacy", "a packed DocBin")
    assert taken_for(zlib.compress(b"other", 9), tmp_path)[0] == "text"
    assert taken_for(b"x is no DocBin", tmp_path)[0] == "text"


# --- The page that is written


@pytest.mark.parametrize(
    ("document", "parts"),
    [
        (
            Document("Ada", "Ada"),
            ["<title>Ada</title>", '<html lang="en">', '<p class="about">0 entities</p>\n</header>\n<div'],
        ),
        (Document("Ada", "T", language="de-AT"), ['<html lang="de-AT">', "<h1>T</h1>"]),
        (Document("Ada", "T", language="d"), ['<html lang="en">']),
        (Document("Ada", "T", language="de_AT"), ['<html lang="en">']),
        (
            Document("Ada", "T", "s", marks=frozenset({ADA, Tag("b"), Tag("a")}), annotator="ann"),
            [
                's · annotated by ann · 1 entity <span class="tag">a</span> <span class="tag">b</span></p>',
                '<ul class="legend"><li style="--hue: 355">PER <b>1</b></li></ul>\n</header>',
                '<div class="text"><mark data-label="PER" title="PER" style="--hue: 355">Ada</mark></div>\n</article>',
            ],
        ),
        (
            Document("ab", marks=frozenset({Span(0, 1, "X"), Span(1, 2, "X"), Span(0, 2, "Y", (), (("k", "v"),))})),
            [
                '<li style="--hue: 95">X <b>2</b></li><li style="--hue: 233">Y <b>1</b></li>',
                '<mark data-label="Y" title="Y, k: v" style="--hue: 233">'
                '<mark data-label="X" title="X" style="--hue: 95">a</mark>'
                '<mark data-label="X" title="X" style="--hue: 95">b</mark></mark>',
            ],
        ),
        (
            Document(
                "a b",
                marks=frozenset(
                    {
                        Note("all"),
                        Note("this", Span(0, 1, "X")),
                        Relation(Span(0, 3, "P", ((0, 1), (2, 3))), Span(2, 3, "X"), "r"),
                    }
                ),
            ),
            [
                '<h2>Notes</h2>\n<ul class="notes">\n<li>all</li>\n<li><i>a</i>: this</li>\n'
                "<li><i>a b</i> — r → <i>b</i></li>\n</ul>\n</article>"
            ],
        ),
    ],
)
def test_the_parts_of_a_page_to_read(document: Document, parts: list[str], tmp_path: Path) -> None:
    formats.export([document, Document("other", "Other")], tmp_path / "out.html", format_name="html")
    page = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert [part for part in parts if part not in page] == []
    assert page.count("<html") == page.count("</html>") == 1
    assert page.endswith("</article>\n</body>\n</html>\n")


def test_a_page_without_documents(tmp_path: Path) -> None:
    formats.export([], tmp_path / "out.html", format_name="html")
    page = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert '<html lang="en">' in page
    assert "<title>No articles</title>" in page
    assert page.endswith("<body>\n</body>\n</html>\n")
