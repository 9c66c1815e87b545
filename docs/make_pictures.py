"""Takes the README's pictures of the real screens, in an app without a terminal. `make pictures` runs it."""

from __future__ import annotations

import asyncio
import re
import tempfile
from pathlib import Path

from reader.config import Config
from reader.project import Project, Query
from reader.tui.app import ReaderApp

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "docs" / "pictures"
SIZE = (118, 34)


async def picture(name: str, theme: str, keys: list[str]) -> None:
    """One SVG: the seed article with suggestions, after some keys."""
    with tempfile.TemporaryDirectory() as folder:
        config = Config(theme=theme)
        with Project.open(Path(folder) / "annotations.db", annotator="ada", config=config) as project:
            first = project.import_files([ROOT / "seeds"]).first
            if first is None:
                raise SystemExit("there is no seed article")
            project.suggestions.run(Query())
            app = ReaderApp(project, first)
            async with app.run_test(size=SIZE) as pilot:
                await pilot.pause()
                await pilot.press(*keys)
                await pilot.pause()
                svg = app.export_screenshot(title="reader")
    # The font rule names a server; the picture must not ask for anything.
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.S)
    PICTURES.mkdir(exist_ok=True)
    (PICTURES / f"{name}.svg").write_text(svg, encoding="utf-8")


async def main() -> None:
    """All pictures."""
    fixed = ["x", "x", "tab", "tab", "3"]
    await picture("article", "textual-dark", [*fixed, "a", "a", "a", "tab"])
    await picture("light", "textual-light", [*fixed, "d"])
    await picture("library", "textual-dark", ["q"])


if __name__ == "__main__":
    asyncio.run(main())
