"""Keeping the index equal to the journal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from practicum.memory_store.chroma import BATCH
from practicum.records import Outcome

if TYPE_CHECKING:
    from practicum.memory_store.index import TrialIndex
    from practicum.memory_store.journal import Journal
    from practicum.records import Trial


def rebuild(journal: Journal, index: TrialIndex) -> int:
    """Empty the index and fill it from the journal; return how many trials it holds.

    An interrupted rebuild is finished by `sync`.
    """
    index.drop()
    # Tool by tool: a batch that is spread over many collections is no batch.
    return sum(_add(index, journal.trials(tool)) for tool in journal.tools())


def sync(journal: Journal, index: TrialIndex) -> int:
    """Add what the journal has and the index lacks, as after a crash; return how many trials.

    Costs one count a tool when nothing is missing.
    """
    added = 0
    counts = journal.count_by_tool()
    for tool in journal.tools():
        expected = sum(counts.get((tool, each), 0) for each in Outcome if each is not Outcome.BROKEN)
        if index.count(tool) == expected:
            continue
        known = index.ids(tool)
        added += _add(index, (trial for trial in journal.trials(tool) if trial.id not in known))
    return added


def _add(index: TrialIndex, trials: Iterable[Trial]) -> int:
    return sum(index.upsert(page) for page in _pages(trials))


def _pages(trials: Iterable[Trial]) -> Iterator[list[Trial]]:
    rest = iter(trials)
    while page := list(islice(rest, BATCH)):
        yield page
