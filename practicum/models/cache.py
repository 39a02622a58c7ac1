"""Where converted models are kept between runs: one folder that may always be deleted."""

from __future__ import annotations

import os
from pathlib import Path


def cache_dir() -> Path:
    """Return the folder for converted weights, absolute; it need not exist yet.

    ``PRACTICUM_CACHE`` names it; otherwise it is ``practicum`` below
    ``XDG_CACHE_HOME``, which is ``~/.cache`` unless the user moved it.
    """
    chosen = os.environ.get("PRACTICUM_CACHE")
    if chosen:
        return Path(chosen).expanduser().absolute()
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base).absolute() if base else Path.home() / ".cache") / "practicum"
