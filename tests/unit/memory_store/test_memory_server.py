"""Long-term memory and demonstrations on a Chroma server, which several processes may share."""

import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from practicum.errors import SetupError
from practicum.memory_store.demonstrations import DemonstrationIndex
from practicum.memory_store.entries import DemonstrationSet
from practicum.memory_store.home import Home
from practicum.memory_store.index import TrialIndex
from practicum.models.embedders import HashingEmbedder
from practicum.records import Demonstration, Outcome, Strategy, ToolCall, Trial

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]


def make_trial(number: int, tool: str = "a b/ü") -> Trial:
    return Trial(
        id=f"{number:05}",
        episode_id="e",
        tool=tool,
        tool_schema_hash="h",
        episode=1,
        number=number,
        strategy=Strategy.QUERY_FIRST,
        model="m",
        query=f"How many pounds are {number} kilograms?",
        outcome=Outcome.SOLVED,
        started_at=datetime(2026, 1, 2, tzinfo=UTC),
    )


@pytest.fixture
def server(socket_enabled: None, tmp_path: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = str(Path(sys.executable).with_name("chroma"))
    command = [program, "run", "--path", str(tmp_path / "server"), "--host", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        try:
            _wait_for(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            running.kill()


def _wait_for(port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server did not start")


def test_two_clients_of_a_server_see_each_others_trials_and_homes_stay_apart(server: str) -> None:
    first, second = (TrialIndex(server, HashingEmbedder()) for _ in range(2))
    other_home = TrialIndex(server, HashingEmbedder(), namespace="other")
    first.upsert([make_trial(number) for number in range(300)])
    second.upsert([make_trial(300)])
    vector = first.embedder.embed([make_trial(300).query])[0]
    assert first.nearest("a b/ü", vector, 1)[0].trial_id == "00300"
    assert len(second.ids("a b/ü")) == 301
    assert len(second.sample("a b/ü", 5, random.Random(0))) == 5
    assert other_home.count("a b/ü") == 0
    other_home.upsert([make_trial(1)])
    second.drop()
    assert (first.count("a b/ü"), other_home.count("a b/ü")) == (0, 1)
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
    found = await index.retrieve("q 13", k=3, tools=["t1"])
    assert found[-1].query == "q 13"
    assert {each.tool for each in found} == {"t1"}
    assert set(await index.tool_scores("q 13")) == {"t0", "t1"}
    index.close()


async def test_homes_that_share_a_server_share_nothing_on_it(server: str, tmp_path: Path) -> None:
    def opened(name: str) -> Home:
        return Home.open(tmp_path / name, HashingEmbedder(), write=True, chroma_url=server)

    with opened("a") as first, opened("b") as second:
        first.index.upsert([make_trial(1)])
        second.index.upsert([make_trial(2)])
        assert (first.index.ids("a b/ü"), second.index.ids("a b/ü")) == ({"00001"}, {"00002"})
        second.index.drop()
        assert first.index.count("a b/ü") == 1
    with opened("a") as again:
        assert again.index.ids("a b/ü") == {"00001"}


def test_a_server_that_went_away_is_named(socket_enabled: None) -> None:
    with pytest.raises(SetupError, match="Chroma server at http"):
        TrialIndex("http://127.0.0.1:9", HashingEmbedder()).upsert([make_trial(1)])
