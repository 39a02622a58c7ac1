"""Ranges: between which numbers a parameter's documentation or a refusal says that its values lie.

Schemas rarely hold the bounds that functions check: "Specific gravity, 1.000 to 1.150" stands in the
description, and "must be 0..30" in the error. What is sampled outside of them only teaches the refusal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from practicum.nodes.harvest import blamed
from practicum.nodes.quarantine import clean
from practicum.nodes.schema_parts import type_of, without_null
from practicum.records import ErrorKind, JsonObject, Mode, Step, ToolCall, ToolSpec

MOST_CHARACTERS = 2_000
"""What is read of a description or a message."""
MOST_DECIMALS = 4
"""Digits after the point that sampled numbers have at most."""

_NUMBER = r"(?<![\w.,:/-])[-\N{MINUS SIGN}]?\d[\d,]*(?:\.\d+)?(?![\d:/]|-\d\d-|[.,]\d)"
_UNIT = r"\s?(?:%|\N{DEGREE SIGN}?[A-Za-z]{1,12})?"
_TO = rf"(?:{_UNIT}\s(?:to|through|and|up to)\s|\s?(?:%\s?)?(?:\.\.\.?|\N{{EN DASH}}|\N{{EM DASH}}|-)\s?)"
_BETWEEN = re.compile(
    rf"(?P<low>{_NUMBER}){_TO}(?P<high>[-\N{{MINUS SIGN}}]?\d[\d,]*(?:\.\d+)?(?![\d:/]|-\d|[.,]\d))"
    rf"|[\[(](?P<first>{_NUMBER})\s?,\s?(?P<last>{_NUMBER})[\])]"
)
_LEAST = re.compile(
    rf"(?:at least|min(?:imum)?(?: value)?(?: of| is|:|=)?|>=|\N{{GREATER-THAN OR EQUAL TO}}|not less than|"
    rf"no less than|(?:more|greater|larger|higher) than|above|over|>|between)\s*(?P<low>{_NUMBER})"
    rf"|(?P<positive>\bpositive\b|\bgreater than zero\b)|(?P<zero>\bnon-?negative\b)",
    re.IGNORECASE,
)
_MOST = re.compile(
    rf"(?:at most|max(?:imum)?(?: value)?(?: of| is|:|=)?|<=|\N{{LESS-THAN OR EQUAL TO}}|up to|no more than|"
    rf"not more than|not exceed|(?:less|fewer|smaller|lower) than|below|under|<|limit(?:ed)? (?:of|to|is))"
    rf"\s*(?P<high>{_NUMBER})",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Range:
    """The numbers that are said to be right; None where nothing is said."""

    low: float | None = None
    high: float | None = None
    decimals: int = 0
    """Digits after the point in which the bounds are told."""
    below: str | None = None
    """The parameter that is the upper end: a final gravity is at most the original one."""

    def filled(self, other: Range | None) -> Range:
        """Return the range with what another source tells of the ends that are open here."""
        if other is None:
            return self
        return Range(
            other.low if self.low is None else self.low,
            other.high if self.high is None else self.high,
            max(self.decimals, other.decimals),
            self.below or other.below,
        )

    def within(self, schema: JsonObject) -> JsonObject:
        """Return a schema with these bounds where it has none of its own."""
        bounds: JsonObject = {}
        if self.low is not None and not {"minimum", "exclusiveMinimum"} & schema.keys():
            bounds["minimum"] = self.low
        if self.high is not None and not {"maximum", "exclusiveMaximum"} & schema.keys():
            bounds["maximum"] = self.high
        return {**schema, **bounds}

    def holds(self, value: float, given: Mapping[str, Any]) -> bool:
        """Whether a value lies in the range, beside the other arguments of its call."""
        high = given.get(self.below) if self.below is not None else self.high
        too_high = isinstance(high, int | float) and value > high
        return not too_high and (self.low is None or value >= self.low)

    def as_dict(self) -> JsonObject:
        """Return the range as plain JSON."""
        return asdict(self)


def told_range(text: str, names: Iterable[str] = ()) -> Range | None:
    """Return the range that a text tells, None where it tells none.

    Args:
        text: A description or a message.
        names: Parameters that may be its upper end.
    """
    text = text[:MOST_CHARACTERS]
    found = _told(text)
    upper = re.search(
        rf"(?P<low>{_NUMBER})\s(?:to|and|through)\s`*(?P<name>{'|'.join(map(re.escape, names)) or '$^'})\b",
        text,
    )
    if upper is None:
        return found
    return Range(_number(upper["low"]), None, _decimals(upper["low"]), upper["name"])


def _told(text: str) -> Range | None:
    for between in _BETWEEN.finditer(text):
        low, high = between["low"] or between["first"], between["high"] or between["last"]
        if _number(low) < _number(high):
            return Range(_number(low), _number(high), max(_decimals(low), _decimals(high)))
    least, most = _LEAST.search(text), _MOST.search(text)
    low = least["low"] if least else None
    high = most["high"] if most else None
    if least is None and high is None:
        return None
    bottom = _number(low) if low else (1.0 if least and least["positive"] else 0.0 if least else None)
    top = _number(high) if high else None
    if bottom is not None and top is not None and bottom >= top:
        return None
    return Range(bottom, top, max((_decimals(each) for each in (low, high) if each), default=0))


def documented_range(schema: JsonObject, names: Iterable[str] = ()) -> Range | None:
    """Return the range that a number's description tells; of ``names`` one may be its upper end."""
    return _documented(str(schema.get("description", "")), tuple(names)) if is_numeric(schema) else None


