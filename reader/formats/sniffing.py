"""Which format a file is in, by its first bytes: suffixes lie."""

from __future__ import annotations

import io
import json
import re
import zlib
from typing import Any

from reader.formats import limits
from reader.formats.base import Source
from reader.formats.decoding import marked_as

_TASK_KEYS = {"_input_hash", "_task_hash", "_session_id", "_annotator_id", "_view_id"}
_TASK_BEGINNING = re.compile(rb'"_(?:input_hash|task_hash|session_id|annotator_id|view_id)"|"tokens"\s*:\s*\[\s*\{')
_ROW = re.compile(rb"\S+(?:[ \t]\S+)*?[ \t](?:O|[BIELMSU]-[^ \t]+)\r?")
_LOOKED_AT = 30  # lines
_DOCSTART = re.compile(rb"\s*-DOCSTART-[ \t\r\n]")


def looks_like(source: Source, told: str) -> str:
    """The name of the format, "" where the content does not show it. `told` is what the suffix says.

    A JSON array is taken for JSONL, whose reader says what to do, unless the suffix says that it is a text.
    """
    head = _head(source)
    mark, _ = marked_as(head)
    head = head[len(mark) :].lstrip()
    if _is_docbin(head):
        return "spacy"
    if _DOCSTART.match(head) or _is_columns(head):
        return "conll"
    record = _record(head.partition(b"\n")[0])
    if told == "jsonl" or isinstance(record.get("text"), str) or (not told and head[:1] in (b"{", b"[") and record):
        return "prodigy" if is_task(record) else "jsonl"
    return ""


def is_task(record: dict[str, Any]) -> bool:
    """Whether a JSON object is a task of Prodigy's rather than our native form."""
    tokens, spans = record.get("tokens"), record.get("spans")
    return (
        bool(_TASK_KEYS & record.keys())
        or record.get("answer") in ("accept", "reject", "ignore")
        or (isinstance(tokens, list) and bool(tokens) and isinstance(tokens[0], dict))
        or (isinstance(spans, list) and bool(spans) and isinstance(spans[0], dict) and "token_start" in spans[0])
    )


def _head(source: Source) -> bytes:
    """The beginning of a file with its first line whole; of stdin only what is there, which it keeps for the reader."""
    with source.open() as file:
        if source.path is None:
            return file.peek(limits.HEAD) if isinstance(file, io.BufferedReader) else b""
        head = file.read(limits.HEAD)
        return head if b"\n" in head.strip() else head + file.readline(limits.LINE_BYTES)


def _record(line: bytes) -> dict[str, Any]:
    """The JSON object on the first line; of a longer one than could be looked at, what its beginning shows."""
    try:
        found = json.loads(line.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        if line[:1] == b"{" and len(line) >= io.DEFAULT_BUFFER_SIZE and b'"text"' in line:
            return {"text": "", **({"_view_id": ""} if _TASK_BEGINNING.search(line) else {})}
        return {"": None} if line[:1] in (b"{", b"[") and line.strip() in (b"{", b"[") else {}
    return found if isinstance(found, dict) else {"": None} if isinstance(found, list) else {}


def _is_columns(head: bytes) -> bool:
    """Whether the first lines all are a token and a tag, in columns: no text that people write is."""
    lines = [line for line in head.split(b"\n")[:_LOOKED_AT] if line.strip()]
    widths = {line.count(b"\t") or line.count(b" ") for line in lines}
    return len(lines) >= 3 and len(widths) == 1 and all(map(_ROW.fullmatch, lines))


def _is_docbin(head: bytes) -> bool:
    """Whether bytes are a packed MessagePack map with the keys of a spaCy DocBin."""
    if head[:1] != b"\x78":
        return False
    try:
        return b"version" in zlib.decompressobj().decompress(head, 256)
    except zlib.error:
        return False
