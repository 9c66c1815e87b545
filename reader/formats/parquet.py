"""Parquet and Arrow of Hugging Face datasets (https://huggingface.co/docs/datasets): tokens with tags, or spans.

What is read of a row is as in `huggingface`; numbers of tags have their names in the file's own schema, as `datasets`
writes it. Rows of a text with spans are read too. Written are tokens,
the numbers of their tags with the names, and the text. A folder that `save_to_disk` made is read too: streams of
Arrow.
"""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

from reader.errors import InputError
from reader.formats import hugging_face, limits, records, strict
from reader.formats.base import Format, Found, Lose, Source
from reader.formats.head import Head
from reader.formats.strict import Record, Unfit
from reader.formats.text import title_of
from reader.model import Document

_KEY = b"huggingface"
_ROWS = 500


def looks(head: Head) -> str:
    """The first bytes of Parquet, or of a stream of Arrow: a message, whose length is a whole number of eight bytes."""
    if head.data.startswith(b"PAR1"):
        return "a Parquet file"
    size = int.from_bytes(head.data[4:8], "little")
    return "an Arrow stream" if head.data.startswith(b"\xff\xff\xff\xff") and size and size % 8 == 0 else ""


def companions(file_name: str) -> tuple[str, ...]:
    """What `save_to_disk` writes beside its data."""
    return ("dataset_info.json", "state.json") if file_name.endswith(".arrow") else ()


def apart(file_name: str) -> tuple[str, ...]:
    """What it writes above the folders of several splits."""
    return ("dataset_dict.json",) if file_name.endswith(".arrow") else ()


def _pyarrow() -> Any:
    """The library. Raises InputError without it."""
    try:
        import pyarrow.ipc
        import pyarrow.parquet
    except ImportError as error:
        raise InputError("Parquet needs pyarrow: pip install 'reader-annotator[parquet]'") from error
    return pyarrow


def read(source: Source) -> Iterator[Found]:
    """A document a row."""
    pyarrow = _pyarrow()
    with source.open() as file:
        data = file if source.path is not None and source.folder is None else io.BytesIO(file.read(limits.WHOLE_BYTES))
        try:
            schema, batches = _opened(pyarrow, data)
            names = _names(schema.metadata or {})
            number = 0
            for batch in batches:
                for row in batch.to_pylist():
                    number += 1
                    try:
                        for one in list(_found(row, names, source, number)):
                            yield records.described(one, source.options) if isinstance(one, Document) else one
                    except Unfit as error:
                        yield source.at().problem(f"row {number}: {error}")
        except (pyarrow.ArrowException, OSError, UnicodeDecodeError) as error:
            yield source.at().problem(f"expected Parquet or Arrow, found a fault: {error}")


def _opened(pyarrow: Any, data: IO[bytes]) -> tuple[Any, Iterable[Any]]:
    """The schema, and the rows some at a time."""
    beginning = data.read(4)
    data.seek(0)
    if beginning == b"\xff\xff\xff\xff":
        stream = pyarrow.ipc.open_stream(data)
        parts = (batch.slice(row, _ROWS) for batch in stream for row in range(0, batch.num_rows, _ROWS))
        return stream.schema, parts
    parquet = pyarrow.parquet.ParquetFile(data)
    return parquet.schema_arrow, parquet.iter_batches(batch_size=_ROWS)


def _names(metadata: dict[bytes, bytes]) -> list[str]:
    try:
        said = json.loads(metadata.get(_KEY, b"{}"))
    except ValueError:
        return []
    info = said.get("info") if isinstance(said, dict) else None
    features = info.get("features") if isinstance(info, dict) else None
    return hugging_face.names_in(features) if isinstance(features, dict) else []


def _found(row: Record, names: list[str], source: Source, number: int) -> Iterator[Found]:
    """The document of a row, behind what of it was taken otherwise. Raises Unfit."""
    row = hugging_face.without_nothing(records.named(row, source.options))
    key = hugging_face.spans_key(row)
    row = _plain(row) | {name: row[name] for name in row if name == key}
    if key:
        document, repairs = hugging_face.spanned(row, source.name, names)
        yield from (source.at().repair(f"row {number}: {repair}") for repair in repairs)
        yield document
    elif any(isinstance(row.get(key), list) for key in ("tokens", "words", "tokenized_text")):
        yield hugging_face.document_of(row, source.name, names)
    else:
        text = records.text_or_hint(row)
        yield Document(text, title_of(text), source.name, meta=records.rest(row, ("text",)))


def _plain(row: Record) -> Record:
    """The columns that JSON can hold."""
    found = {}
    for key, value in row.items():
        try:
            json.dumps(value, allow_nan=False)
        except (TypeError, ValueError):
            continue
        found[key] = value
    return found


def write(documents: Iterable[Document], path: Path, lose: Lose) -> None:
    """Rows in the order of the documents; the names of the tags are known only behind the last."""
    pyarrow = _pyarrow()
    tags = {"O"}
    with tempfile.TemporaryFile(dir=path.parent) as rows:
        for number, document in enumerate(documents):
            row = hugging_face.record_of(document, number, lose)
            tags.update(row["ner_tags"])
            rows.write(strict.dump(row))
        rows.seek(0)
        labels = sorted({tag[2:] for tag in tags if tag != "O"})
        names = ["O", *(f"{letter}-{label}" for label in labels for letter in "BI")]
        schema = _schema(pyarrow, names)
        numbers = {name: number for number, name in enumerate(names)}
        with pyarrow.parquet.ParquetWriter(path, schema) as writer:
            for batch in _batches(rows):
                for row in batch:
                    row["ner_tags"] = [numbers[tag] for tag in row["ner_tags"]]
                writer.write_table(pyarrow.Table.from_pylist(batch, schema=schema))


def _batches(lines: Iterable[bytes]) -> Iterator[list[Record]]:
    batch = []
    for line in lines:
        batch.append(json.loads(line))
        if len(batch) == _ROWS:
            yield batch
            batch = []
    if batch:
        yield batch


def _schema(pyarrow: Any, names: list[str]) -> Any:
    """The columns, with what `datasets` wants to know of them; before version 4 it has no List."""
    text = {"dtype": "string", "_type": "Value"}
    features = {
        "id": text,
        "tokens": {"feature": text, "_type": "Sequence"},
        "ner_tags": {"feature": {"names": names, "_type": "ClassLabel"}, "_type": "Sequence"},
        "text": text,
    }
    columns = [
        ("id", pyarrow.string()),
        ("tokens", pyarrow.list_(pyarrow.string())),
        ("ner_tags", pyarrow.list_(pyarrow.int64())),
        ("text", pyarrow.string()),
    ]
    return pyarrow.schema(columns, metadata={_KEY: json.dumps({"info": {"features": features}}).encode()})


FORMAT = Format(
    "parquet",
    "Parquet of Hugging Face datasets, tokens and tags; their Arrow files are read",
    (".parquet", ".arrow"),
    read=read,
    write=write,
    carries=hugging_face.CARRIES,
    looks=looks,
    companions=companions,
    apart=apart,
    extra="parquet",
    tokenizes=True,
)
