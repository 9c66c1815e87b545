"""Label Studio's labelling configuration (https://labelstud.io/tags/labels): labels of spans, tags and relations."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from reader.errors import InputError
from reader.formats import markup
from reader.formats.base import Source
from reader.formats.markup import Start, attribute
from reader.formats.strict import Unfit
from reader.model import Label

_KINDS = {"Labels": "span", "HyperTextLabels": "span", "Choices": "tag", "Relations": "relation"}
_ITEMS = {"Label", "Choice", "Relation"}


def labels_of_config(path: Path) -> tuple[Label, ...]:
    """The labels, choices and relations of a configuration, with their colours. Raises InputError."""
    found: dict[tuple[str, str], Label] = {}
    kind = ""
    try:
        for event in markup.events(Source(path, str(path))):
            if isinstance(event, Start):
                kind = _KINDS.get(event.name, kind)
                name = event.attributes.get("value", "")
                if event.name in _ITEMS and kind and name:
                    color = event.attributes.get("background", "") if kind == "span" else ""
                    found.setdefault((kind, name), Label(name, kind, color=color, position=len(found)))
    except Unfit as error:
        raise InputError(f"{path}:{error.line}: {error}") from error
    return tuple(found.values())


def config_of(labels: Iterable[Label]) -> str:
    """The configuration that shows a task's `text` with these labels."""
    by_kind = {kind: [one for one in labels if one.kind == kind] for kind in ("span", "relation", "tag")}
    lines = ["<View>", '  <Labels name="label" toName="text">']
    for one in by_kind["span"]:
        color = f' background="{attribute(one.color)}"' if one.color else ""
        lines.append(f'    <Label value="{attribute(one.name)}"{color}/>')
    lines += ["  </Labels>", '  <Text name="text" value="$text"/>']
    if by_kind["relation"]:
        items = [f'    <Relation value="{attribute(one.name)}"/>' for one in by_kind["relation"]]
        lines += ["  <Relations>", *items, "  </Relations>"]
    if by_kind["tag"]:
        items = [f'    <Choice value="{attribute(one.name)}"/>' for one in by_kind["tag"]]
        lines += ['  <Choices name="tags" toName="text" choice="multiple">', *items, "  </Choices>"]
    return "\n".join([*lines, "</View>", ""])
