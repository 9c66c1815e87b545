"""Label Studio: one Django process, which imports and exports while the request waits."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from bench.rivals.environments import done, installed
from bench.rivals.servers import HOST, STARTING, Client
from reader.model import Document, Span

_TOKEN = "0123456789abcdef0123456789abcdef01234567"
_VIEW = """<View>
<Labels name="label" toName="text"><Label value="PERSON"/><Label value="GPE"/><Label value="ORG"/></Labels>
<Text name="text" value="$text"/>
</View>"""


class LabelStudio:
    """A server in a folder of its own."""

    requirements = ("label-studio==1.23.2",)
    name = "Label Studio 1.23.2"
    suffix = ".json"
    target = 12.0

    def __init__(self, folder: Path) -> None:
        """Install it, make an empty database and a user."""
        self._data = str(folder / "data")
        self._program = str(installed(self.requirements) / "bin/label-studio")
        who = ["--username", "bench@example.org", "--password", "bench-only", "--user-token", _TOKEN]
        command = [self._program, "init", "--quiet", "--data-dir", self._data, *who, "--enable-legacy-api-token"]
        done(command, STARTING, self.environment)

    @property
    def environment(self) -> Mapping[str, str]:
        """No telemetry: nothing leaves this machine."""
        off = {"COLLECT_ANALYTICS": "false", "LATEST_VERSION_CHECK": "false"}
        return {**off, "SENTRY_DSN": "", "FRONTEND_SENTRY_DSN": ""}

    def commands(self, port: int) -> Sequence[Sequence[str]]:
        where = ["--internal-host", HOST, "--port", str(port)]
        return [[self._program, "start", "--no-browser", "--data-dir", self._data, *where]]

    def lines(self, documents: Iterable[Document]) -> str:
        return json.dumps([_task(one) for one in documents])

    def sign_in(self, port: int) -> Client:
        return Client(port, _TOKEN)

    def project(self, client: Client) -> int:
        number: int = client.post("/api/projects/", {"title": "Articles", "label_config": _VIEW})["id"]
        return number

    def take(self, client: Client, project: int, file: Path) -> None:
        """Import a file; it answers when all is in."""
        client.upload(f"/api/projects/{project}/import", "file", file)

    def give(self, client: Client, project: int) -> bytes:
        return client.get(f"/api/projects/{project}/export?exportType=JSON")

    def spans(self, exported: bytes) -> int:
        return sum(len(one["result"]) for task in json.loads(exported) for one in task["annotations"])


def _task(document: Document) -> dict[str, object]:
    spans = sorted((one.start, one.end, one.label) for one in document.marks if isinstance(one, Span))
    result = [
        {
            "from_name": "label",
            "to_name": "text",
            "type": "labels",
            "value": {"start": start, "end": end, "text": document.text[start:end], "labels": [label]},
        }
        for start, end, label in spans
    ]
    return {"data": {"text": document.text}, "annotations": [{"result": result}]}
