"""Reading columns: which one holds the tokens and which the tags, and documents from the lines between two borders."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice, pairwise

from reader.errors import InputError
from reader.formats import limits
from reader.formats.base import Found, Source
from reader.formats.decoding import decode_part, marked_as, numbered
from reader.formats.losses import shown
from reader.formats.strict import Unfit
from reader.formats.tagging import Row, joined, placed, row
from reader.formats.text import title_of
from reader.model import Document, Span

DOCSTART = "-DOCSTART-"
_TAG = re.compile(r"[BIELMSU]-.+|O", re.S)
_NEW_DOCUMENT = re.compile(r"#\s*(?:newdoc|[\w:]*document_id)\b(?:\s+id)?\s*=?\s*(.*)")
_LOOKED_AT = 400  # lines
Line = tuple[int, bytes | str]


@dataclass(frozen=True, slots=True)
class Layout:
    """Which columns, from 0, hold the token and the tags, of how many; `begun` tells that spans begin with B.

    `told` says which columns of tags were not taken, where nobody named one.
    """

    token: int
    tags: tuple[int, ...]
    width: int
    begun: bool
    told: str = ""


@dataclass(slots=True)
class _Pages:
    """The rows of one document so far."""

    sentences: list[list[list[Row]]] = field(default_factory=lambda: [[]])
    name: str = ""
    good: bool = True

    @property
    def empty(self) -> bool:
        return not any(self.sentences)


def read(source: Source) -> Iterator[Found]:
    """The documents between `-DOCSTART-` lines, or comments that name a new document.

    A span begins at B, and at I after O, after another label or at the beginning of a sentence.
    """
    found = lines(source)
    first = list(islice(found, _LOOKED_AT))
    layout = _layout(first, source)
    pages = _Pages()
    nothing = True
    if layout.told:
        yield source.at().repair(layout.told)
    for number, line in chain(first, found):
        try:
            cells = _cells(line)
            border = _border(line, cells, layout)
            if border is not None:
                yield from _document(pages, source)
                pages, nothing = _Pages(name=border), False
            elif not cells:
                pages.sentences.append([])
            elif not _is_comment(cells, layout.width):
                repair = _take(pages, cells, layout)
                nothing = False
                if repair:
                    yield source.at(number).repair(repair)
        except Unfit as error:
            pages.good = nothing = False
            yield source.at(number).problem(str(error))
    yield from _document(pages, source)
    if nothing:
        yield source.at().problem("expected lines with a token and a tag, found none")


def lines(source: Source) -> Iterator[Line]:
    """The lines without their newlines, as bytes where they cannot be decoded."""
    with source.open() as file:
        for number, line in numbered(file):
            mark, marked = marked_as(line) if number == 1 else (b"", "")
            if mark and marked != "utf-8":
                raise InputError(f"{source.name}: is {marked.upper()}; save it as UTF-8")
            if len(line) > limits.LINE_BYTES:
                yield number, line
                continue
            try:
                yield number, decode_part(line, source.name, source.encoding).rstrip("\r\n")
            except InputError:
                yield number, line


def _cells(line: bytes | str) -> list[str]:
    """The columns of a line: at tabs where there are any, else at spaces. No other white space divides."""
    if isinstance(line, bytes):
        raise Unfit("expected a line of text in UTF-8, found other or too many bytes; name it with --encoding")
    if "\t" in line:
        return line.rstrip("\t").split("\t")
    return [cell for cell in line.split(" ") if cell]


def _layout(first: Iterable[Line], source: Source) -> Layout:
    """The columns, as the first lines show them, or as the person says."""
    cells = [_cells(line) for _, line in first if isinstance(line, str)]
    rows = [one for one in cells if len(one) > 1 and not one[0].startswith(DOCSTART)]
    tagged = [one for one in rows if any(_TAG.fullmatch(cell) for cell in one[1:])]
    width = Counter(map(len, tagged or rows)).most_common(1)[0][0] if rows else 0
    rows = [one for one in tagged if len(one) == width]
    numbered_rows = width > 2 and _are_numbers([one[0] for one in rows]) and len({one[1] for one in rows}) > 1
    token = 1 if numbered_rows else 0
    tagging = [place for place in range(token + 1, width) if _are_tags([one[place] for one in rows])]
    begins = cells[0] if cells else []
    usual = tagging[-2:] if numbered_rows else tagging[:1] if is_header(begins) else tagging[-1:]
    tags = tuple(usual) or (width - 1,)
    named = [_number(source, name) for name in ("token", "tag", "tag2")]
    said = tuple(place for place in named[1:] if place is not None)
    left = [] if said else [place for place in tagging if place not in tags and not _are_chunks(rows, place)]
    tags = said or tags
    token = token if named[0] is None else named[0]
    return Layout(token, tags, width, _begun([one[tags[0]] for one in rows if len(one) > tags[0]]), _left(left, tags))


def is_header(cells: list[str]) -> bool:
    """Whether a line names the columns as HIPE-2022 does: of the coarse literal sense first, others behind it."""
    return cells[:1] == ["TOKEN"] and any(cell.startswith("NE-") for cell in cells)


def _are_chunks(rows: list[list[str]], place: int) -> bool:
    """Whether a column holds the phrases of CoNLL-2003, which are no entities."""
    return any(one[place][2:] in ("NP", "NC") for one in rows)


def _left(places: list[int], taken: tuple[int, ...]) -> str:
    """What is said of columns of tags that are not taken, counting from 1; "" where there are none."""
    numbers, others = (", ".join(str(place + 1) for place in some) for some in (taken, places))
    return f"column {numbers} was taken for the tags; --column tag=N takes another: {others}" if places else ""


def _are_numbers(values: Sequence[str]) -> bool:
    """Whether a column counts the tokens of each sentence."""
    if len(values) < 2 or not all(one.isdecimal() and len(one) <= limits.DIGITS for one in values):
        return False
    counts = list(map(int, values))
    return all(after in (before + 1, 0, 1) for before, after in pairwise(counts))


def _are_tags(values: Sequence[str]) -> bool:
    return bool(values) and sum(bool(_TAG.fullmatch(value)) for value in values) > 0.8 * len(values)


def _begun(tags: Sequence[str]) -> bool:
    """Whether a span that follows no other of its label begins with B: then an I there is a slip."""
    pairs = zip(["O", *tags], tags, strict=False)
    return any(tag.startswith("B-") and before[2:] != tag[2:] for before, tag in pairs)


def _number(source: Source, name: str) -> int | None:
    """The column a person named, from 0; they count from 1. Raises InputError."""
    value = source.options.column(name)
    if value and (not value.isdigit() or int(value) < 1):
        raise InputError(f"--column {name}={value}: expected the number of a column, from 1 on")
    return int(value) - 1 if value else None


def _border(line: bytes | str, cells: list[str], layout: Layout) -> str | None:
    """The name of the document that begins on a line, "" where it has none; None where none begins."""
    if cells[:1] == [DOCSTART]:
        return ""
    found = _NEW_DOCUMENT.fullmatch(line) if isinstance(line, str) and line.startswith("#") else None
    return found[1].strip() if found and _is_comment(cells, layout.width) else None


def _is_comment(cells: list[str], width: int) -> bool:
    """The names of the columns, or a line that begins with # and is no row: by its number of columns, or its tag."""
    if is_header(cells):
        return True
    return cells[0].startswith("#") and (len(cells) != (width or len(cells)) or not _TAG.fullmatch(cells[-1]))


