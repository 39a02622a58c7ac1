"""A turn of a conversation: taken from its messages at once, made fit to be kept later."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage

from practicum.hostile import Blanking, instruction_like
from practicum.records import ErrorKind, Observation, Step, ToolCall, Turn, canonical_json, utc_now
from practicum.tools.told_errors import tells_error

NO_ANSWER = "(no answer)"
"""What the agent says where its model said nothing."""
QUERY_CHARACTERS = 2000
ANSWER_CHARACTERS = 4000
OBSERVATION_CHARACTERS = 4000
MOST_STEPS = 50
MARGIN = 20_000
"""Characters beyond a bound that are searched for secrets: one that the cut would halve is whole there."""
_KEY = secrets.token_bytes(16)
"""Of this process alone: what it hashes, nobody can guess from the hash."""


@dataclass(frozen=True)
class RawTurn:
    """A turn as it was, with the queries before it; never written."""

    query: str
    calls: tuple[tuple[str, ToolCall, ToolMessage | None], ...]
    """What the model said beside each call, the call, and what came back."""
    answer: str
    earlier: tuple[str, ...]
    """The user's messages before this one, the oldest first."""
    said_before: tuple[str, ...]
    """All other texts before it, for what they give away."""
    at: datetime


def last_turn(messages: Sequence[BaseMessage]) -> RawTurn | None:
    """Return the turn that a conversation ends with; None where it does not end with an answer."""
    asked = [index for index, message in enumerate(messages) if isinstance(message, HumanMessage)]
    last = messages[-1] if messages else None
    if not asked or not isinstance(last, AIMessage) or last.tool_calls:
        return None
    before, own = messages[: asked[-1]], messages[asked[-1] + 1 :]
    results = {message.tool_call_id: message for message in own if isinstance(message, ToolMessage)}
    return RawTurn(
        query=str(messages[asked[-1]].text),
        calls=tuple(_calls(own, results)),
        answer=str(last.text),
        earlier=tuple(str(messages[index].text) for index in asked[:-1]),
        said_before=tuple(str(message.text) for message in before),
        at=utc_now(),
    )


def kept_turn(raw: RawTurn, hashes: Mapping[str, str], model: str, blanking: Blanking) -> Turn:
    """Return a turn as it is kept: bounded, redacted, with what in it reads like an order to a model.

    Args:
        raw: The turn.
        hashes: The schema hash of each tool that the agent has.
        model: Who answered, as the journal knows it.
        blanking: What was met in conversations so far.
    """
    blanking.learn(_texts(raw))
    steps = tuple(_step(*each, blanking) for each in raw.calls[:MOST_STEPS])
    query, query_cut = _bounded(raw.query, QUERY_CHARACTERS, blanking)
    answer, answer_cut = _bounded(raw.answer, ANSWER_CHARACTERS, blanking)
    called = {call.name for _, call, _ in raw.calls}
    return Turn(
        id=f"service-{secrets.token_hex(8)}",
        at=raw.at,
        model=model,
        number=len(raw.earlier) + 1,
        query=query,
        steps=steps,
        answer=answer,
        schema_hashes={name: known for name, known in hashes.items() if name in called},
        before=_hashed(raw.earlier),
        after=_hashed((*raw.earlier, raw.query)),
        quarantined=_order((query, answer, *_of_steps(steps))),
        cut=query_cut or answer_cut or len(raw.calls) > MOST_STEPS,
    )


def _calls(
    messages: Sequence[BaseMessage], results: Mapping[str, ToolMessage]
) -> Iterator[tuple[str, ToolCall, ToolMessage | None]]:
    for message in messages:
        if isinstance(message, AIMessage):
            thought = str(message.text)
            for made in message.tool_calls:
                call = ToolCall(name=made["name"], arguments=made["args"])
                yield thought, call, results.get(made["id"] or "")
                thought = ""


def _step(thought: str, call: ToolCall, result: ToolMessage | None, blanking: Blanking) -> Step:
    arguments = blanking.value(call.arguments)
    seen, cut = _bounded(str(result.text) if result is not None else "", OBSERVATION_CHARACTERS, blanking)
    return Step(
        thought=_bounded(thought, ANSWER_CHARACTERS, blanking)[0],
        call=ToolCall(name=call.name, arguments=arguments),
        observation=Observation(text=seen, error=_error(result), truncated=cut),
    )


def _error(result: ToolMessage | None) -> ErrorKind | None:
    """Return why a call has no result, as the agent noted it; of another agent's only that it failed."""
    if result is None:
        return ErrorKind.REFUSED
    if result.status != "error":
        return ErrorKind.RAISED if tells_error(str(result.text)) else None
    noted = result.artifact
    known = isinstance(noted, str) and noted in {str(kind) for kind in ErrorKind}
    return ErrorKind(noted) if known else ErrorKind.RAISED


def _bounded(text: str, limit: int, blanking: Blanking) -> tuple[str, bool]:
    kept = blanking.text(text[: limit + MARGIN])
    return kept[:limit], len(text) > limit + MARGIN or len(kept) > limit


def _texts(raw: RawTurn) -> Iterator[str]:
    """Yield all that a conversation says, as far as it is searched."""
    texts = [*raw.said_before, raw.query, raw.answer]
    for thought, call, result in raw.calls:
        texts += [thought, canonical_json(call.arguments), str(result.text) if result is not None else ""]
    yield from (text[: ANSWER_CHARACTERS + MARGIN] for text in texts)


def _of_steps(steps: Sequence[Step]) -> Iterator[str]:
    for step in steps:
        yield step.observation.text
        yield canonical_json(step.call.arguments) if step.call is not None else ""


def _order(texts: Sequence[str]) -> str | None:
    """Return what in a turn reads like an order to a model (see `practicum.nodes.quarantine`)."""
    found = (instruction_like(text) for text in texts)
    return next((order for order in found if order is not None), None)


def _hashed(queries: Sequence[str]) -> str:
    """Name a sequence of queries; the empty one has no name."""
    if not queries:
        return ""
    made = hashlib.blake2b(key=_KEY, digest_size=8)
    for query in queries:
        text = query.encode("utf-8", "surrogatepass")
        made.update(len(text).to_bytes(8, "big") + text)
    return made.hexdigest()
