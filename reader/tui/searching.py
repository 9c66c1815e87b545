"""Finding: a pattern in the article, and the words under the cursor in all articles."""

from __future__ import annotations

import asyncio

from textual import work

from reader.project import Hit, OpenDocument, Project
from reader.tui import finding
from reader.tui.hinting import HintingScreen
from reader.tui.typing import ASKING

SOON = 0.3
"""Seconds that a search takes before one is told of it."""


class SearchingScreen(HintingScreen):
    """A screen with an article in which one can find."""

    project: Project
    document: OpenDocument
    found = finding.Found()
    _search: asyncio.Task[finding.Found | None] | None = None

    # What a subclass says

    def switch_to(self, document_id: int, position: int | None = None) -> None:
        """Show another document, at a place or where it was left."""
        raise NotImplementedError

    # In the article

    @work(group=ASKING)
    async def action_find(self) -> None:
        from reader.tui import asking

        if pattern := await asking.pattern(self.app, self.found.pattern):
            await self.find(pattern)

    async def find(self, pattern: str) -> None:
        """Mark every match of a regular expression and go to the next."""
        try:
            compiled = finding.compiled(pattern)
            plain = finding.is_plain(pattern)
            found = finding.find(compiled, self.document.text) if plain else await self._find_in_time(compiled)
        except ValueError as error:
            self._show_status(f"{pattern}: no regular expression: {error}")
            return
        except OSError as error:
            self._show_status(f"{pattern}: cannot be searched for: {error}")
            return
        if found is None:
            self._show_status(f"{pattern}: given up, for it takes too long")
            return
        self.found = found
        self.view.matches = found.matches
        self.action_find_next(1)

    async def _find_in_time(self, pattern: finding.Pattern) -> finding.Found | None:
        """Search; None where that takes too long, or Esc said so."""
        search = self._search = asyncio.create_task(finding.find_in_time(pattern, self.document.text))
        try:
            done, _ = await asyncio.wait({search}, timeout=SOON)
            if not done:
                self.remove_class("zen")  # it would hide what is said here
                self._show_status("searching; Esc gives up")
                await asyncio.wait({search})
            return None if search.cancelled() else search.result()
        finally:
            search.cancel()
            self._search = None

    @property
    def is_searching(self) -> bool:
        return self._search is not None

    def give_up(self) -> bool:
        """Break off a search that is under way; tells whether there was one."""
        return self._search is not None and self._search.cancel()

    def forget_found(self) -> bool:
        """Mark no matches any more; tells whether there were any."""
        if not self.found.matches:
            return False
        self.found = finding.Found()
        self.view.matches = self.found.matches
        return True

    def action_find_next(self, step: int) -> None:
        found = self.found
        if not found.matches:
            self._show_status(
                f"Not found: {found.pattern}" if found.pattern else "Nothing was searched for; / searches"
            )
            return
        index = found.step(self.pen.cursor, step)
        self.go_to(found.matches[index][0], leap=True)
        self._show_status(f"match {index + 1} of {len(found.matches)}")

    # In all articles

    @work(group=ASKING)
    async def action_mentions(self) -> None:
        if (target := self.pen.target()) is not None:
            phrase = self.document.text[target[0] : target[1]]
            await self._choose_hit(phrase, self.project.library.mentions(phrase))

    async def _choose_hit(self, phrase: str, hits: list[Hit]) -> None:
        from reader.tui import asking

        if not hits:
            self._show_status("Not found in any article")
        elif (hit := await asking.hit(self.app, phrase, hits)) is not None:
            if hit.document == self.document.id:
                self.go_to(hit.start, leap=True)
            else:
                self.said = ""
                self.switch_to(hit.document, hit.start)
