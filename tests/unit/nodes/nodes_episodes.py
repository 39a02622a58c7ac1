"""What tests of nodes share: a small tool, a scripted model, and states of an episode."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from practicum.models.caller import ModelCaller
from practicum.models.scripted import ScriptedChatModel, ScriptedReply
from practicum.nodes.state import EpisodeInfo, EpisodeState, fresh_trial
from practicum.records import (
    ErrorKind,
    JsonObject,
    Observation,
    Outcome,
    Step,
    Strategy,
    ToolCall,
    Trial,
)
from practicum.tools.catalog import Tool
from practicum.tools.effects import read_only
from practicum.tools.langchain_tools import make_tool

UNITS = ("furlong", "cubit", "fathom")


@read_only
def convert(value: float, unit: str) -> JsonObject:
    """Convert an old length to meters."""
    if unit not in UNITS:
        raise ValueError(f"unknown unit {unit!r}; it must be one of: {', '.join(UNITS)}")
    return {"meters": value * 2, "unit": unit}


def tool_of(function: Any) -> Tool:
    made = make_tool(function)
    assert isinstance(made, Tool), made
    return made


TOOL = tool_of(convert)
SPEC = TOOL.spec


def scripted(*replies: ScriptedReply | JsonObject) -> tuple[ModelCaller, ScriptedChatModel]:
    """A model that replies from a script, and the script, which keeps what it was asked."""
    read = tuple(r if isinstance(r, ScriptedReply) else ScriptedReply(structured=r) for r in replies)
    script = ScriptedChatModel(replies=read)
    return ModelCaller(script, name="scripted", longest_wait_s=0), script


def calling(*calls: ToolCall, content: str = "") -> ScriptedReply:
    return ScriptedReply(tool_calls=calls, content=content)


def call_of(value: float, unit: str) -> ToolCall:
    return ToolCall(name="convert", arguments={"value": value, "unit": unit})


def step_of(
    call: ToolCall | None, text: str = "{}", error: ErrorKind | None = None, thought: str = ""
) -> Step:
    return Step(thought=thought, call=call, observation=Observation(text=text, error=error))


REFUSED = step_of(
    call_of(2, "metre"),
    "Error: unknown unit 'metre'; it must be one of: furlong, cubit, fathom",
    ErrorKind.RAISED,
)


def episode(number: int = 1, *, seed: int = 7, **keys: Any) -> EpisodeState:
    """The state of an episode at the beginning of a trial, with ``keys`` set."""
    info = EpisodeInfo(id="e1", tool="convert", number=1, trials=4, seed=seed)
    begun = fresh_trial(number, "2026-01-02T03:04:05+00:00")
    return EpisodeState(**{**begun, "episode": info, "short_term": [], **keys})  # type: ignore[typeddict-item]


def trial_of(number: int, query: str = "", outcome: Outcome = Outcome.SOLVED, **more: Any) -> Trial:
    fields: JsonObject = {
        "id": f"e1-{number}",
        "episode_id": "e1",
        "tool": "convert",
        "tool_schema_hash": SPEC.schema_hash,
        "episode": 1,
        "number": number,
        "strategy": Strategy.QUERY_FIRST,
        "model": "scripted",
        "query": query or f"query {number}",
        "outcome": outcome,
        "started_at": datetime(2026, 1, 2, tzinfo=UTC),
    }
    return Trial(**{**fields, **more})


def prompt_text(script: ScriptedChatModel, index: int = -1) -> str:
    """Everything that the model read, as one text."""
    return "\n".join(str(message.text) for message in script.prompts[index])
