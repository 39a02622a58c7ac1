"""Levels of being right, execution, over-calling and predictions of others, by the real command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cli_parts import check_refused, only_json, practicum, practised_in, write_lines

pytestmark = pytest.mark.slow

TOOLS = '''
import pathlib
import practicum

@practicum.read_only
def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b

@practicum.read_only
def count(text: str) -> int:
    """Count the words of a text.

    Args:
        text: What is counted.
    """
    return len(text.split())

def wipe(what: str) -> str:
    """Wipe something."""
    pathlib.Path(__file__).with_name("wiped").touch()
    return "gone"
'''


def call(name: str, **arguments: Any) -> dict[str, Any]:
    return {"name": name, "arguments": arguments}


ROWS: tuple[tuple[str, dict[str, Any], list[dict[str, Any]]], ...] = (
    ("sum", {"expected": [call("add", a=2, b=3)]}, [call("add", a=2, b=3)]),
    ("swapped", {"expected": [call("add", a=2, b=3)]}, [call("add", a=3, b=2)]),
    ("spelled", {"expected": [call("count", text="tea in Cork")]}, [call("count", text="Tea, in Cork.")]),
    ("reworded", {"expected": [call("count", text="tea in Cork")]}, [call("count", text="hot tea in Cork")]),
    ("harmful", {"expected": [call("add", a=1, b=1)]}, [call("wipe", what="all")]),
    ("joke", {"expected": []}, []),
    ("vague", {"expected": [], "why_none": "missing_argument"}, [call("add", a=0, b=0)]),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tools.py").write_text(TOOLS)
    write_lines(
        tmp_path / "data.jsonl", [{"id": name, "query": f"A {name} one?", **row} for name, row, _ in ROWS]
    )
    write_lines(
        tmp_path / "model.jsonl",
        [{"when": f"A {name} one?", "content": "Well.", "tool_calls": calls} for name, _, calls in ROWS],
    )
    verdict = {"when": "A reworded one", "structured": {"reason": "hot or not", "same": True}}
    write_lines(tmp_path / "judge.jsonl", [verdict])
    write_lines(tmp_path / "mine.jsonl", [{"id": name, "calls": calls} for name, _, calls in ROWS])
    return tmp_path


EVALUATE = (
    *("evaluate", "--tools", "tools.py", "--home", "home", "--with", "base"),
    *("--data", "data.jsonl", "--model", "scripted:model.jsonl"),
)
SCORE = ("score", "mine.jsonl", "--format", "practicum", "--data", "data.jsonl", "--tools", "tools.py")


def k_of_n(figure: dict[str, Any]) -> str:
    return f"{figure['k']}/{figure['n']}"


def test_each_level_has_its_figure_and_nothing_harmful_is_executed(folder: Path) -> None:
    asked = practicum(*EVALUATE, "--judge", "scripted:judge.jsonl", "--execute", "--json", cwd=folder)
    (arm,) = only_json(asked)["arms"]
    assert [k_of_n(arm[level]["correct"]) for level in ("strict", "lenient", "judged")] == [
        "2/7",
        "3/7",
        "4/7",
    ]
    assert arm["judging"] == {
        "judge": "scripted:judge.jsonl", "asked": 1, "same": 1, "different": 0, "not_judged": 0,
    }  # fmt: skip
    assert k_of_n(arm["same_result"]) == "3/5"
    assert k_of_n(arm["per_tool"]["count"]["same_result"]) == "1/2"
    assert arm["execution"] == {"executed": 5, "left_out": {"no call is expected": 2}}
    kinds = ("no_call_correct", "no_tool_needed_correct", "missing_argument_correct")
    assert [k_of_n(arm["strict"][kind]) for kind in kinds] == ["1/2", "1/1", "0/1"]
    assert not (folder / "wiped").exists()
    kept = json.loads((folder / "home" / "evaluations" / "run-1.json").read_text())
    assert (kept["options"]["judge"], kept["options"]["execute"]) == ("scripted:judge.jsonl", True)
    answers = {each["id"]: each for each in kept["arms"][0]["answers"]}
    found = ("unsure", "verdict", "same_result", "leaked")
    assert [answers["reworded"][name] for name in found] == [True, True, False, False]
    assert [answers["joke"][name] for name in found] == [False, None, None, False]
    assert answers["swapped"]["same_result"] is True


def test_without_being_asked_for_there_is_no_judge_and_no_execution(folder: Path) -> None:
    (arm,) = only_json(practicum(*EVALUATE, "--json", cwd=folder))["arms"]
    assert not {"judged", "judging", "same_result", "execution"} & arm.keys()
    assert arm["unsure"] == 1
    assert (arm["leaked"], k_of_n(arm["strict"]["clean"])) == (0, "2/7")


def test_what_was_learned_is_left_out_of_the_clean_figures(tmp_path: Path) -> None:
    practised_in(tmp_path)
    query = "What is two plus three?"
    rows = [
        {"id": "known", "query": query, "expected": [call("add", a=2, b=3)]},
        {"id": "new", "query": "Sheep, 14 and 9 of them: the flock?", "expected": [call("add", a=14, b=9)]},
    ]
    write_lines(tmp_path / "data.jsonl", rows)
    write_lines(
        tmp_path / "model.jsonl",
        [{"when": row["query"], "tool_calls": [call("add", a=2, b=3)]} for row in rows],
    )
    (arm,) = only_json(practicum(*EVALUATE, "--json", cwd=tmp_path))["arms"]
    assert (arm["leaked"], k_of_n(arm["strict"]["correct"]), k_of_n(arm["strict"]["clean"])) == (
        1,
        "1/2",
        "0/1",
    )
    shown = practicum(*EVALUATE, cwd=tmp_path)
    assert "1 item in what was tried or learned, exactly or nearly: left out of clean" in shown.stdout


def test_predictions_of_others_are_scored_without_a_model_and_only_read(folder: Path) -> None:
    before = {file: file.read_bytes() for file in folder.iterdir()}
    found = only_json(practicum(*SCORE, "--json", cwd=folder))
    assert [k_of_n(found[level]["correct"]) for level in ("strict", "lenient")] == ["2/7", "3/7"]
    assert k_of_n(found["per_tool"]["count"]["strict"]["correct"]) == "0/2"
    assert (found["missing"], found["unsure"]) == (0, 1)
    shown = practicum(*SCORE, cwd=folder).stdout
    assert "text: 'hot tea in Cork' instead of 'tea in Cork' (perhaps the same)" in shown
    assert {file: file.read_bytes() for file in before} == before


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"id": "stranger", "calls": []}', "mine.jsonl:8: the data has no item with the id 'stranger'"),
        ('{"id": "sum", "calls": []}', "mine.jsonl:8: the id 'sum' stands on line 1 already"),
        ('{"id": "sum", "calls": [{"name": "ad', "mine.jsonl:8: not JSON"),
        ('{"id": "x", "calls": [{"name": "add", "arguments": [1]}]}', "arguments must be an object"),
        ('{"id": "x", "calls": [{"name": "add", "arguments": "{}"}]}', "arguments must be an object"),
        ('{"id": "x", "calls": ' + "[" * 3000 + "]" * 3000 + "}", "mine.jsonl:8: nested too deeply"),
        ('{"id": "x", "raw": "' + "y" * 1_000_001 + '"}', "mine.jsonl:8: longer than 1,000,000 bytes"),
        ("latin \xe9", "mine.jsonl:8: not UTF-8"),
    ],
)
def test_a_bad_prediction_is_named_with_its_line(folder: Path, line: str, words: str) -> None:
    file = folder / "mine.jsonl"
    file.write_bytes(file.read_bytes() + line.encode("latin-1"))
    check_refused(practicum(*SCORE, "--json", cwd=folder), words)


def test_options_that_are_missing_or_mean_nothing_are_named(folder: Path) -> None:
    check_refused(practicum(*SCORE[:4], cwd=folder), "--data is missing", "--tools SOURCE")
    check_refused(practicum(*SCORE[:6], cwd=folder), "--tools is missing")
    check_refused(practicum(*SCORE, "--compat", cwd=folder), "--compat means nothing", "leave --compat out")


def test_a_wrong_reason_for_no_call_is_refused_with_its_line(folder: Path) -> None:
    file = folder / "data.jsonl"
    row = {"id": "z", "query": "Hello!", "expected": [], "why_none": "shy"}
    file.write_text(file.read_text() + json.dumps(row))
    check_refused(
        practicum(*SCORE, cwd=folder), "data.jsonl:8: why_none must be 'missing_argument', not \"shy\""
    )
