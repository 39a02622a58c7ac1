"""The levels beside each other: only what there is has a column, and what must be known is said."""

from __future__ import annotations

from practicum.evaluation import Arm, build_ladder, score
from practicum.evaluation.attempts import Attempted
from practicum.evaluation.figures import Execution, Judging, summarise
from practicum.records import Item, Prediction, ToolCall, ToolSpec
from practicum.report.levels import all_items_broke, broken_items_notes, levels_notes, levels_table
from practicum.report.tables import figures_table, plain

SPEC = ToolSpec(
    name="find", description="", parameters={"type": "object", "properties": {"text": {"type": "string"}}}
)


def call(text: str) -> ToolCall:
    return ToolCall(name="find", arguments={"text": text})


ITEMS = [
    Item(id="a", query="a?", expected=(call("tea in Cork"),)),
    Item(id="b", query="b?", expected=(call("tea in Cork"),)),
    Item(id="none", query="Hello!", expected=()),
    Item(id="ask", query="Find it.", expected=(), why_none="missing_argument"),
]
PREDICTIONS = [
    Prediction(id="a", calls=(call("tea in Cork"),)),
    Prediction(id="b", calls=(call("green tea in Cork"),)),
    Prediction(id="none"),
    Prediction(id="ask", calls=(call("it"),)),
]
PLAIN = score(ITEMS, PREDICTIONS, [SPEC], leaked={"a"})
ASKED = summarise(
    [each.model_copy(update={"verdict": each.unsure or None, "same_result": True}) for each in PLAIN.results],
    judging=Judging(judge="[red]j", asked=1, same=1, different=0, not_judged=0),
    execution=Execution(executed=2, left_out={"no call is expected": 2}),
)


def test_levels_that_nobody_asked_for_have_no_column() -> None:
    ladder = build_ladder([Arm(name="base", scores=score(ITEMS, PREDICTIONS[:3], [SPEC]))])
    text = plain(levels_table(ladder), width=200)
    assert "same meaning" in text
    assert "must ask first" in text
    for absent in ("judge", "same result", "clean"):
        assert absent not in text
    assert levels_notes(ladder) == (
        "base: 1 item counted as wrong for free text that may say the same; --judge asks a model",
    )


def test_levels_that_were_asked_for_stand_beside_each_other_with_their_notes() -> None:
    ladder = build_ladder([Arm(name="base", scores=PLAIN), Arm(name="demos", scores=ASKED)])
    text = plain(levels_table(ladder), width=220)
    assert "75 % (3/4" in text
    assert "33 % (1/3" in text
    notes = levels_notes(ladder)
    assert "demos: [red]j was asked about 1 item: 1 the same, 0 different, 0 not judged" in notes
    assert "demos: results compared for 2 items; 2 items not, no call is expected" in notes
    assert "1 item in what was tried or learned, exactly or nearly: left out of clean" in notes
    assert notes[-1] == "how far this judge agrees with people is not known"


def test_the_figures_of_predictions_stand_strict_beside_lenient() -> None:
    text = plain(figures_table(PLAIN), width=120)
    assert "no call: must ask first" in text
    assert "0 % (0/1" in text


def test_items_that_broke_are_told_with_the_reason_and_all_of_them_are_no_measurement() -> None:
    broken = Attempted(prediction=Prediction(id="a"), broken="its reply can't be read")
    others = [Attempted(prediction=each) for each in PREDICTIONS[1:]]
    some = build_ladder([Arm(name="base", scores=score(ITEMS, [broken, *others], [SPEC]))])
    (note,) = broken_items_notes(some)
    assert note.startswith("base: 1 of 4 items broke and are not scored; the same command asks them again.")
    assert note.endswith("its reply can't be read")
    assert not all_items_broke(some)
    every = [broken.model_copy(update={"prediction": each}) for each in PREDICTIONS]
    assert all_items_broke(build_ladder([Arm(name="base", scores=score(ITEMS, every, [SPEC]))]))
    assert broken_items_notes(build_ladder([Arm(name="base", scores=PLAIN)])) == ()
