"""Query-first imagination: from both memories, within bounds."""

from __future__ import annotations

from typing import Any

import pytest
from nodes_episodes import REFUSED, SPEC, episode, prompt_text, scripted, trial_of

from practicum.nodes.imagine import QUERY_CHARACTERS, imagination_prompt, make_imagine
from practicum.nodes.memory_budget import MEMORY_TOKENS
from practicum.nodes.summarize import make_note
from practicum.nodes.token_estimate import estimate
from practicum.records import LongTermView, Outcome, PastQuery, Usage


def past(name: str, outcome: Outcome = Outcome.SOLVED) -> PastQuery:
    return PastQuery(trial_id=name, query=f"past {name}", outcome=outcome)


def prompt(view: LongTermView, **keys: Any) -> str:
    return imagination_prompt(SPEC, episode(long_term=view.as_dict(), **keys), [])


async def test_the_query_is_what_the_model_writes_and_its_cost_is_counted() -> None:
    model, script = scripted({"query": "  How long is a cubit?\n"})
    update = await make_imagine(model, SPEC)(episode(usage=Usage(model_calls=2).as_dict()))
    assert (update["query"], update["feasible"]) == ("How long is a cubit?", True)
    assert Usage.from_dict(update["usage"]).model_calls == 3
    assert set(update) == {"query", "feasible", "usage"}
    assert "convert: Convert an old length to meters." in prompt_text(script)


@pytest.mark.parametrize("reply", [{}, {"query": ""}, {"query": None}, {"query": ["a"]}, {"other": 1}])
async def test_an_unreadable_imagination_is_a_trial_without_a_query(reply: dict[str, Any]) -> None:
    model, _ = scripted(reply)
    update = await make_imagine(model, SPEC)(episode())
    assert (update["query"], update["feasible"]) == ("", False)


async def test_an_endless_query_is_cut() -> None:
    model, _ = scripted({"query": "x" * 5000})
    assert len((await make_imagine(model, SPEC)(episode()))["query"]) == QUERY_CHARACTERS


def test_the_prompt_does_not_grow_with_the_number_of_past_queries() -> None:
    nearest = tuple(past(f"n{number}") for number in range(5))
    sampled = tuple(past(f"s{number}") for number in range(5))
    few = prompt(LongTermView(nearest=nearest, sampled=sampled, total=100_000))
    many = prompt(LongTermView(nearest=nearest, sampled=sampled, total=999_999))
    assert len(few) == len(many)
    assert "Some of the 999999 requests" in many


def test_a_past_query_is_shown_once_with_its_outcome_and_never_in_full_length() -> None:
    endless = PastQuery(trial_id="c", query="y" * 5000, outcome=Outcome.SOLVED)
    view = LongTermView(
        nearest=(past("a", Outcome.UNSOLVED), endless), sampled=(past("a"), past("b")), total=3
    )
    said = prompt(view)
    assert said.count("past a") == 1
    assert "- [unsolved] past a" in said
    assert "- [solved] past b" in said
    assert said.count("y") < 400


def test_short_term_memory_is_shown_step_by_step_and_broken_trials_are_not() -> None:
    trials = [trial_of(1, "first", steps=(REFUSED,)), trial_of(2, "second", outcome=Outcome.BROKEN)]
    said = prompt(LongTermView(), short_term=[trial.as_dict() for trial in trials])
    assert "In this session you have asked, in this order:\n- [solved] first\n  {" in said
    assert f"-> {REFUSED.observation.text}\nGo deeper" in said
    assert "second" not in said


def test_rejected_queries_and_notes_are_shown() -> None:
    note = make_note(SPEC, "unit", "Metres are refused.", ["e1-1"])
    said = imagination_prompt(SPEC, episode(rejected=["too close"]), [note])
    assert "- too close" in said
    assert "What is known about the tool so far:\n- Metres are refused." in said


def test_the_prompt_is_longer_than_its_instructions_by_no_more_than_memory_may_cost() -> None:
    trials = [trial_of(number, "y" * 900, steps=(REFUSED,) * 4, answer="z" * 900) for number in range(1, 4)]
    pasts = tuple(PastQuery(trial_id=str(n), query="x" * 900, outcome=Outcome.SOLVED) for n in range(5))
    notes = [make_note(SPEC, "unit", f"{number}" * 300, ["e1-1"]) for number in range(8)]
    headings = 110  # of all four parts that are always there, with their line breaks
    most = estimate(imagination_prompt(SPEC, episode(), [])) + headings + MEMORY_TOKENS
    for hints in ((), ("g" * 900, "h" * 900)):
        state = episode(
            short_term=[trial.as_dict() for trial in trials],
            long_term=LongTermView(nearest=pasts, total=5, gaps=hints, offers=hints).as_dict(),
            rejected=["w" * 900],
        )
        assert estimate(imagination_prompt(SPEC, state, notes)) <= most
        assert estimate(imagination_prompt(SPEC, state, notes, 2 * MEMORY_TOKENS)) > most


async def test_whoever_has_a_large_model_can_let_it_remember_more() -> None:
    model, script = scripted({"query": "a"}, {"query": "b"})
    state = episode(long_term=LongTermView(nearest=(past("x" * 900),), total=1).as_dict())
    await make_imagine(model, SPEC)(state)
    await make_imagine(model, SPEC, memory_tokens=4000)(state)
    assert len(prompt_text(script, 0)) < len(prompt_text(script, 1)) - 500


def test_a_query_that_looks_like_a_template_is_shown_as_it_is() -> None:
    assert "{{ 7 * 7 }}" in prompt(LongTermView(), rejected=["{{ 7 * 7 }}"])
