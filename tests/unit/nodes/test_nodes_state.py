"""The state of an episode: plain JSON, small, and the same after a resumption."""

from __future__ import annotations

import json

from nodes_episodes import REFUSED, episode, trial_of

from practicum.nodes.state import earlier_trials, fresh_trial, next_number, steps_of, trial_id, usage_after
from practicum.records import Outcome, Usage


def test_a_fresh_trial_forgets_everything_of_the_last_one_but_short_term_memory() -> None:
    used = episode(
        query="old", steps=[REFUSED.as_dict()], answer="old", broken="old", feasible=False, rejected=["x"]
    )
    fresh = {**used, **fresh_trial(2, "2026-01-02T03:04:05+00:00")}
    assert fresh == episode(number=2)
    assert json.loads(json.dumps(fresh)) == fresh


def test_a_trial_has_the_same_id_however_often_the_episode_is_resumed() -> None:
    assert trial_id(episode(number=3)) == trial_id(episode(number=3, query="q")) == "e1-3"


def test_the_next_number_is_the_first_that_is_free() -> None:
    assert next_number(episode()) == 1
    assert next_number(episode(short_term=[trial_of(1).as_dict(), trial_of(3).as_dict()])) == 2
    assert next_number(episode(short_term=[trial_of(2).as_dict(), trial_of(1).as_dict()])) == 3


def test_broken_trials_and_trials_without_a_query_teach_nothing() -> None:
    trials = [
        trial_of(1),
        trial_of(2, outcome=Outcome.BROKEN),
        trial_of(3).model_copy(update={"query": ""}),
        trial_of(4, outcome=Outcome.UNSOLVED),
    ]
    state = episode(short_term=[trial.as_dict() for trial in trials])
    assert [trial.number for trial in earlier_trials(state)] == [1, 4]


def test_usage_adds_up_over_the_calls_of_a_trial() -> None:
    state = episode()
    state["usage"] = usage_after(state, Usage(model_calls=1, prompt_tokens=5))
    assert Usage.from_dict(usage_after(state, Usage(model_calls=2, completion_tokens=3))) == Usage(
        model_calls=3, prompt_tokens=5, completion_tokens=3
    )


def test_steps_come_back_as_they_were() -> None:
    assert steps_of(episode(steps=[REFUSED.as_dict()])) == [REFUSED]
