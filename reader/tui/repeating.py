"""`A`: asking where the last action shall be done again: in this article, everywhere, or one by one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from textual.app import App

from reader.edits import Action
from reader.project import OpenDocument, Project
from reader.tui.dialogs import Choice, Menu

CONTEXT = 60


class Answer(NamedTuple):
    """Where to do it: at `places` of this article, or `everywhere`."""

    places: tuple[tuple[int, int], ...] = ()
    everywhere: bool = False
    ignore_case: bool = False


async def ask_where(
    app: App[Any], project: Project, document: OpenDocument, action: Action, go_to: Callable[[int], None]
) -> Answer:
    """Show what the action would change and where; `go_to` shows a place of this article."""
    ignore_case = False
    while True:
        here = document.targets(action, ignore_case=ignore_case)
        others = project.everywhere(action, ignore_case=ignore_case, skip=document.id)
        places, documents = others.places + len(here), others.documents + bool(here)
        rows = [
            ("A", f"in this article: {len(here)}"),
            ("e", f"in all articles: {places} in {documents}"),
            ("o", "one by one, in this article"),
            ("i", "only the case as typed" if ignore_case else "any case"),
        ]
        answer = await app.push_screen_wait(Menu(f"{action.verb} {action.label} '{action.words}'", rows))
        if answer != "i":
            break
        ignore_case = not ignore_case
    match answer:
        case "A":
            return Answer(places=tuple(here))
        case "e":
            return Answer(everywhere=True, ignore_case=ignore_case)
        case "o":
            return Answer(places=await _one_by_one(app, document.text, here, go_to))
    return Answer()


async def _one_by_one(
    app: App[Any], text: str, places: list[tuple[int, int]], go_to: Callable[[int], None]
) -> tuple[tuple[int, int], ...]:
    """The places said yes to; `a` takes all that are left, `q` ends."""
    chosen: list[tuple[int, int]] = []
    for number, (start, end) in enumerate(places):
        go_to(start)
        around = (text[max(0, start - CONTEXT) : start], text[start:end], text[end : end + CONTEXT])
        match await app.push_screen_wait(Choice("This one?", *around, number + 1, len(places))):
            case "y":
                chosen.append((start, end))
            case "a":
                return (*chosen, *places[number:])
            case "n":
                continue
            case _:
                break
    return tuple(chosen)
