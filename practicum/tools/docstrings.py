"""A tool's description that is a docstring: what it says of the tool, and of each parameter."""

from __future__ import annotations

import inspect
from collections.abc import Mapping

from practicum.records import JsonObject
from practicum.tools.docstring_styles import field_sections, google_sections, numpy_sections, underlined

SECTIONS = ("Args:", "Returns:", "Raises:", "Yields:")
"""Headings of sections, on lines of their own or not."""
ASIDES = ("Example:", "Examples:", "Note:")
"""Headings where they stand alone; what follows on the same line is a sentence like others."""
UNDERLINED = (
    "Example",
    "Examples",
    "Notes",
    "Raises",
    "References",
    "Return",
    "Returns",
    "See Also",
    "Yields",
)
"""Headings of NumPy's form."""
CLASSES = ("$defs", "definitions")
"""Where a schema keeps those of the classes that its parameters are of."""


def summary(description: str, schema: object = None) -> str:
    """Return the description without what it says of the schema's parameters, returns, errors and examples.

    A description that is nothing else stays as it is.
    """
    lines, names = _lines(description), _properties(schema)
    fields = {place for field in field_sections(lines, names) for place in range(field.start, field.end)}
    sections = (*google_sections(lines, names), *numpy_sections(lines, names))
    told = {section.start for section in sections if section.said}
    kept: list[str] = []
    for place, line in enumerate(lines):
        if kept and (place in told or _is_heading(lines, place)):
            break
        is_left_gap = bool(fields) and not line.strip() and (not kept or not kept[-1].strip())
        if place not in fields and not is_left_gap:
            kept.append(line)
    return "\n".join(kept or lines).strip()


def say_of_parameters(schema: JsonObject, description: str) -> JsonObject:
    """Return a schema whose parameters without a description have that of the docstring, if it has one.

    LangChain and the SDK that most MCP servers in Python use leave it in the tool's description.
    """
    return describe(schema, _said(description, schema))


def describe(schema: JsonObject, said: Mapping[str, str]) -> JsonObject:
    """Return a schema whose parameters without a description have these, each before that of its class.

    Fields of the classes have what the docstrings of these say of them.
    """
    told = {key: _told(schema[key]) for key in CLASSES if isinstance(schema.get(key), dict)}
    classes = {f"#/{key}/{name}": each for key, named in told.items() for name, each in named.items()}
    return _described({**schema, **told}, said, classes)


def _told(classes: JsonObject) -> JsonObject:
    return {name: _told_class(each) if isinstance(each, dict) else each for name, each in classes.items()}


def _told_class(schema: JsonObject) -> JsonObject:
    text = schema.get("description")
    said = _said(text, schema) if isinstance(text, str) else {}
    return _described({**schema, "description": summary(str(text), schema)}, said, {}) if said else schema


def _described(schema: JsonObject, said: Mapping[str, str], classes: Mapping[str, object]) -> JsonObject:
    properties = _properties(schema)
    told = {
        name: {**each, "description": _with_class(said[name], classes.get(str(each.get("$ref"))))}
        for name, each in properties.items()
        if name in said and _is_silent(each)
    }
    return {**schema, "properties": {**properties, **told}} if told else schema


def _said(description: str, schema: object) -> dict[str, str]:
    """What a docstring says of each parameter; the first form that says something of it counts."""
    lines, names = _lines(description), _properties(schema)
    said: dict[str, str] = {}
    for sections in (google_sections, numpy_sections, field_sections):
        for name, text in (pair for section in sections(lines, names) for pair in section.said.items()):
            said.setdefault(name, text)
    return said


def _with_class(said: str, schema: object) -> str:
    """What is said of a parameter and, after it, of its class: a schema shows but one of the two."""
    text = schema.get("description") if isinstance(schema, dict) else None
    return f"{said}\n\n{text}" if isinstance(text, str) and text else said


def _properties(schema: object) -> JsonObject:
    properties = schema.get("properties") if isinstance(schema, dict) else None
    return properties if isinstance(properties, dict) else {}


def _is_silent(schema: object) -> bool:
    return isinstance(schema, dict) and not schema.get("description")


def _lines(description: str) -> list[str]:
    return inspect.cleandoc(description).splitlines()


def _is_heading(lines: list[str], place: int) -> bool:
    line = lines[place]
    return line.startswith(SECTIONS) or line.rstrip() in ASIDES or underlined(lines, place) in UNDERLINED
