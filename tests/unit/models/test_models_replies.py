"""Replies as text become calls, or say what to write instead."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from practicum.models.replies import Unreadable, compact_json, parse_call, without_loops
from practicum.records import JsonObject, ToolCall

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda x: st.lists(x) | st.dictionaries(st.text(), x),
)


@settings(max_examples=40, deadline=None)
@given(st.text(min_size=1), st.dictionaries(st.text(), JSON, max_size=4))
def test_a_call_written_as_json_is_read_back(name: str, arguments: JsonObject) -> None:
    text = compact_json({"name": name, "arguments": arguments})
    assert parse_call(text) == ToolCall(name=name, arguments=arguments)
    assert parse_call(f"I will call it: {text} and see", lenient=True) == ToolCall(
        name=name, arguments=arguments
    )


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "not JSON"),
        ('{"name":"t","arguments":{}', "not JSON"),
        ("[1]", "no object"),
        ('{"arguments":{}}', '"name"'),
        ('{"name":"t"}', '"arguments" must be an object'),
        ('{"name":"t","arguments":"{}"}', '"arguments" must be an object'),
        ('{"name":"t","arguments":{}} done', "text after"),
        ('{"name":"t","parameters":{}}', '"arguments" must be an object'),
    ],
)
def test_an_unreadable_reply_says_what_to_write_instead(text: str, complaint: str) -> None:
    read = parse_call(text)
    assert isinstance(read, Unreadable)
    assert complaint in read.reason
    assert '{"name":"TOOL","arguments":{...}}' in read.reason


def test_the_lenient_reading_takes_the_first_object_and_nothing_after_the_observation() -> None:
    text = (
        'Thought: {hm}\nAction: {"name":"a","parameters":{"x":1}}\nObservation: {"name":"b","arguments":{}}'
    )
    assert parse_call(text, lenient=True) == ToolCall(name="a", arguments={"x": 1})
    assert isinstance(parse_call('Observation {"name":"b","arguments":{}}', lenient=True), Unreadable)


@given(st.text())
def test_no_text_breaks_the_reader(text: str) -> None:
    assert isinstance(parse_call(text), ToolCall | Unreadable)
    assert isinstance(parse_call(text, lenient=True), ToolCall | Unreadable)


def test_deep_nesting_is_unreadable_rather_than_a_crash() -> None:
    assert isinstance(parse_call('{"a":' * 100_000, lenient=False), Unreadable)


def test_a_loop_is_cut_to_its_first_round() -> None:
    sentence = "The woman sits in the park. "
    assert without_loops("Once. " + sentence * 5 + "The wom") == "Once. " + sentence.strip()


def test_text_without_loops_stays_as_it_is() -> None:
    text = "Red, green and blue. Red again."
    assert without_loops(text) == text
