import asyncio
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

import practicum
from practicum.memory_store.demonstrations import DemonstrationIndex
from practicum.memory_store.entries import DemonstrationSet
from practicum.models.embedders import HashingEmbedder
from practicum.records import Demonstration, ToolCall
from practicum.whole_files import here

QUERIES = {
    "convert": ["How many pounds are 70 kg?", "How many pounds are 71 kg?", "Convert 5 miles to kilometres"],
    "weather": ["Will it rain in Oslo tomorrow?", "How warm is it in Rome?"],
    "währung": ["What are 20 euros in dollars?"],
}


class CountingEmbedder(HashingEmbedder):
    def __init__(self) -> None:
        self.count = 0

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        self.count += len(texts)
        return super().embed(texts)


def make_set(version: int = 1, queries: dict[str, list[str]] | None = None) -> DemonstrationSet:
    rows = [
        # One id a tool: paraphrases of one trial share its id.
        Demonstration(
            id=tool,
            tool=tool,
            tool_schema_hash="h",
            query=query,
            call=ToolCall(name=tool, arguments={"of": query}),
            observation="",
        )
        for tool, asked in (queries or QUERIES).items()
        for query in asked
    ]
    return DemonstrationSet(
        version=version, created_at=datetime(2026, 1, 1, tzinfo=UTC), demonstrations=tuple(rows)
    )


async def test_the_nearest_demonstration_stands_last(tmp_path: Path) -> None:
    index = DemonstrationIndex(tmp_path / "index", HashingEmbedder(), make_set())
    found = await index.retrieve("How many pounds are 70 kg", k=3, diversity=0)
    assert [each.query for each in found][1:] == ["How many pounds are 71 kg?", "How many pounds are 70 kg?"]
    index.close()


async def test_diversity_gives_up_near_repetitions_but_keeps_the_nearest(tmp_path: Path) -> None:
    index = DemonstrationIndex(tmp_path / "index", HashingEmbedder(), make_set())
    found = await index.retrieve("How many pounds are 70 kg", k=2, diversity=0.6)
    queries = [each.query for each in found]
    assert queries[-1] == "How many pounds are 70 kg?"
    assert "How many pounds are 71 kg?" not in queries
    index.close()


async def test_a_call_is_shown_in_one_phrasing_while_there_are_others(tmp_path: Path) -> None:
    said = ["How many pounds are 70 kg?", "How many pounds is 70 kg?", "70 kg in pounds", "5 kg in pounds"]
    made = make_set(queries={"convert": said})
    same = [each.model_copy(update={"call": made.demonstrations[0].call}) for each in made.demonstrations[:3]]
    chosen = made.model_copy(update={"demonstrations": (*same, made.demonstrations[3])})
    index = DemonstrationIndex(tmp_path / "index", HashingEmbedder(), chosen)
    two = await index.retrieve("How many pounds are 70 kg", k=2, diversity=0)
    assert [each.query for each in two] == ["5 kg in pounds", "How many pounds are 70 kg?"]
    assert len(await index.retrieve("How many pounds are 70 kg", k=4)) == 4
    index.close()


async def test_a_query_of_the_same_shape_is_nearer_than_one_about_the_same_things(tmp_path: Path) -> None:
    asked = ["What date is 3 weeks after 1 May 2020?", "How many days are 90 hours? It is March 2025 now."]
    index = DemonstrationIndex(tmp_path / "index", HashingEmbedder(), make_set(queries={"date": asked}))
    (shown,) = await index.retrieve("What date is 90 days after 3 March 2025?", k=1)
    assert shown.query == asked[0]
    index.close()


async def test_demonstrations_can_be_limited_to_tools(tmp_path: Path) -> None:
    index = DemonstrationIndex(tmp_path / "index", HashingEmbedder(), make_set())
    found = await index.retrieve("How many pounds are 70 kg?", k=4, current={"weather": "h", "währung": "h"})
    assert {each.tool for each in found} == {"weather", "währung"}
    assert len(found) == 3
    assert await index.retrieve("pounds", current={}) == []
    assert await index.retrieve("pounds", current={"no such tool": "h"}) == []
    assert await index.retrieve("pounds", k=0) == []
    index.close()


async def test_those_of_a_changed_tool_take_no_place_from_those_of_the_tool_as_it_is(tmp_path: Path) -> None:
    made = make_set(queries={"convert": [f"How many pounds are {n} kg?" for n in range(70, 90)]})
    newest = made.demonstrations[-1].model_copy(update={"tool_schema_hash": "new", "query": "5 kg in pounds"})
    chosen = made.model_copy(update={"demonstrations": (*made.demonstrations, newest)})
    index = DemonstrationIndex(tmp_path / "index", HashingEmbedder(), chosen)
    found = await index.retrieve("How many pounds are 70 kg?", k=2, current={"convert": "new"})
    assert [each.query for each in found] == ["5 kg in pounds"]
    index.close()