def _take(pages: _Pages, cells: list[str], layout: Layout) -> str:
    """Put a row to the sentence; what was repaired, or "". Raises Unfit."""
    if len(cells) < 2:
        raise Unfit(f"expected a token and a tag, found one column: {shown(cells[0])}")
    if len(cells) != layout.width:
        raise Unfit(f"expected {layout.width} columns as in the lines before, found {len(cells)}")
    if max(layout.token, *layout.tags) >= len(cells):
        raise Unfit(f"expected the columns that --column names, found {len(cells)}")
    token = cells[layout.token]
    if not token or any(not cells[tag] for tag in layout.tags):
        raise Unfit(f"expected a tag such as B-PER, I-PER or O in the last column, found {shown(cells[-1])}")
    if "\0" in token:
        raise Unfit("expected a token, found a NUL character")
    rows = [row(token, cells[tag]) for tag in layout.tags]
    before = pages.sentences[-1][-1] if pages.sentences[-1] else None
    pages.sentences[-1].append(rows)
    _, prefix, label = rows[0]
    alone = before is None or before[0][2] != label
    slip = layout.begun and prefix == "I" and alone
    return f"I-{label} begins a span here, as B-{label} would" if slip else ""


def _document(pages: _Pages, source: Source) -> Iterator[Found]:
    if not pages.good or pages.empty:
        return
    sentences = [sentence for sentence in pages.sentences if sentence]
    text, spans, borders = joined([[rows[0] for rows in sentence] for sentence in sentences])
    found = set(spans)
    for layer in range(1, len(sentences[0][0])):
        place = 0
        for sentence in sentences:
            found |= set(_layer(sentence, layer, borders[place : place + len(sentence)]))
            place += len(sentence)
    meta = {"id": pages.name} if pages.name else {}
    yield Document(text, title_of(text), source.name, meta=meta, marks=frozenset(found), tokens=tuple(borders))


def _layer(sentence: list[list[Row]], layer: int, borders: list[tuple[int, int]]) -> list[Span]:
    return placed([rows[layer] for rows in sentence], borders)
