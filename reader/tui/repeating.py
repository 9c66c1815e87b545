"""`A`: the last action on all equal strings, in this article, everywhere, or one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.errors import StoreError
from reader.tui.dialogs import Choice, Menu

if TYPE_CHECKING:
    from reader.tui.article import ArticleScreen

CONTEXT = 60


async def repeat_all(screen: ArticleScreen) -> None:
    """Show what the last action would change and where, and do as the answer says, as one undo step."""
    action = screen.pen.last
    if action is None:
        screen.tell("Nothing to repeat yet")
        return
    ignore_case = False
    while True:
        here = screen.document.targets(action, ignore_case=ignore_case)
        everywhere = screen.project.everywhere(action, ignore_case=ignore_case)
        rows = [
            ("A", f"in this article: {len(here)}"),
            ("e", f"in all articles: {everywhere.places} in {everywhere.documents}"),
            ("o", "one by one, in this article"),
            ("i", "case as typed" if ignore_case else "ignore case"),
        ]
        answer = await screen.app.push_screen_wait(Menu(f"{action.verb} {action.label} '{action.words}'", rows))
        if answer != "i":
            break
        ignore_case = not ignore_case
    match answer:
        case "A":
            screen.change_all(here)
        case "e":
            _everywhere(screen, ignore_case)
        case "o":
            screen.change_all(await _one_by_one(screen, here))


def _everywhere(screen: ArticleScreen, ignore_case: bool) -> None:
    if (action := screen.pen.last) is None:
        return
    try:
        done = screen.project.apply_everywhere(action, ignore_case=ignore_case, position=screen.pen.cursor)
    except StoreError as error:
        screen.tell(str(error), wrong=True)
        return
    screen.reload(f"{action.verb} {action.label}: {done.places} in {done.documents} articles")


async def _one_by_one(screen: ArticleScreen, places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The places said yes to; `a` takes all that are left, `q` ends."""
    chosen: list[tuple[int, int]] = []
    text = screen.document.text
    for number, (start, end) in enumerate(places):
        screen.go_to(start)
        around = (text[max(0, start - CONTEXT) : start], text[start:end], text[end : end + CONTEXT])
        match await screen.app.push_screen_wait(Choice("This one?", *around, number + 1, len(places))):
            case "y":
                chosen.append((start, end))
            case "a":
                return chosen + places[number:]
            case "n":
                continue
            case _:
                break
    return chosen
