"""Tools that leave the working directory: what was named stays where it was when the command began."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_parts import TOOLS, practicum, write_script

pytestmark = pytest.mark.slow
LEAVES = "import os; os.chdir(pathlib.Path(__file__).with_name('elsewhere'))"
"""What the tool does in each call."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "elsewhere").mkdir()
    write_script(tmp_path)
    return tmp_path


def explored(folder: Path, *more: str) -> None:
    plan = ["explore", "--tools", "tools.py", "--model", f"scripted:{folder}/script.jsonl", "--home", "h"]
    done = practicum(*plan, "--episodes", "1", "--trials", "4", *more, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert list((folder / "elsewhere").iterdir()) == []


def trials(folder: Path) -> int:
    listed = practicum("memory", "list", "--home", "h", "--json", cwd=folder)
    return len(json.loads(listed.stdout)["trials"])


def test_a_tool_that_leaves_while_it_is_called_is_practised_and_recorded_here(folder: Path) -> None:
    (folder / "tools.py").write_text(TOOLS.replace("BODY", LEAVES), "utf-8")
    explored(folder, "--record", "tapes")
    assert trials(folder) == 4
    assert len(list((folder / "tapes").glob("*.jsonl"))) == 1
    assert (folder / "h" / "index").is_dir()


def test_a_file_that_leaves_while_it_is_imported_changes_no_other_path(folder: Path) -> None:
    (folder / "tools.py").write_text(
        TOOLS.replace("BODY", "pass").replace("LOG =", f"{LEAVES}\n\nLOG ="), "utf-8"
    )
    (folder / "practicum.toml").write_text('[redaction]\npatterns = ["sum=5"]\n', "utf-8")
    explored(folder, "--record", "tapes")
    assert trials(folder) == 4
    (tape,) = (folder / "tapes").glob("*.jsonl")
    assert "sum=5" not in tape.read_text("utf-8")
    held = {"id": "a", "query": "Weigh a goat", "expected": [{"name": "add", "arguments": {"a": 9, "b": 9}}]}
    (folder / "held.jsonl").write_text(json.dumps(held), "utf-8")
    curate = ["curate", "--tools", "tools.py", "--home", "h", "--export", "calls.jsonl"]
    done = practicum(*curate, "--held-out", "held.jsonl", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert (folder / "calls.jsonl").is_file()
    assert list((folder / "elsewhere").iterdir()) == []
