"""Copied: what a required text may be when nothing tells: words of the query that are nobody else's.

"How many packs of amoxicillin are left?": a small model that may write anything writes "text". It is offered
what the query says beside the words of the tool itself and the values of its other arguments.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from practicum.nodes.harvest import fits
from practicum.records import ToolSpec
from practicum.values.spans import word_set

MOST_OFFERED = 12
LONGEST_RUN = 3
"""Words that are offered together."""
_WORD = re.compile(r"[^\W_]+(?:['\u2019.&/-][^\W_]+)*")
_ASKING = word_set(
    "am are be been being can could did do does doing find get give had has have hello hey hi how i'd i'm is"
    " it's let like look looking many may me mind much my need of our out please pls pull show tell that's"
    " still thanks there these they this those us want was we were what what's when where which who whose"
    " will would you your"
)
"""Words of requests, which name nothing."""
_CODE = re.compile(r"(?=\S*[A-Za-z])(?=\S*\d)\S+")
_ASKS_FOR_CODES = re.compile(
    r"(?:^|_)(?:ids?|codes?|numbers?|no|refs?|references?|keys?|serials?|skus?|plates?)$", re.I
)
_LISTING = re.compile(
    r"\b(?:one of|either)\b|([\"'`])\w[\w -]*\1.*([\"'`])\w[\w -]*\2|:\s*\w+(?:, \w+)*,? or \w+",
    re.IGNORECASE,
)
"""What a description lists instead of a schema: the query may say it in other words."""


def with_copied(spec: ToolSpec, narrowed: ToolSpec, text: str) -> ToolSpec:
    """Return the narrowed tool with words of ``text`` offered for the one text, or list, that is open.

    Args:
        spec: The tool.
        narrowed: The same with its values narrowed to those of ``text``.
        text: The query; of one with observations, which are lines of their own, nothing is offered.
    """
    unknown = [name for name in narrowed.properties if name in spec.required and _is_unknown(spec, name)]
    open_ones = [name for name in unknown if narrowed.properties[name] == spec.properties[name]]
    texts = [name for name in open_ones if "items" not in spec.properties[name]]
    lists = [name for name in open_ones if name not in texts]
    if "\n" in text:
        return narrowed
    properties = dict(narrowed.properties)
    for name in (one[0] for one in (texts, lists) if len(one) == 1):
        schema = spec.properties[name]
        each = schema.get("items", schema)
        found = [one for one in _offered(spec, narrowed, name, text) if fits(one, each)][:MOST_OFFERED]
        closed = {**each, "enum": found}
        if found:
            properties[name] = {**schema, "items": closed} if "items" in schema else closed
    return narrowed.model_copy(update={"parameters": {**narrowed.parameters, "properties": properties}})


def _is_unknown(spec: ToolSpec, name: str) -> bool:
    from practicum import values
    from practicum.values.detection import item_slot
    from practicum.values.slots import slot_of

    schema = spec.properties[name]
    slot = item_slot(slot_of(name, schema, "", spec.parameters))
    told = slot.enum or {"pattern", "format"} & slot.schema.keys() or _LISTING.search(slot.description)
    return slot.types == ("string",) and not told and values.detect(name, schema) is None


def _offered(spec: ToolSpec, narrowed: ToolSpec, name: str, text: str) -> list[str]:
    """What may be meant: codes, letters with digits, before words; alone in lists and where asked for."""
    runs = _runs(text, _taken(spec, narrowed, name))
    codes = [word for run in runs for word in run.split() if _CODE.fullmatch(word)]
    if codes and (_ASKS_FOR_CODES.search(name) or "items" in spec.properties[name]):
        return list(dict.fromkeys(codes))
    return list(dict.fromkeys([*codes, *runs]))


def _taken(spec: ToolSpec, narrowed: ToolSpec, name: str) -> set[str]:
    """The stems of words that are not the value: the tool's own, names, and what others are offered."""
    from practicum import values
    from practicum.values.word_choice import stem

    others = [other for other in narrowed.properties if other != name]
    offered = [str(value) for other in others for value in values.choices(narrowed.properties[other])]
    names = [each.replace("_", " ") for each in (spec.name, *spec.properties)]
    said = " ".join([spec.description, *names, *offered])
    return {stem(word.casefold()) for word in _WORD.findall(said)}


def _runs(text: str, taken: Collection[str]) -> list[str]:
    """The runs of words that are left, those with capitals in a sentence first; each word by itself, too."""
    from practicum.values.word_choice import common, stem

    runs: list[list[re.Match[str]]] = [[]]
    end = 0
    moments = _moments(text)
    for word in _WORD.finditer(text):
        key = word.group().casefold()
        number = not any(char.isalpha() for char in key)
        own = not (key in _ASKING or common(key) or stem(key) in taken or number or word.start() in moments)
        if not own or text[end : word.start()].strip():
            runs.append([])
        if own:
            runs[-1].append(word)
        end = word.end()
    whole = [text[run[0].start() : run[-1].end()] for run in runs if 0 < len(run) <= LONGEST_RUN]
    single = [word.group() for run in runs if len(run) > 1 for word in run]
    capitals = [one for one in whole if one[0].isupper() and not text.startswith(one)]
    return list(dict.fromkeys([*capitals, *whole, *single]))


def _moments(text: str) -> set[int]:
    """Where a text says dates and times."""
    from practicum import values

    spans = [span for kind in ("date", "time", "date-time") for span in values.get(kind).resolve(text)]
    return {place for span in spans for place in range(span.start, span.end)}
