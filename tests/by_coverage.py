"""Fuzzes one reader guided by coverage: `python tests/by_coverage.py FORMAT [SECONDS] [SEED]`. Needs `atheris`.

Inputs that reach new branches are kept and changed further. One that ends the reader otherwise than `fuzzing.ends`
allows, takes over 2 s or 500 MB stops the run; it is kept in the folder that is named, and belongs into `data/fuzz`.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["reader.formats"]):
    from fuzzing import Sample, ends, samples

from reader.formats import by_name


def main(name: str, seconds: str = "60", seed: str = "1") -> None:
    suffix = next(iter(by_name(name).suffixes), "")
    folder = Path(tempfile.mkdtemp(prefix=f"reader-fuzz-{name}-"))
    for part in ("found", "samples", "crashes"):
        (folder / part).mkdir()
    for number, sample in enumerate(samples(folder / "samples")[name]):
        (folder / "found" / str(number)).write_bytes(sample.files[sample.name])
    print(f"fuzzing {name} by coverage in {folder}", flush=True)

    def read(data: bytes) -> None:
        ends(Sample(f"a{suffix}", {f"a{suffix}": data}).source(), name)

    limits = ["-timeout=2", "-rss_limit_mb=500", "-max_len=4096", f"-max_total_time={seconds}", f"-seed={seed}"]
    shown = ["-print_final_stats=1", "-verbosity=0", f"-artifact_prefix={folder}/crashes/"]
    atheris.Setup([sys.argv[0], *limits, *shown, str(folder / "found")], read)
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
