"""The program on a made-up screen: projects to open, and what can be read on it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from textual.app import App
from textual.pilot import Pilot
from textual.widget import Widget

from reader.config import Config
from reader.model import Document
from reader.project import Project
from reader.tui.app import ReaderApp

# Each program with a pipeline would load it in a process of its own, for two seconds of the processor.
WITHOUT_MODEL = Config(model="none")


def project_of(folder: Path, documents: Iterable[Document], **settings: Any) -> Project:
    """A project with documents in it, in the hands of ada; no pipeline suggests."""
    config = Config(**{"model": "none", **settings})
    project = Project.open(folder / "annotations.db", annotator="ada", config=config)
    project.import_documents(list(documents))
    return project


@asynccontextmanager
async def shown(
    project: Project, *, size: tuple[int, int] = (80, 24), document: int | None = None
) -> AsyncIterator[Pilot[Any]]:
    """The program, running; the project is closed at the end."""
    app = ReaderApp(project, document)
    with project:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            yield pilot


def rows_of(app: App[Any]) -> list[str]:
    """What the screen shows, row by row, without the spaces at the end."""
    return ["".join(segment.text for segment in row).rstrip() for row in _drawn(app)]


def _drawn(app: App[Any]) -> Sequence[Any]:
    return app.screen._compositor.render_strips()


def lines_of(widget: Widget) -> list[str]:
    """What a widget shows, row by row, without the line at its edge."""
    return [widget.render_line(y).text.lstrip("▏").rstrip() for y in range(widget.size.height)]
