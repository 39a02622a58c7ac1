"""The graphs of langgraph.json under LangGraph's own server, driven by its own client."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from cli_parts import (
    QUERIES,
    calls_made,
    journal_rows,
    only_json,
    practicum,
    write_script,
    write_tools,
)
from langgraph_sdk import get_client
from langgraph_sdk.client import LangGraphClient
from langgraph_server import langgraph_dev
from langsmith_stub import LangSmith, langsmith

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]
QUERY, OTHER = QUERIES[2][0], QUERIES[3][0]  # the others are explored
CHECKED = {"when": "Dry run", "content": "Nothing was executed."}
EPISODE = {"id": "an-episode", "tool": "add", "number": 1, "trials": 2, "seed": 0}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tools of which nothing is known, and a script."""
    made = tmp_path_factory.mktemp("served")
    tools = write_tools(made)
    tools.write_text(tools.read_text().replace("@practicum.read_only\n", ""))
    with write_script(made).open("a") as script:
        for reply in ({"when": "did not approve", "content": "I did not."}, *[CHECKED] * 2):
            script.write(f"{json.dumps(reply)}\n")
    return made


@pytest.fixture(scope="module")
def traces() -> Iterator[LangSmith]:
    with langsmith() as service:
        yield service


@pytest.fixture(scope="module")
def served(folder: Path, traces: LangSmith) -> Iterator[str]:
    settings = {
        "PRACTICUM_TOOLS": str(folder / "tools.py"),
        "PRACTICUM_MODEL": f"scripted:{folder / 'script.jsonl'}",
        "PRACTICUM_HOME": str(folder / "home"),
        **traces.environment,
    }
    with langgraph_dev(folder, **settings) as url:
        yield url


@pytest.fixture
async def client(served: str) -> AsyncIterator[LangGraphClient]:
    async with get_client(url=served) as connected:
        yield connected


async def asked(client: LangGraphClient, query: str) -> tuple[str, list[Any]]:
    """A new thread, and the parts of the stream that it answers this with."""
    thread = (await client.threads.create())["thread_id"]
    given: Any = {"messages": [{"role": "user", "content": query}]}
    stream = client.runs.stream(thread, "agent", input=given, stream_mode=["updates", "messages-tuple"])
    return thread, [part async for part in stream]


async def test_a_thread_streams_waits_for_a_person_and_goes_on_with_the_answer(
    client: LangGraphClient, folder: Path
) -> None:
    assert {each["graph_id"] for each in await client.assistants.search()} == {"agent", "explore"}
    thread, parts = await asked(client, QUERY)
    steps = [name for part in parts if part.event == "updates" for name in part.data]
    assert steps == ["recall", "decide", "__interrupt__"]
    assert any(part.event == "messages" for part in parts)
    state = await client.threads.get_state(thread)
    (waiting,) = (found for task in state["tasks"] for found in task["interrupts"])
    assert waiting["value"]["tool"] == "add"
    assert waiting["value"]["arguments"] == {"a": 250, "b": 1250}
    assert waiting["value"]["effect"] == "unknown"
    assert calls_made(folder) == []
    ended: Any = await client.runs.wait(thread, "agent", command={"resume": {"approved": True}})
    assert ended["messages"][-1]["content"] == "It is 1500."
    assert calls_made(folder) == ["250+1250"]
    kept: Any = (await client.threads.get_state(thread))["values"]
    assert [message["type"] for message in kept["messages"]] == ["human", "ai", "tool", "ai"]


async def test_a_call_that_a_person_turns_down_is_not_made(client: LangGraphClient, folder: Path) -> None:
    before = calls_made(folder)
    thread, _ = await asked(client, OTHER)
    answer: Any = {"approved": False, "reason": "not now"}
    ended: Any = await client.runs.wait(thread, "agent", command={"resume": answer})
    assert ended["messages"][-1]["content"] == "I did not."
    assert "not now" in ended["messages"][-2]["content"]
    assert calls_made(folder) == before


async def test_an_episode_is_explored_and_the_home_is_free_again_after_it(
    client: LangGraphClient, folder: Path, traces: LangSmith
) -> None:
    thread = (await client.threads.create())["thread_id"]
    given: Any = {"episode": EPISODE}
    ended: Any = await client.runs.wait(thread, "explore", input=given)
    assert len(ended["short_term"]) == EPISODE["trials"]
    outcomes = journal_rows(folder / "home", "SELECT outcome FROM trials")
    assert outcomes == [("unsolved",)] * 2  # a tool of unknown effect is not executed while exploring
    drawn: Any = await client.assistants.get_graph("explore")
    assert {"imagine", "attempt", "record"} <= {node["id"] for node in drawn["nodes"]}
    trial = ended["short_term"][0]["id"]  # the server lives, and another process writes
    rejected = practicum("memory", "reject", trial, "--home", folder / "home", "--json", cwd=folder)
    assert only_json(rejected)["verdict"] == "rejected"
    await traced(traces, "explore add")
    (episode,) = traces.named("explore add")
    trials = [run for run in traces.under(episode) if run["name"].startswith("trial ")]
    assert [run["extra"]["metadata"]["trial_id"] for run in trials] == [
        each["id"] for each in ended["short_term"]
    ]
    for trial in trials:
        steps = [run["name"] for run in traces.under(trial)]
        assert (steps[0], steps[-1]) == ("recall", "record")


async def traced(service: LangSmith, name: str) -> None:
    """Wait until a run of this name has been sent with its end; that goes on in the background."""
    async with asyncio.timeout(60):
        while not any(run.get("end_time") for run in service.named(name)):
            await asyncio.sleep(0.1)
