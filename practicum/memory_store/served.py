"""What serves: names to versions, and versions to what they hold."""

from __future__ import annotations

from collections.abc import Sequence

from practicum.errors import SetupError
from practicum.memory_store.adapter_files import LEARNED, learned_by_adapter
from practicum.memory_store.candidates import KINDS, Adapter, NoteSet, Serving, kind_of
from practicum.memory_store.entries import DemonstrationSet
from practicum.memory_store.home import Home
from practicum.records import Lessons, Note, ToolSpec

NOTHING, CHAMPION = "base", "champion"
NO_NOTES = (
    "call-first practice notes only what refusals say, query-first practice"
    " (`practicum explore --strategy query-first`) what its model writes down"
)
"""Where notes come from, for those who have none."""
_HOW = {"demos": "practicum curate", "notes": "practicum curate", "lora": "practicum train"}


def named_serving(home: Home, learned: str) -> Serving:
    """Return what a name stands for, with versions.

    Args:
        home: The home.
        learned: ``champion`` (what the gate let through), ``base`` (nothing), or parts joined by ``+``:
            ``demos``, ``notes`` and ``lora`` for the newest of each kind, ``demos@3`` for that one.

    Raises:
        SetupError: a part is unknown, or not there yet.
    """
    if learned == CHAMPION:
        return home.journal.champion() or Serving()
    serving = Serving()
    for part in learned.split("+"):
        if part.strip() != NOTHING:
            serving = serving.with_part(_named_part(home, part.strip()))
    return serving


def _named_part(home: Home, part: str) -> str:
    if part in KINDS:
        newest = _version(home, part, None)
        if newest is None:
            raise SetupError(f"this home has no {part} yet", _how(home, part))
        return f"{part}@{newest.version}"
    try:
        kind = kind_of(part)
    except ValueError:
        fix = "use base, demos, notes, lora, champion, a version such as demos@2, or several joined by +"
        raise SetupError(f"there is no part {part!r} to serve", fix) from None
    number = int(part.partition("@")[2])
    if _version(home, kind, number) is None:
        raise SetupError(f"this home has no {part}", "`practicum status` shows what there is")
    return f"{kind}@{number}"


def _how(home: Home, kind: str) -> str:
    """What to do for a first candidate of this kind."""
    journal = home.journal
    if kind == "notes" and journal.count_trials() and not journal.notes():
        return f"leave notes out, or practise more: {NO_NOTES}"
    return f"run `{_HOW[kind]}` first"


def _version(home: Home, kind: str, number: int | None) -> DemonstrationSet | NoteSet | Adapter | None:
    """The candidate of this kind and number, the newest without a number."""
    journal = home.journal
    if kind == "demos":
        return journal.demonstration_set(number)
    return journal.note_set(number) if kind == "notes" else journal.adapter(number)


def served_demonstrations(home: Home, serving: Serving) -> DemonstrationSet | None:
    """Return the demonstration set of what serves, None without one."""
    return home.demonstration_set(serving.demos) if serving.demos else None


def served_notes(home: Home, serving: Serving) -> tuple[Note, ...]:
    """Return the notes of what serves."""
    found = home.journal.note_set(int(serving.notes.partition("@")[2])) if serving.notes else None
    return found.notes if found is not None else ()


def served_adapter(home: Home, serving: Serving) -> Adapter | None:
    """Return the adapter of what serves, None without one."""
    return home.journal.adapter(int(serving.lora.partition("@")[2])) if serving.lora else None


def served_lessons(home: Home, serving: Serving, specs: Sequence[ToolSpec]) -> dict[str, Lessons]:
    """Return what practice taught about the tools' arguments, by tool; of one that changed since nothing.

    For each tool what the trials behind the demonstrations taught, and where that is nothing, what those
    behind the adapter did: a set may be older than the tool is, and the adapter newer.
    """
    parts = [served_demonstrations(home, serving), served_adapter(home, serving)]
    found: dict[str, Lessons] = {}
    for spec in specs:
        known = [part.lessons[spec.name] for part in parts if part is not None and spec.name in part.lessons]
        current = [one for one in known if one.tool_schema_hash == spec.schema_hash]
        if current:
            found[spec.name] = next((one for one in current if one.says_something), current[0])
    return found


def served_queries(home: Home, serving: Serving, specs: Sequence[ToolSpec]) -> dict[str, list[str]]:
    """Return, by tool, the queries that what serves was learned from; those that take several calls are not.

    Args:
        home: The home.
        serving: What serves.
        specs: The tools as they are now: of one that changed since there are none.

    Raises:
        JournalError: a file of the adapter is gone or not of its size.
    """
    chosen, adapter = served_demonstrations(home, serving), served_adapter(home, serving)
    current = {spec.name: spec.schema_hash for spec in specs}
    asked: list[tuple[str, str]] = []
    if chosen is not None:
        single = [each for each in chosen.demonstrations if len(each.schema_hashes) == 1]
        asked += [(each.tool, each.query) for each in single if each.schema_hashes.items() <= current.items()]
    if adapter is not None and LEARNED in adapter.files:
        known = dict(adapter.schema_hashes.items() & current.items())
        learned = learned_by_adapter(home, adapter)
        asked += [(call.name, query) for query, call in learned if call is not None and call.name in known]
    queries: dict[str, list[str]] = {}
    for tool, query in asked:
        queries.setdefault(tool, []).append(query)
    return queries
