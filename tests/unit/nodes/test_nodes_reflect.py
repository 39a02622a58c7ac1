"""Reflection and summary: the model's own view, checked against what execution showed."""

from __future__ import annotations

from typing import Any

import pytest
from nodes_episodes import REFUSED, SPEC, call_of, episode, prompt_text, scripted, step_of, tool_of, trial_of

from practicum.nodes.reflect import NOTHING_CONFIRMED, differences, make_accept, make_compare, make_reflect
from practicum.nodes.state import EpisodeState, Node
from practicum.nodes.summarize import MOST_NOTES, NOTE_CHARACTERS, make_summarize, notes_from_errors
from practicum.records import (
    ErrorKind,
    JsonObject,
    Note,
    Outcome,
    Reflection,
    Step,
    ToolCall,
    ToolSpec,
    Usage,
)
from practicum.tools.almanac.units import convert_units

OK = step_of(call_of(1, "cubit"), '{"meters": 2}')
UNITS = tool_of(convert_units).spec


async def verdict(node: Node, *steps: Step, **keys: Any) -> tuple[bool, str]:
    state = episode(query="q", answer="a", steps=[step.as_dict() for step in steps], **keys)
    update: EpisodeState = await node(state)
    found = Reflection.from_dict(update["reflection"] or {})
    return found.solved, found.reason


@pytest.mark.parametrize("solved", [True, False])
async def test_the_models_verdict_counts_and_its_cost_too(solved: bool) -> None:
    model, script = scripted({"reason": "It fits.", "solved": solved})
    update = await make_reflect(model)(episode(query="q", answer="two", steps=[OK.as_dict()]))
    assert update["reflection"] == {"solved": solved, "reason": "It fits."}
    assert Usage.from_dict(update["usage"]).model_calls == 1
    assert "User: q" in prompt_text(script)
    assert "Answer: two" in prompt_text(script)


@pytest.mark.parametrize("steps", [(), (REFUSED,), (step_of(None, "?", ErrorKind.UNREADABLE),)])
async def test_without_a_result_nothing_is_solved_and_the_model_is_not_asked(steps: tuple[Step, ...]) -> None:
    model, _ = scripted()
    assert await verdict(make_reflect(model), *steps) == (False, NOTHING_CONFIRMED)


@pytest.mark.parametrize("reply", [{}, {"solved": "no", "reason": ""}, {"solved": "true"}, {"solved": 1}])
async def test_a_verdict_that_is_not_plainly_yes_is_no(reply: JsonObject) -> None:
    model, _ = scripted(reply)
    assert (await verdict(make_reflect(model), OK))[0] is False


async def test_an_endless_reason_is_cut() -> None:
    model, _ = scripted({"solved": True, "reason": "x" * 5000})
    assert len((await verdict(make_reflect(model), OK))[1]) == 400


async def test_call_first_is_solved_if_the_model_came_back_to_the_imagined_call() -> None:
    node = make_compare(SPEC)
    same = call_of(1.0, " Cubit").as_dict()
    assert await verdict(node, REFUSED, OK, imagined=same) == (
        True,
        "the model came back to the imagined call",
    )
    solved, reason = await verdict(node, OK, imagined=call_of(2, "cubit").as_dict())
    assert (solved, reason) == (False, "the model came back to another call: value is 1 instead of 2")


async def test_call_first_judges_the_last_call_that_succeeded() -> None:
    other = step_of(call_of(9, "cubit"))
    node, imagined = make_compare(SPEC), call_of(1, "cubit").as_dict()
    assert (await verdict(node, OK, other, imagined=imagined))[0] is False
    assert (await verdict(node, other, OK, REFUSED, imagined=imagined))[0] is True


