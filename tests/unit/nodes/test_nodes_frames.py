"""The words around a free text, and the text that is left without them."""

from __future__ import annotations

from typing import Any

import pytest

from practicum.nodes.grounding import ground_tool
from practicum.nodes.grounding.evidence import FEWEST
from practicum.nodes.grounding.frames import LONGEST, learn_frames
from practicum.records import Lessons, ToolCall, ToolSpec

HASH = ToolSpec(
    name="hash",
    description="",
    parameters={
        "type": "object",
        "properties": {
            "text": {"type": "string", "description": "The text to hash."},
            "algorithm": {"type": "string", "enum": ["md5", "sha256", "blake2s"]},
        },
        "required": ["text", "algorithm"],
    },
)
TEXTS = ("silver zebra", "open sesame", "tea for two", "night")


def call(text: str) -> ToolCall:
    """A call."""
    return ToolCall(name="hash", arguments={"text": text, "algorithm": "md5"})


SAID = [(f"What is the md5 hash of '{text}' please?", call(text)) for text in TEXTS]


def offered(query: str, **frames: tuple[str, ...]) -> Any:
    """What the text may be."""
    lessons = Lessons(tool_schema_hash=HASH.schema_hash, frames=frames)
    return ground_tool(HASH, query, lessons).properties["text"].get("enum")


def test_a_frame_is_what_stood_around_the_texts_of_several_queries() -> None:
    assert learn_frames(HASH, SAID) == {"text": ("hash", "is", "md5", "of", "please", "the", "what")}
    assert learn_frames(HASH, SAID[: FEWEST - 1]) == {}


def test_an_argument_that_queries_do_not_say_word_for_word_has_no_frame() -> None:
    changed = [(query, call(text.upper())) for query, text in zip((q for q, _ in SAID), TEXTS, strict=True)]
    assert learn_frames(HASH, changed) == {}


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("blake2s kumquat", ["kumquat"]),  # a member of the other argument's enumeration
        ("md5 of open sesame, please", ["open sesame"]),
        ("Give the hash of Kim's lunch", ["Kim's", "Kim's lunch", "Give", "Give the hash of Kim's lunch"]),
    ],
)
def test_what_is_left_without_the_frame_is_offered(query: str, left: list[str]) -> None:
    assert offered(query, text=("hash", "is", "md5", "of", "please", "the", "what")) == left


def test_what_is_quoted_stays_the_only_offer() -> None:
    assert offered('md5 of "invoice-2291.pdf" for my files', text=("md5", "of")) == ["invoice-2291.pdf"]


@pytest.mark.parametrize(
    ("query", "among"),
    [
        ("md5 of note: buy the milk", "buy the milk"),  # what follows a colon is offered as well
        ("md5 of the hobbit", "the hobbit"),
        ("md5 of hello!", "hello!"),
        ("md5 of foo(bar)", "foo(bar)"),
    ],
)
def test_what_may_belong_to_the_text_is_offered_with_it(query: str, among: str) -> None:
    assert among in offered(query, text=("md5", "of", "the"))


def test_guillemets_are_quotation_marks() -> None:
    assert offered("Calcule le md5 de \u00ab bonjour \u00bb", text=("md5", "of")) == ["bonjour"]


def test_what_the_schema_does_not_allow_is_not_offered() -> None:
    short = {**HASH.properties, "text": {**HASH.properties["text"], "maxLength": 8}}
    spec = HASH.model_copy(update={"parameters": {**HASH.parameters, "properties": short}})
    lessons = Lessons(tool_schema_hash=spec.schema_hash, frames={"text": ("md5", "of", "and")})
    narrowed = ground_tool(spec, "md5 of kumquat and pomegranate", lessons)
    assert narrowed.properties["text"]["enum"] == ["kumquat"]


def test_a_set_that_practice_closed_stays_closed() -> None:
    closed = {**HASH.properties, "text": {"type": "string", "enum": ["short", "long"]}}
    spec = HASH.model_copy(update={"parameters": {**HASH.parameters, "properties": closed}})
    lessons = Lessons(tool_schema_hash=spec.schema_hash, frames={"text": ("md5", "of")})
    assert ground_tool(spec, "md5 of a rather short text", lessons).properties["text"]["enum"] == ["short"]


def test_of_two_free_texts_no_words_tell_which() -> None:
    two = {**HASH.properties, "other_text": HASH.properties["text"]}
    parameters = {**HASH.parameters, "properties": two, "required": ["text", "other_text"]}
    assert learn_frames(HASH.model_copy(update={"parameters": parameters}), SAID) == {}


def test_where_nothing_is_left_or_the_text_is_long_the_argument_stays_open() -> None:
    assert offered("md5 of", text=("md5", "of")) is None
    assert offered("md5 of kumquat " * LONGEST, text=("md5", "of")) is None
    failed = "md5 of kumquat\nError: timeout"
    assert offered(failed, text=("md5", "of")) == offered(failed)
    assert offered("md5 of kumquat") is None
