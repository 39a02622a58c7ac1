import random
from collections.abc import Iterator, Sequence

import pytest
from made_trials import made_trial

from practicum.memory_store.index import TrialIndex
from practicum.memory_store.long_term import LongTermMemory
from practicum.models.embedders import HashingEmbedder
from practicum.records import Trial


class CountingEmbedder(HashingEmbedder):
    def __init__(self) -> None:
        self.embedded: list[str] = []

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        self.embedded += texts
        return super().embed(texts)


def make_trial(number: int, tool: str) -> Trial:
    query = f"How many pounds are {number} kilograms?"
    return made_trial(id=f"{tool}-{number}", tool=tool, number=number, query=query)


@pytest.fixture
def memory(request: pytest.FixtureRequest) -> Iterator[LongTermMemory]:
    embedder = CountingEmbedder()
    # Memory is shared by all indexes of a process that have no folder: a namespace a test keeps them apart.
    index = TrialIndex(None, embedder, namespace=request.node.name)
    yield LongTermMemory(index, embedder, shown_nearest=3, shown_sampled=4)
    index.close()


async def test_a_view_is_bounded_however_much_was_tried(memory: LongTermMemory) -> None:
    await memory.remember([make_trial(number, "convert") for number in range(100)])
    view = await memory.view("convert", "How many pounds are 42 kilograms?", random.Random(0))
    assert view.nearest[0].trial_id == "convert-42"
    assert (len(view.nearest), len(view.sampled), view.total) == (3, 4, 100)
    assert len(view.queries) == 7


async def test_a_view_without_a_focus_is_a_sample(memory: LongTermMemory) -> None:
    await memory.remember([make_trial(number, "convert") for number in range(10)])
    view = await memory.view("convert", None, random.Random(0))
    assert (view.nearest, len(view.sampled)) == ((), 4)


async def test_a_view_of_a_short_past_shows_each_query_once(memory: LongTermMemory) -> None:
    await memory.remember([make_trial(number, "convert") for number in range(5)])
    view = await memory.view("convert", "pounds", random.Random(0))
    assert len(view.nearest) + len(view.sampled) == len(view.queries) == 5


async def test_tools_do_not_see_each_others_past(memory: LongTermMemory) -> None:
    await memory.remember([make_trial(1, "convert")])
    assert (await memory.view("weather", "pounds", random.Random(0))).total == 0
    assert await memory.closest("weather", "How many pounds are 1 kilograms?") is None


async def test_a_repetition_is_recognised(memory: LongTermMemory) -> None:
    await memory.remember([make_trial(1, "convert")])
    repeated = await memory.closest("convert", "how many  pounds are 1 kilograms?")
    fresh = await memory.closest("convert", "Is it raining in Oslo?")
    assert repeated == pytest.approx(1, abs=1e-5)
    assert fresh is not None
    assert fresh < 0.5


async def test_a_repetition_within_the_episode_is_recognised_before_it_is_indexed(
    memory: LongTermMemory,
) -> None:
    found = await memory.closest("convert", "Is it raining?", also=["Convert it", "is it raining?"])
    assert found == pytest.approx(1, abs=1e-5)


async def test_a_query_that_was_looked_up_is_not_embedded_again() -> None:
    embedder = CountingEmbedder()
    memory = LongTermMemory(TrialIndex(None, embedder, namespace="once"), embedder)
    trial = make_trial(1, "convert")
    await memory.closest("convert", trial.query)
    await memory.remember([trial])
    await memory.view("convert", trial.query, random.Random(0))
    assert embedder.embedded == [trial.query]


async def test_a_tool_without_a_past_is_not_looked_up_again_and_nothing_is_embedded_for_it() -> None:
    embedder = CountingEmbedder()
    memory = LongTermMemory(TrialIndex(None, embedder, namespace="no past", only_writer=True), embedder)
    for near in ("one", "another"):
        assert (await memory.view("convert", near, random.Random(0))).total == 0
    assert embedder.embedded == []
