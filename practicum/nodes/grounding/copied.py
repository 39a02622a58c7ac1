"""Copied: what a required text may be when nothing tells: words of the query that are nobody else's.

"How many packs of amoxicillin are left?": a small model that may write anything writes "text". It is offered
what the query says beside the words of the tool itself and the values of its other arguments.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from practicum.nodes.harvest import fits
from practicum.records import JsonObject, ToolSpec
from practicum.values.codes import as_asked
from practicum.values.slots import plain_schema, slot_of
from practicum.values.spans import word_set

MOST_OFFERED = 12
LONGEST_RUN = 3
"""Words that are offered together."""
_INSIDE = r"[^\s\"\u201c\u201d\u2018<>\[\]{}(),:;!?\u2014]"
_WORD = re.compile(rf"[./~\\#@]{{0,3}}[^\W_](?:(?:{_INSIDE}|:(?=\S))*[\w+#/%])?")
"""A word with what belongs to it: stock/main.csv, user_events, #general, C++."""
_ASKING = word_set(
    "about after am are be because been before being but can could did do does doing find get give got had"
    " has have hello her hey hi his how i'd i'm into is it's its let like look looking many may me mind much"
    " my need of one onto our out please pls pull she show still tell than thanks that that's then there"
    " these they this those us want was we were what what's when where which who whose will would you your"
)
"""Words of requests, which name nothing."""
_CODE = re.compile(r"(?=\S*[A-Za-z])(?=\S*\d)\S+(?: [A-Z]{1,4})?|\d{3,}")
_SPACED = re.compile(r"[A-Z]{1,4} \d+")
_OWNED = re.compile(r"(?<=\d)['\u2019]s$")
"""What makes "SB-002208's" of a code."""
_TELLING = re.compile(r"(?=(?:[^A-Za-z]*[A-Za-z]){2})(?=(?:\D*\d){3})[A-Za-z][\w./-]{4,}")
"""A code that is plainly one."""
_ASKS_FOR_CODES = re.compile(
    r"(?:^|_)(?:ids?|codes?|numbers?|no|refs?|references?|keys?|serials?|skus?|plates?)$", re.IGNORECASE
)
_TELLS_OF_CODES = re.compile(
    r"\b(?:codes?|characters|digits|serial|id|identifier|capitals|upper ?case)\b", re.IGNORECASE
)
_LISTING = re.compile(
    r"\b(?:one of|either)\b|([\"'`])\w[\w -]*\1.*([\"'`])\w[\w -]*\2|:\s*\w+(?:, \w+)*,? or \w+",
    re.IGNORECASE,
)
"""What a description lists instead of a schema: the query may say it in other words."""
_WRITTEN = word_set("code command expression formula html json markdown pattern regex script sql xml yaml")
"""Texts that are written for a query and don't stand in it, by words of their names."""
_SOUGHT = word_set(
    "body content keyword keywords message name note phrase q query question search text title words"
)
"""Texts that may hold a code and more, by words of their names."""
_MEMBER = re.compile(r"[a-z\d]+(?:[_-][a-z\d]+)*")


def with_copied(
    spec: ToolSpec, narrowed: ToolSpec, text: str, known: Mapping[str, Sequence[Any]] = MappingProxyType({})
) -> ToolSpec:
    """Return the narrowed tool with words of ``text`` offered for one or two texts, or a list, that are open.

    Args:
        spec: The tool.
        narrowed: The same with its values narrowed to those of ``text``.
        text: The query; of one with observations, which are lines of their own, nothing is offered.
        known: By argument, values that practice has found: they are offered, too, since the query may say
            them in other words.
    """
    unknown = [name for name in narrowed.properties if name in spec.required and _is_unknown(spec, name)]
    open_ones = [name for name in unknown if narrowed.properties[name] == spec.properties[name]]
    texts = [name for name in open_ones if _item(spec, name) is None]
    lists = [name for name in open_ones if name not in texts]
    if "\n" in text or len(texts) > 2 or len(lists) > 1:
        return narrowed
    properties = dict(narrowed.properties)
    for name in open_ones:
        schema = plain_schema(spec.properties[name], spec.parameters)
        each = _item(spec, name) or schema
        slot = slot_of(name, spec.properties[name], "", spec.parameters)
        said = _offered(spec, narrowed, name, text, several=len(texts) > 1)
        asked = dict.fromkeys(as_asked(slot, one) if _CODE.fullmatch(one) else one for one in said)
        found = [one for one in asked if fits(one, each)]
        closed = {**each, "enum": [*found[:MOST_OFFERED], *known.get(name, ())]}
        if found and name in texts:
            properties[name] = closed
        elif found and all(map(_CODE.fullmatch, found)) and fits(found, schema):
            properties[name] = {**schema, "enum": [found]}
        elif found:  # as many as are said: a small model repeats what it has written
            properties[name] = {"maxItems": len(closed["enum"]), **schema, "items": closed}
    properties |= _optional_codes(spec, narrowed, properties, text)
    return narrowed.model_copy(update={"parameters": {**narrowed.parameters, "properties": properties}})


