"""Every command in its own process, on a home that was practised in once."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from cli_parts import (
    QUERIES,
    calls_made,
    check_refused,
    environment,
    exploring,
    installed,
    only_json,
    practicum,
    write_lines,
    write_script,
    write_tools,
)

from practicum.memory_store.home import journal_path
from practicum.memory_store.journal import Journal

pytestmark = pytest.mark.slow
QUERY = QUERIES[0][0]


@pytest.fixture(scope="module")
def practised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with tools, a script and a home of two trials and a demonstration set."""
    folder = tmp_path_factory.mktemp("practised")
    write_tools(folder)
    write_script(folder)
    done = installed(*exploring(folder, "--episodes", "2", "--trials", "1", "--json"), cwd=folder)
    totals = only_json(done)["all"]
    assert (totals["trials"], totals["solved"], totals["model_calls"]) == (
        2,
        2,
        10,
    )  # four a trial, and the lessons
    assert "2/2 trials: 2 solved" in done.stderr
    curated = only_json(installed("curate", "--home", "home", "--json", cwd=folder))
    assert curated.pop("why_no_notes").startswith("practice noted nothing")
    assert curated == {
        "set": "demos@1",
        "seen": 2,
        "kept": 2,
        "by_origin": {"exploration": 2},
        "rephrased": 0,
        "notes": None,
        "dropped": {},
    }
    return folder


@pytest.fixture
def folder(practised: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copytree(practised, tmp_path / "copy"))


def memory(folder: Path, *arguments: str, home: str = "home") -> subprocess.CompletedProcess[str]:
    return practicum("memory", *arguments, "--home", home, cwd=folder)


def test_the_version_is_that_of_the_package(tmp_path: Path) -> None:
    done = practicum("--version", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, f"practicum {version('practicum')}\n")


