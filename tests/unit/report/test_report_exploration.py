"""What an exploration says of calls that no tool answered."""

from __future__ import annotations

from made_trials import made_trial

from practicum.records import ErrorKind, Mode, Observation, Outcome, Reflection, Step, ToolCall, Trial
from practicum.report.exploration import (
    broken_notes,
    exploration_notes,
    exploration_totals,
    left_alone_notes,
)

CALL = ToolCall(name="convert")
LIVE = Step(call=CALL, observation=Observation(text="ok"))
WRONG = Step(call=CALL, observation=Observation(text="no", error=ErrorKind.SCHEMA))
NOTED = Step(call=CALL, observation=Observation(text="noted", mode=Mode.DRY_RUN))
CHECKED = Step(call=CALL, observation=Observation(text="Dry run", mode=Mode.DRY_RUN, error=ErrorKind.REFUSED))
SIMULATED = Step(call=CALL, observation=Observation(text="ok", mode=Mode.SIMULATED))
REPLAYED = Step(call=CALL, observation=Observation(text="ok", mode=Mode.REPLAYED))


def test_nothing_is_said_where_all_calls_ran_or_got_no_further_than_the_schema() -> None:
    assert exploration_notes([made_trial(steps=(LIVE, WRONG))]) == []
    assert exploration_totals([made_trial(steps=(LIVE, WRONG))])["all"]["calls"] == {"live": 1}


def test_calls_that_no_tool_answered_are_counted_by_what_became_of_them() -> None:
    trials = [made_trial(steps=(CHECKED, LIVE)), made_trial(id="b", steps=(SIMULATED, REPLAYED))]
    checked, simulated, replayed, learned = exploration_notes(trials)
    assert checked == "1 of 4 calls were only checked: nothing was executed"
    assert simulated.startswith("1 of 4 calls were simulated: nothing was executed")
    assert replayed == "1 of 4 calls were answered from cassettes"
    assert "stay unsolved" in learned


def test_of_the_ablation_without_execution_nothing_is_said_about_learning() -> None:
    assert exploration_notes([made_trial(steps=(NOTED,))]) == [
        "1 of 1 calls were only checked: nothing was executed"
    ]


def broken(number: int, reason: str) -> Trial:
    reflection = Reflection(solved=False, reason=reason)
    return made_trial(id=f"b{number}", number=number, outcome=Outcome.BROKEN, reflection=reflection)


def test_what_broke_off_and_was_not_made_since_is_counted_with_the_last_reason() -> None:
    made = made_trial(number=1)
    assert broken_notes([made]) == []
    assert broken_notes([broken(1, "it was away"), made]) == []
    (note,) = broken_notes([broken(1, "it was away"), made, broken(2, "it is away")])
    assert note == "1 trial broke off; the same command makes what is missing. The last one: it is away"
    (several,) = broken_notes([broken(2, "x"), broken(2, "x"), broken(3, "y")])
    assert several.startswith("2 trials broke off")


def test_trials_that_were_not_begun_are_told_by_tool() -> None:
    made = [broken(number, "it is away") for number in (1, 1, 2, 3)]
    (note,) = left_alone_notes(made, {made[0].tool: 12})
    assert note.startswith(f"{made[0].tool}: 9 trials were not begun, since those before broke")
    assert left_alone_notes(made, {made[0].tool: 3}) == []
