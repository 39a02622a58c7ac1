"""The collector while episodes run."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from practicum.graph.collecting import collected_seldom


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


def test_of_two_that_run_the_last_to_end_undoes_it() -> None:
    gc.set_threshold(700, 10, 10)
    first, second = collected_seldom(), collected_seldom()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert (gc.get_threshold()[0] > 700, gc.get_freeze_count() > 0) == (True, True)
    second.__exit__(None, None, None)
    assert (gc.get_threshold(), gc.get_freeze_count()) == ((700, 10, 10), 0)


@pytest.mark.parametrize("objects", [0, 100_000])
def test_who_wants_it_never_or_more_seldom_keeps_that(objects: int) -> None:
    gc.set_threshold(objects, 10, 10)
    with collected_seldom():
        assert gc.get_threshold()[0] == objects
    assert gc.get_threshold()[0] == objects
