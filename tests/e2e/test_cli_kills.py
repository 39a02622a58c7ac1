"""SIGKILL at a hundred random moments: no finished work is lost, and none is done again.

The model is a server that nobody here wrote, over HTTP. It answers after a while, and only a client that is
still there; so what its journal holds was answered, and what died while it waited for an answer is not in it.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import time
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from aimock_server import Aimock, Fixture, aimock, an_object, call, on, text
from cli_parts import journal_rows, practicum, start, start_forked
from forked import Forked

from practicum.graph.checkpoints import open_checkpointer
from practicum.memory_store.home import Home
from practicum.models.embedders import HashingEmbedder
from practicum.records import Outcome

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]

KILLS = int(os.environ.get("PRACTICUM_TEST_KILLS", "100"))
SEED = int(os.environ.get("PRACTICUM_TEST_SEED", "0"))
TRIALS = 4
EPISODES = max(2, -(-15 * KILLS // 100))
"""So many that work is left at the last kill: a life between two kills comes to 3 calls a tool at most."""
ANSWERS_AFTER_MS = 200
LIVES_FOR_S = (0.05, 0.6)
"""From a life's first answered call on: not so long that the plan could be done before the last kill."""
DIE_EARLY = 0.2
"""The share of lives that end at some moment of their start, before any call."""
WHOLE_LIVES = 10
"""One in so many lives is one of the installed command, from its first moment."""
TOOLS = ("add", "subtract", "multiply")
THINGS = ("apples", "bridges", "candles", "drums", "engines", "feathers", "gates", "hats", "islands", "jars")
PLACES = ("Lima", "Oslo", "Cairo", "Quito", "Hanoi", "Perth", "Turin", "Dakar", "Osaka", "Minsk", "Accra")
TOOLS_FILE = """
import pathlib
import practicum

LOG = pathlib.Path(__file__).with_name("calls.txt")


def _called(name, a, b):
    with LOG.open("a") as log:
        log.write(f"{name} {a} {b}\\n")

"""
TOOL = '''
@practicum.read_only
def NAME(a: int, b: int) -> str:
    """NAME two whole numbers.

    Args:
        a: The first number.
        b: The second number.
    """
    _called("NAME", a, b)
    return f"NAME of {a} and {b}"
'''


async def test_an_exploration_killed_at_random_moments_neither_loses_nor_repeats_work(tmp_path: Path) -> None:
    (tmp_path / "tools.py").write_text(TOOLS_FILE + "\n".join(TOOL.replace("NAME", name) for name in TOOLS))
    options = ("--chaos-latency", str(ANSWERS_AFTER_MS), "--journal-max", "0")
    with aimock(tmp_path, script(), *options) as server:
        command = ["explore", "--tools", "tools.py", "--model", server.spec, "--home", "home"]
        command += ["--episodes", str(EPISODES), "--trials", str(TRIALS)]
        kill_at_random(command, server, tmp_path)
        last = start(*command, "--json", cwd=tmp_path)
        out, err = last.communicate(timeout=900)
        assert last.returncode == 0, err
        assert json.loads(out)["all"]["trials"] == len(TOOLS) * EPISODES * TRIALS
        # Status 0: the process died while it was still sending.
        asked = [entry for entry in server.journal if entry["response"]["status"] != 0]
    assert {entry["response"]["status"] for entry in asked} == {200}
    check_trials(tmp_path / "home")
    check_model_calls(tmp_path / "home", [entry["body"] for entry in asked])
    check_tool_calls(tmp_path)
    await check_index(tmp_path, trials=len(TOOLS) * EPISODES * TRIALS)


async def test_the_index_is_the_journals_after_a_kill_in_the_middle_of_an_episode(tmp_path: Path) -> None:
    (tmp_path / "tools.py").write_text(TOOLS_FILE + TOOL.replace("NAME", "add"))
    with aimock(tmp_path, script(), "--chaos-latency", "50") as server:
        command = ["explore", "--tools", "tools.py", "--model", server.spec, "--home", "home"]
        command += ["--episodes", "2", "--trials", "2"]
        process = start(*command, cwd=tmp_path)
        deadline = time.monotonic() + 60
        while len(journal_rows(tmp_path / "home", "SELECT id FROM trials")) < 3:
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.01)
        process.kill()
        process.communicate()
        done = practicum(*command, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    await check_index(tmp_path, trials=4)


def script() -> list[Fixture]:
    """What the model says: each tool's queries in turn, each called for rightly, and found solved."""
    asked: dict[str, Any] = {"responseFormat": "json_schema"}
    first = [
        on("judge it strictly", an_object(reason="As asked.", solved=True), **asked),
        on("You practised with", an_object(lessons=[]), **asked),
    ]
    then = []
    for tool in TOOLS:
        for number in range(2 * EPISODES * TRIALS):  # some are turned down as too near to another
            query, a, b = request(tool, number)
            target = f"has this tool:\n\n{tool}:"
            first.append(on(target, an_object(query=query), sequenceIndex=number, **asked))
            then.append(on(query, call(tool, a=a, b=b), hasToolResult=False))
            then.append(on(query, text(f"It is the {tool} of {a} and {b}."), hasToolResult=True))
    return [*first, *then]


def request(tool: str, number: int) -> tuple[str, int, int]:
    """A query of its own, and the numbers in it."""
    draw = random.Random(f"{tool}/{number}")
    a, b = 1000 + number, draw.randint(10, 99)
    things, place, other = draw.choice(THINGS), draw.choice(PLACES), draw.choice(PLACES)
    return f"{a} {things} from {place}, {b} {draw.choice(THINGS)} in {other}: {tool} please", a, b


def kill_at_random(command: list[str], server: Aimock, folder: Path) -> None:
    """Start the command and kill it, as often as is to be; each time at another moment."""
    draw = random.Random(SEED)
    starts_in_s = 1.0
    for number in range(KILLS):
        before = server.answered
        began = time.monotonic()
        # Some lives begin with the interpreter and what it imports, most after it.
        begun = start if number % WHOLE_LIVES == 0 else start_forked
        process = begun(*command, cwd=folder)
        try:
            if draw.random() < DIE_EARLY:
                time.sleep(draw.uniform(0, starts_in_s))
            else:
                wait_for_answer(server, before, process)
                starts_in_s = time.monotonic() - began
                time.sleep(draw.uniform(*LIVES_FOR_S))
        finally:
            process.kill()
            _, err = process.communicate()
        assert process.returncode == -9, f"life {number} ended by itself: {err}"


def wait_for_answer(server: Aimock, before: int, process: subprocess.Popen[str] | Forked) -> None:
    deadline = time.monotonic() + 300
    while server.answered == before:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)


