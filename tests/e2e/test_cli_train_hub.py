"""A base that is named by its id on a hub: trained, merged and asked; the hub is a local one."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_parts import check_refused, installed, only_json, write_lines
from hub_server import hub
from tiny_models import MARKS
from training_parts import practise

from practicum.memory_store.journal import Journal

# Not forked: the hub's client reads its settings when it is imported.
pytestmark = [*MARKS, pytest.mark.enable_socket]


def test_a_base_on_a_hub_is_downloaded_once_trained_merged_and_asked(tmp_path: Path) -> None:
    made = practise(tmp_path)
    base = (made / "base").rename(tmp_path / "served")
    options = [
        "--no-answers",
        "--base",
        "tiny/llama",
        "--tools",
        "tools.py",
        "--home",
        "home",
        "--epochs",
        "1",
    ]
    with hub(tiny__llama=base) as server:
        online = {"HF_ENDPOINT": server.url, "HF_HOME": str(tmp_path / "hub"), "HF_HUB_OFFLINE": "0"}
        done = installed("train", *options, "--merge", "merged", cwd=made, **online)
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith("lora@1: ")
        assert server.sent.count("tiny/llama/model.safetensors") == 1
        absent = installed("train", *options, "--base", "tiny/nothing", cwd=made, **online)
        check_refused(absent, "tiny/nothing", "hub id")
        with Journal.open(made / "home" / "journal.sqlite", write=False) as journal:
            assert [each.training["base"] for each in journal.adapters()] == ["tiny/llama"]
        item = {
            "id": "sum",
            "query": "How much is 101 plus 101?",
            "expected": [{"name": "add", "arguments": {"a": 101, "b": 101}}],
        }
        write_lines(made / "items.jsonl", [item])
        given = [
            "--data",
            "items.jsonl",
            "--tools",
            "tools.py",
            "--model",
            "local:tiny/llama",
            "--home",
            "home",
        ]
        found = only_json(installed("evaluate", *given, "--with", "base,lora", "--json", cwd=made, **online))
        assert [each["broken"] for each in found["arms"]] == [0, 0]
        assert server.sent.count("tiny/llama/model.safetensors") == 1
