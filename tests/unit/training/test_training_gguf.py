"""Merged models as GGUF files, over tiny models that are made here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tiny_models import MARKS, need, vocabulary
from training_merge_parts import PAIRS, TEXT, agreement, divergence, logits_of, make_gguf, make_model

from practicum.errors import SetupError
from practicum.training.gguf_file import write_gguf
from practicum.training.gguf_reading import write_directory

pytestmark = MARKS


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    need("torch", "transformers", "gguf")
    return make_model(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def like(model: Path) -> Path:
    return make_gguf(model, model.parent / "like.gguf")


@pytest.fixture(scope="module")
def written(model: Path, like: Path) -> Path:
    return write_gguf(model, model.parent / "out" / "written.gguf", like=like)


def loaded(source: Path, gguf_file: str | None = None) -> Any:
    import torch
    from transformers import AutoModelForCausalLM

    more = {"gguf_file": gguf_file} if gguf_file else {}
    model: Any = AutoModelForCausalLM.from_pretrained(source, dtype=torch.float32, **more)
    return model.eval()


def test_transformers_reads_the_same_model_back(model: Path, written: Path) -> None:
    ids = [vocabulary(PAIRS).index(letter) for letter in "Howmanymilesarefivekilometres"]
    ours, theirs = logits_of(loaded(model), ids), logits_of(loaded(written.parent, written.name), ids)
    assert divergence(ours, theirs) < 0.01
    assert agreement(ours, theirs) > 0.98


def test_our_own_reading_gives_what_transformers_reads(written: Path, tmp_path: Path) -> None:
    import torch

    write_directory(written, tmp_path / "model")
    ours, theirs = loaded(tmp_path / "model"), loaded(written.parent, written.name)
    assert theirs.state_dict().keys() == ours.state_dict().keys()
    assert len(theirs.state_dict()) > 10
    for name, weights in theirs.state_dict().items():
        assert torch.equal(weights, ours.state_dict()[name]), name


def test_a_directory_made_from_a_gguf_can_be_trained_and_saved(written: Path, tmp_path: Path) -> None:
    from transformers import AutoTokenizer

    write_directory(written, tmp_path / "model")
    tokenizer: Any = AutoTokenizer.from_pretrained(tmp_path / "model")
    assert tokenizer.model_max_length == 512
    assert tokenizer.decode(tokenizer(TEXT, add_special_tokens=False)["input_ids"]) == TEXT
    model = loaded(tmp_path / "model").train()
    model(input_ids=(ids := model.dummy_inputs["input_ids"]), labels=ids).loss.backward()
    model.save_pretrained(tmp_path / "again")
    assert model.model.layers[0].self_attn.q_proj.weight.grad.abs().sum() > 0


def test_tensors_are_q8_and_norms_are_f32(written: Path) -> None:
    from gguf import GGUFReader

    reader = GGUFReader(written)
    assert {tensor.tensor_type.name for tensor in reader.tensors if len(tensor.shape) == 2} == {"Q8_0"}
    assert {tensor.tensor_type.name for tensor in reader.tensors if len(tensor.shape) == 1} == {"F32"}
    file_type = reader.get_field("general.file_type")
    assert file_type is not None
    assert file_type.contents() == 7


def test_metadata_is_the_bases(written: Path, like: Path) -> None:
    from gguf import GGUFReader

    ours, theirs = ({k: f.contents() for k, f in GGUFReader(p).fields.items()} for p in (written, like))
    own = {"general.file_type", "general.quantization_version", "GGUF.kv_count"}
    assert {key for key in ours.keys() | theirs.keys() if ours.get(key) != theirs.get(key)} <= own


def test_rows_that_no_block_fits_are_written_in_sixteen_bits(tmp_path: Path) -> None:
    from gguf import GGUFReader

    odd = make_model(tmp_path / "odd", hidden_size=48, num_attention_heads=4)
    file = write_gguf(odd, tmp_path / "odd.gguf", like=make_gguf(odd, tmp_path / "like.gguf"))
    kinds = {tensor.name: tensor.tensor_type.name for tensor in GGUFReader(file).tensors}
    assert (kinds["blk.0.attn_q.weight"], kinds["blk.0.ffn_down.weight"]) == ("F16", "Q8_0")
    ids = list(range(3, 60))
    assert divergence(logits_of(loaded(odd), ids), logits_of(loaded(tmp_path, "odd.gguf"), ids)) < 0.01


def test_an_output_layer_of_its_own_is_kept(tmp_path: Path) -> None:
    untied = make_model(tmp_path / "untied", tie_word_embeddings=False)
    file = write_gguf(untied, tmp_path / "untied.gguf", like=make_gguf(untied, tmp_path / "like.gguf"))
    ids = list(range(3, 60))
    assert divergence(logits_of(loaded(untied), ids), logits_of(loaded(tmp_path, file.name), ids)) < 0.01


def test_constants_of_the_base_are_copied(model: Path, tmp_path: Path) -> None:
    from gguf import GGUFReader

    like = make_gguf(model, tmp_path / "like.gguf", extra=True)
    file = write_gguf(model, tmp_path / "out.gguf", like=like)
    assert "rope_freqs.weight" in {tensor.name for tensor in GGUFReader(file).tensors}


def test_shards_are_read_together(model: Path, like: Path, written: Path, tmp_path: Path) -> None:
    loaded(model).save_pretrained(tmp_path / "shards", max_shard_size="100KB")
    assert len(list((tmp_path / "shards").glob("*.safetensors"))) > 1
    file = write_gguf(tmp_path / "shards", tmp_path / "out.gguf", like=like)
    assert file.read_bytes() == written.read_bytes()


def test_a_file_that_is_there_is_replaced_at_once(model: Path, like: Path, tmp_path: Path) -> None:
    out = tmp_path / "model.gguf"
    out.write_text("old", "utf-8")
    assert write_gguf(model, out, like=like) == out
    assert [path.name for path in tmp_path.iterdir()] == ["model.gguf"]
    assert out.read_bytes()[:4] == b"GGUF"


def test_an_architecture_that_is_not_supported_is_named(tmp_path: Path, like: Path) -> None:
    other = make_model(tmp_path / "qwen", kind="qwen2")
    with pytest.raises(SetupError, match="type 'qwen2' can't be written as GGUF") as caught:
        write_gguf(other, tmp_path / "out.gguf", like=like)
    assert "supported are llama, mistral" in caught.value.fix


@pytest.mark.parametrize(
    "config", [{"num_hidden_layers": 1}, {"num_key_value_heads": 1}, {"intermediate_size": 128}]
)
def test_the_gguf_of_another_base_is_refused(tmp_path: Path, like: Path, config: dict[str, Any]) -> None:
    other = make_model(tmp_path / "other", **config)
    with pytest.raises(SetupError, match="is not the GGUF of the merged model's base"):
        write_gguf(other, tmp_path / "out.gguf", like=like)
    assert [path.name for path in tmp_path.iterdir()] == ["other"]


def test_weights_in_another_type_are_refused(model: Path, like: Path, tmp_path: Path) -> None:
    import torch

    half = loaded(model).to(torch.bfloat16)
    half.save_pretrained(tmp_path / "half")
    with pytest.raises(SetupError, match="holds weights of type BF16"):
        write_gguf(tmp_path / "half", tmp_path / "out.gguf", like=like)
    assert [path.name for path in tmp_path.iterdir()] == ["half"]


def test_damaged_files_are_setup_errors(model: Path, like: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(like.read_bytes()[:300])
    with pytest.raises(SetupError, match="is no GGUF file that can be read"):
        write_gguf(model, tmp_path / "out.gguf", like=broken)
    with pytest.raises(SetupError, match="is no GGUF file that can be read"):
        write_gguf(model, tmp_path / "out.gguf", like=tmp_path / "missing.gguf")
    with pytest.raises(SetupError, match="is no model"):
        write_gguf(tmp_path, tmp_path / "out.gguf", like=like)
    (tmp_path / "config.json").write_text((model / "config.json").read_text("utf-8"), "utf-8")
    with pytest.raises(SetupError, match="holds no weights"):
        write_gguf(tmp_path, tmp_path / "out.gguf", like=like)
    (tmp_path / "model.safetensors").write_bytes(b"\x10\x00")
    with pytest.raises(SetupError, match="are damaged"):
        write_gguf(tmp_path, tmp_path / "out.gguf", like=like)


def test_a_tensor_without_a_place_is_named(model: Path, like: Path, tmp_path: Path) -> None:
    import numpy as np
    from safetensors.numpy import save_file

    (tmp_path / "config.json").write_text((model / "config.json").read_text("utf-8"), "utf-8")
    save_file({"model.vision.weight": np.zeros(3, np.float32)}, tmp_path / "model.safetensors")
    with pytest.raises(SetupError, match=r"holds model\.vision\.weight"):
        write_gguf(tmp_path, tmp_path / "out.gguf", like=like)


def test_the_config_decides_what_is_read(model: Path, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "gemma"}), "utf-8")
    with pytest.raises(SetupError, match="'gemma'"):
        write_gguf(tmp_path, tmp_path / "out.gguf", like=model)
