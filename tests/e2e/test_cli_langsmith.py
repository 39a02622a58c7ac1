"""Traces, feedback, datasets and experiments: the real command, LangSmith's own client, a stub behind it."""

from __future__ import annotations

import json
import signal
import socket
from pathlib import Path

import pytest
from cli_parts import (
    QUERIES,
    check_refused,
    exploring,
    only_json,
    practicum,
    with_tools,
    write_lines,
    write_script,
    write_tools,
)
from langsmith_stub import LangSmith, Row, Uploads, langsmith

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]
SECRET = "ghp_" + "aB3dE6gH9jK2mN5pQ8rS1tU4vW7xY0zZ1234"
QUERY = QUERIES[0][0]
BROKEN_OFF_ONCE = """
import os, pathlib, signal, time
marker = pathlib.Path(__file__).with_name("broken off")
if a == 10 and not marker.exists():
    marker.touch()
    os.kill(os.getpid(), signal.{name})
    time.sleep(1)
"""
ITEM = {"id": "one", "query": QUERY, "expected": [{"name": "add", "arguments": {"a": 2, "b": 3}}]}


def metadata(run: Row) -> Row:
    found = run["extra"]["metadata"]
    assert isinstance(found, dict)
    return found


def explored(folder: Path, service: LangSmith) -> None:
    """Two episodes of a trial each, traced; what the tool returns holds a secret."""
    with_tools(folder)
    tools = folder / "tools.py"
    tools.write_text(
        tools.read_text().replace('return f"sum={a + b};"', f'return f"sum={{a + b}}; {SECRET}"')
    )
    command = exploring(folder, "--episodes", "2", "--trials", "1", "--json")
    only_json(practicum(*command, cwd=folder, **service.environment))


@pytest.mark.parametrize(
    ("uploads", "to"),
    [("batch", "/runs/batch"), ("multipart", "/runs/multipart"), ("compressed", "/runs/multipart")],
)
def test_episodes_trials_steps_and_calls_are_named_runs_that_tell_what_they_are_about(
    tmp_path: Path, uploads: Uploads, to: str
) -> None:
    with langsmith(uploads) as service:
        explored(tmp_path, service)
    assert {sent.path for sent in service.sent if sent.path.startswith("/runs")} == {to}
    packed = {sent.headers.get("content-encoding") for sent in service.sent if sent.path == to}
    assert packed == ({"zstd"} if uploads == "compressed" else {None})
    episodes, trials, calls = (service.named(each) for each in ("episode ", "trial ", "call "))
    assert {run["name"] for run in episodes} == {"episode 1 of add", "episode 2 of add"}
    assert [run["name"] for run in trials] == ["trial 1 of add"] * 2
    assert [run["name"] for run in calls] == ["call add"] * 2
    assert {run["session_name"] for run in service.runs.values()} == {"a-project"}
    for run in trials:
        about = metadata(run)
        assert (about["tool"], about["trial"], about["outcome"]) == ("add", 1, "solved")
        assert about["strategy"] == "query-first"
        assert {"practicum", "trial", "solved"} <= set(run["tags"])
        assert run["parent_run_id"] in {episode["id"] for episode in episodes}
        said = service.feedback_on(run)["outcome"]
        assert (said["score"], said["value"], said["comment"]) == (1, "solved", "as asked")
    for name in ("recall", "imagine", "attempt", "observe", "reflect", "record"):
        for run in service.named(name):
            about = metadata(run)
            assert {"tool", "episode", "strategy", "trial", "trial_id"} <= set(about), name
            assert "practicum" in run["tags"], name
            assert run["parent_run_id"] in {trial["id"] for trial in trials}, name
    assert {metadata(run)["outcome"] for run in service.named("record")} == {"solved"}
    assert {metadata(run)["mode"] for run in calls} == {"live"}
    assert all(metadata(run)["outcomes"] == {"solved": 1} for run in episodes)
    assert all(run.get("end_time") for run in service.runs.values())
    assert b"sum=5" in service.everything
    assert SECRET.encode() not in service.everything


