"""MCP servers from the command line: listed, asked, practised with, and none left behind."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import pytest
from cli_parts import check_refused, journal_rows, only_json, practicum, start, write_lines
from mcp_parts import TOKEN, bad, wait_until, wait_until_gone, write_servers

pytestmark = pytest.mark.slow


@pytest.fixture
def mark(tmp_path: Path) -> str:
    return f"mark-{tmp_path.name}"


def asking(folder: Path, *lines: dict[str, Any]) -> list[str | Path]:
    write_lines(folder / "script.jsonl", lines)
    return ["--tools", "mcp:servers.json", "--model", "scripted:script.jsonl", "--home", folder / "home"]


def calls(when: str, tool: str, **arguments: Any) -> dict[str, Any]:
    return {"when": when, "tool_calls": [{"name": tool, "arguments": arguments}]}


def says(when: str, content: str) -> dict[str, Any]:
    return {"when": when, "content": content}


def test_tools_lists_tiers_with_reasons_and_says_which_servers_failed(tmp_path: Path, mark: str) -> None:
    write_servers(tmp_path, bad=bad("", mark), dead=bad("not-at-all", mark))
    done = practicum("tools", "--tools", "mcp:servers.json", cwd=tmp_path)
    assert done.returncode == 0
    assert "only the server says it only reads (bad is not trusted)" in done.stdout
    wrong, fix = done.stderr.splitlines()
    assert wrong.startswith("left out: MCP server dead: it ended before it answered (exit status 1); ")
    assert wrong.endswith("no licence for [redacted]")
    assert fix == "  check how dead is started; run it by hand to see what it says"
    assert wait_until_gone(mark)


def test_tools_of_one_server_are_listed_by_its_name(tmp_path: Path) -> None:
    write_servers(tmp_path, bad=bad(), dead=bad("not-at-all"))
    shown = only_json(practicum("tools", "--tools", "mcp:servers.json#bad", "--json", cwd=tmp_path))
    assert {tool["effect"] for tool in shown["tools"]} == {"unknown"}
    assert len(shown["tools"]) == 11


def test_ask_uses_what_works_and_says_what_was_left_out(tmp_path: Path, mark: str) -> None:
    write_servers(tmp_path, bad=bad("", mark), gone={"command": "no-such-command"})
    options = asking(tmp_path, calls("Say", "echo", text="hello there"), says("hello there", "It said so."))
    done = practicum("ask", "Say hello", "--no-approve", *options, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "It said so."
    assert "left out: MCP server gone: it can't be started" in done.stderr
    assert "<- hello there" in done.stderr
    assert wait_until_gone(mark)


def test_an_agent_whose_server_dies_is_told_and_answers(tmp_path: Path, mark: str) -> None:
    write_servers(tmp_path, bad=bad("", mark))
    options = asking(tmp_path, calls("Die", "die"), says("died while it was called", "It is dead."))
    done = practicum("ask", "Die please", "--no-approve", *options, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "It is dead."
    assert TOKEN not in done.stdout + done.stderr
    assert wait_until_gone(mark)


@pytest.mark.parametrize("how", ["", "stays"])
def test_ctrl_c_in_the_middle_of_a_call_leaves_no_server_behind(tmp_path: Path, mark: str, how: str) -> None:
    hanging = tmp_path / "hanging"
    write_servers(tmp_path, bad=bad(how, mark, env={"HANG_FILE": str(hanging)}))
    options = asking(tmp_path, calls("Wait", "hang"))
    running = start("ask", "Wait for it", "--no-approve", *options, cwd=tmp_path)
    assert wait_until(hanging.exists)
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=60)
    assert running.returncode == 130, err
    assert wait_until_gone(mark)


def test_a_file_that_is_not_there_is_one_line_and_a_fix(tmp_path: Path) -> None:
    done = practicum("tools", "--tools", "mcp:gone.json", cwd=tmp_path)
    check_refused(done, "there is no file 'gone.json' of MCP servers", "check the path")


def imagining(query: str) -> list[dict[str, Any]]:
    return [
        {"when": "You imagine", "structured": {"query": query}},
        {"when": "judge it", "structured": {"solved": True, "reason": "as asked"}},
        {"when": "You practised", "structured": {"lessons": []}},
    ]


def trials(home: Path) -> list[dict[str, Any]]:
    """The trials of a home, as the journal has them."""
    return [json.loads(text) for (text,) in journal_rows(home, "select body from trials order by rowid")]


def exploring(tool: str) -> list[str]:
    return ["explore", "--tool", tool, "--episodes", "1", "--trials", "1"]


def test_a_tool_that_is_allowed_by_name_is_practised_with(tmp_path: Path, mark: str) -> None:
    write_servers(tmp_path, bad=bad("", mark))
    query = "Repeat the word apple"
    script = [*imagining(query), calls(query, "echo", text="apple"), says("apple", "It is apple.")]
    options = asking(tmp_path, *script)
    done = practicum(*exploring("echo"), "--allow", "echo", *options, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (trial,) = trials(tmp_path / "home")
    assert trial["outcome"] == "solved"
    assert [step["observation"]["text"] for step in trial["steps"]] == ["apple"]
    assert wait_until_gone(mark)


def test_a_server_that_dies_breaks_the_trial_and_teaches_nothing(tmp_path: Path, mark: str) -> None:
    write_servers(tmp_path, bad=bad("", mark))
    query = "Let it die"
    options = asking(tmp_path, *imagining(query), calls(query, "die"))
    done = practicum(*exploring("die"), "--allow", "die", *options, cwd=tmp_path)
    assert done.returncode == 1, done.stderr  # every trial broke off
    (trial,) = trials(tmp_path / "home")
    assert trial["outcome"] == "broken"
    assert trial["steps"] == []
    assert TOKEN not in (tmp_path / "home" / "journal.sqlite").read_bytes().decode("latin-1")
    assert wait_until_gone(mark)


def test_each_query_of_an_evaluation_finds_the_state_afresh(tmp_path: Path, mark: str) -> None:
    write_servers(tmp_path, bad=bad("", mark))
    count = {"name": "count", "arguments": {}}
    said = {"name": "echo", "arguments": {"text": "1"}}
    names = ("Ann", "Bob")
    items = [{"id": n, "query": f"Count for {n} and say it", "expected": [count, said]} for n in names]
    write_lines(tmp_path / "data.jsonl", items)
    script = [line for n in names for line in (calls(f"for {n}", "count"), calls("1", "echo", text="1"))]
    options = asking(tmp_path, *script)
    allowed = ("--allow", "count", "--allow", "echo")  # several calls of an item run one after the other
    evaluated = practicum(
        "evaluate", "--data", "data.jsonl", "--with", "base", "--json", *options, *allowed, cwd=tmp_path
    )
    shown = only_json(evaluated)
    assert shown["arms"][0]["strict"]["correct"]["k"] == 2, shown
    assert wait_until_gone(mark)
