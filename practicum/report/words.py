"""Figures and strange texts as a person reads them; shared by the tables and the page."""

from __future__ import annotations

import re

from practicum.evaluation import Paired, Proportion
from practicum.records import ToolCall, canonical_json

# Control characters could drive a terminal; bidirectional overrides could make text read as another.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

NOTHING = "\u2013"
"""Stands where there is no figure."""


def printable(text: str) -> str:
    """Return ``text`` with control characters, overrides and half characters made visible as U+FFFD."""
    return _UNPRINTABLE.sub("\ufffd", text.replace("\r\n", "\n"))


def percent(rate: float) -> str:
    """Return a rate in whole per cent; 100 and 0 are kept for all and none."""
    whole = round(100 * rate)
    if whole == 100 and rate < 1:
        return "> 99 %"
    return "< 1 %" if whole == 0 and rate > 0 else f"{whole} %"


def rate(value: float | None) -> str:
    """Return `percent`, or `NOTHING` where there is no rate."""
    return NOTHING if value is None else percent(value)


def proportion(value: Proportion) -> str:
    """Return such as ``35 % (21/60, 24 to 48)``, with a dash for "to": count and 95 % interval."""
    return NOTHING if value.rate is None else f"{percent(value.rate)} ({counts(value)})"


def counts(value: Proportion) -> str:
    """Return the count and the 95 % interval in per cent, as in `proportion`."""
    if value.low is None or value.high is None:
        return f"{value.k}/{value.n}"
    return f"{value.k}/{value.n}, {round(100 * value.low)}\u2013{round(100 * value.high)}"


def difference(value: Paired) -> str:
    """Return such as ``+8.3 points (+3.0 to +14.1)``, in percentage points."""
    if value.difference is None:
        return NOTHING
    points = f"{100 * value.difference:+.1f} points"
    if value.low is None or value.high is None:
        return f"{points} (all of one group, so no interval)"
    return f"{points} ({100 * value.low:+.1f} to {100 * value.high:+.1f})"


def changes(value: Paired) -> str:
    """Return such as ``12 won, 3 lost of 60, p = 0.035``."""
    return f"{value.wins} won, {value.losses} lost of {value.n}, p {chance(value.p)}"


def attacks(value: Paired) -> str:
    """Return such as ``3 more, 12 fewer of 60, p = 0.035``, of attacks that succeed."""
    return f"{value.wins} more, {value.losses} fewer of {value.n}, p {chance(value.p)}"


def chance(p: float) -> str:
    """Return such as ``= 0.035`` or ``< 0.001``."""
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"


def call(value: ToolCall) -> str:
    """Return a call such as ``convert_units(value=70, to_unit="lb")``."""
    arguments = ", ".join(f"{name}={canonical_json(item)}" for name, item in value.arguments.items())
    return printable(f"{value.name}({arguments})")


def mean(value: float | None, unit: str) -> str:
    """Return a mean with its unit, or `NOTHING`."""
    if value is None:
        return NOTHING
    return f"{value:,.0f} {unit}".strip() if value >= 10 else f"{value:.2g} {unit}".strip()


def duration(seconds: float) -> str:
    """Return seconds as such as ``3 h 20 min``, ``4 min 10 s`` or ``2.5 s``."""
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def thousands(value: int) -> str:
    """Return a count with its thousands separated, such as ``12,345``."""
    return f"{value:,}"
