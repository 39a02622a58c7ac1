"""A tool's description that is a Google docstring: what it says of the tool, and of each parameter."""

from __future__ import annotations

import inspect
import re
from collections.abc import Container, Iterator

from practicum.records import JsonObject

ARGUMENTS = "Args:"
SECTIONS = (ARGUMENTS, "Returns:", "Raises:", "Yields:")
"""Headings of sections, on lines of their own or not."""
ASIDES = ("Example:", "Examples:", "Note:")
"""Headings where they stand alone; what follows on the same line is a sentence like others."""
_ENTRY = re.compile(r"(\s*)(?:[-*+] )?[*`]{0,2}([\w.$-]+)`{0,2}(?:\s*\(.*?\))?\s*:(?:\s+(.*))?")
"""What is said of a parameter; the name is whatever servers call one, the type may have brackets."""


def summary(description: str) -> str:
    """Return the description without the sections of a Google docstring; parameters say what they say."""
    kept: list[str] = []
    for line in inspect.cleandoc(description).splitlines():
        if kept and (line.startswith(SECTIONS) or line.rstrip() in ASIDES):
            break
        kept.append(line)
    return "\n".join(kept).strip()


def say_of_parameters(schema: JsonObject, description: str) -> JsonObject:
    """Return a schema whose parameters without a description have that of the docstring, if it has one.

    LangChain and the SDK that most MCP servers in Python use leave it in the tool's description.
    """
    properties = schema.get("properties")
    said = dict(_entries(description, properties)) if isinstance(properties, dict) else {}
    if not isinstance(properties, dict) or not said:
        return schema
    told = {
        name: {**each, "description": said[name]} if name in said and _is_silent(each) else each
        for name, each in properties.items()
    }
    return {**schema, "properties": told}


def _is_silent(schema: object) -> bool:
    return isinstance(schema, dict) and not schema.get("description")


def _entries(description: str, names: Container[str]) -> Iterator[tuple[str, str]]:
    """Yield the name of each of these parameters that something is said of, and that as one line."""
    name, words, margin = "", [""], 0
    for line in _arguments(description):
        entry = _ENTRY.fullmatch(line)
        indent = len(line) - len(line.lstrip())
        if entry is not None and (entry[2] in names or (name and indent <= margin)):
            if name in names:
                yield name, " ".join(words).strip()
            margin, name, words = indent, entry[2], [(entry[3] or "").strip()]
        elif line.strip():
            words.append(line.strip())
    if name in names:
        yield name, " ".join(words).strip()


def _arguments(description: str) -> Iterator[str]:
    """Yield the lines of the section of arguments: those below its heading that are indented."""
    inside = False
    for line in inspect.cleandoc(description).splitlines():
        if line.rstrip() == ARGUMENTS:
            inside = True
        elif inside and line.strip() and not line[0].isspace():
            return
        elif inside:
            yield line
