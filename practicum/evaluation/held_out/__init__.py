"""The almanac's held-out queries: written by hand, used for nothing but measuring."""

from __future__ import annotations

from pathlib import Path

from practicum.errors import SetupError
from practicum.evaluation.data import load_items
from practicum.records import Item

FOLDER = Path(__file__).parent
CALL_FILES = ("almanac_a.jsonl", "almanac_b.jsonl")
NO_CALL_FILE = "no_call.jsonl"
MISSING_FILE = "missing_argument.jsonl"
MISSING = "missing"
"""The group that is none of the almanac's: requests for its tools that leave out what a call needs."""


def almanac_items(group: str | None = None) -> tuple[Item, ...]:
    """Return the held-out queries of the almanac, or of one group's tools; those that need no call come last.

    Raises:
        SetupError: there is no such group.
    """
    from practicum.tools import almanac

    names = {function.__name__ for function in almanac.functions(group)}
    items = [item for name in CALL_FILES for item in load_items(FOLDER / name)]
    chosen = [item for item in items if all(call.name in names for call in item.expected)]
    return (*chosen, *load_items(FOLDER / NO_CALL_FILE))


def missing_items() -> tuple[Item, ...]:
    """Return requests for the almanac's tools in which an argument is missing: right is who makes no call."""
    return load_items(FOLDER / MISSING_FILE)


def load_data(name: str) -> tuple[Item, ...]:
    """Return the items of a suite (``almanac``, ``almanac:GROUP``, ``almanac:missing``) or of a .jsonl file.

    Raises:
        DataError: the file is broken.
        SetupError: there is no such suite or file.
    """
    suite, _, group = name.partition(":")
    if suite == "almanac" and group == MISSING:
        return missing_items()
    if suite == "almanac":
        return almanac_items(group or None)
    if not Path(name).exists():
        raise SetupError(
            f"there is no evaluation data {name!r}",
            "use almanac, almanac:GROUP, almanac:missing, bfcl:CATEGORY, agentdojo:SUITE or a .jsonl file",
        )
    return load_items(Path(name))
