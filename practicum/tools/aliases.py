"""Arguments that go by another name than their field: pydantic's aliases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import AliasChoices, BaseModel

from practicum.records import JsonObject


def aliases_of(model: Any) -> dict[str, str]:
    """Return by their fields the names that a model of arguments takes them by, where these are others."""
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return {}
    if model.model_config.get("validate_by_alias") is False:
        return {}
    found = ((name, _first_name(field.validation_alias)) for name, field in model.model_fields.items())
    return {name: alias for name, alias in found if alias is not None and alias != name}


def _first_name(alias: Any) -> str | None:
    """The name among what a field may be read from; a path into another argument is none."""
    choices = alias.choices if isinstance(alias, AliasChoices) else [alias]
    return next((choice for choice in choices if isinstance(choice, str)), None)


def renamed(schema: JsonObject, names: Mapping[str, str]) -> JsonObject:
    """Return an object's schema with other names for some of its properties."""
    if not names:
        return schema
    properties = {names.get(name, name): each for name, each in schema.get("properties", {}).items()}
    required = [names.get(name, name) for name in schema.get("required", [])]
    return {**schema, "properties": properties, **({"required": required} if required else {})}
