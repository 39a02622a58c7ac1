"""Which notes ask to serve: each lesson once, the best supported first, a few of each tool."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from practicum.records import Note, digest
from practicum.training.quarantine import REASON, instruction_like

MOST_NOTES = 8
"""Notes a tool: about 600 tokens of prompt at their greatest length."""


@dataclass(frozen=True)
class SelectedNotes:
    """What was kept, and why the rest was not."""

    kept: tuple[Note, ...]
    dropped: Counter[str]


def select_notes(
    notes: Sequence[Note],
    *,
    most: int = MOST_NOTES,
    schema_hashes: Mapping[str, str] | None = None,
    rejected: Collection[str] = (),
    quarantined: Collection[str] = (),
) -> SelectedNotes:
    """Merge notes that say the same, and keep of each tool those that most trials support.

    Args:
        notes: In the order they were recorded; of equally supported ones the earlier is kept.
        most: Notes a tool.
        schema_hashes: Current hash of each tool; notes made with another are stale. None: all count.
        rejected: Ids of trials that a person rejected: they support nothing.
        quarantined: Ids of trials that hold an order to a model: a note that rests on one is dropped.
    """
    dropped: Counter[str] = Counter()
    merged: dict[tuple[str, str, str, str], list[Note]] = {}
    for note in notes:
        reason = _reason_to_drop(note, schema_hashes, rejected, quarantined)
        if reason is not None:
            dropped[reason] += 1
            continue
        said = " ".join(note.text.casefold().split()).rstrip(".! ")
        merged.setdefault((note.tool, note.tool_schema_hash, note.parameter or "", said), []).append(note)
    dropped["said before"] = sum(len(same) - 1 for same in merged.values())
    by_tool: dict[str, list[Note]] = {}
    for same in merged.values():
        by_tool.setdefault(same[0].tool, []).append(_merged(same, rejected))
    kept: list[Note] = []
    for tool in sorted(by_tool):
        ranked = sorted(by_tool[tool], key=lambda note: -len(note.evidence))
        kept += ranked[:most]
        dropped["weaker than others of its tool"] += len(ranked[most:])
    return SelectedNotes(tuple(kept), +dropped)


def _reason_to_drop(
    note: Note,
    schema_hashes: Mapping[str, str] | None,
    rejected: Collection[str],
    quarantined: Collection[str],
) -> str | None:
    if schema_hashes is not None and schema_hashes.get(note.tool) != note.tool_schema_hash:
        return "tool changed or gone"
    if not note.text.strip():
        return "empty"
    if instruction_like(note.text) is not None or any(trial in quarantined for trial in note.evidence):
        return REASON
    return "rejected by review" if all(trial in rejected for trial in note.evidence) else None


def _merged(same: Sequence[Note], rejected: Collection[str]) -> Note:
    first = same[0]
    trials = dict.fromkeys(trial for note in same for trial in note.evidence if trial not in rejected)
    if tuple(trials) == first.evidence:
        return first
    made = digest("note", first.tool, first.parameter or "", first.text, list(trials))
    return first.model_copy(update={"id": made, "evidence": tuple(trials)})
