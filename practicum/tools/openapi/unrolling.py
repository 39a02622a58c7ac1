"""How deep a schema that refers to itself is put in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from practicum.records import ToolSpec, canonical_json
from practicum.tools.openapi.schemas import EndlessSchemaError
from practicum.tools.openapi.values import OversizedSchemaError
from practicum.tools.schema import UnusableSchemaError

MAX_LEVELS = 5
"""A tree of five levels, or conditions of conditions of conditions where each list of them has a name."""
MAX_CHARACTERS = 16_000
"""Of a tool's schema, some 4,000 tokens of each model call: what makes it longer is not put in place."""

Made = TypeVar("Made")


def unrolled(read: Callable[[int | None], tuple[ToolSpec, Made]]) -> tuple[ToolSpec, Made]:
    """Return what ``read`` makes of an operation, which it is given the levels for (see `Translation`).

    Where nothing refers to itself, there are none. Otherwise as many as can be shown, at least one.

    Raises:
        UnusableSchemaError: the operation can't be used; if it refers to itself, through what.
    """
    try:
        return read(None)
    except (EndlessSchemaError, OversizedSchemaError) as error:
        refused: UnusableSchemaError = error
    found: tuple[ToolSpec, Made] | None = None
    for levels in range(1, MAX_LEVELS + 1):
        try:
            made = read(levels)
        except EndlessSchemaError:  # perhaps it ends further down
            continue
        except OversizedSchemaError as error:
            refused = error
            break
        if len(canonical_json(made[0].parameters)) > MAX_CHARACTERS:
            found = found or made
            break
        found = made
    if found is None:
        raise refused
    return found
