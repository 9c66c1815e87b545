"""The suggestions desk: a model in a child process while somebody reads, and over everything in bulk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from reader import words
from reader.config import Config
from reader.errors import InputError, ReaderError, RecordError
from reader.model import Suggestion
from reader.store import documents, listing, suggestions
from reader.store.connection import Progress, Store, no_progress
from reader.store.documents import CLOSED
from reader.store.listing import Query

if TYPE_CHECKING:
    from reader.nlp.pipelines import Pipeline
    from reader.suggest.pipeline import PipelineClient

T = TypeVar("T")
NO_MODEL = "none"
PAGE = 50
"""Documents whose suggestions are kept in one transaction."""


class SuggestReport(NamedTuple):
    """What a bulk run did; `skipped` documents had been done before, `problems` name those that could not be."""

    documents: int
    suggestions: int
    skipped: int
    source: str
    problems: tuple[str, ...] = ()


class Suggestions:
    """What suggesters say, computed in child processes. The screen works the same without them."""

    def __init__(self, store: Callable[[], Store], annotator: str, config: Config) -> None:
        self._store = store
        self._annotator = annotator
        self._model = config.model
        self._labels = config.model_labels
        self._trims = tuple(config.model_trims.split())
        self._client: PipelineClient | None = None

    @cached_property
    def pipeline(self) -> Pipeline | None:
        """The model that suggests, or None. Raises InputError when the one asked for is not there."""
        if self._model == NO_MODEL:
            return None
        from reader.nlp import pipelines

        return pipelines.choose(self._model)

    def available(self) -> str:
        """One line: which model suggests, or how to get one."""
        if self._model == NO_MODEL:
            return "Suggestions by memory alone: the settings say model = none"
        from reader.nlp.pipelines import HOW_TO_GET_ONE

        found = self.pipeline
        return f"Suggestions by {found.source}" if found else HOW_TO_GET_ONE

    async def ensure(self, document_id: int) -> bool:
        """Have the model read a document, unless it has; tells whether anything new was kept.

        Raises SuggesterFailed (one line) when the child process cannot do it.
        """
        found = self.pipeline
        store = self._store()
        if found is None or store.read_only or suggestions.has(store, document_id, found.source):
            return False
        if self._client is None:
            # Only once the first screen is up.
            from reader.suggest.pipeline import PipelineClient

            self._client = PipelineClient(found.reference)
        client = self._client
        await client.start()
        answer = await client.suggest(documents.text_of(store, document_id))
        suggestions.put(store, [(document_id, found.source, list(self._as_here(answer, found.source, document_id)))])
        return True

    def _as_here(self, found: Iterable[Suggestion], source: str, document_id: int) -> Iterator[Suggestion]:
        """A model's suggestions with the labels and the borders that the settings ask for; others as they are."""
        text = documents.text_of(self._store(), document_id) if self._trims else ""
        for one in found:
            if one.source != source:
                yield one
                continue
            span = one.span
            start, end = without(text, span.start, span.end, self._trims) if self._trims else span[:2]
            label = self._labels.get(span.label, span.label)
            if label and start < end:
                yield one._replace(span=span._replace(start=start, end=end, label=label))

    async def close(self) -> None:
        """End the child process."""
        if self._client is not None:
            client, self._client = self._client, None
            await client.close()

    def run(
        self,
        query: Query,
        *,
        patterns: Path | None = None,
        again: bool = False,
        workers: int = 0,
        progress: Progress = no_progress,
    ) -> SuggestReport:
        """Have the model (and a pattern file) read all open documents of a query that it has not read yet.

        With `again`, also those that it has; what it said of the others stays. Kept page by page, so that a run that
        was stopped goes on where it was. Raises InputError without a model.
        """
        from reader.suggest.bulk import bulk

        found = self.pipeline
        if found is None and patterns is None:
            raise InputError(self.available())
        source = found.source if found else ""
        pattern_source = _source_of(patterns) if patterns else ""
        store = self._store()
        sources = [name for name in (source, pattern_source) if name]
        waiting = [number for number in listing.ids(store, query, self._annotator) if self._is_open(number)]
        if again:
            for name in sources:
                suggestions.forget(store, name, waiting)
        waiting = [number for number in waiting if not all(suggestions.has(store, number, name) for name in sources)]
        total = listing.count(store, query, self._annotator)
        texts = ((number, documents.text_of(store, number)) for number in waiting)
        problems: list[str] = []
        done = kept = 0
        for page in _pages(bulk(texts, found.reference if found else "", patterns, workers), PAGE):
            problems += [f"document {number}: {one}" for number, one in page if isinstance(one, ReaderError)]
            read = [(number, one) for number, one in page if not isinstance(one, ReaderError)]
            read = [(number, list(self._as_here(one, source, number))) for number, one in read]
            kept += suggestions.put(store, _by_source(read, sources))
            done += len(read)
            progress("suggesting", done, len(waiting))
        return SuggestReport(done, kept, total - len(waiting), " and ".join(sources), tuple(problems))

    def _is_open(self, document_id: int) -> bool:
        row = listing.row(self._store(), document_id, self._annotator)
        return row is not None and row.state not in CLOSED


def without(text: str, start: int, end: int, trims: Iterable[str]) -> tuple[int, int]:
    """A stretch without these words and the spaces beside them at both its ends; empty where nothing else is in it.

    A word that begins with an apostrophe needs no space before it.
    """
    start, end = words.trim(text, start, end)
    while start < end:
        stretch = text[start:end]
        if one := next((one for one in trims if stretch == one or stretch.startswith(f"{one} ")), ""):
            start += len(one)
        elif one := next((one for one in trims if stretch.endswith(one if one[0] in "'\u2019" else f" {one}")), ""):
            end -= len(one)
        else:
            break
        start, end = words.trim(text, start, end)
    return start, end


def _source_of(path: Path) -> str:
    """The source of a pattern file's suggestions. Raises RecordError that names every bad line."""
    from reader.suggest import patterns

    found = patterns.load(path)
    if found.problems:
        raise RecordError(tuple(found.problems))
    return found.source


def _by_source(
    read: list[tuple[int, list[Suggestion]]], sources: list[str]
) -> Iterator[tuple[int, str, list[Suggestion]]]:
    for number, found in read:
        for name in sources:
            yield number, name, [one for one in found if one.source == name]


def _pages(answers: Iterable[T], size: int) -> Iterator[list[T]]:
    page: list[T] = []
    for answer in answers:
        page.append(answer)
        if len(page) == size:
            yield page
            page = []
    if page:
        yield page
