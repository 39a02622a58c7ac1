"""Named: what a text gives an argument by its name, "author: Le Guin" or "for the author Ursula K. Le Guin".

Only texts of no known format: what others look like, their resolvers know better. Behind a name without a
colon only what is quoted or written with capitals is its value: "the title of the book" gives no title.
"""

from __future__ import annotations

import re

from practicum.nodes.harvest import fits
from practicum.nodes.schema_parts import closed_values
from practicum.records import ToolSpec
from practicum.values.codes import as_asked
from practicum.values.slots import plain_schema

_PART = r"(?:[A-Z]\.|[A-Z][\w'\u2019-]*)"
_CAPITALISED = rf"{_PART}(?:\s+(?:(?:of|the|de|la|le|van|von|der)\s+)?{_PART}){{0,5}}"
_VALUE = (
    r"(?:\s*[:=]\s*|\s+(?:is|called|named)\s+|\s+)"
    r"(?:[\"\u201c\u2018'](?P<quoted>[^\"\u201d\u2019'\n]{1,200})[\"\u201d\u2019']"
    rf"|(?P<capitals>{_CAPITALISED})(?![\w=@-]))"
)
_AFTER_COLON = (
    r"\s*[:=]\s*+(?P<told>[^\s,;:()\[\]\n\"?!](?:[^,;:()\[\]\n\"?!]|(?<=\d):(?=\d)){0,79}?)"
    r"(?=\s*+(?:[,;)\]\n?!]|\.(?:\s|$)|$))"
)


def with_named(spec: ToolSpec, narrowed: ToolSpec, text: str) -> ToolSpec:
    """Return the narrowed tool with the texts that ``text`` gives by name, each required and nothing else.

    Args:
        spec: The tool.
        narrowed: The same with its values narrowed to those of ``text``.
        text: The query; of one with observations, which are lines of their own, nothing is concluded.
    """
    if "\n" in text:
        return narrowed
    properties = dict(narrowed.properties)
    texts = [name for name in properties if _is_open(spec, name)]
    plain = {name: plain_schema(spec.properties[name], spec.parameters) for name in texts}
    named = {name: [one for one in _named(spec, name, text) if fits(one, plain[name])] for name in texts}
    given = {name: found for name, found in named.items() if found}
    taken = {value for found in given.values() for value in found}
    for name in texts:
        if name in given:
            properties[name] = {**spec.properties[name], "enum": given[name]}
        elif taken & {*properties[name].get("enum", ())}:  # it is somebody else's
            left = [value for value in properties[name]["enum"] if value not in taken]
            properties[name] = {**properties[name], "enum": left} if left else spec.properties[name]
    required = [name for name in spec.properties if name in {*narrowed.required, *given}]
    parameters = {**narrowed.parameters, "properties": properties, "required": required}
    return narrowed.model_copy(update={"parameters": parameters})


def _is_open(spec: ToolSpec, name: str) -> bool:
    """Whether an argument takes a text of which nothing tells what it looks like."""
    from practicum import values
    from practicum.values.slots import slot_of

    schema = spec.properties[name]
    texts = slot_of(name, schema, "", spec.parameters).types == ("string",)
    return (
        texts
        and not closed_values(plain_schema(schema, spec.parameters))
        and values.detect(name, schema) in {None, "text"}
    )


def _named(spec: ToolSpec, name: str, text: str) -> list[str]:
    """Return what a name gives; behind a colon that may end with the last capital, or go on as a sentence."""
    from practicum.values.slots import slot_of

    words = slot_of(name, spec.properties[name], "", spec.parameters).name_words
    called = rf"(?i:\b{r'[ _-]+'.join(re.escape(word) for word in words)})"
    sure = re.search(called + _VALUE, text) if words else None
    told = re.search(called + _AFTER_COLON, text) if words else None
    short = (sure["quoted"] or sure["capitals"]).strip() if sure else ""
    whole = told["told"].strip() if told and not (sure and sure["quoted"]) else ""
    if not whole.startswith(short) and (not sure or not told or sure.start() <= told.start()):
        whole = ""
    slot = slot_of(name, spec.properties[name], "", spec.parameters)
    codes = (as_asked(slot, value) if re.search(r"\d", value) else value for value in (whole, short))
    return [value for value in dict.fromkeys(codes) if value]
