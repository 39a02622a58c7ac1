"""What a base says to requests without a call is asked once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from practicum.memory_store.home import Home
from practicum.models.embedders import HashingEmbedder
from practicum.training.answers import base_answers


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with Home.open(tmp_path / "home", HashingEmbedder(), write=True) as opened:
        yield opened


def never() -> dict[str, str]:
    raise AssertionError("the base was asked again")


def test_a_base_is_asked_once_and_each_base_for_itself(home: Home) -> None:
    first = base_answers(home, "one", lambda: {"Tell me a joke.": "Knock, knock."})
    assert base_answers(home, "one", never) == first == {"Tell me a joke.": "Knock, knock."}
    assert base_answers(home, "two", lambda: {"Tell me a joke.": "No."}) == {"Tell me a joke.": "No."}


def test_answers_that_were_cut_off_are_asked_for_again(home: Home) -> None:
    base_answers(home, "one", lambda: {"Say hello.": "Hello."})
    (kept,) = (home.path / "adapters").iterdir()
    kept.write_text('{"Say hel', "utf-8")
    assert base_answers(home, "one", lambda: {"Say hello.": "Hi."}) == {"Say hello.": "Hi."}
