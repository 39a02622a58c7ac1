"""The candidates of a home: what was learned, numbered, and asks to serve (or serves)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from pydantic import Field

from practicum.errors import JournalError, SetupError
from practicum.memory_store.adapter_files import learned_by_adapter
from practicum.memory_store.candidates import Adapter, NoteSet, kind_of
from practicum.memory_store.entries import DemonstrationSet, SetKind
from practicum.memory_store.home import Home
from practicum.memory_store.journal import Journal
from practicum.memory_store.sets import NumberedSet
from practicum.records import JsonObject, Record, ToolCall, ToolSpec, Trial
from practicum.training.note_sets import MOST_NOTES, select_notes
from practicum.training.quarantine import quarantined_ids


class Candidate(Record):
    """What asks to serve, or serves."""

    name: str
    """Such as ``demos@3``."""
    kind: SetKind
    version: int
    created_at: datetime
    schema_hashes: dict[str, tuple[str, ...]]
    """By tool, the hashes of the schemas that something in it was learned with."""
    size: int
    """Demonstrations, notes, or queries trained on."""
    meta: JsonObject = Field(default_factory=dict)
    """How it came to be."""


def register_notes(
    home: Home, specs: Sequence[ToolSpec] | None = None, *, most: int = MOST_NOTES
) -> Candidate:
    """Make a numbered set of what the journal's notes say, and return it.

    The same notes again make no new set.

    Args:
        home: A home that is open for writing.
        specs: The tools as they are now: notes made with another schema are left out. None takes all.
        most: Notes a tool, the best supported first.

    Raises:
        SetupError: no note is left to register.
    """
    reviews = home.journal.reviews().items()
    selected = select_notes(
        home.journal.notes(),
        most=most,
        schema_hashes={spec.name: spec.schema_hash for spec in specs} if specs is not None else None,
        rejected={trial_id for trial_id, review in reviews if review.verdict == "rejected"},
        quarantined=quarantined_ids(home.journal.trials()),
    )
    if not selected.kept:
        why = ", ".join(f"{count} {reason}" for reason, count in selected.dropped.most_common(3))
        raise SetupError(
            f"no note passed: {why}" if why else "this home has no notes", "run `practicum explore` first"
        )
    newest = home.journal.note_set()
    if newest is not None and newest.notes == selected.kept:
        return _of_notes(newest)
    meta = {"dropped": dict(selected.dropped), "kept": len(selected.kept), "most": most}
    return _of_notes(home.journal.register_notes(selected.kept, meta))


def candidates(home: Home) -> list[Candidate]:
    """Return all candidates, newest first."""
    journal = home.journal
    found = [
        *map(_of_demonstrations, journal.demonstration_sets()),
        *map(_of_notes, journal.note_sets()),
        *map(_of_adapter, journal.adapters()),
    ]
    return sorted(found, key=lambda each: each.created_at, reverse=True)


def find_candidate(home: Home, name: str) -> Candidate:
    """Return the candidate of this name.

    Raises:
        SetupError: there is none of it; the fix names those there are.
    """
    try:
        number = int(name.partition("@")[2])
        found = _FINDERS[kind_of(name)](home.journal, number)
    except (ValueError, OverflowError):
        found = None
    if found is not None:
        return found
    names = [each.name for each in candidates(home)]
    fix = f"name one of: {', '.join(names)}" if names else "run `practicum explore`, then `practicum curate`"
    raise SetupError(f"this home has no candidate {name!r}", fix)


def learned_queries(home: Home, name: str) -> list[tuple[str, ToolCall | None]]:
    """Return what a candidate was learned from: queries with their calls, None where there is none.

    Validation keeps clear of them.
    """
    candidate = find_candidate(home, name)
    journal = home.journal
    if candidate.kind == "demos":
        demos = journal.demonstration_set(candidate.version)
        return learned_by_set(demos) if demos is not None else []
    if candidate.kind == "lora":
        adapter = journal.adapter(candidate.version)
        return learned_by_adapter(home, adapter) if adapter is not None else []
    notes = journal.note_set(candidate.version)
    trials = (journal.trial(each) for note in (notes.notes if notes else ()) for each in note.evidence)
    return [pair for trial in trials if trial is not None for pair in _learned_pairs(trial)]


def learned_by_set(chosen: DemonstrationSet) -> list[tuple[str, ToolCall | None]]:
    """Return the queries of a demonstration set, with their calls: as often as a query takes calls."""
    return [(shown.query, call) for shown in chosen.demonstrations for call in shown.calls]


def _learned_pairs(trial: Trial) -> list[tuple[str, ToolCall | None]]:
    if trial.others:
        calls: list[ToolCall | None] = [*trial.chain, *trial.returned]
        return [(trial.query, call) for call in calls or [None]]
    return [(trial.query, trial.imagined or trial.final_call)]


def all_learned(home: Home) -> list[tuple[str, ToolCall | None]]:
    """Return what any demonstration set or adapter of a home was learned from, each pair once.

    What `unread_adapters` names is left out: nobody can tell any more.
    """
    unread = unread_adapters(home)
    names = [each.name for each in candidates(home) if each.name not in unread]
    pairs = [pair for name in names for pair in learned_queries(home, name)]
    return list({(query, call.signature if call else ""): (query, call) for query, call in pairs}.values())


def unread_adapters(home: Home) -> tuple[str, ...]:
    """Return the names of the adapters whose folders are gone or damaged: what they learned can't be read."""
    unread = []
    for adapter in home.journal.adapters():
        try:
            learned_by_adapter(home, adapter)
        except JournalError:
            unread.append(f"lora@{adapter.version}")
    return tuple(unread)


