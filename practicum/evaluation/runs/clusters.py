"""Items of a benchmark that go well or badly together: pairs of one user task, turns of one conversation."""

from __future__ import annotations

import re
from collections.abc import Iterable

from practicum.records import Item

_PART = re.compile(r"/injection_task_\d+/|/turn-\d+$")
"""What the ids of such items have behind that of their whole."""


def clusters_of(items: Iterable[Item]) -> dict[str, str]:
    """Return the whole that an item is a part of, by the item's id; others are left out."""
    parts = ((item.id, _PART.search(item.id)) for item in items)
    return {name: name[: part.start()] for name, part in parts if part}
