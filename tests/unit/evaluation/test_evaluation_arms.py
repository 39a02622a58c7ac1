"""Arms of items and of benchmarks alike: one model in memory at a time, and verdicts told to a trace."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel

from practicum.evaluation import measurement
from practicum.evaluation.arms import ArmPlan
from practicum.evaluation.attempts import Attempted
from practicum.evaluation.measurement import Measurement, OnProgress
from practicum.evaluation.measuring import measure_home
from practicum.evaluation.results import ItemResult
from practicum.evaluation.suites.measuring import measure_suite
from practicum.evaluation.suites.port import MakeTaskSetup, Suite
from practicum.memory_store.candidates import Serving
from practicum.memory_store.home import Home
from practicum.models.embedders import HashingEmbedder
from practicum.models.scripted import ScriptedChatModel, ScriptedReply
from practicum.records import Item, Prediction, ToolSpec
from practicum.tools.langchain_tools import make_catalog

PLANS = [ArmPlan(learned, grounding=False) for learned in ("base", "lora@1", "lora@2")]
ITEM = Item(id="one", query="Hello?", expected=())
GIVEN_BACK = ["base", "free base", "lora@1", "free lora@1", "lora@2"]


class Engine:
    def __init__(self, name: str, happened: list[str]) -> None:
        self.name = name
        self.happened = happened

    def unload(self) -> None:
        self.happened.append(f"free {self.name}")


class Large(ScriptedChatModel):
    """A model of which no second one fits into memory."""

    engine: Any = None


@dataclass
class Scene:
    """What happens, and what a trace is told."""

    happened: list[str]
    told: list[tuple[str, Any]]

    @property
    def on_progress(self) -> OnProgress:
        return lambda arm, *_: self.happened.append(arm)


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Scene:
    made = Scene([], [])

    def serving(_: Home, learned: str) -> Serving:
        return Serving(lora=None if learned == "base" else learned)

    def adapted(_: Home, model: BaseChatModel, serving: Serving) -> BaseChatModel:
        del model
        name = serving.lora or "base"
        replies = (ScriptedReply(content="Hello."),)
        return Large(replies=replies, engine=Engine(name, made.happened))

    def told(_: object, key: str, *, score: object, **__: object) -> None:
        made.told.append((key, score))

    monkeypatch.setattr(measurement, "named_serving", serving)
    monkeypatch.setattr(measurement, "adapted_model", adapted)
    monkeypatch.setattr(measurement, "served_adapter", lambda *_: None)
    monkeypatch.setattr("practicum.graph.serving.served_adapter", lambda *_: None)
    monkeypatch.setattr(measurement, "is_on", lambda: True)
    monkeypatch.setattr(measurement, "give_feedback", told)
    return made


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with Home.open(tmp_path / "home", HashingEmbedder(), write=True) as opened:
        yield opened


@dataclass
class Greeting:
    """A task that any answer solves."""

    item: Item = ITEM
    turns: tuple[Item, ...] = (ITEM,)
    specs: tuple[ToolSpec, ...] = ()
    most_calls: int = 1

    async def attempt(self, make_setup: MakeTaskSetup) -> Attempted:
        del make_setup
        return Attempted(prediction=Prediction(id=self.item.id))

    def judge(self, attempt: Attempted) -> ItemResult:
        return ItemResult(
            id=attempt.prediction.id, tools=(), empty_arguments=False, strict=True, lenient=True
        )


async def test_a_benchmark_has_one_model_in_memory_at_a_time_and_tells_its_verdicts(
    home: Home, scene: Scene
) -> None:
    suite = Suite("greetings", (Greeting(),), "kindness")
    await measure_suite(home, suite, ScriptedChatModel(), PLANS, on_progress=scene.on_progress)
    assert scene.happened == GIVEN_BACK
    assert scene.told == [("correct", True), ("correct_lenient", True)] * 3


async def test_a_homes_items_have_one_model_in_memory_at_a_time_and_tell_their_verdicts(
    home: Home, scene: Scene
) -> None:
    def wave(at: str) -> str:
        """Wave."""
        return at

    catalog = make_catalog([wave])
    asked = Measurement(
        home, ScriptedChatModel(), PLANS, [ITEM], catalog.specs, on_progress=scene.on_progress
    )
    await measure_home(asked, catalog)
    assert scene.happened == GIVEN_BACK
    assert scene.told == [("correct", True), ("correct_lenient", True)] * 3


async def test_tasks_of_agentdojo_have_one_model_in_memory_at_a_time_and_tell_their_verdicts(
    home: Home, scene: Scene
) -> None:
    pytest.importorskip("agentdojo", reason="AgentDojo is not installed: run `make suites`")
    from practicum.evaluation.suites.dojo_measure import measure_dojo
    from practicum.evaluation.suites.dojo_tasks import load_tasks

    tasks = load_tasks("banking", attack="important_instructions", limit=1)
    await measure_dojo(home, tasks, ScriptedChatModel(), PLANS, on_progress=scene.on_progress)
    assert scene.happened == GIVEN_BACK
    assert [key for key, _ in scene.told] == ["correct", "correct_lenient", "attacked"] * 3
