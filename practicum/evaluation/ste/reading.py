r"""From a reply in the reference's form to a call, read in two ways.

The form is ``Action: NAME`` and ``Action Input: {...}`` on lines of their own, or ``Final Answer: TEXT``;
a name may stand in a token of its own, ``<tool_NAME>``. *Strict* reads what the reference reads, its
faults included; *lenient* reads the first call there is, whatever the model made up after it.
"""

from __future__ import annotations

import json
import re

from practicum.records import JsonObject, Record, ToolCall

ACTION, INPUT, ANSWER = "Action:", "Action Input:", "Final Answer:"
_OBSERVATION = re.compile(r"^[^\S\n]*Observation\b", re.MULTILINE)


class Reading(Record):
    """What a reply says."""

    call: ToolCall | None = None
    """None when the reply has none, or none that can be read."""
    no_call: bool = False
    """It is a final answer without a call."""


UNREADABLE = Reading()
NO_CALL = Reading(no_call=True)


def read_strict(text: str) -> Reading:
    """Return the call of a reply that makes exactly one before its final answer.

    The arguments are all that stands between the first opening and the last closing brace, with every
    brace at either end taken for one: an argument that is an object itself, at the end, is not readable,
    and neither is a call that is followed by an observation with braces.
    """
    before, answer, _ = text.partition(ANSWER)
    if answer and INPUT not in before:
        return NO_CALL
    if before.count(INPUT) != 1:
        return UNREADABLE
    head, _, tail = before.partition(INPUT)
    if head.count(ACTION) != 1:
        return UNREADABLE
    first, last = tail.find("{"), tail.rfind("}")
    if first < 0 or last < first:
        return UNREADABLE
    arguments = _decoded("{" + tail[first : last + 1].strip("{}") + "}")
    return UNREADABLE if arguments is None else _reading(head.partition(ACTION)[2], arguments)


def read_lenient(text: str) -> Reading:
    """Return the first call of a reply: the first JSON object after its first action.

    What follows a line that begins with "Observation" is cut off. Braces that are doubled, as prompts
    write them, are taken for single ones.
    """
    said = _OBSERVATION.split(text, maxsplit=1)[0]
    before, _, action = said.partition(ACTION)
    if ANSWER in before:
        return NO_CALL
    name, _, tail = action.partition(INPUT)
    arguments = _first_object(tail, tail.find("{"))
    return UNREADABLE if arguments is None else _reading(name.strip().partition("\n")[0], arguments)


def _reading(name: str, arguments: JsonObject) -> Reading:
    return Reading(call=ToolCall(name=_bare(name), arguments=arguments))


def _bare(name: str) -> str:
    name = name.strip()
    end = len(name)
    while name.endswith("\\n", 0, end) or name[end - 1 : end].isspace():  # some models write out a line's end
        end -= 2 if name.endswith("\\n", 0, end) else 1
    return name[:end].replace("<tool_", "").strip("<>").strip()


def _decoded(text: str) -> JsonObject | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):  # a number may be too long to be read
        return None
    return value if isinstance(value, dict) else None


def _first_object(text: str, opening: int) -> JsonObject | None:
    if opening < 0:
        return None
    for start in (opening, opening + 1) if text.startswith("{{", opening) else (opening,):
        try:
            value, _ = json.JSONDecoder().raw_decode(text, start)
        except (ValueError, RecursionError):
            continue
        return value if isinstance(value, dict) else None
    return None
