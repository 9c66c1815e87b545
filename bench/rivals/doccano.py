"""doccano: Django behind gunicorn, and a celery worker that imports and exports while the browser asks again."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from bench.rivals.environments import Unusable, done, installed
from bench.rivals.servers import ANSWERING, HOST, STARTING, Client, Refused
from reader.model import Document, Span

_USER = {"username": "bench", "password": "bench-only"}
_WEB = f"""
import sys
from gunicorn.config import Config
kept = Config.set
Config.set = lambda self, name, value: kept(self, name, "{HOST}:" + sys.argv[-1] if name == "bind" else value)
from backend.cli import main
main()
"""
"""doccano's own command, which has no option for the address and would listen on all of them."""


class Doccano:
    """A server in a folder of its own."""

    # Those behind it do not work with what it takes by itself today: it is of 2023.
    requirements = ("doccano==1.8.4", "marshmallow==3.26.2", "numpy==1.26.4", "setuptools==65.5.0")
    name = "doccano 1.8.4"
    suffix = ".jsonl"
    target = 50.0

    def __init__(self, folder: Path) -> None:
        """Install it, make an empty database and a user."""
        self._home = folder / "data"
        place = installed(self.requirements)
        self._python, self._program = str(place / "bin/python"), str(place / "bin/doccano")
        done([self._program, "init"], STARTING, self.environment)
        who = [part for name, value in _USER.items() for part in (f"--{name}", value)]
        done([self._program, "createuser", *who], STARTING, self.environment)

    @property
    def environment(self) -> Mapping[str, str]:
        return {"DOCCANO_HOME": str(self._home)}

    def commands(self, port: int) -> Sequence[Sequence[str]]:
        return [[self._python, "-c", _WEB, "webserver", "--port", str(port)], [self._program, "task"]]

    def lines(self, documents: Iterable[Document]) -> str:
        return "".join(json.dumps({"text": one.text, "label": _triples(one)}) + "\n" for one in documents)

    def sign_in(self, port: int) -> Client:
        return Client(port, Client(port).post("/v1/auth/login/", _USER)["key"])

    def project(self, client: Client) -> int:
        kind = {"project_type": "SequenceLabeling", "resourcetype": "SequenceLabelingProject"}
        about = {"name": "Articles", "description": "Articles", "guideline": ""}
        number: int = client.post("/v1/projects", {**about, **kind})["id"]
        return number

    def take(self, client: Client, project: int, file: Path) -> None:
        """Import a file, and ask until the worker has it all."""
        upload = client.upload("/v1/fp/process/", "filepond", file).decode().strip('"')
        columns = {"column_data": "text", "column_label": "label", "delimiter": "", "encoding": "utf_8"}
        what = {"format": "JSONL", "task": "SequenceLabeling", "uploadIds": [upload], **columns}
        task = client.post(f"/v1/projects/{project}/upload", what)["task_id"]
        answer = json.loads(_asked(client, f"/v1/tasks/status/{task}", b'"ready":false'))
        if answer["error"] or answer["result"]["error"]:
            raise Unusable(f"the import failed: {answer}")

    def give(self, client: Client, project: int) -> bytes:
        """The archive with the lines, when the worker has written it."""
        task = client.post(f"/v1/projects/{project}/download", {"format": "JSONL", "exportApproved": False})["task_id"]
        return _asked(client, f"/v1/projects/{project}/download?taskId={task}", b"Not ready")

    def spans(self, exported: bytes) -> int:
        with zipfile.ZipFile(io.BytesIO(exported)) as archive:
            lines = [line for name in archive.namelist() for line in archive.read(name).splitlines()]
        return sum(len(json.loads(line)["label"]) for line in lines)


def _asked(client: Client, path: str, waiting: bytes) -> bytes:
    """The first answer that does not say that it has to wait.

    While the worker holds the lock of SQLite's file, the web server answers with an error after 5 s, or is started anew
    by gunicorn when it has been silent for long: that is to wait too.
    """
    end = time.perf_counter() + ANSWERING
    while time.perf_counter() < end:
        try:
            answer = client.get(path)
        except (Refused, OSError):
            answer = waiting
        if waiting not in answer[:200]:
            return answer
        time.sleep(0.05)
    raise Unusable(f"the worker was not ready within {ANSWERING:g} s")


def _triples(document: Document) -> list[tuple[int, int, str]]:
    return sorted((one.start, one.end, one.label) for one in document.marks if isinstance(one, Span))
