"""Whether other words turn a request into its opposite."""

from __future__ import annotations

import re

_NOT = frozenset(["not", "no", "never", "without", "except", "excluding", "neither", "nor"])
_OPPOSITES = tuple(
    (frozenset(one.split()), frozenset(two.split()))
    for one, two in (
        ("before earlier ago previous prior preceding back", "after later following next since"),
        ("add plus increase increased raise", "subtract minus decrease decreased reduce lower"),
        ("multiply multiplied times", "divide divided"),
        ("more above over greater larger longer heavier", "less fewer below under smaller shorter lighter"),
        ("most largest highest biggest longest maximum", "least smallest lowest shortest minimum"),
        ("newest latest", "oldest earliest"),
        ("tomorrow", "yesterday"),
        ("buy", "sell"),
        ("enable on open start", "disable off close stop"),
    )
)
_WORD = re.compile(r"[a-z]+(?:['\u2019]t)?")


def turned_round(query: str, other: str) -> bool:
    """Whether ``other`` says the opposite of a word of ``query`` in its stead, or denies what it doesn't.

    Such words stand where no value does: "before" may be a sign of the call's number.
    """
    asked, said = set(_WORD.findall(query.casefold())), set(_WORD.findall(other.casefold()))
    return _denies(asked) != _denies(said) or any(
        asked & one and not asked & two and said & two and not said & one
        for pair in _OPPOSITES
        for one, two in (pair, pair[::-1])
    )


def _denies(words: set[str]) -> bool:
    return bool(words & _NOT) or any(word.endswith(("n't", "n\u2019t")) for word in words)
