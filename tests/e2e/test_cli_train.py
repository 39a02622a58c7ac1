"""`practicum train` with a tiny base, in its own process."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest
from cli_parts import check_refused, only_json, practicum, start, write_lines
from tiny_models import MARKS
from training_parts import OPTIONS, practise

from practicum.memory_store.journal import Journal

pytestmark = MARKS


@pytest.fixture(scope="module")
def practised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a tiny base and a home of 24 solved trials and a note."""
    return practise(tmp_path_factory.mktemp("practised"))


@pytest.fixture
def folder(practised: Path, tmp_path: Path) -> Path:
    """A folder of one's own."""
    return shutil.copytree(practised, tmp_path, dirs_exist_ok=True)


@pytest.fixture(scope="module")
def trained(practised: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, with an adapter that was merged, too."""
    made = shutil.copytree(practised, tmp_path_factory.mktemp("trained"), dirs_exist_ok=True)
    done = practicum("train", *OPTIONS, "--merge", "merged", cwd=made)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("lora@1: ")
    return made


def test_an_adapter_is_trained_registered_and_merged_by_one_command(trained: Path) -> None:
    assert (trained / "merged" / "config.json").is_file()
    shown = only_json(practicum("status", "--home", "home", "--json", cwd=trained))
    assert "lora@1" in [each["name"] for each in shown["candidates"]]
    again = practicum("train", *OPTIONS, "--merge", "merged", cwd=trained)
    check_refused(again, "merged is there already", "another place")


def test_an_adapter_is_merged_from_another_folder_while_its_home_is_written(
    trained: Path, tmp_path: Path
) -> None:
    command = ("train", "--adapter", "lora@1", "--home", str(trained / "home"), "--merge", "later")
    with Journal.open(trained / "home" / "journal.sqlite", write=True):
        later = practicum(*command, cwd=tmp_path)
    assert (later.returncode, later.stdout) == (0, "lora@1 and its base: later\n"), later.stderr
    first, second = (
        (made / "model.safetensors").read_bytes() for made in (trained / "merged", tmp_path / "later")
    )
    assert first == second
    nowhere = practicum(*command[:-1], "other", "--base", "nowhere", cwd=tmp_path)
    check_refused(nowhere, "nowhere does not exist", "--base")


def test_all_that_was_learned_is_measured_side_by_side_by_one_command(trained: Path) -> None:
    only_json(practicum("curate", "--tools", "tools.py", "--home", "home", "--json", cwd=trained))
    arms = ["base", "demos", "notes", "lora", "demos+lora"]
    asked = [
        {
            "id": f"sum-{a}",
            "query": f"How much is {a} plus {a}?",
            "expected": [{"name": "add", "arguments": {"a": a, "b": a}}],
        }
        for a in (101, 202)
    ]
    write_lines(trained / "items.jsonl", asked)
    given = ["--data", "items.jsonl", "--tools", "tools.py", "--model", "local:base", "--home", "home"]
    found = only_json(practicum("evaluate", *given, "--with", ",".join(arms), "--json", cwd=trained))
    assert [each["name"] for each in found["arms"]] == arms
    assert [each["strict"]["correct"]["n"] for each in found["arms"]] == [2] * len(arms)
    assert [each["broken"] for each in found["arms"]] == [0] * len(arms)


def test_of_two_trainings_at_once_in_one_home_the_second_is_refused(folder: Path) -> None:
    first = start("train", *OPTIONS, cwd=folder)
    holder = folder / "home" / "journal.sqlite.writer"
    until = time.monotonic() + 240
    while holder.read_text().strip() != str(first.pid):
        assert first.poll() is None, first.communicate()
        assert time.monotonic() < until
        time.sleep(0.02)
    second = practicum("train", *OPTIONS, cwd=folder)
    check_refused(second, f"another process (pid {first.pid}) is writing to", "wait for it")
    told, errors = first.communicate(timeout=480)
    assert first.returncode == 0, errors
    assert told.startswith("lora@1: ")


@pytest.mark.parametrize(
    ("options", "message", "fix"),
    [
        (["--base", "nowhere"], "nowhere", ""),
        (["--tool", "subtract"], "there is no tool called 'subtract'", "practicum tools"),
        (["--targets", "guesses"], "--targets can't be 'guesses'", "--targets spans"),
        (["--precision", "float16"], "--precision can't be 'float16'", "--precision float32"),
        (["--general", "absent.jsonl"], "absent.jsonl", "can be read"),
        (["--from", "lora@7"], "no adapter 'lora@7'", "practicum status"),
        (["--gguf", "out.gguf"], "--gguf is for the embedded base", "--merge"),
        (["--replay", "0.5"], "--replay is the share of a round", "--tool"),
        (
            ["--adapter", "lora@1", "--merge", "out"],
            "--tools, --epochs can change nothing there",
            "leave that out",
        ),
    ],
)
def test_what_cannot_be_trained_is_refused_with_what_to_do(
    folder: Path, options: list[str], message: str, fix: str
) -> None:
    given = ["--base", "base", "--tools", "tools.py", "--home", "home", "--epochs", "1", *options]
    check_refused(practicum("train", *given, cwd=folder), message, fix)
