"""Tools about the schedules of cron."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated

from practicum.tools.almanac.fields import ISO_MINUTE, number, text
from practicum.tools.effects import read_only

_STEPS = {"minute": 59, "hour": 23, "day": 31, "month": 12, "weekday": 7}
_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec sun mon tue wed thu fri sat l"


def _check(expression: str) -> None:
    from croniter import croniter

    fields = expression.split()
    if len(fields) != 5:
        raise ValueError(f"{expression!r} has {len(fields)} fields, not 5: minute hour day month weekday")
    # croniter's extensions R (random) and H (hashed) would not give the same runs every time.
    unknown = [word for word in re.findall(r"[a-z]+", expression.lower()) if word not in _NAMES.split()]
    if unknown:
        raise ValueError(
            f"[{expression}] is not acceptable: {unknown[0]!r} is no month or weekday, such as mon"
        )
    _check_steps(fields)
    # cron_descriptor describes "61 * * * *" as well; croniter refuses it and says why.
    croniter.expand(expression)


def _check_steps(fields: list[str]) -> None:
    """Refuse "*/90" minutes, which cron_descriptor takes at its word while cron runs every hour."""
    for field, (name, longest) in zip(fields, _STEPS.items(), strict=True):
        steps = [int(step) for step in re.findall(r"/(\d{1,9})(?!\d)", field)]
        if any(step > longest for step in steps):
            raise ValueError(f"a step of {max(steps)} is too long for the {name} field: {longest} at most")


@read_only
def describe_cron(
    expression: Annotated[
        str, text("Cron expression of five fields", "*/15 9-17 * * 1-5", json_format="cron")
    ],
) -> str:
    """Say in words when a cron expression runs.

    Returns: one sentence.
    Raises: ValueError for other than five fields; croniter's CroniterBadCronError for a bad field.
    """
    from cron_descriptor import Options, get_description

    _check(expression)
    return str(get_description(expression, Options(locale_code="en_US")))


@read_only
def next_cron_runs(
    expression: Annotated[str, text("Cron expression of five fields", "0 8 * * 1", json_format="cron")],
    after: Annotated[
        str,
        text("Moment to look from, as YYYY-MM-DDTHH:MM", "2024-03-05T08:00", longest=16, pattern=ISO_MINUTE),
    ],
    count: Annotated[int, number("How many runs to list", 3, least=1, most=10)] = 3,
) -> list[str]:
    """List the next moments at which a cron expression runs, after a given moment.

    Returns: moments to the minute, in order.
    Raises: ValueError for other than five fields; croniter's CroniterBadCronError for a bad field,
        and its CroniterBadDateError when nothing matches within ten years.
    """
    from croniter import croniter

    _check(expression)
    runs = croniter(expression, dt.datetime.fromisoformat(after), max_years_between_matches=10)
    return [runs.get_next(dt.datetime).isoformat(timespec="minutes") for _ in range(count)]
