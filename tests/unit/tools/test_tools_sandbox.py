"""States of their own for episodes that run side by side, and what the policy makes of them."""

from __future__ import annotations

import asyncio

import pytest

from practicum.errors import SetupError
from practicum.records import JsonObject, ToolSpec
from practicum.tools.catalog import Catalog, Tool, in_fresh_sandboxes, require_sandboxes
from practicum.tools.effects import Effect
from practicum.tools.policy import may_run
from practicum.tools.sandbox import Sandbox


def counter() -> Sandbox[list[int]]:
    return Sandbox(lambda seed: [seed])


def tool(name: str, effect: Effect, sandbox: Sandbox[list[int]] | None = None) -> Tool:
    async def nothing(arguments: JsonObject) -> None:
        del arguments

    spec = ToolSpec(name=name, description="", parameters={"type": "object", "properties": {}})
    return Tool(spec, effect, "says the test", nothing, sandbox)


async def test_episodes_side_by_side_work_on_states_of_their_own() -> None:
    sandbox = counter()

    async def episode(seed: int) -> list[int]:
        with sandbox.episode(seed):
            for number in range(3):
                await asyncio.sleep(0)
                sandbox.current.append(number)
            return sandbox.current

    assert list(await asyncio.gather(episode(7), episode(8))) == [[7, 0, 1, 2], [8, 0, 1, 2]]


def test_what_is_done_aside_is_thrown_away() -> None:
    sandbox = counter()
    with sandbox.episode(1):
        with sandbox.aside() as copy:
            sandbox.current.append(5)
            assert copy == [1, 5]
        assert sandbox.current == [1]


def test_outside_of_an_episode_there_is_no_state() -> None:
    sandbox = counter()
    with sandbox.episode(1):
        pass
    with pytest.raises(SetupError, match="no episode has begun"):
        _ = sandbox.current


def test_reversible_tools_may_run_only_in_a_sandbox() -> None:
    assert may_run(tool("a", Effect.REVERSIBLE, counter()), ())
    assert not may_run(tool("a", Effect.REVERSIBLE), ())
    assert not may_run(tool("a", Effect.DESTRUCTIVE, counter()), ())


def test_a_catalog_knows_each_sandbox_once() -> None:
    shared = counter()
    tools = (tool("a", Effect.REVERSIBLE, shared), tool("b", Effect.READ_ONLY, shared))
    assert Catalog((*tools, tool("c", Effect.READ_ONLY))).sandboxes == (shared,)


def test_tools_whose_sandbox_was_not_entered_are_refused_before_a_model_meets_them() -> None:
    tools = [tool("add", Effect.REVERSIBLE, counter()), tool("look", Effect.READ_ONLY)]
    with pytest.raises(SetupError, match="add works in a sandbox") as refused:
        require_sandboxes(tools)
    assert "practicum explore" in refused.value.fix
    with in_fresh_sandboxes(tools, 0):
        require_sandboxes(tools)
