"""The same exploration again after one tool's signature changed: that tool is practised anew, alone."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cli_parts import QUERIES, exploring, journal_rows, only_json, practicum, write_lines

pytestmark = pytest.mark.slow
TOOLS = '''
import practicum

@practicum.read_only
def add(a: int, b: int) -> str:
    """Add two whole numbers."""
    return f"sum={a + b};"

@practicum.read_only
def halve(a: int) -> str:
    """Halve a number."""
    return f"half={a / 2};"
'''
HALVES = (("What is half of 48?", 48), ("Split a bill of 36 between the two of us", 36))


def story(query: str, tool: str, description: str, arguments: dict[str, int], said: str) -> list[Any]:
    """What a model says in a trial of this tool."""
    return [
        {"when": f"{tool}: {description}", "structured": {"query": query}},
        {"when": query, "tool_calls": [{"name": tool, "arguments": arguments}]},
        {"when": said, "content": "There you are."},
    ]


def write_script(folder: Path, *stories: list[Any]) -> None:
    imagined, called, answered = zip(*stories, strict=True)
    verdicts = [{"when": "judge it", "structured": {"solved": True, "reason": "as asked"}}] * len(stories)
    lessons = [{"when": "You practised", "structured": {"lessons": []}}] * len(stories)
    # Those whose words stand in other prompts, too, come after the replies to those.
    write_lines(folder / "script.jsonl", [*lessons, *verdicts, *imagined, *called, *answered])


def adding(query: str, a: int, b: int) -> list[Any]:
    return story(query, "add", "Add two whole numbers.", {"a": a, "b": b}, f"sum={a + b};")


def halving(query: str, a: int) -> list[Any]:
    return story(query, "halve", "Halve a number.", {"a": a}, f"half={a / 2};")


def again(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return practicum(*exploring(folder, "--episodes", "2", "--trials", "1", *more), cwd=folder)


def trials(folder: Path) -> list[tuple[Any, ...]]:
    return journal_rows(folder / "home", "SELECT tool, body ->> 'query' FROM trials ORDER BY row")


@pytest.fixture(scope="module")
def practised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two tools, both practised in two episodes, and then one of them changed."""
    folder = tmp_path_factory.mktemp("changed")
    tools = folder / "tools.py"
    tools.write_text(TOOLS)
    write_script(folder, *(adding(*each) for each in QUERIES[:2]), *(halving(*each) for each in HALVES))
    assert only_json(again(folder, "--json"))["all"]["solved"] == 4
    tools.write_text(TOOLS.replace("a: int, b: int", "a: int, b: int, doubled: bool = False"))
    return folder


@pytest.fixture
def folder(practised: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copytree(practised, tmp_path / "copy"))


def test_the_changed_tool_is_practised_anew_and_explore_says_so(folder: Path) -> None:
    before = trials(folder)
    # The queries of the first time: what was tried with another signature is not in the way.
    write_script(folder, *(adding(*each) for each in QUERIES[:2]))
    done = again(folder)
    assert done.returncode == 0, done.stderr
    assert "add: its schema changed since it was practised; it is practised again" in done.stderr
    assert "halve: its schema" not in done.stderr
    assert trials(folder) == [*before, *(("add", query) for query, _, _ in QUERIES[:2])]
    rows = {row[0]: row[1:4] for row in map(str.split, done.stdout.splitlines()) if len(row) > 4}
    assert (rows["add"], rows["halve"], rows["all"]) == (["2", "2", "0"], ["2", "2", "0"], ["4", "4", "0"])


def test_once_practised_again_nothing_earlier_is_learned_from_and_nothing_is_left_to_say(
    folder: Path,
) -> None:
    write_script(folder, *(adding(*each) for each in QUERIES[2:4]))
    assert only_json(again(folder, "--json"))["all"]["trials"] == 4
    assert "changed" not in again(folder).stderr
    assert len(trials(folder)) == 6
    curated = only_json(practicum("curate", "--tools", "tools.py", "--home", "home", "--json", cwd=folder))
    assert (curated["kept"], curated["dropped"]) == (4, {"tool changed or gone": 2})


def test_what_a_tool_taught_before_it_changed_is_not_used_and_evaluate_says_so(folder: Path) -> None:
    tools = folder / "tools.py"
    changed = tools.read_text()
    tools.write_text(TOOLS)
    only_json(practicum("curate", "--tools", "tools.py", "--home", "home", "--json", cwd=folder))
    item = {"id": "one", "query": HALVES[0][0], "expected": [{"name": "halve", "arguments": {"a": 48}}]}
    write_lines(folder / "items.jsonl", [item])
    given = ["--data", "items.jsonl", "--tools", "tools.py", "--home", "home", "--with", "demos"]
    for text, said in ((TOOLS, False), (changed, True)):
        tools.write_text(text)
        write_script(folder, halving(*HALVES[0]))
        done = practicum("evaluate", *given, "--model", "scripted:script.jsonl", cwd=folder)
        assert done.returncode == 0, done.stderr
        assert ("note: add changed since demos@1 was learned" in done.stderr) is said