def stale_tools(candidate: Candidate, specs: Sequence[ToolSpec]) -> tuple[str, ...]:
    """Return the tools that changed since everything in the candidate about them was learned.

    What was learned about them is not shown any more. Tools that are not in ``specs`` are not judged.
    """
    learned = candidate.schema_hashes
    return tuple(
        spec.name for spec in specs if spec.name in learned and spec.schema_hash not in learned[spec.name]
    )


def _hashes(pairs: Iterator[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for tool, schema_hash in pairs:
        found.setdefault(tool, {})[schema_hash] = None
    return {tool: tuple(found[tool]) for tool in sorted(found)}


def _candidate(
    kind: SetKind, numbered: NumberedSet, hashes: Iterator[tuple[str, str]], size: int
) -> Candidate:
    return Candidate(
        name=f"{kind}@{numbered.version}",
        kind=kind,
        version=numbered.version,
        created_at=numbered.created_at,
        schema_hashes=_hashes(hashes),
        size=size,
        meta=numbered.meta,
    )


def _of_demonstrations(numbered: DemonstrationSet) -> Candidate:
    shown = [pair for each in numbered.demonstrations for pair in each.schema_hashes.items()]
    taught = [(tool, lessons.tool_schema_hash) for tool, lessons in numbered.lessons.items()]
    return _candidate("demos", numbered, iter([*shown, *taught]), len(numbered.demonstrations))


def _of_notes(numbered: NoteSet) -> Candidate:
    hashes = ((note.tool, note.tool_schema_hash) for note in numbered.notes)
    return _candidate("notes", numbered, hashes, len(numbered.notes))


def _of_adapter(numbered: Adapter) -> Candidate:
    return _candidate("lora", numbered, iter(numbered.schema_hashes.items()), numbered.examples)


def _demonstrations(journal: Journal, version: int) -> Candidate | None:
    found = journal.demonstration_set(version)
    return None if found is None else _of_demonstrations(found)


def _notes(journal: Journal, version: int) -> Candidate | None:
    found = journal.note_set(version)
    return None if found is None else _of_notes(found)


def _adapter(journal: Journal, version: int) -> Candidate | None:
    found = journal.adapter(version)
    return None if found is None else _of_adapter(found)


_FINDERS: dict[SetKind, Callable[[Journal, int], Candidate | None]] = {
    "demos": _demonstrations,
    "notes": _notes,
    "lora": _adapter,
}