async def test_call_first_without_an_imagined_call_or_a_result_is_unsolved() -> None:
    node = make_compare(SPEC)
    assert await verdict(node, OK, imagined=None) == (False, NOTHING_CONFIRMED)
    assert await verdict(node, OK, feasible=False, imagined=OK.as_dict()["call"]) == (
        False,
        NOTHING_CONFIRMED,
    )
    refused = await verdict(node, REFUSED, imagined=call_of(2, "metre").as_dict())
    assert refused == (False, "no call of the attempt succeeded")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"from_unit": "kilogram", "value": 5.0}, ""),
        ({"from_unit": "pound"}, "from_unit is 'pound' instead of 'kg'"),
        ({"value": 6, "to_unit": "g"}, "value is 6 instead of 5; to_unit is 'g' instead of 'lb'"),
    ],
)
def test_calls_differ_in_meaning_not_in_spelling(changed: JsonObject, said: str) -> None:
    wanted = {"value": 5, "from_unit": "kg", "to_unit": "lb"}
    expected, actual = (ToolCall(name="convert_units", arguments=a) for a in (wanted, {**wanted, **changed}))
    assert differences(UNITS, expected, actual) == said


def test_a_default_that_is_left_out_is_no_difference_and_another_tool_is_one() -> None:
    def look(word: str, limit: int = 10) -> str:
        """Look a word up."""
        return word * limit

    spec = tool_of(look).spec
    short = ToolCall(name="look", arguments={"word": "a"})
    assert differences(spec, short, ToolCall(name="look", arguments={"word": "a", "limit": 10})) == ""
    assert differences(spec, short, ToolCall(name="look", arguments={"word": "a", "limit": 9}))
    other = ToolCall(name="find", arguments={"word": "a"})
    assert differences(spec, short, other) == "find was called instead of look"


async def test_without_reflection_whatever_returned_a_result_is_solved() -> None:
    assert await verdict(make_accept(), REFUSED, OK) == (True, "a call returned a result")
    assert await verdict(make_accept(), REFUSED) == (False, NOTHING_CONFIRMED)


async def summary(*lessons: Any, reply: JsonObject | None = None, trials: int = 2) -> list[Note]:
    model, _ = scripted(reply if reply is not None else {"lessons": list(lessons)})
    short_term = [trial_of(number).as_dict() for number in range(1, trials + 1)]
    update: EpisodeState = await make_summarize(model, SPEC)(episode(short_term=short_term))
    return [Note.from_dict(note) for note in update["notes"]]


def lesson(text: Any = "Use old units.", trials: Any = (1,), parameter: Any = "unit") -> JsonObject:
    return {
        "parameter": parameter,
        "text": text,
        "trials": list(trials) if isinstance(trials, tuple) else trials,
    }


async def test_a_lesson_becomes_a_note_with_the_trials_that_show_it() -> None:
    (note,) = await summary(lesson(trials=(2, 1, 2)))
    assert (note.text, note.parameter, note.evidence) == ("Use old units.", "unit", ("e1-2", "e1-1"))
    assert (note.tool, note.tool_schema_hash) == ("convert", SPEC.schema_hash)


@pytest.mark.parametrize("trials", [(), (0,), (3,), (-1,), (True,), ("1",), (1.0,), None, "1", 1])
async def test_a_lesson_without_a_trial_of_this_episode_is_refused(trials: Any) -> None:
    assert await summary(lesson(trials=trials)) == []


async def test_invented_trial_numbers_are_left_out_of_the_evidence() -> None:
    (note,) = await summary(lesson(trials=(7, 2)))
    assert note.evidence == ("e1-2",)


async def test_the_number_of_a_trial_is_the_one_the_prompt_gave_it() -> None:
    model, script = scripted({"lessons": [lesson(trials=(2,))]})
    trials = [trial_of(1), trial_of(2, outcome=Outcome.BROKEN), trial_of(3, outcome=Outcome.UNSOLVED)]
    update = await make_summarize(model, SPEC)(episode(short_term=[trial.as_dict() for trial in trials]))
    assert "Trial 2 (unsolved):\nUser: query 3" in prompt_text(script)
    assert update["notes"][0]["evidence"] == ["e1-3"]


@pytest.mark.parametrize("text", ["", "  ", None, 5])
async def test_a_lesson_that_says_nothing_is_refused(text: Any) -> None:
    assert await summary(lesson(text=text)) == []


