"""Exemplified: arguments that take codes get examples of them where nothing shows what they look like.

"only this route" tells nothing of a ``route_code``; another tool's documentation of the same argument does,
and so does practice, which has met some. What is put together like them is one, and other words are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from practicum.nodes.forms import with_forms
from practicum.nodes.grounding.listed import with_listed
from practicum.nodes.offers import words_of
from practicum.nodes.schema_parts import is_open_text
from practicum.records import JsonObject, Lessons, ToolCall, ToolSpec

MOST_MET = 6
MOST_READ = 200
_CODE = re.compile(r"(?=\S*\d)(?=\S*[A-Za-z])#?\w[\w./-]{1,29}")
_VAGUE = frozenset(
    {"id", "code", "name", "key", "number", "no", "ref", "value", "item", "type", "query", "text"}
)
"""Names that mean something else in another tool."""


def learn_met(spec: ToolSpec, calls: Iterable[ToolCall]) -> dict[str, tuple[str, ...]]:
    """Return some of the codes that execution accepted, by argument; none where other texts were, too.

    Args:
        spec: The tool.
        calls: Those that execution accepted; the newest 200 are read.
    """
    found: dict[str, tuple[str, ...]] = {}
    newest = list(calls)[-MOST_READ:]
    for name, schema in spec.properties.items():
        met = list(dict.fromkeys(text for call in newest for text in _texts(call.arguments.get(name))))
        if met and is_open_text(schema) and all(map(_CODE.fullmatch, met)):
            found[name] = tuple(met[-MOST_MET:])
    return found


def exemplified(
    specs: Sequence[ToolSpec], lessons: Mapping[str, Lessons] | None = None
) -> tuple[ToolSpec, ...]:
    """Return the tools with what refusals told of texts, and examples of codes where none is shown.

    Args:
        specs: The tools; an argument is shown what is shown of one of the same name in another tool.
        lessons: By tool, what practice met; of an argument of the same name it is shown to other tools, too.
    """
    known = lessons or {}
    met = {name: one.met for name, one in known.items()}
    shared = _shared(specs, met.values())  # of what refusals say, nothing reaches another tool
    specs = [with_forms(spec, known[spec.name].forms) if spec.name in known else spec for spec in specs]
    return tuple(with_listed(_with_examples(spec, shared, met.get(spec.name, {}))) for spec in specs)


def with_shared_sets(
    specs: Sequence[ToolSpec], lessons: Mapping[str, Lessons], text: str
) -> dict[str, Lessons]:
    """Return lessons in which a set that a refusal of one tool listed holds for another's argument.

    Only where the text mentions a member, and nothing that the other tool was given is none: no tool narrows
    what another one may be asked for.

    Args:
        specs: The tools.
        lessons: By tool, what practice taught.
        text: The query.
    """
    from practicum.values.word_choice import mentioned_members

    listed = {
        name: one.vocabulary[name]
        for one in lessons.values()
        for name in one.listed
        if name in one.vocabulary and name not in _VAGUE and mentioned_members(one.vocabulary[name], text)
    }
    found = dict(lessons)
    for spec in specs:
        own = lessons[spec.name]
        names = [name for name, each in spec.properties.items() if name in listed and is_open_text(each)]
        more = {
            name: listed[name]
            for name in names
            if name not in own.listed
            and {*own.vocabulary.get(name, ()), *own.met.get(name, ())} <= {*listed[name]}
        }
        if more:
            update = {"vocabulary": {**own.vocabulary, **more}, "listed": (*own.listed, *more)}
            found[spec.name] = own.model_copy(update=update)
    return found


def _shared(
    specs: Sequence[ToolSpec], met: Iterable[Mapping[str, tuple[str, ...]]]
) -> dict[str, tuple[str, ...]]:
    """By name of an argument, the codes that any of the tools shows of it, or was given in practice."""
    shared: dict[str, tuple[str, ...]] = {}
    for spec in specs:
        for name, schema in spec.properties.items():
            if name not in _VAGUE and (codes := _codes(name, schema)):
                shared.setdefault(_singular(name), codes)
    for one in met:
        for name, codes in one.items():
            if name not in _VAGUE:
                shared.setdefault(_singular(name), codes)
    return shared


def _codes(name: str, schema: JsonObject) -> tuple[str, ...]:
    from practicum import values

    shown = [str(value) for value in values.shown(name, schema)] if is_open_text(schema) else []
    return tuple(shown) if shown and all(map(_CODE.fullmatch, shown)) else ()


def _with_examples(
    spec: ToolSpec, shared: Mapping[str, Sequence[str]], met: Mapping[str, Sequence[str]]
) -> ToolSpec:
    from practicum import values

    properties = dict(spec.properties)
    for name, schema in spec.properties.items():
        codes = met.get(name) or shared.get(_singular(name))
        bare = codes and is_open_text(schema) and not values.shown(name, schema)
        if codes and bare and values.detect(name, schema) in {None, "identifier", "text"}:
            shown = f"{schema.get('description', '')} Such as {', '.join(codes)}.".strip()
            properties[name] = {**schema, "description": shown}
    if properties == spec.properties:
        return spec
    return spec.model_copy(update={"parameters": {**spec.parameters, "properties": properties}})


def _texts(given: object) -> list[str]:
    """The texts that an argument was given, one by one."""
    return [each for each in (given if isinstance(given, list) else [given]) if isinstance(each, str)]


def _singular(name: str) -> str:
    """A name as another tool has it that takes one: ``accessions`` is ``accession``."""
    return "_".join(words_of(name))
