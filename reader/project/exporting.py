"""Giving documents out: whose marks, which documents, which labels, and a seeded split."""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from reader.errors import InputError, LossError
from reader.formats import ExportReport, export
from reader.model import Document, Loss, Note, Rejected, Relation, Span
from reader.store import documents, listing, pages, token_borders
from reader.store.connection import Store
from reader.store.listing import Query
from reader.token_borders import pack

PARTS = ("train", "dev", "test")


def documents_of(
    store: Store,
    query: Query,
    annotator: str,
    labels: Sequence[str] = (),
    only: Iterable[int] | None = None,
    *,
    everyone: bool = False,
    tokenized: bool = False,
) -> Iterator[Document]:
    """Documents with one annotator's marks and suggestions, one at a time; `labels` keeps spans of these alone.

    With `everyone`, a document comes once for each annotator with marks on it, and once where nobody has any. With
    `tokenized`, those that brought no tokens have a tokenizer's borders, which are kept for the next time.
    """
    wanted = frozenset(labels)
    shared: dict[str, list[str]] = {}
    for page in pages.of(store, listing.ids(store, query, annotator) if only is None else only, annotator):
        for document_id, document in _with_borders(store, page) if tokenized else page:
            for view in _everyones(store, document_id, document, shared) if everyone else (document,):
                yield _with_labels(view, wanted) if labels else view


def _everyones(store: Store, document_id: int, document: Document, shared: dict[str, list[str]]) -> list[Document]:
    """The views of all annotators with marks, the first with the suggestions; the given one where nobody has any.

    Of documents with the same text an annotator's views are told apart by their order, so there none is left out:
    `shared` keeps the annotators of such texts.
    """
    key = documents.key_of(document.text, 0)
    names = shared.get(key)
    if names is None:
        names, several = documents.annotators(store, key)
        if several:
            shared[key] = names
    views = [documents.get(store, document_id, name) for name in names]
    views = [replace(one, token_borders=document.token_borders) for one in views if one.marks or key in shared]
    views = views or [document]
    return [replace(views[0], suggestions=document.suggestions), *views[1:]]


def _with_borders(store: Store, page: list[tuple[int, Document]]) -> Iterator[tuple[int, Document]]:
    """The documents of a page, those without tokens with a tokenizer's borders."""
    from reader.nlp import tokens

    kept = token_borders.of(store, [document_id for document_id, document in page if not document.tokens])
    new: list[tuple[int, str, bytes]] = []
    for document_id, document in page:
        if document.tokens:
            continue
        tokenizer = tokens.name_of(document.language)
        if (document_id, tokenizer) not in kept:
            packed = pack(tokens.borders(document.text, document.language))
            kept[document_id, tokenizer] = packed
            new.append((document_id, tokenizer, packed))
    token_borders.put(store, new)
    for document_id, document in page:
        found = b"" if document.tokens else kept[document_id, tokens.name_of(document.language)]
        yield document_id, replace(document, token_borders=found) if found else document


def _with_labels(document: Document, labels: frozenset[str]) -> Document:
    def kept(mark: object) -> bool:
        match mark:
            case Span(label=label) | Rejected(Span(label=label)) | Note(span=Span(label=label)):
                return label in labels
            case Relation(head, tail):
                return head.label in labels and tail.label in labels
        return True

    return replace(
        document,
        marks=frozenset(mark for mark in document.marks if kept(mark)),
        suggestions=tuple(one for one in document.suggestions if one.span.label in labels),
    )


def split_of(text: str) -> tuple[int, int, int]:
    """The shares of "80/10/10". Raises InputError."""
    try:
        train, dev, test = (int(part) for part in text.split("/"))
    except ValueError as error:
        raise InputError(f"--split {text}: expected three whole numbers such as 80/10/10") from error
    if min(train, dev, test) < 0 or train + dev + test != 100:
        raise InputError(f"--split {text}: the three shares must add up to 100")
    return train, dev, test


def parts_of(identifiers: Sequence[int], shares: tuple[int, int, int], seed: int) -> list[list[int]]:
    """The documents of each part, each in its given order; the same seed and documents give the same parts."""
    shuffled = list(identifiers)
    random.Random(seed).shuffle(shuffled)
    first = round(len(shuffled) * shares[0] / 100)
    second = round(len(shuffled) * (shares[0] + shares[1]) / 100)
    order = {identifier: place for place, identifier in enumerate(identifiers)}
    return [
        sorted(part, key=order.__getitem__) for part in (shuffled[:first], shuffled[first:second], shuffled[second:])
    ]


def export_parts(
    parts: Sequence[tuple[str, Iterator[Document]]], path: Path, format_name: str, *, lossy: bool, replace: bool = True
) -> ExportReport:
    """Write each part to PATH with its name before the suffix; none of them when one cannot be carried whole."""
    losses: list[Loss] = []
    reports: list[ExportReport] = []
    suffix = "".join(path.suffixes)
    stem = path.name[: len(path.name) - len(suffix)]
    if not path.parent.is_dir():
        raise InputError(f"{path.parent}: there is no such folder")
    for name, _ in parts:
        if not replace and (target := path.parent / f"{stem}-{name}{suffix}").exists():
            raise InputError(f"{target}: exists already; --force replaces it")
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".export-") as folder:
        targets = [(Path(folder) / f"{stem}-{name}{suffix}", found) for name, found in parts]
        for target, found in targets:
            try:
                reports.append(export(found, target, format_name=format_name, lossy=lossy))
            except LossError as error:
                losses.extend(error.losses)
        if losses:
            raise LossError(format_name or suffix, tuple(losses))
        for target, _ in targets:
            os.replace(target, path.parent / target.name)
    return ExportReport(
        sum(report.documents for report in reports),
        sum(report.spans for report in reports),
        tuple(loss for report in reports for loss in report.losses),
    )
