"""BFCL's items: read without evaluation, answered by an arm, judged by its own checkers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("bfcl_eval", reason="bfcl_eval is not installed: run `make suites`")

from bfcl_parts import playing, playing_turns, without_last_call
from hypothesis import given
from hypothesis import strategies as st

from practicum.errors import BudgetSpent, DataError, ProviderError, SetupError
from practicum.evaluation.arms import ArmPlan
from practicum.evaluation.suites import is_suite, open_suite
from practicum.evaluation.suites.bfcl_calls import UnreadableCallsError, known_turns, read_calls
from practicum.evaluation.suites.bfcl_checkers import check_multi, check_single, new_world
from practicum.evaluation.suites.bfcl_forced import forced_turns
from practicum.evaluation.suites.bfcl_multi import MOST_ROUNDS
from practicum.evaluation.suites.bfcl_replies import read_reply
from practicum.evaluation.suites.bfcl_results import score_results
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
    assert all(task.specs or "irrelevance" in category for task in suite.tasks[:50])


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


def test_result_files_are_scored_in_both_notations(tmp_path: Path) -> None:
    single, conversation = single_turn("simple_python"), multi_turn("multi_turn_base")[0]
    native = [{call.name: json.dumps(call.arguments)} for call in single[0].item.expected]
    lines: list[dict[str, Any]] = [
        {"id": single[0].item.id, "result": native},
        {"id": single[1].item.id, "result": "math.factorial(number=5)"},
        {"id": single[2].item.id, "result": "I can't."},
        {"id": single[3].item.id, "result": [{"f": "{"}]},
    ]
    steps = [
        [[{call.name: json.dumps(call.arguments)}] for call in turn] + [["done"]]
        for turn in conversation.known
    ]
    lines.append({"id": conversation.item.id, "result": steps})
    file = tmp_path / "results.json"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    scores = score_results(file)
    assert list(scores) == ["simple_python", "multi_turn_base"]
    assert [each.strict for each in scores["simple_python"].results[:4]] == [True, True, False, False]
    assert (scores["simple_python"].missing, scores["simple_python"].strict.n) == (396, 400)
    assert scores["multi_turn_base"].results[0].strict
    assert scores["multi_turn_base"].missing == 199


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ({"id": "simple_python_0"}, "id or result is missing"),
        ({"id": "web_search_0", "result": ""}, "of no category"),
        ({"id": "simple_python_9999", "result": ""}, "has no item"),
    ],
)
def test_a_broken_result_file_is_refused(tmp_path: Path, line: dict[str, Any], words: str) -> None:
    file = tmp_path / "results.json"
    file.write_text(json.dumps(line) + "\n")
    with pytest.raises(DataError, match=words):
        score_results(file)
    file.write_text("")
    with pytest.raises(DataError, match="no result in it"):
        score_results(file)


def test_results_that_stand_twice_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    file.write_text((json.dumps({"id": "simple_python_0", "result": ""}) + "\n") * 2)
    with pytest.raises(DataError, match="two results"):
        score_results(file)


async def test_a_provider_that_fails_in_a_conversation_breaks_its_item_only() -> None:
    task = multi_turn("multi_turn_base")[0]

    def failing(_: Any) -> Any:
        raise ProviderError("gone")

    with pytest.raises(ProviderError):
        await task.attempt(failing)


@pytest.mark.parametrize(
    "value", ["{{'a': 1}}", "{[1]: 2}", "{1, 2}", "b'a'", "3j", "...", "{1: 2}", "[{(1, 2): 3}]"]
)
def test_arguments_that_json_has_no_form_for_are_refused(value: str) -> None:
    with pytest.raises(UnreadableCallsError):
        read_calls(f"f(x={value})")


def write_results(file: Path, results: dict[str, Any]) -> Path:
    lines = [{"id": name, "result": result} for name, result in results.items()]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return file


def test_calls_that_can_not_be_read_are_wrong_and_stop_no_scoring(tmp_path: Path) -> None:
    odd = ["f(x={{'a': 1}})", "f(x={1, 2})", "f(x=b'a')", "f(x=3j)"]
    results: dict[str, Any] = {f"simple_python_{place}": text for place, text in enumerate(odd)}
    results["multi_turn_base_0"] = [odd]
    scores = score_results(write_results(tmp_path / "results.json", results))
    assert not any(each.strict for each in scores["simple_python"].results)
    assert not scores["multi_turn_base"].results[0].strict


def test_the_functions_own_names_are_the_right_tools(tmp_path: Path) -> None:
    text = {"simple_python_1": "math.factorial(number=5)"}
    result = score_results(write_results(tmp_path / "results.json", text))["simple_python"].results[1]
    assert (result.strict, result.tool, result.well_formed) == (True, True, True)


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("```\n[f(x=1)]\n```", {"x": 1}),
        ("[f(x=1)", {"x": 1}),
        ("f(x=1)]\n", {"x": 1}),
        ("f(x=red, y=[red, 'b'], z={'k': red})", {"x": "red", "y": ["red", "b"], "z": {"k": "red"}}),
        ("f(x=2 * 10 ** 3, y=-1, z=1 / 4)", {"x": 2000, "y": -1, "z": 0.25}),
        ("f(x=g(1), y=g(z=1), a=b[0], c=...)", {"x": "g(1)", "y": {"g": {"z": 1}}, "a": "b[0]", "c": "..."}),
    ],
)
def test_replies_are_read_as_the_benchmark_reads_them(text: str, arguments: dict[str, Any]) -> None:
    assert read_reply(text) == (ToolCall(name="f", arguments=arguments),)


@pytest.mark.parametrize("text", ["I can't.", "hello", "f(x=9 ** 9 ** 9)", "f(x='a' + 'b')", "f(x=1 / 0)"])
def test_replies_that_hold_no_calls_are_refused(text: str) -> None:
    with pytest.raises(UnreadableCallsError):
        read_reply(text)


@pytest.mark.parametrize("category", ["simple_java", "simple_javascript"])
def test_calls_in_another_language_are_refused_and_not_counted_as_wrong(
    tmp_path: Path, category: str
) -> None:
    text = {f"{category}_0": 'run(query="a")'}
    with pytest.raises(DataError, match="notation") as refused:
        score_results(write_results(tmp_path / "results.json", text))
    assert "bfcl evaluate" in refused.value.fix
    native = {f"{category}_0": [{"run": "{}"}], f"{category}_1": "Which one (a or b)?"}
    assert score_results(write_results(tmp_path / "results.json", native))[category].missing > 0


class Served(ScriptedChatModel):
    """A model on a server."""

    base_url: str = ""


@pytest.mark.parametrize("arguments", ["[" * 100_000, '{"a": ' + "9" * 10_000 + "}", "{", "[1]"])
def test_native_arguments_that_can_not_be_read_are_a_wrong_answer(tmp_path: Path, arguments: str) -> None:
    results = {"simple_python_0": [{"calculate_triangle_area": arguments}]}
    scores = score_results(write_results(tmp_path / "results.json", results))["simple_python"]
    assert (scores.strict.correct.k, scores.missing) == (0, 399)


def test_a_missing_result_of_relevance_is_an_item_that_wants_a_call(tmp_path: Path) -> None:
    name = single_turn("live_relevance")[0].item.id
    scores = score_results(write_results(tmp_path / "results.json", {name: []}))["live_relevance"]
    assert (scores.strict.correct.k, scores.strict.no_call_correct.n) == (0, 0)


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
