"""The registry of a home: what serves, what served before, and what was refused.

Candidates are named ``demos@3``, ``notes@2``, ``lora@1``; what serves is a combination of at most
one of each kind, the champion. Nothing here measures: the verdict comes from the gate
(`practicum.evaluation.gate`), and is kept with its figures, refusals included.
"""

from __future__ import annotations

from collections.abc import Sequence

from practicum.errors import SetupError
from practicum.memory_store.adapter_files import adapter_folder
from practicum.memory_store.candidates import Action, Promotion, Serving, served_in_turn
from practicum.memory_store.entries import SetKind
from practicum.memory_store.home import Home
from practicum.records import JsonObject, Outcome, Record, ToolSpec
from practicum.training.adapters import register_adapter
from practicum.training.candidates import (
    Candidate,
    candidates,
    find_candidate,
    learned_queries,
    register_notes,
    stale_tools,
)
from practicum.training.quarantine import quarantined

__all__ = [
    "Candidate",
    "Promotion",
    "RegistryStatus",
    "Serving",
    "Standing",
    "adapter_folder",
    "candidates",
    "challenge",
    "champion",
    "find_candidate",
    "history",
    "learned_queries",
    "promote",
    "refuse",
    "register_adapter",
    "register_notes",
    "rollback",
    "stale_tools",
    "status",
]

MAKES: dict[SetKind, str] = {
    "demos": "practicum curate --tools SOURCE",
    "notes": "practicum curate --tools SOURCE",
    "lora": "practicum train --tools SOURCE",
}
"""What makes a candidate of each kind."""


class Standing(Record):
    """Where a candidate stands."""

    candidate: Candidate
    serves: bool
    decision: Promotion | None
    """The newest decision about it; None when it was never measured."""
    stale: tuple[str, ...]
    """Tools that changed since; see `stale_tools`."""


class RegistryStatus(Record):
    """What serves, and what could."""

    champion: Serving | None
    """None when nothing was ever promoted: the base model serves, with nothing learned."""
    since: Promotion | None
    """The decision that made it serve."""
    standings: tuple[Standing, ...]
    """Candidates, newest first."""
    compared: bool = True
    """Whether candidates were compared with the tools as they are now."""
    practised: tuple[str, ...] = ()
    """Tools that changed since what serves was learned, and were practised with success since then."""

    @property
    def stale(self) -> tuple[str, ...]:
        """Tools that changed since what serves was learned, sorted: to be explored again."""
        return tuple(sorted({tool for each in self.standings if each.serves for tool in each.stale}))

    @property
    def commands(self) -> tuple[str, ...]:
        """What to run so that nothing that serves is stale."""
        left = [tool for tool in self.stale if tool not in self.practised]
        explore = tuple(f"practicum explore --tools SOURCE --tool {tool}" for tool in left)
        return explore or self._from_practice()

    def _from_practice(self) -> tuple[str, ...]:
        """What makes a champion of what the tools that changed were practised for since, by kind."""
        stale = [each for each in self.standings if each.serves and each.stale]
        return tuple(dict.fromkeys(map(self._next_of, stale)))

    def _next_of(self, old: Standing) -> str:
        """What replaces what serves: its newest successor that knows the tools that changed, or makes one."""
        kind = old.candidate.kind
        for each in self.standings:  # newest first
            refused = each.decision is not None and each.decision.action == "refuse"
            knows = set(old.stale) <= set(each.candidate.schema_hashes)
            if each.candidate.kind == kind and knows and not each.stale and not refused:
                return f"practicum promote {each.candidate.name} --tools SOURCE"
        return MAKES[kind]


def champion(home: Home) -> Serving | None:
    """Return what serves; None when nothing was ever promoted, ``Serving()`` when all was taken back."""
    return home.journal.champion()


def history(home: Home) -> list[Promotion]:
    """Return every decision about what serves, oldest first, refusals included."""
    return home.journal.promotions()


