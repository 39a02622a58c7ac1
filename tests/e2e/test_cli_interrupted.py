"""Ctrl-C, SIGTERM, SIGHUP and SIGKILL: what was done is kept, and the same command goes on from there."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from cli_parts import (
    QUERIES,
    calls_made,
    check_refused,
    exploring,
    journal_rows,
    only_json,
    practicum,
    start,
    write_script,
    write_tools,
)

pytestmark = pytest.mark.slow
DIE_ONCE = """
import os, pathlib, signal
marker = pathlib.Path(__file__).with_name("died")
if a == 10 and not marker.exists():
    marker.touch()
    os.kill(os.getpid(), signal.SIGKILL)
"""
SLOWLY = "import time; time.sleep(0.4)"
SAY_AND_WAIT = """
import time
print("reading", flush=True)
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def hangups_are_heard() -> Iterator[None]:
    """Let commands hear SIGHUP, also where the tests themselves run under nohup."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


def wait_for(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Wait until it is so; fail when the process ends before, or after three minutes."""
    deadline = time.monotonic() + 180
    while not condition():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)


def trials_in(folder: Path) -> list[tuple[str, ...]]:
    return journal_rows(folder / "home", "SELECT id FROM trials ORDER BY row")


def check_complete(folder: Path, trials: int) -> None:
    """Exactly the planned trials, none twice, and each of their calls executed once under its key."""
    ids = [row[0] for row in trials_in(folder)]
    assert sorted(name.rpartition("-")[2] for name in ids) == [str(n) for n in range(1, trials + 1)]
    keys = journal_rows(folder / "home", "SELECT id FROM executions")
    assert all(count == 1 for count in Counter(keys).values())
    assert len(keys) == trials


def test_a_process_killed_within_a_tool_call_goes_on_from_that_call(tmp_path: Path) -> None:
    write_tools(tmp_path, DIE_ONCE)
    write_script(tmp_path)
    command = exploring(tmp_path, "--episodes", "1", "--trials", "3", "--json")
    assert practicum(*command, cwd=tmp_path).returncode == -signal.SIGKILL
    assert len(trials_in(tmp_path)) == 1
    totals = only_json(practicum(*command, cwd=tmp_path))["all"]
    assert (totals["trials"], totals["solved"], totals["distinct_queries"]) == (3, 3, 3)
    check_complete(tmp_path, 3)
    assert calls_made(tmp_path) == [f"{a}+{b}" for _, a, b in QUERIES[:3]]


@pytest.mark.parametrize("ended_by", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_what_was_interrupted_and_then_killed_ends_with_the_planned_trials(
    tmp_path: Path, ended_by: signal.Signals
) -> None:
    write_tools(tmp_path, SLOWLY)
    write_script(tmp_path, QUERIES * 3)
    command = exploring(tmp_path, "--episodes", "1", "--trials", "4", "--json")

    process = start(*command, cwd=tmp_path)
    wait_for(lambda: len(trials_in(tmp_path)) >= 1, process)
    process.send_signal(ended_by)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out == ""
    told = [line for line in err.splitlines() if " trials: " not in line]
    assert told == ["interrupted; what was done is kept: the same command goes on from here"]

    process = start(*command, cwd=tmp_path)
    wait_for(lambda: len(trials_in(tmp_path)) >= 3, process)
    process.kill()
    process.communicate()
    only_json(practicum(*command, cwd=tmp_path))
    check_complete(tmp_path, 4)
    # A call that was under way may have been finished by two processes: once for each interruption at most.
    assert len(calls_made(tmp_path)) <= 4 + 2


def test_of_two_explorations_on_one_home_the_second_is_turned_away_and_the_first_ends(tmp_path: Path) -> None:
    write_tools(tmp_path, SLOWLY)
    write_script(tmp_path)
    command = exploring(tmp_path, "--episodes", "1", "--trials", "4", "--json")
    first = start(*command, cwd=tmp_path)
    wait_for(lambda: len(trials_in(tmp_path)) >= 1, first)
    first.send_signal(signal.SIGSTOP)  # or it might be done before the second begins
    try:
        second = practicum(*command, cwd=tmp_path)
    finally:
        first.send_signal(signal.SIGCONT)
    check_refused(second, f"another process (pid {first.pid}) is writing to", "wait for it")
    out, err = first.communicate(timeout=120)
    assert first.returncode == 0, err
    assert json.loads(out)["all"]["solved"] == 4
    check_complete(tmp_path, 4)


def test_sigterm_ends_a_command_that_has_not_begun_its_work(tmp_path: Path) -> None:
    write_tools(tmp_path, "pass")
    with (tmp_path / "tools.py").open("a") as file:
        file.write(SAY_AND_WAIT)
    process = start("tools", "--tools", "tools.py", cwd=tmp_path)
    assert process.stdout is not None
    assert process.stdout.readline() == "reading\n"
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert err.splitlines()[-1].startswith("interrupted; what was done is kept")


def test_ctrl_c_ends_a_chat_that_waits_for_the_user(tmp_path: Path) -> None:
    write_tools(tmp_path)
    write_script(tmp_path)
    process = start("chat", "--tools", "tools.py", "--model", "scripted:script.jsonl", cwd=tmp_path)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{QUERIES[0][0]}\n")
    process.stdin.flush()
    assert process.stdout.readline() == "you> It is 5.\n"
    time.sleep(0.3)  # until it waits for the next line
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert err.splitlines()[-1].startswith("interrupted")
    assert "Traceback" not in err


def test_a_terminal_that_is_closed_ends_it_in_order(tmp_path: Path) -> None:
    write_tools(tmp_path, SLOWLY)
    write_script(tmp_path, QUERIES * 3)
    command = exploring(tmp_path, "--episodes", "1", "--trials", "4")
    ours, terminal = pty.openpty()
    program = [sys.executable, "-m", "practicum.cli.main", *map(str, command)]
    process = subprocess.Popen(
        program, cwd=tmp_path, stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True
    )
    os.close(terminal)
    deadline = time.monotonic() + 180
    while not (tmp_path / "home/journal.sqlite").exists() or not trials_in(tmp_path):
        assert time.monotonic() < deadline
        if select.select([ours], [], [], 0.05)[0]:
            os.read(ours, 65_536)
    os.close(ours)
    process.send_signal(signal.SIGHUP)  # as the kernel does where it is the terminal's own session
    with suppress(ProcessLookupError):
        process.send_signal(signal.SIGHUP)
    assert process.wait(timeout=60) == 130
    totals = only_json(practicum(*command, "--json", cwd=tmp_path))["all"]
    assert (totals["trials"], totals["solved"]) == (4, 4)
