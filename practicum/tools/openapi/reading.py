"""What the reading library finds wrong with a part of a document, in a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import ValidationError


def object_error(error: ValidationError) -> str:
    """Return the first thing that is wrong with a part: where in it, and what."""
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"] if isinstance(part, str))
    return f"is not as OpenAPI wants it, at {where}: {first['msg']}" if where else first["msg"]
