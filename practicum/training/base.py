"""The models that adapters are trained on: the embedded one, a directory, a hub's."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from practicum.errors import SetupError, first_line
from practicum.models.directory_hash import STAMP, directory_hash
from practicum.models.weights import SHA256, embedded_weights
from practicum.records import digest
from practicum.training.gguf_reading import write_directory
from practicum.training.model_files import disk_explained, written_aside
from practicum.training.packages import need_packages

EMBEDDED = "local"
CONVERSION = 1
"""Raised when the conversion writes other weights or another tokenizer, so that older ones aren't found."""


@dataclass(frozen=True)
class Base:
    """A model that adapters are trained on."""

    name: str
    """As the user named it: ``local``, a path, or a hub id."""
    source: str
    """What ``from_pretrained`` takes: an absolute path, or a hub id."""

    @property
    def embedded(self) -> bool:
        """Whether it is the model that ships with Practicum."""
        return self.name == EMBEDDED

    @property
    def directory(self) -> Path | None:
        """Its directory; None for a hub's, which transformers keeps in a cache of its own."""
        return Path(self.source) if Path(self.source).is_absolute() else None


def find_base(base: str | Path, cache: Path) -> Base:
    """Return the model that ``base`` names, ready for ``from_pretrained``.

    Args:
        base: ``local`` (the embedded model), a directory in Hugging Face form, or a hub id; the model
            spec's ``local:DIR`` means the same directory.
        cache: Where the embedded model's trainable form is made, once: 540 MB, in under a minute.

    Raises:
        SetupError: there is no such directory, it holds an adapter or no model, a package is missing, or
            the disk is full.
    """
    name = str(base).strip().removeprefix(f"{EMBEDDED}:") or EMBEDDED
    if name == EMBEDDED:
        return Base(EMBEDDED, str(_embedded_directory(cache)))
    if _is_hub_id(name):
        return Base(name, name)
    return Base(name, str(_checked(Path(name).expanduser().absolute())))


def base_hash(base: str | Path | Base) -> str:
    """Return what tells one base's weights from another's; 16 hexadecimal digits.

    The embedded model has one hash, found without converting it. For others it covers the configuration,
    and of each file of weights the size and samples (a whole read of 15 GB takes a minute). A hub id is
    hashed by its name: who moves it to another revision is not found out.

    Raises:
        SetupError: the directory does not exist, or holds no model or a damaged one.
    """
    source = base.source if isinstance(base, Base) else str(base).strip().removeprefix(f"{EMBEDDED}:")
    if source in {EMBEDDED, ""}:
        return _embedded_hash()
    if _is_hub_id(source):
        return digest("hub", source)
    directory = _checked(Path(source).expanduser().absolute())
    try:
        return directory_hash(directory)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SetupError(
            f"{directory} can't be loaded: its configuration is damaged: {first_line(error)}",
            "name a directory with config.json, weights and tokenizer, or restore its files",
        ) from error


def _embedded_hash() -> str:
    return digest("embedded", SHA256, str(CONVERSION))


def _is_hub_id(name: str) -> bool:
    return name.count("/") == 1 and not name.startswith((".", "/", "~")) and not Path(name).exists()


def _checked(directory: Path) -> Path:
    if (directory / "config.json").is_file():
        return directory
    if (directory / "adapter_config.json").is_file():
        raise SetupError(
            f"{directory} is a LoRA adapter, not a model",
            "name the model it was trained on, or merge the adapter first and name the result",
        )
    what = "is no model: it has no config.json" if directory.is_dir() else "does not exist"
    what = "is a file, and training needs a directory" if directory.is_file() else what
    raise SetupError(
        f"{directory} {what}", "name `local`, a directory with config.json and weights, or a hub id"
    )


def _embedded_directory(cache: Path) -> Path:
    """Return the embedded model as a directory in float32, made where it is not there yet."""
    weights = embedded_weights(cache)
    directory = cache.absolute() / "bases" / f"smollm2-135m-instruct-{_embedded_hash()}"
    if (directory / STAMP).is_file():
        return directory
    need_packages("training and merging", "transformers", "gguf", "safetensors")
    from filelock import FileLock

    with disk_explained(directory):
        directory.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(directory.with_name(f"{directory.name}.lock")):
            if not (directory / STAMP).is_file():  # another process may have made it meanwhile
                _convert(weights, directory)
    return directory


def _convert(weights: Path, directory: Path) -> None:
    with written_aside(directory) as aside:
        write_directory(weights, aside)
        stamp = {"hash": _embedded_hash(), "from": weights.name}
        (aside / STAMP).write_text(json.dumps(stamp), "utf-8")
