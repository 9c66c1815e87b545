"""A page to read: the articles with their spans highlighted, nested ones too, in one file without a script.

One file without scripts that loads nothing, light or dark as the reader's system. The words of each article are
exactly its text, so copying gives no labels. Control characters, which HTML does not allow, become visible signs, and
are a loss. Only written.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from reader.formats.base import Format, Lose
from reader.formats.losses import carried, named, shown
from reader.model import Document, Loss, Note, Relation, Span, Tag

CARRIES = frozenset(
    {"annotator", "attributes", "fragments", "notes", "overlaps", "relations", "source", "spans", "tags", "title"}
)
# OntoNotes 5.0, as on the screen; the labels of CoNLL-2003 like theirs.
_HUES = {"PERSON": 355, "ORG": 212, "GPE": 125, "NORP": 40, "DATE": 268, "LOC": 170, "CARDINAL": 225, "FAC": 28}
_HUES |= {"PRODUCT": 318, "EVENT": 16, "MONEY": 80, "PERCENT": 192, "ORDINAL": 250, "TIME": 295, "QUANTITY": 65}
_HUES |= {"WORK_OF_ART": 338, "LAW": 52, "LANGUAGE": 200, "PER": 355, "MISC": 295}
_GOLDEN_ANGLE = 137.508  # steps of it fill a circle evenly, however many there are

# What HTML does not allow as a character of a text: a reader would drop it or show nothing.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]")

_HEAD = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
:root {{ --paper: #fdfcfa; --ink: #23262d; --dim: #6d727d; --line: #e6e3db; --tint: 72% 90%; --edge: 55% 62%;
  --word: 62% 34%; --sans: system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }}
@media (prefers-color-scheme: dark) {{
  :root {{ --paper: #15171c; --ink: #d9dce3; --dim: #8d939f; --line: #2b2f38; --tint: 38% 22%; --edge: 45% 46%;
    --word: 60% 74%; }}
}}
body {{ margin: 0; padding: 0 1.5rem; background: var(--paper); color: var(--ink);
  font: 1.125rem/1.75 Charter, "Bitstream Charter", "Iowan Old Style", Georgia, "Times New Roman", serif; }}
article {{ max-width: 40rem; margin: 4.5rem auto 6rem; }}
article + article {{ border-top: 1px solid var(--line); padding-top: 4rem; }}
h1 {{ font-size: 1.65rem; line-height: 1.3; margin: 0 0 .75rem; text-wrap: balance; }}
h2 {{ font: 600 .8rem/1.5 var(--sans); color: var(--dim); margin: 2.5rem 0 .5rem; }}
h1, .about, li {{ unicode-bidi: plaintext; overflow-wrap: anywhere; }}
.about {{ color: var(--dim); font: .8rem/1.6 var(--sans); margin: 0 0 1rem; }}
.tag {{ border: 1px solid var(--line); border-radius: 1rem; padding: .05rem .55rem; }}
.legend {{ display: flex; flex-wrap: wrap; gap: .4rem .5rem; list-style: none; padding: 0 0 1.75rem;
  margin: 0 0 1.75rem; border-bottom: 1px solid var(--line); font: 600 .7rem/1.5 var(--sans); }}
.legend li {{ background: hsl(var(--hue) var(--tint)); color: hsl(var(--hue) var(--word)); border-radius: 1rem;
  padding: .12rem .65rem; }}
.legend b {{ font-weight: 400; opacity: .8; padding-left: .2em; }}
.text {{ white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: plaintext; }}
mark {{ color: inherit; background: hsl(var(--hue) var(--tint)); border-bottom: 2px solid hsl(var(--hue) var(--edge));
  border-radius: .2em; padding: .08em .18em .02em; margin: 0 -.04em;
  unicode-bidi: plaintext; -webkit-box-decoration-break: clone; box-decoration-break: clone; }}
mark:has(mark) {{ padding-bottom: .24em; }}
mark:has(mark mark) {{ padding-bottom: .46em; }}
.text:has(mark mark) {{ line-height: 2.1; }}
mark[data-label]::after {{ content: attr(data-label); font: 600 .53em/1 var(--sans); letter-spacing: .03em;
  color: hsl(var(--hue) var(--word)); margin-inline-start: .5em; vertical-align: .3em; white-space: nowrap; }}
.notes {{ font-size: .95rem; line-height: 1.6; margin: 0; padding-left: 1.2rem; color: var(--dim); }}
.notes i {{ color: var(--ink); }}
@media print {{ body {{ font-size: 11pt; }} mark, .legend li {{ print-color-adjust: exact; }} }}
</style>
</head>
<body>
"""