def test_help_needs_no_heavy_library(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from practicum.cli.main import main\n"
        "sys.argv = ['practicum', '--help']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'torch', 'langchain', 'langchain_core', 'langgraph', 'chromadb', 'numpy', 'pydantic'}\n"
        "print('loaded:', sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert "Usage: practicum" in done.stdout
    assert done.stdout.endswith("loaded: []\n")


@pytest.mark.parametrize("arguments", [(), ("memory",)])
def test_a_command_without_its_arguments_shows_its_help(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = practicum(*arguments, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Usage: practicum")
    assert "\n" in done.stdout


def test_tools_are_listed_and_what_can_not_be_used_is_named(tmp_path: Path) -> None:
    file = write_tools(tmp_path)
    file.write_text(file.read_text() + "\ndef untyped(a):\n    '''Nothing is known of it.'''\n")
    done = practicum("tools", "--tools", "tools.py", "--json", cwd=tmp_path)
    listed = json.loads(done.stdout)
    assert done.returncode == 2
    (tool,) = listed["tools"]
    assert (tool["name"], tool["effect"]) == ("add", "read-only")
    assert tool["parameters"]["properties"]["a"]["description"] == "The first number."
    assert listed["refused"][0]["name"] == "untyped"
    # Nothing is printed for people where a program reads.
    assert done.stderr == ""


def test_more_episodes_extend_an_exploration(folder: Path) -> None:
    assert len(calls_made(folder)) == 2
    more = practicum(*exploring(folder, "--episodes", "3", "--trials", "1", "--json"), cwd=folder)
    assert only_json(more)["all"]["trials"] == 3
    assert len(calls_made(folder)) == 3


def test_a_spent_budget_keeps_what_was_done(tmp_path: Path) -> None:
    write_tools(tmp_path)
    write_script(tmp_path)
    limited = exploring(tmp_path, "--episodes", "1", "--trials", "2", "--max-model-calls", "5")
    done = practicum(*limited, cwd=tmp_path)
    assert done.returncode == 2
    error, fix = done.stderr.splitlines()[-2:]
    assert (
        error == "error: the budget of 5 model calls is spent; everything done so far is kept: 1 of 2 trials"
    )
    assert fix.startswith("fix: run the same command again")
    assert "Traceback" not in done.stderr
    listed = only_json(memory(tmp_path, "list", "--json"))
    assert listed["total"] == 1


def test_the_agent_answers_with_what_was_learned(folder: Path) -> None:
    done = practicum(
        *(
            "ask",
            QUERY,
            "--tools",
            "tools.py",
            "--model",
            "scripted:script.jsonl",
            "--home",
            "home",
            "--with",
            "demos",
            "--json",
        ),
        cwd=folder,
    )
    answer = only_json(done)
    assert answer["answer"] == "It is 5."
    assert answer["calls"] == [{"name": "add", "arguments": {"a": 2, "b": 3}}]
    assert answer["observations"] == ["sum=5;"]
    assert len(answer["demonstrations"]) == 2


def test_a_chat_goes_on_until_nothing_is_said(folder: Path) -> None:
    done = practicum(
        *("chat", "--tools", "tools.py", "--model", "scripted:script.jsonl", "--home", "home"),
        cwd=folder,
        said=f"{QUERY}\n{QUERIES[1][0]}\n\nnever read\n",
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "you> It is 5.\nyou> It is 21.\nyou> "
    assert '-> add({"a":10,"b":11})' in done.stderr
    assert "<- sum=21;" in done.stderr


def test_evaluation_prints_the_ladder_and_leaks_fail_their_check(folder: Path) -> None:
    item = {
        "id": "one",
        "query": "What is four plus five?",
        "expected": [{"name": "add", "arguments": {"a": 4, "b": 5}}],
    }
    write_lines(folder / "items.jsonl", [item])
    write_lines(folder / "eval.jsonl", [{"tool_calls": item["expected"]}, {"content": "Nine."}])
    common = ("evaluate", "--tools", "tools.py", "--home", "home", "--json")
    done = practicum(*common, "--data", "items.jsonl", "--model", "scripted:eval.jsonl", cwd=folder)
    assert '"correct"' in json.dumps(only_json(done))
    write_lines(folder / "leaked.jsonl", [{**item, "query": QUERY}])
    leaked = practicum(*common, "--data", "leaked.jsonl", "--check-leaks", cwd=folder)
    assert leaked.returncode == 1
    assert isinstance(json.loads(leaked.stdout), dict)


def test_trials_are_listed_shown_and_counted(practised: Path) -> None:
    listed = only_json(memory(practised, "list", "--json"))
    assert [trial["query"] for trial in listed["trials"]] == [QUERY, QUERIES[1][0]]
    one = only_json(memory(practised, "list", "--limit", "1", "--outcome", "solved", "--json"))
    assert (len(one["trials"]), one["total"]) == (1, 2)
    trial_id = listed["trials"][0]["id"]
    shown = only_json(memory(practised, "show", trial_id[:12], "--json"))
    assert (shown["query"], shown["review"]) == (QUERY, None)
    assert shown["steps"][0]["observation"]["text"] == "sum=5;"
    stats = only_json(memory(practised, "stats", "--json"))
    assert (stats["trials"], stats["episodes"], stats["demonstration_sets"]) == (2, 2, 1)
    every = stats["per_solved"]["all"]
    assert (every["solved"], every["dollars"]) == (2, 0)
    assert every == stats["per_solved"]["tools"]["add"]
    told = memory(practised, "stats").stdout
    assert "tokens a solved trial" in told
    assert f"a solved trial took {every['tokens']:,.0f} tokens, cost at today's prices: $0.00" in told
    text = memory(practised, "show", trial_id)
    assert QUERY in text.stdout
    assert text.stderr == ""


def test_past_queries_are_found_by_meaning(practised: Path) -> None:
    found = only_json(memory(practised, "search", "apples and pears, how much fruit", "--json"))["found"]
    assert found[0]["query"] == QUERIES[1][0]
    assert found[0]["similarity"] > found[1]["similarity"]


def test_a_review_is_kept_and_shown(folder: Path) -> None:
    first, second = (trial["id"] for trial in only_json(memory(folder, "list", "--json"))["trials"])
    rejected = only_json(memory(folder, "reject", first, "--reason", "too easy", "--json"))
    assert rejected == {"id": first, "verdict": "rejected", "reason": "too easy"}
    assert memory(folder, "approve", second).stdout.startswith(f"approved {second}")
    assert only_json(memory(folder, "show", first, "--json"))["review"]["verdict"] == "rejected"


def test_what_one_home_exports_another_imports_and_an_index_is_built_anew(folder: Path) -> None:
    exported = only_json(memory(folder, "export", "all.jsonl", "--json"))
    assert exported == {"file": "all.jsonl", "entries": 3}
    imported = only_json(memory(folder, "import", "all.jsonl", "--json", home="other"))
    assert imported == {"added": {"trial": 2, "demos": 1}, "skipped": 0, "differing": 0}
    shutil.rmtree(folder / "other" / "index")
    assert only_json(memory(folder, "rebuild", "--json", home="other")) == {"indexed": 2}


def test_half_a_surrogate_pair_is_printed_and_no_traceback(folder: Path) -> None:
    with Journal.open(journal_path(folder / "home"), write=True) as journal:
        first = next(journal.trials())
        journal.record_trial(first.model_copy(update={"id": "odd", "query": "a smile \ud83d"}))
    assert only_json(memory(folder, "list", "--json"))["trials"][-1]["query"] == "a smile \ud83d"
    assert memory(folder, "list").returncode == 0


def test_settings_come_from_the_environment_and_options_beat_them(practised: Path, tmp_path: Path) -> None:
    home = str(practised / "home")
    assert only_json(practicum("memory", "stats", "--json", cwd=tmp_path, PRACTICUM_HOME=home))["trials"] == 2
    done = practicum("memory", "stats", "--home", "none", cwd=tmp_path, PRACTICUM_HOME=home)
    check_refused(done, "there is no journal at", "--home")
