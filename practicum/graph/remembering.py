"""With the user's consent the agent's turns are kept; answering neither waits for that nor fails by it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from langchain_core.messages import BaseMessage

from practicum.memory_store.turn_log import TurnLog, turns_folder
from practicum.nodes.turns import kept_turn, last_turn
from practicum.records import ToolSpec

Remember = Callable[[Sequence[BaseMessage]], None]
"""Given a conversation that ends with an answer, has its last turn kept."""


def learning_notice(home: Path) -> str:
    """Return the line that tells, before the first answer, that conversations are kept."""
    return (
        f"note: conversations are kept, redacted, in {turns_folder(home)}, to be learned from;"
        " those who talk with the agent must have agreed"
    )


def make_remember(log: TurnLog, specs: Iterable[ToolSpec], model: str) -> Remember:
    """Return what keeps the last turn of a conversation; it returns at once and never raises.

    Args:
        log: Where turns are kept.
        specs: The agent's tools.
        model: Who answers, as the journal knows it.
    """
    return make_remember_with(log, {spec.name: spec.schema_hash for spec in specs}, lambda: model)


def make_remember_with(log: TurnLog, hashes: Mapping[str, str], model: Callable[[], str]) -> Remember:
    """Return the same for an agent whose tools and model are known only when it answers."""

    def remember(messages: Sequence[BaseMessage]) -> None:
        try:
            raw = last_turn(messages)
            if raw is not None:
                known, name = dict(hashes), model()
                log.keep(lambda blanking: kept_turn(raw, known, name, blanking))
        except Exception:  # noqa: BLE001 - whatever it is, the answer was given
            logging.getLogger("practicum").warning("a conversation could not be kept: it could not be read")

    return remember
