"""spaCy's own `nlp.pipe` as a program of its own. `python -m bench.piping PIPELINE PROCESSES [LEFT OUT ...]`.

Reads a JSON list of texts on stdin and writes the entities of each, `[start, end, label]`, as JSON on stdout.
"""

from __future__ import annotations

import json
import sys

import spacy


def main(pipeline: str, processes: str, *left_out: str) -> None:
    nlp = spacy.load(pipeline, exclude=left_out)
    docs = nlp.pipe(json.load(sys.stdin), n_process=int(processes))
    json.dump([[(one.start_char, one.end_char, one.label_) for one in doc.ents] for doc in docs], sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
