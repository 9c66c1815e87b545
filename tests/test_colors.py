"""Label colours: readable on every page, told apart, whatever the schema says."""

from __future__ import annotations

import pytest
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from reader.model import Label, Schema
from reader.project import DEFAULT_LABELS
from reader.tui.colors import CONTRAST, contrast, page_of, parse, styles_for

SCHEMA = Schema(DEFAULT_LABELS)
PAINTED = [theme for theme in BUILTIN_THEMES.values() if not theme.ansi]
ANSI = [theme for theme in BUILTIN_THEMES.values() if theme.ansi]
HARD = ("#000000", "#ffffff", "#808080", "yellow", "navy", "red", "bright_green", "ansi_blue")


def named(theme: Theme) -> str:
    return theme.name


@pytest.mark.parametrize("theme", PAINTED, ids=named)
def test_every_default_label_can_be_read_on_the_page_and_on_its_tint(theme: Theme) -> None:
    for name, style in styles_for(SCHEMA, theme).items():
        for ground in (*page_of(theme).backgrounds, Color.parse(style.background)):
            assert contrast(Color.parse(style.foreground), ground) >= CONTRAST, (name, style, ground.hex)


@pytest.mark.parametrize("theme", PAINTED, ids=named)
def test_any_colour_becomes_readable(theme: Theme) -> None:
    schema = Schema(tuple(Label(color, color=color) for color in HARD))
    for name, style in styles_for(schema, theme).items():
        for ground in (*page_of(theme).backgrounds, Color.parse(style.background)):
            assert contrast(Color.parse(style.foreground), ground) >= CONTRAST, (name, style, ground.hex)


@pytest.mark.parametrize("theme", PAINTED, ids=named)
def test_the_ten_labels_with_keys_look_different(theme: Theme) -> None:
    styles = styles_for(SCHEMA, theme)
    assert len({styles[label.name].foreground for label in DEFAULT_LABELS[:10]}) == 10


@pytest.mark.parametrize("theme", ANSI, ids=named)
def test_ansi_themes_use_the_terminals_colours_and_no_tint(theme: Theme) -> None:
    styles = list(styles_for(SCHEMA, theme).values())
    assert all(style.foreground.startswith("ansi_") and not style.background for style in styles)
    assert len({style.foreground for style in styles[:8]}) == 8


def test_an_ansi_theme_keeps_a_hue_where_it_can() -> None:
    schema = Schema((Label("A", color="#6cc070"), Label("B", color="#e5707e"), Label("C", color="#5fa8f5")))
    styles = styles_for(schema, BUILTIN_THEMES["ansi-dark"])
    assert [style.foreground for style in styles.values()] == [
        "ansi_bright_green",
        "ansi_bright_red",
        "ansi_bright_blue",
    ]


def test_a_label_may_name_one_of_the_16_colours() -> None:
    schema = Schema((Label("A", color="bright_green"), Label("B", color="ansi_red")))
    styles = styles_for(schema, BUILTIN_THEMES["ansi-light"])
    assert [style.foreground for style in styles.values()] == ["ansi_bright_green", "ansi_red"]


@pytest.mark.parametrize("text", ["", "no colour", "#12", "[red]", "rgb(", "#gggggg"])
def test_what_is_no_colour_leaves_the_page_as_it_is(text: str) -> None:
    assert parse(text) is None
    style = styles_for(Schema((Label("A", color=text),)), BUILTIN_THEMES["textual-dark"])["A"]
    assert (style.foreground, style.background) == ("", "")


def test_contrast_is_that_of_wcag() -> None:
    assert contrast(Color.parse("black"), Color.parse("white")) == pytest.approx(21)
    assert contrast(Color.parse("#777777"), Color.parse("white")) == pytest.approx(4.48, abs=0.01)
