"""The index of past queries: one Chroma collection a tool, built again from the journal at any time.

Broken trials are not in it: nothing was learned about their queries, so
imagination may come back to them.
"""

from __future__ import annotations

import random
import shutil
import threading
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from practicum.errors import JournalError
from practicum.memory_store import chroma
from practicum.memory_store.embedding import Embedder, storable
from practicum.memory_store.lock import acquire_writer_lock
from practicum.records import Outcome, PastQuery, Trial

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection as ChromaCollection
    from chromadb.api.types import Metadata
    from filelock import BaseFileLock

KIND = "trials"
"""The part of a collection's name that tells past queries from demonstrations."""

T = TypeVar("T")


class TrialIndex:
    """Past queries by tool; methods block, and may be called from several threads.

    The name of a collection depends on the embedder's, so that vectors of two
    embedders never meet. One process writes a folder at a time; others may read
    it, and see what was there when they opened it.
    """

    def __init__(self, where: Path | str | None, embedder: Embedder, *, namespace: str = "practicum") -> None:
        """Set up without touching anything; Chroma is opened at the first use.

        Args:
            where: A folder, the address of a Chroma server, or None for memory.
            embedder: Makes the vectors.
            namespace: Keeps homes apart that share a server.
        """
        self.where = where
        self.embedder = embedder
        self._namespace = namespace
        self._mutex = threading.RLock()
        self._opened: ClientAPI | None = None
        self._lock: BaseFileLock | None = None
        self._collections: dict[str, ChromaCollection] = {}
        self._ids: dict[str, list[str]] = {}

    def close(self) -> None:
        """Give files and lock back; may be called twice."""
        with self._mutex:
            self._collections.clear()
            self._ids.clear()
            if self._opened is not None:
                chroma.close_client(self._opened)
                self._opened = None
            if self._lock is not None:
                self._lock.release()
                self._lock = None

    def upsert(self, trials: Sequence[Trial], embeddings: Sequence[Sequence[float]] | None = None) -> int:
        """Index the trials that are not broken; those indexed before are replaced.

        Args:
            trials: Of any tools.
            embeddings: Vectors of their queries, where the caller has them already.

        Returns:
            How many of the trials are indexed now.

        Raises:
            JournalError: Another process writes, or Chroma can't be used.
        """
        useful = [index for index, trial in enumerate(trials) if trial.outcome is not Outcome.BROKEN]
        if embeddings is None:
            vectors = self.embedder.embed([trials[index].query for index in useful])
        else:
            vectors = [list(embeddings[index]) for index in useful]
        by_tool: dict[str, list[tuple[Trial, list[float]]]] = {}
        for index, vector in zip(useful, vectors, strict=True):
            by_tool.setdefault(trials[index].tool, []).append((trials[index], vector))
        for tool, rows in by_tool.items():
            for start in range(0, len(rows), chroma.BATCH):
                self._write(tool, rows[start : start + chroma.BATCH])
        return len(useful)

    def nearest(self, tool: str, embedding: Sequence[float], k: int) -> list[PastQuery]:
        """Return up to ``k`` past queries of a tool, the most similar first."""

        def query(collection: ChromaCollection) -> list[PastQuery]:
            found = collection.query(
                query_embeddings=chroma.rows([embedding]),
                n_results=k,
                include=["documents", "metadatas", "distances"],
            )
            pasts = _pasts(found["ids"][0], (found["documents"] or [[]])[0], (found["metadatas"] or [[]])[0])
            distances = (found["distances"] or [[]])[0]
            return [
                past.model_copy(update={"similarity": 1 - distance})
                for past, distance in zip(pasts, distances, strict=True)
            ]

        return self._read(tool, query, []) if k > 0 else []

    def sample(
        self, tool: str, k: int, rng: random.Random, *, without: Collection[str] = ()
    ) -> list[PastQuery]:
        """Return up to ``k`` different past queries of a tool, each as likely as any other.

        Args:
            tool: The tool's name.
            k: How many.
            rng: Decides which.
            without: Ids of trials to leave out.
        """

        def pick(collection: ChromaCollection) -> list[PastQuery]:
            others = [trial_id for trial_id in self._known_ids(tool, collection) if trial_id not in without]
            chosen = rng.sample(others, min(k, len(others)))
            if not chosen:
                return []
            found = collection.get(ids=chosen, include=["documents", "metadatas"])
            return _pasts(found["ids"], found["documents"] or [], found["metadatas"] or [])

        return self._read(tool, pick, [])

    def _known_ids(self, tool: str, collection: ChromaCollection) -> list[str]:
        """Return a tool's ids, sorted; read again only when their number says that others wrote."""
        known = self._ids.get(tool)
        if known is None or len(known) != collection.count():
            known = self._ids[tool] = sorted(collection.get(include=[])["ids"])
        return known

    def count(self, tool: str) -> int:
        """Return how many queries of a tool are indexed."""
        return self._read(tool, lambda collection: collection.count(), 0)

    def ids(self, tool: str) -> set[str]:
        """Return the ids of the trials of a tool that are indexed."""
        return self._read(tool, lambda collection: set(collection.get(include=[])["ids"]), set())

    def drop(self) -> None:
        """Remove everything of this namespace, also what other embedders left; a folder as a whole.

        Raises:
            JournalError: Another process writes, or the folder holds something else.
        """
        self._take_lock()
        with self._mutex, chroma.explained(self.where):
            self._collections.clear()
            self._ids.clear()
            if isinstance(self.where, Path):
                self._remove_folder(self.where)
            else:
                self._delete_collections()

    def _delete_collections(self) -> None:
        prefix = chroma.collection_prefix(self._namespace, KIND)
        for collection in self._client().list_collections():
            if collection.name.startswith(prefix):
                self._client().delete_collection(collection.name)

    def _remove_folder(self, folder: Path) -> None:
        # The files and not the collections: this has to work on an index that Chroma can't open any more.
        if self._opened is not None:
            chroma.close_client(self._opened)
            self._opened = None
        if not folder.exists():
            return
        if not (folder / chroma.DATABASE).exists() and any(folder.iterdir()):
            raise JournalError(
                f"{folder} holds something else than an index", "move it away, or use another --home"
            )
        shutil.rmtree(folder)

    def _client(self) -> ClientAPI:
        with self._mutex:
            if self._opened is None:
                self._opened = chroma.open_client(self.where)
            return self._opened

    def _take_lock(self) -> None:
        with self._mutex:
            if self._lock is None and isinstance(self.where, Path):
                self._lock = acquire_writer_lock(self.where, shared_in_process=True)

    def _name(self, tool: str) -> str:
        return chroma.collection_name(self._namespace, KIND, tool, self.embedder.name)

    def _read(self, tool: str, action: Callable[[ChromaCollection], T], absent: T) -> T:
        """Run ``action`` on the tool's collection; return ``absent`` when there is none."""
        from chromadb.errors import NotFoundError

        with chroma.explained(self.where):
            for _ in range(2):
                collection = self._collections.get(tool) or chroma.find_collection(
                    self._client(), self._name(tool)
                )
                if collection is None:
                    return absent
                self._collections[tool] = collection
                try:
                    return action(collection)
                except NotFoundError:  # another process built the index again: the handle is old
                    self._collections.pop(tool, None)
                    self._ids.pop(tool, None)
        return absent

    def _write(self, tool: str, rows: Sequence[tuple[Trial, list[float]]]) -> None:
        self._take_lock()
        with chroma.explained(self.where):
            # Made anew each time: it costs a millisecond, and a handle may be older than a rebuild.
            metadata = {"tool": storable(tool), "embedder": self.embedder.name}
            collection = chroma.make_collection(self._client(), self._name(tool), metadata)
            collection.upsert(
                ids=[trial.id for trial, _ in rows],
                embeddings=chroma.rows([vector for _, vector in rows]),
                documents=[storable(trial.query) for trial, _ in rows],
                metadatas=[
                    {"outcome": trial.outcome.value, "episode": trial.episode, "number": trial.number}
                    for trial, _ in rows
                ],
            )
            self._collections[tool] = collection
            if tool in self._ids:
                self._ids[tool] = sorted({*self._ids[tool], *(trial.id for trial, _ in rows)})


def _pasts(ids: Sequence[str], texts: Sequence[str], metadatas: Sequence[Metadata]) -> list[PastQuery]:
    return [
        PastQuery(trial_id=trial_id, query=text, outcome=Outcome(str(metadata["outcome"])))
        for trial_id, text, metadata in zip(ids, texts, metadatas, strict=True)
    ]
