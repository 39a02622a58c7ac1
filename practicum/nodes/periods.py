"""Periods: what begins before it ends is accepted, the other way round it hardly is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from practicum.nodes.moments import iso_day
from practicum.nodes.offers import words_of
from practicum.records import JsonObject, ToolSpec

MOMENTS = ("date", "date-time", "time", "year-month")
DAYS = ("date", "date-time", "year-month")
"""Those that begin before they end whatever is meant: a night lasts from 22:00 to 6:00."""
_BEGINNINGS = frozenset(
    {"start", "begin", "beginning", "from", "since", "after", "first", "earliest", "checkin"}
)
_ENDS = frozenset({"end", "finish", "to", "until", "till", "before", "last", "latest", "checkout"})


def in_order(spec: ToolSpec, arguments: JsonObject, kinds: Sequence[str] = MOMENTS) -> JsonObject:
    """Return arguments with the two ends of a period put in order.

    Args:
        spec: The tool.
        arguments: Of a call; those that are named as a beginning and an end, both of one format of moments.
        kinds: The formats whose order is looked at.
    """
    from practicum import values

    for kind in kinds:
        given = [name for name in values.arguments_of(spec, kind) if arguments.get(name) is not None]
        first = [name for name in given if _named(name, _BEGINNINGS)]
        last = [name for name in given if _named(name, _ENDS)]
        if len(first) == len(last) == 1 and first != last:
            start, end = arguments[first[0]], arguments[last[0]]
            days = (
                iso_day(each, spec.properties[name]) for each, name in ((start, first[0]), (end, last[0]))
            )
            if _later(kind, *days):
                arguments = {**arguments, first[0]: end, last[0]: start}
    return arguments


def _named(name: str, telling: frozenset[str]) -> bool:
    return bool(telling & set(words_of(name)))


def _later(kind: str, one: Any, other: Any) -> bool:
    from practicum import values

    canonical = values.get(kind).canonical
    return str(canonical(one)) > str(canonical(other))
