"""Every finished evaluation is kept once, whatever interrupted it, and two of them are compared."""

from __future__ import annotations

import json
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from subprocess import Popen
from typing import Any

import pytest
from cli_parts import calls_made, check_refused, only_json, practicum, start, write_lines, write_tools

from practicum.cli.main import app
from practicum.errors import SetupError

pytestmark = pytest.mark.slow
SUMS = [(f"What is {a} plus {a + 7}?", a, a + 7) for a in range(1, 17)]
TALK = [f"Tell me joke {n}." for n in range(4)]
DIE_ONCE = """
import os, pathlib, signal
marker = pathlib.Path(__file__).with_name("died")
if a == 6 and not marker.exists():
    marker.touch()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def add(a: int, b: int) -> dict[str, Any]:
    return {"name": "add", "arguments": {"a": a, "b": b}}


def write_items(folder: Path, name: str = "items.jsonl", *, twice: bool = False) -> None:
    """Sums, each expecting a call (or two of them), and talk."""
    items = [
        {"id": f"sum-{a}", "query": query, "expected": [add(a, b)] * (1 + twice)} for query, a, b in SUMS
    ]
    items += [{"id": f"talk-{n}", "query": query, "expected": []} for n, query in enumerate(TALK)]
    write_lines(folder / name, items)


def write_answers(folder: Path, name: str, *, wrong: int = 0) -> None:
    """A script that answers rightly, but for the first ``wrong`` sums, and calls again what was executed."""
    lines: list[dict[str, Any]] = []
    for place, (query, a, b) in enumerate(SUMS):
        made = add(a, b + 1 if place < wrong else b)
        lines += [{"when": query, "tool_calls": [made]}, {"when": f"sum={a + b};", "tool_calls": [made]}]
    lines += [{"when": query, "content": "Knock, knock."} for query in TALK]
    write_lines(folder / name, lines)


def evaluating(model: str, *more: str, data: str = "items.jsonl") -> list[str]:
    arguments = ["evaluate", "--data", data, "--tools", "tools.py", "--home", "home", "--with", "base"]
    return [*arguments, "--model", f"scripted:{model}", *more]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with run-1, in which all is right, and run-2, in which nine sums are wrong."""
    made = tmp_path_factory.mktemp("kept")
    write_tools(made)
    write_items(made)
    write_answers(made, "right.jsonl")
    write_answers(made, "wrong.jsonl", wrong=9)
    first = practicum(*evaluating("right.jsonl"), cwd=made)
    assert first.stdout.endswith("kept as run-1\n")
    second = practicum(*evaluating("wrong.jsonl", "--json"), cwd=made)
    assert only_json(second)["run"] == "run-2"
    assert second.stderr.endswith("kept as run-2\n")
    return made


def comparing(folder: Path, *arguments: str) -> Any:
    return practicum("evaluate", "--home", "home", "--compare", *arguments, cwd=folder)


def test_a_kept_run_says_what_its_figures_depend_on(folder: Path) -> None:
    kept = json.loads((folder / "home" / "evaluations" / "run-1.json").read_text())
    assert (kept["data"], kept["n"], kept["model"]) == ("items.jsonl", 20, "scripted:right.jsonl")
    assert kept["options"]["with"] == ["base"]
    assert {"practicum", "python", "langchain-core"} <= set(kept["versions"])
    assert list(kept["schema_hashes"]) == ["add"]
    assert (kept["arms"][0]["served"], kept["arms"][0]["resumed"]) == ([], 0)
    assert kept["arms"][0]["answers"][0]["calls"] == [add(1, 8)]
    assert kept["figures"]["arms"][0]["strict"]["correct"]["k"] == 20
    assert str(folder) not in json.dumps(kept)


def test_runs_are_listed_the_newest_first(folder: Path) -> None:
    listed = only_json(practicum("evaluate", "--runs", "--home", "home", "--json", cwd=folder))["runs"]
    assert [run["id"] for run in listed] == ["run-2", "run-1"]
    assert "answers" not in listed[0]["arms"][0]
    assert "run-2" in practicum("evaluate", "--runs", "--home", "home", cwd=folder).stdout
    assert practicum("evaluate", "--runs", "--home", "none", cwd=folder).stdout.startswith(
        "no run is kept yet"
    )
    assert not (folder / "none").exists()


def test_a_run_that_is_significantly_worse_fails_the_comparison(folder: Path) -> None:
    worse = comparing(folder, "run-1", "run-2")
    assert worse.returncode == 1
    assert "0 won, 9 lost of 16, p = 0.004" in worse.stdout
    assert "scripted:wrong.jsonl" in worse.stdout
    assert "b: 9 instead of 8" in worse.stdout
    assert worse.stdout.endswith("run-2 is significantly worse than run-1 (right call, strict)\n")
    better = comparing(folder, "run-2", "home/evaluations/run-1.json:base", "--json")
    found = json.loads(better.stdout)
    assert (better.returncode, found["worse"], found["arms"][0]["verdict"]) == (0, False, "better")
    strict, _, no_call = found["arms"][0]["measures"]
    assert (strict["paired"]["wins"], strict["paired"]["losses"], no_call["paired"]["n"]) == (9, 0, 4)
    same = comparing(folder, "run-1", "run-1")
    assert same.returncode == 0
    assert "is not told from" in same.stdout


