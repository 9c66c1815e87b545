"""Knows how to make a label's colour readable on the page of any theme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from rich.style import Style
from textual.color import BLACK, WHITE, Color, ColorParseError
from textual.theme import Theme

from reader.model import Schema
from reader.tui.highlight import LabelStyle

CONTRAST = 4.5
"""What WCAG 2.1 (1.4.3, level AA) asks of text."""

_TINT = 0.22
_SHADES = 50
_GREY = 0.15  # the saturation under which a colour has no hue to speak of
# The terminal's own colours that are readable on nearly every dark, or light, palette; the best ones first.
_ON_DARK = (
    "ansi_bright_red",
    "ansi_bright_blue",
    "ansi_bright_green",
    "ansi_bright_yellow",
    "ansi_bright_magenta",
    "ansi_bright_cyan",
    "ansi_green",
    "ansi_yellow",
    "ansi_magenta",
    "ansi_cyan",
    "ansi_white",
)
_ON_LIGHT = (
    "ansi_red",
    "ansi_blue",
    "ansi_green",
    "ansi_magenta",
    "ansi_cyan",
    "ansi_yellow",
    "ansi_bright_blue",
    "ansi_bright_black",
)


class Page(NamedTuple):
    """What a theme puts words on; no `backgrounds` where it leaves them to the terminal."""

    dark: bool
    backgrounds: tuple[Color, ...] = ()


def styles_for(schema: Schema, theme: Theme) -> Mapping[str, LabelStyle]:
    """The colours of every label, by name, in a theme."""
    return _styles(tuple((label.name, label.color) for label in schema.labels), page_of(theme))


def page_of(theme: Theme) -> Page:
    """The backgrounds that labels stand on in a theme."""
    return _page(theme.name, theme.primary, theme.background or "", theme.surface or "", theme.dark, theme.ansi)


@lru_cache(maxsize=64)
def _page(name: str, primary: str, background: str, surface: str, dark: bool, ansi: bool) -> Page:
    if ansi:
        return Page(dark)
    theme = Theme(name, primary, background=background or None, surface=surface or None, dark=dark)
    made = theme.to_color_system().generate()
    return Page(dark, (Color.parse(made["background"]), Color.parse(made["surface"])))


@lru_cache(maxsize=256)
def ink(style: LabelStyle | None) -> Style:
    """A label's colours as a style to add to that of the page; nothing for a label without colours."""
    if style is None or not style.foreground:
        return Style()
    background = Color.parse(style.background).rich_color if style.background else None
    return Style(color=Color.parse(style.foreground).rich_color, bgcolor=background)


@lru_cache(maxsize=2)
def _styles(colors: tuple[tuple[str, str], ...], page: Page) -> Mapping[str, LabelStyle]:
    if not page.backgrounds:
        return _ansi_styles(colors, _ON_DARK if page.dark else _ON_LIGHT)
    return {name: _readable(color, page) if (color := parse(text)) else LabelStyle() for name, text in colors}


def parse(text: str) -> Color | None:
    """A CSS colour, or one of the 16 ANSI colours by its name (`red` is the CSS one); None when it is neither."""
    for name in (text, f"ansi_{text}"):
        try:
            return Color.parse(name)
        except ColorParseError:
            continue
    return None


def luminance(color: Color) -> float:
    """The relative luminance of WCAG 2.1, 0 to 1."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in color.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Color, other: Color) -> float:
    """The contrast ratio of WCAG 2.1, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


# Labels are many and their colours few: with a new label, or another theme, none is looked for again.
@lru_cache(maxsize=256)
def _readable(color: Color, page: Page) -> LabelStyle:
    """The colour as letters that can be read on the page and on a tint of the colour, and that tint."""
    color = Color(color.r, color.g, color.b)
    end = WHITE if page.dark else BLACK
    for tint_share in (_TINT, _TINT / 2, _TINT / 4, 0.0):
        tint = page.backgrounds[0].blend(color, tint_share)
        for step in range(_SHADES):
            letters = color.blend(end, step / _SHADES)
            if all(contrast(letters, ground) >= CONTRAST for ground in (*page.backgrounds, tint)):
                return LabelStyle(letters.hex6, tint.hex6)
    return LabelStyle(end.hex6, page.backgrounds[0].hex6)


def _ansi_styles(colors: Sequence[tuple[str, str]], palette: Sequence[str]) -> Mapping[str, LabelStyle]:
    """Each label takes the nearest colour that is still free; when all are taken they go round again.

    What the terminal's palette looks like is not known, so nothing is tinted.
    """
    found: dict[str, LabelStyle] = {}
    free: list[str] = []
    for name, text in colors:
        color = parse(text)
        free = free or list(palette)
        if color is None:
            found[name] = LabelStyle()
        elif color.ansi is not None:
            found[name] = LabelStyle(f"ansi_{text.removeprefix('ansi_')}")
        else:
            nearest = min(free, key=lambda one: _distance(color, Color.parse(one)))
            free.remove(nearest)
            found[name] = LabelStyle(nearest)
    return found


def _distance(one: Color, other: Color) -> float:
    """How different two colours look: by hue; greys are near to greys alone."""
    first, second = one.hsl, other.hsl
    if (first.s < _GREY) != (second.s < _GREY):
        return 1
    turn = abs(first.h - second.h)
    return min(turn, 1 - turn) if first.s >= _GREY else 0
