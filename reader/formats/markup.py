"""XML as events, from a parser that knows no entities and opens nothing: the only module that parses XML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias
from xml.etree import ElementTree
from xml.parsers import expat

from reader.formats import limits
from reader.formats.base import Lose, Source
from reader.formats.losses import described, in_order, named, shown
from reader.formats.strict import Unfit
from reader.model import Document, Loss, Span

_CHUNK = 1 << 16
_UNPRINTABLE = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
CONTROL = "XML cannot hold its control characters"
"""Why a text or an attribute is lost."""


@dataclass(frozen=True, slots=True)
class Start:
    """An element begins. Names are "{namespace}local", or "local" without one; `line` counts from 1."""

    name: str
    attributes: dict[str, str] = field(hash=False)
    line: int


@dataclass(frozen=True, slots=True)
class End:
    """An element ends."""

    name: str


@dataclass(frozen=True, slots=True)
class Characters:
    """Text between two tags, whole, its character references resolved."""

    text: str


Event: TypeAlias = Start | End | Characters


def local(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition("}")[2]


def events(source: Source) -> Iterator[Event]:
    """The events of a file, as they are read. Raises Unfit, with the line in `Unfit.line`, for what is no XML 1.0.

    Entity declarations are refused, so nothing grows and nothing is opened; a bare DOCTYPE is passed over.
    """
    reading = _Reading(expat.ParserCreate(encoding=source.encoding or None, namespace_separator="}"))
    with source.open() as file:
        while data := file.read(_CHUNK):
            yield from reading.of(data)
        yield from reading.of(b"")


class _Reading:
    """What a parser has met since it was last asked."""

    def __init__(self, parser: expat.XMLParserType) -> None:
        self._parser = parser
        self._found: list[Event] = []
        self._depth = 0
        parser.buffer_text = True
        parser.buffer_size = _CHUNK
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.EntityDeclHandler = self._entity

    def of(self, data: bytes) -> Iterator[Event]:
        """The events of the next part of a file; b"" is its end. Raises Unfit, behind what was there before it."""
        try:
            self._parse(data)
        except Unfit:
            yield from self._found
            raise
        found = self._found
        # The last text may go on in the next part.
        self._found = [found.pop()] if data and found and isinstance(found[-1], Characters) else []
        yield from found

    def _parse(self, data: bytes) -> None:
        try:
            self._parser.Parse(data, not data)
        except expat.ExpatError as error:
            message = f"expected XML, found an error at column {error.offset + 1}: {expat.ErrorString(error.code)}"
            raise Unfit(message, error.lineno) from error
        except (LookupError, ValueError) as error:
            if isinstance(error, Unfit):
                raise
            raise Unfit(f"expected XML in an encoding that is known, found another: {error}", self._line) from error

    @property
    def _line(self) -> int:
        return self._parser.CurrentLineNumber

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > limits.XML_DEPTH:
            raise Unfit(f"expected at most {limits.XML_DEPTH} elements within each other, found more", self._line)
        self._found.append(Start(_name(name), {_name(key): value for key, value in attributes.items()}, self._line))

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._found.append(End(_name(name)))

    def _characters(self, text: str) -> None:
        match self._found:
            case [*_, Characters(before)]:
                self._found[-1] = Characters(before + text)
            case _:
                self._found.append(Characters(text))

    def _entity(self, name: str, *_: object) -> None:
        raise Unfit(f"expected no entity declarations, found one of {name!r}", self._line)


def _name(name: str) -> str:
    """expat divides namespace and local name by the separator alone."""
    return "{" + name if "}" in name else name


def elements(source: Source, name: str) -> Iterator[tuple[int, ElementTree.Element]]:
    """`(line, element)` of each element of a local name, whole, one at a time; those inside another are part of it."""
    builder: ElementTree.TreeBuilder | None = None
    depth = begun = 0
    for event in events(source):
        match event:
            case Start(full, attributes, line):
                if builder is None and local(full) == name:
                    builder, depth, begun = ElementTree.TreeBuilder(), 0, line
                if builder is not None:
                    depth += 1
                    builder.start(full, attributes)
            case Characters(text) if builder is not None:
                builder.data(text)
            case End(full) if builder is not None:
                depth -= 1
                builder.end(full)
                if not depth:
                    yield begun, builder.close()
                    builder = None


def unprintable(text: str) -> bool:
    """Whether a text has characters that XML 1.0 cannot hold, in any spelling."""
    return bool(_UNPRINTABLE.search(text))


def lose_unprintable(document: Document, lose: Lose) -> None:
    """Lose the attributes of spans that XML cannot hold."""
    for span in in_order(mark for mark in document.marks if isinstance(mark, Span)):
        for key, value in span.attributes:
            if unprintable(key + value):
                fact = f"{key} = {shown(value)} of {described(span, document.text)}"
                lose(Loss(named(document), fact, CONTROL))


def escaped(text: str) -> str:
    """Text of an XML file or an attribute between double quotes; carriage returns survive as references.

    What XML cannot hold is left out, so that the file can be read whatever a title or an id is.
    """
    text = _UNPRINTABLE.sub("", text)
    for character, reference in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("\r", "&#13;")):
        text = text.replace(character, reference)
    return text


def attribute(text: str) -> str:
    """The value of an attribute between double quotes; white space survives as references."""
    return escaped(text).replace("\n", "&#10;").replace("\t", "&#9;")
