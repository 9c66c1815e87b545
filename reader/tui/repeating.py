"""`A`: asking where the last action shall be done again: in this article, everywhere, or one by one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import Any, NamedTuple

from textual.app import App

from reader.edits import Action
from reader.project import Everywhere, OpenDocument, Project
from reader.tui.dialogs import Choice, Menu

CONTEXT = 60

AT_ONCE = 0.01
"""Seconds for which places are looked for in one go."""


class Answer(NamedTuple):
    """Where to do it: at `places` of this article, or `everywhere`."""

    places: tuple[tuple[int, int], ...] = ()
    everywhere: bool = False
    ignore_case: bool = False


class Places:
    """The places of one article that an action would change, found bit by bit: a long text has very many."""

    def __init__(self, document: OpenDocument, action: Action, *, ignore_case: bool) -> None:
        self.found: list[tuple[int, int]] = []
        self.is_done = False
        self._rest = document.looked_for(action, ignore_case=ignore_case)

    def look(self) -> None:
        """Look for some milliseconds."""
        until = monotonic() + AT_ONCE
        for place in self._rest:
            if place is not None:
                self.found.append(place)
            if monotonic() > until:
                return
        self.is_done = True

    async def look_on(self) -> None:
        """Look for all of them; half of the time is left to the keys."""
        while not self.is_done:
            self.look()
            await asyncio.sleep(0 if self.is_done else AT_ONCE)

    @property
    def count(self) -> str:
        return f"{len(self.found)}" + ("" if self.is_done else " ...")


async def ask_where(
    app: App[Any], project: Project, document: OpenDocument, action: Action, go_to: Callable[[int], None]
) -> Answer:
    """Show what the action would change and where; `go_to` shows a place of this article."""
    ignore_case = False
    while True:
        here = Places(document, action, ignore_case=ignore_case)
        here.look()
        others = project.everywhere(action, ignore_case=ignore_case, skip=document.id)
        menu = Menu(f"{action.verb} {action.label} '{action.words}'", _rows(here, others, ignore_case=ignore_case))
        answered = app.push_screen(menu, wait_for_dismiss=True)
        while not (here.is_done or answered.done()):
            await asyncio.sleep(AT_ONCE)
            if not answered.done():
                here.look()
                menu.show(_rows(here, others, ignore_case=ignore_case))
        answer = await answered
        if answer != "i":
            break
        ignore_case = not ignore_case
    match answer:
        case "A":
            await here.look_on()
            return Answer(places=tuple(here.found))
        case "e":
            return Answer(everywhere=True, ignore_case=ignore_case)
        case "o":
            await here.look_on()
            return Answer(places=await _one_by_one(app, document.text, here.found, go_to))
    return Answer()


def _rows(here: Places, others: Everywhere, *, ignore_case: bool) -> list[tuple[str, str]]:
    there = f"{len(here.found) + others.places}{'' if here.is_done else ' ...'}"
    return [
        ("A", f"in this article: {here.count}"),
        ("e", f"in all articles: {there} in {others.documents + bool(here.found)}"),
        ("o", "one by one, in this article"),
        ("i", "only the case as typed" if ignore_case else "any case"),
    ]


async def _one_by_one(
    app: App[Any], text: str, places: list[tuple[int, int]], go_to: Callable[[int], None]
) -> tuple[tuple[int, int], ...]:
    """The places said yes to; `a` takes all that are left, `q` ends, Esc takes none."""
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
            case "q":
                break
            case _:
                return ()
    return tuple(chosen)
