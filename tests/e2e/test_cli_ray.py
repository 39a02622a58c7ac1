"""`practicum explore --engine ray`: the real command, Ray's own processes, a scripted model.

One cluster serves them all, but for the first, which starts Ray as a newcomer does.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import psutil
import pytest
from cli_parts import (
    QUERIES,
    check_refused,
    exploring,
    journal_rows,
    only_json,
    practicum,
    start,
    write_script,
)
from ray_parts import ray_cluster
from test_cli_interrupted import wait_for

needs_ray = pytest.mark.skipif(find_spec("ray") is None, reason="Ray is not installed: the extra `ray`")
pytestmark = pytest.mark.slow
TOOLS = '''
import os, pathlib, time
import practicum

HERE = pathlib.Path(__file__).parent

def _add_up(a: int, b: int) -> str:
    BODY
    return f"sum={a + b};"

@practicum.read_only
def add(a: int, b: int) -> str:
    """Add two whole numbers."""
    return _add_up(a, b)

@practicum.read_only
def plus(a: int, b: int) -> str:
    """Add two whole numbers, as people do."""
    return _add_up(a, b)
'''
DIE_ONCE = """
    marker = HERE / "died"
    if a == 10 and not marker.exists():
        marker.touch()
        os._exit(3)
"""
SLOWLY = "time.sleep(0.3)"


def written(folder: Path, body: str = "pass") -> Path:
    """Two tools, and a script, which each worker reads for itself and follows from its beginning."""
    (folder / "tools.py").write_text(TOOLS.replace("    BODY\n", f"    {body.strip()}\n"))
    write_script(folder, QUERIES)
    return folder


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with ray_cluster(tmp_path_factory.mktemp("ray")) as joined:
        yield joined


def by_ray(folder: Path, *more: str) -> list[str | Path]:
    return exploring(folder, "--engine", "ray", "--json", *more)


def trials_in(folder: Path, home: str = "home") -> dict[str, str]:
    """Outcomes by the id of the trial, in the order of recording."""
    return dict(journal_rows(folder / home, "SELECT id, outcome FROM trials ORDER BY row"))


def check_complete(folder: Path, trials: int) -> None:
    """All that was planned is there, each trial once."""
    good = [trial_id for trial_id, outcome in trials_in(folder).items() if outcome != "broken"]
    assert len(good) == trials
    assert all("broken" not in trial_id for trial_id in good)


def test_an_engine_that_there_is_not_is_refused(tmp_path: Path) -> None:
    written(tmp_path)
    done = practicum(*exploring(tmp_path, "--engine", "spark"), cwd=tmp_path)
    check_refused(done, "there is no engine 'spark'", "local or ray")


@needs_ray
def test_a_cluster_that_is_not_there_is_named(tmp_path: Path) -> None:
    written(tmp_path)
    for address, why in (
        ("nonsense", "can't be joined"),
        ("127.0.0.1:9", "refused"),
        ("ray://x:1", "client"),
    ):
        done = practicum(*by_ray(tmp_path), cwd=tmp_path, RAY_ADDRESS=address, HOME=str(tmp_path))
        check_refused(done, address, "RAY_ADDRESS")
        assert why in done.stderr.splitlines()[0]


@needs_ray
def test_workers_make_the_trials_that_this_process_would_make(
    tmp_path: Path, cluster: dict[str, str]
) -> None:
    written(tmp_path)
    size = ("--episodes", "2", "--trials", "2")
    totals = only_json(practicum(*by_ray(tmp_path, *size), cwd=tmp_path, **cluster))
    assert (totals["all"]["trials"], totals["all"]["solved"]) == (8, 8)
    write_script(tmp_path, QUERIES * 4)
    alone = exploring(tmp_path, *size, "--json", "--home", "alone")
    only_json(practicum(*alone, cwd=tmp_path))
    assert trials_in(tmp_path).keys() == trials_in(tmp_path, "alone").keys()
    # All is done: nothing is started, and nothing made again.
    only_json(practicum(*by_ray(tmp_path, *size), cwd=tmp_path, RAY_ADDRESS="nonsense"))
    assert len(trials_in(tmp_path)) == 8


@needs_ray
def test_a_tool_that_ends_its_process_costs_one_trial_and_the_same_command_makes_it(
    tmp_path: Path, cluster: dict[str, str]
) -> None:
    written(tmp_path, DIE_ONCE)
    command = by_ray(tmp_path, "--tool", "add", "--episodes", "1", "--trials", "3")
    totals = only_json(practicum(*command, cwd=tmp_path, **cluster))["all"]
    assert (totals["trials"], totals["solved"], totals["broken"]) == (3, 2, 1)
    only_json(practicum(*command, cwd=tmp_path, **cluster))
    check_complete(tmp_path, 3)


@needs_ray
def test_what_sigkill_and_a_budget_ended_goes_on(tmp_path: Path, cluster: dict[str, str]) -> None:
    written(tmp_path, SLOWLY)
    command = by_ray(tmp_path, "--episodes", "2", "--trials", "2")
    process = start(*command, cwd=tmp_path, **cluster)
    wait_for(lambda: len(trials_in(tmp_path)) >= 1, process)
    process.kill()
    process.communicate()
    # What workers had paid for is kept, of the trials that they were at, too.
    paid = journal_rows(tmp_path / "home", "SELECT count(*) FROM replies WHERE id LIKE '%-reply-%'")[0][0]

    done = practicum(*command, "--max-model-calls", "7", cwd=tmp_path, **cluster)
    assert done.returncode == 2
    assert "the budget of 7 model calls is spent" in done.stderr.splitlines()[-2]
    used = journal_rows(
        tmp_path / "home", "SELECT sum(json_extract(body, '$.usage.model_calls')) FROM trials"
    )
    assert used[0][0] <= paid + 7

    only_json(practicum(*command, cwd=tmp_path, **cluster))
    check_complete(tmp_path, 8)


@needs_ray
def test_ray_is_started_here_and_ended_by_sigterm(tmp_path: Path, cluster: dict[str, str]) -> None:
    written(tmp_path, SLOWLY)
    command = by_ray(tmp_path, "--tool", "add", "--episodes", "1", "--trials", "4")
    process = start(*command, cwd=tmp_path, HOME=cluster["HOME"])
    wait_for(lambda: len(trials_in(tmp_path)) >= 1, process)
    started = psutil.Process(process.pid).children(recursive=True)
    assert started
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    told = [line for line in err.splitlines() if " trials: " not in line]
    assert told == ["interrupted; what was done is kept: the same command goes on from here"]
    _, left = psutil.wait_procs(started, timeout=30)
    assert left == []
    only_json(practicum(*command, cwd=tmp_path, **cluster))
    check_complete(tmp_path, 4)


@needs_ray
def test_ctrl_c_while_ray_starts_is_heeded_when_it_has(tmp_path: Path, cluster: dict[str, str]) -> None:
    written(tmp_path)
    process = start(*by_ray(tmp_path), cwd=tmp_path, HOME=cluster["HOME"])
    starting = psutil.Process(process.pid)
    wait_for(lambda: len(starting.children()) > 0, process)
    started = starting.children(recursive=True)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=150)
    assert (process.returncode, out) == (130, "")
    assert err.splitlines() == ["interrupted; what was done is kept: the same command goes on from here"]
    _, left = psutil.wait_procs(started, timeout=30)
    assert left == []


@needs_ray
def test_calls_that_a_budget_ended_after_are_not_made_again(tmp_path: Path, cluster: dict[str, str]) -> None:
    written(tmp_path)
    command = by_ray(tmp_path, "--tool", "add", "--episodes", "1", "--trials", "1")
    first = practicum(*command, "--max-model-calls", "3", cwd=tmp_path, **cluster)
    assert (first.returncode, trials_in(tmp_path)) == (2, {})
    only_json(practicum(*command, "--max-model-calls", "2", cwd=tmp_path, **cluster))
    check_complete(tmp_path, 1)
