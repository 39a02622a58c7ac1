"""What serves: promoted, refused, rolled back, and kept on the disk."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_trials import made_trial
from training_registry_parts import (
    CHANGED,
    SPEC,
    add_adapter,
    add_demos,
    note,
    open_home,
    promote,
)

from practicum.errors import JournalError, SetupError
from practicum.memory_store.home import Home, journal_path
from practicum.records import Outcome
from practicum.training import registry
from practicum.training.registry import Serving


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with open_home(tmp_path / "home") as opened:
        yield opened


def test_a_promoted_candidate_serves_beside_what_is_of_other_kinds(home: Home, tmp_path: Path) -> None:
    add_demos(home)
    add_adapter(home, tmp_path / "out")
    promote(home, "demos@1")
    assert registry.challenge(home, "lora@1") == (
        Serving(demos="demos@1"),
        Serving(demos="demos@1", lora="lora@1"),
    )
    assert promote(home, "lora@1") == Serving(demos="demos@1", lora="lora@1")
    add_demos(home, "another")
    assert promote(home, "demos@2") == Serving(demos="demos@2", lora="lora@1") == registry.champion(home)
    assert promote(home, "lora@1", alone=True) == Serving(lora="lora@1")
    assert str(registry.champion(home)) == "lora@1"


def test_what_serves_already_is_no_challenger(home: Home) -> None:
    add_demos(home)
    promote(home, "demos@1")
    with pytest.raises(SetupError, match="demos@1 serves already"):
        registry.challenge(home, "demos@01")


def test_a_refusal_is_kept_and_changes_nothing(home: Home) -> None:
    add_demos(home)
    registry.refuse(home, "demos@1", against=Serving(), reason="no gain: refused", figures={"gain": 0.0})
    assert registry.champion(home) is None
    (decision,) = registry.history(home)
    assert (decision.action, decision.candidate, decision.figures) == ("refuse", "demos@1", {"gain": 0.0})
    promote(home, "demos@1")
    add_demos(home, "another")
    serving = Serving(demos="demos@1")
    registry.refuse(home, "demos@2", against=serving, reason="worse: refused")
    assert registry.champion(home) == serving
    newest = {each.candidate.name: each for each in registry.status(home).standings}
    assert newest["demos@1"].serves
    assert not newest["demos@2"].serves
    decided = newest["demos@2"].decision
    assert decided is not None
    assert decided.reason == "worse: refused"


def test_each_rollback_goes_one_step_back_until_nothing_is_left(home: Home) -> None:
    for query in ("a", "b"):
        promote(home, add_demos(home, query))
    assert registry.rollback(home) == Serving(demos="demos@1")
    registry.refuse(home, "demos@2", against=Serving(demos="demos@1"), reason="no: refused")
    promote(home, add_demos(home, "c"))
    assert registry.rollback(home) == Serving(demos="demos@1")
    assert registry.rollback(home) == Serving()
    assert registry.champion(home) == Serving()
    registry.refuse(home, "demos@3", against=Serving(), reason="no: refused")
    assert registry.champion(home) == Serving()
    with pytest.raises(SetupError, match="there is nothing to go back to"):
        registry.rollback(home)
    assert [each.number for each in registry.history(home)] == list(range(1, 9))


def test_what_was_compared_with_another_champion_is_out_of_date(home: Home) -> None:
    for query in ("a", "b"):
        add_demos(home, query)
    promote(home, "demos@1")
    with pytest.raises(JournalError, match="demos@1 serves by now, not base") as caught:
        registry.promote(home, "demos@2", against=Serving(), reason="better: promoted")
    assert "again" in caught.value.fix
    assert registry.champion(home) == Serving(demos="demos@1")


def test_of_promotions_at_once_in_one_process_one_is_kept(home: Home) -> None:
    names = [add_demos(home, query) for query in "abcd"]
    refused: list[str] = []

    def race(name: str) -> None:
        try:
            registry.promote(home, name, against=Serving(), reason="better: promoted")
        except JournalError:
            refused.append(name)

    racers = [threading.Thread(target=race, args=(name,)) for name in names]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert len(refused) == 3
    (decision,) = registry.history(home)
    assert decision.serving == registry.champion(home)
    assert decision.candidate not in refused


def test_while_one_process_promotes_another_is_refused(home: Home) -> None:
    add_demos(home)
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from practicum.errors import JournalError\n"
        "from practicum.memory_store.home import Home\n"
        "from practicum.models.embedders import HashingEmbedder\n"
        "try:\n    Home.open(Path(sys.argv[1]), HashingEmbedder(), write=True)\n"
        "except JournalError as error:\n    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(home.path)], capture_output=True, text=True, check=True, timeout=60
    )
    assert "is writing to" in done.stdout
    assert promote(home, "demos@1") == Serving(demos="demos@1")


def test_a_decision_with_figures_that_are_no_json_leaves_nothing_behind(home: Home) -> None:
    add_demos(home)
    with pytest.raises(ValueError, match="Unable to serialize"):
        registry.promote(home, "demos@1", against=Serving(), reason="better", figures={"gain": object()})
    assert registry.history(home) == []
    assert promote(home, "demos@1")


actions = st.lists(
    st.sampled_from(["promote a", "promote b", "promote c", "refuse a", "rollback"]), max_size=12
)


@settings(max_examples=30, deadline=None)
@given(actions)
def test_what_serves_is_the_top_of_the_promotions_that_stand(chosen: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder, open_home(Path(folder)) as home:
        names = {each: add_demos(home, each) for each in "abc"}
        standing: list[str] = []
        for action in chosen:
            verb, _, letter = action.partition(" ")
            now = Serving(demos=standing[-1]) if standing else Serving()
            if verb == "refuse":
                registry.refuse(home, names[letter], against=now, reason="no: refused")
            elif verb == "rollback" and not standing:
                with pytest.raises(SetupError):
                    registry.rollback(home)
            elif verb == "rollback":
                standing.pop()
                registry.rollback(home)
            elif standing and standing[-1] == names[letter]:
                with pytest.raises(SetupError):
                    promote(home, names[letter])
            else:
                standing.append(names[letter])
                promote(home, names[letter])
            assert (registry.champion(home) or Serving()).demos == (standing[-1] if standing else None)


def test_a_tool_that_changed_makes_what_serves_stale_and_names_the_command(
    home: Home, tmp_path: Path
) -> None:
    add_demos(home)
    add_adapter(home, tmp_path / "out")
    promote(home, "demos@1")
    candidate = registry.find_candidate(home, "demos@1")
    assert registry.stale_tools(candidate, [SPEC]) == ()
    assert registry.stale_tools(candidate, [CHANGED]) == ("convert",)
    assert registry.stale_tools(candidate, [SPEC.model_copy(update={"name": "other"})]) == ()
    found = registry.status(home, [CHANGED])
    assert found.stale == ("convert",)
    assert found.commands == ("practicum explore --tools SOURCE --tool convert",)
    assert [each.stale for each in found.standings] == [("convert",), ("convert",)]
    assert registry.status(home, [SPEC]).commands == ()


def test_a_tool_that_was_practised_since_it_changed_is_not_to_be_practised_again(home: Home) -> None:
    add_demos(home)
    promote(home, "demos@1")
    again = made_trial(tool_schema_hash=CHANGED.schema_hash, outcome=Outcome.UNSOLVED)
    home.journal.record_trial(again)
    assert registry.status(home, [CHANGED]).commands == ("practicum explore --tools SOURCE --tool convert",)
    home.journal.record_trial(again.model_copy(update={"id": "solved", "outcome": Outcome.SOLVED}))
    assert registry.status(home, [CHANGED]).commands == ("practicum curate --tools SOURCE",)
    add_demos(home, "another", CHANGED)
    assert registry.status(home, [CHANGED]).commands == ("practicum promote demos@2 --tools SOURCE",)
    registry.refuse(home, "demos@2", against=Serving(demos="demos@1"), reason="no gain")
    assert registry.status(home, [CHANGED]).commands == ("practicum curate --tools SOURCE",)
    promote(home, "demos@2")
    assert registry.status(home, [CHANGED]).commands == ()


def test_no_promotion_can_be_changed_or_removed(home: Home) -> None:
    add_demos(home)
    promote(home, "demos@1")
    stranger = sqlite3.connect(home.journal.path)
    for statement in (
        "UPDATE promotions SET body = '{}'",
        "DELETE FROM promotions",
        "INSERT OR REPLACE INTO promotions SELECT * FROM promotions",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            stranger.execute(statement)
    stranger.close()


def test_a_home_of_before_promotions_is_read_and_gains_them_when_written(tmp_path: Path) -> None:
    with open_home(tmp_path) as home:
        add_demos(home)
    connection = sqlite3.connect(journal_path(tmp_path))
    connection.execute("DROP TABLE promotions")
    connection.commit()
    connection.close()
    with open_home(tmp_path, write=False) as home:
        assert registry.champion(home) is None
        assert registry.history(home) == []
        assert [each.name for each in registry.candidates(home)] == ["demos@1"]
    with open_home(tmp_path) as home:
        promote(home, "demos@1")
    with open_home(tmp_path, write=False) as home:
        assert registry.champion(home) == Serving(demos="demos@1")


def test_sets_move_to_another_home_as_candidates_and_adapters_and_promotions_stay(
    home: Home, tmp_path: Path
) -> None:
    home.journal.record_note(note("a", "t"))
    registry.register_notes(home)
    promote(home, add_demos(home))
    add_adapter(home, tmp_path / "out")
    home.journal.export(tmp_path / "all.jsonl")
    kinds = [json.loads(line)["kind"] for line in (tmp_path / "all.jsonl").read_text().splitlines()]
    assert kinds == ["note", "demos", "notes"]
    with open_home(tmp_path / "other") as other:
        add_demos(other, "its own")
        assert other.journal.import_(tmp_path / "all.jsonl").added == {"note": 1, "demos": 1, "notes": 1}
        assert {each.name for each in registry.candidates(other)} == {"demos@1", "demos@2", "notes@1"}
        assert registry.champion(other) is None
        again = other.journal.import_(tmp_path / "all.jsonl")
        assert (again.added, again.skipped) == ({}, 3)
        assert other.journal.stats().demonstration_sets == 2
