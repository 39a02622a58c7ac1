from practicum.nodes.grounding.evidence import FEWEST
from practicum.nodes.grounding.signs import learn_signs, with_meant_signs
from practicum.records import ToolCall, ToolSpec

SPEC = ToolSpec(
    name="add_days",
    description="Add days to a date.",
    parameters={
        "type": "object",
        "properties": {"date": {"type": "string"}, "days": {"type": "integer"}, "exact": {"type": "boolean"}},
    },
)


def call(days: float, **more: object) -> ToolCall:
    return ToolCall(name="add_days", arguments={"days": days, **more})


def practised(
    forward: str = "{} days after May 1", back: str = "{} days before May 1"
) -> list[tuple[str, ToolCall]]:
    return [
        pair
        for days in range(3, 3 + FEWEST)
        for pair in ((forward.format(days), call(days)), (back.format(days), call(-days)))
    ]


def test_a_word_that_stood_with_one_sign_only_decides() -> None:
    signs = learn_signs(SPEC, practised())
    assert with_meant_signs(call(9), "what was 9 days before Easter", signs) == call(-9)
    assert with_meant_signs(call(-9), "which day comes 9 days after Easter", signs) == call(9)


def test_words_that_stood_with_both_signs_or_never_leave_the_call_as_it_is() -> None:
    signs = learn_signs(SPEC, practised())
    for days in (9, -9):
        assert with_meant_signs(call(days), "9 days from May 1", signs) == call(days)


def test_nothing_is_concluded_from_one_sign_or_from_few_queries() -> None:
    assert learn_signs(SPEC, practised()[:-2]) == {}
    assert learn_signs(SPEC, [pair for pair in practised() if pair[1].arguments["days"] > 0]) == {}
    assert with_meant_signs(call(9), "9 days before May 1", {}) == call(9)


def test_only_numbers_have_a_sign() -> None:
    signs = learn_signs(SPEC, practised())
    assert list(signs) == ["days"]
    odd = call(0, date="before", exact=True)
    assert with_meant_signs(odd, "0 days before May 1", signs) == odd
    wrong = ToolCall(name="add_days", arguments={"days": "nine"})
    assert with_meant_signs(wrong, "nine days before May 1", signs) == wrong
