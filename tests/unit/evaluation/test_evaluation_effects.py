"""What runs while measuring: nothing that may not, and nothing at all where cassettes answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import practicum
from practicum.errors import SetupError
from practicum.evaluation import score
from practicum.evaluation.attempts import Attempted
from practicum.evaluation.executing import CHANGING, FAILED, NOT_READ_ONLY, Execute
from practicum.evaluation.figures import Scores
from practicum.models.embedders import HashingEmbedder
from practicum.models.scripted import ScriptedChatModel, ScriptedReply
from practicum.practice import Practice
from practicum.records import Item, Prediction, ToolCall
from practicum.tools.cassettes import Cassettes
from practicum.tools.langchain_tools import make_catalog
from practicum.tools.policy import Taping

erased: list[str] = []
looked: list[str] = []


def erase(what: str) -> str:
    """Erase something."""
    erased.append(what)
    return f"erased {what};"


@practicum.read_only
def look(what: str) -> str:
    """Look at something."""
    looked.append(what)
    return f"{what} is {len(looked)} old;" if what == "clock" else f"{what} is there;"


CATALOG = make_catalog([look, erase])


def call(name: str, what: str) -> ToolCall:
    return ToolCall(name=name, arguments={"what": what})


TWO = (call("erase", "a"), call("look", "a"))
ITEM = Item(id="two", query="Erase a, then look at it", expected=TWO)


@pytest.fixture(autouse=True)
def _fresh() -> None:
    erased.clear()
    looked.clear()


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[Practice]:
    with practicum.open(tmp_path / "home", embedder=HashingEmbedder()) as opened:
        yield opened


def model(said: str) -> ScriptedChatModel:
    """Makes the first call for the query, and the second for what comes back of it."""
    replies = (
        ScriptedReply(when=ITEM.query, tool_calls=TWO[:1]),
        ScriptedReply(when=said, tool_calls=TWO[1:]),
    )
    return ScriptedChatModel(replies=replies)


async def test_between_two_calls_of_an_item_a_tool_that_may_not_run_is_only_checked(
    practice: Practice,
) -> None:
    ladder = await practice.evaluate([ITEM], CATALOG, model=model("Dry run:"), arms=["base"])
    assert ladder.arms[0].scores.strict.correct.k == 1
    assert erased == []


async def test_it_runs_if_it_is_allowed_by_name(practice: Practice) -> None:
    options: dict[str, Any] = {"model": model("erased a;"), "arms": ["base"]}
    await practice.evaluate([ITEM], CATALOG, allow=["erase"], **options)
    assert erased == ["a"]
    with pytest.raises(SetupError, match="--allow names no tool here: 'erased'"):
        await practice.evaluate([ITEM], CATALOG, allow=["erased"], **options)


async def test_what_was_recorded_answers_a_later_measurement_without_its_tools(
    practice: Practice, tmp_path: Path
) -> None:
    tapes = tmp_path / "tapes"
    options: dict[str, Any] = {"arms": ["base"], "execute": True}
    for taping in (Taping.RECORD, Taping.REPLAY):
        cassettes = Cassettes(tapes, taping)
        allow = ["erase"] if taping is Taping.RECORD else []
        await practice.evaluate(
            [ITEM], CATALOG, model=model("erased a;"), cassettes=cassettes, allow=allow, **options
        )
    assert erased == ["a"]
    assert Cassettes(tapes, Taping.REPLAY).missing(CATALOG.specs) == ("look",)


async def executed(items: list[Item], cassettes: Cassettes) -> Scores:
    attempts = [Attempted(prediction=Prediction(id=each.id, calls=each.expected)) for each in items]
    execute = Execute(CATALOG, pause_s=0, taping=cassettes.taping, cassettes=cassettes)
    return await execute(items, attempts, score(items, attempts, CATALOG.specs))


async def test_results_are_compared_from_cassettes_as_they_were_live(tmp_path: Path) -> None:
    items = [
        Item(id=name, query=name, expected=(call(tool, name),))
        for name, tool in (("house", "look"), ("clock", "look"), ("tree", "erase"))
    ]
    live = await executed(items[:1], Cassettes(tmp_path / "one", Taping.RECORD))
    again = await executed(items[:1], Cassettes(tmp_path / "one", Taping.REPLAY))
    assert [each.same_result for each in live.results] == [True]
    assert again.results == live.results
    assert looked == ["house"] * 2  # once more, to see whether it returns the same

    first = await executed(items, Cassettes(tmp_path / "all", Taping.RECORD))
    second = await executed(items, Cassettes(tmp_path / "all", Taping.REPLAY))
    assert first.execution is not None
    assert second.execution is not None
    assert first.execution.left_out == {CHANGING: 2, NOT_READ_ONLY: 1}
    # That the clock's answers differ is on the tape, too; of the other tool there is no tape.
    assert second.execution.left_out == {CHANGING: 2, FAILED: 1}
    assert erased == []
