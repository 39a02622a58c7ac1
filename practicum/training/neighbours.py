"""Neighbours: which examples a training prompt shows, as service would show demonstrations.

An adapter that never saw demonstrations while it was trained is led astray by them in service.
"""

from __future__ import annotations

from collections.abc import Sequence

from practicum.memory_store.embedding import Embedder
from practicum.memory_store.query_vectors import query_vectors
from practicum.nodes.recollect import DEMONSTRATIONS
from practicum.training.examples import Example

BLOCK = 512
"""Examples whose similarities to all others are held at once."""


def nearest_others(
    examples: Sequence[Example], embedder: Embedder, k: int = DEMONSTRATIONS
) -> dict[str, list[Example]]:
    """Return the nearest training examples of other calls, the nearest last, by an example's id.

    They are found as demonstrations are in service, by words and shape, and no call stands twice. What is
    not trained on is no neighbour and has none.

    Args:
        examples: Of a round.
        embedder: As in service.
        k: How many at most.
    """
    import numpy as np

    pool = [each for each in examples if each.split == "train" and each.call is not None]
    if not pool:
        return {}
    rows = np.asarray(query_vectors([each.query for each in pool], embedder), dtype=np.float32)
    found: dict[str, list[Example]] = {}
    for start in range(0, len(pool), BLOCK):
        for offset, order in enumerate(np.argsort(-(rows[start : start + BLOCK] @ rows.T), axis=1)):
            one = pool[start + offset]
            found[one.id] = _of_other_calls(one, [pool[index] for index in order], k)
    return found


def _of_other_calls(one: Example, nearest: Sequence[Example], k: int) -> list[Example]:
    said = {_call(one)}
    chosen: list[Example] = []
    for other in nearest:
        if len(chosen) == k:
            break
        if _call(other) not in said:
            said.add(_call(other))
            chosen.append(other)
    return chosen[::-1]


def _call(example: Example) -> str:
    return example.call.signature if example.call else ""
