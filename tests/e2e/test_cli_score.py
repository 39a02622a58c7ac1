"""Scoring what somebody else's model wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cli_parts import check_refused, only_json, practicum

pytestmark = pytest.mark.slow
ITEM: dict[str, Any] = {
    "query": "How many pounds are 70 kg?",
    "action": "convert",
    "action_input": '{"value": 70}',
    "model_output": 'Action: convert_units\nAction Input: {"value": 70}\nObservation: {}',
}


def predictions(folder: Path, *items: dict[str, Any]) -> Path:
    file = folder / "predictions.json"
    file.write_text(json.dumps({"convert": items}))
    return file


def test_figures_come_as_one_object_with_denominators_and_intervals(tmp_path: Path) -> None:
    file = predictions(tmp_path, ITEM)
    found = only_json(practicum("score", file, "--format", "ste", "--compat", "--json", cwd=tmp_path))
    assert found["format"] == "ste"
    assert set(found["lenient"]["well_formed"]) == {"k", "n", "rate", "low", "high"}
    assert [found[how]["well_formed"]["k"] for how in ("strict", "lenient")] == [0, 1]
    assert found["lenient"]["tool_match"]["k"] == 0
    assert found["compat"]["tool_match_of_well_formed"]["n"] == 0
    assert found["cached"] is None
    assert set(found["per_tool"]) == {"convert"}


def test_without_json_a_table_is_printed_and_nothing_is_written(tmp_path: Path) -> None:
    file = predictions(tmp_path, ITEM)
    before = file.read_bytes()
    done = practicum("score", file, "--format", "ste", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "100 % (1/1, 21\u2013100)" in done.stdout
    assert "strict reading" in done.stdout
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


def test_help_has_an_example(tmp_path: Path) -> None:
    done = practicum("score", "--help", cwd=tmp_path)
    assert "practicum score mistral.json --format ste --compat" in done.stdout


def test_what_can_not_be_scored_is_named(tmp_path: Path) -> None:
    wrong = predictions(tmp_path, ITEM, {**ITEM, "action_input": "[]"})
    done = practicum("score", wrong, "--format", "ste", cwd=tmp_path)
    check_refused(done, "item 2 of 'convert': action_input must be an object", "model_output")
    check_refused(
        practicum("score", wrong, "--format", "xml", cwd=tmp_path),
        "format 'xml'",
        "--format practicum or ste",
    )
    check_refused(
        practicum("score", tmp_path / "none", "--format", "ste", cwd=tmp_path), "No such file", "name a file"
    )
    check_refused(practicum("score", "--format", "ste", cwd=tmp_path), "file", "--help")
