"""WebAnno TSV 3 of INCEpTION (https://inception-project.github.io, user guide, appendix A): tokens with layers.

Offsets count UTF-16 units; the text is put together from `#Text=` and the offsets of the tokens. Each annotation of a
span or chain layer is a span. Its label is its feature `value`, else its first feature, else the name of its layer; its
other features are attributes, and so is `layer`, the layer's full name, where that is not NamedEntity. A relation joins
its governor to its dependent, a slot the span that has it to the one that fills it, and a link of a chain the next one.
Relations between bare tokens, further features of relations, and annotations that cover nothing are told and left out.

A document is a file: written are a folder or a zip. Tokens are cut where a span begins or ends, so that no span needs
parts of tokens. In INCEpTION, import `webanno.custom` layers only where the project has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from reader.formats.base import Format, Found, Place, Source
from reader.formats.decoding import decode
from reader.formats.head import Head
from reader.formats.layers import (
    CARRIES,
    RELATION,
    kept,
    label_feature,
    short,
    span_of,
)
from reader.formats.losses import shown
from reader.formats.offsets import Offsets, Placing, Unit
from reader.formats.records import name
from reader.formats.strict import Unfit
from reader.formats.text import title_of
from reader.formats.webanno_writing import write_files
from reader.model import Document, Relation, Repair, Span

_LAYER = re.compile(r"#T_(SP|CH|RL)=(.+)")
_ADDRESS = re.compile(r"(\d+-\d+(?:\.\d+)?)(?:\[(\d+)(?:_(\d+))?\])?")
_ID = re.compile(r"((?:\\.|[^\\])*?)\[(\d+)\]", re.S)
_LINK = re.compile(r"(.*)->(\d{1,40})-(\d{1,40})", re.S)
_ESCAPE = re.compile(r"\\(->|.)", re.S)
_CONTROL = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "b": "\b"}


def looks(head: Head) -> str:
    """Its first line."""
    return "its first line says WebAnno TSV 3" if head.text.startswith("#FORMAT=WebAnno TSV 3") else ""


@dataclass(frozen=True, slots=True)
class _Layer:
    """A layer and its columns; `first` is the column it begins at, behind the token."""

    kind: str
    name: str
    columns: tuple[str, ...]
    first: int

    def is_slot(self, place: int) -> bool:
        """Whether a column names the role of a slot, or what fills it."""
        return any(self.columns[one].startswith("ROLE_") for one in (place, max(place - 1, 0)))

    @property
    def label(self) -> str:
        """The feature that gives the label."""
        if self.kind == "CH":
            return self.columns[1]
        return label_feature(one for place, one in enumerate(self.columns) if one and not self.is_slot(place))


@dataclass(slots=True)
class _Row:
    place: Place
    address: str
    start: int
    end: int
    form: str
    cells: list[str]


@dataclass(slots=True)
class _Mention:
    """An annotation of a span layer so far: where it is, and the values of its features."""

    layer: _Layer
    start: int
    end: int
    values: tuple[str | None, ...]
    place: Place

    @property
    def span(self) -> Span:
        features = {
            column: value
            for place, (column, value) in enumerate(zip(self.layer.columns, self.values, strict=True))
            if column and value is not None and not self.layer.is_slot(place)
        }
        return span_of(self.start, self.end, self.layer.name, features, self.layer.label)


@dataclass(slots=True)
class _Page:
    """What the lines have given so far."""

    layers: list[_Layer] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    length: int = 0
    rows: list[tuple[Place, str, int, int, str, list[str]]] = field(default_factory=list)


def read(source: Source) -> Iterator[Found]:
    """The one document of a file."""
    with source.open() as file:
        lines = decode(file.read(), source.name, source.encoding or "utf-8").split("\n")
    page = _Page()
    try:
        _lines(page, [line.removesuffix("\r") for line in lines], source)
        text = "".join(page.parts)
        if not text:
            raise Unfit("expected sentences, found none")
        rows = _placed(page, text)
        found = _Annotations(page.layers, rows)
    except Unfit as error:
        yield source.at(error.line).problem(str(error))
        return
    yield from found.repairs
    title = source.file_name.removesuffix(".tsv") if source.file_name else title_of(text)
    tokens = tuple((row.start, row.end) for row in rows if "." not in row.address and row.start < row.end)
    meta = kept({layer.name: layer.label for layer in page.layers if layer.kind != "RL"})
    marks = frozenset(found.spans | found.relations)
    yield Document(text, title, source.name, meta=meta, marks=marks, tokens=tokens)


def _lines(page: _Page, lines: list[str], source: Source) -> None:
    """The layers, and each sentence. Raises Unfit."""
    sentence: list[str] = []
    rows: list[tuple[Place, str, int, int, str, list[str]]] = []
    columns = 0
    for number, line in enumerate([*lines, ""], 1):
        if layer := _LAYER.fullmatch(line):
            first, *names = layer[2].split("|")
            if page.rows or rows or (layer[1] == "RL" and not names):
                raise Unfit("expected the layers with their columns before the first row", number)
            page.layers.append(_Layer(layer[1], first, tuple(names), columns))
            columns += len(names)
        elif line.startswith("#Text="):
            sentence.append(_unescaped(line.removeprefix("#Text=")))
        elif line and not line.startswith("#"):
            rows.append(_row(line, columns, source.at(number)))
        elif not line:
            if sentence or rows:
                _sentence(page, "\n".join(sentence), rows, number)
            sentence, rows = [], []


def _row(line: str, columns: int, place: Place) -> tuple[Place, str, int, int, str, list[str]]:
    cells = line.split("\t")
    ends = re.fullmatch(r"(\d{1,40})-(\d{1,40})", cells[1]) if len(cells) > 2 else None
    if ends is None or not _ADDRESS.fullmatch(cells[0]):
        raise Unfit(f"expected a row as 1-1<TAB>0-4<TAB>word, found {shown(line)}", place.line)
    values = cells[3 : 3 + columns]
    if len(values) < columns:
        raise Unfit(f"expected {columns} columns behind the word, found {len(values)}", place.line)
    return place, cells[0], int(ends[1]), int(ends[2]), _unescaped(cells[2]), values


def _sentence(page: _Page, text: str, rows: list[tuple[Place, str, int, int, str, list[str]]], line: int) -> None:
    """Put a sentence where its first token says it is. Raises Unfit."""
    begin = page.length
    if rows:
        place, _, start, _, form, _ = next((row for row in rows if row[4]), rows[0])
        within = text.find(form)
        if within < 0:
            raise Unfit(f"expected the word {shown(form)} in its sentence, found {shown(text)}", place.line)
        begin = start - _units(text[:within])
    if begin < page.length:
        raise Unfit(
            f"expected a sentence behind the one before it, found offset {begin}", rows[0][0].line if rows else line
        )
    gap = begin - page.length
    if gap > _GAP:
        raise Unfit(f"expected sentences at most {_GAP:,} apart, found {gap:,}", rows[0][0].line)
    page.parts.append(("\n" if page.length else " ") + " " * (gap - 1) if gap else "")
    page.parts.append(text)
    page.length = begin + _units(text)
    page.rows += rows


_GAP = 100_000
"""The white space between two sentences, which no line says, in UTF-16 units."""


def _units(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)


def _placed(page: _Page, text: str) -> list[_Row]:
    """The rows in characters, their words checked. Raises Unfit."""
    offsets = Offsets(text, Unit.UTF16)
    placing = Placing(text, Unit.UTF16)
    rows: list[_Row] = []
    for place, address, first, last, form, cells in page.rows:
        try:
            start, end = placing.place(first, last, form)[:2] if form else (offsets.point(first), offsets.point(last))
        except Unfit as error:
            raise Unfit(str(error), place.line) from error
        if end < start or (rows and start < rows[-1].start):
            raise Unfit("expected rows in the order of the text, found one before the last", place.line)
        rows.append(_Row(place, address, start, end, form, cells))
    return rows


class _Annotations:
    """The spans and relations of the rows. Raises Unfit."""

    def __init__(self, layers: list[_Layer], rows: list[_Row]) -> None:
        self.repairs: list[Repair] = []
        self.relations: set[Relation] = set()
        self._mentions: dict[tuple[str, str], _Mention] = {}
        self._at: dict[str, list[_Mention]] = {row.address: [] for row in rows}
        self._chains: dict[tuple[str, int, int], tuple[_Mention, str]] = {}
        for row in rows:
            for layer in layers:
                if layer.kind == "SP":
                    self._take_spans(row, layer)
                elif layer.kind == "CH":
                    self._take_links(row, layer)
        self.spans: set[Span] = set()
        for one in self._mentions.values():
            if one.start == one.end:
                self.repairs.append(one.place.repair(f"{one.span.label} covers nothing and was left out"))
            elif one.span in self.spans:
                self.repairs.append(one.place.repair(f"an equal {one.span.label} is there already and was left out"))
            else:
                self.spans.add(one.span)
        self._join_chains()
        for row in rows:
            for layer in layers:
                if layer.kind == "SP":
                    self._fill_slots(row, layer)
                elif layer.kind == "RL":
                    self._take_relations(row, layer)

    def _take_spans(self, row: _Row, layer: _Layer) -> None:
        for key, values in _stack(row, layer):
            self._mention(row, layer, key, values)

    def _mention(self, row: _Row, layer: _Layer, key: str, values: tuple[str | None, ...]) -> _Mention:
        known = self._mentions.get((layer.name, key))
        if known is None:
            known = self._mentions[layer.name, key] = _Mention(layer, row.start, row.end, values, row.place)
        known.start, known.end = min(known.start, row.start), max(known.end, row.end)
        self._at[row.address].append(known)
        return known

    def _take_links(self, row: _Row, layer: _Layer) -> None:
        """`relation->chain-link` beside `type[chain]`."""
        links, types = (_split(row.cells[layer.first + column], "|") for column in (0, 1))
        for link, kind in zip(links, types, strict=False):
            found = _LINK.fullmatch(link)
            if found is None:
                raise Unfit(f"expected a link of a chain, found {shown(link)}", row.place.line)
            chain, number = int(found[2]), int(found[3])
            value = _value(_ID.fullmatch(kind)[1] if _ID.fullmatch(kind) else kind)  # type: ignore[index]
            mention = self._mention(row, layer, f"chain {chain}-{number}", (None, value))
            self._chains[layer.name, chain, number] = mention, _value(found[1]) or short(RELATION)

    def _join_chains(self) -> None:
        for (layer, chain, number), (mention, label) in self._chains.items():
            following = self._chains.get((layer, chain, number + 1))
            if following:
                self._relate(mention, following[0], label, mention.place)

    def _relate(self, head: _Mention, tail: _Mention, label: str, place: Place) -> None:
        if head.span in self.spans and tail.span in self.spans:
            self.relations.add(Relation(head.span, tail.span, name(label.strip(), "a relation")))
        else:
            self.repairs.append(place.repair(f"the relation {label} has an end that covers nothing and was left out"))

    def _fill_slots(self, row: _Row, layer: _Layer) -> None:
        for number, column in enumerate(layer.columns[:-1]):
            if not column.startswith("ROLE_"):
                continue
            target = layer.columns[number + 1]
            for key, values in _stack(row, layer):
                host = self._mentions[layer.name, key]
                roles, targets = values[number] or "", values[number + 1] or ""
                if row.start != host.start:
                    continue
                for role, address in zip(_split(roles, ";"), _split(targets, ";"), strict=False):
                    filler = self._end(address, target, 2)
                    if filler is None:
                        raise Unfit(f"expected an annotation at {address}, found none", row.place.line)
                    self._relate(host, filler, _value(role) or short(column), row.place)

    def _take_relations(self, row: _Row, layer: _Layer) -> None:
        """The cells of a row are the features of relations that end here; the last names where they begin."""
        base = layer.columns[-1].removeprefix("BT_")
        cells = [_split(row.cells[layer.first + number], "|") for number in range(len(layer.columns))]
        for number, address in enumerate(cells[-1]):
            values = {
                column: _value(given[number])
                for column, given in zip(layer.columns[:-1], cells, strict=False)
                if number < len(given)
            }
            head, tail = self._end(address, base, 2), self._end(address, base, 3, row.address)
            label = values.pop(label_feature(values), None) or short(layer.name)
            if head is None or tail is None:
                self.repairs.append(row.place.repair(f"the relation {label} joins bare tokens and was left out"))
                continue
            self._relate(head, tail, label, row.place)
            if any(values.values()):
                kept = f"the relation {label} has features beside its label, which were left out"
                self.repairs.append(row.place.repair(kept))

    def _end(self, reference: str, layer: str, group: int, here: str = "") -> _Mention | None:
        """The annotation of a layer that a reference such as `1-3[4_2]` means."""
        found = _ADDRESS.fullmatch(reference)
        if found is None:
            raise Unfit(f"expected a row such as 1-3, found {shown(reference)}")
        identifier = found[group]
        there = [one for one in self._at.get(here or found[1], []) if layer in (one.layer.name, "uima.tcas.Annotation")]
        if identifier and identifier != "0":
            return next((one for one in there if self._mentions.get((one.layer.name, identifier)) is one), None)
        return there[0] if there else None


def _stack(row: _Row, layer: _Layer) -> Iterator[tuple[str, tuple[str | None, ...]]]:
    """`(id, values)` of each annotation of a layer in a row; without an id, one of its own."""
    columns = [_split(row.cells[layer.first + number], "|") for number in range(len(layer.columns))]
    for number in range(max(map(len, columns), default=0)):
        key, values = "", []
        for place, cells in enumerate(columns):
            cell = cells[number] if number < len(cells) else "*"
            slot = layer.is_slot(place)
            # What fills a slot has brackets of its own.
            found = None if slot and not layer.columns[place].startswith("ROLE_") else _ID.fullmatch(cell)
            key = found[2] if found else key
            cell = found[1] if found else cell
            values.append(cell if slot else _value(cell))
        yield key or f"{row.address}/{number}", tuple(values)


def _split(cell: str, divider: str) -> list[str]:
    """The stacked values of a cell, still escaped."""
    if cell == "_":
        return []
    return re.findall(rf"(?:\\.|[^{re.escape(divider)}\\])+", cell, re.S) or ["*"]


def _value(cell: str) -> str | None:
    return None if cell == "*" else _unescaped(cell)


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: _CONTROL.get(found[1], found[1]), text)


FORMAT = Format(
    "webanno-tsv",
    "WebAnno TSV 3 of INCEpTION: a folder or zip of files",
    (".webanno.tsv", ".webanno.zip"),
    read=read,
    write_files=write_files,
    carries=CARRIES,
    looks=looks,
    tokenizes=True,
)
