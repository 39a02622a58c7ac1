"""What was learned, put before a conversation: for the middleware, and for graphs of the user's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import takewhile
from typing import Any

from langchain_core.messages import BaseMessage, SystemMessage, convert_to_messages
from langchain_core.prompt_values import PromptValue
from langchain_core.runnables import Runnable, RunnableLambda
from langchain_core.tools import BaseTool

from practicum.graph.both_ways import run_here
from practicum.nodes.conversation import demonstration_messages
from practicum.nodes.decide import last_query, notes_text
from practicum.nodes.prompting import with_data_rule
from practicum.nodes.recollect import DEMONSTRATIONS, DemonstrationSource, Recollection, make_recollect
from practicum.records import Note, ToolSpec
from practicum.tools.langchain_tools import Toolish, function_spec, make_catalog
from practicum.tracing import annotate


def make_prompt(
    tools: Iterable[Toolish],
    demonstrations: DemonstrationSource | None,
    *,
    k: int = DEMONSTRATIONS,
    notes: Sequence[Note] = (),
    practised: AbstractSet[str] = frozenset(),
    instructions: str = "",
) -> Runnable[Any, list[BaseMessage]]:
    """Return what turns a conversation into the messages that a model is asked with, either way of running.

    It takes messages, or a graph's state that has them under ``messages``; none are kept, so that what is
    shown does not pile up over turns.

    Args:
        tools: Those that the model is bound to.
        demonstrations: Where demonstrations come from; None for none.
        k: How many of them.
        notes: Lessons in words.
        practised: Hashes of the schemas that the tools had in practice.
        instructions: A system prompt, which comes first.

    What is returned raises TypeError for what is no conversation.
    """
    specs = specs_as_practised(list(tools), practised)
    recollect = make_recollect(specs, demonstrations, k=k, most_tools=len(specs), notes=notes)
    first = [SystemMessage(content=instructions)] if instructions else []

    async def prompt(given: Any) -> list[BaseMessage]:
        messages = [*first, *_messages(given)]
        found = await recollect(last_query(messages))
        annotate(whole=True, demonstrations=[shown.id for shown in found.demonstrations])
        if found.demonstrations:
            own = messages[0] if messages and isinstance(messages[0], SystemMessage) else None
            messages = [with_rule(own), *(messages if own is None else messages[1:])]
        return shown_before(messages, found, marked=True)

    return RunnableLambda(lambda given: run_here(prompt(given)), afunc=prompt, name="practicum prompt")


def shown_before(messages: Sequence[Any], found: Recollection, *, marked: bool) -> list[BaseMessage]:
    """Return the conversation with what was found before it, but for instructions that it begins with.

    Many providers take instructions only where a prompt begins.
    """
    head = list(takewhile(lambda message: isinstance(message, SystemMessage), messages))
    notes = [SystemMessage(content=notes_text(found.notes, marked=marked))] if found.notes else []
    return [*head, *notes, *demonstration_messages(found.demonstrations), *messages[len(head) :]]


def with_rule(own: SystemMessage | None) -> SystemMessage:
    """Return the agent's own instructions, with the rule that what tools return is data.

    Instructions in blocks keep them: one may say up to where a provider is to cache the prompt.
    """
    if own is not None and isinstance(own.content, list):
        rule = {"type": "text", "text": with_data_rule("")}
        return own.model_copy(update={"content": [*own.content, rule]})
    return SystemMessage(content=with_data_rule(str(own.text) if own is not None else "").strip())


def specs_as_practised(tools: Sequence[Toolish], practised: AbstractSet[str]) -> list[ToolSpec]:
    """Return the specs of the tools that can be read, each as it was in practice.

    LangChain makes another schema of a function than Practicum does: what was practised as a plain function
    is the same tool all the same.
    """
    first = {_name(tool): tool for tool in reversed(tools)}
    return [_as_practised(first[spec.name], spec, practised) for spec in make_catalog(tools).specs]


def _as_practised(tool: Toolish, spec: ToolSpec, practised: AbstractSet[str]) -> ToolSpec:
    if spec.schema_hash in practised or not isinstance(tool, BaseTool):
        return spec
    other = function_spec(tool)
    same = other is not None and other.properties.keys() == spec.properties.keys()
    return other if other is not None and same and other.schema_hash in practised else spec


def _name(tool: Toolish) -> str:
    return tool.name if isinstance(tool, BaseTool) else getattr(tool, "__name__", "")


def _messages(given: Any) -> list[BaseMessage]:
    """The messages of a conversation, in whatever form a model or a node of a graph takes them."""
    if isinstance(given, PromptValue):
        return given.to_messages()
    if isinstance(given, Mapping):
        given = given.get("messages")
    elif hasattr(given, "messages"):  # a state that is a model or a dataclass
        given = given.messages
    if given is None:
        raise TypeError("a conversation is messages, or a state that has them under `messages`")
    return convert_to_messages([given] if isinstance(given, str | BaseMessage) else given)
