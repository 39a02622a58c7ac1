"""What the machine refuses is told in a line: folders that may not be entered, outputs that are full."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from cli_parts import environment, exploring, only_json, practicum, with_tools

pytestmark = pytest.mark.slow


def test_a_name_that_is_too_long_is_told(tmp_path: Path) -> None:
    done = practicum("tools", "--tools", f"{'x' * 300}.py", cwd=tmp_path)
    assert done.returncode == 2
    assert "File name too long" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_name_that_the_locale_does_not_know_is_told(tmp_path: Path) -> None:
    with_tools(tmp_path)
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "practicum",
            *exploring(tmp_path / "höme", "--episodes", "1", "--trials", "1"),
        ],
        cwd=tmp_path,
        env=environment(LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0"),
        capture_output=True,
        text=True,
        check=False,
    )
    error, fix = done.stderr.splitlines()[-2:]
    assert (done.returncode, error[:6]) == (2, "error:")
    assert "the locale does not know a character of its name" in error
    assert fix.startswith("fix: set PYTHONUTF8=1")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_an_output_that_is_full_is_told(tmp_path: Path) -> None:
    with_tools(tmp_path)
    only_json(practicum(*exploring(tmp_path, "--episodes", "1", "--trials", "1", "--json"), cwd=tmp_path))
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "practicum.cli.main", "memory", "list", "--home", tmp_path / "home"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env=environment(),
        )
    assert done.returncode == 2
    assert done.stderr.startswith("error: No space left")
    assert len(done.stderr.splitlines()) == 2
