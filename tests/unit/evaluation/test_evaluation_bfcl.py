"""BFCL's items: read without evaluation, answered by an arm, judged by its own checkers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("bfcl_eval", reason="bfcl_eval is not installed: run `make suites`")

from bfcl_parts import playing, playing_turns, without_last_call
from hypothesis import given
from hypothesis import strategies as st

from practicum.errors import BudgetSpent, ProviderError, SetupError
from practicum.evaluation.arms import ArmPlan
from practicum.evaluation.suites import is_suite, open_suite
from practicum.evaluation.suites.bfcl_calls import UnreadableCallsError, known_turns, read_calls
from practicum.evaluation.suites.bfcl_checkers import check_multi, check_single, new_world
from practicum.evaluation.suites.bfcl_forced import forced_turns
from practicum.evaluation.suites.bfcl_multi import MOST_ROUNDS
from practicum.evaluation.suites.bfcl_suite import CATEGORIES, bfcl_suite, multi_turn, single_turn
from practicum.evaluation.suites.measuring import measure_suite
from practicum.memory_store.home import Home
from practicum.models.budget import Budget
from practicum.models.embedders import HashingEmbedder
from practicum.models.scripted import ScriptedChatModel, ScriptedReply
from practicum.records import ToolCall
from practicum.tools.effects import Effect
from practicum.tools.suites.bfcl_tools import effect_of_function

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.from_regex(r"[a-z_][a-z0-9_]{0,8}", fullmatch=True).filter(
    lambda name: not __import__("keyword").iskeyword(name)
)


@given(NAMES, st.dictionaries(NAMES, VALUES, max_size=4))
def test_calls_written_as_python_come_back_as_they_were(name: str, arguments: dict[str, Any]) -> None:
    text = f"{name}({', '.join(f'{key}={value!r}' for key, value in arguments.items())})"
    call = ToolCall(name=name, arguments=arguments)
    assert read_calls(text) == (call,)
    assert read_calls(f"[{text}, {text}]") == (call, call)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello there",
        "f(x=open('a'))",
        "f(**{'a': 1})",
        "f(x=1)(y=2",
        "1 + 1",
        "[f(), 3]",
        "f(x=y)",
        "(" * 300,
    ],
)
def test_what_is_no_call_with_literal_arguments_is_refused_and_never_run(text: str) -> None:
    with pytest.raises(UnreadableCallsError):
        read_calls(text)


def test_positional_arguments_get_the_names_of_the_documentation() -> None:
    turns = known_turns([["sort('a.txt')", "mv('a', destination='b')"]], ["GorillaFileSystem"])
    assert [call.arguments for call in turns[0]] == [
        {"file_name": "a.txt"},
        {"source": "a", "destination": "b"},
    ]


def test_names_that_the_model_is_told_are_turned_back_for_the_checker() -> None:
    dotted = next(task for task in single_turn("multiple") if any("." in name for name in task.names))
    assert all("." not in spec.name for spec in dotted.specs)
    assert dotted.check(dotted.item.expected).valid
    own = [each for each in dotted.names if "." in each]
    assert own
    assert {dotted.names[each] for each in own} <= {spec.name for spec in dotted.specs}


def test_a_value_that_the_checker_stumbles_over_is_wrong_and_stops_nothing() -> None:
    functions = [
        {
            "name": "f",
            "description": "",
            "parameters": {
                "properties": {"x": {"type": "array", "items": {"type": "dict"}}},
                "required": ["x"],
            },
        }
    ]
    possible = [{"f": {"x": [[{"a": [1]}]]}}]
    right = ToolCall(name="f", arguments={"x": [{"a": 1}]})
    odd = ToolCall(name="f", arguments={"x": ["text"]})
    assert check_single(functions, [right], possible, "simple_python").valid
    verdict = check_single(functions, [odd], possible, "simple_python")
    assert not verdict.valid
    assert verdict.error


def test_no_call_is_right_where_no_function_fits_and_wrong_where_one_does() -> None:
    call = ToolCall(name="anything")
    for category, right in (("irrelevance", ()), ("live_irrelevance", ()), ("live_relevance", (call,))):
        task = single_turn(category)[0]
        wrong = () if right else (call,)
        assert task.check(right).valid
        assert not task.check(wrong).valid
        assert task.wants_call == bool(right)


async def test_a_conversation_is_judged_by_what_it_leads_to() -> None:
    task = multi_turn("multi_turn_base")[0]
    whole = task.judge(await task.attempt(playing_turns(task.known)))
    assert (whole.strict, whole.tool, whole.why) == (True, True, "")
    cut = task.judge(await task.attempt(playing_turns(without_last_call(task))))
    assert (cut.strict, cut.tool) == (False, False)
    assert "multi_turn:" in cut.why


async def test_a_turn_of_too_many_steps_ends_the_conversation_as_the_benchmark_does() -> None:
    task = multi_turn("multi_turn_base")[0]
    first, *rest = task.known
    looking = ToolCall(name="ls", arguments={})
    after = [reply for turn in rest for reply in ([turn, ()] if turn else [()])]
    for steps, right in ((MOST_ROUNDS, True), (MOST_ROUNDS + 1, False)):
        at_first = [[first[0]], *[[looking]] * (steps - len(first)), *[[call] for call in first[1:]], ()]
        verdict = task.judge(await task.attempt(playing([*at_first, *after])))
        assert verdict.strict is right, verdict.why
    assert "finished" in verdict.why


async def test_attempts_leave_nothing_behind_for_the_next() -> None:
    task = multi_turn("multi_turn_base")[3]
    verdicts = [task.judge(await task.attempt(playing_turns(task.known))).strict for _ in range(2)]
    assert verdicts == [True, True]


def test_a_conversation_that_ended_early_fails() -> None:
    task = multi_turn("multi_turn_base")[0]
    assert check_multi(task.entry, [], task.known).kind == "multi_turn:force_terminated"


def test_functions_held_back_are_not_there_before_their_turn() -> None:
    task = multi_turn("multi_turn_miss_func")[0]
    (turn, names), *_ = task.entry["missed_function"].items()
    before = {spec.name for spec in task.specs_in(int(turn) - 1)}
    after = {spec.name for spec in task.specs_in(int(turn))}
    assert after - before == set(names)
    assert "more functions" in str(task.messages_of(int(turn))[0].content)


def test_functions_that_only_read_leave_the_state_as_it_was_in_every_right_answer() -> None:
    seen: set[str] = set()
    for task in multi_turn("multi_turn_base"):
        world = new_world(task.entry)
        owners = {
            spec.name: name
            for name in task.entry["involved_classes"]
            for spec in task.specs
            if hasattr(world.instances[name], spec.name)
        }
        for call in task.item.expected:
            if effect_of_function(owners[call.name], call.name)[0] is Effect.READ_ONLY:
                before = world.state
                world.text(call.name, call.arguments)
                assert world.state == before, call
                seen.add(call.name)
            else:
                world.text(call.name, call.arguments)
    assert len(seen) > 35


async def test_single_calls_are_asked_for_with_a_right_past() -> None:
    whole = multi_turn("multi_turn_base")[0]
    forced = list(forced_turns(whole))
    assert [turn.item.expected for turn in forced] == [calls for calls in whole.known if len(calls) == 1]
    later = next(turn for turn in forced if turn.turn > 0)
    messages = later.messages()
    assert messages[-1].type == "human"
    assert sum(message.type == "tool" for message in messages) == sum(
        len(calls) for calls in whole.known[: later.turn]
    )
    attempt = await later.attempt(playing([later.item.expected]))
    assert later.judge(attempt).strict
    assert not later.judge(await later.attempt(playing([()]))).strict


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_category_opens_with_items_and_tools(category: str) -> None:
    suite = bfcl_suite(category)
    assert len({task.item.id for task in suite.tasks}) == len(suite.tasks) > 0
    assert suite.first(3).tasks == suite.tasks[:3]
    bare = [task.item.id for task in suite.tasks[:50] if not task.specs]
    assert bare == [] or "irrelevance" in category


def test_an_unknown_category_names_those_there_are() -> None:
    assert is_suite("bfcl:anything")
    assert not is_suite("almanac")
    with pytest.raises(SetupError) as unknown:
        open_suite("bfcl:simple")
    assert "simple_python" in unknown.value.fix


async def test_arms_are_compared_and_broken_items_left_out(tmp_path: Path) -> None:
    suite = open_suite("bfcl:simple_python").first(4)
    replies = [
        ScriptedReply(tool_calls=suite.tasks[0].item.expected),
        ScriptedReply(content="I do not know."),
        ScriptedReply(error="connection"),
        ScriptedReply(tool_calls=(ToolCall(name="nothing"),)),
    ]
    model = ScriptedChatModel(replies=tuple(replies))
    watched: list[tuple[str, int, int]] = []
    with Home.open(tmp_path, HashingEmbedder(), write=True) as home:
        plans = [ArmPlan("base", grounding=False)]
        told = watched.append
        ladder = await measure_suite(
            home, suite, model, plans, concurrency=1, on_progress=lambda *at: told(at), model_name="scripted"
        )
        assert not list((tmp_path / "evaluations").iterdir())
    assert ladder.arms[0].scores.broken == 1
    figures = ladder.arms[0].scores.strict
    assert (figures.correct.k, figures.well_formed.k) == (1, 1)
    assert ladder.arms[0].about.endswith("judged by BFCL's AST checker")
    assert watched[-1] == ("base", 4, 4)


async def test_a_provider_that_fails_in_a_conversation_breaks_its_item_only() -> None:
    task = multi_turn("multi_turn_base")[0]

    def failing(_: Any) -> Any:
        raise ProviderError("gone")

    with pytest.raises(ProviderError):
        await task.attempt(failing)


class Served(ScriptedChatModel):
    """A model on a server."""

    base_url: str = ""


async def test_answers_of_another_server_are_not_taken_for_this_ones(tmp_path: Path) -> None:
    suite = open_suite("bfcl:simple_python").first(2)

    async def measure(url: str, replies: int, calls: int | None) -> int:
        model = Served(replies=(ScriptedReply(content="No."),) * replies, base_url=url)
        with Home.open(tmp_path, HashingEmbedder(), write=True) as home:
            ladder = await measure_suite(
                *(home, suite, model, [ArmPlan("base", grounding=False)]),
                concurrency=1,
                budget=Budget(max_model_calls=calls),
                model_name="scripted",
            )
        return ladder.arms[0].scores.strict.n

    with pytest.raises(BudgetSpent):
        await measure("http://one/v1", replies=2, calls=1)
    assert await measure("http://two/v1", replies=2, calls=None) == 2  # one reply each: none was known
    assert await measure("http://one/v1", replies=1, calls=None) == 2


async def test_conversations_go_on_with_every_budget_that_one_of_them_fits_in(tmp_path: Path) -> None:
    suite = open_suite("bfcl:multi_turn_base").first(3)
    turns = [len(task.entry["question"]) for task in multi_turn("multi_turn_base")[:3]]

    async def measure(replies: int, calls: int | None) -> int:
        model = ScriptedChatModel(replies=(ScriptedReply(content="Done."),) * replies)
        with Home.open(tmp_path, HashingEmbedder(), write=True) as home:
            ladder = await measure_suite(
                *(home, suite, model, [ArmPlan("base", grounding=False)]),
                concurrency=16,
                budget=Budget(max_model_calls=calls),
                model_name="scripted",
            )
        return ladder.arms[0].scores.strict.n

    with pytest.raises(BudgetSpent, match="1 of 3 items"):
        await measure(replies=sum(turns), calls=turns[0] + 1)
    assert await measure(replies=sum(turns[1:]), calls=None) == 3
