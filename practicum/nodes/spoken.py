"""Spoken calls: arguments in the words of the query, turned into values after decoding.

A small model copies well and translates badly: it is easier for it to write
"quid" where the query says so than "GBP". So the embedded model is shown calls
in the words of their queries, is offered the words that `practicum.values` found,
and the resolvers turn its choice into the value that the tool wants.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from practicum.nodes.grounding import dealt_out, possible_tools, with_shared_sets, with_vocabulary
from practicum.records import Demonstration, JsonObject, Lessons, Step, ToolCall, ToolSpec, Trial

LONGEST_WORDS = 48
NEVER_SPOKEN = frozenset({"number", "text", "boolean", "identifier", "uri", "email", "cron"})

SpokenMeanings = dict[str, dict[str, Any]]
"""Per parameter, what each wording means."""


@dataclass(frozen=True)
class Offer:
    """What decoding may choose from, in words, and what the words mean per tool."""

    tools: tuple[ToolSpec, ...]
    """A tool may stand several times, once for each way of dealing out its values."""
    meanings: Mapping[str, SpokenMeanings]

    def meant(self, call: ToolCall) -> ToolCall:
        """Return the call with its words turned into values."""
        meanings = self.meanings.get(call.name, {})
        arguments = {
            name: meanings.get(name, {}).get(value, value) if isinstance(value, str) else value
            for name, value in call.arguments.items()
        }
        return ToolCall(name=call.name, arguments=arguments)


def offer(
    specs: Sequence[ToolSpec],
    text: str,
    lessons: Mapping[str, Lessons] | None = None,
    *,
    in_words: bool = True,
) -> Offer:
    """Return the tools that ``text`` can mean, their values in its own words.

    Args:
        specs: The tools.
        text: The query, and what was observed since.
        lessons: By tool, what practice taught about its arguments.
        in_words: Whether values are offered in the words of the text, or as the tool wants them.
    """
    tools: list[ToolSpec] = []
    meanings: dict[str, SpokenMeanings] = {}
    taught = {spec.name: (lessons or {}).get(spec.name) or _nothing_learned(spec) for spec in specs}
    taught = with_shared_sets(specs, taught, text)
    learned = [with_vocabulary(spec, taught[spec.name], text) for spec in specs]
    for spec, narrowed in possible_tools(learned, text, taught):
        said = {
            name: wordings(spec, name, narrowed.properties[name]["enum"], text)
            for name in narrowed.properties
            if in_words and narrowed.properties[name].get("enum") and _is_spoken(spec, name)
        }
        meanings[spec.name] = {name: {word: value for value, word in pairs} for name, pairs in said.items()}
        ways = dealt_out(spec, narrowed, text, taught[spec.name].cues)
        tools += [_in_words(variant, said) for variant in ways]
    return Offer(tuple(tools), meanings)


def in_free_words(spec: ToolSpec) -> ToolSpec:
    """Return the tool with free text for whatever people say differently than the schema spells it."""
    words = {"type": "string", "minLength": 1, "maxLength": LONGEST_WORDS}
    properties = {
        name: dict(words) if _is_spoken(spec, name, closed=True) else schema
        for name, schema in spec.properties.items()
    }
    return spec.model_copy(update={"parameters": {**spec.parameters, "properties": properties}})


def understood(spec: ToolSpec, call: ToolCall) -> ToolCall:
    """Return a call with free words turned into the values they mean; words without a meaning stay."""
    from practicum import values

    arguments = dict(call.arguments)
    for name, said in call.arguments.items():
        if isinstance(said, str) and name in spec.properties and _is_spoken(spec, name, closed=True):
            meant = values.candidates(name, spec.properties[name], said)
            arguments[name] = meant[0] if meant else said
    return ToolCall(name=call.name, arguments=arguments)


def _nothing_learned(spec: ToolSpec) -> Lessons:
    return Lessons(tool_schema_hash=spec.schema_hash)


def wordings(spec: ToolSpec, parameter: str, offered: Sequence[Any], text: str) -> list[tuple[Any, str]]:
    """Return (value, the words of ``text`` that say it); a value whose words are taken speaks for itself."""
    pairs: list[tuple[Any, str]] = []
    for value in offered:
        taken = {word for _, word in pairs}
        words = said_in(spec, parameter, value, text)
        if words is None or words in taken or len(words) > LONGEST_WORDS:
            words = str(value)
        pairs.append((value, words))
    return pairs


def said_in(spec: ToolSpec, parameter: str, value: Any, text: str) -> str | None:
    """Return the words of ``text`` that mean ``value`` for a parameter, None when it does not say so."""
    from practicum import values

    schema = spec.properties[parameter]
    kind = values.detect(parameter, schema)
    if kind is None:
        return None
    for span in values.get(kind).resolve(text):
        if any(values.equivalent(parameter, schema, value, meant) for meant in span.values):
            return " ".join(span.text.split())
    return None


def spoken_call(spec: ToolSpec | None, call: ToolCall, query: str, *, closed: bool = False) -> ToolCall:
    """Return a call of an earlier query in that query's words, where it says the values.

    Args:
        spec: Its tool; without it the call stays as it is.
        call: The call.
        query: The query.
        closed: Members of enumerations, too.
    """
    if spec is None:
        return call
    arguments: JsonObject = {}
    for name, value in call.arguments.items():
        spoken = isinstance(value, str) and name in spec.properties and _is_spoken(spec, name, closed=closed)
        words = said_in(spec, name, value, query) if spoken else None
        arguments[name] = words if words is not None and len(words) <= LONGEST_WORDS else value
    return ToolCall(name=call.name, arguments=in_schema_order(spec, arguments))


def in_schema_order(spec: ToolSpec, arguments: JsonObject) -> JsonObject:
    """Return arguments in the order in which decoding writes them."""
    known = [name for name in spec.properties if name in arguments]
    return {name: arguments[name] for name in [*known, *(n for n in arguments if n not in known)]}


def spoken_demonstration(
    specs: Mapping[str, ToolSpec], shown: Demonstration, *, closed: bool = False
) -> Demonstration:
    """Return a demonstration whose calls are in the words of its query; ``closed`` as in `spoken_call`.

    What a call takes from an earlier one's result is not said, and stays as it is.
    """
    call = spoken_call(specs.get(shown.tool), shown.call, shown.query, closed=closed)
    before = tuple(_spoken_step(specs, step, shown.query, closed=closed) for step in shown.before)
    return shown.model_copy(update={"call": call, "before": before})


def spoken_trial(specs: Sequence[ToolSpec], trial: Trial) -> Trial:
    """Return a trial whose calls are in the words of its query."""
    known = {spec.name: spec for spec in specs}
    steps = tuple(_spoken_step(known, step, trial.query) for step in trial.steps)
    return trial.model_copy(update={"steps": steps})


def _spoken_step(specs: Mapping[str, ToolSpec], step: Step, query: str, *, closed: bool = False) -> Step:
    if step.call is None:
        return step
    call = spoken_call(specs.get(step.call.name), step.call, query, closed=closed)
    return step.model_copy(update={"call": call})


def _is_spoken(spec: ToolSpec, name: str, *, closed: bool = False) -> bool:
    """Whether a parameter's values are offered in words: strings of a format that people say differently.

    Enumerations only if ``closed``: where their members are offered, they need no words.
    """
    from practicum import values

    schema = spec.properties[name]
    kind = values.detect(name, schema)
    known = schema.get("type") == "string" and kind not in {None, *NEVER_SPOKEN}
    return known and (closed or "enum" not in schema)


def _in_words(spec: ToolSpec, said: Mapping[str, list[tuple[Any, str]]]) -> ToolSpec:
    """Return the tool with the words of its offered values in place of the values."""
    properties = dict(spec.properties)
    for name, pairs in said.items():
        offered = spec.properties[name]["enum"]
        words = [word for value, word in pairs if value in offered]
        properties[name] = {"type": "string", "enum": words}
    return spec.model_copy(update={"parameters": {**spec.parameters, "properties": properties}})
