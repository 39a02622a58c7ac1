"""`practicum curate` with a judge and an export, in its own process."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_parts import (
    check_refused,
    only_json,
    practicum,
    practised_in,
    write_lines,
)

pytestmark = pytest.mark.slow
VERDICTS = {"reason": "as asked", "informative": True, "faithful": True, "appropriate": True}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with tools, a script, judges and a home of two trials."""
    practised_in(tmp_path)
    write_lines(tmp_path / "kind.jsonl", [{"structured": VERDICTS}] * 2)
    write_lines(tmp_path / "strict.jsonl", [{"structured": {**VERDICTS, "faithful": False}}])
    return tmp_path


@pytest.mark.parametrize(
    ("options", "message", "fix"),
    [
        (["--export", "out.jsonl"], "--export needs the tools", "--tools"),
        (["--export", "out.jsonl", "--tools", "tools.py", "--format", "alpaca"], "'alpaca'", "sharegpt"),
        (["--export", "tools.py", "--tools", "tools.py"], "tools.py: exists already", "a new file"),
        (["--answers", "scripted:kind.jsonl"], "--answers is about what --export writes", "--export FILE"),
    ],
)
def test_an_export_that_cannot_be_written_is_refused_before_anything_is_done(
    folder: Path, options: list[str], message: str, fix: str
) -> None:
    check_refused(practicum("curate", "--home", "home", *options, cwd=folder), message, fix)
    assert not list(folder.glob("out*"))


@pytest.mark.parametrize("form", ["trl", "openai", "sharegpt", "dspy"])
def test_examples_are_written_for_other_trainers(folder: Path, form: str) -> None:
    options = ["--home", "home", "--tools", "tools.py", "--export", "out.jsonl", "--format", form, "--json"]
    made = only_json(practicum("curate", *options, cwd=folder))["examples"]
    rows = [
        json.loads(line) for file in made["files"] for line in (folder / file).read_text("utf-8").splitlines()
    ]
    assert len(rows) == sum(made["files"].values()) == sum(made["counts"].values()) == 2


def test_a_judge_drops_what_it_objects_to_and_keeps_what_it_did_not_judge(folder: Path) -> None:
    options = ["--home", "home", "--tools", "tools.py", "--judge", "scripted:strict.jsonl", "--json"]
    made = only_json(practicum("curate", *options, cwd=folder))
    assert (made["kept"], made["dropped"]) == (1, {"judged not faithful to the observations": 1})
    assert made["judge"]["not_judged"] == 1


def test_what_a_judge_said_counts_from_then_on_and_is_not_asked_again(folder: Path) -> None:
    options = ["--home", "home", "--tools", "tools.py", "--json"]
    only_json(practicum("curate", *options, "--judge", "scripted:strict.jsonl", cwd=folder))
    later = only_json(practicum("curate", *options, cwd=folder))
    assert later["dropped"] == {"judged not faithful to the observations": 1}
    again = practicum("curate", *options, "--judge", "scripted:strict.jsonl", cwd=folder)
    check_refused(again, "no trial passed: 2 judged not faithful")  # its one verdict went to the other trial


def test_a_judge_that_says_nothing_leaves_what_another_objected_to(folder: Path) -> None:
    options = ["--home", "home", "--tools", "tools.py", "--json"]
    objected = {"judged not faithful to the observations": 1}
    only_json(practicum("curate", *options, "--judge", "scripted:strict.jsonl", cwd=folder))
    (folder / "mute.jsonl").write_text("")
    later = only_json(practicum("curate", *options, "--judge", "scripted:mute.jsonl", cwd=folder))
    assert (later["kept"], later["dropped"], later["judge"]["not_judged"]) == (1, objected, 2)


def test_queries_are_said_in_other_words_by_a_model_and_checked(folder: Path) -> None:
    words = ["Sum up 2 and 3 for me", "Sum up 2 and 4 for me"]
    write_lines(folder / "words.jsonl", [{"structured": {"requests": words}}] * 6)
    options = ["--home", "home", "--tools", "tools.py", "--paraphrase", "scripted:words.jsonl"]
    done = practicum("curate", *options, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "other ways to say 2 queries" in done.stdout
    check_refused(practicum("curate", "--paraphrase", "local", cwd=folder), "--paraphrase needs the tools")


def test_a_kind_judge_drops_nothing(folder: Path) -> None:
    options = ["--home", "home", "--tools", "tools.py", "--judge", "scripted:kind.jsonl"]
    done = practicum("curate", *options, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "kept 2 of 2 trials" in done.stdout
    assert "2 trials judged, 0 not judged" in done.stdout
    assert "no notes were made: practice noted nothing" in done.stdout
    assert "it judged none of 30 trials with known verdicts" in done.stdout


def test_how_far_a_judge_agrees_with_people_is_told(folder: Path) -> None:
    write_lines(folder / "kind.jsonl", [{"structured": VERDICTS}] * 32)
    options = ["--home", "home", "--tools", "tools.py", "--judge", "scripted:kind.jsonl", "--json"]
    agreed = only_json(practicum("curate", *options, cwd=folder))["judge"]["agreement"]
    assert (agreed["both_good"] + agreed["only_judge"], agreed["not_judged"]) == (30, 0)
    assert agreed["accuracy"] == agreed["both_good"] / 30
    assert agreed["kappa"] == 0


def test_a_limit_ends_the_asking_and_what_was_said_until_then_is_kept_and_told(folder: Path) -> None:
    options = ["--home", "home", "--tools", "tools.py", "--judge", "scripted:kind.jsonl"]
    done = practicum("curate", *options, "--max-model-calls", "1", "--json", cwd=folder)
    made = only_json(done)
    assert (len(made["judge"]["judgements"]), made["judge"]["not_judged"], made["kept"]) == (1, 1, 2)
    assert "the budget of 1 model calls is spent" in made["budget"]
    assert "note: the budget of 1 model calls is spent; everything done so far is kept" in done.stderr
    assert "--max-model-calls" in done.stderr
    again = only_json(practicum("curate", *options, "--max-model-calls", "99", "--json", cwd=folder))
    assert (len(again["judge"]["judgements"]), again["judge"]["not_judged"]) == (2, 0)


@pytest.mark.parametrize(
    ("options", "message", "fix"),
    [
        (["--max-cost", "1"], "--max-cost limits nothing here", "add --judge"),
        (["--judge", "openai:unheard@http://127.0.0.1:9/v1", "--max-cost", "1"], "price", "--price"),
        (["--judge", "scripted:kind.jsonl", "--price", "cheap"], "--price can't be", "write it as"),
    ],
)
def test_limits_that_cannot_be_kept_are_refused(
    folder: Path, options: list[str], message: str, fix: str
) -> None:
    check_refused(practicum("curate", "--home", "home", *options, cwd=folder), message, fix)
