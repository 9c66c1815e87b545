"""CoNLL-U (https://universaldependencies.org/format.html) with entities in MISC or, in CoNLL-U Plus, a column.

Entities are read from `name=B-PER` (NorNE), `ner=S-PER` (Stanza), `NE=B-PER` or a bare `B-PER`, from
`Entity=(1-person-...` (GUM and CorefUD: nested, crossing, and parts of a discontinuous one, `1[1/2]`), or from a column
of CoNLL-U Plus that ends in NER. Words, tokens of several words and empty nodes are told apart; `SpaceAfter=No` and
`# text` give the text back, `# newdoc id` begins a document. An entity that begins at an empty node begins at the next
word; one on empty nodes alone is told and left out. Labels are the entity types; what else the notation says
(coreference, information status) is not kept.

Written are word lines with `name=` in MISC, and `Entity=` for spans that overlap those. Every character of white space
comes back: what is neither one space within a sentence nor one newline behind it stands in `SpacesBefore` and
`SpacesAfter`, as UDPipe writes them (https://ufal.mff.cuni.cz/udpipe/2/users-manual).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, pairwise
from pathlib import Path

from reader.formats import columns
from reader.formats.base import Format, Found, Lose, Source
from reader.formats.conll import Placed, Tokens, columns_of, flat_spans, uncut
from reader.formats.head import Head
from reader.formats.losses import lose_span, lose_text, shown
from reader.formats.records import name
from reader.formats.strict import Unfit
from reader.formats.tagging import TAG, placed, row
from reader.formats.text import title_of
from reader.formats.tokenizing import breaks
from reader.model import Document, Span

CARRIES = frozenset({"overlaps", "spans"})
_ID = re.compile(r"(\d{1,40})(?:-(\d{1,40})|\.\d+)?")
_ROW = re.compile(r"\d+(?:[-.]\d+)?\t[^\t]+(?:\t[^\t]*){8,}")
# `(id-type-...` opens, `id)` closes, `(...)` does both; a part says `[2/3]` behind its id.
_BRACKET = re.compile(r"(\()?([^()\[\]]+)(?:\[(\d{1,40})/(\d{1,40})\])?(-[^()\[\]]*)?(\))?")
_BARE = re.compile(r"[BIELMSU]-[A-Z][A-Z_]*")
_STANDARD = ("ID", "FORM", "LEMMA", "UPOS", "XPOS", "FEATS", "HEAD", "DEPREL", "DEPS", "MISC")


def looks(head: Head) -> str:
    """Ten columns with numbers, or the column names of CoNLL-U Plus."""
    if head.text.startswith("# global.columns"):
        return "it begins with the columns of CoNLL-U Plus"
    rows = [line for line in head.lines if line.strip() and not line.startswith("#")][:5]
    return "ten columns with numbered words" if rows and all(_ROW.fullmatch(line) for line in rows) else ""


@dataclass(slots=True)
class _Open:
    """An entity that is not closed yet: where it begins, and which part of how many it is."""

    key: str
    label: str
    first: int
    part: tuple[int, int]


@dataclass(slots=True)
class _Pages:
    """One document so far: the pieces of its text, its words, and its entities by words."""

    name: str = ""
    parts: list[str] = field(default_factory=list)
    length: int = 0
    words: list[tuple[int, int]] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    opened: list[_Open] = field(default_factory=list)
    entities: list[tuple[str, str, list[tuple[int, int]], int]] = field(default_factory=list)
    good: bool = True
    empty: int = 0  # entities that cover no word
    stated: bool = False  # whether the white space behind the last word was said

    def put(self, text: str) -> tuple[int, int]:
        start = self.length
        self.parts.append(text)
        self.length += len(text)
        return start, self.length


def read(source: Source) -> Iterator[Found]:
    """The documents of a file."""
    pages = _Pages()
    names: tuple[str, ...] = _STANDARD
    fields: tuple[str, ...] = ("GRP", "etype")
    gap, until = "", 0
    for number, line in columns.lines(source):
        try:
            if isinstance(line, bytes):
                raise Unfit("expected a line of text in UTF-8, found other or too many bytes")
            if line.startswith("#"):
                key, _, value = (part.strip() for part in line[1:].partition("="))
                if key == "global.columns":
                    names = tuple(value.split())
                elif key == "global.Entity":
                    fields = tuple(value.split("-"))
                elif key.startswith("newdoc"):
                    yield from _document(pages, source, gap)
                    pages, gap = _Pages(name=value), ""
                continue
            if not line.strip():
                gap, until = (gap if pages.stated else "\n" if pages.words else ""), 0
                continue
            cells = line.split("\t")
            if len(cells) != len(names):
                raise Unfit(f"expected {len(names)} columns divided by tabs, found {len(cells)}")
            gap, until = _take(pages, dict(zip(names, cells, strict=True)), fields, gap, until)
        except Unfit as error:
            pages.good = False
            yield source.at(number).problem(str(error))
    yield from _document(pages, source, gap)


def _take(pages: _Pages, cells: dict[str, str], fields: tuple[str, ...], gap: str, until: int) -> tuple[str, int]:
    """Put a word to the text; gives the white space before the next one, and the last word of an open token."""
    found = _ID.fullmatch(cells.get("ID", ""))
    if found is None:
        raise Unfit(f"expected a number of a word, found {shown(cells.get('ID', ''))}")
    misc = dict(one.partition("=")[::2] for one in cells.get("MISC", "_").split("|"))
    form = cells.get("FORM", "")
    if "." in found[0]:
        # It stands nowhere in the text: what begins at it begins at the next word.
        _brackets(pages, cells, misc, fields, len(pages.words) - int(int(found[1]) < until))
        return gap, until
    after = "" if misc.get("SpaceAfter") == "No" else " "
    if found[2] or int(found[1]) > until:
        pages.stated = "SpacesAfter" in misc
        after = _unescaped(misc["SpacesAfter"]) if pages.stated else after
        gap = _unescaped(misc["SpacesBefore"]) if "SpacesBefore" in misc and not pages.words else gap
    if found[2]:
        # The words of a token of several share its place; only it stands in the text.
        pages.put(gap)
        pages.words.append(pages.put(form))
        pages.tags.append(_tag(cells, misc) or "O")
        return after, int(found[2])
    if int(found[1]) > until:
        pages.put(gap)
        pages.words.append(pages.put(form))
        pages.tags.append("O")
        gap = after
    if not pages.words:
        raise Unfit("expected a word that stands in the text, found none before it")
    tag = _tag(cells, misc)
    if tag and pages.tags[-1] == "O":
        pages.tags[-1] = tag
    _brackets(pages, cells, misc, fields, len(pages.words) - 1)
    return gap, until


def _tag(cells: dict[str, str], misc: dict[str, str]) -> str:
    """The tag of a word, "" where it has none. What is no tag is one of NorNE's or of a column that is wrong."""
    column = next((value for key, value in cells.items() if key.endswith("NER") and key not in _STANDARD), "")
    others = (misc[key] for key in ("ner", "NER", "NE") if TAG.fullmatch(misc.get(key, "")))
    bare = (key for key, value in misc.items() if not value and _BARE.fullmatch(key))
    return misc.get("name") or (column if column not in ("", "_", "*") else "") or next(chain(others, bare), "")


