"""What a process knows of the index without asking Chroma: the ids of each tool, and rows seen lately."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from practicum.records import Outcome, PastQuery

if TYPE_CHECKING:
    from chromadb.api.types import GetResult

KEPT = 4_096
"""Rows kept, of all tools together: about 2 MB of usual queries. What was used longest ago goes first; more
save a request to Chroma now and then, and make a long exploration grow for hours."""

KnownRow = tuple[str, Outcome]
"""A past query and how it ended."""


class KnownRows:
    """Ids by tool, all of them or none, and some of the rows; methods may be called from several threads.

    Ids are kept complete because a fair draw needs every one; rows are a cache.
    """

    def __init__(self, most: int = KEPT) -> None:
        """Know nothing yet.

        Args:
            most: How many rows to keep.
        """
        self._most = most
        self._mutex = threading.Lock()
        self._ids: dict[str, list[str]] = {}
        self._rows: OrderedDict[tuple[str, str], KnownRow] = OrderedDict()

    def __len__(self) -> int:
        """Return how many rows are kept."""
        return len(self._rows)

    def ids(self, tool: str) -> Sequence[str] | None:
        """Return all ids of a tool, sorted; None when they are not known. Not to be changed."""
        return self._ids.get(tool)

    def rows(self, tool: str, ids: Iterable[str]) -> dict[str, KnownRow]:
        """Return those of the rows that are known, by id."""
        found = {}
        with self._mutex:
            for trial_id in ids:
                row = self._rows.get((tool, trial_id))
                if row is not None:
                    self._rows.move_to_end((tool, trial_id))
                    found[trial_id] = row
        return found

    def learn(self, tool: str, ids: Collection[str]) -> Sequence[str]:
        """Take these for all the ids of a tool; return them sorted."""
        known = sorted(ids)
        with self._mutex:
            self._ids[tool] = known
        return known

    def read(self, tool: str, rows: Mapping[str, KnownRow]) -> None:
        """Keep rows that were read; what is known already stays, since it may have been written meanwhile."""
        with self._mutex:
            for trial_id, row in rows.items():
                self._rows.setdefault((tool, trial_id), row)
            self._trim()

    def wrote(self, tool: str, rows: Mapping[str, KnownRow]) -> None:
        """Keep rows that this process wrote, in place of what they were before."""
        with self._mutex:
            for trial_id, row in rows.items():
                self._rows[(tool, trial_id)] = row
                self._rows.move_to_end((tool, trial_id))
            self._trim()
            # Where the ids are not known, these are not all of them: the index may hold more.
            if tool in self._ids:
                self._ids[tool] = sorted({*self._ids[tool], *rows})

    def forget(self, tool: str | None = None) -> None:
        """Forget a tool, or everything."""
        with self._mutex:
            for key in [key for key in self._rows if tool is None or key[0] == tool]:
                del self._rows[key]
            for name in [name for name in self._ids if tool is None or name == tool]:
                del self._ids[name]

    def _trim(self) -> None:
        while len(self._rows) > self._most:
            self._rows.popitem(last=False)


def rows_of(found: GetResult) -> dict[str, KnownRow]:
    """Return what Chroma answered as rows by id; it was asked for documents and metadatas."""
    read = zip(found["ids"], found["documents"] or [], found["metadatas"] or [], strict=True)
    return {trial_id: (text, Outcome(str(metadata["outcome"]))) for trial_id, text, metadata in read}


def past_queries(
    rows: Mapping[str, KnownRow], ids: Iterable[str], similarities: Mapping[str, float] | None = None
) -> list[PastQuery]:
    """Make records in the order of ``ids``, without those that were removed meanwhile."""
    return [
        PastQuery(
            trial_id=trial_id,
            query=rows[trial_id][0],
            outcome=rows[trial_id][1],
            similarity=None if similarities is None else similarities[trial_id],
        )
        for trial_id in ids
        if trial_id in rows
    ]
