"""What was tried of a tool is told, and what nobody can tell is explained."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_parts import check_refused, exploring, only_json, practicum, write_script, write_tools

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def practised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a home in which the tool ``add`` was tried twice."""
    folder = tmp_path_factory.mktemp("covered")
    write_tools(folder)
    write_script(folder)
    done = practicum(*exploring(folder, "--episodes", "2", "--trials", "1"), cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_what_was_tried_of_a_tool_is_shown(practised: Path) -> None:
    asked = ("memory", "stats", "--tool", "add", "--home", "home")
    for more in ((), ("--tools", "tools.py")):
        told = only_json(practicum(*asked, *more, "--json", cwd=practised))
        assert (told["trials"], told["solved"], told["calls"], told["accepted"]) == (2, 2, 2, 2)
        assert [(each["name"], each["distinct"]) for each in told["parameters"]] == [("a", 2), ("b", 2)]
    shown = practicum(*asked, cwd=practised)
    assert "add: 2 trials, solved 100 % (2/2" in shown.stdout
    assert "10 (1/1)" in shown.stdout


def test_a_tool_that_was_never_tried_is_an_error_with_a_fix(practised: Path) -> None:
    done = practicum("memory", "stats", "--tool", "ad", "--home", "home", cwd=practised)
    check_refused(done, "no trial of a tool 'ad' is recorded", "did you mean add?")
    done = practicum("memory", "stats", "--tools", "tools.py", "--home", "home", cwd=practised)
    check_refused(done, "not which one is asked about", "--tool NAME")
