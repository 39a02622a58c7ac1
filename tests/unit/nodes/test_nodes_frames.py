"""The words around a free text, and the text that is left without them."""

from __future__ import annotations

from typing import Any

import pytest

from practicum.nodes.frames import FEWEST, LONGEST, learn_frames
from practicum.nodes.grounding import ground_tool
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
        ("Give the hash of Kim's lunch", ["Kim's lunch", "Give", "Give the hash of Kim's lunch"]),
    ],
)
def test_what_is_left_without_the_frame_is_offered(query: str, left: list[str]) -> None:
    assert offered(query, text=("hash", "is", "md5", "of", "please", "the", "what")) == left


def test_what_is_quoted_stays_the_only_offer() -> None:
    assert offered('md5 of "invoice-2291.pdf" for my files', text=("md5", "of")) == ["invoice-2291.pdf"]


def test_where_nothing_is_left_or_the_text_is_long_the_argument_stays_open() -> None:
    assert offered("md5 of", text=("md5", "of")) is None
    assert offered("md5 of kumquat " * LONGEST, text=("md5", "of")) is None
    assert offered("md5 of kumquat") is None