@pytest.mark.parametrize("parameter", [None, "colour", ["unit"], 5])
async def test_a_lesson_about_no_parameter_of_the_tool_is_about_the_tool(parameter: Any) -> None:
    (note,) = await summary(lesson(parameter=parameter))
    assert note.parameter is None


async def test_notes_are_bounded_in_number_and_length() -> None:
    notes = await summary(*(lesson(text=f"{number} " + "x" * 900) for number in range(9)))
    assert len(notes) == MOST_NOTES
    assert {len(note.text) for note in notes} == {NOTE_CHARACTERS}


@pytest.mark.parametrize(
    "reply", [{}, {"lessons": None}, {"lessons": {"text": "x"}}, {"lessons": ["x", None]}]
)
async def test_an_unreadable_summary_leaves_no_notes_and_no_crash(reply: JsonObject) -> None:
    assert await summary(reply=reply) == []


async def test_an_episode_without_trials_asks_nobody() -> None:
    assert await summary(reply={}, trials=0) == []


def test_what_execution_refused_is_a_note_once_with_all_its_evidence() -> None:
    trials = [trial_of(1, steps=(REFUSED, REFUSED)), trial_of(2, probes=(REFUSED,)), trial_of(3, steps=(OK,))]
    (note,) = notes_from_errors(SPEC, trials)
    assert note.text == (
        "unit \"metre\" refused: unknown unit 'metre'; it must be one of: furlong, cubit, fathom"
    )
    assert (note.parameter, note.evidence) == ("unit", ("e1-1", "e1-2"))
    assert notes_from_errors(SPEC, trials)[0].id == note.id


@pytest.mark.parametrize("error", [ErrorKind.SCHEMA, ErrorKind.TIMEOUT, ErrorKind.UNREADABLE])
def test_what_the_schema_says_already_or_nobody_said_is_no_note(error: ErrorKind) -> None:
    step = step_of(REFUSED.call if error is not ErrorKind.UNREADABLE else None, "Error: x", error)
    assert notes_from_errors(SPEC, [trial_of(1, steps=(step,))]) == []


@pytest.mark.parametrize("text", ["Error: ", "Error: out of order\nsecond line", "stranger 'odd' failed"])
def test_a_refusal_that_blames_nothing_is_a_note_about_the_call(text: str) -> None:
    call = ToolCall(name="convert", arguments={"stranger": "odd"})
    (note,) = notes_from_errors(SPEC, [trial_of(1, steps=(step_of(call, text, ErrorKind.RAISED),))])
    assert note.parameter is None
    assert note.text.startswith('convert({"stranger":"odd"}) is refused: ')
    assert "\n" not in note.text


async def test_without_a_model_the_notes_are_those_of_the_errors() -> None:
    short_term = [trial_of(1, steps=(REFUSED,)).as_dict()]
    update = await make_summarize(None, SPEC)(episode(short_term=short_term))
    assert [note["parameter"] for note in update["notes"]] == ["unit"]


@pytest.mark.parametrize(
    ("name", "schema", "want", "got"),
    [
        ("unit", {"type": "string"}, "MW", "mW"),
        ("unit", {"type": "string"}, "MPa", "mPa"),
        ("start", {"type": "string", "format": "date-time"}, "2024-03-05T09:00:00", "2024-03-05T22:45:00"),
        ("start", {"type": "string", "format": "date-time"}, "2024-03-05T09:00+02:00", "2024-03-05T09:00Z"),
        ("at", {"type": "string", "format": "time"}, "12:00:00", "12:00:59"),
    ],
)
def test_another_moment_and_a_unit_of_another_size_are_another_call(
    name: str, schema: JsonObject, want: str, got: str
) -> None:
    spec = ToolSpec(name="t", description="d", parameters={"type": "object", "properties": {name: schema}})
    calls = [ToolCall(name="t", arguments={name: value}) for value in (want, got)]
    assert differences(spec, calls[0], calls[0]) == ""
    assert differences(spec, *calls) == f"{name} is {got!r} instead of {want!r}"
