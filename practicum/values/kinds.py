"""Which values of a format go together: units of one dimension; any two currencies."""

from __future__ import annotations

from typing import Any


def same_kind(format_name: str | None, value: Any, other: Any) -> bool:
    """Whether a tool that takes two values of a format, as from and to, can be expected to take these two.

    Units must measure the same thing; of the other formats any two go together.
    """
    if format_name != "unit":
        return True
    from practicum.values.unit_table import registry, unit_of

    try:
        units = [registry().Unit(unit_of(str(each)) or str(each)) for each in (value, other)]
        return bool(units[0].is_compatible_with(units[1]))
    except Exception:  # noqa: BLE001 - pint raises a dozen kinds of errors for what is no unit
        return False
