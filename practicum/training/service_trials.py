"""Reflect on service: turns that the deployed agent kept become trials of the journal, once they are judged.

Until then they are nowhere but in their files: not recalled, not shown, not counted. A turn and what was
said of it are recorded together or not at all, so that an interrupted run goes on and asks nothing twice.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field

from practicum.errors import BudgetSpent, ProviderError
from practicum.memory_store.home import Home
from practicum.memory_store.turn_files import KeptTurn, read_turns, waiting
from practicum.memory_store.upkeep import sync
from practicum.records import Outcome
from practicum.tools.do_all import do_all
from practicum.tools.threads import to_the_end
from practicum.training.turn_endings import AskEnding, TurnEnding, checked, shown

REFUSED = "the model's verdict"


@dataclass
class Reflected:
    """What became of the turns that were waiting."""

    passed: int = 0
    failed: int = 0
    """Quarantined and broken ones are not among them."""
    broken: int = 0
    quarantined: int = 0
    why_failed: Counter[str] = field(default_factory=Counter)
    """Why turns did not pass, quarantined and broken ones included."""
    asked: int = 0
    """Turns that a model was asked about, those left included."""
    left: int = 0
    """Turns that wait for another run: over the limit, or the model failed."""
    model_failed: int = 0
    """Those of them that the model failed on, or said nothing readable about."""
    without_call: int = 0
    """Turns in which no tool was called: there is nothing to learn from them but what they say of others."""
    unreadable: int = 0
    newer: int = 0

    @property
    def judged(self) -> int:
        """Turns that were recorded in this run."""
        return self.passed + self.failed + self.broken + self.quarantined


async def reflect_home(
    home: Home, ask: AskEnding, *, limit: int | None = None, concurrency: int = 8
) -> Reflected:
    """Judge a home's turns, and record each with its ending.

    Args:
        home: Open for writing.
        ask: Asks a model where execution leaves it open.
        limit: At most so many turns, the oldest first; None for all.
        concurrency: Turns side by side.

    Raises:
        BudgetSpent: a limit of the user's was reached; what was judged is kept.
        JournalError: a file of turns can't be read.
        SetupError: the model can't be used at all.
    """
    found = read_turns(home.path)
    todo = waiting(home.journal, found)
    chosen = todo[:limit]
    result = Reflected(
        without_call=sum(kept.turn.tool is None for kept in found.turns),
        unreadable=found.unreadable,
        newer=found.newer,
    )
    slots, over = asyncio.Semaphore(concurrency), list[BudgetSpent]()

    async def one(kept: KeptTurn) -> None:
        ending = checked(kept)
        if ending is not None:
            result.why_failed[_reason(ending)] += 1
        else:
            async with slots:
                # What is asked already is paid for: it is waited for, and nothing more is asked.
                ending = None if over else await _asked(ask, kept, result, over)
        if ending is not None:
            _record(home, kept, ending, result)

    await do_all([one(kept) for kept in chosen])
    if result.judged:
        await to_the_end(sync, home.journal, home.index)
    for spent in over[:1]:
        done = f"{result.judged} of {len(chosen)} turns judged"
        raise BudgetSpent(f"{spent.message}: {done}", spent.fix) from spent
    result.left = len(todo) - result.judged
    return result


async def _asked(
    ask: AskEnding, kept: KeptTurn, result: Reflected, over: list[BudgetSpent]
) -> TurnEnding | None:
    """Ask the model; where it fails the turn is left, and never counted against it.

    A budget that is spent is put into ``over``.
    """
    result.asked += 1
    try:
        ending = await ask(shown(kept))
    except BudgetSpent as spent:
        over.append(spent)
        return None
    except ProviderError:
        ending = None
    result.model_failed += ending is None
    if ending is not None and not ending.passed:
        result.why_failed[REFUSED] += 1
    return ending


def _reason(ending: TurnEnding) -> str:
    return ending.reflection.reason if ending.reflection is not None else REFUSED


def _record(home: Home, kept: KeptTurn, ending: TurnEnding, result: Reflected) -> None:
    trial = kept.turn.as_trial(ending.outcome, ending.reflection)
    with home.journal.atomically():
        home.journal.record_trial(trial)
        if ending.judgement is not None:
            home.journal.record_judgement(trial.id, ending.judgement)
    if ending.quarantined:
        result.quarantined += 1
    elif ending.outcome is Outcome.BROKEN:
        result.broken += 1
    elif ending.passed:
        result.passed += 1
    else:
        result.failed += 1
