"""A merged model's tensors by the names that GGUF gives them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from practicum.errors import SetupError
from practicum.records import JsonObject
from practicum.training.gguf_layout import gguf_name, gguf_names, heads_to_permute, permuted

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


class MergedWeights:
    """The weights of a directory in Hugging Face form, read one at a time and without torch."""

    def __init__(self, directory: Path, config: JsonObject) -> None:
        """Open the files of weights; nothing is read yet.

        Args:
            directory: Holds config.json and one or more ``*.safetensors``.
            config: What config.json says.

        Raises:
            SetupError: there are no weights, one is damaged, or a tensor has no place in a GGUF.
        """
        self._directory = directory
        self._heads = int(config["num_attention_heads"])
        self._key_heads = int(config.get("num_key_value_heads") or self._heads)
        names = gguf_names(int(config["num_hidden_layers"]))
        self._found: dict[str, tuple[Any, str]] = {}
        for file in _opened(directory):
            for name in file.keys():  # noqa: SIM118 - the file is no mapping
                theirs = gguf_name(name, names)
                if theirs is None:
                    raise SetupError(
                        f"{directory} holds {name}, which a GGUF of a Llama has no place for",
                        f"serve the directory itself with local:{directory}",
                    )
                self._found[theirs] = (file, name)

    @property
    def names(self) -> frozenset[str]:
        """GGUF's names of all tensors."""
        return frozenset(self._found)

    def shape(self, name: str) -> tuple[int, ...]:
        """Return a tensor's shape, rows first."""
        file, ours = self._found[name]
        return tuple(file.get_slice(ours).get_shape())

    def load(self, name: str) -> npt.NDArray[np.float32]:
        """Return a tensor in float32, its rows in GGUF's order.

        Raises:
            SetupError: it is of another type than float32 or float16.
        """
        import numpy as np

        file, ours = self._found[name]
        kind = file.get_slice(ours).get_dtype()
        if kind not in {"F32", "F16"}:
            raise SetupError(
                f"{self._directory} holds weights of type {kind}", "merge the adapter again: it gives float32"
            )
        weights: npt.NDArray[np.float32] = file.get_tensor(ours).astype(np.float32, copy=False)
        heads = heads_to_permute(name, self._heads, self._key_heads)
        return np.ascontiguousarray(permuted(weights, heads)) if heads else weights


def _opened(directory: Path) -> list[Any]:
    from safetensors import SafetensorError, safe_open

    paths = sorted(directory.glob("*.safetensors"))
    if not paths:
        raise SetupError(f"{directory} holds no weights (*.safetensors)", "merge the adapter again")
    try:
        return [safe_open(path, "numpy") for path in paths]
    except (SafetensorError, OSError) as error:
        raise SetupError(
            f"the weights in {directory} are damaged: {error}", "merge the adapter again"
        ) from error
