"""What `explore --dry-run` says of a plan: nothing is run, and no home is made."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from cli_parts import exploring, only_json, practicum, write_script, write_tools

pytestmark = pytest.mark.slow


def test_a_dry_run_says_what_it_could_cost_and_makes_no_home(tmp_path: Path) -> None:
    write_tools(tmp_path)
    write_script(tmp_path)
    plan = only_json(practicum(*exploring(tmp_path, "--dry-run", "--json"), cwd=tmp_path))
    assert plan["trials_in_all"] == 15 * 4
    assert plan["model_calls_at_most"] == 60 * (3 + 4 + 2) + 15
    assert plan["strategy"] == "query-first"
    assert plan["completion_tokens_at_most"] == 555 * plan["tokens_a_reply_at_most"]
    assert plan["prompt_tokens_at_most"] > 555 * 500
    assert plan["dollars_at_most"] == 0
    assert not (tmp_path / "home").exists()


def test_a_dry_run_says_how_much_of_the_plan_is_done(tmp_path: Path) -> None:
    write_tools(tmp_path)
    write_script(tmp_path)
    done = practicum(*exploring(tmp_path, "--episodes", "1", "--trials", "1"), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    planned = exploring(tmp_path, "--episodes", "2", "--trials", "1", "--dry-run")
    told = only_json(practicum(*planned, "--json", cwd=tmp_path))
    assert (told["trials_made"], told["model_calls_at_most"]) == (1, 2 * (3 + 4 + 2) + 2)
    assert told["left_at_most"]["model_calls"] == told["model_calls_at_most"] // 2
    assert 2 * told["left_at_most"]["prompt_tokens"] == told["prompt_tokens_at_most"]
    text = practicum(*planned, cwd=tmp_path).stdout
    assert f"at most {told['left_at_most']['model_calls']} model calls and 4 tool calls" in text
    assert "1 of them are done already and not made again" in text
    due = "lessons of episodes that were interrupted right before them come on top"
    assert due in text
    same = exploring(tmp_path, "--episodes", "1", "--trials", "1", "--dry-run")
    assert only_json(practicum(*same, "--json", cwd=tmp_path))["left_at_most"]["model_calls"] == 0
    whole = practicum(*same, cwd=tmp_path).stdout
    assert "all of them are done already: no trial would be made" in whole
    assert due in whole


def test_a_dry_run_says_what_a_model_could_cost_or_that_nobody_knows(tmp_path: Path) -> None:
    write_tools(tmp_path)
    asked = ("explore", "--tools", "tools.py", "--dry-run", "--episodes", "1", "--model")
    known = practicum(*asked, "openai:gpt-4o-mini", cwd=tmp_path, OPENAI_API_KEY="unused")
    assert re.search(r"^at most \$\d+\.\d+$", known.stdout, re.MULTILINE), known.stdout
    unknown = practicum(*asked, "openai:mine@http://127.0.0.1:9/v1", cwd=tmp_path)
    assert (
        "the price of openai:mine@http://127.0.0.1:9/v1 is not known; give it with --price" in unknown.stdout
    )
    given = practicum(
        *asked,
        "openai:mine@http://127.0.0.1:9/v1",
        "--price",
        "1/2",
        "--max-cost",
        "0.5",
        "--json",
        cwd=tmp_path,
    )
    assert only_json(given)["dollars_at_most"] == 0.5
