"""References of a document, followed inside it and nowhere else."""

from __future__ import annotations

from typing import Any

from practicum.records import JsonObject
from practicum.tools.openapi.circles import Circles
from practicum.tools.schema import UnusableSchemaError


class References:
    """Follows ``$ref`` to other places of one document."""

    def __init__(self, content: JsonObject) -> None:
        from referencing import Registry, Resource

        # Opaque: an "$id" inside it leads nowhere, and nothing is ever fetched.
        document: Any = Resource.opaque(content)
        registry: Any = Registry().with_resource("", document)
        self._resolver = registry.resolver()
        self._circles = Circles(self.lookup)

    def lead_back(self, reference: str) -> bool:
        """Whether what a reference names refers, on some way, to itself."""
        return self._circles.hold(reference)

    def lookup(self, reference: Any) -> Any:
        """Return what a reference names, which may be a reference again.

        Raises:
            UnusableSchemaError: it leads out of the document, or nowhere.
        """
        from referencing.exceptions import Unresolvable

        if not isinstance(reference, str):
            raise UnusableSchemaError("it has a $ref that is no text")
        if not reference.startswith("#"):
            raise UnusableSchemaError(f"it refers to {reference!r}, outside the document, which is not read")
        try:
            return self._resolver.lookup(reference).contents
        except (Unresolvable, ValueError, TypeError):
            raise UnusableSchemaError(f"it refers to {reference!r}, which is not there") from None

    def follow(self, node: Any, what: str) -> JsonObject:
        """Return the object that ``node`` is, or refers to; ``what`` names it in errors.

        Raises:
            UnusableSchemaError: it is no object, or refers to itself, out of the document or to nothing.
        """
        seen: list[str] = []
        while isinstance(node, dict) and "$ref" in node:
            if node["$ref"] in seen:
                raise UnusableSchemaError(f"{what} refers to itself through {last_part(seen[-1])!r}")
            seen.append(node["$ref"])
            node = self.lookup(node["$ref"])
        if not isinstance(node, dict):
            raise UnusableSchemaError(f"{what} is no object in the document")
        return node


def last_part(reference: str) -> str:
    """Return the name at the end of a reference."""
    return reference.rsplit("/", 1)[-1]
