"""Copied: what a required text may be when nothing tells: words of the query that are nobody else's.

"How many packs of amoxicillin are left?": a small model that may write anything writes "text". It is offered
what the query says beside the words of the tool itself and the values of its other arguments.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from practicum.nodes.harvest import fits
from practicum.nodes.schema_parts import closed_values
from practicum.records import ToolSpec
from practicum.values.slots import plain_schema
from practicum.values.spans import word_set

MOST_OFFERED = 12
LONGEST_RUN = 3
"""Words that are offered together."""
_INSIDE = r"[^\s\"\u201c\u201d\u2018<>\[\]{}(),:;!?\u2014]"
_WORD = re.compile(rf"[./~\\#@]{{0,3}}[^\W_](?:(?:{_INSIDE}|:(?=\S))*[\w+#/%])?")
"""A word with what belongs to it: stock/main.csv, user_events, #general, C++."""
_ASKING = word_set(
    "am are be been being can could did do does doing find get give had has have hello hey hi how i'd i'm is"
    " it's let like look looking many may me mind much my need of our out please pls pull show tell that's"
    " thanks that there these they this those us want was we were what what's when where which who whose will"
    " would you your about because but got her his its one she than then"
)
"""Words of requests, which name nothing."""
_LISTING = re.compile(
    r"\b(?:one of|either)\b|([\"'`])\w[\w -]*\1.*([\"'`])\w[\w -]*\2|:\s*\w+(?:, \w+)*,? or \w+",
    re.IGNORECASE,
)
"""What a description lists instead of a schema: the query may say it in other words."""
_WRITTEN = word_set("code command expression formula html json markdown pattern regex script sql xml yaml")
"""Texts that are written for a query and don't stand in it, by words of their names."""
_MEMBER = re.compile(r"[a-z\d]+(?:[_-][a-z\d]+)*")


def with_copied(spec: ToolSpec, narrowed: ToolSpec, text: str, known: Collection[str] = ()) -> ToolSpec:
    """Return the narrowed tool with words of ``text`` offered for the required text that is open, if one is.

    Args:
        spec: The tool.
        narrowed: The same with its values narrowed to those of ``text``.
        text: The query; of one with observations, which are lines of their own, nothing is offered.
        known: Arguments of which practice has found the values: the query may say those in other words.
    """
    required = [name for name in narrowed.properties if name in spec.required and name not in known]
    names = [name for name in required if _is_unknown(spec, name)]
    open_ones = [name for name in names if narrowed.properties[name] == spec.properties[name]]
    if len(open_ones) != 1 or "\n" in text:
        return narrowed
    name = open_ones[0]
    schema = plain_schema(spec.properties[name], spec.parameters)
    found = [one for one in _runs(text, _taken(spec, narrowed, name)) if fits(one, schema)]
    if not found:
        return narrowed
    properties = {**narrowed.properties, name: {**schema, "enum": found[:MOST_OFFERED]}}
    return narrowed.model_copy(update={"parameters": {**narrowed.parameters, "properties": properties}})


def _is_unknown(spec: ToolSpec, name: str) -> bool:
    from practicum import values
    from practicum.values.slots import slot_of

    schema = spec.properties[name]
    slot = slot_of(name, schema, "", spec.parameters)
    texts = slot.types == ("string",)
    told = closed_values(slot.schema) or {"pattern", "format"} & slot.schema.keys()
    if not texts or told or values.detect(name, schema) is not None:
        return False
    shown = [*slot.examples, *values.shown(name, schema)]
    listed = any(_MEMBER.fullmatch(str(value)) for value in shown) or _LISTING.search(slot.description)
    return not listed and not _WRITTEN & {*slot.name_words}


def _taken(spec: ToolSpec, narrowed: ToolSpec, name: str) -> set[str]:
    """The stems of words that are not the value: the tool's own, names, and what others are offered."""
    from practicum import values
    from practicum.values.word_choice import stem

    others = {other: values.choices(schema) for other, schema in narrowed.properties.items() if other != name}
    texts = {other for other in others if values.detect(other, spec.properties[other]) == "text"}
    sure = [found for other, found in others.items() if other not in texts or len(found) == 1]
    offered = [str(value) for found in sure for value in found]
    names = [each.replace("_", " ") for each in (spec.name, *spec.properties)]
    said = " ".join([spec.description, *names, *offered])
    return {stem(word.casefold()) for word in _WORD.findall(said)}


def _runs(text: str, taken: Collection[str]) -> list[str]:
    """The runs of words that are left, those with capitals in a sentence first; each word by itself, too."""
    from practicum.values.word_choice import common, stem

    runs: list[list[re.Match[str]]] = [[]]
    end = 0
    for word in _WORD.finditer(text):
        key = word.group().casefold()
        apart = bool(text[end : word.start()].strip())
        own = not (key in _ASKING or common(key) or stem(key) in taken or key.isdigit())
        if key.isdigit() and runs[-1] and not apart and runs[-1][-1].group()[0].isupper():  # LH 456
            runs[-1].append(word)
        if not own or apart:
            runs.append([])
        if own:
            runs[-1].append(word)
        end = word.end()
    whole = [text[run[0].start() : run[-1].end()] for run in runs if 0 < len(run) <= LONGEST_RUN]
    single = [word.group() for run in runs if len(run) > 1 for word in run if not word.group().isdigit()]
    capitals = [one for one in whole if one[0].isupper() and not text.startswith(one)]
    return list(dict.fromkeys([*capitals, *whole, *single]))
