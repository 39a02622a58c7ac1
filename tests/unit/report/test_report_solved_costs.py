"""What a solved trial cost: all that was tried, shared among what was solved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from made_trials import made_trial

from practicum.memory_store.entries import ModelUsage, Summary
from practicum.memory_store.journal import Journal
from practicum.models.prices import FlatPrice
from practicum.records import SERVICE, Outcome, Usage
from practicum.report.memory import stats_table
from practicum.report.solved_costs import solved_costs

MINE = "openai:mine@http://127.0.0.1:9/v1"
KNOWN = "openai:gpt-4o-mini"


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal.open(tmp_path / "journal.sqlite", write=True) as opened:
        yield opened


def record(
    journal: Journal, model: str, tokens: int, outcome: Outcome = Outcome.SOLVED, tool: str = "convert"
) -> None:
    number = journal.count_trials() + 1
    usage = Usage(model_calls=3, prompt_tokens=tokens, completion_tokens=100)
    journal.record_trial(
        made_trial(id=str(number), number=number, model=model, usage=usage, outcome=outcome, tool=tool)
    )


def test_the_journal_sums_what_trials_took_by_tool_and_model(journal: Journal) -> None:
    record(journal, KNOWN, 1000)
    record(journal, KNOWN, 500, Outcome.UNSOLVED)
    record(journal, MINE, 10, tool="weather")
    first, second = journal.stats().usage
    total = Usage(model_calls=6, prompt_tokens=1500, completion_tokens=200)
    assert first == ModelUsage(tool="convert", model=KNOWN, trials=2, solved=1, usage=total)
    assert (second.tool, second.model, second.trials, second.solved) == ("weather", MINE, 1, 1)


def test_lessons_are_paid_for_too_and_turns_of_service_by_those_who_served_them(journal: Journal) -> None:
    record(journal, KNOWN, 1000)
    took = Usage(model_calls=1, prompt_tokens=300, completion_tokens=20)
    for name in ("asked", "asked", "asked again, since a trial was made again"):
        journal.record_summary(Summary(id=name, episode_id="e", tool="convert", model=KNOWN, usage=took))
    service = made_trial(id="s", number=2, model=KNOWN, tool="convert", origin="service", usage=took)
    journal.record_trial(service)
    (only,) = journal.stats().usage
    assert (only.trials, only.solved) == (1, 1)
    assert only.usage == Usage(model_calls=5, prompt_tokens=1600, completion_tokens=140)


def test_what_was_not_solved_is_paid_for_by_what_was(journal: Journal) -> None:
    record(journal, KNOWN, 1_000_000)
    record(journal, KNOWN, 1_000_000)
    record(journal, KNOWN, 2_000_000, Outcome.BROKEN)
    costs = solved_costs(journal.stats().usage, {KNOWN: FlatPrice(0.5, 0)})
    assert costs.tools["convert"].as_dict() == {"solved": 2, "tokens": 2_000_150.0, "dollars": 1.0}
    assert costs.tools["convert"].cells() == ("2,000,150", "$1.00")
    assert costs.as_dict()["all"] == costs.tools["convert"].as_dict()


def test_a_model_without_a_price_leaves_money_open_and_is_named_with_the_way_to_give_one(
    journal: Journal,
) -> None:
    record(journal, MINE, 1000)
    record(journal, KNOWN, 1000, tool="weather")
    costs = solved_costs(journal.stats().usage, {})
    assert costs.tools["convert"].cells() == ("1,100", "not known")
    assert costs.tools["weather"].as_dict()["dollars"] == pytest.approx(0.00021)
    assert costs.every.dollars is None
    assert any(MINE in note and "--price" in note for note in costs.notes())
    given = solved_costs(journal.stats().usage, {"": FlatPrice(1, 1)})
    assert given.tools["convert"].as_dict()["dollars"] == 0.0011
    assert given.tools["weather"].as_dict() == costs.tools["weather"].as_dict()


def test_a_tool_without_a_solved_trial_has_no_cost_for_one(journal: Journal) -> None:
    record(journal, "local", 1000, Outcome.UNSOLVED)
    costs = solved_costs(journal.stats().usage, {})
    assert costs.tools["convert"].as_dict() == {"solved": 0, "tokens": None, "dollars": None}
    assert costs.tools["convert"].cells() == ("-", "-")
    assert list(costs.notes()) == []


def test_an_empty_journal_has_nothing_to_say(journal: Journal) -> None:
    costs = solved_costs(journal.stats().usage, {})
    assert (costs.tools, list(costs.notes())) == ({}, [])


def test_a_tool_that_only_served_has_no_cost(journal: Journal) -> None:
    record(journal, KNOWN, 1000)
    journal.record_trial(made_trial(id="s", number=9, tool="served", origin=SERVICE))
    stats = journal.stats()
    table = stats_table(stats, solved_costs(stats.usage, {}))
    shown = {row[0]: row[-2:] for row in zip(*(column.cells for column in table.columns), strict=True)}
    assert shown["served"] == ("-", "-")
    assert shown["convert"][0] == "1,100"
