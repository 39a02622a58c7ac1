"""The states of unfinished episodes: in a file, or in a Postgres database that homes may share."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graph_parts import (
    QUERIES,
    Adder,
    memory_of,
    plan_for,
    recorded,
    scripted,
    story,
    text_of,
)
from postgres_server import postgres

from practicum.errors import BudgetSpent, JournalError, SetupError
from practicum.graph.campaign import run_campaign
from practicum.graph.checkpoints import open_checkpointer, require_postgres
from practicum.graph.plan import Plan
from practicum.memory_store.home import Home
from practicum.models.budget import Budget
from practicum.models.caller import ModelCaller
from practicum.models.embedders import HashingEmbedder
from practicum.models.scripted import ScriptedChatModel
from practicum.tools.executor import Executor

NOWHERE = "postgresql://someone:opensesame@127.0.0.1:9/states"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with postgres() as address:
        yield address


async def run_in(path: Path, url: str, plan: Plan, model: ScriptedChatModel, calls: int | None) -> None:
    """Run what is left of a plan, its checkpoints in the database."""
    with Home.open(path, HashingEmbedder(), write=True, checkpoint_url=url) as home:
        async with open_checkpointer(home.checkpoints) as saver:
            budget = Budget(max_model_calls=calls)
            caller = ModelCaller(model, name="scripted", budget=budget, log=home.journal)
            executor = Executor(plan.tools, log=home.journal)
            await run_campaign(plan, caller, executor, memory_of(home), saver)


async def threads(url: str) -> list[Any]:
    async with open_checkpointer(url) as saver:
        return [each async for each in saver.alist(None)]


@pytest.mark.slow
@pytest.mark.enable_socket
async def test_an_episode_goes_on_from_its_checkpoint_in_postgres(tmp_path: Path, url: str) -> None:
    adder = Adder()
    plan = plan_for(adder.tool())
    model = scripted(*story(QUERIES[:2]))
    while model.left:
        try:
            await run_in(tmp_path, url, plan, model, 1)
        except BudgetSpent:
            assert await threads(url)
    await run_in(tmp_path, url, plan, model, 1)
    assert [trial.query for trial in recorded(tmp_path)] == [query for query, _, _ in QUERIES[:2]]
    assert adder.calls == [(a, b) for _, a, b in QUERIES[:2]]
    assert len(model.prompts) == 9
    assert await threads(url) == []
    assert not (tmp_path / "checkpoints.sqlite").exists()


@pytest.mark.slow
@pytest.mark.enable_socket
async def test_homes_with_equal_plans_share_a_database_and_not_their_states(tmp_path: Path, url: str) -> None:
    plan = plan_for(Adder().tool(), trials=1)
    with pytest.raises(BudgetSpent):
        await run_in(tmp_path / "one", url, plan, scripted(*story(QUERIES[:1])), 1)
    other = scripted(*story(QUERIES[1:2]))
    await run_in(tmp_path / "two", url, plan, other, None)
    one = scripted(*story(QUERIES[:1])[1:])
    await run_in(tmp_path / "one", url, plan, one, None)
    assert [trial.query for trial in recorded(tmp_path / "one")] == [QUERIES[0][0]]
    assert [trial.query for trial in recorded(tmp_path / "two")] == [QUERIES[1][0]]
    assert QUERIES[0][0] not in text_of(other.prompts[0])


@pytest.mark.enable_socket
async def test_a_database_that_is_not_there_is_named_without_its_password() -> None:
    with pytest.raises(JournalError, match=r"in postgresql://127\.0\.0\.1:9/states can't be used") as caught:
        async with open_checkpointer(NOWHERE):
            pass
    assert "opensesame" not in caught.value.message + caught.value.fix
    assert "PRACTICUM_CHECKPOINT_URL" in caught.value.fix


async def test_without_its_package_the_command_that_installs_it_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "langgraph.checkpoint.postgres.aio", None)
    with pytest.raises(SetupError) as caught:
        async with open_checkpointer(NOWHERE):
            pass
    assert "pip install '.[postgres]' in the folder that practicum was installed from" in caught.value.fix


@pytest.mark.parametrize(
    "wrong", ["mysql://host/states", "states", "postgresql://[/x", "/home/states.sqlite"]
)
def test_another_address_is_refused(wrong: str) -> None:
    with pytest.raises(SetupError, match="no address of a Postgres database"):
        require_postgres(wrong)
