"""An OpenAI-compatible server that nobody here wrote, over HTTP through langchain-openai."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from aimock_server import Aimock, Fixture, aimock, an_object, call, connected, on, refusal, text
from cli_parts import journal_rows, only_json, practicum, write_lines
from langchain_core.messages import AIMessageChunk, HumanMessage

import practicum as package
from practicum.errors import ProviderError, SetupError
from practicum.models.caller import ModelCaller
from practicum.records import JsonObject
from practicum.tools.sources import load_tools

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]

QUERIES = ("How many pounds are 70 kg?", "Convert 3 miles to kilometres, please")
KG_TO_LB = {"value": 70, "from_unit": "kg", "to_unit": "lb"}
CALLS = (
    call("convert_units", **KG_TO_LB),
    call("convert_units", value=3, from_unit="mile", to_unit="km"),
)
ANSWERS = ("70 kg are 154.32 lb.", "3 miles are 4.83 km.")
ASK = [HumanMessage("Anything new?")]
SCHEMA: JsonObject = {
    "title": "Verdict",
    "description": "Whether it is.",
    "type": "object",
    "properties": {"solved": {"type": "boolean"}},
    "required": ["solved"],
    "additionalProperties": False,
}


def answered(query: str, called: dict[str, Any], answer: str) -> list[Fixture]:
    """The query is answered by a call, then by a text once there is a result."""
    return [on(query, called, hasToolResult=False), on(query, text(answer), hasToolResult=True)]


def practised() -> list[Fixture]:
    """Two trials of one episode: imagined, called, answered, judged, summed up."""
    asked: dict[str, Any] = {"responseFormat": "json_schema"}
    lesson = {"parameter": "to_unit", "text": "Units are written as symbols.", "trials": [1]}
    imagined = [
        on("You imagine", an_object(query=query), sequenceIndex=index, **asked)
        for index, query in enumerate(QUERIES)
    ]
    attempts = [
        fixture
        for query, called, answer in zip(QUERIES, CALLS, ANSWERS, strict=True)
        for fixture in answered(query, called, answer)
    ]
    judged = on("judge it strictly", an_object(100, 400, reason="As asked.", solved=True), **asked)
    summed_up = on("You practised", an_object(lessons=[lesson]), **asked)
    return [*imagined, judged, summed_up, *attempts]


def explore(server: Aimock, folder: Path, *more: str) -> Any:
    return practicum(
        *("explore", "--tools", "almanac:units", "--tool", "convert_units", "--model", server.spec),
        *("--episodes", "1", "--trials", "2", "--home", "home", *more),
        cwd=folder,
    )


def test_exploring_asks_for_objects_and_calls_and_reads_them(tmp_path: Path) -> None:
    with aimock(tmp_path, practised()) as server:
        figures = only_json(explore(server, tmp_path, "--json"))
        asked = server.asked
    assert (figures["all"]["trials"], figures["all"]["solved"]) == (2, 2)
    assert {body["model"] for body in asked} == {"mocked"}
    titles = [body["response_format"]["json_schema"]["name"] for body in asked if body.get("response_format")]
    assert titles == ["ImaginedQuery", "Reflection", "ImaginedQuery", "Reflection", *titles[4:]]
    assert len(titles) == 5
    attempts = [body for body in asked if body.get("tools")]
    assert [body["tools"][0]["function"]["name"] for body in attempts] == ["convert_units"] * 4
    assert [body.get("tool_choice") for body in attempts[:2]] == ["required", "auto"]
    last = attempts[1]["messages"][-1]
    assert last["role"] == "tool"
    assert "154.3" in last["content"]
    assert QUERIES[0] in str(attempts[2]["messages"][:-1]), "short-term memory holds the first trial"
    notes = journal_rows(tmp_path / "home", "SELECT body FROM notes")
    assert any("Units are written as symbols." in body for (body,) in notes)


def test_money_is_counted_by_the_servers_usage_and_a_bound_is_sent(tmp_path: Path) -> None:
    with aimock(tmp_path, practised()) as server:
        done = explore(server, tmp_path, "--max-cost", "1", "--price", "1/10")
        bounds = {body.get("max_completion_tokens") for body in server.asked}
    assert done.returncode == 0, done.stderr
    assert bounds == {2048}
    assert "spent $0.00" in done.stderr
    assert "of $1.00" in done.stderr
    stats = only_json(
        practicum("memory", "stats", "--home", "home", "--price", "1/10", "--json", cwd=tmp_path)
    )
    assert stats["per_solved"]["all"]["solved"] == 2
    assert 0 < stats["per_solved"]["all"]["dollars"] < 0.01


def test_a_spent_budget_ends_before_the_call_that_could_exceed_it_and_keeps_what_was_done(
    tmp_path: Path,
) -> None:
    with aimock(tmp_path, practised()) as server:
        # Each call could cost 0.21 dollars, nearly all of it for the reply. The first reflection costs 0.04.
        first = explore(server, tmp_path, "--max-cost", "0.25", "--price", "1/100")
        made = len(server.journal)
        again = explore(server, tmp_path, "--max-cost", "1", "--price", "1/100", "--json")
        in_all = len(server.journal)
    error, fix = first.stderr.splitlines()[-2:]
    assert first.returncode == 2
    assert "$0.2500 can't pay for the next call" in error
    assert error.endswith("everything done so far is kept: 1 of 2 trials")
    assert "--max-cost" in fix
    assert only_json(again)["all"]["trials"] == 2
    assert (made, in_all) == (4, 9), "nothing that was paid for is asked for again"


def test_measuring_is_paid_for_within_its_limit(tmp_path: Path) -> None:
    item = {"id": "a", "query": QUERIES[0], "expected": [{"name": "convert_units", "arguments": KG_TO_LB}]}
    write_lines(tmp_path / "items.jsonl", [item])
    measure = ("evaluate", "--data", "items.jsonl", "--tools", "almanac:units", "--with", "base")
    with aimock(tmp_path, answered(QUERIES[0], CALLS[0], ANSWERS[0])) as server:
        paid = (*measure, "--model", server.spec, "--price", "1/100", "--home", "home", "--max-cost")
        poor = practicum(*paid, "0.1", cwd=tmp_path)
        assert server.journal == []
        done = practicum(*paid, "1", "--json", cwd=tmp_path)
        assert server.asked[0]["max_completion_tokens"] == 2048
    assert poor.returncode == 2
    assert "$0.1000 can't pay for the next call" in poor.stderr
    assert only_json(done)["arms"][0]["strict"]["correct"]["k"] == 1
    assert "of $1.00" in done.stderr


async def test_the_servers_rate_limit_is_waited_for_and_its_failures_are_tried_again(
    tmp_path: Path,
) -> None:
    fixtures = [
        on("new", refusal(429, "Slow down.", retryAfter=7), sequenceIndex=0),
        on("new", refusal(500, "Out of order."), sequenceIndex=1),
        on("new", text("Nothing.")),
    ]
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    async with connected(tmp_path, fixtures) as (server, chat):
        model = ModelCaller(chat, name=server.spec, sleep=sleep)
        assert (await model.call(ASK)).text == "Nothing."
        assert server.statuses == [429, 500, 200]
    assert 7 <= waited[0] <= 8.75
    assert waited[1] <= 2


async def test_a_server_that_stays_out_of_order_breaks_the_trial_and_a_key_it_refuses_is_the_users(
    tmp_path: Path,
) -> None:
    fixtures = [
        on("new", refusal(500, "Out of order.")),
        on("key", refusal(401, "No such key.")),
    ]
    async with connected(tmp_path, fixtures) as (server, chat):
        model = ModelCaller(chat, name=server.spec, longest_wait_s=0, attempts=2)
        with pytest.raises(ProviderError, match="Out of order"):
            await model.call(ASK)
        with pytest.raises(SetupError, match="No such key"):
            await model.call([HumanMessage("Is my key right?")])
        assert server.statuses == [500, 500, 401]


async def test_an_object_that_does_not_fit_is_asked_for_again_with_what_was_wrong(tmp_path: Path) -> None:
    fixtures = [on("new", text('{"solved": "perhaps"}')), on("solved", an_object(solved=True))]
    async with connected(tmp_path, fixtures) as (server, chat):
        model = ModelCaller(chat, name=server.spec, longest_wait_s=0)
        reply = await model.ask(ASK, SCHEMA)
        assert reply.structured == {"solved": True}
        assert (reply.usage.model_calls, reply.usage.prompt_tokens) == (2, 200)
        assert "perhaps" in str(server.asked[1]["messages"])


def test_the_agent_calls_its_tool_and_answers_by_what_it_returned(tmp_path: Path) -> None:
    with aimock(tmp_path, answered(QUERIES[0], CALLS[0], ANSWERS[0])) as server:
        asked = ("ask", "--tools", "almanac:units", "--model", server.spec, "--home", "home")
        done = practicum(*asked, QUERIES[0], cwd=tmp_path)
        bodies = server.asked
    assert done.returncode == 0, done.stderr
    assert ANSWERS[0] in done.stdout
    assert len(bodies) == 2
    assert len(bodies[0]["tools"]) == 6
    assert bodies[1]["messages"][-1]["role"] == "tool"


async def test_the_agent_streams_its_calls_and_its_answer(tmp_path: Path) -> None:
    fixtures = answered(QUERIES[0], CALLS[0], ANSWERS[0])
    async with connected(tmp_path, fixtures, "--chunk-size", "4") as (server, chat):
        practice = package.open(tmp_path / "home", embedder="hashing")
        agent = practice.agent(chat, load_tools(["almanac:units"]))
        asked = {"messages": [HumanMessage(QUERIES[0])]}
        chunks = [message async for message, _ in agent.astream(asked, stream_mode="messages")]
        practice.close()
        assert [body.get("stream") for body in server.asked] == [True, True]
    parts = [each.text for each in chunks if isinstance(each, AIMessageChunk) and each.text]
    assert "".join(parts) == ANSWERS[0]
    assert len(parts) > 3
    assert any(each.tool_call_chunks for each in chunks if isinstance(each, AIMessageChunk))
