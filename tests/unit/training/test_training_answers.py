"""What a base says to requests without a call is asked once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from practicum.memory_store.home import Home
from practicum.models.embedders import HashingEmbedder
from practicum.training.answers import base_answers
from practicum.training.negatives import requests_to_learn


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with Home.open(tmp_path / "home", HashingEmbedder(), write=True) as opened:
        yield opened


FIRST, SECOND = requests_to_learn()[:2]


def saying(**answers: str) -> Callable[[Sequence[str]], dict[str, str]]:
    """A base that answers the first two requests with these, everything else unusably."""
    said = {FIRST: answers.get("first"), SECOND: answers.get("second", "")}
    return lambda requests: {
        request: answer for request in requests if (answer := said.get(request, "")) is not None
    }


def never(requests: Sequence[str]) -> dict[str, str]:
    raise AssertionError(f"the base was asked again about {requests}")


def test_a_base_is_asked_once_and_each_base_for_itself(home: Home) -> None:
    first = base_answers(home, "one", saying(first="Knock, knock."))
    assert base_answers(home, "one", never) == first
    assert (first[FIRST], first[SECOND]) == ("Knock, knock.", "")
    assert base_answers(home, "two", saying(first="No."))[FIRST] == "No."


def test_only_what_the_base_failed_at_is_asked_again(home: Home) -> None:
    asked: list[Sequence[str]] = []
    assert FIRST not in base_answers(home, "one", saying(second="Two."))

    def ask(requests: Sequence[str]) -> dict[str, str]:
        asked.append(requests)
        return {FIRST: "One."}

    found = base_answers(home, "one", ask)
    assert (found[FIRST], found[SECOND], asked) == ("One.", "Two.", [[FIRST]])


def test_answers_that_were_cut_off_are_asked_for_again(home: Home) -> None:
    base_answers(home, "one", saying(first="Hello."))
    (kept,) = (home.path / "adapters").iterdir()
    kept.write_text('{"Say hel', "utf-8")
    assert base_answers(home, "one", saying(first="Hi."))[FIRST] == "Hi."
