"""From any format to any other without a database: one document at a time, and nothing written where one is bad."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

from reader import formats
from reader.errors import InputError, RecordError
from reader.formats import Options, Source
from reader.model import Document, Loss, Problem, Repair
from reader.store.connection import Progress, no_progress


class ConvertReport(NamedTuple):
    """What was written, what was left out, what was read otherwise than it stands, and what could not be read."""

    documents: int
    spans: int
    losses: tuple[Loss, ...] = ()
    repairs: tuple[Repair, ...] = ()
    problems: tuple[Problem, ...] = ()


def convert(
    paths: Sequence[Path | str],
    target: Path | BinaryIO,
    *,
    read_format: str = "",
    write_format: str = "",
    encoding: str = "",
    options: Options | None = None,
    skip_bad: bool = False,
    lossy: bool = False,
    replace: bool = False,
    progress: Progress = no_progress,
) -> ConvertReport:
    """Read files, folders or "-" for stdin and write them to one target, which is whole at the end or as it was.

    Raises RecordError for a bad record unless `skip_bad`, LossError when the format cannot carry everything and not
    `lossy`, InputError for a path that cannot be read or a target that cannot be written.
    """
    problems: list[Problem] = []
    repairs: list[Repair] = []

    def documents() -> Iterator[Document]:
        number = 0
        for source in sources_of(paths, encoding, options):
            for found in _safely(source, read_format):
                match found:
                    case Problem():
                        problems.append(found)
                    case Repair():
                        repairs.append(found)
                    case _ if skip_bad or not problems:
                        number += 1
                        if number % 1000 == 0:
                            progress("converting documents", number, 0)
                        yield found
        if problems and not skip_bad:
            raise RecordError(tuple(problems), "written")

    if isinstance(target, Path):
        report = formats.export(documents(), target, format_name=write_format, lossy=lossy, replace=replace)
    else:
        report = formats.export_to_stream(documents(), target, format_name=write_format or "jsonl", lossy=lossy)
    return ConvertReport(report.documents, report.spans, report.losses, tuple(repairs), tuple(problems))


def sources_of(paths: Sequence[Path | str], encoding: str = "", options: Options | None = None) -> Iterator[Source]:
    """The files behind paths, in order; "-" is stdin. Raises InputError."""
    reading = options or Options()
    if any(str(path) == "-" for path in paths):
        yield Source(None, "stdin", encoding, reading)
    yield from formats.sources([Path(path) for path in paths if str(path) != "-"], encoding, reading)


def _safely(source: Source, read_format: str) -> Iterator[formats.Found]:
    """What is in a file; that it cannot be read further is a problem of this file."""
    try:
        yield from formats.read(source, read_format)
    except InputError as error:
        yield Problem(source.name, 0, str(error).removeprefix(f"{source.name}: "))