def _brackets(pages: _Pages, cells: dict[str, str], misc: dict[str, str], fields: tuple[str, ...], first: int) -> None:
    """Open entities at the word `first`, and close them at the one that was put last. Raises Unfit."""
    if any(key.endswith("NER") for key in cells):
        # A column of entities says it again, and flat.
        return
    here = len(pages.words) - 1
    for opens, before, part, of, behind, closes in _BRACKET.findall(misc.get("Entity", "")):
        values = (before + behind).split("-")
        key = values[fields.index("GRP")] if opens and "GRP" in fields[: len(values)] else values[0]
        number = (int(part or 1), int(of or 1))
        if opens:
            kind = values[fields.index("etype")] if "etype" in fields[: len(values)] else values[-1]
            pages.opened.append(_Open(key, name(kind, "an entity type"), first, number))
        if closes:
            found = next((one for one in reversed(pages.opened) if one.key == key and one.part[0] == number[0]), None)
            found = found or next((one for one in reversed(pages.opened) if one.key == key), None)
            if found is None:
                raise Unfit(f"expected an entity that was opened, found the end of {shown(key)}")
            pages.opened.remove(found)
            _close(pages, found, here)


def _close(pages: _Pages, one: _Open, last: int) -> None:
    place = (one.first, last)
    if one.part[1] > 1 and one.part[0] > 1:
        for key, label, places, of in reversed(pages.entities):
            if (key, label, of) == (one.key, one.label, one.part[1]) and len(places) == one.part[0] - 1:
                places.append(place)
                return
    pages.entities.append((one.key, one.label, [place], one.part[1]))


def _document(pages: _Pages, source: Source, gap: str) -> Iterator[Found]:
    if not pages.good or not pages.words:
        return
    pages.put(gap if pages.stated else "")
    text = "".join(pages.parts)
    spans = set(_entities(pages))
    try:
        rows = [row(text[start:end], tag) for (start, end), tag in zip(pages.words, pages.tags, strict=True)]
    except Unfit as error:
        yield source.at().problem(f"{pages.name or 'the document'}: {error}")
        return
    spans |= set(placed(rows, pages.words))
    if pages.opened:
        label = pages.opened[-1].label
        yield source.at().problem(f"expected every entity of {pages.name or 'the document'} to end, found {label} open")
        return
    if pages.empty:
        told = f"entities on empty nodes alone cover no word and were left out: {pages.empty}"
        yield source.at().repair(f"{pages.name or 'the document'}: {told}")
    meta = {"id": pages.name} if pages.name else {}
    yield Document(text, title_of(text), source.name, meta=meta, marks=frozenset(spans), tokens=tuple(pages.words))


