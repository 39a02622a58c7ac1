"""Numbered trials, and where they are seen."""

from __future__ import annotations

import os
import random
from pathlib import Path

from made_trials import made_trial

import practicum
from practicum.memory_store.index import TrialIndex
from practicum.records import LongTermView, Outcome, Trial

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(practicum.__file__ or "").parents[1])}
"""For scripts in other processes: the same package, from whatever folder."""


def numbered(number: int, tool: str = "convert", outcome: Outcome = Outcome.SOLVED) -> Trial:
    """A trial whose id and query tell its number."""
    query = f"How many pounds are {number} kilograms?"
    return made_trial(id=f"{number:05}", tool=tool, number=number, query=query, outcome=outcome)


def look(index: TrialIndex, near: int | None = None, seed: int = 0) -> LongTermView:
    """A view of the tool ``convert``, near to the query of a number if there is one."""
    vector = None if near is None else index.embedder.embed([numbered(near).query])[0]
    return index.view("convert", vector, random.Random(seed), nearest=3, sampled=4)
