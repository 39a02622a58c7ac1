"""The index of past queries: one Chroma collection a tool, built again from the journal at any time.

Broken trials are not in it: nothing was learned about their queries, so
imagination may come back to them.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from practicum.hostile import redact
from practicum.hostile.clean import whole
from practicum.memory_store import chroma
from practicum.memory_store.embedding import Embedder
from practicum.memory_store.known_rows import KnownRow, KnownRows, past_queries, rows_of
from practicum.memory_store.lock import acquire_writer_lock
from practicum.records import LongTermView, Outcome, PastQuery, Trial

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection as ChromaCollection
    from filelock import BaseFileLock

KIND = "trials"
"""The part of a collection's name that tells past queries from demonstrations."""

LOADED = 512
"""Rows of a tool that are read at its first use, 30 microseconds each; of longer pasts only what is shown."""

T = TypeVar("T")


class TrialIndex:
    """Past queries by tool; methods block, and may be called from several threads.

    The name of a collection depends on the embedder's, so that vectors of two
    embedders never meet. One process writes a folder at a time; others may read
    it, and see what was there when they opened it.
    """

    def __init__(
        self,
        where: Path | str | None,
        embedder: Embedder,
        *,
        namespace: str = "practicum",
        only_writer: bool = False,
    ) -> None:
        """Set up without touching anything; Chroma is opened at the first use.

        Args:
            where: A folder, the address of a Chroma server, or None for memory.
            embedder: Makes the vectors.
            namespace: Keeps homes apart that share a server.
            only_writer: Whether nobody else writes meanwhile: then what is not there is looked for once.
        """
        self.where = where
        self.embedder = embedder
        self._namespace = namespace
        self._mutex = threading.RLock()
        self._opened: ClientAPI | None = None
        self._lock: BaseFileLock | None = None
        self._collections: dict[str, ChromaCollection] = {}
        self._known = KnownRows()
        self._only_writer = only_writer
        self._absent: set[str] = set()
        """Tools that have no collection; known of the only writer."""

    def close(self) -> None:
        """Give files and lock back; may be called twice."""
        with self._mutex:
            self._collections.clear()
            self._known.forget()
            self._absent.clear()
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

    def is_empty(self, tool: str) -> bool:
        """Whether nothing of a tool was ever indexed; where something was, Chroma is asked at most once."""
        return self._read(tool, lambda _: False, True)

    def view(
        self, tool: str, embedding: Sequence[float] | None, rng: random.Random, *, nearest: int, sampled: int
    ) -> LongTermView:
        """Return past queries of a tool, in two requests to Chroma where the rows are known already.

        Args:
            tool: The tool's name.
            embedding: What the nearest ones are near to; None shows none.
            rng: Decides which random ones are shown.
            nearest: How many of the nearest at most, the most similar first.
            sampled: How many others at most, each as likely as any other.
        """

        def look(collection: ChromaCollection) -> LongTermView:
            ids = self._known_ids(tool, collection)
            ranked = {} if embedding is None else chroma.ranked(collection, embedding, nearest)
            drawn = _draw(ids, sampled, rng, ranked)
            rows = self._rows(tool, collection, [*ranked, *drawn])
            return LongTermView(
                nearest=tuple(past_queries(rows, ranked, ranked)),
                sampled=tuple(past_queries(rows, drawn)),
                total=len(ids),
            )

        return self._read(tool, look, LongTermView())

    def nearest(self, tool: str, embedding: Sequence[float], k: int) -> list[PastQuery]:
        """Return up to ``k`` past queries of a tool, the most similar first."""

        def query(collection: ChromaCollection) -> list[PastQuery]:
            ranked = chroma.ranked(collection, embedding, k)
            return past_queries(self._rows(tool, collection, list(ranked)), ranked, ranked)

        return self._read(tool, query, [])

    def closest(self, tool: str, embedding: Sequence[float]) -> float | None:
        """Return the cosine similarity of the past query nearest to ``embedding``, None without a past."""
        return self._read(
            tool, lambda found: max(chroma.ranked(found, embedding, 1).values(), default=None), None
        )

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
            drawn = _draw(self._known_ids(tool, collection), k, rng, without)
            return past_queries(self._rows(tool, collection, drawn), drawn)

        return self._read(tool, pick, [])

    def _known_ids(self, tool: str, collection: ChromaCollection) -> Sequence[str]:
        """Return a tool's ids, sorted; read again only when their number says that others wrote."""
        ids, count = self._known.ids(tool), collection.count()
        if ids is not None and len(ids) == count:
            return ids
        if ids is not None or count > LOADED:
            return self._known.learn(tool, collection.get(include=[])["ids"])
        rows = rows_of(collection.get(include=["documents", "metadatas"]))
        self._known.read(tool, rows)
        return self._known.learn(tool, rows)

    def _rows(self, tool: str, collection: ChromaCollection, ids: Sequence[str]) -> dict[str, KnownRow]:
        """Return rows by id; Chroma is asked for those that are not known, all at once."""
        rows = self._known.rows(tool, ids)
        missing = [trial_id for trial_id in ids if trial_id not in rows]
        if missing:
            read = rows_of(collection.get(ids=missing, include=["documents", "metadatas"]))
            self._known.read(tool, read)
            rows |= read
        return rows

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
            self._known.forget()
            if not isinstance(self.where, Path):
                chroma.delete_collections(self._client(), chroma.collection_prefix(self._namespace, KIND))
                return
            if self._opened is not None:
                chroma.close_client(self._opened)
                self._opened = None
            chroma.remove_folder(self.where)

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
            for _ in range(0 if tool in self._absent else 2):
                collection = self._collections.get(tool) or chroma.find_collection(
                    self._client(), self._name(tool)
                )
                if collection is None:
                    self._note_absence(tool)
                    return absent
                self._use(tool, collection)
                try:
                    return action(collection)
                except NotFoundError:  # another process built the index again: the handle is old
                    self._collections.pop(tool, None)
                    self._known.forget(tool)
        return absent

    def _note_absence(self, tool: str) -> None:
        with self._mutex:
            if self._only_writer and tool not in self._collections:  # else it was written meanwhile
                self._absent.add(tool)

    def _use(self, tool: str, collection: ChromaCollection) -> None:
        """Keep a handle; what was known of an older collection of this name is known no more."""
        with self._mutex:
            self._absent.discard(tool)
            before = self._collections.get(tool)
            if before is not None and before.id != collection.id:
                self._known.forget(tool)
            self._collections[tool] = collection

    def _write(self, tool: str, rows: Sequence[tuple[Trial, list[float]]]) -> None:
        self._take_lock()
        with chroma.explained(self.where):
            # Made anew each time: it costs a millisecond, and a handle may be older than a rebuild.
            metadata = {"tool": whole(tool), "embedder": self.embedder.name}
            collection = chroma.make_collection(self._client(), self._name(tool), metadata)
            self._use(tool, collection)
            try:
                collection.upsert(
                    ids=[trial.id for trial, _ in rows],
                    embeddings=chroma.rows([vector for _, vector in rows]),
                    documents=[_document(trial) for trial, _ in rows],
                    metadatas=[
                        {"outcome": trial.outcome.value, "episode": trial.episode, "number": trial.number}
                        for trial, _ in rows
                    ],
                )
            except BaseException:  # part of it may be there
                self._known.forget(tool)
                raise
            self._known.wrote(tool, {trial.id: (_document(trial), trial.outcome) for trial, _ in rows})


def _document(trial: Trial) -> str:
    return whole(redact(trial.query))


def _draw(ids: Sequence[str], k: int, rng: random.Random, without: Collection[str]) -> list[str]:
    others = [trial_id for trial_id in ids if trial_id not in without]
    return rng.sample(others, min(k, len(others)))
