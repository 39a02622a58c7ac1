"""What tells the weights in one directory from those in another."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from practicum.records import digest

STAMP = "practicum-base.json"
"""In a directory made by Practicum: ``{"hash", "from"}``. Written last, so it also says that all is there."""

_SAMPLES, _SAMPLE_BYTES = 16, 65_536


def directory_hash(directory: Path) -> str:
    """Return 16 hexadecimal digits for a model in Hugging Face form.

    They cover the configuration, and of each file of weights the size and samples (a whole read of 15 GB
    takes a minute).

    Raises:
        OSError: it holds no configuration, or can't be read.
    """
    stamp = directory / STAMP
    if stamp.is_file():
        return str(json.loads(stamp.read_text("utf-8"))["hash"])
    weights = sorted(path for suffix in ("safetensors", "bin") for path in directory.glob(f"*.{suffix}"))
    config = json.loads((directory / "config.json").read_text("utf-8"))
    # What saving alone changes says nothing about the weights.
    for key in ("_name_or_path", "_model_name_or_path", "transformers_version"):
        config.pop(key, None)
    return digest("directory", config, *[f"{path.stat().st_size}:{_sampled(path)}" for path in weights])


def _sampled(path: Path) -> str:
    size = path.stat().st_size
    found = hashlib.sha256()
    with path.open("rb") as file:
        for index in range(_SAMPLES):
            file.seek(max(0, size - _SAMPLE_BYTES) * index // (_SAMPLES - 1))
            found.update(file.read(_SAMPLE_BYTES))
    return found.hexdigest()
