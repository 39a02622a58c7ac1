"""Past queries in memory, compared one by one: for a process that holds a tool's past for a while.

It answers as `TrialIndex` does. A tool has thousands of past queries at most: comparing with all of them
takes less than a millisecond, and nothing has to be opened for it.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from practicum.hostile import redact
from practicum.hostile.clean import whole
from practicum.memory_store.embedding import Embedder
from practicum.records import LongTermView, Outcome, PastQuery, Trial

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class ExactIndex:
    """Past queries by tool; safe to use from one thread at a time."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._rows: dict[str, dict[str, tuple[PastQuery, Sequence[float]]]] = {}
        self._matrices: dict[str, tuple[list[str], NDArray[np.float32]]] = {}

    def upsert(self, trials: Sequence[Trial], embeddings: Sequence[Sequence[float]] | None = None) -> int:
        """Index the trials that are not broken; return how many that are."""
        useful = [index for index, trial in enumerate(trials) if trial.outcome is not Outcome.BROKEN]
        vectors = (
            self._embedder.embed([trials[index].query for index in useful])
            if embeddings is None
            else [embeddings[index] for index in useful]
        )
        for index, vector in zip(useful, vectors, strict=True):
            trial = trials[index]
            past = PastQuery(trial_id=trial.id, query=whole(redact(trial.query)), outcome=trial.outcome)
            self._rows.setdefault(trial.tool, {})[trial.id] = (past, vector)
            self._matrices.pop(trial.tool, None)
        return len(useful)

    def is_empty(self, tool: str) -> bool:
        """Whether nothing of a tool is indexed."""
        return tool not in self._rows

    def view(
        self, tool: str, embedding: Sequence[float] | None, rng: random.Random, *, nearest: int, sampled: int
    ) -> LongTermView:
        """Return past queries of a tool: the nearest ones, and others at random."""
        near = [] if embedding is None else self.nearest(tool, embedding, nearest)
        others = self.sample(tool, sampled, rng, without={past.trial_id for past in near})
        return LongTermView(nearest=tuple(near), sampled=tuple(others), total=self.count(tool))

    def nearest(self, tool: str, embedding: Sequence[float], k: int) -> list[PastQuery]:
        """Return up to ``k`` past queries of a tool, the most similar first."""
        import numpy as np

        ids, matrix = self._matrix(tool)
        if not ids or k <= 0:
            return []
        similarities = matrix @ np.asarray(embedding, dtype=np.float32)
        best = np.argsort(-similarities, kind="stable")[:k]
        rows = self._rows[tool]
        return [rows[ids[row]][0].model_copy(update={"similarity": float(similarities[row])}) for row in best]

    def closest(self, tool: str, embedding: Sequence[float]) -> float | None:
        """Return the cosine similarity of the past query nearest to ``embedding``, None without a past."""
        return next((past.similarity for past in self.nearest(tool, embedding, 1)), None)

    def sample(
        self, tool: str, k: int, rng: random.Random, *, without: Collection[str] = ()
    ) -> list[PastQuery]:
        """Return up to ``k`` different past queries of a tool, each as likely as any other."""
        rows = self._rows.get(tool, {})
        others = [trial_id for trial_id in sorted(rows) if trial_id not in without]
        return [rows[trial_id][0] for trial_id in rng.sample(others, min(k, len(others)))]

    def count(self, tool: str) -> int:
        """Return how many queries of a tool are indexed."""
        return len(self._rows.get(tool, {}))

    def _matrix(self, tool: str) -> tuple[list[str], NDArray[np.float32]]:
        if tool not in self._matrices:
            import numpy as np

            rows = self._rows.get(tool, {})
            ids = sorted(rows)
            self._matrices[tool] = ids, np.asarray([rows[each][1] for each in ids], dtype=np.float32)
        return self._matrices[tool]
