"""Runs a loaded pipeline, and patterns, over texts, and gives plain tuples that outlive spaCy's objects."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from reader.errors import InputError
from reader.nlp.pipelines import PIPELINE_ERRORS, one_line
from reader.words import NEWLINES, trim

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

Found: TypeAlias = tuple[int, int, str, float]  # start, end (characters of the whole text), label, score
Rule: TypeAlias = tuple[str, str, "str | list[dict[str, Any]]"]  # place ("FILE:LINE"), label, pattern
Match: TypeAlias = "Callable[[Doc], Iterator[tuple[int, int, str]]]"  # first token, token after the last, label

# spaCy refuses texts of over 1,000,000 characters and takes over a gigabyte for one of that size. Pieces of this one
# are as fast, find the same entities but for one in thousands, keep the process under 400 MB, and let another request
# have its turn within half a second.
PIECE = 30_000
# spaCy's tokenizer takes a minute for 30,000 opening brackets in a row: quadratic in the length without a space.
_LONGEST = 1000
_FLOOD = re.compile(rf"\S{{{_LONGEST}}}")
BATCH = 16
MOST = 256
"""Texts at once: of news no more, or spaCy gets slower; of sentences so many, or it does them at half its speed."""

_T = TypeVar("_T")


def pieces(text: str, most: int = PIECE) -> Iterator[tuple[int, int]]:
    """Cut a text into stretches of at most `most` characters, at line ends where there are any, else at spaces."""
    start = 0
    while start < len(text):
        limit = min(start + most, len(text))
        flood = _FLOOD.search(text, start, limit)
        if flood is not None:
            cut = flood.end()
        elif limit == len(text):
            cut = limit
        else:
            cut = max(text.rfind(newline, start, limit) for newline in NEWLINES) + 1
            cut = cut or text.rfind(" ", start, limit) + 1 or limit
        yield start, cut
        start = cut


def grouped(items: Iterable[_T], size: Callable[[_T], int]) -> Iterator[list[_T]]:
    """The items in order, in groups of BATCH, or of more where those hold less than a piece; never of two and more."""
    group: list[_T] = []
    total = 0
    for item in items:
        enough = (len(group) >= BATCH and total >= PIECE) or len(group) == MOST
        if group and (enough or total + size(item) > 2 * PIECE):
            yield group
            group, total = [], 0
        group.append(item)
        total += size(item)
    if group:
        yield group


def entities(nlp: Language, texts: Iterable[str]) -> Iterator[list[Found]]:
    """The entities of each text, in order. Pipelines give no score worth the name, so it is 1.0."""
    for found, _ in analyse(nlp, texts):
        yield found


def analyse(
    nlp: Language, texts: Iterable[str], match: Match | None = None
) -> Iterator[tuple[list[Found], list[Found]]]:
    """The entities of each text, and what the patterns match in it, in one pass. Raises PIPELINE_ERRORS."""
    for group in grouped(texts, len):
        results: list[tuple[list[Found], list[Found]]] = [([], []) for _ in group]
        parts = [(number, *stretch) for number, text in enumerate(group) for stretch in pieces(text)]
        for some in grouped(parts, lambda part: part[2] - part[1]):
            stretches = [group[number][start:end] for number, start, end in some]
            for (number, start, _), (found, matched) in zip(some, _run(nlp, stretches, match), strict=True):
                results[number][0].extend(_shifted(found, start))
                results[number][1].extend(_shifted(matched, start))
        yield from results


def compile_patterns(nlp: Language, rules: Iterable[Rule]) -> Match:
    """Compile patterns: a string matches its own tokens, a list is a spaCy token pattern.

    InputError, with the rule's place, for a pattern spaCy refuses.
    """
    from spacy.matcher import Matcher, PhraseMatcher

    tokens = Matcher(nlp.vocab, validate=True)
    phrases = PhraseMatcher(nlp.vocab)
    for number, (place, label, pattern) in enumerate(rules):
        try:
            if isinstance(pattern, str):
                phrases.add(label, [nlp.make_doc(pattern)])
            else:
                # A key of its own for each: "longest" is meant within one pattern.
                tokens.add(f"{number} {label}", [pattern], greedy="LONGEST")
        except PIPELINE_ERRORS as error:
            raise InputError(f"{place}: {one_line(error)}") from error

    def match(doc: Doc) -> Iterator[tuple[int, int, str]]:
        for key, start, end in phrases(doc):
            yield start, end, nlp.vocab.strings[key]
        for key, start, end in tokens(doc) if len(tokens) else ():  # an empty one warns
            yield start, end, nlp.vocab.strings[key].partition(" ")[2]

    return match


def _run(nlp: Language, texts: list[str], match: Match | None) -> list[tuple[list[Found], list[Found]]]:
    """One batch in a memory zone: without it every new word of every text stays in memory for ever."""
    results = []
    with nlp.memory_zone():
        for doc in nlp.pipe(texts, batch_size=MOST):
            text = doc.text
            found = [_found(text, one.start_char, one.end_char, one.label_) for one in doc.ents]
            matched = [
                _found(text, doc[start].idx, doc[end - 1].idx + len(doc[end - 1]), label)
                for start, end, label in (match(doc) if match else ())
            ]
            results.append((_whole(found), sorted(set(_whole(matched)))))
    return results


def _found(text: str, start: int, end: int, label: str) -> Found:
    return (*trim(text, start, end), label, 1.0)


def _whole(found: Iterable[Found]) -> list[Found]:
    """Those with a label and with words, but not a whole flood of them; a pipeline may give others."""
    return [one for one in found if 0 < one[1] - one[0] < _LONGEST and one[2].strip() == one[2] != ""]


def _shifted(found: Iterable[Found], by: int) -> Iterator[Found]:
    return ((start + by, end + by, label, score) for start, end, label, score in found)