@dataclass(slots=True)
class _Colors:
    """Gives each label a hue, and always the same one."""

    hues: dict[str, int] = field(default_factory=lambda: dict(_HUES))

    def style(self, label: str) -> str:
        others = len(self.hues) - len(_HUES)
        hue = self.hues.setdefault(label, round(95 + others * _GOLDEN_ANGLE) % 360)
        return f'style="--hue: {hue}"'


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A part of a text that is marked: a span, or a fragment of one; the last fragment shows the label."""

    start: int
    end: int
    label: str
    tip: str
    last: bool


def write(documents: Iterable[Document], path: Path, lose: Lose) -> None:
    """All documents on one page; the words of each are exactly its text."""
    colors = _Colors()
    begun = False
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for document in documents:
            if not begun:
                language = document.language if re.fullmatch("[A-Za-z-]{2,20}", document.language) else "en"
                file.write(_HEAD.format(title=_shown(named(document)), language=language))
            begun = True
            file.write(_article(document, colors, lose))
        if not begun:
            file.write(_HEAD.format(title="No articles", language="en"))
        file.write("</body>\n</html>\n")


def _article(document: Document, colors: _Colors, lose: Lose) -> str:
    spans = carried(document, lose, CARRIES)
    if found := _ILLEGAL.findall(document.text):
        fact = f"control characters ({len(found)}), the first {shown(found[0])} at {document.text.index(found[0])}"
        lose(Loss(named(document), fact, "HTML has none; a visible sign stands for each"))
    # A title that is the first line of the text is there already.
    heading = "" if document.text.lstrip().startswith(document.title) else f"<h1>{_shown(document.title)}</h1>\n"
    return (
        f'<article>\n<header>\n{heading}<p class="about">{_about(document, len(spans))}</p>\n'
        f"{_legend(spans, colors)}</header>\n"
        f'<div class="text">{"".join(_pieces(document.text, spans, colors))}</div>\n'
        f"{_notes(document)}</article>\n"
    )


def _about(document: Document, number: int) -> str:
    count = "1 entity" if number == 1 else f"{number:,} entities"
    words = [document.source, document.annotator and f"annotated by {document.annotator}", count]
    tags = sorted(mark.label for mark in document.marks if isinstance(mark, Tag))
    chips = "".join(f' <span class="tag">{_shown(tag)}</span>' for tag in tags)
    return " · ".join(_shown(word) for word in words if word) + chips


def _legend(spans: list[Span], colors: _Colors) -> str:
    counts = Counter(span.label for span in spans)
    chips = "".join(
        f"<li {colors.style(label)}>{_shown(label)} <b>{number:,}</b></li>" for label, number in counts.most_common()
    )
    return f'<ul class="legend">{chips}</ul>\n' if chips else ""


def _pieces(text: str, spans: list[Span], colors: _Colors) -> Iterator[str]:
    """The text cut at every border; a stretch that crosses another is closed and opened again where that one ends."""
    stretches = sorted(_stretches(spans), key=lambda one: (one.start, -one.end))
    borders = sorted({0, len(text), *(place for one in stretches for place in (one.start, one.end))})
    waiting = stretches[::-1]
    opened: list[_Stretch] = []
    for start, end in itertools.pairwise(borders):
        first = next((place for place, one in enumerate(opened) if one.end <= start), len(opened))
        yield "</mark>" * (len(opened) - first)
        again = [one for one in opened[first:] if one.end > start]
        del opened[first:]
        while waiting and waiting[-1].start <= start:
            again.append(waiting.pop())
        for one in sorted(again, key=lambda one: -one.end):
            # Only a piece that nothing around it will cut shows the label.
            yield _opening(one, colors, all(one.end <= other.end for other in opened))
            opened.append(one)
        yield _shown(text[start:end])
    yield "</mark>" * len(opened)


def _stretches(spans: list[Span]) -> Iterator[_Stretch]:
    for span in spans:
        parts = span.fragments or ((span.start, span.end),)
        for number, (start, end) in enumerate(parts, 1):
            part = [f"part {number} of {len(parts)}"] if span.fragments else []
            tip = ", ".join([span.label, *part, *(f"{name}: {value}" for name, value in span.attributes)])
            yield _Stretch(start, end, span.label, tip, number == len(parts))


def _opening(one: _Stretch, colors: _Colors, whole: bool) -> str:
    label = f' data-label="{_shown(one.label)}"' if whole and one.last else ""
    return f'<mark{label} title="{_shown(one.tip)}" {colors.style(one.label)}>'


def _notes(document: Document) -> str:
    text = document.text
    notes = [mark for mark in document.marks if isinstance(mark, Note)]
    relations = [mark for mark in document.marks if isinstance(mark, Relation)]
    lines = [
        f"<li>{f'<i>{_words(mark.span, text)}</i>: ' if mark.span else ''}{_shown(mark.text)}</li>"
        for mark in sorted(notes, key=lambda mark: (mark.span or Span(0, 0, ""), mark.text))
    ]
    lines += [
        f"<li><i>{_words(mark.head, text)}</i> — {_shown(mark.label)} → <i>{_words(mark.tail, text)}</i></li>"
        for mark in sorted(relations, key=lambda mark: (mark.head, mark.tail, mark.label))
    ]
    return f'<h2>Notes</h2>\n<ul class="notes">\n{chr(10).join(lines)}\n</ul>\n' if lines else ""


def _words(span: Span, text: str) -> str:
    return _shown(" ".join(text[start:end] for start, end in span.fragments or ((span.start, span.end),)))


def _shown(text: str) -> str:
    """Escaped, with a visible sign for each character HTML does not allow; a carriage return stays one."""
    return escape(_ILLEGAL.sub(_sign, text), quote=True).replace("\r", "&#13;")


def _sign(found: re.Match[str]) -> str:
    code = ord(found[0])
    return chr(0x2400 + code) if code < 32 else "\u2421" if code == 127 else "\ufffd"


FORMAT = Format(
    "html", "a page to read, with highlights; light and dark", (".html", ".htm"), write=write, carries=CARRIES
)
