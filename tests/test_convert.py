"""`reader convert`: from any format to any other, whole or not at all, without a database."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reader.errors import InputError, LossError, RecordError
from reader.project.converting import convert

GOOD = json.dumps({"text": "Ada met Bob.", "spans": [{"start": 0, "end": 3, "label": "PER"}]})


def test_a_file_becomes_another_and_says_how_much(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(f"{GOOD}\n")
    report = convert([tmp_path / "a.jsonl"], tmp_path / "b.conll")
    assert (report.documents, report.spans, report.losses) == (1, 1, ())
    assert "Ada -X- -X- B-PER" in (tmp_path / "b.conll").read_text()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jsonl", "b.conll"]


def test_nothing_is_written_where_a_record_is_bad_unless_it_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(f"{GOOD}\n{{}}\n{GOOD}\n")
    with pytest.raises(RecordError, match="nothing was written"):
        convert([tmp_path / "a.jsonl"], tmp_path / "b.conll")
    assert not (tmp_path / "b.conll").exists()
    report = convert([tmp_path / "a.jsonl"], tmp_path / "b.conll", skip_bad=True)
    assert (report.documents, len(report.problems)) == (2, 1)


def test_what_cannot_be_carried_is_refused_unless_it_may_be_lost(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": "Ada", "tags": ["news"]}) + "\n")
    with pytest.raises(LossError):
        convert([tmp_path / "a.jsonl"], tmp_path / "b.conll")
    assert len(convert([tmp_path / "a.jsonl"], tmp_path / "b.conll", lossy=True).losses) == 1


def test_a_file_that_is_there_is_replaced_only_when_asked(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(f"{GOOD}\n")
    (tmp_path / "b.conll").write_text("mine")
    with pytest.raises(InputError, match="--force replaces it"):
        convert([tmp_path / "a.jsonl"], tmp_path / "b.conll")
    assert (tmp_path / "b.conll").read_text() == "mine"
    convert([tmp_path / "a.jsonl"], tmp_path / "b.conll", replace=True)
    assert (tmp_path / "b.conll").read_text() != "mine"
