"""Keys in turn: one is dealt with, dialogs it opens included, before the next is looked at.

Textual hands a key to the focused widget at once. Of keys that come in one read, by a fast hand or a slow line, the
later ones would be taken by the screen that the first one is about to cover, as commands.
"""

from __future__ import annotations

from collections import deque
from typing import Any

from textual import events
from textual.app import App
from textual.driver import Driver
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget

PATIENCE = 0.1
"""Seconds after which the next key is taken in any case: the widget that had the last one may be gone."""

ASKING = "asking"
"""The group of a screen's workers that show a dialog and wait for its answer."""


class KeyDone(Message):
    """Follows a key through the same queues, so that it arrives when the key has been dealt with."""


class TypingApp(App[int]):
    """An app that takes one key at a time."""

    def __init__(self, driver_class: type[Driver] | None = None) -> None:
        super().__init__(driver_class=driver_class)
        self._waiting: deque[events.Key] = deque()
        self._screen_before: Screen[Any] | None = None
        self._overdue: Timer | None = None

    async def on_event(self, event: events.Event) -> None:
        if not isinstance(event, events.Key) or event.is_forwarded:
            await super().on_event(event)
        else:
            self._waiting.append(event)
            if self._screen_before is None:
                await self._next()

    def before_key(self) -> None:
        """What has to be done before a key is dealt with."""

    def takes_keys(self) -> bool:
        """Whether the screen is there with all that its actions ask for; a key that came too early waits."""
        return self.screen.is_mounted

    async def _take(self, event: events.Key) -> None:
        self.before_key()
        self._screen_before = self.screen
        target: Widget = self.focused or self.screen
        await super().on_event(event)
        target.post_message(KeyDone())
        self._overdue = self.set_timer(PATIENCE, self._next)

    async def on_key_done(self) -> None:
        if self._screen_before is None:
            return
        if self._screen_before is not self.screen or self._is_about_to_ask():
            # A screen comes or goes: what it does on the way is first.
            self._screen_before = self.screen
            self.screen.post_message(KeyDone())
            return
        await self._next()

    def _is_about_to_ask(self) -> bool:
        """Whether the screen began to ask something and the dialog is not there yet."""
        return any(
            worker.group == ASKING and worker.node is self.screen and not worker.is_finished for worker in self.workers
        )

    async def _next(self) -> None:
        if self._overdue is not None:
            self._overdue.stop()
        self._screen_before = None
        if not self._waiting:
            return
        if self.takes_keys():
            await self._take(self._waiting.popleft())
        else:
            self._screen_before = self.screen
            self._overdue = self.set_timer(PATIENCE, self._next)
