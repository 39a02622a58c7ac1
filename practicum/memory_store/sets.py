"""The part of the journal that holds candidates: numbered sets of demonstrations, of notes, and adapters."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from practicum.memory_store import reading
from practicum.memory_store.candidates import Adapter, NoteSet
from practicum.memory_store.entries import DemonstrationSet, SetKind
from practicum.memory_store.ledger import Ledger
from practicum.records import Demonstration, JsonObject, Lessons, Note, utc_now

NumberedSet = DemonstrationSet | NoteSet | Adapter
S = TypeVar("S", DemonstrationSet, NoteSet, Adapter)


class SetRows:
    """Sets are numbered from 1 within their kind, and never change."""

    _ledger: Ledger

    def register_set(
        self,
        kind: SetKind,
        members: Sequence[Demonstration],
        meta: JsonObject,
        lessons: Mapping[str, Lessons] | None = None,
    ) -> int:
        """Append a set of demonstrations with what its trials taught; return its number."""
        with self._ledger.transaction():
            numbered = DemonstrationSet(
                version=self._newest_version(kind) + 1,
                created_at=utc_now(),
                meta=meta,
                demonstrations=tuple(members),
                lessons=dict(lessons or {}),
            )
            self._append_set(kind, numbered)
        return numbered.version

    def register_notes(self, notes: Sequence[Note], meta: JsonObject) -> NoteSet:
        """Append a set of notes and return it."""
        with self._ledger.transaction():
            version = self._newest_version("notes") + 1
            numbered = NoteSet(version=version, created_at=utc_now(), meta=meta, notes=tuple(notes))
            self._append_set("notes", numbered)
        return numbered

    def register_adapter(self, make: Callable[[int], Adapter]) -> Adapter:
        """Append an adapter and return it.

        Args:
            make: Given the number, puts the folder in its place, whole, and returns the record. When it
                fails there is no row; when the row fails the folder is left, and the next of that number
                may replace it.
        """
        with self._ledger.transaction():
            adapter = make(self._newest_version("lora") + 1)
            self._append_set("lora", adapter)
        return adapter

    def append_set(self, kind: SetKind, imported: DemonstrationSet | NoteSet) -> int | None:
        """Append a set of another journal under a new number; None when it is there already."""
        with self._ledger.transaction():
            if self._ledger.rows("SELECT 1 FROM sets WHERE id = ?", imported.id):
                return None
            numbered = imported.model_copy(update={"version": self._newest_version(kind) + 1})
            self._append_set(kind, numbered)
        return numbered.version

    def _append_set(self, kind: SetKind, numbered: NumberedSet) -> None:
        body = numbered.as_dict()
        self._ledger.append("sets", type(numbered), body, id=numbered.id, kind=kind, version=numbered.version)

    def _newest_version(self, kind: SetKind) -> int:
        return int(self._ledger.rows("SELECT coalesce(max(version), 0) FROM sets WHERE kind = ?", kind)[0][0])

    def demonstration_set(self, version: int | None = None) -> DemonstrationSet | None:
        """Return the demonstration set of this number, the newest without one; None if there is none."""
        return self._set(DemonstrationSet, "demos", version)

    def note_set(self, version: int | None = None) -> NoteSet | None:
        """Return the set of notes of this number, the newest without one; None if there is none."""
        return self._set(NoteSet, "notes", version)

    def adapter(self, version: int | None = None) -> Adapter | None:
        """Return the adapter of this number, the newest without one; None if there is none."""
        return self._set(Adapter, "lora", version)

    def _set(self, made: type[S], kind: SetKind, version: int | None) -> S | None:
        wanted = self._newest_version(kind) if version is None else version
        return reading.one(self._ledger, made, "sets", "kind = ? AND version = ?", kind, wanted)

    def demonstration_sets(self) -> Iterator[DemonstrationSet]:
        """Yield every demonstration set, oldest first."""
        return self._sets(DemonstrationSet, "demos")

    def note_sets(self) -> Iterator[NoteSet]:
        """Yield every set of notes, oldest first."""
        return self._sets(NoteSet, "notes")

    def adapters(self) -> Iterator[Adapter]:
        """Yield every adapter, oldest first."""
        return self._sets(Adapter, "lora")

    def _sets(self, made: type[S], kind: SetKind) -> Iterator[S]:
        return reading.several(self._ledger, made, "sets", {"kind": kind})

    def count_sets(self, kind: SetKind) -> int:
        """Return how many sets of a kind there are."""
        return int(self._ledger.rows("SELECT count(*) FROM sets WHERE kind = ?", kind)[0][0])
