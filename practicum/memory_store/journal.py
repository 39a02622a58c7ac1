"""The journal: what was tried and learned, in the order it happened. It is the truth.

Everything else that remembers (the Chroma index, a set's vectors) can be built
again from it. Nothing recorded is ever changed: a review or a newer set says
what to think of what is there.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Self

from practicum.memory_store import transfer
from practicum.memory_store.entries import JournalStats
from practicum.memory_store.learned import LearnedRows
from practicum.memory_store.ledger import Ledger
from practicum.memory_store.read_trials import ReadTrials
from practicum.memory_store.schema import HOME_ID
from practicum.records import SCHEMA_VERSION, SERVICE, Outcome

if TYPE_CHECKING:
    from types import TracebackType


class Journal(LearnedRows):
    """An open journal: one process writes, any number read. Methods block for about a millisecond.

    Every method raises `JournalError` when the file can't be used (disk full,
    damaged, opened for reading only); what was recorded before stays.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._read = ReadTrials()

    @classmethod
    def open(cls, path: Path, *, write: bool) -> Self:
        """Open the journal in the file ``path``; with ``write`` it is made if need be.

        Raises:
            JournalError: Another process writes, there is nothing to read, the schema is
                newer than this code, or the file can't be used.
        """
        return cls(Ledger.open(path, write=write))

    @classmethod
    def in_memory(cls) -> Self:
        """Return an empty journal on no disk, for a process that only returns what it records."""
        return cls(Ledger.in_memory())

    @property
    def path(self) -> Path:
        """The SQLite file."""
        return self._ledger.path

    @property
    def home_id(self) -> str | None:
        """What no other home is called; None while a journal from before there were ids was not written.

        A copied folder keeps the id: its copy is the same home to a server.
        """
        found = self._ledger.meta(HOME_ID)
        return None if found is None else str(found)

    def close(self) -> None:
        """Give the file and the writer's lock back; may be called twice."""
        self._ledger.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def require_writing(self) -> None:
        """Refuse what is to be recorded before anything is paid for it, if it was opened for reading."""
        self._ledger.require_writing()

    def atomically(self) -> AbstractContextManager[None]:
        """Return a context in which everything recorded is kept together or not at all."""
        return self._ledger.transaction()

    def export(self, path: Path) -> transfer.Exported:
        """Write trials, what was said and made of them, and sets to a JSONL file; see `transfer.export`."""
        return transfer.export(self, path)

    def import_(self, path: Path) -> transfer.Imported:
        """Append what an exported file holds; see `transfer.import_`."""
        return transfer.import_(self, path)

    def stats(self) -> JournalStats:
        """Return what the journal holds, in numbers."""
        counts = self.count_by_tool()
        tools: dict[str, dict[Outcome, int]] = {}
        for (tool, outcome), count in sorted(counts.items()):
            tools.setdefault(tool, {})[outcome] = count
        return JournalStats(
            schema_version=SCHEMA_VERSION,
            trials=sum(counts.values()),
            of_several_tools=self.count_of_several(),
            outcomes={each: sum(by.get(each, 0) for by in tools.values()) for each in Outcome},
            tools=tools,
            origins=self.count_by_origin(),
            usage=self.usage_by_model(),
            episodes=self._ledger.count("trials", f"DISTINCT nullif(episode_id, '{SERVICE}')"),
            notes=self._ledger.count("notes"),
            reviews=self._ledger.count("reviews"),
            executions=self._ledger.count("executions"),
            demonstration_sets=self.count_sets("demos"),
            explorations=self._ledger.count("explorations"),
            bytes=self._ledger.size(),
        )
