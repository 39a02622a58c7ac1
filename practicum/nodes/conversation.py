"""Trials, steps and demonstrations as the turns of a conversation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage

from practicum.nodes.data_marks import as_data
from practicum.records import Demonstration, Step, Trial

SHOWN_CHARACTERS = 600
"""Bound of an observation of an earlier trial or demonstration, where only its gist is needed."""
ANSWER_CHARACTERS = 2000
"""Bound of an answer in a transcript: long enough to be judged, whatever a model wrote."""


def step_messages(steps: Iterable[Step], *, prefix: str, limit: int | None = None) -> list[BaseMessage]:
    """Return each step as the model's call and what came back; ids are unique under ``prefix``."""
    messages: list[BaseMessage] = []
    for index, step in enumerate(steps):
        text = step.observation.text if limit is None else clip(step.observation.text, limit)
        if step.call is None:
            messages += [AIMessage(content=step.thought or "(nothing)"), HumanMessage(content=text)]
            continue
        call_id = f"{prefix}-{index}"
        call = {"name": step.call.name, "args": step.call.arguments, "id": call_id}
        messages.append(AIMessage(content=step.thought, tool_calls=[call]))
        messages.append(ToolMessage(content=text, tool_call_id=call_id, name=step.call.name))
    return messages


def trial_messages(trial: Trial, clip_to: int = SHOWN_CHARACTERS) -> list[BaseMessage]:
    """Return a finished trial in full: its query, its steps, its answer; long texts clipped."""
    steps = step_messages(trial.steps, prefix=trial.id, limit=clip_to)
    answer = [AIMessage(content=clip(trial.answer, clip_to))] if trial.answer else []
    return [HumanMessage(content=trial.query), *steps, *answer]


def demonstration_messages(
    demonstrations: Sequence[Demonstration], *, results: bool = True
) -> list[BaseMessage]:
    """Return demonstrations as earlier turns, in the order given: the nearest comes last.

    Without ``results`` only queries and calls are shown, which some providers refuse and the
    embedded model reads in a third of the time; but what an earlier call returned that a later one needed
    is always there.
    """
    messages: list[BaseMessage] = []
    seen: Counter[str] = Counter()
    for shown in demonstrations:
        # Phrasings of one trial share its id, and some providers refuse a call's id that comes twice.
        seen[shown.id] += 1
        call_id = f"demo-{shown.id}" + (f"-again-{seen[shown.id]}" if seen[shown.id] > 1 else "")
        call = {"name": shown.call.name, "args": shown.call.arguments, "id": call_id}
        messages.append(HumanMessage(content=shown.query))
        messages += step_messages(shown.before, prefix=call_id, limit=SHOWN_CHARACTERS)
        messages.append(AIMessage(content="", tool_calls=[call]))
        if not results:
            continue
        result = clip(shown.observation, SHOWN_CHARACTERS)
        messages.append(ToolMessage(content=result, tool_call_id=call_id, name=shown.call.name))
        messages += [AIMessage(content=shown.answer)] if shown.answer else []
    return messages


def transcript(query: str, steps: Sequence[Step], answer: str, *, marked: bool = False) -> str:
    """Return a trial as plain text, for a model that is asked about it.

    With ``marked`` observations stand between tags, so that none can pass for the next line.
    """
    lines = [f"User: {query}"]
    for step in steps:
        if step.thought:
            lines.append(f"Thought: {clip(step.thought, SHOWN_CHARACTERS)}")
        said = clip(step.call.signature, SHOWN_CHARACTERS) if step.call else "(could not be read)"
        lines.append(f"Tool call: {said}")
        seen = clip(step.observation.text, SHOWN_CHARACTERS)
        lines.append(f"Observation: {as_data(seen) if marked else seen}")
    lines.append(f"Answer: {clip(answer, ANSWER_CHARACTERS) or '(none)'}")
    return "\n".join(lines)


def clip(text: str, limit: int) -> str:
    """Return at most ``limit`` characters of ``text``, saying so when it was cut."""
    return text if len(text) <= limit else f"{text[: limit - 3]}..."
