"""What the gate counts: a query once, phrasings of a call as one, queries without a call by their kind."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from gate_parts import Row, items, judge, rows, scores

from practicum.errors import SetupError
from practicum.evaluation.gate import GateVerdict, judge_candidate, require_enough
from practicum.evaluation.scores import summarise
from practicum.evaluation.statistics.phrasings import one_a_group
from practicum.evaluation.validation import no_call_items, validation_items
from practicum.models.embedders import HashingEmbedder
from practicum.records import Item, ToolCall


def test_data_given_twice_counts_once_and_what_was_learned_does_not_count() -> None:
    asked = ["How far is Oslo?", "how far is  oslo", "What is the time in Rome?"]
    given_items = [Item(id=str(number), query=query, expected=()) for number, query in enumerate(asked)]
    found = validation_items(given_items, [("What is the time in Rome", None)], HashingEmbedder())
    assert [item.id for item in found.items] == ["0"]
    assert (found.overlapping, found.repeated) == (1, 1)
    assert validation_items(given_items, [], None).repeated == 1


def test_a_request_without_a_call_decides_unless_a_tool_has_answered_the_like() -> None:
    requests = ["write me a short poem about rain", "what is 17 times 23"]
    practised = [("what is 17 times 24", ToolCall(name="calculate", arguments={"text": "17*24"}))]
    items = no_call_items(requests, practised, HashingEmbedder())
    assert [(item.query, item.expected) for item in items] == [("write me a short poem about rain", ())]


def test_phrasings_of_one_call_are_one_observation() -> None:
    given_rows = rows("convert", wins=24) + rows("convert", both=20)
    calls = {item.id: str(number // 12) for number, item in enumerate(items(given_rows)[:24])}
    assert judge(given_rows).promoted
    verdict = judge_candidate(
        scores(given_rows, 1), scores(given_rows, 2, 0), items=items(given_rows), groups=calls
    )
    assert (verdict.paired.n, verdict.paired.wins, verdict.promoted) == (22, 2, False)
    assert "on 22 validation queries in 44 phrasings" in verdict.reason
    assert "not told from chance" in verdict.reason


def test_the_fewest_that_decide_are_counted_without_phrasings() -> None:
    given_rows = rows("convert", wins=24) + rows("", both=20)
    asked = [item for item in items(given_rows) if item.expected]
    six = {item.id: str(number % 6) for number, item in enumerate(asked)}
    told = "too few to tell anything, give 20 or more that need a call, phrasings of one call counted once"
    verdict = judge_candidate(
        scores(given_rows, 1), scores(given_rows, 2), items=items(given_rows), groups=six
    )
    assert not verdict.promoted
    assert told in verdict.reason
    require_enough(asked)
    require_enough(asked, groups={item.id: str(number % 20) for number, item in enumerate(asked)})
    with pytest.raises(SetupError, match=r"^6 queries that need a call, in 24 phrasings, could decide: 20 "):
        require_enough(asked, groups=six)


def test_a_call_of_which_all_phrasings_broke_does_not_count() -> None:
    given_rows = rows("convert", wins=40)
    pairs = {item.id: str(number // 2) for number, item in enumerate(items(given_rows))}
    one_broke, both_broke = (
        judge_candidate(
            scores(given_rows, 1), scores(given_rows, 2, broken), items=items(given_rows), groups=pairs
        )
        for broken in (1, 2)
    )
    assert one_broke.promoted
    assert "too few to tell anything" in both_broke.reason


def test_a_call_is_right_where_most_of_its_phrasings_are() -> None:
    given_rows = [
        ("convert", False, True),
        ("convert", False, True),
        ("convert", True, False),
        ("convert", True, False),
        ("convert", False, True),
    ]
    first, second = scores(given_rows, 1), scores(given_rows, 2, 0)
    named = [item.id for item in items(given_rows)]
    groups = {**dict.fromkeys(named[:3], "a"), **dict.fromkeys(named[3:], "b")}
    before, after = one_a_group(first, second, groups)
    assert [result.strict for result in before.results] == [False, True]
    assert [result.strict for result in after.results] == [True, False]


def test_more_calls_where_none_is_needed_refuse_a_gain() -> None:
    verdict = judge(rows("convert", wins=60) + rows("", both=14, losses=6))
    assert not verdict.promoted
    assert verdict.over_calls
    assert "calls tools where none is needed (6 of 20, 0 before): refused" in verdict.reason


def test_a_few_queries_without_a_call_are_told_to_be_few() -> None:
    verdict = judge(rows("convert", wins=60) + rows("", both=3))
    assert verdict.promoted
    assert "too few queries without a call (3) to judge over-calling" in verdict.reason


def judge_kinds(needless: Sequence[Row], missing: Sequence[Row]) -> GateVerdict:
    """Judge a gain of 60 with queries that expect no call of both kinds."""
    given_rows = [*rows("convert", wins=60), *needless, *missing]
    why = {str(len(given_rows) - 1 - place): "missing_argument" for place in range(len(missing))}
    made = [
        summarise([each.model_copy(update={"why_none": why.get(each.id)}) for each in side.results])
        for side in (scores(given_rows, 1), scores(given_rows, 2))
    ]
    return judge_candidate(*made, items=items(given_rows))


def test_the_kind_of_query_on_which_a_candidate_calls_too_often_is_named() -> None:
    verdict = judge_kinds(rows("", both=20), rows("", both=6, losses=7))
    assert not verdict.promoted
    assert verdict.reason.endswith(
        "calls tools where an argument is missing and must be asked for (7 of 13, 0 before): refused"
    )
    assert [(kind.n, kind.losses) for kind in verdict.over_calling_kinds] == [(20, 0), (13, 7)]


def test_both_kinds_together_may_show_what_neither_does_alone() -> None:
    verdict = judge_kinds(rows("", both=10, losses=4), rows("", both=10, losses=4))
    assert "calls tools where no call should be made (8 of 28, 0 before): refused" in verdict.reason


def test_what_was_gained_on_one_kind_does_not_pay_for_the_other() -> None:
    verdict = judge_kinds(rows("", both=10, wins=9), rows("", both=3, losses=8))
    assert not verdict.promoted
    assert verdict.over_calling.wins > verdict.over_calling.losses


def test_kinds_that_are_too_few_are_said_to_be() -> None:
    verdict = judge_kinds(rows("", both=20), rows("", both=3))
    assert verdict.promoted
    assert (
        "; too few queries where an argument is missing and must be asked for (3) to judge them by themselves"
        in verdict.reason
    )
