"""Project, the front desk: everything the command line, the screen and a script may do with one file."""

from __future__ import annotations

import getpass
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, Self

from reader.config import Config
from reader.edits import Action
from reader.errors import InputError, StoreError
from reader.model import Document, Schema, State
from reader.project.documents import Glimpse, OpenDocument
from reader.project.history import History, Undone
from reader.project.labels import DEFAULT_LABELS, Labels, complete_labels, write_default_schema
from reader.project.library import Hit, Library, Window
from reader.project.repeating import repeated
from reader.project.suggesting import Suggestions, SuggestReport
from reader.store import listing, log, suggestions, tables
from reader.store.connection import Progress, Store, no_progress
from reader.store.listing import SORTS, DocumentRow, Query
from reader.store.log import LayerEdit

if TYPE_CHECKING:
    from reader.formats import ExportReport, Options, Source
    from reader.project.importing import ImportReport, Records
    from reader.store.merging import MergeReport

# Opening an article must not wait for what only the other commands need: those parts are imported where they are used.

__all__ = [
    "DEFAULT_LABELS",
    "SORTS",
    "Action",
    "DocumentRow",
    "Everywhere",
    "Glimpse",
    "Hit",
    "OpenDocument",
    "Progress",
    "Project",
    "Query",
    "Stats",
    "SuggestReport",
    "Undone",
    "Window",
    "no_progress",
]


ALL = Query()


class Everywhere(NamedTuple):
    """How many places in how many documents an action changes."""

    documents: int
    places: int


class Stats(NamedTuple):
    """Counts over the file, as one annotator sees it; `annotators` are (name, spans)."""

    documents: int
    by_state: dict[State, int]
    spans: int
    by_label: dict[str, int]
    suggestions: int
    annotators: tuple[tuple[str, int], ...]


