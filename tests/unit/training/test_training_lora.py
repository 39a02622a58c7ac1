"""The LoRA trainer, over a tiny random base that is made here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from training_lora_parts import SPECS, make_base, make_examples

from practicum.errors import SetupError
from practicum.training.lora import train_adapter
from practicum.training.training_options import TrainingOptions
from practicum.training.training_record import TrainingProgress, TrainingRecord

pytestmark = [
    pytest.mark.slow,
    # Raised inside torch as it is imported; nothing here calls what they warn of.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    # Raised inside peft as it wraps a model.
    pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning"),
]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_base(tmp_path_factory.mktemp("bases") / "tiny")


def train(base: Path, out: Path, **options: Any) -> tuple[TrainingRecord, list[TrainingProgress]]:
    seen: list[TrainingProgress] = []
    chosen = TrainingOptions(**{"learning_rate": 1e-2, **options})
    record = train_adapter(make_examples(), SPECS, base, out, chosen, base_name=str(base), watch=seen.append)
    return record, seen


@pytest.fixture(scope="module")
def trained(base: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[TrainingProgress]]:
    out = tmp_path_factory.mktemp("homes") / "adapter"
    return out, train(base, out, epochs=6)[1]


def test_the_loss_falls(trained: tuple[Path, list[TrainingProgress]]) -> None:
    _, seen = trained
    losses = [progress.loss for progress in seen if progress.loss is not None]
    assert len(losses) == 18
    assert losses[-1] < losses[0] * 0.7


def test_progress_counts_every_step(trained: tuple[Path, list[TrainingProgress]]) -> None:
    _, seen = trained
    assert [progress.step for progress in seen] == list(range(19))
    assert {progress.steps for progress in seen} == {18}
    assert seen[-1].seconds_left == 0
    assert min(progress.tokens_per_second for progress in seen[1:]) > 0


def test_the_folder_holds_an_adapter_in_pefts_form_and_nothing_else(
    base: Path, trained: tuple[Path, list[TrainingProgress]]
) -> None:
    out, _ = trained
    names = {path.name for path in out.iterdir()}
    assert names == {"adapter_config.json", "adapter_model.safetensors", "training.json"}
    config = json.loads((out / "adapter_config.json").read_text("utf-8"))
    assert config["base_model_name_or_path"] == str(base)
    assert (config["r"], config["lora_alpha"]) == (16, 32)


def test_the_record_says_where_the_adapter_comes_from(
    base: Path, trained: tuple[Path, list[TrainingProgress]]
) -> None:
    record = TrainingRecord.read(trained[0])
    assert (record.examples, record.by_tool) == (24, {"weather": 24})
    assert record.by_origin == {"rephrased": 8, "trial": 16}
    assert record.base == str(base)
    assert record.schema_hashes == {"weather": SPECS["weather"].schema_hash}
    assert set(record.versions) == {"torch", "transformers", "peft", "trl"}
    assert (record.steps, record.options.schedule, record.options.alpha) == (18, "linear", 32)
    assert record.targets == "spans"
    assert record.tokens > 24 * 6 * 100
    assert record.seconds > 0


def test_a_trained_adapter_serves(trained: tuple[Path, list[TrainingProgress]]) -> None:
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    out, _ = trained
    source = json.loads((out / "adapter_config.json").read_text("utf-8"))["base_model_name_or_path"]
    model: Any = AutoModelForCausalLM.from_pretrained(source)
    ids = torch.arange(40)[None]
    before = model(ids).logits
    after = PeftModel.from_pretrained(model, str(out))(ids).logits
    assert not torch.allclose(before, after, atol=1e-2)


def test_the_same_again_is_not_trained_again(
    base: Path, trained: tuple[Path, list[TrainingProgress]]
) -> None:
    out, _ = trained
    record, seen = train(base, out, epochs=6)
    assert seen == []
    assert record == TrainingRecord.read(out)


def test_another_adapter_is_not_overwritten(base: Path, trained: tuple[Path, list[TrainingProgress]]) -> None:
    with pytest.raises(SetupError, match="holds an adapter of other data"):
        train(base, trained[0], epochs=6, seed=1)


def test_another_adapter_is_overwritten_where_that_is_asked_for(base: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    train(base, out, epochs=1)
    options = TrainingOptions(epochs=1, rank=4)
    train_adapter(make_examples(), SPECS, base, out, options, base_name=str(base), overwrite=True)
    assert TrainingRecord.read(out).options.rank == 4


def test_a_record_that_can_not_be_read_is_the_users_to_remove(base: Path, tmp_path: Path) -> None:
    (tmp_path / "training.json").write_text("{}", "utf-8")
    with pytest.raises(SetupError, match=r"training\.json that can't be read"):
        train(base, tmp_path)


def test_the_seed_and_the_data_decide_the_weights(base: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file

    weights = []
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        train(base, tmp_path / name, epochs=1, seed=seed)
        weights.append(load_file(tmp_path / name / "adapter_model.safetensors"))
    first, same, other = weights
    assert all((first[key] == same[key]).all() for key in first)
    assert any((first[key] != other[key]).any() for key in first)


def test_too_few_examples_are_refused_with_their_number(base: Path, tmp_path: Path) -> None:
    given = [*make_examples(9), make_examples(10)[9].model_copy(update={"split": "test"})]
    with pytest.raises(SetupError, match=r"there are 9 examples .*1 not in the training split") as refused:
        train_adapter(given, SPECS, base, tmp_path / "out", TrainingOptions(), base_name=str(base))
    assert "practicum explore" in refused.value.fix


def test_what_is_too_long_is_left_out_and_counted(base: Path, tmp_path: Path) -> None:
    long = [one.model_copy(update={"query": "x" * 3000, "id": f"long{one.id}"}) for one in make_examples(2)]
    record = train_adapter(
        [*make_examples(12), *long], SPECS, base, tmp_path / "out", TrainingOptions(epochs=1), base_name="b"
    )
    assert (record.examples, record.left_out) == (12, {"longer than max_length": 2})


def test_a_base_without_a_chat_template_is_refused_unless_it_is_the_embedded_one(tmp_path: Path) -> None:
    base = make_base(tmp_path / "plain", chat_template=None)
    with pytest.raises(SetupError, match="has no chat template"):
        train(base, tmp_path / "out")
    record = train_adapter(
        make_examples(), SPECS, base, tmp_path / "out", TrainingOptions(epochs=1), base_name="local"
    )
    assert record.base == "local"


@pytest.mark.parametrize("template", ["{% for x in %}", "{{ raise_exception('no') }}", "{{ 1 + 'a' }}"])
def test_a_base_whose_chat_template_fails_is_refused(template: str, tmp_path: Path) -> None:
    base = make_base(tmp_path / "failing", chat_template=template)
    with pytest.raises(SetupError, match=r"the chat template of .* can't be used"):
        train(base, tmp_path / "out")


def test_an_adapter_is_no_base(trained: tuple[Path, list[TrainingProgress]], tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="adapter"):
        train(trained[0], tmp_path / "out")


def test_a_base_without_weights_is_refused(base: Path, tmp_path: Path) -> None:
    for path in base.glob("*.json"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "chat_template.jinja").write_bytes((base / "chat_template.jinja").read_bytes())
    with pytest.raises(SetupError, match="can't be loaded"):
        train(tmp_path, tmp_path / "out")


def test_a_folder_with_something_else_is_left_alone(base: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", "utf-8")
    with pytest.raises(SetupError, match="holds something else"):
        train(base, tmp_path)
    assert (tmp_path / "thesis.txt").read_text("utf-8") == "years of work"


def test_a_diverging_loss_ends_the_training(base: Path, tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="diverged") as refused:
        train(base, tmp_path / "out", epochs=20, learning_rate=1e30)
    assert "--learning-rate" in refused.value.fix
    assert not (tmp_path / "out" / "training.json").exists()


def test_too_little_memory_says_what_to_lower() -> None:
    from practicum.training.lora_base import enough_memory

    with (
        pytest.raises(SetupError, match="16 examples at once") as refused,
        enough_memory(TrainingOptions(batch_size=16)),
    ):
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 99 bytes")
    assert "--batch to 8" in refused.value.fix
    with pytest.raises(RuntimeError, match="shapes"), enough_memory(TrainingOptions()):
        raise RuntimeError("shapes differ")


def test_of_several_templates_the_default_and_the_one_for_tools_are_used(tmp_path: Path) -> None:
    from langchain_core.messages import HumanMessage
    from training_lora_parts import CHATML
    from transformers import AutoTokenizer

    from practicum.models.transformers_engine import TransformersEngine
    from practicum.training.lora_base import spoken_to

    folder = make_base(tmp_path / "base")
    tokenizer: Any = AutoTokenizer.from_pretrained(folder)
    listing = "{% for t in tools %}<{{ t.function.name }}>{% endfor %}"
    tokenizer.chat_template = {"default": CHATML, "tool_use": listing + CHATML}
    tokenizer.save_pretrained(folder)
    spoken = spoken_to(str(folder), "base")
    assert spoken.turn_end == "<|im_end|>"
    said = "<|im_start|>user\nHello?<|im_end|>\n<|im_start|>assistant\n"
    tools = [{"type": "function", "function": {"name": "add"}}]
    engine = TransformersEngine(str(folder))
    for render in (spoken.render, engine.render):
        assert render([HumanMessage("Hello?")], []) == said
        assert render([HumanMessage("Hello?")], tools) == f"<add>{said}"
    tokenizer.chat_template = {"rag": CHATML}
    tokenizer.save_pretrained(tmp_path / "other")
    with pytest.raises(SetupError, match="no chat template"):
        spoken_to(str(tmp_path / "other"), "other")


def test_other_architectures_are_trained_in_padded_batches(tmp_path: Path) -> None:
    from training_lora_parts import make_padded_base

    record, seen = train(make_padded_base(tmp_path / "base"), tmp_path / "out", epochs=6)
    losses = [progress.loss for progress in seen if progress.loss is not None]
    assert losses[-1] < losses[0]
    assert record.steps == 18
