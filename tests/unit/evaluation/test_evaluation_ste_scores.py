from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from practicum.errors import DataError
from practicum.evaluation.ste.data import load_ste
from practicum.evaluation.ste.scores import SteScores, score_ste
from practicum.report import ste as report
from practicum.report.tables import plain

CONVERT, CLOCK, LONG = "convert", "clock", "Email V4%%Check"
MADE_UP = '\nObservation: {"result": 1}\nFinal Answer: 1'


def item(tool: str, arguments: str, output: str, query: str = "", **labels: Any) -> dict[str, Any]:
    """An item as the reference writes it."""
    return {
        "query": query or f"{tool} {arguments} {output}",
        "API_name_list": [tool],
        "api_descriptions": "",
        "action": tool,
        "action_input": arguments,
        "model_output": output,
        "no_call": 0,
        "err": 0,
        **labels,
    }


def reply(tool: str, arguments: str, after: str = "") -> str:
    return f"Action: <tool_{tool}>\nAction Input: {arguments}{after}"


ASKED: dict[str, Any] = {"api_match": 1, "chatgpt_args_jud": "Yes."}
PREDICTIONS: dict[str, list[dict[str, Any]]] = {
    CONVERT: [
        item(CONVERT, '{"value": 70}', reply(CONVERT, '{"value": 70}'), args_correct=1, **ASKED),
        item(CONVERT, '{"value": 71}', reply(CONVERT, '{"value": "71"}'), args_correct=1, **ASKED),
        item(CONVERT, '{"value": 72}', reply(CONVERT, '{"value": 72, "to": "lb"}'), args_correct=0, **ASKED),
        item(CONVERT, '{"value": 73}', reply(CONVERT, '{"value": 73}', MADE_UP), err=1),
    ],
    CLOCK: [
        item(CLOCK, "{}", reply(CLOCK, "{}"), api_match=1, args_correct=1),
        item(CLOCK, "{}", "Final Answer: noon", no_call=1),
        item(CLOCK, "{}", reply(CONVERT, "{}"), api_match=0),
    ],
    LONG: [item(LONG, '{"to": "a@b.c"}', reply("Email V4", '{"to": "a@b.c"}'), api_match=1, args_correct=1)],
}


def write(folder: Path, value: Any) -> Path:
    file = folder / "predictions.json"
    file.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return file


@pytest.fixture(name="scores")
def made_scores(tmp_path: Path) -> SteScores:
    return score_ste(load_ste(write(tmp_path, PREDICTIONS)), compat=True)


def test_strict_figures_are_of_all_items_and_exact_names(scores: SteScores) -> None:
    strict = scores.strict
    assert (strict.well_formed.k, strict.well_formed.n) == (6, 8)
    assert (strict.tool_match.k, strict.tool_match.n) == (4, 8)
    assert (strict.tool_match_of_well_formed.k, strict.tool_match_of_well_formed.n) == (4, 6)
    assert [strict.correct.k, strict.correct_equivalent.k, strict.correct_similar.k] == [2, 3, 4]
    assert (strict.correct_nonempty.k, strict.correct_nonempty.n) == (1, 5)
    assert (strict.no_call.k, strict.no_call_correct.n) == (1, 0)


def test_the_lenient_reading_finds_the_call_before_what_was_made_up(scores: SteScores) -> None:
    assert scores.lenient.well_formed.k == 7
    assert scores.lenient.correct.k == 3
    assert scores.per_tool[CONVERT].lenient.correct.k == 2
    assert scores.per_tool[CONVERT].strict.n == 4


def test_the_published_form_takes_an_unknown_tool_for_the_closest(scores: SteScores) -> None:
    assert scores.compat is not None
    assert scores.compat == scores.cached
    assert (scores.compat.well_formed.k, scores.compat.well_formed.n) == (6, 8)
    assert (scores.compat.tool_match_of_well_formed.k, scores.compat.tool_match_of_well_formed.n) == (5, 6)
    assert scores.compat.correct is not None
    assert (scores.compat.correct.k, scores.compat.correct.n) == (4, 8)


