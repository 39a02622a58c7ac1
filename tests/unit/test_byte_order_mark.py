"""Files that people write are read with a byte order mark, too: editors of Windows write one."""

from __future__ import annotations

import codecs
import json
from pathlib import Path

from made_trials import made_trial

from practicum.memory_store.journal import Journal
from practicum.memory_store.transfer import export, import_
from practicum.models.scripted import ScriptedChatModel
from practicum.tools.effects import Effect
from practicum.tools.mcp import read_config
from practicum.tools.policy_file import load_policy
from practicum.tools.redaction_file import read_redaction

POLICY = '[tools.effects]\nadd = "read-only"\n[redaction]\npersonal = true\n'


def marked(file: Path, text: str) -> Path:
    file.write_bytes(codecs.BOM_UTF8 + text.encode())
    return file


def test_what_practicum_toml_says_is_read(tmp_path: Path) -> None:
    file = marked(tmp_path / "practicum.toml", POLICY)
    assert load_policy(file=file).effects["add"] is Effect.READ_ONLY
    assert read_redaction(file).personal


def test_mcp_servers_are_read(tmp_path: Path) -> None:
    file = marked(tmp_path / "servers.json", json.dumps({"mcpServers": {"one": {"command": "x"}}}))
    assert [server.name for server in read_config(file).servers] == ["one"]


def test_a_script_is_read(tmp_path: Path) -> None:
    assert ScriptedChatModel.from_file(marked(tmp_path / "script.jsonl", '{"content": "Yes."}\n')).left == 1


def test_an_export_is_read(tmp_path: Path) -> None:
    with Journal.open(tmp_path / "journal.sqlite", write=True) as journal:
        journal.record_trial(made_trial())
        export(journal, tmp_path / "out.jsonl")
    file = marked(tmp_path / "marked.jsonl", (tmp_path / "out.jsonl").read_text("utf-8"))
    with Journal.open(tmp_path / "other.sqlite", write=True) as other:
        import_(other, file)
        assert other.count_trials() == 1
