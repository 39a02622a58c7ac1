"""`explore --combine` as a process: planned, run, killed and gone on, looked at, curated; with a server."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import pytest
from cli_parts import check_refused, journal_rows, only_json, practicum, write_lines
from mcp_parts import write_servers
from mcp_servers import npm_server

pytestmark = pytest.mark.slow
TOOLS = '''
import os, pathlib, signal
import practicum

HERE = pathlib.Path(__file__).parent
CUSTOMERS = {"Ann Lee": 7401, "Bob Ray": 7402, "Cid Fox": 7403}

def _log(line):
    with (HERE / "calls.txt").open("a") as file:
        file.write(line + "\\n")

@practicum.read_only
def find_customer(name: str) -> dict:
    """Find a customer by name."""
    _log(f"find {name}")
    return {"customer_id": CUSTOMERS[name], "named": name}

@practicum.read_only
def list_orders(customer_id: int) -> dict:
    """List the orders of a customer."""
    marker = HERE / "die"
    if customer_id == 7403 and marker.exists():
        marker.unlink()
        os.kill(os.getpid(), signal.SIGKILL)
    _log(f"list {customer_id}")
    return {"orders": [f"order-{customer_id}-a"]}
'''
COMBINING = "can't be answered with one of these tools alone"
SINGLE = ("Who is the customer Ann Lee?", "Which orders has customer 7402?")
BOTH = ("What did Bob Ray order from us?", "Tell me all that Cid Fox has bought so far")


def line(when: str, **reply: Any) -> dict[str, Any]:
    return {"when": when, **reply}


def calls(when: str, tool: str, **arguments: Any) -> dict[str, Any]:
    return line(when, tool_calls=[{"name": tool, "arguments": arguments}])


def judged(count: int) -> list[dict[str, Any]]:
    solved = line("judge it", structured={"solved": True, "reason": "as asked"})
    return [solved] * count + [line("You practised", structured={"lessons": []})] * count


def write_shop(folder: Path) -> list[str | Path]:
    """Tools, a script that explores them singly and together, and the arguments of the exploration."""
    (folder / "tools.py").write_text(TOOLS)
    script = [
        *(line(COMBINING, structured={"query": query}) for query in BOTH),
        line("find_customer: Find", structured={"query": SINGLE[0]}),
        line("You imagine", structured={"query": SINGLE[1]}),
        *judged(4),
        calls(SINGLE[0], "find_customer", name="Ann Lee"),
        line('"named": "Ann Lee"', content="She is customer 7401."),
        calls(SINGLE[1], "list_orders", customer_id=7402),
        line("order-7402-a", content="One order."),
        calls(BOTH[0], "find_customer", name="Bob Ray"),
        calls('"named": "Bob Ray"', "list_orders", customer_id=7402),
        line("order-7402-a", content="Bob ordered a."),
        calls(BOTH[1], "find_customer", name="Cid Fox"),
        calls('"named": "Cid Fox"', "list_orders", customer_id=7403),
        line("order-7403-a", content="Cid bought a."),
    ]
    write_lines(folder / "script.jsonl", script)
    options: list[str | Path] = ["--tools", "tools.py", "--model", "scripted:script.jsonl"]
    return [
        "explore",
        *options,
        "--home",
        folder / "home",
        "--episodes",
        "1",
        "--trials",
        "1",
        "--combine",
        "2",
    ]


def trials(home: Path) -> list[dict[str, Any]]:
    return [json.loads(body) for (body,) in journal_rows(home, "SELECT body FROM trials ORDER BY row")]


def test_a_killed_exploration_of_several_tools_ends_with_the_planned_trials(tmp_path: Path) -> None:
    command = write_shop(tmp_path)
    planned = only_json(practicum(*command, "--dry-run", "--json", cwd=tmp_path))
    assert (planned["trials_in_all"], planned["combined_episodes"]) == (4, 1)
    (tmp_path / "die").touch()
    assert practicum(*command, "--concurrency", "1", cwd=tmp_path).returncode == -signal.SIGKILL
    totals = only_json(practicum(*command, "--concurrency", "1", "--json", cwd=tmp_path))["all"]
    assert (totals["trials"], totals["solved"], totals["of_several_tools"]) == (4, 4, 2)
    ids = [trial["id"] for trial in trials(tmp_path / "home")]
    assert len(ids) == len(set(ids)) == 4
    made = (tmp_path / "calls.txt").read_text().splitlines()
    assert sorted(made) == sorted(
        ["find Ann Lee", "list 7402", "find Bob Ray", "list 7402", "find Cid Fox", "list 7403"]
    )
    again = only_json(practicum(*command, "--json", cwd=tmp_path))["all"]
    assert again["trials"] == 4


def test_what_was_tried_with_several_tools_can_be_looked_at_and_becomes_a_demonstration(
    tmp_path: Path,
) -> None:
    done = practicum(*write_shop(tmp_path), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "2 of 4 trials were of several tools" in done.stdout
    assert "2 of them were solved with several calls" in done.stdout
    home = ("--home", tmp_path / "home")
    several = next(trial for trial in trials(tmp_path / "home") if trial["query"] == BOTH[0])
    shown = practicum("memory", "show", several["id"], *home, cwd=tmp_path).stdout
    assert f"tool {several['tool']} with {next(iter(several['others']))}, episode 1" in shown
    assert shown.index("step 1: find_customer") < shown.index("step 2: list_orders")
    listed = practicum("memory", "list", *home, cwd=tmp_path).stdout
    assert "list_orders + find_customer" in listed
    stats = only_json(practicum("memory", "stats", "--tool", "find_customer", "--json", *home, cwd=tmp_path))
    assert (stats["trials"], stats["calls"]) == (2, 3)  # a call for each of the trials, led by it or not
    told = practicum("memory", "stats", *home, cwd=tmp_path).stdout
    assert "4 trials (2 of several tools) in 4 episodes" in told
    assert practicum("report", *home, "--out", tmp_path / "page", cwd=tmp_path).returncode == 0
    curated = only_json(practicum("curate", "--tools", "tools.py", "--json", *home, cwd=tmp_path))
    assert curated["kept"] == 4
    (body,) = journal_rows(tmp_path / "home", "SELECT body FROM sets WHERE kind = 'demos'")[0]
    both = next(each for each in json.loads(body)["demonstrations"] if each["query"] == BOTH[0])
    assert [step["call"]["name"] for step in both["before"]] == ["find_customer"]
    assert both["call"]["name"] == "list_orders"


def test_too_few_tools_are_the_users_to_mend(tmp_path: Path) -> None:
    command = write_shop(tmp_path)
    check_refused(
        practicum(*command, "--tool", "list_orders", cwd=tmp_path),
        "--combine 2 needs 2 tools, and there is only one",
        "leave --combine out",
    )


def test_tools_that_can_t_be_used_are_named_by_commands_that_go_on_without_them(tmp_path: Path) -> None:
    command = write_shop(tmp_path)
    assert practicum(*command, cwd=tmp_path).returncode == 0
    with (tmp_path / "tools.py").open("a") as file:
        file.write('\ndef broken(*values: object) -> str:\n    """Take anything."""\n    return ""\n')
    listed = practicum("tools", "--tools", "tools.py", "--home", tmp_path / "home", cwd=tmp_path)
    assert listed.returncode == 2
    named = [each for each in listed.stderr.splitlines() if each.startswith("error: broken")]
    assert len(named) == 1
    for command_name in ("curate", "status"):
        options = ("--tools", "tools.py", "--home", tmp_path / "home")
        done = practicum(command_name, *options, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert [each for each in done.stderr.splitlines() if each.startswith("error: ")] == named


def test_the_tools_of_one_server_work_together_in_one_session(tmp_path: Path) -> None:
    env = {"MEMORY_FILE_PATH": "${PRACTICUM_SESSION_DIR}/memory.json"}
    write_servers(tmp_path, memory={"command": npm_server("memory"), "env": env})
    (tmp_path / "practicum.toml").write_text("[mcp.servers.memory]\ntrusted = true\nsandboxed = true\n")
    entity = {"name": "Quillfeather", "entityType": "ship", "observations": ["sails at dawn"]}
    both = "Note that the ship Quillfeather sails at dawn, then show me what you know of it"
    script = [
        line(COMBINING, structured={"query": both}),
        line(COMBINING, structured={"query": f"{both}, and of nothing else at all"}),
        line("You imagine", structured={"query": "Which ships do you know of?"}),
        line("You imagine", structured={"query": "Remember the brig Ottercall please"}),
        *judged(4),
        calls(f"{both}, and", "create_entities", entities=[entity]),
        calls(both, "create_entities", entities=[entity]),
        *[line('"relations"', content="It sails at dawn.")] * 2,
        *[calls("Quillfeather", "open_nodes", names=["Quillfeather"])] * 2,
    ]
    write_lines(tmp_path / "script.jsonl", script)
    home = str(tmp_path / "home")
    options = ["--tools", "mcp:servers.json", "--model", "scripted:script.jsonl", "--home", home]
    named = ["--tool", "create_entities", "--tool", "open_nodes", "--episodes", "1", "--trials", "1"]
    done = practicum("explore", *options, *named, "--combine", "2", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    several = [trial for trial in trials(tmp_path / "home") if trial.get("others")]
    assert len(several) == 2
    for trial in several:  # what one tool made, the other found: in a session that began empty
        made, found = trial["steps"]
        assert made["observation"]["error"] is None, trial
        assert found["observation"]["text"].count('"Quillfeather"') == 1
        assert "sails at dawn" in found["observation"]["text"]
