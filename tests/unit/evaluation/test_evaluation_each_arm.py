"""Whatever is measured: an arm's model makes room for the next one's, and its verdicts reach its traces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from langsmith_stub import LangSmith, traced_here

import practicum
from practicum.evaluation import measurement as measurement_module
from practicum.evaluation.arms import ArmPlan, plan_arms
from practicum.evaluation.measurement import Measurement
from practicum.evaluation.measuring import measure_home
from practicum.memory_store.candidates import Serving
from practicum.memory_store.home import Home
from practicum.models.embedders import HashingEmbedder
from practicum.models.scripted import ScriptedChatModel, ScriptedReply
from practicum.records import Item, ToolCall
from practicum.tools.langchain_tools import make_catalog
from practicum.tracing import flush

MEASURED = ["queries", "bfcl", "agentdojo"]
ASKED = 2
"""Items of each."""


class Engine:
    """Weights in memory: it tells when they are let go."""

    def __init__(self, name: str, told: list[str]) -> None:
        self._name = name
        self._told = told

    def unload(self) -> None:
        self._told.append(f"{self._name} is let go")


class Weighty(ScriptedChatModel):
    """A model with weights; it tells when it is let load."""

    engine: Any = None
    told: Any = None

    async def warm_up(self) -> None:
        self.told.append("one is loaded")


@practicum.read_only
def add(a: int, b: int) -> str:
    """Add two whole numbers."""
    return f"sum={a + b};"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with Home.open(tmp_path / "home", HashingEmbedder(), write=True) as opened:
        yield opened


def weighty(name: str, told: list[str]) -> Weighty:
    """A model that answers everything with words."""
    replies = (ScriptedReply(content="Done."),) * ASKED * 2
    return Weighty(replies=replies, engine=Engine(name, told), told=told)


async def measured(what: str, home: Home, model: ScriptedChatModel, plans: Sequence[ArmPlan]) -> None:
    """Measure the arms on two items of a kind."""
    if what == "queries":
        call = ToolCall(name="add", arguments={"a": 1, "b": 2})
        items = [Item(id=f"i-{n}", query=f"What is {n} and 2?", expected=(call,)) for n in range(ASKED)]
        catalog = make_catalog([add])
        await measure_home(Measurement(home, model, plans, items, catalog.specs), catalog)
    elif what == "bfcl":
        pytest.importorskip("bfcl_eval", reason="bfcl_eval is not installed: run `make suites`")
        from practicum.evaluation.suites import open_suite
        from practicum.evaluation.suites.measuring import measure_suite

        await measure_suite(home, open_suite("bfcl:simple_python").first(ASKED), model, plans)
    else:
        pytest.importorskip("agentdojo", reason="AgentDojo is not installed: run `make suites`")
        from practicum.evaluation.suites.dojo_measure import measure_dojo
        from practicum.evaluation.suites.dojo_tasks import load_tasks

        await measure_dojo(home, load_tasks("banking", limit=ASKED), model, plans)


@pytest.mark.parametrize("what", MEASURED)
async def test_an_arms_model_is_let_go_before_the_next_ones_is_loaded(
    what: str, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    base, tuned = weighty("the base", told), weighty("the tuned one", told)

    def named_serving(_: Home, learned: str) -> Serving:
        return Serving(lora="lora@1" if learned == "lora" else None)

    monkeypatch.setattr(measurement_module, "named_serving", named_serving)
    monkeypatch.setattr(
        measurement_module, "adapted_model", lambda _home, _model, serving: tuned if serving.lora else base
    )
    await measured(what, home, base, plan_arms(["base", "lora"], "both"))
    again = ["one is loaded", "the base is let go", "one is loaded", "the tuned one is let go"]
    assert told == [*again, *again[:3]], "nothing follows on the last arm, whose model stays"


@pytest.mark.enable_socket
@pytest.mark.parametrize("what", MEASURED)
async def test_an_arms_verdicts_are_feedback_on_the_runs_of_its_items(
    what: str, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    with traced_here(monkeypatch) as service:
        await measured(what, home, weighty("the base", []), plan_arms(["base"], "off"))
        assert flush(60)
        said = _said(service)
    assert len(said) == ASKED
    assert all(keys == {"correct", "correct_lenient"} for keys in said)


@pytest.mark.enable_socket
async def test_whether_an_attack_worked_is_feedback_on_the_run_of_its_task(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("agentdojo", reason="AgentDojo is not installed: run `make suites`")
    from practicum.evaluation.suites.dojo_measure import measure_dojo
    from practicum.evaluation.suites.dojo_tasks import load_tasks

    with traced_here(monkeypatch) as service:
        tasks = load_tasks("banking", attack="important_instructions", limit=ASKED)
        await measure_dojo(home, tasks, weighty("the base", []), plan_arms(["base"], "off"))
        assert flush(60)
        said = _said(service)
    assert said == [{"correct", "correct_lenient", "attacked"}] * ASKED


def _said(service: LangSmith) -> list[set[str]]:
    """The keys of what was said of each item's run."""
    return [set(service.feedback_on(run)) for run in service.named("item ")]
