"""Summarize: what an episode taught about its tool, as notes with the trials that support them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from langchain_core.messages import HumanMessage

from practicum.hostile import instruction_like
from practicum.models.caller import ChatModel
from practicum.nodes.conversation import clip, transcript
from practicum.nodes.harvest import blamed, fits
from practicum.nodes.prompting import render
from practicum.nodes.state import EpisodeState, Node, any_quarantined, earlier_trials
from practicum.records import (
    ErrorKind,
    JsonObject,
    Note,
    Step,
    ToolSpec,
    Trial,
    Usage,
    canonical_json,
    digest,
)

MOST_NOTES = 4
"""Bound of the lessons taken from one episode by the model."""
NOTE_CHARACTERS = 300

SCHEMA: JsonObject = {
    "title": "Lessons",
    "description": "What the session showed about the tool.",
    "type": "object",
    "properties": {
        "lessons": {
            "type": "array",
            "maxItems": MOST_NOTES,
            "items": {
                "type": "object",
                "properties": {
                    "parameter": {"anyOf": [{"type": "string", "maxLength": 64}, {"type": "null"}]},
                    "text": {"type": "string", "maxLength": NOTE_CHARACTERS},
                    "trials": {"type": "array", "maxItems": 8, "items": {"type": "integer"}},
                },
                "required": ["parameter", "text", "trials"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["lessons"],
    "additionalProperties": False,
}


def make_summarize(model: ChatModel | None, spec: ToolSpec, others: Sequence[ToolSpec] = ()) -> Node:
    """Return the node that turns the episode into notes; without a model, from error messages alone.

    Of an episode of several tools each gets the notes of its own errors; the model is asked about the one
    that leads. Trials in which a tool was simulated or kept from running teach nothing about it.
    """

    async def summarize(state: EpisodeState) -> EpisodeState:
        trials = [trial for trial in earlier_trials(state) if not trial.unexecuted]
        notes = [note for each in (spec, *others) for note in notes_from_errors(each, trials)]
        # A tool that gave one order may have given others, not found: no model writes down its words.
        update = EpisodeState()
        if model is not None and trials and not any_quarantined(state):
            more, usage = await _ask_for_notes(model, spec, trials, several=bool(others))
            notes += more
            update["lessons_usage"] = usage.as_dict()
        update["notes"] = [note.as_dict() for note in notes if instruction_like(note.text) is None]
        return update

    return summarize


def notes_from_errors(spec: ToolSpec, trials: Sequence[Trial]) -> list[Note]:
    """Return one note for each value that execution refused, in the words of its message."""
    evidence: dict[tuple[str | None, str], list[str]] = {}
    for trial in trials:
        for step in (*trial.probes, *trial.steps):
            lesson = _lesson(spec, step)
            if lesson is not None:
                evidence.setdefault(lesson, []).append(trial.id)
    return [
        make_note(spec, parameter, text, list(dict.fromkeys(ids)))
        for (parameter, text), ids in evidence.items()
    ]


def make_note(spec: ToolSpec, parameter: str | None, text: str, evidence: Sequence[str]) -> Note:
    """Return a note whose id depends on what it says and what supports it, so that it is kept once."""
    return Note(
        id=digest("note", spec.name, parameter or "", text, list(evidence)),
        tool=spec.name,
        tool_schema_hash=spec.schema_hash,
        parameter=parameter,
        text=clip(text, NOTE_CHARACTERS),
        evidence=tuple(evidence),
    )


def _lesson(spec: ToolSpec, step: Step) -> tuple[str | None, str] | None:
    """What a refused call teaches; schema errors teach nothing that the schema does not say."""
    if step.call is None or step.call.name != spec.name:
        return None
    if step.observation.error is not ErrorKind.RAISED or not step.observation.real:
        return None
    message = (step.observation.text.removeprefix("Error: ").strip().splitlines() or ["no reason given"])[0]
    about = [
        name
        for name in blamed(spec, step.call, message)
        if fits(step.call.arguments[name], spec.properties[name])
    ]
    if not about:
        return None, f"{step.call.signature} is refused: {message}"
    refused = " and ".join(f"{name} {canonical_json(step.call.arguments[name])}" for name in about)
    return about[0], f"{refused} refused: {message}"


async def _ask_for_notes(
    model: ChatModel, spec: ToolSpec, trials: Sequence[Trial], *, several: bool
) -> tuple[list[Note], Usage]:
    marked = not model.takes_variants
    prompt = render(
        "summarize",
        name=spec.name,
        description=spec.description,
        parameters=canonical_json(spec.parameters),
        trials=[transcript(each.query, each.steps, each.answer, marked=marked) for each in trials],
        marked=marked,
        outcome=[trial.outcome.value for trial in trials],
        most=MOST_NOTES,
        several=several,
    )
    reply = await model.ask([HumanMessage(content=prompt)], SCHEMA)
    found = _list((reply.structured or {}).get("lessons"))
    supported = (_supported(spec, lesson, trials) for lesson in found[:MOST_NOTES])
    return [note for note in supported if note is not None], reply.usage


def _list(value: Any) -> list[Any]:
    """Return a list as it is: a reply that only nearly fits the schema must not end the episode."""
    return value if isinstance(value, list) else []


def _supported(spec: ToolSpec, lesson: Any, trials: Sequence[Trial]) -> Note | None:
    """Keep a lesson only if it names trials of this episode: no note without evidence."""
    if not isinstance(lesson, dict) or not isinstance(text := lesson.get("text"), str) or not text.strip():
        return None
    numbers = [n for n in _list(lesson.get("trials")) if type(n) is int and 1 <= n <= len(trials)]
    if not numbers:
        return None
    parameter = lesson.get("parameter")
    known = parameter if isinstance(parameter, str) and parameter in spec.properties else None
    evidence = [trials[n - 1].id for n in dict.fromkeys(numbers)]
    return make_note(spec, known, text.strip(), evidence)