def test_a_review_that_comes_later_is_feedback_on_the_trials_run(tmp_path: Path) -> None:
    with langsmith() as service:
        explored(tmp_path, service)
        home = ("--home", tmp_path / "home")
        listed = only_json(practicum("memory", "list", "--json", *home, cwd=tmp_path))
        for verdict, trial in zip(("reject", "approve"), listed["trials"], strict=True):
            done = practicum("memory", verdict, trial["id"], *home, cwd=tmp_path, **service.environment)
            assert done.returncode == 0, done.stderr
    reviews = [service.feedback_on(run)["review"] for run in service.named("trial ")]
    assert {(review["value"], review["score"]) for review in reviews} == {("rejected", 0), ("approved", 1)}


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGINT])
def test_a_trial_that_was_broken_off_goes_on_under_a_run_of_its_own_in_the_new_trace(
    tmp_path: Path, by: signal.Signals
) -> None:
    write_tools(tmp_path, BROKEN_OFF_ONCE.replace("{name}", by.name))
    write_script(tmp_path)
    command = exploring(tmp_path, "--episodes", "1", "--trials", "3", "--json")
    with langsmith() as service:
        first = practicum(*command, cwd=tmp_path, **service.environment)
        assert first.returncode == (130 if by is signal.SIGINT else -by), first.stderr
        before = set(service.runs)
        only_json(practicum(*command, cwd=tmp_path, **service.environment))
    assert len(service.made) == len(set(service.made))
    (episode,) = (run for run in service.under(None) if run["id"] not in before)
    of_episode = [run["name"] for run in service.under(episode)]
    assert of_episode == ["trial 2 of add", "trial 3 of add", "summarize", "keep"]
    gone_on, _, *_ = service.under(episode)
    steps = [run["name"] for run in service.under(gone_on)]
    assert steps == ["attempt", "observe", "attempt", "reflect", "record"]
    assert gone_on["inputs"] == {"query": QUERIES[1][0]}
    assert metadata(gone_on)["outcome"] == "solved"
    assert service.feedback_on(gone_on)["outcome"]["value"] == "solved"
    if by is signal.SIGINT:  # a process that is killed may not have sent it
        begun = service.runs[metadata(gone_on)["continues"]]
        assert begun["id"] in before
        assert (begun["name"], "Cancelled" in begun["error"]) == ("trial 2 of add", True)
        assert begun["end_time"]
        assert "recall" in [run["name"] for run in service.under(begun)]


def test_confirmed_trials_become_a_dataset_and_the_same_command_sends_nothing_twice(tmp_path: Path) -> None:
    with langsmith() as service:
        with_tools(tmp_path)
        only_json(practicum(*exploring(tmp_path, "--episodes", "2", "--trials", "1", "--json"), cwd=tmp_path))
        home = tmp_path / "home"
        listed = only_json(practicum("memory", "list", "--json", "--home", home, cwd=tmp_path))
        rejected = listed["trials"][0]["id"]
        quiet = {**service.environment, "LANGSMITH_TRACING": "false"}
        practicum("memory", "reject", rejected, "--home", home, cwd=tmp_path)
        command = ("memory", "export", "--langsmith", "my-tools", "--home", home, "--json")
        first = only_json(practicum(*command, cwd=tmp_path, **quiet))
        second = only_json(practicum(*command, cwd=tmp_path, **quiet))
    assert first == {
        "dataset": "my-tools",
        "examples": 1,
        "added": 1,
        "left_out": {"rejected by review": 1},
    }
    assert second["added"] == 0
    (row,) = service.examples.values()
    assert row["dataset_id"] == service.datasets["my-tools"]["id"]
    assert row["inputs"] == {"query": listed["trials"][1]["query"]}
    assert [call["name"] for call in row["outputs"]["expected"]] == ["add"]
    assert row["metadata"]["trial"] == listed["trials"][1]["id"]


