"""A project that INCEpTION exported: which of the files of its zip are read, and whose they are.

(https://inception-project.github.io, user guide, "Exporting a project".) `annotation/DOCUMENT/USER.SUFFIX` is what a
user made of a document, `curation/DOCUMENT/CURATION_USER.SUFFIX` what came of it, in any of the formats. Where a
format has two files (UIMA CAS XMI and its types), INCEpTION puts them in a zip there, `USER.zip`, or of older projects
`webanno123export.zip` with USER.xmi in it. A document that nobody's file is read of is read as its source. What
INCEpTION packs for itself alone (`.ser`) cannot be read: it is told, and the export to choose is one with a secondary
format such as UIMA CAS XMI.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import IO

from reader.errors import InputError
from reader.formats.archives import Archive
from reader.formats.base import Format, Found, Source
from reader.formats.head import Head

_PROJECT = re.compile(r"(.*/)?exportedproject\d*\.json")
_WORK = re.compile(r"(?:annotation|curation)/(?P<document>.+)/(?P<user>[^/]+)\.[^./]+")
_SECOND = ("TypeSystem.xml", "typesystem.xml")
_NAMELESS = re.compile(r"webanno\d*export")
_NOBODY = "INITIAL_CAS"


def looks(head: Head) -> str:
    """The head of what Java writes."""
    return "Java's own form" if head.data.startswith(b"\xac\xed\x00\x05") or head.file_name.endswith(".ser") else ""


def is_project(names: list[str]) -> bool:
    """Whether the files of an archive are those of a project."""
    return any(_PROJECT.fullmatch(name) for name in names)


def members(names: list[str], archive: Archive, source: Source) -> Iterator[Source]:
    """What is read of a project: each user's work, then the sources that nobody's readable work is of.

    Where the zips in it would grow too large together, it is one source that cannot be opened.
    """
    source = replace(source, path=None, folder=archive)
    base = next(found[1] or "" for name in names if (found := _PROJECT.fullmatch(name)))
    work = [
        (found["document"], replace(source, member=name, name=f"{source.name}/{name}", annotator=found["user"]))
        for name in sorted(names)
        if (found := _WORK.fullmatch(name.removeprefix(base))) and not name.endswith((".ser", *_SECOND))
    ]
    size = 0
    for _, there in work:
        inner = _inner(there)
        size += inner.size if inner else 0
        if size > archive.most:
            refused = _Refused(f"{source.name}: would grow to {size:,} bytes and more, more than is allowed")
            yield replace(source, folder=refused, member=source.name)
            return
    done = set()
    for name, there in work:
        inner = _inner(there)
        for one in _inside(there, inner) if inner else [there]:
            if one.annotator != _NOBODY:
                done.add(name)
                yield one
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


@dataclass(frozen=True, slots=True)
class _Refused:
    """An archive that is not read. Whoever reads a file of it is told why, and goes on to other archives."""

    reason: str

    def names(self) -> list[str]:
        return []

    def open(self, name: str) -> IO[bytes]:
        raise InputError(self.reason)


def _inner(source: Source) -> Archive | None:
    """The zip that a file of the project is; None where it is none, and a broken one is left to whoever reads it."""
    if source.folder is None or not source.member.endswith(".zip"):
        return None
    try:
        return Archive(source.folder.open(source.member), source.name)
    except InputError:
        return None


def _inside(source: Source, inner: Archive) -> Iterator[Source]:
    """The files of a zip in a project, of the user whom the zip is named for, or else they are."""
    for name in sorted(inner.names()):
        last = name.rpartition("/")[2]
        if last not in _SECOND:
            user = last.partition(".")[0] if _NAMELESS.fullmatch(source.annotator) else source.annotator
            yield replace(source, folder=inner, member=name, name=f"{source.name}/{name}", annotator=user)


def read(source: Source) -> Iterator[Found]:
    """What a packed file is not."""
    yield source.at().repair(
        "is packed in Java's own form and was left out: export the project with a secondary format, UIMA CAS XMI"
    )


FORMAT = Format("inception", "a project of INCEpTION (zip): each user a layer", (".ser",), read=read, looks=looks)
