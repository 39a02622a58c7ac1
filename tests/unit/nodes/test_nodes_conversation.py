"""Trials, steps and demonstrations as turns of a conversation, and as text."""

from __future__ import annotations

from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from nodes_episodes import REFUSED, call_of, step_of, trial_of

from practicum.nodes.conversation import (
    SHOWN_CHARACTERS,
    clip,
    demonstration_messages,
    step_messages,
    transcript,
    trial_messages,
)
from practicum.nodes.plain_answer import MOST_CHARACTERS, plain_answer
from practicum.records import Demonstration, ErrorKind

LONG = "x" * 5000


def test_a_step_is_the_models_call_and_what_came_back_under_one_id() -> None:
    asked, answered = step_messages([step_of(call_of(1, "cubit"), "2 m", thought="hm")], prefix="t")
    assert isinstance(asked, AIMessage)
    assert isinstance(answered, ToolMessage)
    (call,) = asked.tool_calls
    assert (asked.content, call["name"], call["args"]) == ("hm", "convert", {"value": 1, "unit": "cubit"})
    assert (answered.content, answered.tool_call_id) == ("2 m", call["id"])


def test_an_unreadable_step_shows_what_was_said_and_what_to_do_instead() -> None:
    step = step_of(None, "Error: write JSON", ErrorKind.UNREADABLE, thought="convert!!")
    said, told = step_messages([step], prefix="t")
    assert isinstance(told, HumanMessage)
    assert (said.content, told.content) == ("convert!!", "Error: write JSON")
    (empty, _) = step_messages([step_of(None)], prefix="t")
    assert empty.content


def test_call_ids_differ_between_all_steps_of_a_conversation() -> None:
    trials = [trial_of(number, steps=(REFUSED, step_of(call_of(1, "cubit")))) for number in (1, 2)]
    messages = [message for trial in trials for message in trial_messages(trial)]
    ids = [message.tool_call_id for message in messages if isinstance(message, ToolMessage)]
    assert len(set(ids)) == len(ids) == 4


def test_a_finished_trial_ends_with_its_answer_and_long_texts_are_clipped() -> None:
    trial = trial_of(1, steps=(step_of(call_of(1, "cubit"), LONG),), answer=LONG)
    query, _, result, answer = trial_messages(trial, clip_to=100)
    assert query.content == "query 1"
    assert [len(str(message.content)) for message in (result, answer)] == [100, 100]
    assert len(trial_messages(trial_of(1))) == 1


def test_demonstrations_come_in_the_order_given() -> None:
    shown = [
        Demonstration(
            id=name, tool="convert", tool_schema_hash="h", query=name, call=call_of(1, "cubit"),
            observation=LONG, answer=answer,
        )
        for name, answer in (("far", ""), ("near", "2 m"))
    ]  # fmt: skip
    messages = demonstration_messages(shown)
    assert [type(message).__name__[:2] for message in messages] == ["Hu", "AI", "To", "Hu", "AI", "To", "AI"]
    assert [message.content for message in messages if isinstance(message, HumanMessage)] == ["far", "near"]
    assert len(str(messages[2].content)) == SHOWN_CHARACTERS


def test_a_transcript_says_calls_errors_and_answer_and_is_bounded() -> None:
    text = transcript("How long?", [REFUSED, step_of(None, "?", ErrorKind.UNREADABLE)], "")
    assert text.splitlines() == [
        "User: How long?",
        'Tool call: convert({"unit":"metre","value":2})',
        f"Observation: {REFUSED.observation.text}",
        "Tool call: (could not be read)",
        "Observation: ?",
        "Answer: (none)",
    ]
    assert len(transcript("q", [step_of(call_of(1, LONG), LONG, thought=LONG)], LONG)) < 4000


def test_clipping_says_that_it_clipped() -> None:
    assert (clip("abcdef", 6), clip("abcdefg", 6)) == ("abcdef", "abc...")


def test_a_result_is_said_plainly() -> None:
    assert plain_answer('{"sun_rise": "06:10", "days": ["a", 2], "dst": true, "note": null}') == (
        "sun rise: 06:10, days: a; 2, dst: yes, note: none"
    )
    assert plain_answer("two\n  lines") == "two lines"


def test_an_answer_is_never_empty_never_long_and_never_a_crash() -> None:
    assert [plain_answer(text) for text in ("", "{}", "[]", '""')] == ["(nothing)"] * 4
    assert len(plain_answer(LONG)) == MOST_CHARACTERS
    assert plain_answer("[" * 4000).startswith("[[[")
