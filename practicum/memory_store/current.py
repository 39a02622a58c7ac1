"""Long-term memory of a tool as it is now: what was tried before it changed, or without it, is left out.

Under another schema a query that was infeasible may be feasible, and one that was solved
is to be practised anew: recalled as tried, both would be avoided. So would be a query whose
calls were only checked or simulated, once the tool may run.
"""

from __future__ import annotations

from practicum.memory_store.journal import Journal
from practicum.memory_store.long_term import LongTermMemory
from practicum.records import Outcome, ToolSpec


def current_memory(
    journal: Journal, long_term: LongTermMemory, spec: ToolSpec, *, executed: bool = True
) -> LongTermMemory:
    """Return what long-term memory holds of a tool as it is now.

    Args:
        journal: Tells with which schema each trial was made.
        long_term: The memory of all trials; returned as it is for a tool that never changed.
        spec: The tool as it is now.
        executed: Whether calls reach the tool now; then trials whose calls did not are left out, too.
    """
    outdated = [
        trial.id
        for trial in journal.trials(spec.name)
        if trial.outcome is not Outcome.BROKEN
        and (trial.tool_schema_hash != spec.schema_hash or (executed and trial.unexecuted))
    ]
    return long_term.without(outdated) if outdated else long_term