async def test_each_tool_is_scored_by_its_nearest_demonstration(tmp_path: Path) -> None:
    index = DemonstrationIndex(tmp_path / "index", HashingEmbedder(), make_set())
    asked = "Will it rain in Oslo tomorrow?"
    scores = await index.tool_scores(asked, dict.fromkeys(QUERIES, "h"))
    assert set(scores) == set(QUERIES)
    assert set(await index.tool_scores(asked, {"convert": "h", "weather": "another schema"})) == {"convert"}
    assert max(scores, key=lambda tool: scores[tool]) == "weather"
    assert scores["weather"] == pytest.approx(1, abs=1e-5)
    index.close()


async def test_an_empty_set_has_nothing_to_show(tmp_path: Path) -> None:
    index = DemonstrationIndex(tmp_path / "index", HashingEmbedder(), make_set(queries={"t": []}))
    assert await index.retrieve("q") == []
    assert await index.tool_scores("q", {}) == {}


async def test_a_set_is_embedded_once_whatever_its_number(tmp_path: Path) -> None:
    first = DemonstrationIndex(tmp_path / "index", HashingEmbedder(), make_set())
    first.build()
    first.close()
    embedder = CountingEmbedder()
    again = DemonstrationIndex(tmp_path / "index", embedder, make_set(version=7))
    again.build()
    assert embedder.count == 0
    assert len(await again.retrieve("pounds", k=4)) == 4
    again.close()


async def test_a_build_that_was_interrupted_is_done_again(tmp_path: Path) -> None:
    index = DemonstrationIndex(tmp_path / "index", HashingEmbedder(), make_set())
    leftover = tmp_path / "index-demos" / f".{index._name}.{here()}-{os.getpid()}.00ff00ff.tmp"
    leftover.mkdir(parents=True)
    (leftover / "chroma.sqlite3").write_bytes(b"half a file")
    assert len(await index.retrieve("pounds", k=4)) == 4
    assert not leftover.exists()
    index.close()


async def test_several_questions_at_once_share_one_build(tmp_path: Path) -> None:
    embedder = CountingEmbedder()
    index = DemonstrationIndex(tmp_path / "index", embedder, make_set())
    await asyncio.gather(*(index.retrieve(f"question {number}") for number in range(5)))
    # Each text once in its words and once in its shape.
    assert embedder.count == 2 * (len(make_set().demonstrations) + 5)
    index.close()


async def test_a_home_that_may_only_be_read_serves_from_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Tests may run as root, whom no permission stops.
    monkeypatch.setattr(os, "access", lambda *_: False)
    embedder = CountingEmbedder()
    index = DemonstrationIndex(tmp_path / "index", HashingEmbedder(), make_set())
    index.build()
    index.close()
    again = DemonstrationIndex(tmp_path / "index", embedder, make_set(queries={"t": ["read only"]}))
    assert [each.query for each in await again.retrieve("read")] == ["read only"]
    again.close()


@pytest.mark.slow
def test_several_processes_build_and_share_a_set(tmp_path: Path) -> None:
    script = """
import asyncio, pathlib, sys
from practicum.memory_store.demonstrations import DemonstrationIndex
from practicum.memory_store.entries import DemonstrationSet
from practicum.models.embedders import HashingEmbedder
chosen = DemonstrationSet.model_validate_json(sys.argv[2])
index = DemonstrationIndex(pathlib.Path(sys.argv[1]), HashingEmbedder(), chosen)
for _ in range(20):
    found = asyncio.run(index.retrieve("How many pounds are 70 kg?", k=1))
print(found[0].query)
"""
    environment = {**os.environ, "PYTHONPATH": str(Path(practicum.__file__ or "").parents[1])}
    command = [sys.executable, "-c", script, str(tmp_path / "index"), make_set().model_dump_json()]
    servers = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) for _ in range(3)
    ]
    assert [server.communicate()[0].strip() for server in servers] == ["How many pounds are 70 kg?"] * 3
    assert [server.returncode for server in servers] == [0, 0, 0]


async def test_a_build_that_failed_is_done_again_in_the_same_process(tmp_path: Path) -> None:
    class Failing(HashingEmbedder):
        fails = True

        def embed(self, texts: Sequence[str]) -> list[list[float]]:
            if len(texts) > 1 and self.fails:
                raise RuntimeError("out of memory")
            return super().embed(texts)

    embedder = Failing()
    index = DemonstrationIndex(tmp_path / "index", embedder, make_set())
    with pytest.raises(RuntimeError, match="out of memory"):
        await index.retrieve("pounds", k=4)
    embedder.fails = False
    assert len(await index.retrieve("pounds", k=4)) == 4
    index.close()
