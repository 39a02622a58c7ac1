"""Promotion, rollback and status as processes: a candidate serves only when it proves better."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cli_parts import (
    QUERIES,
    check_refused,
    journal_rows,
    only_json,
    practicum,
    practised_in,
    write_lines,
    write_tools,
)

from practicum.memory_store.home import journal_path
from practicum.memory_store.journal import Journal

pytestmark = pytest.mark.slow
ITEMS = 24


@pytest.fixture(scope="module")
def practised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with tools and a home that has two trials and a demonstration set."""
    folder = practised_in(tmp_path_factory.mktemp("promoting"))
    only_json(practicum("curate", "--home", "home", "--json", cwd=folder))
    write_lines(folder / "items.jsonl", [item(number) for number in range(ITEMS)])
    return folder


@pytest.fixture
def folder(practised: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copytree(practised, tmp_path / "copy"))


def item(number: int, query: str | None = None) -> dict[str, Any]:
    call = {"name": "add", "arguments": {"a": 1000 + number, "b": 7}}
    return {"id": f"i{number}", "query": query or f"Add {1000 + number} and 7", "expected": [call]}


def write_replies(folder: Path, base: int, demos: int) -> None:
    """Write a script that has so many items right without demonstrations, and then with them."""
    lines = [
        {"when": item(number)["query"], "tool_calls": item(number)["expected"]}
        if number < right
        else {"when": item(number)["query"], "content": "I don't know."}
        for right in (base, demos)
        for number in range(ITEMS)
    ]
    write_lines(folder / "replies.jsonl", lines)


def command(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return practicum(*arguments, "--home", "home", cwd=folder)


def promoting(folder: Path, *more: str, candidate: str = "demos@1") -> subprocess.CompletedProcess[str]:
    given = ("--data", "items.jsonl") if "--data" not in more else ()
    model = ("--model", "scripted:replies.jsonl")
    return command(folder, "promote", candidate, "--tools", "tools.py", *model, *given, *more)


def test_a_better_candidate_serves_and_can_be_taken_back(folder: Path) -> None:
    write_replies(folder, 4, ITEMS)
    promoted = only_json(promoting(folder, "--json"))
    assert promoted["promoted"]
    assert promoted["serving"]["demos"] == "demos@1"
    assert promoted["paired"]["wins"] == ITEMS - 4
    assert "no tool worse" in promoted["reason"]
    shown = only_json(command(folder, "status", "--json"))
    assert shown["champion"] == {"demos": "demos@1", "notes": None, "lora": None}
    (candidate,) = shown["candidates"]
    assert (candidate["name"], candidate["serves"], candidate["verdict"]) == ("demos@1", True, "promoted")
    text = command(folder, "status").stdout
    assert "champion: demos@1 (since" in text
    assert "demos@1 (serves)" in text
    check_refused(promoting(folder), "demos@1 serves already", "practicum status")
    assert only_json(command(folder, "rollback", "--json"))["champion"]["demos"] is None
    assert "taken back" in command(folder, "status").stdout
    check_refused(command(folder, "rollback"), "there is nothing to go back to")


def test_a_candidate_that_is_no_better_is_refused_with_status_1(folder: Path) -> None:
    write_replies(folder, 12, 12)
    done = promoting(folder)
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("demos@1: gain +0.000 on 24 validation queries")
    assert done.stdout.rstrip().endswith(": refused")
    shown = only_json(command(folder, "status", "--json"))
    assert shown["champion"] is None
    assert shown["candidates"][0]["verdict"] == "refused"


def test_the_gate_reads_what_the_user_says_of_tools_as_measuring_does(folder: Path) -> None:
    (folder / "mine.toml").write_text('[tools.effects]\nadd = "harmless"\n')
    options = ["promote", "demos@1", "--tools", "tools.py", "--home", "home"]
    refused = practicum(*options, cwd=folder, PRACTICUM_CONFIG="mine.toml")
    check_refused(refused, "mine.toml: tools.effects.add is 'harmless', which is no tier", "read-only")


def test_what_was_learned_from_does_not_decide_and_is_counted(folder: Path) -> None:
    write_replies(folder, 4, ITEMS)
    learned = [item(100 + number, query) for number, (query, _, _) in enumerate(QUERIES[:2])]
    write_lines(folder / "learned.jsonl", learned)
    given = ("--data", "items.jsonl", "--data", "learned.jsonl", "--data", "items.jsonl")
    promoted = only_json(promoting(folder, *given, "--json"))
    assert promoted["paired"]["n"] == ITEMS
    assert promoted["overlapping"] == 2
    assert "; 2 more left out, near what was learned: promoted" in promoted["reason"]


def test_practice_that_set_too_little_apart_promotes_nothing(folder: Path) -> None:
    write_replies(folder, 4, ITEMS)
    without_data = ("promote", "demos@1", "--tools", "tools.py", "--model", "scripted:replies.jsonl")
    done = command(folder, *without_data)
    check_refused(done, " could decide: 20 are the fewest", "--data FILE")


def test_a_tool_that_changed_is_told_with_what_to_run(folder: Path) -> None:
    write_replies(folder, 4, ITEMS)
    only_json(promoting(folder, "--json"))
    tools = folder / "tools.py"
    tools.write_text(tools.read_text().replace("Add two whole numbers.", "Add two integers."))
    done = command(folder, "status", "--tools", "tools.py")
    assert "run `practicum explore --tools SOURCE --tool add`" in done.stdout
    assert only_json(command(folder, "status", "--tools", "tools.py", "--json"))["stale"] == ["add"]


@pytest.mark.parametrize(
    ("candidate", "more", "message", "fix"),
    [
        ("demos@2", (), "no candidate 'demos@2'", "name one of: demos@1"),
        ("nonsense", (), "no candidate 'nonsense'", "name one of: demos@1"),
        ("demos@1", ("--data", "missing.jsonl"), "there is no evaluation data", "a .jsonl file"),
        ("demos@1", ("--min-gain", "nan"), "--min-gain", "--help"),
        ("demos@1", ("--tools", "missing.py"), "missing.py", ""),
    ],
)
def test_what_can_not_be_measured_is_refused_and_nothing_is_kept(
    folder: Path, candidate: str, more: tuple[str, ...], message: str, fix: str
) -> None:
    write_replies(folder, 4, ITEMS)
    check_refused(promoting(folder, *more, candidate=candidate), message, fix)
    assert journal_rows(folder / "home", "SELECT * FROM promotions") == []


def test_a_home_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    write_tools(tmp_path)
    for arguments in (("promote", "demos@1", "--tools", "tools.py"), ("rollback",), ("status",)):
        check_refused(command(tmp_path, *arguments), "there is no journal at", "practicum explore")
    assert not (tmp_path / "home").exists()


def test_while_another_process_writes_nothing_is_promoted(folder: Path) -> None:
    write_replies(folder, 4, ITEMS)
    with Journal.open(journal_path(folder / "home"), write=True):
        check_refused(promoting(folder), "is writing to", "wait for it")
        check_refused(command(folder, "rollback"), "is writing to", "wait for it")
        assert json.loads(command(folder, "status", "--json").stdout)["champion"] is None
    assert only_json(promoting(folder, "--json"))["promoted"]
