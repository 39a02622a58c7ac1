"""Adapters merged into tiny bases that are made here, and served beside them."""

from __future__ import annotations

import importlib.util
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import HumanMessage, SystemMessage
from tiny_models import MARKS, need
from training_merge_parts import TEXT, adapted, divergence, logits_of, make_adapter, make_model

from practicum.errors import SetupError
from practicum.models import load_chat_model
from practicum.models.adapters import with_adapter
from practicum.models.directory_hash import STAMP
from practicum.models.engine import Constraint, Request
from practicum.models.templates import render_chatml
from practicum.models.transformers_engine import LIKENESS, TransformersEngine
from practicum.training import merge
from practicum.training.base import EMBEDDED, base_hash
from practicum.training.gguf_reading import TEMPLATE
from practicum.training.merge import RECORD, merge_adapter

pytestmark = MARKS
IDS = list(range(3, 90))


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    need("torch", "transformers", "peft")
    return make_model(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def trained(base: Path) -> Path:
    return make_adapter(base, base.parent / "adapter")


@pytest.fixture
def adapter(trained: Path, tmp_path: Path) -> Path:
    """A copy to damage."""
    return Path(shutil.copytree(trained, tmp_path / "adapter"))


def loaded(folder: Path) -> Any:
    from transformers import AutoModelForCausalLM

    model: Any = AutoModelForCausalLM.from_pretrained(folder)
    return model.eval()


def edit(adapter: Path, **changes: Any) -> None:
    path = adapter / "adapter_config.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **changes}), "utf-8")


def test_the_merged_model_says_what_base_and_adapter_say(base: Path, trained: Path, tmp_path: Path) -> None:
    merged = merge_adapter(trained, tmp_path / "merged")
    both, alone = logits_of(adapted(base, trained), IDS), logits_of(loaded(base), IDS)
    ours = logits_of(loaded(merged), IDS)
    assert divergence(both, alone) > 0.1  # the adapter matters
    assert float((ours - both).abs().max()) < 1e-3
    config = json.loads((merged / "config.json").read_text("utf-8"))
    assert (config["dtype"], config["tie_word_embeddings"]) == ("float32", True)
    assert (merged / "tokenizer.json").is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["merged"]


def test_the_base_can_be_named(base: Path, adapter: Path, tmp_path: Path) -> None:
    edit(adapter, base_model_name_or_path="/somewhere/else")
    with pytest.raises(SetupError, match="the base of the adapter adapter is not found") as caught:
        merge_adapter(adapter, tmp_path / "merged", cache=tmp_path)
    assert "name it" in caught.value.fix
    assert (merge_adapter(adapter, tmp_path / "merged", base=base) / "model.safetensors").is_file()


def test_a_deleted_cache_is_made_again_for_the_embedded_model(
    base: Path, adapter: Path, tmp_path: Path
) -> None:
    edit(adapter, base_model_name_or_path="/an/old/cache/bases/smollm2")
    (adapter / RECORD).write_text(json.dumps({"base_hash": base_hash(EMBEDDED)}), "utf-8")
    directory = tmp_path / "cache" / "bases" / f"smollm2-135m-instruct-{base_hash(EMBEDDED)}"
    shutil.copytree(base, directory)
    (directory / STAMP).write_text(json.dumps({"hash": base_hash(EMBEDDED)}), "utf-8")
    assert merge_adapter(adapter, tmp_path / "merged", cache=tmp_path / "cache").is_dir()


def test_the_recorded_hash_must_be_the_bases(base: Path, adapter: Path, tmp_path: Path) -> None:
    (adapter / RECORD).write_text(json.dumps({"base_hash": base_hash(base)}), "utf-8")
    merge_adapter(adapter, tmp_path / "merged")
    other = make_model(tmp_path / "other", seed=5)
    with pytest.raises(SetupError, match=r"was not trained on .*other"):
        merge_adapter(adapter, tmp_path / "again", base=other)
    assert not (tmp_path / "again").exists()


@pytest.mark.parametrize("config", [{"hidden_size": 32}, {"num_hidden_layers": 1}, {"kind": "gpt2"}])
def test_a_base_of_another_shape_is_refused(trained: Path, tmp_path: Path, config: dict[str, Any]) -> None:
    other = make_model(tmp_path / "other", **config)
    with pytest.raises(SetupError, match="adapter"):
        merge_adapter(trained, tmp_path / "merged", base=other)
    assert [path.name for path in tmp_path.iterdir()] == ["other"]


def test_too_little_memory_is_a_setup_error_and_leaves_nothing(
    trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def short(*_: object) -> None:
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 99 bytes")

    monkeypatch.setattr(merge, "_write_merged", short)
    with pytest.raises(SetupError, match="the memory was not enough to merge adapter into") as caught:
        merge_adapter(trained, tmp_path / "merged")
    assert "more memory" in caught.value.fix
    assert list(tmp_path.iterdir()) == []


def test_damaged_weights_are_a_setup_error(adapter: Path, tmp_path: Path) -> None:
    weights = adapter / "adapter_model.safetensors"
    whole = weights.read_bytes()
    for damaged in (whole[:1000], b"", b"\xff" * 64):
        weights.write_bytes(damaged)
        with pytest.raises(SetupError, match="the adapter adapter is damaged"):
            merge_adapter(adapter, tmp_path / "merged")
    weights.unlink()
    with pytest.raises(SetupError, match="adapter"):
        merge_adapter(adapter, tmp_path / "merged")
    assert [path.name for path in tmp_path.iterdir()] == ["adapter"]


def test_weights_that_are_missing_or_no_numbers_are_damage(adapter: Path, tmp_path: Path) -> None:
    import numpy as np
    from safetensors.numpy import load_file, save_file

    weights = adapter / "adapter_model.safetensors"
    tensors = load_file(weights)
    first = min(tensors)
    save_file({name: part for name, part in tensors.items() if name != first}, weights)
    with pytest.raises(SetupError, match="the adapter adapter is damaged: Found missing adapter keys"):
        merge_adapter(adapter, tmp_path / "merged")
    save_file({**tensors, first: np.full_like(tensors[first], np.nan)}, weights)
    with pytest.raises(SetupError, match="the adapter adapter is damaged: NaNs"):
        merge_adapter(adapter, tmp_path / "merged")
    assert [path.name for path in tmp_path.iterdir()] == ["adapter"]


def test_a_damaged_config_is_a_setup_error(adapter: Path, tmp_path: Path) -> None:
    for text in ("{", "[]", "{}"):
        (adapter / "adapter_config.json").write_text(text, "utf-8")
        with pytest.raises(SetupError, match=r"adapter_config\.json is damaged"):
            merge_adapter(adapter, tmp_path / "merged")
    with pytest.raises(SetupError, match="is no adapter"):
        merge_adapter(tmp_path, tmp_path / "merged")
    with pytest.raises(SetupError, match="does not exist"):
        merge_adapter(tmp_path / "gone", tmp_path / "merged")


def test_an_adapter_that_names_no_base_is_a_setup_error(adapter: Path, tmp_path: Path) -> None:
    edit(adapter, base_model_name_or_path=None)
    with pytest.raises(SetupError, match="does not say what it was trained on"):
        merge_adapter(adapter, tmp_path / "merged")


def test_a_folder_that_holds_something_is_left_alone(trained: Path, tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("old", "utf-8")
    with pytest.raises(SetupError, match="is in the way"):
        merge_adapter(trained, tmp_path)
    with pytest.raises(SetupError, match="is in the way"):
        merge_adapter(trained, tmp_path / "precious")


def test_an_adapter_is_served_on_its_base(base: Path, trained: Path, tmp_path: Path) -> None:
    merged = merge_adapter(trained, tmp_path / "merged")
    letters = Constraint("root ::= [a-z]{24}")
    said = []
    for folder in (trained, merged, base):
        engine = TransformersEngine(str(folder))
        said.append(engine.submit(Request(TEXT, letters, max_tokens=32)).result(120).text)
        engine.close()
    assert said[0] == said[1] != said[2]


def test_half_precision_keeps_the_adapter_beside_the_weights(base: Path, trained: Path) -> None:
    import torch

    half = with_adapter(loaded(base).to(torch.bfloat16), trained, "base")
    assert any("lora_A" in name for name, _ in half.named_parameters())
    whole = with_adapter(loaded(base), trained, "base")
    assert not any("lora_A" in name for name, _ in whole.named_parameters())
    assert divergence(logits_of(whole, IDS), logits_of(half, IDS).float()) < 0.01
    prompt = torch.tensor([IDS])
    assert half.generate(input_ids=prompt, max_new_tokens=3, do_sample=False).shape[1] > len(IDS)


def test_serving_an_adapter_needs_peft(trained: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "peft" else real(name))
    with pytest.raises(SetupError, match="is an adapter, which needs peft") as caught:
        TransformersEngine(str(trained))
    assert caught.value.fix == "pip install '.[train]' in the folder that practicum was installed from"


def test_serving_an_adapter_needs_its_base(adapter: Path) -> None:
    edit(adapter, base_model_name_or_path="/somewhere/else")
    with pytest.raises(SetupError, match="the base of the adapter adapter is not found: /somewhere/else"):
        load_chat_model(f"local:{adapter}")
    edit(adapter, base_model_name_or_path="")
    with pytest.raises(SetupError, match="does not say what it was trained on"):
        load_chat_model(f"local:{adapter}")


def test_a_damaged_adapter_fails_those_who_wait_for_it(base: Path, adapter: Path) -> None:
    (adapter / "adapter_model.safetensors").write_bytes(b"\xff" * 64)
    engine = TransformersEngine(str(adapter))
    with pytest.raises(SetupError, match="the adapter adapter is damaged"):
        engine.submit(Request(TEXT)).result(120)
    engine.close()


def test_damaged_weights_of_a_model_fail_those_who_wait_for_it(base: Path, tmp_path: Path) -> None:
    shutil.copytree(base, tmp_path / "model")
    (tmp_path / "model" / "model.safetensors").write_bytes(b"\xff" * 64)
    engine = TransformersEngine(str(tmp_path / "model"))
    with pytest.raises(SetupError, match="can't be loaded"):
        engine.submit(Request(TEXT)).result(120)
    engine.close()


def test_a_small_adapted_model_is_asked_as_the_embedded_one_is(base: Path, trained: Path) -> None:
    for folder in (base, trained):
        model: Any = load_chat_model(f"local:{folder}")
        assert model.embedded
        model.engine.close()


def test_the_shipped_template_is_rendered_as_in_service(base: Path, tmp_path: Path) -> None:
    from transformers import AutoTokenizer

    tokenizer: Any = AutoTokenizer.from_pretrained(base)
    tokenizer.chat_template = TEMPLATE.read_text("utf-8")
    assert tokenizer.chat_template.startswith(LIKENESS)
    shutil.copytree(base, tmp_path / "model")
    tokenizer.save_pretrained(tmp_path / "model")
    engine = TransformersEngine(str(tmp_path / "model"))
    function = {"name": "today", "description": "Tell the date.", "parameters": {"properties": {"x": {}}}}
    tools = [{"type": "function", "function": function}]
    for system in ([SystemMessage("Be brief.")], []):
        messages = [*system, HumanMessage("Which day is it?")]
        assert engine.render(messages, tools) == render_chatml(messages, tools)
        rows = [{"role": "system" if m.type == "system" else "user", "content": m.content} for m in messages]
        plain = tokenizer.apply_chat_template(rows, add_generation_prompt=True, tokenize=False)
        assert plain == render_chatml(messages)
        shown = tokenizer.apply_chat_template(rows, tools=tools, add_generation_prompt=True, tokenize=False)
        assert "- today: Tell the date." in shown


def test_the_shipped_template_marks_what_the_assistant_says(base: Path) -> None:
    from transformers import AutoTokenizer

    tokenizer: Any = AutoTokenizer.from_pretrained(base)
    tokenizer.chat_template = TEMPLATE.read_text("utf-8")
    call = {"type": "function", "function": {"name": "add", "arguments": {"a": 1, "b": "2"}}}
    rows = [
        {"role": "user", "content": "1 + 2?"},
        {"role": "assistant", "content": "", "tool_calls": [call]},
        {"role": "tool", "content": "3"},
        {"role": "assistant", "content": "It is 3."},
    ]
    text = tokenizer.apply_chat_template(rows, tokenize=False)
    assert text == (
        "<|im_start|>user\n1 + 2?<|im_end|>\n"
        '<|im_start|>assistant\n{"name":"add","arguments":{"a":1,"b":"2"}}<|im_end|>\n'
        "<|im_start|>user\nResult: 3<|im_end|>\n<|im_start|>assistant\nIt is 3.<|im_end|>\n"
    )
    encoded = tokenizer.apply_chat_template(rows, return_dict=True, return_assistant_tokens_mask=True)
    marked = zip(encoded["input_ids"], encoded["assistant_masks"], strict=True)
    said = tokenizer.decode([token for token, mask in marked if mask])
    assert said == '{"name":"add","arguments":{"a":1,"b":"2"}}<|im_end|>It is 3.<|im_end|>'
