"""What was tried of a tool is told, and what nobody can tell is explained."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_parts import check_refused, exploring, only_json, practicum, write_script, write_tools

from practicum.memory_store.home import journal_path
from practicum.memory_store.journal import Journal
from practicum.records import Note

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


def test_a_price_where_no_cost_is_shown_is_refused(practised: Path) -> None:
    asked = practicum("memory", "stats", "--tool", "add", "--price", "m=1,2", cwd=practised)
    check_refused(asked, "no cost that --price could say")


def test_a_tool_that_was_never_tried_is_an_error_with_a_fix(practised: Path) -> None:
    done = practicum("memory", "stats", "--tool", "ad", "--home", "home", cwd=practised)
    check_refused(done, "no trial of a tool 'ad' is recorded", "did you mean add?")
    done = practicum("memory", "stats", "--tools", "tools.py", "--home", "home", cwd=practised)
    check_refused(done, "not which one is asked about", "--tool NAME")


def test_lessons_are_listed_with_their_trials(practised: Path) -> None:
    with Journal.open(journal_path(practised / "home"), write=True) as journal:
        trial = next(journal.trials())
        note = Note(
            id="n",
            tool="add",
            tool_schema_hash=trial.tool_schema_hash,
            parameter="a",
            text="Whole numbers.",
            evidence=(trial.id,),
        )
        journal.record_note(note)
    told = only_json(practicum("memory", "notes", "--home", "home", "--json", cwd=practised))
    assert (told["total"], told["serving"]) == (1, None)
    assert (told["notes"][0]["parameter"], told["notes"][0]["trials"]) == ("a", [trial.id])
    shown = practicum("memory", "notes", "--tool", "add", "--home", "home", cwd=practised)
    assert "Whole numbers." in shown.stdout
    assert "1 of 1 notes; serving: none" in shown.stdout


def test_a_tool_that_brings_nothing_new_stops_early_and_says_so(tmp_path: Path) -> None:
    write_tools(tmp_path)
    write_script(tmp_path)
    asked = exploring(tmp_path, "--episodes", "9", "--trials", "1", "--stop-when-saturated")
    done = practicum(*asked, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "add: saturated after episode 4 of 9; the others were left out" in done.stdout
    again = only_json(practicum(*asked, "--json", cwd=tmp_path))
    assert (again["all"]["trials"], again["saturated_after"]) == (4, {"add": 4})
