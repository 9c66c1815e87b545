"""A project that INCEpTION exported: which of the files of its zip are read, and whose they are.

(https://inception-project.github.io, user guide, "Exporting a project".) `annotation/DOCUMENT/USER.SUFFIX` is what a
user made of a document, `curation/DOCUMENT/CURATION_USER.SUFFIX` what came of it, in any of the formats; a document
that nobody's file is read of is read as its source. What INCEpTION packs for itself alone (`.ser`) cannot be read: it
is told, and the export to choose is one with a secondary format such as UIMA CAS XMI.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from reader.formats.base import Format, Found, Source
from reader.formats.head import Head

_PROJECT = re.compile(r"(.*/)?exportedproject\d*\.json")
_WORK = re.compile(r"(?:annotation|curation)/(?P<document>.+)/(?P<user>[^/]+)\.[^./]+")
_SECOND = ("TypeSystem.xml", "typesystem.xml")
_NOBODY = "INITIAL_CAS"


def looks(head: Head) -> str:
    """The head of what Java writes."""
    return "Java's own form" if head.data.startswith(b"\xac\xed\x00\x05") or head.file_name.endswith(".ser") else ""


def is_project(names: list[str]) -> bool:
    """Whether the files of an archive are those of a project."""
    return any(_PROJECT.fullmatch(name) for name in names)


def members(names: list[str], source: Source) -> Iterator[Source]:
    """What is read of a project: each user's work, then the sources that nobody's readable work is of."""
    base = next(found[1] or "" for name in names if (found := _PROJECT.fullmatch(name)))
    done = set()
    for name in sorted(names):
        found = _WORK.fullmatch(name.removeprefix(base))
        if found and not name.endswith((".ser", *_SECOND)):
            user = "" if found["user"] == _NOBODY else found["user"]
            if user:
                done.add(found["document"])
                yield replace(source, member=name, name=f"{source.name}/{name}", annotator=user)
    packed = {
        part[1]: name
        for name in sorted(names)
        if name.endswith(".ser") and len(part := name.removeprefix(base).split("/")) == 3
    }
    for name in sorted(names):
        document = name.removeprefix(f"{base}source/")
        if name.startswith(f"{base}source/") and document not in done:
            yield replace(source, member=name, name=f"{source.name}/{name}")
            if document in packed:
                yield replace(source, member=packed[document], name=f"{source.name}/{packed[document]}")


def read(source: Source) -> Iterator[Found]:
    """What a packed file is not."""
    yield source.at().repair(
        "is packed in Java's own form and was left out: export the project with a secondary format, UIMA CAS XMI"
    )


FORMAT = Format("inception", "a project of INCEpTION (zip): each user a layer", (".ser",), read=read, looks=looks)
