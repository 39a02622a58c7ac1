"""Variables of the environment that nearly have a setting's name."""

from __future__ import annotations

import os
from difflib import get_close_matches
from functools import lru_cache

OPTIONS = frozenset(
    {
        "max-cost",
        "max-model-calls",
        "max-seconds",
        "concurrency",
        "episodes",
        "trials",
        "seed",
        "price",
        "key",
    }
)
"""Options of commands that somebody may think are settings, too."""
SURELY_MEANT = 0.75
"""Likeness of a variable's name to a setting's from which it is taken for a slip."""


@lru_cache(maxsize=1)
def tell_misspelt(fields: frozenset[str]) -> None:
    """Say on stderr, once, which variables mean nothing here and nearly have a setting's name.

    Args:
        fields: The names of the settings.
    """
    from practicum.cli.wiring import console
    from practicum.settings import OTHER_VARIABLES, PREFIX

    known = sorted({name.upper() for name in fields} | OTHER_VARIABLES)
    given = [name.removeprefix(PREFIX) for name in sorted(os.environ) if name.startswith(PREFIX)]
    for name in given:
        option = name.lower().replace("_", "-")
        if name not in known and option in OPTIONS:
            console(stderr=True).print(
                f"note: there is no setting {PREFIX}{name}: it changes nothing; --{option} is an option of"
                " commands",
                markup=False,
                soft_wrap=True,
            )
            continue
        # One like none of ours is somebody's own: a key that a file of tools or --key-from names.
        near = [] if name in known else get_close_matches(name, known, 1, SURELY_MEANT)
        if near:
            console(stderr=True).print(
                f"note: there is no setting {PREFIX}{name}; did you mean {PREFIX}{near[0]}?",
                markup=False,
                soft_wrap=True,
            )
