"""BFCL from the command line: practising with its classes, being measured on its items."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("bfcl_eval", reason="bfcl_eval is not installed: run `make suites`")

from cli_parts import check_refused, journal_rows, only_json, practicum, write_lines

from practicum.evaluation.suites.bfcl_suite import multi_turn, single_turn

pytestmark = pytest.mark.slow
AMOUNTS = {"Put 500 dollars into my account": 500, "My savings of 20 should go to the broker": 20}


def write_exploration(folder: Path) -> None:
    """Write a script of one episode that funds an account twice."""
    lines: list[dict[str, Any]] = [
        {"when": "You imagine", "structured": {"query": query}} for query in AMOUNTS
    ]
    lines += [{"when": "judge it", "structured": {"solved": True, "reason": "as asked"}} for _ in AMOUNTS]
    lines.append({"when": "You practised", "structured": {"lessons": []}})
    for query, amount in AMOUNTS.items():
        call = {"name": "fund_account", "arguments": {"amount": amount}}
        lines.append({"when": query, "tool_calls": [call]})
        lines.append({"when": '{"status": "Account funded', "content": "Done."})
    write_lines(folder / "script.jsonl", lines)


def test_a_class_is_explored_live_in_a_state_of_the_episode(tmp_path: Path) -> None:
    write_exploration(tmp_path)
    source = ("--tools", "bfcl:TradingBot", "--tool", "fund_account")
    run = ("--model", "scripted:script.jsonl", "--episodes", "1", "--trials", "2", "--home", "home", "--json")
    told = only_json(practicum("explore", *source, *run, cwd=tmp_path))
    assert (told["all"]["trials"], told["all"]["solved"]) == (2, 2)
    rows = journal_rows(tmp_path / "home", "SELECT body FROM executions ORDER BY row")
    balances = [json.loads(json.loads(row[0])["text"])["new_balance"] for row in rows]
    assert balances[1] == balances[0] + 20


def test_single_turn_items_need_no_tools_and_are_judged_by_its_checker(tmp_path: Path) -> None:
    first, second = single_turn("multiple")[:2]
    write_lines(
        tmp_path / "script.jsonl",
        [
            {"when": first.item.query, "tool_calls": [call.as_dict() for call in first.item.expected]},
            {"when": second.item.query, "content": "I can't."},
        ],
    )
    model = ("--model", "scripted:script.jsonl", "--home", "home")
    measured = ("evaluate", "--data", "bfcl:multiple", "--limit", "2", *model)
    told = only_json(practicum(*measured, "--json", cwd=tmp_path))
    assert told["arms"][0]["strict"]["correct"] | {"low": 0, "high": 0} == {
        "k": 1, "n": 2, "rate": 0.5, "low": 0, "high": 0,
    }  # fmt: skip
    assert "BFCL's AST checker" in practicum(*measured, cwd=tmp_path).stdout


def test_runs_are_kept_and_compared_by_the_verdicts_of_its_checker(tmp_path: Path) -> None:
    task = single_turn("multiple")[0]
    asked = ("evaluate", "--data", "bfcl:multiple", "--limit", "1", "--model", "scripted:script.jsonl")
    replies: list[dict[str, Any]] = [
        {"content": "I can't."},
        {"tool_calls": [call.as_dict() for call in task.item.expected]},
    ]
    for reply in replies:
        write_lines(tmp_path / "script.jsonl", [reply])
        assert "kept as run-" in practicum(*asked, "--home", "home", cwd=tmp_path).stdout
    told = only_json(
        practicum("evaluate", "--compare", "run-1", "run-2", "--home", "home", "--json", cwd=tmp_path)
    )
    assert [item["won"] for item in told["arms"][0]["changed"]] == [True]


def test_a_question_is_answered_in_a_state_of_its_own(tmp_path: Path) -> None:
    call = {"name": "fund_account", "arguments": {"amount": 10}}
    write_lines(tmp_path / "script.jsonl", [{"tool_calls": [call]}, {"content": "Done."}])
    asked = ("ask", "--tools", "bfcl:TradingBot", "--model", "scripted:script.jsonl", "--home", "home")
    said = practicum(*asked, "Put 10 dollars into my account", cwd=tmp_path)
    assert said.stdout == "Done.\n"
    assert "Account funded" in said.stderr


def test_a_conversation_goes_through_the_agent(tmp_path: Path) -> None:
    task = multi_turn("multi_turn_base")[0]
    lines: list[dict[str, Any]] = []
    for turn in task.known:
        lines += [{"tool_calls": [call.as_dict()]} for call in turn]
        lines.append({"content": "Done."})
    write_lines(tmp_path / "script.jsonl", lines)
    data = ("--data", "bfcl:multi_turn_base", "--limit", "1")
    model = ("--model", "scripted:script.jsonl", "--home", "home", "--json")
    told = only_json(practicum("evaluate", *data, *model, cwd=tmp_path))
    assert told["arms"][0]["strict"]["correct"]["k"] == 1


def test_result_files_are_scored(tmp_path: Path) -> None:
    task = single_turn("simple_python")[0]
    calls = [{call.name: json.dumps(call.arguments)} for call in task.item.expected]
    write_lines(tmp_path / "results.json", [{"id": task.item.id, "result": calls}])
    told = only_json(practicum("score", "results.json", "--format", "bfcl", "--json", cwd=tmp_path))
    figures = told["categories"]["simple_python"]
    assert (figures["strict"]["correct"]["k"], figures["missing"]) == (1, 399)
    assert "simple_python" in practicum("score", "results.json", "--format", "bfcl", cwd=tmp_path).stdout


def test_mistakes_are_named(tmp_path: Path) -> None:
    evaluate = ("evaluate", "--model", "scripted:script.jsonl", "--data")
    check_refused(practicum(*evaluate, "bfcl:easy", cwd=tmp_path), "no category 'easy'", "simple_python")
    both = practicum(*evaluate, "bfcl:multiple", "--tools", "almanac", cwd=tmp_path)
    check_refused(both, "brings its own tools", "leave out --tools")
    check_refused(practicum("tools", "--tools", "bfcl:Robot", cwd=tmp_path), "no class 'Robot'", "TradingBot")