def test_an_evaluation_is_recorded_as_an_experiment_over_a_dataset_of_its_items(tmp_path: Path) -> None:
    with_tools(tmp_path)
    data = write_lines(tmp_path / "items.jsonl", [ITEM, {"id": "none", "query": "Hello!", "expected": []}])
    replies = [
        {"when": QUERY, "tool_calls": [{"name": "add", "arguments": {"a": 2, "b": 3}}]},
        {"when": "Hello!", "tool_calls": [{"name": "add", "arguments": {"a": 1, "b": 1}}]},
    ]
    write_lines(tmp_path / "answers.jsonl", replies)
    with langsmith() as service:
        model = ("--model", "scripted:answers.jsonl", "--with", "base", "--langsmith", "my-queries")
        command = ("evaluate", "--data", data, "--tools", "tools.py", *model, "--home", tmp_path / "home")
        done = practicum(*command, "--json", cwd=tmp_path, **service.environment)
    assert only_json(done)["arms"][0]["strict"]["correct"]["k"] == 1
    (experiment,) = (each for name, each in service.projects.items() if name.startswith("my-queries "))
    assert experiment["reference_dataset_id"] == service.datasets["my-queries"]["id"]
    assert f"experiment at LangSmith: {experiment['name']}" in done.stderr
    runs = {run["name"]: run for run in service.runs.values() if run["session_name"] == experiment["name"]}
    assert set(runs) == {"item one", "item none"}
    for name, right in (("item one", 1), ("item none", 0)):
        run = runs[name]
        example = service.examples[run["reference_example_id"]]
        assert example["inputs"] == run["inputs"]
        assert service.feedback_on(run)["correct"]["score"] == right
    traced = [run for run in service.named("item ") if run["session_name"] == "a-project"]
    assert {service.feedback_on(run)["correct"]["score"] for run in traced} == {0, 1}


def test_the_agents_run_tells_which_trials_its_demonstrations_come_from(tmp_path: Path) -> None:
    with_tools(tmp_path)
    home = tmp_path / "home"
    only_json(practicum(*exploring(tmp_path, "--episodes", "1", "--trials", "1", "--json"), cwd=tmp_path))
    only_json(practicum("curate", "--home", home, "--json", cwd=tmp_path))
    write_lines(tmp_path / "answers.jsonl", [{"content": "Fine."}])
    asking = ("ask", "How are you?", "--tools", "tools.py", "--model", "scripted:answers.jsonl")
    with langsmith() as service:
        asked = practicum(
            *asking, "--with", "demos", "--home", home, "--json", cwd=tmp_path, **service.environment
        )
    shown = only_json(asked)["demonstrations"]
    (agent,) = service.named("agent")
    assert shown
    assert metadata(agent)["demonstrations"] == shown
    assert metadata(agent)["serving"] == "demos@1"
    assert "practicum" in agent["tags"]


def test_a_server_that_is_away_is_told_where_it_is_needed_and_of_no_matter_elsewhere(tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        away = LangSmith(url=f"http://127.0.0.1:{unused.getsockname()[1]}").environment
    with_tools(tmp_path)
    command = exploring(tmp_path, "--episodes", "1", "--trials", "1", "--json")
    done = practicum(*command, cwd=tmp_path, **away)
    assert only_json(done)["all"]["solved"] == 1
    assert "Traceback" not in done.stderr
    sent = practicum(
        "memory", "export", "--langsmith", "it", "--home", tmp_path / "home", cwd=tmp_path, **away
    )
    check_refused(sent, "LangSmith did not take it", "check LANGSMITH_ENDPOINT")
    neither = practicum("memory", "export", "--home", tmp_path / "home", cwd=tmp_path)
    check_refused(neither, "export needs a FILE", "--langsmith")


def test_nothing_is_sent_unless_it_is_asked_for(tmp_path: Path) -> None:
    with langsmith() as service:
        off = {**service.environment, "LANGSMITH_TRACING": "false"}
        with_tools(tmp_path)
        command = exploring(tmp_path, "--episodes", "1", "--trials", "1", "--json")
        only_json(practicum(*command, cwd=tmp_path, **off))
    assert service.sent == []
    assert json.dumps(service.runs) == "{}"
