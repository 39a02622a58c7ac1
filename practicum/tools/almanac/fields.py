"""Descriptions of parameters: what every tool of the almanac says about each argument."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

ISO_DATE = r"^\d{4}-\d{2}-\d{2}$"
ISO_MINUTE = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$"
CLOCK_TIME = r"^([01]\d|2[0-3]):[0-5]\d$"


@dataclass(frozen=True)
class Shown:
    """Examples and a format in a parameter's schema.

    Metadata, because LangChain rebuilds the fields of a tool's schema and keeps of them
    only description, default and metadata: ``Field(examples=..., json_schema_extra=...)`` is lost.
    """

    examples: tuple[str | float, ...]
    json_format: str | None = None

    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        schema = {**handler(core_schema), "examples": list(self.examples)}
        return schema if self.json_format is None else {**schema, "format": self.json_format}


def _shown(field: Any, examples: tuple[str | float, ...], json_format: str | None) -> Any:
    field.metadata.append(Shown(examples, json_format))
    return field


def text(
    description: str,
    *examples: str,
    longest: int = 40,
    pattern: str | None = None,
    json_format: str | None = None,
) -> Any:
    """Describe a string of 1 to ``longest`` characters.

    ``json_format`` becomes the schema's ``format``; a parameter without one is
    to be recognised by its name and description.
    """
    field = Field(description=description, min_length=1, max_length=longest, pattern=pattern)
    return _shown(field, examples, json_format)


def day(description: str, *examples: str, json_format: str | None = None) -> Any:
    """Describe a calendar date written as YYYY-MM-DD."""
    return text(description, *examples, longest=10, pattern=ISO_DATE, json_format=json_format)


def choice(description: str, *examples: str, json_format: str | None = None) -> Any:
    """Describe a parameter whose type is a ``Literal``: the enumeration is its bound."""
    return _shown(Field(description=description), examples, json_format)


def number(
    description: str,
    *examples: float,
    least: float,
    most: float,
    json_format: str | None = None,
) -> Any:
    """Describe a number from ``least`` to ``most``, both included."""
    return _shown(Field(description=description, ge=least, le=most), examples, json_format)


def one_of(given: str, allowed: tuple[str, ...], what: str) -> str:
    """Return ``given`` when it is allowed.

    Raises:
        ValueError: it is not; the message lists what is allowed.
    """
    if given in allowed:
        return given
    raise ValueError(f"unknown {what} {given!r}; it must be one of: {', '.join(allowed)}")
