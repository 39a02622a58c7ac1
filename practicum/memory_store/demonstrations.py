"""Demonstrations of a set, found by their queries, by words and by shape: one Chroma collection a set.

A set never changes, so its collection is built once. In a folder it is built
aside and renamed into place, and only read from then on: any number of serving
processes may share it, which Chroma would not survive if they wrote.
"""

from __future__ import annotations

import asyncio
import errno
import os
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from practicum.hostile.clean import whole
from practicum.memory_store import chroma
from practicum.memory_store.embedding import Embedder
from practicum.memory_store.entries import DemonstrationSet
from practicum.memory_store.query_vectors import LAYOUT, WORDS_SCALE, query_vectors, words_vector
from practicum.memory_store.similarity import diverse
from practicum.records import Demonstration
from practicum.whole_files import written_whole

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

KIND = "demos"
"""The part of a collection's name that tells demonstrations from past queries."""

CANDIDATES = 50
"""Candidates a demonstration wanted: a call may be there in dozens of phrasings, of which one is shown."""

SCORED = 1000
"""Nearest demonstrations that tools are scored by: 25 ms."""


class DemonstrationIndex:
    """The demonstrations of one set, by similarity; built at the first use if `build` was not called."""

    def __init__(
        self,
        where: Path | str | None,
        embedder: Embedder,
        chosen: DemonstrationSet,
        *,
        namespace: str = "practicum",
    ) -> None:
        """Set up without touching anything.

        Args:
            where: The folder of the home's index (sets live beside it), the address of a
                Chroma server, or None for memory.
            embedder: Makes the vectors.
            chosen: The set.
            namespace: Keeps homes apart that share a server.
        """
        self.chosen = chosen
        self._embedder = embedder
        self._where = where
        # By content and embedder, not by number: numbers differ between homes that share a server.
        self._name = chroma.collection_name(namespace, KIND, chosen.id, embedder.name, LAYOUT)
        self._mutex = threading.Lock()
        self._client: ClientAPI | None = None
        self._collection: Collection | None = None

    def build(self) -> None:
        """Make the collection if it is not there yet, and open it; blocks, for 4 ms a demonstration.

        Raises:
            JournalError: Chroma can't be used.
        """
        with self._mutex:
            self._open()

    def close(self) -> None:
        """Give the files back; may be called twice."""
        with self._mutex:
            if self._client is not None:
                chroma.close_client(self._client)
            self._client = self._collection = None

    async def retrieve(
        self,
        query: str,
        k: int = 4,
        *,
        current: Mapping[str, str] | None = None,
        diversity: float = 0.3,
    ) -> list[Demonstration]:
        """Return up to ``k`` demonstrations for a query, the nearest last.

        Last, because small models follow what stands next to the query most. Chosen by
        maximal marginal relevance, so that near repetitions don't fill the prompt, and of one call
        only the nearest phrasing.

        Args:
            query: What is to be answered.
            k: How many.
            current: The hashes of the tools' schemas now, by name: only demonstrations of these; None: all.
            diversity: From 0 (the nearest, whatever they repeat) to 1.
        """
        wanted = self._rows_of(current)
        if k <= 0 or not wanted:
            return []
        return await asyncio.to_thread(self._retrieve, query, k, wanted, diversity)

    async def tool_scores(self, query: str, current: Mapping[str, str]) -> dict[str, float]:
        """Return the cosine similarity, of the words, of each tool's nearest demonstration to a query.

        Tools without a demonstration among the 1,000 nearest are absent.

        Args:
            query: What is to be answered.
            current: The hashes of the tools' schemas now, by name: demonstrations of others don't count.
        """
        if not self.chosen.demonstrations:
            return {}
        return await asyncio.to_thread(self._tool_scores, query, current)

    def _rows_of(self, current: Mapping[str, str] | None) -> list[int]:
        """Return the rows of the demonstrations of these tools as they are now."""
        rows = enumerate(self.chosen.demonstrations)
        if current is None:
            return [row for row, _ in rows]
        return [row for row, shown in rows if shown.schema_hashes.items() <= current.items()]

    def _retrieve(self, query: str, k: int, wanted: Sequence[int], diversity: float) -> list[Demonstration]:
        vector = query_vectors([query], self._embedder)[0]
        everything = len(wanted) == len(self.chosen.demonstrations)
        with chroma.explained(self._where):
            found = self._opened().query(
                query_embeddings=chroma.rows([vector]),
                ids=None if everything else [str(row) for row in wanted],
                n_results=min(k * CANDIDATES, len(wanted)),
                include=["embeddings"],
            )
        vectors = found["embeddings"]
        if vectors is None:
            return []
        nearest = [self.chosen.demonstrations[int(row)] for row in found["ids"][0]]
        chosen = _of_other_calls(nearest, k)
        candidates = [[float(x) for x in vectors[0][index]] for index in chosen]
        picked = sorted(diverse(vector, candidates, k, diversity), key=lambda pick: pick[1])
        return [nearest[chosen[index]] for index, _ in picked]

    def _tool_scores(self, query: str, current: Mapping[str, str]) -> dict[str, float]:
        vector = words_vector(query, self._embedder)
        with chroma.explained(self._where):
            found = self._opened().query(
                query_embeddings=chroma.rows([vector]),
                n_results=min(SCORED, len(self.chosen.demonstrations)),
                include=["distances"],
            )
        scores: dict[str, float] = {}
        for row, distance in zip(found["ids"][0], (found["distances"] or [[]])[0], strict=True):
            # Nearest first: the first one of a tool is its best.
            for tool, schema in self.chosen.demonstrations[int(row)].schema_hashes.items():
                if current.get(tool) == schema:
                    scores.setdefault(tool, WORDS_SCALE * (1 - float(distance)))
        return scores

    def _opened(self) -> Collection:
        with self._mutex:
            return self._open()

    def _open(self) -> Collection:
        if self._collection is None:
            with chroma.explained(self._where):
                where = self._ready_folder(self._where) if isinstance(self._where, Path) else self._where
                self._client, self._collection = self._filled(where)
        return self._collection

    def _filled(self, where: Path | str | None) -> tuple[ClientAPI, Collection]:
        """Return a client and the set's collection in it, every row there."""
        client = chroma.open_client(where)
        try:
            collection = chroma.find_collection(client, self._name)
            if collection is None or collection.count() != len(self.chosen.demonstrations):
                collection = chroma.make_collection(client, self._name, {"embedder": self._embedder.name})
                for start in range(0, len(self.chosen.demonstrations), chroma.BATCH):
                    self._fill(collection, start)
        except BaseException:
            chroma.close_client(client)  # open, it would keep the next attempt from a folder of the same name
            raise
        return client, collection

    def _fill(self, collection: Collection, start: int) -> None:
        # A row is named by its place: several demonstrations may come from one trial, and share its id.
        rows = self.chosen.demonstrations[start : start + chroma.BATCH]
        collection.upsert(
            ids=[str(start + offset) for offset in range(len(rows))],
            embeddings=chroma.rows(query_vectors([row.query for row in rows], self._embedder)),
            documents=[whole(row.query) for row in rows],
            metadatas=[{"tool": whole(row.tool), "trial": whole(row.id)} for row in rows],
        )

    def _ready_folder(self, index: Path) -> Path | None:
        """Return the set's own folder, built if need be; None where nothing can be written."""
        folder = index.with_name(index.name + "-demos") / self._name
        try:
            if not folder.is_dir():
                self._build_folder(folder)
        except OSError as error:
            if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
                return None
            raise
        # Chroma writes even to read; a home that is mounted read-only serves from memory.
        return folder if os.access(folder, os.W_OK) else None

    def _build_folder(self, folder: Path) -> None:
        from filelock import FileLock

        folder.parent.mkdir(parents=True, exist_ok=True)
        # Waits where another process is building the very set that is wanted here.
        with FileLock(folder.with_name(folder.name + ".lock")):
            if folder.is_dir():
                return
            with written_whole(folder) as aside:
                client, _ = self._filled(aside)
                chroma.close_client(client)


def _of_other_calls(nearest: Sequence[Demonstration], k: int) -> list[int]:
    """Indices of the nearest demonstration of each call; the next nearest, too, where calls are too few.

    One call said four times teaches a small model the call, not how values get from a query into it.
    """
    first: dict[str, int] = {}
    for index, shown in enumerate(nearest):
        first.setdefault(" ".join(call.signature for call in shown.calls), index)
    others = [index for index in range(len(nearest)) if index not in set(first.values())]
    return [*first.values(), *others[: max(0, k - len(first))]]
