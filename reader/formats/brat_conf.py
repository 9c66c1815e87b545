"""brat's annotation.conf (https://brat.nlplab.org/configuration.html): the labels of spans and relations."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from reader.model import Label

ARGUMENTS = ("Arg1", "Arg2")
"""The usual names of the two roles of a relation."""
_SECTIONS = {"entities": "span", "relations": "relation"}


def labels_of_conf(text: str) -> tuple[Label, ...]:
    """The types of `[entities]` and `[relations]`; those behind `!` only group others, macros are passed over."""
    found: dict[tuple[str, str], Label] = {}
    kind = ""
    for raw in text.split("\n"):
        line = raw.partition("#")[0].strip()
        if line.startswith("[") and line.endswith("]"):
            kind = _SECTIONS.get(line[1:-1], "")
        elif line and kind and line[0] not in "!<-":
            name = line.split()[0]
            found.setdefault((kind, name), Label(name, kind, position=len(found)))
    return tuple(found.values())


def conf_of(labels: Iterable[Label], roles: Mapping[str, Collection[tuple[str, str]]] | None = None) -> str:
    """The file for labels; every relation may join any two spans, in the roles that are given for it."""
    by_kind = {kind: [label.name for label in labels if label.kind == kind] for kind in ("span", "relation")}
    relations = [
        f"{name}\t{first}:<ENTITY>, {second}:<ENTITY>"
        for name in by_kind["relation"]
        for first, second in sorted((roles or {}).get(name, [ARGUMENTS]))
    ]
    lines = ["[entities]", *by_kind["span"], "", "[relations]", *relations, "", "[events]", "", "[attributes]", ""]
    return "\n".join(lines)
