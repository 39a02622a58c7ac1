from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practicum.errors import DataError, SetupError
from practicum.evaluation import (
    Arm,
    Attempted,
    ItemStatus,
    Ladder,
    Scores,
    build_ladder,
    paired,
    score,
    where_to_look,
    wrong_items,
)
from practicum.evaluation.scores import ItemResult, summarise
from practicum.records import Item, Prediction, ToolCall, ToolSpec, Usage

UNITS = ToolSpec(
    name="convert_units",
    description="Converts a quantity.",
    parameters={
        "type": "object",
        "properties": {"value": {"type": "number"}, "to_unit": {"type": "string", "enum": ["kg", "lb"]}},
        "required": ["value", "to_unit"],
        "additionalProperties": False,
    },
)
CLOCK = ToolSpec(name="now", description="Tells the time.", parameters={"type": "object", "properties": {}})
SPECS = [UNITS, CLOCK]


def units(value: Any = 70, to_unit: str = "lb") -> ToolCall:
    return ToolCall(name="convert_units", arguments={"value": value, "to_unit": to_unit})


ITEMS = (
    Item(id="right", query="70 kg in pounds?", expected=(units(),)),
    Item(id="wrong", query="70 kg in pounds, please?", expected=(units(),)),
    Item(id="ill-formed", query="70 kg?", expected=(units(),)),
    Item(id="unreadable", query="pounds?", expected=(units(),)),
    Item(id="empty", query="What time is it?", expected=(ToolCall(name="now"),)),
    Item(id="joke", query="Tell me a joke.", expected=()),
    Item(id="needless", query="Hello!", expected=()),
    Item(id="missing", query="7 kg in pounds?", expected=(units(7),)),
    Item(id="broken", query="8 kg in pounds?", expected=(units(8),)),
)
ATTEMPTS = (
    Attempted(
        prediction=Prediction(id="right", calls=(units(70.0),)),
        usage=Usage(model_calls=1, prompt_tokens=90, completion_tokens=10),
        seconds=2.0,
    ),
    Attempted(
        prediction=Prediction(id="wrong", calls=(units(70, "kg"),)),
        usage=Usage(model_calls=1, prompt_tokens=190, completion_tokens=10),
        seconds=4.0,
    ),
    Prediction(id="ill-formed", calls=(units("70"),)),
    Prediction(id="unreadable", raw="Action: convert_units{"),
    Prediction(id="empty", calls=(ToolCall(name="now"),)),
    Prediction(id="joke", raw="Why did the chicken ..."),
    Prediction(id="needless", calls=(ToolCall(name="now"),)),
    Attempted(prediction=Prediction(id="broken"), broken="the provider answered 503"),
)


def counts(scores: Scores, how: str = "strict") -> dict[str, str]:
    figures = scores.figures()[how]
    return {name: f"{value['k']}/{value['n']}" for name, value in figures.items() if isinstance(value, dict)}


def test_every_figure_has_the_denominator_its_docstring_names() -> None:
    scores = score(ITEMS, ATTEMPTS, SPECS)
    assert (scores.strict.n, scores.missing, scores.broken) == (8, 1, 1)
    assert counts(scores) == {
        "well_formed": "5/8",
        "tool_match": "5/8",
        "tool_match_of_well_formed": "4/5",
        "correct": "3/8",
        "correct_nonempty": "1/5",
        "no_call_correct": "1/2",
        "no_tool_needed_correct": "1/2",
        "missing_argument_correct": "0/0",
    }
    assert counts(scores, "lenient")["correct"] == "4/8"


def test_why_no_call_is_expected_is_counted_apart() -> None:
    items = [*ITEMS, Item(id="ask", query="How heavy is it?", expected=(), why_none="missing_argument")]
    found = counts(score(items, [*ATTEMPTS, Prediction(id="ask", calls=(units(),))], SPECS))
    named = ("no_call_correct", "no_tool_needed_correct", "missing_argument_correct")
    assert [found[name] for name in named] == ["1/3", "1/2", "0/1"]


