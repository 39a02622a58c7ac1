"""What functions declare about themselves."""

from __future__ import annotations

import pytest

from practicum.tools.effects import Effect, declared_effect, read_only


def test_marking_a_function_keeps_it_and_declares_the_tier() -> None:
    def look(name: str) -> str:
        return name.upper()

    assert read_only(look) is look
    assert declared_effect(look) is Effect.READ_ONLY


def test_a_function_that_says_nothing_declares_nothing() -> None:
    assert declared_effect(lambda: None) is None


def test_a_tier_that_does_not_exist_is_an_error() -> None:
    def look() -> None: ...

    look.effect = "harmless"  # type: ignore[attr-defined]  # functions take attributes
    with pytest.raises(ValueError, match="harmless"):
        declared_effect(look)
