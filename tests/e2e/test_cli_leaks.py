"""What was practised is found in what measures, benchmarks included, and left out of clean figures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("bfcl_eval", reason="bfcl_eval is not installed: run `make suites`")
pytest.importorskip("agentdojo", reason="AgentDojo is not installed: run `make suites`")

from cli_parts import exploring, only_json, practicum, with_tools, write_lines

from practicum.evaluation.suites.bfcl_suite import multi_turn
from practicum.evaluation.suites.dojo_tasks import load_tasks

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that practised with a task of AgentDojo, and with what a user of BFCL says second."""
    made = tmp_path_factory.mktemp("leaking")
    queries = (
        (load_tasks("banking")[1].prompt, 1, 2),
        (multi_turn("multi_turn_base")[0].turns[1].query, 3, 4),
    )
    explored = exploring(with_tools(made, queries), "--episodes", "2", "--trials", "1", "--json")
    only_json(practicum(*explored, cwd=made))
    return made


def test_a_later_turn_of_a_conversation_is_found(folder: Path) -> None:
    asked = ("evaluate", "--data", "bfcl:multi_turn_base", "--check-leaks", "--home", "home")
    found = practicum(*asked, "--json", cwd=folder)
    told = json.loads(found.stdout)
    assert (found.returncode, told["tasks"], told["leaked_tasks"]) == (1, 200, ["multi_turn_base_0"])
    assert [leak["id"] for leak in told["exact"]] == ["multi_turn_base_0/turn-1"]
    shown = practicum(*asked, cwd=folder).stdout
    assert "1 of 200 tasks (of 734 turns) ask for what was tried or learned, exactly or nearly" in shown


def test_tasks_of_agentdojo_are_found_and_left_out_of_the_clean_figures(folder: Path) -> None:
    asked = ("evaluate", "--data", "agentdojo:banking", "--home", "home")
    found = practicum(*asked, "--check-leaks", "--json", cwd=folder)
    assert (found.returncode, found.stderr) == (1, "")
    assert [leak["id"] for leak in json.loads(found.stdout)["exact"]] == ["banking/user_task_1"]
    write_lines(folder / "silent.jsonl", [{"content": "Done."}] * 3)
    measured = practicum(*asked, "--model", "scripted:silent.jsonl", "--limit", "3", cwd=folder)
    assert "solved, clean" in measured.stdout
    assert "1 item in what was tried or learned, exactly or nearly: left out of clean" in measured.stdout
    assert "0 % (0/2" in measured.stdout


def test_nothing_in_common_is_a_good_ending(folder: Path) -> None:
    asked = ("evaluate", "--data", "agentdojo:slack", "--check-leaks", "--home", "home")
    found = practicum(*asked, cwd=folder)
    assert (found.returncode, found.stderr) == (0, "")
