"""`python -m bench [NAME...] [--full] [--json FILE]` runs all benchmarks, or those named."""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from bench.rows import Row, table

BENCHMARKS = {
    "start": "bench.start",
    "keys-latency": "bench.keys_latency",
    "library": "bench.listing",
    "import": "bench.importing",
    "export": "bench.exporting",
    "suggest": "bench.suggesting",
    "edit": "bench.editing",
    "memory": "bench.memory",
    "keys-per-entity": "bench.keys_per_entity",
    "rivals": "bench.rivals",
}
ASKED_FOR = {"rivals"}
"""Only when named: they install other programs."""


def main() -> None:
    """Run, print each row as it comes, and write them all."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)}; else all")
    parser.add_argument("--full", action="store_true", help="the largest sizes: hours")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows here too, beside what others gave")
    options = parser.parse_args()
    if unknown := set(options.names) - set(BENCHMARKS):
        parser.error(f"there is no benchmark {sorted(unknown)[0]}; there are: {', '.join(BENCHMARKS)}")
    wanted = met = without = 0
    # A run of all starts anew; one of some keeps what the file has of the others.
    found = _written(options.json) if options.names else {}
    for name in options.names or [name for name in BENCHMARKS if name not in ASKED_FOR]:
        run: Callable[[bool], Iterator[Row]] = import_module(BENCHMARKS[name]).run
        found[name] = {"full": options.full, "rows": []}
        for row in run(options.full):
            print(table([row]), flush=True)
            found[name]["rows"].append(row.as_json())
            if options.json:
                # After each row, so that a run that is stopped has said what it knows.
                options.json.write_text(_document(found), encoding="utf-8")
            has_target = bool(row.target or row.tail)
            wanted += has_target
            met += has_target and row.met
            without += not has_target
    print(f"{met} of {wanted} targets reached; {without} rows have none", file=sys.stderr)


Found = dict[str, dict[str, Any]]


def _written(path: Path | None) -> Found:
    """What an earlier run on the same kind of machine wrote, by the benchmark."""
    if path is None or not path.exists():
        return {}
    written = json.loads(path.read_text(encoding="utf-8"))
    found: Found = written["benchmarks"] if written["about"] == _about() else {}
    return found


def _document(found: Found) -> str:
    ordered = {name: found[name] for name in BENCHMARKS if name in found}
    return json.dumps({"about": _about(), "benchmarks": ordered}, indent=1) + "\n"


def _about() -> dict[str, str]:
    return {"python": platform.python_version(), "machine": platform.machine()}


if __name__ == "__main__":
    main()
