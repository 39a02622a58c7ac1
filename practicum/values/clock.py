"""The one place that asks what day it is: "tomorrow" and "5 March" need a today."""

from __future__ import annotations

from datetime import date, datetime


def today() -> date:
    """Return today's date where this machine is."""
    return datetime.now().astimezone().date()


def day_of(moment: str) -> date:
    """Return the date of an ISO 8601 moment where this machine is, as `today` tells it."""
    return datetime.fromisoformat(moment).astimezone().date()