def test_what_can_not_be_compared_says_why(folder: Path) -> None:
    newer = {**json.loads((folder / "home" / "evaluations" / "run-1.json").read_text()), "schema_version": 99}
    (folder / "newer.json").write_text(json.dumps(newer))
    other = {**newer, "schema_version": 1, "items": newer["items"][-1:], "id": "run-9"}
    other["items"][0]["query"] = "Something else."
    (folder / "other.json").write_text(json.dumps(other))
    for pair, message, fix in (
        (("run-1", "run-7"), "there is no run 'run-7'", "run-1, run-2"),
        (("run-1", "newer.json"), "has schema version 99", "upgrade"),
        (("run-1", "other.json"), "no item in common", "the same data"),
    ):
        check_refused(comparing(folder, *pair), message, fix)
    check_refused(practicum("evaluate", cwd=folder), "Missing option '--data'", "--tools")
    check_refused(practicum("evaluate", "--data", "items.jsonl", cwd=folder), "Missing option '--tools'")
    check_refused(comparing(folder, "run-1", "run-2", "--data", "items.jsonl"), "measure nothing", "leave")


USELESS = (
    *(["--data", "items.jsonl"], ["--tools", "tools.py"], ["--model", "local"], ["--embedder", "hashing"]),
    *(["--with", "base"], ["--limit", "3"], ["--grounding", "on"], ["--grounding", "off"]),
    *(["--judge", "local"], ["--execute"], ["--attack", "direct"], ["--check-leaks"]),
    *(["--concurrency", "16"], ["--max-model-calls", "9"], ["--max-seconds", "9"]),
)


def test_what_only_measuring_reads_is_refused_rather_than_ignored(folder: Path) -> None:
    everything = [part for option in USELESS for part in option]
    refused = comparing(folder, "run-1", "run-2", *everything)
    check_refused(refused, "measure nothing", "leave out")
    assert all(option[0] in refused.stderr for option in USELESS)
    listing = practicum("evaluate", "--runs", "--grounding", "off", cwd=folder)
    check_refused(listing, "--grounding would have no effect")
    check_refused(comparing(folder, "run-1", "run-2", "--runs"), "--runs lists", "leave out one")


@pytest.mark.parametrize("option", USELESS, ids=" ".join)
def test_each_option_that_comparing_does_not_read_is_refused(
    option: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["practicum", "evaluate", "--compare", "run-1", "run-2", *option])
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SetupError, match=f"{option[0]} would have no effect"):
        app(standalone_mode=False)


def wait_for(condition: Callable[[], bool], process: Popen[str]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)


def kept_in(folder: Path) -> list[str]:
    return sorted(file.name for file in (folder / "home" / "evaluations").iterdir())


def test_an_evaluation_killed_within_an_item_goes_on_from_it_and_is_kept_once(tmp_path: Path) -> None:
    write_tools(tmp_path, DIE_ONCE)
    write_items(tmp_path, twice=True)
    write_answers(tmp_path, "right.jsonl")
    command = evaluating("right.jsonl", "--concurrency", "1", "--json")
    assert practicum(*command, cwd=tmp_path).returncode == -signal.SIGKILL
    (log,) = kept_in(tmp_path)
    assert log.endswith(".jsonl")
    figures = only_json(practicum(*command, cwd=tmp_path))
    assert figures["arms"][0]["strict"]["correct"]["k"] == 20
    assert kept_in(tmp_path) == ["run-1.json"]
    kept = json.loads((tmp_path / "home" / "evaluations" / "run-1.json").read_text())
    assert (kept["arms"][0]["resumed"], len(kept["arms"][0]["answers"])) == (5, 20)
    assert calls_made(tmp_path) == [f"{a}+{b}" for _, a, b in SUMS]


def test_ctrl_c_and_kill_9_lose_no_answer(tmp_path: Path) -> None:
    write_tools(tmp_path, "import time; time.sleep(0.3)")
    write_items(tmp_path, twice=True)
    write_answers(tmp_path, "right.jsonl")
    command = evaluating("right.jsonl", "--concurrency", "2", "--json")
    home = tmp_path / "home" / "evaluations"
    for answered, stop in ((3, signal.SIGINT), (8, signal.SIGKILL)):
        process = start(*command, cwd=tmp_path)
        wait_for(lambda least=answered: _answered(home) >= least, process)  # type: ignore[misc]
        process.send_signal(stop)
        out, _ = process.communicate(timeout=30)
        assert process.returncode == (130 if stop == signal.SIGINT else -stop)
        assert out == ""
    only_json(practicum(*command, cwd=tmp_path))
    assert kept_in(tmp_path) == ["run-1.json"]
    made = Counter(calls_made(tmp_path))
    assert set(made) == {f"{a}+{b}" for _, a, b in SUMS}
    # What was under way when it was stopped is done again: two items, twice.
    assert made.total() <= len(SUMS) + 2 * 2


def _answered(folder: Path) -> int:
    return sum(len(file.read_text().splitlines()) for file in folder.glob("*.jsonl"))