def test_what_was_leaked_is_left_out_of_the_clean_figure_only() -> None:
    scores = score(ITEMS, ATTEMPTS, SPECS, leaked={"right", "joke", "broken"})
    assert (counts(scores)["correct"], counts(scores)["clean"], scores.leaked) == ("3/8", "1/6", 3)
    assert counts(scores, "lenient")["clean"] == "2/6"
    assert "clean" not in score(ITEMS, ATTEMPTS, SPECS).figures()["strict"]
    assert score(ITEMS, ATTEMPTS, SPECS, leaked=()).figures()["strict"]["clean"]["n"] == 8


def test_costs_are_means_over_the_items_that_know_theirs() -> None:
    figures = score(ITEMS, ATTEMPTS, SPECS).strict
    assert (figures.tokens_per_query, figures.seconds_per_query) == (150.0, 3.0)
    assert score(ITEMS, [], SPECS).strict.tokens_per_query is None


def test_an_item_stands_under_every_tool_it_expects() -> None:
    both = Item(id="both", query="q", expected=(units(), ToolCall(name="now"), units()))
    per_tool = score([both, *ITEMS], [Prediction(id="both", calls=both.expected)], SPECS).per_tool
    assert {tool: pair.strict.n for tool, pair in per_tool.items()} == {"convert_units": 7, "now": 2}
    assert per_tool["now"].strict.correct.k == 1


def test_results_say_why_in_the_order_of_the_items() -> None:
    results = score(ITEMS, ATTEMPTS, SPECS).results
    assert [result.id for result in results] == [item.id for item in ITEMS]
    why = {result.id: result.why for result in results}
    assert why["right"] == ""
    assert why["wrong"] == "to_unit: 'kg' instead of 'lb'"
    assert "'70' is not of type 'number'" in why["ill-formed"]
    assert why["unreadable"] == "no call, convert_units was expected (the reply holds no readable call)"
    assert why["needless"] == "called now, no call was expected"
    assert why["missing"] == "there is no prediction"
    assert why["broken"] == "the provider answered 503"


def test_a_null_optional_argument_is_well_formed_and_an_unknown_tool_is_not() -> None:
    spec = ToolSpec(
        name="t", description="", parameters={"type": "object", "properties": {"x": {"type": "string"}}}
    )
    items = [Item(id=str(number), query="q", expected=(ToolCall(name="t"),)) for number in range(2)]
    made = [ToolCall(name="t", arguments={"x": None}), ToolCall(name="u")]
    scores = score(items, [Prediction(id=str(n), calls=(call,)) for n, call in enumerate(made)], [spec])
    assert [(result.well_formed, result.strict) for result in scores.results] == [
        (True, True),
        (False, False),
    ]


@pytest.mark.parametrize(
    ("predictions", "words"),
    [
        ([Prediction(id="stranger")], "'stranger', but no such item"),
        ([Prediction(id="right"), Prediction(id="right")], "two predictions for 'right'"),
    ],
)
def test_predictions_of_other_items_and_double_ones_are_refused(
    predictions: list[Prediction], words: str
) -> None:
    with pytest.raises(DataError, match=words):
        score(ITEMS, predictions, SPECS)


def test_items_with_one_id_are_refused() -> None:
    with pytest.raises(DataError, match="same id"):
        score([ITEMS[0], ITEMS[0]], [], SPECS)


def test_a_schema_that_is_none_is_the_users_to_fix() -> None:
    broken = ToolSpec(name="convert_units", description="", parameters={"type": "objekt"})
    with pytest.raises(SetupError, match="no JSON Schema"):
        score(ITEMS, ATTEMPTS, [broken])


def test_a_schema_never_fetches_what_it_refers_to() -> None:
    remote = {"type": "object", "properties": {"value": {"$ref": "http://198.51.100.1/schema.json"}}}
    with pytest.raises(SetupError, match="refers to"):
        score(ITEMS[:1], ATTEMPTS[:1], [ToolSpec(name="convert_units", description="", parameters=remote)])


def test_nothing_to_score_gives_figures_without_rates() -> None:
    scores = score([], [], SPECS)
    assert (scores.strict.n, scores.strict.correct.rate) == (0, None)


def test_scores_come_back_from_json() -> None:
    scores = score(ITEMS, ATTEMPTS, SPECS)
    assert Scores.from_dict(scores.as_dict()) == scores
    assert "results" not in scores.figures()


