"""Long-term memory and demonstrations on a Chroma server, which several processes may share."""

import random
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from chroma_parts import chroma_server
from memory_parts import numbered

from practicum.errors import SetupError
from practicum.memory_store import chroma_server as bounded
from practicum.memory_store.demonstrations import DemonstrationIndex
from practicum.memory_store.entries import DemonstrationSet
from practicum.memory_store.home import Home
from practicum.memory_store.index import TrialIndex
from practicum.models.embedders import HashingEmbedder
from practicum.records import Demonstration, ToolCall, Trial

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]
ODD_TOOL = "a b/ü"


def numbered_here(number: int) -> Trial:
    return numbered(number, ODD_TOOL)


@pytest.fixture
def server(socket_enabled: None, tmp_path: Path) -> Iterator[str]:
    with chroma_server(tmp_path / "server") as address:
        yield address


def test_two_clients_of_a_server_see_each_others_trials_and_homes_stay_apart(server: str) -> None:
    first, second = (TrialIndex(server, HashingEmbedder()) for _ in range(2))
    other_home = TrialIndex(server, HashingEmbedder(), namespace="other")
    first.upsert([numbered_here(number) for number in range(300)])
    second.upsert([numbered_here(300)])
    vector = first.embedder.embed([numbered_here(300).query])[0]
    assert first.nearest(ODD_TOOL, vector, 1)[0].trial_id == "00300"
    assert len(second.ids(ODD_TOOL)) == 301
    assert len(second.sample(ODD_TOOL, 5, random.Random(0))) == 5
    assert other_home.count(ODD_TOOL) == 0
    other_home.upsert([numbered_here(1)])
    second.drop()
    assert (first.count(ODD_TOOL), other_home.count(ODD_TOOL)) == (0, 1)
    for index in (first, second, other_home):
        index.close()


async def test_demonstrations_are_retrieved_from_a_server(server: str) -> None:
    rows = tuple(
        Demonstration(
            id=str(n),
            tool=f"t{n % 2}",
            tool_schema_hash="h",
            query=f"q {n}",
            call=ToolCall(name="t"),
            observation="",
        )
        for n in range(20)
    )
    chosen = DemonstrationSet(version=1, created_at=datetime(2026, 1, 1, tzinfo=UTC), demonstrations=rows)
    index = DemonstrationIndex(server, HashingEmbedder(), chosen)
    found = await index.retrieve("q 13", k=3, current={"t1": "h"})
    assert found[-1].query == "q 13"
    assert {each.tool for each in found} == {"t1"}
    assert set(await index.tool_scores("q 13", {"t0": "h", "t1": "h"})) == {"t0", "t1"}
    index.close()


async def test_homes_that_share_a_server_share_nothing_on_it(server: str, tmp_path: Path) -> None:
    def opened(name: str) -> Home:
        return Home.open(tmp_path / name, HashingEmbedder(), write=True, chroma_url=server)

    with opened("a") as first, opened("b") as second:
        first.index.upsert([numbered_here(1)])
        second.index.upsert([numbered_here(2)])
        assert (first.index.ids(ODD_TOOL), second.index.ids(ODD_TOOL)) == ({"00001"}, {"00002"})
        second.index.drop()
        assert first.index.count(ODD_TOOL) == 1
    with opened("a") as again:
        assert again.index.ids(ODD_TOOL) == {"00001"}


def test_a_server_that_went_away_is_named(socket_enabled: None) -> None:
    with pytest.raises(SetupError, match="Chroma server at http"):
        TrialIndex("http://127.0.0.1:9", HashingEmbedder()).upsert([numbered_here(1)])


def test_a_server_that_takes_the_connection_and_keeps_silent_is_not_waited_for_without_end(
    socket_enabled: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded, "ANSWER_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(SetupError, match=f"{address} gave no answer within 0.2 s") as caught:
            TrialIndex(address, HashingEmbedder()).count(ODD_TOOL)
    assert "look at what it is doing" in caught.value.fix


def test_a_server_that_stops_answering_is_not_waited_for_without_end(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded, "ANSWER_S", 3)
    index = TrialIndex(server, HashingEmbedder())
    index.upsert([numbered_here(1)])
    port = str(urlsplit(server).port)
    (process,) = [one for one in psutil.Process().children() if port in one.cmdline()]
    process.suspend()
    try:
        with pytest.raises(SetupError, match="gave no answer"):
            index.count(ODD_TOOL)
    finally:
        process.resume()
    assert index.count(ODD_TOOL) == 1
    index.close()