def _entities(pages: _Pages) -> Iterator[Span]:
    """The spans of what stood in brackets. On empty nodes alone, an entity or a part of one ends before it begins."""
    for _, label, places, _ in pages.entities:
        fragments = tuple((pages.words[first][0], pages.words[last][1]) for first, last in places if first <= last)
        if fragments:
            yield Span(fragments[0][0], fragments[-1][1], label, fragments if len(fragments) > 1 else ())
        else:
            pages.empty += 1


_ESCAPES = {" ": "\\s", "\t": "\\t", "\r": "\\r", "\n": "\\n", "|": "\\p", "\\": "\\\\"}
_UNESCAPES = {escape: sign for sign, escape in _ESCAPES.items()}


def _escaped(space: str) -> str:
    return "".join(_ESCAPES.get(sign, sign) for sign in space)


def _unescaped(value: str) -> str:
    return re.sub(r"\\.", lambda found: _UNESCAPES.get(found[0], found[0]), value)


def write(documents: Iterable[Document], path: Path, lose: Lose) -> None:
    """A word a line; no part of speech and no syntax is known."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for number, document in enumerate(documents, 1):
            if not document.text.strip():
                lose_text(document, lose, "there is no word in it")
                continue
            file.write(f"# newdoc id = {number}\n")
            file.writelines(_lines(document, number, lose))


def _lines(document: Document, number: int, lose: Lose) -> Iterator[str]:
    text = document.text
    tokens = columns_of(document)
    flat, rest = _fitting(document, tokens, lose)
    tags, brackets = _tags(flat), _bracketed(rest)
    if brackets:
        yield "# global.Entity = GRP-etype\n"
    places = [0, *uncut(breaks(document, *tokens), [*flat, *rest]), len(tokens.words)]
    for sentence, (first, last) in enumerate(pairwise(places), 1):
        said = text[tokens.starts[first] : tokens.ends[last - 1]]
        yield f"# sent_id = {number}-{sentence}\n# text = {' '.join(said.split())}\n"
        for place in range(first, last):
            end = tokens.ends[place]
            is_last = place + 1 == len(tokens.words)
            after = text[end:] if is_last else text[end : tokens.starts[place + 1]]
            usual = " " if place + 1 < last else "" if is_last else "\n"
            misc = [f"Entity={brackets[place]}"] if place in brackets else []
            misc += [f"name={tags[place]}"] if place in tags else []
            misc += _spaces("" if place else text[: tokens.starts[0]], after, usual)
            yield "\t".join((str(place - first + 1), tokens.words[place], *"_" * 7, "|".join(misc) or "_")) + "\n"
        yield "\n"


def _fitting(document: Document, tokens: Tokens, lose: Lose) -> tuple[list[Placed], list[Placed]]:
    """The spans for tags and those for brackets; a label that would end its cell or its bracket is lost."""
    found: list[list[Placed]] = []
    for fitting, signs in zip(flat_spans(document, tokens, lose, CARRIES), ("|", "|()[]-="), strict=True):
        found.append([one for one in fitting if not set(signs) & set(one[2].label)])
        for _, _, span in fitting:
            if set(signs) & set(span.label):
                lose_span(document, span, lose, f"its label has one of {signs} in it, which divide the column")
    return found[0], found[1]


def _tags(flat: list[Placed]) -> dict[int, str]:
    """What `name` says at each word within a span, in IOB2."""
    return {
        place: ("I-" if place > first else "B-") + span.label
        for first, last, span in flat
        for place in range(first, last + 1)
    }


def _bracketed(spans: list[Placed]) -> dict[int, str]:
    """What `Entity` says at each word: what ends there, then what begins."""
    ends: dict[int, str] = {}
    begins: dict[int, str] = {}
    for number, (first, last, span) in enumerate(spans, 1):
        closing = ")" if first == last else ""
        begins[first] = begins.get(first, "") + f"({number}-{span.label}{closing}"
        if not closing:
            ends[last] = ends.get(last, "") + f"{number})"
    return {place: ends.get(place, "") + begins.get(place, "") for place in {*ends, *begins}}


def _spaces(before: str, after: str, usual: str) -> Iterator[str]:
    """What MISC says of the white space around a word, where it is not the usual."""
    if not after and usual == " ":
        yield "SpaceAfter=No"
    elif after != usual:
        yield f"SpacesAfter={_escaped(after)}"
    if before:
        yield f"SpacesBefore={_escaped(before)}"


FORMAT = Format(
    "conllu",
    "CoNLL-U and CoNLL-U Plus with entities",
    (".conllu", ".conllup"),
    read=read,
    write=write,
    carries=CARRIES,
    looks=looks,
    tokenizes=True,
)
