"""One budget of tokens for all that imagination remembers, shared between the parts of memory.

The paper pastes short-term memory whole and every past query besides (sections 3.1 and 3.2),
so that a prompt grows with the episode and with the number of trials. Here what memory costs
is fixed, and depth comes before breadth:

1. the last trial of the episode, in most detail;
2. one past query: breadth is never given up;
3. what was just turned down, newest first;
4. the note with the most evidence, a gap in what was tried, values that earlier calls returned;
5. the episode's earlier trials, each in less detail, the oldest left out first;
6. with what is left, past queries, and half as many notes, gaps and values.

Past queries that no longer fit are not forgotten: other ones are drawn for the next trial, and
a near-duplicate of any of them is still turned away.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, zip_longest

from practicum.hostile import instruction_like
from practicum.nodes.short_term import told
from practicum.nodes.token_estimate import cut, estimate, one_line
from practicum.records import LongTermView, Note, PastQuery, Trial

MEMORY_TOKENS = 230
"""Of an imagination's prompt; chosen to keep a tool's 60th prompt below 1.3 times its 5th
(`bench/prompt_growth.py`). Three earlier trials of one call each, one or two past queries and a
note fit; at the start of an episode, nine past queries and notes. Large models can do with more."""
LEAST_BUDGET = 120
"""Below this the last trial and a past query can't both be told."""
LEAST_ENTRY, LEAST_TRIAL = 12, 16
"""An entry, a trial that would be cut to fewer tokens tells nothing."""

_NEWEST, _EARLIER, _PAST, _REJECTED, _NOTE, _HINT = 0.35, 0.25, 0.12, 0.12, 0.2, 0.11
"""At most this share of the budget for the last trial, and for each of the others."""
_MOST_REJECTED = 2
_MOST_OFFERS = 3
_FRAME = estimate("- \n")
_HINTS_HEADING = 28
"""What the heading over gaps and values costs at most. It counts since it comes and goes: others stay."""


@dataclass(frozen=True)
class Remembered:
    """What a prompt shows of memory, each entry as it is written behind its dash."""

    episode: tuple[str, ...] = ()
    """Trials of this episode, the last one last."""
    past: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()

    @property
    def tokens(self) -> int:
        """What it costs, estimated; the headings are not counted."""
        told = (self.episode, self.past, self.notes, self.rejected, self.gaps, self.offers)
        return sum(_cost(entry) for entry in chain.from_iterable(told))


def memory_within(
    budget: int,
    *,
    trials: Sequence[Trial] = (),
    view: LongTermView | None = None,
    notes: Sequence[Note] = (),
    rejected: Sequence[str] = (),
) -> Remembered:
    """Return as much of memory as the budget allows.

    Args:
        budget: Tokens for all entries together, estimated; at least `LEAST_BUDGET`.
        trials: Short-term memory, oldest first.
        view: The snapshot of long-term memory.
        notes: Lessons, oldest first; those with the most evidence are shown.
        rejected: Queries of this trial that were turned down, oldest first.

    Raises:
        ValueError: The budget is too small.
    """
    if budget < LEAST_BUDGET:
        raise ValueError(f"memory needs {LEAST_BUDGET} tokens of a prompt, not {budget}")
    purse = _Purse(budget)
    view = view or LongTermView()
    queries = _by_worth(view)
    untried, values = iter(view.gaps), islice(view.offers, _MOST_OFFERS)
    lessons = iter([note.text for note in strongest(notes) if instruction_like(note.text) is None])
    newest = _tell(purse, trials[-1:], int(_NEWEST * budget), in_detail=True)
    past = _buy(purse, queries, int(_PAST * budget), most=1)
    turned_down = _buy(purse, reversed(rejected), int(_REJECTED * budget), most=_MOST_REJECTED)
    known = _buy(purse, lessons, int(_NOTE * budget), most=1)
    hinted = bool(view.gaps or view.offers) and purse.left >= _HINTS_HEADING + LEAST_ENTRY + _FRAME
    purse.left -= _HINTS_HEADING if hinted else 0
    gaps = _buy(purse, untried, int(_HINT * budget), most=int(hinted))
    offers = _buy(purse, values, int(_HINT * budget), most=int(hinted))
    before = _tell(purse, trials[:-1], int(_EARLIER * budget))
    left = -1
    while left != purse.left:
        left = purse.left
        past += _buy(purse, queries, int(_PAST * budget), most=2)
        known += _buy(purse, lessons, int(_NOTE * budget), most=1)
        gaps += _buy(purse, untried, int(_HINT * budget), most=int(hinted))
        offers += _buy(purse, values, int(_HINT * budget), most=int(hinted))
    return Remembered(
        episode=(*before, *newest),
        past=tuple(past),
        notes=tuple(known),
        rejected=tuple(reversed(turned_down)),
        gaps=tuple(gaps),
        offers=tuple(offers),
    )


def strongest(notes: Sequence[Note]) -> list[Note]:
    """Return notes by evidence, most first, then newest first; what was learned twice counts once."""
    merged: dict[tuple[str | None, str], Note] = {}
    for note in notes:
        key = (note.parameter, one_line(note.text).casefold())
        known = merged.pop(key, note)
        evidence = tuple(dict.fromkeys((*known.evidence, *note.evidence)))
        merged[key] = note.model_copy(update={"evidence": evidence})
    newest_first = list(merged.values())[::-1]
    return sorted(newest_first, key=lambda note: -len(note.evidence))


class _Purse:
    """What is left of the budget."""

    def __init__(self, left: int) -> None:
        self.left = left

    def room(self, share: int) -> int:
        """How many tokens the next entry may have."""
        return min(share, self.left) - _FRAME


def _buy(purse: _Purse, texts: Iterator[str], share: int, *, most: int) -> list[str]:
    """Take the first texts that there is room for, each cut to its share."""
    bought: list[str] = []
    while len(bought) < most and purse.room(share) >= LEAST_ENTRY:
        text = next(texts, None)
        if text is None:
            break
        entry = cut(one_line(text), purse.room(share))
        purse.left -= _cost(entry)
        bought.append(entry)
    return bought


def _tell(purse: _Purse, trials: Sequence[Trial], share: int, *, in_detail: bool = False) -> list[str]:
    """Tell as many trials as there is room for: the newest first, which is shown last."""
    entries: list[str] = []
    for waiting, trial in zip(range(len(trials), 0, -1), reversed(trials), strict=True):
        even = max(purse.left // waiting, LEAST_TRIAL + _FRAME)
        room = purse.room(min(share, even))
        if room < LEAST_TRIAL:
            break
        entry = told(trial, room, in_detail=in_detail)
        purse.left -= _cost(entry)
        entries.insert(0, entry)
    return entries


def _by_worth(view: LongTermView) -> Iterator[str]:
    """Past queries, each once: by turns the nearest, which are to be stayed away from, and random ones."""
    shown: set[str] = set()
    for pair in zip_longest(view.nearest, view.sampled):
        for past in pair:
            if past is None or instruction_like(past.query) is not None:
                continue
            if past.trial_id not in shown:
                shown.add(past.trial_id)
                yield _gist(past)


def _gist(past: PastQuery) -> str:
    return f"[{past.outcome}] {past.query}"


def _cost(entry: str) -> int:
    return estimate(entry) + _FRAME
