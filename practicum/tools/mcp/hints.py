"""What a tool of an MCP server may do: the server's hints, and what the user says of the server.

Hints come from a stranger: they may raise a tier, and lower it only if the user trusts the server.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from practicum.tools.effects import Effect


class _AboutServer(Protocol):
    """Answers a question about a server, by its name."""

    def __call__(self, server: str) -> bool: ...


def _nobody(server: str) -> bool:
    del server
    return False


class _Directory(Protocol):
    def __call__(self, server: str) -> Path | None: ...


def _nothing(server: str) -> Path | None:
    del server
    return None


@dataclass(frozen=True)
class Trust:
    """What the user says of servers; by default nothing."""

    trusts: _AboutServer = _nobody
    """Whether the hints of this server may lower a tier."""
    is_sandboxed: _AboutServer = _nobody
    """Whether a new session of this server starts from the same state, whatever earlier ones changed."""
    copied: _Directory = _nothing
    """A directory that the server's entry names, and that is all it changes: each session gets a copy."""

    def starts_afresh(self, server: str) -> bool:
        """Whether each session of the server starts from the same state, for one reason or the other."""
        return self.is_sandboxed(server) or self.copied(server) is not None


def effect_of_hints(server: str, hints: Mapping[str, Any] | None, trust: Trust) -> tuple[Effect, str]:
    """Return the tier of a tool, and the reason in words.

    Args:
        server: The name of the tool's server.
        hints: Its annotations, None if it has none; a hint that is missing may be None.
        trust: What the user says.
    """
    said = {name: value for name, value in (hints or {}).items() if isinstance(value, bool)}
    if trust.trusts(server):
        effect, reason = _believed(said)
        reason += f" ({server} is trusted)"
    else:
        effect, reason = _doubted(said)
        reason += f" ({server} is not trusted)"
    reason += _aside(said)
    if effect in {Effect.READ_ONLY, Effect.REVERSIBLE} or not trust.starts_afresh(server):
        return effect, reason
    return Effect.REVERSIBLE, f"each session of {server} starts afresh, the user says; {reason}"


def _believed(said: Mapping[str, bool]) -> tuple[Effect, str]:
    if said.get("destructiveHint") is True:
        return Effect.DESTRUCTIVE, "the server says it destroys"
    if said.get("readOnlyHint") is True:
        return Effect.READ_ONLY, "the server says it only reads"
    if said.get("destructiveHint") is False:
        return Effect.REVERSIBLE, "the server says it adds and does not destroy"
    if said.get("readOnlyHint") is False:  # what then is not said to be harmless is not, says the protocol
        return Effect.DESTRUCTIVE, "the server says it changes something, and not that it does not destroy"
    return Effect.UNKNOWN, "the server does not say what it does"


def _doubted(said: Mapping[str, bool]) -> tuple[Effect, str]:
    if said.get("destructiveHint") is True:
        return Effect.DESTRUCTIVE, "the server says it destroys"
    if said.get("readOnlyHint") is True:
        return Effect.UNKNOWN, "only the server says it only reads"
    if said.get("destructiveHint") is False:
        return Effect.UNKNOWN, "only the server says it does not destroy"
    return Effect.UNKNOWN, "the server does not say what it does"


def _aside(said: Mapping[str, bool]) -> str:
    """What else the server says; it decides nothing."""
    more = [words for hint, words in _WORDS.items() if said.get(hint) is True]
    return f"; also said: {', '.join(more)}" if more else ""


_WORDS = {"idempotentHint": "idempotent", "openWorldHint": "open world"}
