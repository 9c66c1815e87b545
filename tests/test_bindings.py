"""Every key says what it does and why, and has a name the settings can use."""

from __future__ import annotations

import pytest
from textual.binding import Binding
from textual.dom import DOMNode

from reader.tui import dialogs
from reader.tui.app import ReaderApp
from reader.tui.article import ArticleScreen
from reader.tui.entity_panel import EntityPanel
from reader.tui.help import GROUPS, HelpScreen, key_rows
from reader.tui.library import LibraryScreen
from reader.tui.row_list import RowList

PLACES: list[type[DOMNode]] = [
    ReaderApp,
    ArticleScreen,
    LibraryScreen,
    RowList,
    EntityPanel,
    HelpScreen,
    dialogs.Dialog,
    dialogs.PickLabel,
    dialogs.PickHit,
    dialogs.Choice,
]
TERMINALS_SWALLOW = ("ctrl+i", "ctrl+m", "ctrl+left_square_bracket", "alt+")


@pytest.mark.parametrize("place", PLACES)
def test_every_binding_is_named_described_and_explained(place: type[DOMNode]) -> None:
    for binding in place.__dict__["BINDINGS"]:
        assert isinstance(binding, Binding)
        assert binding.id
        assert binding.id.split(".")[0] in GROUPS
        assert binding.description[0].isupper()
        assert binding.tooltip
        assert not any(key.strip().startswith(TERMINALS_SWALLOW) for key in binding.key.split(","))
    assert len(key_rows(place)) == len(place.__dict__["BINDINGS"])


@pytest.mark.parametrize("place", PLACES)
def test_no_two_bindings_of_a_place_share_a_key_or_a_name(place: type[DOMNode]) -> None:
    bindings = [binding for binding in place.__dict__["BINDINGS"] if isinstance(binding, Binding)]
    keys = [key.strip() for binding in bindings for key in binding.key.split(",")]
    assert len(keys) == len(set(keys))
    assert len({binding.id for binding in bindings}) == len(bindings)
