"""Hints raise a tier, and lower it only for servers that the user trusts."""

from __future__ import annotations

from typing import Any

import pytest

from practicum.tools.effects import Effect
from practicum.tools.mcp.hints import Trust, effect_of_hints


def yes(server: str) -> bool:
    return server == "git"


READS = {"readOnlyHint": True, "destructiveHint": None}
ADDS = {"readOnlyHint": False, "destructiveHint": False}
DESTROYS = {"readOnlyHint": False, "destructiveHint": True}


@pytest.mark.parametrize(
    ("hints", "doubted", "trusted"),
    [
        (READS, Effect.UNKNOWN, Effect.READ_ONLY),
        (ADDS, Effect.UNKNOWN, Effect.REVERSIBLE),
        (DESTROYS, Effect.DESTRUCTIVE, Effect.DESTRUCTIVE),
        ({"readOnlyHint": True, "destructiveHint": True}, Effect.DESTRUCTIVE, Effect.DESTRUCTIVE),
        ({"readOnlyHint": False}, Effect.UNKNOWN, Effect.DESTRUCTIVE),
        ({"readOnlyHint": "yes"}, Effect.UNKNOWN, Effect.UNKNOWN),
        ({}, Effect.UNKNOWN, Effect.UNKNOWN),
        (None, Effect.UNKNOWN, Effect.UNKNOWN),
    ],
)
def test_a_hint_lowers_a_tier_only_for_a_trusted_server(
    hints: dict[str, Any] | None, doubted: Effect, trusted: Effect
) -> None:
    assert effect_of_hints("git", hints, Trust())[0] is doubted
    assert effect_of_hints("git", hints, Trust(trusts=yes))[0] is trusted
    assert effect_of_hints("stranger", hints, Trust(trusts=yes))[0] is doubted


def test_what_a_new_session_resets_is_reversible_whatever_the_hints() -> None:
    resets = Trust(is_sandboxed=yes)
    for hints in (READS, ADDS, DESTROYS, None):
        effect, reason = effect_of_hints("git", hints, resets)
        assert effect is Effect.REVERSIBLE
        assert reason.startswith("each session of git starts afresh, the user says; ")
    assert effect_of_hints("git", READS, Trust(trusts=yes, is_sandboxed=yes))[0] is Effect.READ_ONLY


def test_the_reason_says_who_said_what() -> None:
    open_world = {**READS, "openWorldHint": True, "idempotentHint": True}
    assert effect_of_hints("git", open_world, Trust())[1] == (
        "only the server says it only reads (git is not trusted); also said: idempotent, open world"
    )
    assert effect_of_hints("git", READS, Trust(trusts=yes))[1] == (
        "the server says it only reads (git is trusted)"
    )