def check_trials(home: Path) -> None:
    """Exactly the planned trials, each once, all of them solved, and nothing left over."""
    rows = journal_rows(home, "SELECT tool, body FROM trials ORDER BY row")
    trials = [(tool, json.loads(body)) for tool, body in rows]
    places = [(tool, trial["episode"], trial["number"]) for tool, trial in trials]
    numbers = [(episode + 1, number + 1) for episode in range(EPISODES) for number in range(TRIALS)]
    assert sorted(places) == sorted((tool, *each) for tool in TOOLS for each in numbers)
    assert {trial["outcome"] for _, trial in trials} == {"solved"}
    queries = Counter(trial["query"] for _, trial in trials)
    assert set(queries.values()) == {1}


@dataclass
class Chain:
    """What one tool's exploration did, in its order: one thing after the other."""

    done: list[str]

    def repeated(self) -> int:
        """Count what was done again, which may only be what was done last when the process died."""
        again = sum(before == after for before, after in pairwise(self.done))
        assert len(self.done) - len(set(self.done)) == again, "something was done again later"
        return again


def check_model_calls(home: Path, bodies: list[dict[str, Any]]) -> None:
    """No call was made again after its reply was used; and each that was made belongs to the trials."""
    chains = {tool: Chain([]) for tool in TOOLS}
    for body in bodies:
        chains[tool_of(body)].done.append(json.dumps(body, sort_keys=True))
    repeated = sum(chain.repeated() for chain in chains.values())
    used = sum(
        json.loads(body)["usage"]["model_calls"] for (body,) in journal_rows(home, "SELECT body FROM trials")
    )
    lessons = len(TOOLS) * EPISODES
    assert len(bodies) == used + lessons + repeated
    kept = journal_rows(home, "SELECT count(*) FROM replies")
    assert kept == [(used + lessons,)], "a reply that was kept is used, and asked for no more"
    print(f"{KILLS} kills: {len(bodies)} model calls answered, {repeated} of them asked again")  # noqa: T201


def tool_of(body: dict[str, Any]) -> str:
    """Which tool's exploration a request belongs to."""
    said = body["messages"][-1]["content"] if not body.get("tools") else body["tools"][0]["function"]["name"]
    (found,) = [name for name in TOOLS if any(mark in said for mark in marks_of(name, said))]
    return found


def marks_of(name: str, said: str) -> tuple[str, ...]:
    return (f"tool:\n\n{name}:", f"the tool {name}:", f": {name} please") if " " in said else (name,)


def check_tool_calls(folder: Path) -> None:
    """Each call was executed under one key, and again only if its process died before it was remembered."""
    keys = [key for (key,) in journal_rows(folder / "home", "SELECT id FROM executions")]
    trials = len(TOOLS) * EPISODES * TRIALS
    assert len(keys) == len(set(keys)) == trials
    lines = (folder / "calls.txt").read_text().splitlines()
    chains = [Chain([line for line in lines if line.startswith(name)]) for name in TOOLS]
    repeated = sum(chain.repeated() for chain in chains)
    assert len(set(lines)) == trials
    print(f"{len(lines)} tool calls executed, {repeated} of them twice")  # noqa: T201


async def check_index(folder: Path, *, trials: int) -> None:
    """The index holds the journal's trials, before it is built anew and after; no checkpoint is left."""
    before = indexed(folder / "home")
    assert before == {row[0] for row in journal_rows(folder / "home", "SELECT id FROM trials")}
    assert len(before) == trials
    assert practicum("memory", "rebuild", "--home", "home", cwd=folder).returncode == 0
    assert indexed(folder / "home") == before
    async with open_checkpointer(folder / "home" / "checkpoints.sqlite") as saver:
        assert [each async for each in saver.alist(None)] == []


def indexed(path: Path) -> set[str]:
    with Home.open(path, HashingEmbedder(), write=True) as home:
        useful = {trial.id for trial in home.journal.trials() if trial.outcome is not Outcome.BROKEN}
        found = {name for tool in home.journal.tools() for name in home.index.ids(tool)}
    assert found == useful
    return found
