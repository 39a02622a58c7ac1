"""`practicum train` with a tiny base, in its own process."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from cli_parts import check_refused, exploring, only_json, practicum, start, with_tools
from tiny_models import MARKS, need, write_llama

pytestmark = MARKS
CHATML = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
QUERIES = [
    (f"Please add {number} apples and {3 * number} pears", number, 3 * number) for number in range(2, 26)
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a tiny base and a home of 24 solved trials."""
    need("torch", "transformers", "peft", "trl")
    write_llama(tmp_path / "base", chat_template=CHATML)
    explored = exploring(with_tools(tmp_path, QUERIES), "--episodes", "24", "--trials", "1", "--json")
    only_json(practicum(*explored, cwd=tmp_path))
    return tmp_path


def test_an_adapter_is_trained_registered_and_merged_by_one_command(folder: Path) -> None:
    options = [
        "--no-answers",
        "--base",
        "local:base",
        "--tools",
        "tools.py",
        "--home",
        "home",
        "--epochs",
        "1",
    ]
    trained = practicum("train", *options, "--merge", "merged", cwd=folder)
    assert trained.returncode == 0, trained.stderr
    assert trained.stdout.startswith("lora@1: ")
    assert (folder / "merged" / "config.json").is_file()
    shown = only_json(practicum("status", "--home", "home", "--json", cwd=folder))
    assert [each["name"] for each in shown["candidates"]] == ["lora@1"]
    again = practicum("train", *options, "--merge", "merged", cwd=folder)
    check_refused(again, "merged is there already", "another place")
    later = practicum("train", "--adapter", "lora@1", "--home", "home", "--merge", "later", cwd=folder)
    assert (later.returncode, later.stdout) == (0, "lora@1 and its base: later\n"), later.stderr
    first, second = ((folder / name / "model.safetensors").read_bytes() for name in ("merged", "later"))
    assert first == second


@pytest.mark.parametrize(
    ("options", "message", "fix"),
    [
        (["--base", "nowhere"], "nowhere", ""),
        (["--tool", "subtract"], "there is no tool called 'subtract'", "practicum tools"),
        (["--targets", "guesses"], "--targets can't be 'guesses'", "--targets spans"),
        (["--precision", "float16"], "--precision can't be 'float16'", "--precision float32"),
        (["--general", "absent.jsonl"], "absent.jsonl", "can be read"),
        (["--from", "lora@7"], "no adapter 'lora@7'", "practicum status"),
        (["--adapter", "lora@7", "--merge", "out"], "no adapter 'lora@7'", "practicum status"),
        (["--gguf", "out.gguf"], "--gguf is for the embedded base", "--merge"),
    ],
)
def test_what_cannot_be_trained_is_refused_with_what_to_do(
    folder: Path, options: list[str], message: str, fix: str
) -> None:
    given = ["--base", "base", "--tools", "tools.py", "--home", "home", "--epochs", "1", *options]
    check_refused(practicum("train", *given, cwd=folder), message, fix)


def test_processes_started_together_train_and_register_one_adapter(folder: Path) -> None:
    """Two processes over gloo, as ``accelerate launch`` starts them: one holds the home and speaks."""
    options = ["--no-answers", "--base", "base", "--tools", "tools.py", "--home", "home", "--epochs", "1"]
    port = str(20_000 + os.getpid() % 20_000)
    shared = {
        "WORLD_SIZE": "2",
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": port,
        "ACCELERATE_USE_CPU": "true",
    }
    both = [start("train", *options, cwd=folder, RANK=n, LOCAL_RANK=n, **shared) for n in ("0", "1")]
    (first, told), (second, more) = [each.communicate(timeout=240) for each in both]
    assert [each.returncode for each in both] == [0, 0], told + more
    assert first.startswith("lora@1: ")
    assert second == ""
    shown = only_json(practicum("status", "--home", "home", "--json", cwd=folder))
    assert [each["name"] for each in shown["candidates"]] == ["lora@1"]
