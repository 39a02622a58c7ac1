"""Names of tools, from operations."""

from __future__ import annotations

import re
from collections.abc import Container

MAX_NAME = 64
_REFUSED = re.compile(r"[^A-Za-z0-9_-]+")


def tool_name(operation_id: object, method: str, path: str, taken: Container[str]) -> str:
    """Return a name that models accept and no other tool has.

    It is the operation's id; without one, or where another operation has the same, it is made
    of method and path; what is still not told apart is numbered.
    """
    made = _clean(f"{method}_{path.strip('/')}")
    stated = _clean(operation_id) if isinstance(operation_id, str) else ""
    for name in (stated, made):
        if name and name not in taken:
            return name
    number = 2
    while True:
        end = f"_{number}"
        name = f"{(stated or made)[: MAX_NAME - len(end)]}{end}"
        if name not in taken:
            return name
        number += 1


def _clean(text: str) -> str:
    return _REFUSED.sub("_", text).strip("_")[:MAX_NAME]
