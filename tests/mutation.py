"""The mutation score: small faults put into the program one by one, and how many of them the tests notice.

    python tests/mutation.py [--seed N] [--sample N] [--minutes N] [--only NAME ...] [GROUP ...]

mutmut makes the mutants, in a copy of the project under `mutants/`; `[tool.mutmut]` of pyproject.toml says of which
modules, and which tests are asked. Of each group a sample is drawn. One pytest session collects the tests, runs each
once to see which functions it reaches, and is forked for each mutant: the fork runs the tests that reach the changed
function, the quickest first, until one fails. mutmut's own runner collects the tests anew for each mutant, and cannot
draw a sample. Prints the score of each group; what nothing noticed is written to `mutants/survivors.diff`.
"""

from __future__ import annotations

import argparse
import difflib
import hashlib
import json
import os
import random
import re
import resource
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
MUTANTS = ROOT / "mutants"
SAMPLE = 60
SLOWEST = 0.5
"""Seconds; a test that takes longer is not asked, so that a mutant costs seconds. The score is the lower for it."""
PATIENCE = 20
"""Seconds of computing that the tests of one mutant may take; one that takes longer never ends, and is noticed."""

# How a piece of SQL begins: there SQLite does not heed the case of letters, but in strings and parameters.
_SQL = (
    "SELECT INSERT UPDATE DELETE PRAGMA BEGIN COMMIT ROLLBACK WITH FROM WHERE AND ORDER GROUP VALUES ON JOIN SET UNION"
)
_SQL = rf'"\W*({_SQL.replace(" ", "|")})\b'

# The formats by what they are made of; those that are not named here are made of JSON.
_SHARED = "__init__ offsets base records strict losses layers limits sniffing decoding writing json_writing nesting"
_SHARED += " tokenizing paragraphs archives head tagging bioes bilou markup"
_LINES = "columns conll conll2012 conllu brat brat_conf pubtator inline yedda slate csv_table table text webanno"
_LINES += " webanno_writing markdown_page entity_list patterns label_studio_csv label_studio_conf"
_MARKED = "tei gate_xml bioc bioc_xml cas cas_xmi html_page page_parsing web odt epub office pdf mail feed warc parquet"
_MARKED += " spacy_docbin"


def _formats(names: str) -> tuple[str, ...]:
    return tuple(f"reader/formats/{name}.py" for name in names.split())


# A file belongs to the first group that names it.
GROUPS: dict[str, tuple[str, ...]] = {
    "edits, spans, words, motions": ("reader/edits.py", "reader/spans.py", "reader/words.py", "reader/motions.py"),
    "store": ("reader/store/*.py",),
    "formats: offsets and shared": _formats(_SHARED),
    "formats: lines and columns": _formats(_LINES),
    "formats: XML, pages, binary": _formats(_MARKED),
    "formats: JSON": ("reader/formats/*.py",),
}


Seen = list[Any]


class Mutant(NamedTuple):
    """`name` as mutmut knows it, and the `change` as a diff of the function."""

    name: str
    change: str

    @property
    def function(self) -> str:
        return re.sub(r"__mutmut_\d+$", "", self.name)