def challenge(home: Home, name: str, *, alone: bool = False) -> tuple[Serving, Serving]:
    """Return what serves now and what would serve with the candidate: what is to be compared.

    Args:
        home: The home.
        name: The candidate. It takes the place of what is of its kind; the other kinds stay.
        alone: Serve it without the other kinds: an adapter that was trained without demonstrations
            is worse with them.

    Raises:
        SetupError: there is no such candidate, or it serves already.
    """
    candidate = find_candidate(home, name)
    now = champion(home) or Serving()
    then = (Serving() if alone else now).with_part(candidate.name)
    if then == now:
        raise SetupError(
            f"{candidate.name} serves already", "`practicum status` shows the candidates that do not"
        )
    return now, then


def promote(
    home: Home,
    name: str,
    *,
    against: Serving,
    reason: str,
    figures: JsonObject | None = None,
    alone: bool = False,
) -> Serving:
    """Let a candidate serve, and return the new combination.

    Args:
        home: A home that is open for writing.
        name: The candidate.
        against: What served while it was measured; see `challenge`.
        reason: The verdict in words.
        figures: What the verdict was made from.
        alone: As for `challenge`.

    Raises:
        SetupError: there is no such candidate, or it serves already.
        JournalError: something else serves by now.
    """
    _, serving = challenge(home, name, alone=alone)
    _record(home, "promote", name, serving, against, reason, figures)
    return serving


def refuse(
    home: Home, name: str, *, against: Serving, reason: str, figures: JsonObject | None = None
) -> Serving:
    """Keep that a candidate was refused, and why; what serves stays, and is returned.

    Raises:
        SetupError: there is no such candidate.
        JournalError: something else serves by now.
    """
    _record(home, "refuse", name, against, against, reason, figures)
    return against


def decide(
    home: Home,
    name: str,
    promoted: bool,
    against: Serving,
    reason: str,
    figures: JsonObject,
    *,
    alone: bool = False,
) -> Serving:
    """Keep a verdict, and return what serves after it; see `promote` and `refuse`."""
    if promoted:
        return promote(home, name, against=against, reason=reason, figures=figures, alone=alone)
    return refuse(home, name, against=against, reason=reason, figures=figures)


def _record(
    home: Home,
    action: Action,
    name: str,
    serving: Serving,
    against: Serving,
    reason: str,
    figures: JsonObject | None,
) -> None:
    home.journal.record_promotion(
        action,
        find_candidate(home, name).name,
        serving,
        against=against,
        reason=reason,
        figures=figures or {},
    )


def rollback(home: Home) -> Serving:
    """Let serve again what served before the last promotion that still stands; return it.

    Raises:
        SetupError: there is nothing to go back to.
    """
    standing = served_in_turn(history(home))
    if not standing:
        raise SetupError(
            "there is nothing to go back to: the base model serves, with nothing learned",
            "`practicum status` shows what can be promoted",
        )
    last = standing[-1]
    before = standing[-2].serving if len(standing) > 1 else Serving()
    reason = f"taken back by hand: {before} serves again"
    _record(home, "rollback", last.candidate, before, last.serving, reason, None)
    return before


def status(home: Home, specs: Sequence[ToolSpec] = ()) -> RegistryStatus:
    """Return what serves, every candidate with the newest decision about it, and what is stale.

    Args:
        home: The home.
        specs: The tools as they are now; without them nothing is known to be stale.
    """
    decisions = history(home)
    newest = {decision.candidate: decision for decision in decisions}
    made = [decision for decision in decisions if decision.action != "refuse"]
    serving = made[-1].serving if made else None
    standings = tuple(
        Standing(
            candidate=each,
            serves=serving is not None and each.name in serving.names,
            decision=newest.get(each.name),
            stale=stale_tools(each, specs),
        )
        for each in candidates(home)
    )
    found = RegistryStatus(
        champion=serving,
        since=made[-1] if made else None,
        standings=standings,
        compared=bool(specs),
    )
    practised = [spec.name for spec in specs if spec.name in found.stale and _is_practised(home, spec)]
    return found.model_copy(update={"practised": tuple(practised)})


def _is_practised(home: Home, spec: ToolSpec) -> bool:
    """Whether there are trials of a tool as it is now that something can be made of."""
    rejected = {name for name, review in home.journal.reviews().items() if review.verdict == "rejected"}
    return any(
        trial.tool_schema_hash == spec.schema_hash and trial.id not in rejected and quarantined(trial) is None
        for trial in home.journal.trials(spec.name, outcome=Outcome.SOLVED)
    )
