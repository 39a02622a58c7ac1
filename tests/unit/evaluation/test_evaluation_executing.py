"""Evaluation by execution: calls that say something else may return the same, and the other way round."""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

import practicum
from practicum.errors import ProviderError, SetupError
from practicum.evaluation import Scores, score
from practicum.evaluation.attempts import Attempted
from practicum.evaluation.executing import (
    CHANGING,
    FAILED,
    NO_CALL,
    NOT_READ_ONLY,
    TOO_LONG,
    UNREACHED,
    Execute,
)
from practicum.evaluation.returned import same_returned, same_text
from practicum.records import ErrorKind, Item, JsonObject, Observation, Prediction, ToolCall
from practicum.tools.executor import Executor
from practicum.tools.langchain_tools import make_catalog

numbers = itertools.count()
erased: list[str] = []
made: list[str] = []


@practicum.read_only
def add(a: int, b: int) -> str:
    """Add two numbers."""
    made.append(f"{a}+{b}")
    return f'{{"sum": {a + b}}}'


@practicum.read_only
def divide(a: float, b: float) -> float:
    """Divide."""
    return a / b


@practicum.read_only
def ticket() -> int:
    """Draw a number."""
    return next(numbers)


@practicum.read_only
def clock() -> float:
    """Tell the seconds since 1970."""
    return float(int(time.time()))


@practicum.read_only
def today() -> str:
    """Tell the date."""
    return time.strftime("It is %Y-%m-%d.", time.gmtime())


@practicum.read_only
def flood(text: str) -> str:
    """Say it very often."""
    return text * 300_000


def erase(what: str) -> str:
    """Erase something."""
    erased.append(what)
    return "gone"


gone: list[bool] = []


@practicum.read_only
def shout(text: str) -> str:
    """Say it loudly."""
    if gone and gone.pop(0):
        raise ProviderError("the server is gone")
    return text.upper()


CATALOG = make_catalog([add, divide, ticket, clock, today, flood, erase, shout])


def call(name: str, **arguments: object) -> ToolCall:
    return ToolCall(name=name, arguments=arguments)


async def executed(*pairs: tuple[Sequence[ToolCall], Sequence[ToolCall]], pause_s: float = 0.0) -> Scores:
    """The scores of items that expect the first calls of each pair and were answered by the second."""
    items = [Item(id=str(n), query="q", expected=tuple(expected)) for n, (expected, _) in enumerate(pairs)]
    attempts = [
        Attempted(prediction=Prediction(id=str(n), calls=tuple(calls))) for n, (_, calls) in enumerate(pairs)
    ]
    execute = Execute(CATALOG, pause_s=pause_s)
    return await execute(items, attempts, score(items, attempts, CATALOG.specs))


def same(scores: Scores) -> list[bool | None]:
    return [result.same_result for result in scores.results]


async def test_other_arguments_that_return_the_same_have_the_same_result() -> None:
    right = [call("add", a=2, b=3)]
    scores = await executed(
        (right, right),
        (right, [call("add", a=3, b=2)]),
        (right, [call("add", a=3, b=3)]),
        (right, []),
        ([call("divide", a=1, b=3)], [call("divide", a=0.1, b=0.3)]),
    )
    assert same(scores) == [True, True, False, False, True]
    assert scores.same_result is not None
    assert (scores.same_result.k, scores.same_result.n) == (3, 5)
    of_add = scores.per_tool["add"].same_result
    assert of_add is not None
    assert (of_add.k, of_add.n) == (2, 4)
    assert scores.figures()["per_tool"]["divide"]["same_result"]["k"] == 1


async def test_an_error_is_never_the_same_as_anything() -> None:
    scores = await executed(
        ([call("divide", a=1, b=2)], [call("divide", a=1, b=0)]),
        ([call("divide", a=1, b=2)], [call("divide", a=1)]),
        ([call("divide", a=1, b=0)], [call("divide", a=1, b=0)]),
    )
    assert same(scores) == [False, False, None]
    assert scores.execution is not None
    assert scores.execution.left_out == {FAILED: 1}


async def test_a_tool_that_may_change_something_is_never_executed() -> None:
    add_call, erase_call = call("add", a=1, b=1), call("erase", what="all")
    made.clear()
    scores = await executed(([add_call], [erase_call]), ([erase_call], [add_call]), ([], [erase_call]))
    assert same(scores) == [False, None, None]
    assert erased == []
    assert scores.execution is not None
    assert scores.execution.left_out == {NOT_READ_ONLY: 1, NO_CALL: 1}
    assert made == ["1+1", "1+1"]  # twice, to see whether it returns the same again, and never again