def main() -> int:
    asked = _asked()
    os.environ |= {"CI": "1", "PYTHONHASHSEED": "0", "PYTHONPATH": str(MUTANTS)}
    os.chdir(ROOT)
    _make()
    drawn = {
        name: [
            one for one in _drawn(_files(name), asked.sample, asked.seed) if not asked.only or one.name in asked.only
        ]
        for name in GROUPS
        if not asked.groups or any(part in name for part in asked.groups)
    }
    # In turn, so that a sample that is broken off is one of each group.
    every = [one for turn in zip_longest(*drawn.values()) for one in turn if one]
    noticed = _noticed(every, asked.minutes * 60, asked.verbose)
    print(f"\nseed {asked.seed}, at most {asked.sample} mutants a group")
    for name, mutants in {**drawn, "all": every}.items():
        judged = [noticed[one.name] for one in mutants if one.name in noticed]
        print(f"{name:<30}{sum(judged):>5} of{len(judged):>5}  {sum(judged) / max(len(judged), 1):6.1%}")
    left = [one for one in every if not noticed.get(one.name, True)]
    (MUTANTS / "survivors.diff").write_text("\n".join(f"{one.name}\n{one.change}\n" for one in left), encoding="utf-8")
    return 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("groups", nargs="*", metavar="GROUP", help="a part of a group's name; all if none is named")
    parser.add_argument("--seed", type=int, default=random.randrange(10_000), help="the seed of the sample")
    parser.add_argument("--sample", type=int, default=SAMPLE, help=f"mutants of each group ({SAMPLE})")
    parser.add_argument("--minutes", type=float, default=1e6, help="how long mutants are tried; the score is of those")
    parser.add_argument("--only", nargs="*", metavar="NAME", help="these mutants of the sample alone")
    parser.add_argument("--verbose", action="store_true", help="show what the tests say")
    return parser.parse_args()


def _make() -> None:
    """Make the mutants of what changed, and copy the tests."""
    from mutmut import __main__ as mutmut

    MUTANTS.mkdir(exist_ok=True)
    with mutmut.CatchOutput(spinner_title="Making the mutants"):
        mutmut.copy_src_dir()
        mutmut.copy_also_copy_files()
        mutmut.create_mutants(1)


def _files(group: str) -> list[Path]:
    """The files of a group that no group before it has."""
    taken: set[Path] = set()
    for name, patterns in GROUPS.items():
        files = {path for pattern in patterns for path in ROOT.glob(pattern)} - taken
        if name == group:
            break
        taken |= files
    return sorted(files)


def _drawn(files: Sequence[Path], size: int, seed: int) -> list[Mutant]:
    """A sample of the mutants of some files, without those that are the same program."""
    known = [(MUTANTS / path.relative_to(ROOT)).with_name(f"{path.name}.meta") for path in files]
    names = [(name, meta) for meta in known if meta.exists() for name in _named(meta)]
    random.Random(seed).shuffle(names)
    texts: dict[Path, dict[str, list[str]]] = {}
    drawn: list[Mutant] = []
    for name, meta in names:
        functions = texts.get(meta) or texts.setdefault(meta, dict(_functions(meta.with_suffix(""))))
        own = name.rpartition(".")[2]
        before, after = functions[re.sub(r"\d+$", "orig", own)], functions[own]
        if len(drawn) < size and not _same_program(before, after):
            lines = difflib.unified_diff(before, after, n=1, lineterm="")
            drawn.append(Mutant(name, "\n".join(line for line in lines if not line.startswith(("---", "+++")))))
    return drawn


