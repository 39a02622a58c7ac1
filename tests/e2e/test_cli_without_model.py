"""`practicum explore --model none`: calls that execution confirms, phrased, and no model asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_parts import check_refused, only_json, practicum

from practicum.memory_store.home import Home
from practicum.models.embedders import HashingEmbedder
from practicum.tools.sources import load_tools
from practicum.training.build_examples import build_examples

pytestmark = pytest.mark.slow
EXPLORE = ("explore", "--tools", "almanac:everyday", "--tool", "add_to_date", "--model", "none")


def test_calls_are_sampled_executed_and_phrased_for_training(tmp_path: Path) -> None:
    home = tmp_path / "home"
    done = practicum(*EXPLORE, "--episodes", "3", "--home", home, "--embedder", "hashing", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "next: `practicum train`" in done.stdout
    spec = load_tools(["almanac:everyday"]).tool("add_to_date").spec
    with Home.open(home, HashingEmbedder(), write=False) as opened:
        trials = list(opened.journal.trials())
        examples = build_examples(opened, [spec], held_out=[], per_tool=1)
    assert len(trials) == 12
    assert {trial.outcome for trial in trials} == {"unsolved"}
    assert all(trial.probes and trial.probes[-1].observation.ok for trial in trials)
    assert examples.counts["confirmed"] >= 10
    assert all(each.call is not None and each.call.name == "add_to_date" for each in examples.kept)
    given = ("curate", "--tools", "almanac:everyday", "--home", home, "--embedder", "hashing")
    check_refused(practicum(*given, cwd=tmp_path), "no trial passed: 12 unsolved", "practicum train")
    exporting = practicum(*given, "--export", "calls.jsonl", "--format", "openai", cwd=tmp_path)
    assert exporting.returncode == 0, exporting.stderr
    assert exporting.stderr.startswith("no demonstrations were made: no trial passed")
    assert len((tmp_path / "calls.jsonl").read_text("utf-8").splitlines()) >= 5
    again = practicum(*given, "--export", "calls.jsonl", "--format", "openai", cwd=tmp_path)
    check_refused(again, "calls.jsonl", "")
    told = only_json(practicum(*given, "--export", "more.jsonl", "--format", "trl", "--json", cwd=tmp_path))
    assert (told["set"], told["seen"], told["kept"], told["dropped"]) == (None, 12, 0, {"unsolved": 12})


def test_nothing_else_can_be_done_without_a_model(tmp_path: Path) -> None:
    home = ("--home", tmp_path / "home", "--embedder", "hashing")
    check_refused(
        practicum(*EXPLORE, "--strategy", "query-first", *home, cwd=tmp_path), "nobody imagines", "--strategy"
    )
    check_refused(
        practicum("ask", "Hello!", "--model", "none", *home, cwd=tmp_path), "answers nothing", "none"
    )
    assert only_json(practicum(*EXPLORE, "--dry-run", "--json", *home, cwd=tmp_path))


def test_where_nothing_ran_training_is_not_the_next_step(tmp_path: Path) -> None:
    (tmp_path / "my_tools.py").write_text(
        'def add(a: int, b: int) -> int:\n    """Add."""\n    return a + b\n'
    )
    practise = ("--episodes", "1", "--trials", "1", "--embedder", "hashing")
    explore = ("explore", "--tools", "my_tools.py", "--model", "none", *practise)
    done = practicum(*explore, "--home", "home", cwd=tmp_path)
    assert "were only checked: nothing was executed" in done.stdout
    assert "no execution confirmed a call" in done.stdout
    assert "practicum train" not in done.stdout
    done = practicum(*explore, "--home", "ran", "--allow", "add", cwd=tmp_path)
    assert "next: `practicum train` learns from the calls that execution confirmed" in done.stdout
