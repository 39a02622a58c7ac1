"""Which references of a document lead back to themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from practicum.tools.schema import UnusableSchemaError


class Circles:
    """Finds circles of references: each of a circle leads to all others of it, and so back to itself."""

    def __init__(self, lookup: Callable[[Any], Any]) -> None:
        self._lookup = lookup
        self._known: dict[str, bool] = {}

    def hold(self, reference: str) -> bool:
        """Whether a reference is in a circle."""
        if reference not in self._known:
            self._find(reference)
        return self._known[reference]

    def _find(self, start: str) -> None:
        """Tarjan's strongly connected components, in a loop: a chain of references may be thousands long."""
        number, lowest = {start: 0}, {start: 0}
        waiting, path = [start], [(start, self._next(start))]
        while path:
            here, following = path[-1]
            other = next(following, None)
            if other is None:
                path.pop()
                if path:
                    lowest[path[-1][0]] = min(lowest[path[-1][0]], lowest[here])
                if lowest[here] == number[here]:
                    self._close(waiting, here)
            elif other in self._known:
                continue
            elif other in number:
                lowest[here] = min(lowest[here], number[other])
            else:
                number[other] = lowest[other] = len(number)
                waiting.append(other)
                path.append((other, self._next(other)))

    def _close(self, waiting: list[str], first: str) -> None:
        members = [waiting.pop()]
        while members[-1] != first:
            members.append(waiting.pop())
        is_circle = len(members) > 1 or first in self._next(first)
        self._known.update(dict.fromkeys(members, is_circle))

    def _next(self, reference: str) -> Iterator[str]:
        try:
            return references_in(self._lookup(reference))
        except UnusableSchemaError:  # said where it is translated
            return iter(())


def references_in(node: Any) -> Iterator[str]:
    """Go through the references in a schema, but for properties that only ever come from the server."""
    left = [node]
    while left:
        part = left.pop()
        if isinstance(part, list):
            left.extend(part)
        elif isinstance(part, dict):
            if isinstance(part.get("$ref"), str):
                yield part["$ref"]
            for key, value in part.items():
                is_named = key == "properties" and isinstance(value, dict)
                left.extend(filter(_is_sent, value.values()) if is_named else [value])


def _is_sent(property_schema: Any) -> bool:
    return not (isinstance(property_schema, dict) and property_schema.get("readOnly") is True)