def refused_ranges(spec: ToolSpec, steps: Iterable[Step]) -> dict[str, Range]:
    """Return the ranges that refusals of a tool's calls tell, by parameter, the newest of each."""
    found: dict[str, Range] = {}
    for step in steps:
        refused = step.observation.error is ErrorKind.RAISED and step.observation.mode is not Mode.SIMULATED
        if step.call is None or step.call.name != spec.name or not refused or not clean(step):
            continue
        told = told_range(step.observation.text, spec.properties)
        names = [] if told is None else _about(spec, step.call, step.observation.text)
        if told is not None and len(names) == 1:
            found[names[0]] = told
    return found


def is_numeric(schema: JsonObject) -> bool:
    """Whether a parameter takes numbers."""
    return type_of(without_null(schema)) in {"integer", "number"}


@lru_cache(maxsize=2_048)
def _documented(description: str, names: tuple[str, ...]) -> Range | None:
    """Texts are read once: a query is put to all tools."""
    return told_range(description, names)


def range_of(spec: ToolSpec, parameter: str, refused: Mapping[str, Range]) -> Range | None:
    """Return what is known of a parameter's range: what execution said counts before what is documented."""
    documented = documented_range(_described(spec.properties[parameter]), spec.properties)
    told = refused.get(parameter)
    return documented if told is None else told.filled(documented)


def _described(schema: JsonObject) -> JsonObject:
    """The schema of a value that is not null, with the description of the whole."""
    return {**without_null(schema), "description": schema.get("description", "")}


def _about(spec: ToolSpec, call: ToolCall, message: str) -> list[str]:
    """The numeric parameters a message is about: named, else whose value it repeats, else the only one."""
    numeric = [
        name for name in call.arguments if name in spec.properties and is_numeric(spec.properties[name])
    ]
    told = [name for name in blamed(spec, call, message) if name in numeric]
    first: Callable[[str], int] = message.find
    if told:
        return sorted(told, key=first)[:1]
    repeated = [
        name
        for name in numeric
        if re.search(rf"(?<![\w.]){_plain(call.arguments[name])}(?![\w.]*\d)", message)
    ]
    return repeated if len(repeated) == 1 else numeric if len(numeric) == 1 else []


def _plain(value: object) -> str:
    return re.escape(str(value))


def _number(written: str) -> float:
    return float(written.replace(",", "").replace("\N{MINUS SIGN}", "-"))


def _decimals(written: str) -> int:
    return min(MOST_DECIMALS, len(written.partition(".")[2]))
