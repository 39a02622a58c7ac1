"""Predictions for BFCL that lie in files: what is read, refused and scored."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("bfcl_eval", reason="bfcl_eval is not installed: run `make suites`")


from practicum.errors import DataError
from practicum.evaluation.suites.bfcl_calls import UnreadableCallsError, read_calls
from practicum.evaluation.suites.bfcl_replies import read_reply
from practicum.evaluation.suites.bfcl_results import score_results
from practicum.evaluation.suites.bfcl_suite import multi_turn, single_turn
from practicum.records import ToolCall


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
    judged = {each.id: each.strict for each in scores["simple_python"].results}
    assert [judged[name] for name in results if name in judged] == [False] * len(odd)
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


@pytest.mark.parametrize("arguments", ["[" * 100_000, '{"a": ' + "9" * 10_000 + "}", "{", "[1]"])
def test_native_arguments_that_can_not_be_read_are_a_wrong_answer(tmp_path: Path, arguments: str) -> None:
    results = {"simple_python_0": [{"calculate_triangle_area": arguments}]}
    scores = score_results(write_results(tmp_path / "results.json", results))["simple_python"]
    assert (scores.strict.correct.k, scores.missing) == (0, 399)


def test_a_missing_result_of_relevance_is_an_item_that_wants_a_call(tmp_path: Path) -> None:
    name = single_turn("live_relevance")[0].item.id
    scores = score_results(write_results(tmp_path / "results.json", {name: []}))["live_relevance"]
    assert (scores.strict.correct.k, scores.strict.no_call_correct.n) == (0, 0)
