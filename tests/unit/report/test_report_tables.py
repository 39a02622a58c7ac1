import pytest

from practicum.evaluation import Arm, Leak, LeakReport, Proportion, build_ladder, paired, score, wrong_items
from practicum.records import Item, Prediction, ToolCall, ToolSpec
from practicum.report import tables, words

SPEC = ToolSpec(
    name="[red]units",
    description="",
    parameters={"type": "object", "properties": {"to_unit": {"type": "string"}}},
)


def call(unit: str) -> ToolCall:
    return ToolCall(name=SPEC.name, arguments={"to_unit": unit})


ITEMS = [Item(id=f"i{n}", query="70 kg? \x1b[31m", expected=(call("lb"),)) for n in range(60)]
RIGHT = [Prediction(id=f"i{n}", calls=(call("lb" if n < 21 else "oz"),)) for n in range(60)]
WRONG = [Prediction(id=f"i{n}", calls=(call("oz"),)) for n in range(59)]
SCORES = score(ITEMS, RIGHT, [SPEC])
LADDER = build_ladder(
    [Arm(name="base", scores=score(ITEMS, WRONG, [SPEC])), Arm(name="demos [bold]", scores=SCORES)]
)


def test_the_ladder_shows_rate_count_and_interval_of_each_arm() -> None:
    text = tables.plain(tables.ladder_table(LADDER), width=200)
    assert "35 % (21/60, 24\u201348)" in text
    assert "0 % (0/60, 0\u20136)" in text
    assert "98 % (59/60, 91\u2013100)" in text
    assert "demos [bold]" in text
    assert "equal arguments" in text
    assert "same meaning" in tables.plain(tables.ladder_table(LADDER, lenient=True))


def test_plain_tables_hold_no_escapes_and_names_are_never_read_as_markup() -> None:
    wrong = tables.wrong_table(wrong_items(ITEMS, RIGHT, SCORES))
    text = tables.plain(wrong, width=160) + tables.plain(tables.tool_table(SCORES), width=160)
    assert "\x1b" not in text
    assert "70 kg? \ufffd[31m" in text
    assert "[red]units" in text
    assert "39 items not equal to what was expected, 20 shown" in text
    assert "to_unit: 'oz' instead of 'lb'" in text


def test_a_narrow_terminal_loses_no_figure() -> None:
    text = tables.plain(tables.ladder_table(LADDER), width=60)
    assert "24\u201348" in text.replace("\n", "")


def test_leaks_are_counted_apart_and_say_when_they_were_not_looked_for() -> None:
    leaks = tuple(Leak(id=f"i{n}", query="q", learned="q") for n in range(10))
    report = LeakReport(items=60, learned=9, threshold=0.95, exact=leaks, near=None, same_call=())
    text = tables.plain(tables.leak_table(report))
    assert "i7 and 2 more" in text
    assert "not checked" in text
    assert "similarity 0.95 or more" in text


def test_the_summary_names_what_was_not_scored() -> None:
    assert tables.scores_summary(SCORES) == "60 items scored"
    missing = LADDER.arms[0].scores
    assert tables.scores_summary(missing) == "60 items scored, 1 of them without a prediction (wrong)"


@pytest.mark.parametrize(
    ("k", "n", "shown"),
    [(0, 0, "\u2013"), (0, 60, "0 %"), (60, 60, "100 %"), (1, 1000, "< 1 %"), (999, 1000, "> 99 %")],
)
def test_all_and_none_are_kept_for_all_and_none(k: int, n: int, shown: str) -> None:
    assert words.proportion(Proportion(k=k, n=n)).startswith(shown)


def test_words_for_costs_and_for_no_difference() -> None:
    assert words.duration(2.54) == "2.5 s"
    assert words.duration(250) == "4 min 10 s"
    assert words.duration(12_000) == "3 h 20 min"
    assert words.duration(59.97) == "1 min 0 s"
    assert words.mean(None, "s") == "\u2013"
    assert words.mean(1234.5, "") == "1,234"
    assert words.mean(0.0213, "s") == "0.021 s"
    assert words.mean(13.4, "") == "13"
    assert words.thousands(1234567) == "1,234,567"
    nothing = score([], [], [])
    assert words.difference(paired(nothing, nothing)) == "\u2013"