def test_agreement_is_of_the_items_that_a_chat_model_judged(scores: SteScores) -> None:
    assert {level: (each.accuracy.k, each.n) for level, each in scores.agreement.items()} == {
        "exact": (2, 3),
        "equivalent": (3, 3),
        "similar": (2, 3),
    }


def test_without_labels_there_is_nothing_to_compare_with(tmp_path: Path) -> None:
    bare = ("query", "action", "action_input", "model_output")
    data = {tool: [{key: one[key] for key in bare} for one in items] for tool, items in PREDICTIONS.items()}
    scores = score_ste(load_ste(write(tmp_path, data)), compat=True)
    assert scores.cached is None
    assert scores.agreement == {}
    assert scores.compat is not None
    assert scores.compat.correct is None
    assert score_ste(load_ste(tmp_path / "predictions.json")).compat is None
    assert "\u2013" in plain(report.published_table(scores), width=160)


def test_a_query_that_stands_twice_is_counted_and_told(tmp_path: Path) -> None:
    data = {CLOCK: [item(CLOCK, "{}", reply(CLOCK, "{}"), query="Time?")] * 3}
    scores = score_ste(load_ste(write(tmp_path, data)))
    assert (scores.strict.n, scores.repeated) == (3, 2)
    assert "2 repeat an earlier query" in report.summary(scores, "x.json")


def test_the_tables_show_rate_count_and_interval(scores: SteScores) -> None:
    text = plain(report.figures_table(scores), width=160)
    assert "75 % (6/8, 41\u201393)" in text
    assert "20 % (1/5" in text
    assert "83.333 % (5/6, 44\u201397)" in plain(report.published_table(scores), width=160)
    assert "100 % (3/3, 44\u2013100)" in plain(report.agreement_table(scores), width=160)
    assert report.summary(scores, "x\x1b.json") == (
        "x\ufffd.json: 8 predictions for 3 tools, 3 of them with {} expected"
    )


