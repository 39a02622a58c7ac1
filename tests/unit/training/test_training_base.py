"""Which models adapters are trained on, and how one is told from another."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from practicum.errors import SetupError
from practicum.models.directory_hash import STAMP
from practicum.models.weights import SHA256
from practicum.training.base import EMBEDDED, Base, base_hash, find_base


def write_model(folder: Path, *, weights: bytes = bytes(100_000), **config: Any) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps({"model_type": "llama", **config}), "utf-8")
    (folder / "model.safetensors").write_bytes(weights)
    return folder


def test_a_directory_is_named_by_its_absolute_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_model(tmp_path / "models" / "mine")
    monkeypatch.chdir(tmp_path)
    for name in ("models/mine", "./models/mine", "local:models/mine", tmp_path / "models" / "mine"):
        found = find_base(name, tmp_path)
        assert found.source == str(tmp_path / "models" / "mine")
        assert found.directory == tmp_path / "models" / "mine"
        assert not found.embedded


def test_a_hub_id_stays_what_it_is(tmp_path: Path) -> None:
    found = find_base("owner/name", tmp_path)
    assert (found.source, found.directory) == ("owner/name", None)


@pytest.mark.parametrize("name", ["/no/such/model", "./model", "a/b/c", "model"])
def test_a_path_that_leads_nowhere_is_a_setup_error(name: str, tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="does not exist"):
        find_base(name, tmp_path)


def test_a_directory_without_a_model_is_a_setup_error(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"has no config\.json"):
        find_base(tmp_path, tmp_path)


def test_an_adapter_is_no_base(tmp_path: Path) -> None:
    (tmp_path / "adapter_config.json").write_text("{}", "utf-8")
    with pytest.raises(SetupError, match="is a LoRA adapter") as caught:
        find_base(tmp_path, tmp_path)
    assert "merge the adapter first" in caught.value.fix


def test_a_gguf_is_no_base(tmp_path: Path) -> None:
    (tmp_path / "model.gguf").write_bytes(b"GGUF")
    with pytest.raises(SetupError, match="is a file"):
        find_base(tmp_path / "model.gguf", tmp_path)


def test_a_file_in_a_folder_is_no_hub_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "config.json").write_text("{}", "utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SetupError, match="is a file"):
        find_base("base/config.json", tmp_path)


def test_missing_packages_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name in {"gguf", "transformers"} else real(name)
    )
    with pytest.raises(SetupError, match="need transformers, gguf") as caught:
        find_base(EMBEDDED, tmp_path)
    assert caught.value.fix == "pip install '.[train]' in the folder that practicum was installed from"


def test_the_embedded_model_is_made_once(tmp_path: Path) -> None:
    directory = tmp_path / "bases" / f"smollm2-135m-instruct-{base_hash(EMBEDDED)}"
    write_model(directory)
    (directory / STAMP).write_text(json.dumps({"hash": base_hash(EMBEDDED)}), "utf-8")
    for name in (EMBEDDED, "local:", ""):
        found = find_base(name, tmp_path)
        assert found == Base(EMBEDDED, str(directory))
        assert found.embedded
    assert base_hash(found) == base_hash(directory) == base_hash(EMBEDDED)


def test_what_saving_changes_does_not_change_the_hash(tmp_path: Path) -> None:
    one = write_model(tmp_path / "one", transformers_version="5.1")
    other = write_model(tmp_path / "other", transformers_version="5.2", _name_or_path="one")
    assert base_hash(one) == base_hash(other) == base_hash(Base("other", str(other)))
    assert len(base_hash(one)) == 16


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: write_model(folder, hidden_size=3),
        lambda folder: write_model(folder, weights=bytes(100_001)),
        lambda folder: write_model(folder, weights=bytes(99_999) + b"\x01"),
        lambda folder: write_model(folder, weights=b"\x01" + bytes(99_999)),
        lambda folder: (folder / "model-2.safetensors").write_bytes(b"more"),
    ],
)
def test_other_weights_have_another_hash(change: Callable[[Path], Any], tmp_path: Path) -> None:
    before = base_hash(write_model(tmp_path))
    change(tmp_path)
    assert base_hash(tmp_path) != before


def test_hashes_of_different_kinds_differ(tmp_path: Path) -> None:
    hashes = {base_hash(EMBEDDED), base_hash("owner/name"), base_hash("owner/other")}
    assert len(hashes | {base_hash(write_model(tmp_path)), SHA256[:16]}) == 5


@pytest.mark.parametrize("content", ["{", "[]", ""])
def test_a_base_whose_configuration_is_damaged_is_a_setup_error(content: str, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(content)
    with pytest.raises(SetupError, match="its configuration is damaged"):
        base_hash(tmp_path)


def test_a_base_that_is_gone_has_no_hash(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="does not exist"):
        base_hash(tmp_path / "gone")
