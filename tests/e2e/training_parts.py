"""Homes to train from, and how the tests train."""

from __future__ import annotations

from pathlib import Path

from cli_parts import exploring, only_json, practicum, with_tools
from tiny_models import need, write_llama

CHATML = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
QUERIES = [
    (f"Please add {number} apples and {3 * number} pears", number, 3 * number) for number in range(2, 26)
]
NOTE = '"lessons": [{"text": "Both are whole numbers.", "trials": [1]}]'
OPTIONS = ["--no-answers", "--base", "local:base", "--tools", "tools.py", "--home", "home", "--epochs", "1"]


def practise(folder: Path) -> Path:
    """Fill a folder with a tiny base and a home of 24 solved trials and a note."""
    need("torch", "transformers", "peft", "trl")
    made = with_tools(folder, QUERIES)
    script = made / "script.jsonl"
    script.write_text(script.read_text().replace('"lessons": []', NOTE, 1))
    write_llama(made / "base", chat_template=CHATML, hidden_size=64, intermediate_size=128)  # 4 bits take 64
    only_json(practicum(*exploring(made, "--episodes", "24", "--trials", "1", "--json"), cwd=made))
    return made
