"""Nobody is queued: as many calls of the model go on at once as there may be requests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage
from meeting_model import MeetingModel
from service_parts import add
from turn_parts import called, made_turn

import practicum
from practicum.cli import wiring
from practicum.cli.opening import open_agent
from practicum.hostile import Blanking
from practicum.models.caller import CALLS_AT_ONCE
from practicum.models.scripted import ScriptedReply
from practicum.records import Turn

MANY = CALLS_AT_ONCE + 8


def opened_as(model: BaseChatModel) -> Callable[[str | None], tuple[BaseChatModel, str]]:
    return lambda _: (model, "meeting")


async def test_the_agent_that_serves_asks_its_model_as_often_at_once_as_it_is_opened_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = MeetingModel(party=MANY, replies=(ScriptedReply(content="Hello."),) * MANY)
    monkeypatch.setattr(wiring, "open_model", opened_as(model))
    with open_agent(["almanac:everyday"], None, "base", "hashing", tmp_path, concurrency=MANY) as opened:
        asked = [opened.agent.ainvoke({"messages": [HumanMessage("Hi")]}) for _ in range(MANY)]
        runs = await asyncio.gather(*asked)
    assert [run["messages"][-1].text for run in runs] == ["Hello."] * MANY


async def test_an_agent_in_python_is_asked_as_often_at_once_as_is_said(tmp_path: Path) -> None:
    model = MeetingModel(party=MANY, replies=(ScriptedReply(content="Hello."),) * MANY)
    with practicum.open(tmp_path, embedder="hashing") as practice:
        agent = practice.agent(model, [add], concurrency=MANY)
        runs = await asyncio.gather(*(agent.ainvoke({"messages": [HumanMessage("Hi")]}) for _ in range(MANY)))
    assert len(runs) == MANY


async def test_turns_are_judged_as_many_at_once_as_is_said(tmp_path: Path) -> None:
    reply = ScriptedReply(structured={"reason": "as asked", "solved": True})
    with practicum.open(tmp_path, embedder="hashing") as practice:
        log = practice.home.turn_log()
        for a in range(MANY):
            made = made_turn(
                id=f"service-{a}", after=str(a), query=f"{a} plus {a * 7}?", steps=(called(a, a * 7),)
            )
            log.keep(partial(_as_it_is, made))
        log.close()
        model = MeetingModel(party=MANY, replies=(reply,) * MANY)
        result = await practice.reflect(model, concurrency=MANY)
    assert result.judged == MANY


def _as_it_is(turn: Turn, _: Blanking) -> Turn:
    return turn
