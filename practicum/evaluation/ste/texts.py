"""Whether two values say the same where no schema is known: the name of the parameter tells what they are."""

from __future__ import annotations

from practicum.evaluation.matching.texts import telling_signs
from practicum.values.spans import phrase_key

MAX_MEANING = 100
"""Characters up to which a text may be a date, a country or a unit; longer ones compare by their words."""


def says_the_same(name: str, expected: str, given: str) -> bool:
    """Whether two values of the parameter ``name`` are the same but for their spelling."""
    if telling_signs(expected) != telling_signs(given):
        return False
    if max(len(expected), len(given)) <= MAX_MEANING:
        from practicum.values import equivalent

        return equivalent(name, {}, expected, given)
    return bool(phrase_key(expected)) and phrase_key(expected) == phrase_key(given)
