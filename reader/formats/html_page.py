"""A page to read: the articles with their spans highlighted, nested ones too, in one file without a script."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

from reader.formats import losses
from reader.formats.base import Format, Lose
from reader.model import Document, Span, spans_of

CARRIES = frozenset({"annotator", "overlaps", "tags"})
_HUES = (355, 212, 125, 40, 268, 170, 210, 28, 318, 16, 80, 195, 250, 295, 65, 338, 35, 198)
_SIGNS = {code: 0x2400 + code for code in range(32) if code not in (9, 10, 13)} | {0x7F: 0x2421}
_SIGNS |= dict.fromkeys((*range(128, 160), *range(8234, 8239), *range(8294, 8298)), 65533)

_HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Annotated articles</title>
<style>
:root { --paper: #fdfcf9; --ink: #22252b; --dim: #70757f; --line: #e4e1d8; --tint: 88%; --deep: 30%; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #16181d; --ink: #dfe2e8; --dim: #8b919d; --line: #2c3038; --tint: 22%; --deep: 78%; }
}
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.125rem/1.75 Georgia, "Times New Roman", serif; }
article { max-width: 42rem; margin: 4rem auto; padding: 0 1.5rem; }
article + article { border-top: 1px solid var(--line); padding-top: 3rem; }
h1 { font-size: 1.4rem; line-height: 1.35; margin: 0 0 .5rem; }
.legend, .by { color: var(--dim); font: .8rem/2 system-ui, sans-serif; margin: 0 0 1.5rem; }
.legend mark { margin-right: .75rem; white-space: nowrap; }
.text { white-space: pre-wrap; overflow-wrap: anywhere; }
mark { color: inherit; background: hsl(var(--hue) 70% var(--tint)); border-radius: .2rem; padding: .1em .12em;
  border-bottom: 2px solid hsl(var(--hue) 60% var(--deep)); box-decoration-break: clone; }
mark mark { padding: .1em 0; }
mark[data-label]::after { content: attr(data-label); font: 600 .55em/1 system-ui, sans-serif; letter-spacing: .04em;
  color: hsl(var(--hue) 60% var(--deep)); margin-left: .35em; vertical-align: .25em; }
.legend mark::after { content: none; }
</style>
</head>
<body>
"""


def write(documents: Iterable[Document], path: Path, lose: Lose) -> None:
    """All documents on one page; the words of each are exactly its text."""
    hues: dict[str, int] = {}
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(_HEAD)
        for document in documents:
            losses.report(document, lose, carries=CARRIES)
            file.write(_article(document, hues))
        file.write("</body>\n</html>\n")


def _article(document: Document, hues: dict[str, int]) -> str:
    spans = spans_of(document.marks)
    for span in spans:
        hues.setdefault(span.label, _HUES[len(hues) % len(_HUES)])
    counts = Counter(span.label for span in spans)
    legend = "".join(
        f'<mark style="--hue: {hues[label]}">{_shown(label)} {number}</mark>' for label, number in counts.most_common()
    )
    by = f'<p class="by">{_shown(document.annotator)}</p>\n' if document.annotator else ""
    body = "".join(_pieces(document.text, spans, hues))
    return (
        f"<article>\n<h1>{_shown(document.title)}</h1>\n{by}"
        f'<p class="legend">{legend}</p>\n<div class="text">{body}</div>\n</article>\n'
    )


def _pieces(text: str, spans: list[Span], hues: dict[str, int]) -> Iterator[str]:
    """The text cut at every border; a span that crosses another is drawn again behind the cut."""
    borders = sorted({0, len(text), *(place for span in spans for place in (span.start, span.end))})
    waiting = list(reversed(spans))
    open_spans: list[Span] = []
    for start, end in itertools.pairwise(borders):
        ended = [place for place, span in enumerate(open_spans) if span.end <= start]
        if ended:
            yield "</mark>" * (len(open_spans) - ended[0])
            rest = [span for span in open_spans[ended[0] :] if span.end > start]
            open_spans = open_spans[: ended[0]]
            for span in rest:
                yield _opened(span, hues)
                open_spans.append(span)
        while waiting and waiting[-1].start <= start:
            open_spans.append(waiting.pop())
            yield _opened(open_spans[-1], hues)
        yield _shown(text[start:end])
    yield "</mark>" * len(open_spans)


def _opened(span: Span, hues: dict[str, int]) -> str:
    label = _shown(span.label)
    return f'<mark data-label="{label}" title="{label}" style="--hue: {hues[span.label]}">'


def _shown(text: str) -> str:
    """Escaped, with a visible sign for each character that HTML or a terminal would act on."""
    return escape(text.translate(_SIGNS), quote=True)


FORMAT = Format(
    "html", "a page to read, with highlights; light and dark", (".html", ".htm"), write=write, carries=CARRIES
)