def arm(flags: Sequence[bool | None]) -> Scores:
    """Scores of items that are right, wrong or (None) broken."""
    return summarise(
        [
            ItemResult(
                id=str(place),
                tools=("t",),
                empty_arguments=False,
                status=ItemStatus.BROKEN if flag is None else ItemStatus.SCORED,
                strict=bool(flag),
                lenient=bool(flag),
            )
            for place, flag in enumerate(flags)
        ]
    )


def test_arms_are_compared_item_by_item_without_the_broken_ones() -> None:
    found = paired(arm([True, False, False, True, None, True]), arm([True, True, True, False, True, None]))
    assert (found.n, found.wins, found.losses, found.difference) == (4, 2, 1, 0.25)


def test_a_clear_gain_has_an_interval_above_zero_and_a_small_p() -> None:
    found = paired(arm([False] * 30 + [True] * 30), arm([True] * 55 + [False] * 5))
    assert found.difference == pytest.approx(25 / 60)
    assert found.low is not None
    assert found.low > 0.2
    assert found.p < 0.001


def test_the_interval_is_bonett_and_prices() -> None:
    found = paired(arm([True] * 10 + [False] * 40), arm([True] * 8 + [False] * 2 + [True] * 9 + [False] * 31))
    # By hand: (10 - 3) / 52 = 0.13462 and its standard error sqrt((13/52 - 0.13462^2) / 52) = 0.06678.
    assert found.low == pytest.approx(0.13462 - 1.95996 * 0.06678, abs=1e-4)
    assert found.high == pytest.approx(0.13462 + 1.95996 * 0.06678, abs=1e-4)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=60))
def test_the_interval_of_a_difference_contains_it(pairs: list[tuple[bool, bool]]) -> None:
    found = paired(arm([one for one, _ in pairs]), arm([other for _, other in pairs]))
    if not pairs:
        assert (found.difference, found.low, found.high, found.p) == (None, None, None, 1.0)
        return
    assert found.low is not None
    assert found.high is not None
    assert found.difference is not None
    assert -1 <= found.low <= found.difference <= found.high <= 1
    assert 0 < found.p <= 1


def test_arms_on_different_items_are_not_compared() -> None:
    with pytest.raises(SetupError, match="different items"):
        paired(arm([True]), arm([True, False]))


def test_a_ladder_holds_the_difference_of_every_arm_against_the_first() -> None:
    base, demos, lora = arm([False] * 4), arm([True, False, False, False]), arm([True] * 4)
    arms = [Arm(name="base", scores=base), Arm(name="demos", scores=demos), Arm(name="lora", scores=lora)]
    ladder = build_ladder(arms)
    found = [(rung.arm, rung.against, rung.strict.difference) for rung in ladder.rungs]
    assert found == [("demos", "base", 0.25), ("lora", "base", 1.0)]
    assert Ladder.from_dict(ladder.as_dict()) == ladder
    assert ladder.figures()["arms"][0]["name"] == "base"
    assert ladder.arm("lora").scores == lora


def test_a_ladder_without_arms_or_with_double_names_is_refused() -> None:
    with pytest.raises(SetupError, match="no arm"):
        build_ladder([])
    with pytest.raises(SetupError, match="same name"):
        build_ladder([Arm(name="base", scores=arm([]))] * 2)
    with pytest.raises(SetupError, match="no arm named 'x'"):
        build_ladder([Arm(name="base", scores=arm([]))]).arm("x")


def test_wrong_items_show_what_was_expected_and_answered_and_leave_broken_ones_out() -> None:
    wrong = wrong_items(ITEMS, ATTEMPTS, score(ITEMS, ATTEMPTS, SPECS))
    assert [item.id for item in wrong] == ["wrong", "ill-formed", "unreadable", "needless", "missing"]
    assert wrong[0].calls == (units(70, "kg"),)
    assert wrong[2].raw == "Action: convert_units{"
    assert [item.lenient for item in wrong] == [False, True, False, False, False]


def test_where_to_look_names_the_weak_spots() -> None:
    spots = where_to_look(score(ITEMS, ATTEMPTS, SPECS), limit=10)
    assert spots[0] == "broken and not scored: 1 item; run them again"
    assert "convert_units.to_unit is wrong: 1 item; practise it" in spots
    assert "a call where none is needed: 1 item; learn from examples without one" in spots
    assert where_to_look(score(ITEMS[:1], ATTEMPTS[:1], SPECS)) == ()
