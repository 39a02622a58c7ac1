"""Frames: the words around a free text, learned from practice: what is left without them is the text.

"blake2s kumquat": nothing says that "kumquat" is what is to be hashed but that practice met all other words
beside such texts. Only arguments whose texts the queries of practice say word for word have a frame.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from practicum.nodes.grounding.evidence import FEWEST, MOST_READ
from practicum.nodes.harvest import fits
from practicum.records import ToolCall, ToolSpec

USUAL = 0.9
"""Share of the queries that must say the text word for word."""
MET = 2
"""Queries in which a word must have stood beside the text to belong to its frame."""
MOST_OFFERED = 16
LONGEST = 400
"""Characters above which what is left of a query says little."""

_TOKEN = re.compile(r"\S+")
_ARTICLES = frozenset({"a", "an", "the"})
_OPENING = "\"'`\u201c\u2018\u00ab"
_BELONGING = frozenset("()[]!")
"""Marks at the edge of a run that are often part of the text; those of sentences and quotations are not."""
_EDGES = ".,;:!?\"'`()[]<>\u201c\u201d\u2018\u2019\u00ab\u00bb"


class _Token(NamedTuple):
    """A word: where it stands with the marks at its edges, and without; and folded for comparing."""

    left: int
    start: int
    end: int
    right: int
    key: str


def learn_frames(spec: ToolSpec, said: Sequence[tuple[str, ToolCall]]) -> dict[str, tuple[str, ...]]:
    """Return, by argument that takes free text, the words that stood around it, in small letters.

    Args:
        spec: The tool.
        said: Queries with the calls they mean; the newest 200 are read.
    """
    frames: dict[str, tuple[str, ...]] = {}
    for name in _free_texts(spec):
        given = [
            (query, call.arguments[name])
            for query, call in said[-MOST_READ:]
            if isinstance(call.arguments.get(name), str) and call.arguments[name].strip()
        ]
        around = [query.replace(value, " ", 1) for query, value in given if value in query]
        if len(given) >= FEWEST and len(around) >= USUAL * len(given):
            met = Counter(word for text in around for word in {token.key for token in _tokens(text)})
            frames[name] = tuple(sorted(word for word, times in met.items() if word and times >= MET))
    return frames


def framed(spec: ToolSpec, narrowed: ToolSpec, text: str, frames: Mapping[str, Collection[str]]) -> ToolSpec:
    """Return the narrowed tool with what is left of ``text`` without the frame offered as its free text.

    What the text quotes stays the only offer, and where nothing is left the argument is as it was.

    Args:
        spec: The tool.
        narrowed: The same with its values narrowed to those of ``text``.
        text: The query; of one with observations, which are lines of their own, nothing is offered.
        frames: From `learn_frames`.
    """
    if len(text) > LONGEST or "\n" in text:
        return narrowed
    properties = dict(narrowed.properties)
    for name, words in frames.items():
        schema = spec.properties.get(name, {})
        before = properties.get(name, {}).get("enum") or ()
        if name not in properties or "enum" in schema or _is_quoted(text, before):
            continue
        left = [one for one in _left(text, {*words, *_members(spec, name)}) if fits(one, schema)]
        if left:
            properties[name] = {**schema, "enum": list(dict.fromkeys([*before, *left]))[:MOST_OFFERED]}
    return narrowed.model_copy(update={"parameters": {**narrowed.parameters, "properties": properties}})


def _left(text: str, frame: Collection[str]) -> list[str]:
    """The runs of words that are not of the frame, longest first, and the whole from first to last.

    Each also with the marks around it, and with an article before it, which may belong to it.
    """
    tokens = _tokens(text)
    runs: list[tuple[int, int]] = []
    for at, token in enumerate(tokens):
        if not token.key or token.key in frame:
            continue
        if runs and runs[-1][1] == at:
            runs[-1] = (runs[-1][0], at + 1)
        else:
            runs.append((at, at + 1))
    runs.sort(key=lambda run: tokens[run[0]].start - tokens[run[1] - 1].end)
    whole = [(min(first for first, _ in runs), max(last for _, last in runs))] if len(runs) > 1 else []
    named = [(first - 1, last) for first, last in runs if first and tokens[first - 1].key in _ARTICLES]
    every = [*runs, *whole, *named]
    bare = (text[tokens[first].start : tokens[last - 1].end] for first, last in every)
    marked = (text[tokens[first].left : tokens[last - 1].right] for first, last in runs)
    return list(dict.fromkeys([*bare, *(one for one in marked if {one[0], one[-1]} & _BELONGING)]))


def _tokens(text: str) -> list[_Token]:
    """The words of a text."""
    found = []
    for match in _TOKEN.finditer(text):
        written = match.group()
        start = match.start() + len(written) - len(written.lstrip(_EDGES))
        core = written.strip(_EDGES)
        found.append(_Token(match.start(), start, start + len(core), match.end(), core.casefold()))
    return found


def _is_quoted(text: str, offered: Iterable[str]) -> bool:
    """Whether something is offered, and all of it stands between marks."""
    places = [(text.find(one), one) for one in offered if isinstance(one, str)]
    return bool(places) and all(
        text[:start].rstrip()[-1:] in {*_OPENING} for start, _ in places if start >= 0
    )


def _members(spec: ToolSpec, name: str) -> set[str]:
    """What the other arguments enumerate: no free text of this one."""
    others = (schema for other, schema in spec.properties.items() if other != name)
    return {str(member).casefold() for schema in others for member in schema.get("enum") or ()}


def _free_texts(spec: ToolSpec) -> list[str]:
    """The required argument that takes free text, where there is one alone: of two, no words tell which."""
    from practicum import values

    required = [name for name in values.arguments_of(spec, "text") if name in spec.required]
    found = [name for name in required if "enum" not in spec.properties[name]]
    return found if len(found) == 1 else []
