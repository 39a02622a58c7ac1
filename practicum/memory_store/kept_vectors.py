"""Vectors that take seconds to make, kept in a folder that may always be deleted."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from practicum.records import digest
from practicum.whole_files import written_whole

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FILES = 8
"""Files that are kept, the newest: each set of texts has one, of some megabytes."""


def kept_vectors(
    folder: Path | None, of: Sequence[str], rows: int, make: Callable[[], Sequence[Sequence[float]]]
) -> NDArray[np.float32]:
    """Return vectors as rows, read from the folder where they were made before.

    A file that can't be read is made anew; a folder that can't be written is done without.

    Args:
        folder: Where they are kept; None: nowhere.
        of: What the vectors depend on: the embedder's name, and the texts in their order.
        rows: How many there are.
        make: Makes them.
    """
    import numpy as np

    file = folder / f"{digest(*of)}.npy" if folder is not None else None
    kept = _read(file) if file is not None else None
    if kept is not None and len(kept) == rows:
        return kept
    made = np.asarray(make(), np.float32)
    if file is not None:
        with contextlib.suppress(OSError):
            _keep(file, made)
    return made


def _read(file: Path) -> NDArray[np.float32] | None:
    """Return what is in a file; None where it is none of ours, or damaged."""
    import numpy as np

    try:
        with file.open("rb") as stream:
            found: NDArray[np.float32] = np.load(stream, allow_pickle=False)
        whole = found.ndim == 2 and found.dtype == np.float32 and bool(np.isfinite(found).all())
    except Exception:  # noqa: BLE001 - a damaged header is read by tokenize, a file that looks like one by zipfile
        return None
    return found if whole else None


def _keep(file: Path, vectors: NDArray[np.float32]) -> None:
    import numpy as np

    file.parent.mkdir(parents=True, exist_ok=True)
    with written_whole(file) as aside, aside.open("wb") as out:
        np.save(out, vectors, allow_pickle=False)
    newest = sorted(file.parent.glob("*.npy"), key=lambda one: -one.stat().st_mtime)
    for old in newest[FILES:]:
        old.unlink(missing_ok=True)
