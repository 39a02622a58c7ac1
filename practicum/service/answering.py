"""The agent, asked once: pieces of its answer as they come, then the whole, and what that took."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, LLMResult

from practicum.hostile import redact
from practicum.models.waiting import never_again
from practicum.records import Usage
from practicum.service.speech import Speech
from practicum.tools.catalog import Tool, sandboxes_of
from practicum.tools.turns import Turns

SEED = 0
"""Of the state that tools with a sandbox find at the beginning of each request."""
SPEAKER = "decide"
"""The agent's step in which its own model speaks; a tool may ask a model, too."""
BETWEEN = "\n\n"
"""Between what the model says before it calls a tool and what it says then."""


@dataclass(frozen=True)
class ChatAnswer:
    """The whole answer, and what it took."""

    text: str
    usage: Usage


class Answerer:
    """Asks one agent for all requests; each works in states of its own where tools have a sandbox."""

    def __init__(self, agent: Any, tools: Iterable[Tool]) -> None:
        """Take the agent.

        Args:
            agent: A compiled graph, messages in, messages out.
            tools: What it calls.
        """
        self._agent = agent
        self._sandboxes = sandboxes_of(tools)
        self._turns = Turns()

    async def pieces(
        self, messages: Sequence[BaseMessage], *, stream: bool
    ) -> AsyncIterator[str | ChatAnswer]:
        """Yield pieces of the answer if it is to be streamed, and then the `ChatAnswer`.

        A model that does not stream is heard in one piece.
        """
        listening, heard, last = (_Counter(), _Breaking()), _Heard(), AIMessage(content="")
        modes = ["messages", "updates"] if stream else ["updates"]
        async with self._turns.episode(self._sandboxes, SEED):
            asked, config = {"messages": list(messages)}, {"callbacks": list(listening)}
            async for mode, seen in self._agent.astream(asked, config, stream_mode=modes):
                if mode == "messages":
                    part, about = seen
                    if about.get("langgraph_node") == SPEAKER:
                        yield heard.chunk(part)
                    continue
                for message in _said(seen):
                    last = message
                    if stream:
                        yield heard.whole(message)
        yield ChatAnswer(redact(str(last.text)), listening[0].usage)


class _Heard:
    """What was heard of the model's turns; turns that only call a tool say nothing."""

    def __init__(self) -> None:
        self._speech = Speech()
        self._turn: str | None = None
        self._before = False

    def chunk(self, chunk: Any) -> str:
        """Return what can be let out of a part of a turn."""
        if not isinstance(chunk, AIMessageChunk) or not (text := str(chunk.text)):
            return ""
        gap = self._gap() if chunk.id != self._turn else ""
        self._turn = chunk.id
        return gap + self._speech.add(text)

    def whole(self, message: AIMessage) -> str:
        """Return what is left of a turn, all of it if it did not come in parts."""
        said, streamed, self._turn = self._speech.rest(), self._turn is not None, None
        if not streamed and not message.tool_calls:
            said = self._gap() + redact(str(message.text))
        return said

    def _gap(self) -> str:
        left, before, self._before = self._speech.rest(), self._before, True
        return left + BETWEEN if before else left


def _said(update: Any) -> list[AIMessage]:
    """What the agent said in a step, of those that say something."""
    changes = [change for change in update.values() if isinstance(change, dict)]
    found = [message for change in changes for message in change.get("messages", [])]
    return [message for message in found if isinstance(message, AIMessage)]


class _Counter(BaseCallbackHandler):
    """Adds up what the model's calls used."""

    run_inline = True

    def __init__(self) -> None:
        self.usage = Usage()

    def on_llm_end(self, response: LLMResult, **_: Any) -> None:
        for generation in (one for several in response.generations for one in several):
            counted = generation.message if isinstance(generation, ChatGeneration) else None
            used = counted.usage_metadata if isinstance(counted, AIMessage) else None
            read, written = (used["input_tokens"], used["output_tokens"]) if used else (0, 0)
            self.usage += Usage(model_calls=1, prompt_tokens=read, completion_tokens=written)


class _Breaking(BaseCallbackHandler):
    """Sees that a turn which broke off after some of it was heard is not begun anew."""

    run_inline = True

    def __init__(self) -> None:
        self._turns: dict[UUID, bool] = {}
        """Turns of the agent's own model, and whether some of their text came."""

    def on_chat_model_start(
        self, *_: Any, run_id: UUID, metadata: dict[str, Any] | None = None, **__: Any
    ) -> None:
        if (metadata or {}).get("langgraph_node") == SPEAKER:
            self._turns[run_id] = False

    def on_llm_new_token(self, token: Any, *, run_id: UUID, **_: Any) -> None:
        if token and run_id in self._turns:
            self._turns[run_id] = True

    def on_llm_error(self, error: BaseException, *, run_id: UUID, **_: Any) -> None:
        if self._turns.get(run_id):
            never_again(error)
