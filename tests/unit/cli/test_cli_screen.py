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


@pytest.mark.parametrize(
    "mark", ["\u200b", "\u200c", "\u200d", "\u2060", "\ufe0f", "\ufeff", "\u00ad", "\x00"]
)
def test_a_secret_is_found_whatever_parts_it(mark: str) -> None:
    assert redact(agent._seen(f"it is {SECRET[:9]}{mark}{SECRET[9:]}")) == "it is [redacted]"


PERSIAN = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
HEART = "\u2764\ufe0f"
MIXED = "\u05d0\u200f (a\u200e)"


@pytest.mark.parametrize("text", [PERSIAN, FAMILY, HEART, MIXED, "a\tb\nc"])
def test_marks_of_letters_and_parts_of_emoji_stay(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert redact(agent._seen(text)) == text
    console().print(text, markup=False)
    assert capsys.readouterr().out == f"{text.expandtabs()}\n"


@pytest.mark.parametrize("mark", ["\u200b", "\u202e", "\u2066", "\U000e0041", "\x9b", "\x1b", "\r"])
def test_what_turns_or_hides_text_is_not_printed(mark: str, capsys: pytest.CaptureFixture[str]) -> None:
    console().print(f"a{mark}b", markup=False)
    assert capsys.readouterr().out == "ab\n"
