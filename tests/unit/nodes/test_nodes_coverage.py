"""Coverage counts what was really tried of a tool, and nothing else."""

from __future__ import annotations

from typing import Any

from made_trials import made_trial

from practicum.nodes.coverage import MOST_VALUES, coverage, observed_spec
from practicum.nodes.coverage_records import Tried
from practicum.records import ErrorKind, Mode, Observation, Outcome, Step, ToolCall, ToolSpec, Trial

SPEC = ToolSpec(
    name="convert",
    description="Convert a length.",
    parameters={
        "type": "object",
        "properties": {
            "value": {"type": "number"},
            "unit": {"enum": ["cubit", "fathom"]},
            "precision": {"type": "integer"},
            "style": {"type": "string"},
        },
        "required": ["value", "unit"],
    },
)


def step(*, text: str = "{}", error: ErrorKind | None = None, mode: Mode = Mode.LIVE, **given: Any) -> Step:
    observation = Observation(text=text, error=error, mode=mode)
    return Step(call=ToolCall(name="convert", arguments=given), observation=observation)


def trial(*steps: Step, outcome: Outcome = Outcome.SOLVED, **fields: Any) -> Trial:
    return made_trial(steps=steps, outcome=outcome, **fields)


def test_each_parameter_is_counted_given_left_out_accepted_and_refused() -> None:
    refused = step(value=1, unit="ell", text="Error: unknown unit 'ell'", error=ErrorKind.RAISED)
    found = coverage(
        SPEC,
        [
            trial(step(value=2, unit="cubit", precision=3)),
            trial(refused, step(value=1, unit="cubit"), outcome=Outcome.UNSOLVED),
        ],
    )
    assert (found.trials, found.solved, found.calls, found.accepted) == (2, 1, 3, 2)
    value, unit, precision, style = found.parameters
    assert (unit.given, unit.left_out, unit.accepted, unit.refused) == (3, 0, 2, 1)
    assert (unit.trials, unit.solved, unit.distinct) == (2, 1, 2)
    assert unit.values[0] == Tried(what=('"cubit"',), tried=2, accepted=2)
    assert (precision.given, precision.left_out, precision.trials, precision.solved) == (1, 2, 1, 1)
    assert (value.refused, style.given, style.left_out, style.values) == (0, 0, 3, ())
    assert [(each.kind, each.parameter, each.count) for each in found.errors] == [("raised", "unit", 1)]


def test_optional_parameters_given_together_are_counted_as_pairs() -> None:
    both = step(value=2, unit="cubit", precision=3, style="old")
    found = coverage(SPEC, [trial(both, both, step(value=2, unit="cubit", style="old"))])
    assert found.pairs == (Tried(what=("precision", "style"), tried=2, accepted=2),)


def test_what_was_simulated_or_only_checked_does_not_count_as_tried() -> None:
    simulated = step(value=1, unit="cubit", mode=Mode.SIMULATED)
    checked = step(value=1, unit="cubit", mode=Mode.DRY_RUN, error=ErrorKind.REFUSED)
    noted = step(value=1, unit="cubit", mode=Mode.DRY_RUN)
    unrecorded = step(value=1, unit="cubit", mode=Mode.REPLAYED, error=ErrorKind.REFUSED)
    found = coverage(SPEC, [trial(simulated, checked, noted, unrecorded, outcome=Outcome.UNSOLVED)])
    assert (found.calls, found.not_executed, found.errors) == (0, 4, ())
    assert [each.given for each in found.parameters] == [0, 0, 0, 0]
    assert [each.trials for each in found.parameters] == [0, 0, 0, 0]


def test_a_replayed_call_counts_and_a_broken_trial_does_not() -> None:
    replayed = step(value=1, unit="cubit", mode=Mode.REPLAYED)
    gone = step(value=1, unit="cubit", error=ErrorKind.UNAVAILABLE)
    found = coverage(SPEC, [trial(replayed, gone), trial(replayed, outcome=Outcome.BROKEN)])
    assert (found.trials, found.calls, found.not_executed) == (1, 1, 0)


def test_a_missing_argument_is_an_error_about_it_and_not_a_refused_value() -> None:
    lacking = step(value=1, text="Error: 'unit' is a required property", error=ErrorKind.SCHEMA)
    found = coverage(SPEC, [trial(lacking)])
    assert [(each.kind, each.parameter) for each in found.errors] == [("schema", "unit")]
    assert [each.refused for each in found.parameters] == [0, 0, 0, 0]


def test_of_many_values_only_those_tried_most_are_told() -> None:
    steps = [step(value=number, unit="cubit") for number in (*range(50), 7)]
    value = coverage(SPEC, [trial(*steps)]).parameters[0]
    assert (value.distinct, len(value.values)) == (50, MOST_VALUES)
    assert value.values[0].what == ("7",)


def test_without_a_schema_the_parameters_are_those_that_were_given() -> None:
    trials = [trial(step(value=1, unit="cubit"), step(value=1, unit="cubit", style="old"))]
    spec = observed_spec("convert", trials)
    assert list(spec.properties) == ["value", "unit", "style"]
    assert spec.required == frozenset({"value", "unit"})
    assert observed_spec("convert", []).properties == {}
