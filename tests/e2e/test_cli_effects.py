"""Tools that change things, from the command line: what runs, what is said, and what is on the disk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cli_parts import check_refused, only_json, practicum, write_lines

pytestmark = pytest.mark.slow

TOOLS = '''
import pathlib
import practicum

NOTES = pathlib.Path("notes")
TODO = ["left over"]


def note(name: str, text: str) -> str:
    """Write a note."""
    (NOTES / name).write_text(text)
    return f"wrote {name};"


def copied_note(name: str, text: str) -> str:
    """Write a note."""
    practicum.working_copy(NOTES / name).write_text(text)
    return f"wrote {name};"


def todo(name: str, text: str) -> str:
    """Write a note."""
    TODO.append(name)
    return f"wrote {name}; {len(TODO)} things"


def _reset() -> None:
    TODO.clear()
    with open("resets.txt", "a") as file:
        file.write("reset\\n")
'''
QUERY = "Write hi into b.txt, please"
EXPLORE = ("explore", "--tools", "my_tools.py", "--episodes", "1", "--trials", "1", "--home", "home")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "my_tools.py").write_text(TOOLS)
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.txt").write_text("one")
    return tmp_path


def script(folder: Path, tool: str, *more: dict[str, Any]) -> tuple[str, ...]:
    arguments = {"name": "b.txt", "text": "hi"}
    lines: list[dict[str, Any]] = [
        {"when": "You imagine", "structured": {"query": QUERY}},
        *more,
        {"when": "judge it", "structured": {"solved": True, "reason": "as asked"}},
        {"when": QUERY, "tool_calls": [{"name": tool, "arguments": arguments}]},
        {"when": "Dry run:", "content": "It was not done."},
        {"when": "wrote b.txt;", "content": "Done."},
        {"structured": {"lessons": []}},
    ]
    write_lines(folder / f"{tool}.jsonl", lines)
    return ("--tool", tool, "--model", f"scripted:{tool}.jsonl")


def notes(folder: Path) -> list[str]:
    return sorted(file.name for file in (folder / "notes").iterdir())


def test_a_tool_of_unknown_effect_is_explored_without_being_executed_and_that_is_said_first(
    folder: Path,
) -> None:
    done = practicum(*EXPLORE, *script(folder, "note"), "--json", cwd=folder)
    figures = only_json(done)["all"]
    assert (figures["unsolved"], figures["solved"], figures["calls"]) == (1, 0, {"dry-run": 1})
    first = done.stderr.splitlines()[0]
    assert first.startswith("note: its calls are only checked, not executed: its effect is unknown")
    assert first.endswith("to let it run: --allow note")
    assert notes(folder) == ["a.txt"]
    curate = practicum("curate", "--home", "home", cwd=folder)
    check_refused(curate, "no trial passed: 1 not executed", "--include-simulated")
    asked = practicum("curate", "--home", "home", "--include-simulated", "--json", cwd=folder)
    assert (only_json(asked)["kept"], only_json(asked)["unverified"]) == (1, 1)


def test_allowed_by_name_the_same_tool_runs_and_what_was_only_checked_is_tried_again(folder: Path) -> None:
    only_json(practicum(*EXPLORE, *script(folder, "note"), "--json", cwd=folder))
    done = practicum(*EXPLORE, *script(folder, "note"), "--json", "--allow", "note", cwd=folder)
    assert only_json(done)["all"]["solved"] == 1
    assert "not executed" not in done.stderr
    assert notes(folder) == ["a.txt", "b.txt"]


def test_a_tool_whose_directory_is_copied_runs_and_the_original_stays(folder: Path) -> None:
    (folder / "practicum.toml").write_text('[tools.copied]\ncopied_note = "notes"\n')
    done = practicum(*EXPLORE, *script(folder, "copied_note"), "--json", cwd=folder)
    assert only_json(done)["all"]["calls"] == {"live": 1}
    assert only_json(done)["all"]["solved"] == 1
    assert notes(folder) == ["a.txt"]


def test_a_tool_that_is_reset_runs_in_a_world_made_anew(folder: Path) -> None:
    (folder / "practicum.toml").write_text('[tools.reset]\ntodo = "my_tools:_reset"\n')
    done = practicum(*EXPLORE, *script(folder, "todo"), "--json", cwd=folder)
    assert only_json(done)["all"]["solved"] == 1
    listed = only_json(practicum("memory", "list", "--home", "home", "--json", cwd=folder))
    shown = practicum("memory", "show", "--home", "home", listed["trials"][0]["id"], cwd=folder)
    assert "wrote b.txt; 1 things" in shown.stdout
    assert (folder / "resets.txt").read_text() == "reset\n" * 2  # before the episode and after it


def test_a_simulated_call_says_so_wherever_it_is_shown(folder: Path) -> None:
    simulated = {"when": "You stand in", "structured": {"result": "wrote b.txt;", "is_error": False}}
    done = practicum(*EXPLORE, *script(folder, "note", simulated), "--effects", "simulate", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "note: its calls are simulated by the model, not executed" in done.stderr
    assert "1 of 1 calls were simulated" in done.stdout
    listed = only_json(practicum("memory", "list", "--home", "home", "--json", cwd=folder))
    shown = practicum("memory", "show", "--home", "home", listed["trials"][0]["id"], cwd=folder)
    assert "-> [simulated] wrote b.txt;" in shown.stdout
    check_refused(practicum("curate", "--home", "home", cwd=folder), "no trial passed: 1 simulated")
    assert notes(folder) == ["a.txt"]


def test_what_was_recorded_is_replayed_where_the_tool_may_not_run(folder: Path) -> None:
    taped = (*EXPLORE, *script(folder, "note"), "--json")
    only_json(practicum(*taped, "--allow", "note", "--record", "tapes", cwd=folder))
    again = practicum(*taped, "--allow", "note", "--record", "others", cwd=folder)
    assert "nothing is left to do" in again.stderr
    assert "nothing is recorded: name another --seed" in again.stderr
    (folder / "notes" / "b.txt").unlink()
    for extra in (("--replay", "tapes"), ("--effects", "replay", "--replay", "tapes")):
        done = practicum(*taped, *extra, "--home", f"home-{len(extra)}", cwd=folder)
        assert only_json(done)["all"]["calls"] == {"replayed": 1}
        assert only_json(done)["all"]["solved"] == 1
    assert notes(folder) == ["a.txt"]


def test_measuring_with_cassettes_needs_no_tool(folder: Path) -> None:
    expected = [{"name": "note", "arguments": {"name": "b.txt", "text": "hi"}}]
    write_lines(folder / "items.jsonl", [{"id": "one", "query": QUERY, "expected": expected}])
    asking = ("evaluate", "--data", "items.jsonl", "--tools", "my_tools.py", "--with", "base", "--json")
    model = script(folder, "note")[2:]
    explored = practicum(
        *EXPLORE, *script(folder, "note"), "--allow", "note", "--record", "tapes", cwd=folder
    )
    assert explored.returncode == 0, explored.stderr
    (folder / "notes" / "b.txt").unlink()
    done = practicum(*asking, *model, "--execute", "--replay", "tapes", cwd=folder)
    (arm,) = only_json(done)["arms"]
    assert arm["same_result"]["k"] == 1
    assert notes(folder) == ["a.txt"]


def test_every_tool_is_listed_with_its_tier_the_reason_and_what_becomes_of_its_calls(folder: Path) -> None:
    (folder / "practicum.toml").write_text(
        '[tools.effects]\nnote = "destructive"\n[tools.copied]\ncopied_note = "notes"\n'
    )
    listed = only_json(practicum("tools", "--tools", "my_tools.py", "--json", cwd=folder))["tools"]
    told = {
        each["name"]: (each["effect"], each["effect_reason"], each["exploring"]["how"]) for each in listed
    }
    assert told == {
        "note": ("destructive", "practicum.toml says so", "dry-run"),
        "copied_note": ("reversible", "practicum.toml names what resets it", "live"),
        "todo": ("unknown", "nothing declares it", "dry-run"),
    }
    table = practicum("tools", "--tools", "my_tools.py", cwd=folder).stdout
    assert "runs, reset each episode" in table


def test_another_policy_file_is_named_by_the_environment(folder: Path) -> None:
    (folder / "other.toml").write_text('[tools.effects]\nnote = "read-only"\n')
    options = ("tools", "--tools", "my_tools.py", "--json")
    listed = only_json(practicum(*options, cwd=folder, PRACTICUM_CONFIG="other.toml"))
    assert listed["tools"][0]["effect_reason"] == "other.toml says so"
    check_refused(
        practicum(*options, cwd=folder, PRACTICUM_CONFIG="none.toml"), "there is no file 'none.toml'"
    )


MISTAKES: dict[str, tuple[str, tuple[str, ...], str, str]] = {
    "a broken policy": ("[tools", ("tools",), "can't be read", "docs/effects.md"),
    "an unknown key": ('[tools.effect]\nnote = "read-only"', ("tools",), "tools.effect is not", "effects"),
    "an unknown tier": (
        '[tools.effects]\nnote = "safe"',
        ("explore",),
        "tools.effects.note is 'safe'",
        "use",
    ),
    "no such reset": ('[tools.reset]\ntodo = "my_tools:no"', ("explore",), "no function 'no'", "name one"),
    "no such directory": ('[tools.copied]\nnote = "none"', ("tools",), "is no directory", "relative to"),
    "an unknown choice": ("", ("explore", "--effects", "perhaps"), "--effects can't be", "use dry-run"),
    "no cassettes": ("", ("explore", "--replay", "none"), "no cassettes in 'none'", "--record"),
    "two folders": ("", ("explore", "--replay", "a", "--record", "b"), "two folders", "one folder"),
    "a replay of nothing": ("", ("explore", "--effects", "replay"), "needs cassettes", "--replay DIR"),
    "a refusal": ("", ("explore", "--effects", "refuse"), "is not executed while exploring", "--allow"),
    "a stranger": ("", ("explore", "--allow", "notes"), "names no tool here: 'notes'", "use one of"),
    "broken cassettes": ("", ("explore", "--replay", "tapes"), "note-x.jsonl, line 1", "remove the line"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_one_line_that_says_what_is_wrong_and_one_what_to_do(mistake: str, folder: Path) -> None:
    text, arguments, message, fix = MISTAKES[mistake]
    (folder / "practicum.toml").write_text(text)
    (folder / "tapes").mkdir()
    (folder / "tapes" / "note-x.jsonl").write_text(json.dumps({"arguments": []}) + "\n")
    command, *options = arguments
    model = () if command == "tools" else script(folder, "note")[2:]
    done = practicum(command, "--tools", "my_tools.py", *options, *model, cwd=folder)
    check_refused(done, message, fix)
    assert not (folder / ".practicum").exists()
