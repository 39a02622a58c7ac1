"""Views of long-term memory on a Chroma server, while another process writes to it."""

import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from chroma_parts import chroma_server
from memory_parts import ENVIRONMENT

from practicum.memory_store.index import TrialIndex
from practicum.models.embedders import HashingEmbedder
from practicum.records import LongTermView, Outcome

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]

WRITER = """
import sys
from datetime import UTC, datetime
from practicum.memory_store.index import TrialIndex
from practicum.models.embedders import HashingEmbedder
from practicum.records import Trial
address, what, outcome, *numbers = sys.argv[1:]
index = TrialIndex(address, HashingEmbedder())
if what == "rebuild":
    index.drop()
index.upsert([
    Trial(
        id=number, episode_id="e", tool="convert", tool_schema_hash="h", episode=1, number=1,
        strategy="query-first", model="m", query=f"query {number}", outcome=outcome,
        started_at=datetime(2026, 1, 2, tzinfo=UTC),
    )
    for number in numbers
])
index.close()
"""


@pytest.fixture
def address(socket_enabled: None, tmp_path: Path) -> Iterator[str]:
    with chroma_server(tmp_path / "server") as started:
        yield started


def another_process(address: str, what: str, outcome: Outcome, numbers: list[int]) -> None:
    command = [sys.executable, "-c", WRITER, address, what, outcome.value, *map(str, numbers)]
    subprocess.run(command, check=True, env=ENVIRONMENT)


def look(index: TrialIndex, near: str | None = None) -> LongTermView:
    vector = None if near is None else index.embedder.embed([near])[0]
    return index.view("convert", vector, random.Random(0), nearest=2, sampled=5)


def test_a_view_shows_what_another_process_adds_and_builds_anew(address: str) -> None:
    index = TrialIndex(address, HashingEmbedder())
    assert look(index, near="query 1") == LongTermView()
    another_process(address, "add", Outcome.SOLVED, [1, 2])
    assert {past.trial_id for past in look(index).queries} == {"1", "2"}
    another_process(address, "add", Outcome.UNSOLVED, [3])
    view = look(index, near="query 3")
    assert (view.total, view.nearest[0].query, view.nearest[0].outcome) == (3, "query 3", Outcome.UNSOLVED)
    another_process(address, "rebuild", Outcome.UNSOLVED, [1, 2, 4])
    assert {past.trial_id: past.outcome for past in look(index).queries} == dict.fromkeys("124", "unsolved")
    assert look(index, near="query 4").nearest[0].trial_id == "4"
    index.close()
