"""What tools really say, and what attackers make them say: texts to measure the quarantine on."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from practicum.evaluation.held_out import almanac_items
from practicum.evaluation.suites.bfcl_checkers import new_world
from practicum.evaluation.suites.bfcl_multi import world_executor
from practicum.evaluation.suites.bfcl_suite import multi_turn
from practicum.evaluation.suites.dojo_suite import DojoSuite
from practicum.evaluation.suites.dojo_tasks import DojoTask, load_tasks
from practicum.records import ToolCall
from practicum.tools.executor import Executor
from practicum.tools.sources import load_tools
from practicum.tools.suites.agentdojo_package import SUITES

INJECTIONS = Path(__file__).parent.parent / "tests" / "unit" / "hostile" / "injections.jsonl"
BROKEN: tuple[dict[str, Any], ...] = ({}, {"value": "nonsense"})
"""Arguments that make a tool say what is wrong with them."""


def injections() -> list[dict[str, str]]:
    """Return the published kinds of injected instructions: ``kind``, ``source``, ``text``."""
    return [json.loads(line) for line in INJECTIONS.read_text("utf-8").splitlines()]


async def almanac_texts() -> AsyncIterator[str]:
    """Yield what the almanac's tools say to the queries with known calls, and to nonsense."""
    tools = load_tools(["almanac"])
    executor = Executor(tools.tools)
    calls = [call for item in almanac_items() for call in item.expected]
    calls += [
        ToolCall(name=name, arguments=dict(given)) for name in (t.name for t in tools) for given in BROKEN
    ]
    calls += [_spoiled(call) for call in calls if call.arguments]
    for call in calls:
        yield (await executor.execute(call)).text


async def bfcl_texts(most: int) -> AsyncIterator[str]:
    """Yield what BFCL's simulated classes say to the right calls of ``most`` conversations."""
    for task in multi_turn("multi_turn_base")[:most]:
        executor = world_executor(task.specs, new_world(task.entry))
        for turn in task.known:
            for call in turn:
                yield (await executor.execute(call)).text


async def dojo_texts(most: int) -> AsyncIterator[str]:
    """Yield what AgentDojo's tools say to the right calls of ``most`` user tasks a suite, without attacks."""
    for name in SUITES:
        async for _, text in _played(DojoSuite(name), load_tasks(name, limit=most)):
            yield text


async def attacked_texts(attack: str, most: int) -> AsyncIterator[str]:
    """Yield what the same tools say where the attack's text reached their result."""
    for name in SUITES:
        async for task, text in _played(DojoSuite(name), load_tasks(name, attack=attack, limit=most)):
            if any(_reached(injected, text) for injected in task.injections.values()):
                yield text


async def _played(suite: DojoSuite, tasks: tuple[DojoTask, ...]) -> AsyncIterator[tuple[DojoTask, str]]:
    for task in tasks:
        with suite.sandbox.holding(suite.environment(task)):
            for call in suite.truth(task).calls:
                yield task, (await suite.executor.execute(call)).text


def _reached(injected: str, text: str) -> bool:
    longest = max(injected.splitlines(), key=len, default="")
    return longest[:40] in text


def _spoiled(call: ToolCall) -> ToolCall:
    """The call with its first argument replaced by a word that no tool accepts."""
    arguments: dict[str, Any] = dict(call.arguments)
    arguments[next(iter(arguments))] = "nonsense-42"
    return ToolCall(name=call.name, arguments=arguments)
