"""A model's turn that breaks off in the middle of a stream is not said twice."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from langchain_core.exceptions import ModelConnectionError
from langchain_core.outputs import ChatGenerationChunk
from pydantic import PrivateAttr
from service_parts import StreamingScript, asking, call_of_add, client_of

from practicum.models.scripted import ScriptedReply

CHAT = "/v1/chat/completions"
ANSWER = ScriptedReply(content="It is five.")


class BreakingScript(StreamingScript):
    """Breaks off in the turn of this number, once: after so many parts."""

    turn: int = 1
    after: int = 1
    _turns: int = PrivateAttr(0)

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[ChatGenerationChunk]:
        self._turns += 1
        breaks, parts = self._turns == self.turn, 0
        async for part in super()._astream(*args, **kwargs):
            if breaks and parts == self.after:
                raise ModelConnectionError("the connection was cut")
            parts += 1
            yield part


def events(text: str) -> list[Any]:
    found = [line.removeprefix("data: ") for line in text.splitlines() if line.startswith("data: ")]
    return [event if event == "[DONE]" else json.loads(event) for event in found]


def said(found: list[Any]) -> str:
    choices = [each["choices"][0] for each in found if isinstance(each, dict) and each.get("choices")]
    return "".join(choice["delta"].get("content") or "" for choice in choices)


async def test_a_stream_whose_words_went_out_ends_with_an_error_and_does_not_begin_anew(
    tmp_path: Path,
) -> None:
    model, told = BreakingScript(replies=(ANSWER, ANSWER), after=2), list[str]()
    async with client_of(model, tmp_path, told=told) as client:
        found = events((await client.post(CHAT, json=asking(stream=True))).text)
    assert said(found) == "It is "
    assert found[-1]["error"]["code"] == "model_failed"
    assert len(model.prompts) == 1
    assert "the connection was cut" in told[0]


@pytest.mark.parametrize(
    ("replies", "turn"),
    [((ANSWER, ANSWER), 1), ((call_of_add(2, 3), ANSWER, ANSWER), 2)],
    ids=["the first turn", "the turn after a call"],
)
async def test_a_turn_that_breaks_off_before_its_first_word_is_asked_for_again(
    tmp_path: Path, replies: tuple[ScriptedReply, ...], turn: int
) -> None:
    model = BreakingScript(replies=replies, turn=turn, after=0)
    async with client_of(model, tmp_path) as client:
        found = events((await client.post(CHAT, json=asking(stream=True))).text)
    assert (said(found).strip(), found[-1]) == ("It is five.", "[DONE]")
