"""Databases that went wrong, on the disk or in a stranger's hands, and everything that is done with one."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fuzzing import LETTER, LINES

from reader.config import Config
from reader.errors import ReaderError
from reader.model import Span
from reader.project import Project, Query

PAGE = 16384
VALUES: tuple[Any, ...] = (
    *(
        None,
        0,
        -1,
        2**62,
        1.5,
        "",
        "x" * 1000,
        "\x1b[2J",
        b"\xff\xfe",
        "null",
        "[]",
        "{}",
        "[[]]",
        "[null]",
        "[1]",
        '["x"]',
    ),
    *('["x"]', '{"start":1}', '[{"span":{"start":"x"}}]', '[{"a":1}]', '[{"span":{"start":0,"end":3,"label":5}}]'),
    '[[0,"a"]]',
    *('{"start":0,"end":3,"label":"X","fragments":5}', "[[5,2]]", "[[1,2,3]]", '{"a":NaN}', "[" * 3000, '"\\ud800"'),
    *('[{"status":"nope"}]', '[{"label":[1]}]', '[{"note":{"text":5,"span":null}}]', '[{"tag":null}]', "todo", "span"),
)


def a_file(path: Path) -> bytes:
    with Project.open(path, annotator="ada", config=Config(backups=0)) as project:
        project.import_documents([LETTER, LINES])
        document = project.open_document(1)
        document.apply(document.label(Span(13, 18, "VERB")), "label")
        project.index()
    return path.read_bytes()


def damaged(chance: random.Random, good: bytes, path: Path) -> None:
    """The file with bytes, pages or cells changed."""
    if chance.random() < 0.4:
        path.write_bytes(_changed_bytes(chance, good))
        return
    path.write_bytes(good)
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("foreign_keys = OFF", "ignore_check_constraints = ON"):
        connection.execute(f"PRAGMA {pragma}")
    tables = [
        name
        for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        if not name.startswith(("sqlite", "texts_search"))
    ]
    for _ in range(chance.choice((1, 1, 2, 4))):
        table = chance.choice(tables)
        column = chance.choice([row[1] for row in connection.execute(f"PRAGMA table_info({table})")])
        where = chance.choice(("", " WHERE abs(random()) % 2"))
        try:
            connection.execute(f"UPDATE {table} SET {column} = ?{where}", (chance.choice(VALUES),))
        except sqlite3.IntegrityError:
            continue  # of another type than the column: SQLite itself keeps that out
    connection.close()


def _changed_bytes(chance: random.Random, good: bytes) -> bytes:
    data = bytearray(good)
    for _ in range(chance.choice((1, 1, 2, 5, 50))):
        place = chance.randrange(len(data))
        match chance.randrange(5):
            case 0 | 1:
                data[place] ^= 1 << chance.randrange(8)
            case 2:
                data[place : place + chance.randrange(64)] = chance.randbytes(8)
            case 3:
                del data[max(place, 1) :]
            case 4 if len(data) >= 2 * PAGE:
                one, other = (chance.randrange(len(data) // PAGE) * PAGE for _ in range(2))
                data[one : one + PAGE] = data[other : other + PAGE]
    return bytes(data)


def use(path: Path) -> list[str]:
    """Do everything with a file; the lines of what could not be done."""
    said: list[str] = []

    def told(act: Callable[[], object]) -> None:
        try:
            act()
        except ReaderError as error:
            said.append(str(error))

    def edit(project: Project) -> None:
        document = project.open_document(2)
        document.apply(document.label(Span(0, 3, "X")), "label")

    def all_of_it() -> None:
        with Project.open(path, annotator="ada", config=Config(backups=0)) as project:
            acts: tuple[Callable[[], object], ...] = (
                *(project.check, project.stats, project.labels.counts, project.history.log, lambda: project.schema),
                *(lambda: project.library.rows(Query()), lambda: project.library.search("Ada")),
                *(lambda: project.open_document(1), lambda: list(project.documents())),
                lambda: project.export(path.with_name("out.jsonl"), lossy=True),
                *(project.history.undo, project.history.redo, lambda: edit(project), project.repair),
            )
            for act in acts:
                told(act)

    told(all_of_it)
    return said
