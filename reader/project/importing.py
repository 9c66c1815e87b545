"""Taking files in: each whole or not at all, by content, as one action that can be undone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import NamedTuple

from reader import edits
from reader.errors import InputError
from reader.model import (
    Document,
    Edit,
    Label,
    Mark,
    Marks,
    Problem,
    Rejected,
    Relation,
    Repair,
    Schema,
    Span,
    Suggestion,
    Tag,
)
from reader.store import bulk, documents, log, suggestions, tables
from reader.store.bulk import Bulk
from reader.store.connection import Progress, Store, no_progress
from reader.store.log import Batch, LayerEdit


class ImportReport(NamedTuple):
    """What came in. `documents` were in the files, `new` of them new here; `refused` files had problems.

    `added` and `removed` count the marks that a newer version of a file changed in documents that were here before, and
    `changes` says the first of them, MOST_CHANGES at most; `read_as` has `(format, why, files)`.
    """

    files: int
    documents: int
    new: int
    spans: int
    relations: int
    problems: tuple[Problem, ...] = ()
    refused: int = 0
    first: int | None = None
    repairs: tuple[Repair, ...] = ()
    changed: int = 0
    added: int = 0
    removed: int = 0
    read_as: tuple[tuple[str, str, int], ...] = ()
    changes: tuple[str, ...] = ()


MOST_CHANGES = 1000


@dataclass(slots=True)
class _Tally:
    batch: Batch
    said: Batch
    bulk: Bulk
    files: int = 0
    documents: int = 0
    new: int = 0
    spans: int = 0
    relations: int = 0
    changed: int = 0
    added: int = 0
    removed: int = 0
    refused: int = 0
    first: int | None = None
    known: set[tuple[str, str]] = field(default_factory=set)
    changes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)
    read_as: Counter[tuple[str, str]] = field(default_factory=Counter)

    def counts(self) -> tuple[int, ...]:
        """What a file that is refused must not have changed."""
        counts = (self.documents, self.new, self.spans, self.relations, self.changed, self.added, self.removed)
        return (*counts, len(self.changes))

    def restore(self, counts: tuple[int, ...], first: int | None) -> None:
        self.documents, self.new, self.spans, self.relations, self.changed, self.added, self.removed, kept = counts
        del self.changes[kept:]
        self.known.clear()
        self.first = first

    def report(self) -> ImportReport:
        return ImportReport(
            self.files,
            self.documents,
            self.new,
            self.spans,
            self.relations,
            tuple(self.problems),
            self.refused,
            self.first,
            tuple(self.repairs),
            self.changed,
            self.added,
            self.removed,
            tuple((name, why, number) for (name, why), number in self.read_as.items()),
            tuple(self.changes),
        )


Records = Iterable[Document | Problem | Repair]
Complete = Callable[[Iterable[Label], Schema], list[Label]]
CHUNK = 256
CHUNK_SIZE = 2_000_000
"""Documents, or characters, that are written at once."""


class _Wanted(NamedTuple):
    """A document of a file, its key and the layer that its marks go to."""

    record: Document
    key: str
    layer: str


def take_in(
    store: Store,
    files: Iterable[tuple[str, tuple[str, str], Records]],
    *,
    annotator: str,
    override: str = "",
    complete: Complete,
    skip_bad: bool = False,
    progress: Progress = no_progress,
    total: int = 0,
) -> ImportReport:
    """Import `(name, (format, why), records)` of each file in one transaction.

    Marks go to the layer `override`, else the one the record names, else the annotator's. Raises NotSaved, ReadOnly.
    """
    with suppress(_AllRefused), bulk.transaction(store) as opened:
        batch, said = (log.open_batch(store, annotator, verb) for verb in ("import", log.SAID))
        tally = _Tally(batch, said, opened)
        names: list[str] = []
        for name, read_as, records in files:
            progress("importing", tally.files, total)
            before, first = tally.counts(), tally.first
            with _savepoint(store, opened) as roll_back:
                if not _take_file(store, tally, name, records, annotator, override, complete, skip_bad, progress):
                    roll_back()
                    tally.restore(before, first)
                    tally.refused += 1
            names.append(name)
            tally.read_as[read_as] += 1
            tally.files += 1
        if tally.refused == tally.files:
            raise _AllRefused
        for batch in (said, tally.batch):
            _close_batch(store, batch, names)
    return tally.report()


class _AllRefused(Exception):
    """Nothing was taken: the transaction is rolled back, and not a byte of the file changes."""


@contextmanager
def _savepoint(store: Store, opened: Bulk) -> Iterator[Callable[[], None]]:
    def roll_back() -> None:
        opened.settle()
        store.connection.execute("ROLLBACK TO file")

    store.connection.execute("SAVEPOINT file")
    yield roll_back
    opened.settle()
    store.connection.execute("RELEASE file")


def _close_batch(store: Store, batch: Batch, names: list[str]) -> None:
    used = store.rows("SELECT 1 FROM edits WHERE batch_id = ? LIMIT 1", (batch.id,))
    if not used:
        store.connection.execute("DELETE FROM batches WHERE id = ?", (batch.id,))
        return
    source = names[0] if len(names) == 1 else f"{len(names)} files"
    store.connection.execute("UPDATE batches SET source = ? WHERE id = ?", (source, batch.id))
    log.seal(store, batch.id)


def _take_file(
    store: Store,
    tally: _Tally,
    name: str,
    records: Records,
    annotator: str,
    override: str,
    complete: Complete,
    skip_bad: bool,
    progress: Progress,
) -> bool:
    ordinals = Ordinals()
    named: set[str] = set()
    good = True
    chunk: list[_Wanted] = []
    size = 0
    for record in _safely(records, name):
        if isinstance(record, Problem):
            tally.problems.append(record)
            good = good and skip_bad
        elif isinstance(record, Repair):
            tally.repairs.append(record)
        elif good:
            if record.annotator and override:
                named.add(record.annotator)
                if len(named) == 2:
                    expected = f"expected marks of one annotator, found those of {' and '.join(sorted(named))}"
                    tally.problems.append(Problem(name, 0, f"{expected}; leave out --as to keep each their own"))
                    return False
            key = ordinals.key_of(record.text, record.annotator)
            chunk.append(_Wanted(record, key, override or record.annotator or annotator))
            size += len(record.text)
            if len(chunk) == CHUNK or size > CHUNK_SIZE:
                _take_chunk(store, tally, chunk, complete, progress)
                chunk, size = [], 0
    if good:
        _take_chunk(store, tally, chunk, complete, progress)
    return good


class Ordinals:
    """The keys of the texts of one file, in which the same text may stand more than once."""

    def __init__(self) -> None:
        # Of millions of texts a set would take ten times the memory: the first eight bytes of each digest stand in a
        # row, by the first of them. Were those of two texts ever the same, the second would only be numbered too.
        self._seen: defaultdict[str, bytearray] = defaultdict(bytearray)
        self._times: Counter[bytes] = Counter()

    def key_of(self, text: str, annotator: str) -> str:
        """The key of the next document, of which several annotators may have a view."""
        digest = view = documents.key_of(text, 0)
        if annotator:
            view = documents.key_of(f"{digest} {annotator}", 0)
        seen, mark = self._seen[view[:3]], bytes.fromhex(view[:16])
        place = seen.find(mark)
        while place > 0 and place % len(mark):
            place = seen.find(mark, place + 1)
        if place < 0:
            seen += mark
            return digest
        self._times[mark] += 1
        return f"{digest}-{self._times[mark]}"


def _safely(records: Records, name: str) -> Iterator[Document | Problem | Repair]:
    """The records of a file; that it cannot be read further is a problem of this file, not the end of the others."""
    try:
        yield from records
    except InputError as error:
        yield Problem(name, 0, str(error).removeprefix(f"{name}: "))


def _take_chunk(store: Store, tally: _Tally, chunk: list[_Wanted], complete: Complete, progress: Progress) -> None:
    """Add documents with their marks; those that were not here before in as few statements as there are tables."""
    fresh: list[tuple[int, str, Marks, str]] = []
    insert = tally.bulk.insert
    tally.bulk.settle()
    added = documents.add_all(store, [(record, key) for record, key, _ in chunk], insert)
    for (record, _, layer), (document_id, new) in zip(chunk, added, strict=True):
        tally.first = document_id if tally.first is None else tally.first
        tally.new += new
        if record.marks:
            _take_labels(store, tally, record.marks, complete)
            if new:
                fresh.append((document_id, layer, record.marks, record.text))
            else:
                # One that is here may be here since a moment ago.
                log.add_new(store, tally.batch, fresh, insert)
                fresh.clear()
                tally.bulk.begin()
                tally.bulk.settle()
                _take_again(store, tally, record, document_id, layer)
        if record.suggestions:
            by_source: dict[str, list[Suggestion]] = {}
            for one in record.suggestions:
                by_source.setdefault(one.source, []).append(one)
            suggestions.put(store, [(document_id, source, found) for source, found in by_source.items()])
    tally.bulk.expect(sum(len(marks) for _, _, marks, _ in fresh))
    log.add_new(store, tally.batch, fresh, insert)
    tally.bulk.begin()
    before = tally.documents
    tally.documents += len(chunk)
    if tally.documents // 1000 > before // 1000:
        progress("importing documents", tally.documents, 0)


def _take_again(store: Store, tally: _Tally, record: Document, document_id: int, layer: str) -> None:
    """Change a layer of a document that is here by what a newer version of its file says otherwise."""
    annotator_id = store.ensure_annotator(layer)
    newer = edits.diff(log.imported(store, document_id, annotator_id), record.marks)
    if not newer:
        return
    # A person may have done by hand since what the file says only now, and may have undone what it said.
    edit = edits.effect(newer, tables.marks_of(store, document_id, annotator_id))
    if stood := _without_effect(newer, edit):
        log.add(store, tally.said, LayerEdit(document_id, layer, stood, record.text))
    if not edit:
        return
    tally.changed += 1
    tally.added += len(edit.added)
    tally.removed += len(edit.removed)
    if len(tally.changes) < MOST_CHANGES:
        tally.changes += _changes(record, edit)
    log.add(store, tally.batch, LayerEdit(document_id, layer, edit, record.text))


def _without_effect(edit: Edit, effect: Edit) -> Edit:
    """What else an edit says; not of a status, of which a layer has one: to say any other is to take that away."""
    pairs = zip(edit, effect, strict=True)
    return Edit(*(frozenset(mark for mark in said - done if edits.slot(mark) is None) for said, done in pairs))


def _changes(record: Document, edit: Edit) -> list[str]:
    """What an edit changes in a document, a line a mark, in reading order."""
    from reader.formats.losses import named, stated

    changes = [(getattr(mark, "start", 0), "removed", mark) for mark in edit.removed]
    changes += [(getattr(mark, "start", 0), "added", mark) for mark in edit.added]
    lines = [(start, f"{verb} {stated(mark, record.text)}") for start, verb, mark in changes]
    return [f"{named(record)}: {line}" for _, line in sorted(lines)]


def _take_labels(store: Store, tally: _Tally, marks: Marks, complete: Complete) -> None:
    """Count marks, and add the labels that the schema lacks."""
    spans = [mark for mark in marks if type(mark) is Span]
    tally.spans += len(spans)
    wanted = {("span", label) for label in {span[2] for span in spans}}
    if len(spans) < len(marks):
        tally.relations += sum(type(mark) is Relation for mark in marks)
        wanted |= {named for mark in marks if type(mark) is not Span and (named := _label_of(mark))}
    if wanted <= tally.known:
        return
    schema = tables.schema(store)
    tally.known = {(label.kind, label.name) for label in schema.labels} | wanted
    if missing := sorted(wanted - {(label.kind, label.name) for label in schema.labels}):
        added = complete([Label(name, kind) for kind, name in missing], schema)
        log.add(store, tally.batch, LayerEdit(None, tally.batch.annotator, Edit(added=frozenset(added))))


def _label_of(mark: Mark) -> tuple[str, str] | None:
    match mark:
        case Rejected(Span(label=label)):
            return ("span", label)
        case Tag(label):
            return ("tag", label)
        case Relation(label=label):
            return ("relation", label)
    return None