def _named(meta: Path) -> list[str]:
    return list(json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"])


def _functions(path: Path) -> Iterator[tuple[str, list[str]]]:
    """The lines of each function that mutmut wrote into a file."""
    text = path.read_text(encoding="utf-8")
    for found in re.finditer(
        r"^( *)(?:async )?def (x\S+?__mutmut_(?:orig|\d+))\(.*\n(?:\1 .*\n|\s*\n|\1\).*\n)*", text, re.M
    ):
        yield found[2], found[0].rstrip().splitlines()[1:]


def _same_program(before: list[str], after: list[str]) -> bool:
    """Whether a mutant differs in nothing that Python or SQLite looks at."""
    return len(before) == len(after) and all(
        _spelled(old, old) == _spelled(new, old) for old, new in zip(before, after, strict=True) if old != new
    )


def _spelled(line: str, original: str) -> str:
    """A line without the type of a cast, the case of a codec, and the case of SQL but of its strings and parameters."""
    line = re.sub(r"\bcast\((?:None|[^,()]+), ", "cast(", line)
    line = re.sub(r"\"utf-8(-sig)?\"", lambda found: found[0].lower(), line, flags=re.IGNORECASE)
    if not re.search(_SQL, original):
        return line
    return "".join(part if part[:1] in ("'", ":") else part.lower() for part in re.split(r"('[^']*'|:\w+)", line))


def _noticed(mutants: list[Mutant], seconds: float, verbose: bool) -> dict[str, bool]:
    """Whether a test notices each mutant, by name, as far as the time allows."""
    from mutmut.configuration import config
    from mutmut.utils.file_utils import setup_source_paths

    setup_source_paths()
    chosen = [*config().pytest_add_cli_args, *config().pytest_add_cli_args_test_selection]
    os.chdir(MUTANTS)
    session = _Session(mutants, seconds)
    quiet = [] if verbose else ["--no-header", "--show-capture=no", "--tb=no"]
    pytest.main(["--rootdir=.", "-q", "-n0", "-p", "no:cacheprovider", *quiet, *chosen], plugins=[session])
    return session.noticed


class _Session:
    """A plugin of pytest that runs the tests of each mutant in a fork."""

    def __init__(self, mutants: list[Mutant], seconds: float) -> None:
        self.mutants = mutants
        self.seconds = seconds
        self.noticed: dict[str, bool] = {}

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        reached = _watched(session)
        end = time.monotonic() + self.seconds
        for number, mutant in enumerate(self.mutants, 1):
            items = reached.get(mutant.function, [])
            if (began := time.monotonic()) > end:
                break
            self.noticed[mutant.name] = bool(items) and _fails(session, mutant, items)
            word = "noticed" if self.noticed[mutant.name] else "SURVIVED"
            took = f"{len(items)} tests, {time.monotonic() - began:.1f} s"
            with session.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
                print(f"{number}/{len(self.mutants)} {word} {mutant.name}, {took}", flush=True)
        return True


def _watched(session: pytest.Session) -> dict[str, list[pytest.Item]]:
    """The tests that reach each function, the quickest first. A test whose file has not changed is known already."""
    kept = MUTANTS / "reached.json"
    known = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    seen = {item.nodeid: _seen(session, item, known.get(item.nodeid)) for item in session.items}
    kept.write_text(json.dumps(seen), encoding="utf-8")
    reached: dict[str, list[tuple[float, int, pytest.Item]]] = defaultdict(list)
    for number, item in enumerate(session.items):
        _, took, functions = seen[item.nodeid]
        for function in functions if took < SLOWEST else ():
            reached[function].append((took, number, item))
    return {function: [item for *_, item in sorted(found)] for function, found in reached.items()}


def _seen(session: pytest.Session, item: pytest.Item, known: Seen | None) -> Seen:
    """The digest of a test's file, the seconds of computing it takes, and the functions it reaches."""
    from mutmut.mutation.trampoline import set_mutant_under_test
    from mutmut.state import state

    digest = _digest(item.path)
    if known and known[0] == digest:
        return known
    os.environ["MUTMUT_DEPENDENCY_DEPTH"] = "-1"
    set_mutant_under_test("stats")
    _forget()
    state()._stats.clear()
    began = time.process_time()
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
    set_mutant_under_test("")
    if session.testsfailed:
        raise pytest.UsageError(f"{item.nodeid} fails without any mutant")
    return [digest, time.process_time() - began, sorted(state()._stats)]


@cache
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _fails(session: pytest.Session, mutant: Mutant, items: list[pytest.Item]) -> bool:
    """Whether a test fails, or never ends, with a mutant in its place."""
    from mutmut.mutation.trampoline import set_mutant_under_test

    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (PATIENCE, PATIENCE + 1))
        signal.signal(signal.SIGXCPU, signal.SIG_DFL)
        set_mutant_under_test(mutant.name)
        _forget()
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno())
        status = 1
        try:
            for item in items:
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
                if session.testsfailed:
                    break
            else:
                status = 0
        finally:
            os._exit(status)
    return os.waitpid(child, 0)[1] != 0


def _forget() -> None:
    """What the program keeps of earlier tests is not computed again, with the mutant or while it is watched."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "reader":
            for kept in list(vars(module).values()):
                if hasattr(kept, "cache_clear"):
                    kept.cache_clear()


if __name__ == "__main__":
    sys.exit(main())
