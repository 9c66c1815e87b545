"""`python -m bench NAME...`: run benchmarks and print their tables; without a name, all of them."""

from __future__ import annotations

import sys

from bench import start

BENCHMARKS = {"start": start.run}


def main(names: list[str]) -> None:
    """Run the named benchmarks."""
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        sys.exit(f"bench: there is no {unknown[0]}; there are: {', '.join(BENCHMARKS)}")
    for name in names or BENCHMARKS:
        BENCHMARKS[name]()


main(sys.argv[1:])
