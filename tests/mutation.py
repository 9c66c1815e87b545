"""The mutation score: small faults put into the program one by one by mutmut, and how many of them the tests notice.

    python tests/mutation.py [--seed N] [--sample N] [--redo] [GROUP ...]

Draws a sample of the mutants of each group, runs the tests that reach the changed function until one fails, and
prints what share was noticed; the changes that nothing noticed go to `mutants/survivors.diff`. What is mutated and
which tests are asked is said in `[tool.mutmut]` of pyproject.toml. mutmut keeps what it knows in `mutants/`: the
mutants are made and the tests are watched in the first run (some minutes), and the mutants of a changed function again.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
MUTANTS = ROOT / "mutants"
SAMPLE = 60
_NOTICED = {1, 3, 24, 36, 152, 255, -24}
"""Exit codes: a test failed, or the mutant never came to an end."""
_SQL = r"['\"]\W*(SELECT|INSERT|UPDATE|DELETE|PRAGMA|BEGIN|WITH|FROM|WHERE|AND|ORDER|GROUP|VALUES|ON|JOIN|SET|UNION)\b"
"""How a piece of SQL begins."""

# The formats by what they are made of; a format in none of the first three is counted among the JSON ones.
_SHARED = "offsets base records strict losses layers limits sniffing decoding writing json_writing nesting tokenizing"
_SHARED += " paragraphs archives head tagging bioes bilou markup"
_LINES = "columns conll conll2012 conllu brat brat_conf pubtator inline yedda slate csv_table table text webanno"
_LINES += " webanno_writing markdown_page entity_list patterns label_studio_csv label_studio_conf"
_XML = "tei gate_xml bioc bioc_xml cas cas_xmi html_page web odt epub office pdf mail feed warc parquet spacy_docbin"


def _formats(names: str) -> tuple[str, ...]:
    return tuple(f"reader/formats/{name}.py" for name in names.split())


GROUPS: dict[str, tuple[str, ...]] = {
    "edits, spans, words, motions": ("reader/edits.py", "reader/spans.py", "reader/words.py", "reader/motions.py"),
    "store": ("reader/store/*.py",),
    "formats: shared, offsets": ("reader/formats/__init__.py", *_formats(_SHARED)),
    "formats: lines and columns": _formats(_LINES),
    "formats: XML, pages, binary": _formats(_XML),
    "formats: JSON": ("reader/formats/*.py",),
}


class Mutant(NamedTuple):
    """`name` as mutmut knows it; `path` relative to the project; `change` a diff of the function."""

    name: str
    path: str
    change: str


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _asked(arguments)
    names = [name for name in GROUPS if not asked.groups or any(one in name for one in asked.groups)]
    if asked.redo:
        shutil.rmtree(MUTANTS, ignore_errors=True)
    # The first mutant makes all the others, and watches the tests.
    _mutmut("reader.edits.x_diff__mutmut_1")
    groups = {name: _drawn(_population(name), asked.sample, asked.seed) for name in names}
    _mutmut(*(mutant.name for drawn in groups.values() for mutant in drawn))
    survivors = {name: [one for one in drawn if not _noticed(one)] for name, drawn in groups.items()}
    print(f"seed {asked.seed}, a sample of at most {asked.sample} mutants a group")
    for name, drawn in groups.items():
        print(_score(name, len(drawn) - len(survivors[name]), len(drawn)))
    size = sum(map(len, groups.values()))
    print(_score("all", size - sum(map(len, survivors.values())), size))
    text = "\n\n".join(f"{one.name}\n{one.change}" for found in survivors.values() for one in found)
    (MUTANTS / "survivors.diff").write_text(text + "\n")
    return 0


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("groups", nargs="*", metavar="GROUP", help="a part of a group's name; all if none is named")
    parser.add_argument("--seed", type=int, default=random.randrange(10_000), help="the seed of the sample")
    parser.add_argument("--sample", type=int, default=SAMPLE, help=f"mutants of each group ({SAMPLE})")
    parser.add_argument("--redo", action="store_true", help="forget what is known of the mutants and the tests")
    return parser.parse_args(arguments)


def _mutmut(*names: str) -> None:
    """Run some mutants, one at a time; the same examples each time, in this process' own copy of the program."""
    environment = {**os.environ, "CI": "1", "PYTHONHASHSEED": "0", "PYTHONPATH": str(MUTANTS)}
    command = [str(Path(sys.executable).parent / "mutmut"), "run", "--max-children", "1", *names]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


def _score(name: str, noticed: int, size: int) -> str:
    return f"{name:<32}{noticed:>5} of {size:>4}  {noticed / max(size, 1):6.1%}"


def _files(group: str) -> list[str]:
    """The files of a group that no group before it has."""
    taken: set[str] = set()
    for name, patterns in GROUPS.items():
        files = {str(path.relative_to(ROOT)) for pattern in patterns for path in ROOT.glob(pattern)} - taken
        if name == group:
            return sorted(files)
        taken |= files
    raise KeyError(group)


def _population(group: str) -> list[Mutant]:
    return [mutant for path in _files(group) for mutant in _mutants(path)]


def _mutants(path: str) -> Iterator[Mutant]:
    """The mutants of a file but those that are the same program."""
    functions = {
        node.name: node
        for node in ast.walk(ast.parse((MUTANTS / path).read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    for name in _results(path):
        own = name.rpartition(".")[2]
        before, after = functions[re.sub(r"__mutmut_\d+$", "__mutmut_orig", own)], functions[own]
        if not _same_program(before, after):
            yield Mutant(name, path, _change(before, after))


def _results(path: str) -> dict[str, int | None]:
    found = MUTANTS / f"{path}.meta"
    return json.loads(found.read_text(encoding="utf-8"))["exit_code_by_key"] if found.exists() else {}


def _noticed(mutant: Mutant) -> bool:
    return _results(mutant.path)[mutant.name] in _NOTICED


def _drawn(population: list[Mutant], size: int, seed: int) -> list[Mutant]:
    return random.Random(seed).sample(population, min(size, len(population)))


def _change(before: ast.AST, after: ast.AST) -> str:
    lines = difflib.unified_diff(_lines(before), _lines(after), n=1, lineterm="")
    return "\n".join(line for line in lines if not line.startswith(("---", "+++")))


@cache
def _lines(function: ast.AST) -> list[str]:
    return ast.unparse(function).splitlines()[1:]


def _same_program(before: ast.AST, after: ast.AST) -> bool:
    """Whether a mutant differs in nothing that Python or SQLite looks at."""
    old, new = _lines(before), _lines(after)
    return len(old) == len(new) and all(
        _spelled(one, one) == _spelled(other, one) for one, other in zip(old, new, strict=True)
    )


def _spelled(line: str, original: str) -> str:
    """A line without the type of a cast, the case of a codec, and the case of SQL but of its strings and parameters."""
    line = re.sub(r"\bcast\((?:None|[^,()]+), ", "cast(", line)
    line = re.sub(r"'utf-8(-sig)?'", lambda found: found[0].lower(), line, flags=re.IGNORECASE)
    if not re.search(_SQL, original):
        return line
    parts = re.split(r"('[^' ]*'|:\w+)", line)
    return "".join(part if part[:1] in ("'", ":") else part.lower() for part in parts)


if __name__ == "__main__":
    sys.exit(main())