GOOD = item(CLOCK, "{}", reply(CLOCK, "{}"))
DEEP = '{"a":' * 100_000 + "1" + "}" * 100_000
BAD = {
    "a list": ([GOOD], "must be an object of tools, not a list"),
    "no item": ({}, "there is no item in it"),
    "no list": ({CLOCK: GOOD}, "'clock' must have a list of items, not an object"),
    "no object": ({CLOCK: [GOOD, 7]}, "item 2 of 'clock': must be an object, not 7"),
    "no output": (
        {CLOCK: [{**GOOD, "model_output": None}]},
        "item 1 of 'clock': model_output must be a text",
    ),
    "no action": ({CLOCK: [{"query": "q"}]}, "item 1 of 'clock': action is missing"),
    "another tool": ({"x": [GOOD]}, "item 1 of 'x': its action is 'clock', which is another tool"),
    "a list of arguments": ({CLOCK: [{**GOOD, "action_input": "[1]"}]}, "action_input must be an object"),
    "no JSON": (
        {CLOCK: [{**GOOD, "action_input": "{'a': 1}"}]},
        "item 1 of 'clock': action_input is not JSON",
    ),
    "no number": ({CLOCK: [{**GOOD, "action_input": '{"a": NaN}'}]}, "NaN is no JSON number"),
    "deep arguments": ({CLOCK: [{**GOOD, "action_input": DEEP}]}, "action_input is nested too deeply"),
    "a label": ({CLOCK: [{**GOOD, "err": "yes"}]}, "item 1 of 'clock': err must be 0 or 1, not 'yes'"),
    "an id twice": (
        {CLOCK: [{**GOOD, "id": 7}], "y": [{**GOOD, "action": "y", "id": 7}]},
        "item 1 of 'y': the id 7 stands in item 1 of 'clock' already",
    ),
    "a tool twice": ('{"clock": [], "clock": []}', "the key 'clock' stands twice"),
    "a key twice": (
        '{"clock": [{"query": "Time?", "action": "x", "action": "y"}]}',
        "with the query 'Time?'",
    ),
    "deep": (DEEP, "nested too deeply"),
    "huge": (f'{{"a": {"9" * 10_000}}}', "predictions.json: "),
    "empty": ("", "predictions.json:1: not JSON"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_prediction_file_is_refused_with_its_place(tmp_path: Path, case: str) -> None:
    value, message = BAD[case]
    with pytest.raises(DataError) as refused:
        load_ste(write(tmp_path, value))
    assert message in refused.value.message
    assert str(tmp_path) in refused.value.message
    assert "\n" not in refused.value.message + refused.value.fix
    assert len(refused.value.message) < 500


@pytest.mark.parametrize("indent", [None, 1])
def test_a_wrong_item_is_named_with_its_line(tmp_path: Path, indent: int | None) -> None:
    bad = {**GOOD, "query": 'What, {[\\" time?', "action_input": "[1]"}
    text = json.dumps({"other": [{**GOOD, "action": "other"}], CLOCK: [GOOD, bad]}, indent=indent)
    line = text[: text.index("What, ")].rstrip().count("\n") if indent else 1
    with pytest.raises(DataError) as refused:
        load_ste(write(tmp_path, text))
    path = tmp_path / "predictions.json"
    assert refused.value.message == (
        f"{path}:{line}: item 2 of 'clock': action_input must be an object, not a list"
    )


def test_a_key_that_stands_twice_is_named_with_the_line_of_its_query(tmp_path: Path) -> None:
    text = '{"clock": [\n{},\n{"query": "Qué hora?", "err": 0, "err": 1}]}'
    with pytest.raises(DataError, match=r"predictions\.json:3: the key 'err' stands twice"):
        load_ste(write(tmp_path, text))


def test_a_file_that_was_cut_short_is_told_from_one_that_is_wrong(tmp_path: Path) -> None:
    text = json.dumps(PREDICTIONS, indent=1)
    for cut in range(1, len(text) - 1, 37):
        with pytest.raises(DataError, match=r"predictions\.json:\d+: not JSON") as refused:
            load_ste(write(tmp_path, text[:cut]))
        assert refused.value.fix
    with pytest.raises(DataError) as refused:
        load_ste(write(tmp_path, text[: len(text) // 2]))
    assert "cut short" in refused.value.fix


def test_bytes_that_are_no_text_are_refused_with_their_line(tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_bytes(b'{\n"clock": "\xe9"}')
    with pytest.raises(DataError, match=r"x\.json:2: not UTF-8: byte 13 of the file is 0xe9"):
        load_ste(file)
    with pytest.raises(DataError, match="No such file"):
        load_ste(tmp_path / "none.json")
    with pytest.raises(DataError, match="Is a directory"):
        load_ste(tmp_path)


def test_a_byte_order_mark_is_skipped_and_the_file_is_left_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps(PREDICTIONS).encode())
    file.chmod(0o400)
    before = file.read_bytes()
    score_ste(load_ste(file), compat=True)
    assert file.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["x.json"]


PUBLISHED = {
    "mistral.json": ((463, 750, 61.733), (321, 463, 69.33), (226, 750, 30.133)),
    "mistral_FT.json": ((743, 750, 99.067), (712, 743, 95.828), (576, 750, 76.8)),
}


@pytest.mark.skipif(
    "PRACTICUM_STE_PREDICTIONS" not in os.environ,
    reason="PRACTICUM_STE_PREDICTIONS names no folder with the prediction files of the STE reference",
)
@pytest.mark.parametrize("name", PUBLISHED)
def test_the_published_figures_are_reached_from_the_replies(name: str) -> None:
    scores = score_ste(load_ste(Path(os.environ["PRACTICUM_STE_PREDICTIONS"]) / name), compat=True)
    assert scores.compat is not None
    assert scores.compat == scores.cached
    assert scores.compat.correct is not None
    made = (scores.compat.well_formed, scores.compat.tool_match_of_well_formed, scores.compat.correct)
    assert tuple((one.k, one.n, round(100 * (one.rate or 0), 3)) for one in made) == PUBLISHED[name]
    assert (scores.agreement["similar"].accuracy.rate or 0) >= 0.87
