"""brat standoff (https://brat.nlplab.org/standoff.html): a text beside a file of annotations, a line each.

A pair is read where a `.ann` has a `.txt` of its name beside it, in a folder or a zip; written are a folder or a zip
of pairs, with an `annotation.conf` of the labels. Offsets count characters. Several fragments are a discontinuous
span; `A` and `M` lines are attributes of their span (a flag has an empty value), `#` lines of AnnotatorNotes are
notes, `R` lines relations, from what is named first to what is named second; the names of their roles are kept, one
pair for a kind of relation. Events, equivalences, normalisations, and whatever stands on them are kept as they are and
written back.

brat has no span over a line end: as brat does, one is written as a fragment a line, and where nothing but white space
with a line end is between two fragments, they are read as one. A span that begins or ends with a line end is a loss.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count, pairwise
from typing import Any

from reader.formats import text as plain
from reader.formats.base import Format, Found, Lose, Source
from reader.formats.brat_conf import ARGUMENTS, conf_of
from reader.formats.decoding import decode
from reader.formats.head import Head
from reader.formats.losses import (
    OTHER,
    carried,
    described,
    kept_for,
    lose_span,
    named,
    relations_between,
    shown,
)
from reader.formats.offsets import Placing, same_words
from reader.formats.records import name
from reader.formats.strict import Unfit
from reader.formats.text import title_of
from reader.formats.writing import file_name
from reader.model import Document, Label, Loss, Mark, Note, Relation, Span

NAME = "brat"
CARRIES = frozenset({"attributes", "fragments", "notes", "overlaps", "relations", "spans"})
_LINE = re.compile(r"(?:T|R|E|A|M|N|#)\d+\t\S|\*\t\S")
_SPAN = re.compile(r"(\S+)[ \t]+(\d{1,40}[ \t]\d{1,40}(?:;\d{1,40} \d{1,40})*)(?!\d)")
_ROLE = re.compile(r"[^\s:,<>]+")
_WORD = re.compile(r"[^\s;|\[\]]+")
_SPANS = "spans"
"""In `meta`, beside the lines that are kept: the spans that these name, by id."""
_ROLES = "roles"
"""In `meta`: the names of the two roles of a kind of relation."""
_CONF = ("annotation.conf", "visual.conf", "tools.conf", "kb_shortcuts.conf")


def looks(head: Head) -> str:
    """Lines with the ids of brat, in a file of its suffix."""
    lines = [line for line in head.lines[:20] if line.strip()]
    found = head.file_name.endswith(".ann") and all(_LINE.match(line) for line in lines[:5])
    return "an .ann file with brat's lines" if found and lines else ""


def companions(file_name: str) -> tuple[str, ...]:
    """The text of an `.ann`, and the settings of its folder."""
    return (f"{file_name[:-4]}.txt", *_CONF) if file_name.endswith(".ann") else ()


@dataclass(slots=True)
class _Pair:
    """What the lines of a file have given so far, and what is known only at the end."""

    placing: Placing
    spans: dict[str, Span] = field(default_factory=dict)
    later: list[tuple[int, str]] = field(default_factory=list)
    marks: set[Mark] = field(default_factory=set)
    other: list[str] = field(default_factory=list)
    roles: dict[str, tuple[str, str]] = field(default_factory=dict)


def read(source: Source) -> Iterator[Found]:
    """The one document of a pair. Raises InputError where the text is missing."""
    beside = source.beside(source.file_name.removesuffix(".ann") + ".txt")
    if beside is None:
        yield source.at().problem("expected the text beside it, a .txt of the same name, found none")
        return
    texts = list(plain.read(beside))
    yield from (one for one in texts if not isinstance(one, Document))
    document = next((one for one in texts if isinstance(one, Document)), None)
    if document is None:
        return
    with source.open() as file:
        lines = decode(file.read(), source.name, source.encoding).split("\n")
    pair = _Pair(Placing(document.text))
    yield from _first(pair, lines, source)
    yield from _second(pair, source)
    meta = _kept(pair)
    marks = frozenset(pair.marks | set(pair.spans.values()))
    yield Document(document.text, title_of(document.text), beside.name, meta=meta, marks=marks)


def _kept(pair: _Pair) -> dict[str, Any]:
    """The `meta` of a document: the lines that are kept, where the spans are that these name, and unusual roles."""
    named_there = sorted({one for line in pair.other for one in _references(line) if one in pair.spans})
    places = {one: _placed(pair.spans[one]) for one in named_there}
    roles = {label: list(both) for label, both in sorted(pair.roles.items()) if both != ARGUMENTS}
    found = {OTHER: pair.other, _SPANS: places, _ROLES: roles}
    return {NAME: {key: value for key, value in found.items() if value}} if any(found.values()) else {}


def _references(line: str) -> list[str]:
    """The ids of spans that a line names."""
    return re.findall(r"\bT\d+\b", words_of(line))


def _placed(span: Span) -> str:
    """Label and offsets as a line has them."""
    parts = span.fragments or ((span.start, span.end),)
    return f"{span.label} {';'.join(f'{start} {end}' for start, end in parts)}"


def _first(pair: _Pair, lines: list[str], source: Source) -> Iterator[Found]:
    """The spans; every other line waits for them."""
    for number, raw in enumerate(lines, 1):
        line = raw.removesuffix("\r")
        if not line.strip():
            continue
        if not line.startswith("T"):
            pair.later.append((number, line))
            continue
        try:
            identifier, span, repair = _span(line, pair.placing)
            if identifier in pair.spans:
                raise Unfit(f"expected each id once, found {identifier} again")
            pair.spans[identifier] = span
            if repair:
                yield source.at(number).repair(repair)
        except Unfit as error:
            yield source.at(number).problem(str(error))


def _span(line: str, placing: Placing) -> tuple[str, Span, str]:
    """`T1<TAB>Label 0 4;8 9<TAB>words`. Raises Unfit."""
    identifier, _, rest = line.partition("\t")
    found = _SPAN.match(rest)
    if not re.fullmatch(r"T\d+", identifier) or found is None:
        raise Unfit(f"expected T1, a label and offsets, found {shown(line)}")
    words = rest[found.end() :].removeprefix("\t") or None
    parts = [tuple(map(int, part.split())) for part in found[2].split(";")]
    label = name(found[1], "a label")
    if len(parts) == 1:
        start, end, repair = placing.place(parts[0][0], parts[0][1], words)
        return identifier, Span(start, end, label), repair
    lines = [placing.place(part[0], part[1])[:2] for part in parts]
    fragments = _over_lines(lines, placing.text)
    span = Span(fragments[0][0], max(end for _, end in fragments), label, fragments if len(fragments) > 1 else ())
    if problem := span.problem(placing.text):
        raise Unfit(f"expected fragments in order that do not overlap, found {found[2]}: {problem}")
    joined = " ".join(placing.text[start:end] for start, end in lines)
    if words is not None and not same_words(joined, words):
        raise Unfit(f"expected the words {shown(words)}, found {shown(joined)}")
    return identifier, span, ""


def _over_lines(fragments: Iterable[tuple[int, int]], text: str) -> tuple[tuple[int, int], ...]:
    """Fragments, as one where nothing but a line end and white space is between two."""
    found: list[tuple[int, int]] = []
    for start, end in fragments:
        if found and _is_break(text, found[-1][1], start):
            found[-1] = found[-1][0], end
        else:
            found.append((start, end))
    return tuple(found)


def _is_break(text: str, start: int, end: int) -> bool:
    """Whether a stretch is a line end and white space; no more of it is looked at than is blank."""
    blank = _BLANK.match(text, start, end)
    return blank is not None and blank.end() == end and bool(_LINE_END.search(text, start, end))


_BLANK = re.compile(r"\s*")
_LINE_END = re.compile("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")


def _second(pair: _Pair, source: Source) -> Iterator[Found]:
    """Attributes before what may stand on a span, so that all name the same span."""
    for attributes in (True, False):
        for number, line in pair.later:
            if line.startswith(("A", "M")) == attributes:
                try:
                    if repair := _take(pair, line):
                        yield source.at(number).repair(repair)
                except Unfit as error:
                    yield source.at(number).problem(str(error))


def _take(pair: _Pair, line: str) -> str:
    """A line of any kind but T; what was repaired, or "". Raises Unfit."""
    rest = line.partition("\t")[2]
    words = rest.rstrip("\t ").split("\t")[0].split(" ")
    if line.startswith(("A", "M")) and len(words) in (2, 3) and words[1] in pair.spans:
        span = pair.spans[words[1]]
        attributes = {**dict(span.attributes), name(words[0], "an attribute"): words[2] if len(words) == 3 else ""}
        pair.spans[words[1]] = span._replace(attributes=tuple(sorted(attributes.items())))
    elif line.startswith("R") and len(words) == 3:
        (first, _, head), (second, _, tail) = (word.partition(":") for word in words[1:])
        ends = (head, tail)
        if all(end in pair.spans for end in ends):
            pair.marks.add(Relation(pair.spans[head], pair.spans[tail], name(words[0], "a relation")))
            return _keep_roles(pair, words[0], (first, second))
        if any(end.startswith("T") and end not in pair.spans for end in ends):
            raise Unfit(f"expected a relation between spans that are there, found {shown(rest)}")
        pair.other.append(line)
    elif line.startswith("#") and words[0] == "AnnotatorNotes" and len(words) == 2 and words[1] in pair.spans:
        pair.marks.add(Note(unescaped(rest.partition("\t")[2]), pair.spans[words[1]]))
    elif line.startswith("#") and words == ["AnnotatorNotes", "DOCUMENT"]:
        pair.marks.add(Note(unescaped(rest.partition("\t")[2])))
    elif _LINE.match(line):
        if missing := next((one for one in _references(line) if one not in pair.spans), ""):
            raise Unfit(f"expected annotations that are there, found {missing}")
        pair.other.append(line)
    else:
        raise Unfit(f"expected a line of brat's, found {shown(line)}")
    return ""


def _keep_roles(pair: _Pair, label: str, roles: tuple[str, str]) -> str:
    """Keep the roles of a kind of relation; what is said where these are not they, or cannot be."""
    known = pair.roles.setdefault(label, roles if _are_roles(roles) else ARGUMENTS)
    return "" if known == roles else f"the roles {' and '.join(roles)} of {label} were taken for {' and '.join(known)}"


def _are_roles(roles: object) -> bool:
    """Whether values are two different names."""
    if not isinstance(roles, tuple | list) or len(roles) != 2 or roles[0] == roles[1]:
        return False
    return all(isinstance(one, str) and _ROLE.fullmatch(one) for one in roles)


def words_of(line: str) -> str:
    """The part of a line that names other annotations."""
    return line if line.startswith("*") else line.split("\t")[1] if "\t" in line else ""


def unescaped(note: str) -> str:
    """A note as a person wrote it; line ends and tabs stand in a line as JSON writes them."""
    return re.sub(r"\\([\\nrt])", lambda found: {"\\": "\\", "n": "\n", "r": "\r", "t": "\t"}[found[1]], note)


def _escaped(note: str) -> str:
    return "".join({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(one, one) for one in note)


def write_files(documents: Iterable[Document], lose: Lose) -> Iterator[tuple[str, bytes]]:
    """`NAME.txt` and `NAME.ann` of each document, and one `annotation.conf`."""
    taken: set[str] = set(_CONF)
    labels: set[Label] = set()
    roles: dict[str, set[tuple[str, str]]] = {}
    for document in documents:
        stem = file_name(document, taken)
        lines = list(_lines(document, lose, labels, roles))
        # A text that begins with U+FEFF would lose it for a byte order mark.
        mark = codecs.BOM_UTF8 if document.text.startswith("\ufeff") else b""
        yield f"{stem}.txt", mark + document.text.encode()
        yield f"{stem}.ann", "".join(f"{line}\n" for line in lines).encode()
    yield "annotation.conf", conf_of(sorted(labels, key=lambda label: (label.kind, label.name)), roles).encode()


def _lines(document: Document, lose: Lose, labels: set[Label], roles: dict[str, set[tuple[str, str]]]) -> Iterator[str]:
    spans = [
        (*_attributed(document, span, lose), fragments)
        for span in carried(document, lose, CARRIES, NAME)
        if (fragments := _fragments(document, span, lose))
    ]
    ids = _ids(document, [span for span, _, _ in spans])
    number = 0
    for span, attributes, fragments in spans:
        labels.add(Label(span.label))
        words = " ".join(document.text[start:end] for start, end in fragments)
        yield f"{ids[span]}\t{_placed(span._replace(fragments=fragments))}\t{words}"
        for key, value in attributes:
            number += 1
            yield f"A{number}\t{key} {ids[span]}" + (f" {value}" if value else "")
    yield from _relations(document, ids, lose, labels, roles)
    yield from _notes(document, ids, lose)
    for line in map(str, kept_for(document, NAME)):
        if set(_references(line)) <= set(ids.values()):
            yield line
        else:
            lose(Loss(named(document), shown(line), "it names a span that is no longer there"))


def _fragments(document: Document, span: Span, lose: Lose) -> tuple[tuple[int, int], ...]:
    """Where a span is, line by line; none where it is not written: it would come back as another."""
    if not _WORD.fullmatch(span.label):
        lose_span(document, span, lose, "brat's labels have no white space, ; or brackets")
        return ()
    text = document.text
    own = span.fragments or ((span.start, span.end),)
    found = tuple(
        part for start, end in own for part in pairwise(_cut(text, start, end)) if not _LINE_END.match(text, part[0])
    )
    if _over_lines(found, text) != own:
        lose_span(document, span, lose, "brat has a fragment a line, and none that begins or ends with a line end")
        return ()
    return found


def _cut(text: str, start: int, end: int) -> list[int]:
    """Where a stretch of text begins and ends, and each of its line ends does."""
    inner = (place for found in _LINE_END.finditer(text, start, end) for place in found.span())
    return sorted({start, end, *inner})


def _relations(
    document: Document, ids: dict[Span, str], lose: Lose, labels: set[Label], roles: dict[str, set[tuple[str, str]]]
) -> Iterator[str]:
    text = document.text
    said = document.meta.get(NAME)
    known = said.get(_ROLES) if isinstance(said, dict) else None
    number = 0
    for relation in relations_between(document, ids, lose):
        if not _WORD.fullmatch(relation.label) or ":" in relation.label:
            lose(
                Loss(
                    named(document),
                    f"{relation.label} from {described(relation.head, text)} to {described(relation.tail, text)}",
                    "brat's relations have no white space",
                )
            )
            continue
        number += 1
        labels.add(Label(relation.label, "relation"))
        both = known.get(relation.label) if isinstance(known, dict) else None
        first, second = both if both and _are_roles(both) else ARGUMENTS
        roles.setdefault(relation.label, set()).add((first, second))
        yield f"R{number}\t{relation.label} {first}:{ids[relation.head]} {second}:{ids[relation.tail]}"


def _ids(document: Document, spans: list[Span]) -> dict[Span, str]:
    """The id of each span: the one that lines that are kept call it by, else a number of its own."""
    said = document.meta.get(NAME)
    places = said.get(_SPANS) if isinstance(said, dict) else None
    given = places.items() if isinstance(places, dict) else ()
    known = {place: one for one, place in given if isinstance(place, str) and re.fullmatch(r"T\d+", one)}
    taken = set(known.values())
    free = (one for number in count(1) if (one := f"T{number}") not in taken)
    return {span: known.pop(_placed(span), "") or next(free) for span in spans}


def _attributed(document: Document, span: Span, lose: Lose) -> tuple[Span, list[tuple[str, str]]]:
    """A span, and those of its attributes that are words."""
    kept = []
    for key, value in span.attributes:
        if _WORD.fullmatch(key) and (not value or _WORD.fullmatch(value)):
            kept.append((key, value))
        else:
            fact = f"{key} = {shown(value)} of {described(span, document.text)}"
            lose(Loss(named(document), fact, "brat's attributes have no white space"))
    return span, kept


def _notes(document: Document, ids: dict[Span, str], lose: Lose) -> Iterator[str]:
    notes = [mark for mark in document.marks if isinstance(mark, Note)]
    for number, note in enumerate(sorted(notes, key=repr), 1):
        if note.span is not None and note.span not in ids:
            fact = f"note {shown(note.text)} on {described(note.span, document.text)}"
            lose(Loss(named(document), fact, "it is on a span that is not written as an annotation"))
            continue
        where = ids[note.span] if note.span else "DOCUMENT"
        yield f"#{number}\tAnnotatorNotes {where}\t{_escaped(note.text)}"


FORMAT = Format(
    NAME,
    "brat standoff: a folder or zip of texts and annotations",
    (".ann", ".brat.zip"),
    read=read,
    write_files=write_files,
    carries=CARRIES,
    looks=looks,
    companions=companions,
)
