"""A corrected call is learned from, the error never."""

from __future__ import annotations

from typing import Any

import pytest
from made_trials import made_trial

from practicum.records import ErrorKind, Mode, Observation, Outcome, Step, ToolCall, Trial
from practicum.training.corrections import corrected_call, corrections, origin_of

WRONG = ToolCall(name="convert", arguments={"unit": "spoonful"})
RIGHT = ToolCall(name="convert", arguments={"unit": "teaspoon"})


def made(call: ToolCall | None, error: ErrorKind | None = None, mode: Mode = Mode.LIVE) -> Step:
    return Step(call=call, observation=Observation(text="said", error=error, mode=mode))


REFUSED = made(WRONG, ErrorKind.RAISED)
ACCEPTED = made(RIGHT)


def trial(*steps: Step, **more: Any) -> Trial:
    usual = {"tool_schema_hash": "now", "query": "How many millilitres are three teaspoons?"}
    return made_trial(**{**usual, "steps": steps, **more})


def test_the_step_after_a_wrong_call_is_the_example() -> None:
    (example,) = corrections([trial(REFUSED, ACCEPTED, answer="14.8 ml")])
    assert (example.query, example.call) == ("How many millilitres are three teaspoons?", RIGHT)
    assert (example.origin, example.id, example.tool_schema_hash) == ("correction", "a", "now")
    assert "spoonful" not in example.model_dump_json().replace("teaspoonful", "")


@pytest.mark.parametrize("error", [ErrorKind.UNREADABLE, ErrorKind.SCHEMA, ErrorKind.UNKNOWN_TOOL])
def test_whatever_error_the_model_made_can_be_corrected(error: ErrorKind) -> None:
    first = made(None if error is ErrorKind.UNREADABLE else WRONG, error)
    assert corrected_call(trial(first, ACCEPTED)) == RIGHT


@pytest.mark.parametrize(
    "steps",
    [
        (ACCEPTED,),
        (REFUSED,),
        (made(RIGHT, ErrorKind.TIMEOUT), ACCEPTED),
        (made(WRONG, ErrorKind.REFUSED), ACCEPTED),
        (made(RIGHT, ErrorKind.RAISED), ACCEPTED),
        (REFUSED, made(WRONG), ACCEPTED),
    ],
    ids=[
        "right at once",
        "never right",
        "timed out",
        "not allowed",
        "the same call",
        "a call for something else",
    ],
)
def test_what_is_no_correction(steps: tuple[Step, ...]) -> None:
    assert corrected_call(trial(*steps)) is None
    assert corrections([trial(*steps)]) == ()


def test_an_error_later_on_is_a_correction_but_the_example_counts_as_a_trial() -> None:
    found = trial(made(ToolCall(name="convert")), REFUSED, ACCEPTED)
    assert corrected_call(found) == RIGHT
    assert origin_of(found) == "trial"
    assert [each.origin for each in corrections([found])] == ["trial"]


def test_two_errors_before_it_are_a_correction_too() -> None:
    assert origin_of(trial(REFUSED, made(None, ErrorKind.UNREADABLE), ACCEPTED)) == "correction"


@pytest.mark.parametrize(
    "dropped",
    [
        trial(REFUSED, ACCEPTED, outcome=Outcome.UNSOLVED),
        trial(REFUSED, ACCEPTED, outcome=Outcome.BROKEN),
        trial(REFUSED, made(RIGHT, mode=Mode.SIMULATED)),
        trial(REFUSED, ACCEPTED, tool_schema_hash="before"),
    ],
)
def test_only_live_solved_trials_of_current_tools_count(dropped: Trial) -> None:
    assert corrections([dropped], schema_hashes={"convert": "now"}) == ()


def test_a_person_may_approve_or_reject_a_correction() -> None:
    unsolved = trial(REFUSED, ACCEPTED, outcome=Outcome.UNSOLVED)
    assert len(corrections([unsolved], reviews={"a": "approved"})) == 1
    assert corrections([trial(REFUSED, ACCEPTED)], reviews={"a": "rejected"}) == ()
