"""A model's text to a value: the JSON decoder reads it, never brace surgery."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from practicum.records import ToolCall

FORM = '{"name":"TOOL","arguments":{...}}'


@dataclass(frozen=True)
class Unreadable:
    """A reply that is no tool call."""

    reason: str
    """What is wrong with it and what to write instead: an observation for the model."""


def compact_json(value: Any) -> str:
    """Return ``value`` as JSON without white space, keys in their order: what the grammar produces."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def parse_call(text: str, *, lenient: bool = False) -> ToolCall | Unreadable:
    """Read a tool call.

    Args:
        text: the reply. Strictly, all of it must be the call.
        lenient: take the first JSON object found in the text, ignore what follows a line that
            starts with "Observation", and accept ``parameters`` for ``arguments``.
    """
    if not lenient:
        return _whole(text.strip())
    text = re.split(r"^\s*Observation\b", text, maxsplit=1, flags=re.MULTILINE)[0]
    decoder = json.JSONDecoder()
    for opening in re.finditer(r"\{", text):
        try:
            value, _ = decoder.raw_decode(text, opening.start())
        except (ValueError, RecursionError):
            continue
        return _as_call(value, ("arguments", "parameters"))
    return Unreadable(f"there is no JSON object in the reply; write {FORM}")


def _whole(text: str) -> ToolCall | Unreadable:
    try:
        value, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError) as error:  # a number may be too long to be read
        where = f" (at character {error.pos})" if isinstance(error, json.JSONDecodeError) else ""
        return Unreadable(f"the reply is not JSON{where}; write {FORM} and nothing else")
    if text[end:].strip():
        return Unreadable(f"there is text after the JSON object; write {FORM} and nothing else")
    return _as_call(value, ("arguments",))


def _as_call(value: Any, keys: tuple[str, ...]) -> ToolCall | Unreadable:
    if not isinstance(value, dict):
        return Unreadable(f"the reply is JSON but no object; write {FORM}")
    name = value.get("name")
    if not isinstance(name, str) or not name:
        return Unreadable(f'the object has no "name"; write {FORM}')
    arguments = next((value[key] for key in keys if key in value), None)
    if not isinstance(arguments, dict):
        return Unreadable(f'"arguments" must be an object; write {FORM}')
    return ToolCall(name=name, arguments=arguments)


def with_whole_keys(value: Any) -> Any:
    """Return JSON in whose keys halves of surrogate pairs are escaped.

    Models write them. Checkpoints replace them in texts by themselves, and fail at them in keys.
    """
    if isinstance(value, dict):
        return {_whole_text(key): with_whole_keys(part) for key, part in value.items()}
    return [with_whole_keys(part) for part in value] if isinstance(value, list) else value


def _whole_text(key: Any) -> Any:
    return key.encode("utf-8", "backslashreplace").decode() if isinstance(key, str) else key


def without_loops(text: str, *, longest: int = 160) -> str:
    """Return ``text`` cut where it begins to repeat itself.

    Small models loop. A stretch of 16 characters or more that follows itself at least twice is
    kept once, and nothing after it.
    """
    pattern = rf"(?s)(\S.{{14,{longest}}}?\S)(?:\s*\1){{2,}}([.!?]?).*$"
    return re.sub(pattern, r"\1\2", text).strip()
