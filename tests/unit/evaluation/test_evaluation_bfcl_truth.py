"""BFCL's right answers, played through our adapters, pass its checkers; less a call, they fail."""

from __future__ import annotations

import pytest

pytest.importorskip("bfcl_eval", reason="bfcl_eval is not installed: run `make suites`")

from bfcl_parts import playing_turns, without_last_call

from practicum.evaluation.attempts import Attempted
from practicum.evaluation.suites.bfcl_multi import as_prediction
from practicum.evaluation.suites.bfcl_suite import KNOWN_CALLS, MULTI_TURN, multi_turn, single_turn
from practicum.records import Prediction

CONTRADICTED = {
    "parallel_multiple_12",
    "parallel_multiple_26",
    "live_simple_106-63-0",
    "live_simple_112-68-0",
    "live_multiple_862-181-3",
    "live_multiple_964-207-0",
    "simple_java_36",
    "simple_java_64",
    "simple_java_65",
}
"""Items whose listed values contradict the functions' documentation, or, of Java, how the checker reads
source text (elements of any type as texts with their quotes): no answer could be right."""


@pytest.mark.slow
@pytest.mark.parametrize("category", MULTI_TURN)
async def test_200_conversations_of_a_category_pass_and_less_a_call_all_fail(category: str) -> None:
    passed, passed_cut = [], []
    for task in multi_turn(category):
        played = await task.attempt(playing_turns(task.known))
        passed.append(task.judge(played).strict)
        cut = as_prediction(task.item.id, [[turn] for turn in without_last_call(task)])
        passed_cut.append(task.judge(Attempted(prediction=cut)).strict)
    assert (sum(passed), len(passed)) == (200, 200)
    assert sum(passed_cut) == 0


@pytest.mark.parametrize("category", KNOWN_CALLS)
def test_listed_values_pass_and_less_a_call_fail(category: str) -> None:
    wrong, right_cut = set(), set()
    for task in single_turn(category):
        whole = Prediction(id=task.item.id, calls=task.item.expected)
        cut = Prediction(id=task.item.id, calls=task.item.expected[:-1])
        if not task.judge(Attempted(prediction=whole)).strict:
            wrong.add(task.item.id)
        if task.judge(Attempted(prediction=cut)).strict:
            right_cut.add(task.item.id)
    assert wrong == {name for name in CONTRADICTED if name.rsplit("_", 1)[0] == category}
    assert not right_cut
