"""Whether evaluation items can be right at all: known tools, arguments that fit their schema."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from practicum.errors import DataError
from practicum.evaluation.matching.schemas import ToolSchemas
from practicum.records import Item, ToolSpec


def check_items(items: Iterable[Item], specs: Sequence[ToolSpec]) -> None:
    """Refuse items whose expected calls name unknown tools or do not fit the tool's schema.

    ``accept`` may name arguments that the expected call leaves out; its values are not validated, since they
    may be spellings the schema does not list.

    Raises:
        DataError: With the id of the first such item.
        SetupError: If a tool's own schema is not a valid JSON Schema.
    """
    schemas = ToolSchemas(specs)
    for item in items:
        for place, call in enumerate(item.expected):
            if problem := schemas.problem_of(call):
                known = call.name in schemas.by_name
                raise DataError(f"item {item.id!r}: expected[{place}]: {problem}", _fix(schemas, known=known))
        _check_accepted(item, schemas)


def _check_accepted(item: Item, schemas: ToolSchemas) -> None:
    if not item.accept:
        return
    first = item.expected[0]
    declared = schemas.by_name[first.name].parameters.get("properties", {})
    known = {**declared, **first.arguments}
    for name in item.accept:
        if name not in known:
            raise DataError(
                f"item {item.id!r}: accept.{name[:80]} names no argument of {first.name}",
                f"use one of {', '.join(list(known)[:20])}" if known else "leave accept out: it takes none",
            )


def _fix(schemas: ToolSchemas, *, known: bool) -> str:
    if known:
        return "correct the expected arguments to what the tool's schema allows"
    names = ", ".join(sorted(schemas.by_name)[:20]) or "none"
    return f"load the tools that the data was written for (loaded: {names}), or correct the name"