async def test_tools_that_do_not_return_the_same_again_are_left_out() -> None:
    scores = await executed(
        ([call("ticket")], [call("ticket")]),
        ([call("today")], [call("today")]),
        ([call("add", a=1, b=1), call("ticket")], [call("add", a=1, b=1), call("ticket")]),
        ([call("add", a=1, b=1)], [call("ticket")]),
    )
    assert same(scores) == [None, None, None, False]
    assert scores.execution is not None
    assert (scores.execution.executed, scores.execution.left_out) == (1, {CHANGING: 3})


@pytest.mark.parametrize("when", [[True, False], [False, True]])
async def test_an_expected_call_whose_tool_is_out_of_reach_leaves_the_item_out(when: list[bool]) -> None:
    gone[:] = when
    scores = await executed(([call("shout", text="a")], [call("shout", text="A")]))
    assert same(scores) == [None]
    assert scores.execution is not None
    assert scores.execution.left_out == {UNREACHED: 1}


async def test_a_call_whose_tool_is_out_of_reach_is_neither_the_same_nor_another_and_made_again() -> None:
    items = [Item(id="0", query="q", expected=(call("shout", text="a"),))]
    attempts = [Attempted(prediction=Prediction(id="0", calls=(call("shout", text="A"),)))]
    plain = score(items, attempts, CATALOG.specs)
    execute = Execute(CATALOG, pause_s=0.0)
    gone[:] = [False, False, True]
    first = await execute(items, attempts, plain)
    assert same(first) == [None]
    assert first.execution is not None
    assert first.execution.left_out == {UNREACHED: 1}
    assert same(await execute(items, attempts, plain)) == [True]


async def test_a_clock_of_seconds_is_seen_to_move() -> None:
    assert same(await executed(([call("clock")], [call("clock")]), pause_s=1.1)) == [None]


async def test_a_result_that_is_too_long_is_not_compared() -> None:
    flooded = call("flood", text="x")
    scores = await executed(([flooded], [flooded]))
    assert scores.execution is not None
    assert scores.execution.left_out == {TOO_LONG: 1}


async def test_arms_share_what_was_executed() -> None:
    item = Item(id="one", query="q", expected=(call("add", a=40, b=2),))
    attempt = Attempted(prediction=Prediction(id="one", calls=item.expected))
    execute = Execute(CATALOG, pause_s=0)
    made.clear()
    for _ in range(3):
        scores = await execute([item], [attempt], score([item], [attempt], CATALOG.specs))
        assert same(scores) == [True]
    assert made == ["40+2", "40+2"]


async def test_broken_items_are_not_compared() -> None:
    item = Item(id="one", query="q", expected=(call("add", a=1, b=2),))
    attempt = Attempted(prediction=Prediction(id="one"), broken="503")
    scores = await Execute(CATALOG, pause_s=0)([item], [attempt], score([item], [attempt], CATALOG.specs))
    assert same(scores) == [None]
    assert scores.same_result is not None
    assert scores.same_result.n == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('{"a": 1, "b": [1.0]}', '{"b": [1], "a": 1.0000000000001}'),
        ("0.30000000000000004", "0.3"),
        ("a  b\n", "a b"),
        ('["a  b"]', '["a b"]'),
    ],
)
def test_json_is_compared_by_value_and_text_without_its_spaces(one: str, other: str) -> None:
    assert same_text(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1", "true"),
        ("0.3", "0.30001"),
        ("NaN", "nan"),
        ("[1, 2]", "[2, 1]"),
        ('{"a": null}', "{}"),
        ("A", "a"),
        ("[" * 5000, "[" * 5001),
    ],
)
def test_other_results_are_other_results(one: str, other: str) -> None:
    assert not same_text(one, other)


def test_two_errors_and_two_cut_texts_are_not_the_same() -> None:
    failed = Observation(text="Error: no", error=ErrorKind.RAISED)
    cut = Observation(text="x ...", truncated=True)
    assert not same_returned([failed], [failed])
    assert not same_returned([cut], [cut])


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x, max_size=3)))
def test_every_result_is_the_same_as_itself(value: JsonObject) -> None:
    text = practicum.records.canonical_json(value)
    assert same_text(text, text)


async def test_what_the_user_must_mend_comes_out_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refused(*_: object) -> Observation:
        raise SetupError("the world can't be made anew", "mend its reset function")

    monkeypatch.setattr(Executor, "execute", refused)
    with pytest.raises(SetupError, match="made anew"):
        await executed(([call("add", a=1, b=2)], [call("add", a=2, b=1)]))
