"""Finding words in all documents: the FTS5 index, built behind an import in steps, and a scan of what it lacks."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator

from reader.store.connection import Store

# Scripts written without spaces, and Hangul with its particles: each character is indexed as a word of its own, so
# that a part of a run is found, and so is a Latin name that stands right beside one.
_UNSPACED = (
    "[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff]"
)


def spaced(text: str) -> str:
    """The text the way it is indexed."""
    return text if text.isascii() else re.sub(_UNSPACED, r" \g<0> ", text)


def _spaced(data: bytes | None) -> str:
    """The same of a text as the file holds it, damaged or not."""
    return spaced((data or b"").decode(errors="replace"))


_TEXT = "CAST(coalesce(text, '') AS TEXT)"
"""A text, whatever a damaged file says it is."""


def match_of(words: str) -> str:
    """An FTS5 query for the words in a row, quoted so that nothing in them is an operator; "" when none are indexed."""
    # FTS5 knows the letters of Unicode 6.1; what was one in 3.2 is certainly among them.
    if not any(unicodedata.ucd_3_2_0.category(character)[0] in "LN" for character in words):
        return ""
    phrase = spaced(words).replace('"', " ").replace("\0", " ")
    return f'"{phrase}"'


def indexed_up_to(store: Store) -> int:
    """The id of the last document in the index."""
    said = store.setting("indexed_up_to")
    return int(said) if said.isdecimal() and len(said) < 19 else 0


STEP = 4_000_000
"""Characters after which a step ends, so that nobody waits long for it."""
# A text with as many bytes as characters is ASCII and indexed as it is: Python need not see it.
_INDEX = """
INSERT INTO texts_search (rowid, text)
SELECT id, CASE WHEN length(CAST(text AS BLOB)) = length THEN text ELSE spaced(CAST(text AS BLOB)) END
FROM documents LEFT JOIN texts ON document_id = id WHERE id > ? AND id <= ? ORDER BY id
"""


def index_step(store: Store, size: int = 200) -> int:
    """Index the next documents; gives how many are left. Each step is a transaction, so it can stop anywhere."""
    with store.transaction() as connection:
        done = indexed_up_to(store)
        last = store.value(
            "SELECT max(id) FROM (SELECT id, sum(length) OVER (ORDER BY id) - length AS before"
            " FROM documents WHERE id > ? ORDER BY id LIMIT ?) WHERE before < ?",
            (done, size, STEP),
        )
        if last is None:
            return 0
        connection.create_function("spaced", 1, _spaced, deterministic=True)
        connection.execute(_INDEX, (done, last))
        store.set_setting("indexed_up_to", str(last))
        # Numbers are given in a row, and counting the texts anew at each step would read them all.
        return int(store.value("SELECT max(id) FROM documents")) - int(last)


_MOST_CHARACTERS = 1_000_000
"""Of the texts that are read at once, unless one alone is longer."""
# A damaged file may lack a length, or have none that is a number.
_INDEXED = """
SELECT documents.id, CAST(coalesce(length, 0) AS INTEGER)
FROM texts_search CROSS JOIN documents ON documents.id = texts_search.rowid
WHERE texts_search MATCH ? AND texts_search.rowid > ? AND texts_search.rowid <= ? ORDER BY texts_search.rowid LIMIT ?
"""
_PAGE = 500
_BEHIND = f"SELECT id, CAST(coalesce(length, 0) AS INTEGER) FROM documents WHERE id > ? ORDER BY id LIMIT {_PAGE}"
_REMOVED = "SELECT document_id FROM layers WHERE annotator_id = ? AND state = 'removed'"


def candidates(
    store: Store, words: str, *, annotator: str = "", ignore_case: bool = False, skip: int | None = None
) -> Iterator[tuple[int, str]]:
    """Every document, as (id, text), that may hold the words, whatever space is between them; the caller looks exactly.

    By id, page by page, without those that the annotator removed. The document to `skip` is not read: its text may be
    very long.
    """
    # SQLite folds ASCII only; other letters must be compared by the caller.
    test = "1" if ignore_case else "instr(text, :first)"
    first = (words.split() or [words])[0]
    unwanted = {skip, *(row[0] for row in store.rows(_REMOVED, (store.annotator_id(annotator),)))}
    for page in _pages(one for one in _found(store, words) if one[0] not in unwanted):
        yield from store.rows(
            f"SELECT document_id, {_TEXT} FROM json_each(:page) CROSS JOIN texts ON document_id = json_each.value"
            f" WHERE {test}",
            {"page": json.dumps(page), "first": first},
        )


def _found(store: Store, words: str) -> Iterator[tuple[int, int]]:
    """The ids and lengths of what the index finds, and of all documents behind it."""
    match = match_of(words)
    last = indexed_up_to(store) if match else 0
    done, size = 0, _PAGE
    # Not behind `indexed`: the index may have grown since, and the scan below gives those.
    while match and (page := store.rows(_INDEXED, (match, done, last, size))):
        yield from page
        # The first are there at once; more at a time follow, for each time FTS5 begins anew.
        done, size = page[-1][0], 4 * size
    while page := store.rows(_BEHIND, (last,)):
        yield from page
        last = page[-1][0]


def _pages(found: Iterator[tuple[int, int]]) -> Iterator[list[int]]:
    page: list[int] = []
    characters = 0
    for document_id, length in found:
        if page and characters + length > _MOST_CHARACTERS:
            yield page
            page, characters = [], 0
        page.append(document_id)
        characters += length
        if len(page) == _PAGE:
            # At once: to look whether there is another one may be to ask for many more.
            yield page
            page, characters = [], 0
    if page:
        yield page
