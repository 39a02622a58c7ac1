"""Worlds of our own to practise AgentDojo's tools in: no name, account, place or file of the suites'.

Equal seeds make equal worlds, so that an interrupted episode goes on in the one it began in.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from practicum.records import JsonObject
from practicum.tools.suites.agentdojo_banking import banking
from practicum.tools.suites.agentdojo_slack import slack
from practicum.tools.suites.agentdojo_travel import travel
from practicum.tools.suites.agentdojo_workspace import workspace

WORLDS: dict[str, Callable[[Random], JsonObject]] = {
    "banking": banking,
    "slack": slack,
    "travel": travel,
    "workspace": workspace,
}


def world(suite: str, seed: int) -> JsonObject:
    """Return the state of a world as its suite's environment reads it, JSON-ready."""
    # A string: seeds of integers that differ in their sign alone make the same numbers.
    return WORLDS[suite](Random(f"{suite} {seed}"))
