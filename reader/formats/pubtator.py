"""PubTator (https://www.ncbi.nlm.nih.gov/research/pubtator3/): title and abstract, and a line an annotation.

The text is the title, one line end, and the abstract; offsets count its characters, half-open. The concept that an
annotation names is its attribute `id`. Relations between concepts join no spans and are kept for PubTator alone. An
article ends at an empty line, or where the next one begins.

Written are texts of at most two lines; any other cannot be, and says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from reader.formats import columns, limits
from reader.formats.base import Format, Found, Lose, Source
from reader.formats.head import Head
from reader.formats.losses import OTHER, carried, described, kept_for, lose_span, lose_text, named, shown
from reader.formats.offsets import Placing
from reader.formats.records import name
from reader.formats.strict import Unfit
from reader.formats.text import title_of
from reader.model import Document, Loss, Span

NAME = "pubtator"
CARRIES = frozenset({"overlaps", "spans"})
_PART = re.compile(r"([^|\t]+)\|([ta])\|(.*)", re.S)
_LINES = re.compile("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")


def looks(head: Head) -> str:
    """A title line."""
    lines = [line for line in head.lines[:5] if line]
    found = (
        lines and re.match(r"[^|\t\s]+\|t\|", lines[0]) and (len(lines) < 2 or re.match(r"[^|\t\s]+\|a\|", lines[1]))
    )
    return "title and abstract lines of PubTator" if found else ""


@dataclass(slots=True)
class _Article:
    identifier: str = ""
    title: str | None = None
    abstract: str | None = None
    spans: set[Span] = field(default_factory=set)
    other: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        title = self.title or ""
        return title if self.abstract is None else f"{title}\n{self.abstract}"

    def ends_at(self, identifier: str, part: str) -> bool:
        """Whether a title or an abstract is of another article."""
        return bool(self.identifier) and (identifier != self.identifier or (part == "t" and self.title is not None))


def read(source: Source) -> Iterator[Found]:
    """A document an article."""
    article = _Article()
    placing: Placing | None = None
    for number, line in columns.lines(source):
        try:
            if isinstance(line, bytes):
                raise Unfit("expected a line of text in UTF-8, found other or too many bytes")
            if not line.strip():
                yield from _document(article, source)
                article, placing = _Article(), None
            elif part := _PART.fullmatch(line):
                if article.ends_at(part[1], part[2]):
                    yield from _document(article, source)
                    article = _Article()
                _take_part(article, *part.groups())
                placing = None
            else:
                placing = placing or Placing(article.text)
                _take(article, line, placing)
        except Unfit as error:
            yield source.at(number).problem(str(error))
    yield from _document(article, source)


def _take_part(article: _Article, identifier: str, part: str, words: str) -> None:
    """A title or an abstract. Raises Unfit."""
    article.identifier = identifier
    if part == "t":
        article.title = words
    elif article.abstract is None:
        article.abstract = words
    else:
        raise Unfit(f"expected one abstract of {shown(identifier)}, found another")


def _take(article: _Article, line: str, placing: Placing) -> None:
    cells = line.rstrip("\t").split("\t")
    if article.identifier and cells[0] != article.identifier:
        raise Unfit(f"expected an annotation of {shown(article.identifier)}, found {shown(line)}")
    if len(cells) >= 4 and not cells[1].isdecimal():
        article.other.append(line)
        return
    if len(cells) < 5 or not all(one.isdecimal() and len(one) <= limits.DIGITS for one in cells[1:3]):
        raise Unfit(f"expected id, start, end, words and type divided by tabs, found {shown(line)}")
    start, end, _ = placing.place(int(cells[1]), int(cells[2]), cells[3])
    concept = (("id", cells[5]),) if len(cells) > 5 and cells[5] else ()
    article.spans.add(Span(start, end, name(cells[4], "a type"), attributes=concept))


def _document(article: _Article, source: Source) -> Iterator[Found]:
    if text := article.text:
        meta = {"id": article.identifier, **({NAME: {OTHER: article.other}} if article.other else {})}
        yield Document(text, article.title or title_of(text), source.name, meta=meta, marks=frozenset(article.spans))


def write(documents: Iterable[Document], path: Path, lose: Lose) -> None:
    """Title and abstract, and the annotations in reading order."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for number, document in enumerate(documents, 1):
            title, newline, abstract = document.text.partition("\n")
            if _LINES.search(title) or _LINES.search(abstract) or not document.text.strip():
                lose_text(document, lose, "PubTator has texts of at most two lines")
                continue
            identifier = str(document.meta.get("id", number))
            identifier = identifier if re.fullmatch(r"[\w.-]+", identifier) else str(number)
            file.write(f"{identifier}|t|{title}\n" + (f"{identifier}|a|{abstract}\n" if newline else ""))
            for span in carried(document, lose, CARRIES | {"attributes"}, NAME):
                if "\t" in span.label or "\t" in document.text[span.start : span.end]:
                    lose_span(document, span, lose, "a tab divides the columns")
                    continue
                concept = _concept(document, span, lose)
                words = document.text[span.start : span.end].replace("\n", " ")
                cells = [identifier, str(span.start), str(span.end), words, span.label, *concept]
                file.write("\t".join(cells) + "\n")
            # What is kept goes with the article, whose identifier may be another now.
            kept = (line.partition("\t")[2] for line in map(str, kept_for(document, NAME)))
            file.writelines(f"{identifier}\t{line}\n" for line in kept)
            file.write("\n")


def _concept(document: Document, span: Span, lose: Lose) -> list[str]:
    """The concept of a span; its other attributes are lost."""
    found = []
    for key, value in span.attributes:
        if key == "id" and value and value.isprintable():
            found.append(value)
        else:
            fact = f"{key} = {shown(value)} of {described(span, document.text)}"
            lose(Loss(named(document), fact, "PubTator has one attribute, id"))
    return found


FORMAT = Format(
    NAME,
    "PubTator: titles and abstracts with annotations",
    (".pubtator", ".pubtator.txt"),
    read=read,
    write=write,
    carries=CARRIES,
    looks=looks,
)