class Project:
    """One `annotations.db` and the annotator who works in it. Close it, or use it as a context manager."""

    def __init__(self, store: Store, path: Path, annotator: str, config: Config) -> None:
        self._store = store
        self.path = path
        self.config = config
        self.annotator = annotator or config.annotator or login_name()
        self._version = store.data_version()
        self.labels = Labels(self._current, self.annotator, self._materialise, self._roll)
        self.library = Library(self._current, self.annotator)
        self.history = History(self._current, self.annotator)
        self.suggestions = Suggestions(self._current, self.annotator, config)

    @classmethod
    def open(cls, path: Path | str, *, annotator: str = "", create: bool = True, config: Config | None = None) -> Self:
        """Open a file, or begin one: it appears on the disk with the first thing there is to store.

        Raises StoreError for a file Reader did not make, or for a missing one unless `create`.
        """
        path = Path(path)
        if path.exists() or path.is_symlink():
            store = Store.open(path)
        elif create:
            store = Store.create(None)
            with store.transaction():
                write_default_schema(store)
        else:
            raise StoreError(f"{path}: no such database; `reader FILE_OR_FOLDER` makes one, --db PATH names another")
        return cls(store, path, annotator, config or Config())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        self._store.close()

    def begin(self) -> None:
        """Put the file on the disk now, before there is a document to store."""
        self._materialise()

    def _current(self) -> Store:
        return self._store

    def _materialise(self) -> Store:
        """The file itself: until there is something to store it is in memory only."""
        if self._store.path is None:
            memory = self._store
            try:
                self._store = memory.put_at(self.path)
            except StoreError:
                if not self.path.exists():
                    raise
                self._store = self._joined(memory)
            memory.close()
            self._version = self._store.data_version()
        return self._store

    def _joined(self, memory: Store) -> Store:
        """The file that another program began meanwhile, with what is in memory here."""
        from reader.store import merging

        store = Store.open(self.path)
        merging.merge(store, memory, no_progress)
        return store

    def wait_at_most(self, seconds: float) -> None:
        """How long a change waits for another program that is writing, before it is NotSaved."""
        self._store.wait_at_most(seconds)

    def changed_outside(self) -> bool:
        """Whether another program has changed the file since this was asked last, or the file opened."""
        before, self._version = self._version, self._store.data_version()
        return before != self._version

    def _roll(self, progress: Progress = no_progress) -> None:
        """A copy of the file beside it, before much of it changes at once. Raises StoreError."""
        from reader.project import backups

        backups.roll(self._store, self.config.backups, progress)

    @property
    def read_only(self) -> bool:
        return self._store.read_only

    @property
    def schema(self) -> Schema:
        return tables.schema(self._store)

    def import_files(
        self,
        paths: Sequence[Path | str],
        *,
        format_name: str = "",
        encoding: str = "",
        annotator: str = "",
        skip_bad: bool = False,
        options: Options | None = None,
        progress: Progress = no_progress,
    ) -> ImportReport:
        """Import files, folders and zips of files, or "-" for stdin; what is known already is left as it is.

        A file with a bad record is left out whole, unless `skip_bad`; the report names every problem. Raises
        InputError for a path that cannot be read, NotSaved, ReadOnly.
        """
        from reader.project.converting import sources_of

        sources = list(sources_of(paths, encoding, options))
        return self._take_in(
            _read(sources, format_name),
            annotator,
            skip_bad,
            progress,
            len(sources),
        )

    def import_documents(self, records: Iterable[Document], *, annotator: str = "") -> ImportReport:
        """Import documents that a script made. Raises NotSaved, ReadOnly."""
        return self._take_in([("script", ("script", ""), records)], annotator, False, no_progress, 1)

    def _take_in(
        self,
        files: Iterable[tuple[str, tuple[str, str], Records]],
        annotator: str,
        skip_bad: bool,
        progress: Progress,
        total: int,
    ) -> ImportReport:
        from reader.project import importing

        if not total:
            return importing.ImportReport(0, 0, 0, 0, 0)
        self._roll(progress)
        return importing.take_in(
            self._materialise(),
            files,
            annotator=self.annotator,
            override=annotator,
            complete=complete_labels,
            skip_bad=skip_bad,
            progress=progress,
            total=total,
        )

    def index(self, progress: Progress = no_progress) -> None:
        """Bring the search index up to date; may be stopped at any time."""
        left = total = self.library.index(1000)
        while left:
            progress("indexing for search", total - left, total)
            left = self.library.index(1000)

    def documents(
        self,
        query: Query = ALL,
        *,
        annotator: str = "",
        labels: Sequence[str] = (),
    ) -> Iterator[Document]:
        """The documents of a query with one annotator's marks (yours, unless named), one at a time."""
        from reader.project import exporting

        return exporting.documents_of(self._store, query, self._layer(annotator), labels)

    def _layer(self, annotator: str) -> str:
        if annotator:
            log.require_layer(self._store, annotator)
        return annotator or self.annotator

    def export(
        self,
        target: Path | BinaryIO,
        query: Query = ALL,
        *,
        format_name: str = "",
        annotator: str = "",
        labels: Sequence[str] = (),
        lossy: bool = False,
        split: str = "",
        seed: int = 0,
        replace: bool = True,
        everyone: bool = False,
    ) -> ExportReport:
        """Write documents to a file or a binary stream, whole or not at all.

        `everyone` writes the layers of all annotators, one behind the other, in a format that says whose they are.

        `split` such as "80/10/10" writes three files. Raises LossError when the format cannot carry everything and
        not `lossy`, InputError for a target that cannot be written.
        """
        from reader import formats
        from reader.project import exporting

        if everyone and (annotator or split):
            raise InputError("the marks of everyone: leave out --annotator and --split")
        if split and not isinstance(target, Path):
            raise InputError("a split makes three files, and stdout is one: name a file, such as corpus.jsonl")
        path = target if isinstance(target, Path) else Path("stdout.jsonl")
        tokenized = formats.for_writing(path, format_name).tokenizes
        layer = self._layer(annotator)
        found = exporting.documents_of(self._store, query, layer, labels, everyone=everyone, tokenized=tokenized)
        if not isinstance(target, Path):
            return formats.export_to_stream(found, target, format_name=format_name or "jsonl", lossy=lossy)
        if self.path.exists() and target.exists() and target.samefile(self.path):
            raise InputError(f"{target}: is the open database; export to another file")
        if not split:
            return formats.export(found, target, format_name=format_name, lossy=lossy, replace=replace)
        shares = exporting.split_of(split)
        parts = exporting.parts_of(list(listing.ids(self._store, query, layer)), shares, seed)
        streams = [
            (name, exporting.documents_of(self._store, query, layer, labels, part, tokenized=tokenized))
            for name, part in zip(exporting.PARTS, parts, strict=True)
        ]
        return exporting.export_parts(streams, target, format_name, lossy=lossy, replace=replace)

    def open_document(self, document_id: int, *, glance: bool = False) -> OpenDocument:
        """A document to read and edit. Raises InputError when there is none of that number."""
        return OpenDocument(self._store, document_id, self.annotator, self.schema, glance=glance)

    def everywhere(self, action: Action, *, ignore_case: bool = False, skip: int | None = None) -> Everywhere:
        """How much an action would change in all documents that are not removed, but for the one to `skip`."""
        found = [len(places) for _, places in self._everywhere(action, ignore_case, skip)]
        return Everywhere(len(found), sum(found))

    def apply_everywhere(
        self, action: Action, *, ignore_case: bool = False, position: int = 0, progress: Progress = no_progress
    ) -> Everywhere:
        """Do an action on all equal strings in all documents, as one batch. Raises NotSaved, ReadOnly."""
        self._roll(progress)
        changed: list[int] = []

        def layer_edits() -> Iterator[LayerEdit]:
            for edit, places in self._everywhere(action, ignore_case):
                changed.append(len(places))
                progress("changing", len(changed), 0)
                yield edit

        log.append(
            self._store, self.annotator, f"{action.verb} all", layer_edits(), source=action.words, position=position
        )
        return Everywhere(len(changed), sum(changed))

    def _everywhere(
        self, action: Action, ignore_case: bool, skip: int | None = None
    ) -> Iterator[tuple[LayerEdit, list[tuple[int, int]]]]:
        texts = self.library.candidates(action.words, ignore_case=ignore_case, skip=skip)
        return repeated(
            self._store, texts, self.annotator, action, ignore_case=ignore_case, overlaps=self.schema.overlaps
        )

    def merge(self, others: Sequence[Path], *, progress: Progress = no_progress) -> list[MergeReport]:
        """Unite other files with this one, all or none of them. Raises StoreError, NotSaved, ReadOnly."""
        from reader.store import merging

        with ExitStack() as opened:
            theirs = [opened.enter_context(closing(Store.open(path, read_only=True))) for path in others]
            store = self._materialise()
            self._roll(progress)
            with store.transaction():
                return [merging.merge(store, other, progress) for other in theirs]

    def check(self, *, progress: Progress = no_progress) -> list[str]:
        """Everything that is wrong with the file, a line each."""
        from reader.store import checking

        return checking.check(self._store, progress)

    def repair(self, backup: Path | None = None, *, progress: Progress = no_progress) -> tuple[list[str], list[str]]:
        """What was mended, and what is still wrong, a line each; a copy of the damaged file is kept beside it.

        Tables are made again from the log, the log and the texts from a backup. Raises StoreError, NotSaved, ReadOnly.
        """
        from reader.project import backups

        return backups.repair(self._store, self.path, backup, progress)

    def backup(self, target: Path, *, replace: bool = True, progress: Progress = no_progress) -> None:
        """A whole copy of the file; without `replace`, only a file of Reader's gives place to it.

        Raises InputError for a target that stays, StoreError.
        """
        from reader.project import backups

        backups.write(self._store, target, replace, progress)

    def stats(self, annotator: str = "") -> Stats:
        """Counts over the file, for your layer or another."""
        store = self._store
        layer = store.annotator_id(self._layer(annotator))
        by_label: dict[str, int] = dict(
            store.rows("SELECT label, count(*) FROM spans WHERE annotator_id = ? GROUP BY label", (layer,))
        )
        annotators = store.rows(
            "SELECT name, coalesce(sum(entities), 0) FROM annotators LEFT JOIN layers ON annotator_id = annotators.id"
            " GROUP BY annotators.id HAVING count(document_id) > 0 ORDER BY name"
        )
        by_state = listing.count_by_state(store, self._layer(annotator))
        return Stats(
            sum(by_state.values()),
            by_state,
            sum(by_label.values()),
            by_label,
            suggestions.count(store),
            tuple((str(name), int(number)) for name, number in annotators),
        )


def login_name() -> str:
    """The name of who is logged in, or "me" where the system does not say; bytes that are not UTF-8 as escapes."""
    try:
        return getpass.getuser().encode(errors="surrogateescape").decode(errors="backslashreplace")
    except (KeyError, OSError):
        return "me"


def _read(sources: Iterable[Source], format_name: str) -> Iterator[tuple[str, tuple[str, str], Records]]:
    from reader import formats

    for source in sources:
        found, why, records = formats.read_as(source, format_name)
        yield source.name, (found.name, why), records
