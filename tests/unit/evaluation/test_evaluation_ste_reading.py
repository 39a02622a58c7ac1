from __future__ import annotations

import difflib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practicum.evaluation.ste.names import KnownNames
from practicum.evaluation.ste.reading import NO_CALL, UNREADABLE, Reading, read_lenient, read_strict
from practicum.records import ToolCall

CALL = ToolCall(name="convert", arguments={"value": 70})
PLAIN = 'Action: convert\nAction Input: {"value": 70}'
BOTH = (read_strict, read_lenient)
KEYS = st.text(alphabet="abc", min_size=1)
ARGUMENTS = st.dictionaries(KEYS, st.integers() | st.text(alphabet="abc {}:,", max_size=8) | st.booleans())


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        f"Thought: a unit.\n{PLAIN}\nFinal Answer: 154 lb",
        'Action:  <tool_convert> \nAction Input: {\n  "value": 70\n}',
        'Action: convert\\n\nAction Input: {"value": 70}\\n',
        'Action: convert\nAction Input: {{"value": 70}}',
        f"{PLAIN}\nObservation: 154 lb",
        f'{PLAIN}\nObservation: {{"value": 1',
    ],
)
def test_one_call_is_read_by_both(text: str) -> None:
    assert [read(text) for read in BOTH] == [Reading(call=CALL)] * 2


@pytest.mark.parametrize(
    "after",
    [
        '\nObservation: {"pounds": 154}',
        '\nObservation: 154\nAction: round\nAction Input: {"value": 154}',
        "\nThat is } all",
    ],
)
def test_what_the_model_made_up_after_its_call_spoils_only_the_strict_reading(after: str) -> None:
    assert read_strict(PLAIN + after) == UNREADABLE
    assert read_lenient(PLAIN + after) == Reading(call=CALL)


def test_an_object_at_the_end_of_the_arguments_spoils_only_the_strict_reading() -> None:
    nested: dict[str, Any] = {"where": {"city": "Rome"}}
    text = f"Action: find\nAction Input: {json.dumps(nested)}"
    assert read_strict(text) == UNREADABLE
    assert read_lenient(text) == Reading(call=ToolCall(name="find", arguments=nested))


@pytest.mark.parametrize("read", BOTH)
@pytest.mark.parametrize("text", ["Final Answer: 154 lb", f"Thought: done.\nFinal Answer: x\n{PLAIN}"])
def test_a_final_answer_before_any_call_is_no_call(read: Any, text: str) -> None:
    assert read(text) == NO_CALL


@pytest.mark.parametrize("read", BOTH)
@pytest.mark.parametrize(
    "text",
    [
        "",
        "I would call convert.",
        "Action: convert",
        "Action: convert\nAction Input: 70",
        'Action: convert\nAction Input: {"value": 70,}',
        'Action: convert\nAction Input: {"a": {"value": 1}, "b": "tru',
        'Action Input: {"value": 70}',
        "Action: convert\nAction Input: " + '{"a":' * 20_000 + "1" + "}" * 20_000,
        'Action: convert\nAction Input: {"a": ' + "9" * 10_000 + "}",
    ],
)
def test_what_holds_no_whole_call_is_unreadable(read: Any, text: str) -> None:
    assert read(text) == UNREADABLE


@pytest.mark.parametrize("read", BOTH)
@given(arguments=ARGUMENTS)
def test_any_flat_arguments_are_read_as_they_were_written(read: Any, arguments: dict[str, Any]) -> None:
    text = f"Action: find\nAction Input: {json.dumps(arguments, indent=2)}"
    assert read(text) == Reading(call=ToolCall(name="find", arguments=arguments))


@pytest.mark.parametrize("read", BOTH)
@given(
    text=st.lists(
        st.sampled_from(
            ["Action:", "Action Input:", "Final Answer:", "\nObservation", "{", "}", '"a":1', "\n"]
        )
    ).map(" ".join)
)
def test_no_reply_breaks_a_reading(read: Any, text: str) -> None:
    reading = read(text)
    assert reading.call is None or not reading.no_call


NAMES = ("Email V4%%Email V4", "Numbers%%To letters, in Spanish", "Numbers Translator", "get_date")


@given(name=st.text(alphabet="EmailV4%NumbersTolr_ ", max_size=20) | st.sampled_from([n[:9] for n in NAMES]))
def test_an_unknown_name_means_the_one_that_is_closest(name: str) -> None:
    known = KnownNames(NAMES)
    close = difflib.get_close_matches(name, NAMES, n=1, cutoff=0.001)
    assert [tool for tool in NAMES if known.means(name, tool)] == close


def test_a_known_name_means_itself_and_an_endless_one_nothing() -> None:
    known = KnownNames(NAMES)
    assert known.means("get_date", "get_date")
    assert not known.means("get_date", "Numbers Translator")
    assert not any(known.means("get_date" * 100, tool) for tool in NAMES)
