"""The questions of the article screen: each shows a dialog and gives the answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.app import App

from reader.project import Hit, Project
from reader.tui.dialogs import MANY, Ask, Menu, PickHit, PickLabel
from reader.tui.pen import Pen

Screens = App[Any]


async def label(app: Screens, project: Project, pen: Pen, target: tuple[int, int]) -> str | None:
    """The label to give to a stretch; one that is new is in the schema afterwards."""
    title = f"Label '{pen.document.text[target[0] : target[1]][:40]}'"
    current = pen.entity.label if pen.entity else ""
    name = await app.push_screen_wait(PickLabel(project.schema, title, current, project.labels.counts(MANY)))
    if name:
        project.labels.ensure([name])
    return name


async def tag(app: Screens, project: Project) -> str | None:
    """The tag to put on the document or to take away."""
    name = await app.push_screen_wait(PickLabel(project.schema, "Tag the article", "", {}, kind="tag"))
    if name:
        project.labels.ensure([name], "tag")
    return name


async def note(app: Screens, pen: Pen) -> str | None:
    """The text of the note on the entity, or on the article."""
    present = pen.note()
    where = "the entity" if pen.entity else "the article"
    text = await app.push_screen_wait(Ask(f"Note on {where}", present.text if present else ""))
    return None if text is None else text.strip()


async def pattern(app: Screens, last: str) -> str | None:
    """What to find in the article."""
    return await app.push_screen_wait(Ask("Find (regular expression)", last))


async def hit(app: Screens, words: str, hits: Sequence[Hit]) -> Hit | None:
    """One of the places where words stand."""
    return await app.push_screen_wait(PickHit(f"'{words}' in all articles", hits))


async def where_to(app: Screens) -> str | None:
    """The key of a place to go to."""
    return await app.push_screen_wait(Menu("Go to", [("g", "top"), ("l", "library"), ("/", "search all articles")]))


async def phrase(app: Screens) -> str | None:
    """What to search for in all articles."""
    return await app.push_screen_wait(Ask("Search all articles", ""))
