"""Decide: the deployed agent's next move, a tool call or an answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage, ToolMessage

from practicum.models.caller import ChatModel, Reply
from practicum.nodes.conversation import demonstration_messages
from practicum.nodes.data_marks import as_data
from practicum.nodes.grounding import ground_tools, with_vocabulary
from practicum.nodes.grounding.cues import set_right
from practicum.nodes.grounding.signs import with_meant_signs
from practicum.nodes.prompting import render, with_data_rule
from practicum.nodes.recollect import Recollection
from practicum.nodes.spoken import in_free_words, offer, spoken_demonstration, understood
from practicum.records import Note, Targets, ToolCall, ToolSpec

Decide = Callable[..., Awaitable[Reply]]


def make_decide(model: ChatModel, *, grounding: bool = False, trained_on: Targets | None = None) -> Decide:
    """Return what asks the model for its next move, given a conversation and what was recollected.

    ``tool_choice`` of what is returned overrides what was recollected.

    Args:
        model: Who decides.
        grounding: Offer only values that the conversation's last query or an observation after it
            contains, for formats that `practicum.values` knows.
        trained_on: How arguments were written in what the model was fine-tuned on; None for a model as it
            came. Such a model is asked to write them in the same way.
    """
    in_words = trained_on != "canonical"

    async def decide(
        messages: Sequence[BaseMessage], recollection: Recollection, *, tool_choice: str | None = None
    ) -> Reply:
        choice = tool_choice or recollection.tool_choice
        if grounding and choice != "none" and model.takes_variants:
            return await _decide_among_offers(model, messages, recollection, choice, in_words=in_words)
        copies = trained_on == "spans" or (trained_on is None and bool(recollection.demonstrations))
        if copies and choice != "none" and model.takes_variants:
            twice = trained_on is None
            return await _decide_in_free_words(model, messages, recollection, choice, twice=twice)
        grounded = ground_tools(recollection.tools, evidence(messages)) if grounding else None
        return await model.call(
            decision_messages(messages, recollection, marked=not model.takes_variants),
            tools=recollection.tools,
            grounded=grounded if choice != "none" else None,
            tool_choice=choice,
            documented=recollection.documented,
        )

    return decide


async def _decide_among_offers(
    model: ChatModel,
    messages: Sequence[BaseMessage],
    recollection: Recollection,
    choice: str,
    *,
    in_words: bool,
) -> Reply:
    """Let a model that decodes under a grammar choose among what the query says, as words or as values."""
    specs = {spec.name: spec for spec in recollection.tools}
    shown = recollection.demonstrations
    if in_words:
        shown = tuple(spoken_demonstration(specs, each) for each in shown)
    offered = offer(tuple(specs.values()), evidence(messages), recollection.lessons, in_words=in_words)
    reply = await model.call(
        decision_messages(messages, replace(recollection, demonstrations=shown)),
        tools=recollection.tools,
        grounded=offered.tools,
        tool_choice=choice,
        documented=recollection.documented,
    )
    return replace(reply, calls=tuple(offered.meant(call) for call in reply.calls))


async def _decide_in_free_words(
    model: ChatModel,
    messages: Sequence[BaseMessage],
    recollection: Recollection,
    choice: str,
    *,
    twice: bool,
) -> Reply:
    """Let a small model write arguments as the query says them, as its demonstrations do: it copies well."""
    specs = {spec.name: spec for spec in recollection.tools}
    learned = {name: _as_learned(spec, recollection) for name, spec in specs.items()}
    shown = tuple(spoken_demonstration(specs, each, closed=True) for each in recollection.demonstrations)
    asked = _said_twice(messages) if twice else messages
    reply = await model.call(
        decision_messages(asked, replace(recollection, demonstrations=shown)),
        tools=recollection.tools,
        grounded=[in_free_words(spec) for spec in learned.values()],
        tool_choice=choice,
        documented=recollection.documented,
    )
    text = evidence(messages)
    meant = [understood(learned[call.name], call) if call.name in learned else call for call in reply.calls]
    return replace(reply, calls=tuple(_set_right(specs, call, recollection, text) for call in meant))


def _said_twice(messages: Sequence[BaseMessage]) -> list[BaseMessage]:
    """Return a conversation whose last word, if it is the user's, is said twice.

    What stands twice before it is copied better (arXiv 2512.14982, prompt repetition). Demonstrations said
    twice, too, only cost tokens, and an adapter knows queries as they are asked.
    """
    if not messages or not isinstance(messages[-1], HumanMessage):
        return list(messages)
    return [*messages[:-1], HumanMessage(render("said_twice", query=str(messages[-1].text)))]


def _as_learned(spec: ToolSpec, recollection: Recollection) -> ToolSpec:
    """Return the tool with the closed sets that practice found, where its schema leaves them open."""
    lessons = recollection.lessons.get(spec.name)
    return with_vocabulary(spec, lessons) if lessons else spec


def _set_right(
    specs: Mapping[str, ToolSpec], call: ToolCall, recollection: Recollection, text: str
) -> ToolCall:
    """Return a call with its values where, and with the signs that, practice taught the query to mean."""
    lessons = recollection.lessons.get(call.name)
    if lessons is None or call.name not in specs:
        return call
    placed = set_right(specs[call.name], call, text, lessons.cues)
    return with_meant_signs(placed, text, lessons.signs)


def decision_messages(
    messages: Sequence[BaseMessage], recollection: Recollection, *, marked: bool = False
) -> list[BaseMessage]:
    """Return the prompt: instructions, demonstrations with the nearest last, the conversation.

    With ``marked`` the instructions, the caller's own ones included, say that results are data.
    """
    own_system = bool(messages) and isinstance(messages[0], SystemMessage)
    # Half of a short prompt would be instructions that a fine-tuned model has in its weights.
    bare = own_system or (recollection.trained and not recollection.documented)
    instructions = with_data_rule(render("agent")) if marked else render("agent")
    system = [] if bare else [SystemMessage(content=instructions)]
    head: list[BaseMessage] = [messages[0]] if own_system else []
    if own_system and marked:
        head = [SystemMessage(content=with_data_rule(str(messages[0].text)))]
    rest = list(messages[1:] if own_system else messages)
    # Of the tools, a model without their documentation would only read riddles.
    if recollection.notes and recollection.documented:
        head.append(SystemMessage(content=notes_text(recollection.notes, marked=marked)))
    shown = demonstration_messages(recollection.demonstrations, results=recollection.documented)
    return [*system, *head, *shown, *rest]


def notes_text(notes: Sequence[Note], *, marked: bool = False) -> str:
    """Return notes as a prompt shows them, each with its tool and parameter.

    Many a note says what a tool's error said: with ``marked`` they stand between tags that say they are data.

    They lie over the tools' descriptions, which are given to the model as they are: what was learned from a
    tool stays told from what the tool says of itself, and its schema's hash stays what it is.
    """
    lines = [f"- {_about(note)}: {' '.join(note.text.split())}" for note in notes]
    if not marked:
        return "\n".join(["What practice with the tools has shown:", *lines])
    return render("notes", notes=as_data("\n".join(lines)))


def _about(note: Note) -> str:
    return note.tool if note.parameter is None else f"{note.tool}, {note.parameter}"


def last_query(messages: Sequence[BaseMessage]) -> str:
    """Return the text of the last thing the user said; empty if nothing was said."""
    asked = [message for message in messages if isinstance(message, HumanMessage)]
    return str(asked[-1].text) if asked else ""


def evidence(messages: Sequence[BaseMessage]) -> str:
    """Return the last query and the observations after it: where a value may come from."""
    start = max((i for i, message in enumerate(messages) if isinstance(message, HumanMessage)), default=0)
    seen = [message for message in messages[start:] if isinstance(message, HumanMessage | ToolMessage)]
    return "\n".join(str(message.text) for message in seen)
