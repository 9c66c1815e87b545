"""Keys in turn: one is dealt with, dialogs it opens included, before the next is looked at.

Textual hands a key to the focused widget at once. Of keys that come in one read, by a fast hand or a slow line, the
later ones would be taken by the screen that the first one is about to cover, as commands.

Where nothing on the screen reads keys as letters, a key goes to its binding without the way through every widget's
queue, which costs as much as all that a move does.

The mouse waits in the same line: what is pressed after a click is meant for the place that was clicked.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from functools import partial
from typing import Any, TypeAlias

from textual import events
from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode
from textual.driver import Driver
from textual.errors import NoWidget
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget

SHORTLY = 0.005
"""Seconds after which one asks again whether what a key began is done."""

PATIENCE = 0.1
"""Seconds after which one looks whether the widget that had the last key is gone with it."""

ASKING = "asking"
"""The group of a screen's workers that show a dialog and wait for its answer."""

BREAKING = frozenset({"escape", "ctrl+c", "ctrl+q"})
"""Keys that break off what other keys wait for."""

HOPS = 3
"""How often one has to ask: a list that was clicked tells its panel, the panel its screen, each by its own queue."""

AHEAD = 100
"""Keys that wait in the program, beside those that came in one read with them; more wait in the terminal."""


Commands: TypeAlias = Mapping[str, list[tuple[Binding, DOMNode]]]
"""The bindings of each key with the nodes their actions are of, the one to be tried first first."""


def commands_of(screen: Screen[Any]) -> Commands:
    """What each key does where the focus is, as Textual's chain of bindings has it, which is made anew each time."""
    found: dict[str, list[tuple[Binding, DOMNode]]] = {}
    chain = screen._modal_binding_chain
    for first, nodes in ((True, chain[::-1]), (False, chain)):
        for node, bindings in nodes:
            for key, several in bindings.key_to_bindings.items():
                found.setdefault(key, []).extend((one, node) for one in several if one.priority == first)
    return found


class KeyDone(Message):
    """Follows a key or the mouse through the same queues, so that it arrives when that has been dealt with.

    `left` is how many more have to follow it: what a widget says of a key stands behind this in its queue.
    """

    def __init__(self, target: Widget, left: int) -> None:
        super().__init__()
        self.target = target
        self.left = left


class TypingApp(App[int]):
    """An app that takes one key at a time."""

    def __init__(self, driver_class: type[Driver] | None = None) -> None:
        super().__init__(driver_class=driver_class)
        self._waiting: deque[events.Key | events.MouseEvent] = deque()
        self.keys_read = 0  # by the driver, from the terminal
        self._keys_taken = 0  # of those
        self._screen_before: Screen[Any] | None = None
        self._overdue: Timer | None = None
        self._awaited: KeyDone | None = None

    async def on_event(self, event: events.Event) -> None:
        if not isinstance(event, (events.Key, events.MouseEvent)) or event.is_forwarded:
            await super().on_event(event)
        elif self._breaks_off(event):
            self._keys_taken += 1
        else:
            self._waiting.append(event)
            if self._screen_before is None:
                await self._next()

    def _breaks_off(self, event: events.Event) -> bool:
        """Whether a key has broken off what others wait for, and was all for that; one that ends the program is not."""
        return isinstance(event, events.Key) and event.key in BREAKING and self.give_up() and event.key == "escape"

    @property
    def is_behind(self) -> bool:
        """Whether so many keys wait that no more are to be read. Asked from the thread that reads them."""
        return self.keys_read - self._keys_taken >= AHEAD and not self.can_give_up

    def before_key(self) -> None:
        """What has to be done before a key is dealt with."""

    def after_key(self) -> None:
        """What comes right after a command, when all that it does is done."""

    @property
    def can_give_up(self) -> bool:
        """Whether the keys wait for what one of them can break off. Asked from the thread that reads them, too."""
        return False

    def give_up(self) -> bool:
        """Break off what the keys wait for; tells whether that can be."""
        return False

    def takes_keys(self) -> bool:
        """Whether the screen is there with all that its actions ask for; a key that came too early waits."""
        return self.screen.is_mounted

    def commands(self) -> Commands | None:
        """What each key does, where every key is a command now: no widget takes keys itself, and what a command does
        is done at once. None elsewhere."""
        return None

    async def _next(self) -> None:
        """Deal with the keys that wait, up to one that takes its time."""
        if self._overdue is not None:
            self._overdue.stop()
            self._overdue = None
        self._screen_before = self._awaited = None
        while self._waiting and self._screen_before is None:
            if self.takes_keys():
                event = self._waiting.popleft()
                await (self._take(event) if isinstance(event, events.Key) else self._point(event))
            else:
                self._screen_before = self.screen
                self._overdue = self.set_timer(PATIENCE, self._next)

    async def _take(self, event: events.Key) -> None:
        self._keys_taken += 1
        self.before_key()
        self._screen_before = self.screen
        target: Widget = self.focused or self.screen
        if self.app_focus and (commands := self.commands()) is not None:
            for binding, node in commands.get(event.key, ()):
                if await self.run_action(binding.action, node):
                    break
            if not self._is_changing():
                self._screen_before = None
                self.after_key()
                if self.message_queue_size:
                    # Of many keys at once, pasted or held down, the screen shows some on the way.
                    await asyncio.sleep(0)
                return
        else:
            await super().on_event(event)
        self._await_done(target)

    async def _point(self, event: events.MouseEvent) -> None:
        """Hand the mouse to the widget under it; one that only passes by holds nothing up."""
        if isinstance(event, events.MouseMove) and not event.button:
            await super().on_event(event)
            return
        self._screen_before = self.screen
        target = self._pointed_at(event)
        await super().on_event(event)
        self._await_done(target)

    def _pointed_at(self, event: events.MouseEvent) -> Widget:
        if self.mouse_captured is not None:
            return self.mouse_captured
        try:
            return self.get_widget_at(event.x, event.y)[0]
        except NoWidget:
            return self.screen

    def _await_done(self, target: Widget) -> None:
        """The next key is taken when the last one, and what was said of it, has gone through a widget's queue."""
        self._follow(target, HOPS - 1)
        self._watch()

    def _follow(self, target: Widget, left: int) -> None:
        self._awaited = KeyDone(target, left)
        target.post_message(self._awaited)

    def _watch(self) -> None:
        if self._overdue is not None:
            self._overdue.stop()
        self._overdue = self.set_timer(PATIENCE, self._look_after)

    async def _look_after(self) -> None:
        """A widget that went with the key answers no more; one that takes its time, on a slow machine, will."""
        if self._awaited is not None and self._awaited.target.is_attached:
            self._watch()
        else:
            await self._next()

    async def on_key_done(self, message: KeyDone) -> None:
        if message is not self._awaited:
            return
        if self._is_changing():
            # What it does on the way is first, which may take a while.
            self._screen_before = self.screen
            self.set_timer(SHORTLY, partial(self._await_done, self.screen))
        elif message.left:
            self._follow(message.target, message.left - 1)
        else:
            await self._next()

    def _is_changing(self) -> bool:
        """Whether a screen came or went with the key, or began to ask something and the dialog is not there yet."""
        return self._screen_before is not self.screen or any(
            worker.group == ASKING and worker.node is self.screen and not worker.is_finished for worker in self.workers
        )