def _optional_codes(
    spec: ToolSpec, narrowed: ToolSpec, properties: Mapping[str, JsonObject], text: str
) -> dict[str, JsonObject]:
    """Offer the optional texts that take codes those that the text holds and no other argument is offered."""
    found: dict[str, JsonObject] = {}
    for name in narrowed.properties:
        if narrowed.properties[name] != spec.properties[name] or not takes_codes(spec, name):
            continue
        others = {other: schema for other, schema in properties.items() if other != name}
        beside = narrowed.model_copy(update={"parameters": {**narrowed.parameters, "properties": others}})
        schema = plain_schema(spec.properties[name], spec.parameters)
        said = [one for one in _offered(spec, beside, name, text, several=False) if _CODE.fullmatch(one)]
        codes = [one for one in said if fits(one, schema)]
        if codes:
            found[name] = {**schema, "enum": codes[:MOST_OFFERED]}
    return found


def takes_codes(spec: ToolSpec, name: str) -> bool:
    """Whether an optional argument takes a code, of which nothing tells what it looks like."""
    single = name not in spec.required and _item(spec, name) is None
    return single and _is_unknown(spec, name) and _asks_for_codes(spec, name)


def _item(spec: ToolSpec, name: str) -> JsonObject | None:
    """The schema of a list's items; None for what is no list."""
    items = plain_schema(spec.properties[name], spec.parameters).get("items")
    return plain_schema(items, spec.parameters) if isinstance(items, dict) else None


def _is_unknown(spec: ToolSpec, name: str) -> bool:
    """Whether an argument takes texts, or a list of them, of which nothing tells what they look like."""
    from practicum import values
    from practicum.values.detection import item_slot

    schema = spec.properties[name]
    slot = item_slot(slot_of(name, schema, "", spec.parameters))
    told = slot.enum or {"pattern", "format"} & slot.schema.keys()
    if slot.types != ("string",) or told or values.detect(name, schema) is not None:
        return False
    shown = [*slot.examples, *values.shown(name, schema)]
    if shown and all(_CODE.fullmatch(str(value)) for value in shown):
        return True
    return not any(_MEMBER.fullmatch(str(value)) for value in shown) and not _LISTING.search(slot.description)


def _offered(spec: ToolSpec, narrowed: ToolSpec, name: str, text: str, *, several: bool) -> list[str]:
    """What may be meant: codes, letters with digits, before words.

    Codes alone in lists and where they are asked for; of words only names with capitals where there are
    several such arguments. What is written for a query, such as source code, stands in none.
    """
    runs = _runs(text, _taken(spec, narrowed, name))
    parts = [
        _OWNED.sub("", part) for run in runs for part in ([run] if _SPACED.fullmatch(run) else run.split())
    ]
    codes = list(dict.fromkeys(part for part in parts if _CODE.fullmatch(part) or _SPACED.fullmatch(part)))
    if codes and (_asks_for_codes(spec, name) or _item(spec, name) is not None):
        return codes
    plain = [code for code in codes if _TELLING.fullmatch(code)]
    sought = _SOUGHT & {*re.findall(r"[a-z]+", name.casefold())}
    named = any(
        run[0].isupper() and not any(map(str.isdigit, run)) for run in runs if not text.startswith(run)
    )
    if len(plain) == 1 and not several and not sought and not named:
        return plain
    if _WRITTEN & {*re.findall(r"[a-z]+", name.casefold())}:
        return []
    words = [run for run in runs if not run.isdigit() and (not several or run[0].isupper())]
    return list(dict.fromkeys([*(code for code in codes if not code.isdigit()), *words]))


def _asks_for_codes(spec: ToolSpec, name: str) -> bool:
    """Whether a name, its documentation or the tool's says that a code is meant: "confirmation code"."""
    told = str(spec.properties[name].get("description", ""))
    called = rf"{re.escape(name.replace('_', ' '))} (?:code|number|id)\b"
    return bool(
        _ASKS_FOR_CODES.search(name)
        or _TELLS_OF_CODES.search(told)
        or re.search(called, spec.description, re.IGNORECASE)
    )


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
    moments = _moments(text)
    for word in _WORD.finditer(text):
        key = word.group().casefold()
        apart = bool(text[end : word.start()].strip())
        number = not any(char.isalpha() for char in key) and not _CODE.fullmatch(key)
        own = not (key in _ASKING or common(key) or stem(key) in taken or number or word.start() in moments)
        if key.isdigit() and runs[-1] and not apart and runs[-1][-1].group()[0].isupper():
            runs[-1].append(word)  # LH 456
            own = False
        if not own or apart:
            runs.append([])
        if own:
            runs[-1].append(word)
        end = word.end()
    whole = [text[run[0].start() : run[-1].end()] for run in runs if 0 < len(run) <= LONGEST_RUN]
    single = [word.group() for run in runs if len(run) > 1 for word in run if not word.group().isdigit()]
    capitals = [one for one in whole if one[0].isupper() and not text.startswith(one)]
    return list(dict.fromkeys([*capitals, *whole, *single]))


def _moments(text: str) -> set[int]:
    """Where a text says dates and times."""
    from practicum import values

    spans = [span for kind in ("date", "time", "date-time") for span in values.get(kind).resolve(text)]
    return {place for span in spans for place in range(span.start, span.end)}
