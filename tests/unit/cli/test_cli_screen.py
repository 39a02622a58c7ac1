"""What a model or a tool says is printed as text: it does nothing to the terminal."""

from __future__ import annotations

import pytest
from langchain_core.messages import AIMessage, ToolMessage

from practicum.cli import agent
from practicum.cli.wiring import console
from practicum.hostile import redact

RETITLE = "\x1b]0;pwned\x07\x1b[2J\x9b31m"
SECRET = "ghp_" + "aB3dE6gH9jK2mN5pQ8rS1tU4vW7xY0zZ1234"


def test_a_text_and_a_cell_of_a_table_are_printed_without_escapes(capsys: pytest.CaptureFixture[str]) -> None:
    from rich.table import Table

    table = Table("name")
    table.add_row(f"{RETITLE}cell")
    console().print(f"{RETITLE}text\n", table, markup=False)
    printed = capsys.readouterr().out
    assert "text\n" in printed
    assert "cell" in printed
    assert not {"\x1b", "\x07", "\x9b"} & set(printed)


def test_what_parts_a_secret_is_left_out_before_the_secret_is_looked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    parted = f"{SECRET[:9]}\u200b{SECRET[9:]}"
    called = {"name": f"a{RETITLE}", "args": {"key": parted}, "id": "1"}
    agent._print_calls([AIMessage(content="", tool_calls=[called]), ToolMessage(RETITLE, tool_call_id="1")])
    printed = capsys.readouterr().err
    assert printed.startswith("-> a")
    assert "[redacted]" in printed
    assert SECRET not in printed.replace("\n", "")
    assert "\x1b" not in printed
    assert redact(agent._seen(parted)) == "[redacted]"
