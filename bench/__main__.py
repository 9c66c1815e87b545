"""`python -m bench [NAME...] [--full] [--json FILE]` runs all benchmarks, or those named."""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

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
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows here too")
    options = parser.parse_args()
    if unknown := set(options.names) - set(BENCHMARKS):
        parser.error(f"there is no benchmark {sorted(unknown)[0]}; there are: {', '.join(BENCHMARKS)}")
    rows: list[Row] = []
    for name in options.names or [name for name in BENCHMARKS if name not in ASKED_FOR]:
        run: Callable[[bool], Iterator[Row]] = import_module(BENCHMARKS[name]).run
        for row in run(options.full):
            rows.append(row)
            print(table([row]), flush=True)
            if options.json:
                # After each row, so that a run that is stopped has said what it knows.
                options.json.write_text(_document(rows, options.full), encoding="utf-8")
    wanted = [row for row in rows if row.target or row.tail]
    met = sum(row.met for row in wanted)
    print(f"{met} of {len(wanted)} targets reached; {len(rows) - len(wanted)} rows have none", file=sys.stderr)


def _document(rows: list[Row], full: bool) -> str:
    about = {"python": platform.python_version(), "machine": platform.machine(), "full": full}
    return json.dumps({"about": about, "rows": [row.as_json() for row in rows]}, indent=1) + "\n"


if __name__ == "__main__":
    main()
