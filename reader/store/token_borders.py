"""What a tokenizer found in texts: kept to save time, and dropped at will."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from contextlib import suppress

from reader.errors import NotSaved
from reader.store.connection import Store, mapper


@mapper
def of(store: Store, identifiers: Collection[int]) -> dict[tuple[int, str], bytes]:
    """The packed borders of documents, by document and tokenizer."""
    rows = store.rows(
        "SELECT document_id, tokenizer, borders FROM json_each(?) CROSS JOIN token_borders ON document_id = value",
        (json.dumps(list(identifiers)),),
    )
    return {(int(document_id), str(tokenizer)): bytes(packed) for document_id, tokenizer, packed in rows}


def put(store: Store, found: Sequence[tuple[int, str, bytes]]) -> None:
    """Keep what a tokenizer found, as (document id, tokenizer, packed borders), in the place of what was kept before.

    Nobody waits for it: where the file may not be written, or another program writes to it, it is not kept.
    """
    if store.read_only or not found:
        return
    patience = store.patience()
    store.wait_at_most(0)
    try:
        with suppress(NotSaved), store.transaction() as connection:
            connection.executemany("INSERT OR REPLACE INTO token_borders VALUES (?, ?, ?)", found)
    finally:
        store.wait_at_most(patience)
