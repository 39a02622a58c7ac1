"""AgentDojo's tools as a tool source."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from practicum.errors import SetupError
from practicum.records import ErrorKind, ToolCall
from practicum.tools.effects import Effect
from practicum.tools.executor import Executor
from practicum.tools.policy import may_run
from practicum.tools.sources import load_tools
from practicum.tools.suites.agentdojo import agentdojo_tools
from practicum.tools.suites.agentdojo_package import SUITES, open_suite
from practicum.tools.suites.agentdojo_reading import READING

pytest.importorskip("agentdojo", reason="AgentDojo is not installed: run `make suites`")


def test_the_four_suites_have_69_distinct_tools() -> None:
    tools = {name: agentdojo_tools(name) for name in SUITES}
    assert {name: len(each) for name, each in tools.items()} == {
        "banking": 11,
        "slack": 11,
        "travel": 28,
        "workspace": 24,
    }
    assert len({tool.name for each in tools.values() for tool in each}) == 69


def test_a_model_is_not_shown_what_the_runtime_fills_in() -> None:
    catalog = load_tools(["agentdojo:banking"])
    assert list(catalog.tool("get_balance").spec.properties) == []
    send = catalog.tool("send_money").spec
    assert send.required == {"recipient", "amount", "subject", "date"}
    assert send.properties["recipient"]["description"] == "IBAN of the recipient"


def test_an_enumeration_is_in_the_schema_and_not_behind_a_reference() -> None:
    share = load_tools(["agentdojo:workspace"]).tool("share_file").spec
    assert share.properties["permission"]["enum"] == ["r", "rw"]


def test_all_tools_may_run_while_exploring_and_say_why() -> None:
    for suite in SUITES:
        tools = agentdojo_tools(suite)
        assert len(tools) > 10
        for tool in tools:
            assert may_run(tool, ()), tool
            assert tool.effect is (Effect.READ_ONLY if tool.name in READING else Effect.REVERSIBLE)
            assert tool.effect_reason


def test_every_tool_that_is_said_to_read_is_a_tool() -> None:
    assert {tool.name for suite in SUITES for tool in agentdojo_tools(suite)} >= READING


async def test_an_episode_sees_its_own_changes_and_the_next_one_does_not() -> None:
    tools = agentdojo_tools("banking")
    sandbox, executor = tools[0].sandbox, Executor(tools)
    assert sandbox is not None
    change = ToolCall(name="update_user_info", arguments={"city": "Utrecht"})
    with sandbox.episode(1) as state:
        assert (await executor.execute(change)).ok
        assert state.user_account.city == "Utrecht"
    with sandbox.episode(1) as state:
        assert state.user_account.city != "Utrecht"


async def test_what_a_tool_raises_is_an_observation() -> None:
    tools = agentdojo_tools("slack")
    assert tools[0].sandbox is not None
    with tools[0].sandbox.episode(0):
        call = ToolCall(name="read_inbox", arguments={"user": "Nobody"})
        observation = await Executor(tools).execute(call)
    assert observation.error is ErrorKind.RAISED
    assert "Nobody not found" in observation.text


async def test_results_are_written_as_the_benchmark_writes_them() -> None:
    tools = agentdojo_tools("banking")
    assert tools[0].sandbox is not None
    with tools[0].sandbox.episode(0):
        listed = await Executor(tools).execute(
            ToolCall(name="get_most_recent_transactions", arguments={"n": 1})
        )
    assert "- amount: " in listed.text  # YAML


@pytest.mark.parametrize("source", ["agentdojo", "agentdojo:", "agentdojo:bank"])
def test_a_suite_that_is_not_there_is_refused_with_those_that_are(source: str) -> None:
    with pytest.raises(SetupError) as refused:
        load_tools([source])
    assert "agentdojo:workspace" in refused.value.fix


def test_the_package_is_imported_without_the_sdks_of_providers() -> None:
    code = """
import sys
from practicum.tools.suites.agentdojo import agentdojo_tools
agentdojo_tools("workspace")
sdks = {"anthropic", "cohere", "google.genai", "openai", "torch", "transformers"} & set(sys.modules)
assert not sdks, sdks
assert "agentdojo.agent_pipeline" not in sys.modules  # what stood in for it is gone
print("done")
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "done\n"


def test_a_missing_package_is_an_error_that_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def find_nothing(name: str) -> Any:
        del name

    monkeypatch.setattr("importlib.util.find_spec", find_nothing)
    with pytest.raises(SetupError) as missing:
        open_suite("banking")
    assert "make suites" in missing.value.fix
    # What it needs is named as well: `--no-deps` leaves that out.
    assert "agentdojo deepdiff orderly-set docstring-parser email-validator" in missing.value.fix
