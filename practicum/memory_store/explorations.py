"""The part of the journal that holds the runs of exploration, and the tools that they practised with."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import ValidationError

from practicum.hostile import redact_record
from practicum.memory_store import reading
from practicum.memory_store.entries import Exploration
from practicum.memory_store.ledger import Ledger
from practicum.records import JsonObject, ToolSpec, digest, utc_now

SPECS = "specs"
"""Where a plan holds what was told of its tools, by the hash of their schemas; what an earlier one holds is
not said again."""


class ExplorationRows:
    """Explorations, oldest first."""

    _ledger: Ledger

    def record_exploration(self, plan: JsonObject, specs: Iterable[ToolSpec] = ()) -> str:
        """Append the plan of a run of exploration and return the run's id.

        Args:
            plan: As `Plan.as_dict` tells it.
            specs: Its tools, so that what was practised can be learned from where they are not at hand.
        """
        with self._ledger.transaction():
            known = self._specs_by_hash()
            new = {spec.schema_hash: redact_record(spec) for spec in specs if spec.schema_hash not in known}
            plan = {**plan, SPECS: new} if new else plan
            ordinal = self._ledger.count("explorations") + 1
            started_at = utc_now()
            exploration_id = digest(plan, started_at.isoformat(), ordinal)
            record = Exploration(id=exploration_id, plan=plan, started_at=started_at)
            self._ledger.append("explorations", Exploration, record.as_dict(), id=exploration_id)
        return exploration_id

    def explorations(self) -> list[Exploration]:
        """Return the runs of exploration, oldest first."""
        return list(reading.several(self._ledger, Exploration, "explorations", {}))

    def practised_tools(self) -> tuple[ToolSpec, ...]:
        """Return the tools that were practised, each as it was the last time, in the order of their names.

        Those are missing that were practised before homes kept them, and those whose description held
        something that is kept nowhere, such as a key.
        """
        by_hash, hashes = self._specs_by_hash(), dict[str, str]()
        for run in self.explorations():
            hashes.update(run.plan.get("tools", {}))
        found = [by_hash[one] for _, one in sorted(hashes.items()) if one in by_hash]
        return tuple(found)

    def _specs_by_hash(self) -> dict[str, ToolSpec]:
        kept = [body for run in self.explorations() for body in run.plan.get(SPECS, {}).items()]
        specs = {told: spec for told, body in kept if (spec := _readable(body)) is not None}
        # What was redacted has another hash, and is another tool.
        return {told: spec for told, spec in specs.items() if spec.schema_hash == told}


def _readable(body: JsonObject) -> ToolSpec | None:
    """The tool of a plan; None where an earlier version blanked the name of one of its fields."""
    try:
        return ToolSpec.from_dict(body)
    except ValidationError:
        return None
