"""Screens that come and go leave nothing behind but what is in the file."""

from __future__ import annotations

from textual.widget import Widget


class Forgetting(Widget):
    """A screen whose drawn rows go with it.

    Textual remembers borders in an `lru_cache` of a method, which keeps what the last thousand widgets have drawn:
    some 50 MB after two hundred articles.
    """

    _drawn: tuple[Widget, ...] = ()

    def on_mount(self) -> None:
        self._drawn = (self, *self.query(Widget))

    def on_unmount(self) -> None:
        for widget in self._drawn:
            widget._styles_cache.clear()
