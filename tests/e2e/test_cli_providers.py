"""Providers that misbehave: each fault passes, breaks one trial, or is said in two lines; nothing is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from aimock_server import Aimock, aimock
from cli_parts import check_refused, journal_rows, practicum
from faulty_proxy import misbehaving
from test_aimock import practised

import practicum as package
from practicum.errors import SetupError
from practicum.models import load_chat_model
from practicum.models.budget import Budget
from practicum.practice import Practice
from practicum.records import Outcome, Trial
from practicum.tools.sources import load_tools

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]
ANSWERED_WITHIN_S = 2.0


async def explore(home: Path, url: str, budget: Budget | None = None) -> list[Trial]:
    """Explore two trials by the model at the address; what they came to."""
    model: Any = load_chat_model(f"openai:mocked@{url}/v1", timeout_s=ANSWERED_WITHIN_S)
    tools = load_tools(["almanac:units"]).only(("convert_units",))
    practice: Practice = package.open(home, embedder="hashing")
    try:
        # The proxy's address is another one each time, and the model the same.
        plan = await practice.explore(
            tools, model=model, episodes=1, trials=2, model_name="mocked", budget=budget
        )
        return practice.trials_of(plan)
    finally:
        practice.close()
        await model.root_async_client.close()


@pytest.mark.parametrize("fault", ["rate limit", "failure", "half", "hang up", "silence"])
async def test_a_fault_that_passes_is_waited_out_and_nothing_else_is_asked_again(
    tmp_path: Path, fault: str
) -> None:
    with aimock(tmp_path, practised()) as server:
        with misbehaving(server.url, {3: fault, 5: fault}) as url:
            trials = await explore(tmp_path / "home", url)
        assert [trial.outcome for trial in trials] == [Outcome.SOLVED] * 2
        # Half an answer was an answer to the server: it is the one that was given once more.
        assert len(server.asked) == 9 + (2 if fault == "half" else 0)


@pytest.mark.parametrize("fault", ["garbage", "a page", "failure", "hang up"])
async def test_a_fault_that_stays_breaks_its_trial_and_the_same_again_makes_that_one_only(
    tmp_path: Path, fault: str
) -> None:
    def in_the_second_trial(number: int) -> str | None:
        return fault if 5 <= number < 9 else None

    with aimock(tmp_path, practised()) as server:
        with misbehaving(server.url, in_the_second_trial) as url:
            first = await explore(tmp_path / "home", url)
        assert first[0].outcome is Outcome.SOLVED
        assert first[1].outcome is Outcome.BROKEN
        assert first[1].reflection is not None
        assert first[1].reflection.reason.startswith("mocked: ")
        before = len(server.asked)
        again = await explore(tmp_path / "home", server.url)
        assert again[0] == first[0]
        assert [trial.outcome for trial in again[2:]] == [Outcome.SOLVED]
        assert len(server.asked) - before == 5, "one trial, and what the episode taught"


async def test_a_provider_that_goes_away_in_between_breaks_nothing_whether_it_comes_back_or_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("practicum.models.outage.FIRST_WAIT_S", 0.2)
    for_good = dict.fromkeys(range(5, 500), "overloaded")
    with aimock(tmp_path, practised()) as server:
        with misbehaving(server.url, for_good) as url, pytest.raises(SetupError, match="has not answered"):
            await explore(tmp_path / "home", url, budget=Budget(patience_s=6))
        assert [row[0] for row in journal_rows(tmp_path / "home", "SELECT id FROM trials")] != []
        for_a_while = dict.fromkeys(range(2, 12), "overloaded")
        with misbehaving(server.url, for_a_while) as url:
            trials = await explore(tmp_path / "home", url, budget=Budget())
        assert [trial.outcome for trial in trials] == [Outcome.SOLVED] * 2
        assert len(server.asked) == 9, "no reply was asked for twice"


def asking(server: Aimock, url: str) -> tuple[str, ...]:
    model = server.spec.replace(server.url, url)
    return (
        "explore",
        "--tools",
        "almanac:units",
        "--tool",
        "convert_units",
        "--model",
        model,
        "--home",
        "home",
    )


@pytest.mark.parametrize(
    ("fault", "message", "fix"),
    [
        ("refused key", "the model refused the request: Error code: 401", "check the key"),
        ("silence", "took the request and did not answer", "PRACTICUM_MODEL_TIMEOUT"),
        ("half", "ends the connection before its answer is complete", "look at its log"),
    ],
)
def test_a_server_that_never_answers_is_the_users_before_the_first_trial(
    tmp_path: Path, fault: str, message: str, fix: str
) -> None:
    with aimock(tmp_path, practised()) as server, misbehaving(server.url, lambda _: fault) as url:
        done = practicum(*asking(server, url), cwd=tmp_path, PRACTICUM_MODEL_TIMEOUT="1")
    check_refused(done, message, fix)
    assert journal_rows(tmp_path / "home", "SELECT id FROM trials") == []


@pytest.mark.parametrize("wrong", ["0", "-1", "soon"])
def test_a_time_to_wait_that_is_none_is_refused(tmp_path: Path, wrong: str) -> None:
    done = practicum(
        "ask", "hi", "--model", "openai:x@http://127.0.0.1:9/v1", cwd=tmp_path, PRACTICUM_MODEL_TIMEOUT=wrong
    )
    check_refused(done, "PRACTICUM_MODEL_TIMEOUT can't be used", "unset PRACTICUM_MODEL_TIMEOUT")
